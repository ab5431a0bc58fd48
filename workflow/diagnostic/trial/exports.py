"""The exports that the project makes itself: its own workbooks, filled, and the answers to a form as Google gives them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import template
from diagnostic.codebook.model import TICK, Codebook, Variable
from diagnostic.core.writing import as_csv
from diagnostic.trial.answers import RESPONSE, RESPONSES, SITUATIONS, SUBMITTED, Answers, Row, Value, asked, describes

Cell: TypeAlias = str | int | dt.datetime | None


def written(value: Value) -> str:
    """A single code, a text, a number or a date as text; nothing for no answer. Not for several answers."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


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


def by_response(answers: Answers) -> list[tuple[Row, list[Row]]]:
    """Each response with its situations, in order."""
    found: dict[Value, list[Row]] = {row[RESPONSE]: [] for row in answers[RESPONSES]}
    for situation in answers[SITUATIONS]:
        found[situation[RESPONSE]].append(situation)
    return [(row, found[row[RESPONSE]]) for row in answers[RESPONSES]]


def draw(response: Row, what: str, below: int, seed: int = 0) -> int:
    """A whole number from 0 to `below` - 1 that depends on the response alone, so that later exports repeat it."""
    text = f"{seed} {what} {response[RESPONSE]}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % below


def submitted(response: Row) -> dt.datetime:
    """When the response was sent, in the study's local time."""
    moment = response[SUBMITTED]
    if not isinstance(moment, dt.datetime):
        raise TypeError(f"« {SUBMITTED} » must be a date and time")
    return moment


def offset(local: dt.datetime) -> int:
    """Hours ahead of UTC in metropolitan France: 2 from the last Sunday of March to the last of October, else 1."""
    start, end = (_last_sunday(local.year, month) for month in (3, 10))
    return 2 if start <= local < end else 1


@cache
def _last_sunday(year: int, month: int) -> dt.datetime:
    last = dt.datetime(year, month, 31, 2 if month == 3 else 3)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


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


# -- Tools without a loop (Google Forms, LimeSurvey) --------------------------------------------------------------
# The situation block comes back, and ends with « autre situation ? ».
YES = "yes"
LAST = ("no", "no", "no", "dk", None)  # what is answered to « autre situation ? » at the last one

Column = tuple[Variable, int | None]  # a question, with the number of the situation for those of a block


def needed(answers: Answers, blocks: int) -> int:
    """How many blocks the form must have: `blocks`, or more if a response describes more situations."""
    return max([blocks, *(len(situations) for _, situations in by_response(answers))])


def columns(codebook: Codebook, blocks: int) -> list[Column]:
    """The questions in the order of the form, notes left out."""
    found: list[Column] = []
    for block, variables in codebook.form(unrolled=True):
        kept = [v for v in variables if v.type != "note"]
        repeats: Sequence[int | None] = range(1, blocks + 1) if codebook.repeats(block) else (None,)
        found += [(variable, number) for number in repeats for variable in kept]
    return found


class Seen:
    """What one respondent saw and answered. The first block opens even for those who describe nothing."""

    def __init__(self, codebook: Codebook, response: Row, situations: list[Row]) -> None:
        self.response, self.situations = response, situations
        self.opened = max(1, len(situations)) if describes(codebook, response) else 0
        self.last = LAST[draw(response, "again", len(LAST))]
        empty = not situations and self.opened
        self.empty: Row = dict.fromkeys(asked(codebook, SITUATIONS, {}, response) if empty else ())

    def answer(self, variable: Variable, number: int | None) -> tuple[bool, Value]:
        """(shown, answer) of a question, of situation `number` where it repeats."""
        if number is None:
            return variable.name in self.response, self.response.get(variable.name)
        if number > self.opened:
            return False, None
        if variable.shape == "unrolled":
            return True, YES if number < self.opened else self.last
        row = self.situations[number - 1] if self.situations else self.empty
        return variable.name in row, row.get(variable.name)


# -- What both Google exports share -------------------------------------------------------------------------------
# The columns of the form, where the situation section is copied several times.
TIME = "Horodateur"


def header(codebook: Codebook, answers: Answers, blocks: int) -> list[str]:
    """The question wordings, in the order of the form; those of a situation come back as many times as blocks."""
    return [TIME, *(variable.question for variable, _ in columns(codebook, needed(answers, blocks)))]


def records(codebook: Codebook, answers: Answers, blocks: int, joint: str) -> Iterator[tuple[Row, list[str]]]:
    """Each response with its cells after the time: labels, several answers joined by `joint`."""
    layout, labels = columns(codebook, needed(answers, blocks)), Labels(codebook)
    for response, situations in by_response(answers):
        seen = Seen(codebook, response, situations)
        yield response, [labels.text(variable, seen.answer(variable, number)[1], joint) for variable, number in layout]


# -- Google Forms, « télécharger les réponses (.csv) »: every cell quoted, several answers joined by a semicolon --
JOINT = ";"


def csv_export(codebook: Codebook, answers: Answers, blocks: int = 5) -> bytes:
    """The file as UTF-8 bytes: one line per response, in order of time, which is its only identity.

    `blocks` copies of the situation section, more if a response needs them, under identical headings.
    """
    rows = [header(codebook, answers, blocks)]
    for response, cells in records(codebook, answers, blocks, JOINT):
        rows.append([timestamp(submitted(response)), *cells])
    return as_csv(rows, quoted=True).encode()


def timestamp(local: dt.datetime, zone: str = "UTC") -> str:
    """2019-08-28 10:15:32 → « 2019/08/28 10:15:32 AM UTC+2 »."""
    hour = local.hour % 12 or 12
    return f"{local:%Y/%m/%d} {hour}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'} {zone}+{offset(local)}"


# -- The project's own workbooks, filled from row 3 on ------------------------------------------------------------
# For the questionnaire, a sheet of responses, one of situations.
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
            _fill(sheet, at, _cells(codebook, labels, table, row))
    return template.to_bytes(book)


def _fill(sheet: Worksheet, at: int, cells: Iterator[Cell]) -> None:
    for column, value in enumerate(cells, start=1):
        if value is not None and value != "":
            template.put(sheet, at, column, value)


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
