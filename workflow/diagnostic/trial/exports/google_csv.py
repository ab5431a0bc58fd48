"""Google Forms, « télécharger les réponses (.csv) »: every cell quoted, several answers joined by a semicolon."""

from __future__ import annotations

import datetime as dt

from diagnostic.codebook.model import Codebook
from diagnostic.core.written import as_csv
from diagnostic.trial.answers import Answers
from diagnostic.trial.exports import google
from diagnostic.trial.exports.common import offset, submitted

JOINT = ";"


def export(codebook: Codebook, answers: Answers, blocks: int = 5, zone: str = "UTC") -> bytes:
    """The file as UTF-8 bytes: one line per response, in order of time, which is its only identity.

    `blocks` copies of the situation section, more if a response needs them, under identical headings. `zone` is how
    the tool names the time zone (« UTC+2 », « GMT+2 »).
    """
    rows = [google.header(codebook, answers, blocks)]
    for response, cells in google.records(codebook, answers, blocks, JOINT):
        rows.append([timestamp(submitted(response), zone), *cells])
    return as_csv(rows, quoted=True).encode()


def timestamp(local: dt.datetime, zone: str = "UTC") -> str:
    """2019-08-28 10:15:32 → « 2019/08/28 10:15:32 AM UTC+2 »."""
    hour = local.hour % 12 or 12
    return f"{local:%Y/%m/%d} {hour}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'} {zone}+{offset(local)}"
