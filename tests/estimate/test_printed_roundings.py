"""« Environ » and « au moins »: what a computed value must be for the printed one to be reproduced."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnostic.estimate.facts import Fact, table
from diagnostic.estimate.reproduction import reproduce

COLUMNS = ["id", "statement_fr", "source_stage", "value", "unit", "rounding"]


@pytest.mark.parametrize(
    ("printed", "rounding", "value", "status"),
    [
        ("50", "approx", 45.0, "reproduced"),
        ("50", "approx", 54.9, "reproduced"),
        ("50", "approx", 55.0, "contradicted"),
        ("273", "approx", 272.61, "reproduced"),
        ("273", "approx", 272.4, "contradicted"),
        ("167", "at_least", 167.0, "reproduced"),
        ("167", "at_least", 170.0, "reproduced"),
        ("167", "at_least", 166.0, "contradicted"),
        ("50", "exact", 51.0, "contradicted"),
        ("76", "integer_percent", 75.5, "reproduced"),
    ],
)
@pytest.mark.parametrize(
    ("origin", "basis"),
    [("observed", "independent"), ("reconstructed", "by_construction"), ("published", "by_construction")],
)
def test_printed_roundings(printed: str, rounding: str, value: float, status: str, origin: str, basis: str) -> None:
    figures = pd.DataFrame([("a.one", "Un", "situations", printed, "count", rounding)], columns=COLUMNS)
    notes = pd.DataFrame(columns=["id", "in_tables", "without_fact", "explanation"])
    fact = Fact(
        **{"fact_id": "a.one", "label": "Un", "unit": "person", "measure": "count", "universe": "tous"},
        **{"formula": "somme", "source_table": "a/b", "origin": origin, "value": value},
    )
    (row,) = reproduce(figures, notes, facts=table("00-2026", [fact]))["reproduction"].to_dict("records")
    assert (row["status"], row["basis"]) == (status, basis)
