"""Estimators with replacement: vegan, iNEXT, SpadeR and Rcapture on published data."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.estimate.formulas import species

# Trees of plot 1 of Barro Colorado Island (R vegan 2.6-10), the girdled spiders of iNEXT, SpadeR's demonstration,
# the cottontail rabbits (135 of them, 18 occasions), and the « ill » of the Dutch police (Rcapture).
BCI = dict.fromkeys([7, 8, 9, 10, 15, 17, 18, 21, 22, 24, 25], 1) | dict.fromkeys([11, 12, 13, 14], 2)
BCI |= {1: 31, 2: 18, 3: 9, 4: 6, 5: 6, 6: 4}
SPIDERS = {46: 1, 22: 1, 17: 1, 15: 2, 9: 1, 8: 1, 6: 2, 4: 1, 2: 4, 1: 12}
DEMO = dict.fromkeys([4, 7, 8, 13, 15, 16, 39, 44, 72, 83, 95, 97, 121, 126, 194, 276, 752], 1) | {1: 3, 2: 2, 9: 3}
RABBITS = {1: 43, 2: 16, 3: 8, 4: 6, 6: 2, 7: 1}
ILL = {1: 1645, 2: 183, 3: 37, 4: 13, 5: 1, 6: 1}


def uncorrected(seen):
    return species.chao1(seen, corrected=False, finite=True)


def test_data_are_those_of_the_note():
    for seen, contacts, persons in ((BCI, 448, 93), (SPIDERS, 168, 26), (DEMO, 1996, 25), (ILL, 2185, 1880)):
        assert (sum(i * f for i, f in seen.items()), sum(seen.values())) == (contacts, persons)


def test_chao1():
    assert species.chao1(BCI) == pytest.approx(117.473684211, rel=1e-9)
    assert species.chao1(BCI, corrected=False) == pytest.approx(119.694444, abs=5e-7)
    assert species.chao1(SPIDERS) == pytest.approx(39.2)
    assert uncorrected(SPIDERS) == pytest.approx(43.892857, abs=5e-7)
    assert uncorrected(DEMO) == pytest.approx(27.249, abs=5e-4)
    assert species.chao1(DEMO, finite=True) == pytest.approx(25.9995, abs=5e-4)


@pytest.mark.parametrize(
    ("estimator", "seen", "se", "tolerance"),
    [
        (species.chao1, BCI, 11.583784849, 1e-6),
        (species.chao1, SPIDERS, 10.206970, 1e-6),
        (uncorrected, SPIDERS, 14.306, 5e-4),
        (uncorrected, DEMO, 3.394, 5e-4),
        (species.ace, DEMO, 2.367, 5e-4),
        (species.chao_bound, ILL, 662.6, 5e-2),
    ],
)
def test_standard_errors(estimator, seen, se, tolerance):
    assert species.delta_se(estimator, seen) == pytest.approx(se, abs=tolerance)


@pytest.mark.parametrize(
    ("estimator", "seen", "se", "limits", "tolerance"),
    [
        # scikit-bio 0.7.4 takes the closed form of the standard error, 11.585411
        (species.chao1, BCI, 11.585411, (103.138, 152.083), 2e-3),
        (uncorrected, SPIDERS, None, (30.511, 96.971), 5e-4),
        (uncorrected, DEMO, None, (25.266, 44.030), 5e-4),
    ],
)
def test_intervals(estimator, seen, se, limits, tolerance):
    own = species.delta_se(estimator, seen) if se is None else se
    found = species.lognormal_interval(estimator(seen), own, sum(seen.values()))
    assert found == pytest.approx(limits, abs=tolerance)


def test_ace():
    assert species.ace(BCI) == pytest.approx(122.848958960, abs=1e-6)
    assert species.ace(SPIDERS) == pytest.approx(48.415229, abs=5e-7)
    assert species.ace(DEMO) == pytest.approx(26.920, abs=5e-4)
    assert species.ace({11: 3, 40: 2}) == 5
    with pytest.raises(ValueError, match="once"):
        species.ace({1: 4, 20: 2})


def test_jackknife():
    assert species.jackknife(RABBITS, 1, 18) == pytest.approx(116.611111, abs=5e-7)
    assert species.jackknife(RABBITS, 2, 18) == pytest.approx(141.447712, abs=5e-7)
    assert species.jackknife(DEMO) == pytest.approx(27.998, abs=5e-4)
    assert species.jackknife(DEMO, 2) == pytest.approx(28.998, abs=5e-4)


def test_repeated_contacts():
    assert species.chao_bound(RABBITS) == pytest.approx(133.78125)
    assert species.chao_bound(ILL) == pytest.approx(9273.510929, abs=5e-7)
    assert species.zelterman(ILL) == pytest.approx(9424.555193, abs=1e-6)
    assert species.truncated_poisson(ILL) == pytest.approx(7079.9, abs=5e-2)


@pytest.mark.parametrize("estimator", [species.zelterman, species.truncated_poisson])
def test_nobody_met_twice_has_no_total(estimator):
    with pytest.raises(ValueError):
        estimator({1: 12})
    assert species.chao_bound({1: 12}) == 12 + 12 * 11 / 2


@given(st.floats(0.2, 4), st.integers(50, 5000))
def test_persons_all_as_likely_to_be_met_are_found_again(rate, persons):
    """With the expected counts of a Poisson population, three estimators give its size, and Chao's bound too."""
    seen = {i: persons * math.exp(-rate) * rate**i / math.factorial(i) for i in range(1, 60)}
    for estimator in (species.chao_bound, species.zelterman, species.truncated_poisson):
        assert estimator(seen) == pytest.approx(persons, rel=1e-6)
