"""What is said of the pages read, the trend along them and the curve that goes on, each beside a second calculation."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
import scipy
from drawn import some

from diagnostic.core.french import NBSP, NNBSP
from diagnostic.estimate.formulas import pages
from diagnostic.estimate.formulas.pages import estimate_pages, pages_to_read, trend_total


def said(ranks: Sequence[int], x: Sequence[int], y: Sequence[int], whole: int | None, planned: bool) -> str:
    found = estimate_pages(ranks, x, y, 20, whole, planned=planned)
    return found.description.replace(NBSP, " ").replace(NNBSP, " ")


@pytest.mark.parametrize(
    ("ranks", "y", "whole", "planned", "expected"),
    [
        ([2, 9], [4, 4], 200, True, ["40 %", "connu.", "Erreur type"]),
        ([2, 9], [4, 4], None, True, ["40 %", "inconnu", "Erreur type"]),
        ([2], [4], 200, True, ["40 %", "connu.", "Une seule page"]),
        ([2, 9], [0, 0], 200, True, ["0 %", "connu.", "Erreur type", "n’est pas vide"]),
        ([2], [0], 200, True, ["0 %", "connu.", "Une seule page"]),
        ([2, 9], [4, 4], 200, False, ["40 %", "connu.", "choisies"]),
        ([2, 9], [0, 0], 200, False, ["0 %", "connu.", "choisies"]),
        ([1, 2], [4, 4], None, False, ["40 %", "inconnu", "Seules les premières"]),
        ([1], [4], 200, False, ["40 %", "connu.", "Une seule page"]),
    ],
)
def test_each_thing_that_is_known_of_the_pages_is_said_and_no_other(
    ranks: list[int], y: list[int], whole: int | None, planned: bool, expected: list[str]
) -> None:
    told = said(ranks, [10] * len(y), y, whole, planned)
    every = (", 40 %", ", 0 %", " connu.", "inconnu", "Erreur type", "Une seule page", "n’est pas vide", "choisies", "Seules les premières")  # fmt: skip
    assert [one.strip(" ,") for one in every if one in told] == expected


def test_pages_without_any_ad_have_none_that_is_relevant() -> None:
    told = said([2, 9], [0, 0], [0, 0], 200, True)
    assert ", 0 % d’annonces pertinentes" in told and "inconnu" in told


def test_a_trend_is_told_where_a_regression_has_one() -> None:
    """Every series of five pages with 0 to 3 relevant ads: at one in ten, up or down."""
    ranks, near = np.arange(1, 6), 0
    for y in some(itertools.product(range(4), repeat=5)):
        told = said([*ranks], [30] * 5, y, 600, True)
        if len(set(y)) == 1:
            assert "page en page" not in told
            continue
        expected = scipy.stats.linregress(ranks, y)
        near += 0.1 < expected.pvalue < 0.125
        word = "" if expected.pvalue >= 0.1 else "baisse" if expected.slope < 0 else "monte"
        assert [one for one in ("baisse", "monte") if one in told] == [word] * bool(word), y
        assert "Si cela continuait" not in told
    assert near


def test_a_slow_rise_is_a_rise_and_what_has_no_trend_has_no_slope() -> None:
    assert "monte" in said([1, 2, 3, 4, 5], [30] * 5, [0, 1, 1, 2, 3], 600, True)
    for y in ([2, 2, 2], [1, 9]):
        assert pages._trend(np.arange(len(y)), np.array(y)) == (0, 1)


def test_all_of_the_ads_are_a_hundred_in_a_hundred() -> None:
    assert ", 100 % d’annonces pertinentes" in said([2, 9], [30, 30], [30, 30], 200, True)


def test_an_error_has_one_decimal() -> None:
    """Two pages of twenty, of 4 and 8 ads in ten: 20 √(0.9 × 8 / 2) = 37.9."""
    assert "Erreur type : 37,9." in said([2, 9], [10, 10], [4, 8], 200, True)


def test_the_first_page_to_read_is_drawn_from_the_name_of_the_list() -> None:
    for name, seed, total, number in itertools.product(("A01", "B07 / Lens"), (1, 1804), (20, 87), (3, 10)):
        digest = hashlib.sha256(f"{seed}\0{name}\0pages".encode()).digest()
        start = sum(byte << 8 * at for at, byte in enumerate(digest[:8])) % total
        expected = [math.floor(Fraction(start + at * total, number)) + 1 for at in range(number)]
        assert pages_to_read(name, total, number, seed) == expected


@pytest.mark.parametrize(("total", "number"), [(0, 1), (3, 0), (0, 0), (-1, 2)])
def test_no_page_is_not_a_plan(total: int, number: int) -> None:
    with pytest.raises(ValueError, match="at least one page"):
        pages_to_read("A", total, number, 1)


def test_all_the_pages_are_read_where_as_many_are_asked_for_or_more() -> None:
    for seed, number in itertools.product(range(5), (6, 7, 60)):
        assert pages_to_read("A", 6, number, seed) == [1, 2, 3, 4, 5, 6]
    assert pages_to_read("A", 1, 1, 3) == [1]


@pytest.mark.parametrize(
    ("ranks", "x", "y"),
    [
        ([1, 2, 3, 4], [20, 20, 20, 20], [15, 12, 11, 6]),
        ([2, 3, 7], [10, 30, 20], [1, 6, 15]),
        ([1, 5, 6, 8], [9, 9, 4, 20], [8, 5, 1, 1]),
    ],
)
def test_the_curve_that_goes_on_is_the_most_likely_one(ranks: list[int], x: list[int], y: list[int]) -> None:
    at, shown, relevant = (np.array(one, float) for one in (ranks, x, y))

    def surprise(slopes: np.ndarray) -> float:
        odds = slopes[0] + slopes[1] * at
        return float((shown * np.logaddexp(0, odds) - relevant * odds).sum())

    best = scipy.optimize.minimize(surprise, [0, 0], tol=1e-10).x
    others = [one for one in range(1, 11) if one not in ranks]
    expected = sum(y) + sum(25 / (1 + math.exp(-best[0] - best[1] * one)) for one in others)
    assert trend_total(at.astype(int), shown, relevant, 10, 25.0) == pytest.approx(expected, rel=1e-5)


def test_a_curve_without_end_is_all_or_nothing() -> None:
    """All of the first three pages and none of the next, or all of every page: nothing or all of what is left."""
    shown = np.array([10.0] * 6)
    falling = np.array([10, 10, 10, 0, 0, 0])
    assert trend_total(np.arange(1, 7), shown, falling, 9, 10.0) == pytest.approx(30)
    assert trend_total(np.arange(4, 10), shown, falling, 9, 10.0) == pytest.approx(60)
    full = np.array([3.0, 6, 9, 12])
    assert trend_total(np.arange(1, 5), full, full, 9, 7.0) == pytest.approx(30 + 35)


def test_a_page_that_alone_shows_ads_says_no_curve_but_its_own_share() -> None:
    """Of thirty pages the first has thirty ads, half of them relevant, and the others none at all."""
    x, y = np.array([30.0, *[0] * 29]), np.array([15.0, *[0] * 29])
    assert trend_total(np.arange(1, 31), x, y, 34, 10.0) == pytest.approx(15 + 4 * 5)
    assert "Si cela continuait" in estimate_pages(range(1, 31), x.astype(int), y.astype(int), 34, None).description


def test_pages_that_are_alike_hide_one_page_at_least() -> None:
    """Fifty pages drawn of fifty-one: one in fifty-one is less than the level, but the page left may be any."""
    for seed in (1, 2):
        ranks = pages_to_read("A", 51, 50, seed)
        found = estimate_pages(ranks, [5] * 50, [2] * 50, 51, None, planned=True)
        assert (found.total, found.low, found.high) == pytest.approx((102, 100, 105))
    assert pages._alike(50, 51, 2, 5, math.inf, 0.95) == 3 == pages._alike(3, 4, 2, 5, math.inf, 0.95)
    assert pages._alike(3, 4, 4, 5, math.inf, 0.95) == 4 and pages._alike(3, 4, 4, 5, 2.5, 0.95) == 2.5
