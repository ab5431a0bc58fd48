"""Every chart of a study, drawn from released facts."""

from __future__ import annotations

import pandas as pd

from diagnostic.report.charts.allocation import allocation
from diagnostic.report.charts.described import needs, profile, vulnerability
from diagnostic.report.charts.estimates import calculations
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.interviews import by_month
from diagnostic.report.charts.law import known
from diagnostic.report.charts.maps import maps
from diagnostic.report.charts.outreach import funnel
from diagnostic.report.charts.persons import readings
from diagnostic.report.charts.plane import Chart
from diagnostic.report.charts.press import timeline, years
from diagnostic.report.charts.profiles import shares
from diagnostic.report.charts.reproduction import verdicts
from diagnostic.report.charts.sites import ads_by_site

__all__ = ["Chart", "draw"]


def draw(
    statements: pd.DataFrame,
    sites: pd.DataFrame,
    articles: pd.DataFrame,
    meetings: pd.DataFrame,
    areas: pd.DataFrame,
    source: pd.DataFrame,
) -> dict[str, Chart]:
    """The charts of a study by name; one that has nothing to show is absent.

    Takes the tables `release/statements`, `sites`, `articles` and `meetings`, and those of reference geography.
    Only facts with the verdict « shown » are drawn, from their released values. Safe to call from several threads; same tables, same bytes.
    """
    facts = Released(statements)
    charts = (
        profile(facts),
        vulnerability(facts),
        needs(facts),
        known(facts),
        ads_by_site(facts, sites),
        allocation(facts, sites),
        readings(facts),
        shares(facts),
        calculations(facts),
        timeline(articles),
        years(facts),
        by_month(facts),
        funnel(facts),
        verdicts(facts),
        *maps(facts, areas, source),
    )
    return {chart.name: chart for chart in charts if chart}
