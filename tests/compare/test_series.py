"""The traps of the national series, and of the published studies that repeat them, against lists made by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from traps import called, checked

from diagnostic.compare.tables import as_text
from diagnostic.core import french

RESOURCES = Path(__file__).parents[2] / "resources"
WRITTEN = as_text((RESOURCES / "references/series.csv").read_bytes())
SERIES = WRITTEN.drop(columns="traps")
CALLED = {"bretagne-2019": "« Bretagne 2019 » (Amicale du Nid)"}
FIGURES = as_text((RESOURCES / "published/figures.csv").read_bytes())

# Series and date → the beginning of what must be found, from what the sources themselves say when read one by one.
BY_HAND = {
    ("ssmsi.victims_total", "2021"): "ses parts imprimées (1 920 en tout) dépassent",
    ("ssmsi.procedures", "2020"): "une autre valeur est imprimée pour la même date",
    ("psp.ongoing", "2020-06"): "le même nombre est imprimé ailleurs sous une autre définition",
    ("psp.accepted_cumulative", "2017/2020-04"): "le même nombre est imprimé ailleurs sous une autre définition",
    ("psp.departements", "2024-12-31"): "ses parts imprimées (63 en tout) n’atteignent pas",
    ("afis.target", "2025"): "objectif, et non constat",
    ("miprof.spotted", "2020"): "les répondantes changent d’une année à l’autre (de 26 à 72)",
    ("prostcost.internet_pct", "2015"): "égal au chiffre de l’étude publiée « Bretagne 2019 » (Amicale du Nid)",
}


def said(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {
        (one.series, one.year): one.traps.replace("\u202f", " ").replace("\u00a0", " ")
        for one in table.itertuples()
        if one.traps
    }


def test_the_series_has_under_traps_what_the_calculation_finds() -> None:
    every = called(as_text((RESOURCES / "published/studies.csv").read_bytes()))
    assert list(checked(SERIES, FIGURES, every)["traps"]) == [french.typographic(one) for one in WRITTEN["traps"]]


def test_the_traps_known_by_hand_are_found() -> None:
    found = said(checked(SERIES, FIGURES, CALLED))
    for place, words in BY_HAND.items():
        assert words in found[place], place


def test_a_plain_series_has_no_trap() -> None:
    rows = [("a.b", str(year), str(100 + year), "person", "personnes", "exact", "", "x") for year in (2019, 2020, 2021)]
    assert said(checked(pd.DataFrame(rows, columns=SERIES.columns), FIGURES, CALLED)) == {}


def test_parts_that_make_their_total_are_no_trap() -> None:
    rows = [
        ("a.b_total", "2020", "60", "person", "personnes", "exact", "", "x"),
        *(
            (f"a.b_{part}", "2020", count, "person", "personnes", "exact", "", "x")
            for part, count in zip("xyz", "321", strict=True)
        ),
    ]
    table = pd.DataFrame(rows, columns=SERIES.columns)
    assert "n’atteignent pas" in said(checked(table, FIGURES, CALLED))["a.b_total", "2020"]
    assert said(checked(table.assign(value=["6", "3", "2", "1"]), FIGURES, CALLED)) == {}


def test_without_a_published_study_the_other_traps_are_found() -> None:
    found = said(checked(SERIES, FIGURES.iloc[:0], CALLED))
    assert set(BY_HAND) - set(found) == {("prostcost.internet_pct", "2015")}


def test_a_note_says_nothing_that_the_calculation_says_beside_it() -> None:
    """The reader would have it twice: the objective, the share printed again, the other value of that date."""
    for one in checked(SERIES, FIGURES, CALLED).itertuples():
        for word in ("objectif", "reprise", "dépassent", "pour la même"):
            assert word not in one.note or word not in one.traps, one.series
