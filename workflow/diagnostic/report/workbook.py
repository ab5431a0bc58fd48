"""The spreadsheet of all tables of the report: same captions, same numbers, each number beside its indicator."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook.xlsx import to_bytes
from diagnostic.report import tree
from diagnostic.report.docx import DRAFT, STATUS

CONTENTS, FACTS = "Sommaire", "Indicateurs"
CAUTION = (
    "À lire avec chaque nombre\u00a0: il décrit ce qui a été vu, pas tout ce qui existe. Rien ici n’est représentatif, ne s’étend "
    "à l’année ni ne se compare d’un département à l’autre."
)
HEADER_ROW = 4  # under the caption, the way back and an empty row
FACE, TITLE, LINK = "Arial", "00224E", "005A8F"
NUMBER = re.compile(r"(−?)(\d{1,3}(?:[\u202f\u00a0]\d{3})*|\d+)(?:,(\d+))?([\u202f\u00a0]%)?")
_HEAD = PatternFill("solid", fgColor="E9EEF4")
_RULE = Border(bottom=Side(style="thin", color="C9D1D9"))
LEFT = Alignment(vertical="top", wrap_text=True, indent=1)
RIGHT = Alignment(horizontal="right", vertical="top", wrap_text=True, indent=1)
_LONGEST = 60  # characters in a column before its text wraps


def made(content: bytes) -> bytes:
    """The workbook as bytes, from pandoc's JSON of the report: contents, one sheet per table, then the indicators."""
    report = tree.read(content)
    book = Workbook()
    book.properties.title = report.meta.get("title", "")
    book.properties.creator = report.meta.get("author", "")
    book.properties.language = "fr-FR"
    contents = book.active
    contents.title = CONTENTS
    names = [_sheet_name(grid, n) for n, grid in enumerate(report.grids, 1)]
    rows = {card.fact: row for row, card in enumerate(report.cards, HEADER_ROW + 1)}
    for name, grid in zip(names, report.grids, strict=True):
        _table(book.create_sheet(name), grid, rows)
    _facts(book.create_sheet(FACTS), report.cards)
    _contents(contents, report, names)
    draft, status = report.meta.get(DRAFT, ""), report.meta.get(STATUS, "")
    book.properties.keywords = status
    for sheet in book.worksheets if draft or status else ():
        said = _write(sheet, HEADER_ROW - 1, 1, " ".join(filter(None, [draft, status])))
        said.font = Font(name=FACE, size=10, bold=True, color="A23B00" if draft else TITLE)
        sheet.oddHeader.center.text, sheet.oddFooter.center.text = draft or None, status or None
    return to_bytes(book)


def number(text: str) -> tuple[float | int, str] | None:
    """A printed number as (value, spreadsheet format), percentages in points; None for any other text."""
    found = NUMBER.fullmatch(text)
    if not found:
        return None
    minus, whole, decimals, percent = found.groups()
    digits = ("-" if minus else "") + re.sub(r"[\u202f\u00a0]", "", whole)
    value = float(f"{digits}.{decimals}") if decimals else int(digits)
    form = "#,##0" + (f".{'0' * len(decimals)}" if decimals else "")
    return value, form + ('"\u00a0%"' if percent else "")


def _sheet_name(grid: tree.Grid, position: int) -> str:
    """« Tableau 3 »; a table without number takes its place in the document."""
    label = re.match(r"(Dossier, )?Tableau\s\d+", grid.caption)
    return re.sub(r"\s", " ", label[0]) if label else f"Sans numéro {position}"


def _contents(sheet: Worksheet, report: tree.Report, names: Sequence[str]) -> None:
    meta = report.meta
    _write(sheet, 1, 1, f"{meta.get('title', '')}").font = Font(name=FACE, size=14, bold=True, color=TITLE)
    _write(
        sheet, 2, 1, " · ".join(filter(None, [meta.get("subtitle", ""), meta.get("author", ""), meta.get("date", "")]))
    )
    _header(sheet, ("Feuille", "Contenu", "Lignes"))
    sheet.cell(HEADER_ROW, 3).alignment = RIGHT
    listed = [
        (name, re.sub(r"^(?:Dossier, )?Tableau\s\d+\s:\s", "", grid.caption), len(grid.rows))
        for name, grid in zip(names, report.grids, strict=True)
    ]
    listed.append((FACTS, "La fiche de chaque nombre imprimé dans le rapport.", len(report.cards)))
    for row, (name, words, size) in enumerate(listed, HEADER_ROW + 1):
        _link(_write(sheet, row, 1, name), f"'{name}'!A1", name)
        _write(sheet, row, 2, words)
        sheet.cell(row, 3, size).alignment = RIGHT
    _write(sheet, HEADER_ROW + len(listed) + 2, 2, CAUTION)
    _finish(sheet, (16, 90, 9))


def _table(sheet: Worksheet, grid: tree.Grid, rows: dict[str, int]) -> None:
    _title(sheet, grid.caption)
    _header(sheet, grid.header)
    for r, line in enumerate(grid.rows, HEADER_ROW + 1):
        for c, cell in enumerate(line, 1):
            read = number(cell.text) if cell.bare else None
            if read:
                target = sheet.cell(r, c, read[0])
                target.number_format = read[1]
                target.alignment = RIGHT
                sheet.cell(HEADER_ROW, c).alignment = RIGHT
            else:
                target = _write(sheet, r, c, cell.text)
            known = [fact for fact in cell.facts if fact in rows]
            if known:
                _link(target, f"'{FACTS}'!A{rows[known[0]]}", ", ".join(known))
    texts = [[*grid.header], *([cell.text for cell in line] for line in grid.rows)]
    _finish(sheet, [min(_LONGEST, max(map(len, column))) + 3 for column in zip(*texts, strict=False)])


def _facts(sheet: Worksheet, cards: Sequence[tree.Card]) -> None:
    titles = [
        title for title in dict.fromkeys(title for card in cards for title in card.lines) if title != "Identifiant"
    ]
    _title(sheet, "La fiche de chaque nombre imprimé dans le rapport, dans l’ordre où il y paraît.")
    _header(sheet, ("Identifiant", "Indicateur", *titles))
    for row, card in enumerate(cards, HEADER_ROW + 1):
        for column, value in enumerate((card.fact, card.title, *(card.lines.get(title, "") for title in titles)), 1):
            _write(sheet, row, column, value)
    _finish(
        sheet,
        (
            34,
            44,
            *(
                min(48, max(14, len(title) + 4, *(len(card.lines.get(title, "")) for card in cards)))
                for title in titles
            ),
        ),
    )
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 3)


def _title(sheet: Worksheet, words: str) -> None:
    _write(sheet, 1, 1, words).font = Font(name=FACE, size=12, bold=True, color=TITLE)
    _link(_write(sheet, 2, 1, f"Retour au {CONTENTS.lower()}"), f"'{CONTENTS}'!A1", CONTENTS)


def _header(sheet: Worksheet, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles, 1):
        cell = _write(sheet, HEADER_ROW, column, title)
        cell.font, cell.fill = Font(name=FACE, size=10, bold=True, color=TITLE), _HEAD


def _write(sheet: Worksheet, row: int, column: int, words: str) -> SheetCell:
    """Text as text: what begins like a formula is none."""
    cell: SheetCell = sheet.cell(row, column)
    cell.value = words
    if cell.data_type == "f":
        cell.data_type = "s"
    cell.font = Font(name=FACE, size=10)
    cell.alignment = LEFT if row >= HEADER_ROW else Alignment(vertical="top")
    return cell


def _link(cell: SheetCell, location: str, words: str) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location, tooltip=words[:255])
    cell.font = Font(name=FACE, size=10, color=LINK)


def _finish(sheet: Worksheet, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths):
        sheet.column_dimensions[
            chr(ord("A") + column) if column < 26 else f"A{chr(ord('A') + column - 26)}"
        ].width = width
    for line in sheet.iter_rows(min_row=HEADER_ROW + 1):
        for cell in line:
            cell.border = _RULE
            if isinstance(cell.value, int | float):
                cell.font = Font(name=FACE, size=10, color=LINK if cell.hyperlink else None)
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 1)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
