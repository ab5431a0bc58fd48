"""Facts on the register: the sites by category, the mirror groups and the frame once each group counts once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from diagnostic.collect.answers import CATEGORIES
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.draw import collapse_mirrors
from diagnostic.estimate.internet.frame import FRAME, SiteTotal, counted_cells
from diagnostic.estimate.places import Places
from diagnostic.estimate.texts.internet import TEXTS

TABLE = "consolidate/counts"


def sites(totals: Sequence[SiteTotal], index: Places) -> Iterator[Fact]:
    """The sites studied: in all, those that show an ad, those that nobody counted where there are some, by category."""
    build, total = Builder(TEXTS, TABLE, index.origin(*FRAME)), len(totals)

    def cells(column: str, found: Sequence[SiteTotal] = totals) -> str:
        return index.at((site.site_row for site in found), "sites", column)

    yield build.count("ads.sites", total, cells=cells("site_code"))
    filled = [site for site in totals if site.value > 0]
    yield build.count("ads.sites_with_ads", len(filled), total, cells=cells("site_code", filled))
    if uncounted := [site for site in totals if not site.counted]:
        yield build.count("ads.sites_uncounted", len(uncounted), total, cells=cells("site_code", uncounted))
    yield build.count("ads.site_categories", len({site.category for site in totals}), cells=cells("category"))
    for code, name in CATEGORIES.items():
        if own := [site for site in totals if site.category == code]:
            where = cells("category", own)
            yield build.count("ads.sites_{category}", len(own), total, cells=where, category=code, name=name)


def mirrors(totals: Sequence[SiteTotal], frame: pd.DataFrame, index: Places) -> Iterator[Fact | None]:
    """Mirror groups, all together: ads in the block, at most how many distinct, frame once each group counts once.

    `frame`: the lists of the register (`lists`). What stands for a group is what the draw keeps of it.
    """
    groups: dict[str, list[SiteTotal]] = {}
    for site in totals:
        if site.mirror_group:
            groups.setdefault(site.mirror_group, []).append(site)
    total = sum(site.value for site in totals)
    members = [site for group in groups.values() for site in group]
    if not members or not total:
        return

    def rows(column: str, found: Sequence[SiteTotal]) -> str:
        return index.at((site.site_row for site in found), "sites", column)

    ads = sum(site.value for site in members)
    kept = collapse_mirrors(frame)
    distinct = float(kept.loc[kept["mirror_group"].ne(""), "value"].sum())
    build = Builder(TEXTS, TABLE, index.origin(*FRAME), counted_cells(index, members))
    yield build.count("ads.mirror_sites", len(members), cells=rows("mirror_group", members))
    yield build.count("ads.mirror_ads", ads, total)
    yield build.count("ads.mirror_distinct", distinct, between=(len(groups), distinct))
    yield build.count("ads.mirror_redundant", ads - distinct, total)
    yield build.share("ads.mirror_redundant_pct", ads - distinct, total)
    yield build.count("ads.frame_collapsed", total - ads + distinct, cells=counted_cells(index, totals))
    sizes = {site.value for site in members}
    if len(sizes) == 1:
        yield build.count("ads.mirror_per_site", sizes.pop())
    if labelled := [site for site in totals if site.under_mirror_label and site.value > 0]:
        yield build.count("ads.mirror_sites_labelled", len(labelled), cells=rows("under_mirror_label", labelled))
