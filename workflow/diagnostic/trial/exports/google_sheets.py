"""The spreadsheet that a Google form fills, downloaded as .xlsx: several answers joined by a comma and a space."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

from diagnostic.codebook.model import Codebook
from diagnostic.trial.answers import Answers
from diagnostic.trial.exports import google
from diagnostic.trial.exports.common import Cell, submitted, workbook

JOINT = ", "
SHEET = "Réponses au formulaire 1"
_NUMBER = re.compile(r"0|[1-9]\d{0,14}")


def export(
    codebook: Codebook,
    answers: Answers,
    blocks: int = 5,
    dates: Literal["text", "cells"] = "text",
    numbers: bool = True,
) -> bytes:
    """The workbook as .xlsx bytes: one sheet, one row per response, in order of time.

    `dates`: « 28/08/2019 10:15:32 » as text, or as a date cell. `numbers`: as the spreadsheet does it, whatever is
    written in digits is a number cell, be it a count, a year of a list or a text; else all is text.
    """

    def moment(local: dt.datetime) -> Cell:
        return local if dates == "cells" else f"{local:%d/%m/%Y %H:%M:%S}"

    def cell(text: str) -> Cell:
        return int(text) if numbers and _NUMBER.fullmatch(text) else text

    rows = [google.header(codebook, answers, blocks)]
    body = (
        [moment(submitted(response)), *map(cell, cells)]
        for response, cells in google.records(codebook, answers, blocks, JOINT)
    )
    return workbook([(SHEET, (row for part in (rows, body) for row in part))])
