"""Readings of a published share of duplicates: the reference study, and brute force on small frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.estimate.formulas.uncertainty import (
    central_count,
    duplicate_counts,
    in_sample_ceiling,
    published_estimate,
    reading_in_sample,
    reading_multiplicity,
    reading_unique_ads,
)


def test_published_estimate():
    assert published_estimate(699, 61) == 273
    assert published_estimate(100, 50) == 50
    assert published_estimate(1, 50) == 1  # half up


def test_counts_behind_a_printed_rate():
    assert duplicate_counts(61, 249) == [151, 152, 153]
    assert central_count(61, 249) == 152
    assert duplicate_counts(50, 3) == []  # no integer of 3 is printed 50 %


@given(st.integers(1, 400), st.data())
def test_counts_behind_a_rate_are_those_that_print_it(sample, data):
    k = data.draw(st.integers(0, sample))
    printed = (200 * k + sample) // (2 * sample)  # half up, in whole numbers
    counts = duplicate_counts(printed, sample)
    assert k in counts
    assert all((200 * other + sample) // (2 * sample) == printed for other in counts)


def test_reading_a():
    reading = reading_in_sample(699, 249, 152)
    assert (reading.low, reading.high) == (97, 547)
    assert [round(value) for value in in_sample_ceiling(699, 249, 152)] == [129, 162]


def duj1(seen, total):
    """d / (1 − (1 − q) f1 / n) (Haas & Stokes 1998)."""
    n = sum(i * f for i, f in seen.items())
    return sum(seen.values()) / (1 - (1 - n / total) * seen.get(1, 0) / n)


def gee(seen, total):
    """√(N / n) f1 + d − f1 (Charikar et al. 2000)."""
    n = sum(i * f for i, f in seen.items())
    return (total / n) ** 0.5 * seen.get(1, 0) + sum(seen.values()) - seen.get(1, 0)


@given(st.data())
def test_the_ceiling_of_reading_a_is_reached_by_some_sample(data):
    """Every sample with d persons among n ads stays under; the most persons seen once reach it."""
    n = data.draw(st.integers(2, 60))
    distinct = data.draw(st.integers(1, n - 1))
    total = n + data.draw(st.integers(1, 200))
    once = data.draw(st.integers(max(0, 2 * distinct - n), distinct - 1))
    # `once` persons seen once, the others share the rest, the last one taking what remains
    others = distinct - once
    seen = {1: once} if once else {}
    for times, persons in ((2, others - 1), (n - once - 2 * (others - 1), 1)):
        if persons:
            seen[times] = seen.get(times, 0) + persons
    ceiling = in_sample_ceiling(total, n, n - distinct)
    found = duj1(seen, total), gee(seen, total)
    assert found[0] <= ceiling[0] + 1e-9 and found[1] <= ceiling[1] + 1e-9
    if once == distinct - 1:
        assert found == pytest.approx(ceiling)


def test_reading_b():
    reading = reading_unique_ads(699, 273, [(11, 17)])
    assert (reading.low, reading.high) == (291, 409)
    assert reading_unique_ads(10, 10, []).high == reading_unique_ads(10, 10, []).low == 10


def partitions(whole: int, least: int = 1):
    """Sizes of the groups of all partitions of `whole` ads into persons, smallest first."""
    if not whole:
        yield []
    for first in range(least, whole + 1):
        for rest in partitions(whole - first, first):
            yield [first, *rest]


@pytest.mark.parametrize(
    ("total", "unique", "mirrors"),
    [(12, 3, []), (14, 4, [(3, 2)]), (9, 0, [(2, 1)]), (11, 2, [(3, 1), (2, 2)])],
)
def test_reading_b_is_the_range_over_every_partition(total, unique, mirrors):
    blocked = [sites for sites, ads in mirrors for _ in range(ads)]
    persons = set()
    for groups in partitions(total):
        rest = list(groups)
        try:
            for size in blocked:
                rest.remove(size)
        except ValueError:
            continue
        if rest.count(1) == unique:
            persons.add(len(groups))
    reading = reading_unique_ads(total, unique, mirrors)
    assert (reading.low, reading.high) == (min(persons), max(persons))


def test_reading_c():
    reading = reading_multiplicity(699, 249, 152, 61, 0.95)
    assert (round(reading.low), round(reading.high), reading.value) == (239, 307, 273)


@given(st.integers(1, 300), st.data())
def test_readings_are_ordered(sample, data):
    total = sample + data.draw(st.integers(0, 1000))
    k = data.draw(st.integers(0, sample - 1))
    a = reading_in_sample(total, sample, k)
    assert sample - k == a.low <= a.high <= total
    c = reading_multiplicity(total, sample, k, 100 * k / sample, 0.95)
    assert -1e-9 <= c.low <= c.high <= total + 1e-9
    assert c.low - 1 <= c.value <= c.high + 1
