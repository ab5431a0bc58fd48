"""The chart of the persons behind the ads: a published number, and what its rate may mean."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import DOWN, across, counted, ranges
from diagnostic.report.charts.style import ORANGE
from diagnostic.report.registry import chart

NAME = "personnes_lectures"
PUBLISHED = "ads.persons_estimate"
READINGS = ("ads.persons_reading_a", "ads.persons_reading_b", "ads.persons_reading_c")
AXIS = "Personnes (nombre non identifié)"
LABEL = 0.07  # of the axis: what a number written beside the end of an interval takes


@chart
def readings(facts: Released) -> Chart | None:
    """Ranges of the three readings, dashed for bounds, solid with a point for sampling, against the published number.

    Nothing is drawn without a reading: the published number alone would look like an estimate.
    """
    limits = {fact_id: found for fact_id in READINGS if (found := facts.limits(fact_id))}
    if not limits:
        return None
    published = facts.value(PUBLISHED)
    # Only what was drawn at random has a best number.
    table = pd.DataFrame(
        [
            {"name": facts.label(i), **facts.drawn(i), "series": ""}
            | ({} if facts.kind(i) == "sampling" else {"value": None})
            for i in limits
        ]
    )
    under = [] if published is None else _published(table.assign(published=published), facts.text(PUBLISHED))
    picture = ranges(table, facts.kinds(limits), AXIS, *under)
    sentences = [
        french.capital(f"{french.NNBSP}; ".join(_said(facts, fact_id) for fact_id in limits) + "."),
        _message(facts, limits),
        not_published(facts.withheld((PUBLISHED, *READINGS)), "nombre", "nombres"),
    ]
    known = [PUBLISHED] if published is not None else []
    alternative = "Nombre de personnes derrière les annonces selon la lecture du taux de doublons, et nombre publié."
    return image(picture, NAME, alternative, sentences, [*known, *limits])


def _said(facts: Released, fact_id: str) -> str:
    """« selon la lecture A, de 97 à 547 personnes »."""
    name = facts.label(fact_id).partition(" : ")[0]
    return f"selon la {french.lowered(name)}, de {facts.interval(fact_id)} personnes"


def _published(table: pd.DataFrame, number: str) -> list[alt.Chart]:
    """The published number in every row where it crosses no number, and over them what it is."""
    x = across("published", **counted(AXIS))
    room = LABEL * float(max(table["high"].max(), table["published"].max()))
    beside = ("datum.low - datum.published", "datum.published - datum.high")
    crossed = " || ".join(f"inrange({one}, [0, {room}])" for one in beside)  # of a number beside the end of its range
    ticks = (
        alt.Chart(table)
        .mark_tick(thickness=2, color=ORANGE, yOffset=DOWN)
        .encode(x=x, size=alt.when(crossed).then(alt.value(0)).otherwise(alt.value(20)))
    )
    said = alt.Chart(table.head(1)).mark_text().encode(x=x, y=alt.value(-10))
    return [ticks, said.encode(text=alt.value(f"nombre publié{french.NBSP}: {number}"))]


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
