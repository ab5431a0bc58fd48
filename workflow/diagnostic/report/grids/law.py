"""Tables of public references: the law at the report's date, the texts that made it, the services where help is found."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from diagnostic.codebook.results import LAW_RESULTS
from diagnostic.core import french
from diagnostic.references.law import in_force, services, until
from diagnostic.release.printed import moment
from diagnostic.report.grids.support import LINK, quoted
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, pipe, table

RESULTS, INSTALLED = "law_results.", "installed"
SAID_BY, ADDRESS = re.compile(r".*source\s?: (.+), au (.+)"), re.compile(r"https://\S+$")
CONTEXT = {  # national series that help to read a département's own totals → their words
    "psp.ongoing": "Personnes engagées dans un parcours de sortie",
    "psp.departements": "Départements qui ont au moins un parcours",
    "psp.departements_1_5": "Départements qui en ont de un à cinq",
    "clients.fined": "Verbalisations, ou interpellations, pour achat d’actes sexuels",
    "ssmsi.victims_total": "Victimes de traite ou d’exploitation enregistrées",
}
ROUGHLY = {"about": "environ ", "at_least": "au moins ", "at_most": "au plus "}  # before a national value
YEARS = 6  # as many columns as a page holds


@grid
def law(law: bytes, date: dt.date, caption: str) -> str:
    """The points: what each says, where it is written, since when, what is to be confirmed."""
    columns = (
        ("Ce que dit la loi", "left", 67, lambda p: f"**{_text(p.title)}.** {_text(p.text)}{_marked(p.confirm)}"),
        ("Où", "left", 22, lambda point: escape(point.articles)),
        ("Depuis", "left", 11, lambda point: french.capital(moment(point.valid_from))),
    )
    return table(in_force(law, date).itertuples(), columns, caption, "loi", small=True)


@grid
def law_results(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """What the law did in the département: one row per measure under its group, one column per year (the last YEARS), and who
    says so, on which day, with the address where it is published; empty without any."""
    found = statements[statements["statement_id"].str.startswith(RESULTS)]
    said = {_result(one.statement_id): one for one in found.itertuples()}
    years = sorted({year for year, _ in said})[-YEARS:]
    rows: list[tuple[str, ...]] = []
    for group, labels in LAW_RESULTS.items():
        told = {code: [said.get((year, code)) for year in years] for code in labels}
        known = {code: own for code, own in told.items() if any(own)}
        rows += [(f"**{group}**", *[""] * (len(years) + 1))] if known else []
        rows += [
            (
                f"{french.capital(labels[code])}{_day(code, own, cell)}",
                *(cell(one.statement_id) if one and code != INSTALLED else "" for one in own),
                _said_by([one for one in own if one]),
            )
            for code, own in known.items()
        ]
    header = (("Mesure", "left", 46), *((year, "right", 11) for year in years), ("Source, et date", "left", 32))
    return pipe(header, rows, caption, "bilan-loi", small=True) if rows else ""


def _day(code: str, own: Iterable[Any], cell: Cell) -> str:
    """« : 14 mars 2018 », after the installation: its day has nothing to do with the year in which it was written down."""
    last = [one.statement_id for one in own if one and code == INSTALLED][-1:]
    return f"{french.NBSP}: {cell(last[0])}" if last else ""


def _result(statement_id: str) -> tuple[str, str]:
    """Year and code of a result: `law_results.acts.2025.granted`, `law_results.installed.2025`."""
    kind, year, *code = statement_id.removeprefix(RESULTS).split(".")
    return year, code[0] if code else kind


def _said_by(results: Iterable[Any]) -> str:
    """« préfecture, janvier 2025 et janvier 2026 ([publié](https://…)) »: each source once, with its days."""
    days: dict[str, dict[str, None]] = {}
    for one in results:
        source, until = SAID_BY.fullmatch(one.universe).groups()  # type: ignore[union-attr]
        link = ADDRESS.search(one.method)
        where = f" ([publié]({LINK.sub(quoted, link[0])}))" if link else ""
        days.setdefault(source, {})[f"{escape(until)}{where}"] = None
    return f"{french.NNBSP}; ".join(f"{escape(source)}, {' et '.join(own)}" for source, own in days.items())


def _title(source: str) -> str:
    """Who printed a number and under which title, whose own numbers are written as the report's."""
    return re.sub(r"(?<=\d) (?=\d{3}\b)", french.NNBSP, source.partition(" — ")[0])


@grid
def national_series(series: bytes, date: dt.date, caption: str) -> str:
    """The last value of each of CONTEXT that is dated before the report, with its day and where it was read; empty without any."""
    known = pd.read_csv(io.BytesIO(series), dtype="str", keep_default_na=False)
    when = known["year"].str.rpartition("/")[2]
    known = known[known["series"].isin(CONTEXT) & (when <= when.str.len().map(lambda size: date.isoformat()[:size]))]
    last = known.assign(when=when).sort_values("when", kind="stable")
    ones = [one for name in CONTEXT for one in last[last["series"].eq(name)].tail(1).itertuples()]
    columns = (
        ("En France", "left", 32, lambda one: CONTEXT[one.series]),
        ("Nombre", "right", 12, lambda one: ROUGHLY.get(one.precision, "") + french.number(float(one.value))),
        ("Date", "left", 14, lambda one: french.capital(moment(one.year))),
        ("Lu dans, et précaution", "left", 42, _read_in),
    )
    return table(ones, columns, caption, "reperes-nationaux", small=True)


def _read_in(one: Any) -> str:
    return escape(french.typographic(" ; ".join(filter(None, (_title(one.source), one.note)))))


@grid
def texts(texts: bytes, date: dt.date, caption: str) -> str:
    """The dated texts up to the day of the report, with their source; empty before the first."""
    columns = (
        ("Date", "left", 16, lambda text: french.capital(moment(text.date))),
        ("Texte", "left", 54, lambda one: f"**{_text(one.text)}.** {_text(one.says)}.{_marked(one.confirm)}"),
        ("Lu dans", "left", 30, lambda text: escape(text.source)),
    )
    return table(until(texts, date).itertuples(), columns, caption, "textes", small=True)


@grid
def help_lines(help_lines: bytes, caption: str) -> str:
    """National services: whom each is for and how it is reached."""
    columns = (
        ("Pour qui, pour quoi", "left", 32, lambda one: _text(one.need)),
        ("Service", "left", 38, lambda one: _text(one.service)),
        ("Contact", "left", 30, lambda one: f"**{_text(one.contact)}**"),
    )
    return table(services(help_lines).itertuples(), columns, caption, "orientation")


@grid
def help_sources(help_lines: bytes, caption: str) -> str:
    """Where each of them was read."""
    columns = (
        ("Service", "left", 50, lambda one: _text(one.service)),
        ("Lu dans", "left", 50, lambda one: escape(one.source)),
    )
    return table(services(help_lines).itertuples(), columns, caption, "orientation-lue", small=True)


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
