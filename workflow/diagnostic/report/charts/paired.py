"""A chart of two shares per line, a disc and a diamond: each with its interval, or on one line with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.marks import DOWN, PERCENT, above, across, intervals, labels, points, rows
from diagnostic.report.charts.style import INK

PLACES, TALL = (18, 44), 46  # pixels: from the top of a row, what its two shares divide; of a row


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
    ids = [fact_id for *_, fact_id in shown]
    kinds = facts.kinds(ids)
    table = pd.DataFrame([{"name": name, "series": words, **facts.drawn(i)} for name, words, i in shown])
    if not kinds:
        return _joined(table, series), ids
    apart = alt.YOffset("series:N", sort=list(series), scale=alt.Scale(domain=list(series), range=list(PLACES)))
    marks = [*intervals(kinds, **PERCENT), points(across("value", **PERCENT), series)]
    return rows(table, *marks, y=above(), pitch=TALL, yOffset=apart), ids


def _joined(table: pd.DataFrame, series: tuple[str, str]) -> alt.LayerChart:
    """The two shares of a line on one rule, the number of each at its outer side."""
    ends = table.groupby("name", sort=False)["value"]
    table = table.assign(least=ends.transform("min"), most=ends.transform("max"))
    # Equal shares: one number.
    table["right"] = table["text"].where((table["value"] == table["most"]) & ~table.duplicated(["name", "value"]), "")
    table["left"] = table["text"].where(table["value"] < table["most"], "")
    rule = alt.Chart().mark_rule(color=INK, strokeWidth=1, yOffset=DOWN)
    marks = [
        rule.encode(x=across("least", **PERCENT), x2="most:Q"),
        points(across("value", **PERCENT), series, DOWN),
        *(
            mark
            for side, align in (("left", "right"), ("right", "left"))
            for mark in labels(across("value", **PERCENT), side, align, gap=9, down=DOWN)
        ),
    ]
    return rows(table, *marks, y=above())
