"""The check step: what only it can see, beside the files themselves."""

from __future__ import annotations

import csv
import hashlib
import io

import pandas as pd
import pytest
from small_study import SMALL

from diagnostic.collect.parse import Source
from diagnostic.collect.steps import check, unusable
from diagnostic.core.problems import BLOCKING

SOURCE = Source("published_figures.csv", {"id": "C", "value": "E"})
FIGURES = pd.DataFrame({"row": [2, 3], "id": ["ads.duplicate_rate_pct", "idf.ads_total"], "value": ["61", "7393"]})


def test_plain_numbers_may_be_used() -> None:
    used = {"duplicate_rate": "ads.duplicate_rate_pct", "reference_population": "idf.ads_total"}
    assert unusable(used, FIGURES, SOURCE) == []
    assert unusable({"duplicate_rate": None}, FIGURES, SOURCE) == []


@pytest.mark.parametrize("value", ["61 %", "environ 60", "-3", "6,1", ""])
def test_a_figure_that_is_no_plain_number_blocks_at_its_cell(value: str) -> None:
    figures = FIGURES.assign(value=[value, "7393"])
    (problem,) = unusable({"duplicate_rate": "ads.duplicate_rate_pct"}, figures, SOURCE)
    assert (problem.severity, problem.row, problem.column, problem.value) == (BLOCKING, 2, "E", value)
    assert "publication.duplicate_rate" in problem.message


def test_an_unknown_figure_blocks_and_names_the_key() -> None:
    (problem,) = unusable({"duplicate_rate": "ads.rate"}, FIGURES, SOURCE)
    assert problem.severity == BLOCKING
    assert problem.row is None
    assert "« ads.rate »" in problem.message
    assert "publication.duplicate_rate" in problem.remedy


def test_the_figures_of_a_cited_action_are_found_by_the_beginning_of_their_names() -> None:
    figures = pd.DataFrame({"row": [2, 3], "id": ["nord.sms", "nord.met"], "value": ["400", "quatre"]})
    (problem,) = unusable({"outreach": "nord"}, figures, SOURCE)
    assert (problem.severity, problem.row, problem.value) == (BLOCKING, 3, "quatre")
    (problem,) = unusable({"outreach": "sud"}, figures, SOURCE)
    assert problem.row is None and "publication.outreach" in problem.message


def test_the_check_reads_columns_in_any_order_and_tells_the_others_at_their_place() -> None:
    """Through the step itself: what no one calls checks nothing."""
    contents = {
        "press": b"outlet,date,titre,year_heading,date\nLe Courrier,hier,Deux ans,2024,\n",
        "interviews": b"structure,interlocutor,activity_field,place,mode,date\nA,other,social,,video,2026-02-02\n",
        "published_figures": (SMALL["published_figures"]).encode(),
    }
    files = {role: f"{role}.csv" for role in contents}
    recorded = {role: f"sha256:{hashlib.sha256(content).hexdigest()}" for role, content in contents.items()}
    told = check("99-2026", files, recorded, "2026-09-15", {"duplicate_rate": "ads.rate"}, **contents)["errors"]
    problems = [(row["file"], row["row"], row["column"], row["message"]) for row in csv.DictReader(io.StringIO(told))]
    assert not [problem for problem in problems if problem[0] == "interviews.csv"]
    for row, column, words in (
        ("1", "C", "vouliez-vous"),  # unknown
        ("1", "", "Il manque la colonne"),
        ("1", "E", "la colonne B porte déjà ce nom"),  # doubled
        ("2", "B", "pas une date"),  # « hier », in the column as it stands
    ):
        assert [p for p in problems if p[:3] == ("press.csv", row, column) and words in p[3]], (column, problems)
    assert "publication.duplicate_rate" in told
