"""How few persons undecided pairs leave: the same person may stand once in each of several descriptions.

Situations are nodes that hold numbers of persons; an undecided pair is an edge. A person described several times is
in situations that are all paired with each other (a clique), once in each. The fewest persons are thus the smallest
number of cliques that cover every node as often as it holds persons. Without triangle, cliques are edges and the
answer is the total less a maximum matching (König for two sides: a maximum flow where nodes hold numbers).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import optimize, sparse
from scipy.sparse import csgraph

LARGEST_EXACT = 40  # situations of a tangle beyond which a proven bound replaces the exact answer
MOST_CLIQUES = 2000


@dataclass(frozen=True)
class Tangle:
    """Situations tied together by undecided pairs: their places, and for each its neighbours, as local numbers."""

    places: np.ndarray
    near: tuple[frozenset[int], ...]

    @cached_property
    def neighbours(self) -> list[np.ndarray]:
        """For each situation its neighbours, as an index."""
        return [np.fromiter(sorted(near), dtype=int) for near in self.near]

    @cached_property
    def degrees(self) -> np.ndarray:
        """For each situation how many neighbours it has."""
        return np.array([len(near) for near in self.near])

    @cached_property
    def sides(self) -> np.ndarray | None:
        """0 or 1 per situation so that pairs join both sides; None when no such split exists."""
        side = np.full(len(self.near), -1)
        side[0], queue = 0, deque([0])
        while queue:
            at = queue.popleft()
            for other in self.near[at]:
                if side[other] < 0:
                    side[other] = 1 - side[at]
                    queue.append(other)
                elif side[other] == side[at]:
                    return None
        return side

    @cached_property
    def cliques(self) -> tuple[frozenset[int], ...] | None:
        """All sets of situations paired with each other that cannot grow; None when there are too many.

        Bron and Kerbosch (1973), with a pivot.
        """
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

    def __init__(self, size: int, pairs: Iterable[tuple[int, int]]) -> None:
        self.size = size
        near: dict[int, set[int]] = {}
        for one, other in pairs:
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
        self.tangles = _tangles(near, size)
        self.alone = np.ones(size, dtype=bool)
        for tangle in self.tangles:
            self.alone[tangle.places] = False

    def fewest(self, persons: np.ndarray) -> float:
        """The fewest distinct persons, when situation i holds `persons[i]` of them. A proven lower bound where a
        tangle is too large for the exact answer."""
        rounded = np.floor(np.asarray(persons, dtype=float) + 1e-9)
        return float(rounded[self.alone].sum() + sum(_fewest(t, rounded[t.places]) for t in self.tangles))

    @property
    def bounded(self) -> int:
        """Tangles for which `fewest` is a bound, not the exact answer."""
        return sum(tangle.sides is None and not _exact(tangle) for tangle in self.tangles)


def _tangles(near: dict[int, set[int]], size: int) -> list[Tangle]:
    if not near:
        return []
    rows, columns = zip(*((one, other) for one, others in near.items() for other in others), strict=True)
    graph = sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    label = csgraph.connected_components(graph, directed=False)[1]
    members: dict[int, list[int]] = {}
    for place in sorted(near):
        members.setdefault(int(label[place]), []).append(place)
    tangles = []
    for places in members.values():
        local = {place: number for number, place in enumerate(places)}
        tangles.append(Tangle(np.array(places), tuple(frozenset(local[o] for o in near[p]) for p in places)))
    return tangles


def _exact(tangle: Tangle) -> bool:
    return len(tangle.near) <= LARGEST_EXACT and tangle.cliques is not None


def _fewest(tangle: Tangle, persons: np.ndarray) -> float:
    if not persons.any():
        return 0.0
    if (tangle.degrees == len(persons) - 1).all():
        return float(persons.max())  # all paired with each other
    if tangle.sides is not None:
        return float(persons.sum() - _matched(tangle, persons))
    return _cover(tangle, persons) if _exact(tangle) else _apart(tangle, persons)


def _matched(tangle: Tangle, persons: np.ndarray) -> int:
    """Persons that a maximum matching counts twice: a maximum flow from one side to the other."""
    size, sides = len(tangle.near), tangle.sides
    assert sides is not None
    source, sink, arcs = size, size + 1, []
    for node, others in enumerate(tangle.near):
        held = int(persons[node])
        if sides[node] == 0:
            arcs.append((source, node, held))
            arcs += [(node, other, held) for other in others]
        else:
            arcs.append((node, sink, held))
    start, end, room = zip(*arcs, strict=True)
    graph = sparse.csr_matrix((np.array(room, dtype=np.int32), (start, end)), shape=(size + 2, size + 2))
    return int(csgraph.maximum_flow(graph, source, sink).flow_value)


def _cover(tangle: Tangle, persons: np.ndarray) -> float:
    """The smallest number of cliques that cover each situation as often as it holds persons (integer programme)."""
    cliques = tangle.cliques or ()
    covers = np.zeros((len(persons), len(cliques)))
    for column, clique in enumerate(cliques):
        covers[list(clique), column] = 1
    solved = optimize.milp(
        np.ones(len(cliques)),
        constraints=optimize.LinearConstraint(covers, lb=persons),
        integrality=np.ones(len(cliques)),
    )
    if not solved.success:  # never for a cover; a bound stays true whatever the solver says
        return _apart(tangle, persons)
    return float(round(solved.fun))


def _apart(tangle: Tangle, persons: np.ndarray) -> float:
    """Persons of situations none of which is paired with another, taken greedily: they are all distinct."""
    total, blocked = 0.0, np.zeros(len(persons), dtype=bool)
    for node in np.argsort(-persons / (1 + tangle.degrees), kind="stable").tolist():
        if not persons[node]:
            break  # those that hold persons come first
        if not blocked[node]:
            total += persons[node]
            blocked[tangle.neighbours[node]] = True
    return total
