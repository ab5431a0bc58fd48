"""The cells of answers, as a spreadsheet names them, whichever file and sheet they came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from diagnostic.estimate.facts import Run, spelled, stretches

KEYS = ("sheet", "row", "situation_number")
TABLES = {"response": "situations", "interview": "interview_situations"}


class Place(NamedTuple):
    """One column that holds an answer; `number` is that of the situation where repeats are side by side, else 0."""

    file: str
    sheet: int
    number: int
    column: str


class Places:
    """Where the answers of a study stand, found by table and variable: indexed once for all the facts of a step.

    `places` has the shape of `collect/places`; a file is named as `files` names its role, else by the role.
    """

    def __init__(self, places: pd.DataFrame, files: Mapping[str, str] | None = None) -> None:
        named, self._of = files or {}, dict[tuple[str, str], list[Place]]()
        parts = (places[name].tolist() for name in ("table", "name", "role", "sheet", "number", "column"))
        for table, name, role, sheet, number, column in zip(*parts, strict=True):
            place = Place(named.get(role, role), sheet, number, column)
            for variable in dict.fromkeys((name, name.partition("/")[0])):
                self._of.setdefault((table, variable), []).append(place)

    def cells(self, records: pd.DataFrame, table: str, *variables: str) -> str:
        """The cells of the variables for these records of one table: « entretiens (feuille 2)!C3:C9 », sheet by sheet.

        `records` has `sheet`, `row` and, where repeats may be side by side, `situation_number`. Empty where places are
        unknown.
        """
        keys = {name: records[name].to_numpy(dtype="int64", na_value=-1) for name in KEYS if name in records}
        runs = cache(partial(_runs, keys))
        return " ; ".join(text for name in variables for text in self._sheets(table, name, runs))

    def _sheets(self, table: str, variable: str, runs: Callable[[int, frozenset[int]], list[Run]]) -> list[str]:
        """One text per sheet. A column that holds several options is named once."""
        numbers: dict[tuple[str, int], dict[str, frozenset[int]]] = {}
        for place in self._of.get((table, variable), ()):
            columns = numbers.setdefault((place.file, place.sheet), {})
            columns[place.column] = columns.get(place.column, frozenset()) | {place.number}
        told = []
        for (file, sheet), columns in sorted(numbers.items()):
            texts = (spelled(column, runs(sheet, own)) for column, own in columns.items())
            told.append((file, sheet, " ".join(text for text in texts if text)))
        return [f"{file} (feuille {sheet})!{text}" for file, sheet, text in told if text]


def finder(places: Places, described: pd.DataFrame) -> Callable[[str], str]:
    """A function from a variable to its cells, for situations of both sources; empty where places are unknown."""
    own = {source: described.loc[described["source"] == source, list(KEYS)] for source in TABLES}

    @cache
    def cells(variable: str) -> str:
        found = (places.cells(own[source], name, variable) for source, name in TABLES.items())
        return " ; ".join(text for text in found if text)

    return cells


def _runs(keys: Mapping[str, np.ndarray], sheet: int, numbers: frozenset[int]) -> list[Run]:
    """The rows of one sheet, of the situations with these numbers; 0 stands for all."""
    own = keys["sheet"] == sheet
    if 0 not in numbers:
        own &= np.isin(keys["situation_number"], list(numbers))
    return stretches(keys["row"][own])
