"""What a chart may read of the statements: printed numbers by id; and French lists of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.core.writing import as_csv
from diagnostic.estimate.catalogue.entry import UNITS, WIDE
from diagnostic.estimate.catalogue.ids import chosen
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.estimate.tables import INTERVALS

KINDS = {kind: words for kind, words in INTERVALS.items() if kind != "none"}  # of an interval


class Released:
    """The statements that print something, and how many print that they do not."""

    def __init__(self, statements: pd.DataFrame) -> None:
        columns = [
            *("statement_id", "label", "unit", "measure", "origin", "kind", "decimals", "interval_kind"),
            *("shown_value", "shown_low", "shown_high", "claim_low", "claim_high"),
        ]
        self._facts: dict[str, Statement] = {fact.statement_id: fact for fact in statements[columns].itertuples()}

    def ids(self, *names: str) -> list[str]:
        """The facts, released or not, that these names say (`catalogue/ids`), sorted."""
        return sorted(chosen(self._facts, *names))

    def shown(self, fact_id: str) -> bool:
        """Whether the study has this fact and may print it."""
        return fact_id in self._facts and self._facts[fact_id].kind != "withheld"

    def withheld(self, ids: Iterable[str]) -> int:
        """How many of these facts exist and are not released as they are."""
        return sum(fact_id in self._facts and not self.shown(fact_id) for fact_id in ids)

    def value(self, fact_id: str) -> float | None:
        """The released value; None without one."""
        if not self.shown(fact_id) or pd.isna(self._facts[fact_id].shown_value):
            return None
        return float(self._facts[fact_id].shown_value)

    def limits(self, fact_id: str) -> tuple[float, float] | None:
        """The released limits of the interval; None without one."""
        if not self.shown(fact_id):
            return None
        fact = self._facts[fact_id]
        missing = fact.interval_kind == "none" or pd.isna(fact.shown_low) or pd.isna(fact.shown_high)
        return None if missing else (float(fact.shown_low), float(fact.shown_high))

    def ranged(self, fact_id: str) -> bool:
        """Whether a range is all that is printed."""
        return fact_id in self._facts and self._facts[fact_id].kind == "limits"

    def apart(self, one: str, other: str) -> float:
        """How far apart two released values are; 0 where the rounding of both alone may put them so."""
        first, second = self._facts[one], self._facts[other]
        gap = abs(first.shown_value - second.shown_value)
        loose = sum((said.claim_high - said.claim_low) / 2 for said in (first, second))
        return 0.0 if gap < loose else float(gap)

    def wide(self, fact_id: str) -> bool:
        """Whether the limits of a share are too far apart to say something."""
        low, high = self.limits(fact_id) or (0.0, 0.0)
        return self.said(fact_id).measure == "percent" and high - low > WIDE

    def said(self, fact_id: str) -> Statement:
        """What else its statement says: `measure`, `origin`, `interval_kind`…"""
        return self._facts[fact_id]

    def drawn(self, fact_id: str) -> dict[str, Any]:
        """The released numbers as columns of a chart's table: `value`, `low`, `high`, None where there is none, and as
        printed `text`, `low_text`, `high_text`; `kind` of the interval in words."""
        low, high = self.limits(fact_id) or (None, None)
        return {
            "value": self.value(fact_id),
            "low": low,
            "high": high,
            "kind": KINDS.get(self.said(fact_id).interval_kind) if low is not None else None,
            "text": self.text(fact_id),
            "low_text": self.text(fact_id, low) if low is not None else "",
            "high_text": self.text(fact_id, high) if high is not None else "",
        }

    def row(self, fact_id: str, name: str) -> dict[str, Any]:
        """The same as a row of `marks.ranges`: a number stands after the name of its row."""
        drawn = self.drawn(fact_id)
        return drawn | {"series": "", "name": f"{name}{french.NBSP}: {drawn['text']}" if drawn["text"] else name}

    def kinds(self, ids: Iterable[str]) -> list[str]:
        """The kinds of the released intervals of these facts, in the order of `KINDS`."""
        found = {self.said(fact_id).interval_kind for fact_id in ids if self.limits(fact_id)}
        return [kind for kind in KINDS if kind in found]

    def label(self, fact_id: str) -> str:
        """What the number says, with a capital."""
        return french.capital(str(self._facts[fact_id].label))

    def text(self, fact_id: str, number: float | None = None) -> str:
        """The released value, or another number at its precision, as printed; a range between its ends."""
        shown = self.value(fact_id) if number is None else number
        if number is None and self.ranged(fact_id):
            return self.interval(fact_id)
        return "" if shown is None else french.number(shown, int(self._facts[fact_id].decimals))

    def interval(self, fact_id: str) -> str:
        """« 57 à 197 »; empty without an interval."""
        limits = self.limits(fact_id)
        return " à ".join(self.text(fact_id, number) for number in limits) if limits else ""


# -- What a chart shows as a table that a spreadsheet opens: one row per statement in it, as released -------------
AS_NUMBER = str.maketrans({french.NNBSP: None, french.NBSP: None, "−": "-"})  # what a spreadsheet reads as one
HEADER = ("Indicateur", "Valeur", "Unité", "De", "À", "Intervalle", "Identifiant")


def table(facts: Released, ids: Iterable[str]) -> bytes:
    """CSV as French spreadsheets read it (semicolons, decimal commas, a byte-order mark); empty without any row.

    Columns: what the number says, its released value, its unit, the released limits and of what kind they are, its id.
    """
    rows = [_row(facts, fact_id) for fact_id in ids if facts.shown(fact_id)]
    return as_csv([HEADER, *rows], ";", "\r\n").encode("utf-8-sig") if rows else b""


def _row(facts: Released, fact_id: str) -> tuple[str, ...]:
    drawn, said = facts.drawn(fact_id), facts.said(fact_id)
    kind = INTERVALS[said.interval_kind] if drawn["low"] is not None else ""
    value, low, high = (drawn[name].translate(AS_NUMBER) for name in ("text", "low_text", "high_text"))
    value = "" if facts.ranged(fact_id) else value
    return facts.label(fact_id), value, "%" if said.measure == "percent" else UNITS[said.unit], low, high, kind, fact_id


def listed(parts: Sequence[str], last: str = " et ") -> str:
    """« a, b et c »; `last`: what is said before the last one."""
    return last.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def not_known(count: int) -> str:
    """The sentence on the shares that are not drawn because their bounds say nothing; empty when there is none."""
    if not count:
        return ""
    parts = french.plural(count, "part")
    return french.typographic(f"Bornes trop larges, on ne sait pas : {french.number(count)} {parts}.")


def not_published(count: int, one: str = "nombre", many: str = "nombres") -> str:
    """The sentence on what is not drawn because it may not be published; empty when there is none."""
    told = f"Non publié, et non dessiné : {french.number(count)} {french.plural(count, one, many)}."
    return french.typographic(told) if count else ""


# -- The headlines of the Internet diagnosis under each choice of calculation, one at a time ----------------------
# What a table and a chart show. A study prints either each choice, or, where persons are counted and rows are private, one range
# for all of them.
ALL = "Selon le choix de calcul"
HEADLINES = {  # what is counted → the number kept; the first that a study has
    "Personnes derrière les annonces": ("persons.total", "ads.persons_estimate"),
    "Annonces": ("ads.total",),
}
OTHERS = {  # the number kept → the same under another choice
    "persons.total": (
        "sensitivity.links_apart.persons_total",
        "sensitivity.links_together.persons_total",
        "sensitivity.search_complete.persons_total",
        "sensitivity.counts_exact.persons_total",
        "sensitivity.losses_outside.persons_total",
        "sensitivity.mirrors_shortest.persons_total",
        "sensitivity.uncalibrated.persons_total",
    ),
    "ads.persons_estimate": (
        "ads.persons_reading_a",
        "ads.persons_reading_b",
        "ads.persons_reading_c",
        "sensitivity.mirrors_once.ads_persons_estimate",
    ),
    "ads.total": ("ads.frame_collapsed", "sample.relevant"),
}
KEPT = {"persons.total": "Nombre retenu", "ads.persons_estimate": "Nombre publié", "ads.total": "Nombre retenu"}
Row = tuple[str, str]  # a fact, and what its row is called


def headlines(
    shown: Callable[[str], bool], label: Callable[[str], str], printed: Callable[[str], str]
) -> dict[str, list[Row]]:
    """What is counted → the number kept, then the same under each other choice that prints something; without what has no
    other choice. Choices that all print the same range are one row."""
    found = {}
    for title, kept in HEADLINES.items():
        headline = next(filter(shown, kept), None)
        others = list(filter(shown, OTHERS[headline])) if headline else []
        if headline and others:
            start = f"{label(headline)} : "
            told = [(one, french.capital(label(one).removeprefix(start))) for one in others]
            alike = len(others) > 1 and len(set(map(printed, others))) == 1
            found[title] = [(headline, KEPT[headline]), *([(others[0], ALL)] if alike else told)]
    return found
