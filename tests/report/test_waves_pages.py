"""The chart and the table of repeated counts, from statements."""

from __future__ import annotations

import ledgers
import pytest

from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.internet import waves

COMMON = {"unit": "ad", "measure": "estimate"}
FACTS = [
    {"fact_id": "waves.ads.2026-01-12", "value": 128, "label": "annonces le 12 janvier 2026", "unit": "ad"},
    {"fact_id": "waves.ads.2026-03-09", "value": 137, "label": "annonces le 9 mars 2026", "unit": "ad"},
]
WHOLE = [
    {"fact_id": "waves.seen_once", "value": 197, "low": 170, "high": 220, "interval_kind": "sampling", **COMMON},
    {"fact_id": "waves.total", "value": 220, "low": 180, "high": 300, "interval_kind": "model", **COMMON},
]


@pytest.mark.slow
def test_the_days_stand_before_the_whole_period_and_a_model_is_named() -> None:
    drawn = waves(Released(ledgers.statements([*FACTS, *WHOLE])))
    assert drawn is not None
    assert list(drawn.facts) == [one["fact_id"] for one in (*FACTS, *WHOLE)]
    assert (
        "Sous un modèle (renouvellement régulier), 220 ou plus" in drawn.description
        and "180 à 300" in drawn.description
    )

    rows = [drawn.svg.index(f"Waves.{name}") for name in ("seen_once", "total")]
    assert drawn.svg.index("Annonces le 12 janvier") < drawn.svg.index("Annonces le 9 mars") < min(rows)


def test_counts_alone_are_no_chart() -> None:
    assert waves(Released(ledgers.statements(FACTS))) is None
