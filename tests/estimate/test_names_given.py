"""Names that coders wrote: one whatever the accents, few together, the five first."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from diagnostic.estimate.internet.names_given import CITED, CONTINENTS, continents, grouped

OFTEN = ["Lens", "Arras", "Béthune", "Calais", "Boulogne-sur-Mer", "Liévin"]


def test_spellings_meet_and_rare_names_are_told_together() -> None:
    places = [name for name in OFTEN for _ in range(CITED)] + ["LIEVIN", "liévin", "Bours", "Fampoux", None]
    ads = pd.DataFrame({"declared_place": places})
    (made, again), labels, number = grouped(ads, ads.assign(declared_place="BETHUNE"))
    assert number == {"declared_place": 8}
    shown = labels["declared_place"]
    assert shown["lievin"] == "Liévin" and shown["other"] == "autres lieux"
    sums = made.filter(like="declared_place/").sum()
    assert sums["declared_place/lievin"] == CITED + 2 and sums["declared_place/other"] == 2
    # five names of the six: Liévin, the most cited, and four of those that are cited as often
    assert sums["declared_place/first_five"] == 5 * CITED + 2
    assert not made.iloc[-1].any()  # no place, no box: missing, and in no base
    assert (
        list(again) == list(made) and again["declared_place/bethune"].all()
    )  # another coder's names, in the same boxes


def test_nothing_is_made_of_an_empty_column() -> None:
    ads = pd.DataFrame({"declared_place": [None, None], "ad_id": ["a", "b"]})
    (made,), labels, number = grouped(ads)
    assert made.equals(ads) and not labels and not number


def test_a_country_has_its_continent_under_any_of_its_names() -> None:
    where = continents((Path(__file__).parents[2] / "resources/references/countries.csv").read_bytes())
    assert set(where.values()) == set(CONTINENTS)
    # UN, Standard country or area codes for statistical use (M49)
    assert {where[name] for name in ("roumanie", "tchequie", "russie", "albanie")} == {"europe"}
    assert {where[name] for name in ("nigeria", "rdc", "cote-d-ivoire")} == {"africa"}
    assert {where[name] for name in ("bresil", "usa", "porto-rico")} == {"americas"}
    assert {where[name] for name in ("chine", "turquie", "vietnam", "liban")} == {"asia"}
    assert "pays-fictif-a" not in where
