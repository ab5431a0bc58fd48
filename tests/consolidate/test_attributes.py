"""What answers ticked for a group say of its persons, against every way of giving them out, person by person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

import numpy as np
import pytest

from diagnostic.consolidate.people import EXCLUSIVE, ONE_EACH, WHOLE, Sizes, Spread, Way, having

OPTIONS = "abcd"


def spread(persons: int, ticked: str, wanted: str, way: Way) -> Spread:
    """Of one situation of so many persons."""
    size = np.array([float(persons)])
    chosen = {name: np.array([name in ticked]) for name in OPTIONS}
    return having(chosen, Sizes(size, size, size, np.array([0])), way, wanted)


def worlds(persons: int, ticked: str, way: Way) -> Iterator[tuple[frozenset[str], ...]]:
    """Each way of giving the ticked options to persons, so that each is somebody's and everybody has one, or one at least."""
    one = [frozenset(name) for name in ticked]
    many = [frozenset(some) for some in chain(*(combinations(ticked, size) for size in range(1, len(ticked) + 1)))]
    for world in product(one if way == EXCLUSIVE else many, repeat=persons):
        if frozenset().union(*world) == set(ticked):
            yield world


@pytest.mark.parametrize("way", [EXCLUSIVE, WHOLE])
def test_bounds_are_those_of_every_way_of_giving_out_the_answers(way: Way) -> None:
    for persons, ticked, wanted in product(range(1, 5), ("a", "ab", "abc", "abcd"), ("a", "ab", "d", "bcd")):
        found = spread(persons, ticked, wanted, way)
        numbers = [sum(bool(own & set(wanted)) for own in world) for world in worlds(persons, ticked, way)]
        case = (persons, ticked, wanted)
        if not numbers:  # more answers that exclude each other than persons: nothing is known of them
            mixed = set(ticked) & set(wanted) and set(ticked) - set(wanted)
            if mixed:
                assert (found.value[0], found.low[0], found.high[0]) == (0, 0, persons), case
                assert not found.informed[0], case
            continue
        assert (found.low[0], found.high[0]) == (min(numbers), max(numbers)), case
        assert (found.no_low[0], found.no_high[0]) == (persons - max(numbers), persons - min(numbers)), case
        assert found.low[0] <= found.value[0] <= found.high[0], case
        if way == EXCLUSIVE:
            assert found.value[0] == min(numbers), case  # one person each, and nothing is invented for the rest
        else:
            assert found.value[0] == max(numbers), case  # « jusqu’à » the whole group


def test_the_other_rule_gives_each_answer_to_one_person() -> None:
    for persons in range(2, 6):
        found = spread(persons, "ab", "a", ONE_EACH)
        assert (found.value[0], found.low[0], found.high[0]) == (1, 1, persons)
    assert spread(1, "ab", "a", ONE_EACH).value[0] == 1
    assert spread(3, "a", "a", ONE_EACH).value[0] == 3


def test_an_answer_that_nobody_gave_says_nothing() -> None:
    found = spread(3, "", "a", WHOLE)
    assert (found.value[0], found.low[0], found.high[0], bool(found.informed[0])) == (0, 0, 3, False)
