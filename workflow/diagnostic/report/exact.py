"""Statements for the team's eyes only: every fact with its exact numbers, whatever its verdict.

Everything that prints statements prints these too, so that a reviewer reads the same report. What the verdict was, and
what the report that may leave says instead, is told on the card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.release import printed, statements
from diagnostic.release.tables import VERDICTS
from diagnostic.report import cards, printing
from diagnostic.report.tabular import Cell, named, table

EXACT = ("value", "low", "high", "numerator", "denominator")
Lines = list[tuple[str, str]]  # of a card: (French title, text)


def exact(ledger: pd.DataFrame) -> pd.DataFrame:
    """The statements of a ledger (one row per fact) as if everything could be printed."""
    whole = ledger.assign(verdict="shown", **{f"shown_{name}": ledger[name] for name in EXACT})
    return statements.made(whole, None)


def team(fact: Any, ledger: pd.DataFrame, sources: Mapping[str, Any]) -> Lines:
    """The lines of the card of a fact of the ledger as the team reads it: as printed, with rules, cells and verdict."""
    (said,) = statements.made(ledger[ledger["fact_id"] == fact.fact_id], None).itertuples()
    return [*cards.entries(said, sources, exact=True), ("Publication", _verdict(fact))]


@dataclass(frozen=True)
class Review:
    """What a reviewer's report adds to the report: the released ledger, and by fact the evidence for its card."""

    released: pd.DataFrame
    evidence: Mapping[str, Lines]

    @cached_property
    def _released(self) -> dict[str, Any]:
        return {fact.fact_id: fact for fact in self.released.itertuples()}

    def retained(self) -> list[str]:
        """The facts whose number the report that may leave does not print."""
        return list(self.released.loc[self.released["verdict"].ne("shown"), "fact_id"])

    def card(self, said: Any, sources: Mapping[str, Any]) -> Lines:
        """The lines of the card of one exact statement: its numbers, its verdict, what is printed elsewhere, the evidence."""
        released = self._released[said.statement_id]
        lines = [*cards.entries(said, sources, exact=True), ("Publication", _verdict(released))]
        return [*lines, *_numbers(released), *self.evidence.get(said.statement_id, [])]

    def register(self, cell: Cell, interval: Cell, caption: str) -> str:
        """Every fact of the study: exact number, limits, verdict and its reason."""
        columns = (
            ("Indicateur", "left", 36, lambda fact: f"{named(fact)} [{printing.escape(fact.fact_id)}]{{.identifiant}}"),
            ("Exact", "left", 12, lambda fact: cell(fact.fact_id)),
            ("Intervalle", "right", 18, lambda fact: interval(fact.fact_id)),
            ("Verdict et raison", "left", 34, lambda fact: printing.escape(french.typographic(_verdict(fact)))),
        )
        return table(self.released.itertuples(), columns, caption, "relecture", small=True)


def _verdict(fact: Any) -> str:
    return f"{french.capital(VERDICTS[fact.verdict])}. {fact.reason}"


def _numbers(fact: Any) -> Sequence[tuple[str, str]]:
    """On the numbers of one fact of the released ledger: what is printed elsewhere, and the value without rounding."""
    said = [("valeur", printed.value(fact))]
    if fact.verdict == "shown":
        both = (("numérateur", fact.shown_numerator), ("dénominateur", fact.shown_denominator))
        said += [("intervalle", printed.interval(fact))] if printed.interval(fact) else []
        said += [(name, plain(number)) for name, number in both if pd.notna(number)]
    lines = [("Imprimé ailleurs", " ; ".join(f"{name} : {text}" for name, text in said))]
    if pd.notna(fact.value):
        limits = [plain(limit) for limit in (fact.low, fact.high) if pd.notna(limit)]
        lines.append(("Sans arrondi", plain(fact.value) + (f", de {' à '.join(limits)}" if limits else "")))
    return lines


def plain(value: float) -> str:
    """A number with all its digits, in French."""
    if float(value).is_integer():
        return french.number(value)
    return repr(float(value)).replace(".", ",")
