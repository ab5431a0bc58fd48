"""The chart of the ads to code on each site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import (
    AFTER,
    CODES,
    EDGE,
    GAP,
    LINE,
    MOST,
    PITCH,
    Row,
    brackets,
    draw_brackets,
    plane,
)
from diagnostic.report.charts.style import ORANGE
from diagnostic.report.registry import chart

NAME = "repartition_echantillon"
INSET = 26  # pixels between the codes and zero, for the numbers left of a symbol
CHOSEN, COLLAPSED = "ads.allocation", "ads.allocation_collapsed"
DISC, DIAMOND = 8, 12  # pixels


@chart
def allocation(facts: Released, sites: pd.DataFrame) -> Chart | None:
    """Ads to code per site, largest site first: a disc as chosen, a diamond once mirrors are collapsed."""
    order, rest = _rows(facts, sites)
    if not order:
        return None
    pairs = {row.code: [facts.value(f"{kind}.{row.code}") for kind in (CHOSEN, COLLAPSED)] for row in order}
    paired = any(second is not None for _, second in pairs.values())
    top = LINE * (2 if paired else 1) + GAP
    places = {row.code: top + PITCH * (i + 0.5) for i, row in enumerate(order)}
    marked = [bracket for bracket in brackets([order]) if len(bracket.rows) > 1]
    area = plane(order, marked, top + PITCH * len(order), EDGE + CODES + INSET)
    _draw_pairs(area, pairs, places)
    draw_brackets(area, marked, places)
    pixel = area.x[1] / area.width
    start = -pixel * (INSET + CODES)
    area.texts([(start, places[row.code], row.code) for row in order])
    _draw_key(area, start, pixel, paired)
    drawn = [
        f"{kind}.{code}"
        for code, values in pairs.items()
        for kind, value in zip((CHOSEN, COLLAPSED), values, strict=True)
        if value is not None
    ]
    every = [f"{kind}.{code}" for code in sites["site_code"] for kind in (CHOSEN, COLLAPSED)]
    sentences = [
        _most(facts, order, paired),
        _moved(facts, order) if paired else "",
        f"Les {rest} sites suivants, plus petits, sont dans le tableau." if rest else "",
        not_published(facts.withheld(every), "nombre", "nombres"),
    ]
    both = ", répartition retenue et répartition avec miroirs regroupés" if paired else ""
    alternative = (
        f"Annonces à coder sur {len(order)} {french.plural(len(order), 'site')}, du plus grand au plus petit{both}."
    )
    return area.image(NAME, alternative, " ".join(filter(None, sentences)), drawn)


def _rows(facts: Released, sites: pd.DataFrame) -> tuple[list[Row], int]:
    """The rows drawn, and how many more sites are sampled. Ordered by the sites' released numbers of ads."""
    rows = []
    for site in sites.itertuples():
        ids = [f"{kind}.{site.site_code}" for kind in (CHOSEN, COLLAPSED)]
        values = [value for fact_id in ids if (value := facts.value(fact_id)) is not None]
        if values:
            mirror = site.mirror_group if isinstance(site.mirror_group, str) else ""
            rows.append(Row(site.site_code, mirror, max(values), french.number(max(values))))
    size = {row.code: facts.value(f"ads.site_count.{row.code}") or 0 for row in rows}
    rows.sort(key=lambda row: (-size[row.code], row.mirror, row.code))
    return rows[:MOST], len(rows[MOST:])


def _draw_pairs(area: Plane, pairs: Mapping[str, Sequence[float | None]], places: Mapping[str, float]) -> None:
    ends = {places[code]: sorted({value for value in pair if value is not None}) for code, pair in pairs.items()}
    area.rules([(values[0], values[-1], y, y) for y, values in ends.items() if len(values) > 1], stroke=1.25)
    for position, style in (
        (1, {"shape": "diamond", "color": ORANGE, "height": DIAMOND, "hollow": True}),
        (0, {"height": DISC}),
    ):
        area.points([(v, places[code]) for code, pair in pairs.items() if (v := pair[position]) is not None], **style)
    area.texts([(values[-1], y, french.number(values[-1])) for y, values in ends.items()], dx=AFTER + 1)
    left = [(values[0], y, french.number(values[0])) for y, values in ends.items() if len(values) > 1]
    area.texts(left, align="right", dx=-AFTER - 1)


def _draw_key(area: Plane, start: float, pixel: float, paired: bool) -> None:
    area.texts([(start, LINE / 2, "Nombre d’annonces à coder")])
    if paired:
        y = LINE * 1.5
        second = start + 156 * pixel
        area.points([(start + 5 * pixel, y)], height=DISC)
        area.texts([(start + 15 * pixel, y, "répartition retenue")])
        area.points([(second, y)], DIAMOND, "diamond", ORANGE, hollow=True)
        area.texts([(second + 12 * pixel, y, "miroirs regroupés avant le tirage")])


def _most(facts: Released, order: Sequence[Row], paired: bool) -> str:
    """The site that takes most of the coding."""
    row = max(order, key=lambda row: facts.value(f"{CHOSEN}.{row.code}") or 0)
    chosen, collapsed = facts.text(f"{CHOSEN}.{row.code}"), facts.text(f"{COLLAPSED}.{row.code}") if paired else ""
    if not chosen:
        return ""
    other = f" ({collapsed} avec les miroirs regroupés)" if collapsed and collapsed != chosen else ""
    return f"La répartition retenue demande le plus d’annonces au site {row.code} : {chosen}{other}."


def _moved(facts: Released, order: Sequence[Row]) -> str:
    """What collapsing the mirrors changes."""
    pairs = [(facts.value(f"{CHOSEN}.{row.code}"), facts.value(f"{COLLAPSED}.{row.code}")) for row in order]
    known = [(before, after) for before, after in pairs if before is not None and after is not None]
    changes = [
        (sum(before > after == 0 for before, after in known), "n’a plus rien à coder", "n’ont plus rien à coder"),
        (sum(after > before for before, after in known), "en a davantage", "en ont davantage"),
        (sum(before > after > 0 for before, after in known), "en a moins", "en ont moins"),
    ]
    told = [f"{count} {french.plural(count, one, many)}" for count, one, many in changes if count]
    if not told:
        return "Regrouper les miroirs ne change rien."
    first, verb = told[0].split(" ", 1)
    noun = french.plural(int(first), "site")
    return f"Avec les miroirs regroupés, {listed([f'{first} {noun} {verb}', *told[1:]])}."
