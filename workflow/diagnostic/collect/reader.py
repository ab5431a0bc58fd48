"""CSV bytes to cells: every cell as text at the place a spreadsheet shows, every oddity of the file told."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from diagnostic.collect.decode import MOJIBAKE, SAVE_AS_UTF8, decode, unusable
from diagnostic.collect.tables import INPUTS, Cells
from diagnostic.collect.wording import blocking, unreadable_row, warning
from diagnostic.french import number, plural
from diagnostic.problems import MASKED, Problem, column_letter
from diagnostic.tables import columns

MAX_COLUMNS = 2_000
MAX_ROWS = 200_000
MAX_CELL = 32_767  # characters: what a spreadsheet's cell holds
MAX_CELLS = 5_000_000
MAX_LINE = 1_000_000
SEPARATORS = {",": "la virgule", ";": "le point-virgule", "\t": "la tabulation"}

_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
_REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_WITHOUT_BLANK_ROWS = "Rien à faire ; supprimer ces lignes évite l'avertissement."


@dataclass(frozen=True)
class _Record:
    """One record: its spreadsheet row, its cells as written, and cleaned."""

    row: int
    raw: list[str]
    cells: list[str] = field(default_factory=list)

    @property
    def blank(self) -> bool:
        return not any(self.cells)


def read_csv(content: bytes, file: str, role: str, encoding: str | None = None) -> tuple[pd.DataFrame, list[Problem]]:
    """The cells of one CSV file that are not empty, header row included (row 1), and all that is odd in it.

    The frame has the shape of `Cells`; it is empty when the file cannot be read at all. `encoding` is the one
    declared in the configuration, if any. One record is one row, also where a quoted cell holds line breaks.
    """
    problem = unusable(content, file)
    if problem:
        return Cells.empty(), [problem]
    text, problems = decode(content, file, encoding)
    if text is None:
        return Cells.empty(), problems
    if not text.strip():
        message = "Le fichier est vide : il n'a même pas de ligne d'en-têtes."
        remedy = "Remettre le fichier complet. Un tableau sans donnée garde sa ligne d'en-têtes."
        return Cells.empty(), [*problems, blocking(file, message, remedy)]
    if max(map(len, io.StringIO(text, newline=""))) > MAX_LINE:
        return Cells.empty(), [*problems, _too_large(file, "une ligne", MAX_LINE, "caractères")]
    separator, told = _separator(text, file, role)
    problems += told
    if separator is None:
        return Cells.empty(), problems
    records, told = _records(text, separator, file)
    problems += told
    if not records:
        return Cells.empty(), problems
    if records[0].row > 1 or records[0].blank:
        message = "La première ligne est vide ou illisible : elle doit porter les en-têtes des colonnes."
        remedy = "Remettre les en-têtes sur la ligne 1, sans ligne vide au-dessus."
        return Cells.empty(), [*problems, blocking(file, message, remedy, row=1)]
    problems += _signs(text, records, file)
    problems += _blank_rows(records, file)
    filled = [record for record in records if not record.blank]
    problems += _shape(filled, file)
    return _cells(filled, file, role), problems


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()


def _separator(text: str, file: str, role: str) -> tuple[str | None, list[Problem]]:
    """The separator that the header row shows: the comma, or another where no doubt is possible."""
    known = set(columns(INPUTS[role])) if role in INPUTS else set()
    candidates = {}
    for separator in SEPARATORS:
        header = next((record.cells for record, _ in _scan(text, separator) if record), [])
        if len(header) > 1:
            candidates[separator] = len(known.intersection(header))
    best = max(candidates.values(), default=0)
    chosen = [separator for separator, recognised in candidates.items() if recognised == best]
    if len(candidates) > 1 and (best == 0 or len(chosen) > 1):
        message = "La ligne d'en-têtes mêle plusieurs séparateurs : on ne peut pas savoir où finissent les cellules."
        return None, [blocking(file, message, f"Garder la virgule seule. {SAVE_AS_UTF8}", row=1)]
    separator = chosen[0] if candidates else ","
    if separator == ",":
        return separator, []
    message = (
        f"Les cellules sont séparées par {SEPARATORS[separator]}, pas par la virgule. La ligne "
        "d'en-têtes le montre "
        "sans ambiguïté : tout le fichier est lu ainsi."
    )
    return separator, [warning(file, message, f"Rien à faire si les colonnes sont justes. {SAVE_AS_UTF8}", row=1)]


def _scan(text: str, separator: str) -> Iterator[tuple[_Record | None, tuple[int, str]]]:
    """Each record in turn, or None and the row and nature of a fault of quoting; reading goes on after it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    while True:
        row += 1
        try:
            raw = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield None, (row, str(error))
        else:
            yield _Record(row, raw, [_clean(cell) for cell in raw]), (row, "")


def _records(text: str, separator: str, file: str) -> tuple[list[_Record], list[Problem]]:
    """All records that can be read; none when a limit of size is passed."""
    records: list[_Record] = []
    problems: list[Problem] = []
    total = 0
    for record, (row, fault) in _scan(text, separator):
        if row > MAX_ROWS + 1:
            return [], [_too_large(file, "le fichier", MAX_ROWS, "lignes")]
        if record is None:
            problems.append(_quoting(file, row, fault))
            continue
        if len(record.raw) > MAX_COLUMNS:
            return [], [_too_large(file, f"la ligne {row}", MAX_COLUMNS, "colonnes")]
        total += len(record.raw)
        if total > MAX_CELLS:
            return [], [_too_large(file, "le fichier", MAX_CELLS, "cellules")]
        problems += [
            blocking(
                file,
                f"La cellule dépasse {number(MAX_CELL)} caractères, la limite d'une cellule de tableur.",
                "Raccourcir le texte, ou vérifier les guillemets : l'un d'eux n'est peut-être pas fermé.",
                row=row,
                column=column_letter(position),
                value=MASKED,
            )
            for position, cell in enumerate(record.raw)
            if len(cell) > MAX_CELL
        ]
        records.append(record)
    return records, problems


def _too_large(file: str, what: str, limit: int, unit: str) -> Problem:
    message = f"Le fichier est trop grand : {what} dépasse la limite de {number(limit)} {unit}. Il n'est pas lu."
    return blocking(
        file, message, "Vérifier que c'est le bon fichier, et qu'il n'a pas de lignes ou de colonnes vides."
    )


def _quoting(file: str, row: int, fault: str) -> Problem:
    if "unexpected end" in fault:
        message = (
            "Un guillemet ouvert dans cette ligne n'est jamais fermé : tout ce qui suit est pris pour une cellule."
        )
    elif "field larger" in fault:
        message = "Une cellule de cette ligne est démesurée : un guillemet n'est sans doute pas fermé."
    else:
        message = "Les guillemets de cette ligne sont mal placés : du texte suit un guillemet fermant."
    remedy = (
        "Ouvrir le fichier dans le tableur et l'enregistrer de nouveau en CSV ; dans un texte, "
        'doubler les guillemets : "".'
    )
    return unreadable_row(file, message, remedy, row)


def _signs(text: str, records: list[_Record], file: str) -> list[Problem]:
    """Control, invisible and direction characters, and text damaged by an earlier "
    "conversion, cell by cell."""
    refused = sorted(sign for sign in set(text) if _refused(sign))
    classes = re.compile("[" + re.escape("".join(refused)) + "]") if refused else None
    damaged = MOJIBAKE.search(text) is not None
    if not damaged and not classes:
        return []
    problems = []
    for record in records:
        for position, cell in enumerate(record.raw):
            place: dict[str, Any] = {"row": record.row, "column": column_letter(position), "value": MASKED}
            found = classes.search(cell) if classes else None
            if found:
                problems.append(_bad_sign(file, found[0], place))
            elif damaged and MOJIBAKE.search(cell):
                message = (
                    "Les accents de cette cellule sont abîmés (« Ã© » au lieu de « é ») : le "
                    "fichier a été enregistré "
                    "une fois dans un mauvais encodage."
                )
                remedy = f"Repartir du fichier d'origine, sans recopier celui-ci. {SAVE_AS_UTF8}"
                problems.append(blocking(file, message, remedy, **place))
    return problems


def _refused(sign: str) -> bool:
    if sign in "\t\n\r":
        return False
    return sign in _INVISIBLE or sign == "\ufffd" or unicodedata.category(sign) in _REFUSED_CATEGORIES


def _bad_sign(file: str, sign: str, place: dict[str, Any]) -> Problem:
    code = f"U+{ord(sign):04X}"
    if sign == "\ufffd":
        message = (
            f"La cellule contient le signe de remplacement ({code}) : une lettre a été perdue lors d'une conversion."
        )
        return blocking(file, message, f"Repartir du fichier d'origine. {SAVE_AS_UTF8}", **place)
    kind = {"Cc": "un caractère de contrôle", "Co": "un caractère privé", "Cn": "un caractère inconnu"}.get(
        unicodedata.category(sign), "un caractère invisible ou de sens d'écriture"
    )
    message = f"La cellule contient {kind} ({code}), qui ne se voit pas et changerait la valeur."
    return blocking(file, message, "Effacer la cellule et la retaper au clavier, sans copier-coller.", **place)


def _blank_rows(records: list[_Record], file: str) -> list[Problem]:
    """Rows without any value: those after the last value, and those between values."""
    last = max(record.row for record in records if not record.blank)
    trailing = [record.row for record in records if record.row > last]
    inside = [record.row for record in records if record.blank and record.row < last]
    problems = []
    for rows, where in ((inside, "au milieu du tableau"), (trailing, "à la fin du fichier")):
        if rows:
            many = plural(len(rows), f"ligne vide {where}, ignorée", f"lignes vides {where}, ignorées")
            problems.append(warning(file, f"{number(len(rows))} {many}.", _WITHOUT_BLANK_ROWS, row=rows[0]))
    return problems


def _shape(records: list[_Record], file: str) -> list[Problem]:
    """Rows longer or shorter than the header, columns without a header, empty columns on the right."""
    header = records[0].cells
    named = max(position for position, name in enumerate(header) if name) + 1
    problems = []
    for record in records[1:]:
        beyond = [position for position, cell in enumerate(record.cells) if cell and position >= len(header)]
        if beyond:
            message = (
                f"La ligne a plus de cellules que l'en-tête ({len(record.cells)} au lieu de "
                f"{named}) : on ne sait pas "
                "à quelle colonne chacune appartient."
            )
            remedy = "Chercher une virgule de trop, ou un texte à virgule sans guillemets autour."
            problems.append(unreadable_row(file, message, remedy, record.row, column_letter(beyond[0])))
        elif len(record.cells) < named:
            message = f"La ligne a moins de cellules que l'en-tête ({len(record.cells)} au lieu de {named})."
            remedy = "Compléter la ligne : une cellule vide garde sa virgule."
            problems.append(unreadable_row(file, message, remedy, record.row, column_letter(len(record.cells))))
    return problems + _unnamed(records, header, named, file)


def _unnamed(records: list[_Record], header: list[str], named: int, file: str) -> list[Problem]:
    """Columns without a header: refused where they hold a value, else ignored with a warning."""
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


def _cells(records: list[_Record], file: str, role: str) -> pd.DataFrame:
    header = dict(enumerate(records[0].cells))
    letters = [column_letter(position) for position in range(max(len(record.cells) for record in records))]
    filled = [(r.row, position, cell) for r in records for position, cell in enumerate(r.cells) if cell]
    size = len(filled)
    parts: dict[str, list[str]] = {
        "role": [role] * size,
        "file": [file] * size,
        "sheet": [""] * size,
        "column": [letters[position] for _, position, _ in filled],
        "header": [header.get(position, "") for _, position, _ in filled],
        "value": [cell for _, _, cell in filled],
    }
    texts = {name: pd.Series(values, dtype="str") for name, values in parts.items()}
    rows = pd.Series([row for row, _, _ in filled], dtype="Int64")
    return pd.DataFrame({**texts, "row": rows}, columns=columns(Cells))
