"""Rates of territories: R spdep 1.3-5 (`EBest`), `esda` 2.9.0 and base R."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from diagnostic.estimate.formulas.rates import Prior, garwood, prior, shrink

COUNTS = np.array([120, 45, 210, 80, 273])
PEOPLE = np.array([1397665, 1431808, 1378151, 1221923, 1468018])


def test_five_territories():
    common = prior(COUNTS, PEOPLE)
    assert (common.variance, common.mean) == pytest.approx((3.2415169e-09, 1.0554449e-04), rel=1e-7)
    assert 1e5 * shrink(COUNTS, PEOPLE, common) == pytest.approx(
        [8.6305674, 3.3076757, 15.129712, 6.6510696, 18.422002], rel=1e-7
    )


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [(0, 7.118, 10.266), (1, 2.292, 4.205), (2, 13.246, 17.444), (3, 5.191, 8.148), (4, 16.456, 20.938)],
)
def test_exact_limits(row, low, high):
    found = garwood(int(COUNTS[row]), float(PEOPLE[row]) / 1e5)
    assert found == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(
    ("count", "births", "rate"),
    [
        (1, 1091, 0.0016972973),
        (0, 487, 0.0017053777),
        (5, 3188, 0.0017730870),
        (1, 508, 0.0020128681),
        (9, 1421, 0.0035349131),
        (7, 1452, 0.0030178163),
        (0, 286, 0.0018230236),
        (0, 420, 0.0017428688),
    ],
)
def test_counties_of_north_carolina(count, births, rate):
    common = Prior(mean=0.0020214449, variance=7.6929306e-07)
    assert shrink(np.array([count]), np.array([births]), common)[0] == pytest.approx(rate, rel=1e-6)


@given(st.integers(0, 400), st.floats(0.5, 0.999))
def test_limits_are_those_of_the_exact_tests(count, confidence):
    low, high = garwood(count, 1.0, confidence)
    assert poisson.cdf(count, high) == pytest.approx((1 - confidence) / 2, rel=1e-6)
    if count:
        assert poisson.sf(count - 1, low) == pytest.approx((1 - confidence) / 2, rel=1e-6)
    else:
        assert low == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(51, 5000)), min_size=1, max_size=12))
def test_a_shrunk_rate_lies_between_its_own_and_the_common_one(rows):
    counts, people = map(np.array, zip(*rows, strict=True))
    common = prior(counts, people)
    raw, found = counts / people, shrink(counts, people, common)
    assert (np.minimum(raw, common.mean) - 1e-12 <= found).all() and (
        found <= np.maximum(raw, common.mean) + 1e-12
    ).all()


def test_impossible_rates_are_refused():
    for call in (lambda: garwood(-1, 3), lambda: garwood(1, 0), lambda: prior(np.array([1]), np.array([0]))):
        with pytest.raises(ValueError):
            call()
