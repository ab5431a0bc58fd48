"""The chart of the persons behind the ads: a published number, and what its rate may mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, not_published, whiskers
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import EDGE, LINE
from diagnostic.report.charts.style import ORANGE, PAPER, text_width
from diagnostic.report.registry import chart

NAME = "personnes_lectures"
PUBLISHED = "ads.persons_estimate"
READINGS = ("ads.persons_reading_a", "ads.persons_reading_b", "ads.persons_reading_c")
PITCH, RANGE, UNDER = 52, 31, 50  # pixels: from reading to reading, from its top to its range, for the axis
AXIS = {
    "title": "Personnes (nombre non identifié)",
    "format": ",.0f",
    "tickCount": 5,
    "titlePadding": 6,
    "labelFlush": False,
}


@chart
def readings(facts: Released) -> Chart | None:
    """Ranges of the three readings, dashed for bounds, solid with a point for sampling, against the published number.

    Nothing is drawn without a reading: the published number alone would look like an estimate.
    """
    limits = {fact_id: found for fact_id in READINGS if (found := facts.limits(fact_id))}
    if not limits:
        return None
    published = facts.value(PUBLISHED)
    most = max([high for _, high in limits.values()] + ([published] if published is not None else []))
    side = EDGE + 6 + text_width(french.number(most))
    top = LINE * 1.5 if published is not None else 0
    height = top + PITCH * len(limits)
    area = Plane(height, (0, most), (0, height), (side, side, 2, UNDER + LINE + 2), axis=AXIS)
    rows = {fact_id: top + PITCH * i + RANGE for i, fact_id in enumerate(limits)}
    start = most / area.width * (EDGE - side)
    if published is not None:
        _draw_published(area, published, facts.text(PUBLISHED), list(rows.values()))
    for fact_id, ends in limits.items():
        _draw_range(area, facts, fact_id, ends, rows[fact_id])
    area.texts([(start, y - RANGE + 11, facts.label(fact_id)) for fact_id, y in rows.items()])
    area.texts([(start, height + UNDER + LINE / 2, whiskers({facts.kind(fact_id) for fact_id in limits}))])
    sentences = [
        french.capital(f"{french.NNBSP}; ".join(_said(facts, fact_id) for fact_id in limits) + "."),
        _message(facts, limits),
        not_published(facts.withheld((PUBLISHED, *READINGS)), "nombre", "nombres"),
    ]
    known = [PUBLISHED] if published is not None else []
    alternative = "Nombre de personnes derrière les annonces selon la lecture du taux de doublons, et nombre publié."
    return area.image(NAME, alternative, " ".join(filter(None, sentences)), [*known, *limits])


def _said(facts: Released, fact_id: str) -> str:
    """« selon la lecture A, de 97 à 547 personnes »."""
    name = facts.label(fact_id).partition(" : ")[0]
    return f"selon la {name[:1].lower()}{name[1:]}, de {facts.interval(fact_id)} personnes"


def _draw_published(area: Plane, value: float, number: str, rows: Sequence[float]) -> None:
    """A vertical line, interrupted where the names of the readings stand, with its number on top."""
    text = f"nombre publié{french.NBSP}: {number}"
    half = text_width(text) / 2
    place = value / area.x[1] * area.width
    align = "center" if half < place < area.width - half else "left" if place <= half else "right"
    area.texts([(value, 8, text)], align=align)
    pieces = [(18, rows[0] - RANGE), *((y - 10, y + PITCH - RANGE) for y in rows)]
    area.rules([(value, value, *piece) for piece in pieces], stroke=2, color=ORANGE)


def _draw_range(area: Plane, facts: Released, fact_id: str, ends: tuple[float, float], y: float) -> None:
    """One reading: its range, its limits beside it on white, so that the published line does not cross them."""
    low, high = ends
    pixel = area.x[1] / area.width
    wide = [pixel * (4 + text_width(facts.text(fact_id, end))) for end in ends]
    blank = [
        (low - pixel * 4 - wide[0], low - pixel * 4, y - 11, y + 11),
        (high + pixel * 4, high + pixel * 4 + wide[1], y - 11, y + 11),
    ]
    area.bars(blank, PAPER, PAPER)
    area.rules([(low, high, y, y)], dashed=facts.kind(fact_id) == "bounds", stroke=2)
    area.rules([(end, end, y - 5, y + 5) for end in ends], stroke=2)
    area.texts([(low, y, facts.text(fact_id, low))], align="right", dx=-6)
    area.texts([(high, y, facts.text(fact_id, high))], dx=6)
    value = facts.value(fact_id)
    if value is not None and facts.kind(fact_id) == "sampling":
        area.points([(value, y)], height=11)


def _message(facts: Released, limits: Mapping[str, tuple[float, float]]) -> str:
    """How far apart the extremes are: the number is not identified."""
    lowest = min(limits, key=lambda fact_id: limits[fact_id][0])
    highest = max(limits, key=lambda fact_id: limits[fact_id][1])
    low, high = limits[lowest][0], limits[highest][1]
    times = f", soit un facteur {french.number(high / low, 1)} entre les extrêmes" if low > 0 else ""
    published = facts.text(PUBLISHED)
    subject = (
        f"Le nombre publié, {published}, n’est pas identifié"
        if published
        else "Le nombre de personnes n’est pas identifié"
    )
    if len(limits) == 1:
        return f"{subject}."
    return f"{subject} : les lectures vont de {facts.text(lowest, low)} à {facts.text(highest, high)}{times}."
