"""Agreement on groups of ads: a published example, the definition itself, and what must always hold."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.estimate.formulas.agreement import b_cubed, grouping_agreement

# Bagga & Baldwin (1998): twelve mentions, of which 1-5, 6-7 and 8-12 are the same; two systems, both of recall 100 %.
TRUTH = list("aaaaabbccccc")
SYSTEMS = [(list("aaaaabbbbbbb"), 0.76), (list("aaaaabbaaaaa"), 0.58)]


def codings(**coders: list[str | None]) -> pd.DataFrame:
    rows = [
        {"ad_id": f"A{ad}", "coder": coder, "group": group}
        for coder, groups in coders.items()
        for ad, group in enumerate(groups)
        if group != "absent"
    ]
    return pd.DataFrame(rows, columns=["ad_id", "coder", "group"])


@pytest.mark.parametrize(("system", "precision"), SYSTEMS)
def test_the_example_of_bagga_and_baldwin(system, precision):
    """Recall is 1, so that F = 2 P / (P + 1): P is found again to the printed percent."""
    f = b_cubed(TRUTH, system)
    assert f / (2 - f) == pytest.approx(precision, abs=5e-3)
    assert b_cubed(system, TRUTH) == pytest.approx(f)


def test_eight_ads_of_two_coders():
    """One groups 0-1-2 and 3-4, the other 0-1 and 3-4-5; 6 and 7 are alone for both, and 7 has groups of one."""
    found = grouping_agreement(
        codings(one=["a", "a", "a", "b", "b", None, None, "z"], other=["x", "x", None, "y", "y", "y", None, "w"])
    )
    assert (found.ads, found.both, found.either) == (8, 2, 6)  # 0-1 and 3-4; 0-2 and 1-2; 3-5 and 4-5
    precision = fmean([1, 1, 1, 2 / 3, 2 / 3, 1 / 3, 1, 1])
    recall = fmean([2 / 3, 2 / 3, 1 / 3, 1, 1, 1, 1, 1])
    assert found.b_cubed == pytest.approx(2 * precision * recall / (precision + recall))


def test_the_names_of_groups_are_each_coders_own():
    found = grouping_agreement(codings(one=["a", "a", None], other=["b", "b", "a"]))
    assert (found.both, found.either, found.b_cubed) == (1, 1, 1)


def test_three_coders_are_compared_two_by_two_over_the_ads_of_both():
    found = grouping_agreement(codings(a=["g", "g", "g"], b=["g", "g", "absent"], c=["absent", "h", None]))
    # a and b: 0-1 in both; a and c: 1-2 in one only; b and c have one ad, without pair
    assert (found.ads, found.both, found.either) == (2 + 2 + 1, 1, 2)
    assert found.b_cubed == pytest.approx((2 * 1 + 2 * (2 * 0.5 / 1.5) + 1) / 5)


def test_nothing_grouped_twice_is_no_agreement():
    found = grouping_agreement(codings(one=["a", "a"]))
    assert (found.ads, found.both, found.either, found.b_cubed) == (0, 0, 0, None)
    with pytest.raises(ValueError, match="twice"):
        grouping_agreement(pd.concat([codings(one=["a"]), codings(one=["a"])]))


LABELS = st.lists(st.tuples(*[st.sampled_from([None, "a", "b", "c"])] * 2), min_size=1, max_size=9)


@given(LABELS)
def test_pairs_and_b_cubed_are_their_definitions(rows):
    one, other = ([label or f"alone {ad}" for ad, label in enumerate(labels)] for labels in zip(*rows, strict=True))
    found = grouping_agreement(codings(one=[row[0] for row in rows], other=[row[1] for row in rows]))
    pairs = [(a[i] == a[j], b[i] == b[j]) for a, b in [(one, other)] for i, j in combinations(range(len(rows)), 2)]
    assert found.both == sum(x and y for x, y in pairs) and found.either == sum(x or y for x, y in pairs)
    groups = [
        ({j for j in range(len(rows)) if one[j] == one[i]}, {j for j in range(len(rows)) if other[j] == other[i]})
        for i in range(len(rows))
    ]
    precision = fmean(len(a & b) / len(b) for a, b in groups)
    recall = fmean(len(a & b) / len(a) for a, b in groups)
    assert found.b_cubed == pytest.approx(2 * precision * recall / (precision + recall))
    assert found.b_cubed <= 1 + 1e-12 and (found.b_cubed > 1 - 1e-12) == (found.both == found.either)
