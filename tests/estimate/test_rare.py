"""What a variance of zero does not see: by brute force over the sets of ads that may be missed, and over every sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import comb, prod

import numpy as np
import pandas as pd
import pytest
from drawn import always
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.estimate.formulas import uncertainty

LISTS = st.lists(st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))), min_size=1, max_size=3)


def most(lists: list[tuple[int, int]], worth: list[float], confidence: float) -> float:
    """The most that ads all missed with more than half of the level may be worth: every set is tried."""
    tail = (1 - confidence) / 2
    sets = product(*(range(size - drawn + 1) for size, drawn in lists))
    missed = {
        k: prod(comb(size - one, drawn) / comb(size, drawn) for one, (size, drawn) in zip(k, lists, strict=True))
        for k in sets
    }
    return max(float(np.dot(k, worth)) for k, chance in missed.items() if chance > tail + 1e-9)


@given(LISTS, st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_the_ads_that_may_be_missed_are_the_most_that_may(lists: list[tuple[int, int]], confidence: float) -> None:
    size, drawn = (np.array(part) for part in zip(*lists, strict=True))
    taken = uncertainty.unseen(np.ones(len(lists)), size, drawn, confidence)
    assert taken.sum() == most(lists, [1.0] * len(lists), confidence)
    assert (taken <= size - drawn).all()


def test_the_ads_of_two_lists_that_may_be_missed_are_the_most_that_may() -> None:
    """Seven, by trying every set; an ad of each list too many at each price would leave six."""
    taken = uncertainty.unseen(np.ones(2), np.array([20, 5]), np.array([7, 2]), 0.95)
    assert taken.sum() == most([(20, 7), (5, 2)], [1.0, 1.0], 0.95) == 7


@given(LISTS, st.data())
def test_ads_of_unequal_worth_are_missed_within_one_ad_of_the_most(
    lists: list[tuple[int, int]], data: st.DataObject
) -> None:
    worth = [data.draw(st.floats(0, 1)) for _ in lists]
    size, drawn = (np.array(part) for part in zip(*lists, strict=True))
    found = float(uncertainty.unseen(np.array(worth), size, drawn, 0.95) @ worth)
    assert found <= most(lists, worth, 0.95) + 1e-9 and found > most(lists, worth, 0.95) - 1 - 1e-9


def coded(lists: list[list[int]], chosen: tuple[tuple[int, ...], ...]) -> pd.DataFrame:
    """The ads drawn, each with its person and how many ads of the frame that person has."""
    ads_of = pd.Series([person for one in lists for person in one]).value_counts()
    rows = [(h, person, float(ads_of[person])) for h, own in enumerate(chosen) for person in own]
    return pd.DataFrame(rows, columns=["stratum", "person", "multiplicity"])


def estimated(lists: list[list[int]], chosen: tuple[tuple[int, ...], ...]) -> uncertainty.Persons:
    frame = pd.DataFrame({"size": [float(len(one)) for one in lists]})
    return uncertainty.with_multiplicities(coded(lists, chosen), frame)


def test_the_case_of_the_note() -> None:
    """Six of twenty ads, all alone: seven may be missed (C(13, 6) / C(20, 6) = 4.4 %), eight not (2.4 %)."""
    alone = estimated([list(range(20))], (tuple(range(6)),))
    assert (alone.low, alone.value, alone.high, alone.kind) == (14, 20, 20, "sampling")


def test_one_copy_seen_is_no_jump() -> None:
    people = [0, 0, *range(1, 19)]
    alone, one = (estimated([people], (tuple(range(start, start + 6)),)) for start in (1, 0))
    assert alone.value is not None and one.value is not None
    assert alone.low - 1.5 < one.low < alone.low and one.high > one.value


def test_lists_are_missed_together() -> None:
    """Two lists of which 6 of 20 ads were drawn: one person may have 8 of their ads, less than twice what one list allows."""
    both = estimated([list(range(20)), list(range(20, 40))], (tuple(range(6)), tuple(range(20, 26))))
    assert both.low == 40 - most([(20, 6), (20, 6)], [1.0, 1.0], 0.95) + 1 > 40 - 2 * 7


def test_only_a_census_is_one_point() -> None:
    whole = estimated([[0, 0, 1]], ((0, 0, 1),))
    assert whole.low == whole.value == whole.high == 2
    pairs = [person for person in range(10) for _ in range(2)]
    alike = estimated([pairs], (tuple(range(6)),))  # six persons of two ads each: a variance of zero
    assert alike.se == 0 and alike.low < 10 < alike.high


def test_ads_of_persons_already_seen_are_nobody_else() -> None:
    """Two of the three ads of one person were coded: the third is known, and the number of persons with it."""
    known = estimated([[0, 0, 0]], ((0, 0),))
    assert known.low == known.high == 1


def test_the_clusters_of_a_sample_without_any_are_no_point_either() -> None:
    found = uncertainty.without_multiplicities({1: 6}, [20])
    assert (found.low, found.high) == (14, 20)
    assert uncertainty.without_multiplicities({1: 20}, [20]).low == 20


def coverage(lists: list[list[int]], samples: Sequence[tuple[tuple[int, ...], ...]]) -> float:
    """The part of these samples whose interval holds the number of persons; samples of the same persons are estimated once."""
    true, held = len({person for people in lists for person in people}), 0
    for sample, times in Counter(samples).items():
        found = estimated(lists, sample)
        held += times * (found.low - 1e-9 <= true <= found.high + 1e-9)
    return held / len(samples)


def partitions(total: int, most: int | None = None) -> Iterator[list[int]]:
    """Every way to share `total` ads between persons."""
    if not total:
        yield []
    for first in range(min(total, most or total), 0, -1):
        for rest in partitions(total - first, first):
            yield [first, *rest]


@pytest.mark.parametrize(("total", "drawn"), always(1, [(6, 2), (7, 3), (9, 4)]))
def test_whoever_stands_behind_the_ads_the_interval_holds_them(total: int, drawn: int) -> None:
    """Every population of one list and every sample of it: the exact coverage of each population is .93 at least."""
    for sizes in partitions(total):
        people = [person for person, size in enumerate(sizes) for _ in range(size)]
        assert coverage([people], [(one,) for one in combinations(people, drawn)]) >= 0.93, sizes


def numberings(ads: int, most: int = 0) -> Iterator[tuple[int, ...]]:
    """Every population of so many ads, persons being numbered as they come: each once."""
    if not ads:
        yield ()
        return
    for person in range(most + 1):
        for rest in numberings(ads - 1, max(most, person + 1)):
            yield (person, *rest)


@pytest.mark.parametrize("sizes", [(3, 2), pytest.param((4, 3), marks=pytest.mark.slow)])
def test_two_lists_hold_whoever_stands_behind_them(sizes: tuple[int, int]) -> None:
    """Two ads drawn of each list: every population and every sample."""
    for people in numberings(sum(sizes)):
        lists = [list(people[: sizes[0]]), list(people[sizes[0] :])]
        if lists != [sorted(one) for one in lists]:
            continue  # the order of the ads of a list changes nothing
        assert coverage(lists, list(product(*(combinations(one, 2) for one in lists)))) >= 0.93, lists
