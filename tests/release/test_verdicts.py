"""The release verdict: which facts may be printed, on either side of the thresholds, and what follows what."""

from __future__ import annotations

import math
from dataclasses import asdict
from types import SimpleNamespace
from unittest.mock import Mock

import pandas as pd
import pytest
from drawn import always, cases, one_in
from facts_at_hand import Fact, replace, way
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import policy

from diagnostic.core.validation import validate
from diagnostic.estimate.catalogue.reading import every
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.estimate.facts import table
from diagnostic.release import printed, statements
from diagnostic.release.populations.rounding import PUBLIC_KEY, Draw
from diagnostic.release.ways import model, own, verdicts
from diagnostic.release.ways.verdicts import decide
from diagnostic.release.ways.way import Printed, Scope

PERSONS, OTHERS = 11, 8  # a fact that names no group: the highest threshold for persons and situations


def fact(unit: str, measure: str = "count", **given: object) -> Fact:
    """Of a model, where it is an estimate of persons."""
    model = unit == "person" and measure in ("estimate", "error")
    return Fact(
        way="model" if model else "",
        fact_id="x.y",
        label="essai",
        unit=unit,
        measure=measure,
        universe="essai",
        formula="essai",
        source_table="consolidate/described" if model else "essai/essai",
        origin="observed",
        **given,
    )


def verdict(one: Fact, draw: Draw | None = None) -> pd.Series:
    """Without a draw: a study that holds nothing private."""
    ledger = decide(table("99-2026", [one]), policy(), draw=draw).ledger
    return validate(ledger, "release/ledger").iloc[0]


@pytest.mark.parametrize("unit", one_in(3, PEOPLE))
@pytest.mark.parametrize("value", [0, 1, 7, 8, 10, 11])
def test_counts_of_people(unit: str, value: float) -> None:
    """What a service counts is its own, however many they are."""
    threshold = PERSONS if unit in ("person", "situation") else OTHERS
    shown = value >= threshold and way("x.y", unit) != "service"
    assert verdict(fact(unit, value=value))["verdict"] == ("shown" if shown else "withheld")


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (11, 22, "shown"),
        (10, 40, "withheld"),  # ten people are in the part
        (40, 50, "withheld"),  # ten people are in the rest: printing 80 % prints them
        (50, 50, "withheld"),  # 100 % says the rest is nobody
        (0, 50, "withheld"),  # 0 % says the part is nobody
        (39, 50, "shown"),
    ],
)
def test_shares_of_people_are_judged_by_the_part_and_by_the_rest(part: int, whole: int, expected: str) -> None:
    share = fact("person", "percent", value=100 * part / whole, numerator=part, denominator=whole)
    assert verdict(share)["verdict"] == expected


def test_a_percentage_is_not_taken_for_a_count() -> None:
    """12 of 300: 4 %, under the threshold as a number, above it as people."""
    assert verdict(fact("person", "percent", value=4, numerator=12, denominator=300))["verdict"] == "shown"


def test_a_count_with_its_base_is_judged_by_its_numerator() -> None:
    assert verdict(fact("person", value=20, numerator=20, denominator=25))["verdict"] == "shown"
    assert verdict(fact("person", value=5, numerator=5, denominator=400))["verdict"] == "withheld"


@pytest.mark.parametrize("unit", one_in(3, ["site", "ad", "article", "structure", "commune", "row", "figure"]))
@pytest.mark.parametrize("value", [0, 1, 699])
def test_what_counts_no_people_is_shown(unit: str, value: float) -> None:
    found = verdict(fact(unit, value=value, numerator=value, denominator=1000))
    assert (found["verdict"], found["shown_value"]) == ("shown", value)


def test_withheld_facts_show_neither_value_nor_limits() -> None:
    found = verdict(fact("person", value=5, low=4, high=40, interval_kind="bounds"))
    assert found[["shown_value", "shown_low", "shown_high"]].isna().all()
    assert (found["value"], found["low"], found["high"]) == (5, 4, 40)  # the ledger itself never leaves the team
    assert "seuil" in found["reason"] and "11" in found["reason"]


def test_shown_facts_keep_value_and_limits() -> None:
    found = verdict(fact("person", "estimate", value=273, low=97, high=547, interval_kind="bounds"))
    assert (found["shown_value"], found["shown_low"], found["shown_high"]) == (273, 97, 547)


@pytest.mark.parametrize(("value", "shown"), [(9.565236, 10), (0.677017, 1), (0.0, 0), (12.34, 12), (127.4, 130)])
def test_what_adds_to_an_error_on_persons_is_told_in_whole_persons(value: float, shown: float) -> None:
    """Two significant digits, as the estimate that it is the error of."""
    told = verdict(fact("person", "error", value=value), Draw(b"k"))
    assert (told["verdict"], told["shown_value"]) == ("shown", shown)


def test_dates_are_shown() -> None:
    assert verdict(fact("person", "date", value_text="2020-01"))["verdict"] == "shown"


@settings(max_examples=cases(40), deadline=None)
@given(st.integers(0, 30), st.integers(1, 30))
def test_no_small_group_can_be_read_off_a_shown_share(part: int, rest: int) -> None:
    """What is shown with its base tells how many people are in and out: both reach the threshold."""
    whole = part + rest
    share = fact("situation", "percent", value=100 * part / whole, numerator=part, denominator=whole)
    assert (verdict(share)["verdict"] == "shown") == (min(part, rest) >= PERSONS)


def test_meetings_with_persons_are_counted_like_people_but_for_those_that_a_publication_cites() -> None:
    assert verdict(fact("meeting", value=3))["verdict"] == "withheld"
    cited = replace(fact("meeting", value=3), origin="published")
    assert verdict(cited)["shown_value"] == 3


@pytest.mark.parametrize(("cited", "among", "expected"), [(2, 30, "withheld"), (3, 30, "shown"), (16, 30, "withheld")])
def test_the_number_of_places_says_nothing_of_those_that_are_not_named(cited: int, among: int, expected: str) -> None:
    """Two communes are named with their number: were they all, nobody would be anywhere else; were they most of the
    département's, somebody would be nearly everywhere."""
    made = [replace(fact("commune", value=cited, denominator=among), fact_id="places.communes", way="things")]
    for name, value in (("62193", 30), ("62498", 25), ("62119", 4)):
        made.append(replace(fact("person", value=value), fact_id=f"territory.persons.commune.{name}"))
    ledger = decide(table("99-2026", made), policy()).ledger.set_index("fact_id")
    assert ledger.loc["places.communes", "verdict"] == expected


# -- With a key ---------------------------------------------------------------------------------------------------

KEYED = Draw(PUBLIC_KEY)


@pytest.mark.parametrize(("role", "shown"), [("press", 6), ("sites", 6), ("questionnaire", None)])
def test_rows_of_lists_that_are_printed_whole_are_told(role: str, shown: float | None) -> None:
    """And not how many rows were received in all, which is a number of answers."""
    rows = replace(fact("row", value=6, numerator=6, denominator=223), fact_id=f"quality.rows.{role}")
    found = verdicts.verdict(asdict(rows), Scope(policy(), KEYED, {"described": Mock()}))
    assert found and (found["shown_value"] == shown if shown else found["verdict"] == "withheld")
    assert pd.isna(found["shown_denominator"])


@pytest.mark.parametrize("unit", ["person", "situation", "exchange", "meeting"])
def test_outside_the_closed_list_nothing_is_printed(unit: str) -> None:
    assert verdict(fact(unit, value=500), KEYED)["verdict"] == "withheld"


@pytest.mark.parametrize("key", always(4, range(20)))
def test_model_outputs_on_persons_are_drawn_to_their_second_digit(key: int) -> None:
    """The value to one of its two neighbours, its ends outward by two steps at most; under a hundred, to ten."""
    draw = Draw(str(key).encode())
    found = verdict(fact("person", "estimate", value=655.6, low=401.2, high=1117.0), draw)
    assert found["shown_value"] in (650, 660)
    assert found["shown_low"] in (390, 400) and found["shown_high"] in (1200, 1300)
    assert found["claim_low"] <= 655.6 <= found["claim_high"]
    small = verdict(fact("person", "estimate", value=84.0, low=61.0, high=97.0), draw)
    assert small["shown_value"] in (80, 90) and small["shown_low"] in (50, 60) and small["shown_high"] in (100, 110)
    own = replace(fact("response", "estimate", value=15.4), source_table="consolidate/respondents")
    assert verdict(own, draw)["shown_value"] == 15


@pytest.mark.parametrize("kind", one_in(3, ["bounds", "model"]))
@pytest.mark.parametrize("key", always(4, range(20)))
def test_an_estimate_that_is_limits_alone_is_printed_by_them_drawn_outward(key: int, kind: str) -> None:
    """97 to 547: each end on a multiple of its second digit beyond it, by two steps at most; nothing where the lower end is
    a few persons. What the limits are is told, and is no part of a claim: the truth may be beyond those of a model."""
    draw = Draw(str(key).encode())
    found = verdict(fact("person", "estimate", low=97, high=547, interval_kind=kind), draw)
    (said,) = statements.made(found.to_frame().T, ()).itertuples()
    assert said.interval_kind == kind and pd.isna(said.claim_low) and pd.isna(said.claim_high)
    assert found["verdict"] == "shown" and pd.isna(found["shown_value"])
    assert found["shown_low"] in (80, 90) and found["shown_high"] in (550, 560)
    assert verdict(fact("person", "estimate", low=3, high=547, interval_kind="bounds"), draw)["verdict"] == "withheld"


@pytest.mark.parametrize("key", always(4, range(20)))
@pytest.mark.parametrize(
    ("kept", "others", "step"),
    [(655.6, (640.2, 668.9), 10), (1512.0, (1298.0, 1533.0), 100), (655.6, (655.5, 655.7), 10)],
)
def test_choices_of_an_estimate_of_persons_are_one_range_no_finer_than_it(
    key: int, kept: float, others: tuple[float, float], step: int
) -> None:
    ends = dict(zip(("links_together", "links_apart"), others, strict=True))
    made = [
        replace(fact("person", "estimate", value=value), fact_id=f"sensitivity.{choice}.persons_total")
        for choice, value in ends.items()
    ]
    headline = replace(fact("person", "estimate", value=kept), fact_id="persons.total")
    draw = Draw(str(key).encode())
    ledger = decide(table("99-2026", [headline, *made]), policy(), draw=draw).ledger.set_index("fact_id")
    told = ledger.loc[[one.fact_id for one in made]]
    assert told["verdict"].eq("shown").all() and told["shown_value"].isna().all()
    assert told["shown_low"].nunique() == told["shown_high"].nunique() == 1
    low, high = told["shown_low"].iloc[0], told["shown_high"].iloc[0]
    assert low % step == high % step == 0 and low <= min(others) and max(others) <= high
    own = ledger.loc["persons.total"]  # nothing that it stands for is outside: the range narrows it by nothing
    assert low <= own["claim_low"] and own["claim_high"] <= high
    assert min(others) - low <= 2 * step and high - max(others) <= 2 * step


def test_choices_are_not_printed_where_their_headline_is_not() -> None:
    choice = replace(fact("person", "estimate", value=40.0), fact_id="sensitivity.links_apart.persons_total")
    headline = replace(fact("person", "estimate", value=3.0), fact_id="persons.total")
    ledger = decide(table("99-2026", [headline, choice]), policy(), draw=Draw(b"key")).ledger
    assert ledger["verdict"].eq("withheld").all()


def test_what_says_a_withheld_number_otherwise_follows_it() -> None:
    """A number of people that no group of the list has: its share, its middle; not a number beside it, nor one of things."""
    rows = [
        ("a.n", "person", "", "withheld", False),  # is withheld, and follows nothing
        ("a.n_pct", "person", "", "shown", True),
        ("a.n_central", "person", "", "shown", True),
        ("a.n_central", "site", "", "shown", False),
        ("a.n_pct", "person", "prostitution: gender=femme", "shown", False),
        ("a.other_pct", "person", "", "shown", False),
        ("a.m", "person", "", "shown", False),
        ("a.m_pct", "person", "", "shown", False),
    ]
    table_ = pd.DataFrame(rows, columns=["fact_id", "unit", "group", "verdict", "follows"])
    assert model.followed(table_, table_, Mock()).tolist() == table_["follows"].tolist()


def test_limits_take_the_place_of_a_value_that_is_not_printed() -> None:
    def told(value: float, low: float, high: float) -> str:
        one = SimpleNamespace(verdict="shown", value_text="", measure="count", decimals=0)
        one.shown_value, one.shown_low, one.shown_high = value, low, high
        return printed.value(one)

    assert told(15, 10, 20) == "15" and told(math.nan, 10, 20) == "10 à 20"
    assert told(math.nan, math.nan, math.nan) == told(math.nan, 10, math.nan) == printed.WITHHELD


def test_of_a_departement_it_is_said_that_numbers_of_professionals_are_drawn() -> None:
    """Of one that is exact, of the whole study, of persons or of a share it is not."""
    rows = [
        ("d35.survey.x.a", "professional", "count", 5),
        ("d35.survey.x.b", "professional", "count", 0),
        ("survey.x.a", "professional", "count", 5),
        ("d35.survey.x.c", "person", "count", 5),
        ("d35.survey.x.d", "professional", "percent", 5),
    ]
    said = pd.DataFrame(rows, columns=["statement_id", "unit", "measure", "near"])
    said = said.assign(kind="value", claim_low=20 - said["near"], claim_high=20 + said["near"])
    assert own._within(Printed(said, said[:0], False))["statement_id"].tolist() == ["d35.survey.x.a"]


@pytest.mark.parametrize(
    ("name", "part", "expected"),
    one_in(
        2,
        [
            ("trans", 10, "withheld"),
            ("trans", 11, "shown"),
            ("woman", 8, "shown"),
            ("woman", 300, "withheld"),
            ("man", 7, "withheld"),
        ],
    ),
)
def test_coded_attributes_of_ads_fall_under_the_classes_of_persons(name: str, part: int, expected: str) -> None:
    share = fact("ad", "percent", value=100 * part / 305, numerator=part, denominator=305)
    share = replace(share, fact_id=f"profile.ad.gender_presented.{name}", source_table="consolidate/codings")
    found = verdict(share, KEYED)
    assert found["verdict"] == expected
    assert expected == "withheld" or (found["shown_value"] % 5 == 0 and 0 < found["shown_value"] < 100)


def test_communes_with_few_ads_are_not_named() -> None:
    for value in (19, 45):
        told = replace(fact("ad", value=value), fact_id="places.ads.c", source_table="consolidate/counts")
        found = verdict(told, KEYED)
        assert found["verdict"] == ("withheld" if value < 20 else "shown")
        assert value < 20 or found["shown_value"] in (40, 50)


def test_ads_by_site_stay_exact() -> None:
    found = verdict(
        replace(fact("ad", value=699), fact_id="ads.site_count.a", source_table="consolidate/counts"), KEYED
    )
    assert found["shown_value"] == 699


# -- What coded ads say ---------------------------------------------------------------------------------------------

COPIES = "ads.duplicate_rate_pct"  # of ads, not of what they say
INDICATORS = "{ad_indicator}"  # under the ids of the codebook's headlines


def test_all_that_coded_ads_say_is_judged() -> None:
    """A new text of what ads say would otherwise be printed as it is."""
    assert {name for name, text in every()["profiles"].items() if text.way != "declared"} == {COPIES}


@pytest.mark.parametrize("value", one_in(3, range(0, 11)))
def test_a_few_countries_of_a_continent_are_not_told(value: int) -> None:
    """« 1 pays d’Afrique » would say that an ad declares that origin, whose class is at eleven."""
    cited = replace(fact("ad", value=value), fact_id="ads.countries_africa", source_table="consolidate/codings")
    for number in range(cases(20)):
        found = verdict(cited, Draw(bytes([number]) * 32))
        assert found["verdict"] == "withheld" and pd.isna(found["shown_value"])


@pytest.mark.parametrize("draw", one_in(3, [None, KEYED]))
@pytest.mark.parametrize("value", [0, 5, 40])
def test_what_was_said_in_interviews_is_for_the_team(value: float, draw: Draw | None) -> None:
    """Though it counts interviews: what few structures said of persons is no count of structures."""
    said = replace(fact("structure", value=value), fact_id="interviews.themes.a.b", source_table="collect/text_coding")
    assert verdict(said, draw)["verdict"] == "withheld"
    met = replace(said, fact_id="interviews.by_phone", source_table="consolidate/meetings")
    assert verdict(met, draw)["verdict"] == "shown"


def test_who_contributed_and_its_parts_are_exact_alike() -> None:
    """61 answered, 35 were met, 92 contributed: a part rounded beside an exact sum would be the only one, and none hidden."""
    parts = {"survey.professionals": 61, "interviews.professionals": 35, "pros.total_distinct": 92}
    own = {name: fact("professional", value=value) for name, value in parts.items()}
    facts = [replace(one, fact_id=name, source_table="consolidate/professionals") for name, one in own.items()]
    ledger = decide(table("99-2026", facts), policy(), draw=Draw(b"k")).ledger.set_index("fact_id")
    assert ledger["shown_value"].to_dict() == parts and ledger["claim_low"].isna().all()


@pytest.mark.parametrize(
    ("values", "shown"),
    one_in(
        3,
        [
            ([3, 4], [3, 4]),
            ([3, 2, 1, 1], [3]),  # four places of three kinds are left
            ([5, 3, 1], [5]),  # one alone would be the total less the others
            ([1, 1, 9], []),  # two places are left of eleven: too few
            ([2, 2, 9], [9]),
            ([2], []),
        ],
    ),
)
def test_a_kind_of_few_places_at_risk_is_not_told(values: list[int], shown: list[int]) -> None:
    named = [replace(fact("venue", value=value), fact_id=f"venues.type.k{at}") for at, value in enumerate(values)]
    facts = [*named, replace(fact("venue", value=sum(values)), fact_id="venues.high_risk")]

    def told(listed: list[Fact]) -> pd.DataFrame:
        ledger = decide(table("99-2026", listed), policy(), draw=Draw(b"k")).ledger
        found = statements._settled(statements.made(ledger, []), {"demand"}, pd.DataFrame({"status": [], "basis": []}))
        return found[found["statement_id"].str.startswith("venues.type.")]

    assert (
        list(told(facts)["shown_value"]) == shown and told(facts)["kind"].eq("value").all()
    )  # no row names the others
    assert list(told([replace(one, origin="transcribed") for one in facts])["shown_value"]) == values
