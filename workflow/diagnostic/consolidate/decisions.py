"""What the team decided of pairs of situations, and the persons that undecided pairs leave open.

Same: the smaller group is part of the larger one, counted once. Different: counted apart, never looked at again.
Unsure, or not looked at: counted apart, and the lower bound says how many may be the same.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.consolidate.overlaps import Overlaps

OPEN = ("undecided", "contradictory")  # the statuses of pairs that nobody settled


def settle(described: pd.DataFrame, candidates: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """One row per pair that was scored or decided: `first`, `second`, `score`, `agree`, `decision`, `row`, `status`.

    `decisions` has `first`, `second` (keys of situations, in any order), `decision`, `row`; its last line on a pair holds.
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
    ends = np.stack([place.index.get_indexer(pairs[end]) for end in ("first", "second")])
    status = pairs["status"].to_numpy()
    one, other = _labels(ends[:, status == "same"], len(place))[ends]
    inside = one == other
    broken = np.unique(one[inside & (status == "different")])
    pairs.loc[inside & np.isin(one, broken) & (status != "undecided"), "status"] = "contradictory"
    order = np.lexsort((ends[1], ends[0]))
    return pairs.iloc[order][["first", "second", "score", "agree", "decision", "row", "status"]].reset_index(drop=True)


def _ordered(decisions: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Decisions on situations that exist, the first of the pair being the one that comes first in the table."""
    seen = decisions[decisions["first"].map(place).notna() & decisions["second"].map(place).notna()]
    seen = seen[seen["first"] != seen["second"]]
    swapped = seen["first"].map(place) > seen["second"].map(place)
    ordered = pd.DataFrame(
        {
            "first": seen["first"].where(~swapped, seen["second"]).astype("str"),
            "second": seen["second"].where(~swapped, seen["first"]).astype("str"),
            "decision": seen["decision"].astype("str"),
            "row": seen["row"].astype("Int64"),
        }
    )
    return ordered.drop_duplicates(["first", "second"], keep="last")


def _labels(same: np.ndarray, size: int) -> np.ndarray:
    """A label per situation, the same for those that these pairs of places join."""
    graph = scipy.sparse.coo_matrix((np.ones(same.shape[1]), (same[0], same[1])), shape=(size, size))
    label: np.ndarray = scipy.sparse.csgraph.connected_components(graph, directed=False)[1]
    return label


def groups(described: pd.DataFrame, pairs: pd.DataFrame, undecided_same: bool = False) -> np.ndarray:
    """For each situation the number of its group: situations that are the same persons.

    Groups are numbered in the order of their first situation. `undecided_same` reads every open pair as the same.
    """
    if described.empty:
        return np.array([], dtype=int)
    merged = pairs["status"].isin(["same", *(OPEN if undecided_same else ())])
    label = _labels(_ends(described, pairs[merged]), len(described))
    first = pd.Series(np.arange(len(label))).groupby(label).min().rank().astype(int) - 1
    return first.reindex(label).to_numpy(dtype=int)


def left_open(described: pd.DataFrame, pairs: pd.DataFrame, group: np.ndarray) -> Overlaps:
    """The pairs of groups (see `groups`) that are left open; not those of which some situations are known to differ."""
    if described.empty:
        return Overlaps(0, [])
    size = int(group.max()) + 1
    open_, apart = (
        _edges(group, _ends(described, pairs[pairs["status"].isin(names)]), size) for names in (OPEN, ["different"])
    )
    edges = open_[~np.isin(open_, apart)]
    left = np.stack([edges // size, edges % size], axis=1)
    return Overlaps(size, left[left[:, 0] != left[:, 1]])


def _ends(described: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """The places of the two situations of each pair."""
    known = pd.Index(described["situation"])
    return np.stack([known.get_indexer(pairs[end]) for end in ("first", "second")])


def _edges(group: np.ndarray, ends: np.ndarray, size: int) -> np.ndarray:
    """The pairs as numbers of groups, the lower one first, each pair as one number: first × size + second."""
    low, high = np.sort(group[ends], axis=0)
    return np.asarray(low * size + high)
