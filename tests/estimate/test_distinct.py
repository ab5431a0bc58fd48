"""Persons from clusters inside the sample: reference numbers, exact enumeration, and edge cases."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.estimate.formulas import uncertainty

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
        ("chao", 107.326063),
        ("dsh3", 113.598427),
    ],
)
def test_barro_colorado(estimator, value):
    assert sum(i * f for i, f in BCI.items()) == 448
    assert getattr(uncertainty, estimator)(BCI, 896) == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(
    ("estimator", "of_508", "of_699"),
    [
        ("chao", 126.943173, 139.383654),
        ("dsh3", 137.143687, 163.175917),
    ],
)
def test_one_abundant_person(estimator, of_508, of_699):
    for total, value in ((508, of_508), (699, of_699)):
        assert getattr(uncertainty, estimator)(ABUNDANT, total) == pytest.approx(value, abs=1e-6)


FRAME = [0, 0, 0, 1, 1, 2, 3, 3, 4, 5]  # the person of each ad


@pytest.mark.parametrize(
    ("n", "naive", "chao"),
    [(4, 8.416667, 6.516667), (6, 7.5, 5.992657), (8, 6.694444, 5.983550)],
)
def test_expectations_over_every_sample(n, naive, chao):
    samples = [uncertainty.frequencies(sample) for sample in combinations(FRAME, n)]
    for estimator, expected in ((uncertainty.naive, naive), (uncertainty.chao, chao)):
        assert fmean(estimator(seen, 10) for seen in samples) == pytest.approx(expected, abs=5e-7)


def test_frequencies():
    assert uncertainty.frequencies("aabcccd") == {1: 2, 2: 1, 3: 1}


ESTIMATORS = ["naive", "chao", "dsh3"]
SAMPLES = st.dictionaries(st.integers(1, 70), st.integers(0, 6), min_size=1).filter(lambda seen: any(seen.values()))


@pytest.mark.parametrize("estimator", ESTIMATORS)
@given(SAMPLES)
def test_a_frame_coded_whole_is_a_count(estimator, seen):
    total = sum(i * f for i, f in seen.items())
    assert getattr(uncertainty, estimator)(seen, total) == pytest.approx(sum(seen.values()))


@pytest.mark.parametrize("estimator", ["chao", "dsh3"])
@given(SAMPLES, st.integers(0, 500))
def test_never_fewer_than_seen(estimator, seen, more):
    total = sum(i * f for i, f in seen.items()) + more
    assert getattr(uncertainty, estimator)(seen, total) >= sum(seen.values()) - 1e-9


@given(st.integers(1, 40), st.integers(0, 300))
def test_all_persons_different(n, more):
    low, high = uncertainty.indicative_interval({1: n}, n + more)
    assert n <= low <= high <= n + more


@given(SAMPLES, st.integers(0, 500))
def test_the_interval_stays_inside_the_logical_bounds(seen, more):
    total = sum(i * f for i, f in seen.items()) + more
    low, high = uncertainty.indicative_interval(seen, total)
    least, most = uncertainty.logical_bounds(seen, total)
    assert least <= low <= high <= most


def test_bounds_of_the_reference_study():
    assert uncertainty.logical_bounds({1: 60, 2: 20, 8: 16, 21: 1}, 699) == (97, 547)


@pytest.mark.parametrize(("seen", "total"), [({}, 10), ({1: 0}, 10), ({0: 3}, 10), ({1: -1}, 10), ({2: 6}, 11)])
def test_impossible_samples_are_refused(seen, total):
    for estimator in ESTIMATORS:
        with pytest.raises(ValueError):
            getattr(uncertainty, estimator)(seen, total)
