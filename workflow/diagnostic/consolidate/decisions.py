"""What the team decided of pairs of situations, and the persons that undecided pairs leave open.

Same: the smaller group is part of the larger one, counted once. Different: counted apart, never looked at again.
Unsure, or not looked at: counted apart, and the lower bound says how many may be the same.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from diagnostic.consolidate.overlaps import Overlaps


def settle(described: pd.DataFrame, candidates: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """One row per pair that was scored or decided: `first`, `second`, `score`, `agree`, `decision`, `status`.

    `decisions` has `first`, `second` (keys of situations, in any order), `decision`; its last line on a pair holds.
    Decisions on unknown situations are left out (the collect phase tells them). Where « same » and « different »
    contradict each other along a chain, none of the chain is applied: `contradictory`, counted as undecided.
    """
    place = pd.Series(np.arange(len(described)), index=described["situation"])
    decided = _ordered(decisions, place)
    pairs = candidates.merge(decided, on=["first", "second"], how="outer")
    pairs["decision"] = pairs["decision"].fillna("").astype("str")
    pairs["agree"] = pairs["agree"].fillna("").astype("str")
    pairs["status"] = (
        pairs["decision"].map({"same": "same", "different": "different"}).fillna("undecided").astype("str")
    )
    label = _labels(pairs[pairs["status"] == "same"], place)
    apart = pairs[pairs["status"] == "different"]
    broken = {
        label[one]
        for one, other in zip(place[apart["first"]], place[apart["second"]], strict=True)
        if label[one] == label[other]
    }
    chained = pairs["first"].map(place).map(lambda at: label[at] in broken) & pairs["status"].ne("undecided")
    inside = pairs["first"].map(place).map(lambda at: label[at]) == pairs["second"].map(place).map(lambda at: label[at])
    pairs.loc[chained & inside, "status"] = "contradictory"
    order = pairs.assign(a=pairs["first"].map(place), b=pairs["second"].map(place)).sort_values(["a", "b"]).index
    return pairs.loc[order, ["first", "second", "score", "agree", "decision", "status"]].reset_index(drop=True)


def _ordered(decisions: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Decisions on situations that exist, the first of the pair being the one that comes first in the table."""
    seen = decisions[decisions["first"].isin(place.index) & decisions["second"].isin(place.index)]
    seen = seen[seen["first"] != seen["second"]]
    swapped = seen["first"].map(place) > seen["second"].map(place)
    ordered = pd.DataFrame(
        {
            "first": seen["first"].where(~swapped, seen["second"]).astype("str"),
            "second": seen["second"].where(~swapped, seen["first"]).astype("str"),
            "decision": seen["decision"].astype("str"),
        }
    )
    return ordered.drop_duplicates(["first", "second"], keep="last")


def _labels(same: pd.DataFrame, place: pd.Series) -> np.ndarray:
    rows, columns = place[same["first"]].to_numpy(dtype=int), place[same["second"]].to_numpy(dtype=int)
    graph = sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(place), len(place)))
    label: np.ndarray = csgraph.connected_components(graph, directed=False)[1]
    return label


def groups(described: pd.DataFrame, pairs: pd.DataFrame, undecided_same: bool = False) -> tuple[np.ndarray, Overlaps]:
    """For each situation the number of its group (situations that are the same persons), and the pairs left open.

    Groups are numbered in the order of their first situation. `undecided_same` reads every open pair as the same.
    """
    if described.empty:
        return np.array([], dtype=int), Overlaps(0, [])
    place = pd.Series(np.arange(len(described)), index=described["situation"])
    open_ = pairs["status"].isin(["undecided", "contradictory"])
    merged = pairs["status"].eq("same") | (open_ if undecided_same else False)
    label = _labels(pairs[merged], place)
    first = pd.Series(np.arange(len(label))).groupby(label).min().rank().astype(int) - 1
    group = first.reindex(label).to_numpy(dtype=int)
    size = int(group.max()) + 1
    apart = _edges(group, place, pairs[pairs["status"].eq("different")], size)
    edges = np.setdiff1d(_edges(group, place, pairs[open_ & ~merged], size), apart)
    ends = np.stack([edges // size, edges % size], axis=1)
    return group, Overlaps(size, ends[ends[:, 0] != ends[:, 1]])


def _edges(group: np.ndarray, place: pd.Series, pairs: pd.DataFrame, size: int) -> np.ndarray:
    """The pairs as numbers of groups, the lower one first, each pair as one number: first × size + second."""
    ends = np.sort([group[place[pairs[end]].to_numpy(dtype=int)] for end in ("first", "second")], axis=0)
    return ends[0] * size + ends[1]
