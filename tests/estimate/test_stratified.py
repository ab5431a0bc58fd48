"""The variance of a stratified mean: unbiased over every sample, and never too little on average for a lone unit."""

from __future__ import annotations

from itertools import combinations, product
from statistics import fmean, pvariance

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.formulas.linearised import design_of, mean
from diagnostic.estimate.formulas.sampling import mean_variances
from diagnostic.estimate.formulas.uncertainty import weight_share, with_multiplicities

STRATA = [[1, 1 / 2, 1 / 4, 1], [1 / 3, 1, 1 / 2], [1, 1 / 2, 1 / 2, 1 / 5, 1]]
SIZE = np.array([4.0, 3.0, 5.0])


def every_sample(drawn: tuple[int, ...]) -> tuple[list[float], list[float]]:
    """The estimated totals of all samples, and their estimated variances."""
    n, totals, variances = np.array(drawn), [], []
    row = np.repeat(np.arange(3), n)
    for sample in product(*(combinations(own, k) for own, k in zip(STRATA, drawn, strict=True))):
        values = np.concatenate(sample)
        totals.append(float((SIZE / n)[row] @ values))
        variances.append(float(SIZE**2 @ mean_variances(values, row, SIZE, n)))
    return totals, variances


@pytest.mark.parametrize("drawn", [(2, 2, 2), (3, 2, 4), (2, 3, 3), (4, 3, 5)])
def test_unbiased_over_every_sample(drawn):
    totals, variances = every_sample(drawn)
    assert fmean(totals) == pytest.approx(sum(map(sum, STRATA)))
    assert fmean(variances) == pytest.approx(pvariance(totals), abs=1e-12)


@pytest.mark.parametrize("drawn", [(1, 2, 2), (1, 1, 3), (1, 1, 1)])
def test_the_variance_of_a_lone_unit_is_never_too_little_on_average(drawn):
    totals, variances = every_sample(drawn)
    assert fmean(variances) >= pvariance(totals)


def test_the_three_estimators_of_persons_have_the_same_variance():
    """The weight share, the final interval and the linearised mean times the ads of one sample, a list with a lone ad among its lists."""
    stratum, m = ["a", "a", "a", "b", "c", "c"], np.array([1, 2, 4, 3, 1, 2])
    sizes = {"a": 9, "b": 4, "c": 6}
    expected = weight_share(stratum, m, sizes, 6)
    ads = pd.DataFrame({"stratum": stratum, "person": range(6), "multiplicity": m})
    final = with_multiplicities(ads, pd.DataFrame({"size": pd.Series(sizes, dtype=float)}))
    assert final.se == pytest.approx(expected.se)
    whole, each = mean(design_of(ads["stratum"], sizes), 1 / m, np.ones(6, dtype=bool), np.ones(6)), sum(sizes.values())
    assert (each * whole.value, each * whole.se) == pytest.approx((expected.value, expected.se))


def test_a_lone_unit_is_set_against_the_mean_of_the_lists_that_were_drawn():
    """1 against 0.4, the mean of the one other list of which something was drawn; nothing is known of the third."""
    values, row = np.array([1, 0.2, 0.6]), np.array([0, 1, 1])
    found = mean_variances(values, row, np.array([4.0, 3.0, 5.0]), np.array([1, 2, 0]))
    assert found.tolist() == pytest.approx([0.6**2, (1 - 2 / 3) * 0.08 / 2, 0])
    # All of a list of one, and a unit alone in the whole sample, vary by nothing here.
    assert mean_variances(values, row, np.array([1.0, 3.0, 5.0]), np.array([1, 2, 0]))[0] == 0
    assert mean_variances(np.array([1.0]), np.array([0]), np.array([4.0, 3.0]), np.array([1, 0])).tolist() == [0, 0]
