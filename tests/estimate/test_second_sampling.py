"""Sizes, margins and shares of a sample beside a second program, in fractions where numbers are whole."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.formulas import sampling
from diagnostic.estimate.formulas.sampling import allocate, sample_size, satterthwaite, student_value

Z = {0.9: 1.6448536269514722, 0.95: 1.959963984540054, 0.99: 2.5758293035489004}


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 1.5])
def test_a_level_is_neither_nothing_nor_certainty(level: float) -> None:
    for degrees in (math.inf, 3):
        with pytest.raises(ValueError, match="strictly between"):
            student_value(level, degrees)


def test_a_variance_has_a_part_of_a_degree_of_freedom_at_least() -> None:
    """Student's law of one degree is that of Cauchy, of two a square root."""
    assert student_value(0.95, 1) == pytest.approx(math.tan(math.pi * 0.475))
    assert student_value(0.95, 2) == pytest.approx(2 * 0.475 * math.sqrt(2 / (1 - 4 * 0.475**2)))
    assert student_value(0.9, 0.5) > student_value(0.9, 1)
    for degrees in (0, -1, math.nan):
        with pytest.raises(ValueError, match="degree of freedom"):
            student_value(0.95, degrees)


def test_degrees_of_freedom_are_those_of_what_varies() -> None:
    assert satterthwaite([4, 0, 1], [3, 0, 7]) == pytest.approx(25 / (16 / 3 + 1 / 7))
    assert satterthwaite([4, 1], [math.inf, 2]) == pytest.approx(25 / (1 / 2))
    assert satterthwaite([0.25, 0.5], [2, 5]) == pytest.approx(0.5625 / (0.0625 / 2 + 0.25 / 5))
    assert satterthwaite([], []) == satterthwaite([0, 0], [1, 2]) == satterthwaite([3], [math.inf]) == math.inf


def size(infinite: float, population: int) -> float:
    return infinite / (1 + (infinite - 1) / population)


def test_sizes_and_margins_are_those_of_cochran() -> None:
    for population, margin, (level, z), share in itertools.product((1, 2, 30, 699), (0.03, 0.2), Z.items(), (0.5, 0.1)):
        exact = size(z * z * share * (1 - share) / margin**2, population)
        found = sample_size(population, margin, level, share)
        assert found == min(population, math.ceil(exact - 1e-9))
        for n in {1, found, population}:
            spread = share * (1 - share) / n * (population - n) / (population - 1) if population > 1 else 0
            assert sampling.realised_margin(n, population, level, share) == pytest.approx(z * math.sqrt(spread))
    assert sample_size(0, 0.05, 0.95) == 0
    for population, margin, share in ((-1, 0.05, 0.5), (9, 0.0, 0.5), (9, 1.0, 0.5), (9, 0.05, 0.0), (9, 0.05, 1.0)):
        with pytest.raises(ValueError, match=r"must (not be|lie)"):
            sample_size(population, margin, 0.95, share)
    for n in (0, 10):
        with pytest.raises(ValueError, match="between 1"):
            sampling.realised_margin(n, 9, 0.95)
    with pytest.raises(ValueError, match="at least 1"):
        sampling.size_variants(0, 0.05, 0.95)


def test_every_variant_of_a_size_is_computed_as_it_is_called() -> None:
    for population, margin, level, share in itertools.product((1, 3, 699, 4000), (0.05, 0.3), (0.95, 0.8), (0.5, 0.2)):
        found = sampling.size_variants(population, margin, level, share).set_index("variant")
        levels = {f"level_{round(100 * one)}": z for one, z in Z.items() if one != level} | {"z_2": 2.0}
        names = [f"{formula}{start}_{way}" for start in ("", "_whole") for formula in ("cochran", "simple") for way in ("up", "nearest")]  # fmt: skip
        assert found.index.tolist() == names + list(levels)
        for name, row in found.iterrows():
            z = levels.get(str(name), sampling.critical_value(level))
            infinite = z * z * share * (1 - share) / margin**2
            infinite = float(math.ceil(round(infinite, 9))) if "_whole" in str(name) else infinite
            exact = infinite / (1 + infinite / population) if "simple" in str(name) else size(infinite, population)
            whole = math.floor(exact + 0.5) if "nearest" in str(name) else math.ceil(round(exact, 9))
            assert (row["z"], row["infinite_size"], row["unrounded"]) == pytest.approx((z, infinite, exact)), name
            assert row["size"] == min(population, max(1, whole)), name


def settled(n: list[int], least: list[int], size: int, start: list[int]) -> list[int]:
    """One more to the largest fraction of its quota, one less from the smallest, of equal ones the first and the last."""
    result, whole = list(start), sum(n)
    while sum(result) != size:
        over = [Fraction(one * size, whole) - k for one, k in zip(n, result, strict=True)]
        if sum(result) < size:
            at = max((at for at in range(len(n)) if result[at] < n[at]), key=lambda at: (over[at], -at))
            result[at] += 1
        else:
            at = min((at for at in range(len(n)) if result[at] > least[at]), key=lambda at: (over[at], -at))
            result[at] -= 1
    return result


@pytest.mark.parametrize(
    "counts", [(5, 9, 14, 0), (1, 20, 7, 2), (0, 4, 4, 4), (3, 3, 50, 1), (0, 0, 0, 0), (2, 0, 1, 30), (10, 10, 10, 10)]
)
def test_ads_are_shared_as_by_hand(counts: tuple[int, ...]) -> None:
    n = pd.Series(counts, index=list("abcd"), name="ads")
    for total, floor in itertools.product(range(sum(counts) + 2), (0, 1, 2, 5)):
        least = [min(one, floor) for one in counts]
        if not sum(least) <= total <= sum(counts):
            for convention in ("raise", "reserve"):
                with pytest.raises(ValueError, match="cannot hold"):
                    allocate(n, total, floor, convention)
            continue
        found = allocate(n, total, floor, "reserve")
        start = [max(one * total // max(1, sum(counts)), low) for one, low in zip(counts, least, strict=True)]
        assert found.tolist() == settled(list(counts), least, total, start), (total, floor)
        raised = {at for at, one in enumerate(counts) if not one}
        while under := {
            at for at, one in enumerate(counts)
            if at not in raised and one * (total - sum(least[k] for k in raised)) < least[at] * sum(counts[k] for k in range(4) if k not in raised)
        }:  # fmt: skip
            raised |= under
        rest, others = total - sum(least[k] for k in raised), [k for k in range(4) if k not in raised]
        own = settled([counts[k] for k in others], [least[k] for k in others], rest, [counts[k] * rest // max(1, sum(counts[k] for k in others)) for k in others])  # fmt: skip
        expected = [least[k] if k in raised else own[others.index(k)] for k in range(4)]
        found = allocate(n, total, floor)
        assert found.tolist() == expected, (total, floor)
        assert found.name == "ads" and found.index.tolist() == list("abcd")


def test_the_interval_of_wilson_is_where_the_share_is_so_many_errors_away() -> None:
    """The two shares whose distance from k / n is z √(p (1 − p) / n), of a finite list z √((N − n) / (N − 1)) times that."""
    for (k, n), (level, z), population in itertools.product(
        ((0, 1), (1, 1), (0, 7), (3, 7), (7, 7), (40, 90)), Z.items(), (None, 0, 1, 60)
    ):
        whole = None if population is None else n + population
        squared = z * z * (1 if whole is None else (whole - n) / (whole - 1) if whole > 1 else 0)
        for share, bare in zip(sampling.wilson(k, n, level, whole), (k == 0, k == n), strict=True):
            assert (
                share == (k > 0) if bare else (k / n - share) ** 2 == pytest.approx(squared * share * (1 - share) / n)
            )
    for k, n, whole in ((-1, 3, 9), (4, 3, 9), (0, 0, 9), (1, 3, 2)):
        with pytest.raises(ValueError, match="expected 0"):
            sampling.wilson(k, n, 0.95, whole)
        with pytest.raises(ValueError, match="expected 0"):
            sampling.hypergeometric_interval(k, n, 0.95, whole)


def test_sums_by_list_are_those_of_each_row() -> None:
    values = np.arange(24.0).reshape(2, 3, 4)
    found = sampling.sums(values, np.array([2, 0, 2, 2]), 4)
    assert found.shape == (2, 3, 4)
    for one, row in zip(values.reshape(6, 4), found.reshape(6, 4), strict=True):
        assert row.tolist() == [one[1], 0, one[0] + one[2] + one[3], 0]
    assert sampling.named(pd.Series(["b", "a", "b"])) == "a, b"
