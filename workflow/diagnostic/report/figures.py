"""The figures step: every chart of a study, as images and as a table of what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import pandas as pd

from diagnostic.core import vega
from diagnostic.core.tables import columns


def draw_all(**inputs: Any) -> dict[str, Any]:
    """`figures` (one row per chart or map) and `images` (file name → content: two images and the numbers in them). A chart
    without data is not drawn.

    `inputs`: see `charts.draw`. `areas` and `source` are public outlines, with no value of the study: maps show printed
    values. `lineage` has the tables of the run, drawn for the provenance page.
    """
    # Here: Altair costs 0.3 s, which a run that draws nothing need not pay; the engine gets ready meanwhile.
    vega.aside(vega.current)
    from altair.utils.schemapi import debug_mode

    from diagnostic.report.charts.draw import draw

    with debug_mode(False):  # it checks what each chart is made of in the tests of charts, not at each run
        drawn = draw(**inputs)
    return filed(drawn.values(), inputs["statements"])


def filed(charts: Iterable[Any], statements: pd.DataFrame) -> dict[str, Any]:
    """`figures` and `images` of these charts (`charts.style.Chart`), beside each the statements it shows as CSV."""
    from diagnostic.report.charts.facts import Released, table

    facts, rows = Released(statements), []
    images: dict[str, bytes] = {}
    for chart in charts:
        svg = chart.svg.encode()
        images |= {f"{chart.name}.svg": svg, f"{chart.name}.png": chart.png}
        if numbers := table(facts, chart.facts):
            images[f"{chart.name}.csv"] = numbers
        digests = [hashlib.sha256(content).hexdigest() for content in (svg, chart.png)]
        rows.append((chart.name, chart.alt, chart.description, "; ".join(chart.facts), *digests))
    return {"figures": pd.DataFrame(rows, columns=columns("report/figures")), "images": images}
