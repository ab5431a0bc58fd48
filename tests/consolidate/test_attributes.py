"""What answers ticked for a group say of its persons, against every way of giving them out, person by person."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, combinations, product

import numpy as np
import pandas as pd
import pytest
from handmade import CODEBOOK

from diagnostic.codebook.model import STATUS, meaning
from diagnostic.consolidate import people
from diagnostic.consolidate.people import EXCLUSIVE, ONE_EACH, WHOLE, Sizes, Spread, Way, _dealt, having

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


# -- Two descriptions of the same persons, in cases worked out by hand ----------------------------------------------


def described(persons: list[int], groups: list[int]) -> Sizes:
    held = np.array(persons, dtype=float)
    return Sizes(held, held, held, np.array(groups))


def told(found: Spread) -> list[tuple[float, ...]]:
    names = ("value", "low", "high", "no", "no_low", "no_high", "informed")
    return [tuple(float(getattr(found, name)[group]) for name in names) for group in range(len(found.value))]


def test_a_whole_group_is_less_those_whom_another_description_knows_to_be_otherwise() -> None:
    """Three persons of whom some have a and some b, and one of them, told by somebody else, who has b alone."""
    sizes = described([3, 1], [0, 0])
    chosen = {"a": np.array([True, False]), "b": np.array([True, True])}
    assert told(having(chosen, sizes, WHOLE, "a")) == [(2, 1, 2, 1, 1, 2, 1)]
    assert told(having(chosen, sizes, EXCLUSIVE, "a")) == [(1, 1, 2, 1, 1, 2, 1)]


def test_what_all_the_descriptions_of_a_group_deny_is_of_nobody_in_it() -> None:
    """Two to five persons, no answer of theirs the wanted one: nobody; where another description says nothing: all but the
    two who are known to be otherwise, and of two persons nobody."""
    for high, told, most in ((5.0, [1, 1], 0), (5.0, [1, 0], 3), (2.0, [1, 0], 0)):
        sizes = Sizes(np.full(2, 2.0), np.full(2, 2.0), np.full(2, high), np.zeros(2, int))
        found = people.spread(sizes, np.zeros(2), np.array(told, float), EXCLUSIVE)
        assert (found.low[0], found.high[0]) == (0, most), (high, told)


def test_a_situation_of_no_written_number_has_the_mean_of_those_written_else_one_person() -> None:
    written = pd.DataFrame({"persons_central": [2.0, math.nan, 5.0], "persons_low": [2, 1, 5]})
    assert people.middle(written).tolist() == [2, 3.5, 5]
    nobody = pd.DataFrame({"persons_central": [math.nan] * 2, "persons_low": [1, 2]})
    assert people.middle(nobody).tolist() == [1, 2]  # never fewer than its least


def test_persons_are_told_of_or_not() -> None:
    """Two to five persons of whom an answer is ticked, and two to five of whom none is."""
    sizes = Sizes(np.full(2, 2.0), np.full(2, 3.0), np.full(2, 5.0), np.array([0, 1]))
    found = people.informed({"a": np.array([True, False])}, sizes)
    assert told(found) == [(3, 2, 5, 0, 0, 0, 1), (0, 0, 0, 0, 2, 5, 1)]
    assert told(people.informed({"a": np.array([True, False])}, sizes, ["a"]))[0] == (0, 0, 0, 0, 2, 5, 1)


def test_descriptions_that_contradict_each_other_say_nothing() -> None:
    """Two persons who all have a, told by another as two who have b alone; and where they just agree."""
    chosen = {"a": np.array([True, False]), "b": np.array([False, True])}
    assert told(having(chosen, described([2, 2], [0, 0]), EXCLUSIVE, "a")) == [(0, 0, 2, 0, 0, 2, 0)]
    assert told(having(chosen, described([2, 3], [0, 0]), EXCLUSIVE, "a")) == [(0, 0, 3, 0, 0, 3, 0)]
    apart = having(chosen, described([2, 3], [0, 1]), EXCLUSIVE, "a")
    assert told(apart) == [(2, 2, 2, 0, 0, 0, 1), (0, 0, 0, 3, 3, 3, 1)]
    # One of three has a, told by one; two of them do not, told by another: both hold.
    mixed = {"a": np.array([True, False]), "b": np.array([True, True])}
    assert told(having(mixed, described([3, 2], [0, 0]), EXCLUSIVE, "a")) == [(1, 1, 1, 2, 2, 2, 1)]


def test_persons_who_have_both_of_two_things() -> None:
    """Of four: three have a and one has not, two have c and two have not; one of both at least, two at most."""
    sizes = described([4], [0])

    def part(number: float) -> Spread:
        one, rest = np.array([number]), np.array([4 - number])
        return Spread(one, one, one, rest, rest, rest, np.array([True]))

    assert told(part(3).both(part(2), sizes)) == [(1, 1, 2, 2, 2, 3, 1)]
    assert told(part(4).both(part(2), sizes)) == [(2, 2, 2, 2, 2, 2, 1)]
    unknown = Spread(*(np.array([float(n)]) for n in (0, 0, 4, 0, 0, 4)), np.array([False]))
    assert told(part(3).both(unknown, sizes))[0][6] == 0 and told(unknown.both(part(3), sizes))[0][6] == 0
    for one, other in (
        (part(0), unknown),
        (unknown, part(0)),
    ):  # nobody has the one: nobody has both, whatever the other
        assert told(one.both(other, sizes)) == [(0, 0, 0, 4, 4, 4, 1)]
    assert told(part(1).without()) == [(3, 3, 3, 1, 1, 1, 1)]


def test_the_persons_of_each_group_are_numbered_from_one() -> None:
    numbers = dict.fromkeys(("persons_low", "persons", "persons_most"), [2, 1, 3])
    told = pd.DataFrame({"situation": ["a", "b", "c"], "source": "response", f"{STATUS}.code": "", **numbers})
    made = people.persons(told, np.array([0, 1, 0]), meaning(CODEBOOK))
    assert made["person"].tolist() == ["a/1", "a/2", "a/3", "b/1"]


NEITHER = np.array([False])  # the answers of no group stand for one that lies between them


def test_answers_are_dealt_to_the_first_persons_of_a_mixed_group() -> None:
    """Three persons, women and men ticked, trans not: one woman, one man, and one of whom it is not said."""
    chosen = {"women": np.array([True]), "men": np.array([True]), "trans": np.array([False])}
    held, at, rank = np.array([3]), np.zeros(3, dtype=int), np.arange(3)
    made, several = _dealt(chosen, described([3], [0]), True, held, (at, rank), NEITHER)
    assert several.tolist() == [True] and {name: list(states) for name, states in made.items()} == {
        "women": ["yes", "no", "unknown"],
        "men": ["no", "yes", "unknown"],
        "trans": ["no", "no", "no"],
    }
    made, several = _dealt(chosen, described([3], [0]), False, held, (at, rank), NEITHER)  # where one may have several
    assert several.tolist() == [True] and {name: list(states) for name, states in made.items()} == {
        "women": ["yes", "unknown", "unknown"],
        "men": ["unknown", "yes", "unknown"],
        "trans": ["no", "no", "no"],
    }


@pytest.mark.parametrize(
    ("persons", "exclusive", "women", "several"),
    [
        (2, True, ["yes", "no"], True),  # as many answers as persons
        (1, True, ["unknown"], False),  # more: nothing is known
        (1, False, ["yes"], False),  # one person who has both
        (2, False, ["yes", "unknown"], True),
    ],
)
def test_as_many_answers_as_persons_may_be_dealt(
    persons: int, exclusive: bool, women: list[str], several: bool
) -> None:
    chosen = {"women": np.array([True]), "men": np.array([True])}
    at, rank = np.zeros(persons, dtype=int), np.arange(persons)
    made, mixed = _dealt(chosen, described([persons], [0]), exclusive, np.array([persons]), (at, rank), NEITHER)
    assert (list(made["women"]), mixed.tolist()) == (women, [several])  # type: ignore[call-overload]


def test_one_answer_is_everybody_s_and_no_other() -> None:
    chosen = {"women": np.array([True]), "men": np.array([False])}
    for exclusive in (True, False):
        made, mixed = _dealt(
            chosen, described([2], [0]), exclusive, np.array([2]), (np.zeros(2, dtype=int), np.arange(2)), NEITHER
        )
        assert (list(made["women"]), list(made["men"]), mixed.tolist()) == (["yes"] * 2, ["no"] * 2, [False])  # type: ignore[call-overload]


def test_answers_that_stand_for_one_between_them_are_nobody_s() -> None:
    """« De 16 à 20 ans » ticks two ages of one person: of two persons neither has the one or the other for certain."""
    chosen = {"women": np.array([True]), "men": np.array([True])}
    persons = (np.zeros(2, dtype=int), np.arange(2))
    made, mixed = _dealt(chosen, described([2], [0]), True, np.array([2]), persons, ~NEITHER)
    assert (list(made["women"]), list(made["men"]), mixed.tolist()) == (["unknown"] * 2, ["unknown"] * 2, [False])  # type: ignore[call-overload]
