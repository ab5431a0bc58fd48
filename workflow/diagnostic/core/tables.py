"""What every declared table shares: strict, coercing, with a French title and description per column, and checks on rows.

Each room that has tables declares them in its `tables.csv`: a line for the table, without a column, then one per column.
`model` finds the one behind a name such as `collect/sites`, which is also the end of the file's path:
results/{study}/collect/sites.parquet.

The line of a table: its name, as `table_names` has it; under `type` the table whose columns come first, if any (`room/Name` of
another room); its French title; under `rows` what it says of whole rows, separated by « ; » in the words below: `key a b`,
`ordered a b c`, `within 0 100 a`, and `refers a room/table.column`, which is checked by the step that holds both tables
(`diagnostic.core.step`); each but a key may end with `where column=value|value`, a reference with `unless column=value`. Without
them, those of the table before.

The line of a column: its name, or the form of the names of several (`^…`); its type (`TYPES`); French title and description;
`marks`: `blank` (may be), `unique`, `lacking` (may be), `quote` where a bad value may be shown, as it may only in closed columns
that are not sensitive (design, decision 5); `values`, from `low`, to `high`, `pattern`. A word in capitals is that constant of the
room's `tables.py`, or of a module that its `WORDS` has.
"""

import csv
import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

# Texts are Python's own, in every frame made from here on: Arrow's are for long columns, and cost a call into it, and another
# thread's turn, for each of the many small operations on the small tables of a study.
pd.set_option("mode.string_storage", "python")
TEXT = pd.StringDtype("python", na_value=float("nan"))

PACKAGE = Path(__file__).parents[1]
VERSION = 2
DIGITS = 12  # significant digits of a stored float
SLACK = 1e-9  # relative: what computing in floats may add to a number that lies on its limit


@dataclass(frozen=True)
class Rule:
    """A check on rows. `name` says it whole, so that it tells two rules apart; `broken` marks the rows that break it."""

    name: str
    columns: tuple[str, ...]
    broken: Callable[[pd.DataFrame], np.ndarray]
    kind: str = ""


@dataclass(frozen=True)
class Reference:
    """Every value of `column` is one of `target` in the table `table` (`phase/table`); `where`: only in these rows, `unless`:
    not in these."""

    column: str
    table: str
    target: str
    where: Mapping[str, Sequence[str]]
    unless: Mapping[str, Sequence[str]]


Line = Mapping[str, str]  # of a `tables.csv`, by its header
TYPES = {
    "text": TEXT,
    "integer": pd.Int64Dtype(),
    "decimal": pd.Float64Dtype(),
    "float": float,  # a blank is not a number
    "date": "datetime64[ns]",
    "yes_no": pd.BooleanDtype(),
    "flag": bool,  # without blanks
}


@dataclass(frozen=True, eq=False)
class Table:
    """One declared table, or what several have in common. `strict`: no column more, no column less; `coerce`: types are the
    declared ones."""

    room: str
    name: str
    title: str
    before: "Table | None"  # whose columns come first
    said: str  # of its rows
    lines: tuple[Line, ...]  # of its columns

    def to_schema(self) -> pa.DataFrameSchema:
        """What it declares of its columns, made once. Raises KeyError for a type, a constant or a mark that is not known."""
        return _schema(self)

    def validate(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with the declared types. Raises pandera's SchemaError where its columns are not as declared."""
        return self.to_schema().validate(frame)

    def empty(self) -> pd.DataFrame:
        """Itself without rows, with the declared types."""
        return _empty(self).copy()

    def bare(self) -> pd.DataFrame:
        """The same without the columns that are declared by the form of their names."""
        return _empty(self)[[name for name in columns(self) if name.isidentifier()]]


@cache
def _empty(table: Table) -> pd.DataFrame:
    return table.to_schema().coerce_dtype(pd.DataFrame(columns=columns(table)))


@cache
def _schema(table: Table) -> pa.DataFrameSchema:
    words = _words(table.room)
    before = table.before.to_schema().columns if table.before else {}
    own = {line["column"]: _column(line, words) for line in table.lines}
    return pa.DataFrameSchema(before | own, name=table.name, title=table.title, strict=True, coerce=True)


def _column(line: Line, words: Mapping[str, Any]) -> pa.Column:
    """A column, from its line: pandera checks what is said of it."""
    values = _listed(line["values"], words)
    category = line["type"] == "category"
    checks = [pa.Check.ge(int(line["low"]))] if line["low"] else []
    checks += [pa.Check.le(int(line["high"]))] if line["high"] else []
    checks += [pa.Check.isin(values)] if values and not category else []
    checks += [pa.Check.str_matches(words.get(line["pattern"], line["pattern"]))] if line["pattern"] else []
    marks = {mark: mark in line["marks"].split() for mark in ("blank", "unique", "lacking", "quote")}
    form = line["column"].startswith("^")
    return pa.Column(
        pd.CategoricalDtype(values, ordered=False) if category else TYPES[line["type"]],
        checks,
        nullable=marks["blank"],
        unique=marks["unique"],
        required=not (form or marks["lacking"]),
        regex=form,
        title=line["title"],
        description=line["description"].format(values=", ".join(values)),
        metadata={"quote": marks["quote"]},
        name=line["column"],
    )


def _listed(text: str, words: Mapping[str, Any]) -> list[str]:
    """The values that are separated by « | », those of a constant in its place."""
    parts = text.split("|") if text else []
    return [value for part in parts for value in (words[part] if part.isupper() else [part])]


@cache
def _words(room: str) -> Mapping[str, Any]:
    """The constants that a room's declarations name."""
    module = importlib.import_module(f"diagnostic.{room}.tables")
    return {name: value for place in (*getattr(module, "WORDS", ()), module) for name, value in vars(place).items()}


def _said(text: str, words: Mapping[str, Any]) -> Rule | Reference:
    head, _, outside = text.strip().partition(" unless ")
    what, _, where = head.partition(" where ")
    kind, *names = what.split()
    among, unless = (
        {name: tuple(_listed(values, words)) for name, _, values in (one.partition("=") for one in part.split())}
        for part in (where, outside)
    )
    if kind == "within":
        return within(float(names[0]), float(names[1]), *names[2:], where=among)
    if kind == "refers":
        other, _, target = names[1].partition(".")
        return Reference(names[0], other, target, among, unless)
    if kind == "ordered":
        return ordered(*names, where=among)
    if kind != "key":
        raise KeyError(f"{kind} is nothing that is said of rows")
    return key(*names)


def key(*columns: str) -> Rule:
    """No two rows have the same values in all these columns; a blank is a value."""

    def broken(frame: pd.DataFrame) -> np.ndarray:
        if len(columns) > 1 and frame[columns[-1]].is_unique:  # as nearly always: the others need not be looked at
            return np.zeros(len(frame), dtype=bool)
        return frame.duplicated(list(columns)).to_numpy()

    return Rule(f"one row per {' + '.join(columns)}", columns, broken, "key")


def ordered(*columns: str, where: Mapping[str, Sequence[str]] | None = None) -> Rule:
    """Each column is at most each of the next ones, blanks aside; `where`: only in rows with these values."""

    def broken(frame: pd.DataFrame) -> np.ndarray:
        pairs = [(one, other) for at, one in enumerate(columns) for other in columns[at + 1 :]]
        return np.any([_above(frame[one], frame[other]) for one, other in pairs], axis=0) & among(frame, where)

    return Rule(" ≤ ".join(columns) + _told(where), (*columns, *(where or {})), broken, "ordered")


def within(low: float, high: float, *columns: str, where: Mapping[str, Sequence[str]] | None = None) -> Rule:
    """Each column lies from `low` to `high`, blanks aside; `where`: only in rows with these values."""

    def broken(frame: pd.DataFrame) -> np.ndarray:
        values = frame[list(columns)].to_numpy(dtype=float, na_value=np.nan)
        outside = (values < low - SLACK) | (values > high + SLACK * max(1.0, abs(high)))
        return np.asarray(outside.any(axis=1)) & among(frame, where)

    return Rule(f"{', '.join(columns)}: {low:g} to {high:g}" + _told(where), (*columns, *(where or {})), broken)


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


@cache
def _lines(room: str) -> Mapping[str, list[Line]]:
    """Name of a table → its lines in the room's `tables.csv`, its own first."""
    found: dict[str, list[Line]] = {}
    with (PACKAGE / room / "tables.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["table"], []).append(line)
    return found


@cache
def table(name: str) -> Table:
    """The declaration `room/Name`. Raises KeyError where the room's `tables.csv` has none."""
    room, _, own = name.partition("/")
    first, *lines = _lines(room)[own]
    before = first["type"] if "/" in first["type"] or not first["type"] else f"{room}/{first['type']}"
    return Table(room, own, first["title"], table(before) if before else None, first["rows"], tuple(lines))


def models(room: str, names: Mapping[str, str]) -> dict[str, Table]:
    """Tables by their names, from those of their declarations (`room/Name` in another room)."""
    return {one: table(name if "/" in name else f"{room}/{name}") for one, name in names.items()}


def model(name: str) -> Table:
    """The declaration of table `phase/table_name`. Raises KeyError for an undeclared table."""
    phase, own = name.split("/")
    declared: Mapping[str, Table] = importlib.import_module(f"diagnostic.{phase}.tables").TABLES
    if own not in declared:
        raise KeyError(f"{name} is not declared: see TABLES of diagnostic/{phase}/table_names.py")
    return declared[own]


@cache
def schema(name: str) -> pa.DataFrameSchema:
    """What table `phase/table_name` declares of its columns."""
    return model(name).to_schema()


@cache
def _rows(name: str) -> tuple[Rule | Reference, ...]:
    one: Table | None = model(name)
    while one and not one.said:
        one = one.before
    return tuple(_said(text, _words(one.room)) for text in one.said.split(";")) if one else ()


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


def columns(table: str | Table) -> list[str]:
    """The column names of a table (`phase/table_name`, or its declaration), in order."""
    return list((model(table) if isinstance(table, str) else table).to_schema().columns)
