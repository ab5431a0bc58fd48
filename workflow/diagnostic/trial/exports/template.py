"""The project's own workbooks, filled from row 3 on: for the questionnaire, a sheet of responses, one of situations."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import template, xlsx
from diagnostic.codebook.model import TICK, Codebook
from diagnostic.trial.answers import RESPONSES, SITUATIONS, Answers, Row
from diagnostic.trial.exports.common import Cell, Labels, ticked

WORKBOOK = "questionnaire"


def export(codebook: Codebook, answers: Answers) -> bytes:
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
            _fill(sheet, at, _cells(codebook, labels, table, row))
    return xlsx.to_bytes(book)


def _fill(sheet: Worksheet, at: int, cells: Iterator[Cell]) -> None:
    for column, value in enumerate(cells, start=1):
        if value is not None and value != "":
            xlsx.put(sheet, at, column, value)


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
