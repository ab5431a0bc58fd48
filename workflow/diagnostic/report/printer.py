"""The words of templates that print statements by their id, and remember which were printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.core.unsaid import UNSAID
from diagnostic.estimate.catalogue.ids import chosen
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.findings.forms import about, enveloped, form, in_words, model, says_something, spread
from diagnostic.release.printed import WITHHELD
from diagnostic.report import printing
from diagnostic.report.charts.facts import listed
from diagnostic.report.grids.quality import reproduction
from diagnostic.report.misnamed import ASKED, BEGINNINGS, TOLD
from diagnostic.report.tabular import MODELLED

MODEL = ("Sous le modèle", "Sous un modèle")  # how the sentence of a method begins that names an assumption
STROKES = {  # how charts draw limits, by kind
    "bounds": "bornes en tirets",
    "sampling": "échantillonnage en trait plein",
    "model": "modèle en pointillé entre deux ronds",
}
NOT_KNOWN = "on ne sait pas"  # of a share whose bounds are too wide


def known(said: Statement) -> bool:
    """Whether a statement is no share whose bounds are too wide to say something."""
    bounded = said.kind == "value" and said.measure == "percent" and said.printed_interval
    return not bounded or says_something(said)


class Printer:
    """Prints statements by id and remembers which, so that each printed number gets its card."""

    def __init__(self, statements: pd.DataFrame, retained: Iterable[str] = (), exact: bool = False) -> None:
        """`retained`: facts that a reviewer alone may read, marked as such; `exact`: a reviewer reads every number."""
        self.facts: dict[str, Statement] = {one.statement_id: one for one in statements.itertuples()}
        self.printed: dict[str, None] = {}
        self.retained = frozenset(retained)
        self.exact = exact

    def has(self, fact_id: str) -> bool:
        """Whether the study has this fact."""
        return fact_id in self.facts

    def having(self, *names: str) -> list[str]:
        """The ids of the study's facts that these names say (`ids.of`)."""
        return chosen(self.facts, *names)

    def fact(self, fact_id: str) -> str:
        """A fact's number as a span that opens its card. Raises KeyError for a fact the study does not have."""
        return self._span(fact_id, self.facts[fact_id].printed)

    def number(self, fact_id: str) -> str:
        """The same in a sentence: of a rounded number of people with its envelope, of a range between its ends."""
        said = self.facts[fact_id]
        if self.exact or not enveloped(said):
            return self.fact(fact_id)
        return in_words(said, self.fact(fact_id), self.interval(fact_id))

    def cell(self, fact_id: str) -> str:
        """The same for a table cell: empty when the study does not have the fact, and that it is not known where the bounds of
        a share, or of the share of a count, are too wide to say something."""
        if not self.has(fact_id):
            return ""
        shares = [self.facts[one] for one in (fact_id, f"{fact_id}_pct") if self.has(one)]
        return self.fact(fact_id) if self.exact or all(map(known, shares)) else NOT_KNOWN

    def interval(self, fact_id: str) -> str:
        """A fact's released limits, opening its card; empty without interval."""
        limits = self.facts[fact_id].printed_interval if self.has(fact_id) else ""
        return self._span(fact_id, limits) if limits else ""

    def limits(self, fact_id: str) -> str:
        """The same for a table, with the word where they rest on a model."""
        limits = self.interval(fact_id)
        return f"{limits}{MODELLED}" if limits and self.modelled(fact_id) else limits

    def roughly(self, fact_id: str) -> str:
        """« environ » and a space before a number printed without limits that stands for several; else empty."""
        said = self.facts.get(fact_id)
        word = about(said) if said and self.shown(fact_id) and not said.printed_interval else ""
        return f"{word} " if word else ""

    def spread(self, fact_id: str) -> str:
        """What the rounding of a fact's number leaves open, opening its card."""
        return self._span(fact_id, spread(self.facts[fact_id]))

    def base(self, fact_id: str) -> str:
        """The whole that a fact is a part of, opening its card; empty where none is printed."""
        of = self.facts[fact_id].printed_denominator if self.shown(fact_id) else ""
        return self._span(fact_id, of) if of and of != WITHHELD else ""

    def part(self, fact_id: str) -> str:
        """« 28 sur 39 », opening the fact's card."""
        return self._span(fact_id, form("base", self.facts[fact_id]))

    def named(self, fact_id: str) -> str:
        """The same where no word around it says of what kind they are: those of a model are named so."""
        limits = self.interval(fact_id)
        return f"{limits} ({model(self.facts[fact_id])})" if limits and self.modelled(fact_id) else limits

    def bounded(self, *names: str) -> bool:
        """Whether a statement that one of these names says is printed with its bounds, or with those of a model."""
        said = (self.facts[fact_id] for fact_id in self.having(*names))
        return any(one.interval_kind in ("bounds", "model") and one.printed_interval for one in said)

    def strokes(self, *names: str) -> str:
        """« : bornes en tirets, échantillonnage en trait plein »: how a figure of these statements draws the limits that it
        has, by kind; empty without any."""
        shown = (self.facts[fact_id] for fact_id in self.showing(*names))
        found = {one.interval_kind for one in shown if one.printed_interval}
        words = ", ".join(said for kind, said in STROKES.items() if kind in found)
        return f"{french.NBSP}: {words}" if words else ""

    def modelled(self, fact_id: str) -> bool:
        """Whether a fact's printed limits rest on an assumption, which its method names."""
        return self.has(fact_id) and self.facts[fact_id].interval_kind == "model"

    def assumption(self, fact_id: str) -> str:
        """What its method says of that assumption, as text; empty where there is none."""
        sentences = re.split(r"(?<=[.!?])\s+", self.facts[fact_id].method) if self.modelled(fact_id) else []
        return printing.escape(" ".join(one for one in sentences if one.startswith(MODEL)))

    def agree(self, fact_id: str, one: str, many: str | None = None) -> str:
        """The noun that agrees with a fact's number."""
        value = self.facts[fact_id].shown_value
        return french.plural(2 if pd.isna(value) else value, one, many)

    def listed(self, words: Mapping[str, str]) -> str:
        """« 11 en présence et 4 par téléphone » : facts with the words that go with each, those that count nothing left out."""
        return listed([f"{self.number(fact_id)} {said}" for fact_id, said in words.items() if self.positive(fact_id)])

    def method(self, fact_id: str) -> str:
        """A fact's method and cautions, as text."""
        return printing.escape(self.facts[fact_id].method)

    def label(self, fact_id: str) -> str:
        """What a fact says, as text."""
        return printing.escape(self.facts[fact_id].label)

    def shown(self, fact_id: str) -> bool:
        """Whether a fact exists and something of it may be printed: what a sentence may be built on."""
        return self.has(fact_id) and self.facts[fact_id].printed != WITHHELD

    def telling(self, fact_id: str) -> bool:
        """Whether something of a fact may be printed that says something: no share whose bounds are too wide."""
        return self.shown(fact_id) and known(self.facts[fact_id])

    def showing(self, *names: str) -> list[str]:
        """Those of which something may be printed."""
        return [fact_id for fact_id in self.having(*names) if self.shown(fact_id)]

    def positive(self, fact_id: str) -> bool:
        """Whether a fact exists, may be printed and is more than zero."""
        return self.has(fact_id) and bool(self.facts[fact_id].shown_value > 0)

    def _span(self, fact_id: str, text: str) -> str:
        self.printed[fact_id] = None
        mark = " .retenu" if fact_id in self.retained else ""
        return f'[{text}]{{.fact{mark} fact="{fact_id}"}}'

    def reproduced(
        self,
        figures: pd.DataFrame,
        status: list[str] | None,
        stage: str | None,
        caption: str,
        ident: str,
        brief: bool = False,
    ) -> str:
        """The table of published figures (`reproduction`, one row per figure) of these statuses and of this stage."""
        chosen = figures[figures["status"].isin(status)] if status else figures
        chosen = chosen[chosen["source_stage"].eq(stage)] if stage else chosen
        known = set(self.facts)
        with_card = chosen.loc[chosen["computed"].fillna("") != "", "fact_id"]
        self.printed.update(dict.fromkeys(fact_id for fact_id in with_card if fact_id in known))
        return reproduction(chosen, known, caption, ident, brief)

    def words(self) -> dict[str, Any]:
        """What a template may call, by name; what has nothing to print takes its sentence away (`unsaid`)."""
        return {name: getattr(self, name) for name in (*ASKED, *BEGINNINGS)} | {
            name: partial(self._told, getattr(self, "number" if name == "fact" else name)) for name in TOLD
        }

    def _told(self, word: Callable[..., str], said: Statement, *more: str) -> str:
        return (word(said, *more) if not isinstance(said, str) or self.has(said) else "") or UNSAID
