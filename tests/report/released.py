"""A few released facts, and what the report reads beside them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd
from facts_at_hand import Fact

from diagnostic.core import io
from diagnostic.estimate.facts import table
from diagnostic.release.populations.policy import load_policy
from diagnostic.release.statements import made
from diagnostic.release.ways.verdicts import decide
from diagnostic.study.config import load_yaml

SHA = "ab" * 32
ROOT = Path(__file__).parents[2]
POLICY = load_policy(load_yaml(ROOT, Path("config/release.yaml")))


def fact(fact_id: str, value: float | None = None, **given: object) -> Fact:
    default = {
        "label": "annonces répertoriées",
        "unit": "ad",
        "way": "things",
        "measure": "count",
        "universe": "annonces",
        "formula": "somme",
        "source_table": "consolidate/counts",
        "origin": "transcribed",
    }
    return Fact(fact_id=fact_id, value=value, **default | given)


def ledger(*facts: Fact) -> pd.DataFrame:
    return decide(table("99-2026", facts), POLICY).ledger


def statements(*facts: Fact, public: Collection[str] | None = ("ad_counts.csv", "sites.csv")) -> pd.DataFrame:
    """What may be said of them; `public`: the public files, None for the team's own eyes."""
    decided = decide(table("99-2026", facts), POLICY)
    return io.validate(made(decided.ledger, public), "release/statements")


def sources(*files: str) -> pd.DataFrame:
    rows = [
        {
            "role": file.partition(".")[0],
            "file": file,
            "title": "Décompte",
            "origin": "transcribed",
            "source": "Publication",
            "lines": "310-360",
            "licence": "Licence Ouverte 2.0",
            "date": pd.Timestamp("2026-03-06"),
            "digest": f"sha256:{SHA}",
            "rows": 3,
            "public": True,
        }
        for file in files
    ]
    return io.validate(pd.DataFrame(rows), "collect/sources")
