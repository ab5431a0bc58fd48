"""The fewest persons that undecided pairs leave, against counting every way to put the same person together."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.consolidate import decisions
from diagnostic.consolidate.decisions import LARGEST_EXACT, Overlaps, groups, left_open, lots, settle, unseen
from diagnostic.consolidate.gathered import undecided


def partitions(items: list[int]) -> Iterator[list[list[int]]]:
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for smaller in partitions(rest):
        for at, part in enumerate(smaller):
            yield [*smaller[:at], [first, *part], *smaller[at + 1 :]]
        yield [[first], *smaller]


def by_hand(persons: list[int], pairs: set[tuple[int, int]]) -> int:
    """Persons put together in every possible way: two of one situation, or of situations not paired, never."""
    slots = [node for node, held in enumerate(persons) for _ in range(held)]

    def may(part: list[int]) -> bool:
        nodes = [slots[slot] for slot in part]
        return all(tuple(sorted(two)) in pairs for two in itertools.combinations(nodes, 2))

    return min((len(parts) for parts in partitions(list(range(len(slots)))) if all(map(may, parts))), default=0)


@st.composite
def tied(draw: st.DrawFn) -> tuple[list[int], set[tuple[int, int]]]:
    size = draw(st.integers(1, 5))
    persons = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size).filter(lambda held: sum(held) <= 7))
    every = list(itertools.combinations(range(size), 2))
    return persons, set(draw(st.lists(st.sampled_from(every), unique=True))) if every else set()


@settings(max_examples=cases(150), deadline=None)
@given(tied())
def test_fewest_is_the_smallest_of_all_ways(case: tuple[list[int], set[tuple[int, int]]]) -> None:
    persons, pairs = case
    assert Overlaps(len(persons), pairs).fewest(np.array(persons, dtype=float)) == by_hand(persons, pairs)


@pytest.mark.parametrize(
    ("persons", "pairs", "fewest"),
    [
        ([3, 4], [(0, 1)], 4),  # the smaller group inside the larger one
        ([1, 1, 1], [(0, 1), (1, 2), (0, 2)], 1),  # the same person three times
        ([1, 1, 1], [(0, 1), (1, 2)], 2),  # the ends are two persons
        ([1, 1, 1, 1, 1], [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)], 3),  # an odd ring: pairs leave one alone
        ([2, 1, 1], [(0, 1), (0, 2)], 2),  # two persons, each told by somebody else
        ([5, 0, 2], [(0, 1)], 7),
        ([], [], 0),
    ],
)
def test_fewest_in_cases_worked_out_by_hand(persons: list[int], pairs: list[tuple[int, int]], fewest: int) -> None:
    assert Overlaps(len(persons), pairs).fewest(np.array(persons, dtype=float)) == fewest


def test_a_component_too_large_gets_a_bound_that_holds() -> None:
    """Cliques of three side by side, joined in a ring: more situations than the exact answer takes."""
    cliques = LARGEST_EXACT // 2
    pairs = [(3 * c + i, 3 * c + j) for c in range(cliques) for i, j in ((0, 1), (1, 2), (0, 2))]
    pairs += [(3 * c + 2, 3 * (c + 1)) for c in range(cliques - 1)]
    overlaps = Overlaps(3 * cliques, pairs)
    assert overlaps.bounded == 1
    assert 0 < overlaps.fewest(np.ones(3 * cliques)) <= cliques  # one person per clique is a way


def test_work_grows_with_the_pairs() -> None:
    size = 30_000
    overlaps = Overlaps(size, [(i, i + 1) for i in range(0, size - 1, 2)])
    start = time.process_time()
    assert overlaps.fewest(np.ones(size)) == size / 2
    assert time.process_time() - start < 20


def test_situations_that_no_pair_brings_together_are_settled_too() -> None:
    described = pd.DataFrame({"situation": ["R-1/1", "R-2/1"]})
    none = pd.DataFrame({"first": [], "second": [], "score": [], "agree": []}).astype({"first": "str", "second": "str"})
    decided = pd.DataFrame({"first": [], "second": [], "decision": [], "row": []}).astype("str")
    found = settle(described, none, decided)
    assert found.empty and list(found) == ["first", "second", "score", "agree", "decision", "row", "status"]


# -- Decisions, in cases worked out by hand -------------------------------------------------------------------------

SITUATIONS = pd.DataFrame({"situation": list("abcde")})


def settled(*decided: tuple[str, str, str]) -> pd.DataFrame:
    """The pairs of five situations, of which these are decided, in this order of rows."""
    pairs = [(one, other, 9, "year") for one, other in itertools.combinations("abcde", 2)]
    candidates = pd.DataFrame(pairs, columns=["first", "second", "score", "agree"])
    rows = pd.DataFrame(decided, columns=["first", "second", "decision"])
    return settle(SITUATIONS, candidates, rows.assign(row=range(2, 2 + len(rows))))


def status(*decided: tuple[str, str, str]) -> dict[str, str]:
    found = settled(*decided)
    return dict(zip(found["first"] + found["second"], found["status"], strict=True))


def test_groups_are_numbered_in_the_order_of_their_first_situation() -> None:
    assert groups(SITUATIONS, settled(("b", "e", "same"))).tolist() == [0, 1, 2, 3, 1]
    assert groups(SITUATIONS, settled(("a", "e", "same"), ("b", "c", "same"))).tolist() == [0, 1, 1, 2, 0]


def test_a_decision_is_read_whatever_its_order_and_the_last_row_counts() -> None:
    assert status(("e", "b", "same"))["be"] == "same"
    assert status(("b", "e", "same"), ("e", "b", "different"))["be"] == "different"
    assert status(("b", "b", "same"), ("b", "z", "same")) == status()  # one situation, or one that does not exist


def test_what_is_the_same_as_the_same_may_not_be_different() -> None:
    found = status(("a", "b", "same"), ("b", "c", "same"), ("a", "c", "different"), ("d", "e", "same"))
    assert {pair for pair, one in found.items() if one == "contradictory"} == {"ab", "bc", "ac"}
    assert found["de"] == "same" and found["ad"] == "undecided"


def test_what_is_left_open_is_between_groups_that_nothing_sets_apart() -> None:
    pairs = settled(("a", "b", "same"), ("b", "c", "different"), ("d", "e", "different"))
    group = groups(SITUATIONS, pairs)
    assert group.tolist() == [0, 0, 1, 2, 3]
    found = left_open(SITUATIONS, pairs, group)
    tied = {
        tuple(sorted(int(tangle.places[at]) for at in pair)) for tangle in found.components for pair in tangle.ends.T
    }
    assert tied == {(0, 2), (0, 3), (1, 2), (1, 3)} and not found.alone.any()


def test_where_nobody_is_described_nothing_is_left_open() -> None:
    assert left_open(SITUATIONS.head(0), settled().head(0), np.array([], dtype=int)).fewest(np.zeros(0)) == 0


def test_leaves_that_are_worth_more_each_are_kept_before_their_centre() -> None:
    """Of a star with three leaves: 6 / (1 + 1) is more than 11 / (1 + 3), so that the leaves stay, 18 persons, not 11."""
    (component,) = Overlaps(4, [(0, 1), (0, 2), (0, 3)]).components
    assert decisions._apart(component, np.array([11.0, 6.0, 6.0, 6.0])) == 18
    assert decisions._apart(component, np.array([13.0, 6.0, 6.0, 6.0])) == 13


def test_an_even_ring_has_two_sides_and_an_odd_one_has_none() -> None:
    def sides(size: int) -> list[int] | None:
        (tangle,) = Overlaps(size, [(at, (at + 1) % size) for at in range(size)]).components
        return None if tangle.sides is None else tangle.sides.tolist()

    assert sides(6) == [0, 1, 0, 1, 0, 1] and sides(5) is None


# -- Which pairs to decide first, and where to stop -------------------------------------------------------------------


def described(*persons: int) -> pd.DataFrame:
    names = [f"s{at:03d}" for at in range(len(persons))]
    return pd.DataFrame({"situation": names, "record": names, "persons": persons})


def open_pairs(*ends: tuple[int, int, int]) -> pd.DataFrame:
    """Undecided pairs from (place, place, score)."""
    rows = [(f"s{one:03d}", f"s{other:03d}", score, "undecided") for one, other, score in ends]
    return pd.DataFrame(rows, columns=["first", "second", "score", "status"])


def test_pairs_that_move_the_total_most_come_first_then_the_most_alike() -> None:
    found = lots(described(1, 9, 4, 6, 1, 1), open_pairs((0, 1, 14), (2, 3, 8), (1, 3, 9), (4, 5, 12)))
    assert list(zip(found["first"], found["second"], found["effect"], strict=True)) == [
        ("s001", "s003", 6),
        ("s002", "s003", 4),
        ("s000", "s001", 1),
        ("s004", "s005", 1),
    ]
    # 22 persons, printed to five: the last three pairs move the total by 4 + 1 + 1 at most, the last two by 2.
    assert found["lot"].tolist() == [1, 1, 0, 0]


def test_the_list_to_decide_says_where_each_was_described_and_how_many_they_are() -> None:
    told = described(1, 9, 4).assign(source=["response", "interview", "response"])
    pairs = open_pairs((0, 1, 14), (1, 2, 8)).assign(decision="", agree="year")
    head, *rows = undecided(told, pairs).splitlines()
    found = [dict(zip(head.split(","), row.split(","), strict=True)) for row in rows]
    assert [(row["sources"], row["personnes"], row["effet"]) for row in found] == [
        ("entretien / questionnaire", "9 / 4", "4"),
        ("questionnaire / entretien", "1 / 9", "1"),
    ]


def test_lots_are_of_ten_and_stop_where_what_is_left_moves_less_than_a_step() -> None:
    """Forty pairs of single persons among 120: a step of ten, so that the last nine may wait."""
    pairs = open_pairs(*((2 * at, 2 * at + 1, 20 - at % 5) for at in range(40)))
    found = lots(described(*[1] * 120), pairs)
    assert found["lot"].value_counts().sort_index().to_dict() == {0: 9, 1: 10, 2: 10, 3: 10, 4: 1}
    left = found[found["lot"].eq(0)]
    places = [tuple(int(name[1:]) for name in ends) for ends in zip(left["first"], left["second"], strict=True)]
    assert 120 - Overlaps(120, places).fewest(np.ones(120)) == 9


def test_two_that_are_tied_count_as_the_larger_for_the_pairs_before_them() -> None:
    """9 with 1 move one person, and are 9 for the pair before: with 4, more than a step of five in all."""
    found = lots(described(9, 1, 4), open_pairs((1, 2, 9), (0, 1, 8)))
    assert found["lot"].tolist() == [1, 0]


@settings(max_examples=cases(60), deadline=None)
@given(st.lists(st.integers(1, 4), min_size=4, max_size=14), st.randoms(use_true_random=False))
def test_what_may_wait_moves_the_total_by_less_than_a_step(persons: list[int], random: object) -> None:
    every = list(itertools.combinations(range(len(persons)), 2))
    chosen = [(*pair, random.randint(8, 14)) for pair in every if random.random() < 0.4]  # type: ignore[attr-defined]
    if not chosen:
        return
    found = lots(described(*persons), open_pairs(*chosen))
    left = found[found["lot"].eq(0)]
    places = [(int(one[1:]), int(other[1:])) for one, other in zip(left["first"], left["second"], strict=True)]
    fewest = Overlaps(len(persons), places).fewest(np.array(persons, dtype=float))
    assert sum(persons) - fewest < 5


def test_pairs_that_nobody_looked_at() -> None:
    told = described(1, 1, 1, 1).assign(record=["a", "a", "b", "c"])
    assert unseen(told, open_pairs()) == 5  # of six pairs, one is of one respondent
    assert unseen(told, open_pairs((0, 2, 9), (0, 1, 9), (2, 3, 9))) == 3
