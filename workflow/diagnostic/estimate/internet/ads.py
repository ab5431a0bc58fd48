"""Facts on the ads: in all, by category, by site, their shares, and the dates for which they hold."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from diagnostic.collect.answers import CATEGORIES
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas import turnover
from diagnostic.estimate.formulas.pages import share_interval
from diagnostic.estimate.internet.frame import FRAME, SiteTotal, counted_cells, interval
from diagnostic.estimate.places import Places

TABLE = "consolidate/counts"
EXTRAPOLATED = ("extrapolation_pages",)
SEASONS = ("hiver", "printemps", "été", "automne")  # three whole months each, winter from December


def ads(counts: pd.DataFrame, totals: Sequence[SiteTotal], index: Places, confidence: float) -> Iterator[Fact | None]:
    """Ads in all, by category and by site, each with what a count at one date leaves out. No share where there is no ad."""
    build = Builder(TABLE, index.origin(*FRAME), method=dated(counts))
    total = sum(site.value for site in totals)
    rules = EXTRAPOLATED if interval(totals, confidence) else ()

    def number(text: str, own: Sequence[SiteTotal], of: float | None = None, **words: Any) -> Fact:
        value = sum(site.value for site in own)
        return build.count(text, value, of, cells=counted_cells(index, own), **interval(own, confidence), **words)

    def share(text: str, own: Sequence[SiteTotal], **words: Any) -> Fact | None:
        value, rest = sum(site.value for site in own), [site for site in totals if site not in own]
        limits = share_interval(_sized(own), _sized(rest), confidence)
        return build.share(text, value, total, cells=counted_cells(index, own), rules=rules, **limits, **words)

    yield number("ads.total", totals)
    for code, name in CATEGORIES.items():
        if own := [site for site in totals if site.category == code]:
            yield number("ads.subtotal_{category}", own, total, category=code, name=name)
            yield share("ads.share_{category}_pct", own, category=code, name=name)
    for site in totals:
        if not site.counted:
            continue
        yield share("ads.site_share.{site}_pct", [site], site=site.site_code)
        # What the pages of each list of a site say, numbered where there are several: places are only told rounded.
        said = [estimate.description for estimate in site.estimates]
        pages = " ".join(said if len(said) < 2 else (f"Liste {n} : {one}" for n, one in enumerate(said, 1)))
        yield number("ads.site_count.{site}", [site], total, site=site.site_code, pages=pages)
    ranked = sorted(totals, key=lambda site: -site.value)
    for text, one in zip(("ads.largest_site", "ads.second_site"), ranked, strict=False):
        yield number(text, [one])
    yield share("ads.top_two_pct", ranked[:2])


def dated(counts: pd.DataFrame) -> str:
    """The caveat of counts that hold at their dates."""
    known = counts.dropna(subset=["window_start", "window_end"])
    if known.empty:
        return turnover.SNAPSHOT
    return turnover.snapshot(known["window_start"].min().date(), known["window_end"].max().date())


def windows(counts: pd.DataFrame, index: Places) -> Iterator[Fact]:
    """The dates of the counts: days, months, seasons; nothing where no count is dated."""
    dated = counts.dropna(subset=["window_start"])
    if dated.empty:
        return
    first, last = dated["window_start"].min(), dated["window_end"].max()
    cells = index.cells(dated, "ad_counts", "window_start", "window_end")
    build = Builder(TABLE, index.origin("ad_counts"), cells, turnover.snapshot(first.date(), last.date()))
    yield build.fact("ads.collection_period", value_text=f"{first:%Y-%m-%d}/{last:%Y-%m-%d}")
    yield build.fact("ads.study_period_months", value_text=f"{first:%Y-%m}/{last:%Y-%m}")
    passed = seasons(first.to_period("M"), last.to_period("M"))
    yield build.fact("ads.collection_season", value_text=passed)
    longest = (dated["window_end"].fillna(dated["window_start"]) - dated["window_start"]).dt.days.max() + 1
    yield build.count("ads.count_days", int(longest))


def seasons(first: pd.Period, last: pd.Period) -> str:
    """The seasons of whole months from first to last, in order: « automne et hiver »; a year has them all."""
    passed = dict.fromkeys(SEASONS[month.month % 12 // 3] for month in pd.period_range(first, last, freq="M"))
    names = list(passed)
    if len(names) == len(SEASONS):
        return "toutes les saisons"
    return " et ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _sized(totals: Sequence[SiteTotal]) -> list[SiteTotal]:
    """The variance of first pages is that of no draw: it is left aside."""
    return [site if site.drawn else replace(site, variance=None) for site in totals]
