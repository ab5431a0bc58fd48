"""Ads extrapolated from result pages: against R survey 4.4-2, and what must always hold."""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from statistics import fmean, pvariance

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress

from diagnostic.estimate.formulas.pages import (
    _trend,
    as_planned,
    estimate_pages,
    pages_to_read,
    share_interval,
    trend_total,
)
from diagnostic.estimate.formulas.sampling import satterthwaite, student_value
from diagnostic.estimate.internet.frame import interval, site_totals
from diagnostic.estimate.internet.lists import lists

# Ten pages of 87; X = 2598, then 2590.
EVEN = [21, 18, 24, 17, 19, 22, 15, 20, 18, 16], [30] * 10
UNEVEN = [21, 18, 24, 17, 14, 22, 18, 20, 18, 13], [30, 28, 31, 30, 25, 30, 33, 29, 30, 27]
HEAD = list(range(1, 11))
SPREAD = [3, 10, 11, 25, 40, 41, 60, 66, 80, 81]  # drawn, neither the first pages nor evenly spaced


@pytest.mark.parametrize(
    ("pages", "whole", "total", "se"),
    [
        (EVEN, None, 1653, 72.1826),
        (EVEN, 2598, 1645.4, 71.850765),
        (UNEVEN, None, 1609.5, 88.1946),
        (UNEVEN, 2590, 1635.3242, 72.504234),
    ],
)
@pytest.mark.parametrize("ranks", [HEAD, SPREAD])
def test_totals_and_standard_errors(pages, whole, total, se, ranks):
    y, x = pages
    estimate = estimate_pages(ranks, x, y, 87, whole)
    assert estimate.total == pytest.approx(total, rel=1e-7)
    assert estimate.se == pytest.approx(se, rel=1e-6)


@pytest.mark.parametrize(("pages", "ratio"), [(EVEN, 0.63333333), (UNEVEN, 0.63139932)])
def test_ratios(pages, ratio):
    y, x = pages
    assert estimate_pages(HEAD, x, y, 87, 2598).total / 2598 == pytest.approx(ratio, abs=5e-9)


def test_t_interval_of_drawn_pages():
    y, x = EVEN
    estimate = estimate_pages(SPREAD, x, y, 87, None, planned=True)
    assert estimate.drawn
    assert (estimate.low, estimate.high) == pytest.approx((1489.7115, 1816.2885), abs=5e-5)


def test_first_pages_give_bounds_and_a_trend():
    y, x = EVEN
    estimate = estimate_pages(HEAD, x, y, 87, 2598)
    assert not estimate.drawn
    assert (estimate.low, estimate.high) == (sum(y), sum(y) + 2598 - 300)
    assert _trend(np.array(HEAD), np.array(y)) == pytest.approx((-0.41212121, 0.19479881), abs=5e-9)
    assert "baisse" not in estimate.description and "Seules les premières pages" in estimate.description


@given(st.lists(st.integers(0, 30), min_size=3, max_size=12), st.integers(0, 2**32))
def test_the_trend_is_that_of_an_independent_regression(relevant, seed):
    """A flat series has none; one that is a line has no doubt left."""
    ranks = sorted(np.random.default_rng(seed).choice(np.arange(1, 40), len(relevant), replace=False).tolist())
    slope, p = _trend(np.array(ranks), np.array(relevant))
    if len(set(relevant)) == 1:
        assert (slope, p) == (0, 1)
    else:
        expected = linregress(ranks, relevant)
        assert slope == pytest.approx(expected.slope, rel=1e-12, abs=1e-14)
        # scipy leaves 1e-10 of doubt where three pages are a line: it takes r from 1
        assert p == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-9)


def test_pages_that_someone_chose_are_no_draw():
    """Two to eleven, or the first ones backwards, look like a draw: they are not the one that the seed names."""
    y, x = EVEN
    plan = pages_to_read("E01", 87, 10, 1804)
    assert as_planned(plan[::-1], "E01", 87, 1804)
    for ranks in (list(range(2, 12)), HEAD[::-1], plan[:9], [*plan[:9], plan[9] - 1]):
        assert not as_planned(ranks, "E01", 87, 1804)
    assert not as_planned(plan, "E01", 87, 1805) and not as_planned(plan, "E02", 87, 1804)
    chosen = estimate_pages(range(2, 12), x, y, 87, 2598)
    assert (chosen.low, chosen.high, chosen.drawn) == (sum(y), sum(y) + 2598 - 300, False)
    assert "choisies" in chosen.description and "Erreur type" not in chosen.description


def test_the_pages_of_a_site_are_compared_with_the_plan_of_its_list():
    counts, read = two_sites([(rank, 12) for rank in range(2, 7)], [(r, 9) for r in pages_to_read("E02", 20, 5, 7)], 20)
    first, second = site_totals(counts, read, {"confidence": 0.95, "seed": 7})
    assert not first.drawn and (first.low, first.high) == (60, 60 + 15 * 30)
    assert second.drawn and second.low == 45 and second.high < 20 * 30
    assert interval([first, second], 0.95)["interval_kind"] == "bounds"
    found = lists(counts, read, {"confidence": 0.95, "seed": 7})
    assert found["variance"].isna().tolist() == [True, False]


def test_falling_relevance_is_flagged_and_overestimated():
    relevance = np.linspace(0.7, 0.4, 87)
    estimate = estimate_pages(HEAD, [30] * 10, list(30 * relevance[:10]), 87, 87 * 30)
    assert 100 * (estimate.total / (30 * relevance.sum()) - 1) == pytest.approx(24.4, abs=0.05)
    assert "baisse" in estimate.description


@pytest.mark.parametrize("m", [2, 3, 4])
def test_expansion_over_every_draw(m):
    """E[T] = Y and E[V] = Var(T) over all draws without replacement (Cochran, theorems 2.1 to 2.4)."""
    y = [5, 0, 9, 4, 7, 8]  # no two alike: pages that all are have another limit
    totals, variances = [], []
    # ranks are given as spread over the site, so that no draw is taken for a systematic one
    for drawn in combinations(y, m):
        estimate = estimate_pages([2, 3, 7, 8][:m], [10] * m, drawn, 6, None, planned=True)
        totals.append(estimate.total)
        variances.append(estimate.se**2)
    assert fmean(totals) == pytest.approx(sum(y))
    assert fmean(variances) == pytest.approx(pvariance(totals))


def test_evenly_spaced_pages_use_successive_differences():
    y = [20, 18, 15, 11, 8]
    estimate = estimate_pages([4, 14, 24, 34, 44], [30] * 5, y, 50, None, planned=True)
    squares = sum((a - b) ** 2 for a, b in pairwise(y))
    assert estimate.se == pytest.approx(math.sqrt(50**2 * (1 - 5 / 50) / (2 * 5 * 4) * squares))


@pytest.mark.parametrize("whole", [None, 300, 999])
def test_all_pages_read_is_a_count(whole):
    estimate = estimate_pages([1, 2, 3], [30, 30, 12], [3, 9, 2], 3, whole)
    assert (estimate.total, estimate.se, estimate.low, estimate.high) == (14, 0, 14, 14)


@pytest.mark.parametrize("rank", [1, 5])
def test_one_page_has_no_standard_error(rank):
    estimate = estimate_pages([rank], [30], [12], 10, None)
    assert estimate.se is None and not estimate.drawn
    assert (estimate.total, estimate.low, estimate.high) == (120, 12, 12 + 9 * 30)


def test_no_page_is_refused():
    with pytest.raises(ValueError):
        estimate_pages([], [], [], 10, None)


@st.composite
def reads(draw):
    whole = draw(st.integers(1, 40))
    ranks = sorted(draw(st.sets(st.integers(1, whole), min_size=1)))
    shown = [draw(st.integers(0, 30)) for _ in ranks]
    relevant = [draw(st.integers(0, x)) for x in shown]
    return ranks, shown, relevant, whole, draw(st.none() | st.integers(sum(shown), 2000))


@given(reads(), st.booleans())
def test_limits_hold_the_total_and_what_was_seen(read, planned):
    relevant = read[2]
    estimate = estimate_pages(*read, planned=planned)
    assert sum(relevant) <= estimate.low + 1e-9
    assert estimate.low <= estimate.total + 1e-6
    assert estimate.total <= estimate.high + 1e-6
    assert estimate.se is None or estimate.se >= 0
    assert math.isfinite(estimate.high) and estimate.description


@given(reads(), st.integers(2, 5))
def test_ten_times_the_ads_is_ten_times_the_total(read, factor):
    ranks, shown, relevant, whole, announced = read
    larger = estimate_pages(
        ranks,
        [factor * x for x in shown],
        [factor * y for y in relevant],
        whole,
        announced and factor * announced,
    )
    estimate = estimate_pages(*read)
    assert larger.total == pytest.approx(factor * estimate.total)
    assert larger.se == pytest.approx(factor * estimate.se) if estimate.se is not None else larger.se is None


def test_a_trend_that_goes_on_is_the_logistic_curve():
    """Shares on an exact logistic curve are found again, and continued over the pages that were not read."""
    shown, ranks = np.full(5, 1000.0), np.arange(1, 6)
    curve = 1 / (1 + np.exp(-(0.8 - 0.15 * np.arange(1, 13))))
    relevant = 1000 * curve[:5]
    assert trend_total(ranks, shown, relevant, 12, 1000.0) == pytest.approx(1000 * curve.sum(), rel=1e-9)
    flat = trend_total(ranks, shown, np.full(5, 400.0), 12, 1000.0)
    assert flat == pytest.approx(12 * 400)


def test_only_first_pages_with_a_trend_say_what_it_would_give():
    falling = estimate_pages([1, 2, 3, 4, 5], [20] * 5, [16, 14, 11, 9, 7], 12, None)
    assert "Si cela continuait" in falling.description
    steady = estimate_pages([1, 2, 3, 4, 5], [20] * 5, [12, 11, 12, 11, 12], 12, None)
    assert "Si cela continuait" not in steady.description


@given(total=st.integers(1, 400), number=st.integers(1, 40), seed=st.integers(0, 9))
def test_the_pages_to_read_are_spread_and_repeated(total, number, seed):
    ranks = pages_to_read("A01", total, number, seed)
    assert ranks == pages_to_read("A01", total, number, seed)
    assert len(set(ranks)) == min(total, number) and ranks[0] >= 1 and ranks[-1] <= total
    gaps = [b - a for a, b in pairwise(ranks)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_every_page_has_the_same_chance():
    read = np.zeros(87)
    for seed in range(8700):
        read[np.array(pages_to_read("A01", 87, 10, seed)) - 1] += 1
    assert read.sum() == 87_000
    assert np.abs(read / 8700 - 10 / 87).max() < 4.5 * math.sqrt(10 / 87 * 77 / 87 / 8700)


def two_sites(
    first: list[tuple[int, int]], second: list[tuple[int, int]], pages: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and pages of two sites, E01 and E02, from (rank, relevant) of the pages read; 30 ads a page."""
    counts = pd.DataFrame({"site_code": ["E01", "E02"], "category": "escorting", "method": "page_extrapolated"})
    counts = counts.assign(place=None, mirror_group=None, under_mirror_label=None, site_row=1, row=1, count=np.nan)
    rows = [(site, rank, y) for site, own in zip(counts["site_code"], (first, second), strict=True) for rank, y in own]
    read = pd.DataFrame(rows, columns=["site_code", "page_rank", "ads_relevant"])
    return counts, read.assign(place=None, ads_shown=30, pages_total=pages, ads_announced=np.nan, row=1)


def test_satterthwaite_is_between_the_smaller_and_the_sum():
    """Two equal variances with 4 degrees each have 8 (Satterthwaite 1946); one of them alone has its own."""
    assert satterthwaite([3.0, 3.0], [4, 4]) == pytest.approx(8)
    assert satterthwaite([3.0, 0.0], [4, 9]) == pytest.approx(4)
    assert satterthwaite([9.0, 1.0], [2, 5]) == pytest.approx(100 / (81 / 2 + 1 / 5))
    assert math.isinf(satterthwaite([0.0, 2.0], [4, math.inf])) and math.isinf(satterthwaite([], []))
    assert student_value(0.9, 8) == pytest.approx(1.859548)  # table of Student's t


SEEN = {"E01": (0, 55, 0), "E02": (0, 0, 6)}


def test_a_sum_of_drawn_sites_has_t_limits_at_the_level_asked_and_none_under_what_was_seen():
    first, second = (zip(pages_to_read(site, 20, 3, 1), y, strict=True) for site, y in SEEN.items())
    counts, read = two_sites(list(first), list(second), 20)
    for confidence in (0.9, 0.95):
        sampling = {"confidence": confidence, "seed": 1}
        totals = site_totals(counts, read, sampling)
        whole, variances = interval(totals, confidence), [site.variance for site in totals]
        value, degrees = sum(site.value for site in totals), satterthwaite(variances, [2, 2])
        half = student_value(confidence, degrees) * math.sqrt(sum(variances))
        assert (whole["low"], whole["high"]) == pytest.approx((61, value + half))  # 61 ads were seen
        found = lists(counts, read, sampling)
        part = share_interval([next(found[:1].itertuples())], [next(found[1:].itertuples())], confidence)
        share = totals[0].value / value
        weighted = [(1 - share) ** 2 * variances[0], share**2 * variances[1]]
        reach = 100 * student_value(confidence, satterthwaite(weighted, [2, 2])) * math.sqrt(sum(weighted)) / value
        assert part["high"] == pytest.approx(min(100, 100 * share + reach))


@pytest.mark.slow
@pytest.mark.parametrize("turns", [500])
def test_totals_over_two_sites_cover_as_they_say(turns):
    """Pages of 30 ads of which 12 or 18 on average are relevant, five of 60 drawn on each site, seeds 1 to `turns`."""
    world = np.random.default_rng(0)
    sites = [world.binomial(30, world.beta(a, b, 60)) for a, b in ((2, 3), (3, 2))]
    truth, hits = sum(int(site.sum()) for site in sites), 0
    for seed in range(1, turns + 1):
        plans = [pages_to_read(name, 60, 5, seed) for name in ("E01", "E02")]
        estimates = [[(at, int(site[at - 1])) for at in plan] for site, plan in zip(sites, plans, strict=True)]
        counts, read = two_sites(*estimates, 60)
        found = interval(site_totals(counts, read, {"confidence": 0.95, "seed": seed}), 0.95)
        hits += found["low"] <= truth <= found["high"]
    error = 2.576 * math.sqrt(0.95 * 0.05 / turns)
    assert 0.93 - error <= hits / turns <= 0.97 + error


def test_pages_without_any_relevant_ad_leave_an_upper_limit():
    """Three spread pages of 20: with 13 pages that have some, none of three is drawn with C(7, 3) / C(20, 3) = 3.07 %,
    with 14 only 1.75 %. So 13 pages of 30 ads at most."""
    none = estimate_pages([4, 11, 18], [30] * 3, [0] * 3, 20, None, planned=True)
    assert none.drawn and (none.total, none.low, none.high) == (0, 0, pytest.approx(13 * 30))
    assert "n’est pas vide" in none.description
    few = estimate_pages([4, 11, 18], [30] * 3, [0] * 3, 20, 100, planned=True)
    assert few.high == pytest.approx(10)  # the site announces ten ads that were not read
    nothing = estimate_pages([4, 11, 18], [30] * 3, [0] * 3, 20, 90, planned=True)
    assert nothing.high == 0  # and here none


def test_pages_that_are_all_alike_are_no_census():
    alike = estimate_pages([4, 11, 18], [30] * 3, [10] * 3, 20, None, planned=True)
    assert alike.total == 200 and alike.low == 30  # never under the ads seen
    assert alike.high == pytest.approx(200 + 13 * 20)


def test_a_zero_cell_covers_by_enumeration():
    """Every draw of 3 of 9 pages, whatever the number of pages that hold 5 to 7 ads of ten: 95 times in 100 or more."""
    for full in range(10):
        pages = [5 + at % 3 if at < full else 0 for at in range(9)]
        limits = [
            estimate_pages(list(at), [10] * 3, [pages[rank - 1] for rank in at], 9, None, planned=True)
            for at in combinations(range(1, 10), 3)
            if sum(pages[rank - 1] for rank in at) == 0
        ]
        missed = sum(one.high < sum(pages) for one in limits if one.drawn)
        assert missed / math.comb(9, 3) <= 0.05
