"""The chart of the persons behind the ads of a coded sample: the number retained, and what other calculations would say."""

from __future__ import annotations

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, not_published, whiskers
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import EDGE, LINE
from diagnostic.report.charts.style import ORANGE, text_width
from diagnostic.report.registry import chart

NAME, BIASED = "personnes_calculs", "persons.published_formula"
LINES = (
    ("persons.total", "Estimation retenue, toutes incertitudes réunies"),
    ("persons.horvitz_thompson", "Contrôle, par personne (tirage seul)"),
    ("persons.indicative", "Doublons du seul échantillon (indicatif)"),
    (BIASED, "Formule de l’étude de référence (biaisée)"),
)
PITCH, RANGE, UNDER = 44, 28, 50
AXIS = {"title": "Personnes", "format": ",.0f", "tickCount": 5, "titlePadding": 6, "labelFlush": False}


@chart
def calculations(facts: Released) -> Chart | None:
    """Ranges, dashed for bounds and solid for sampling, with a point where there is a value; nothing without a range."""
    rows = [(i, name) for i, name in LINES if facts.limits(i) or facts.value(i) is not None]
    if not any(facts.limits(i) for i, _ in rows):
        return None
    ends = [end for i, _ in rows for end in (facts.limits(i) or (facts.value(i) or 0,))]
    most = max(ends)
    side = EDGE + 6 + text_width(french.number(most))
    height = PITCH * len(rows)
    area = Plane(height, (0, most), (0, height), (side, side, 2, UNDER + LINE + 2), axis=AXIS)
    start = most / area.width * (EDGE - side)
    for at, (fact_id, name) in enumerate(rows):
        y = PITCH * at + RANGE
        own = facts.text(fact_id) if facts.value(fact_id) is not None and fact_id != BIASED else ""
        area.texts([(start, y - RANGE + 11, f"{name}{french.NBSP}: {own}" if own else name)])
        _range(area, facts, fact_id, y)
    kinds = {facts.kind(i) for i, _ in rows if facts.limits(i)}
    area.texts([(start, height + UNDER + LINE / 2, whiskers(kinds))])
    sentences = [_message(facts), not_published(facts.withheld([i for i, _ in LINES]), "nombre", "nombres")]
    alternative = "Nombre de personnes derrière les annonces selon le calcul, avec les intervalles."
    return area.image(NAME, alternative, " ".join(filter(None, sentences)), [i for i, _ in rows])


def _range(area: Plane, facts: Released, fact_id: str, y: float) -> None:
    limits, value = facts.limits(fact_id), facts.value(fact_id)
    if limits:
        low, high = limits
        area.rules([(low, high, y, y)], dashed=facts.kind(fact_id) == "bounds", stroke=2)
        area.rules([(end, end, y - 5, y + 5) for end in limits], stroke=2)
        area.texts([(low, y, facts.text(fact_id, low))], align="right", dx=-6)
        area.texts([(high, y, facts.text(fact_id, high))], dx=6)
    if value is not None:
        if fact_id == BIASED:
            area.points([(value, y)], 12, "diamond", ORANGE, hollow=True)
            area.texts([(value, y, facts.text(fact_id))], dx=9)
        else:
            area.points([(value, y)], height=11)


def _message(facts: Released) -> str:
    total, formula = facts.value("persons.total"), facts.value("persons.published_formula")
    if total is None:
        return "Sans recherche des copies, aucun chiffre unique n’est retenu."
    said = f"L’estimation retenue est de {facts.text('persons.total')} personnes, de {facts.interval('persons.total')}."
    if formula is not None and total:
        said += f" La formule de l’étude de référence donnerait {facts.text('persons.published_formula')}, soit {french.number(formula / total, 1)} fois plus."
    return said
