"""What a group of situations says of its persons beside a second program, group by group, and where it was described."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from handmade import CODEBOOK

from diagnostic.codebook.model import STATUS, meaning
from diagnostic.consolidate import decisions, people
from diagnostic.consolidate.decisions import Overlaps
from diagnostic.consolidate.people import EXCLUSIVE, ONE_EACH, WHOLE, Sizes, Spread, Way

NAMES = ("value", "low", "high", "no", "no_low", "no_high", "informed")


def of_one(low: float, study: float, high: float, inside: int, outside: int, way: Way, one: bool) -> tuple[float, ...]:
    """One situation alone, from the docstrings: everybody has it, nobody, or some; `one`: the answers stand for one of them."""
    always, never = bool(inside) and not outside, bool(outside) and not inside
    if always:
        return study, low, high, 0, 0, 0, 1
    if never:
        return 0, 0, 0, study, low, high, 1
    nothing = (0, 0, high, 0, 0, high, 0)
    if not (inside and outside) or one:
        return nothing
    if way == EXCLUSIVE:
        if inside + outside > study:
            return nothing
        least, others = min(inside, low), min(outside, low)
        return inside, least, high - others, outside, others, high - least, 1
    if low >= 1 >= high:  # one person, who has several
        return study, low, high, 0, 0, 0, 1
    least = min(1, low)
    value = 1 if way == ONE_EACH else study
    return max(least, value), least, high, 0, 0, max(0, high - least), 1


@pytest.mark.parametrize("way", [EXCLUSIVE, WHOLE, ONE_EACH])
def test_what_one_situation_says(way: Way) -> None:
    sizes = [(1, 1, 1), (2, 3, 5), (3, 3, 3), (0, 1, 2), (1, 2, 2), (1, 1, 4), (2, 2, 2)]
    cases = list(itertools.product(sizes, range(4), range(4), (False, True)))
    low, study, high = (np.array([size[at] for size, *_ in cases], float) for at in range(3))
    inside, outside, one = (np.array([case[at] for case in cases]) for at in (1, 2, 3))
    every = Sizes(low, study, high, np.arange(len(cases)))
    found = people.spread(every, inside.astype(float), outside.astype(float), way, one)
    for at, (size, *ticked) in enumerate(cases):
        told = tuple(float(getattr(found, name)[at]) for name in NAMES)
        assert told == of_one(*size, *ticked[:2], way, ticked[2]), cases[at]  # type: ignore[arg-type]
    bare = people.spread(every, inside.astype(float), outside.astype(float), way)
    for at, (size, *ticked) in enumerate(cases):
        assert bare.value[at] == of_one(*size, *ticked[:2], way, False)[0]  # type: ignore[arg-type]


def test_both_of_two_things_by_every_way_of_giving_them_out() -> None:
    """Of two to five persons, all who have the one, the other, or not, in every number that the limits allow."""
    rng = np.random.default_rng(5)
    for _ in range(150):
        persons = int(rng.integers(1, 6))
        limits = []
        for _ in range(2):
            low = int(rng.integers(0, persons + 1))
            no_low = int(rng.integers(0, persons - low + 1))
            high, no_high = persons - no_low, persons - low
            limits.append((low, high, no_low, no_high))
        made = []
        for low, high, no_low, no_high in limits:
            value = int(rng.integers(low, high + 1))
            numbers = (value, low, high, persons - value, no_low, no_high)
            made.append(Spread(*(np.array([float(n)]) for n in numbers), np.array([True])))
        one, other = made
        size = np.array([float(persons)])
        found = one.both(other, Sizes(size, size, size, np.array([0])))
        have = [range(low, high + 1) for low, high, *_ in limits]
        both = [n for a, b in itertools.product(*have) for n in range(max(0, a + b - persons), min(a, b) + 1)]
        assert (found.low[0], found.high[0]) == (min(both), max(both)), limits
        assert (found.no_low[0], found.no_high[0]) == (persons - max(both), persons - min(both)), limits
        assert found.value[0] == max(min(both), one.value[0] + other.value[0] - persons), limits
        assert found.no_low[0] <= found.no[0] <= found.no_high[0] and found.informed[0]


def test_where_a_group_was_described_and_what_is_said_of_it() -> None:
    source = pd.DataFrame({"source": ["response", "interview", "interview", "response", "interview"]})
    assert people._sources(source, np.array([0, 1, 1, 2, 2])).tolist() == ["response", "interview", "both"]
    ranks = dict(meaning(CODEBOOK).strengths)
    weak, strong = (next(code for code, rank in ranks.items() if rank == wanted) for wanted in (1, 2))
    told = pd.DataFrame({f"{STATUS}.code": [weak, "nothing", strong, weak, None]})
    assert people.status(told, np.array([0, 1, 2, 2, 3]), meaning(CODEBOOK)).tolist() == [1, 0, 2, 0]
    assert people.status(told[:0], np.zeros(0, int), meaning(CODEBOOK)).tolist() == []


def test_numbers_written_are_within_the_ceiling_and_none_under_another() -> None:
    cases = pd.DataFrame(
        {"response_id": ["r", "r", "s"], "situation_number": [1, 2, 1], "persons": [2, 3, 40], "persons_low": [1, 3, 9]}
    )
    cases["persons_high"] = pd.array([None, 5, None], dtype="Int64")
    made = people.together(cases, cases[:0], 20)
    assert made["persons_most"].tolist() == [20, 5, 40] and made["situation"].tolist() == ["r/1", "r/2", "s/1"]
    assert made["source"].eq("response").all()


@pytest.mark.parametrize(
    ("pairs", "bounded"),
    [
        ([], 0),
        ([(0, 1)], 0),
        ([(0, 1), (1, 2), (2, 3), (3, 0)], 0),  # a ring of four has two sides: exact
        ([(0, 1), (1, 2), (2, 0)], 0),  # one of three has none, and is small
        ([(at, at + 1) for at in range(3 * decisions.LARGEST_EXACT)], 0),  # however long, a chain has two sides
    ],
)
def test_what_is_small_or_has_two_sides_is_exact(pairs: list[tuple[int, int]], bounded: int) -> None:
    size = 4 + 3 * decisions.LARGEST_EXACT
    assert Overlaps(size, pairs).bounded == bounded
    ring = [(at, (at + 1) % (decisions.LARGEST_EXACT + 1)) for at in range(decisions.LARGEST_EXACT + 1)]
    odd = len(ring) % 2 == 1
    assert Overlaps(size, ring).bounded == (1 if odd else 0)


def test_a_central_number_is_never_under_its_least() -> None:
    told = pd.DataFrame({"persons_central": [2.0, math.nan, 9.0], "persons_low": [4, 7, 1]})
    assert people.middle(told).tolist() == [4, 7, 9]
