"""The chart of the persons behind the ads of a coded sample: the number retained, and what other calculations would say."""

from __future__ import annotations

from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import ranges
from diagnostic.report.registry import chart

NAME, BIASED = "personnes_calculs", "persons.published_formula"
LINES = (
    ("persons.total", "Estimation retenue, incertitudes mesurées"),
    ("persons.horvitz_thompson", "Contrôle, par personne (tirage seul)"),
    ("persons.indicative", "Doublons du seul échantillon (indicatif)"),
    (BIASED, "Formule de l’étude de référence (biaisée)"),
)


@chart
def calculations(facts: Released) -> Chart | None:
    """Ranges, as each kind of interval is drawn, with a point where there is a value; nothing without a range."""
    rows = [(i, name) for i, name in LINES if facts.limits(i) or facts.value(i) is not None]
    if not any(facts.limits(i) for i, _ in rows):
        return None
    table = pd.DataFrame([_row(facts, fact_id, name) for fact_id, name in rows])
    picture = ranges(table, facts.kinds(i for i, _ in rows), "Personnes", series=("", BIASED))
    sentences = [_message(facts), not_published(facts.withheld([i for i, _ in LINES]), "nombre", "nombres")]
    alternative = "Nombre de personnes derrière les annonces selon le calcul, avec les intervalles."
    return image(picture, NAME, alternative, sentences, [i for i, _ in rows])


def _row(facts: Released, fact_id: str, name: str) -> dict[str, Any]:
    """A number stands after its name; the biased one beside its diamond, so that it is not read as an estimate."""
    row = facts.drawn(fact_id) | {"series": BIASED if fact_id == BIASED else ""}
    if row["value"] is None:
        return row | {"name": name}
    if fact_id == BIASED:
        return row | {"name": name, "label": row["text"]}
    return row | {"name": f"{name}{french.NBSP}: {row['text']}"}


def _message(facts: Released) -> str:
    total, formula = facts.value("persons.total"), facts.value("persons.published_formula")
    if total is None:
        return "Sans recherche des copies, aucun chiffre unique n’est retenu."
    said = f"L’estimation retenue est de {facts.text('persons.total')} personnes, de {facts.interval('persons.total')}"
    said += " sous un modèle." if facts.kind("persons.total") == "model" else "."
    if formula is not None and total:
        said += f" La formule de l’étude de référence donnerait {facts.text('persons.published_formula')}, soit {french.number(formula / total, 1)} fois ce nombre."
    return said
