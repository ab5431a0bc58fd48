"""The figures step: every chart of a study, as images and as a table of what they say."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd

from diagnostic.report.tables import Figures
from diagnostic.tables import columns


def draw_all(
    statements: pd.DataFrame,
    sites: pd.DataFrame,
    articles: pd.DataFrame,
    meetings: pd.DataFrame,
    areas: pd.DataFrame,
    source: pd.DataFrame,
    lineage: pd.DataFrame,
) -> dict[str, Any]:
    """`figures` (one row per chart or map) and `images` (file name → content). A chart without data is not drawn.

    `lineage` has the tables of the run, drawn for the provenance page. `areas` and `source` are public outlines, with no value of the study: maps show the statements's released values.
    """
    from diagnostic.report.charts.draw import (
        draw,  # here: Altair costs 0.3 s, which a run that draws nothing need not pay
    )
    from diagnostic.report.charts.provenance import provenance

    rows = []
    images: dict[str, bytes] = {}
    charts = draw(statements, sites, articles, meetings, areas, source)
    run = provenance(lineage)
    for chart in [*charts.values(), *([run] if run else [])]:
        svg = chart.svg.encode()
        images |= {f"{chart.name}.svg": svg, f"{chart.name}.png": chart.png}
        digests = [hashlib.sha256(content).hexdigest() for content in (svg, chart.png)]
        rows.append((chart.name, chart.alt, chart.description, "; ".join(chart.facts), *digests))
    return {"figures": pd.DataFrame(rows, columns=columns(Figures)), "images": images}
