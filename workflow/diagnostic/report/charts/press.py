"""Charts of the press review: articles by year under both readings of the year, and one dot per article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import across, bars, beside, blocks, labels
from diagnostic.report.charts.months import along, covering, slot
from diagnostic.report.charts.style import BLUE, PAPER
from diagnostic.report.registry import chart

YEARS, TIMELINE = "presse_par_annee", "presse_frise"
HEADING, PRINTED = "press.articles_", "press.printed."
WORDS = {HEADING: "sous la rubrique", PRINTED: "selon la date imprimée"}
MANY, CLOSE = 24, {"apart": 1.0, "pitch": 15.0}  # bars; beyond, pixels between two years and of a bar
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
    fills = {HEADING: BLUE, PRINTED: PAPER, "": PAPER}
    table = pd.DataFrame(
        [
            {"year": line.year, "name": line.kind, "value": line.value, "label": line.label, "fill": fills[line.kind]}
            for line in lines
        ]
    )
    header = alt.Header(labelOrient="left", labelAngle=0, labelAlign="left", labelFontWeight="normal")
    year = alt.Row("year:O", title=None, header=header)
    marks = [bars(across("value"), fill=alt.Fill("fill:N", scale=None)), *labels(across("value"))]
    rows = CLOSE if len(lines) > MANY else {"apart": 4}
    picture = blocks(table, *marks, y=beside(named=False), by=year, title="Nombre d’articles", **rows)
    drawn = [
        fact_id
        for year in dict.fromkeys(shown)
        for kind in WORDS
        if facts.value(fact_id := f"{kind}{year}") is not None
    ]
    sentences = [*_told(facts, lines), not_published(facts.withheld(ids), "nombre", "nombres")]
    alternative = f"Diagramme en barres : nombre d’articles par année, de {shown[0]} à {shown[-1]}."
    return image(picture, YEARS, alternative, sentences, drawn)


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
    stacks = Counter(f"{day:%Y-%m}" for day in dates)
    months = covering(min(stacks), max(stacks))
    highest = max(stacks.values())
    pitch = max(SMALLEST, min(LARGEST, slot(months) - 0.5, TALLEST / highest - 1)) + 1
    table = pd.DataFrame(
        [{"month": month, "value": at + 0.5} for month, count in sorted(stacks.items()) for at in range(count)]
    )
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[0, highest], nice=False))
    dots = alt.Chart(table).mark_point(size=(pitch - 1) ** 2, filled=True, color=BLUE).encode(x=along(months), y=y)
    picture = dots.properties(height=pitch * highest + 2, title="Un point par article")
    ordered = dates.sort_values()
    fullest = [month for month, count in stacks.items() if count == highest]
    most = ""
    if highest > 1:
        names = listed([french.month(month) for month in sorted(fullest)[:3]])
        more = f" et {len(fullest) - 3} autres mois" if len(fullest) > 3 else ""
        most = f"Au plus {highest} articles par mois : {names}{more}."
    count = len(dates)
    description = f"{count} {french.plural(count, 'article')}, du {french.date(ordered.iloc[0].date())} au {french.date(ordered.iloc[-1].date())} selon la date imprimée."
    alternative = f"Frise : {count} {french.plural(count, 'article')} de presse, un point par article, par mois."
    return image(picture, TIMELINE, alternative, [description, most], ())
