"""The exports that the project makes itself: its own workbooks, filled."""

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import template
from diagnostic.codebook.model import TICK, Codebook, Variable
from diagnostic.trial.answers import RESPONSES, SITUATIONS, Answers, Row, Value

Cell: TypeAlias = str | int | dt.datetime | None


def written(value: Value) -> str:
    """A single code, a text, a number or a date as text; nothing for no answer. Not for several answers."""
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def ticked(value: Value) -> tuple[str, ...]:
    """The codes of an answer to a question with several answers."""
    return value if isinstance(value, tuple) else ()


class Labels:
    """The labels of the options: built once, as they are written in every row."""

    def __init__(self, codebook: Codebook) -> None:
        self._by_list = {name: {o.code: o.label for o in options} for name, options in codebook.lists.items()}

    def of(self, variable: Variable, code: str) -> str:
        return self._by_list[variable.list][code]

    def text(self, variable: Variable, value: Value, joint: str) -> str:
        """What a person reads: labels instead of codes, several of them joined."""
        if variable.type == "multiple":
            return joint.join(self.of(variable, code) for code in ticked(value))
        return self.of(variable, str(value)) if variable.type == "single" and value is not None else written(value)


def workbook(sheets: Iterable[tuple[str, Iterable[Sequence[Cell]]]], moment: str = "DD/MM/YYYY HH:MM:SS") -> bytes:
    """A workbook without styles: (sheet name, rows). Text stays text, whatever it begins with."""
    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_cell(sheet, value, moment) for value in row])
    return template.to_bytes(book)


def _cell(sheet: Worksheet, value: Cell, moment: str) -> object:
    """The value itself where that is enough: cells made one by one are slow."""
    if isinstance(value, dt.datetime):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = moment
        return cell
    if isinstance(value, str) and value.startswith("="):
        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        return cell
    return None if value == "" else value


# -- The project's own workbooks, filled from row 3 on ------------------------------------------------------------
WORKBOOK = "questionnaire"


def template_export(codebook: Codebook, answers: Answers) -> bytes:
    """The questionnaire's workbook as .xlsx bytes."""
    return filled(codebook, WORKBOOK, {name: answers[name] for name in (RESPONSES, SITUATIONS)})


def filled(codebook: Codebook, name: str, tables: Mapping[str, Sequence[Row]]) -> bytes:
    """One of the project's workbooks, as .xlsx bytes, with everything else that the empty one holds: table → rows.

    Labels as in the drop-down lists; a question with several answers has all its columns « coché » or « non coché »,
    or all empty; whole numbers are number cells, texts are text whatever they begin with.
    """
    book = load_workbook(io.BytesIO(template.workbook(codebook, name)))
    labels = Labels(codebook)
    for table, rows in tables.items():
        sheet = book[codebook.tables[table].sheet]
        for at, row in enumerate(rows, start=template.FIRST_ROW):
            for column, value in enumerate(_cells(codebook, labels, table, row), start=1):
                if value is not None and value != "":
                    template.put(sheet, at, column, value)
    return template.to_bytes(book)


def _cells(codebook: Codebook, labels: Labels, table: str, row: Row) -> Iterator[Cell]:
    states = {option.code: option.label for option in codebook.lists[TICK]}
    for _, variable, option in codebook.columns(table):
        value = row.get(variable.name)
        if option:
            yield states[str(int(option.code in ticked(value)))] if value else None
        elif isinstance(value, int):
            yield value
        else:
            yield labels.text(variable, value, "")
