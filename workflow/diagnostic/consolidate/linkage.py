"""Pairs of situations that may describe the same persons, scored on closed answers and coded communes only: no free
text, no name.

Score: points for each variable where the two descriptions agree (some option in common), the same points lost where
they contradict each other, nothing where one is silent. Two descriptions of other genders, nationalities, or ages
more than one band apart are of other persons. The points are declared below and depend on no data, so that an answer
changed elsewhere never changes the score of a pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from diagnostic.codebook.meaning import meaning
from diagnostic.codebook.model import Codebook
from diagnostic.codebook.terms import SOME
from diagnostic.consolidate.described import options
from diagnostic.consolidate.located import COMMUNES, SILENT

POINTS: Mapping[str, int] = {
    "age_band": 3,
    "nationality": 2,
    "year": 2,
    "prostitution_form": 2,
    "gender": 1,
    "territory": 1,
    "family": 1,
    "occupation": 1,
    "housing": 1,
    "pimp_presence": 1,
}
COMMUNE, COMMUNE_POINTS = "commune", 2  # coded after reading; one in common agrees, two others contradict each other
ORDERED = ("age_band", "year")  # neighbours do not contradict: a year passes, an age is « à peu près »
ENOUGH = 8  # points from which a pair is worth a look
NEIGHBOURS = 120  # pairs looked at per situation, at most: the work stays proportional to the situations
ORDERS = (  # ways to bring similar situations side by side
    ("age_band", "nationality", "gender", "year", "prostitution_form"),
    ("year", "prostitution_form", "gender", "age_band", "nationality"),
    ("nationality", "prostitution_form", "age_band", "gender", "year"),
)


def candidates(
    described: pd.DataFrame, codebook: Codebook, enough: int = ENOUGH, neighbours: int = NEIGHBOURS
) -> pd.DataFrame:
    """One row per pair of situations of different respondents that score `enough`: `first`, `second`, `score`, `agree`.

    `first` comes before `second` in `described`; `agree` names the variables in common. All pairs are compared up to
    `neighbours` situations; beyond, each is compared with its neighbours in `ORDERS` (sorted neighbourhood: linear).
    """
    masks = {name: _mask(described, name, codebook.sets[name][SOME]) for name in POINTS}
    decisive = [name for name in POINTS if name in meaning(codebook).exclusive]
    record, communes = pd.factorize(described["record"])[0], _communes(described)
    found: list[tuple[np.ndarray, ...]] = [(np.zeros(0, dtype=np.int64),) * 4]
    for left, right in _pairs(masks, len(described), neighbours):
        apart = record[left] != record[right]
        left, right = left[apart], right[apart]
        score, agree = _score(masks, communes, left, right, decisive)
        kept = score >= enough
        found.append((left[kept], right[kept], score[kept], agree[kept]))
    left, right, score, agree = (np.concatenate(parts) for parts in zip(*found, strict=True))
    once = np.unique(left * len(described) + right, return_index=True)[1]  # in the order of the pairs
    keys = pd.array(described["situation"], dtype="str")
    bits, at = np.unique(agree[once], return_inverse=True)
    return pd.DataFrame(
        {
            "first": keys.take(left[once]),
            "second": keys.take(right[once]),
            "score": pd.array(score[once], dtype="Int64"),
            "agree": pd.array([_names(int(one)) for one in bits], dtype="str").take(at),
        }
    )


def _mask(described: pd.DataFrame, variable: str, ranks: Sequence[str]) -> np.ndarray:
    """One bit per option chosen, at its rank in the codebook, so that ages and years keep their distance; 0 where nothing
    is known."""
    chosen = options(described, variable)
    bits = np.zeros(len(described), dtype=np.int64)
    for rank, name in enumerate(ranks):
        if name in chosen:
            bits |= chosen[name].astype(np.int64) << rank
    return bits


def _communes(described: pd.DataFrame) -> np.ndarray:
    """The communes coded of each situation, one column for each that a coding may name: numbers, -1 where none is."""
    blank = pd.Series("", index=described.index)
    codes = np.stack([described.get(f"{name}.code", blank).fillna("").astype("str") for name in COMMUNES], axis=1)
    flat = pd.Series(codes.ravel(), dtype="str")
    return pd.factorize(flat.mask(flat.isin(SILENT)))[0].reshape(codes.shape)


def _pairs(masks: Mapping[str, np.ndarray], size: int, neighbours: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if size <= neighbours:
        yield np.triu_indices(size, 1)
        return
    for names in ORDERS:
        order = np.lexsort([np.arange(size), *(masks[name] for name in reversed(names))])
        for step in range(1, neighbours // len(ORDERS) + 1):
            one, other = order[:-step], order[step:]
            yield np.minimum(one, other), np.maximum(one, other)


def _score(
    masks: Mapping[str, np.ndarray], communes: np.ndarray, left: np.ndarray, right: np.ndarray, decisive: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Points of each pair, and the variables that agree as bits in the order of POINTS, the commune last; -1 for other
    persons."""
    score, agree = np.zeros(len(left), dtype=np.int64), np.zeros(len(left), dtype=np.int64)
    impossible = np.zeros(len(left), dtype=bool)
    for place, (name, points) in enumerate(POINTS.items()):
        one, other = masks[name][left], masks[name][right]
        common, told = (one & other) != 0, (one != 0) & (other != 0)
        near = common if name not in ORDERED else ((one | one << 1 | one >> 1) & other) != 0
        score += points * common - points * (told & ~near)
        agree |= common.astype(np.int64) << place
        if name in decisive:
            impossible |= told & ~near
    here, there = communes[left], communes[right]
    known = (here >= 0).any(axis=1) & (there >= 0).any(axis=1)
    common = ((here[:, :, None] == there[:, None, :]) & (here >= 0)[:, :, None]).any(axis=(1, 2))
    score += COMMUNE_POINTS * common - COMMUNE_POINTS * (known & ~common)
    agree |= common.astype(np.int64) << len(POINTS)
    return np.where(impossible, -1, score), agree


def _names(bits: int) -> str:
    return " ".join(name for place, name in enumerate((*POINTS, COMMUNE)) if bits >> place & 1)
