"""The tables of the provenance page: what each table of the run holds, and what each rule read to make it."""

from __future__ import annotations

import pandas as pd

from diagnostic.core import french
from diagnostic.core.writing import short
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import pipe, table

STEPS = {
    "geography": "Géographie",
    "collect": "Recueil",
    "consolidate": "Consolidation",
    "estimate": "Calcul des indicateurs",
    "release": "Publication",
    "report": "Rapport",
}


def not_empty(lineage: pd.DataFrame) -> pd.DataFrame:
    """The tables that hold something, or whose number of rows is not told."""
    return lineage[lineage["rows"].isna() | lineage["rows"].gt(0)]


def anchor(rule: str) -> str:
    """Where the provenance page tells of a rule."""
    return f"regle-{rule.replace('_', '-')}"


@grid
def lineage_tables(lineage: pd.DataFrame, caption: str) -> str:
    """One row per table that is not empty: what it holds and, in a study of public files, its rows and the beginning of
    its digest."""
    columns = (
        ("Table", "left", 32, lambda one: f"`{one.table}`"),
        ("Contenu", "left", 32, lambda one: escape(one.title.partition(" : ")[0])),
        ("Lignes", "right", 9, lambda one: "" if pd.isna(one.rows) else french.number(one.rows)),
        ("Empreinte", "left", 23, lambda one: f"`{_short(one.digest)}`" if one.digest else ""),
    )
    return table(not_empty(lineage).itertuples(), columns, caption, "provenance-tables", small=True)


@grid
def lineage_rules(lineage: pd.DataFrame, caption: str) -> str:
    """One row per rule that made something: its step, the digest of its code, and the tables and files it read."""
    rows, full = [], not_empty(lineage)
    for step, title in STEPS.items():
        for rule, made in full[full["phase"] == step].groupby("rule", sort=False):
            read = ", ".join(f"`{name}`" for name in str(made["made_from"].iloc[0]).split("; ") if name)
            rows.append((f"[`{rule}`]{{#{anchor(str(rule))}}}", title, f"`{made['code'].iloc[0]}`", read or "–"))
    rows.append(
        (
            f"[`report_figures`]{{#{anchor('report_figures')}}}",
            STEPS["report"],
            "–",
            "tables de `release` et de `geography`",
        )
    )
    header = (("Règle", "left", 28), ("Étape", "left", 14), ("Code", "left", 17), ("Lit", "left", 42))
    return pipe(header, rows, caption, "provenance-regles", small=True)


def _short(digest: str) -> str:
    return short(digest.partition(":")[2])
