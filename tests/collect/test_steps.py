"""The check step: what only it can see, beside the files themselves."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest
from small_study import SMALL

from diagnostic.collect.reader import read_csv
from diagnostic.collect.steps import check, disordered, unusable
from diagnostic.core.problems import BLOCKING

FIGURES = pd.DataFrame({"row": [2, 3], "id": ["ads.duplicate_rate_pct", "idf.ads_total"], "value": ["61", "7393"]})


def test_plain_numbers_may_be_used() -> None:
    used = {"duplicate_rate": "ads.duplicate_rate_pct", "reference_population": "idf.ads_total"}
    assert unusable(used, FIGURES, "published_figures.csv") == []
    assert unusable({"duplicate_rate": None}, FIGURES, "published_figures.csv") == []


@pytest.mark.parametrize("value", ["61 %", "environ 60", "-3", "6,1", ""])
def test_a_figure_that_is_no_plain_number_blocks_at_its_cell(value: str) -> None:
    figures = FIGURES.assign(value=[value, "7393"])
    (problem,) = unusable({"duplicate_rate": "ads.duplicate_rate_pct"}, figures, "published_figures.csv")
    assert (problem.severity, problem.row, problem.column, problem.value) == (BLOCKING, 2, "E", value)
    assert "publication.duplicate_rate" in problem.message


def test_an_unknown_figure_blocks_and_names_the_key() -> None:
    (problem,) = unusable({"duplicate_rate": "ads.rate"}, FIGURES, "published_figures.csv")
    assert problem.severity == BLOCKING
    assert problem.row is None
    assert "« ads.rate »" in problem.message
    assert "publication.duplicate_rate" in problem.remedy


def test_the_figures_of_a_cited_action_are_found_by_the_beginning_of_their_names() -> None:
    figures = pd.DataFrame({"row": [2, 3], "id": ["nord.sms", "nord.met"], "value": ["400", "quatre"]})
    (problem,) = unusable({"outreach": "nord"}, figures, "published_figures.csv")
    assert (problem.severity, problem.row, problem.value) == (BLOCKING, 3, "quatre")
    (problem,) = unusable({"outreach": "sud"}, figures, "published_figures.csv")
    assert problem.row is None and "publication.outreach" in problem.message


@pytest.mark.parametrize(
    ("header", "told"),
    [("date,outlet,title,year_heading", 0), ("outlet,date,title,year_heading", 1), ("date,outlet,title", 0)],
)
def test_columns_in_another_order_block_because_cards_name_cells_by_letter(header: str, told: int) -> None:
    cells, _ = read_csv(f"{header}\n".encode(), "press.csv", "press")
    problems = disordered(cells, {"press": "press.csv"})
    assert [(p.severity, p.file, p.row) for p in problems] == [(BLOCKING, "press.csv", 1)] * told


def test_the_check_tells_both() -> None:
    """Through the step itself: what no one calls checks nothing."""
    contents = {
        "press": b"outlet,date,title,year_heading\n",
        "published_figures": (SMALL["published_figures"]).encode(),
    }
    files = {role: f"{role}.csv" for role in contents}
    recorded = {role: f"sha256:{hashlib.sha256(content).hexdigest()}" for role, content in contents.items()}
    told = check("99-2026", files, recorded, "2026-09-15", {"duplicate_rate": "ads.rate"}, **contents)["errors"]
    assert "dans un autre ordre" in told and "publication.duplicate_rate" in told
