"""Charts of the press review: articles by year under both readings of the year, and one dot per article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.months import Months, number
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import EDGE, LINE, PITCH
from diagnostic.report.charts.style import PAPER, WIDTH, text_width
from diagnostic.report.registry import chart

YEARS, TIMELINE = "presse_par_annee", "presse_frise"
HEADING, PRINTED = "press.articles_", "press.printed."
WORDS = {HEADING: "sous la rubrique", PRINTED: "selon la date imprimée"}
BAR, LEFT = 12, EDGE + 38  # pixels
LARGEST, SMALLEST, TALLEST = 11, 3, 220  # pixels: dots, then the highest stack


@dataclass(frozen=True)
class Line:
    """One bar of the chart by year, or the words that stand in its place; `kind` is empty then."""

    year: int
    kind: str
    value: float
    label: str


@chart
def years(facts: Released) -> Chart | None:
    """One bar per year; two, in words, where heading and printed date give different numbers."""
    ids = facts.ids(r"press\.(articles_|printed\.)\d{4}")
    lines = [line for year in sorted({int(fact_id[-4:]) for fact_id in ids}) for line in _lines(facts, year)]
    if not any(line.kind for line in lines):
        return None
    shown = [line.year for line in lines]
    width = WIDTH - LEFT - EDGE
    most = max(max(line.value * width / (width - 12 - text_width(line.label)) for line in lines), 1)
    places = [LINE + 3 + PITCH * (i + 0.5) + 4 * (len(set(shown[: i + 1])) - 1) for i in range(len(lines))]
    height = places[-1] + PITCH / 2 + 3
    area = Plane(height, (0, most), (0, height), (LEFT, EDGE, 2, 2))
    for kind, style in ((HEADING, {}), (PRINTED, {"fill": PAPER})):
        own = [(line.value, y) for line, y in zip(lines, places, strict=True) if line.kind == kind and line.value]
        area.bars([(0, value, y - BAR / 2, y + BAR / 2) for value, y in own], **style)
    area.rules([(0, 0, LINE, height)], stroke=1)
    area.texts([(line.value, y, line.label) for line, y in zip(lines, places, strict=True)], dx=6)
    for year in dict.fromkeys(shown):
        own_places = [y for line, y in zip(lines, places, strict=True) if line.year == year]
        area.texts([(0, sum(own_places) / len(own_places), str(year))], align="right", dx=-7)
    area.texts([(0, LINE / 2, "Nombre d’articles")])
    drawn = [
        fact_id
        for year in dict.fromkeys(shown)
        for kind in WORDS
        if facts.value(fact_id := f"{kind}{year}") is not None
    ]
    sentences = [*_told(facts, lines), not_published(facts.withheld(ids), "nombre", "nombres")]
    alternative = f"Diagramme en barres : nombre d’articles par année, de {shown[0]} à {shown[-1]}."
    return area.image(YEARS, alternative, " ".join(filter(None, sentences)), drawn)


def _lines(facts: Released, year: int) -> list[Line]:
    values = {kind: value for kind in WORDS if (value := facts.value(f"{kind}{year}")) is not None}
    if not values:
        return [Line(year, "", 0, "non publié")]
    if len(values) == 2 and len(set(values.values())) == 1:
        return [Line(year, HEADING, values[HEADING], facts.text(f"{HEADING}{year}"))]
    return [Line(year, kind, value, f"{facts.text(f'{kind}{year}')} {WORDS[kind]}") for kind, value in values.items()]


def _told(facts: Released, lines: Sequence[Line]) -> list[str]:
    """The counts by year, then the years under which the readings differ."""
    labels: dict[int, list[str]] = {}
    for line in lines:
        if line.kind:
            labels.setdefault(line.year, []).append(line.label)
    alike = [f"{own[0]} en {year}" for year, own in labels.items() if len(own) == 1]
    alike[:1] = [
        one.replace(" en ", " article en " if one.startswith(("0 ", "1 ")) else " articles en ", 1) for one in alike[:1]
    ]
    apart = [f"{year} ({', '.join(own)})" for year, own in labels.items() if len(own) == 2]
    told = [f"{listed(alike)}."] if alike else []
    return told + ([f"Rubrique et date imprimée ne donnent pas le même nombre : {listed(apart)}."] if apart else [])


@chart
def timeline(articles: pd.DataFrame) -> Chart | None:
    """One dot per article, stacked by month of its printed date."""
    dates = articles["date"].dropna()
    if dates.empty:
        return None
    stacks = Counter(number(day.year, day.month) for day in dates)
    months = Months.covering(min(stacks), max(stacks))
    width = WIDTH - 2 * EDGE
    highest = max(stacks.values())
    dot = max(SMALLEST, min(LARGEST, width / months.span - 0.5, TALLEST / highest - 1))
    pitch = dot + 1
    height = pitch * highest + LINE + 6
    area = Plane(height, (0, months.span), (height, 0), (EDGE, EDGE, 2, months.below))
    months.draw_axis(area)
    dots = [
        (months.middle(month), pitch * (i + 0.5) + 2) for month, count in sorted(stacks.items()) for i in range(count)
    ]
    area.points(dots, height=dot)
    area.texts([(0, height - LINE / 2, "Un point par article")])
    ordered = dates.sort_values()
    fullest = [month for month, count in stacks.items() if count == highest]
    most = ""
    if highest > 1:
        names = listed([french.month(f"{month // 12}-{month % 12 + 1:02d}") for month in sorted(fullest)[:3]])
        more = f" et {len(fullest) - 3} autres mois" if len(fullest) > 3 else ""
        most = f"Au plus {highest} articles par mois : {names}{more}."
    count = len(dates)
    description = f"{count} {french.plural(count, 'article')}, du {french.date(ordered.iloc[0].date())} au {french.date(ordered.iloc[-1].date())} selon la date imprimée."
    alternative = f"Frise : {count} {french.plural(count, 'article')} de presse, un point par article, par mois."
    return area.image(TIMELINE, alternative, " ".join(filter(None, [description, most])), ())
