"""Facts of the Internet diagnosis: sites, ads, mirrors, then the sample and the persons behind the ads."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from diagnostic.collect.tables import CATEGORIES
from diagnostic.estimate import internet_persons, internet_places, internet_sample
from diagnostic.estimate.facts import Fact, cell_ranges, table, weakest
from diagnostic.estimate.frame import SiteTotal, site_totals
from diagnostic.estimate.shares import share_interval

COUNT, CODE, CATEGORY, MIRROR, LABEL = "C", "A", "B", "C", "E"  # columns of ad_counts.csv, then of sites.csv
RELEVANT, WINDOW_START, WINDOW_END = "E", "E", "F"  # ad_pages.csv, then ad_counts.csv
ADS = "annonces d’offre répertoriées"


def estimate(
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    published_figures: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    files: Mapping[str, str],
    sampling: Mapping[str, float],
    publication: Mapping[str, str | None],
) -> dict[str, pd.DataFrame]:
    """One row per fact on sites and ads; none when no site was counted.

    `publication` names the published figures that may be used (duplicate rate, neighbouring population): the
    facts computed from them carry the origin `published`.
    """
    if counts["method"].isna().all():
        return {"internet": table(study, [])}
    totals = site_totals(counts, pages)
    origin = weakest(origins[role] for role in ("sites", "ad_counts"))
    facts = [
        *_sites(totals, files, origin),
        *_ads(totals, files, origin),
        *_windows(counts, files, origins["ad_counts"]),
        *_mirrors(totals, files, origin),
        *internet_places.facts(counts, pages, origin, partial(_place_cells, counts, files)),
    ]
    published = dict(zip(published_figures["id"], published_figures["value"], strict=True))
    published_cells = dict(zip(published_figures["id"], published_figures["row"], strict=True))
    total = sum(site.size for site in totals)
    if total:
        facts += internet_sample.facts(totals, sampling, origin, partial(counted_cells, files))
        reference = publication.get("reference_population")
        if reference in published:
            cell = cell_ranges(files["published_figures"], "E", [int(published_cells[reference])])
            facts += internet_sample.reference_facts(round(float(published[reference])), sampling, cell)
        rate = publication.get("duplicate_rate")
        if rate in published:
            cell = cell_ranges(files["published_figures"], "E", [int(published_cells[rate])])
            facts += internet_persons.facts(
                totals, float(published[rate]), sampling, cell, counted_cells(files, totals)
            )
    return {"internet": table(study, facts)}


def counted_cells(files: Mapping[str, str], totals: Sequence[SiteTotal]) -> str:
    """The cells behind the totals of some sites: their counts, and their pages where they were extrapolated."""
    parts = [cell_ranges(files["ad_counts"], COUNT, [row for site in totals for row in site.count_rows])]
    read = [row for site in totals for row in site.page_rows]
    if read:
        parts.append(cell_ranges(files["ad_pages"], RELEVANT, read))
    return " ; ".join(part for part in parts if part)


def _place_cells(counts: pd.DataFrame, files: Mapping[str, str], sites: Sequence[str], places: Sequence[str]) -> str:
    """The cells of the counts of some sites in some places."""
    pairs = set(zip(sites, places, strict=True))
    own = [(site, place) in pairs for site, place in zip(counts["site_code"], counts["place"].fillna(""), strict=True)]
    return cell_ranges(files["ad_counts"], COUNT, [int(row) for row in counts.loc[own, "row"].dropna()])


def interval(totals: Sequence[SiteTotal]) -> dict:
    """The interval of a sum of sites: none if all were counted; sampling if all pages read were drawn
    (independent draws: variances add, normal limits); bounds as soon as one site's first pages only were read.
    """
    estimated = [site for site in totals if site.estimates]
    if not estimated:
        return {}
    value = sum(site.value for site in totals)
    counted = value - sum(site.value for site in estimated)
    low = counted + sum(site.low or 0 for site in estimated)
    high = counted + sum(site.high or 0 for site in estimated)
    if not all(site.drawn and site.variance is not None for site in estimated):
        return {"low": low, "high": high, "interval_kind": "bounds"}
    if len(estimated) > 1:
        half = 1.959964 * math.sqrt(sum(site.variance or 0 for site in estimated))
        low, high = value - half, value + half
    return {"low": low, "high": high, "interval_kind": "sampling"}


def _sites(totals: Sequence[SiteTotal], files: Mapping[str, str], origin: str) -> list[Fact]:
    cells = partial(cell_ranges, files["sites"])
    every = [site.site_row for site in totals]
    fact = partial(
        Fact,
        unit="site",
        measure="count",
        universe="sites du registre",
        source_table="consolidate/counts",
        origin=origin,
    )
    filled = [site for site in totals if site.value > 0]
    return [
        fact(
            fact_id="ads.sites",
            label="sites Internet étudiés",
            value=len(totals),
            formula="nombre de sites du registre",
            cells=cells(CODE, every),
        ),
        fact(
            fact_id="ads.sites_with_ads",
            label="sites où au moins une annonce a été vue",
            value=len(filled),
            numerator=len(filled),
            denominator=len(totals),
            formula="sites dont le total dépasse zéro",
            cells=cells(CODE, [s.site_row for s in filled]),
        ),
        fact(
            fact_id="ads.site_categories",
            label="catégories de sites du registre",
            value=len({s.category for s in totals}),
            formula="nombre de catégories différentes",
            cells=cells(CATEGORY, every),
        ),
        *(
            fact(
                fact_id=f"ads.sites_{code}",
                label=label,
                value=len(own),
                numerator=len(own),
                denominator=len(totals),
                formula=f"sites de la catégorie « {label} »",
                cells=cells(CATEGORY, [s.site_row for s in own]),
            )
            for code, label in CATEGORIES.items()
            if (own := [s for s in totals if s.category == code])
        ),
    ]


def _ads(totals: Sequence[SiteTotal], files: Mapping[str, str], origin: str) -> list[Fact]:
    extrapolated = any(site.estimates for site in totals)
    fact = partial(Fact, unit="ad", universe=ADS, source_table="consolidate/counts", origin=origin)
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
                method=" ".join(e.description for e in site.estimates),
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


def _windows(counts: pd.DataFrame, files: Mapping[str, str], origin: str) -> list[Fact]:
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
        method="Un décompte vaut à sa date : il ne s’étend pas à l’année.",
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
    ]


def _mirrors(totals: Sequence[SiteTotal], files: Mapping[str, str], origin: str) -> list[Fact]:
    """Mirror groups, all together: ads in the block, at most how many distinct, frame once each group counts once."""
    groups: dict[str, list[SiteTotal]] = {}
    for site in totals:
        if site.mirror_group:
            groups.setdefault(site.mirror_group, []).append(site)
    total = sum(site.value for site in totals)
    members = [site for group in groups.values() for site in group]
    if not members or not total:
        return []
    cells = counted_cells(files, members)
    ads = sum(site.value for site in members)
    distinct = sum(max(site.value for site in group) for group in groups.values())
    labelled = [site for site in totals if site.under_mirror_label and site.value > 0]
    fact = partial(
        Fact,
        unit="ad",
        measure="count",
        universe="annonces des sites miroirs",
        source_table="consolidate/counts",
        origin=origin,
        cells=cells,
        rules=("miroirs_regroupes",),
    )
    facts = [
        fact(
            fact_id="ads.mirror_sites",
            label="sites miroirs",
            unit="site",
            universe="sites du registre",
            value=len(members),
            formula="sites qui portent un groupe miroir",
            cells=cell_ranges(files["sites"], MIRROR, [s.site_row for s in members]),
        ),
        fact(
            fact_id="ads.mirror_ads",
            label="annonces des sites miroirs",
            value=ads,
            numerator=ads,
            denominator=total,
            formula="somme des annonces des sites miroirs",
        ),
        fact(
            fact_id="ads.mirror_distinct",
            label="annonces distinctes au plus dans les groupes miroirs",
            value=distinct,
            high=distinct,
            low=len(groups),
            interval_kind="bounds",
            formula="pour chaque groupe, les annonces d’un seul site",
            method="Un maximum : une même personne peut porter plusieurs de ces annonces.",
        ),
        fact(
            fact_id="ads.mirror_redundant",
            label="annonces en trop par effet miroir",
            value=ads - distinct,
            numerator=ads - distinct,
            denominator=total,
            formula="annonces des sites miroirs − annonces distinctes au plus",
        ),
        fact(
            fact_id="ads.mirror_redundant_pct",
            label="part des annonces en trop par effet miroir",
            measure="percent",
            decimals=1,
            value=100 * (ads - distinct) / total,
            numerator=ads - distinct,
            denominator=total,
            universe=ADS,
            formula="100 × annonces en trop ÷ total",
        ),
        fact(
            fact_id="ads.frame_collapsed",
            label="annonces une fois les miroirs regroupés",
            value=total - ads + distinct,
            universe=ADS,
            formula="total − annonces en trop",
            cells=counted_cells(files, totals),
        ),
    ]
    sizes = {site.value for site in members}
    if len(sizes) == 1:
        facts.append(
            fact(
                fact_id="ads.mirror_per_site",
                label="annonces par site miroir",
                value=sizes.pop(),
                formula="nombre commun à tous les sites miroirs",
            )
        )
    if labelled:
        facts.append(
            fact(
                fact_id="ads.mirror_sites_labelled",
                label="sites avec annonces imprimés sous l’étiquette miroir",
                unit="site",
                value=len(labelled),
                universe="sites du registre",
                formula="sites sous l’étiquette et avec annonces",
                cells=cell_ranges(files["sites"], LABEL, [s.site_row for s in labelled]),
                method="L’étiquette est imprimée après le deuxième site du groupe ; les nombres égaux disent que le groupe est plus large.",
            )
        )
    return facts
