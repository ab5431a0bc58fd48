"""Workbooks (.xlsx) to sheets of text: what a confined child reads of them (`cells`), and why it did not."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnostic.core import child
from diagnostic.files.cells import lines


@dataclass(frozen=True)
class Sheet:
    """One sheet: its place among the tabs from 1, its name (personal, maybe), its cells as text from A1 on, and those
    without value: (row from 1, column from 0, `cells.ERROR_VALUE` or NOT_COMPUTED), (0, 0, …) where the place is unknown."""

    number: int
    title: str
    rows: list[list[str]] = field(default_factory=list)
    faults: list[tuple[int, int, str]] = field(default_factory=list)


class Refused(Exception):
    """The workbook was not read: `reason` is `cells.MACROS`, the name of a limit, or a constant of `diagnostic.core.child`."""

    def __init__(self, reason: str, sheet: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.sheet = reason, sheet


def read_sheets(content: bytes, limits: Mapping[str, int]) -> list[Sheet]:
    """The sheets of an .xlsx, hidden ones included, charts left out. Raises Refused. `limits`: the most `rows` and
    `columns` of a sheet, filled `cells` and `characters` of the whole."""
    try:
        return _received(child.read(lines, content, limits))
    except child.NotRead as failure:
        raise Refused(failure.reason) from None
    except (ValueError, LookupError, TypeError):  # not what the child writes
        raise Refused(child.UNREADABLE) from None


def _received(output: bytes) -> list[Sheet]:
    """What the child wrote: a line per row, after an object that announces the sheet."""
    sheets: list[Sheet] = []
    for line in io.BytesIO(output):
        part = json.loads(line)
        if isinstance(part, list):
            sheets[-1].rows.append(part)
        elif "faults" in part:
            sheets[-1].faults.extend((row, column, nature) for row, column, nature in part["faults"])
        elif "refused" in part:
            raise Refused(part["refused"], part["sheet"])
        elif "end" in part:
            return sheets
        else:
            sheets.append(Sheet(part["number"], part["title"]))
    raise Refused(child.UNREADABLE)
