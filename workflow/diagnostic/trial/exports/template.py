"""The project's own workbook, filled from row 3 on: one sheet for the responses, one for the situations."""

from __future__ import annotations

import io
from collections.abc import Iterator

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import template, xlsx
from diagnostic.codebook.model import TICK, Codebook
from diagnostic.trial.answers import RESPONSES, SITUATIONS, Answers, Row
from diagnostic.trial.exports.common import Cell, Labels, ticked

WORKBOOK = "questionnaire"


def export(codebook: Codebook, answers: Answers) -> bytes:
    """The workbook as .xlsx bytes, with everything else that the empty one holds.

    Labels as in the drop-down lists; a question with several answers has all its columns « coché » or « non coché »,
    or all empty; whole numbers are number cells, texts are text whatever they begin with.
    """
    book = load_workbook(io.BytesIO(template.workbook(codebook, WORKBOOK)))
    labels = Labels(codebook)
    for name in (RESPONSES, SITUATIONS):
        sheet = book[codebook.tables[name].sheet]
        for at, row in enumerate(answers[name], start=template.FIRST_ROW):
            _fill(sheet, at, _cells(codebook, labels, name, row))
    return xlsx.to_bytes(book)


def _fill(sheet: Worksheet, at: int, cells: Iterator[Cell]) -> None:
    for column, value in enumerate(cells, start=1):
        if value is not None and value != "":
            cell = sheet.cell(at, column, value)
            if isinstance(value, str):
                cell.data_type = "s"


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
