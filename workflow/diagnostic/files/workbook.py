"""Workbooks (.xlsx) to sheets of text, parsed in a confined child; every cell keeps its place in the sheet."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from diagnostic.core import child
from diagnostic.core.problems import MASKED, Problem, blocking, column_letter
from diagnostic.files.cells import ERROR_VALUE, MACROS, NOT_COMPUTED, lines
from diagnostic.files.delimited import Cleaner, Limits, Signs, long_cells, too_large

SAVE_AS_XLSX = "Ouvrir l'original dans le tableur : Fichier, Enregistrer sous, format « Classeur Excel (.xlsx) »."

_REASONS = {
    child.MEMORY_OUT: (
        "Le classeur est trop grand pour être lu : une cellule est peut-être remplie très loin des autres.",
        "Supprimer les lignes et les colonnes inutiles, puis enregistrer de nouveau en .xlsx.",
    ),
    child.TIME_OUT: (
        "Le classeur demande trop de temps de calcul : il n'est pas lu.",
        "Vérifier que c'est le bon fichier ; ne garder que les feuilles de l'export.",
    ),
    MACROS: ("Le classeur contient une feuille de macros (de programmes) : il n'est pas lu.", SAVE_AS_XLSX),
}
_DAMAGED = ("Le classeur est abîmé ou n'en est pas un : il n'a pas pu être lu.", SAVE_AS_XLSX)
_UNITS = {"rows": "lignes", "columns": "colonnes", "cells": "cellules remplies", "characters": "caractères"}
_FAULTS = {
    ERROR_VALUE: (
        "La cellule contient une erreur de calcul (comme #N/A ou #REF!) au lieu d'une valeur.",
        "Corriger la formule, ou taper la valeur à sa place.",
    ),
    NOT_COMPUTED: (
        "La cellule contient une formule dont le résultat n'a jamais été enregistré.",
        "Ouvrir le classeur dans le tableur, l'enregistrer, et le remettre.",
    ),
}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its place among the tabs from 1, its name (personal, maybe), its cells as text from A1 on, and those
    without value: (row from 1, column from 0, `cells.ERROR_VALUE` or NOT_COMPUTED), (0, 0, …) where the place is unknown."""

    number: int
    title: str
    rows: list[list[str]] = field(default_factory=list)
    faults: list[tuple[int, int, str]] = field(default_factory=list)


class Refused(Exception):
    """The workbook was not read: `reason` is `cells.MACROS`, the name of a limit, or a constant of `diagnostic.core.child`."""

    def __init__(self, reason: str, sheet: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.sheet = reason, sheet


def read_sheets(content: bytes, limits: Mapping[str, int]) -> list[Sheet]:
    """The sheets of an .xlsx, hidden ones included, charts left out. Raises Refused. `limits`: the most `rows` and
    `columns` of a sheet, filled `cells` and `characters` of the whole."""
    try:
        return _received(child.read(lines, content, limits))
    except child.NotRead as failure:
        raise Refused(failure.reason) from None
    except (ValueError, LookupError, TypeError):  # not what the child writes
        raise Refused(child.UNREADABLE) from None


def _received(output: bytes) -> list[Sheet]:
    """What the child wrote: a line per row, after an object that announces the sheet."""
    sheets: list[Sheet] = []
    for line in io.BytesIO(output):
        part = json.loads(line)
        if isinstance(part, list):
            sheets[-1].rows.append(part)
        elif "faults" in part:
            sheets[-1].faults.extend((row, column, nature) for row, column, nature in part["faults"])
        elif "refused" in part:
            raise Refused(part["refused"], part["sheet"])
        elif "end" in part:
            return sheets
        else:
            sheets.append(Sheet(part["number"], part["title"]))
    raise Refused(child.UNREADABLE)


def read_workbook(content: bytes, file: str, limits: Limits) -> tuple[list[Sheet], list[Problem]]:
    """The sheets of a workbook that the guard of archives let through, hidden ones included, cells cleaned.

    A merged range has its value in its first cell. A cell whose formula was never computed, or gives an error, is
    empty and has a blocking problem.
    """
    most = {"rows": limits.rows, "columns": limits.columns, "cells": limits.cells, "characters": limits.characters}
    try:
        sheets = read_sheets(content, most)
    except Refused as failure:
        return [], [_not_read(failure, file, most)]
    problems: list[Problem] = []
    for sheet in sheets:
        problems += [replace(problem, sheet=str(sheet.number)) for problem in _cleaned(sheet, file, limits)]
    if not problems and not any(sheet.rows for sheet in sheets):
        message = "Le classeur est vide : aucune feuille n'a de cellule remplie."
        return [], [blocking(file, message, "Remettre l'export complet, avec sa ligne d'en-têtes.")]
    return sheets, problems


def _not_read(failure: Refused, file: str, most: dict[str, int]) -> Problem:
    sheet = str(failure.sheet or "")
    if failure.reason in most:
        what = "le classeur" if failure.reason in ("cells", "characters") else "une feuille"
        return replace(too_large(file, what, most[failure.reason], _UNITS[failure.reason]), sheet=sheet)
    message, remedy = _REASONS.get(failure.reason, _DAMAGED)
    return replace(blocking(file, message, remedy), sheet=sheet)


def _cleaned(sheet: Sheet, file: str, limits: Limits) -> list[Problem]:
    """What is odd in the sheet's cells, which are cleaned in place: a sheet may hold millions."""
    signs = Signs(file)
    for row, cells in enumerate(sheet.rows, start=1):
        signs.look(row, cells)
    problems = signs.problems
    cleaned = Cleaner()
    for index, cells in enumerate(sheet.rows):
        problems += long_cells(index + 1, cells, file, limits)
        sheet.rows[index] = list(map(cleaned.__getitem__, cells))
    while sheet.rows and not any(sheet.rows[-1]):
        sheet.rows.pop()
    for row, column, nature in sheet.faults:
        message, remedy = _FAULTS[nature]
        letter = column_letter(column) if row else ""
        problems.append(blocking(file, message, remedy, row=row or None, column=letter, value=MASKED))
    return problems
