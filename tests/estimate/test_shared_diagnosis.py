"""The shared diagnosis on a fictional study written by hand: 12 responses, 5 interviews, 20 situations.

Every expected value of `handmade/expected.csv` was worked out with pencil and paper; its arithmetic stands beside it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest
from handmade import (
    BOOK,
    CODEBOOK,
    MEANING,
    coding,
    decisions,
    interview_situations,
    interviews,
    read,
    responses,
    situations,
)

from diagnostic.collect.tables import Places, ReceivedRows
from diagnostic.consolidate import questionnaire
from diagnostic.consolidate.gathered import gather
from diagnostic.estimate import contributors, described
from diagnostic.estimate.questionnaire import estimate as answered
from diagnostic.estimate.tables import TABLES

Row = dict[str, Any]
ORIGINS = {"questionnaire": "observed", "interview_sheets": "observed", "situation_coding": "observed"}


def places() -> pd.DataFrame:
    """Each question in a column of its own, one workbook per source."""
    rows = []
    for role, table, sheet in (
        ("questionnaire", "responses", 1),
        ("questionnaire", "situations", 2),
        ("interview_sheets", "interview_records", 1),
        ("interview_sheets", "interview_situations", 2),
    ):
        for number, (name, _, _) in enumerate(CODEBOOK.columns(table)):
            column = chr(65 + number // 26) + chr(65 + number % 26)
            rows.append((role, table, name, 0, sheet, column))
    return Places.validate(pd.DataFrame(rows, columns=["role", "table", "name", "number", "sheet", "column"]))


def tables(
    forms: list[Row] | None = None,
    told: list[Row] | None = None,
    met: list[Row] | None = None,
    decided: list[Row] | None = None,
) -> dict[str, pd.DataFrame]:
    forms = [dict(row) for row in read("responses")] if forms is None else forms
    told = [dict(row) for row in read("situations")] if told is None else told
    met = [dict(row) for row in read("interviews")] if met is None else met
    decided = [dict(row) for row in read("decisions")] if decided is None else decided
    parents = {row["response_id"]: row for row in forms}
    typed = responses(forms)
    own = situations([row for row in told if row["record"] in parents], parents)
    others = interview_situations([row for row in told if row["record"] not in parents])
    asked = questionnaire.consolidate(typed, own, ReceivedRows.empty())
    made = gather(
        asked["respondents"], asked["cases"], interviews(met), others, coding(told), decisions(decided), MEANING
    )
    return made | {"respondents": asked["respondents"], "cases": asked["cases"]}


def facts(made: dict[str, pd.DataFrame]) -> pd.DataFrame:
    found = [
        described.estimate(made["described"], made["pairs"], places(), "00-2026", ORIGINS, **BOOK)["described_facts"],
        contributors.estimate(made["respondents"], made["professionals"], places(), "00-2026", ORIGINS)["contributors"],
        answered(made["respondents"], made["cases"], places(), "00-2026", ORIGINS, **BOOK)["questionnaire"],
    ]
    return TABLES["facts"].validate(pd.concat(found, ignore_index=True)).set_index("fact_id")


@cache
def by_hand() -> pd.DataFrame:
    return facts(tables())


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
