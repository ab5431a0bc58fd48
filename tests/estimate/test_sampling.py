"""Sizes, margins, allocations and intervals against published tables, and what must always hold of them."""

from __future__ import annotations

import math
from fractions import Fraction

import pandas as pd
import pytest
from drawn import cases
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, hypergeom

from diagnostic.estimate.formulas import draw
from diagnostic.estimate.formulas.sampling import (
    allocate,
    hypergeometric_interval,
    implied_confidence,
    realised_margin,
    sample_size,
    size_variants,
    wilson,
)

SITES = [
    "E01",
    "E02",
    "E04",
    "E05",
    "E06",
    "E07",
    "E08",
    "E09",
    "E12",
    "E14",
    "E15",
    "E16",
    "E19",
    "E20",
    "A01",
    "A02",
    "A03",
    "A04",
]
MIRRORS = [f"D{number:02}" for number in range(1, 12)]
ADS = [32, 9, 6, 6, 1, 4, 2, 1, 2, 1, 171, 2, 8, 160, 20, 43, 41, 3]
COUNTS = pd.Series(ADS + [17] * 11, index=SITES + MIRRORS)
GROUPS = pd.Series([None] * len(SITES) + ["M"] * 11, index=COUNTS.index)
ALLOCATED = {
    0: [12, 3, 2, 2, 0, 2, 1, 0, 1, 0, 61, 1, 3, 57, 7, 15, 15, 1] + [6] * 11,
    1: [11, 3, 2, 2, 1, 2, 1, 1, 1, 1, 60, 1, 3, 56, 7, 15, 15, 1] + [6] * 11,
    2: [11, 3, 2, 2, 1, 2, 2, 1, 2, 1, 59, 2, 2, 55, 7, 15, 14, 2] + [6] * 11,
}
COLLAPSED = [14, 4, 3, 3, 1, 2, 2, 1, 2, 1, 75, 2, 3, 71, 9, 19, 18, 2, 17] + [0] * 10


@pytest.mark.parametrize(("population", "size"), [(699, 249), (7393, 366)])
def test_published_sizes(population, size):
    assert sample_size(population, 0.05, 0.95) == size


# Krejcie & Morgan (1970), table 1: chi-square 3.841, to the nearest integer.
KREJCIE = {
    10: 10,
    50: 44,
    100: 80,
    200: 132,
    300: 169,
    500: 217,
    700: 248,
    1000: 278,
    2000: 322,
    5000: 357,
    7000: 364,
    10_000: 370,
    20_000: 377,
}


@pytest.mark.parametrize(("population", "size"), KREJCIE.items())
def test_krejcie_and_morgan_is_the_variant_rounded_to_nearest(population, size):
    variants = size_variants(population, 0.05, float(chi2.cdf(3.841, 1))).set_index("variant")
    assert variants.loc["cochran_nearest", "size"] == size


@given(st.integers(1, 3))
def test_no_ceiling_above_a_tiny_population(population):
    # n0 / (1 + (n0 - 1) / 1) is 1 up to a rounding error, whose ceiling would be 2
    assert sample_size(population, 0.05, 0.95) == population


@given(st.integers(1, 10**6), st.floats(0.01, 0.2), st.floats(0.8, 0.999))
def test_a_size_reaches_its_margin_and_no_smaller_one_does(population, margin, confidence):
    size = sample_size(population, margin, confidence)
    assert realised_margin(size, population, confidence) <= margin * (1 + 1e-9)
    if size > 1:
        assert realised_margin(size - 1, population, confidence) > margin * (1 - 1e-9)


@given(st.integers(1, 10**5), st.integers(1, 1000))
def test_a_larger_population_never_needs_a_smaller_sample(population, more):
    assert sample_size(population, 0.05, 0.95) <= sample_size(population + more, 0.05, 0.95)


@pytest.mark.parametrize("arguments", [(-1, 0.05, 0.95, 0.5), (9, 0, 0.95, 0.5), (9, 0.05, 1, 0.5), (9, 0.05, 0.95, 1)])
def test_impossible_parameters_are_refused(arguments):
    with pytest.raises(ValueError):
        sample_size(*arguments)


def test_margins_realised():
    assert round(100 * realised_margin(249, 699, 0.95), 2) == 4.99
    assert round(100 * realised_margin(57, 160, 0.95), 1) == 10.4  # 10.447: the note prints 10.5
    assert round(100 * realised_margin(92, 1848, 0.95), 1) == 10.0
    assert realised_margin(30, 30, 0.95) == 0


def test_why_other_formulas_give_248():
    table = size_variants(699, 0.05, 0.95).set_index("variant")
    assert table.loc["simple_up", "unrounded"] == pytest.approx(247.91, abs=0.01)
    assert table.loc["cochran_up", "unrounded"] == pytest.approx(248.14, abs=0.01)
    assert table.loc["simple_whole_up", "unrounded"] == pytest.approx(248.26, abs=0.01)
    assert table.loc["cochran_whole_up", "unrounded"] == pytest.approx(248.49, abs=0.01)
    given_249 = set(table.index[table["size"] == 249])
    assert given_249 == {"cochran_up", "cochran_whole_up", "simple_whole_up"}
    assert (table.filter(like="nearest", axis=0)["size"] == 248).all()
    assert table.index.is_unique


def test_only_95_percent_gives_both_printed_sizes():
    printed = {699: 249, 7393: 366}
    levels = (0.80, 0.90, 0.95, 0.98, 0.99)
    assert [x for x in levels if {n: sample_size(n, 0.05, x) for n in printed} == printed] == [0.95]
    low, high = implied_confidence(249, 699, 0.05)
    assert low < 0.95 < high and high - low < 0.001


@given(st.integers(2, 5000), st.floats(0.81, 0.99))
def test_the_implied_confidence_holds_the_level_used(population, confidence):
    low, high = implied_confidence(sample_size(population, 0.05, confidence), population, 0.05)
    assert low - 1e-9 <= confidence <= high + 1e-9


# --- allocation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("floor", ALLOCATED)
def test_allocation_of_the_reference_frame(floor):
    assert list(allocate(COUNTS, 249, floor, "raise")) == ALLOCATED[floor]


def test_empty_sites_get_nothing_and_change_nothing():
    with_empty = pd.concat([pd.Series([0], index=["E03"]), COUNTS, pd.Series([0, 0], index=["D12", "D13"])])
    allocation = allocate(with_empty, 249, 2, "raise")
    assert list(allocation[COUNTS.index]) == ALLOCATED[2]
    assert list(allocation[["E03", "D12", "D13"]]) == [0, 0, 0]


def test_the_other_convention():
    assert list(allocate(COUNTS, 249, 1, "reserve")[["E15", "E20", "A03", "E07"]]) == [61, 57, 14, 1]


def test_mirrors_collapsed_before_sampling():
    frame = pd.DataFrame({"size": COUNTS, "place": "", "mirror_group": GROUPS})
    planned = draw.plan(draw.collapse_mirrors(frame), 249)["coded"]
    assert list(planned.reindex(COUNTS.index, fill_value=0)) == COLLAPSED


FRAMES = st.lists(st.integers(0, 60), min_size=1, max_size=12).filter(sum)
CONVENTIONS = st.sampled_from(["raise", "reserve"])


@st.composite
def feasible(draw):
    counts = pd.Series(draw(FRAMES))
    floor = draw(st.integers(0, 4))
    size = draw(st.integers(int(counts.clip(upper=floor).sum()), int(counts.sum())))
    return counts, size, floor


@settings(deadline=None)
@given(feasible(), CONVENTIONS)
def test_every_allocation_sums_to_its_size_between_floors_and_caps(case, convention):
    counts, size, floor = case
    allocation = allocate(counts, size, floor, convention)
    assert allocation.sum() == size
    assert (allocation <= counts).all()
    assert (allocation >= counts.clip(upper=floor)).all()
    assert (allocation.index == counts.index).all()


@settings(deadline=None)
@given(feasible(), CONVENTIONS)
def test_a_larger_site_never_gets_less(case, convention):
    counts, size, floor = case
    allocation = allocate(counts, size, floor, convention)
    ranked = sorted(zip(counts, allocation, strict=True))
    for (ads, codings), (more_ads, more_codings) in zip(ranked, ranked[1:], strict=False):
        assert codings <= more_codings or ads == more_ads


@settings(deadline=None)
@example((COUNTS, 249, 2), "reserve")  # the floors leave less than the whole parts of the quotas
@given(feasible(), CONVENTIONS)
def test_of_equal_sites_the_first_in_the_file_is_served_first(case, convention):
    counts, size, floor = case
    allocation = allocate(counts, size, floor, convention)
    for _, equal in allocation.groupby(counts):
        assert equal.is_monotonic_decreasing and equal.max() - equal.min() <= 1


@settings(deadline=None)
@given(feasible())
def test_without_a_floor_every_site_is_within_one_coding_of_its_quota(case):
    counts, size, _ = case
    allocation = allocate(counts, size, 0, "raise")
    for ads, codings in zip(counts, allocation, strict=True):
        assert abs(codings - Fraction(int(ads) * size, int(counts.sum()))) < 1


@pytest.mark.parametrize(("size", "floor"), [(28, 1), (700, 2), (53, 2)])
def test_an_impossible_allocation_is_refused(size, floor):
    with pytest.raises(ValueError):
        allocate(COUNTS, size, floor, "raise")


@pytest.mark.parametrize("convention", ["raise", "reserve"])
@pytest.mark.parametrize("counts", [[], [0, 0]])
def test_an_empty_frame_has_nothing_to_share(counts, convention):
    assert list(allocate(pd.Series(counts, dtype="int64"), 0, 2, convention)) == counts


def test_an_unknown_convention_is_refused():
    with pytest.raises(ValueError, match="convention"):
        allocate(COUNTS, 249, 2, "neyman")


# --- intervals --------------------------------------------------------------------------------------------

# base R, six decimals
WILSON = {
    (152, 249): (0.548632, 0.668895),
    (36, 39): (0.796789, 0.973493),
    (58, 92): (0.528430, 0.721984),
    (0, 39): (0, 0.089667),
    (5, 152): (0.014131, 0.074687),
    (32, 152): (0.153258, 0.282065),
    (115, 152): (0.682581, 0.817928),
}


@pytest.mark.parametrize(("case", "limits"), WILSON.items())
def test_wilson(case, limits):
    assert wilson(*case, 0.95) == pytest.approx(limits, abs=5e-7)


def test_wilson_from_a_finite_population():
    assert wilson(152, 249, 0.95, 699) == pytest.approx((0.560948, 0.657760), abs=5e-7)
    assert wilson(7, 20, 0.95, 20) == pytest.approx((0.35, 0.35))


@given(st.integers(1, 200), st.data())
def test_wilson_holds_the_share_and_narrows_in_a_finite_population(n, data):
    k = data.draw(st.integers(0, n))
    low, high = wilson(k, n, 0.95)
    finite_low, finite_high = wilson(k, n, 0.95, n + data.draw(st.integers(1, 500)))
    assert 0 <= low <= finite_low + 1e-12 and finite_low <= k / n + 1e-12
    assert k / n - 1e-12 <= finite_high <= high + 1e-12 and high <= 1


def test_hypergeometric_limits():
    assert hypergeometric_interval(152, 249, 0.95, 699) == (391, 461)


@settings(deadline=None, max_examples=cases(50))
@given(st.integers(1, 60), st.data())
def test_hypergeometric_limits_invert_both_tests(population, data):
    n = data.draw(st.integers(1, population))
    k = data.draw(st.integers(0, n))
    low, high = hypergeometric_interval(k, n, 0.95, population)
    assert k <= low <= high <= population - (n - k)
    assert low == k or hypergeom.sf(k - 1, population, low - 1, n) <= 0.025 + 1e-12
    assert high == population - (n - k) or hypergeom.cdf(k, population, high + 1, n) <= 0.025 + 1e-12


@pytest.mark.parametrize("case", [(5, 4, 10), (-1, 4, 10), (0, 0, 10), (2, 11, 10)])
def test_impossible_draws_are_refused(case):
    k, n, population = case
    with pytest.raises(ValueError):
        wilson(k, n, 0.95, population)
    with pytest.raises(ValueError):
        hypergeometric_interval(k, n, 0.95, population)


def test_a_margin_needs_a_sample_inside_its_population():
    for sample in (0, 11):
        with pytest.raises(ValueError):
            realised_margin(sample, 10, 0.95)
    assert math.isclose(realised_margin(1, 10, 0.95), 1.959964 * 0.5, rel_tol=1e-6)


def test_one_of_two_leaves_a_margin_and_all_of_them_none():
    """z √(p (1 − p) / n × (N − n) / (N − 1)), worked out: 1 of 2, 1 of 3, and all of 1, 2 and 3."""
    z = 1.959964
    assert realised_margin(1, 2, 0.95) == pytest.approx(z / 2, abs=1e-6)
    assert realised_margin(1, 3, 0.95) == pytest.approx(z / 2, abs=1e-6)
    assert realised_margin(2, 3, 0.95) == pytest.approx(z / 2 * math.sqrt(1 / 4), abs=1e-6)
    assert [realised_margin(n, n, 0.95) for n in (1, 2, 3)] == [0, 0, 0]
