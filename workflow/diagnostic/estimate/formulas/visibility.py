"""Persons known to several structures, each counted once: by how many others are thought to know them.

Each structure that answers describes whom it knows, and says how many other structures know each. A person known to k
structures is then counted 1 / k at each of the a that answer, a / k in all (Sirken 1970; weight share, Lavallée 2007): once if
all answer, less if some do not. So Σ 1 / (1 + others) is at most the number of persons known to a structure that answers, and
Σ 1, the enumeration, at least that number.
"""

from collections.abc import Mapping

import numpy as np

OTHERS = {"none": 0, "one": 1, "two": 2, "three": 3}  # answer → other structures, the last « or more »


def least(persons: np.ndarray, said: Mapping[str, np.ndarray], structures: int | None) -> float:
    """Σ persons × the smallest that 1 / (1 + others) may be, over the descriptions.

    `persons`: of each description. `said`: answer (`OTHERS`) → where it was given; elsewhere nothing is known. « Three
    or more », and what is not known, are at most all the `structures`, or count for 0 without their number.
    """
    several = 0.0 if structures is None else 1 / max(structures, 1)
    weight = np.full(len(persons), several)
    for answer, others in OTHERS.items():
        if answer in said:
            own = 1 / (1 + others)
            weight = np.where(said[answer], min(own, several) if answer == "three" else own, weight)
    return float(persons @ weight)
