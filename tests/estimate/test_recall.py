"""Missed copies: the weight by its own definition, the recall by an independent calculation, and what it does to the facts."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.core.tables import model
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas import uncertainty
from diagnostic.estimate.sample import persons


@given(st.integers(1, 40), st.floats(0.501, 1))
def test_the_weight_is_one_mth_on_average_whatever_the_multiplicity(m: int, r: float) -> None:
    chance = [comb(m - 1, j) * r**j * (1 - r) ** (m - 1 - j) for j in range(m)]
    mean = float(np.dot(chance, uncertainty.weight(np.arange(1.0, m + 1), r)))
    assert mean == pytest.approx(1 / m, rel=1e-9)


@given(st.integers(1, 30), st.floats(0.55, 0.99))
def test_the_slope_is_that_of_the_weight(found: int, r: float) -> None:
    k, step = np.array([float(found)]), 1e-6
    numeric = (uncertainty.weight(k, r + step) - uncertainty.weight(k, r - step)) / (2 * step)
    assert uncertainty.slope(k, r) == pytest.approx(numeric, rel=1e-4, abs=1e-6)


def test_a_complete_search_weighs_as_ever_and_half_a_search_has_no_weight() -> None:
    k = np.arange(1.0, 9)
    assert uncertainty.weight(k, 1.0) == pytest.approx(1 / k)
    with pytest.raises(ValueError):
        uncertainty.weight(k, 0.5)
    with pytest.raises(ValueError, match="start at 1"):
        uncertainty.weight(np.array([0.0]), 0.9)


def test_the_recall_is_a_ratio_with_the_variance_of_its_ads() -> None:
    """Four ads with copies: r = 12 / 15; e = both − r × second = −0.4, 0.2, 0.4, −0.2 (0 for an ad without any)."""
    second, both = np.array([3.0, 6, 2, 4, 0]), np.array([2.0, 5, 2, 3, 0])
    found = uncertainty.measured(second, both)
    assert found is not None and found.value == 0.8 and found.copies == 15 and found.degrees == 3
    residuals = both - 0.8 * second
    assert found.variance == pytest.approx(4 / 3 * float(residuals @ residuals) / 225)
    assert found.low == pytest.approx(0.8 - 3.182446 * found.variance**0.5) and found.high <= 1
    whole = uncertainty.measured(np.array([9.0, 30]), np.array([9.0, 30]))
    assert whole is not None and whole.value == whole.high == 1 and whole.low == pytest.approx(0.910, abs=5e-4)
    assert uncertainty.measured(np.zeros(3), np.zeros(3)) is None
    with pytest.raises(ValueError):
        uncertainty.measured(np.array([1.0]), np.array([2.0]))


def test_over_every_miss_the_estimate_is_unbiased() -> None:
    """All four ads of persons with 1 and 3 ads are coded, r = .8 known: over every pattern of misses, E[D] = 2."""
    multiplicity, r, mean = (1, 3, 3, 3), 0.8, 0.0
    frame = pd.DataFrame({"size": [4.0]})
    known = uncertainty.Recall(r, 0.0, r, r, 1, np.inf)
    for found in product(*(range(m) for m in multiplicity)):
        chance = np.prod(
            [comb(m - 1, j) * r**j * (1 - r) ** (m - 1 - j) for m, j in zip(multiplicity, found, strict=True)]
        )
        ads = pd.DataFrame({"stratum": 0, "person": [0, 1, 1, 1], "multiplicity": [1.0 + j for j in found]})
        share = uncertainty.weight(ads["multiplicity"].to_numpy(), r)
        made = uncertainty.with_multiplicities(ads, frame, recall=known)
        assert made.value == pytest.approx(max(2, share.sum())) and made.kind == "model"
        mean += chance * share.sum()
    assert mean == pytest.approx(2)


def codings(second: list[int | None], both: list[int | None]) -> pd.DataFrame:
    """Second codings of ads a0, a1…"""
    ads = pd.DataFrame({"ad_id": [f"a{at}" for at in range(len(second))], "turn": 2, "copies_searched": "yes"})
    return ads.assign(copies_total=second, copies_again=both)


def told(second: list[int | None], both: list[int | None]) -> dict[str, Fact]:
    """Forty ads of a list of 100, half of them with one copy found."""
    ads = pd.DataFrame({"ad_id": [f"a{at}" for at in range(40)], "person": [f"p{at}" for at in range(40)]})
    ads = ads.assign(multiplicity=[2.0, 1.0] * 20, found=[2.0, 1.0] * 20, stratum="E01", site_code="E01", maybe=None)
    frame = pd.DataFrame({"stratum": ["E01"], "size": [100], "site_code": "E01", "kept": True, "degrees": np.inf})
    frame = frame.assign(value=100.0, low=100.0, high=100.0, variance=0.0)
    searches = persons.searched_again(codings(second, both), ads)
    build = Builder("consolidate/codings", "observed")
    return {
        one.fact_id: one
        for one in persons.facts(ads, model("estimate/held").empty(), frame, 0.95, build, 1, searches=searches)
    }


def test_a_second_search_corrects_and_widens() -> None:
    """Of ten copies found by the second search, the first had eight: g(1) = 1, g(2) = .4 × (1 − 1 / 16) = .375."""
    plain, found = told([], []), told([6, 3, 4, 1], [5, 3, 3, 1])
    assert plain["persons.total"].value == 75 and "n’est pas connu" in plain["persons.total"].method
    assert "persons.recall_pct" not in plain
    total, missed = found["persons.total"], found["persons.source.recall"]
    assert total.value == pytest.approx(100 * (0.5 + 0.5 * 0.375)) and total.interval_kind == "model"
    assert missed.value is not None and missed.value > 0 and found["persons.recall_pct"].value == 80
    assert "sur environ 10 copies" in missed.method
    whatever = found["persons.whatever_missed"]
    assert (whatever.low, whatever.high) == (40, plain["persons.total"].high) and whatever.interval_kind == "bounds"


def test_a_search_that_misses_half_only_bounds() -> None:
    found, plain = told([6, 4], [2, 3]), told([], [])
    total = found["persons.total"]
    assert (total.low, total.high, total.interval_kind) == (40, plain["persons.total"].high, "bounds")
    assert "plafond" in total.method and found["persons.recall_pct"].value == pytest.approx(100 * 3 / 8)


def test_a_second_search_that_was_not_compared_says_nothing() -> None:
    assert "persons.recall_pct" not in told([6, 3], [None, 4])  # not compared; more in both than in one
    assert "persons.recall_pct" not in told([1, 1], [1, 1])  # no copy at all
