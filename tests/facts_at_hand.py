"""Facts made by hand, which leave by the way that the texts declare for their identifiers; else by that of their unit."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from diagnostic.estimate import facts
from diagnostic.estimate.catalogue.ids import fact

OF_UNIT = {
    **dict.fromkeys(("person", "situation"), "group"),
    **dict.fromkeys(("exchange", "meeting", "met"), "service"),
    **dict.fromkeys(("measure", "reply", "pseudonym"), "each"),
    **{"professional": "own", "response": "participation"},
}


@cache
def way(fact_id: str, unit: str) -> str:
    """The way of release of a fact, by its identifier; of an invented one, by its unit."""
    with suppress(KeyError):
        declared = fact(fact_id)
        if "." in declared.pattern:  # an indicator of the codebook is as good as invented
            return declared.entry.way
    return OF_UNIT.get(unit, "things")


@dataclass(frozen=True, kw_only=True)
class Fact(facts.Fact):
    """The same, whose `way` may be left out."""

    way: str = ""

    def __post_init__(self) -> None:
        if not self.way:
            object.__setattr__(self, "way", way(self.fact_id, self.unit))


def replace(fact: facts.Fact, **changes: object) -> Fact:
    """The fact with changes, and with the way of its new identifier."""
    return dataclasses.replace(fact, **{"way": "", **changes})
