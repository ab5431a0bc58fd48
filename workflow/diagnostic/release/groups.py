"""Groups of persons, and the unknown counts behind the groups that are printed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

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


# -- Which variables must be reasoned with together: a junction tree of the printed tables ------------------------
# Whole-number tables that agree on what two cliques share can always be glued into one table of persons, so that
# unknown counts are needed per clique only, not for the cube of all variables (Lauritzen, Graphical Models, 1996,
# §2.1).
LARGEST_CLIQUE = 20_000  # unknown counts


class TooWide(Exception):
    """Printed tables tie so many variables together that they cannot be reasoned with; the message is French."""


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
        return fill, _weight(sizes, around | {axis}), axis

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
    widest = max((_weight(sizes, clique) for clique in found), default=0)
    if widest > LARGEST_CLIQUE:
        raise TooWide(
            f"Les tableaux à publier croisent trop de variables entre eux ({widest} cases inconnues) : "
            "publier moins de tableaux croisés, ou regrouper des modalités."
        )
    return sorted(tuple(sorted(clique)) for clique in found)


def _weight(sizes: Sequence[int], axes: Iterable[int]) -> int:
    weight = 1
    for axis in axes:
        weight *= sizes[axis]
    return weight


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


# -- What a reader knows, as one system of integer counts: cells, the relations between them, what is shown -------
# Unknown counts are non-negative integers. `compile_system` turns the two tables into the smallest set of columns: a
# cell that a relation defines as the sum of others is replaced by that sum, so that a printed total becomes a row
# over what it adds up. Withholding a fact then frees its rows; nothing is rebuilt.
ALWAYS, SHOWN, FREED = 0, 1, 2  # a row holds always, while its fact is shown, or once its fact is withheld
UNBOUNDED = 10**6  # more persons than any study has


def total(relation: str, whole: str, parts: Iterable[str]) -> list[dict[str, object]]:
    """The rows of the relation « whole = sum of the parts »."""
    rows = [(whole, 1), *((part, -1) for part in parts)]
    return [_row(relation, cell, coefficient, 0, 0, False) for cell, coefficient in rows]


def _row(relation: str, cell: str, coefficient: int, low: int | None, high: int | None, printed: bool) -> dict:
    return {
        "relation": relation,
        "cell": cell,
        "coefficient": coefficient,
        "low": low,
        "high": high,
        "printed": printed,
    }


@dataclass(frozen=True)
class System:
    """Columns are the counts left unknown; `forms` writes every cell as a sum of columns."""

    cells: tuple[str, ...]
    forms: scipy.sparse.csr_array  # cells × columns
    rows: scipy.sparse.csr_array  # rows × columns
    low: np.ndarray
    high: np.ndarray
    facts: tuple[str, ...]  # the printed fact behind each row; "" for an identity
    when: np.ndarray  # ALWAYS, SHOWN or FREED
    exact: frozenset[str]  # facts shown as one value
    withheld: frozenset[str] = frozenset()

    @cached_property
    def index(self) -> Mapping[str, int]:
        return {cell: place for place, cell in enumerate(self.cells)}

    @property
    def columns(self) -> int:
        return int(self.rows.shape[1])

    def form(self, cells: Iterable[str]) -> scipy.sparse.csr_array:
        """The forms of some cells: one row per cell. Raises KeyError for an unknown one."""
        return self.forms[[self.index[cell] for cell in cells]]

    @cached_property
    def active(self) -> np.ndarray:
        """Which rows hold, given what is withheld."""
        gone = np.array([fact in self.withheld for fact in self.facts], dtype=bool)
        held = (self.when == ALWAYS) & ~(gone & np.array([fact != "" for fact in self.facts], dtype=bool))
        return held | ((self.when == SHOWN) & ~gone) | ((self.when == FREED) & gone)

    def free(self, facts: Iterable[str]) -> System:
        """The same system once these facts are withheld (and only these)."""
        return replace(self, withheld=frozenset(facts))

    def without(self, known: np.ndarray) -> System:
        """What is left unknown to someone who knows `known` of each column: every bound less their part."""
        part = self.rows @ known
        return replace(self, low=self.low - part, high=self.high - part)


Form = dict[str, int]


def compile_system(cells: pd.DataFrame, relations: pd.DataFrame) -> System:
    """The system of a table of cells and a table of relations.

    `cells`: one row per count that a reader may know, may look for, or must reason with (`cell`, `published` as `shown`,
    `withheld` or `internal`, `low` and `high`, what its printed figure says). `relations`: one row per relation and cell,
    low ≤ Σ coefficient × cell ≤ high (`relation`, `cell`, `coefficient`, `low`, `high`, `printed`: by a figure, not an identity).
    Raises ValueError when a relation names an unknown cell.
    """
    names = list(cells["cell"])
    unknown = sorted(set(relations["cell"]) - set(names))
    if unknown:
        raise ValueError(f"relations : cases inconnues : {', '.join(unknown[:5])}")
    bounds = {
        cell: (_bound(low, -math.inf), _bound(high, math.inf))
        for cell, low, high in zip(cells["cell"], cells["low"], cells["high"], strict=True)
    }
    published = dict(zip(cells["cell"], cells["published"], strict=True))
    definitions, rest = _eliminate(relations, bounds)
    rows: list[tuple[Form, float, float, str, int]] = []
    shown = {cell for cell, state in published.items() if state == "shown"}
    exact = frozenset(cell for cell in shown if bounds[cell][0] == bounds[cell][1])
    for cell in names:
        low, high = bounds[cell]
        if published[cell] != "withheld" and (low > 0 or high < math.inf):
            fact = cell if cell in shown else ""
            rows.append((definitions.get(cell, {cell: 1}), low, high, fact, SHOWN if fact else ALWAYS))
    for whole, parts, low, high, fact in rest:
        if whole in exact and not fact:  # a second sum for the same printed total: two rows, tied only once it is freed
            other = {cell: -times for cell, times in parts.items() if cell != whole}
            rows.append((_expand(other, definitions), *bounds[whole], whole, SHOWN))
            rows.append((_expand(parts, definitions), low, high, whole, FREED))
        else:
            rows.append((_expand(parts, definitions), low, high, fact, SHOWN if fact else ALWAYS))
    return _assemble(names, definitions, rows, exact)


def _bound(value: object, otherwise: float) -> float:
    return otherwise if value is pd.NA or value is None or value != value else float(value)  # type: ignore[arg-type]


Rest = list[tuple[str, Form, float, float, str]]


def _eliminate(relations: pd.DataFrame, bounds: Mapping[str, tuple[float, float]]) -> tuple[dict[str, Form], Rest]:
    """Replace each total by its sum, once. Returns the definitions and the relations that stay rows."""
    definitions: dict[str, Form] = {}
    users: dict[str, set[str]] = defaultdict(set)  # cell → totals whose definition names it
    rest: Rest = []
    forms: dict[str, Form] = {}
    said: dict[str, tuple[float, float, bool]] = {}
    columns = ("relation", "cell", "coefficient", "low", "high", "printed")
    for name, cell, coefficient, low, high, printed in zip(*(relations[c].tolist() for c in columns), strict=True):
        if name not in forms:
            forms[name] = defaultdict(int)
            said[name] = (_bound(low, -math.inf), _bound(high, math.inf), bool(printed))
        forms[name][cell] += int(coefficient)
    for name, form in forms.items():
        low, high, printed = said[name]
        positive = [cell for cell, times in form.items() if times == 1]
        whole = positive[0] if len(positive) == 1 and all(t < 0 for c, t in form.items() if c != positive[0]) else ""
        sums = low == high == 0 and bool(whole) and not printed
        parts = _expand({c: -t for c, t in form.items() if c != whole}, definitions) if sums else {}
        if sums and whole not in definitions and whole not in parts:
            definitions[whole] = parts
            for user in sorted(users.pop(whole, ())):
                times = definitions[user].pop(whole)
                for cell, part in parts.items():
                    definitions[user][cell] = definitions[user].get(cell, 0) + times * part
                    users[cell].add(user)
            for cell in parts:
                users[cell].add(whole)
        else:
            rest.append((whole if sums else "", dict(form), low, high, name.rstrip("≥≤") if printed else ""))
    return definitions, rest


def _expand(form: Form, definitions: Mapping[str, Form]) -> Form:
    found: Form = defaultdict(int)
    for cell, times in form.items():
        for column, part in definitions.get(cell, {cell: 1}).items():
            found[column] += times * part
    return {column: times for column, times in found.items() if times}


def _assemble(
    names: list[str],
    definitions: Mapping[str, Form],
    rows: list[tuple[Form, float, float, str, int]],
    exact: frozenset[str],
) -> System:
    columns = [cell for cell in names if cell not in definitions]
    place = {cell: number for number, cell in enumerate(columns)}

    def matrix(forms: list[Form]) -> scipy.sparse.csr_array:
        indptr = np.cumsum([0, *(len(form) for form in forms)])
        indices = [place[cell] for form in forms for cell in form]
        data = [float(times) for form in forms for times in form.values()]
        return scipy.sparse.csr_array((data, indices, indptr), shape=(len(forms), len(columns)), dtype=float)

    return System(
        cells=tuple(names),
        forms=matrix([dict(definitions.get(cell, {cell: 1})) for cell in names]),
        rows=matrix([row[0] for row in rows]),
        low=np.array([math.ceil(row[1]) if math.isfinite(row[1]) else row[1] for row in rows], dtype=float),
        high=np.array([math.floor(row[2]) if math.isfinite(row[2]) else row[2] for row in rows], dtype=float),
        facts=tuple(row[3] for row in rows),
        when=np.array([row[4] for row in rows], dtype=int),
        exact=exact,
    )
