"""Who was asked what, for whole columns of answers: the same rules as `routing.evaluate`, all records at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from diagnostic.codebook.routing import And, Answered, Condition, Equals, Has, Not, Or, atoms
from diagnostic.collect.exports.answers import Answers


def undecided(condition: Condition | None, known: Mapping[str, Answers], size: int) -> np.ndarray:
    """Whether an answer that the condition looks at could not be read, for each of `size` records."""
    none = np.zeros(size, dtype=bool)
    return np.any([none, *(known[a.name].unread for a in atoms(condition) if a.name in known)], axis=0)


def asked(condition: Condition | None, known: Mapping[str, Answers], size: int) -> np.ndarray:
    """Whether each of `size` records is asked. A variable that is not known has no answer."""
    none = np.zeros(size, dtype=bool)
    match condition:
        case None:
            return ~none
        case Equals(name, codes):
            return np.isin(known[name].values.astype(object), codes) if name in known else none
        case Has(name, codes):
            found = none.copy()
            for code in codes:
                found |= known[name].ticks.get(code, none) if name in known else none
            return found
        case Answered(name):
            return known[name].given if name in known else none
        case Not(part):
            return ~asked(part, known, size)
        case And(parts):
            return np.all([asked(part, known, size) for part in parts], axis=0)
        case Or(parts):
            return np.any([asked(part, known, size) for part in parts], axis=0)
