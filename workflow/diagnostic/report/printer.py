"""What templates print: statements by their id, remembering which, the card of each, charts and maps with their captions."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.core.counting import RULES
from diagnostic.core.unsaid import UNSAID
from diagnostic.estimate.catalogue.entry import MEASURES, UNITS
from diagnostic.estimate.catalogue.ids import chosen
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.estimate.tables import INTERVALS, ORIGIN_LABELS
from diagnostic.findings.forms import ABOUT, about, enveloped, form, in_words, model, says_something, spread
from diagnostic.release.printed import WITHHELD
from diagnostic.release.statements import files_of
from diagnostic.report.charts.facts import listed
from diagnostic.report.grids.quality import anchor, reproduction
from diagnostic.report.misnamed import ASKED, BEGINNINGS, TOLD
from diagnostic.report.printing import attribute, escape, one_line
from diagnostic.report.tabular import MODELLED

MODEL = ("Sous le modèle", "Sous un modèle")  # how the sentence of a method begins that names an assumption
STROKES = {  # how charts draw limits, by kind
    "bounds": "réponses manquantes ou imprécises en tirets",
    "sampling": "tirage en trait plein",
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
        """« : tirage en trait plein, modèle en pointillé entre deux ronds »: how a figure of these statements draws the limits that it
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
        return escape(" ".join(one for one in sentences if one.startswith(MODEL)))

    def agree(self, fact_id: str, one: str, many: str | None = None) -> str:
        """The noun that agrees with a fact's number."""
        value = self.facts[fact_id].shown_value
        return french.plural(2 if pd.isna(value) else value, one, many)

    def listed(self, words: Mapping[str, str]) -> str:
        """« 11 en présence et 4 par téléphone » : facts with the words that go with each, those that count nothing left out."""
        return listed([f"{self.number(fact_id)} {said}" for fact_id, said in words.items() if self.positive(fact_id)])

    def method(self, fact_id: str) -> str:
        """A fact's method and cautions, as text."""
        return escape(self.facts[fact_id].method)

    def label(self, fact_id: str) -> str:
        """What a fact says, as text."""
        return escape(self.facts[fact_id].label)

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


# -- The card of a number: what a reader needs to judge it. Of what is withheld it says neither number nor cause --
def card_lines(said: Any, sources: Mapping[str, Any], exact: bool = False) -> list[tuple[str, str]]:
    """The lines of a card, as (French title, text). `said` is a row of the statements, `sources` file → source row.

    A share whose bounds are too wide to say something is not known here either, as in tables; a reviewer (`exact`) reads it.
    Rules, cells and digests are there for what comes from public files only (`release.statements`).
    """
    rules = [f"{RULES[name]} ({name})" for name in said.rules.split("; ") if name]
    files = [name for name in files_of(said.cells) if name in sources]
    told = exact or known(said)
    about = f"{ABOUT} " if not exact and said.kind == "value" and enveloped(said) else ""
    lines = [
        ("Valeur", f"{about}{said.printed}" if told else NOT_KNOWN),
        ("Intervalle", _limits(said)),
        ("Ce qu’il réunit", said.envelope_causes),
        ("Formule", said.formula),
        ("Numérateur", said.printed_numerator if told else ""),
        ("Dénominateur", said.printed_denominator if told else ""),
        ("Unité", f"{UNITS[said.unit]} ({MEASURES[said.measure]})"),
        ("Univers", said.universe),
        ("Méthode", said.method),
        ("Règles", " ".join(rules)),
        ("Origine", f"données {ORIGIN_LABELS[said.origin]}es"),
        ("Table", f"{said.source_table}.parquet".replace(".csv.parquet", ".csv")),
        ("Cellules", said.cells),
        ("Fichiers", " ; ".join(f"{name}, {sources[name].digest.replace(':', ' ')}" for name in files)),
        ("Identifiant", said.statement_id),
    ]
    return [(title, text) for title, text in lines if text]


def _limits(said: Any) -> str:
    """The limits of a number with what they are of; what its rounding leaves open where they are no more than that. Empty for what
    is withheld."""
    if said.printed_interval:
        kind = "arrondi" if said.interval_kind == "none" else INTERVALS[said.interval_kind]
        return f"{said.printed_interval} ({kind})"
    if said.kind == "value" and said.origin == "published":
        return "non dit"
    rounded = said.kind == "value" and about(said) and math.isfinite(said.claim_low + said.claim_high)
    return f"{spread(said)} (arrondi)" if rounded else "" if said.kind == "withheld" else "aucun"


def card(said: Any, lines: Iterable[tuple[str, str]]) -> str:
    """The card of a statement, that the filter turns into a dialogue of the page: one line per text, the first its
    title. Plain lines in a block of code: a thousand cards of marked up text were half the time of every document."""
    told = [("Indicateur", french.capital(said.label)), *lines]
    rows = [f"{title} : {french.typographic(one_line(text))}" for title, text in told]
    return "\n".join([f'``` {{.carte fact="{said.statement_id}"}}', *rows, "```", ""])


# -- Charts and maps in the text: the image, its caption, how to read it; for a map that is missing, why ----------
NOWHERE = (
    "Aucun des lieux du tableau ne porte le nom d’une commune ou d’une intercommunalité du département, ou aucun de leurs "
    "nombres ne peut être publié."
)
COARSE = "Rien n’est publié au-dessous du département dans une étude qui en a plusieurs."
SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÉÀ«])")  # between two
CHART, MAP = "57%", "71%"  # of the width of the text: 8 points for what is written on it
UNPLACED = (
    "Les lieux des faits ne sont pas codés par commune dans cette étude, ou aucun de leurs nombres ne peut être publié."
)


@dataclass(frozen=True)
class Pictures:
    """`figures`: one row per chart or map that was drawn; `source`: where the outlines come from, or why there are none;
    `lineage`: the tables of the run, whose section of the page `dossier` each image opens."""

    figures: pd.DataFrame
    source: pd.DataFrame
    lineage: pd.DataFrame
    dossier: str = ""
    several: bool = False  # whether the study is of several départements

    @cached_property
    def drawn(self) -> dict[str, Any]:
        return {figure.name: figure for figure in self.figures.itertuples()}

    def figure(self, name: str, caption: str, width: str = "", claim: str = "") -> str:
        """A chart with its reading; empty where it was not drawn. Its caption begins with what is seen: the `claim`, else the first
        sentence of its reading."""
        if name not in self.drawn:
            return ""
        width = width or (MAP if name.startswith("carte") else CHART)
        image, ident = self.drawn[name], name.replace("_", "-")
        first, *others = re.split(SENTENCES, image.description, maxsplit=1)
        reading = image.description if claim else " ".join(others)
        caption = f"{f'{claim}.' if claim else escape(first)} {caption}".strip()
        alt = attribute(" ".join([image.alt, *_numbers_of(image)]))
        origin = f"[[Provenance]({self.dossier}#{anchor('report_figures')}).]{{.html-seulement}}"
        by = origin if len(self.lineage) else ""
        data = f"[[Données (CSV)](figures/{name}.csv).]{{.html-seulement}}" if image.facts else ""
        return (
            f'\n::: {{.figure-lue}}\n\n![{caption}](figures/{name}.svg){{#fig-{ident} fig-alt="{alt}" width={width}}}\n\n'
            f"{f'*Lecture :* {escape(reading)}' if reading else ''} {data} {by}\n\n:::\n"
        )

    def nowhere(self, nowhere: str = "") -> str:
        """The sentence that stands in the place of a map that was not drawn."""
        said = self.source.iloc[0]
        missing = said.note if said.kind == "absent" else nowhere or (COARSE if self.several else NOWHERE)
        return f"*Pas de carte :* {escape(french.typographic(missing))}\n"


def _numbers_of(image: Any) -> list[str]:
    """The sentences of a drawing that tell its numbers, for an alternative text that has none."""
    if re.search(r"\(\d", image.alt):
        return []
    told = re.split(SENTENCES, image.description)
    return [one for one in told if re.search(r"\b\d", one) and not one.startswith("Classes")]
