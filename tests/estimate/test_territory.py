"""Facts by place: eight situations counted by hand, structures that answered, intercommunalities of declared places."""

from __future__ import annotations

import pandas as pd
import pytest
from replay import config, estimated, outlined
from territories import EIGHT, STUDY, described, facts

from diagnostic.core.tables import model
from diagnostic.estimate.tables import TABLES

BY_HAND = {
    "territory.persons.commune.F23": 60 + 45,
    "territory.persons.commune.F07": 40,
    "territory.persons.commune.F15": 25,
    "territory.persons.epci.agglomeration-de-villeneuve": 60 + 45 + 25 + 10,
    "territory.persons.epci.communaute-du-port": 40,
    "territory.persons.epci.communaute-des-fables": 15,
    "territory.persons.arrondissement.nord": 60 + 45 + 15 + 10,
    "territory.persons.arrondissement.sud-ouest": 40 + 25,
    "territory.persons.located": 60 + 45 + 40 + 25 + 15 + 10,
    # forms only where a hundred persons are: neither in the Port nor in the south
    "territory.visible.epci.agglomeration-de-villeneuve": 60,
    "territory.visible.arrondissement.nord": 60 + 15,
    "territory.discreet.epci.agglomeration-de-villeneuve": 45 + 25 + 10,
    "territory.discreet.arrondissement.nord": 45 + 10,
    "places.communes": 5,
    "places.intercommunalities": 3,  # of four: the release says whether that may be told
}


@pytest.fixture(scope="module")
def eight() -> pd.DataFrame:
    return TABLES["territory"].validate(facts(EIGHT, places=model("collect/places").empty())).set_index("fact_id")


def test_every_fact_is_what_was_counted_by_hand(eight: pd.DataFrame) -> None:
    """No row for a village, nor for a place of which nothing is told."""
    assert dict(eight["value"]) == BY_HAND


def test_steps_are_unions_of_the_same_codes(eight: pd.DataFrame) -> None:
    """So the audit knows that a commune is a part of its intercommunality."""
    groups = eight["group"]
    assert groups["territory.persons.commune.F23"] == "prostitution: place=F23"
    union = "place=F15|F23|epci-agglomeration-de-villeneuve-arrondissement-nord"
    assert groups["territory.persons.epci.agglomeration-de-villeneuve"] == f"prostitution: {union}"
    visible = groups["territory.visible.epci.agglomeration-de-villeneuve"]
    assert visible == f"prostitution: {union} & prostitution_form=wood|road|stree"
    assert set(eight.loc[eight["unit"] == "person", "base"]) == {"prostitution:"}


def test_facts_outside_are_counted_elsewhere_and_not_here(eight: pd.DataFrame) -> None:
    everyone = sum(row[1] for row in EIGHT if row[4] != "risk")
    assert everyone - eight.at["territory.persons.located", "value"] == 30
    assert not any("outside" in group for group in eight["group"])


def test_a_ladder_that_starts_higher_names_no_commune() -> None:
    geography = config().policy.rules.geography.model_dump() | {"ladder": ["intercommunality", "arrondissement"]}
    found = facts(EIGHT, places=model("collect/places").empty(), geography=geography)
    assert not found["fact_id"].str.contains(r"\.commune\.").any() and len(found) == len(BY_HAND) - 3


def test_without_population_no_commune_is_named() -> None:
    bare = outlined(STUDY).assign(population=pd.NA)
    assert not facts(EIGHT, bare, places=model("collect/places").empty())["fact_id"].str.contains(r"\.commune\.").any()


def test_without_territories_or_codes_there_is_no_fact() -> None:
    assert facts(EIGHT, outlined(STUDY).iloc[:0], places=model("collect/places").empty()).empty
    silent = described(EIGHT).assign(**{"commune.code": "no_answer", "commune_2.code": "no_answer"})
    assert facts(EIGHT, described=silent, places=model("collect/places").empty()).empty


def test_structures_that_answered_by_commune_and_intercommunalities_of_ads() -> None:
    """99-2025: nine of fourteen answered in Villeneuve; ads declare Villeneuve and Port-Neuf, in two of them."""
    found = estimated(STUDY).facts["value"]
    assert {name: value for name, value in found.items() if str(name).startswith("partners.place.")} == {
        "partners.place.F07": 4,
        "partners.place.F15": 1,
        "partners.place.F23": 9,
        "partners.place.F25": 1,
        "partners.place.F29": 1,
    }
    assert found["ads.intercommunalities"] == 2


def test_invented_places_are_in_no_intercommunality() -> None:
    """The reconstruction of 62-2020 shares ads between places that it names itself."""
    assert "ads.intercommunalities" not in estimated("62-2020").facts.index
