"""Two copies under one key: what a number that moved says, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from drawn import always, long, one_in
from simulated import FEW, decided, departement, invented, policy

from diagnostic.release.editions import changes
from diagnostic.release.editions.changes import Previous, findings, moves
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.rounding import (
    EXACT,
    Claim,
    Draw,
    claim,
    first_step,
    least,
    multiple,
    reach,
    reach_of,
)

BASES = ((5, 8), (10, 11), (20, 11))  # and the threshold that each serves
COUNTS = (20, 21, 22, 23, 24) if long() else (21, 24)
WOMEN = "prostitution: gender=femme"


def steps(base: int, first: int) -> Iterator[tuple[float, Fraction]]:
    """A draw in each of its steps, and how likely the step is: fine enough for every count."""
    cuts = {Fraction(at, 2 * one) for one in (base, first) for at in range(2 * one + 1)}
    ordered = sorted(cuts)
    for low, high in zip(ordered, ordered[1:], strict=False):
        yield float((low + high) / 2), high - low


def shifts(base: int, later: int) -> range:
    return range(-reach(base, later), reach(base, later) + 1)


@pytest.mark.parametrize(("base", "threshold"), BASES)
@pytest.mark.parametrize("later", [0, 1, 3])
def test_what_is_claimed_is_true_of_every_count_that_prints_it(base: int, threshold: int, later: int) -> None:
    """And is tight: one count nearer, some draw would print it of a count that is not claimed."""
    first, far = first_step(base, threshold), reach(base, later)
    counts: dict[int, set[int]] = {}
    for count, (drawn, _), shift in product(range(threshold, 100), steps(base, first), shifts(base, later)):
        counts.setdefault(multiple(count + shift, base, drawn, first), set()).add(count)
    for value in range(least(base, threshold), 70, base):
        told = claim(value, base, threshold, far)
        assert counts[value] == set(range(told.low, told.high + 1)), value
        assert reach_of(told) == far


@pytest.mark.parametrize(("base", "threshold"), one_in(3, BASES))
@pytest.mark.parametrize("later", [0, 1, 3])
def test_a_count_is_moved_by_nothing_on_average_and_one_person_moves_it_once_in_a_base(
    base: int, threshold: int, later: int
) -> None:
    first, shift = first_step(base, threshold), shifts(base, later)
    for count in range(threshold, 60):
        mean, moved = Fraction(0), Fraction(0)
        for (drawn, weight), by in product(steps(base, first), shift):
            now, then = (multiple(count + one + by, base, drawn, first) for one in (0, 1))
            mean += weight * now / len(shift)
            moved += weight * (now != then) / len(shift)
            assert now <= then
        assert mean == count
        assert moved == Fraction(1, base) if count > first + reach(base, later) else moved <= Fraction(1, base)


def moved(listing: Listing, before: Claim, after: Claim) -> tuple[int, int]:
    (said,) = moves(listing, {WOMEN: before}, {WOMEN: after})
    assert said.low is not None and said.high is not None
    return said.low, said.high


@pytest.mark.parametrize("later", [0, *(pytest.param(one, marks=pytest.mark.slow) for one in (1, 3))])
@pytest.mark.parametrize(("base", "then"), always(1, [(5, 10), (20, 10), (5, 5), (10, 10)]))
def test_a_move_says_how_many_more_there_are_and_no_single_one_of_anybody(base: int, then: int, later: int) -> None:
    """Every pair of counts, under every draw, however both are moved: what is said holds. One person more or less is never
    proven by one number that keeps its base."""
    listing = Listing("prostitution", invented(listed=FEW))
    alone = set()
    for drawn, _ in sorted({*steps(base, base), *steps(then, then)}):
        for count, more, one, other in product(COUNTS, range(-6, 7), shifts(base, later), shifts(then, later + 1)):
            first = multiple(count + one, base, drawn, first_step(base, 8))
            second = multiple(count + more + other, then, drawn, first_step(then, 8))
            if first < least(base, 8) or second < least(then, 8):
                continue
            told = (claim(first, base, 8, reach(base, later)), claim(second, then, 8, reach(then, later + 1)))
            low, high = moved(listing, *told)
            assert low <= more <= high
            alone |= {low > 0 or high < 0} if abs(more) <= 1 else set()
    assert base != then or alone == {False}


def test_what_was_drawn_before_counts_were_moved_says_nothing_by_moving() -> None:
    listing = Listing("prostitution", invented(listed=FEW))
    old, new = claim(40, 5, 8), claim(45, 5, 8, 3)
    assert moves(listing, {WOMEN: old}, {WOMEN: new}) == []
    exact = Claim(40, EXACT, 40, 40)
    assert moved(listing, exact, exact) == (0, 0)
    nested = {WOMEN: claim(40, 5, 8, 1), "prostitution: ": claim(40, 5, 8, 1)}  # lowered to its whole, perhaps
    assert [one.name for one in moves(listing, nested, nested)] == []


def test_a_name_draws_once_for_ever_and_its_table_moves_its_count() -> None:
    """Of 2 000 tables with the same count, one draw: its mean stays where it is, however many are averaged; numbers of the name
    move by a step at most."""
    draw = Draw(b"k")
    tables = [draw.shift(1, "name", str(one)) for one in range(2000)]
    assert set(tables) == {-1, 0, 1} and abs(np.mean(tables)) < 3 * np.sqrt(2 / 3 / 2000)
    said = [draw.random_round(23 + shift, 5, "group", "name") for shift in tables]
    assert len(set(said)) <= 2 and max(said) - min(said) <= 5
    assert len({draw.random_round(23, 5, "group", name) for name in "abcdefgh"}) == 2


def test_a_table_is_the_same_in_any_order() -> None:
    codes = np.array([[0, 1], [1, 0], [1, 1]])
    draw = Draw(b"k")
    assert draw.of_table(codes) == draw.of_table(codes[::-1]) != draw.of_table(codes[:2])
    assert draw.of_table(codes) != Draw(b"other").of_table(codes)


def test_a_group_is_drawn_by_the_name_of_its_set() -> None:
    """An answer that is split, or another in the set, leaves the name; the total of one population is a part of another."""
    listing = Listing("prostitution", policy())
    assert (
        listing.family("prostitution: gender=women & age_band=u15|a15") == "prostitution: gender=women & age_band=..17"
    )
    assert listing.family("prostitution: gender=women") == "prostitution: gender=women"
    assert listing.family("concerned: in_prostitution=yes") == listing.family("prostitution: ")


@pytest.mark.slow
def test_where_nobody_left_no_number_goes_down() -> None:
    """A count moved further down than before prints what it printed; one that a correction lowered does not."""
    rows, rules = departement(1, 90, 12), invented(preset="brouillon", listed=FEW)
    lower = 0
    for key in range(12):
        draw = str(key).encode()
        before = decided(rows, rules, key=draw).printed
        after = decided(rows.assign(zone="Nord"), rules, key=draw, earlier=before, later=True)
        for name, one in after.printed.items():
            assert one.value >= before.get(name, one).value and one.low <= after.counted[name].count <= one.high
        alone = decided(rows.assign(zone="Nord"), rules, key=draw, later=True).printed
        lower += sum(one.value < before.get(name, one).value for name, one in alone.items())
        less = rows[(rows["gender"] != "femme") | (rows.index % 2 == 0)]
        fewer = decided(less, rules, key=draw, earlier=before, later=True)
        for name, one in fewer.printed.items():
            assert one.low <= fewer.counted[name].count <= one.high, name
    assert lower  # those that would go down without the earlier edition


@pytest.mark.slow
def test_that_somebody_of_a_protected_class_came_is_a_finding() -> None:
    """Eleven came. Those of a place, of which not even one may be known, are from 0, 1 or 3 on; of the women, none to eleven."""
    listing, place = Listing("prostitution", invented()), "prostitution: zone=Nord"
    before = {"prostitution: ": Claim(60, EXACT, 60, 60), place: Claim(30, EXACT, 30, 30)}
    for some, seen in ((0, False), (1, True), (3, True)):
        after = {"prostitution: ": Claim(71, EXACT, 71, 71), place: Claim(30, 10, 30 + some, 41)}
        found = {one.target for one in findings(listing, [Previous("1", before, frozenset())], after, [])}
        assert (f"{place} ({changes.CAME})" in found) is seen, some
        assert f"{WOMEN} ({changes.CAME})" not in found


@pytest.mark.slow
def test_what_the_last_edition_hides_an_earlier_one_tells() -> None:
    """The planted leak: thirty of a place, exactly, then at least thirty, then at least thirty-one. Beside the second edition alone
    the third tells of nobody; beside both, that somebody of the place came since the first. What the two of them tell by
    themselves is no reason to hold the third back."""
    listing, place = Listing("prostitution", invented()), "prostitution: zone=Nord"

    def edition(everyone: int, low: int, high: int) -> dict[str, Claim]:
        base = EXACT if low == high else 10
        return {"prostitution: ": Claim(everyone, EXACT, everyone, everyone), place: Claim(30, base, low, high)}

    first, second, third = edition(60, 30, 30), edition(71, 30, 45), edition(90, 31, 45)
    one, two = (Previous(str(at), told, frozenset()) for at, told in enumerate((first, second)))
    said = f"{place} ({changes.CAME})"
    assert said not in {found.target for found in findings(listing, [two], third, [])}
    assert f"{said}{changes.BETWEEN}0 2" in {found.target for found in findings(listing, [one, two], third, [])}
    told = Previous("1", edition(71, 31, 45), frozenset())
    assert said in {found.target for found in findings(listing, [one], told.printed, [])}
    again = {found.target for found in findings(listing, [one, told], edition(120, 31, 75), [])}
    assert f"{said}{changes.BETWEEN}0 1" not in again
