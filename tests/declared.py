"""Small valid tables made from the declarations alone, for tests of the door: no value of any study."""

from __future__ import annotations

import csv
import importlib
import re
from typing import Any

import pandas as pd
import pandera.pandas as pa

from diagnostic.core import tables

PHASES = ("geography", "collect", "consolidate", "estimate", "release", "report")
# A form of text that a column asks for → three texts of that form.
FORMS = {
    r"^[A-Z]\d{2}$": ("A01", "B02", "C03"),
    r"^[A-Z]+$": ("A", "B", "AC"),
    r"^[A-Z0-9-]{1,40}$": ("A-1", "A-2", "B7"),
    r"^[A-Za-z0-9-]{1,40}$": ("a", "B-1", "c2"),
    r"^\d{4}-\d{2}$": ("2026-01", "2026-02", "2026-03"),
    r"^\d{4}(-\d{2}(-\d{2})?)?$": ("2026", "2026-02", "2026-03-04"),
    r"^(\d{1,6}|\d{4}-\d{2}-\d{2})$": ("12", "3", "2026-01-02"),
    r"^[^\W\d_]{2,4}$": ("AB", "CD", "ÉLM"),
    r"^[0-9a-f]{64}$": ("0" * 64, "1" * 64, "a" * 64),
    r"^(hmac-)?sha256:[0-9a-f]{64}$": tuple(f"sha256:{digit * 64}" for digit in "01a"),
    r"^[a-z]\w*/[A-Za-z0-9_]+$": ("a/b", "a/c", "b/d_1"),
    r"^[a-z0-9_]+(\.[a-z0-9_]+)+$": ("a.b", "a.c", "a.d_1"),
    r"^[a-z0-9_]+(\.[A-Za-z0-9_-]+)+$": ("a.b", "a.C", "a.d-1"),
    r"^https://[^\s@]+$": ("https://exemple.fr", "https://exemple.fr/a", "https://exemple.org"),
    r"^(https://[^\s@]+|\d{2,4}|\d{2} \d{2}|\d{3} \d{3})$": ("3919", "https://exemple.fr", "116 006"),
}
NAMES = {  # how a form of column ends → a column of that form
    r"\.code$": "colour.code",
    r"/[A-Za-z0-9_]+$": "colour/red",
    r"\.state$": "size.state",
    r"\.number$": "size.number",
    r"minors_maximum)$": "size.minimum",
    r"\.central$": "size.central",
    r"\.rule$": "size.rule",
    r"\.text$": "place.text",
    r"\.date$": "day.date",
    r"\.pseudonym$": "place.pseudonym",
    r"\.codings$": "colour.codings",
}
ROWS = 3
HEADER = "column,type,title,description,marks,values,low,high,pattern"


def written(*lines: str, before: str = "collect/Sourced") -> tables.Table:
    """A table of the test's own, by the lines of its columns, each as in a `tables.csv` (`HEADER`)."""
    read = csv.DictReader([HEADER, *lines], restval="")
    return tables.Table("collect", "Written", "Table de ce test", tables.table(before), "", tuple(read))


def every() -> dict[str, tables.Table]:
    """Each declared table (`phase/table`), one of those that share a declaration."""
    found: dict[tables.Table, str] = {}
    for phase in PHASES:
        for name, model in importlib.import_module(f"diagnostic.{phase}.tables").TABLES.items():
            found.setdefault(model, f"{phase}/{name}")
    return {name: model for model, name in found.items()}


def named(name: str) -> dict[str, pa.Column]:
    """The columns of a table, those declared by a form under a name of that form."""
    found = {}
    for pattern, column in tables.schema(name).columns.items():
        ends = [text for end, text in NAMES.items() if pattern.endswith(end)] if column.regex else [pattern]
        found[ends[0]] = column
    for name_in_rule in (one for rule in tables.row_rules(name) for one in rule.columns if one not in found):
        found[name_in_rule] = next(
            column
            for pattern, column in tables.schema(name).columns.items()
            if column.regex and re.match(pattern, name_in_rule)
        )
    return found


def limit(column: pa.Column, check: str) -> Any:
    """What a check of the column (isin, str_matches, …) was declared with; None without it."""
    for one in column.checks:
        if one.name == check:
            return next(iter(one.statistics.values()))
    return None


def values(column: pa.Column) -> list[Any]:
    """Three values that the column takes. Numbers grow by one, so that every order between columns holds."""
    kind = str(column.dtype)
    if kind == "category":
        return [column.dtype.type.categories[0]] * ROWS
    if kind.startswith("datetime"):
        return [pd.Timestamp(2026, 1, day + 1) for day in range(ROWS)]
    if kind.startswith("bool"):
        return [True, False, True]
    if kind.startswith("str"):
        if allowed := limit(column, "isin"):
            return [list(allowed)[row % len(allowed)] for row in range(ROWS)]
        form = limit(column, "str_matches")
        return list(FORMS[getattr(form, "pattern", form)]) if form else [f"texte {row}" for row in range(ROWS)]
    least, most = limit(column, "greater_than_or_equal_to"), limit(column, "less_than_or_equal_to")
    start = max(10, least or 0) if most is None or most > 20 else least or 0
    return [start + row for row in range(ROWS)]


def valid(name: str) -> pd.DataFrame:
    """A table of three rows that is as declared."""
    return pd.DataFrame({text: values(column) for text, column in named(name).items()})
