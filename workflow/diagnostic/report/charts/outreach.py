"""The chart of online outreach: how few of the messages sent end in a meeting."""

from __future__ import annotations

import pandas as pd

from diagnostic.collect.answers import STEPS
from diagnostic.core.french import NBSP, plural
from diagnostic.estimate.field.outreach import STEP, YEARLY
from diagnostic.report.charts.facts import Released, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import DOWN, above, across, bars, rows
from diagnostic.report.registry import chart

NAME = "aller_vers"
BEFORE = dict(zip(list(STEPS)[1:], ("des messages", "des réponses", "des échanges"), strict=True))


@chart
def funnel(facts: Released) -> Chart | None:
    """A bar per step of the last year known, else of the action cited: all on one scale, so that the loss is seen.

    Nothing without two steps to compare.
    """
    ids = _last(facts)
    drawn = {step: fact_id for step, fact_id in ids.items() if facts.value(fact_id) is not None}
    most = max((facts.value(fact_id) or 0 for fact_id in drawn.values()), default=0)
    if len(drawn) < 2 or not most:
        return None
    table = pd.DataFrame(
        [{"name": _said(facts, step, fact_id), "value": facts.value(fact_id)} for step, fact_id in drawn.items()]
    )
    withheld = not_published(facts.withheld(ids.values()), "nombre", "nombres")
    told = [f"{_said(facts, step, fact_id)}." for step, fact_id in drawn.items()]
    year = next(iter(drawn.values())).split(".")[1]
    when = f"en {year}" if year.isdigit() else "par l’action citée"
    count = len(drawn)
    return image(
        rows(table, bars(across("value"), size=14, down=DOWN), y=above()),
        NAME,
        f"Diagramme en barres : ce que {count} {plural(count, 'étape')} de l’aller-vers en ligne ont atteint {when}.",
        [f"Année : {year}." if year.isdigit() else "", *told, withheld],
        [i for fact_id in drawn.values() for i in (fact_id, f"{fact_id}_pct") if facts.shown(i)],
    )


def _last(facts: Released) -> dict[str, str]:
    """Step → fact of the last year, else of the action that a publication cites."""
    known = [fact_id for fact_id in facts.ids(rf"[^.]+(\.\d{{4}})?\.{STEP}") if fact_id.rpartition(".")[2] in STEPS]
    own = [fact_id for fact_id in known if fact_id.startswith(YEARLY)]
    action = (own or known or [""])[-1].rpartition(".")[0]
    return {step: f"{action}.{step}" for step in STEPS if f"{action}.{step}" in known}


def _said(facts: Released, step: str, fact_id: str) -> str:
    share = facts.text(f"{fact_id}_pct") if step in BEFORE and facts.shown(f"{fact_id}_pct") else ""
    label = f"{STEPS[step]} : {facts.text(fact_id)}"
    return f"{label[:1].upper()}{label[1:]}" + (f", soit {share}{NBSP}% {BEFORE[step]}" if share else "")
