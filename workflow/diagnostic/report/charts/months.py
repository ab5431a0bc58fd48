"""The axis of months under a chart."""

from __future__ import annotations

import altair as alt
import pandas as pd

from diagnostic.report.charts.style import EDGE, WIDTH, short_dates

NARROWEST = 34  # pixels that the name of a month needs
LONGEST = 24  # months named as months


def covering(first: str, last: str) -> list[str]:
    """The months from `first` to `last`, as « 2026-03 », both included, up to two years; whole years beyond."""
    start, end = pd.Period(first, "M"), pd.Period(last, "M")
    if (end - start).n >= LONGEST:
        start, end = pd.Period(f"{start.year}-01", "M"), pd.Period(f"{end.year}-12", "M")
    return [str(month) for month in pd.period_range(start, end)]


def slot(months: list[str]) -> float:
    """About how many pixels a month has."""
    return (WIDTH - 2 * EDGE) / len(months)


def along(months: list[str]) -> alt.X:
    """The scale of the field `month`. Up to two years, months are named where they have room, else quarters; then years."""
    if len(months) > LONGEST:
        named = [month for month in months if month.endswith("-01")]
        names = {month: [month[:4]] for month in named}
        middle: float | alt.ExprRef = alt.ExprRef("5.5 * bandwidth('x')")  # from January to the middle of the year
    else:
        step = 1 if slot(months) >= NARROWEST else 3
        named = [month for month in months if (int(month[-2:]) - 1) % step == 0] or months[:1]
        short = short_dates()["shortMonths"]
        names = {m: [short[int(m[-2:]) - 1], m[:4] if m == named[0] or m.endswith("-01") else ""] for m in named}
        middle = 0
    axis = alt.Axis(
        values=named,
        labelExpr=f"({names})[datum.value]",
        labelAngle=0,
        labelOffset=middle,
        labelOverlap="greedy",
        labelSeparation=6,
    )
    scale = alt.Scale(domain=months, padding=0)
    return alt.X("month:O", title=None, scale=scale, axis=axis)
