"""Workbooks (.xlsx) to sheets of text, parsed in a confined child; every cell keeps its place in the sheet."""

from dataclasses import replace

from diagnostic.core import child
from diagnostic.core.problems import MASKED, Problem, blocking, column_letter
from diagnostic.files import sheets as workbooks
from diagnostic.files.cells import ERROR_VALUE, MACROS, NOT_COMPUTED
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


def read_workbook(content: bytes, file: str, limits: Limits) -> tuple[list[workbooks.Sheet], list[Problem]]:
    """The sheets of a workbook that the guard of archives let through, hidden ones included, cells cleaned.

    A merged range has its value in its first cell. A cell whose formula was never computed, or gives an error, is
    empty and has a blocking problem.
    """
    most = {"rows": limits.rows, "columns": limits.columns, "cells": limits.cells, "characters": limits.characters}
    try:
        sheets = workbooks.read_sheets(content, most)
    except workbooks.Refused as failure:
        return [], [_not_read(failure, file, most)]
    problems: list[Problem] = []
    for sheet in sheets:
        problems += [replace(problem, sheet=str(sheet.number)) for problem in _cleaned(sheet, file, limits)]
    if not problems and not any(sheet.rows for sheet in sheets):
        message = "Le classeur est vide : aucune feuille n'a de cellule remplie."
        return [], [blocking(file, message, "Remettre l'export complet, avec sa ligne d'en-têtes.")]
    return sheets, problems


def _not_read(failure: workbooks.Refused, file: str, most: dict[str, int]) -> Problem:
    sheet = str(failure.sheet or "")
    if failure.reason in most:
        what = "le classeur" if failure.reason in ("cells", "characters") else "une feuille"
        return replace(too_large(file, what, most[failure.reason], _UNITS[failure.reason]), sheet=sheet)
    message, remedy = _REASONS.get(failure.reason, _DAMAGED)
    return replace(blocking(file, message, remedy), sheet=sheet)


def _cleaned(sheet: workbooks.Sheet, file: str, limits: Limits) -> list[Problem]:
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
