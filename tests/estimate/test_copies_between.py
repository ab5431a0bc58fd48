"""Copies known between two numbers, searched once, of ads that show several persons; lists out of reach; ads lost."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from own import ROOT
from test_persons import counted, facts, usable

from diagnostic.codebook.loading import load, read_folder
from diagnostic.estimate.facts import Builder
from diagnostic.estimate.formulas import uncertainty
from diagnostic.estimate.formulas.domain import response_classes
from diagnostic.estimate.formulas.linearised import design_of, share, share_of_seen
from diagnostic.estimate.formulas.profiles import profiles
from diagnostic.estimate.sample import steps

FOLDER = ROOT / "config/codebook"


def between(people: list[str], known: list[float | None], least: list[float], most: list[float]) -> pd.DataFrame:
    return usable(people, known).assign(least=least, most=most)


def forty(unknown: int) -> pd.DataFrame:
    """Forty ads of a list of 200, each of another person of two ads; the copies of the last are not known."""
    known: list[float | None] = [2.0] * (40 - unknown) + [None] * unknown
    ends = [2.0] * (40 - unknown) + [1.0] * unknown, [2.0] * (40 - unknown) + [10.0] * unknown
    return between([f"p{at}" for at in range(40)], known, *ends)


def test_an_ad_of_unknown_copies_is_in_the_limits_and_its_list_in_the_value() -> None:
    """200 / 2 persons; were the ten unknown alone, 200 / 40 × (30 / 2 + 10) = 125; were they of ten ads each, 80."""
    total = facts(forty(10), counted(E01=200))["persons.total"]
    assert total.value == 100 and total.high is not None and total.high > 125
    assert total.low == 40 and total.interval_kind == "model"  # one search: the persons seen
    assert "Copies inconnues de 10 annonces" in total.method
    source = facts(forty(10), counted(E01=200))["persons.source.copies"]
    assert source.value is not None and source.value > 20
    assert "persons.source.copies" not in facts(forty(0), counted(E01=200))


def test_limits_are_those_of_the_ends_each_with_its_own_error() -> None:
    ads, frame = forty(10), counted(E01=200).set_index("stratum")
    known = ads[ads["multiplicity"].notna()]
    few, many = (ads.assign(multiplicity=end) for end in uncertainty.extremes(ads["least"], ads["most"]))
    assert few["multiplicity"].max() == 10 and many["multiplicity"].min() == 1
    made = uncertainty.between(*(uncertainty.with_multiplicities(one, frame) for one in (known, few, many)))
    assert made.kind == "bounds" and made.value == 100 and made.low <= 80 and made.high >= 125


def test_the_weight_of_a_low_recall_is_smallest_inside() -> None:
    """At a recall of .55 two copies found weigh .091, three .284: from one to three the least is at two."""
    few, many = uncertainty.extremes(np.array([1.0, 2.0]), np.array([3.0, 3.0]), 0.55)
    assert few.tolist() == [2, 2] and many.tolist() == [1, 3]


def test_one_search_says_at_most_and_a_census_needs_none() -> None:
    once = facts(forty(0), counted(E01=200))["persons.total"]
    assert (once.low, once.interval_kind) == (40, "model")
    assert {"nombre_plafond", "recherche_complete", "annonceurs"} <= set(once.rules)
    assert once.label == "annonceurs derrière les annonces" and "annonceurs" in once.universe
    census = facts(usable([f"p{at}" for at in range(40)], [1.0] * 40).assign(least=1.0, most=1.0), counted(E01=40))
    assert (census["persons.total"].low, census["persons.total"].high) == (40, 40)
    assert "recherche_complete" not in census["persons.total"].rules


def test_couples_count_for_two_where_it_was_asked() -> None:
    """Ten of forty ads show two persons, of a person of two ads: 200 / 40 × (30 + 20) / 2; « 3 ou plus » reaches to ten."""
    ads = forty(0).assign(shown=[2.0] * 10 + [1.0] * 30, shown_most=[2.0] * 10 + [1.0] * 30)
    found = facts(ads, counted(E01=200))
    total = found["persons.total"]
    assert total.value == 125 and total.low == found["persons.seen"].value == 50
    assert "personnes_montrees" in total.rules and total.label == "personnes derrière les annonces"
    more = ads.assign(shown_most=[10.0] * 10 + [1.0] * 30)
    wider = facts(more, counted(E01=200))["persons.total"]
    assert wider.value == 125 and wider.high is not None and wider.high > 200 / 40 * (10 * 10 + 30) / 2


def test_a_list_that_nobody_saw_widens_every_share() -> None:
    """Half of 100 ads are cases; the 50 of a closed list may all be, or none."""
    stratum, case = pd.Series(["E01"] * 40), np.arange(40) < 20
    design = design_of(stratum, {"E01": 100.0, "E02": 50.0})
    base = np.ones(40)
    seen, whole = (one(design, case, base.astype(bool), base, 0.95) for one in (share_of_seen, share))
    assert seen.low is not None and seen.high is not None
    assert whole.value == 0.5 and whole.bounded and not seen.bounded
    assert (whole.low, whole.high) == pytest.approx((seen.low * 100 / 150, (seen.high * 100 + 50) / 150))


def test_persons_of_unknown_copies_bound_a_share_of_persons() -> None:
    ads = forty(10).assign(passing_through=["yes"] * 20 + ["no"] * 20)
    line = profiles(ads, {"E01": 200.0}, ["passing_through"]).set_index(["unit", "option"]).loc[("person", "yes")]
    plain = profiles(ads[:30], {"E01": 200.0}, ["passing_through"]).set_index(["unit", "option"]).loc[("person", "yes")]
    assert line["value"] == pytest.approx(2 / 3) == plain["value"] and line["bounded"] and not plain["bounded"]
    # the ten unknown, none of which has it, count for 1 / 10 or for 1: 10 / (10 + 5 + 10) and 10 / (10 + 5 + 1)
    assert line["low"] < 10 / 25 and line["high"] > 10 / 16


def test_lost_ads_are_stood_for_by_those_that_looked_like_them() -> None:
    """Of 20 places of 100, 10 looked alone and 10 like others, of which six were lost: 50 each, not 71 and 29."""
    frame = counted(E01=100, E02=9).set_index("stratum")
    stratum, label = pd.Series(["E01"] * 20 + ["E02"] * 3), pd.Series(["one"] * 10 + ["two"] * 10 + ["one"] * 3)
    answered = pd.Series([True] * 10 + [True] * 4 + [False] * 6 + [True] * 3)
    made, name = response_classes(frame, stratum, label, answered)
    assert made["size"].to_dict() == {"E02": 9, "E01 · one": 50, "E01 · two": 50}
    assert made.at["E01 · one", "variance"] == pytest.approx(100**2 * 0.8 * 0.25 / 19) and made["degrees"].min() == 19
    assert name.iloc[0] == "E01 · one" and name.iloc[-1] == "E02"
    few = answered.copy()
    few[10:13] = False  # one of the class is left: a variance needs two, and the list is one class
    same, kept = response_classes(frame, stratum, label, few)
    assert same is frame and (kept == stratum).all()


@pytest.mark.parametrize(("lost", "kind"), [(2, "sampling"), (3, "model")])
def test_a_share_is_of_a_model_where_more_was_lost_than_planned(lost: int, kind: str) -> None:
    """A tenth of twenty places was expected to be lost."""
    places = pd.DataFrame({"ad_id": [f"a{at}" for at in range(20)], "stratum": "E01"})
    assert steps.many_lost(places, places[lost:], 0.1) == (kind == "model")
    ads = usable([f"p{at}" for at in range(20 - lost)], [1.0] * (20 - lost))
    ads = ads.assign(passing_through=["yes", "no"] * 8 + ["yes"] * (4 - lost))
    build = Builder("consolidate/codings", "observed")
    many = steps.many_lost(places, places[lost:], 0.1)
    made = steps.profile_facts(ads, counted(E01=100), load(read_folder(FOLDER)), 0.95, build, str, lost=many)
    [one] = [fact for fact in made if fact.fact_id == "profile.ad.passing_through.yes"]
    assert one.interval_kind == kind and ("perdues_au_hasard" in one.rules) == (kind == "model")
    assert one.value is not None and not math.isnan(one.value)


@pytest.mark.parametrize(("half", "marked"), [(48.9, False), (49.1, True)])
def test_a_number_of_ads_is_marked_where_its_error_passes_the_limit(half: float, marked: bool) -> None:
    """A quarter of 100, at 95 %: 1.96 × 25 = 49 either way."""
    build = Builder("consolidate/codings", "observed")
    limits = {"low": 100 - half, "high": 100 + half, "interval_kind": "sampling"}
    one = build.fact("sample.site_size.{site}", 100.0, site="A01", said="", **limits)
    made = steps.flagged(one, {"confidence": 0.95, "relative_error": 0.25})
    assert ("peu_precis" in made.rules, "Peu précis" in made.method) == (marked, marked)
    person = build.fact("persons.total", 100.0, ads="1", level="", doubtful="", whom="", shown="", **limits)
    assert steps.flagged(person, {"confidence": 0.95, "relative_error": 0.25}) is person
