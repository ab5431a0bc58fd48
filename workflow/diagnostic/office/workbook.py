"""The spreadsheet of all tables of the report: same captions, same numbers, each number beside its indicator."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook.template import to_bytes
from diagnostic.core.french import MONTHS, capital
from diagnostic.office.docx import DRAFT, STATUS

CONTENTS, FACTS = "Sommaire", "Indicateurs"
CAUTION = (
    "À lire avec chaque nombre\u00a0: il décrit ce qui a été vu, pas tout ce qui existe. Une part d’annonces donnée avec "
    "des limites d’échantillonnage vaut pour celles du relevé, entre ces limites\u00a0; rien d’autre n’est représentatif, et "
    "rien ne s’étend à l’année. Les départements ne se comparent pas sur les nombres bruts."
)
READ_WITH = "lecture"  # metadata: what a document says in its place
INTERVAL, ENDS, BETWEEN = "Intervalle", ("De", "À"), re.compile(r"([^ (]+) à ([^(]+?)(?: \(|$)")
COUNTED = {"Valeur", "Numérateur", "Dénominateur", *ENDS}  # lines of a card that are a number and nothing else
LINES = (  # of every card, in the order of their columns, whichever a document has
    *("Valeur", INTERVAL, *ENDS, "Ce qu’il réunit", "Unité", "Univers", "Numérateur", "Dénominateur"),
    *("Formule", "Méthode", "Règles", "Origine", "Table", "Cellules", "Fichiers"),
)
TOTALS = ("Ensemble", "Total")  # what the last row of a table begins with, which no filter takes along
NAME, LONGEST_NAME = re.compile(r"[\[\]:*?/\\]"), 31  # what the name of a sheet cannot have
SMALL = re.compile(  # what a name that is cut does not end with
    r"(?:\s(?:d’|l’|qu’)?(?:de|des|du|le|la|les|et|ou|par|à|en|au|aux|sur|un|une|ce|qui|que|dans|selon|son|entre|deux|\d+)?)+$"
)
HEADER_ROW = 4  # under the caption, the way back and an empty row
FACE, TITLE, LINK = "Arial", "00224E", "005A8F"
DASH = "–"  # in the place of a number of which a range is told
LABEL, DOSSIER = re.compile(r"^(?:Dossier, )?Tableau\s\d+\s:\s"), "Dossier, "
YEAR = re.compile(r"(?:19|20)\d\d")
DAY, DAYS = re.compile(rf"(\d{{1,2}})(?:er)?\s({'|'.join(MONTHS)})\s((?:19|20)\d\d)"), "[$-40C]d mmmm yyyy"
NUMBER = re.compile(
    r"(environ |au moins |au plus )?(−?)(\d{1,3}(?:[\u202f\u00a0]\d{3})*|\d+)(?:,(\d+))?(?:[\u202f\u00a0](%|points?))?"
)
_END = r"−?\d[\d\u202f\u00a0]*(?:,\d+)?"
RANGED = re.compile(  # « 100 (90 à 120 %) (modèle) », « 90 à 120 »
    rf"(?:(?P<value>[^(]+) \()?(?P<low>{_END}) à (?P<high>{_END}(?P<unit>[\u202f\u00a0](?:%|points?))?)(?(value)\))(?P<model> \(modèle\))?"
)
OF_ENDS = re.compile(r"(?:De … à|Intervalle|Bornes|Limites)(?P<rest>.*)")  # the head of a column of ranges
_HEAD = PatternFill("solid", fgColor="E9EEF4")
_RULE = Border(bottom=Side(style="thin", color="C9D1D9"))
LEFT = Alignment(vertical="top", wrap_text=True, indent=1)
RIGHT = Alignment(horizontal="right", vertical="top", wrap_text=True, indent=1)
# Of the cells under a head, as styles of the file: a team restyles them all at once, and a cell costs a third of the time.
TEXT, COUNT, LINKED = "Texte du tableau", "Nombre du tableau", " lié"
_LONGEST, _SHORTEST = 60, 20  # characters in a column before its text wraps: of few columns, of many
_PAGE = 150  # characters of a row printed on one page in landscape, at eight points


def made(content: bytes, epoch: int) -> bytes:
    """The workbook as bytes, from pandoc's JSON of the report: contents, one sheet per table, then the indicators. `epoch`:
    when it says that it was made, in seconds since 1970."""
    meta, grids, cards = read(content)
    book = styled()
    book.properties.title, book.properties.creator = meta.get("title", ""), meta.get("author", "")
    book.properties.language = "fr-FR"
    contents = book.active
    contents.title = CONTENTS
    sheets = dict(zip(_sheet_names(grids), grids, strict=True))
    rows = {card.fact: row for row, card in enumerate(cards, HEADER_ROW + 1)}
    for name, grid in sheets.items():
        _table(book.create_sheet(name), grid, rows)
    _facts(book.create_sheet(FACTS), cards)
    _contents(contents, meta, sheets, len(cards))
    draft, status = meta.get(DRAFT, ""), meta.get(STATUS, "")
    book.properties.keywords = status
    for sheet in book.worksheets if draft or status else ():
        said = _write(sheet, HEADER_ROW - 1, 1, " ".join(filter(None, [draft, status])))
        said.font = Font(name=FACE, size=10, bold=True, color="A23B00" if draft else TITLE)
        sheet.oddHeader.center.text, sheet.oddFooter.center.text = draft or None, status or None
    return to_bytes(book, dt.datetime.fromtimestamp(epoch, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def styled() -> Workbook:
    """A workbook that knows the styles of cells."""
    book = Workbook()
    for name, place in ((TEXT, LEFT), (COUNT, RIGHT)):
        for after, color in (("", None), (LINKED, LINK)):
            face = Font(name=FACE, size=10, color=color)
            book.add_named_style(NamedStyle(name + after, font=face, alignment=place, border=_RULE))
    return book


def number(text: str) -> tuple[float | int, str] | None:
    """A printed number as (value, spreadsheet format), percentages in points, differences of them with their word; None for any
    other text. Four figures written without a space are a year. A word before it is of the format."""
    found = NUMBER.fullmatch(text)
    if not found:
        return None
    before, minus, whole, decimals, unit = found.groups()
    digits = ("-" if minus else "") + re.sub(r"[\u202f\u00a0]", "", whole)
    value = float(f"{digits}.{decimals}") if decimals else int(digits)
    form = "0" if len(whole) > 3 and whole.isdigit() else "#,##0"
    form += f".{'0' * len(decimals)}" if decimals else ""
    return value, (f'"{before}"' if before else "") + form + (f'"\u00a0{unit}"' if unit else "")


def day(text: str) -> dt.date | None:
    """A printed day, « 1er août 2019 »; None for any other text."""
    found = DAY.fullmatch(text)
    return dt.date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1])) if found else None


def _sheet_names(grids: "Sequence[Grid]") -> list[str]:
    """What each table says, as its caption does, in as many signs as a sheet may have; each once: a caption that must be cut as
    another one is gives way to what it says last."""
    said = []
    for grid in grids:
        words = LABEL.sub("", grid.caption).replace("\u00a0: ", ", ").replace(" : ", ", ")
        said.append(re.sub(r"\s+", " ", NAME.sub(" ", re.split(r"\.|\s;", words)[0])).strip("' ") or "Sans titre")
    found: dict[int, str] = {}
    # Those that are whole keep their name.
    for at in sorted(range(len(said)), key=lambda at: len(said[at]) > LONGEST_NAME):
        whole, known = said[at], {one.casefold() for one in (*found.values(), CONTENTS, FACTS)}
        cut = whole
        if len(whole) > LONGEST_NAME:
            cut = whole[:LONGEST_NAME] if whole[LONGEST_NAME] in " ," else whole[:LONGEST_NAME].rpartition(" ")[0]
            cut = SMALL.sub("", cut).rstrip(", ’'")
        ends = (capital(whole[space.end() :]) for space in re.finditer(" ", whole))
        ends = (end for end in ends if len(end) <= LONGEST_NAME and SMALL.sub("", f" {end.split()[0].lower()}"))
        names = chain([cut], ends, (f"{cut[: LONGEST_NAME - 4]} {n}" for n in count(2)))
        found[at] = next(name for name in names if name.casefold() not in known)
    return [found[at] for at in range(len(said))]


def _contents(sheet: Worksheet, meta: Mapping[str, str], grids: "Mapping[str, Grid]", cards: int) -> None:
    _write(sheet, 1, 1, f"{meta.get('title', '')}").font = Font(name=FACE, size=14, bold=True, color=TITLE)
    _write(sheet, 2, 1, " – ".join(filter(None, (meta.get(name, "") for name in ("subtitle", "author", "date")))))
    _header(sheet, ("Feuille", "Contenu", "Lignes"))
    sheet.cell(HEADER_ROW, 3).alignment = RIGHT
    listed = [(name, grid.caption, len(grid.rows)) for name, grid in grids.items()]
    listed.append((FACTS, "La fiche de chaque nombre imprimé dans le rapport.", cards))
    for row, (name, words, size) in enumerate(listed, HEADER_ROW + 1):
        _link(_write(sheet, row, 1, name), f"'{name}'!A1", name)
        _write(sheet, row, 2, words)
        sheet.cell(row, 3, size).style = COUNT
    _write(sheet, HEADER_ROW + len(listed) + 2, 2, meta.get(READ_WITH, CAUTION))
    _finish(sheet, (32, 90, 9), len(listed))


def spread(grid: "Grid") -> "Grid":
    """The table with the ends of its ranges in columns of their own, each a number; a column says which rest on a model."""
    made: list[tuple[str, bool, list[Cell]]] = []  # title, whether it counts, cells
    before = ""
    for title, counted, cells in zip(grid.header, grid.right, zip(*grid.rows, strict=True), strict=True):
        found = [RANGED.fullmatch(cell.text) if counted or cell.bare else None for cell in cells]
        if any(found):
            made += _ends(title, before, cells, found)
        else:
            made.append((title, counted, list(cells)))
        if not OF_ENDS.fullmatch(title):
            before = title if counted else ""
    rows = tuple(zip(*(cells for *_, cells in made), strict=True))
    return Grid(grid.caption, tuple(title for title, *_ in made), rows, tuple(counted for _, counted, _ in made))


def _ends(
    title: str, before: str, cells: "Sequence[Cell]", found: Sequence[re.Match[str] | None]
) -> "Iterator[tuple[str, bool, list[Cell]]]":
    """The columns of one with ranges (`found`): its numbers, the two ends, and of what kind these are where they are told apart.
    `before`: the title of the column of numbers that the ranges go with, where they are beside it."""
    of_ends = OF_ENDS.fullmatch(title)
    base, rest = (before or title, of_ends["rest"]) if of_ends else (title, "")
    pairs = list(zip(cells, found, strict=True))
    own = [cell._replace(text=one["value"] or "", bare=True) if one else cell for cell, one in pairs]
    if any(cell.text not in ("", DASH) for cell in own):
        yield f"{base}\u00a0: dit" if of_ends else title, True, own
    for end, name in ((lambda one: one["low"] + (one["unit"] or ""), "de"), (lambda one: one["high"], "à")):
        numbers = [Cell(end(one) if one else "", cell.facts, True) for cell, one in pairs]
        yield f"{base}\u00a0: {name}{rest}", True, numbers
    if any(one and one["model"] for one in found):
        kinds = [Cell("modèle" if one and one["model"] else "", (), False) for one in found]
        yield f"{base}\u00a0: nature", False, kinds


def _table(sheet: Worksheet, whole: "Grid", rows: dict[str, int]) -> None:
    grid = spread(whole)
    _title(sheet, grid.caption)
    _header(sheet, grid.header)
    for r, line in enumerate(grid.rows, HEADER_ROW + 1):
        for c, cell in enumerate(line, 1):
            target = _read(sheet, r, c, cell.text, cell.bare or grid.right[c - 1])
            known = [fact for fact in cell.facts if fact in rows]
            if known and target.value not in (None, ""):
                _link(target, f"'{FACTS}'!A{rows[known[0]]}", ", ".join(known))
    texts = [[*grid.header], *([cell.text for cell in line] for line in grid.rows)]
    last = grid.rows[-1][0].text if grid.rows else ""
    wide = widths([max(map(len, column)) for column in zip(*texts, strict=False)])
    _finish(sheet, wide, len(grid.rows) - last.startswith(TOTALS))
    if whole.caption.startswith(DOSSIER):
        sheet.sheet_properties.tabColor = TITLE


def widths(longest: Sequence[int]) -> list[int]:
    """The widths of columns (characters) whose longest cells have so many: as wide as these, up to what one printed page in
    landscape lets be read."""
    at = next(
        (at for at in range(_LONGEST, _SHORTEST, -1) if sum(min(at, own) + 3 for own in longest) <= _PAGE), _SHORTEST
    )
    return [min(at, own) + 3 for own in longest]


def _read(sheet: Worksheet, row: int, column: int, words: str, counted: bool) -> SheetCell:
    """A cell as what it says: a number, where its column counts, with its head above it; a year; a day; else its words."""
    value: float | int | dt.date | None
    value, form = (number(words) if counted or YEAR.fullmatch(words) else None) or (day(words), DAYS)
    if value is None:
        return _write(sheet, row, column, "" if counted and words == DASH else words)
    cell: SheetCell = sheet.cell(row, column, value)
    if isinstance(value, float):  # openpyxl writes sixteen digits, 92.40000000000001 for 92.4
        cell.value, cell.data_type = repr(value), "n"
    cell.style = TEXT if form == DAYS else COUNT
    cell.number_format = form
    if form != DAYS:
        sheet.cell(HEADER_ROW, column).alignment = RIGHT
    return cell


def _facts(sheet: Worksheet, cards: "Sequence[Card]") -> None:
    lines = [_with_ends(card.lines) for card in cards]
    titles = [*LINES, *sorted({title for line in lines for title in line} - {*LINES, "Identifiant"})]
    _title(sheet, "La fiche de chaque nombre imprimé dans le rapport, dans l’ordre où il y paraît.")
    _header(sheet, ("Identifiant", "Indicateur", *titles))
    for row, (card, line) in enumerate(zip(cards, lines, strict=True), HEADER_ROW + 1):
        _write(sheet, row, 1, card.fact)
        _write(sheet, row, 2, card.title)
        for column, title in enumerate(titles, 3):
            _read(sheet, row, column, line.get(title, ""), title in COUNTED)
    longest = {title: max((len(line.get(title, "")) for line in lines), default=0) for title in titles}
    wide = (min(48, max(14, len(title) + 4, length)) for title, length in longest.items())
    _finish(sheet, (34, 44, *wide), len(cards))
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 3)


def _with_ends(lines: dict[str, str]) -> dict[str, str]:
    """The lines of a card, the two ends of its interval after it, each as a number of its own; a range alone is no value."""
    said = {}
    for title, words in lines.items():
        said[title] = "" if title == "Valeur" and RANGED.fullmatch(words) else words
        if title == INTERVAL and (ends := BETWEEN.match(words)):
            low, high = ends.groups()
            last = NUMBER.fullmatch(high)
            unit = f"\u00a0{last[5]}" if last and last[5] else ""
            said |= dict(zip(ENDS, (low + unit, high), strict=True))
    return said


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
    if row > HEADER_ROW:
        cell.style = TEXT
    else:
        cell.font = Font(name=FACE, size=10)
        cell.alignment = LEFT if row == HEADER_ROW else Alignment(vertical="top")
    return cell


def _link(cell: SheetCell, location: str, words: str) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location, tooltip=words[:255])
    if cell.row > HEADER_ROW:
        form = cell.number_format
        cell.style = cell.style + LINKED
        cell.number_format = form
    else:
        cell.font = Font(name=FACE, size=10, color=LINK)


def _finish(sheet: Worksheet, widths: Sequence[float], rows: int) -> None:
    """Widths of columns, filters over the `rows`, and what stays in view and on every printed page."""
    for column, width in enumerate(widths):
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    if rows:
        sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(widths))}{HEADER_ROW + rows}"
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 1)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


# -- Reads the report as pandoc's tree (its JSON) -----------------------------------------------------------------
# Tables with their numbered captions, cards, and the facts in a cell.
SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}


class Cell(NamedTuple):
    """One cell: its text, the facts printed in it, and whether the text is one fact and nothing else."""

    text: str
    facts: tuple[str, ...]
    bare: bool


class Grid(NamedTuple):
    """One table: its caption with its number, its header, its rows, and which columns hold numbers."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: tuple[bool, ...]


class Card(NamedTuple):
    """One fact's card: its id, its title, and its lines by their French titles."""

    fact: str
    title: str
    lines: dict[str, str]


def read(content: bytes) -> tuple[dict[str, str], list[Grid], list[Card]]:
    """Words of the title page, tables in order, cards in order, from the JSON that pandoc wrote after the filter numbered it."""
    document = json.loads(content)
    blocks = list(_walk(document["blocks"]))
    grids = [_grid(one["c"]) for one in blocks if one["t"] == "Table"]
    cards = [_card(one["c"]) for one in blocks if one["t"] == "CodeBlock" and "carte" in one["c"][0][1]]
    return {name: text(value) for name, value in document["meta"].items()}, grids, cards


def text(node: Any) -> str:
    """The text of inlines, blocks or a metadata value; a note's text is left out, a formula is its source."""
    if isinstance(node, list):
        return "".join(text(part) for part in node)
    if not isinstance(node, dict) or "t" not in node:
        return ""
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind in ("Str", "MetaString"):
        return str(content)
    if kind in SPACES:
        return SPACES[kind]
    if kind in ("Code", "Math"):
        return str(content[1])
    if kind in ("Span", "Link", "Quoted", "Cite"):
        return text(content[1])
    if kind in ("Note", "RawInline", "RawBlock", "Image"):
        return ""
    return text(content)


def _walk(blocks: list[Any]) -> Iterator[Any]:
    """Every block, those in divisions too; a table is not entered."""
    for block in blocks:
        yield block
        if block["t"] == "Div":
            yield from _walk(block["c"][1])


def _grid(content: list[Any]) -> Grid:
    _, caption, columns, head, bodies, _ = content
    header = tuple(text(cell[4]) for cell in head[1][0][1]) if head[1] else ()
    rows = tuple(tuple(_cell(cell[4]) for cell in row[1]) for body in bodies for row in body[3])
    right = tuple(side["t"] == "AlignRight" for side, _ in columns)  # as it is printed: a column of numbers
    return Grid(text(caption[1]), header, rows, right)


def _cell(blocks: list[Any]) -> Cell:
    found: list[str] = []
    spans: list[str] = []

    def look(node: Any) -> None:
        if isinstance(node, list):
            for part in node:
                look(part)
        elif isinstance(node, dict):
            if node.get("t") == "Span" and "fact" in node["c"][0][1]:
                found.append(dict(node["c"][0][2])["fact"])
                spans.append(text(node))
            elif "c" in node:
                look(node["c"])

    look(blocks)
    whole = text(blocks).strip()
    return Cell(whole, tuple(dict.fromkeys(found)), spans == [whole])


def _card(content: list[Any]) -> Card:
    attributes, words = content
    (_, title), *lines = (line.split(" : ", 1) for line in words.splitlines())
    return Card(dict(attributes[2])["fact"], title, dict(lines))
