"""Facts of the Internet diagnosis: sites, ads, mirrors, places, then the sample and the persons behind the ads."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.collect.answers import CATEGORIES
from diagnostic.collect.checks_region import located
from diagnostic.core import french
from diagnostic.core.french import slug
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.formulas import uncertainty
from diagnostic.estimate.formulas.draw import collapse_mirrors, plan
from diagnostic.estimate.formulas.pages import share_interval
from diagnostic.estimate.formulas.profiles import domain_margins
from diagnostic.estimate.formulas.sampling import (
    allocate,
    implied_confidence,
    realised_margin,
    sample_size,
    size_variants,
)
from diagnostic.estimate.internet import ads as internet_ads
from diagnostic.estimate.internet.ads import dated
from diagnostic.estimate.internet.frame import FRAME, SiteTotal, counted_cells, site_totals
from diagnostic.estimate.internet.lists import lists
from diagnostic.estimate.places import Places

SIZE = "ads.sample_size"  # a publication that says it was sized on all the ads of its sites
DECLARED = "Lieu déclaré, agglomération ou commune : celui où l’annonce dit se tenir, qui peut être faux ou changer dans la semaine."
OF_ADS, OF_OTHERS = "ads", "idf"  # the study's own ads, those of the neighbouring study
DRAWN = "annonces du champ, miroirs regroupés"
LISTED = "annonces d’offre répertoriées, miroirs compris"
CITED = "annonces répertoriées par l’étude citée"
WHY = {  # a frame → why it is the one
    DRAWN: "C’est le champ du tirage : chaque groupe miroir y compte une fois.",
    LISTED: "C’est le champ de la publication que l’étude reproduit : les miroirs y comptent chacun.",
}


def estimate(
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    published_figures: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    sampling: Mapping[str, Any],
    publication: Mapping[str, str | None],
) -> dict[str, pd.DataFrame]:
    """One row per fact on sites and ads; none when no site was counted.

    `publication` names the published figures that may be used (duplicate rate, neighbouring population): the
    facts computed from them carry the origin `published`.
    """
    if counts["method"].isna().all():
        return {"internet": table(study, [])}
    level, index = sampling["confidence"], Places(places)
    totals, frame = site_totals(counts, pages, sampling), lists(counts, pages, sampling)
    facts: list[Fact | None] = [
        *site_facts(totals, index),
        *internet_ads.ads(counts, totals, index, level),
        *internet_ads.windows(counts, index),
        *mirror_facts(totals, frame, index),
        *place_facts(counts, frame, index, level),
    ]
    published = dict(zip(published_figures["id"], published_figures["value"], strict=True))
    total = sum(site.size for site in totals)
    if total:
        if not sampling.get("design"):  # a sample that the team chose is not the one that its margin asks for
            facts += size_facts(totals, frame, sampling, index, SIZE in published)
        reference = publication.get("reference_population")
        if reference in published:
            cell = _published_cell(published_figures, reference, index)
            cited = Builder("collect/published_figures", "published", cell)
            facts += _size(cited, OF_OTHERS, CITED, round(float(published[reference])), sampling)
        rate = publication.get("duplicate_rate")
        if rate in published:
            cell = _published_cell(published_figures, rate, index)
            facts += reading_facts(totals, frame, float(published[rate]), sampling, cell, counted_cells(index, totals))
    return {"internet": table(study, facts)}


def _published_cell(figures: pd.DataFrame, figure: str | None, index: Places) -> str:
    return index.cells(figures[figures["id"] == figure], "published_figures", "value")


# -- Facts on the declared places of the ads ----------------------------------------------------------------------
FIRST = 5


def place_facts(counts: pd.DataFrame, lists: pd.DataFrame, index: Places, confidence: float) -> Iterator[Fact | None]:
    """None where no count has a place. `lists`: those of the register."""
    placed = lists[located(lists["place"]) & lists["value"].gt(0)]
    if placed.empty:
        return
    build = Builder("consolidate/counts", index.origin(*FRAME), method=f"{DECLARED} {dated(counts)}")
    order = placed.groupby("place", sort=False)["value"].sum().sort_values(ascending=False, kind="stable")

    def where(rows: pd.DataFrame) -> str:
        pairs, every = set(zip(rows["site_code"], rows["place"], strict=True)), counts["place"].fillna("")
        own = [pair in pairs for pair in zip(counts["site_code"], every, strict=True)]
        return index.cells(counts[own], "ad_counts", "count")

    def share(text: str, part: pd.DataFrame, whole: pd.DataFrame, where: str, **words: Any) -> Fact | None:
        rest = whole.drop(index=part.index)
        limits = share_interval(list(part.itertuples()), list(rest.itertuples()), confidence)
        number, total = float(part["value"].sum()), float(whole["value"].sum())
        return build.share(text, number, total, cells=where, **limits, **words)

    every = where(placed)
    yield build.count("ads.communes", len(order), cells=every)
    yield share("places.placed_pct", placed, lists, every)
    for name in order.index:
        own = placed[placed["place"] == name]
        number, total = float(own["value"].sum()), float(placed["value"].sum())
        measure = "count" if own["variance"].eq(0).all() else "estimate"
        words = {"place": slug(str(name)), "name": str(name)}
        yield build.count("places.ads.{place}", number, total, measure=measure, cells=where(own), **words)
        yield share("ads.city_{place}_pct", own, placed, where(own), **words)
    if len(order) > FIRST:
        yield share("ads.five_cities_pct", placed[placed["place"].isin(order.index[:FIRST])], placed, every)


# -- Facts on the persons behind the ads when only a published share of duplicates is known: three readings -------
def reading_facts(
    totals: Sequence[SiteTotal],
    lists: pd.DataFrame,
    rate_pct: float,
    sampling: Mapping[str, float],
    rate_cell: str,
    count_cells: str,
) -> Iterator[Fact]:
    """The published estimate, labelled not identified, and the three readings of the rate with their bounds; then what
    the formula gives once mirrors are collapsed. `lists`: one row per list. `rate_pct`: the published rate."""
    total = sum(site.size for site in totals)
    sample = sample_size(total, sampling["margin"], sampling["confidence"], sampling["proportion"])
    k, possible = uncertainty.central_count(rate_pct, sample), uncertainty.duplicate_counts(rate_pct, sample)
    others = " ou ".join(str(other) for other in possible if other != k)
    central: dict[str, Any] = {"k": k, "sample": sample, "others": others or "aucun autre entier"}
    published = uncertainty.published_estimate(total, rate_pct)
    groups: dict[str, list[int]] = {}
    for site in totals:
        if site.mirror_group:
            groups.setdefault(site.mirror_group, []).append(site.size)
    mirrors = [(len(sizes), max(sizes)) for sizes in groups.values()]
    a = uncertainty.reading_in_sample(total, sample, k)
    b = uncertainty.reading_unique_ads(total, published, mirrors)
    c = uncertainty.reading_multiplicity(total, sample, k, rate_pct, sampling["confidence"])
    duj1, gee = (french.number(ceiling) for ceiling in uncertainty.in_sample_ceiling(total, sample, k))
    build = Builder("consolidate/counts", "published", f"{count_cells} ; {rate_cell}")
    widest = min(a.low, b.low, c.low), max(a.high, b.high, c.high)
    yield build.fact("ads.persons_estimate", published, widest)
    yield build.fact("ads.persons_reading_a", between=(a.low, a.high), duj1=duj1, gee=gee, **central)
    yield build.fact("ads.persons_reading_b", between=(b.low, b.high))
    yield build.fact("ads.persons_reading_c", published, low=c.low, high=c.high, interval_kind="sampling", **central)
    if groups:
        left = uncertainty.half_up(float(collapse_mirrors(lists)["value"].sum()))
        once = uncertainty.published_estimate(left, rate_pct)
        yield build.fact("sensitivity.mirrors_once.ads_persons_estimate", once)
    for number in possible:
        exact = total * (1 - number / sample)
        yield build.fact("ads.persons_exact_rate.{number}", exact, number=number, sample=sample)


# -- Facts on the register: the sites by category, the mirror groups and the frame once each group counts once ----
TABLE = "consolidate/counts"


def _rows(index: Places, column: str, sites: Sequence[SiteTotal]) -> str:
    """The cells of sites in the register."""
    return index.at((site.site_row for site in sites), "sites", column)


def site_facts(totals: Sequence[SiteTotal], index: Places) -> Iterator[Fact]:
    """The sites studied: in all, those that show an ad, those that nobody counted where there are some, by category."""
    build, total, cells = Builder(TABLE, index.origin(*FRAME)), len(totals), partial(_rows, index)
    yield build.count("ads.sites", total, cells=cells("site_code", totals))
    filled = [site for site in totals if site.value > 0]
    yield build.count("ads.sites_with_ads", len(filled), total, cells=cells("site_code", filled))
    if uncounted := [site for site in totals if not site.counted]:
        yield build.count("ads.sites_uncounted", len(uncounted), total, cells=cells("site_code", uncounted))
    yield build.count("ads.site_categories", len({site.category for site in totals}), cells=cells("category", totals))
    for code, name in CATEGORIES.items():
        if own := [site for site in totals if site.category == code]:
            where = cells("category", own)
            yield build.count("ads.sites_{category}", len(own), total, cells=where, category=code, name=name)


def mirror_facts(totals: Sequence[SiteTotal], frame: pd.DataFrame, index: Places) -> Iterator[Fact | None]:
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
    ads = sum(site.value for site in members)
    kept = collapse_mirrors(frame)
    distinct = float(kept.loc[kept["mirror_group"].ne(""), "value"].sum())
    build = Builder(TABLE, index.origin(*FRAME), counted_cells(index, members))
    yield build.count("ads.mirror_sites", len(members), cells=_rows(index, "mirror_group", members))
    yield build.count("ads.mirror_ads", ads, total)
    yield build.count("ads.mirror_distinct", distinct, between=(len(groups), distinct))
    yield build.count("ads.mirror_redundant", ads - distinct, total)
    yield build.share("ads.mirror_redundant_pct", ads - distinct, total)
    yield build.count("ads.frame_collapsed", total - ads + distinct, cells=counted_cells(index, totals))
    sizes = {site.value for site in members}
    if len(sizes) == 1:
        yield build.count("ads.mirror_per_site", sizes.pop())
    if labelled := [site for site in totals if site.under_mirror_label and site.value > 0]:
        cells = _rows(index, "under_mirror_label", labelled)
        yield build.count("ads.mirror_sites_labelled", len(labelled), cells=cells)


# -- Facts of the sample of ads: its size and why, the margin reached, its allocation over the sites --------------
# The allocations shown side by side: key → convention, floor, French name.
ALLOCATIONS = {
    "raise_0": ("raise", 0, "sans plancher"),
    "raise_1": ("raise", 1, "plancher de 1, sites relevés"),
    "raise_2": ("raise", 2, "plancher de 2, sites relevés"),
    "reserve_1": ("reserve", 1, "plancher de 1, réservé partout"),
    "reserve_2": ("reserve", 2, "plancher de 2, réservé partout"),
}


@dataclass(frozen=True)
class Frame:
    """The ads from which a sample is drawn: its French `name`, its `lists`, their `counts` by site, `size` of the
    sample, how cells are named."""

    name: str
    totals: Sequence[SiteTotal]
    lists: pd.DataFrame
    counts: pd.Series
    size: int
    sampling: Mapping[str, float]
    index: Places

    def cells(self, sites: Sequence[SiteTotal]) -> str:
        return counted_cells(self.index, sites)

    @property
    def population(self) -> int:
        return int(self.counts.sum())

    def of(self, category: str) -> list[SiteTotal]:
        """The sites of one category."""
        return [site for site in self.totals if site.category == category]


def size_facts(
    totals: Sequence[SiteTotal], lists: pd.DataFrame, sampling: Mapping[str, float], index: Places, published: bool
) -> Iterator[Fact]:
    """Size, margin, variants and allocations, N being the whole number of ads of the frame.

    The frame is the one of the draw, mirrors collapsed (`lists.planned`); all lists where `published`.
    """
    own = lists if published else collapse_mirrors(lists)
    counts = own.groupby("site_code")["size"].sum().reindex([site.site_code for site in totals], fill_value=0)
    size = sample_size(int(counts.sum()), sampling["margin"], sampling["confidence"], sampling["proportion"])
    frame = Frame(LISTED if published else DRAWN, totals, lists, counts, size, sampling, index)
    build = Builder("consolidate/counts", index.origin(*FRAME), frame.cells(totals))
    measure = "estimate" if own["page_size"].notna().any() else "count"
    yield build.count("ads.sample_frame", frame.population, measure=measure, frame=frame.name, why=WHY[frame.name])
    yield from _size(build, OF_ADS, frame.name, frame.population, sampling)
    given = (frame.sampling[name] for name in ("margin", "confidence", "proportion"))
    for one in size_variants(frame.population, *given).itertuples():
        words: dict[str, Any] = {"variant": one.variant, "what": one.label, "how": one.formula, "frame": frame.name}
        words["unrounded"] = french.number(one.unrounded, 2)
        yield build.count("ads.sample_size_variant.{variant}", one.size, **words)
    yield from _allocations(build, frame)
    yield from _margins(build, frame)


def _size(build: Builder, of: str, frame: str, population: int, sampling: Mapping[str, float]) -> Iterator[Fact]:
    """Size and margin of the study's own sample, or of a neighbouring study's from its published number of ads."""
    margin, confidence, proportion = (sampling[name] for name in ("margin", "confidence", "proportion"))
    size = sample_size(population, margin, confidence, proportion)
    parameters = (
        f"N = {french.number(population)}, e = {french.percent(100 * margin)}, "
        f"confiance {french.percent(100 * confidence)}, p = {french.number(proportion, 1)}"
    )
    realised = 100 * realised_margin(size, population, confidence, proportion)
    lowest, highest = (100 * level for level in implied_confidence(size, population, margin, proportion))
    said: dict[str, Any] = {"parameters": parameters, "frame": frame}
    yield build.count(f"{of}.sample_size", size, population, **said)
    yield build.fact(f"{of}.margin_of_error_pct", realised, size=french.number(size), **said)
    yield build.fact(f"{of}.implied_confidence_pct", 100 * confidence, (lowest, highest), **said)


def _margins(build: Builder, frame: Frame) -> Iterator[Fact]:
    """What the chosen allocation would give each category: its margin is far from the one of the whole."""
    sampling = frame.sampling
    try:
        coded = allocate(frame.counts, frame.size, int(sampling["floor"]), str(sampling["convention"]))
    except ValueError:
        return
    categories = pd.Series({site.site_code: site.category for site in frame.totals})
    level, proportion = float(sampling["confidence"]), float(sampling["proportion"])
    found = domain_margins(frame.counts, coded, categories, level, proportion).dropna(subset=["margin"])
    for code in (code for code in CATEGORIES if code in found.index):
        words: dict[str, Any] = {"category": code, "name": CATEGORIES[code], "frame": frame.name}
        words["cells"] = frame.cells(frame.of(code))
        words |= {word: french.number(found.at[code, name]) for word, name in (("drawn", "drawn"), ("all", "size"))}
        yield build.fact("ads.planned_margin.{category}_pct", 100 * float(found.at[code, "margin"]), **words)


def _allocations(build: Builder, frame: Frame) -> Iterator[Fact]:
    """The chosen allocation (`ads.allocation.{site}`), then each convention and floor side by side."""
    for choice, (compute, name, rules) in _choices(frame).items():
        try:
            allocation = compute().reindex(frame.counts.index, fill_value=0)  # a site without a list has nothing
        except ValueError:
            continue  # the floors or the whole mirrors do not fit in so small a sample: that allocation does not exist
        given: dict[str, Any] = {"of": frame.size, "rules": rules, "choice": choice, "name": name, "frame": frame.name}
        for site in frame.totals:
            if frame.counts[site.site_code]:
                number, cells = float(allocation[site.site_code]), frame.cells([site])
                yield build.count("ads.allocation{choice}.{site}", number, cells=cells, site=site.site_code, **given)
        for code, label in CATEGORIES.items():
            if own := frame.of(code):
                number = float(sum(allocation[site.site_code] for site in own))
                words: dict[str, Any] = {"category": code, "category_name": label, "cells": frame.cells(own)}
                yield build.count("ads.allocation{choice}_category.{category}", number, **words, **given)


def _choices(frame: Frame) -> dict[str, tuple[Callable[[], pd.Series], str, tuple[str, ...]]]:
    """The allocations by the end of their name (none: the chosen one): how they are made, French name, rules."""
    counts, size, floor = frame.counts, frame.size, int(frame.sampling["floor"])
    chosen = partial(allocate, counts, size, floor, str(frame.sampling["convention"]))
    found: dict[str, tuple[Callable[[], pd.Series], str, tuple[str, ...]]] = {
        "": (chosen, "allocation retenue", ("plus_forts_restes", "plancher"))
    }
    for key, (convention, least, name) in ALLOCATIONS.items():
        found[f"_{key}"] = (partial(allocate, counts, size, least, convention), name, ("plus_forts_restes",))
    if any(site.mirror_group for site in frame.totals):
        found["_collapsed"] = (
            partial(_collapsed, frame.lists, size, floor),
            "miroirs regroupés avant le tirage",
            ("miroirs_regroupes", "plus_forts_restes", "plancher"),
        )
    return found


def _collapsed(lists: pd.DataFrame, size: int, floor: int) -> pd.Series:
    """By site, 0 where another list of its group is kept."""
    sites, coded = lists["site_code"], plan(collapse_mirrors(lists), size, floor)["coded"]
    return coded.groupby(sites.reindex(coded.index)).sum().reindex(sites.unique(), fill_value=0)
