"""How problems of input files are worded: French typography, values quoted or masked, lists in words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from diagnostic.core.french import typographic
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem

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
