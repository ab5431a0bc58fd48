"""Problems found in data: gathered all at once, told in French, at the cell a spreadsheet shows."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from diagnostic.core.errors import ALIKE, OWN_PART
from diagnostic.core.french import number, typographic

BLOCKING, WARNING = "bloquant", "avertissement"
MASKED = "(masquée)"


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one input.

    `row` counts as a spreadsheet does (the header is row 1); `column` is its letter; both are empty when
    the problem is the whole file's. `value` is quoted only for closed, non-sensitive fields, else MASKED. `others`: how many more
    of the same kind it stands for, which were only counted.
    """

    severity: str
    file: str
    message: str
    remedy: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    others: int = 0


REPEATED = (
    "Commencer par celui-là : un problème si souvent répété n'a le plus souvent qu'une cause, un guillemet jamais fermé, une "
    "colonne décalée ou son format."
)
MOST = 1_000  # problems of one column of a file that are made one by one: a file may have millions
One = TypeVar("One")
COLUMNS = ("severity", "file", "sheet", "row", "column", "value", "message", "remedy")


def column_letter(position: int) -> str:
    """The spreadsheet letter of a column, counted from 0: 0 → A, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def counted(
    found: Iterable[One], place: Callable[[One], Hashable], kind: Callable[[One], str]
) -> list[tuple[One, int]]:
    """The first MOST of a place; of those that are left the last of each kind, with how many others it stands for."""
    made: Counter[Hashable] = Counter()
    others: Counter[Hashable] = Counter()
    last: dict[Hashable, One] = {}
    told: list[tuple[One, int]] = []
    for one in found:
        at = place(one)
        made[at] += 1
        if made[at] <= MOST:
            told.append((one, 0))
        else:
            own = at, kind(one)
            others[own] += 1
            last[own] = one
    return told + [(one, others[own] - 1) for own, one in last.items()]


def shortened(problems: Iterable[Problem]) -> list[Problem]:
    """The same, each kind told ALIKE times in a column (or in a file where no column is told), then once for all others."""
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for one in problems:
        kinds.setdefault((one.severity, one.file, one.sheet, one.column, OWN_PART.sub("", one.message)), []).append(one)
    return [told for alike in kinds.values() for told in _few(alike)]


def _few(alike: Sequence[Problem]) -> list[Problem]:
    others = len(alike) - ALIKE + sum(one.others for one in alike)
    if others <= 1:
        return list(alike)
    ordered = sorted(alike, key=lambda one: one.row or 0)
    first = ordered[0]
    where = f" de la ligne {first.row}" if first.row else ""
    message = f"Et {number(others)} autres problèmes de la même sorte que celui{where}, dont seuls les {ALIKE} premiers sont cités."
    told = typographic(message), typographic(REPEATED)
    last = Problem(first.severity, first.file, *told, first.sheet, None, first.column)  # no row: told before them
    return [*ordered[:ALIKE], last]


# -- How problems of input files are worded: French typography, values quoted or masked, lists in words -----------
QUOTED_LENGTH = 40


class UnreadableRow(Problem):
    """A row whose cells cannot be told apart: whatever else is wrong in it follows from this."""


def blocking(
    file: str, message: str, remedy: str, row: int | None = None, column: str = "", value: str = ""
) -> Problem:
    """A problem that stops the study until it is mended."""
    return Problem(BLOCKING, file, typographic(message), typographic(remedy), row=row, column=column, value=value)


def warning(file: str, message: str, remedy: str, row: int | None = None, column: str = "", value: str = "") -> Problem:
    """A problem to know of; the study goes on."""
    return Problem(WARNING, file, typographic(message), typographic(remedy), row=row, column=column, value=value)


def unreadable_row(file: str, message: str, remedy: str, row: int, column: str = "") -> Problem:
    """A blocking problem after which nothing else is said of the row."""
    return UnreadableRow(BLOCKING, file, typographic(message), typographic(remedy), row=row, column=column)


@lru_cache(maxsize=4096)  # a faulty column has the same value in each of its cells
def quoted(value: str, allowed: bool) -> str:
    """The value as a message may show it: masked, or on one line, printable, at most 40 characters."""
    if not allowed or not value:
        return MASKED if value else ""
    line = re.sub(r"\s+", " ", value)
    line = "".join(sign if sign.isprintable() or sign in "\u00a0\u202f" else "\ufffd" for sign in line)
    return line if len(line) <= QUOTED_LENGTH else line[: QUOTED_LENGTH - 1] + "…"


def meant(text: str, known: Iterable[str]) -> str:
    """« Vouliez-vous « x » ? », where something known looks like the text; else nothing."""
    near = difflib.get_close_matches(text, list(known), n=1)
    return f"Vouliez-vous « {near[0]} » ?" if near else ""


def either(words: Iterable[object], joint: str = "ou") -> str:
    """« a », « b » ou « c »."""
    marked = [f"« {word} »" for word in words]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} {joint} {marked[-1]}"
