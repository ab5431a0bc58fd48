"""What the exporters share: answers as text, situations by response, identities, the clock, spreadsheets as bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import xlsx
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.trial.answers import RESPONSE, RESPONSES, SITUATIONS, SUBMITTED, Answers, Row, Value

Cell: TypeAlias = str | int | dt.datetime | None

_GAP = 4  # the longest run of numbers that tests, abandoned or deleted answers have left unused


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


def uuids(answers: Answers, seed: int = 0) -> dict[str, str]:
    """`response_id` → the random identifier (UUID, version 4) that Kobo and ODK give it.

    The same in every later export with the same seed, whatever responses were added or removed.
    """
    made = {}
    for row in answers[RESPONSES]:
        digest = hashlib.sha256(f"{seed} uuid {row[RESPONSE]}".encode()).digest()
        made[str(row[RESPONSE])] = str(uuid.UUID(bytes=digest[:16], version=4))
    return made


def numbers(answers: Answers, first: int = 1, seed: int = 0) -> dict[str, int]:
    """`response_id` → a number from `first` on, increasing, with gaps; the same when responses are added after."""
    made, last = {}, first - 1
    for at, row in enumerate(answers[RESPONSES]):
        last += 1 + (draw(row, "gap", _GAP, seed) if at and draw(row, "leap", 5, seed) == 0 else 0)
        made[str(row[RESPONSE])] = last
    return made


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


def universal(local: dt.datetime) -> dt.datetime:
    """A local time as UTC (without a zone)."""
    return local - dt.timedelta(hours=offset(local))


def workbook(sheets: Iterable[tuple[str, Iterable[Sequence[Cell]]]], moment: str = "DD/MM/YYYY HH:MM:SS") -> bytes:
    """A workbook without styles: (sheet name, rows). Text stays text, whatever it begins with."""
    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_cell(sheet, value, moment) for value in row])
    return xlsx.to_bytes(book)


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
