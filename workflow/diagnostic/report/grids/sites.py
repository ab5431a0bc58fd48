"""Tables on sites and ads, as the register and the frame have them: every number is a statement."""

from __future__ import annotations

import pandas as pd

from diagnostic.collect.answers import CATEGORIES, METHODS
from diagnostic.core import french
from diagnostic.estimate.tables import INTERVALS
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, pipe, text_of


@grid
def by_category(sites: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Sites, ads and share of each category, then in all."""
    present = [code for code in CATEGORIES if (sites["category"] == code).any()]
    rows = [
        (
            french.capital(CATEGORIES[code]),
            cell(f"ads.sites_{code}"),
            cell(f"ads.subtotal_{code}"),
            cell(f"ads.share_{code}_pct"),
        )
        for code in present
    ]
    rows.append(("**Ensemble**", cell("ads.sites"), cell("ads.total"), ""))
    return pipe(
        (("Catégorie", "left", 34), ("Sites", "right", 8), ("Annonces", "right", 12), ("Part", "right", 10)),
        rows,
        caption,
        "categories",
    )


@grid
def by_site(sites: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """One row per site of the register, zeros kept; mirror and interval columns only where some site has one."""
    rows = [
        (
            site.site_code,
            CATEGORIES[site.category],
            text_of(site.mirror_group),
            cell(f"ads.site_count.{site.site_code}"),
            interval(f"ads.site_count.{site.site_code}"),
            METHODS.get(site.method, "non compté"),
        )
        for site in sites.itertuples()
    ]
    header = (
        ("Site", "left", 8),
        ("Catégorie", "left", 28),
        ("Miroir", "left", 10),
        ("Annonces", "right", 10),
        ("Intervalle", "right", 16),
        ("Méthode", "left", 18),
    )
    return pipe(header, rows, caption, "sites", small=True)


@grid
def extrapolations(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Sites too large to count: their total, its limits, and what the pages read say of it; empty without any."""
    found = statements[
        statements["statement_id"].str.startswith("ads.site_count.") & statements["measure"].eq("estimate")
    ]
    if found.empty:
        return ""
    rows = [
        (
            fact.statement_id.rpartition(".")[2],
            cell(fact.statement_id),
            interval(fact.statement_id),
            INTERVALS[fact.interval_kind],
            escape(fact.method),
        )
        for fact in found.itertuples()
    ]
    header = (
        ("Site", "left", 8),
        ("Annonces", "right", 10),
        ("Intervalle", "right", 16),
        ("Nature", "left", 16),
        ("Pages lues et précautions", "left", 50),
    )
    return pipe(header, rows, caption, "extrapolations", small=True)


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
    rows = [
        (
            french.capital(escape(fact.label)),
            escape(fact.formula),
            escape(fact.method.removeprefix("Avant arrondi : ").removesuffix(".")),
            cell(fact.statement_id),
        )
        for fact in variants.itertuples()
    ]
    header = (("Variante", "left", 28), ("Formule", "left", 32), ("Avant arrondi", "right", 12), ("Taille", "right", 8))
    return pipe(header, rows, caption, "variantes", small=True)


@grid
def readings(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """The published estimate and the three readings of its rate."""
    wanted = ["ads.persons_estimate", "ads.persons_reading_a", "ads.persons_reading_b", "ads.persons_reading_c"]
    found = statements.set_index("statement_id").loc[wanted]
    rows = [
        (
            french.capital(fact.label),
            cell(fact.Index) if pd.notna(fact.shown_value) else "–",
            interval(fact.Index),
            INTERVALS[fact.interval_kind],
        )
        for fact in found.itertuples()
    ]
    return pipe(
        (("Lecture", "left", 44), ("Valeur", "right", 9), ("Intervalle", "right", 14), ("Nature", "left", 16)),
        rows,
        caption,
        "lectures",
    )
