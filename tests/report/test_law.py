"""The law of 2016 in six points: one wording a day, dates that follow one another, nothing but our own columns."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.report import law

CONTENT = (Path(__file__).parents[2] / "resources/references/loi_2016.csv").read_bytes()
DAYS = st.dates(dt.date(2016, 11, 1), dt.date(2040, 1, 1))


@given(DAYS)
def test_six_points_stand_on_any_day_since_the_decree(day: dt.date) -> None:
    found = law.in_force(CONTENT, day)
    assert list(found["order"]) == list("123456")
    assert found["variable"].str.startswith("law_").all() and found["variable"].is_unique


def test_before_the_decree_only_what_the_law_alone_makes_stands() -> None:
    assert list(law.in_force(CONTENT, dt.date(2016, 5, 1))["order"]) == ["1", "2", "5"]
    assert law.in_force(CONTENT, dt.date(2016, 4, 14)).empty


def test_the_residence_permit_changed_place_in_the_code_on_the_first_of_may_2021() -> None:
    before, after = (
        law.in_force(CONTENT, day).set_index("order").loc["4", "articles"]
        for day in (dt.date(2021, 4, 30), dt.date(2021, 5, 1))
    )
    assert "L. 316-1-1" in before and "L. 425-4" in after


def test_wordings_of_one_point_follow_one_another() -> None:
    table = pd.read_csv(pd.io.common.BytesIO(CONTENT), dtype="str", keep_default_na=False)
    for _, wordings in table.groupby("order"):
        for old, new in pairwise(wordings.itertuples()):
            assert dt.date.fromisoformat(old.valid_to) + dt.timedelta(days=1) == dt.date.fromisoformat(new.valid_from)
        assert wordings["valid_to"].iloc[-1] == ""


def test_the_variables_are_those_of_the_questionnaire() -> None:
    codebook = (Path(__file__).parents[2] / "config/codebook/variables.csv").read_text("utf-8")
    for variable in law.in_force(CONTENT, dt.date(2026, 1, 1))["variable"]:
        assert variable in codebook


def test_the_table_says_text_place_and_day() -> None:
    text = law.law(CONTENT, dt.date(2020, 9, 30), "La loi.")
    assert text.count("\n| **") == 6 and "{#tbl-loi .petit}" in text and "15\u00a0avril 2016" in text


@pytest.mark.parametrize(
    "broken", [CONTENT.replace(b"valid_to", b"fin"), CONTENT.replace(b"2021-04-30", b"2022-04-30")]
)
def test_a_table_of_another_form_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="loi_2016.csv"):
        law.in_force(broken, dt.date(2022, 1, 1))
