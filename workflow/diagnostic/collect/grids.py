"""Received exports to grids of text: what a file is is read from its bytes, never from its name."""

from dataclasses import dataclass, replace

import pandas as pd

from diagnostic.collect.tables import INPUTS
from diagnostic.core.contents import MOST_BYTES
from diagnostic.core.errors import ALIKE, Refused
from diagnostic.core.french import number, plural, typographic
from diagnostic.core.problems import Problem, blocking, column_letter, warning
from diagnostic.core.tables import columns, model
from diagnostic.files import delimited
from diagnostic.files.archive import Archive, is_zip, unpack
from diagnostic.files.delimited import Limits, Record, clean, named_width, read_delimited, too_large, unusable
from diagnostic.files.workbook import SAVE_AS_XLSX, read_workbook

XLSX, CSV, ZIP = "xlsx", "csv", "zip"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_ARCHIVES = (  # a file that only this kind has, and the kind
    ("xl/workbook.bin", "un classeur binaire (.xlsb)"),
    ("word/document.xml", "un document Word (.docx)"),
    ("ppt/presentation.xml", "un diaporama (.pptx)"),
    ("mimetype", "un document OpenDocument (.ods, .odt)"),
)


@dataclass(frozen=True)
class Grid:
    """One sheet, or one file of a zip archive, as text.

    `number` counts sheets from 1 (a CSV is sheet 1); `title` is a sheet's or file's name, possibly personal: it never
    enters a message. Row i of `rows` is spreadsheet row i + 1, cell j is column j + 1; rows have several lengths;
    empty cells are "". Cells are cleaned: composed letters, no blank around. `kind`: XLSX, CSV or ZIP.
    """

    number: int
    title: str
    rows: list[list[str]]
    kind: str


def read_export(
    content: bytes, role: str, *, short_rows: bool = False, limits: Limits | None = None
) -> tuple[list[Grid], list[Problem]]:
    """The grids of a received export and all that is wrong in its form; no grid when it cannot be read at all.

    An .xlsx gives a grid per sheet, a CSV one, a zip of CSV one per file: that with the shortest name first (ODK's
    form, before its repeats), then by name. `short_rows`: see `read_delimited`.
    Problems name the role and, but for a lone CSV, the number of the sheet. Nothing is raised, whatever the bytes.
    """
    try:
        return _read(content, role, limits or Limits(), short_rows)
    except Exception:  # the last net: its message would hold data, so it is dropped
        message = "Le fichier n'a pas pu être lu, pour une raison que le projet n'a pas prévue."
        return [], [blocking(role, message, f"Signaler ce cas, sans joindre le fichier. {SAVE_AS_XLSX}")]


def _read(content: bytes, role: str, limits: Limits, short_rows: bool) -> tuple[list[Grid], list[Problem]]:
    if len(content) <= MOST_BYTES and is_zip(content):
        archive = unpack(content, role, _is_table)
        if isinstance(archive, Problem):
            return [], [archive]
        return _archived(content, archive, role, limits, short_rows)
    problem = _old_workbook(content, role) or unusable(content, role)
    if problem:
        return [], [problem]
    rows, problems = read_delimited(content, role, limits, short_rows)
    return [Grid(1, "", rows, CSV)] if rows else [], problems


def _old_workbook(content: bytes, role: str) -> Problem | None:
    if not content.startswith(_OLE):
        return None
    if "EncryptedPackage".encode("utf-16-le") in content:
        message = "Le classeur est protégé par un mot de passe : il ne peut pas être lu."
        return blocking(role, message, f"Retirer le mot de passe ; le coffre protège le fichier. {SAVE_AS_XLSX}")
    return blocking(role, "Ce fichier est un ancien classeur Excel (.xls), quel que soit son nom.", SAVE_AS_XLSX)


def _is_table(name: str) -> bool:
    """Whether a file of an archive is a table: CSV, neither hidden, nor left by a Mac, nor sent by a respondent."""
    *folders, last = name.split("/")
    return last.lower().endswith(".csv") and not last.startswith(".") and not {"__MACOSX", "media"} & set(folders)


def _archived(
    content: bytes, archive: Archive, role: str, limits: Limits, short_rows: bool
) -> tuple[list[Grid], list[Problem]]:
    if "xl/workbook.xml" in archive.names:
        sheets, problems = read_workbook(content, role, limits)
        return [Grid(sheet.number, clean(sheet.title), sheet.rows, XLSX) for sheet in sheets], problems
    for name, kind in _OTHER_ARCHIVES:
        if name in archive.names:
            message = f"Ce fichier est {kind}, quel que soit son nom : le projet lit les formats .xlsx et CSV."
            return [], [blocking(role, message, SAVE_AS_XLSX)]
    if not archive.contents:
        message = "L'archive ne contient aucun tableau : ni classeur .xlsx, ni fichier CSV."
        return [], [blocking(role, message, "Remettre l'archive telle que l'outil l'a produite.")]
    return _tables(archive, role, limits, short_rows)


def _tables(archive: Archive, role: str, limits: Limits, short_rows: bool) -> tuple[list[Grid], list[Problem]]:
    """A grid per CSV of the archive; a file that cannot be read keeps its number and has none."""
    grids, problems = [], []
    first = min(sorted(archive.contents), key=len)
    cells = 0
    for index, name in enumerate([first, *sorted(archive.contents.keys() - {first})], start=1):
        table = archive.contents[name]
        problem = unusable(table, role)
        rows, told = ([], [problem]) if problem else read_delimited(table, role, limits, short_rows)
        cells += sum(map(len, rows))
        if cells > limits.cells:
            return [], [too_large(role, "l'archive", limits.cells, "cellules")]
        problems += [replace(each, sheet=str(index)) for each in told]
        if rows:
            grids.append(Grid(index, clean(name.rsplit("/", 1)[-1][:-4]), rows, ZIP))
    return grids, problems + _ignored(len(archive.names) - len(archive.contents), role)


def _ignored(files: int, role: str) -> list[Problem]:
    if not files:
        return []
    one, many = "fichier de l'archive n'est pas un tableau CSV", "fichiers de l'archive ne sont pas des tableaux CSV"
    verb = plural(files, "il est ignoré", "ils sont ignorés")
    remedy = "Rien à faire ; ne pas exporter les pièces jointes (photos, sons) protège les personnes."
    return [warning(role, f"{number(files)} {plural(files, one, many)} : {verb}.", remedy)]


# -- CSV bytes to cells: every cell as text at the place a spreadsheet shows, every oddity of the file told -------
MAX_COLUMNS = 2_000
MAX_ROWS = 200_000
MAX_CELL = 32_767  # characters: what a spreadsheet's cell holds
MAX_CELLS = 5_000_000
MAX_LINE = 1_000_000


def read_csv(content: bytes, file: str, role: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The cells of one CSV file that are not empty, header row included (row 1), and all that is odd in it.

    The frame has the shape of `Cells`; it is empty when the file cannot be read at all. One record is one row, also where a quoted cell holds line breaks.
    """
    problem = unusable(content, file)
    if problem:
        return model("collect/cells").empty(), [problem]
    known = columns(INPUTS[role]) if role in INPUTS else ()
    limits = Limits(MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_CELL, MAX_LINE)
    records, problems = delimited.load(content, file, limits, known)
    if not records:
        return model("collect/cells").empty(), problems
    problems += delimited.blank_rows(records, file)
    filled = [record for record in records if not record.blank]
    astray = delimited.ragged(filled, file)
    problems += astray
    if 2 * len(astray) > len(filled) > ALIKE:  # most rows cannot be told apart: nothing else can be said of the others
        return model("collect/cells").empty(), problems
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
            problems.append(blocking(file, message, "Donner son en-tête à la colonne, ou l'effacer.", 1, letter))
        elif not name and position < named:
            message = "Une colonne sans en-tête ni valeur est ignorée."
            problems.append(warning(file, message, "Rien à faire ; la supprimer évite l'avertissement.", 1, letter))
    longer = [record for record in records if len(record.cells) > named and not any(record.cells[named:])]
    if longer:
        width = max(len(record.cells) for record in longer) - named
        many = plural(
            width, "colonne vide à droite du tableau est ignorée", "colonnes vides à droite du tableau sont ignorées"
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
    return pd.DataFrame({**texts, "row": rows}, columns=columns("collect/cells"))


class UnreadableFile(Refused):
    """A file that holds no table at all; the message is in French."""

    code = 2


def read_text(content: bytes, name: str) -> pd.DataFrame:
    """A CSV or the first sheet of a workbook, of this name, as text. Raises UnreadableFile."""
    grids, problems = read_export(content, name, short_rows=True)
    if not grids:
        told = " ".join(f"{problem.message} {problem.remedy}" for problem in problems)
        raise UnreadableFile(typographic(f"{name} : {told}"))
    header, *rows = grids[0].rows
    filled = [[*row, *[""] * (len(header) - len(row))][: len(header)] for row in rows]
    return pd.DataFrame(filled, columns=header, dtype="str")
