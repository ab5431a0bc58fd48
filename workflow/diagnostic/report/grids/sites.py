"""Tables on sites and ads, as the register and the frame have them: every number is a statement."""

from __future__ import annotations

from typing import Any

import pandas as pd

from diagnostic.collect.answers import CATEGORIES, METHODS
from diagnostic.core import french
from diagnostic.report.grids.internet import KINDS
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, named, of, pipe, table, text_of

BEFORE = "Avant arrondi : "  # begins the method of a size that was rounded


@grid
def by_category(sites: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Sites, ads and share of each category, then in all; columns of limits only where some number is estimated."""
    names = {code: french.capital(label) for code, label in CATEGORIES.items() if (sites["category"] == code).any()}
    rows = [
        (label, cell(f"ads.sites_{code}"), cell(ads), interval(ads), cell(share), interval(share))
        for code, label in names.items()
        for ads, share in [(f"ads.subtotal_{code}", f"ads.share_{code}_pct")]
    ]
    rows.append(("**Ensemble**", cell("ads.sites"), cell("ads.total"), interval("ads.total"), "", ""))
    header = (
        ("Catégorie", "left", 24),
        ("Sites", "right", 9),
        ("Annonces", "right", 13),
        ("Intervalle", "right", 20),
        ("Part", "right", 9),
        ("Intervalle", "right", 20),
    )
    return pipe(header, rows, caption, "categories")


@grid
def by_site(sites: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """One row per site of the register, zeros kept; mirror and interval columns only where some site has one."""
    columns = (
        ("Site", "left", 8, lambda site: site.site_code),
        ("Catégorie", "left", 28, lambda site: CATEGORIES[site.category]),
        ("Miroir", "left", 10, lambda site: text_of(site.mirror_group)),
        ("Annonces", "right", 10, lambda site: cell(f"ads.site_count.{site.site_code}")),
        ("Intervalle", "right", 16, lambda site: interval(f"ads.site_count.{site.site_code}")),
        ("Méthode", "left", 18, lambda site: _method(site, interval)),
    )
    return table(sites.itertuples(), columns, caption, "sites", small=True)


def _method(site: Any, interval: Cell) -> str:
    """How a site was counted. One whose pages were all read has no limits: nothing of it is extrapolated."""
    if site.method == "page_extrapolated" and not interval(f"ads.site_count.{site.site_code}"):
        return "décompte exact, toutes les pages lues"
    return METHODS.get(site.method, "non compté")


@grid
def extrapolations(statements: pd.DataFrame, sites: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Sites counted by their pages: their total, its limits, and what the pages read say of it; empty without any."""
    read = "ads.site_count." + sites.loc[sites["method"].eq("page_extrapolated"), "site_code"]
    counted = statements[statements["statement_id"].str.startswith("ads.site_count.")]
    found = counted[counted["measure"].eq("estimate") | counted["statement_id"].isin(read)]
    columns = (
        ("Site", "left", 8, lambda fact: fact.statement_id.rpartition(".")[2]),
        ("Annonces", "right", 10, of(cell)),
        ("Intervalle", "right", 16, lambda fact: interval(fact.statement_id) or "–"),
        ("Nature", "left", 16, lambda fact: KINDS[fact.interval_kind]),
        ("Pages lues et précautions", "left", 50, lambda fact: escape(fact.method)),
    )
    return table(found.itertuples(), columns, caption, "extrapolations", small=True)


@grid
def allocations(sites: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Ads to code per site: the chosen allocation, then other conventions and floors side by side."""
    columns = (
        ("Retenue", ""),
        ("Sans plancher", "_raise_0"),
        ("Plancher 1, relevés", "_raise_1"),
        ("Plancher 1, réservé", "_reserve_1"),
        ("Plancher 2, réservé", "_reserve_2"),
        ("Miroirs regroupés", "_collapsed"),
    )
    rows: list[tuple[str, ...]] = []
    for site in sites.itertuples():
        cells = [cell(f"ads.allocation{choice}.{site.site_code}") for _, choice in columns]
        if any(cells):
            rows.append((site.site_code, cell(f"ads.site_count.{site.site_code}"), *cells))
    totals = (cell("ads.sample_size") if any(row[2 + i] for row in rows) else "" for i in range(len(columns)))
    rows.append(("**Ensemble**", cell("ads.sample_frame"), *totals))
    header = (("Site", "left", 10), ("Annonces", "right", 9), *((title, "right", 11) for title, _ in columns))
    return pipe(header, rows, caption, "allocation", small=True)


@grid
def size_variants(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Other formulas and roundings of the sample size: what they give, the largest size last."""
    variants = statements[statements["statement_id"].str.startswith("ads.sample_size_variant.")].sort_values(
        "shown_value", kind="stable"
    )
    columns = (
        ("Variante", "left", 28, named),
        ("Formule", "left", 32, lambda fact: escape(fact.formula)),
        ("Avant arrondi", "right", 12, lambda fact: escape(fact.method.removeprefix(BEFORE).removesuffix("."))),
        ("Taille", "right", 8, of(cell)),
    )
    return table(variants.itertuples(), columns, caption, "variantes", small=True)


@grid
def readings(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """The published estimate and the three readings of its rate."""
    wanted = ["ads.persons_estimate", "ads.persons_reading_a", "ads.persons_reading_b", "ads.persons_reading_c"]
    found = statements.set_index("statement_id", drop=False).loc[wanted]
    columns = (
        ("Lecture", "left", 44, lambda fact: french.capital(fact.label)),
        ("Valeur", "right", 9, lambda fact: cell(fact.Index) if pd.notna(fact.shown_value) else "–"),
        ("Intervalle", "right", 14, lambda fact: interval(fact.statement_id) or "–"),
        ("Nature", "left", 16, lambda fact: KINDS[fact.interval_kind]),
    )
    return table(found.itertuples(), columns, caption, "lectures")
