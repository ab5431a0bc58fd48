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


def files_of(fact_id: str) -> set[str]:
    """The files whose cells a fact names."""
    return {part.partition("!")[0].split(" (")[0] for part in by_hand().loc[fact_id, "cells"].split(" ; ")}


@pytest.mark.parametrize(
    ("fact_id", "files"),
    [
        ("vuln.any", {"questionnaire", "interview_sheets", "situation_coding", "duplicates"}),
        ("vuln.none", {"questionnaire", "interview_sheets", "situation_coding", "duplicates"}),
        ("profile.women", {"questionnaire", "interview_sheets", "duplicates"}),
        ("shared.persons_concerned", {"questionnaire", "interview_sheets", "duplicates"}),
        ("shared.situations_merged", {"questionnaire", "interview_sheets", "duplicates"}),
        ("shared.situations", {"questionnaire", "interview_sheets"}),
    ],
)
def test_a_fact_names_every_file_that_it_depends_on(fact_id: str, files: set[str]) -> None:
    assert files_of(fact_id) == files


def test_a_fact_names_the_rows_of_the_coding_and_the_lines_of_the_decisions() -> None:
    cells = by_hand().loc["vuln.any", "cells"]
    coded = sum(bool(row["vulnerability"]) for row in read("situations"))
    assert "2:" in cells.partition("situation_coding (feuille 1)!")[2] and f"{coded + 1}" in cells
    assert cells.endswith(f"duplicates!C2:C{len(read('decisions')) + 1}")
