"""Where facts take place: the finest territory that holds all that is coded of the same persons."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnostic.consolidate.located import cited, members, placed
from diagnostic.core.tables import columns, model

# code, intercommunality, arrondissement: Z straddles two arrondissements, X and Y are each in one
COMMUNES = [("A", "X", "n"), ("B", "X", "n"), ("C", "Y", "n"), ("D", "Z", "n"), ("E", "Z", "s"), ("F", None, "s")]


def areas() -> pd.DataFrame:
    rows = [{"level": "commune", "code": c, "epci": e, "arrondissement": a} for c, e, a in COMMUNES]
    return pd.DataFrame(rows).reindex(columns=columns("geography/areas"))


def situations(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Territory and two communes, as the collect phase gives them; "" where nothing is answered."""
    frame = pd.DataFrame(rows, columns=["territory.code", "commune.code", "commune_2.code"])
    return frame.replace("", "no_answer").astype("str")


def test_eight_situations() -> None:
    rows = [
        ("in", "A", ""),  # its commune
        ("", "A", "B"),  # two communes of X
        ("both", "A", "C"),  # of two intercommunalities of the north
        ("", "D", "E"),  # of one intercommunality that straddles
        ("in", "A", "E"),  # nothing smaller than the département
        ("in", "", ""),  # inside, nowhere in particular
        ("out", "", ""),
        ("", "", ""),
    ]
    found = placed(situations(rows), np.arange(8), areas())
    expected = [
        "A",
        "epci-X-arrondissement-n",
        "arrondissement-n",
        "epci-Z",
        "departement",
        "departement",
        "outside",
        "no_answer",
    ]
    assert list(found) == expected


def test_descriptions_of_the_same_persons_have_one_place() -> None:
    """Three descriptions of one person: two communes, and one that does not say."""
    found = placed(
        situations([("", "A", ""), ("in", "", ""), ("", "B", ""), ("", "C", "")]), np.array([0, 0, 0, 1]), areas()
    )
    assert list(found) == ["epci-X-arrondissement-n"] * 3 + ["C"]


def test_a_commune_without_intercommunality_goes_to_its_arrondissement() -> None:
    assert list(placed(situations([("", "E", "F")]), np.array([0]), areas())) == ["arrondissement-s"]


def test_without_territories_a_commune_stays_and_several_are_the_departement() -> None:
    found = placed(situations([("", "A", ""), ("", "A", "B")]), np.array([0, 1]), model("geography/areas").empty())
    assert list(found) == ["A", "departement"]


def test_members_are_what_lies_wholly_inside() -> None:
    assert members("commune", "A", areas()) == {"A"}
    straddling = {"epci-Z-arrondissement-n", "epci-Z-arrondissement-s"}
    assert members("epci", "Z", areas()) == {"D", "E", "epci-Z", *straddling}
    north = {"epci-X-arrondissement-n", "epci-Y-arrondissement-n", "epci-Z-arrondissement-n"}
    assert members("arrondissement", "n", areas()) == {"A", "B", "C", "D", "arrondissement-n", *north}
    assert members("arrondissement", "s", areas()) == {"E", "F", "arrondissement-s", "epci-Z-arrondissement-s"}


def test_cited_communes_are_those_coded() -> None:
    assert cited(situations([("", "A", "B"), ("in", "A", ""), ("out", "", "")])) == ({"A", "B"},) * 3
    assert cited(pd.DataFrame({"territory.code": ["in"]})) == (set(),) * 3
