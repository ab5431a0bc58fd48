"""Groups of persons, and the unknown counts behind the groups that are printed."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import scipy  # its parts are loaded when they are first used

Group = tuple[tuple[int, int], ...]  # (axis, code), sorted by axis
TOTAL = "total"
UNBOUNDED = 10**6  # more persons than any study has
ENDS = "≥≤"  # after the name of a figure that is told by two sentences


@dataclass(frozen=True)
class Variable:
    """One variable of the closed list. `classes`: modality → class of the policy, for those that are not ordinary.
    `silent`: modalities that say nothing of anybody (no answer), never to be protected."""

    name: str
    modalities: tuple[str, ...]
    classes: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Axis:
    variable: Variable
    modality: str  # "" for a variable of one answer

    @property
    def size(self) -> int:
        return 2 if self.modality else len(self.variable.modalities)

    @property
    def codes(self) -> Sequence[int]:
        """The codes that make a group: those that say yes, or something."""
        if self.modality:
            return () if self.modality in self.variable.silent else (1,)
        return [code for code, said in enumerate(self.variable.modalities) if said not in self.variable.silent]

    def name(self, code: int) -> str:
        if self.modality:
            return f"{self.variable.name}{'=' if code else '≠'}{self.modality}"
        return f"{self.variable.name}={self.variable.modalities[code]}"

    def level(self, code: int) -> str:
        return self.variable.classes.get(self.modality or self.variable.modalities[code], "ordinary")


@dataclass(frozen=True)
class Statement:
    """One printed sentence on groups: low ≤ Σ coefficient × group ≤ high (a percentage, a subtotal, a comparison)."""

    name: str
    terms: tuple[tuple[int, Group], ...]
    low: int | None
    high: int | None

    @property
    def fact(self) -> str:
        """The printed figure that this sentence is the whole, or one end (≥, ≤), of."""
        return self.name.rstrip(ENDS)


@dataclass(frozen=True)
class System:
    """What a reader knows of unknown counts (x ≥ 0, one column each): low ≤ rows · x ≤ high. `facts`: the printed figure
    behind each row, "" for an identity."""

    rows: scipy.sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    facts: tuple[str, ...]

    @property
    def columns(self) -> int:
        return int(self.rows.shape[1])

    def without(self, known: np.ndarray) -> "System":
        """What is left unknown to someone who knows `known` of each column: every bound less their part."""
        part = self.rows @ known
        return replace(self, low=self.low - part, high=self.high - part)


@dataclass(frozen=True)
class Frame:
    """The unknown counts behind groups that are printed: cliques of axes, and their tree. `extra`: axes that must be reasoned
    with together."""

    axes: tuple[Axis, ...]
    extra: tuple[tuple[int, ...], ...] = ()

    @cached_property
    def cliques(self) -> list[tuple[int, ...]]:
        return cliques([axis.size for axis in self.axes], self.extra)

    @cached_property
    def edges(self) -> list[tuple[int, int, tuple[int, ...]]]:
        return tree(self.cliques)

    def shape(self, clique: Sequence[int]) -> tuple[int, ...]:
        return tuple(self.axes[axis].size for axis in clique)

    @cached_property
    def starts(self) -> list[int]:
        """The first column of each clique, then the number of columns."""
        sizes = [int(np.prod(self.shape(clique))) for clique in self.cliques]
        return [0, *np.cumsum(sizes).tolist()]

    def home(self, axes: Iterable[int]) -> int | None:
        """The smallest clique that holds these axes, or None."""
        wanted = frozenset(axes)
        if wanted not in self._homes:
            holds = [place for place, clique in enumerate(self.cliques) if wanted <= set(clique)]
            self._homes[wanted] = min(
                holds, key=lambda place: (self.starts[place + 1] - self.starts[place], place), default=None
            )
        return self._homes[wanted]

    @cached_property
    def _homes(self) -> dict[frozenset[int], int | None]:
        return {}

    def columns(self, group: Group, place: int) -> np.ndarray:
        """The columns of a clique whose persons belong to the group (axes outside the clique are ignored)."""
        clique, shape = self.cliques[place], self.shape(self.cliques[place])
        chosen: list[int | slice] = [slice(None)] * len(clique)
        for axis, code in group:
            if axis in clique:
                chosen[clique.index(axis)] = code
        cells = np.arange(int(np.prod(shape))).reshape(shape)
        return np.atleast_1d(np.asarray(cells[tuple(chosen)])).ravel() + self.starts[place]

    def form(self, plus: Sequence[np.ndarray]) -> scipy.sparse.csr_array:
        """Sums of columns as rows."""
        sizes = [len(columns) for columns in plus]
        found = np.concatenate([np.zeros(0, dtype=int), *plus]).astype(int)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        return scipy.sparse.csr_array((np.ones(len(found)), found, starts), shape=(len(plus), self.starts[-1]))

    def table(self, persons: np.ndarray) -> np.ndarray:
        """The columns' counts of some persons (rows of codes)."""
        found = np.zeros(self.starts[-1])
        for place, clique in enumerate(self.cliques):
            shape = self.shape(clique)
            codes = np.ravel_multi_index(tuple(persons[:, axis] for axis in clique), shape)
            counts = np.bincount(codes, minlength=int(np.prod(shape)))
            found[self.starts[place] : self.starts[place + 1]] = counts
        return found

    def name(self, group: Group) -> str:
        return " & ".join(self.axes[axis].name(code) for axis, code in group) or TOTAL

    def system(self, statements: Sequence[Statement]) -> System:
        """What these sentences say of the cliques' unknown counts, in order. A group is read in the first clique that names
        it; another one that names it has as many: a row of its own."""
        rows: list[tuple[Mapping[int, int], float, float, str]] = []
        first: dict[Group, int] = {}
        told: set[tuple[Group, int]] = set()

        def read(group: Group, place: int) -> np.ndarray:
            home = self.columns(group, first.setdefault(group, place))
            if first[group] != place and (group, place) not in told:
                told.add((group, place))
                other = self.columns(group, place)
                rows.append((_added([(1, home), (-1, other)]), 0, 0, ""))
            return home

        for one, other, shared in self.edges:
            for code in np.ndindex(*self.shape(shared)):
                group = tuple(zip(shared, map(int, code), strict=True))
                read(group, one)
                read(group, other)
        for said in dict.fromkeys(statements):
            parts = []
            for times, group in said.terms:
                home = self.home(axis for axis, _ in group)
                assert home is not None  # `extra` holds the axes of every statement
                parts.append((times, read(group, home)))
            low = -math.inf if said.low is None else said.low
            rows.append((_added(parts), low, math.inf if said.high is None else said.high, said.fact))
        starts = np.cumsum([0, *(len(form) for form, *_ in rows)])
        indices = [column for form, *_ in rows for column in form]
        values = [float(times) for form, *_ in rows for times in form.values()]
        matrix = scipy.sparse.csr_array((values, indices, starts), shape=(len(rows), self.starts[-1]), dtype=float)
        low_, high_ = (np.array([row[at] for row in rows], dtype=float) for at in (1, 2))
        return System(matrix, low_, high_, tuple(row[3] for row in rows))


def _added(parts: Iterable[tuple[int, np.ndarray]]) -> dict[int, int]:
    """Column → coefficient of a sum of sums of columns, without those that cancel out."""
    found: dict[int, int] = {}
    for times, columns in parts:
        for column in columns.tolist():
            found[column] = found.get(column, 0) + times
    return {column: times for column, times in found.items() if times}


def member(codes: np.ndarray, group: Group) -> np.ndarray:
    """Which persons (rows of codes) belong to the group."""
    inside = np.ones(len(codes), dtype=bool)
    for axis, code in group:
        inside &= codes[:, axis] == code
    return inside


# -- Which variables must be reasoned with together: a junction tree of the printed tables ------------------------
# Whole-number tables that agree on what two cliques share can always be glued into one table of persons, so that
# unknown counts are needed per clique only, not for the cube of all variables (Lauritzen, Graphical Models, 1996,
# §2.1).
LARGEST_CLIQUE = 20_000  # unknown counts


class TooWide(Exception):
    """Claim tables tie so many variables together that they cannot be reasoned with; the message is French."""


def cliques(sizes: Sequence[int], groups: Iterable[Iterable[int]]) -> list[tuple[int, ...]]:
    """The maximal cliques of a triangulation of the graph whose edges are inside `groups`; each as sorted axes.

    Greedy: the axis that needs the fewest new edges goes first, then the smallest clique. Raises TooWide.
    """
    near: dict[int, set[int]] = {axis: set() for axis in range(len(sizes))}
    for group in groups:
        for one, other in combinations(sorted(set(group)), 2):
            near[one].add(other)
            near[other].add(one)
    found: list[frozenset[int]] = []
    left = set(near)

    def cost(axis: int) -> tuple[int, int, int]:
        around = near[axis] & left
        fill = sum(1 for one, other in combinations(sorted(around), 2) if other not in near[one])
        return fill, math.prod(sizes[one] for one in around | {axis}), axis

    while left:
        axis = min(left, key=cost)
        around = near[axis] & left
        for one, other in combinations(sorted(around), 2):
            near[one].add(other)
            near[other].add(one)
        clique = frozenset(around | {axis})
        if not any(clique <= other for other in found):
            found.append(clique)
        left.remove(axis)
    widest = max((math.prod(sizes[axis] for axis in clique) for clique in found), default=0)
    if widest > LARGEST_CLIQUE:
        raise TooWide(
            f"Les tableaux à publier croisent trop de variables entre eux ({widest} cases inconnues) : "
            "publier moins de tableaux croisés, ou regrouper des modalités."
        )
    return sorted(tuple(sorted(clique)) for clique in found)


def tree(found: Sequence[tuple[int, ...]]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Edges (known clique, next clique, shared axes) from the first clique on: a spanning tree of largest overlaps."""
    held = [frozenset(clique) for clique in found]
    nearest = {other: (len(held[0] & held[other]), 0) for other in range(1, len(found))}  # overlap with what is joined
    edges = []
    while nearest:
        other = max(nearest, key=lambda place: (nearest[place][0], -nearest[place][1], -place))
        _, one = nearest.pop(other)
        edges.append((one, other, tuple(sorted(held[one] & held[other]))))
        for left, (most, place) in nearest.items():
            overlap = len(held[other] & held[left])
            if (overlap, -other) > (most, -place):
                nearest[left] = (overlap, other)
    return edges


def columns(frame: Frame, groups: Sequence[Group]) -> np.ndarray:
    """The columns of disjoint groups, in a clique that holds them."""
    if not groups:
        return np.zeros(0, dtype=int)
    axes = {axis for group in groups for axis, _ in group}
    home = frame.home(axes)
    assert home is not None
    return np.concatenate([np.zeros(0, dtype=int), *(frame.columns(group, home) for group in groups)]).astype(int)
