"""Tables of public references: the law at the report's date, the texts that made it, the services where help is found."""

from __future__ import annotations

import datetime as dt
import re

from diagnostic.core import french
from diagnostic.references.law import in_force, services, until
from diagnostic.release.printed import moment
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import pipe


@grid
def law(law: bytes, date: dt.date, caption: str) -> str:
    """The points: what each says, where it is written, since when, what is to be confirmed."""
    rows = [
        (
            f"**{_text(point.title)}.** {_text(point.text)}{_marked(point.confirm)}",
            escape(point.articles),
            french.capital(moment(point.valid_from)),
        )
        for point in in_force(law, date).itertuples()
    ]
    header = (("Ce que dit la loi", "left", 58), ("Où", "left", 28), ("Depuis", "left", 14))
    return pipe(header, rows, caption, "loi", small=True)


@grid
def texts(texts: bytes, date: dt.date, caption: str) -> str:
    """The dated texts up to the day of the report, with their source; empty before the first."""
    rows = [
        (
            french.capital(moment(text.date)),
            f"**{_text(text.text)}.** {_text(text.says)}.{_marked(text.confirm)}",
            escape(text.source),
        )
        for text in until(texts, date).itertuples()
    ]
    header = (("Date", "left", 16), ("Texte", "left", 54), ("Lu dans", "left", 30))
    return pipe(header, rows, caption, "textes", small=True) if rows else ""


@grid
def help_lines(help_lines: bytes, caption: str) -> str:
    """National services: whom each is for and how it is reached, with where that was read."""
    rows = [
        (_text(one.need), _text(one.service), f"**{_text(one.contact)}**", escape(one.source))
        for one in services(help_lines).itertuples()
    ]
    header = (
        ("Pour qui, pour quoi", "left", 26),
        ("Service", "left", 32),
        ("Contact", "left", 22),
        ("Lu dans", "left", 20),
    )
    return pipe(header, rows, caption, "orientation")


def help_read(content: bytes) -> str:
    """The oldest day on which one of these services was checked, in French."""
    return french.date(dt.date.fromisoformat(min(services(content)["read_on"])))


def _marked(confirm: str) -> str:
    """What a lawyer has to confirm, as it follows a text."""
    return f" *À confirmer par un·e juriste{french.NBSP}: {_text(confirm)}.*" if confirm else ""


def _text(typed: str) -> str:
    """A text of the references, with the figures of a sum or of a telephone number on one line. Here, and not where pages are
    laid out: documents are read back against this source, number by number."""
    return escape(re.sub(r"(?<=\d) (?=\d{3}\b)", french.NNBSP, typed))
