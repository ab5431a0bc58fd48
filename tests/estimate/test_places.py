"""The cells of answers: by sheet and column, repeats side by side, several options in one column, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.core.tables import columns
from diagnostic.estimate.places import Places, finder, stretches

PLACES = pd.DataFrame(
    [
        ("questionnaire", "questionnaire", "observed", "situations", "age_band/u15", 1, 1, "F"),
        ("questionnaire", "questionnaire", "observed", "situations", "age_band/a18", 1, 1, "G"),
        ("questionnaire", "questionnaire", "observed", "situations", "age_band/u15", 2, 1, "M"),
        ("questionnaire", "questionnaire", "observed", "situations", "year", 1, 1, "H"),
        ("questionnaire", "questionnaire", "observed", "responses", "year", 0, 1, "A"),
        ("entretiens", "entretiens.xlsx", "transcribed", "interview_situations", "age_band/u15", 0, 3, "C"),
        ("entretiens", "entretiens.xlsx", "transcribed", "interview_situations", "age_band/a18", 0, 3, "C"),
        ("entretiens", "entretiens.xlsx", "transcribed", "interview_situations", "age_band/u15", 0, 2, "D"),
    ],
    columns=columns("collect/places")[:-1],
).astype({"number": "Int64", "sheet": "Int64"})
RECORDS = pd.DataFrame(
    {
        "source": ["response"] * 4 + ["interview"] * 3,
        "sheet": pd.array([1, 1, 1, 1, 3, 3, 2], dtype="Int64"),
        "row": pd.array([2, 3, 3, 7, 5, 4, 9], dtype="Int64"),
        "situation_number": pd.array([1, 1, 2, 1, 1, 1, 1], dtype="Int64"),
    }
)


def test_repeats_side_by_side_have_the_rows_of_their_own_number():
    told = RECORDS[RECORDS["source"] == "response"]
    assert Places(PLACES).cells(told, "situations", "age_band") == "questionnaire (feuille 1)!F2:F3 F7 G2:G3 G7 M3"
    assert Places(PLACES).cells(told, "situations", "year", "age_band/a18") == (
        "questionnaire (feuille 1)!H2:H3 H7 ; questionnaire (feuille 1)!G2:G3 G7"
    )


def test_a_range_runs_over_rows_where_no_record_says_anything():
    told = RECORDS[RECORDS["source"] == "response"]
    found = Places(PLACES).cells(told, "situations", "age_band", among=told)
    assert found == "questionnaire (feuille 1)!F2:F7 G2:G7 M3"
    found = Places(PLACES).cells(told[told["row"] != 3], "situations", "year", among=told)
    assert found == "questionnaire (feuille 1)!H2 H7"  # row 3 holds another


def test_a_column_of_several_options_is_named_once_and_files_by_their_name():
    told = RECORDS[RECORDS["source"] == "interview"]
    found = Places(PLACES).cells(told, "interview_situations", "age_band")
    assert found == "entretiens.xlsx (feuille 2)!D9 ; entretiens.xlsx (feuille 3)!C4:C5"


def test_unknown_places_and_absent_records_have_no_cell():
    assert Places(PLACES).cells(RECORDS[:0], "situations", "age_band") == ""
    assert Places(PLACES).cells(RECORDS, "situations", "age") == ""  # another variable begins so


def test_situations_of_both_sources():
    assert finder(Places(PLACES), RECORDS)("age_band") == (
        "questionnaire (feuille 1)!F2:F7 G2:G7 M3 ; entretiens.xlsx (feuille 2)!D9 ; entretiens.xlsx (feuille 3)!C4:C5"
    )


@given(st.sets(st.integers(1, 60)))
def test_stretches_hold_each_row_once_and_leave_gaps_between(rows):
    runs = stretches(np.array(sorted(rows), dtype="int64"))
    assert [row for first, last in runs for row in range(first, last + 1)] == sorted(rows)
    assert all(last + 1 < first for (_, last), (first, _) in zip(runs, runs[1:], strict=False))


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_stretches_among_others_hold_each_row_and_none_of_the_others(rows, others):
    among = np.array(sorted(rows | others), dtype="int64")
    runs = stretches(np.array(sorted(rows), dtype="int64"), among)
    held = {row for first, last in runs for row in range(first, last + 1)}
    assert held & set(among.tolist()) == rows
    between = zip(runs, runs[1:], strict=False)
    assert all(any(last < other < first for other in others - rows) for (_, last), (first, _) in between)


def test_a_file_without_sheets_is_named_alone():
    counts = [("ad_counts", "a.csv", "reconstructed", "ad_counts", "count", 0, 0, "C")]
    found = Places(pd.DataFrame(counts, columns=columns("collect/places")[:-1]))
    assert found.at([9, 2, 3, 4, 3], "ad_counts", "count") == "a.csv!C2:C4 C9"
    assert found.at([], "ad_counts", "count") == ""
    unknown = pd.DataFrame({"row": pd.array([2, None, 3], dtype="Int64")})
    assert found.cells(unknown, "ad_counts", "count") == "a.csv!C2:C3"


def test_the_weakest_origin_of_the_files_that_are_there():
    places = Places(PLACES)
    assert places.origin("questionnaire") == "observed"
    assert places.origin("questionnaire", "entretiens", "sites") == "transcribed"
    assert places.origin("sites") == "observed" and "sites" not in places and "entretiens" in places
