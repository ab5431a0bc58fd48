"""The places of a study of several départements: each says in which it is, at its cell."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnostic.collect.checks_region import check, departement, in_workbooks, located, within
from diagnostic.collect.parse import Source
from diagnostic.core.problems import BLOCKING

SOURCES = {"ad_counts": Source("decompte.csv", {"place": "B"})}


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("Rennes (35)", "35"),
        ("35", "35"),
        ("Saint-Denis (974)", "974"),
        ("Ajaccio (2A)", "2A"),
        ("Rennes", ""),
        ("Rennes 35", ""),
        ("(35)", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_place_says_its_departement(place: str | None, code: str) -> None:
    assert departement(place) == code


def test_a_whole_departement_is_no_place_below_it() -> None:
    places = pd.Series(["Rennes (35)", "35", "", "Rennes"])
    assert within(places).tolist() == ["35", "35", "", ""]
    assert located(places).tolist() == [True, False, False, True]


def test_each_place_of_none_of_them_is_told_at_its_cell() -> None:
    """Of six rows: one has no département, one is of another region; an empty one is of the region alone."""
    places = ["Rennes (35)", "22", "Rennes", None, "Lens (62)", "Brest (29)"]
    table = pd.DataFrame({"row": range(2, 8), "place": pd.array(places, dtype="str")})
    found = list(check({"ad_counts": table}, SOURCES, ("22", "29", "35", "56")))
    assert [(one.file, one.row, one.column, one.severity) for one in found] == [
        ("decompte.csv", 4, "B", BLOCKING),
        ("decompte.csv", 6, "B", BLOCKING),
    ]
    assert all("Rennes (35)" in one.remedy and "22, 29, 35, 56" in one.remedy for one in found)


def test_a_place_of_the_workbook_of_demand_is_told_at_its_cell() -> None:
    """Of three rows, the second names no département; nothing is asked where there is one département alone."""
    table = pd.DataFrame({"sheet": 2, "row": [2, 3, 4], "place.text": ["Rennes (35)", "Rennes", None]})
    places = pd.DataFrame({"table": ["demand_ads"], "name": ["place"], "sheet": [2], "column": ["B"]})
    files = {"demand": "demande.xlsx"}
    found = list(in_workbooks({"demand_ads": table}, places, files, ("22", "35")))
    assert [(one.file, one.sheet, one.row, one.column) for one in found] == [("demande.xlsx", "2", 3, "B")]
    assert found[0].severity == BLOCKING and "22, 35" in found[0].remedy
    assert not list(in_workbooks({"demand_ads": table}, places, files, ("35",)))


def test_a_study_of_one_departement_writes_places_as_it_wants() -> None:
    table = pd.DataFrame({"row": [2], "place": ["Lens"]})
    assert not list(check({"ad_counts": table}, SOURCES, ("62",)))
