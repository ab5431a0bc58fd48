"""Relevant ads among places that are not: every sample of small lists, exact limits, a census, simulated coverage."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import comb
from statistics import fmean, pvariance

import numpy as np
import pandas as pd
import pytest
from drawn import always
from scipy.stats import hypergeom
from test_simulation import load

from diagnostic.estimate.formulas.domain import domain_sizes, domain_total
from diagnostic.estimate.formulas.uncertainty import Persons, with_multiplicities

# The places of two lists: the person whose relevant ad is there, 0 where there is none; how many ads each person has.
LISTS = {"a": [1, 0, 2, 3, 0], "b": [1, 3, 3, 0, 4, 0]}
ADS_OF = np.array([0, 2, 1, 3, 1])
LISTED = pd.Series({name: len(own) for name, own in LISTS.items()})
RELEVANT, PERSONS = 7, 4


def persons(stratum: pd.Series, person: np.ndarray, ads_of: np.ndarray, listed: pd.Series) -> Persons:
    """The persons behind the relevant ads of a sample of places: `person` as in LISTS, `ads_of` as in ADS_OF."""
    inside = person > 0
    sizes = domain_sizes(listed, stratum, pd.Series(inside))
    frame = sizes.rename(columns={"value": "size"})
    ads = {"stratum": stratum[inside], "person": person[inside], "multiplicity": ads_of[person[inside]]}
    return with_multiplicities(pd.DataFrame(ads), frame)


def every_sample(drawn: tuple[int, int]) -> Iterator[tuple[pd.Series, np.ndarray]]:
    stratum = pd.Series(np.repeat(list(LISTS), drawn))
    for sample in product(*(combinations(own, n) for own, n in zip(LISTS.values(), drawn, strict=True))):
        yield stratum, np.concatenate(sample)


@pytest.mark.parametrize("drawn", always(1, [((2, 2),), ((3, 4),), ((5, 3),)]))
def test_totals_and_persons_are_unbiased_over_every_sample(drawn: tuple[int, int]) -> None:
    totals, variances, counted = [], [], []
    for stratum, person in every_sample(drawn):
        found = domain_sizes(LISTED, stratum, pd.Series(person > 0))
        totals.append(found["value"].sum())
        p = found["inside"] / found["seen"]
        spread = LISTED**2 * (1 - found["seen"] / LISTED) * p * (1 - p) / (found["seen"] - 1)  # (Cochran 1977, 3.8)
        known = found["variance"].fillna(0)  # missing where none was seen to be relevant: the limits stand
        assert known.to_list() == pytest.approx(spread.to_list())
        variances.append(spread.sum())
        z = pd.Series(np.where(person > 0, 1 / np.maximum(ADS_OF[person], 1), 0)).groupby(stratum).sum()
        counted.append(float((LISTED / found["seen"] * z).sum()))  # the domain estimator, as it is written
        if (person > 0).any():  # the estimate is raised to the persons seen
            seen = len(set(person) - {0})
            assert persons(stratum, person, ADS_OF, LISTED).value == pytest.approx(max(seen, counted[-1]))
    assert abs(fmean(totals) - RELEVANT) < 1e-12
    assert abs(fmean(variances) - pvariance(totals)) < 1e-12
    assert abs(fmean(counted) - PERSONS) < 1e-12


def test_the_variance_is_that_of_the_domain_and_a_known_little_more() -> None:
    rng = np.random.default_rng(1)
    for places, n in ((40, 12), (200, 132), (30, 29)):
        m = rng.choice([0, 1, 2, 4], n, p=[0.2, 0.4, 0.3, 0.1])
        person = np.where(m > 0, np.arange(1, n + 1), 0)
        found = persons(pd.Series(["a"] * n), person, np.concatenate([[0], m]), pd.Series({"a": places}))
        z = np.where(m > 0, 1 / np.maximum(m, 1), 0)
        f, p = n / places, (m > 0).mean()
        domain = places**2 * (1 - f) * z.var(ddof=1) / n
        more = places**2 * (1 - f) * f * (1 - p) * z[m > 0].var(ddof=1) / (n * (n - 1))
        assert found.se**2 == pytest.approx(domain + more)
        assert found.value == pytest.approx(max(places * z.mean(), (m > 0).sum()))


def test_a_census_of_a_hundred_places_with_sixty_ads_says_sixty() -> None:
    person = np.array([*range(1, 61), *[0] * 40])
    stratum, listed = pd.Series(["a"] * 100), pd.Series({"a": 100})
    found = persons(stratum, person, np.ones(61, dtype=int), listed)
    assert (found.value, found.low, found.high) == (60, 60, 60)
    total = domain_total(listed, stratum, pd.Series(person > 0))
    assert total.exact and (total.value, total.low, total.high, total.share) == (60, 60, 60, 0.6)


def test_no_limit_is_narrow_because_nothing_else_was_seen() -> None:
    stratum, listed = pd.Series(["a"] * 10), pd.Series({"a": 200})
    for inside in (True, False):
        total = domain_total(listed, stratum, pd.Series([inside] * 10))
        assert total.high - total.low > 50
        # whatever the list really has, so rare a draw has less than half of what the limits leave out
        edge = int(total.low if inside else total.high)
        rare = hypergeom.pmf(10 if inside else 0, 200, edge, 10)
        assert rare > 0.025 and (total.high if inside else total.low) == (200 if inside else 0)
    none = domain_sizes(listed, stratum, pd.Series([False] * 10)).loc["a"]
    assert none["value"] == 0 and np.isnan(none["variance"]) and (none["low"], none["high"]) == (0, 60)
    assert comb(200 - 60, 10) / comb(200, 10) > 0.025 > comb(200 - 61, 10) / comb(200, 10)


def test_a_list_without_any_place_seen_has_the_share_of_the_others_and_all_its_places_as_limits() -> None:
    listed = pd.Series({"a": 20, "b": 30})
    total = domain_total(listed, pd.Series(["a"] * 20), pd.Series([True] * 15 + [False] * 5))
    assert total.bounded and (total.value, total.low, total.high) == (0.75 * 50, 15, 45)
    one, none = (
        domain_total(own, pd.Series(["a"] * 20), pd.Series([True] * 20))
        for own in (pd.Series({"a": 20, "b": 1}), listed[:1])
    )
    assert one.bounded and not none.bounded  # one place that nobody saw is enough
    assert list(domain_sizes(listed, pd.Series(["a"]), pd.Series([True])).index) == ["a"]


def test_places_out_of_the_frame_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown to the frame: z"):
        domain_sizes(LISTED, pd.Series(["z"]), pd.Series([True]))
    with pytest.raises(ValueError, match="more places seen than listed: a"):
        domain_sizes(LISTED, pd.Series(["a"] * 6), pd.Series([True] * 6))


@pytest.mark.slow
@pytest.mark.parametrize("out", [0.3, 0.1])
def test_the_simulated_bias_is_gone_and_the_intervals_hold(out: float) -> None:
    """The short form of `benchmarks/dispositions.py`: tolerances are four Monte Carlo errors."""
    draws = 80
    found = load("dispositions").simulate(out, draws)
    for name in ("persons", "relevant", "trait"):
        error = np.std(found.values[name]) / found.truth[name] / np.sqrt(draws)
        assert abs(found.bias(name)) < 4 * error, name
        assert found.coverage(name) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / draws), name
    assert found.bias("before") > out  # what reweighting to the whole count did


def test_a_list_has_as_many_degrees_of_freedom_as_places_seen_less_one():
    """Three of five seen, one of four, all of two, none of the last: two, one at least, without end, and no line."""
    listed = pd.Series({"a": 5, "b": 4, "c": 2, "d": 3})
    stratum = pd.Series(["a", "a", "a", "b", "c", "c"])
    found = domain_sizes(listed, stratum, pd.Series([True, False, True, True, False, True]))
    assert found["degrees"].to_dict() == {"a": 2, "b": 1, "c": np.inf}
    assert found["value"].to_dict() == {"a": pytest.approx(10 / 3), "b": 4, "c": 1}
    assert found["variance"].to_dict()["a"] == pytest.approx(25 * (1 - 3 / 5) * (1 / 3) / 3)
