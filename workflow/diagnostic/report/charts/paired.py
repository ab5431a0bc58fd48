"""A chart of two shares per line, a disc and a diamond, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.marks import BAND, PERCENT, above, across, intervals, points, rows

PLACES = 16, 42  # pixels from the top of a row: what its two shares divide


@dataclass(frozen=True)
class Pair:
    """One line: its name, and the two facts whose shares it shows."""

    name: str
    first: str
    second: str


def drawn(facts: Released, pairs: Sequence[Pair], series: tuple[str, str]) -> tuple[alt.LayerChart, list[str]]:
    """The lines with their key (`series`: what disc and diamond stand for), and the facts in them."""
    shown = [
        (pair.name, words, fact_id)
        for pair in pairs
        for words, fact_id in zip(series, (pair.first, pair.second), strict=True)
        if facts.value(fact_id) is not None
    ]
    table = pd.DataFrame([{"name": name, "series": words, **facts.drawn(i)} for name, words, i in shown])
    ids = [fact_id for *_, fact_id in shown]
    apart = alt.YOffset("series:N", sort=list(series), scale=alt.Scale(domain=list(series), range=list(PLACES)))
    marks = [*intervals(facts.kinds(ids), **PERCENT), points(across("value", **PERCENT), series)]
    return rows(table, *marks, y=above(), pitch=BAND, yOffset=apart), ids
