"""Tables of the press review and of the interviews, and any list of numbers under one prefix."""

from __future__ import annotations

import re

import pandas as pd

from diagnostic.collect.answers import FIELDS, MODES
from diagnostic.core import french
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, pipe, table, text_of, told

FILE = re.compile(r"\.[a-z]{3,4}$")


@grid
def press_years(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Articles by year: under the heading, by printed date."""
    ids = statements["statement_id"]
    years = sorted(ids[ids.str.fullmatch(r"press\.articles_\d{4}")].str[-4:])
    rows = [(year, cell(f"press.articles_{year}"), cell(f"press.printed.{year}")) for year in years]
    rows.append(("**Ensemble**", cell("press.articles"), cell("press.articles")))
    header = (("Année", "left", 12), ("Sous la rubrique", "right", 18), ("Selon la date imprimée", "right", 22))
    return pipe(header, rows, caption, "presse-annees")


@grid
def press_list(articles: pd.DataFrame, caption: str) -> str:
    """The articles, newest first."""
    columns = (
        ("Date", "left", 17, lambda a: french.date(a.date.date())),
        ("Titre de presse", "left", 20, lambda a: escape(a.outlet)),
        ("Article", "left", 50, lambda a: escape(french.quoted(a.title))),
        ("Classé en", "right", 9, lambda a: f"{a.year_heading}"),
    )
    return table(articles.itertuples(), columns, caption, "presse-liste", small=True)


@grid
def meetings_list(meetings: pd.DataFrame, caption: str) -> str:
    """The interviews, in order of date."""
    columns = (
        ("Date", "left", 19, lambda m: french.date(m.date.date())),
        ("Structure", "left", 33, lambda m: escape(m.structure)),
        ("Mode", "left", 19, lambda m: MODES[m.mode]),
        ("Lieu", "left", 15, lambda m: escape(text_of(m.place)) or "non précisé"),
        ("Champ d’activité", "left", 26, lambda m: FIELDS.get(m.activity_field, "non précisé")),
    )
    return table(meetings.itertuples(), columns, caption, "entretiens-liste", small=True)


@grid
def breakdown(
    statements: pd.DataFrame,
    prefix: str,
    cell: Cell,
    header: str,
    caption: str,
    ident: str,
    cut: str = "",
    counted: str = "Effectif",
) -> str:
    """All the facts under one prefix that are not zero: label, without the words that `cut` names, and number.

    `counted` heads the numbers. A file keeps its name as it is written.
    """
    facts = statements[statements["statement_id"].str.startswith(prefix) & statements["shown_value"].ne(0)]
    said = [(fact.label.removeprefix(cut), cell(fact.statement_id)) for fact in facts.itertuples()]
    rows = [(escape(words if FILE.search(words) else french.capital(words)), number) for words, number in said]
    return told(((header, "left", 50), (counted, "right", 16)), rows, caption, ident)
