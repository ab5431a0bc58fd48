"""The chart of the ads to code on each site."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import PITCH, across, beside, labels, points, rows
from diagnostic.report.charts.sites import MOST, Row
from diagnostic.report.registry import chart

NAME = "repartition_echantillon"
INSET = 36  # pixels between the codes and zero, for the numbers left of a symbol
CHOSEN, COLLAPSED = "ads.allocation", "ads.allocation_collapsed"
SERIES = {CHOSEN: "répartition retenue", COLLAPSED: "miroirs regroupés avant le tirage"}


@chart
def allocation(facts: Released, sites: pd.DataFrame) -> Chart | None:
    """Ads to code per site, largest site first: a disc as chosen, a diamond once mirrors are collapsed."""
    order, rest = _rows(facts, sites)
    if not order:
        return None
    values = {row.code: [(kind, facts.value(f"{kind}.{row.code}")) for kind in SERIES] for row in order}
    shown = [(code, kind, value) for code, pair in values.items() for kind, value in pair if value is not None]
    paired = any(kind == COLLAPSED for _, kind, _ in shown)
    table = pd.DataFrame([{"name": code, "series": SERIES[kind], "value": value} for code, kind, value in shown])
    drawn = [f"{kind}.{code}" for code, kind, _ in shown]
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
    return image(_picture(table, order, paired), NAME, alternative, sentences, drawn)


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


def _picture(table: pd.DataFrame, order: Sequence[Row], paired: bool) -> alt.LayerChart:
    """Two numbers of a site are joined, the smaller written at the left; the diamond is under the disc."""
    ends = table.groupby("name", sort=False)["value"].agg(["min", "max"]).reset_index()
    ends = ends.assign(
        left=[french.number(low) if low < high else "" for low, high in zip(ends["min"], ends["max"], strict=True)],
        right=[
            f"{french.number(high)}{', site miroir' if row.mirror else ''}"
            for high, row in zip(ends["max"], order, strict=True)
        ],
    )
    joined = alt.Chart(ends).mark_rule(strokeWidth=1.25).encode(x=across("min"), x2="max:Q")
    written = [*labels(across("max"), "right", gap=10), *labels(across("min"), "left", "right", gap=10)]
    marks = points(across("value"), list(SERIES.values())[: 1 + paired], key=paired).properties(data=table.iloc[::-1])
    return rows(ends, joined, *written, marks, y=beside(gap=INSET), pitch=PITCH).properties(
        title="Nombre d’annonces à coder"
    )


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
