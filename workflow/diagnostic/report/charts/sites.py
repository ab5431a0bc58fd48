"""The chart of the ads counted on each site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from diagnostic.collect.tables import CATEGORIES
from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_published, whiskers
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
from diagnostic.report.charts.style import PAPER, hatch
from diagnostic.report.registry import chart

NAME = "annonces_par_site"
BAR = 11  # pixels
KINDS = {"sampling": "échantillonnage", "bounds": "bornes"}

Blocks = Mapping[str, Sequence[Row]]  # category → its rows


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
    blocks = {code: _sorted(rows[c] for c in members[code]) for code in CATEGORIES if code in members}
    order = [row for block in blocks.values() for row in block]
    kinds = {facts.kind(_id(row)) for row in order if facts.limits(_id(row))}
    hollow = any(facts.limits(_id(row)) and facts.value(_id(row)) and not row.mirror for row in order)
    key = [french.typographic("Barre vide : nombre estimé.")] * hollow + [whiskers(kinds)] * bool(kinds)
    places, headings = _places(blocks)
    bottom = max(places.values()) + PITCH / 2
    marked = brackets(blocks.values())
    area = plane(order, marked, bottom + GAP + LINE * len(key), EDGE + CODES)
    _draw_bars(area, facts, order, places)
    area.texts([(row.reach, places[row.code], row.label) for row in order], dx=AFTER - 2)
    draw_brackets(area, marked, places)
    start = -area.x[1] / area.width * CODES
    area.texts([(start, places[row.code], row.code) for row in order])
    area.texts([(start, LINE / 2, "Nombre d’annonces")])
    area.texts([(start, y, CATEGORIES[code].capitalize()) for code, y in headings.items()], fontWeight="bold")
    area.texts([(start, bottom + GAP + LINE * (i + 0.5), line) for i, line in enumerate(key)])
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
    return area.image(NAME, alternative, " ".join(filter(None, sentences)), [_id(row) for row in order])


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


def _places(blocks: Blocks) -> tuple[dict[str, float], dict[str, float]]:
    """The middle of each row and of each heading, in pixels from the top."""
    top: float = LINE
    places: dict[str, float] = {}
    headings: dict[str, float] = {}
    for code, block in blocks.items():
        headings[code] = top + GAP + LINE / 2
        top += GAP + LINE
        places |= {row.code: top + PITCH * (i + 0.5) for i, row in enumerate(block)}
        top += PITCH * len(block)
    return places, headings


def _draw_bars(area: Plane, facts: Released, order: Sequence[Row], places: Mapping[str, float]) -> None:
    def boxes(rows: Iterable[Row]) -> list[tuple[float, float, float, float]]:
        ends = [(facts.value(_id(row)) or 0, places[row.code]) for row in rows]
        return [(0, value, y - BAR / 2, y + BAR / 2) for value, y in ends if value]

    estimated = [row for row in order if facts.limits(_id(row))]
    area.bars(boxes(row for row in order if row not in estimated and not row.mirror))
    area.bars(boxes(row for row in estimated if not row.mirror), fill=PAPER)
    area.bars(boxes(row for row in order if row.mirror), fill=hatch(NAME))
    for row in estimated:
        low, high = facts.limits(_id(row)) or (0, 0)
        y = places[row.code]
        area.rules([(low, high, y, y)], dashed=facts.kind(_id(row)) == "bounds")
        area.rules([(end, end, y - 4, y + 4) for end in (low, high)])


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
    verb = "n’a aucune annonce et n’est pas dessiné" if count < 2 else "n’ont aucune annonce et ne sont pas dessinés"
    return f"{count} {french.plural(count, 'site étudié', 'sites étudiés')} {verb}."
