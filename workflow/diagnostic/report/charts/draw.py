"""Every chart of a study, drawn from statements."""

from __future__ import annotations

from typing import Any

from diagnostic.report.charts import internet, maps, people
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.style import Chart
from diagnostic.report.registry import chart

__all__ = ["Chart", "draw"]
REGISTERED = (internet, maps, people)  # modules that hold functions under `@chart`


def draw(**inputs: Any) -> dict[str, Chart]:
    """The charts of a study by name, in the order of names; one that has nothing to show is absent.

    `inputs`, by name: the tables of release/ `statements`, `sites`, `articles`, `meetings` and `lineage`, and those of
    reference geography, `areas` and `source`; `asked`, the questions that chapters ask a figure of. A chart gets those that its parameters name; `facts` are the statements as
    charts read them: what is printed, and nothing else. Safe to call from several threads; same tables, same bytes.
    """
    given = inputs | {"facts": Released(inputs["statements"])}
    made = [function() for function in chart.bound(given).values()]
    found = [one for drawn in made for one in (drawn if isinstance(drawn, list) else [drawn]) if one]
    for one in found:
        _ = one.png  # each as it is drawn, while the next one is
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}
