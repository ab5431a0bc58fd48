"""Facts of the sample of ads: its size and why, the margin reached, its allocation over the sites."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.collect.answers import CATEGORIES
from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.draw import collapse_mirrors, plan
from diagnostic.estimate.formulas.profiles import domain_margins
from diagnostic.estimate.formulas.sampling import (
    allocate,
    implied_confidence,
    realised_margin,
    sample_size,
    size_variants,
)
from diagnostic.estimate.internet.frame import SiteTotal
from diagnostic.estimate.texts.internet_sample import CITED, DRAWN, LISTED, OF_ADS, OF_OTHERS, TEXTS, WHY

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
    cells: Callable[[Sequence[SiteTotal]], str]

    @property
    def population(self) -> int:
        return int(self.counts.sum())

    def of(self, category: str) -> list[SiteTotal]:
        """The sites of one category."""
        return [site for site in self.totals if site.category == category]


def facts(
    totals: Sequence[SiteTotal],
    lists: pd.DataFrame,
    sampling: Mapping[str, float],
    origin: str,
    cells: Callable[[Sequence[SiteTotal]], str],
    published: bool,
) -> Iterator[Fact]:
    """Size, margin, variants and allocations, N being the whole number of ads of the frame.

    The frame is the one of the draw, mirrors collapsed (`lists.planned`); of a publication whose size is reproduced
    (`published`) it is the published one, all the lists.
    """
    own = lists if published else collapse_mirrors(lists)
    counts = own.groupby("site_code")["size"].sum().reindex([site.site_code for site in totals], fill_value=0)
    size = sample_size(int(counts.sum()), sampling["margin"], sampling["confidence"], sampling["proportion"])
    frame = Frame(LISTED if published else DRAWN, totals, lists, counts, size, sampling, cells)
    build = Builder(TEXTS, "consolidate/counts", origin, cells(totals))
    measure = "estimate" if own["page_size"].notna().any() else "count"
    yield build.count("ads.sample_frame", frame.population, measure=measure, frame=frame.name, why=WHY[frame.name])
    yield from _size(build, OF_ADS, frame.name, frame.population, sampling)
    yield from _variants(build, frame)
    yield from _allocations(build, frame)
    yield from _margins(build, frame)


def reference_facts(population: int, sampling: Mapping[str, float], cell: str) -> Iterator[Fact]:
    """Size and margin of a neighbouring study's sample, from its published number of ads."""
    build = Builder(TEXTS, "collect/published_figures", "published", cell)
    yield from _size(build, OF_OTHERS, CITED, population, sampling)


def _size(build: Builder, of: str, frame: str, population: int, sampling: Mapping[str, float]) -> Iterator[Fact]:
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


def _variants(build: Builder, frame: Frame) -> Iterator[Fact]:
    given = (frame.sampling[name] for name in ("margin", "confidence", "proportion"))
    for one in size_variants(frame.population, *given).itertuples():
        yield build.count(
            "ads.sample_size_variant.{variant}",
            one.size,
            frame=frame.name,
            variant=one.variant,
            what=one.label,
            how=one.formula,
            unrounded=french.number(one.unrounded, 2),
        )


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
        yield build.fact(
            "ads.planned_margin.{category}_pct",
            100 * float(found.at[code, "margin"]),
            cells=frame.cells(frame.of(code)),
            category=code,
            name=CATEGORIES[code],
            frame=frame.name,
            drawn=french.number(found.at[code, "drawn"]),
            all=french.number(found.at[code, "size"]),
        )


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
                yield build.count(
                    "ads.allocation{choice}_category.{category}",
                    number,
                    cells=frame.cells(own),
                    category=code,
                    category_name=label,
                    **given,
                )


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
    coded = plan(collapse_mirrors(lists), size, floor)["coded"]
    return (
        coded.groupby(lists["site_code"].reindex(coded.index)).sum().reindex(lists["site_code"].unique(), fill_value=0)
    )
