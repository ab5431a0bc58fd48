"""National references beside the study's figures: dated, with their source, and what keeps them from being compared."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.estimate.facts import Builder, Fact, table


def estimate(described_facts: pd.DataFrame, national: bytes, study: str) -> dict[str, pd.DataFrame]:
    """One row per reference, and per year of one that prints it, whose counterpart the study has; `national` is the CSV of `resources/references/`."""
    known = set(described_facts["fact_id"])
    rows = pd.read_csv(io.BytesIO(national), dtype=str, keep_default_na=False)
    build = Builder("references/national", "published")
    return {"national": table(study, _facts(rows[rows["beside"].isin(known)], build))}


def _facts(rows: pd.DataFrame, build: Builder) -> Iterator[Fact]:
    for row in rows.itertuples():
        caution = typographic(f"Source : {row.source}. {row.caution}")
        words = {"reference": row.id, "what": row.label, "caution": caution}
        yield build.fact("reference.{reference}_pct", float(row.value), year=row.year or "année non précisée", **words)
        if row.year:
            yield build.fact("reference.{reference}_year", value_text=row.year, **words)
