"""What may be printed of a study of several départements: the closed list, and what it says of each of them.

A département is to its region what an answer is to its question: the groups of the list by département are groups of the
same persons, drawn with the same key, and the attack knows that the départements, and those of nowhere known, add up to the
region. Nothing below the département is printed: what each has of places belongs to a study of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from diagnostic.codebook.region import QUESTION as DEPARTEMENT
from diagnostic.release.closed_list import ARRONDISSEMENT
from diagnostic.release.policy import Policy

OF_ONE = re.compile(r"^d[0-9][0-9ab][0-9]?\.")  # what the identifiers of a département's facts begin with
STEP = 5  # points: what a share of coded ads is rounded to, up or down
COUNTED = "prostitution"  # the population that is counted by département
FINEST = ["departement"]  # the only step of the ladder


def regional(policy: Policy, departements: Sequence[str]) -> Policy:
    """The policy of a study of several départements, by their codes; the same policy for a study of one.

    Each takes the place of the arrondissements among the others of the list, and is crossed with each headline.
    """
    if len(departements) < 2:
        return policy
    printed = dict(policy.printed)
    if COUNTED in printed:
        told = printed[COUNTED]
        others = [one for one in told.others if one != ARRONDISSEMENT]
        crossings = [f"{DEPARTEMENT}={code} & {one}" for one in told.headlines if "=" in one for code in departements]
        printed[COUNTED] = told.model_copy(
            update={"others": [DEPARTEMENT, *others], "crossings": [*told.crossings, *crossings]}
        )
    ours = policy.professionals
    presets = {
        name: rules.model_copy(update={"geography": rules.geography.model_copy(update={"ladder": FINEST})})
        for name, rules in policy.presets.items()
    }
    return policy.model_copy(
        update={
            "printed": printed,
            "professionals": ours.model_copy(update={"participation": [*ours.participation, DEPARTEMENT]}),
            "presets": presets,
            "classes": policy.classes | {f"{DEPARTEMENT}={code}": "place" for code in departements},
            "options": policy.options | {DEPARTEMENT: list(departements)},
            "single": sorted({*policy.single, DEPARTEMENT}),
        }
    )


def coarse(policy: Policy) -> bool:
    """Whether nothing below the département may be printed."""
    return policy.rules.geography.ladder == FINEST


def plain(fact_id: str) -> str:
    """The identifier that a département's fact has in the region."""
    return OF_ONE.sub("", fact_id)
