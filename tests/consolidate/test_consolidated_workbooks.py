"""What the tables of workbooks have in common, in cases worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnostic.consolidate import coders, lists, rows

TABLE = pd.DataFrame(
    {
        "mode.code": ["phone", "no_answer", "not_asked", ""],
        "met.number": pd.array([3, None, 0, 1], dtype="Int64"),
        "day.date": pd.to_datetime(["2026-03-01", None, "2026-03-02", None]),
        "town.text": ["Bourg", "", "Ville", "no_answer"],
    }
)


def known(column: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in column]


def test_answers_are_plain_columns_missing_where_nothing_is_said() -> None:
    assert known(rows.choice(TABLE, "mode")) == ["phone", None, None, None]
    assert known(rows.number(TABLE, "met")) == [3, None, 0, 1]
    assert known(rows.date(TABLE, "day")) == [pd.Timestamp("2026-03-01"), None, pd.Timestamp("2026-03-02"), None]
    assert known(rows.text(TABLE, "town")) == ["Bourg", None, "Ville", "no_answer"]


@pytest.mark.parametrize("read", [rows.choice, rows.number, rows.date, rows.text])
def test_a_column_that_is_not_there_is_missing_throughout(read: object) -> None:
    found = read(TABLE, "other")  # type: ignore[operator]
    assert known(found) == [None] * 4 and list(found.index) == list(TABLE.index)


def test_rows_received_that_no_table_has_are_set_aside() -> None:
    received = pd.DataFrame({"role": ["w", "w", "w", "x"], "sheet": ["a", "a", "b", "a"], "row": [2, 3, 2, 9]})
    kept = rows.ledger("w", {}, pd.DataFrame({"site_code": ["S"], "row": [2], "sheet": ["a"]}), "demand_ads")
    found = rows.whole("w", {}, received, [kept])
    assert list(found["into"]) == ["demand_ads/S", "", ""]
    assert list(zip(found["sheet"], found["row"], found["outcome"], strict=True)) == [
        ("a", 2, "kept"),
        ("a", 3, "set_aside"),
        ("b", 2, "set_aside"),
    ]
    assert list(found["reason"].fillna("")) == ["", rows.UNREAD, rows.UNREAD]


def test_of_two_counts_of_buyers_on_a_site_and_place_the_later_one_counts() -> None:
    days = pd.to_datetime(["2026-01-05", "2026-03-02", "2026-01-05"])
    ads = pd.DataFrame({"sheet": [1, 1, 1], "row": [3, 4, 5], "site_code.code": ["B1", "B1", "B1"]})
    ads = ads.assign(**{"place.text": ["Agen", "Agen", ""], "window_start.date": days, "window_end.date": days})
    ads["demand_count.number"] = pd.array([7, 5, 2], dtype="Int64")
    nothing = pd.DataFrame({"sheet": pd.array([], dtype="Int64"), "row": pd.array([], dtype="Int64")})
    received = pd.DataFrame({"role": ["demand"] * 3, "sheet": [1] * 3, "row": [3, 4, 5]})
    made = lists.demand(ads, nothing, nothing, nothing, received, {"demand": "demand.xlsx"})
    assert made["demand_ads"]["count"].tolist() == [5, 2]
    told = made["demand_rows"].set_index("row")
    assert told["outcome"].to_dict() == {3: "set_aside", 4: "kept", 5: "kept"} and told["reason"][3] == lists.OLDER


def test_a_theme_of_a_text_that_was_not_asked_is_not_asked_whatever_the_sheet_says() -> None:
    coded = {"source": "response", "coder.code": "A", "sheet": 1}
    rows = [
        coded | {"record_id.code": f"R{at}", "row": at, "needs_themes/housing": said}
        for at, said in enumerate(["ticked", "no_answer", "no_answer"])
    ]
    states = ["answered", "answered", "not_asked"]
    people = pd.DataFrame({"response_id": ["R0", "R1", "R2"], "needs.state": states})
    found = coders.joined(people, pd.DataFrame(), pd.DataFrame(rows))
    assert found["needs_themes/housing"].tolist() == ["ticked", "no_answer", "not_asked"]
