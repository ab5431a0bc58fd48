"""The generated answers as a spreadsheet that no tool made: headings nearly those of the codebook, labels for codes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook

from diagnostic.codebook.model import Codebook, Variable
from diagnostic.core.problems import column_letter
from diagnostic.trial.exports import Labels, workbook, written

TICKS = "exposure"  # the one question whose options have a column each, ticked with a cross
Truth = tuple[str, str, str, str]  # table, variable, option, number: what a person would write in the mapping
Head = tuple[str, Variable, str, int]


@dataclass
class AdHoc:
    """Sheets of text, and what each of their columns holds: (sheet, letter) → Truth."""

    sheets: list[list[list[str]]] = field(default_factory=list)
    truth: dict[tuple[str, str], Truth] = field(default_factory=dict)

    def add(self, heads: Sequence[Head], rows: Iterable[list[str]]) -> None:
        self.sheets.append([[text for text, *_ in heads], *rows])
        for position, (_, variable, option, number) in enumerate(heads):
            place = (str(len(self.sheets)), column_letter(position))
            self.truth[place] = (variable.table, variable.name, option, str(number or ""))

    def xlsx(self) -> bytes:
        return workbook((f"Onglet {number}", rows) for number, rows in enumerate(self.sheets, start=1))

    def csv(self) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(self.sheets[0])
        return out.getvalue().encode()


def two_sheets(codebook: Codebook, answers: dict[str, list[dict[str, Any]]]) -> AdHoc:
    """Responses in a first sheet; situations in a second one, each with the number of its response."""
    made = AdHoc()
    for table in ("responses", "situations"):
        heads = _heads(codebook, codebook.table(table))
        made.add(heads, ([_cell(codebook, row, *head[1:3]) for head in heads] for row in answers[table]))
    return made


def side_by_side(codebook: Codebook, answers: dict[str, list[dict[str, Any]]], most: int = 2) -> AdHoc:
    """One sheet; the situations of a response follow it on its row, each block with its number in the headings."""
    made, own = AdHoc(), _heads(codebook, codebook.table("responses"))
    questions = [v for v in codebook.table("situations") if v.shape != "sheet"]
    blocks = [
        [(f"{text} ({number})", variable, option, number) for text, variable, option, _ in _heads(codebook, questions)]
        for number in range(1, most + 1)
    ]
    rows = []
    for response in answers["responses"]:
        found = {s["situation_number"]: s for s in answers["situations"] if s["response_id"] == response["response_id"]}
        row = [_cell(codebook, response, *head[1:3]) for head in own]
        for number, block in enumerate(blocks, start=1):
            row += [_cell(codebook, found.get(number, {}), *head[1:3]) for head in block]
        rows.append(row)
    made.add([*own, *(head for block in blocks for head in block)], rows)
    return made


def _heads(codebook: Codebook, variables: Iterable[Variable]) -> list[Head]:
    heads: list[Head] = []
    for rank, variable in enumerate(variables):
        if variable.name == TICKS:
            for option in codebook.options(variable):
                heads.append((f"{variable.question} [{option.label}]", variable, option.code, 0))
        else:
            heads.append((_altered(variable, rank), variable, "", 0))
    return heads


def _altered(variable: Variable, rank: int) -> str:
    """The question, its label in capitals, or the question a little changed, in turn."""
    return (variable.question, variable.label.upper(), f"{variable.question} svp")[rank % 3]


def _cell(codebook: Codebook, row: dict[str, Any], variable: Variable, option: str) -> str:
    value = row.get(variable.name)
    if option:
        return "x" if value and option in value else ""
    if variable.type in ("single", "multiple"):
        return Labels(codebook).text(variable, value, ", ")
    return written(value)


def confirmed(proposal: bytes, truth: dict[tuple[str, str], Truth], signed: str = "LM") -> bytes:
    """The workbook as a person hands it back: each line corrected where it is wrong, each answer attributed, signed."""
    return edited(proposal, corrections(proposal, truth) | {("Questions", 1, 2): signed})


def corrections(proposal: bytes, truth: dict[tuple[str, str], Truth]) -> dict[tuple[str, int, int], str]:
    """(sheet, row, column) → what has to be typed in the workbook for its questions to be those of the truth."""
    typed = {}
    for row, cells in enumerate(rows_of(proposal, "Questions")[2:], start=3):
        _, variable, _, _ = truth.get((cells[1], cells[2].split(", ")[0]), ("", "", "", ""))
        if cells[5] != variable:
            typed["Questions", row, 6] = variable
    return typed


def rows_of(content: bytes, sheet: str) -> list[list[str]]:
    """The rows of a sheet of a workbook, as text."""
    rows = load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True)
    return [["" if value is None else str(value) for value in row] for row in rows]


def edited(content: bytes, cells: dict[tuple[str, int, int], str]) -> bytes:
    """A workbook in which these cells were typed, saved by a spreadsheet."""
    book, out = load_workbook(io.BytesIO(content)), io.BytesIO()
    for (sheet, row, column), text in cells.items():
        book[sheet].cell(row, column).value = text or None
    book.save(out)
    return out.getvalue()
