"""One cell of the form's workbook changed: the facts that name it change, and no other."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pandas as pd
import pytest
from rebuilt import Rebuilt
from replay import Estimated

from diagnostic.core.problems import column_letter
from diagnostic.review.review import addresses

COMPARED = ["value", "value_text", "low", "high", "numerator", "denominator"]
Cell = tuple[int, int, int]  # sheet, row and column of the workbook, from 1
Find = Callable[[openpyxl.Workbook], Cell]


def changed(content: bytes, find: Find, written: str) -> tuple[bytes, Cell]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet, row, column = find(book)
    book.worksheets[sheet - 1].cell(row, column).value = written
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), (sheet, row, column)


def moved(before: Estimated, after: Estimated) -> set[str]:
    names = before.facts.index.union(after.facts.index)
    one, other = (facts.facts.reindex(names)[COMPARED] for facts in (before, after))
    same = one.eq(other) | (one.isna() & other.isna())
    # these count lines and comparisons, all that changed among them; the export is no longer the one accepted either
    counted = names.str.startswith(("quality.", "reproduction."))
    return set(names[~same.all(axis=1) & ~counted])


def naming(facts: pd.DataFrame, cell: Cell) -> set[str]:
    """The facts whose card leads to the cell."""
    sheet, row, column = cell
    place = (str(sheet), column_letter(column - 1), row)
    return {
        name
        for name, text in facts["cells"].items()
        if any((one.sheet, one.column, one.row) == place for one in addresses(text) if "questionnaire" in one.file)
    }


def answered(variable: str, answer: str) -> Find:
    """The first answer of this text, of whoever answers alone where the sheet says who does."""

    def find(book: openpyxl.Workbook) -> Cell:
        for number, sheet in enumerate(book.worksheets, start=1):
            names, *rows = sheet.iter_rows(values_only=True)
            if variable in names:
                column = names.index(variable)
                mode = names.index("answer_mode") if "answer_mode" in names else None
                for at, row in enumerate(rows, start=2):
                    if row[column] == answer and (mode is None or "individuel" in str(row[mode])):
                        return number, at, column + 1
        raise AssertionError(variable)

    return find


def run(solution: Rebuilt, before: Estimated, find: Find, written: str) -> tuple[set[str], set[str]]:
    """Estimated that moved, and facts that name the cell before or after."""
    cells: list[Cell] = []

    def change(content: bytes) -> bytes:
        edited, cell = changed(content, find, written)
        cells.append(cell)
        return edited

    after = solution.estimated(change)
    return moved(before, after), naming(before.facts, cells[0]) | naming(after.facts, cells[0])


@pytest.mark.slow  # `estimate/test_counting_rules.py` has each rule; `benchmarks/wholes.py` whole studies, by their truth
def test_a_number_of_persons(solution: Rebuilt, first: Estimated) -> None:
    """One person more in one situation: totals and what is said of these persons; nothing on professionals."""
    find = answered("persons_in_situation", "1")
    found, named = run(solution, first, find, "2")
    assert {"shared.persons_concerned", "shared.persons_response"} <= found
    assert {name for name in found if not name.startswith("sensitivity.")} <= named
    assert not {name for name in found if name.split(".")[0] in ("pros", "needs", "law", "survey", "interviews")}
