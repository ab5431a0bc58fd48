"""The cells of answers, as a spreadsheet names them, whichever file and sheet they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import pandas as pd

from diagnostic.estimate.facts import cell_ranges

KEYS = ("sheet", "row", "situation_number")
TABLES = {"response": "situations", "interview": "interview_situations"}


def finder(places: pd.DataFrame, described: pd.DataFrame) -> Callable[[str], str]:
    """A function from a variable to its cells, for situations of both sources; empty where places are unknown."""
    own = {source: described.loc[described["source"] == source, list(KEYS)] for source in TABLES}

    @cache
    def cells(variable: str) -> str:
        return " ; ".join(
            text for source, name in TABLES.items() for text in located(places, name, variable, own[source])
        )

    return cells


def located(places: pd.DataFrame, table: str, variable: str, records: pd.DataFrame, file: str = "") -> list[str]:
    """One text per sheet for the records of one table: « entretiens (feuille 2)!C3:C9 », by role or by `file`."""
    named = places["name"].eq(variable) | places["name"].str.startswith(f"{variable}/")
    found = places[places["table"].eq(table) & named]
    records = records[[name for name in KEYS if name in records]]
    sheets: dict[tuple[str, int], dict[str, list[int]]] = {}
    for place in found.itertuples():
        own = records[records["sheet"] == place.sheet]
        if place.number:
            own = own[own["situation_number"] == place.number]
        sheets.setdefault((place.role, int(place.sheet)), {}).setdefault(place.column, []).extend(own["row"])
    return [
        f"{file or role} (feuille {sheet})!{text}"
        for (role, sheet), columns in sorted(sheets.items())
        if (text := _ranges(columns.items()))
    ]


def _ranges(columns: Iterable[tuple[str, list[int]]]) -> str:
    texts = (cell_ranges("", column, rows).lstrip("!") for column, rows in columns)
    return " ".join(text for text in texts if text)
