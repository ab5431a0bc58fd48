"""The cells of answers, as a spreadsheet names them, whichever file and sheet they came from; and what they are worth."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from diagnostic.consolidate.rows import SILENT
from diagnostic.estimate.facts import weakest

KEYS = ("sheet", "row", "situation_number")
DESCRIBING = ("questionnaire", "interview_sheets", "situation_coding")  # the roles that tell of persons
CODING, CODING_AT = "situation_coding", {"coding_sheet": "sheet", "coding_row": "row"}
TABLES = {"response": "situations", "interview": "interview_situations"}
Run = tuple[int, int]  # the first and the last of rows without a gap
Rows = Mapping[str, np.ndarray]  # of some records, what they have of `KEYS`


class Place(NamedTuple):
    """A column of answers. `sheet`: 0 without sheets; `number`: of the situation where repeats are side by side."""

    file: str
    sheet: int
    number: int
    column: str


class Places:
    """Where what a study received stands, found by table and variable, and where it comes from (`collect/places`)."""

    def __init__(self, places: pd.DataFrame) -> None:
        self._of: dict[tuple[str, str], list[Place]] = {}
        read = places[places["rule"].notna()] if "rule" in places else places.head(0)
        self._read = list(read[["role", "name", "rule"]].itertuples(index=False)) if len(read) else []
        self._origins = dict(zip(places["role"], places["origin"], strict=True))
        parts = (places[name].tolist() for name in ("table", "name", *Place._fields))
        for table, name, *place in zip(*parts, strict=True):
            for variable in dict.fromkeys((name, name.partition("/")[0])):
                self._of.setdefault((table, variable), []).append(Place(*place))

    def __contains__(self, role: str) -> bool:
        return role in self._origins

    def origin(self, *roles: str) -> str:
        """The weakest origin of the files that the study has under these roles; observed where it has none of them."""
        return weakest(self._origins[role] for role in roles if role in self._origins)

    def read(self, role: str) -> dict[str, set[str]]:
        """Variable of a role's CSV → the rule by which a recipe read its blanks, as `rows.rules_read` gives it of the others."""
        return {name: {rule} for of, name, rule in self._read if of == role}

    def cells(self, records: pd.DataFrame, table: str, *variables: str, among: pd.DataFrame | None = None) -> str:
        """The cells of the variables for these records of one table: « entretiens (feuille 2)!C3:C9 », sheet by sheet.

        `records` has `row` and, where there are any, `sheet` and the `situation_number` of repeats side by side. `among`:
        every record that says something, these included; where there is none of them the column is blank, which is read
        too, and a range runs over it. Empty where places are unknown.
        """
        own, every = _keys(records), None if among is None else _keys(among)

        @cache
        def runs(sheet: int, numbers: frozenset[int]) -> list[Run]:
            return stretches(_rows(own, sheet, numbers), None if every is None else _rows(every, sheet, numbers))

        return " ; ".join(text for name in variables for text in self._sheets(table, name, runs))

    def of(self, table: str, every: pd.DataFrame) -> Callable[..., str]:
        """A function from a variable, and some rows where not `every` one is meant, to their cells in a table."""
        return lambda variable, rows=every: self.cells(rows, table, variable)

    def at(self, rows: Iterable[int], table: str, *variables: str) -> str:
        """The cells of the variables in these rows of a file without sheets."""
        return self.cells(pd.DataFrame({"row": list(rows)}), table, *variables)

    def _sheets(self, table: str, variable: str, runs: Callable[[int, frozenset[int]], list[Run]]) -> list[str]:
        """One text per sheet. A column that holds several options is named once."""
        numbers: dict[tuple[str, int], dict[str, frozenset[int]]] = {}
        for place in self._of.get((table, variable), ()):
            columns = numbers.setdefault((place.file, place.sheet), {})
            columns[place.column] = columns.get(place.column, frozenset()) | {place.number}
        told = []
        for (file, sheet), columns in sorted(numbers.items()):
            texts = (spelled(column, runs(sheet, own)) for column, own in columns.items())
            told.append((f"{file} (feuille {sheet})" if sheet else file, " ".join(text for text in texts if text)))
        return [f"{where}!{text}" for where, text in told if text]


def finder(places: Places, described: pd.DataFrame, every: pd.DataFrame | None = None) -> Callable[[str], str]:
    """A function from a variable to its cells, for situations of both sources, and for what was coded of them after
    reading; empty where places are unknown. `every`: all situations, where `described` are some of them."""
    own, told = (
        {name: rows.loc[rows["source"] == source, list(KEYS)] for source, name in TABLES.items()}
        for rows in (described, described if every is None else every)
    )
    if CODING_AT.keys() <= set(described):
        own[CODING] = described[list(CODING_AT)].rename(columns=CODING_AT).dropna()

    @cache
    def cells(variable: str) -> str:
        # Of what was coded there are no others: they were coded twice.
        found = (places.cells(records, name, variable, among=told.get(name)) for name, records in own.items())
        return " ; ".join(filter(None, found))

    return cells


def decided(pairs: pd.DataFrame, places: Places) -> str:
    """The cells of what the team decided of pairs: « decisions.csv!C2:C9 »; empty without decisions."""
    return places.at(pairs["row"].dropna(), "duplicates", "decision")


def _keys(records: pd.DataFrame) -> Rows:
    return {name: records[name].to_numpy(dtype="int64", na_value=-1) for name in KEYS if name in records}


def _rows(records: Rows, sheet: int, numbers: frozenset[int]) -> np.ndarray:
    """The rows of one sheet, of the situations with these numbers; 0 stands for all."""
    own = records["row"] >= 1  # no row: no cell
    if sheet:
        own &= records["sheet"] == sheet
    if 0 not in numbers:
        own &= np.isin(records["situation_number"], list(numbers))
    return np.flatnonzero(np.bincount(records["row"][own]))  # in order, each once


def stretches(rows: np.ndarray, among: np.ndarray | None = None) -> list[Run]:
    """Rows, in order and each once, as stretches without a gap: [2, 3, 4, 9] → [(2, 4), (9, 9)].

    Only a row of `among`, which holds these and others, makes a gap: the same among [2, 3, 4, 9, 12] → [(2, 9)].
    """
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows if among is None else np.searchsorted(among, rows)) > 1)
    firsts, lasts = rows[np.r_[0, breaks + 1]], rows[np.r_[breaks, -1]]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def spelled(column: str, runs: Iterable[Run]) -> str:
    """Stretches of rows of one column as a spreadsheet names them: ("C", [(2, 4), (9, 9)]) → "C2:C4 C9"."""
    return " ".join(f"{column}{first}" if first == last else f"{column}{first}:{column}{last}" for first, last in runs)


# -- Codings as the estimators read them: one plain column per variable, and one boolean column per option --------
ALWAYS = (
    *("coded_on", "coder", "disposition", "cluster_id", "cluster_maybe", "copies_searched"),
    *("copies_total", "copies_again", "site_code", "ad_id"),
)
TICKED, NOT_TICKED = "ticked", "not_ticked"


def plain(codings: pd.DataFrame) -> pd.DataFrame:
    """One row per ad and coder, as given: `name` for a choice, a number, a date or a place, `name/option` for a tick,
    `name_open` where a number is the least there can be.

    What was not answered or not asked is missing. The columns that estimators need are there even if nobody filled them.
    """
    made: dict[str, pd.Series] = {n: codings[n] for n in ("sheet", "row", "turn") if n in codings}
    for column in codings.columns:
        name, _, kind = column.rpartition(".")
        if "/" in column:
            states = codings[column].to_numpy(dtype=object)
            ticked, left = (states == state for state in (TICKED, NOT_TICKED))
            made[column] = pd.Series(pd.arrays.BooleanArray(ticked, ~ticked & ~left), index=codings.index)
        elif kind == "code":
            made[name] = _said(codings[column], {*SILENT, ""})
        elif kind in ("number", "date"):
            made[name] = codings[column]
        elif kind == "rule" and f"{name}.number" in codings:
            made[f"{name}_open"] = codings[column].eq("at_least").fillna(False).astype(bool)
        elif kind == "text":
            made[name] = _said(codings[column], {""})
    missing = {name: pd.Series(None, index=codings.index, dtype="object") for name in ALWAYS if name not in made}
    return pd.DataFrame(made | missing, index=codings.index)


def _said(column: pd.Series, silent: Collection[str]) -> pd.Series:
    """The texts of a column, None where there is none or one that says nothing."""
    texts = column.to_numpy(dtype=object).copy()  # `copy=True` shares the texts of a table that another process made
    texts[(column.isna() | column.isin(list(silent))).to_numpy(dtype=bool)] = None
    return pd.Series(texts, index=column.index, dtype="object")
