"""National references beside the study's figures: dated, with their source, and what keeps them from being compared."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pandas as pd

from diagnostic.estimate.facts import Fact, table
from diagnostic.french import typographic


def estimate(described_facts: pd.DataFrame, national: bytes, study: str) -> dict[str, pd.DataFrame]:
    """One row per reference whose counterpart the study has; `national` is the CSV of `resources/references/`."""
    known = set(described_facts["fact_id"])
    rows = pd.read_csv(io.BytesIO(national), dtype=str, keep_default_na=False)
    return {"national": table(study, _facts(rows[rows["beside"].isin(known)]))}


def _facts(rows: pd.DataFrame) -> Iterator[Fact]:
    for row in rows.itertuples():
        year = f", {row.year}" if row.year else ", année non précisée"
        yield Fact(
            fact_id=f"reference.{row.id}_pct",
            label=f"{row.label}, référence nationale",
            unit="person",
            measure="percent",
            universe=f"France{year}",
            formula="valeur citée",
            source_table="references/national",
            origin="published",
            value=float(row.value),
            method=typographic(f"Source : {row.source}. {row.caution}"),
        )
