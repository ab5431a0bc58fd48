"""The card of a number: what a reader needs to judge it. Of what is withheld it says neither number nor cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from diagnostic.core import french
from diagnostic.core.counting import RULES
from diagnostic.estimate.catalogue.entry import MEASURES, UNITS
from diagnostic.estimate.tables import INTERVALS, ORIGIN_LABELS
from diagnostic.findings.forms import ABOUT, enveloped
from diagnostic.release.statements import files_of
from diagnostic.report import printing
from diagnostic.report.printer import NOT_KNOWN, known


def entries(said: Any, sources: Mapping[str, Any], exact: bool = False) -> list[tuple[str, str]]:
    """The lines of a card, as (French title, text). `said` is a row of the statements, `sources` file → source row.

    A share whose bounds are too wide to say something is not known here either, as in tables; a reviewer (`exact`) reads it.
    Rules, cells and digests are there for what comes from public files only (`release.statements`).
    """
    rules = [f"{RULES[name]} ({name})" for name in said.rules.split("; ") if name]
    files = [name for name in files_of(said.cells) if name in sources]
    told = exact or known(said)
    limits = f"{said.printed_interval} ({INTERVALS[said.interval_kind]})" if said.printed_interval else "aucun"
    about = f"{ABOUT} " if not exact and said.kind == "value" and enveloped(said) else ""
    lines = [
        ("Valeur", f"{about}{said.printed}" if told else NOT_KNOWN),
        ("Intervalle", limits),
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


def markdown(said: Any, lines: Iterable[tuple[str, str]]) -> str:
    """The card of a statement, that the filter turns into a dialogue of the page: one line per text, the first its title.

    Plain lines in a block of code: a thousand cards of marked up text were half the time of every document.
    """
    told = [("Indicateur", french.capital(said.label)), *lines]
    rows = [f"{title} : {french.typographic(printing.one_line(text))}" for title, text in told]
    return "\n".join([f'``` {{.carte fact="{said.statement_id}"}}', *rows, "```", ""])
