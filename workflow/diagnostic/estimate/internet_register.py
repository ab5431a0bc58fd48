"""Facts on the register: the sites by category, the mirror groups and the frame once each group counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from diagnostic.collect.tables import CATEGORIES
from diagnostic.estimate.facts import Fact, cell_ranges
from diagnostic.estimate.frame import ADS, SiteTotal, counted_cells

CODE, CATEGORY, MIRROR, LABEL = "A", "B", "C", "E"  # columns of sites.csv


def sites(totals: Sequence[SiteTotal], files: Mapping[str, str], origin: str) -> list[Fact]:
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


def mirrors(totals: Sequence[SiteTotal], files: Mapping[str, str], origin: str) -> list[Fact]:
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
