"""Personal data in what leaves the vault: told at its cell, never repeated, and it blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from diagnostic.core.problems import BLOCKING, MASKED, Problem
from diagnostic.privacy import folding, personal

CROWDED = "Ce fichier a trop de nombres ou de textes différents pour qu'on y cherche des données personnelles : il est refusé."
CROWDED_REMEDY = "Vérifier que c'est le bon fichier ; sinon le découper, ou en ôter ce que l'étude ne lit pas."
REMEDY = "Retirer la donnée du fichier, à sa source, puis relancer ; rien de personnel ne va hors du coffre."
MOST = (
    20_000  # texts that what was found of is remembered: the same codes and words come back in every column and study
)


def in_cells(cells: pd.DataFrame) -> Iterator[Problem]:
    """One blocking problem per cell of the study's public files that holds what looks personal, and one per file that has
    too much text to be searched."""
    for file in _crowded(cells):
        yield Problem(BLOCKING, file, CROWDED, CROWDED_REMEDY)
    for file, row, column, kind in _suspects(cells):
        yield Problem(
            BLOCKING,
            file,
            f"Cette cellule contient ce qui ressemble à une donnée personnelle ({personal.KINDS[kind]}).",
            REMEDY,
            row=row,
            column=column,
            value=MASKED,
        )


def _suspects(cells: pd.DataFrame) -> Iterator[tuple[str, int, str, str]]:
    """(file, row, column, kind) of each cell that holds what looks personal."""
    crowded = _crowded(cells)
    cells = cells[~cells["file"].isin(crowded)] if crowded else cells
    suspect = {value: kind for value in cells["value"].unique() if (kind := kind_of(str(value)))}
    for cell in cells[cells["value"].isin(list(suspect))].itertuples():
        yield str(cell.file), int(cell.row), str(cell.column), suspect[cell.value]


def _crowded(cells: pd.DataFrame) -> list[str]:
    """The files whose different values are too much text to be searched."""
    if not personal.too_much(cells["value"].unique()):
        return []
    return [str(file) for file, own in cells.groupby("file") if personal.too_much(own["value"].unique())]


def masked(problems: Iterable[Problem], cells: pd.DataFrame) -> Iterator[Problem]:
    """The same problems, telling nothing of a cell that looks personal, whatever else is wrong there: neither its
    value, nor the beginning of it, nor what a message made of it."""
    problems = list(problems)
    cells = cells[cells["row"].isin([one.row for one in problems if one.value])]
    places = {(file, row, column) for file, row, column, _ in _suspects(cells)}
    for problem in problems:
        value, message, remedy = problem.value, problem.message, problem.remedy
        if value and ((problem.file, problem.row, problem.column) in places or kind_of(value)):
            value = MASKED
        yield replace(problem, value=value, message=hidden(message), remedy=hidden(remedy))


def hidden(text: str) -> str:
    """The text, each part that looks personal masked."""
    cleaned = folding.clean(text)
    hits = personal.find(cleaned)
    if not hits:
        return text
    for hit in sorted(hits, key=lambda hit: hit.offset, reverse=True):
        cleaned = cleaned[: hit.offset] + MASKED + cleaned[hit.offset + hit.length :]
    return cleaned


def in_tables(tables: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """One blocking problem per column of a typed export that holds what looks personal: codes never should."""
    for name, frame in tables.items():
        for column in frame.columns:
            kind = next((kind for text in _texts(frame[column]) if (kind := kind_of(text))), "")
            if kind:
                yield Problem(
                    BLOCKING,
                    name,
                    f"La variable {column} laisse passer une donnée personnelle ({personal.KINDS[kind]}).",
                    REMEDY,
                )


def _texts(values: pd.Series) -> Iterable[str]:
    """The distinct texts of a column; numbers are none."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return map(str, values.cat.categories)
    return () if pd.api.types.is_numeric_dtype(values) else map(str, pd.Series(values.unique()).astype("str"))


@lru_cache(maxsize=MOST)
def kind_of(text: str) -> str:
    """The first kind of personal data that a text has the form of, or nothing.

    All kinds, names after « Mme », « M. » or « Dr » included: what would stop the report is told before, at its cell.
    """
    return next((hit.kind for hit in personal.find(folding.clean(text))), "")
