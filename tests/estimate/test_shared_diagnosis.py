"""The shared diagnosis on a fictional study written by hand: 12 responses, 5 interviews, 20 situations.

Every expected value of `handmade/expected.csv` was worked out with pencil and paper; its arithmetic stands beside it.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from handmade import consolidated, facts, read


@cache
def by_hand() -> pd.DataFrame:
    return facts(consolidated())


EXPECTED = read("expected")


@pytest.mark.parametrize("expected", EXPECTED, ids=[row["fact_id"] for row in EXPECTED])
def test_a_fact_is_what_was_worked_out_by_hand(expected: dict[str, str]) -> None:
    fact = by_hand().loc[expected["fact_id"]]
    assert fact["value"] == pytest.approx(float(expected["value"]), abs=1e-5)
    for name in ("low", "high"):
        if expected[name] not in ("", "~"):
            assert fact[name] == pytest.approx(float(expected[name]), abs=1e-5), name
    if expected["low"] == expected["high"] == "":
        assert fact["interval_kind"] == "none"
    assert pd.isna(fact["low"]) or fact["low"] <= fact["value"] <= fact["high"]
