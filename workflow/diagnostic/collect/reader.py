"""CSV bytes to cells: every cell as text at the place a spreadsheet shows, every oddity of the file told."""

from __future__ import annotations

import pandas as pd

from diagnostic.collect.received import Cells
from diagnostic.collect.tables import INPUTS
from diagnostic.core.errors import ALIKE
from diagnostic.core.french import number, plural
from diagnostic.core.problems import Problem, column_letter
from diagnostic.core.tables import columns
from diagnostic.core.wording import blocking, warning
from diagnostic.files.decode import unusable
from diagnostic.files.delimited import Limits, Record, blank_rows, load, named_width, ragged

MAX_COLUMNS = 2_000
MAX_ROWS = 200_000
MAX_CELL = 32_767  # characters: what a spreadsheet's cell holds
MAX_CELLS = 5_000_000
MAX_LINE = 1_000_000


def read_csv(content: bytes, file: str, role: str, encoding: str | None = None) -> tuple[pd.DataFrame, list[Problem]]:
    """The cells of one CSV file that are not empty, header row included (row 1), and all that is odd in it.

    The frame has the shape of `Cells`; it is empty when the file cannot be read at all. `encoding` is the one
    declared in the configuration, if any. One record is one row, also where a quoted cell holds line breaks.
    """
    problem = unusable(content, file)
    if problem:
        return Cells.empty(), [problem]
    known = columns(INPUTS[role]) if role in INPUTS else ()
    limits = Limits(MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_CELL, MAX_LINE)
    records, problems = load(content, file, encoding, limits, known)
    if not records:
        return Cells.empty(), problems
    problems += blank_rows(records, file)
    filled = [record for record in records if not record.blank]
    astray = ragged(filled, file)
    problems += astray
    if 2 * len(astray) > len(filled) > ALIKE:  # most rows cannot be told apart: nothing else can be said of the others
        return Cells.empty(), problems
    problems += _unnamed(filled, file)
    return _cells(filled, file, role), problems


def _unnamed(records: list[Record], file: str) -> list[Problem]:
    """Columns without a header: refused where they hold a value, else ignored with a warning."""
    header = records[0].cells
    named = named_width(header)
    problems = []
    for position, name in enumerate(header):
        rows = [] if name else [r.row for r in records if len(r.cells) > position and r.cells[position]]
        letter = column_letter(position)
        if rows:
            message = f"La colonne n'a pas d'en-tête mais contient des valeurs (la première à la ligne {rows[0]})."
            problems.append(
                blocking(file, message, "Donner son en-tête à la colonne, ou l'effacer.", row=1, column=letter)
            )
        elif not name and position < named:
            message = "Une colonne sans en-tête ni valeur est ignorée."
            problems.append(
                warning(file, message, "Rien à faire ; la supprimer évite l'avertissement.", row=1, column=letter)
            )
    longer = [record for record in records if len(record.cells) > named and not any(record.cells[named:])]
    if longer:
        width = max(len(record.cells) for record in longer) - named
        many = plural(
            width,
            "colonne vide à droite du tableau est ignorée",
            "colonnes vides à droite du tableau sont ignorées",
        )
        rows_of = plural(len(longer), "ligne concernée", "lignes concernées")
        message = f"{width} {many} (virgules en trop en fin de ligne ; {number(len(longer))} {rows_of})."
        remedy = "Rien à faire ; supprimer ces colonnes évite l'avertissement."
        problems.append(warning(file, message, remedy, row=longer[0].row, column=column_letter(named)))
    return problems


def _cells(records: list[Record], file: str, role: str) -> pd.DataFrame:
    header = dict(enumerate(records[0].cells))
    letters = [column_letter(position) for position in range(max(len(record.cells) for record in records))]
    values = [cell for r in records for cell in r.cells if cell]
    places = [position for r in records for position, cell in enumerate(r.cells) if cell]
    size = len(values)
    parts: dict[str, list[str]] = {
        "role": [role] * size,
        "file": [file] * size,
        "sheet": [""] * size,
        "column": [letters[position] for position in places],
        "header": [header.get(position, "") for position in places],
        "value": values,
    }
    texts = {name: pd.Series(values, dtype="str") for name, values in parts.items()}
    rows = pd.Series([r.row for r in records for cell in r.cells if cell], dtype="Int64")
    return pd.DataFrame({**texts, "row": rows}, columns=columns(Cells))
