"""Groups that no clique holds: whole tables glued into persons, so that what they prove counts for every crossing."""

from __future__ import annotations

import numpy as np

from diagnostic.release.groups import Frame, Group, member


def lift(frame: Frame, table: np.ndarray, group: Group, sign: int) -> np.ndarray:
    """Persons (rows of codes, one column per axis) whose counts are `table`, glued so that the group is as large
    (sign +1) or as small (−1) as a greedy matching makes it.

    Cliques are joined along the tree; within each cell of the shared axes, any matching keeps all counts.
    """
    persons = np.full((int(table[: frame.starts[1]].sum()), len(frame.axes)), -1)
    persons[:, list(frame.cliques[0])] = _expand(frame, table, 0)
    for _, place, shared in frame.edges:
        clique = frame.cliques[place]
        arriving = np.full_like(persons, -1)
        arriving[:, list(clique)] = _expand(frame, table, place)
        known = tuple(part for part in group if persons[0, part[0]] >= 0) if len(persons) else ()
        new = tuple(part for part in group if part[0] in clique and part not in known)
        here = np.lexsort([member(persons, known), *(persons[:, axis] for axis in shared)])
        there = np.lexsort([member(arriving, new) == (sign > 0), *(arriving[:, axis] for axis in shared)])
        for axis in clique:
            if axis not in shared:
                persons[here, axis] = arriving[there, axis]
    return persons


def _expand(frame: Frame, table: np.ndarray, place: int) -> np.ndarray:
    """One row of codes per person counted in a clique."""
    counts = np.round(table[frame.starts[place] : frame.starts[place + 1]]).astype(int)
    cells = np.repeat(np.arange(counts.size), counts)
    return np.column_stack(np.unravel_index(cells, frame.shape(frame.cliques[place])))


class Counter:
    """Counts many groups at once."""

    def __init__(self, frame: Frame, groups: list[Group]) -> None:
        self.offsets = np.cumsum([0, *(axis.size for axis in frame.axes)])
        everyone = int(self.offsets[-1])
        self.places = np.full((max(map(len, groups), default=0), len(groups)), everyone)
        for number, group in enumerate(groups):
            for rank, (axis, code) in enumerate(group):
                self.places[rank, number] = self.offsets[axis] + code

    def __call__(self, persons: np.ndarray) -> np.ndarray:
        """The size of each group among some persons."""
        belongs = np.zeros((len(persons), int(self.offsets[-1]) + 1), dtype=bool)
        belongs[:, -1] = True
        rows = np.arange(len(persons))
        for axis in range(persons.shape[1]):
            belongs[rows, self.offsets[axis] + persons[:, axis]] = True
        inside = np.ones((len(persons), self.places.shape[1]), dtype=bool)
        for places in self.places:
            inside &= belongs[:, places]
        return np.asarray(inside.sum(axis=0), dtype=float)
