"""The persons behind the coded ads: one rounded number, of which all the others that depend on it are made."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from drawn import one_in
from facts_at_hand import Fact
from hypothesis import example, given
from hypothesis import strategies as st
from simulated import policy

from diagnostic.estimate.facts import table
from diagnostic.estimate.formulas.uncertainty import without_multiplicities
from diagnostic.release import statements
from diagnostic.release.populations.policy import CLASSES
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.ways.coded import MADE, Told, class_of
from diagnostic.release.ways.verdicts import decide

SHARED = {
    **{"label": "x", "universe": "x", "formula": "x", "source_table": "consolidate/codings"},
    **{"origin": "observed"},
}
ORDINARY = 8  # config/release.yaml


def of_pairs(ads: int, coded: int, seen: int) -> tuple[float, float]:
    """What the duplicates of a sample give, where nobody has more than two ads of it, as few as may be."""
    pairs = coded - seen
    counted = {1: seen - pairs, 2: pairs} if 2 * pairs <= coded else {coded // seen: seen}
    made = without_multiplicities({size: n for size, n in counted.items() if n > 0}, [ads] * 3)
    return made.low, made.high


def ledger(ads: int, coded: int, seen: int, key: bytes | None) -> pd.DataFrame:
    """`seen` persons behind `coded` ads of `ads`: one row per fact that depends on them."""
    person = {"unit": "person", **SHARED}
    facts = [
        Fact(fact_id="sample.usable", value=coded, unit="ad", measure="count", **SHARED),
        Fact(fact_id="persons.seen", value=seen, measure="count", **person),
        Fact(
            fact_id="ads.duplicate_rate_pct",
            value=100 * (1 - seen / coded),
            numerator=coded - seen,
            denominator=coded,
            **{"unit": "ad", "measure": "percent"},
            **SHARED,
        ),
        Fact(fact_id="persons.published_formula", value=ads * seen / coded, measure="estimate", **person),
        Fact(
            fact_id="persons.logical",
            low=seen,
            high=ads - coded + seen,
            interval_kind="bounds",
            measure="estimate",
            **person,
        ),
        Fact(
            fact_id="persons.indicative",
            **dict(zip(("low", "high"), of_pairs(ads, coded, seen), strict=True)),
            interval_kind="model",
            measure="estimate",
            **person,
        ),
    ]
    return decide(table("47-2026", facts), policy(), {}, draw=None if key is None else Draw(key)).ledger.set_index(
        "fact_id"
    )


@pytest.mark.slow
@given(coded=st.integers(60, 400), part=st.floats(0.3, 1), more=st.integers(0, 3000), key=st.binary(min_size=1))
def test_all_that_is_printed_of_them_together_leaves_as_many_numbers_as_the_threshold(
    coded: int, part: float, more: int, key: bytes
) -> None:
    """A reader who knows the rules keeps each number of persons that every printed number allows."""
    seen, ads = max(20, math.floor(part * coded)), coded + more
    rows = ledger(ads, coded, seen, key)
    told = rows.loc["persons.seen"]
    if told["verdict"] != "shown":
        assert rows.drop(["sample.usable"])["verdict"].ne("shown").all()
        return
    possible = set(range(int(told["claim_low"]), min(int(told["claim_high"]), coded) + 1))
    of_all = set(possible)
    share, formula, logical = (
        rows.loc[name] for name in ("ads.duplicate_rate_pct", "persons.published_formula", "persons.logical")
    )
    if share["verdict"] == "shown":
        of_all &= {
            d for d in possible if share["claim_low"] - 1e-6 <= 100 * (1 - d / coded) <= share["claim_high"] + 1e-6
        }
    if formula["verdict"] == "shown":
        of_all &= {
            d for d in possible if formula["claim_low"] - 1e-6 <= ads * d / coded <= formula["claim_high"] + 1e-6
        }
    if logical["verdict"] == "shown":
        of_all &= {d for d in possible if logical["shown_low"] <= d and ads - coded + d <= logical["shown_high"]}
    if (ends := rows.loc["persons.indicative"])["verdict"] == "shown":  # an end is printed less than two steps away

        def near(end: float, printed: float) -> bool:
            return abs(end - printed) < 2 * max(10, 10 ** math.floor(math.log10(end) - 1))

        given = {d: of_pairs(ads, coded, d) for d in possible}
        of_all &= {d for d, (a, b) in given.items() if near(a, ends["shown_low"]) and near(b, ends["shown_high"])}
    assert seen in of_all and of_all == possible and len(possible) >= ORDINARY


@pytest.mark.slow
@given(st.integers(60, 300), st.integers(0, 2000), st.binary(min_size=1), st.integers(-4, 4))
@example(300, 330, b"\0", -1)  # 315, and 314.99999999999994 of the same 2.1 ads by coded ad
def test_what_is_computed_of_two_numbers_that_print_the_same_is_the_same(
    coded: int, more: int, key: bytes, step: int
) -> None:
    seen = coded // 2
    one, other = (ledger(coded + more, coded, number, key) for number in (seen, seen + step))
    columns = ["verdict", "shown_value", "shown_low", "shown_high", "shown_numerator", "claim_low", "claim_high"]
    if one.loc["persons.seen", "shown_value"] == other.loc["persons.seen", "shown_value"]:
        pd.testing.assert_frame_equal(one[columns], other[columns], check_exact=False, rtol=1e-9)


@pytest.mark.slow
def test_no_limit_of_the_persons_is_above_that_of_the_ads_to_the_next_step() -> None:
    """« De 4 700 à 6 480 » where the ads are 5 900, and 6 256 at most: 6 300."""
    of = {**SHARED, "measure": "estimate", "interval_kind": "sampling"}
    facts = [
        Fact(fact_id="sample.relevant", value=5902, low=5560, high=6256, unit="ad", **of),
        Fact(fact_id="persons.total", value=5600, low=4790, high=6480, unit="person", **of),
    ]
    for key in range(20):
        rows = decide(table("47-2026", facts), policy(), {}, draw=Draw(bytes([key]))).ledger.set_index("fact_id")
        assert rows.loc["persons.total", "shown_high"] == 6300
        assert rows.loc["persons.total", "shown_low"] <= 4790


@pytest.mark.slow
def test_the_estimate_above_which_copies_missed_do_not_go_keeps_its_own_rounding() -> None:
    """5 342 is told in hundreds, as an estimate is, and from the least that the persons printed mean."""
    of = {**SHARED, "unit": "person"}
    facts = [
        Fact(fact_id="sample.usable", value=300, unit="ad", measure="count", **SHARED),
        Fact(fact_id="persons.seen", value=180, measure="count", **of),
        Fact(fact_id="persons.whatever_missed", low=180, high=5342, interval_kind="bounds", measure="estimate", **of),
    ]
    for key in range(12):
        rows = decide(table("47-2026", facts), policy(), {}, draw=Draw(bytes([key]))).ledger.set_index("fact_id")
        missed, seen = rows.loc["persons.whatever_missed"], rows.loc["persons.seen"]
        assert missed["shown_high"] % 100 == 0 and missed["shown_high"] >= 5342
        assert missed["shown_low"] == 10 * (seen["claim_low"] // 10)


def test_what_the_duplicates_of_the_sample_give_is_not_told_where_their_number_is_rounded() -> None:
    """574 ads of 5 066, each of somebody else: it goes from 4 785 persons on; with four duplicates, from 400 fewer at least. A
    study that holds nothing private tells all."""
    for seen in (574, 500):
        assert ledger(5066, 574, seen, b"x").at["persons.indicative", "verdict"] == "withheld"
        assert ledger(5066, 574, seen, None).at["persons.indicative", "verdict"] == "shown"
    assert of_pairs(5066, 574, 574)[0] - of_pairs(5066, 574, 570)[0] > 400


@given(st.integers(0, 31), st.binary(min_size=1))
def test_the_copies_that_a_search_found_are_told_to_five_points_and_without_their_number(
    found: int, key: bytes
) -> None:
    """27 of 31: « 85 % » or « 90 % », never that four were missed. The printed share leaves two numbers of them at least."""
    shares = {n: 100 * n / 31 for n in range(32)}
    one = Fact(
        fact_id="persons.recall_pct",
        **{"unit": "ad", "measure": "percent", "value": shares[found], "numerator": found, "denominator": 31},
        **{"low": 70.0, "high": 100.0, "interval_kind": "model", "decimals": 1},
        **SHARED,
    )
    told = decide(table("47-2026", [one]), policy(), {}, draw=Draw(key)).ledger.iloc[0]
    assert told["verdict"] == "shown" and told["shown_value"] % 5 == 0 and 5 <= told["shown_value"] <= 95
    assert told[["shown_numerator", "shown_denominator"]].isna().all()
    assert told["shown_low"] % 5 == 0 == told["shown_high"] % 5
    possible = [n for n, share in shares.items() if told["claim_low"] <= share <= told["claim_high"]]
    assert found in possible and len(possible) >= 2
    text = statements.made(decide(table("47-2026", [one]), policy(), {}, draw=Draw(key)).ledger, ()).iloc[0]
    assert "," not in text["printed"] and text["printed_denominator"] == text["printed_numerator"] == ""


@pytest.mark.slow
def test_what_missed_copies_add_to_the_error_leaves_several_numbers_of_them() -> None:
    """Three of 29 missed, of 900 copies in all: an error of 57 persons, told as 60; of about thirty copies, two to four give it."""

    def error(missed: int, known: int) -> float:
        recall = 1 - missed / known
        return 900 / recall * math.sqrt(recall * (1 - recall) / known)

    def told(value: float) -> float:
        one = Fact(fact_id="persons.source.recall", value=value, unit="person", measure="error", **SHARED)
        return float(decide(table("47-2026", [one]), policy(), {}, draw=Draw(b"x")).ledger.iloc[0]["shown_value"])

    assert (round(error(3, 29)), told(error(3, 29)), told(0.0)) == (57, 60, 0)
    assert {n for n in range(1, 9) for known in range(25, 35) if told(error(n, known)) == 60} >= {2, 3, 4}


@given(st.integers(60, 400), st.floats(0.4, 1), st.binary(min_size=1))
def test_an_estimate_that_begins_at_the_persons_seen_begins_where_their_number_may(
    coded: int, part: float, key: bytes
) -> None:
    """Where half of the copies were missed, the limits go from the persons seen on: no finer than these are printed."""
    seen = max(20, math.floor(part * coded))
    shared = {"unit": "person", **SHARED}
    facts = [
        Fact(fact_id="sample.usable", value=coded, unit="ad", measure="count", **SHARED),
        Fact(fact_id="persons.seen", value=seen, measure="count", **shared),
        Fact(
            fact_id="persons.total",
            value=5000,
            low=seen,
            high=6000,
            interval_kind="bounds",
            measure="estimate",
            **shared,
        ),
    ]
    rows = decide(table("47-2026", facts), policy(), {}, draw=Draw(key)).ledger.set_index("fact_id")
    told, low = rows.loc["persons.seen"], rows.at["persons.total", "shown_low"]
    if told["verdict"] == "shown":
        assert low == 10 * (told["claim_low"] // 10)
    elif low == low:
        assert low == 10 <= seen


@pytest.mark.parametrize("seen", one_in(3, [39, 40, 41, 59, 60, 61, 99, 100, 101]))
def test_the_least_of_the_persons_of_a_day_says_nothing_of_those_seen_on_it(seen: int) -> None:
    """Copies being searched once, the limits of a day go from the persons seen on, and these are not printed: one more or
    less, before a ten and after, moves nothing. An interval of another kind does not begin there."""

    def told(kind: str) -> pd.Series:
        where = {**SHARED, "source_table": "collect/wave_ads", "unit": "person", "measure": "estimate"}
        one = Fact(fact_id="waves.persons.2026-01-12", value=130, low=seen, high=190, interval_kind=kind, **where)
        return decide(table("47-2026", [one]), policy(), {}, draw=Draw(b"x")).ledger.iloc[0]

    printed = ["verdict", "shown_value", "shown_low", "shown_high"]
    assert told("model")[printed].tolist() == ["shown", 130, 10, 200]
    assert 10 < told("sampling")["shown_low"] <= seen


@pytest.mark.parametrize(("most", "high"), [(70, 470), (71, 480), (75, 480), (100, 500), (120, 500)])
def test_the_logical_limits_go_up_to_what_the_printed_persons_may_be(most: float, high: float) -> None:
    """500 ads, 100 of them coded, of 60 persons: at most 400 + 60. Of 50 to `most`: 50 to 400 + `most`, never more persons
    than the 100 ads, outward to ten."""
    fact = pd.Series({"high": 500 - 100 + 60.0, "shown_high": math.nan})
    assert MADE["persons.logical"](fact, Told(60, 100, 65, 50, most))[1:3] == (50, high)


def test_the_class_of_an_attribute_is_the_codebook_s_else_the_strictest() -> None:
    """« pregnant » is of no word that the code knows, « transport » only begins like « trans »."""
    rules = policy()
    threshold = rules.rules.thresholds.of
    assert class_of("profile.ad.gender_presented.trans", rules) == class_of("d59.ads.trans_pct", rules) == "trans"
    assert class_of("ads.women_pct", rules) == class_of("profile.person.hosting.only_receives", rules) == "ordinary"
    assert class_of("ads.foreign_pct", rules) == class_of("ads.countries_africa", rules) == "origin"
    most = max(threshold(name) for name in CLASSES)
    for unknown in ("ads.pregnant_pct", "ads.minor_pct", "profile.ad.transport.yes", "profile.ad.gender_presented.any"):
        assert threshold(class_of(unknown, rules)) == most, unknown
    asked = rules.model_copy(update={"coded": {"ads.minor_pct": ["age_band=u15", "age_band=a18"]}})
    assert class_of("ads.minor_pct", asked) == "minor"
