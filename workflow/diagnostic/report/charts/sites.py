"""The chart of the ads counted on each site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from diagnostic.collect.answers import CATEGORIES
from diagnostic.core import french
from diagnostic.report.charts.facts import KINDS, Released, listed, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import BELOW, across, bars, beside, blocks, intervals, labels
from diagnostic.report.charts.style import BLUE, PAPER, hatch
from diagnostic.report.registry import chart

NAME = "annonces_par_site"
MOST = 25  # rows: more, with the names of their categories, would be higher than `style.TALL`
COUNTED, ESTIMATED, MIRROR = "nombre compté", "nombre estimé", f"site miroir{french.NBSP}: mêmes annonces"
FILLS = {COUNTED: BLUE, ESTIMATED: PAPER, MIRROR: hatch(NAME)}


@dataclass(frozen=True)
class Row:
    """One site: `reach` is the largest number drawn in its row, `label` the text that follows it."""

    code: str
    mirror: str
    reach: float
    label: str


@chart
def ads_by_site(facts: Released, sites: pd.DataFrame) -> Chart | None:
    """Bars of the sites that show ads, by category: mirror sites hatched, estimated ones hollow with their interval.

    A site at zero is counted in the description; beyond `MOST` rows the smallest sites are left to the table.
    """
    rows = _rows(facts, sites)
    filled = sorted((row for row in rows.values() if row.reach > 0), key=lambda row: (-row.reach, row.code))
    drawn = {row.code for row in filled[:MOST]}
    if not drawn:
        return None
    members = {code: own["site_code"] for code, own in sites[sites["site_code"].isin(drawn)].groupby("category")}
    categories = {code: _sorted(rows[c] for c in members[code]) for code in CATEGORIES if code in members}
    order = [row for block in categories.values() for row in block]
    table = pd.DataFrame(
        [
            {"block": CATEGORIES[code].capitalize(), "name": row.code, "reach": row.reach, **facts.drawn(_id(row))}
            | {"label": f"{row.label}{_group(row, order)}", "series": _series(facts, row)}
            for code, block in categories.items()
            for row in block
        ]
    )
    picture = _picture(table, facts.kinds(map(_id, order)))
    sentences = [
        _largest(facts, filled),
        _intervals(facts, order),
        _mirrors(order),
        f"Seuls les {MOST} plus fournis sont dessinés ; les autres sont dans le tableau." if filled[MOST:] else "",
        _empty(len(rows) - len(filled)),
        not_published(facts.withheld(f"ads.site_count.{code}" for code in sites["site_code"]), "nombre", "nombres"),
    ]
    count = len(order)
    alternative = f"Diagramme en barres : nombre d’annonces de {count} {french.plural(count, 'site')}, par catégorie."
    return image(picture, NAME, alternative, sentences, [_id(row) for row in order])


def _picture(table: pd.DataFrame, kinds: list[str]) -> alt.FacetChart:
    """A block a category; the key has what is drawn, and is left out where all bars were counted."""
    series = [name for name in FILLS if name in set(table["series"])]
    key = alt.Legend(**BELOW, symbolType="square", symbolStrokeColor=BLUE) if series != [COUNTED] else None
    fills = alt.Scale(domain=series, range=[FILLS[name] for name in series])
    marks = [
        bars(across("value"), fill=alt.Fill("series:N", scale=fills, legend=key)),
        *intervals(kinds),
        *labels(across("reach")),
    ]
    header = alt.Header(labelOrient="top", labelAnchor="start", labelPadding=2)
    by = alt.Row("block:N", sort=list(table["block"].unique()), title=None, header=header)
    return blocks(table, *marks, y=beside(), by=by, title="Nombre d’annonces", apart=8)


def _series(facts: Released, row: Row) -> str:
    return MIRROR if row.mirror else ESTIMATED if facts.limits(_id(row)) else COUNTED


def _group(row: Row, rows: Sequence[Row]) -> str:
    """Which mirror sites go together, where the chart has several groups of them."""
    return f" · {row.mirror[:14]}" if row.mirror and len({other.mirror for other in rows} - {""}) > 1 else ""


def _id(row: Row) -> str:
    return f"ads.site_count.{row.code}"


def _rows(facts: Released, sites: pd.DataFrame) -> dict[str, Row]:
    rows = {}
    for site in sites.itertuples():
        fact_id = f"ads.site_count.{site.site_code}"
        value, interval = facts.value(fact_id), facts.interval(fact_id)
        if value is not None:
            mirror = site.mirror_group if isinstance(site.mirror_group, str) else ""
            label = facts.text(fact_id) + (f" ({interval})" if interval else "")
            rows[site.site_code] = Row(site.site_code, mirror, max(value, *(facts.limits(fact_id) or (0,))), label)
    return rows


def _sorted(rows: Iterable[Row]) -> list[Row]:
    """Largest first; the members of a mirror group stay together, where its largest stands."""
    block = list(rows)
    most: dict[str, float] = {}
    for row in block:
        most[row.mirror] = max(most.get(row.mirror, 0), row.reach)
    return sorted(block, key=lambda r: (-(most[r.mirror] if r.mirror else r.reach), r.mirror, -r.reach, r.code))


def _largest(facts: Released, order: Sequence[Row]) -> str:
    ranked = sorted(order, key=lambda row: (-(facts.value(_id(row)) or 0), row.code))
    named = listed([f"{row.code} ({facts.text(_id(row))})" for row in ranked[:2]])
    certain = sum((facts.value(_id(row)) or 0) > 0 for row in ranked)
    possible = len(ranked) - certain
    more = f", {possible} {french.plural(possible, 'peut', 'peuvent')} en montrer" if possible else ""
    if certain == 1:
        return f"Un seul site montre des annonces{more} : {named}."
    return f"{certain} sites montrent des annonces{more} ; les plus fournis sont {named}."


def _intervals(facts: Released, order: Sequence[Row]) -> str:
    parts = [
        f"{row.code} de {facts.interval(_id(row))} ({KINDS[facts.kind(_id(row))]})"
        for row in order
        if facts.limits(_id(row))
    ]
    return f"Nombres estimés à partir des pages lues : {listed(parts)}." if parts else ""


def _mirrors(order: Sequence[Row]) -> str:
    sizes = [size for mirror, size in Counter(row.mirror for row in order).items() if mirror and size > 1]
    if not sizes:
        return ""
    if len(sizes) == 1:
        return f"Hachurés : {sizes[0]} sites miroirs qui montrent les mêmes annonces, comptées sur chacun."
    groups = listed([str(size) for size in sizes])
    return f"Hachurés : {len(sizes)} groupes de {groups} sites miroirs ; dans un groupe, les mêmes annonces, comptées sur chaque site."


def _empty(count: int) -> str:
    if not count:
        return ""
    return french.typographic(f"Sans annonce, et non dessiné : {count} {french.plural(count, 'site')}.")
