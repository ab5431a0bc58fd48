"""The chart of the interviews by month."""

from __future__ import annotations

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.months import Months, number
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import EDGE, LINE
from diagnostic.report.charts.style import WIDTH, text_width
from diagnostic.report.registry import chart

NAME = "entretiens_par_mois"
TALLEST, STEP = 130, 18  # pixels: of the highest bar, of one interview at most
WITHHELD = "n. p."


@chart
def by_month(facts: Released) -> Chart | None:
    """Bars from the first month to the last; a month without interview stays empty, one not released says so."""
    ids = {number(int(i[-7:-3]), int(i[-2:])): i for i in facts.ids(r"interviews\.month\.\d{4}-\d{2}")}
    values = {month: value for month, fact_id in ids.items() if (value := facts.value(fact_id)) is not None}
    if not any(values.values()):
        return None
    months = Months.covering(min(ids), max(ids))
    slot = (WIDTH - 2 * EDGE) / months.span
    labels = {month: facts.text(ids[month]) if month in values else WITHHELD for month in ids}
    upright = max(map(text_width, labels.values())) <= slot
    head = LINE + (LINE if upright else 46)
    step = min(STEP, TALLEST / max(values.values()))
    height = step * max(values.values()) + head
    area = Plane(height, (0, months.span), (height, 0), (EDGE, EDGE, 2, months.below))
    half = min(0.36, 14 / slot)
    area.bars(
        [(months.middle(m) - half, months.middle(m) + half, 0, step * value) for m, value in values.items() if value]
    )
    places = [(months.middle(month), step * values.get(month, 0), label) for month, label in labels.items()]
    if upright:
        area.texts(places, align="center", dy=-9)
    else:
        area.texts(places, angle=270, dy=-5)
    months.draw_axis(area)
    area.texts([(0, height - LINE / 2, "Nombre d’entretiens")])
    withheld = facts.withheld(ids.values())
    named = [f"{facts.text(ids[month])} en {french.month(ids[month][-7:])}" for month in values if values[month]]
    first_words = french.plural(next(filter(None, values.values())), "entretien", "entretiens")
    named[0] = named[0].replace(" en ", f" {first_words} en ", 1)
    empty = sum(month not in ids or values.get(month) == 0 for month in range(min(ids), max(ids) + 1))
    sentences = [
        f"{listed(named)}.",
        f"{empty} mois de cette période {'n’en compte' if empty == 1 else 'n’en comptent'} aucun." if empty else "",
        not_published(withheld, "nombre", "nombres")
        + (f" La mention « {WITHHELD} » en tient lieu." if withheld else ""),
    ]
    first, last = french.month(ids[min(ids)][-7:]), french.month(ids[max(ids)][-7:])
    alternative = f"Diagramme en barres : nombre d’entretiens par mois ({first} à {last})."
    return area.image(NAME, alternative, " ".join(filter(None, sentences)), [ids[month] for month in values])
