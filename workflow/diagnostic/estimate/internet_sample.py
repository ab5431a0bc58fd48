"""Facts of the sample of ads: its size and why, the margin reached, its allocation over the sites."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd

from diagnostic import french
from diagnostic.collect.tables import CATEGORIES
from diagnostic.estimate.facts import Fact
from diagnostic.estimate.frame import ADS, SiteTotal
from diagnostic.estimate.profiles import domain_margins
from diagnostic.estimate.sampling import (
    allocate,
    allocate_collapsed,
    implied_confidence,
    realised_margin,
    sample_size,
    size_variants,
)

SIZE_FORMULA = "n = ⌈n₀ ÷ (1 + (n₀ − 1) ÷ N)⌉, n₀ = z² p (1 − p) ÷ e²"
MARGIN_FORMULA = "z √(p (1 − p) ÷ n × (N − n) ÷ (N − 1))"
# The allocations shown side by side: key → convention, floor, French name.
ALLOCATIONS = {
    "raise_0": ("raise", 0, "sans plancher"),
    "raise_1": ("raise", 1, "plancher de 1, sites relevés"),
    "raise_2": ("raise", 2, "plancher de 2, sites relevés"),
    "reserve_1": ("reserve", 1, "plancher de 1, réservé partout"),
    "reserve_2": ("reserve", 2, "plancher de 2, réservé partout"),
}


def facts(
    totals: Sequence[SiteTotal], sampling: Mapping[str, float], origin: str, cells: Callable[[Sequence[SiteTotal]], str]
) -> list[Fact]:
    """Size, margin, variants and allocations for the frame of all the sites' ads (N = whole number of ads)."""
    counts = pd.Series({site.site_code: site.size for site in totals})
    population = int(counts.sum())
    size = sample_size(population, sampling["margin"], sampling["confidence"], sampling["proportion"])
    fact = partial(Fact, unit="ad", universe=ADS, source_table="consolidate/counts", origin=origin)
    every = cells(totals)
    return [
        *_size(fact, "ads", population, size, sampling, every),
        *_variants(fact, population, sampling, every),
        *_allocations(fact, totals, counts, size, sampling, cells),
        *_margins(fact, totals, counts, size, sampling, cells),
    ]


def reference_facts(population: int, sampling: Mapping[str, float], cell: str) -> list[Fact]:
    """Size and margin of a neighbouring study's sample, from its published number of ads."""
    size = sample_size(population, sampling["margin"], sampling["confidence"], sampling["proportion"])
    fact = partial(
        Fact,
        unit="ad",
        universe="annonces répertoriées par l’étude citée",
        source_table="collect/published_figures",
        origin="published",
    )
    return _size(fact, "idf", population, size, sampling, cell)


def _size(
    fact: Callable[..., Fact], prefix: str, population: int, size: int, sampling: Mapping[str, float], cells: str
) -> list[Fact]:
    margin, confidence = 100 * sampling["margin"], 100 * sampling["confidence"]
    parameters = f"N = {french.number(population)}, e = {french.percent(margin)}, confiance {french.percent(confidence)}, p = {french.number(sampling['proportion'], 1)}"
    lowest, highest = implied_confidence(size, population, sampling["margin"], sampling["proportion"])
    realised = 100 * realised_margin(size, population, sampling["confidence"], sampling["proportion"])
    return [
        fact(
            fact_id=f"{prefix}.sample_size",
            label="taille de l’échantillon d’annonces",
            measure="count",
            value=size,
            numerator=size,
            denominator=population,
            formula=SIZE_FORMULA,
            method=parameters,
            rules=("taille_cochran",),
            cells=cells,
        ),
        fact(
            fact_id=f"{prefix}.margin_of_error_pct",
            label="marge d’erreur réalisée pour une proportion de l’ensemble",
            measure="percent",
            value=realised,
            decimals=2,
            formula=MARGIN_FORMULA,
            rules=("taille_cochran",),
            cells=cells,
            method=f"{parameters}, n = {french.number(size)} ; vaut pour une seule proportion de l’ensemble, pas pour un sous-groupe.",
        ),
        fact(
            fact_id=f"{prefix}.implied_confidence_pct",
            label="confiance que cette taille implique",
            measure="percent",
            value=confidence,
            low=100 * lowest,
            high=100 * highest,
            interval_kind="bounds",
            decimals=2,
            formula="niveaux de confiance qui donnent exactement cette taille",
            method=parameters,
            cells=cells,
        ),
    ]


def _variants(fact: Callable[..., Fact], population: int, sampling: Mapping[str, float], cells: str) -> list[Fact]:
    return [
        fact(
            fact_id=f"ads.sample_size_variant.{variant.variant}",
            label=variant.label,
            measure="count",
            value=variant.size,
            formula=variant.formula,
            method=f"Avant arrondi : {french.number(variant.unrounded, 2)}.",
            cells=cells,
        )
        for variant in size_variants(
            population, sampling["margin"], sampling["confidence"], sampling["proportion"]
        ).itertuples()
    ]


def _margins(
    fact: Callable[..., Fact],
    totals: Sequence[SiteTotal],
    counts: pd.Series,
    size: int,
    sampling: Mapping[str, float],
    cells: Callable[[Sequence[SiteTotal]], str],
) -> list[Fact]:
    """What the chosen allocation would give each category: its margin is far from the one of the whole."""
    try:
        coded = allocate(counts, size, int(sampling["floor"]), str(sampling["convention"]))
    except ValueError:
        return []
    categories = pd.Series({site.site_code: site.category for site in totals})
    level, proportion = float(sampling["confidence"]), float(sampling["proportion"])
    found = domain_margins(counts, coded, categories, level, proportion).dropna(subset=["margin"])
    return [
        fact(
            fact_id=f"ads.planned_margin.{code}_pct",
            label=f"marge attendue dans les seuls {CATEGORIES[code]}",
            measure="percent",
            value=100 * float(found.at[code, "margin"]),
            decimals=1,
            formula="z √(Σ (N_h ÷ N)² p (1 − p) ÷ n_h × (N_h − n_h) ÷ (N_h − 1))",
            method=f"{french.number(found.at[code, 'drawn'])} annonces à coder sur {french.number(found.at[code, 'size'])}.",
            rules=("taille_cochran",),
            cells=cells([site for site in totals if site.category == code]),
        )
        for code in CATEGORIES
        if code in found.index
    ]


def _allocations(
    fact: Callable[..., Fact],
    totals: Sequence[SiteTotal],
    counts: pd.Series,
    size: int,
    sampling: Mapping[str, float],
    cells: Callable[[Sequence[SiteTotal]], str],
) -> list[Fact]:
    """The chosen allocation (`ads.allocation.{site}`), then each convention and floor side by side."""
    floor = int(sampling["floor"])
    groups = pd.Series({site.site_code: site.mirror_group or None for site in totals}, dtype="object")
    wanted: dict[str, tuple[Callable[[], pd.Series], str, tuple[str, ...]]] = {
        "allocation": (
            lambda: allocate(counts, size, floor, str(sampling["convention"])),
            "allocation retenue",
            ("plus_forts_restes", "plancher"),
        ),
        **{
            f"allocation_{key}": (partial(allocate, counts, size, least, convention), name, ("plus_forts_restes",))
            for key, (convention, least, name) in ALLOCATIONS.items()
        },
    }
    if groups.notna().any():
        wanted["allocation_collapsed"] = (
            partial(allocate_collapsed, counts, groups, size, floor),
            "miroirs regroupés avant le tirage",
            ("miroirs_regroupes", "plus_forts_restes", "plancher"),
        )
    shared = {}
    for key, (compute, name, rules) in wanted.items():
        try:
            shared[key] = (compute(), name, rules)
        except ValueError:
            continue  # the floors or the whole mirrors do not fit in so small a sample: that allocation does not exist
    made = []
    for key, (allocation, name, rules) in shared.items():
        build = partial(fact, measure="count", denominator=size, method=name, rules=rules)
        made += [
            build(
                fact_id=f"ads.{key}.{site.site_code}",
                label=f"annonces à coder du site {site.site_code}, {name}",
                value=float(allocation[site.site_code]),
                numerator=float(allocation[site.site_code]),
                formula="part proportionnelle aux annonces du site",
                cells=cells([site]),
            )
            for site in totals
            if site.size
        ]
        for code, label in CATEGORIES.items():
            own = [site for site in totals if site.category == code]
            if own:
                value = float(sum(allocation[site.site_code] for site in own))
                made.append(
                    build(
                        fact_id=f"ads.{key}_category.{code}",
                        label=f"annonces à coder, {label}, {name}",
                        value=value,
                        numerator=value,
                        formula="somme des annonces à coder de la catégorie",
                        cells=cells(own),
                    )
                )
    return made
