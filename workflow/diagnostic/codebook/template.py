"""Spreadsheets to fill by hand: one sheet per table, drop-down lists, explanations; no macro, no formula.

Row 1 holds the headings that the import reads, row 2 the same in French, answers begin in row 3. A question with
several answers has one column per answer.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import model, routing
from diagnostic.codebook.routing import Answered, Atom, Condition, Equals
from diagnostic.core.french import number, typographic
from diagnostic.core.problems import either
from diagnostic.core.writing import as_zip

FIRST_ROW, LAST_ROW = 3, 2002  # rows that have drop-down lists
_PROMPT, _PROMPT_TITLE = 255, 32  # Excel's limits
_HEADING = Font(name="Consolas", size=9, color="595959")
_PLAIN, _BOLD, _TITLE = Font(name="Calibri"), Font(name="Calibri", bold=True), Font(name="Calibri", bold=True, size=14)
_SOFT, _ASKED = PatternFill("solid", fgColor="F3F3F1"), PatternFill("solid", fgColor="E3ECF5")
_LINE = Border(bottom=Side(style="thin", color="767676"))


def workbooks(codebook: model.Codebook) -> list[str]:
    """The names of the workbooks, in order."""
    return list(dict.fromkeys(table.workbook for table in codebook.tables.values()))


@lru_cache(maxsize=32)  # every study of a run begins with the same ones, nine of a codebook
def workbook(codebook: model.Codebook, name: str, beside: tuple[str, ...] = ()) -> bytes:
    """One workbook to fill, as .xlsx bytes. `beside`: columns that only help to fill it, put after those that name a
    record; the import does not read what begins with `TO_READ`."""
    tables = [table for table in codebook.tables.values() if table.workbook == name]
    book = Workbook()
    _read_me(book.active, codebook, tables)
    _explanations(book.create_sheet(model.EXPLANATIONS), codebook, tables)
    sheets = [(book.create_sheet(table.sheet), table) for table in tables]
    ranges = _lists(book.create_sheet(model.LISTS), codebook, tables)
    for sheet, table in sheets:
        _table(sheet, codebook, table, ranges, beside)
    book.active = book.sheetnames.index(tables[0].sheet)
    for sheet in book:
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_view.tabSelected = sheet.title == tables[0].sheet
    return to_bytes(book)


def _write(sheet: Worksheet, row: int, column: int, text: str, font: Font | None = None) -> Cell:
    return put(sheet, row, column, text, alignment=TOP, font=font or _PLAIN)


def _read_me(sheet: Worksheet, codebook: model.Codebook, tables: list[model.TableDef]) -> None:
    sheet.title = model.READ_ME
    sheet.column_dimensions["A"].width = 110
    kinds = ("template", "first_page", "consent") if any(table.form for table in tables) else ("template",)
    row = 1
    for text in sorted((t for t in codebook.texts.values() if t.kind in kinds), key=lambda t: kinds.index(t.kind)):
        _write(sheet, row, 1, text.title, _TITLE)
        _write(sheet, row + 1, 1, text.body)
        row += 3
    _write(sheet, row, 1, "Les feuilles", _TITLE)
    for table in tables:
        row += 1
        _write(sheet, row, 1, typographic(f"{table.sheet} : {table.description}"))


def _explanations(sheet: Worksheet, codebook: model.Codebook, tables: list[model.TableDef]) -> None:
    headings = (
        *("Feuille", "Colonne", "Intitulé", "Question", "À savoir", "Attendu", "Réponses"),
        *("Demandé", "Confidentialité"),
    )
    widths = (20, 24, 26, 44, 50, 24, 50, 40, 36)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), start=1):
        _write(sheet, 1, column, heading, _BOLD).fill = _ASKED
        sheet.column_dimensions[get_column_letter(column)].width = width
    row = 2
    for table in tables:
        for variable in codebook.table(table.name):
            answers = "\n".join(option.label for option in codebook.options(variable))
            help_ = " ".join(part for part in (codebook.warning(variable), variable.help) if part)
            asked = who_answers(codebook, variable) or (
                "toujours" if variable.required else "toujours, si l'information est connue"
            )
            explain = (
                *(table.sheet, variable.name, variable.label, variable.question, help_, expected_answer(variable)),
                *(answers, typographic(asked), typographic(model.PRIVACY[variable.privacy])),
            )
            for column, text in enumerate(explain, start=1):
                _write(sheet, row, column, text).border = _LINE
            row += 1
    sheet.freeze_panes = "A2"


def _lists(sheet: Worksheet, codebook: model.Codebook, tables: list[model.TableDef]) -> dict[str, str]:
    """Writes the lists, one per column; gives for each the range of its labels."""
    used = dict.fromkeys(v.list for table in tables for v in codebook.table(table.name) if v.type == "single")
    several = any(v.type == "multiple" for table in tables for v in codebook.table(table.name))
    ranges = {}
    for column, name in enumerate([*used, *([model.TICK] if several else [])], start=1):
        letter = get_column_letter(column)
        _write(sheet, 1, column, name, _HEADING)
        for row, option in enumerate(codebook.lists[name], start=2):
            _write(sheet, row, column, option.label)
        sheet.column_dimensions[letter].width = 32
        ranges[name] = f"{model.LISTS}!${letter}$2:${letter}${len(codebook.lists[name]) + 1}"
    sheet.freeze_panes = "A2"
    return ranges


def _table(
    sheet: Worksheet, codebook: model.Codebook, table: model.TableDef, ranges: dict[str, str], beside: tuple[str, ...]
) -> None:
    asked = codebook.columns(table.name)
    first = 1 + max(at for at, (_, variable, _) in enumerate(asked) if variable.name in table.key)
    for at, text in enumerate(beside, start=first + 1):
        _write(sheet, 1, at, f"{model.TO_READ} {text}", _HEADING).fill = _SOFT
        _write(sheet, 2, at, typographic(f"{model.TO_READ} {text}"), _BOLD).border = _LINE
        sheet.column_dimensions[get_column_letter(at)].width = 44
    for place, (heading, variable, option) in enumerate(asked, start=1):
        column = place if place <= first else place + len(beside)
        letter = get_column_letter(column)
        _write(sheet, 1, column, heading, _HEADING).fill = _SOFT
        title = _write(sheet, 2, column, _title(codebook, variable, option), _BOLD)
        title.fill, title.border = _ASKED, _LINE
        sheet.column_dimensions[letter].width = 16 if option else 40 if variable.written else 22
        if variable.type == "date":
            sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
        elif variable.written or variable.type in ("code", "single"):
            sheet.column_dimensions[letter].number_format = "@"
        rule = _validation(codebook, variable, option, ranges)
        rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
        sheet.add_data_validation(rule)
    sheet.row_dimensions[2].height = 75
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 1 + len(table.key))


def _title(codebook: model.Codebook, variable: model.Variable, option: model.Option | None) -> str:
    if option:
        return typographic(f"{variable.label} : {option.label}")
    return "\n".join(part for part in (variable.label, codebook.warning(variable)) if part)


def _validation(
    codebook: model.Codebook, variable: model.Variable, option: model.Option | None, ranges: dict[str, str]
) -> DataValidation:
    """The rule of a column: a list, a whole number within limits, a date, or only the prompt."""
    rule = DataValidation(allow_blank=True, **_limits(variable, option, ranges))
    rule.errorTitle, rule.error = "Valeur non prévue", "Choisir dans la liste, ou respecter les limites indiquées."
    rule.showErrorMessage = rule.showInputMessage = True
    rule.promptTitle = _short(variable.label, _PROMPT_TITLE)
    about = (variable.question, codebook.warning(variable), variable.help)
    rule.prompt = _short(" ".join(part for part in about if part), _PROMPT)
    return rule


def _limits(variable: model.Variable, option: model.Option | None, ranges: dict[str, str]) -> dict[str, str]:
    if variable.closed:
        return {"type": "list", "formula1": ranges[model.TICK if option else variable.list]}
    if variable.type == "integer" and not variable.pattern:
        return {
            "type": "whole",
            "operator": "between",
            "formula1": str(variable.minimum if variable.minimum is not None else -(10**9)),
            "formula2": str(variable.maximum if variable.maximum is not None else 10**9),
        }
    return {"type": "date", "operator": "greaterThan", "formula1": "1"} if variable.type == "date" else {}


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


# -- Workbooks of which the same content gives the same bytes -----------------------------------------------------
# Texts are never formulas; dates are fixed, entries sorted.
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")

TOP = Alignment(wrap_text=True, vertical="top")  # of a cell that holds sentences


def put(sheet: Worksheet, row: int, column: int, value: object, **style: Any) -> Cell:
    """Write a cell, with its `font`, `alignment`…; a text is no formula, whatever it begins with."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    for name, look in style.items():
        setattr(cell, name, look)
    return cell


def first_page(sheet: Worksheet, texts: Sequence[str], titles: int, width: int) -> None:
    """Sentences one below another, of which as many are titles; the width of their column, in characters."""
    sheet.title = "À lire"
    sheet.column_dimensions["A"].width = width
    for row, text in enumerate(texts, start=1):
        put(sheet, row, 1, typographic(text), alignment=TOP, font=Font(bold=row <= titles))


def to_bytes(workbook: Workbook, stamp: str = "1980-01-01T00:00:00Z") -> bytes:
    """The workbook as .xlsx bytes: the same for the same content, at any time and on any machine; `stamp`, when it says that
    it was made (ISO, UTC)."""
    saved = io.BytesIO()
    workbook.save(saved)  # writes the time of day into docProps/core.xml
    with zipfile.ZipFile(saved) as source:
        files = {name: source.read(name) for name in sorted(source.namelist())}
    files["docProps/core.xml"] = _STAMP.sub(rb"\g<1>" + stamp.encode(), files["docProps/core.xml"])
    return as_zip(files.items())


# -- Types and conditions in French, for who reads or fills what is made of the codebook --------------------------
TYPES = {
    "single": "une seule réponse",
    "multiple": "plusieurs réponses possibles",
    "text": "texte court",
    "long_text": "texte",
    "count_text": "nombre ou fourchette, en texte",
    "integer": "nombre entier",
    "date": "date",
    "code": "code",
    "note": "texte affiché",
}


def condition(codebook: model.Codebook, of: Condition | None, table: model.TableDef) -> str:
    """« si « Mode de réponse » est « À plusieurs » » ; empty when the question is always asked."""
    if of is None:
        return ""

    def named(name: str) -> model.Variable:
        tables = (table.name, table.parent, table.includes)
        return next(v for v in codebook.variables if v.name == name and v.table in tables)

    def atom(part: Atom) -> list[str]:
        variable = named(part.name)
        if isinstance(part, Answered):
            return [f"« {variable.label} » a une réponse"]
        labels = {option.code: option.label for option in codebook.options(variable)}
        words = either([labels[code] for code in part.codes])
        return [f"« {variable.label} » {'est' if isinstance(part, Equals) else 'comprend'} {words}"]

    text = routing.render(of, atom, "sauf si {}", (" et ", " ou "))
    return typographic("si " + (text[1:-1] if text.startswith("(") else text))


def counted_words(codebook: model.Codebook, asked: Sequence[model.Asked]) -> str:
    """« Genre : Femme(s) ; Âge : Moins de 15 ans ou 15 à 17 ans »."""
    named = {variable.name: variable for variable in codebook.variables}
    parts = []
    for name, codes in asked:
        labels = {option.code: option.label for option in codebook.options(named[name])}
        parts.append(f"{named[name].label} : {' ou '.join(labels[code] for code in codes)}")
    return typographic(" ; ".join(parts))


def who_answers(codebook: model.Codebook, variable: model.Variable) -> str:
    """When the variable is asked: its block's condition and its own; empty when always."""
    table = codebook.tables[variable.table]
    return condition(codebook, routing.together(codebook.condition_of_block(variable), variable.condition), table)


def expected_answer(variable: model.Variable) -> str:
    """What may be written: type and limits."""
    limits = ""
    if variable.minimum is not None and variable.maximum is not None:
        limits = f", de {number(variable.minimum)} à {number(variable.maximum)}"
    return TYPES[variable.type] + limits
