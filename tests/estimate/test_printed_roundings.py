"""« Environ » and « au moins »: what a computed value must be for the printed one to be reproduced."""

from __future__ import annotations

import pandas as pd
import pytest
from facts_at_hand import Fact

from diagnostic.estimate.facts import table
from diagnostic.estimate.reproduction import reproduce, rows_behind

COLUMNS = ["id", "statement_fr", "source_stage", "value", "unit", "rounding", "row"]


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
    figures = pd.DataFrame([("a.one", "Un", "situations", printed, "count", rounding, 9)], columns=COLUMNS)
    notes = pd.DataFrame(columns=["id", "in_tables", "without_fact", "explanation"])
    lists = pd.DataFrame(columns=["row", "figure", "rank", "element"])
    fact = Fact(
        **{"fact_id": "a.one", "label": "Un", "unit": "person", "measure": "count", "universe": "tous"},
        **{"formula": "somme", "source_table": "a/b", "origin": origin, "value": value},
        cells="a.csv!B2:B3",
    )
    (row,) = reproduce(figures, notes, lists, facts=table("00-2026", [fact]))["reproduction"].to_dict("records")
    assert (row["status"], row["basis"]) == (status, basis)


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        ("a.csv!C2", 1),
        ("a.csv!C2:C4 C9", 4),
        ("a.csv!C2:C4 ; a.csv!D2:D4", 3),  # the same rows
        ("a.csv!AB12 ; b.csv!D12", 2),
        ("demande.xlsx (feuille 4)!E3", 1),
        ("", 0),
    ],
)
def test_rows_behind_the_cells_of_a_fact(cells: str, rows: int) -> None:
    assert len(rows_behind(cells)) == rows


@pytest.mark.parametrize(
    ("cells", "origin", "status"),
    [
        ("a.csv!B2", "transcribed", "not_computable"),
        ("a.csv!B2 B7", "transcribed", "reproduced"),
        ("a.csv!E9", "published", "not_computable"),  # the figure itself
        ("a.csv!E8", "published", "reproduced"),  # another one, by a formula
        ("", "published", "not_computable"),
    ],
)
def test_one_row_read_back_reproduces_nothing(cells: str, origin: str, status: str) -> None:
    figures = pd.DataFrame([("a.one", "Un", "situations", "12", "count", "exact", 9)], columns=COLUMNS)
    notes = pd.DataFrame(columns=["id", "in_tables", "without_fact", "explanation"])
    lists = pd.DataFrame(columns=["row", "figure", "rank", "element"])
    fact = Fact(
        **{"fact_id": "a.one", "label": "Un", "unit": "person", "measure": "count", "universe": "tous"},
        **{"formula": "somme", "source_table": "a/b", "origin": origin, "value": 12.0},
        cells=cells,
    )
    (row,) = reproduce(figures, notes, lists, facts=table("00-2026", [fact]))["reproduction"].to_dict("records")
    assert row["status"] == status


@pytest.mark.parametrize(("printed", "status"), [("3", "reproduced"), ("4", "contradicted")])
def test_a_figure_that_counts_a_printed_list_is_compared_with_it(printed: str, status: str) -> None:
    figures = pd.DataFrame([("a.axes", "Axes", "law", printed, "count", "exact", 9)], columns=COLUMNS)
    notes = pd.DataFrame(columns=["id", "in_tables", "without_fact", "explanation"])
    lists = pd.DataFrame(
        [(2, "a.axes", 1, "soins"), (3, "a.axes", 2, "emploi"), (4, "a.axes", 3, "logement")],
        columns=["row", "figure", "rank", "element"],
    )
    (row,) = reproduce(figures, notes, lists, facts=table("00-2026", []))["reproduction"].to_dict("records")
    assert (row["status"], row["basis"], row["computed"]) == (status, "by_construction", "3")
    assert "lignes 2 à 4" in row["reason"]
