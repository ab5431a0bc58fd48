"""Formulas at their edges, each against a second calculation: a list of no ad, nothing that varies, two ads, a whole year."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import numpy as np
import pandas as pd
import pytest

from diagnostic.core.french import NBSP
from diagnostic.estimate.formulas import linearised, pages, turnover, uncertainty
from diagnostic.estimate.formulas.agreement import set_agreement
from diagnostic.estimate.formulas.domain import Total, domain_sizes, response_classes
from diagnostic.estimate.formulas.pages import estimate_pages, trend_total
from diagnostic.estimate.formulas.sampling import size_variants
from diagnostic.estimate.formulas.turnover import SNAPSHOT, months, snapshot
from diagnostic.estimate.formulas.uncertainty import Persons, estimate_persons, weight_share


def all_missed(size: int, drawn: int, confidence: float = 0.95) -> int:
    """How many ads of one list may all have been missed: the most whose chance of that is above half of the level."""
    chance = [math.comb(size - k, drawn) / math.comb(size, drawn) for k in range(size - drawn + 1)]
    return max(k for k, one in enumerate(chance) if one > (1 - confidence) / 2)


def test_where_nothing_varies_the_effective_size_is_that_of_kish() -> None:
    weights = np.array([1.0, 2.0, 5.0, 5.0])
    assert linearised._effective(1.0, 0.0, weights, 3, 0.95) == pytest.approx(13**2 / (1 + 4 + 25 + 25))


def test_a_count_of_a_whole_year_has_no_season() -> None:
    assert snapshot(dt.date(2025, 1, 31), dt.date(2025, 12, 1)) == SNAPSHOT
    assert snapshot(dt.date(2025, 1, 31), dt.date(2025, 11, 30)) != SNAPSHOT
    assert len(months(dt.date(2024, 3, 1), dt.date(2026, 3, 1))) == 12


def test_what_copies_between_two_readings_add_is_the_farther_shift() -> None:
    made, fewest, most = (
        Persons(value, low, high, "sampling", 5, 1.0, {"sampling": 1.0})
        for value, low, high in ((20.0, 16.0, 24.0), (14.0, 9.0, 19.0), (23.0, 18.0, 28.0))
    )
    found = uncertainty.between(made, fewest, most)
    assert (found.low, found.high, found.kind, found.parts["copies"]) == (9.0, 28.0, "bounds", 7.0)
    assert uncertainty.between(made, made, made).kind == "sampling"


def test_the_variance_of_a_class_is_that_of_a_share_of_its_list() -> None:
    """100 ads, 8 drawn, 5 of them in the class: N² (1 − n/N) p (1 − p) / (n − 1)."""
    frame = pd.DataFrame(
        {"size": [100.0], "variance": [0.0], "degrees": [np.inf]}, index=pd.Index(["L"], name="stratum")
    )
    label, answered = pd.Series(list("aaaaabbb")), pd.Series([True, True, True, False, False, True, True, False])
    made, _ = response_classes(frame, pd.Series(["L"] * 8), label, answered)
    expected = 100**2 * (1 - 8 / 100) * (5 / 8) * (3 / 8) / 7
    assert made["variance"].to_dict() == {"L · a": pytest.approx(expected), "L · b": pytest.approx(expected)}
    assert made["size"].tolist() == [62.5, 37.5] and made["degrees"].tolist() == [7, 7]


def test_a_list_of_which_one_ad_is_left_has_two_limits() -> None:
    """999 of 1,000 coded, one case or all but one: the ad that is left is one or is not."""
    assert linearised._finite(1, 999, 1000, 0.95) == (0.001, 0.002)
    assert linearised._finite(998, 999, 1000, 0.95) == (0.998, 0.999)


def test_what_chance_adds_to_the_ads_that_came_and_left_follows_its_slope() -> None:
    """Of 100 ads 60 stayed, of 80: 20 came, each there with the chance p = (1 − s) / −ln s; the slope is taken by a small step."""
    stayed = Total(60.0, 60.0, 60.0, 0.6, 0.6, 0.6, bounded=False, exact=True)
    made = turnover.Interval(dt.date(2026, 1, 5), dt.date(2026, 1, 12), 100, 80, stayed, 100, 60)
    kept, chance = 0.6, 0.4 / -math.log(0.6)
    slope = (20 / (0.39999 / -math.log(0.60001)) - 20 / (0.40001 / -math.log(0.59999))) / 0.00002
    expected = 20 * (1 - chance) / chance**2 + slope**2 * kept * (1 - kept) / 100
    assert made.chance == pytest.approx(expected, rel=1e-6)


def test_the_level_of_a_trend_has_three_decimals() -> None:
    assert "(p = 0,023)" in pages._trend_told(-0.2, 0.0234567, None)


@pytest.mark.parametrize("total", [100, 120])
def test_pages_that_go_on_hold_no_more_ads_than_the_site_shows(total: int) -> None:
    """63 relevant ads on six pages of 20: a site that shows no more has none on the four others, however full they get."""
    told = estimate_pages(range(1, 7), [20] * 6, [3, 6, 9, 12, 15, 18], 10, total).description
    assert "le site aurait 63 annonces" in told.replace(NBSP, " ")


def test_pages_whose_odds_double_go_on_doubling() -> None:
    """30 ads a page, and odds of 1/2, 1, 2 on three pages: 1/4 on the page before them, 4 and 8 on the two after."""
    seen, shares = 10 + 15 + 20, {1: 1 / 5, 5: 4 / 5, 6: 8 / 9}
    found = trend_total(np.array([2, 3, 4]), np.array([30] * 3), np.array([10, 15, 20]), 6, 30.0)
    assert found == pytest.approx(seen + 30 * sum(shares.values()))
    told = estimate_pages([1, 2, 3], [30] * 3, [10, 15, 20], 5, 150).description  # 60 ads on the two pages left
    assert f"le site aurait {round(seen + 60 / 2 * (4 / 5 + 8 / 9))} annonces" in told.replace(NBSP, " ")


def test_two_things_coded_twice_are_enough_for_an_agreement_and_one_is_not() -> None:
    rows = [(at, coder, frozenset({"xy"[at % 2]})) for at in range(10) for coder in "AB"]
    codings = pd.DataFrame(rows, columns=["ad_id", "coder", "said"])
    one, two, ten = (set_agreement(codings.head(2 * number), "said", 1, 200) for number in (1, 2, 10))
    assert (one.verdict, two.verdict, two.alpha, two.units) == ("undetermined", "reliable", 1.0, 2)
    assert f"95{NBSP}%" in ten.reason


def test_a_site_without_ads_changes_nothing() -> None:
    bare, beside = (weight_share(["A", "A"], [1, 2], sizes, 2) for sizes in ({"A": 10}, {"A": 10, "B": 0}))
    assert bare == beside and bare.variance == pytest.approx(10**2 * (1 - 2 / 10) * 0.125 / 2)


def test_ads_that_are_all_alone_leave_those_that_were_all_missed() -> None:
    """Three ads of a hundred, each of another person: the 100 of the estimate, less all but one of those that may be missed."""
    copies = pd.DataFrame({"A": [1, 1, 1]}, index=["p", "q", "r"])
    share, check = estimate_persons(["A"] * 3, ["p", "q", "r"], copies, {"A": 100})
    assert (share.value, share.low, share.high) == (100, 100 - all_missed(100, 3) + 1, 100)
    assert check.low == pytest.approx(share.low)


def test_ads_drawn_from_a_list_of_one_page_are_drawn_from_the_list() -> None:
    """Three ads of a hundred, each of another person: as far down as one person has all those that were missed."""
    ads = pd.DataFrame({"stratum": "A", "person": ["p", "q", "r"], "multiplicity": 1})
    pages = {"page": "A1", "page_ads": 100, "pages_filled": 1, "pages_read": 1, "pages_total": 1}
    staged = ads.assign(**pages, cell="all", cell_ads=math.nan)
    frame = pd.DataFrame({"size": [100.0]}, index=pd.Index(["A"], name="stratum"))
    bare, told = (uncertainty.with_multiplicities(one, frame) for one in (ads, staged))
    assert (told.value, told.low, told.high) == pytest.approx((bare.value, bare.low, bare.high))
    assert told.low == pytest.approx(100 - all_missed(100, 3) + 1)


def test_a_list_is_of_the_ads_that_those_drawn_stand_for() -> None:
    """One ad, the only one of its page: one person, whatever was counted of the list before its ads were drawn by page."""
    alone = {"page": "A1", "page_ads": 1, "pages_filled": 1, "pages_read": 1, "pages_total": 1, "cell": "all"}
    ads = pd.DataFrame([{"stratum": "A", "person": "p", "multiplicity": 1, "cell_ads": math.nan, **alone}])
    for counted in (1.0, 4.0):
        frame = pd.DataFrame({"size": [counted]}, index=pd.Index(["A"], name="stratum"))
        found = uncertainty.with_multiplicities(ads, frame)
        assert (found.value, found.low, found.high) == (1, 1, 1), counted


def test_the_only_place_seen_of_all_has_no_variance() -> None:
    """One of five, relevant: nothing says how the others differ. Beside another list's two, or where it is the only one, it has."""
    for listed, stratum, missing in (([5], "A", [True]), ([1], "A", [False]), ([5, 4], "ABB", [False, False])):
        lists, names = pd.Series(listed, index=list("AB")[: len(listed)]), pd.Series(list(stratum))
        found = domain_sizes(lists, names, pd.Series([True] * len(names)))
        assert found["variance"].isna().tolist() == missing, (listed, stratum)


def test_clusters_alone_reach_as_far_up_as_ads_that_were_all_missed() -> None:
    _, high = uncertainty._apart(5.0, 6.0, {1: 5}, 1000, 0.95)
    assert high == pytest.approx(5 + all_missed(1000, 5) * (1 - 5 / 1000))


@pytest.mark.slow
def test_ads_that_were_all_missed_are_the_most_of_any_way_to_share_them_between_two_lists() -> None:
    """Every number of ads of the one and of the other that may be missed at that chance, tried: less than one ad is lost."""
    for sizes in itertools.product((6, 12, 20, 40), repeat=2):
        for drawn in itertools.product((1, 2, 4), repeat=2):
            tables = [
                np.array([math.comb(size - k, n) / math.comb(size, n) for k in range(size - n + 1)])
                for size, n in zip(sizes, drawn, strict=True)
            ]
            possible = np.argwhere(np.outer(*tables) > 0.025 + 1e-9)
            for worth in ((1.0, 1.0), (1.0, 0.25), (0.75, 1.0), (0.5, 0.1)):
                found = uncertainty.unseen(np.array(worth), np.array(sizes, float), np.array(drawn), 0.95)
                best, own = float((possible @ worth).max()), float(found @ worth)
                assert best - max(worth) < own < best + 1e-9, (sizes, drawn, worth)
                assert len(set(worth)) > 1 or own == pytest.approx(best)


@pytest.mark.parametrize(("population", "margin"), [(2, 0.9), (1, 0.99)])
def test_the_nearest_whole_size_is_one_at_least(population: int, margin: float) -> None:
    """n0 ÷ (1 + n0 ÷ N), n0 = 1.96² ÷ 4 ÷ margin²: 0.74 of two ads, 0.49 of one."""
    infinite = 1.959964**2 / 4 / margin**2
    exact = infinite / (1 + infinite / population)
    found = size_variants(population, margin, 0.95).set_index("variant").loc["simple_nearest"]
    assert found["unrounded"] == pytest.approx(exact, rel=1e-6) and exact < 0.75
    assert found["size"] == 1
