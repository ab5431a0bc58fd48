"""Groups of persons, and the unknown counts behind the groups that are printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.release.cliques import cliques, tree
from diagnostic.release.system import System, compile_system, total

Group = tuple[tuple[int, int], ...]  # (axis, code), sorted by axis
TOTAL = "total"
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
class Frame:
    """The unknown counts behind a set of printed groups: cliques, their tree, and the compiled system.

    `empty`: groups that nobody can belong to (a minor of 26 to 35); their axes share a clique by `extra`.
    """

    axes: tuple[Axis, ...]
    printed: tuple[Group, ...]
    extra: tuple[tuple[int, ...], ...] = ()  # axes that must be reasoned with together besides the printed ones
    empty: tuple[Group, ...] = ()

    @cached_property
    def cliques(self) -> list[tuple[int, ...]]:
        together = [*(tuple(axis for axis, _ in group) for group in self.printed), *self.extra]
        return cliques([axis.size for axis in self.axes], together)

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

    def tables(
        self, shown: Mapping[Group, tuple[int, int]], statements: Sequence[Statement] = ()
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The cells and relations of the system; `shown`: printed group → what its number says."""
        cells, relations = [], []
        for group in self.printed:
            low, high = shown[group]
            cells.append({"cell": self.name(group), "published": "shown", "low": low, "high": high})
        known = {self.name(group) for group in self.printed}
        barred = {column for group in self.empty for column in self._everywhere(group)}
        for place in range(len(self.cliques)):
            for column in range(self.starts[place], self.starts[place + 1]):
                most = 0 if column in barred else None
                cells.append({"cell": f"@{column}", "published": "internal", "low": None, "high": most})
            for group in self.printed:
                if self.home(axis for axis, _ in group) == place:
                    relations += self._sum(group, place)
        for one, other, shared in self.edges:
            for group in self._cells(shared):
                if self.name(group) not in known:
                    known.add(self.name(group))
                    cells.append({"cell": self.name(group), "published": "internal", "low": None, "high": None})
                relations += [row for place in (one, other) for row in self._sum(group, place)]
        for statement in statements:
            for coefficient, group in statement.terms:
                if self.name(group) not in known:
                    known.add(self.name(group))
                    cells.append({"cell": self.name(group), "published": "internal", "low": None, "high": None})
                home = self.home(axis for axis, _ in group)
                assert home is not None  # `extra` holds the axes of every statement
                relations += self._sum(group, home)
                row = {"relation": statement.name, "cell": self.name(group), "coefficient": coefficient}
                relations.append({**row, "low": statement.low, "high": statement.high, "printed": True})
        table = pd.DataFrame(relations).drop_duplicates(["relation", "cell"], ignore_index=True)
        bounds = {"low": "Int64", "high": "Int64"}
        return pd.DataFrame(cells).astype(bounds), table.astype(bounds)

    def _everywhere(self, group: Group) -> Iterator[int]:
        axes = {axis for axis, _ in group}
        for place, clique in enumerate(self.cliques):
            if axes <= set(clique):
                yield from self.columns(group, place).tolist()

    def _cells(self, axes: Sequence[int]) -> list[Group]:
        return [tuple(zip(axes, map(int, code), strict=True)) for code in np.ndindex(*self.shape(axes))]

    def _sum(self, group: Group, place: int) -> list[dict[str, object]]:
        name = self.name(group)
        return total(f"{name} = clique {place}", name, (f"@{column}" for column in self.columns(group, place)))

    def system(self, shown: Mapping[Group, tuple[int, int]], statements: Sequence[Statement] = ()) -> System:
        """Columns are the cliques' unknown counts, in order."""
        return compile_system(*self.tables(shown, statements))


def member(codes: np.ndarray, group: Group) -> np.ndarray:
    """Which persons (rows of codes) belong to the group."""
    inside = np.ones(len(codes), dtype=bool)
    for axis, code in group:
        inside &= codes[:, axis] == code
    return inside
