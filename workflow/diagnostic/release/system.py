"""What a reader knows, as one system of integer counts: cells, the relations between them, what is shown.

Unknown counts are non-negative integers. `compile_system` turns the two tables into the smallest set of columns:
a cell that a relation defines as the sum of others is replaced by that sum, so that a printed total becomes a row
over what it adds up. Withholding a fact then frees its rows; nothing is rebuilt.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

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
