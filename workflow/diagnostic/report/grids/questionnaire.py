"""Tables of the answers to the closed questions of the questionnaire."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.core import french
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, folded, pipe, telling, told, under

ANSWERS = (("Réponse", "left", 44), ("Professionnel·les", "right", 18), ("Part", "right", 16), ("Bornes", "right", 17))


@grid
def answers(statements: pd.DataFrame, variable: str, cell: Cell, interval: Cell, caption: str, ident: str) -> str:
    """Answers to one closed question: number of professionals, share, and what blanks leave open; chosen ones only."""
    rows = _answered(statements, variable, cell, interval)
    return told(ANSWERS, rows, caption, ident) if rows else ""


@grid
def themes(
    statements: pd.DataFrame, variables: Mapping[str, str], cell: Cell, interval: Cell, base: Cell, caption: str
) -> str:
    """The answers of several questions that say something: what is withheld or not known is left to the whole tables.
    Under the words of each question, with the base of its shares, its answers; empty without any."""
    rows: list[Sequence[str]] = []
    for variable, words in variables.items():
        said = [row for row in _answered(statements, variable, cell, interval) if telling(row[1])]
        if not said:
            continue
        shares = rf"survey\.{variable}\.[a-z0-9]+_pct"
        of = next((base(one) for one in statements["statement_id"] if re.fullmatch(shares, one) and base(one)), "")
        rows += [(f"**{words}**{f' (base{french.NBSP}: {of})' if of else ''}", "", "", "")]
        rows += [(name, count, share if telling(share) else "", limits) for name, count, share, limits in said]
    return pipe(ANSWERS, rows, caption, "repondants-themes") if rows else ""


@grid
def questions(
    statements: pd.DataFrame, variables: Mapping[str, str], cell: Cell, interval: Cell, caption: str, ident: str
) -> str:
    """The same for several questions in one table: under the words of each (`variables`: name → words) its answers."""
    rows: list[Sequence[str]] = []
    for variable, words in variables.items():
        rows += under(words, folded(_answered(statements, variable, cell, interval)))
    return pipe(ANSWERS, rows, caption, ident) if rows else ""


def _answered(statements: pd.DataFrame, variable: str, cell: Cell, interval: Cell) -> list[Sequence[str]]:
    facts = statements[
        statements["statement_id"].str.fullmatch(rf"survey\.{variable}\.[a-z0-9]+") & statements["shown_value"].ne(0)
    ]
    facts = facts.assign(
        late=facts["statement_id"].str.endswith((".other", ".dk"))
    )  # the most frequent first, these last
    facts = facts.sort_values(["late", "shown_value", "label"], ascending=[True, False, True], na_position="last")
    return [
        (
            french.capital(escape(fact.label.partition(" : ")[2])),
            cell(fact.statement_id),
            cell(f"{fact.statement_id}_pct"),
            interval(f"{fact.statement_id}_pct"),
        )
        for fact in facts.itertuples()
    ]
