"""A ledger for a reviewer's eyes only: every fact with its exact numbers, whatever its verdict.

Everything that prints a released ledger prints this one too, so that a reviewer reads the same report. What the verdict
was, and what the report that may leave says instead, is told on the card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from diagnostic import french
from diagnostic.release.tables import VERDICTS
from diagnostic.report import cards, grids, printing

EXACT = ("value", "low", "high", "numerator", "denominator")
Lines = list[tuple[str, str]]  # of a card: (French title, text)


def exact(ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger (one row per fact) as if everything could be printed."""
    return ledger.assign(verdict="shown", **{f"shown_{name}": ledger[name] for name in EXACT})


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

    def card(self, fact: Any, sources: Mapping[str, Any]) -> Lines:
        """The lines of the card of one exact fact: its numbers, its verdict, what is printed elsewhere, the evidence."""
        released = self._released[fact.fact_id]
        lines = dict(cards.entries(fact, sources))
        lines["Publication"] = _verdict(released)
        return [*lines.items(), *_numbers(released), *self.evidence.get(fact.fact_id, [])]

    def register(self, cell: grids.Cell, interval: grids.Cell, caption: str) -> str:
        """Every fact of the study: exact number, limits, verdict and its reason."""
        rows = [
            (
                f"{printing.escape(french.capital(fact.label))} [{printing.escape(fact.fact_id)}]{{.identifiant}}",
                cell(fact.fact_id),
                interval(fact.fact_id),
                printing.escape(french.typographic(_verdict(fact))),
            )
            for fact in self.released.itertuples()
        ]
        header = (
            ("Indicateur", "left", 36),
            ("Exact", "left", 12),
            ("Intervalle", "right", 18),
            ("Verdict et raison", "left", 34),
        )
        return grids.pipe(header, rows, caption, "relecture", small=True)


def _verdict(fact: Any) -> str:
    return f"{french.capital(VERDICTS[fact.verdict])}. {fact.reason}"


def _numbers(fact: Any) -> Sequence[tuple[str, str]]:
    """On the numbers of one fact of the released ledger: what is printed elsewhere, and the value without rounding."""
    printed = [("valeur", printing.value(fact))]
    if fact.verdict == "shown":
        both = (("numérateur", fact.shown_numerator), ("dénominateur", fact.shown_denominator))
        printed += [("intervalle", printing.interval(fact))] if printing.interval(fact) else []
        printed += [(name, plain(number)) for name, number in both if pd.notna(number)]
    lines = [("Imprimé ailleurs", " ; ".join(f"{name} : {text}" for name, text in printed))]
    if pd.notna(fact.value):
        limits = [plain(limit) for limit in (fact.low, fact.high) if pd.notna(limit)]
        lines.append(("Sans arrondi", plain(fact.value) + (f", de {' à '.join(limits)}" if limits else "")))
    return lines


def plain(value: float) -> str:
    """A number with all its digits, in French."""
    if float(value).is_integer():
        return french.number(value)
    return repr(float(value)).replace(".", ",")
