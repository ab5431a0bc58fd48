"""Facts on the ads: in all, by category, by site, their shares, and the dates for which they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from diagnostic.collect.tables import CATEGORIES
from diagnostic.estimate import turnover
from diagnostic.estimate.facts import Fact, cell_ranges
from diagnostic.estimate.frame import ADS, SiteTotal, counted_cells, interval
from diagnostic.estimate.shares import share_interval

WINDOW_START, WINDOW_END = "E", "F"  # columns of ad_counts.csv
SEASONS = ("hiver", "printemps", "été", "automne")  # three whole months each, winter from December


def ads(counts: pd.DataFrame, totals: Sequence[SiteTotal], files: Mapping[str, str], origin: str) -> list[Fact]:
    """Ads in all, by category and by site, each with what a count at one date leaves out."""
    extrapolated = any(site.estimates for site in totals)
    said = dated(counts)
    fact = partial(Fact, unit="ad", universe=ADS, source_table="consolidate/counts", origin=origin, method=said)
    total = sum(site.value for site in totals)
    measure = "estimate" if extrapolated else "count"
    rules = ("extrapolation_pages",) if extrapolated else ()
    facts = [
        fact(
            fact_id="ads.total",
            label=ADS,
            measure=measure,
            value=total,
            formula="somme des annonces de tous les sites",
            cells=counted_cells(files, totals),
            rules=rules,
            **interval(totals),
        ),
    ]
    for code, label in CATEGORIES.items():
        own = [site for site in totals if site.category == code]
        if not own:
            continue
        subtotal, own_rules = sum(site.value for site in own), rules if any(site.estimates for site in own) else ()
        cells = counted_cells(files, own)
        facts += [
            fact(
                fact_id=f"ads.subtotal_{code}",
                label=f"annonces, {label}",
                measure="estimate" if own_rules else "count",
                value=subtotal,
                numerator=subtotal,
                denominator=total,
                rules=own_rules,
                cells=cells,
                formula=f"somme des annonces des {label}",
                **interval(own),
            ),
            *_share(fact, f"ads.share_{code}_pct", f"part des {label} dans les annonces", own, totals, cells, rules),
        ]
    for site in totals:
        if not (site.count_rows or site.estimates):
            continue  # never counted: not a zero
        facts += _share(
            fact,
            f"ads.site_share.{site.site_code}_pct",
            f"part du site {site.site_code} dans les annonces",
            [site],
            totals,
            counted_cells(files, [site]),
            rules,
        )
        facts.append(
            fact(
                fact_id=f"ads.site_count.{site.site_code}",
                label=f"annonces du site {site.site_code}",
                measure="estimate" if site.estimates else "count",
                value=site.value,
                numerator=site.value,
                denominator=total,
                formula="estimation à partir des pages lues" if site.estimates else "annonces comptées sur le site",
                method=" ".join(e.description for e in site.estimates) or said,
                rules=rules if site.estimates else (),
                cells=counted_cells(files, [site]),
                **interval([site]),
            )
        )
    ranked = sorted(totals, key=lambda site: -site.value)
    for fact_id, label, position in (
        ("ads.largest_site", "annonces du site le plus fourni", 0),
        ("ads.second_site", "annonces du deuxième site le plus fourni", 1),
    ):
        if len(ranked) > position:
            facts.append(
                fact(
                    fact_id=fact_id,
                    label=label,
                    measure="estimate" if ranked[position].estimates else "count",
                    value=ranked[position].value,
                    formula="rang des sites par nombre d’annonces",
                    cells=counted_cells(files, [ranked[position]]),
                    **interval([ranked[position]]),
                )
            )
    facts += _share(
        fact,
        "ads.top_two_pct",
        "part des deux sites les plus fournis",
        ranked[:2],
        totals,
        counted_cells(files, ranked[:2]),
        rules,
    )
    return facts


def dated(counts: pd.DataFrame) -> str:
    """The caveat of counts that hold at their dates."""
    known = counts.dropna(subset=["window_start", "window_end"])
    if known.empty:
        return turnover.SNAPSHOT
    return turnover.snapshot(known["window_start"].min().date(), known["window_end"].max().date())


def windows(counts: pd.DataFrame, files: Mapping[str, str], origin: str) -> list[Fact]:
    dated = counts.dropna(subset=["window_start"])
    if dated.empty:
        return []
    first, last = dated["window_start"].min(), dated["window_end"].max()
    rows = [int(row) for row in dated["row"]]
    cells = (
        f"{cell_ranges(files['ad_counts'], WINDOW_START, rows)} ; {cell_ranges(files['ad_counts'], WINDOW_END, rows)}"
    )
    fact = partial(
        Fact,
        unit="ad",
        measure="date",
        universe=ADS,
        source_table="consolidate/counts",
        origin=origin,
        cells=cells,
        method=turnover.snapshot(first.date(), last.date()),
    )
    return [
        fact(
            fact_id="ads.collection_period",
            label="dates du décompte des annonces",
            value_text=f"{first:%Y-%m-%d}/{last:%Y-%m-%d}",
            formula="premier et dernier jour des fenêtres de décompte",
        ),
        fact(
            fact_id="ads.study_period_months",
            label="mois du diagnostic Internet",
            value_text=f"{first:%Y-%m}/{last:%Y-%m}",
            formula="mois du premier et du dernier jour de décompte",
        ),
        fact(
            fact_id="ads.collection_season",
            label="saisons du décompte des annonces",
            value_text=seasons(first.to_period("M"), last.to_period("M")),
            formula="saisons des mois de décompte, du premier au dernier ; l’hiver va de décembre à février",
        ),
    ]


def seasons(first: pd.Period, last: pd.Period) -> str:
    """The seasons of whole months from first to last, in order: « automne et hiver »; a year has them all."""
    passed = dict.fromkeys(SEASONS[month.month % 12 // 3] for month in pd.period_range(first, last, freq="M"))
    names = list(passed)
    if len(names) == len(SEASONS):
        return "toutes les saisons"
    return " et ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _share(
    fact: Callable[..., Fact],
    fact_id: str,
    label: str,
    part: Sequence[SiteTotal],
    totals: Sequence[SiteTotal],
    cells: str,
    rules: tuple[str, ...],
) -> list[Fact]:
    """The share of some sites in the ads, absent when there is no ad at all."""
    value, total = sum(site.value for site in part), sum(site.value for site in totals)
    if not total:
        return []
    return [
        fact(
            fact_id=fact_id,
            label=label,
            measure="percent",
            value=100 * value / total,
            numerator=value,
            denominator=total,
            decimals=1,
            formula="100 × partie ÷ total",
            cells=cells,
            rules=rules,
            **share_interval(_sized(part), _sized([site for site in totals if site not in part])),
        )
    ]


def _sized(totals: Sequence[SiteTotal]) -> list[SiteTotal]:
    """The variance of first pages is that of no draw: it is left aside."""
    return [site if site.drawn else replace(site, variance=None) for site in totals]
