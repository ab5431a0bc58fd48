"""Two lists: published worked examples and reference software, and what no overlap can hide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from diagnostic.estimate.catalogue.reading import known
from diagnostic.estimate.formulas import two_lists

SEBER = (948, 421, 167)  # Seber 1982, p. 107: 167 on both lists, 781 and 254 on one only


def test_the_worked_example_of_seber():
    assert two_lists.lincoln_petersen(*SEBER) == pytest.approx(2389.868, abs=5e-4)
    assert two_lists.chapman(*SEBER) == pytest.approx((2382.798, 129.056), abs=5e-4)
    assert two_lists.sadinle_interval(*SEBER) == pytest.approx((2159.30, 2673.57), abs=5e-3)


@pytest.mark.parametrize(
    ("lists", "value", "se", "sadinle"),
    [
        ((200, 150, 50), 594.118, 58.018, (502.14, 742.18)),
        ((72, 95, 8), 777.667, 219.485, (472.41, 1562.89)),
        ((30, 20, 3), 161.75, 61.116, (87.16, 511.53)),
        ((60, 107, 0), 6587, 4598.639, (965.67, 211_878.97)),
    ],
)
def test_reference_values(lists, value, se, sadinle):
    assert two_lists.chapman(*lists) == pytest.approx((value, se), abs=1e-3)
    assert two_lists.sadinle_interval(*lists) == pytest.approx(sadinle, abs=6e-3)


def test_what_the_unpublished_overlap_of_167_persons_would_imply():
    found = two_lists.sensitivity(167)
    expected = [
        (51, 118, 2062, 805, 8497),
        (52, 120, 1068, 571, 2629),
        (52, 123, 729, 449, 1460),
        (54, 125, 532, 365, 916),
        (56, 131, 357, 277, 524),
        (59, 138, 268, 226, 353),
        (84, 85, 2436, 935, 10047),
        (86, 86, 1260, 661, 3114),
        (88, 87, 869, 524, 1750),
        (90, 89, 629, 422, 1092),
        (94, 93, 424, 320, 631),
        (98, 99, 318, 260, 427),
    ]
    columns = ["first", "second", "chapman", "low", "high"]
    assert [tuple(round(v) for v in row) for row in found[columns].itertuples(index=False)] == expected
    assert ((found["first"] + found["second"] - found["overlap"]) == 167).all()


def test_chapman_is_unbiased_when_the_lists_hold_at_least_everyone():
    """n1 + n2 ≥ N: E[N] = N exactly, the overlap being hypergeometric (Chapman 1951)."""
    total, first, second = 40, 25, 20
    overlaps = np.arange(first + second - total, second + 1)
    chances = hypergeom.pmf(overlaps, total, first, second)
    assert sum(p * two_lists.chapman(first, second, m)[0] for m, p in zip(overlaps, chances, strict=True)) == (
        pytest.approx(total)
    )


def test_sadinle_covers_where_the_overlap_is_small():
    total, first, second = 160, 30, 20
    hits = 0.0
    for overlap in range(second + 1):
        low, high = two_lists.sadinle_interval(first, second, overlap)
        hits += hypergeom.pmf(overlap, total, first, second) * (low <= total <= high)
    assert 0.94 <= hits <= 0.99


def test_dependence_moves_the_total_as_much_as_one_assumes():
    band = two_lists.dependence_band(51, 118, 2)
    assert band[1.0] == pytest.approx(two_lists.lincoln_petersen(51, 118, 2))
    assert band[3.0] - 167 == pytest.approx(6 * (band[0.5] - 167))


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_intervals_never_fall_under_the_persons_seen(a, b, m):
    first, second = a + m, b + m
    seen = first + second - m
    value, _ = two_lists.chapman(first, second, m)
    low, high = two_lists.sadinle_interval(first, second, m)
    assert seen - 0.5 <= low <= high and value >= seen - 1e-9


@pytest.mark.parametrize("lists", [(5, 5, 6), (5, 5, -1)])
def test_impossible_overlaps_are_refused(lists):
    for function in (two_lists.chapman, two_lists.sadinle_interval, two_lists.lincoln_petersen):
        with pytest.raises(ValueError):
            function(*lists)


def test_no_overlap_has_no_lincoln_petersen():
    for function in (two_lists.lincoln_petersen, two_lists.dependence_band):
        with pytest.raises(ValueError, match="overlap"):
            function(60, 107, 0)


def test_the_reason_is_written_in_french():
    why = known()["two_lists.seen"].method
    assert "estimé" in why and "connu·e" in why
