"""What every declared table shares: strict, coercing, with a French title and description per column, and checks on rows.

Each phase declares its tables in its own `tables.py`; `model` finds the one behind a name such as
`collect/sites`, which is also the end of the file's path: results/{study}/collect/sites.parquet.

What a table says of one column is pandera's (type, blanks, closed list, limits, unique). What it says of a whole row
is in its Config (`metadata = rows(…)`), in the words below: `key`, `ordered`, `within`; `refers` says it of another table,
and is checked by the step that holds both (`diagnostic.core.step`).
"""

from __future__ import annotations

import importlib
import re
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

# Texts are Python's own, in every frame made from here on: Arrow's are for long columns, and cost a call into it, and another
# thread's turn, for each of the many small operations on the small tables of a study.
pd.set_option("mode.string_storage", "python")
TEXT = pd.StringDtype("python", na_value=float("nan"))

VERSION = 2
DIGITS = 12  # significant digits of a stored float
SLACK = 1e-9  # relative: what computing in floats may add to a number that lies on its limit

Broken = Callable[[pd.DataFrame], np.ndarray]


@dataclass(frozen=True)
class Rule:
    """A check on rows. `name` says it whole, so that it tells two rules apart; `broken` marks the rows that break it."""

    name: str
    columns: tuple[str, ...]
    broken: Broken


@dataclass(frozen=True)
class Reference:
    """Every value of `column` is one of `target` in the table `table` (`phase/table`); `where`: only in these rows, `unless`:
    not in these."""

    column: str
    table: str
    target: str
    where: Mapping[str, Sequence[str]] | None = None
    unless: Mapping[str, Sequence[str]] | None = None


class Table(pa.DataFrameModel):
    """One declared table. `strict`: no column more, no column less; `coerce`: types are the declared ones."""

    class Config:
        strict = True
        coerce = True

    @classmethod
    def to_schema(cls) -> pa.DataFrameSchema:
        """What it declares of its columns. pandera, which makes it once, takes texts for Arrow's."""
        made = super().to_schema()
        for column in made.columns.values():
            if isinstance(column.dtype.type, pd.StringDtype) and column.dtype.type != TEXT:
                column.dtype = TEXT
        return made


def field(title: str, description: str, *, quote: bool = False, **checks: Any) -> Any:
    """A column: French title and description, pandera checks, and `quote=True` where a bad value may be shown.

    Values are quoted in error messages only for closed, non-sensitive columns (design, decision 5).
    """
    return pa.Field(title=title, description=description, metadata={"quote": quote}, **checks)


def rows(*declared: Rule | Reference) -> dict[str, tuple[Rule | Reference, ...]]:
    """What a table says of its rows, as the `metadata` of its Config. A table that extends it has the same, or its own."""
    return {"rows": declared}


def key(*columns: str) -> Rule:
    """No two rows have the same values in all these columns; a blank is a value."""

    def broken(frame: pd.DataFrame) -> np.ndarray:
        if len(columns) > 1 and frame[columns[-1]].is_unique:  # as nearly always: the others need not be looked at
            return np.zeros(len(frame), dtype=bool)
        return frame.duplicated(list(columns)).to_numpy()

    return Rule(f"one row per {' + '.join(columns)}", columns, broken)


def ordered(*columns: str, where: Mapping[str, Sequence[str]] | None = None) -> Rule:
    """Each column is at most each of the next ones, blanks aside; `where`: only in rows with these values."""

    def broken(frame: pd.DataFrame) -> np.ndarray:
        pairs = [(one, other) for at, one in enumerate(columns) for other in columns[at + 1 :]]
        found = [_above(frame[one], frame[other]) for one, other in pairs]
        return np.any(found, axis=0) & among(frame, where)

    return Rule(" ≤ ".join(columns) + _told(where), (*columns, *(where or {})), broken)


def within(low: float, high: float, *columns: str, where: Mapping[str, Sequence[str]] | None = None) -> Rule:
    """Each column lies from `low` to `high`, blanks aside; `where`: only in rows with these values."""

    def broken(frame: pd.DataFrame) -> np.ndarray:
        values = frame[list(columns)].to_numpy(dtype=float, na_value=np.nan)
        outside = (values < low - SLACK) | (values > high + SLACK * max(1.0, abs(high)))
        return np.asarray(outside.any(axis=1)) & among(frame, where)

    return Rule(f"{', '.join(columns)}: {low:g} to {high:g}" + _told(where), (*columns, *(where or {})), broken)


def refers(
    column: str,
    to: str,
    where: Mapping[str, Sequence[str]] | None = None,
    unless: Mapping[str, Sequence[str]] | None = None,
) -> Reference:
    """Every value of the column, blanks aside, is in the column `to` (`phase/table.column`) of another table."""
    table, _, target = to.partition(".")
    return Reference(column, table, target, where, unless)


def _above(left: pd.Series, right: pd.Series) -> np.ndarray:
    if pd.api.types.is_datetime64_any_dtype(left):
        return (left > right).to_numpy()  # no date is above nothing
    one, other = (part.to_numpy(dtype=float, na_value=np.nan) for part in (left, right))
    return np.asarray(one > other + SLACK * np.maximum(1.0, np.abs(other)))


def among(frame: pd.DataFrame, where: Mapping[str, Sequence[str]] | None) -> np.ndarray:
    """Which rows have these values; all of them without `where`."""
    chosen = np.ones(len(frame), dtype=bool)
    for name, values in (where or {}).items():
        chosen &= frame[name].isin(list(values)).to_numpy(dtype=bool)
    return chosen


def _told(where: Mapping[str, Sequence[str]] | None) -> str:
    return "".join(f", where {name} is {' or '.join(values)}" for name, values in (where or {}).items())


def models(names: Mapping[str, str], *places: Mapping[str, Any]) -> dict[str, Any]:
    """Tables by their names, from the names of their models, each in the first of `places` that has it (modules, by their
    names). Raises KeyError for a model that none has."""
    found = ChainMap(*map(dict, places))
    return {table: found[name] for table, name in names.items()}


def model(name: str) -> type[Table]:
    """The model of table `phase/table_name`. Raises KeyError for an undeclared table."""
    phase, table = name.split("/")
    declared: Mapping[str, type[Table]] = importlib.import_module(f"diagnostic.{phase}.tables").TABLES
    if table not in declared:
        raise KeyError(f"{name} is not declared: see TABLES of diagnostic/{phase}/table_names.py")
    return declared[table]


@cache
def schema(name: str) -> pa.DataFrameSchema:
    """What table `phase/table_name` declares of its columns."""
    return model(name).to_schema()


@cache
def _rows(name: str) -> tuple[Rule | Reference, ...]:
    schema(name)  # a model has no settings before its columns are made
    return tuple((model(name).__config__.metadata or {}).get("rows", ()))  # type: ignore[union-attr]


@cache
def row_rules(name: str) -> tuple[Rule, ...]:
    """What table `phase/table_name` declares of each row, and of its rows together."""
    return tuple(one for one in _rows(name) if isinstance(one, Rule))


@cache
def references(name: str) -> tuple[Reference, ...]:
    """What table `phase/table_name` declares of other tables."""
    return tuple(one for one in _rows(name) if isinstance(one, Reference))


@cache
def declared(name: str, given: tuple[str, ...]) -> Mapping[str, pa.Column] | None:
    """What table `phase/table_name` declares of each of these columns; None where one is unknown, doubled or lacking."""
    parts = schema(name).columns
    forms = {pattern: re.compile(pattern) for pattern, part in parts.items() if part.regex}
    found = {}
    for column in given:
        named = [parts[column]] if column in parts and column not in forms else []
        named += [parts[pattern] for pattern, form in forms.items() if form.match(column)]
        if len(named) != 1:
            return None
        found[column] = named[0]
    lacking = {column for column, part in parts.items() if part.required and not part.regex} - found.keys()
    return None if lacking or len(found) < len(given) else found


def columns(table: type[Table]) -> list[str]:
    """The column names of a table, in order."""
    return list(_columns(table))


@cache
def _columns(table: type[Table]) -> tuple[str, ...]:
    return tuple(table.to_schema().columns)
