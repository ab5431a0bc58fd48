"""The chart of counts repeated on the same sites: each day, and what the whole period had."""

from __future__ import annotations

import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import DOWN, across, counted, points, ranges
from diagnostic.report.registry import chart

NAME = "vagues"
WHOLE = ("waves.seen_once", "waves.total")


@chart
def waves(facts: Released) -> Chart | None:
    """The counts of each day as points, then what was seen at least once and what the model says; nothing without these."""
    ids = [i for i in (*facts.ids(r"waves\.ads\..*"), *WHOLE) if facts.value(i) is not None]
    if WHOLE[0] not in ids:
        return None
    table = pd.DataFrame([facts.drawn(i) | {"series": "", "name": _named(facts, i)} for i in ids])
    first = points(across("value", **counted("Annonces")), ("",), DOWN, key=False)  # a row for each, in this order
    picture = ranges(table, facts.kinds(ids), "Annonces", first)
    said = f"{facts.text(WHOLE[0])} annonces ont été vues au moins un jour de décompte ({facts.interval(WHOLE[0])})."
    if WHOLE[1] in ids:
        said += f" Sous un modèle, {facts.text(WHOLE[1])} sont parues pendant la période ({facts.interval(WHOLE[1])})."
    alternative = "Annonces de chaque jour de décompte, et de toute la période, avec les intervalles."
    return image(picture, NAME, alternative, [said], ids)


def _named(facts: Released, fact_id: str) -> str:
    return f"{facts.label(fact_id)}{french.NBSP}: {facts.text(fact_id)}"
