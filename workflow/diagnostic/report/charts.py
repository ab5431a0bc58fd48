"""Every chart of a study, drawn from released facts."""

from __future__ import annotations

import pandas as pd

from diagnostic.report import (
    chart_allocation,
    chart_interviews,
    chart_persons,
    chart_press,
    chart_reproduction,
    chart_sites,
)
from diagnostic.report.chart_facts import Released
from diagnostic.report.chart_plane import Chart

__all__ = ["Chart", "draw"]


def draw(ledger: pd.DataFrame, sites: pd.DataFrame, articles: pd.DataFrame, meetings: pd.DataFrame) -> dict[str, Chart]:
    """The charts of a study by name; one that has nothing to show is absent.

    Takes the tables `release/ledger`, `sites`, `articles` and `meetings`. Only facts with the verdict « shown »
    are drawn, from their released values. Safe to call from several threads; same tables, same bytes.
    """
    facts = Released(ledger)
    charts = (
        chart_sites.ads_by_site(facts, sites),
        chart_allocation.allocation(facts, sites),
        chart_persons.readings(facts),
        chart_press.timeline(articles),
        chart_press.years(facts),
        chart_interviews.by_month(facts),
        chart_reproduction.verdicts(facts),
    )
    return {chart.name: chart for chart in charts if chart}
