"""Local structures that are not named: what their numbers, beside the list of those that are, may tell of them.

A structure is counted whether it agrees to be named or not. Who takes the named ones away from a number is left with the
others; from one edition to the next, with those that came or went. A number is told where that leaves nobody, or several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pandas as pd

from diagnostic.collect.answers import AXES
from diagnostic.release.audit import LOCAL, Population, Previous
from diagnostic.release.heard import FEW
from diagnostic.release.named import agreed
from diagnostic.release.policy import Policy

FIELDS, AXIS = "pathway.field.", "pathway.axis."  # structures of one field, or that answer to one axis
UNCOVERED = "pathway.axes_uncovered"  # axes that no structure answers to, whether it is named or not
ALL, UNSAID = "", "?"  # every unnamed structure; those that have not said whether they answer to an axis
NO = "0"
ANSWERS = {"True": "1", "False": NO}  # in the key of a structure, where it has said
NAMED = "+"  # before the key of a structure that is named
APART = "\x1f"


def population(structures: pd.DataFrame) -> dict[str, Population]:
    """Local structures as a population (one row per structure); none without rows. The key of a row is what is counted of
    it, in the vault alone, and no code: a list that is numbered again is the same list."""
    if structures.empty:
        return {}
    mark = pd.Series(structures.index.isin(agreed(structures).index), index=structures.index).map(
        {True: NAMED, False: ""}
    )
    answers = structures[list(AXES)].astype("str").map(lambda said: ANSWERS.get(said, UNSAID)).agg("".join, axis=1)
    said = mark + structures["activity_field"].astype("str") + APART + answers
    key = said + APART + said.groupby(said).cumcount().astype("str")
    rows = np.arange(len(structures))
    return {LOCAL: Population(LOCAL, rows, rows, structures.reset_index(drop=True), key.to_numpy(dtype=str))}


def untold(facts: pd.DataFrame, structures: pd.DataFrame) -> pd.Series:
    """The facts to withhold where these and the list of the named tell of one or two others: structures of every field or
    of none, of every axis or of none, since one left out alone would be the one. How many axes have none then goes too:
    beside the list of the named, it tells what the others offer. A mask."""
    name, gone = facts["fact_id"], pd.Series(False, index=facts.index)
    if narrow_fields(structures, FEW):
        gone |= name.str.startswith(FIELDS)
    if narrow_axes(structures, FEW):
        gone |= name.str.startswith(AXIS) | name.eq(UNCOVERED)
    return gone


def narrow_fields(structures: pd.DataFrame, least: int) -> bool:
    """Whether structures by field, beside the list of those that are named, tell of fewer than `least` unnamed ones."""
    if structures.empty:
        return False
    left = structures.drop(agreed(structures).index)
    return bool(left["activity_field"].value_counts().between(1, least - 1).any())


def narrow_axes(structures: pd.DataFrame, least: int) -> bool:
    """The same of the structures that answer to each axis, or have not said whether they do."""
    if structures.empty:
        return False
    left = structures.drop(agreed(structures).index)
    said = [count for axis in AXES for count in (left[axis].eq(True).sum(), left[axis].isna().sum())]
    return any(0 < count < least for count in said)


def held(
    facts: pd.DataFrame, found: pd.DataFrame, before: Previous | None, told: pd.Index, own: Population, policy: Policy
) -> bool:
    """Whether the numbers of local structures keep their last edition, of which `told` are the facts: what both editions
    print, less the structures that each names, tells of one or two that came or went. `found`: the rows of the ledger."""
    if before is None:
        return False
    came, went = (_counts(keys) for keys in (own.key.tolist(), before.keys))
    change = (abs(came[part] - went[part]) for part in {*came, *went} if part == ALL or part.rstrip(UNSAID) in told)
    return policy.draft or any(0 < number < FEW for number in change)


def _counts(keys: Iterable[str]) -> Counter[str]:
    """Of the keys of structures, how many that are not named there are: of all, of each field, of each axis that they answer
    to, or of which they say nothing."""
    parts: Counter[str] = Counter()
    for key in keys:
        if key.startswith(NAMED):
            continue
        field, answers, _ = key.split(APART)
        said = zip(AXES, answers, strict=True)
        parts.update(
            [ALL, FIELDS + field, *(f"{AXIS}{axis}{UNSAID * (one == UNSAID)}" for axis, one in said if one != NO)]
        )
    return parts
