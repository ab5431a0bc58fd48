"""What the team decided of pairs of situations, and the persons that undecided pairs leave open.

Same: the smaller group is part of the larger one, counted once. Different: counted apart, never looked at again.
Unsure, or not looked at: counted apart, and the lower bound says how many may be the same.
"""

import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

OPEN = ("undecided", "contradictory")  # the statuses of pairs that nobody settled


def settle(described: pd.DataFrame, candidates: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """One row per pair that was scored or decided: `first`, `second`, `score`, `agree`, `decision`, `row`, `status`.

    `decisions` has `first`, `second` (keys of situations, in any order), `decision`, `row`; its last line on a pair holds.
    Decisions on unknown situations are left out (the collect phase tells them). Where « same » and « different »
    contradict each other along a chain, none of the chain is applied: `contradictory`, counted as undecided.
    """
    place = pd.Series(np.arange(len(described)), index=described["situation"])
    pairs = candidates.merge(_ordered(decisions, place), on=["first", "second"], how="outer")
    pairs["decision"] = pairs["decision"].fillna("").astype("str")
    pairs["agree"] = pairs["agree"].fillna("").astype("str")
    settled = pairs["decision"].isin(["same", "different"])
    pairs["status"] = pairs["decision"].where(settled, "undecided").astype("str")
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


def left_open(described: pd.DataFrame, pairs: pd.DataFrame, group: np.ndarray) -> "Overlaps":
    """The pairs of groups (see `groups`) that are left open; not those of which some situations are known to differ."""
    if described.empty:
        return Overlaps(0, [])
    size = int(group.max()) + 1
    ends = (group[_ends(described, pairs[pairs["status"].isin(names)])] for names in (OPEN, ["different"]))
    # The pairs as numbers of groups, each as one number, the lower first: first × size + second.
    open_, apart = (low * size + high for low, high in (np.sort(both, axis=0) for both in ends))
    edges = open_[~np.isin(open_, apart)]
    left = np.stack([edges // size, edges % size], axis=1)
    return Overlaps(size, left[left[:, 0] != left[:, 1]])


def unseen(described: pd.DataFrame, pairs: pd.DataFrame) -> int:
    """How many pairs of situations of different respondents nobody looked at: too unlike to be shown, and not decided.

    None of them lowers a limit: where there are any, limits hold if none is of the same persons."""
    record = pd.factorize(described["record"])[0]
    one, other = record[_ends(described, pairs)]
    return (len(record) ** 2 - int((np.bincount(record) ** 2).sum())) // 2 - int((one != other).sum())


# -- Which pairs to look at first, and where to stop ----------------------------------------------------------------
LOT, STEP = 10, 5  # pairs of a lot; the least step of a printed number of persons


def lots(described: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """The open pairs in the order in which to decide them, with `effect`, the persons that would count once less if
    both describe the same, and `lot`, from 1 on; 0 from where on all that are left move the total by less than the step
    that it is printed to (of situations that they tie together, all but the largest)."""
    open_ = pairs[pairs["status"].isin(OPEN)]
    if open_.empty:
        return open_.assign(effect=pd.array([], dtype="Int64"), lot=pd.array([], dtype="Int64"))
    group = groups(described, pairs)
    held = described["persons"].astype(float).groupby(group).max().to_numpy()
    ends = group[_ends(described, open_)]
    effect = held[ends].min(axis=0) * (ends[0] != ends[1])
    score = open_["score"].fillna(0).to_numpy(dtype=float)
    order = np.lexsort((open_["second"], open_["first"], -score, -effect))
    lot = np.where(np.arange(len(order)) < _needed(held, ends[:, order]), np.arange(len(order)) // LOT + 1, 0)
    made = {"effect": pd.array(effect[order].astype(int), dtype="Int64"), "lot": pd.array(lot, dtype="Int64")}
    return open_.iloc[order].assign(**made)


class Remaining(NamedTuple):
    """What the open pairs leave: how many there are, how many of them fix the printed number, between how many persons it is."""

    pairs: int
    needed: int
    least: float
    most: float


def remaining(described: pd.DataFrame, pairs: pd.DataFrame, open_: pd.DataFrame) -> Remaining:
    """`open_`: the open pairs by lots (`lots`)."""
    group = groups(described, pairs)
    held = described["persons"].astype(float).groupby(group).max().to_numpy()
    least = left_open(described, pairs, group).fewest(held)
    return Remaining(len(open_), int((open_["lot"] > 0).sum()), least, float(held.sum()))


def _needed(held: np.ndarray, ends: np.ndarray) -> int:
    """How many of the first pairs of groups to decide, for the others to move the total of `held` by less than its step."""
    step = max(STEP, 10 ** (len(str(int(held.sum()))) - 2))
    into, most, moved = list(range(len(held))), held.copy(), 0.0
    for at in reversed(range(ends.shape[1])):
        one, other = (_top(into, int(end)) for end in ends[:, at])
        if one != other:
            moved += min(most[one], most[other])
            into[other], most[one] = one, max(most[one], most[other])
        if moved >= step:
            return at + 1
    return 0


def _top(into: list[int], at: int) -> int:
    """The one that stands for all those tied to it."""
    while into[at] != at:
        into[at] = at = into[into[at]]
    return at


def _ends(described: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """The places of the two situations of each pair."""
    known = pd.Index(described["situation"])
    return np.stack([known.get_indexer(pairs[end]) for end in ("first", "second")])


# -- How few persons undecided pairs leave: the same person may stand once in each of several descriptions --------
# Situations are nodes that hold numbers of persons, undecided pairs edges. The fewest persons are the smallest number of cliques
# that cover every node as often as it holds persons. Without triangle, cliques are edges and the
# answer is the total less a maximum matching (König for two sides: a maximum flow where nodes hold numbers).
LARGEST_EXACT = 40  # situations of a component beyond which a proven bound replaces the exact answer
MOST_CLIQUES = 2000


@dataclass(frozen=True)
class Component:
    """Situations tied together by undecided pairs: their places, and the pairs as local numbers, both ways, in order; what was
    `found` of some numbers of persons, as most groups that are counted differ in few situations."""

    places: np.ndarray
    ends: np.ndarray
    found: dict[bytes, float] = field(default_factory=dict, compare=False)

    @cached_property
    def degrees(self) -> np.ndarray:
        """For each situation how many neighbours it has."""
        return np.bincount(self.ends[0], minlength=len(self.places))

    @cached_property
    def neighbours(self) -> list[np.ndarray]:
        """For each situation its neighbours, as an index."""
        return _cut(self.ends[1], np.cumsum(self.degrees)[:-1])

    @cached_property
    def near(self) -> tuple[frozenset[int], ...]:
        """For each situation its neighbours, as a set."""
        return tuple(frozenset(others.tolist()) for others in self.neighbours)

    @cached_property
    def complete(self) -> bool:
        """Whether all are paired with each other."""
        return bool((self.degrees == len(self.places) - 1).all())

    @cached_property
    def sides(self) -> np.ndarray | None:
        """0 or 1 per situation so that pairs join both sides; None when no such split exists."""
        side = np.full(len(self.places), -1)
        side[0], queue = 0, deque([0])
        while queue:
            at = queue.popleft()
            others = self.neighbours[at]
            if (side[others] == side[at]).any():
                return None
            fresh = others[side[others] < 0]
            side[fresh] = 1 - side[at]
            queue.extend(fresh.tolist())
        return side

    @cached_property
    def cliques(self) -> tuple[frozenset[int], ...] | None:
        """All maximal sets of situations paired with each other (Bron and Kerbosch 1973); None when too many."""
        found: list[frozenset[int]] = []
        stack = [(frozenset[int](), frozenset(range(len(self.near))), frozenset[int]())]
        while stack:
            made, open_, closed = stack.pop()
            if not open_ and not closed:
                found.append(made)
                if len(found) > MOST_CLIQUES:
                    return None
                continue
            pivot = max(open_ | closed, key=lambda node: (len(self.near[node] & open_), -node))
            for node in sorted(open_ - self.near[pivot]):
                stack.append((made | {node}, open_ & self.near[node], closed & self.near[node]))
                open_, closed = open_ - {node}, closed | {node}
        return tuple(sorted(found, key=sorted))


class Overlaps:
    """The undecided pairs of `size` situations, `pairs` of places. `fewest` answers for any numbers of persons."""

    def __init__(self, size: int, pairs: Iterable[tuple[int, int]] | np.ndarray) -> None:
        self.size = size
        given = pairs if isinstance(pairs, np.ndarray) else np.array(list(pairs), dtype=int).reshape(-1, 2)
        self.components = _components(given, size)
        self.alone = np.ones(size, dtype=bool)
        for component in self.components:
            self.alone[component.places] = False
        self._found: dict[bytes, float] = {}

    def fewest(self, persons: np.ndarray) -> float:
        """The fewest distinct persons, when situation i holds `persons[i]` of them. A proven lower bound where a
        component is too large for the exact answer. The same numbers are answered once."""
        rounded = np.floor(np.asarray(persons, dtype=float) + 1e-9)
        key = hashlib.blake2b(rounded.tobytes()).digest()
        if key not in self._found:
            tied = sum(_fewest(component, rounded[component.places]) for component in self.components)
            self._found[key] = float(rounded[self.alone].sum() + tied)
        return self._found[key]

    @property
    def bounded(self) -> int:
        """Components for which `fewest` is a bound, not the exact answer."""
        return sum(component.sides is None and not _exact(component) for component in self.components)


def _components(pairs: np.ndarray, size: int) -> list[Component]:
    if not len(pairs):
        return []
    ends = np.concatenate([pairs, pairs[:, ::-1]]).T
    graph = scipy.sparse.coo_matrix((np.ones(ends.shape[1]), tuple(ends)), shape=(size, size)).tocsr()
    graph.sum_duplicates()  # each pair once, in order
    degrees = np.diff(graph.indptr)
    start, end = np.repeat(np.arange(size), degrees), graph.indices
    label = scipy.sparse.csgraph.connected_components(graph, directed=False)[1]
    local = np.zeros(size, dtype=int)
    components = []
    tied = np.flatnonzero(degrees)
    for at, own in zip(_parts(label[tied]), _parts(label[start]), strict=True):
        places = tied[at]
        local[places] = np.arange(len(places))
        components.append(Component(places, np.stack([local[start[own]], local[end[own]]])))
    return components


def _parts(labels: np.ndarray) -> list[np.ndarray]:
    """For each label, from the smallest on, the positions that bear it."""
    order = np.argsort(labels, kind="stable")
    return _cut(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _cut(values: np.ndarray, at: np.ndarray) -> list[np.ndarray]:
    """What `np.split` gives, which takes four times as long for thousands of parts."""
    return [values[begin:end] for begin, end in pairwise([0, *at.tolist(), len(values)])]


def _exact(component: Component) -> bool:
    return len(component.places) <= LARGEST_EXACT and component.cliques is not None


def _fewest(component: Component, persons: np.ndarray) -> float:
    if component.complete:  # the largest situation holds the others
        return float(persons.max())
    key = hashlib.blake2b(persons.tobytes()).digest()
    if key not in component.found:
        if component.sides is not None:
            component.found[key] = _less_matched(component, persons, component.sides)
        else:
            way = _minimum_clique_cover if _exact(component) else _apart
            component.found[key] = way(component, persons)
    return component.found[key]


def _less_matched(component: Component, persons: np.ndarray, side: np.ndarray) -> float:
    """All persons less those that a maximum matching counts twice: a maximum flow from one side to the other."""
    one, other = np.flatnonzero(side == 0), np.flatnonzero(side == 1)
    start, end = component.ends[:, side[component.ends[0]] == 0]
    source, sink = len(side), len(side) + 1
    rows = np.concatenate([np.full(len(one), source), start, other])
    columns = np.concatenate([one, end, np.full(len(other), sink)])
    room = persons[np.concatenate([one, start, other])].astype(np.int32)  # whose persons bound each arc
    graph = scipy.sparse.coo_matrix((room, (rows, columns)), shape=(sink + 1, sink + 1)).tocsr()
    return float(persons.sum() - scipy.sparse.csgraph.maximum_flow(graph, source, sink).flow_value)


def _minimum_clique_cover(component: Component, persons: np.ndarray) -> float:
    """The smallest number of cliques that cover each situation as often as it holds persons (integer programme)."""
    cliques = component.cliques or ()
    covers = np.zeros((len(persons), len(cliques)))
    for column, clique in enumerate(cliques):
        covers[list(clique), column] = 1
    ones, enough = np.ones(len(cliques)), scipy.optimize.LinearConstraint(covers, lb=persons)
    solved = scipy.optimize.milp(ones, constraints=enough, integrality=ones)
    if not solved.success:  # never for a cover; a bound stays true whatever the solver says
        return _apart(component, persons)
    return float(round(solved.fun))


def _apart(component: Component, persons: np.ndarray) -> float:
    """Persons of situations none of which is paired with another, taken greedily: they are all distinct."""
    total, blocked = 0.0, np.zeros(len(persons), dtype=bool)
    held = np.flatnonzero(persons)
    for node in held[np.argsort(-persons[held] / (1 + component.degrees[held]), kind="stable")].tolist():
        if not blocked[node]:
            total += persons[node]
            blocked[component.neighbours[node]] = True
    return total
