"""The chart of the interviews by month."""

from __future__ import annotations

import altair as alt
import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.months import along, covering, slot
from diagnostic.report.charts.style import BLUE, text_width
from diagnostic.report.registry import chart

NAME = "entretiens_par_mois"
TALLEST, STEP = 130, 18  # pixels: of the highest bar, of one interview at most
WITHHELD = "n. p."


@chart
def by_month(facts: Released) -> Chart | None:
    """Bars from the first month to the last; a month without interview stays empty, one not released says so."""
    ids = {i[-7:]: i for i in facts.ids(r"interviews\.month\.\d{4}-\d{2}")}
    values = {month: value for month, fact_id in ids.items() if (value := facts.value(fact_id)) is not None}
    if not any(values.values()):
        return None
    months = covering(min(ids), max(ids))
    table = pd.DataFrame(
        [
            {"month": month, "value": values.get(month, 0), "label": facts.text(i) if month in values else WITHHELD}
            for month, i in ids.items()
        ]
    )
    upright = max(map(text_width, table["label"])) <= slot(months)
    y = alt.Y("value:Q", axis=None)
    bars = alt.Chart().mark_bar(color=BLUE, size=min(0.72 * slot(months), 28)).encode(y=y)
    written = alt.Chart().mark_text(dy=-9) if upright else alt.Chart().mark_text(angle=270, align="left", dx=5)
    tall = min(TALLEST, STEP * table["value"].max())
    picture = (
        alt.layer(bars.transform_filter("datum.value > 0"), written.encode(y=y, text="label:N"), data=table)
        .encode(x=along(months))
        .properties(height=tall, title="Nombre d’entretiens")
    )
    withheld = facts.withheld(ids.values())
    named = [f"{facts.text(ids[month])} en {french.month(month)}" for month in values if values[month]]
    first_words = french.plural(next(filter(None, values.values())), "entretien", "entretiens")
    named[0] = named[0].replace(" en ", f" {first_words} en ", 1)
    empty = sum(month not in ids or values.get(month) == 0 for month in months if min(ids) <= month <= max(ids))
    sentences = [
        f"{listed(named)}.",
        f"Aucun entretien pendant {empty} mois de cette période." if empty else "",
        not_published(withheld, "nombre", "nombres")
        + (f" La mention « {WITHHELD} » en tient lieu." if withheld else ""),
    ]
    first, last = french.month(min(ids)), french.month(max(ids))
    alternative = f"Diagramme en barres : nombre d’entretiens par mois ({first} à {last})."
    return image(picture, NAME, alternative, sentences, [ids[month] for month in values])
