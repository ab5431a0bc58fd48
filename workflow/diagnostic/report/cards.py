"""The card of a number: everything a reader needs to judge it, down to the cells it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from diagnostic import french
from diagnostic.collect.answered import ROLES
from diagnostic.counting import RULES
from diagnostic.estimate.tables import INTERVALS, MEASURES, ORIGIN_LABELS, UNITS
from diagnostic.release.tables import VERDICTS
from diagnostic.report import printing


def entries(fact: Any, sources: Mapping[str, Any], public: bool = False) -> list[tuple[str, str]]:
    """The lines of a card, as (French title, text). `fact` is a row of the ledger, `sources` file → source row.

    A withheld fact shows neither its value, limits, numerator, denominator nor cells. A `public` card names the columns
    of people's answers, never the rows: a row is somebody's.
    """
    shown = fact.verdict == "shown"
    rules = [f"{RULES[name]} ({name})" for name in _split(fact.rules, "; ")]
    files = [name for name in _files(fact.cells) if name in sources]
    lines = [
        ("Valeur", printing.value(fact)),
        (
            "Intervalle",
            f"{printing.interval(fact)} ({INTERVALS[fact.interval_kind]})"
            if shown and printing.interval(fact)
            else "aucun",
        ),
        ("Formule", fact.formula),
        ("Numérateur", _count(fact.shown_numerator) if shown else printing.WITHHELD),
        ("Dénominateur", _count(fact.shown_denominator) if shown else printing.WITHHELD),
        ("Unité", f"{UNITS[fact.unit]} ({MEASURES[fact.measure]})"),
        ("Univers", fact.universe),
        ("Méthode", _text(fact.method) if shown else ""),
        ("Règles", " ".join(rules)),
        ("Origine", ORIGIN_LABELS[fact.origin]),
        ("Table", f"{fact.source_table}.parquet".replace(".csv.parquet", ".csv")),
        ("Cellules", (_without_rows(fact.cells) if public else _text(fact.cells)) if shown else ""),
        ("Fichiers", " ; ".join(f"{name}, {sources[name].digest.replace(':', ' ')}" for name in files)),
        ("Publication", f"{french.capital(VERDICTS[fact.verdict])}. {fact.reason}"),
        ("Identifiant", fact.fact_id),
    ]
    return [(title, text) for title, text in lines if text]


def markdown(fact: Any, lines: Iterable[tuple[str, str]]) -> str:
    """The card of a fact as a fenced block that the filter turns into a dialogue of the page."""
    label = fact.label[:1].upper() + fact.label[1:]
    block = [f'::: {{.carte fact="{fact.fact_id}"}}', f"**{printing.escape(label)}**", ""]
    for title, text in lines:
        block += [title, f":   {printing.escape(french.typographic(text))}", ""]
    return "\n".join([*block, ":::", ""])


def _files(cells: Any) -> list[str]:
    files = (part.partition("!")[0].partition(" (feuille ")[0] for part in _split(cells, " ; "))
    return list(dict.fromkeys(files))


def _without_rows(cells: Any) -> str:
    """Addresses of cells, those of exports as their columns only."""
    parts = []
    for part in _split(cells, " ; "):
        place, _, ranges = part.partition("!")
        if place.partition(" (feuille ")[0] in ROLES:
            ranges = " ".join(dict.fromkeys(re.findall(r"(?<![A-Z:])[A-Z]+", ranges)))
        parts.append(f"{place}!{ranges}")
    return " ; ".join(parts)


def _split(text: Any, separator: str) -> list[str]:
    return [part for part in _text(text).split(separator) if part]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: float) -> str:
    if pd.isna(value):
        return ""
    return french.number(value, 0 if float(value).is_integer() else 1)
