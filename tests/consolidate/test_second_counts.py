"""What a group of situations says of its persons beside a second program, group by group, and where it was described."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from handmade import CODEBOOK

from diagnostic.codebook.model import STATUS, meaning
from diagnostic.collect.table_names import BLANK_READ, EITHER
from diagnostic.consolidate import coders, decisions, located, people, rows
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


# -- Rows and codings ---------------------------------------------------------------------------------------------------


def test_an_answer_is_missing_where_nothing_is_said() -> None:
    given = pd.DataFrame(
        {
            "a.code": ["x", "no_answer", "not_asked", ""],
            "n.number": pd.array([3, None, 0, 1], dtype="Int64"),
            "n.rule": ["at_least", None, "exact", "at_least"],
            "t.text": ["Agen", "", None, "b"],
            "d.date": pd.to_datetime(["2026-01-02", None, None, "2026-01-03"]),
            "b.rule": [f"x {BLANK_READ}", None, "", "other"],
            "c.rule": [EITHER, EITHER, None, BLANK_READ],
        }
    )
    assert rows.choice(given, "a").isna().tolist() == [False, True, True, True]
    assert rows.number(given, "n").isna().tolist() == [False, True, False, False]
    assert rows.text(given, "t").isna().tolist()[:2] == [False, True] and rows.text(given, "t")[3] == "b"
    assert rows.date(given, "d").isna().tolist() == [False, True, True, False]
    assert rows.at_least(given, "n").tolist() == [True, False, False, True]
    assert rows.at_least(given, "a").tolist() == [False] * 4
    assert rows.rules_read(given) == {"b": {BLANK_READ}, "c": {EITHER, BLANK_READ}}
    for read in (rows.choice, rows.number, rows.date, rows.text):
        assert read(given, "none").isna().all()


def test_a_row_says_the_rules_that_touched_it_and_the_last_reason_for_which_it_is_set_aside() -> None:
    table = pd.DataFrame({"row": [2, 3, 4]})
    maybe = pd.Series([True, None, False], dtype="boolean")  # one that is not known to leave it alone is named
    ruled = {"first": maybe, "second": pd.Series([False, True, False])}
    aside = {"A": pd.Series([True, True, False]), "B": pd.Series([False, True, False])}
    found = rows.ledger("press", {"press": "p.csv"}, table, "", ruled, aside)
    assert found["rules"].tolist() == ["first", "first; second", ""]
    assert found["reason"].tolist() == ["A", "B", ""] and found["outcome"].tolist() == ["set_aside"] * 2 + ["kept"]
    assert found["file"].tolist() == ["p.csv"] * 3 and found["sheet"].tolist() == [""] * 3
    assert rows.ledger("press", {}, table, "")["file"].tolist() == ["press"] * 3


def coding(*said: tuple[str, str, str]) -> pd.DataFrame:
    """(thing, coder, options ticked) as the collect phase gives them."""
    made = pd.DataFrame([{"key": key, "coder.code": coder} for key, coder, _ in said])
    for option in "ab":
        made[f"v/{option}"] = ["ticked" if option in ticks else "not_ticked" for *_, ticks in said]
    return made


def test_what_several_coders_said_is_kept_in_their_order_and_settled_by_whoever_arbitrates() -> None:
    given = coding(("1", "CD", "b"), ("1", "AB", "a"), ("2", "AB", "ab"), ("3", "CD", "a"), ("3", "AB", "b"), ("3", "Arbitrage", "b"), ("4", "AB", "a"), ("4", "CD", "a"), ("5", "ARBITRAGE", "b"), ("5", "AB", "a"))  # fmt: skip
    order, settled = coders.in_turn(given)
    assert settled.tolist() == [False] * 5 + [True, False, False, True, False]
    assert order["coder.code"].tolist()[:2] == ["Arbitrage", "ARBITRAGE"][:: 1 if order["key"].iloc[0] == "3" else -1]
    assert order["coder.code"].tolist()[2:] == ["AB"] * 5 + ["CD"] * 3
    found = coders.codings(given, "key", {"v": ("v",)})
    assert found["v.codings"].to_dict() == {"1": "a / b", "3": "b / a", "4": "a / a"}
    assert found[coders.SETTLED].to_dict() == {"1": False, "3": True, "4": False}
    every = found.reindex(list("12345"))
    assert coders.disputed(every, "v").tolist() == [True, False, False, False, False]
    assert coders.readings(every, "v")[0] == (frozenset("a"), frozenset("b")) and coders.readings(every, "v")[1] == ()
    chosen = np.array([True, True, False, True, False])
    sure, may = coders.between(every, "v", "a", chosen)
    assert (sure.tolist(), may.tolist()) == ([False, True, False, True, False], [True, True, False, True, False])
    same = coders.between(every.iloc[1:], "v", "a", chosen[1:])
    assert same[0] is same[1] and not coders.disputed(pd.DataFrame(index=[0]), "v").any()
    assert coders.codings(coding(("1", "AB", "a"), ("2", "CD", "a")), "key", {"v": ("v",)}).empty


def test_the_departement_of_a_group_is_that_of_all_its_communes() -> None:
    areas = pd.DataFrame({"level": "commune", "code": ["A", "B", "C"], "departement": ["35", "35", "22"]})
    both = pd.DataFrame(
        {"commune.code": ["A", "A", "no_answer", "C", "X", "A"], "commune_2.code": ["B", "C", "", "", "", ""]}
    )
    found = located.departements(both, np.array([0, 1, 2, 3, 4, 2]), areas)
    assert found is not None and found.tolist() == ["35", "several", "35", "22", "several", "35"]
    nowhere = located.departements(
        both.assign(**{"commune.code": "no_answer", "commune_2.code": ""}), np.arange(6), areas
    )
    assert nowhere is not None and set(nowhere) == {"no_answer"}
    assert located.departements(both, np.arange(6), areas[:2]) is None
    assert located.departements(both, np.arange(6), areas[1:]) is not None
