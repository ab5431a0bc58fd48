"""Agreement beside its definitions: distances of every pair, pairs counted one by one, an interval where replicates vary enough."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.formulas import agreement
from diagnostic.estimate.formulas.agreement import masi_distance, set_agreement

SETS = [frozenset(one) for number in range(4) for one in itertools.combinations("abc", number)]


def test_sets_stand_apart_by_what_they_share_and_how() -> None:
    """J × M, M = 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, 0 where they share nothing."""
    for a, b in itertools.product(SETS, repeat=2):
        held = 1 if a == b else 2 / 3 if not a - b or not b - a else 1 / 3 if a & b else 0
        both = len(a & b) / len(a | b) if a | b else 1
        assert masi_distance(a, b) == pytest.approx(1 - both * held), (a, b)


def test_numbers_stand_apart_by_what_differs_in_their_sum() -> None:
    numbers = [0.0, 1, 2, 0.25, 40]
    with np.errstate(all="raise"):
        found = agreement._distances(numbers, "ratio")
    for (at, a), (to, b) in itertools.product(enumerate(numbers), repeat=2):
        assert found[at, to] == pytest.approx(0 if a == b else ((a - b) / (a + b)) ** 2)


def coded(*ads: str) -> pd.DataFrame:
    """Of each ad what each coder said, a letter each; « . » is nothing."""
    rows = [
        (f"ad{at}", coder, frozenset(one))
        for at, said in enumerate(ads)
        for coder, one in enumerate(said)
        if one != "."
    ]
    return pd.DataFrame(rows, columns=["ad_id", "coder", "v"])


@pytest.mark.parametrize("ads", [("aab", "abc", "bb.", "cc."), ("aaaa", "abab", "ab.."), ("aa.", "bbb")])
def test_the_share_of_codes_in_agreement_is_that_of_pairs_counted_one_by_one(ads: tuple[str, ...]) -> None:
    """Each ad weighs as many as its codes; what it weighs is shared by its pairs."""
    told = [[one for one in said if one != "."] for said in ads]
    same = sum(len(one) * np.mean([a == b for a, b in itertools.combinations(one, 2)]) for one in told) / sum(
        map(len, told)
    )
    assert set_agreement(coded(*ads), "v", 1, 9).observed == pytest.approx(same)


@pytest.mark.parametrize(
    ("ads", "units", "reason"),
    [(("aa",), 1, "Moins de deux"), (("aa", "aa"), 2, "Une seule valeur"), (("aa", "aa", "b."), 2, "Une seule valeur"), (("ab", "b."), 1, "Moins de deux")],
)  # fmt: skip
def test_one_value_or_one_ad_proves_nothing_and_says_which(ads: tuple[str, ...], units: int, reason: str) -> None:
    found = set_agreement(coded(*ads), "v", 1, 9)
    assert (found.units, found.alpha, found.low) == (units, None, None) and reason in found.reason
    assert set_agreement(coded("aa", "bb"), "v", 1, 9).alpha == 1


def alpha(ads: list[str]) -> float | None:
    """1 − what differs in the pairs of an ad / what differs in those of all, each code once; None where nothing can differ."""
    pool = "".join(ads)
    within = sum(2 * sum(a != b for a, b in itertools.combinations(one, 2)) / (len(one) - 1) for one in ads) / len(pool)
    between = sum(n * (len(pool) - n) for n in Counter(pool).values()) / (len(pool) * (len(pool) - 1))
    return 1 - within / between if between else None


def test_an_interval_needs_nineteen_replicates_in_twenty_that_vary() -> None:
    """Five ads of which one differs in one code: of twenty replicates drawn one by one, those without it say nothing."""
    ads, lost = ["aa", "aab", "aa", "aac", "aa"], Counter[int]()
    counts = np.array([[one.count(value) for value in "abc"] for one in ads])
    for seed in range(60):
        draws = np.random.default_rng(seed).integers(5, size=(20, 5))
        made = [alpha([ads[at] for at in one]) for one in draws]
        alphas = [one for one in made if one is not None]
        lost[20 - len(alphas)] += 1
        found = agreement._bootstrap(counts, 1.0 - np.eye(3), np.random.default_rng(seed), 20, 0.9)
        expected = tuple(np.quantile(alphas, [0.05, 0.95])) if len(alphas) >= 19 else (None, None)
        assert found == (pytest.approx(expected) if expected[0] is not None else expected), seed
    assert lost[1] and lost[2] and lost[0]


def test_the_verdict_follows_the_agreement_and_its_lower_limit_the_reason() -> None:
    found = set_agreement(coded(*["aa", "bb"] * 12, "ab"), "v", 1, 50)
    assert found.alpha is not None and found.low is not None and found.verdict == agreement.verdict(found.alpha)
    assert found.reason == agreement._reason(found.verdict, 25, found.low, 0.95)
