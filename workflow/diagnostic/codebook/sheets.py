"""The codebook's CSV files as rows of text, whatever spreadsheet saved them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from diagnostic.codebook.findings import Finding
from diagnostic.core.contents import HIDDEN, container
from diagnostic.core.french import plural
from diagnostic.core.problems import column_letter
from diagnostic.core.wording import quoted

MOST_BYTES, MOST_ROWS, LONGEST = 5_000_000, 5_000, 32_767  # of a file; LONGEST: signs of a cell, as a spreadsheet's
BREAK = re.compile(r"[\r\n]")
SAVE = "Dans le tableur : enregistrer au format « CSV UTF-8 »."

# Columns that say how answers are counted: a form made before they changed asks the same.
COUNTED: dict[str, tuple[str, ...]] = {
    "options.csv": ("groups", "age_from"),
    **dict.fromkeys(("variables.csv", "grids.csv"), ("exclusive",)),
    "indicators.csv": (
        *("indicator", "unit", "label", "asked", "within", "within_label", "told", "only_share", "as_situations"),
        "note",
    ),
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "tables.csv": (
        *("table", "label", "workbook", "sheet", "unit", "description", "key", "parent", "includes", "form"),
    ),
    "blocks.csv": ("block", "table", "label", "unit", "universe", "routing"),
    "options.csv": (
        "list",
        "code",
        "label",
        "aliases",
        "exclusive",
        "parent",
        "htcds",
        "class",
        *COUNTED["options.csv"],
    ),
    "texts.csv": ("text", "kind", "applies_to", "title", "body"),
    "indicators.csv": COUNTED["indicators.csv"],
}
_QUESTIONS = (
    *("table", "block", "name", "short", "published_ref", "type", "list", "text", "label", "question", "help"),
    *("routing", "required", "minimum", "maximum", "pattern", "unit", "universe", "privacy", "consent", "shape"),
    *("htcds", "htcds_fit", *COUNTED["variables.csv"]),
)
VARIABLES = ("variables.csv", "grids.csv")
COLUMNS |= dict.fromkeys(VARIABLES, _QUESTIONS)
MARGINS = (
    "variable",
    "when",
    "answer",
    "weight",
    "source",
)  # of a file beside the codebook's: what trial answers are like


@dataclass(frozen=True)
class Sheet:
    """One file: its rows as (row number, heading → text), and the letter of each heading."""

    rows: Sequence[tuple[int, dict[str, str]]] = ()
    letters: dict[str, str] = field(default_factory=dict)


def read(file: str, content: bytes | None, columns: Sequence[str] = ()) -> tuple[Sheet, list[Finding]]:
    """The rows of one codebook file (comma or semicolon, with or without byte order mark), and what is wrong; `columns`, of a
    file that is not one of COLUMNS.

    Empty rows are skipped; a missing or unreadable file gives no rows and one finding.
    """
    if content is None:
        return Sheet(), [Finding(file, None, "", "Fichier introuvable.", "Le remettre dans config/codebook.")]
    try:
        records = _records(content)
    except ValueError as unread:
        return Sheet(), [Finding(file, None, "", *unread.args)]
    header = [heading.strip() for heading in records[0]]
    letters = {name: column_letter(position) for position, name in enumerate(header)}
    findings = list(_header(file, header, columns or COLUMNS[file]))
    if findings:
        return Sheet((), letters), findings
    rows = []
    for number, record in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in record):
            continue
        if swallowing := [place for place, cell in enumerate(record) if BREAK.search(cell)]:
            at = header[swallowing[0]] if swallowing[0] < len(header) else ""
            message = "La cellule contient un retour à la ligne : un guillemet ouvert y avale les lignes qui suivent."
            findings.append(
                Finding(file, number, at, message, "Ôter ce guillemet, ou écrire la cellule sur une ligne.")
            )
        elif len(record) != len(header):
            message = (
                f"La ligne a {len(record)} {plural(len(record), 'cellule')}, l'en-tête {len(header)} : "
                "ses cellules sont décalées."
            )
            findings.append(Finding(file, number, "", message, "Vérifier les guillemets et les séparateurs."))
        elif odd := next((name for name, cell in zip(header, record, strict=True) if _odd(cell)), None):
            message = "La cellule contient un signe invisible, ou dépasse la longueur d'une cellule de tableur."
            findings.append(Finding(file, number, odd, message, "La vider et la retaper."))
        else:
            rows.append((number, {name: cell.strip() for name, cell in zip(header, record, strict=True)}))
    return Sheet(rows, letters), findings


def _odd(cell: str) -> bool:
    return len(cell) > LONGEST or bool(HIDDEN.search(cell))


def _records(content: bytes) -> list[list[str]]:
    """The cells of a file. Raises ValueError with what is wrong and what to do."""
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"Ce fichier dépasse {MOST_BYTES // 1_000_000} Mo : il n'est pas lu.", "Vérifier que c'est le bon."
        )
    if kind := container(content):
        raise ValueError(f"Ce fichier est {kind}, pas un fichier CSV.", SAVE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("Ce fichier n'est pas en UTF-8.", SAVE) from None
    if not text.strip():
        raise ValueError("Ce fichier est vide.", "Remettre le fichier complet.")
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    try:
        records = list(
            islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), MOST_ROWS + 1)
        )
    except csv.Error as error:
        told = "n'est pas fermé" if "unexpected end" in str(error) or "limit" in str(error) else "est mal placé"
        raise ValueError(f"Un guillemet {told}.", "Rouvrir le fichier dans le tableur et l'enregistrer.") from None
    if len(records) > MOST_ROWS:
        raise ValueError(f"Ce fichier dépasse {MOST_ROWS} lignes : il n'est pas lu.", "Vérifier que c'est le bon.")
    return records


def _header(file: str, header: Sequence[str], columns: Sequence[str]) -> Iterator[Finding]:
    for name in columns:
        if header.count(name) != 1:
            state = "manque" if name not in header else "est répétée"
            yield Finding(file, 1, name, f"La colonne « {name} » {state}.", "Rétablir l'en-tête d'origine.")
    for name in header:
        if name not in columns:
            message = f"Colonne inconnue : « {quoted(name, allowed=True)} »."
            yield Finding(file, 1, name, message, f"Colonnes attendues : {', '.join(columns)}.")
