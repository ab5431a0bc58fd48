"""Persons from clusters inside the sample: reference numbers, exact enumeration, and edge cases."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.estimate.formulas import distinct

# Trees of plot 1 of Barro Colorado Island (R vegan 2.6-10), taken as a sample of 896.
BCI = {
    1: 31,
    2: 18,
    3: 9,
    4: 6,
    5: 6,
    6: 4,
    7: 1,
    8: 1,
    9: 1,
    10: 1,
    11: 2,
    12: 2,
    13: 2,
    14: 2,
    15: 1,
    17: 1,
    18: 1,
    21: 1,
    22: 1,
    24: 1,
    25: 1,
}
ABUNDANT = {1: 60, 2: 20, 3: 8, 5: 2, 120: 1}


@pytest.mark.parametrize(
    ("estimator", "value"),
    [
        ("naive", 186),
        ("goodman", 112.084188),
        ("gee", 105.840620),
        ("chao", 107.326063),
        ("duj1", 96.332948),
        ("squared_variation", 1.336519),
        ("duj2", 126.080712),
        ("duj2a", 126.080712),
        ("shlosser", 114.891559),
        ("dsh3", 113.598427),
    ],
)
def test_barro_colorado(estimator, value):
    assert sum(i * f for i, f in BCI.items()) == 448
    assert getattr(distinct, estimator)(BCI, 896) == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(
    ("estimator", "of_508", "of_699"),
    [
        ("squared_variation", 22.247416, 23.072875),
        ("duj1", 103.1875, 107.107156),
        ("duj2", 1152.348146, 1396.210259),
        ("duj2a", 130.857806, 142.734737),
        ("chao", 126.943173, 139.383654),
        ("shlosser", 140.956710, 173.830601),
        ("dsh3", 137.143687, 163.175917),
        ("gee", 115.852814, 130.534349),
    ],
)
def test_one_abundant_person(estimator, of_508, of_699):
    for total, value in ((508, of_508), (699, of_699)):
        assert getattr(distinct, estimator)(ABUNDANT, total) == pytest.approx(value, abs=1e-6)


def test_hybrid_keeps_away_from_the_abundant_person():
    assert distinct.hybrid(ABUNDANT, 508) == distinct.duj2a(ABUNDANT, 508)
    assert distinct.hybrid({1: 40, 2: 30}, 200) == distinct.duj2({1: 40, 2: 30}, 200)


def test_postgresql_estimate():
    # (n, d, f1, N) = (1000, 981, 968, 26 000 000): 13 persons share the other 32 ads
    assert distinct.duj1({1: 968, 2: 7, 3: 6}, 26_000_000) == pytest.approx(30620.624082, abs=5e-7)


FRAME = [0, 0, 0, 1, 1, 2, 3, 3, 4, 5]  # the person of each ad


@pytest.mark.parametrize(
    ("n", "goodman_sd", "naive", "duj1", "chao"),
    [
        (4, 4.637, 8.416667, 6.621289, 6.516667),
        (6, 1.813, 7.5, 5.865083, 5.992657),
        (8, 0.872, 6.694444, 5.839564, 5.983550),
    ],
)
def test_expectations_over_every_sample(n, goodman_sd, naive, duj1, chao):
    samples = [distinct.frequencies(sample) for sample in combinations(FRAME, n)]
    goodman = [distinct.goodman(seen, 10) for seen in samples]
    assert fmean(goodman) == pytest.approx(6, abs=1e-9)
    assert pstdev(goodman) == pytest.approx(goodman_sd, abs=5e-4)
    for estimator, expected in ((distinct.naive, naive), (distinct.duj1, duj1), (distinct.chao, chao)):
        assert fmean(estimator(seen, 10) for seen in samples) == pytest.approx(expected, abs=5e-7)


def test_frequencies():
    assert distinct.frequencies("aabcccd") == {1: 2, 2: 1, 3: 1}


ESTIMATORS = ["naive", "chao", "duj1", "duj2", "duj2a", "dsh3", "hybrid", "shlosser", "gee", "goodman"]
SAMPLES = st.dictionaries(st.integers(1, 70), st.integers(0, 6), min_size=1).filter(lambda seen: any(seen.values()))


@pytest.mark.parametrize("estimator", ESTIMATORS)
@given(SAMPLES)
def test_a_frame_coded_whole_is_a_count(estimator, seen):
    total = sum(i * f for i, f in seen.items())
    assert getattr(distinct, estimator)(seen, total) == pytest.approx(sum(seen.values()))


@pytest.mark.parametrize("estimator", ["chao", "duj1", "duj2", "duj2a", "dsh3", "shlosser", "gee"])
@given(SAMPLES, st.integers(0, 500))
def test_never_fewer_than_seen(estimator, seen, more):
    total = sum(i * f for i, f in seen.items()) + more
    assert getattr(distinct, estimator)(seen, total) >= sum(seen.values()) - 1e-9


@given(st.integers(1, 40), st.integers(0, 300))
def test_all_persons_different(n, more):
    """Nothing was seen twice: DUJ1 gives every ad its own person."""
    assert distinct.duj1({1: n}, n + more) == pytest.approx(n + more)
    low, high = distinct.indicative_interval({1: n}, n + more)
    assert n <= low <= high <= n + more


@given(SAMPLES, st.integers(0, 500))
def test_the_interval_stays_inside_the_logical_bounds(seen, more):
    total = sum(i * f for i, f in seen.items()) + more
    low, high = distinct.indicative_interval(seen, total)
    least, most = distinct.logical_bounds(seen, total)
    assert least <= low <= high <= most


def test_bounds_of_the_reference_study():
    assert distinct.logical_bounds({1: 60, 2: 20, 8: 16, 21: 1}, 699) == (97, 547)


@pytest.mark.parametrize(("seen", "total"), [({}, 10), ({1: 0}, 10), ({0: 3}, 10), ({1: -1}, 10), ({2: 6}, 11)])
def test_impossible_samples_are_refused(seen, total):
    for estimator in ESTIMATORS:
        with pytest.raises(ValueError):
            getattr(distinct, estimator)(seen, total)
