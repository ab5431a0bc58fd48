"""Groups of several situations: what they say of their persons, and how few persons undecided pairs leave, by second programs."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from test_overlaps import described, open_pairs
from test_second_counts import CODEBOOK, NAMES, of_one

from diagnostic.codebook.model import SOME, meaning
from diagnostic.collect.table_names import EITHER
from diagnostic.consolidate import decisions, people
from diagnostic.consolidate.people import EXCLUSIVE, ONE_EACH, WHOLE, Sizes, Spread, Way

Said = tuple[
    tuple[int, int, int], int, int
]  # persons at least, by the study's rule, at most; answers ticked inside, outside


def of_group(said: list[Said], way: Way) -> tuple[float, ...]:
    """Several descriptions of the same persons, the largest holding the others: what one of them knows the others do not deny, or
    nothing is known."""
    alone = [of_one(*size, inside, outside, way, False) for size, inside, outside in said]
    study, high = max(size[1] for size, *_ in said), max(size[2] for size, *_ in said)
    every, none = (all(one[6] and not one[at] for one in alone) for at in (5, 2))
    value, low, no, no_low = (max(one[at] for one in alone) for at in (0, 1, 3, 4))
    if way == WHOLE:
        value = max(low, min(value, study - no))
    if len(said) > 1 and (low + no_low > high or value + no > study):
        return 0, 0, high, 0, 0, high, 0
    informed = float(any(one[6] for one in alone))
    most, without = (0 if none else max(0, high - no_low)), (0 if every else max(0, high - low))
    return value, low, most, no, no_low, without, informed


@pytest.mark.parametrize("way", [EXCLUSIVE, WHOLE, ONE_EACH])
def test_what_several_descriptions_of_the_same_persons_say(way: Way) -> None:
    rng = np.random.default_rng(8)
    sizes = [(1, 1, 1), (2, 3, 5), (3, 3, 3), (1, 2, 2), (1, 1, 4)]
    groups: list[list[Said]] = [
        [(sizes[rng.integers(5)], int(rng.integers(3)), int(rng.integers(3))) for _ in range(rng.integers(1, 4))]
        for _ in range(400)
    ]
    rows = [(at, *one) for at, said in enumerate(groups) for one in said]
    rng.shuffle(rows)  # type: ignore[arg-type]
    low, study, high = (np.array([size[at] for _, size, *_ in rows], float) for at in range(3))
    inside, outside = (np.array([row[at] for row in rows], float) for at in (2, 3))
    found = people.spread(Sizes(low, study, high, np.array([row[0] for row in rows])), inside, outside, way)
    for at, said in enumerate(groups):
        assert tuple(float(getattr(found, name)[at]) for name in NAMES) == of_group(said, way), said


def spread(*numbers: float) -> Spread:
    return Spread(*(np.array([float(one)]) for one in numbers), np.array([True]))


def test_who_has_both_of_two_things_where_one_leaves_less_open_than_the_other() -> None:
    """Of 3 to 5 persons two have the one, two to four the other, and one has it not: one of the two has both at least, two at
    most; four have not both at most."""
    one, other = spread(2, 2, 2, 1, 1, 3), spread(2, 2, 4, 1, 1, 1)
    sizes = Sizes(*(np.array([float(n)]) for n in (3, 3, 5)), np.array([0]))
    for found in (one.both(other, sizes), other.both(one, sizes)):
        told = [float(getattr(found, name)[0]) for name in NAMES]
        assert told == [1, 1, 2, 1, 1, 4, 1]
    more = spread(2, 0, 2, 2, 1, 3).both(spread(3, 0, 3, 0, 0, 3), sizes)  # two are known not to have the one
    assert (more.no[0], more.no_low[0], more.no_high[0]) == (2, 1, 5)


def test_two_readings_reach_as_far_as_both() -> None:
    found = spread(2, 1, 4, 1, 0, 3).beside(spread(3, 0, 5, 2, 1, 2))
    assert [float(getattr(found, name)[0]) for name in NAMES] == [2, 0, 5, 1, 0, 3, 1]
    again = spread(2, 0, 5, 1, 1, 2).beside(spread(3, 1, 4, 2, 0, 3))
    assert [float(getattr(again, name)[0]) for name in NAMES] == [2, 0, 5, 1, 0, 3, 1]


def test_of_no_situation_there_is_no_group() -> None:
    none = np.zeros(0)
    sizes = Sizes(none, none, none, np.zeros(0, dtype=int))
    assert sizes.groups == 0 and len(sizes.largest(none)) == len(sizes.smallest(none)) == 0
    assert len(people.spread(sizes, none, none, WHOLE).value) == 0


# -- Persons, one by one ------------------------------------------------------------------------------------------------


def test_each_person_of_a_group_carries_its_answers() -> None:
    """Sixty groups of one to three persons, of up to two situations: an answer alone is everybody's; of several, the first persons
    carry one each, and what nobody ticked is nobody's; in one person, or of one among several, nothing is dealt."""
    rng = np.random.default_rng(3)
    codes = {name: CODEBOOK.sets[name][SOME][:3] for name in ("gender", "housing")}
    rows, group = [], []
    for at in range(60):
        for _ in range(rng.integers(1, 3)):
            row: dict[str, object] = {
                "situation": f"s{len(rows)}",
                "source": "response",
                "persons": int(rng.integers(1, 4)),
            }
            for name, options in codes.items():
                row |= {f"{name}/{one}": "ticked" if rng.random() < 0.4 else "not_ticked" for one in options}
                row[f"{name}.rule"] = EITHER if rng.random() < 0.15 else ""
            rows.append(row)
            group.append(at)
    told = pd.DataFrame(rows)
    told = told.assign(persons_low=told["persons"], persons_most=told["persons"])
    made = people.persons(told.assign(**{f"{people.STATUS}.code": ""}), np.array(group), meaning(CODEBOOK))
    assert {name: name in meaning(CODEBOOK).exclusive for name in codes} == {"gender": True, "housing": False}
    expected: list[dict[str, str]] = []
    for at in range(60):
        own = told[np.array(group) == at]
        held = int(own["persons"].max())
        dealt = []
        persons: list[dict[str, str]] = [{} for _ in range(held)]
        for name, options in codes.items():
            ticked = [one for one in options if own[f"{name}/{one}"].eq("ticked").any()]
            open_ = own[f"{name}.rule"].eq(EITHER).any()
            alone = name == "gender"
            deal = len(ticked) > 1 and held > 1 and not open_ and not (alone and len(ticked) > held)
            everybody = len(ticked) == 1 or (len(ticked) > 1 and held == 1 and not alone)
            dealt += [name] if deal else []
            for n, person in enumerate(persons):
                for one in options:
                    state = "unknown"
                    if everybody:
                        state = "yes" if one in ticked else "no"
                    elif deal and one not in ticked:
                        state = "no"
                    elif deal and ticked.index(one) == n:
                        state = "yes"
                    elif deal and alone and n < len(ticked):
                        state = "no"
                    person[f"{name}/{one}"] = state
        expected += [person | {"mixed": " ".join(dealt), "persons_in_group": str(held)} for person in persons]
    columns = list(expected[0])
    order = [one.split() for one in made["mixed"]]
    assert [sorted(one, key=["gender", "housing"].index) for one in order] == [one["mixed"].split() for one in expected]
    found = made[columns].astype(str).drop(columns="mixed")
    assert found.to_dict("records") == [{name: one[name] for name in columns if name != "mixed"} for one in expected]


def test_what_one_source_does_not_ask_is_not_asked_of_its_situations() -> None:
    """A column of answers that one source has, one in which an answer is missing, and one that is no answer."""
    numbers = {"persons": [1], "persons_low": [1], "persons_high": pd.array([1], dtype="Int64")}
    cases = pd.DataFrame({"response_id": ["r"], "situation_number": [1], "gender/women": ["ticked"], "year.code": ["2019"], "note": ["x"], **numbers})  # fmt: skip
    told = pd.DataFrame({"interview_id.code": ["i"], "situation_number.number": [2], "housing.state": ["answered"], "year.code": [None], **numbers})  # fmt: skip
    made = people.together(cases, told, 20)
    assert made["situation"].tolist() == ["r/1", "i/2"] and made["source"].tolist() == ["response", "interview"]
    columns = made[["gender/women", "housing.state", "year.code"]].to_numpy().tolist()
    assert columns == [["ticked", "not_asked", "2019"], ["not_asked", "answered", "not_asked"]]
    assert made["note"].isna().tolist() == [False, True]


# -- Pairs that nobody decided --------------------------------------------------------------------------------------------


def test_a_component_is_exact_up_to_its_limit() -> None:
    """Three who are all paired, and a chain from one of them: no two sides."""
    limit = decisions.LARGEST_EXACT
    for size in (limit - 1, limit, limit + 1):
        pairs = [(0, 1), (1, 2), (0, 2), *((at, at + 1) for at in range(2, size - 1))]
        assert decisions.Overlaps(size, pairs).bounded == (size > limit), size


def test_pairs_that_move_less_than_a_step_need_no_decision() -> None:
    found = decisions.lots(described(4, 4, 1, 20), open_pairs((0, 1, 9)))
    assert found["lot"].tolist() == [0] and found["effect"].tolist() == [4]
    found = decisions.lots(described(5, 5, 1, 20), open_pairs((0, 1, 9)))
    assert found["lot"].tolist() == [1]
    same = open_pairs((0, 1, 9), (0, 2, 9), (1, 2, 8)).assign(status=["same", "undecided", "undecided"])
    found = decisions.lots(described(5, 5, 9, 20), same)
    assert found["effect"].tolist() == [5, 5]
    inside = pd.concat([same[:1], open_pairs((0, 1, 12))], ignore_index=True)  # decided, and open by another line
    assert decisions.lots(described(5, 5, 9, 20), inside)["effect"].tolist() == [0]
    nobody = described().assign(persons=pd.array([], dtype="Int64"))
    assert decisions.unseen(nobody, open_pairs()) == 0


def test_what_the_open_pairs_leave() -> None:
    """Of 5, 5, 9 and 20 persons two pairs are open, one of which moves the total by a step: between 29 and 39."""
    told, pairs = described(5, 5, 9, 20), open_pairs((0, 2, 9), (1, 2, 8))
    order = decisions.lots(told, pairs)
    assert decisions.remaining(told, pairs, order) == (2, 2, 30, 39)
    few = decisions.lots(described(1, 1, 9, 20), pairs)
    assert decisions.remaining(described(1, 1, 9, 20), pairs, few) == (2, 0, 29, 31)
    grouped = pd.concat([open_pairs((0, 1, 9)).assign(status="same"), pairs], ignore_index=True)
    assert decisions.remaining(described(3, 5, 9, 20), grouped, pairs.assign(lot=1)) == (2, 2, 29, 34)


def of_parts(*sizes: int) -> decisions.Overlaps:
    """Everybody is paired with all but those of their own part: as many maximal sets as ways to take one of each part."""
    part = np.repeat(np.arange(len(sizes)), sizes)
    return decisions.Overlaps(len(part), np.argwhere(np.triu(part[:, None] != part)))


def test_sets_of_situations_that_are_all_paired_are_all_found() -> None:
    """Beside every subset of six, of thirty graphs; and two thousand, not one more."""
    rng = np.random.default_rng(6)
    for _ in range(30):
        pairs = [(a, b) for a, b in itertools.combinations(range(6), 2) if rng.random() < 0.6]
        for one in decisions.Overlaps(6, pairs).components:
            tied = {frozenset(pair) for pair in one.ends.T.tolist()}
            size = len(one.places)
            full = [frozenset(some) for n in range(1, size + 1) for some in itertools.combinations(range(size), n) if all(frozenset(two) in tied for two in itertools.combinations(some, 2))]  # fmt: skip
            assert set(one.cliques or ()) == {some for some in full if not any(some < other for other in full)}
            assert len(one.cliques or ()) == len(set(one.cliques or ()))
    (many,) = of_parts(2, 2, 2, 2, 5, 5, 5).components
    assert len(many.cliques or ()) == decisions.MOST_CLIQUES == 2000
    assert of_parts(3, 23, 29).components[0].cliques is None


def test_the_fewest_persons_are_the_smallest_cover_by_sets_that_are_all_paired() -> None:
    """Beside every way to take so many of each set, of graphs of five that have a triangle and are not complete."""
    rng, seen = np.random.default_rng(7), 0
    while seen < 12:
        pairs = [(a, b) for a, b in itertools.combinations(range(5), 2) if rng.random() < 0.6]
        for one in decisions.Overlaps(5, pairs).components:
            if one.complete or one.sides is not None:
                continue
            seen += 1
            persons = rng.integers(0, 4, len(one.places))
            sets = [[place in some for place in range(len(one.places))] for some in one.cliques or ()]
            times = np.array(list(itertools.product(range(4), repeat=len(sets))))
            enough = (times @ np.array(sets, dtype=int) >= persons).all(axis=1)
            assert decisions._fewest(one, persons) == times[enough].sum(axis=1).min()
