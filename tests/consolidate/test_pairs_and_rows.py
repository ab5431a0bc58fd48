"""Which situations are compared and how alike they are, and what becomes of the rows of the shared diagnosis: by second programs."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import handmade
import numpy as np
import pandas as pd
import pytest

from diagnostic.codebook.model import SOME
from diagnostic.consolidate import gathered, questionnaire
from diagnostic.core.counting import CEILING

# -- Pairs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "neighbours"), [(0, 3), (1, 3), (6, 6), (6, 7), (7, 6), (20, 3), (20, 7), (20, 9)])
def test_many_situations_are_compared_with_their_neighbours_in_each_order(size: int, neighbours: int) -> None:
    """All with all up to so many; beyond, with as many that follow in each of three orders, by the answers as ranked bits."""
    rng = np.random.default_rng(size)
    names = {name for order in gathered.ORDERS for name in order}
    masks = {name: rng.integers(0, 3, size) for name in names}
    expected = set(itertools.combinations(range(size), 2))
    if size > neighbours:
        expected = set()
        for names_ in gathered.ORDERS:
            order = sorted(range(size), key=lambda at: (*(masks[name][at] for name in names_), at))
            far = neighbours // 3
            expected |= {(min(pair), max(pair)) for n in range(size) for pair in ((order[n], one) for one in order[n + 1 : n + 1 + far])}  # fmt: skip
    found = [pair for left, right in gathered._pairs(masks, size, neighbours) for pair in zip(left, right, strict=True)]
    assert set(found) == expected and all(one < other for one, other in found)


def test_answers_do_not_contradict_their_neighbours_nor_ages_ten_years_apart() -> None:
    codes = ["a", "b", "c", "d", "e", "f", "g"]
    ages = {"a": 8, "b": 10, "c": 13, "d": 18, "e": 29, "g": 30}  # of f no age is told
    options = [SimpleNamespace(code=code, age_from=ages.get(code)) for code in codes]
    book = SimpleNamespace(sets={"v": {SOME: codes}, "w": {SOME: codes}}, lists={"v": options})
    for name, years in (("v", ages), ("w", {})):
        near = [
            {at for at, two in enumerate(codes) if abs(at - n) < 2 or ({one, two} <= {*years} and abs(years[one] - years[two]) <= 10)}
            for n, one in enumerate(codes)
        ]  # fmt: skip
        assert gathered._close(book, name) == [sum(2**at for at in of) for of in near]  # type: ignore[arg-type]
        masks = np.arange(128)
        reach = [set().union(*(near[n] for n in range(7) if one & 2**n)) for one in range(128)]
        found = gathered._reach(masks, gathered._close(book, name))  # type: ignore[arg-type]
        assert found.tolist() == [sum(2**at for at in of) for of in reach]


def test_points_are_won_by_what_is_common_and_lost_by_what_contradicts() -> None:
    """Four hundred pairs of situations: answers as sets, one in three untold; two communes each, or one, or none."""
    rng = np.random.default_rng(4)
    size, names = 400, list(gathered.POINTS)
    masks = {name: rng.integers(0, 8, size) * (rng.random(size) < 0.67) for name in names}
    reach = masks | {name: masks[name] | masks[name] << 1 | masks[name] >> 1 for name in ("age_band", "year")}
    communes = rng.integers(-1, 3, (size, 2))
    left, right = np.arange(size), np.roll(np.arange(size), 1)
    decisive = ("age_band", "gender")
    score, agree = gathered._score(masks, reach, communes, left, right, decisive)
    for at, (one, other) in enumerate(zip(left, right, strict=True)):
        points, common, apart = 0, set(), False
        for name in names:
            here, there = ({n for n in range(3) if masks[name][of] >> n & 1} for of in (one, other))
            near = 1 if name in ("age_band", "year") else 0
            if here & there:
                points, common = points + gathered.POINTS[name], common | {name}
            elif here and there and min(abs(a - b) for a in here for b in there) > near:
                points, apart = points - gathered.POINTS[name], apart or name in decisive
        here, there = ({*communes[of].tolist()} - {-1} for of in (one, other))
        if here & there:
            points, common = points + 2, common | {"commune"}
        elif here and there:
            points -= 2
        assert score[at] == (-1 if apart else points)
        assert agree[at] == sum(2**n for n, name in enumerate([*names, "commune"]) if name in common)


# -- Situations of both sources, and the whole step ---------------------------------------------------------------------


def whole(forms: int, told: int, ceiling: int | None) -> dict[str, pd.DataFrame]:
    """The step on so many forms of one situation of two persons or more each, and so many told in one interview."""
    alike = ("gender", "age_band", "year", "nationality")
    answers = {"persons_in_situation": "2"} | {name: handmade.CODEBOOK.sets[name][SOME][0] for name in alike}
    parents = {f"R{n}": {"response_id": f"R{n}", "answer_mode": "indiv", "exposure": "proba"} for n in range(max(forms, 1))}  # fmt: skip
    typed = handmade.responses([*parents.values()]).assign(professionals=1)
    cases = handmade.situations([{"record": name, "number": "1", **answers} for name in parents], parents)
    met = handmade.interview_situations([{"record": "I1", "number": "1", **answers}])
    for one in (cases, met):
        one["persons_in_situation.maximum"] = pd.array([None] * len(one), dtype="Int64")
    cases, met = gathered.questionnaire.persons(cases)[:forms], met[:told]
    none = pd.DataFrame()
    counting = {"first_year": None, "ceiling": ceiling}
    return gathered.gather(typed, cases, none, met, none, handmade.decisions([]), handmade.CODEBOOK, None, counting)  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize(("forms", "told", "ceiling"), [(0, 0, None), (2, 0, None), (0, 1, 7)])
def test_situations_of_one_source_are_gathered_alone(forms: int, told: int, ceiling: int | None) -> None:
    made = whole(forms, told, ceiling)
    assert made["described"].get("source", pd.Series(dtype=str)).tolist() == ["response"] * forms + ["interview"] * told
    assert len(made["professionals"]) == max(1, forms)
    assert len(made["persons"]) == 2 * (forms + told)
    assert len(made["pairs"]) == (1 if forms else 0)
    if forms + told:
        assert made["described"]["persons_most"].eq(ceiling or CEILING).all()
        assert made["described"][list(gathered.CODED_AT)].isna().all(axis=None)


def test_what_may_be_left_undecided_is_said_beside_the_lots() -> None:
    """Of 20 persons, printed to five: nine that may be counted once less have to be decided, and one need not."""
    told = pd.DataFrame({"situation": list("abcd"), "source": "response", "persons": [9, 9, 1, 1]})
    pairs = pd.DataFrame({"first": ["a", "c"], "second": ["b", "d"], "score": [8, 9], "status": "undecided"})
    _, *rows = gathered.undecided(told, pairs.assign(decision="", agree="")).splitlines()
    assert [row.split(",")[-2:] for row in rows] == [["1", "9"], [gathered.OPTIONAL, "1"]]


# -- What became of the rows --------------------------------------------------------------------------------------------


def test_a_situation_is_empty_where_no_answer_but_its_keys_is_given() -> None:
    told = pd.DataFrame(
        {
            "interview_id.code": ["I1"] * 4,
            "situation_origin.code": ["own"] * 4,
            "situation_number": ["1"] * 4,
            "year.code": ["no_answer", "2019", "no_answer", "not_asked"],
            "place.state": ["not_asked", "no_answer", "no_answer", "answered"],
            "gender/women": ["no_answer", "no_answer", "not_asked", "no_answer"],
            "other": ["x"] * 4,
        }
    )
    assert gathered._empty(told).tolist() == [True, False, True, False]


def codings(*said: tuple[str, str, str]) -> pd.DataFrame:
    """(situation, coder, what is ticked of two vulnerabilities)"""
    made = pd.DataFrame([{"situation": key, "coder.code": coder} for key, coder, _ in said])
    for option in "ab":
        made[f"vulnerability/{option}"] = ["ticked" if option in ticks else "not_ticked" for *_, ticks in said]
    return made.assign(sheet=1, row=range(2, 2 + len(made)))


def test_each_row_of_a_coding_says_whether_it_counts_and_whether_another_differs() -> None:
    """Two who differ, two who agree, one alone, one of a situation set aside, and two who differ and were arbitrated."""
    given = codings(("R1/1", "AB", "a"), ("R1/1", "CD", "b"), ("R2/1", "CD", "ab"), ("R2/1", "AB", "ab"), ("R3/1", "AB", ""), ("R9/1", "AB", "a"), ("R4/1", "AB", "a"), ("R4/1", "CD", "b"), ("R4/1", "arbitrage", "b"))  # fmt: skip
    known = ["R1/1", "R2/1", "R3/1", "R4/1"]
    (found,) = gathered._coding({"situation_coding": given}, known, {gathered.CODING: "c.xlsx"})
    second, counts = ("set_aside", gathered.SECOND_CODER), ("kept", "")
    expected = [counts, second, second, counts, counts, ("set_aside", gathered.ASIDE), second, second, counts]
    assert list(zip(found["outcome"], found["reason"], strict=True)) == expected
    assert found["rules"].ne("").tolist() == [True, True, *[False] * 7]
    assert found["row"].tolist() == list(range(2, 11)) and set(found["file"]) == {"c.xlsx"}
    assert gathered._coding({"situation_coding": given[:0]}, known, {}) == []


def test_the_last_decision_on_a_pair_holds_whatever_its_order() -> None:
    pairs = [("b", "a"), ("a", "b"), ("a", "z"), ("c", "b"), ("z", "a"), ("b", "c"), ("y", "z"), ("y", "z")]
    given = handmade.decisions([{"first": one, "second": other, "decision": "same"} for one, other in pairs])
    found = gathered._decisions(given, ["c", "a", "b"], {})
    unknown, replaced = gathered.UNKNOWN_PAIR, gathered.REPLACED
    assert found["reason"].tolist() == [replaced, "", unknown, replaced, unknown, "", unknown, unknown]
    assert found["into"].tolist()[:2] + found["into"].tolist()[3:6:2] == ["pairs/a/b"] * 2 + ["pairs/c/b"] * 2
    assert found["into"].tolist()[2] == "pairs/z/a"  # a situation that is not there comes first
    assert found["outcome"].eq("kept").tolist() == [one == "" for one in found["reason"]]
    assert gathered._decisions(given[:1], ["a", "b"], {})["reason"].tolist() == [""]  # where there are no others


def test_all_rows_of_the_shared_diagnosis_are_in_one_ledger() -> None:
    """Two forms and an interview: what describes the same persons as the first is merged, each in its own file."""
    described = pd.DataFrame(
        {"situation": ["R1/1", "R2/1", "I1/1"], "source": ["response", "response", "interview"], "sheet": [2, 2, 2], "row": [2, 3, 2]}
    )  # fmt: skip
    forms = pd.DataFrame(
        {
            "role": "questionnaire",
            "file": "q.xlsx",
            "sheet": ["1", "1", "2", "2"],
            "row": [2, 3, 2, 3],
            "outcome": "kept",
            "into": ["respondents/R1", "respondents/R2", "cases/R1/1", "cases/R2/1"],
            "rules": ["", "", "", "x"],
            "reason": "",
        }
    )
    told = pd.DataFrame(
        {
            "interview_id.code": ["I1"],
            "situation_number.number": pd.array([1], dtype="Int64"),
            "persons_in_situation.rule": ["number"],
            **{f"persons_in_situation.{end}": pd.array([2], dtype="Int64") for end in ("minimum", "maximum")},
            "year.code": ["2019"],
        }
    ).assign(sheet=2, row=2)
    tables = {"interview_records": told[:0], "interview_situations": told, "situation_coding": codings(("R1/1", "AB", "a"))}  # fmt: skip
    tables["duplicates"] = handmade.decisions([{"first": "R1/1", "second": "R2/1", "decision": "same"}])
    received = pd.DataFrame({"role": gathered.INTERVIEWS, "sheet": [2], "row": [2]})
    group = pd.Series(["R1/1"] * 3)
    found = gathered.shared_rows(forms, tables, described, group, received, {})
    assert found["role"].tolist() == ["questionnaire"] * 4 + [gathered.INTERVIEWS, gathered.CODING, gathered.DUPLICATES]
    assert found["outcome"].tolist() == ["kept"] * 3 + ["merged"] * 2 + ["kept"] * 2
    assert found["into"].tolist()[2:5] == ["cases/R1/1", "described/R1/1", "described/R1/1"]
    assert found["rules"].tolist()[2:5] == ["", "x; doublons_reunis", "doublons_reunis"]


def test_the_rules_of_a_situation_are_those_of_the_row_that_it_stands_in() -> None:
    """Two answers whose first situation stands in their own row, and a second one in a row of its own."""
    responses = pd.DataFrame({"response_id": ["R1", "R2"], "sheet": [1, 1], "row": [2, 3]})
    situations = pd.DataFrame(
        {"response_id": ["R1", "R2", "R1"], "situation_number": ["1", "1", "2"], "sheet": [1, 1, 2], "row": [2, 3, 4]}
    )
    told = {"plus_petit_nombre": [True, False, True], "hors_fenetre": [False] * 3, "situation_vide": [False] * 3}
    found = questionnaire._rows(responses, situations, {}, {name: pd.Series(mask) for name, mask in told.items()})
    assert found["into"].tolist() == ["respondents/R1", "respondents/R2", "cases/R1/2"]
    assert found["rules"].tolist() == ["plus_petit_nombre", "", "plus_petit_nombre"]
