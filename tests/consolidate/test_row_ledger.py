"""The row ledger of a study: it balances to the row, or the step stops."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnostic.collect.steps import read_study
from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate import lists
from diagnostic.consolidate.rows import gather
from diagnostic.consolidate.tables import TABLES

PRESS = (
    "date,outlet,title,year_heading\n"
    "2024-12-01,Le Courrier,Deux ans de prison,2024\n"
    "2025-03-30,Le Courrier,Un réseau jugé,2024\n"
    "2025-03-30,Radio,Un colloque,2025\n"
)
INTERVIEWS = (
    "date,structure,mode,place,activity_field,interlocutor\n"
    "2026-02-03,Tribunal judiciaire,in_person,,justice,prosecutor\n"
    "2026-01-30,CIDFF,telephone,Arras,social,other\n"
)
FIGURES = (
    "id,section,line,statement_fr,value,unit,rounding,base_id,base_value,candidate_bases,feasible_k,subset_of,"
    "source_stage,notes\nads.total,I,12,annonces,25,count,exact,,,,,,ad_counts,\n"
)
NOTES = "id,in_tables,without_fact,explanation\nads.total,oui,,Somme du tableau\n"
LISTS = "figure,rank,element\nads.total,1,ensemble\n"
TEXTS = {
    **{"press": PRESS, "interviews": INTERVIEWS},
    **{"published_figures": FIGURES, "published_notes": NOTES, "published_lists": LISTS},
}
FILES = {role: f"{role}.csv" for role in TEXTS}


@pytest.fixture
def given() -> dict[str, pd.DataFrame]:
    """Everything `gather` receives, for eight input rows."""
    collected = read_study({role: text.encode() for role, text in TEXTS.items()}, FILES)
    return {
        "cells": collected.cells,
        "received_rows": COLLECTED["received_rows"].empty(),
        "published_figures": collected.tables["published_figures"],
        "published_notes": collected.tables["published_notes"],
        "published_structure": COLLECTED["published_structure"].empty(),
        "published_lists": collected.tables["published_lists"],
        **lists.press(collected.tables["press"], FILES),
        **lists.interviews(collected.tables["interviews"], FILES),
    }


def test_the_sum_of_the_ledger_is_the_number_of_rows_received(given: dict[str, pd.DataFrame]) -> None:
    rows = gather(**given, files=FILES)["rows"]
    assert rows["role"].value_counts().to_dict() == {
        "press": 3,
        "interviews": 2,
        "published_figures": 1,
        "published_notes": 1,
        "published_lists": 1,
    }
    pd.testing.assert_frame_equal(TABLES["rows"].validate(rows), rows)
    assert list(rows.loc[rows["role"] == "interviews", "rules"]) == ["lieu_non_precise", ""]


@pytest.mark.parametrize("ledger", ["press_rows", "interviews_rows"])
def test_a_row_unaccounted_for_stops_the_step(given: dict[str, pd.DataFrame], ledger: str) -> None:
    given[ledger] = given[ledger].iloc[1:]
    with pytest.raises(ValueError, match="8 input rows received, 7 accounted for"):
        gather(**given, files=FILES)


def test_a_row_accounted_for_twice_stops_the_step(given: dict[str, pd.DataFrame]) -> None:
    given["press_rows"] = pd.concat([given["press_rows"], given["press_rows"].iloc[:1]], ignore_index=True)
    with pytest.raises(ValueError, match="8 input rows received, 9 accounted for"):
        gather(**given, files=FILES)


def test_a_row_in_place_of_another_stops_the_step(given: dict[str, pd.DataFrame]) -> None:
    """The totals agree, the rows do not."""
    given["press_rows"] = given["press_rows"].assign(row=given["press_rows"]["row"].replace({4: 5}))
    with pytest.raises(ValueError):
        gather(**given, files=FILES)


@pytest.mark.parametrize("name", ["articles", "meetings"])
def test_a_row_counted_in_a_row_that_does_not_exist_stops_the_step(given: dict[str, pd.DataFrame], name: str) -> None:
    given[name] = given[name].iloc[1:]
    with pytest.raises(ValueError, match=f"1 input rows counted in rows of {name} that do not exist"):
        gather(**given, files=FILES)


def test_a_row_counted_in_no_table_stops_the_step_and_one_set_aside_does_not(given: dict[str, pd.DataFrame]) -> None:
    given["press_rows"] = given["press_rows"].assign(into="")
    with pytest.raises(ValueError, match="3 input rows counted in rows of no table"):
        gather(**given, files=FILES)
    given["press_rows"] = given["press_rows"].assign(outcome="set_aside")
    assert len(gather(**given, files=FILES)["rows"]) == 8


def test_articles_have_both_years_and_come_newest_first() -> None:
    table = read_study({"press": PRESS.encode()}, FILES).tables["press"]
    articles = lists.press(table, FILES)["articles"]
    assert list(zip(articles["row"], articles["year_heading"], articles["year_printed"], strict=True)) == [
        (3, 2024, 2025),  # same day: the order of the file
        (4, 2025, 2025),
        (2, 2024, 2024),
    ]


def test_meetings_come_in_order_of_date_with_their_month() -> None:
    table = read_study({"interviews": INTERVIEWS.encode()}, FILES).tables["interviews"]
    meetings = lists.interviews(table, FILES)["meetings"]
    assert list(zip(meetings["row"], meetings["month"], strict=True)) == [(3, "2026-01"), (2, "2026-02")]


def test_a_table_of_which_all_rows_count_has_a_line_for_each() -> None:
    counts = "site_code,wave_on,count\nE01,2026-01-05,12\nE01,2026-03-05,9\n"
    read = read_study({"wave_counts": counts.encode()}, {"wave_counts": "w.csv"})
    published = ("published_figures", "published_notes", "published_structure", "published_lists")
    none = {name: COLLECTED[name].empty() for name in published}
    received = COLLECTED["received_rows"].empty()
    given = {"cells": read.cells, "received_rows": received, "wave_counts": read.tables["wave_counts"], **none}
    rows = gather(**given, files={"wave_counts": "w.csv"})["rows"]
    assert list(zip(rows["file"], rows["row"], rows["into"], rows["outcome"], strict=True)) == [
        ("w.csv", 2, "wave_counts/E01", "kept"),
        ("w.csv", 3, "wave_counts/E01", "kept"),
    ]
    with pytest.raises(ValueError, match="2 input rows received, 1 accounted for"):
        gather(**given | {"wave_counts": read.tables["wave_counts"].iloc[:1]}, files={"wave_counts": "w.csv"})
