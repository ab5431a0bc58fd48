"""Small cases of what the release decides and of what its attack asks, each worked out by hand, on either side of a limit."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy
from facts_at_hand import Fact, replace
from simulated import invented, policy
from test_thresholds import at, scope
from test_verdicts import fact

from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.catalogue.ways import ANSWERS
from diagnostic.estimate.facts import ASKED, INFORMED, UNKNOWN, table
from diagnostic.estimate.tables import TABLES as ESTIMATED
from diagnostic.release import publication, steps
from diagnostic.release.attack import gate, solver
from diagnostic.release.attack.solver import Model, Targets
from diagnostic.release.editions import changes
from diagnostic.release.editions.changes import Previous
from diagnostic.release.editions.issued import Issued
from diagnostic.release.populations import listing as listed_groups
from diagnostic.release.populations import people, rounding
from diagnostic.release.populations.groups import Axis, Frame, Statement, System, Variable
from diagnostic.release.populations.listing import Entry, Listing
from diagnostic.release.populations.people import Answers, Population, agreeing, holding
from diagnostic.release.populations.policy import CLASSES, Geography, Listed, Percentages, Thresholds
from diagnostic.release.populations.rounding import EXACT, PUBLIC_KEY, Claim, Draw, claim
from diagnostic.release.ways import coded, group, listed, own, places, things, way
from diagnostic.release.ways.listed import Counted, Decision, Released
from diagnostic.release.ways.way import Scope

RELEASED_NUMBERS = (
    "shown_value",
    "shown_low",
    "shown_high",
    "claim_low",
    "claim_high",
    "shown_numerator",
    "shown_denominator",
)

# -- What the attack asks ---------------------------------------------------------------------------------------------


def asked(printed: list[str], name: str = "prostitution") -> dict[str, gate._Target]:
    """The targets of a list of genders, ages and one crossing of them, of which some groups are printed."""
    names = {"headlines": ["gender=femme", "gender=homme"], "others": ["gender=trans", "age_band"]}
    crossed = ["gender=femme & age_band=moins de 18"]
    told = {name: Listed(**names, crossings=crossed)}
    rules = invented().model_copy(update={"printed": told})
    own = Listing(name, rules)
    claims = {f"{name}: {one}": Claim(20, 10, 11, 30) for one in printed}
    return {one.name: one for one in gate._targets(own, claims)}


def test_what_is_asked_of_each_group() -> None:
    """Ordinary groups: 8; minors and trans persons: 11; a group of one answer must be able to hold the highest of both. A
    withheld group must be able to hold as many numbers as its threshold, one more than its last less its first."""
    found = asked([])
    told = {name: (one.reach, one.width, one.presence, one.few) for name, one in found.items()}
    assert told["prostitution: gender=femme"] == (11, 7, False, 0)
    assert told["prostitution: gender=trans"] == (11, 10, True, 0)
    assert told["prostitution: age_band=moins de 18"] == (11, 10, True, 0)
    assert told["prostitution: age_band=26-45"] == (11, 7, False, 0)
    assert told["prostitution: gender=femme & age_band=moins de 18"] == (11, 10, True, 0)
    alone = {"prostitution": Listed(headlines=["gender=femme & age_band=26-45"])}  # their answers are asked of too
    own = Listing("prostitution", invented().model_copy(update={"printed": alone}))
    assert {one.name for one in gate._targets(own, {})} >= {"gender=femme", "age_band=26-45"}


def test_every_crossing_that_is_tied_is_asked_of() -> None:
    """Beside the one that is listed, the others of the same two questions: each as wide as the strictest of its answers."""
    found = asked([])
    for name, threshold in (
        ("gender=femme & age_band=26-45", 8),
        ("gender=trans & age_band=26-45", 11),
        ("gender=homme & age_band=moins de 18", 11),
    ):
        assert (found[name].reach, found[name].width, found[name].presence) == (threshold, threshold - 1, False)


def test_of_a_printed_group_it_is_asked_whether_its_others_are_few() -> None:
    found = asked(["gender=trans", ""])
    group = found["prostitution: gender=trans"]
    assert (group.reach, group.width, group.presence, group.few) == (11, 7, False, 11)
    left = found["prostitution: ∖ prostitution: gender=trans".replace(": ∖", ":  ∖")]
    assert (left.reach, left.width, left.presence) == (11, 7, False)
    assert not any("∖" in name for name in asked(["gender=trans"]))  # of a whole that is printed alone


def test_a_reader_who_knows_some_asks_after_the_others() -> None:
    """Of a group withheld, less what he knows; of one printed, whether the others are none or enough; presence is asked of
    who knows nobody."""
    frame = Frame((Axis(Variable("a", ("x", "y")), ""),))
    targets = [
        gate._Target("withheld", (((0, 0),),), (), 11, 7, True),
        gate._Target("printed", (((0, 1),),), (), 11, 7, False, few=8),
    ]
    nobody = gate.as_targets(frame, targets, gate.Reader(gate.OUTSIDER, np.zeros((0, 1), dtype=int)))
    assert (nobody.reach.tolist(), nobody.width.tolist()) == ([11, 11], [7, 7])
    assert (nobody.floor.tolist(), nobody.either.tolist()) == ([0, math.inf], [False, False])
    some = gate.as_targets(frame, targets, gate.Reader(gate.STRUCTURE, np.array([[0], [0], [1]])))
    assert (some.reach.tolist(), some.width.tolist()) == ([9, 8], [7, 0])
    assert (some.floor.tolist(), some.either.tolist()) == ([math.inf, 0], [False, True])
    most = gate.as_targets(frame, targets, gate.Reader(gate.STRUCTURE, np.zeros((12, 1), dtype=int)))
    assert most.reach.tolist() == [0, 8]  # a reader who counted more than the reach asks for nothing more


def targets(reach: float, width: float, floor: float = math.inf, either: bool = False) -> Targets:
    form = scipy.sparse.csr_array(np.array([[1.0]]))
    ends = (np.array([value]) for value in (reach, width, floor))
    return Targets(("t",), form, *ends, np.array([either]))


@pytest.mark.parametrize(
    ("low", "high", "asks", "kept"),
    [
        (0, 11, (11, 7), True),
        (0, 10, (11, 7), False),
        (4, 11, (11, 7), True),
        (5, 11, (11, 7), False),
        (0, 20, (11, 7, 0.0), True),
        (1, 20, (11, 7, 0.0), False),
        (0, 3, (8, 0, 0.0, True), True),  # may be none
        (1, 8, (8, 0, 0.0, True), True),  # or enough
        (1, 7, (8, 0, 0.0, True), False),
        (0, 7, (math.inf, 7, 0.0, True), True),  # however many, perhaps none, of eight numbers
        (0, 6, (math.inf, 7, 0.0, True), False),
        (1, 20, (math.inf, 7, 0.0, True), False),
    ],
)
def test_what_must_stay_possible(low: float, high: float, asks: tuple[float, ...], kept: bool) -> None:
    """The same from the witnesses, from the solver, and from the relaxed questions that come before it."""
    one = targets(*asks)  # type: ignore[arg-type]
    assert solver.possible(one, np.array([low]), np.array([high])).tolist() == [kept]
    system = System(scipy.sparse.csr_array(np.array([[1.0]])), np.array([low]), np.array([high]), ("a",))
    assert (solver.examine(Model(system), one) is None) == kept
    exposed = solver.attack(system, one).exposed
    assert [one.target for one in exposed] == ([] if kept else ["t"]) and all(one.settled for one in exposed)
    assert all(set(one.proof) <= {"a"} for one in exposed)


@pytest.mark.parametrize(("low", "questions"), [(0, 1), (1, 1)])
def test_that_somebody_is_there_is_one_question(low: int, questions: int) -> None:
    """Somebody is sure to be there, or a table without anybody and one that is known leave numbers enough."""
    system = System(scipy.sparse.csr_array(np.array([[1.0]])), np.array([float(low)]), np.array([20.0]), ("a",))
    found = solver.attack(system, targets(math.inf, 7, 0.0, True), np.array([[20.0]]))
    assert (len(found.exposed), found.solves) == (low, questions)


@pytest.mark.parametrize(
    ("asks", "goals"),
    [
        ((11, 7), (11, 4)),  # as high as its reach, and seven lower
        ((11, 7, 0.0), (11, 0)),
        ((2, 7), (7, 0)),  # no lower than nobody: seven higher then
        ((-math.inf, 7), (7, 0)),
        ((-math.inf, 0), (0, 0)),
        ((3, 0, 0.0, True), (3, 0)),
        ((5, 2, 4.0), (6, 3)),  # two from four up, and two from five down
    ],
)
def test_how_far_a_witness_has_to_go(asks: tuple[float, ...], goals: tuple[float, float]) -> None:
    high, low = solver._goals(targets(*asks))  # type: ignore[arg-type]
    assert (high[0], low[0]) == goals


def test_what_no_table_agrees_with_is_a_contradiction() -> None:
    rows = scipy.sparse.csr_array(np.array([[1.0, 1.0], [1.0, 0.0]]))
    with pytest.raises(solver.Contradiction):
        solver.attack(System(rows, np.array([0.0, 6.0]), np.array([5.0, 9.0]), ("a", "b")), targets(1, 0))


def test_a_question_past_the_budget_counts_as_exposed() -> None:
    """Tables that no small move leads to: 3 of one are 7 of the other, 21 at most, so that one may be 0 to 21."""
    rows = scipy.sparse.csr_array(np.array([[1.0]]))
    system = System(rows, np.array([0.0]), np.array([7.0]), ("a",))
    (one,) = solver.attack(system, targets(8, 0), budget=0).exposed
    assert (one.target, one.proof, one.settled) == ("t", ("a",), False)


def test_a_table_agrees_up_to_its_ends() -> None:
    rows = scipy.sparse.csr_array(np.array([[1.0, 1.0]]))
    model = Model(System(rows, np.array([3.0]), np.array([5.0]), ("a",)))
    sums = [[1, 1], [1, 2], [2, 3], [3, 3], [6, -1]]
    assert model.agrees(np.array(sums, dtype=float)).tolist() == [False, True, True, False, False]


def test_a_witness_goes_where_it_is_sent() -> None:
    model = Model(System(scipy.sparse.csr_array(np.array([[1.0, 0.0]])), np.array([3.0]), np.array([9.0]), ("a",)))
    found = [model.toward(np.array([sign, 0.0])) for sign in (1.0, -1.0)]
    assert [one is not None and one[0] for one in found] == [9, 3]


def test_a_reader_s_own_cases_are_taken_from_both_ends() -> None:
    rows = scipy.sparse.csr_array(np.array([[1.0, 1.0], [1.0, 0.0]]))
    known = System(rows, np.array([3.0, 2.0]), np.array([9.0, math.inf]), ("a", "b")).without(np.array([1.0, 2.0]))
    assert known.low.tolist() == [0, 1] and known.high.tolist() == [6, math.inf]


# -- Sentences on groups ----------------------------------------------------------------------------------------------


def entry(name: str, tier: int = 1) -> Entry:
    _, _, said = name.partition(": ")
    terms = tuple((one.partition("=")[0], tuple(one.partition("=")[2].split("|"))) for one in said.split(" & ") if one)
    return Entry(name, terms, tier, "ordinary", 8)


@pytest.mark.parametrize(
    ("mine", "theirs", "inside"),
    [
        ("p: a=x", "p: ", True),
        ("p: a=x", "p: a=x|y", True),
        ("p: a=x|y", "p: a=x", False),
        ("p: a=x & b=z", "p: a=x", True),
        ("p: a=x", "p: b=x", False),
        ("p: a=x", f"p: a={ASKED}", True),
        (f"p: a={UNKNOWN}", f"p: a={ASKED}", True),
        ("p: a=x", f"p: a={INFORMED}", True),
        (f"p: a={UNKNOWN}", f"p: a={INFORMED}", False),
        ("p: a=no_answer", f"p: a={INFORMED}", False),
    ],
)
def test_which_groups_lie_in_which(mine: str, theirs: str, inside: bool) -> None:
    assert entry(mine).inside(entry(theirs)) == inside


def test_terms_that_another_implies_are_left_out() -> None:
    x, xy, b = ("a", ("x",)), ("a", ("x", "y")), ("b", ("z",))
    assert listed_groups.plain([b, xy, x, x]) == (x, b)
    assert listed_groups.plain([b, ("a", (ASKED,)), x]) == (x, b)
    assert listed_groups.plain([xy]) == (xy,)


def implied(
    names: list[str],
) -> set[tuple[str, tuple[tuple[int, tuple[tuple[int, int], ...]], ...], int | None, int | None]]:
    told = {"prostitution": Listed(headlines=names)}
    own = Listing("prostitution", invented().model_copy(update={"printed": told})).unknowns
    return {(one.name[0], one.terms, one.low, one.high) for one in own.implied}


def test_what_answers_imply_of_one_another() -> None:
    """Several answers may be given (`form`): a union of two holds each; nothing else is known. Of a question of one answer a
    union is at least the sum of its parts, and leaves the others out."""
    assert implied(["form=rue", "form=rue|hôtel"]) == {("∋", ((1, ((1, 1),)), (-1, ((0, 1),))), 0, None)}
    assert implied(["form=rue", "form=hôtel"]) == set()
    union = implied(["gender=femme", "gender=homme", "gender=femme|trans"])
    assert union == {
        ("⊇", ((1, ((1, 1),)), (-1, ((0, 0),))), 0, None),
        ("⊉", ((1, ((1, 1),)), (1, ((0, 1),)), (-1, ())), None, 0),
    }


def test_nobody_is_in_two_unions_that_exclude_each_other() -> None:
    found = implied(["gender=femme|homme", "gender=trans|autre"])
    assert found == {("∌", ((1, ((0, 1),)), (1, ((1, 1),)), (-1, ())), None, 0)}


def test_what_is_left_open_is_taken_off_the_whole() -> None:
    """« moins de 5 » : those of whom a gender is known are the whole less those of whom it is not."""
    told = {"prostitution": Listed(headlines=["gender"])}
    own = Listing("prostitution", invented().model_copy(update={"printed": told})).unknowns
    (said,) = own.left_open({"prostitution: gender ±count-": Claim(5, 5, 2, 10)})
    (unknown,) = own.groups((("gender", (UNKNOWN,)),))
    assert (said.terms, said.low, said.high) == (((1, ()), (-1, unknown)), 2, None)


def test_a_figure_of_others_is_a_sentence_for_each_of_its_ends() -> None:
    """« 30 % » of a group is 29.5 to 30.5, this left out: 1,000 of a part less 295, and less 305, of its whole."""
    figures = pd.DataFrame([("x.a", "30", "percent", "rounded")], columns=["id", "value", "unit", "rounding"])
    facts = pd.DataFrame([("x.a", "part", "whole")], columns=["fact_id", "group", "base"])
    part, whole = (((0, 0),),), ((),)
    said = gate.published_statements(figures.assign(statement_fr="é"), facts, {"part": part, "whole": whole})
    for women, persons, possible in ((59, 200, True), (58, 200, False), (60, 200, True), (61, 200, False)):
        codes = np.array([[0]] * women + [[1]] * (persons - women))
        assert all(gate._holds(one, codes) for one in said) == possible, women
        assert (len(gate.true_values(said, codes)) == len(said)) == possible
    assert {one.fact for one in said} == {"é (x.a, publié)"}


def test_who_is_in_a_pathway_is_asked_of_persons_alone() -> None:
    """One in ten, whoever they are: of a hundred some and not all; of professionals nobody."""
    rules = invented()
    for name, knows in (("prostitution", True), ("professionals", False)):
        people = Population(name, *(np.arange(100),) * 2, pd.DataFrame(index=range(100)), np.arange(100).astype(str))
        codes = np.zeros((100, 1), dtype=int)
        told = Listing(name, rules.model_copy(update={"printed": {name: Listed()}}))
        readers = gate.readers_of(told, people, codes)
        drawn = [len(one.codes) for one in readers if one.name == gate.PREFECTURE]
        expected = sum(Draw(gate.PUBLIC_KEY).uniform("pathway", str(one)) < 0.1 for one in range(100))
        assert drawn == ([expected] if knows else [])
        assert [len(one.codes) for one in readers if one.name == gate.OUTSIDER] == [0]


def test_the_two_largest_structures_read_together() -> None:
    sizes = [1, 4, 2, 3]
    structure = np.repeat(np.arange(4), sizes)
    people = Population("cases", np.arange(10), structure, pd.DataFrame(index=range(10)), np.arange(10).astype(str))
    own = Listing("cases", invented().model_copy(update={"printed": {"cases": Listed(headlines=["gender"])}}))
    codes = np.zeros((10, len(own.unknowns.axes)), dtype=int)
    readers = [one for one in gate.readers_of(own, people, codes) if one.name == gate.STRUCTURE]
    assert sorted(len(one.codes) for one in readers) == [1, 2, 3, 4, 7]


# -- Groups and who is in them ----------------------------------------------------------------------------------------


def test_who_holds_an_answer() -> None:
    yes, no, blank = (np.array(rows, dtype=bool) for rows in ([1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0]))
    one = Answers({"yes": yes, "no": no}, np.array([1, 1, 1, 0], bool), blank, yes | no, ~(yes | no), {("yes", "other"): no})  # fmt: skip
    for wanted, rows in (
        (("yes",), [1, 0, 0, 1]),
        (("yes", "no"), [1, 1, 0, 1]),
        (("nobody",), [0, 0, 0, 0]),
        (("yes", "other"), [0, 1, 0, 0]),  # a union that is known as such
        ((ASKED,), [1, 1, 1, 0]),
        ((INFORMED,), [1, 1, 0, 1]),
        ((UNKNOWN,), [0, 0, 1, 0]),
        (("no_answer",), [0, 0, 1, 0]),
        (("no", "no_answer"), [0, 1, 1, 0]),
    ):
        assert one.holds(wanted).tolist() == [bool(row) for row in rows], wanted


def test_an_arrondissement_is_the_places_that_are_in_it() -> None:
    frame = pd.DataFrame({"place.code": ["a", "b", "c", "a"]})
    people = Population("cases", *(np.arange(4),) * 2, frame, np.arange(4).astype(str))
    places_of = {"Agen": (("place", ("a", "b")),)}
    assert holding(people, (("arrondissement", ("Agen",)),), places_of).tolist() == [True, True, False, True]
    assert not holding(people, (("arrondissement", ("Nérac",)),), places_of).any()
    assert not holding(people, (("arrondissement", ("Agen",)),)).any()


def test_a_name_is_of_a_structure_that_agreed_or_of_nobody() -> None:
    structures = pd.DataFrame({"name": ["Le Nid", "Secret"], "agrees_to_be_named": [True, False]})
    assert agreeing(pd.Series(["le nid ", "Secret", None, "autre"]), structures).tolist() == [True, False, True, False]


class Ready:
    """Two groups of situations, of four persons and of two: how many of each have which answers, by the rules of counting."""

    sizes = SimpleNamespace(groups=2)
    status = np.array([2, 0])  # in prostitution; not known
    meaning = SimpleNamespace(exclusive={"gender"})
    HAVE = {
        "gender": {("women",): [2, 1], ("men",): [1, 0], ("women", "men"): [3, 1]},
        "age_band": {("a15",): [1, 0], ("a18",): [2, 1]},
        "form": {("street",): [2, 0], ("flat",): [3, 2], ("other",): [1, 1], ("street", "other"): [3, 1]},
    }
    HAVE["age_band"][("a15", "a18")] = [3, 1]
    HAVE["form"][("street", "flat")] = [4, 2]

    def options(self, variable: str) -> list[str]:
        return [*(one[0] for one in self.HAVE[variable] if len(one) == 1), "dk"]

    def silent(self, variable: str) -> tuple[str, ...]:
        return ("other",) if variable == "form" else ()

    def having(self, asked: tuple[str, tuple[str, ...]]) -> SimpleNamespace:
        return SimpleNamespace(value=np.array(self.HAVE[asked[0]][asked[1]]))

    def informed(self, variable: str) -> SimpleNamespace:
        return SimpleNamespace(value=np.array([3, 1]))


def dealt(variable: str, unions: list[tuple[str, ...]] = []) -> dict[str, str]:  # noqa: B006
    """Who holds each answer, one sign a person."""
    group, rank = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 1, 2, 3, 0, 1])
    found = people._deal(Ready(), group, rank, variable, unions)  # type: ignore[arg-type]
    named = {**found.options, **found.more, "?": found.unknown, "!": found.informed, "*": found.asked}
    return {"|".join([name] if isinstance(name, str) else name): "".join("01"[int(one)] for one in held) for name, held in named.items()}  # fmt: skip


def test_answers_are_dealt_to_the_persons_of_a_group() -> None:
    """The first of a group have an answer, the next ones another where a person has one only; from the end for ages."""
    every = {"*": "111111"}
    assert dealt("gender") == every | {"women": "110010", "men": "001000", "?": "000101", "!": "111010"}
    assert dealt("age_band") == every | {"a15": "000100", "a18": "001101", "?": "100010", "!": "011101"}
    several = {"street": "110000", "flat": "111011", "other": "100010"}
    assert dealt("form", [("street", "other"), ("street", "?")]) == every | several | {
        "street|other": "110110",  # three of the first: two have one of both, and the third none of the others
        "?": "000000",  # all four say something that tells
        "!": "111011",
    }
    assert dealt("in_prostitution") == {"yes": "111100", "no": "000000", "unknown": "000011"} | every | {
        "?": "000000",
        "!": "111111",
    }


# -- Draws and bases of one group -------------------------------------------------------------------------------------


def draft(fixed: dict[str, Claim | None] | None = None) -> listed.Draft:
    told = {"prostitution": Listed(headlines=["gender=femme", "gender=trans"])}
    own = Listing("prostitution", invented().model_copy(update={"printed": told}))
    counted = {
        one.name: Counted(one, size, one.name, np.ones(size, bool), "")
        for one, size in zip(own.entries, (60, 40, 15), strict=True)
    }
    return listed.Draft(own, counted, at(0.5), fixed=fixed or {})


def test_a_group_that_proves_something_gets_the_next_base_then_nothing() -> None:
    one = draft({"prostitution: gender=trans": None})
    rules, name = one.listing.policy.rules.rounding, "prostitution: gender=femme"
    bases = []
    for _ in range(4):
        bases.append((one.bases[name], name in one.withheld))
        one.widen([name, "prostitution: gender=trans"])
    assert bases == [(rules.base, False), (rules.sensitive_base, False), (rules.widest_base, False), (rules.widest_base, True)]  # fmt: skip
    assert (
        one.bases["prostitution: gender=trans"] == rules.sensitive_base
    )  # of another population: as that one prints it


@pytest.mark.parametrize(
    ("base", "whole", "printed"),
    [
        (5, (23, EXACT), (20, 5)),
        (10, (15, 5), (10, 10)),
        (5, (15, 5), (15, 5)),
        (5, (20, 10), (20, 10)),  # its number, at its base: no finer than it
    ],
)
def test_a_part_above_its_whole_prints_no_more_than_it(
    base: int, whole: tuple[int, int], printed: tuple[int, int]
) -> None:
    assert listed.nested(base, Claim(*whole, 0, 99)) == printed


def test_the_shortest_proofs_are_widened_first_and_none_twice() -> None:
    own = draft().listing
    total, women, trans = (one.name for one in own.entries)
    found = [
        gate.Finding("r", "x", (total, women)),
        gate.Finding("r", "y", (trans,)),
        gate.Finding("r", "z", (trans, women)),
        gate.Finding("r", "w", ()),
    ]
    drawn = {name: claim(20, 5, 8, 1) for name in (total, women, trans)}
    assert listed.proofs(found, own, drawn) == [trans, women, total]
    assert listed.proofs(found[3:], own, drawn) == []
    exact = drawn | {total: Claim(20, EXACT, 20, 20)}  # stays as it is, where something beside it is drawn
    assert listed.proofs(found, own, exact) == [women, trans]
    assert listed.proofs([gate.Finding("r", "x", (total,))], own, exact) == [total]


# -- One département of a region --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "whole", "told", "proved"),
    [
        # seven of seven say yes, by what their own number and the exact one of the region leave
        ({"61": 7, "62": 30}, 20, {"62": (13, 13)}, {"61"}),
        ({"61": 7, "62": 30}, 20, {"62": (13, 14)}, set()),
        ({"61": 7, "62": 30}, 13, {"62": (10, 13)}, set()),
        ({"61": 7, "62": 30}, 13, {"62": (13, 13)}, {"61"}),  # none
        ({"61": 9, "62": 30}, 13, {"62": (13, 13)}, {"61"}),
        ({"61": 10, "62": 30}, 13, {"62": (13, 13)}, set()),  # of ten, unanimity may be seen
        # of five, of whom nothing is printed, no number is known better than to three
        ({"61": 5, "62": 30}, 15, {"62": (11, 14)}, set()),
        ({"61": 5, "62": 30}, 15, {"62": (12, 14)}, {"61"}),
    ],
)
def test_what_the_numbers_of_a_region_prove(
    sizes: dict[str, int], whole: int, told: dict[str, tuple[float, float]], proved: set[str]
) -> None:
    """Two départements, one answer; the others of each gave another, or none."""
    question = own._Question(whole={("yes",): whole})
    rules = policy().rules.rounding
    assert (rules.own_group, rules.unanimity, rules.own_base) == (6, 10, 3)
    given = {(code, ("yes",)): ends for code, ends in told.items()}
    assert {code for code, _ in own._proved(question, given, sizes, rules)} == proved


# -- What professionals say of themselves -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "measure", "shown"),
    [("professional", "count", True), ("response", "count", False), ("professional", "percent", False)],
)
def test_of_all_who_took_part_a_count_of_professionals_alone(unit: str, measure: str, shown: bool) -> None:
    made = replace(fact(unit, measure, value=40, numerator=40, denominator=100), way="own", source_table=ANSWERS[0])
    told = own.of_all(asdict(made) | {"rules": ""}, scope())
    assert (told["verdict"], told["ground"]) == (("shown", "rounded") if shown else ("withheld", own.LIST.name))


@pytest.mark.parametrize("named", ["activity_field=health", "activity_field=health & job_function=social"])
def test_one_question_on_who_answered_is_exact_and_two_are_not(named: str) -> None:
    rules = policy()
    assert {"activity_field", "job_function"} <= {*rules.professionals.participation}
    people = Population("professionals", *(np.arange(2),) * 2, pd.DataFrame(index=range(2)), np.array(["a", "b"]))
    held = Answers({"health": np.ones(2, bool), "social": np.ones(2, bool)}, *(np.ones(2, bool),) * 4, {})
    people.__dict__["answers"] = lambda *asked: held
    made = replace(
        fact("professional", value=2), way="participation", source_table=ANSWERS[0], group=f"professionals: {named}"
    )
    told = own.grouped(asdict(made) | {"base": ""}, Scope(rules, at(0.5), populations={"professionals": people}))
    exact = "&" not in named
    assert (told["verdict"], told["ground"]) == (("shown", "participation") if exact else ("withheld", "field"))


# -- Ads by place -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("smallest", "verdict"), [(21, "shown"), (20, "withheld")])
def test_places_together_may_hold_what_leaves_each_of_them_its_threshold(smallest: int, verdict: str) -> None:
    """« 40 » says 30 at least, of two places: with 20 at most each, one has 10 to 20, eleven numbers; with 19, 11 to 19."""
    rules = policy().rules
    geography = rules.geography.model_copy(update={"commune_ads": smallest})
    changed = policy().model_copy(
        update={"presets": {policy().preset: rules.model_copy(update={"geography": geography})}}
    )
    told = replace(fact("ad", value=38), fact_id="ads.joined.rest", group="ads: place=a|b", source_table="consolidate/counts")  # fmt: skip
    found = places.by_place(asdict(told), replace_scope(changed))
    assert found and found["verdict"] == verdict


def test_a_share_of_a_place_bounds_its_number() -> None:
    """10 to 20 % of 200 ads are 20 to 40, whatever its number alone leaves."""
    told = pd.DataFrame(
        {"verdict": "shown", "claim_low": [15.0, 10], "claim_high": [45.0, 20], "shown_value": [30.0, 15]},
        index=["places.ads.c", "ads.city_c_pct"],
    ).assign(denominator=200.0, group="")
    (one,) = places._parts(told, places.NUMBER, places.SHARE, policy())
    assert (one.low, one.high) == (20, 40)


@pytest.mark.parametrize(("few", "narrow"), [(0, False), (1, True)])
def test_the_share_of_the_first_five_bounds_a_place_that_is_not_named(few: int, narrow: bool) -> None:
    """Of 100 ads the first five places have 96 at most, a sixth 3 at most: one at least is elsewhere; and as many as the
    threshold, or one fewer, are left by what the five have at least."""
    wanted = policy().threshold("place")
    named = [places._Part(f"places.ads.{n}", 10, 20, shown=20) for n in range(5)]
    others = [places._Part("places.ads.f", 1, 3, shown=3), places._Part("places.ads.x", 1, math.inf, 1)]
    told = pd.DataFrame(
        {"verdict": "shown", "claim_low": [100.0 - wanted + few], "claim_high": [96.0]}, index=[places.FIVE]
    )
    assert places._narrow([*named, *others], told, 100, policy(), places.SHARE) == narrow


@pytest.mark.parametrize(("value", "hidden"), [(0, False), (1, False), (15, False), (16, True)])
def test_no_place_cited_names_none(value: int, hidden: bool) -> None:
    """Of thirty communes, none of which is shown: nobody anywhere is no other place; more than half of them is nearly all."""
    made = table(
        "99-2026", [replace(fact("commune", value=value, denominator=30), fact_id="places.communes", way="things")]
    )
    assert places.cited(made, pd.DataFrame({"verdict": ["shown"]}), scope()).tolist() == [hidden]


def replace_scope(rules: object) -> places.Scope:
    return places.Scope(rules, at(0.5))  # type: ignore[arg-type]


def placed(count: float, share: float, claim: tuple[float, float] = (30, 50)) -> pd.DataFrame:
    """A place of « 40 » ads of 200, and its share as it was drawn by itself."""
    facts = pd.DataFrame({"fact_id": ["places.ads.c", "ads.city_c_pct"], "denominator": [200.0, 200.0]})
    verdicts = pd.DataFrame(
        {
            "verdict": "shown",
            "ground": "rounded",
            "shown_value": [count, share],
            "claim_low": [claim[0], share - 5],
            "claim_high": [claim[1], share + 5],
            "shown_low": [math.nan, share - 1],
            "shown_high": [math.nan, share + 1],
        }
    )
    found = places.drawn_once(facts, verdicts, scope())
    return found.loc[1, ["shown_value", "claim_low", "claim_high", "shown_low", "shown_high"]].tolist()


def test_the_share_of_a_place_is_that_of_its_printed_number() -> None:
    """40 of 200 are 20 %: what the number stands for is 15 to 25 %, the same as a step of five points."""
    assert placed(40, 25) == [20, 15, 25, 20, 26]
    assert placed(40, 10, (20, 60)) == [20, 10, 30, 9, 20]  # a number that stands for more
    assert placed(2, 10, (1, 4))[:3] == [5, 0, 10]  # never nothing
    assert placed(199, 90, (190, 200))[:3] == [95, 90, 100]  # nor all
    assert placed(40, 25, (math.nan, math.nan)) == [25, 20, 30, 24, 26]  # an estimate stands as it is


# -- Coded ads --------------------------------------------------------------------------------------------------------


def test_no_more_persons_than_ads_to_the_next_step() -> None:
    facts = pd.DataFrame(
        {
            "fact_id": ["sample.relevant", "persons.total", "persons.logical", "places.ads.c"],
            "source_table": [*["consolidate/codings"] * 3, "consolidate/counts"],
            "unit": ["ad", "person", "person", "person"],
            "measure": ["estimate", "estimate", "estimate", "estimate"],
        }
    )
    told = pd.DataFrame(
        {"verdict": ["shown", "shown", "withheld", "shown"], "shown_high": [438.0, 600.0, 600.0, 600.0]}
    )
    assert coded.within(facts, told, scope())["shown_high"].tolist() == [438, 440, 600, 600]
    assert (
        coded.within(facts, told.assign(shown_high=[438.0, 438, 438, 438]), scope())["shown_high"].tolist() == [438] * 4
    )
    hidden = told.assign(verdict=["withheld", "shown", "shown", "shown"])
    assert coded.within(facts, hidden, scope())["shown_high"].tolist() == [438, 600, 600, 600]


@pytest.mark.parametrize(
    ("fact_id", "named"),
    [
        ("profile.ad.declared_country.ro", "origin"),
        ("profile.ad.declared_country.missing", "origin"),
        ("profile.ad.declared_place.47001", "place"),
        ("profile.ad.network_sign.at_least_1", "procuring"),
        ("profile.ad.network_sign.missing", "procuring"),
        ("profile.ad.services.at_least_2", "ordinary"),
        ("profile.ad.services.missing", "ordinary"),
        ("ads.network_pct", "procuring"),
        ("ads.mean_age", "ordinary"),
    ],
)
def test_the_class_of_a_coded_attribute(fact_id: str, named: str) -> None:
    assert coded.class_of(fact_id, policy()) == named


# -- Editions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "went", "structures", "left", "enough"),
    [
        *[(8, 0, 3, 0, True), (7, 0, 3, 0, False), (7, 1, 3, 1, True), (8, 0, 2, 0, False)],
        *[(4, 4, 3, 3, True), (4, 4, 2, 3, False), (4, 4, 3, 2, False), (5, 4, 1, 3, False), (4, 5, 1, 3, True)],
        *[(0, 8, 0, 3, True), (0, 8, 0, 2, False), (0, 7, 0, 3, False), (0, 8, 0, 0, True)],
    ],
)
def test_a_batch_is_of_eight_and_of_three_structures(
    came: int, went: int, structures: int, left: int, enough: bool
) -> None:
    """Of those who came, or of those who went, whichever are the more; of both where they are as many. Structures that were not
    recorded (`left` 0) are one each."""
    stayed = 20
    key = np.array([f"k{n}" for n in range(stayed + came)])
    structure = np.array([0] * stayed + [1 + n % max(structures, 1) for n in range(came)])
    people = Population("cases", np.arange(len(key)), structure, pd.DataFrame(index=range(len(key))), key)
    gone = {f"g{n}": f"S{n % left}" if left else f"g{n}" for n in range(went)}
    keys = frozenset([f"k{n}" for n in range(stayed)]) | gone.keys()
    before = Previous("2026-01-01", {}, keys, structures=gone)
    assert changes.enough(before, people, policy()) == enough
    assert changes.gone(before, people) == (went > 0)


# -- What stays with the team -----------------------------------------------------------------------------------------


def decision(sizes: dict[str, int]) -> Decision:
    told = {"prostitution": Listed(headlines=["gender=femme", "gender=trans"])}
    own = Listing("prostitution", invented().model_copy(update={"printed": told}))
    counted = {
        one.name: Counted(one, sizes[one.name.partition(": ")[2]], "", np.ones(1, bool), "") for one in own.entries
    }
    return Decision(own, counted, {"prostitution: ": Claim(60, 5, 55, 65)}, {})


def released(sizes: dict[str, int]) -> Released:
    people = Population("prostitution", *(np.arange(1),) * 2, pd.DataFrame(index=[0]), np.array(["k"]))
    return Released(decision(sizes), people, {}, 0)


def test_what_each_threshold_would_cost() -> None:
    """Sixty persons, nine women, eleven trans persons, whose own threshold of 11 stays: of three groups that hold somebody,
    all reach 5 and 8; two, 67 % to five points, reach 11."""
    found = steps.cost_table({"prostitution": released({"": 60, "gender=femme": 9, "gender=trans": 11})})
    assert found.to_numpy().tolist() == [
        ["prostitution", 5, 3, 100],
        ["prostitution", 8, 3, 100],
        ["prostitution", 11, 3, 65],
    ]
    few = steps.cost_table({"prostitution": released({"": 10, "gender=femme": 0, "gender=trans": 10})})
    assert few.iloc[:, 1:].to_numpy().tolist() == [[5, 2, 50], [8, 2, 50], [11, 2, 0]]
    none = steps.cost_table({"prostitution": released({"": 0, "gender=femme": 0, "gender=trans": 0})})
    assert none.iloc[:, 1:].to_numpy().tolist() == [[5, 0, 0], [8, 0, 0], [11, 0, 0]]


def test_the_same_policy_with_another_ordinary_threshold() -> None:
    for threshold, named in ((5, 11), (11, 11), (12, 12)):
        of = steps.with_threshold(policy(), threshold).rules.thresholds.of
        assert (of("ordinary"), of("minor")) == (threshold, named)


def test_a_key_that_is_not_the_one_that_drew_is_refused() -> None:
    facts = table("98-2026", [Fact(fact_id="x.a", label="x", measure="count", value=9, unit="site", universe="x", formula="x", source_table="x/x", origin="observed")])  # fmt: skip
    nothing = steps.Decided(facts, {}, pd.DataFrame())
    mine, other = Draw(b"mine"), Draw(b"other")

    def said(*keys: str, draw: Draw | None = mine) -> str:
        issued = [Issued(str(n), pd.DataFrame({"kind": ["key"], "name": [key]})) for n, key in enumerate(keys)]
        return steps.refused(facts, {}, nothing, policy(), listed.Known(issued=issued), draw)

    assert said() == said(mine.fingerprint) == said(other.fingerprint, mine.fingerprint) == said("") == ""
    assert "n’est pas celle des éditions" in said(other.fingerprint)
    assert "n’est pas celle des éditions" in said(mine.fingerprint, other.fingerprint)
    assert said(other.fingerprint, draw=None) == ""


def test_the_certificate_says_who_attacked_and_what_was_found() -> None:
    one = released({"": 60, "gender=femme": 9, "gender=trans": 11})
    told = json.loads(steps.certificate({"prostitution": one}, policy()))
    assert told["policy"] == policy().digest() and told["preset"] == policy().preset
    assert told["populations"]["prostitution"]["groups_of_the_list"] == 3
    assert told["populations"]["prostitution"]["result"] == "rien d’exposé"
    left = dataclasses.replace(one, decision=dataclasses.replace(one.decision, left=(gate.Finding("r", "x", ()),)))
    assert steps._result(left, policy()) == "exposé"
    assert steps._result(left, policy(preset="brouillon")).startswith("BROUILLON")


def test_what_is_reconstructed_is_held_against_no_publication() -> None:
    figures = pd.DataFrame({"id": ["a"]})
    for origin, kept in (("observed", 1), ("reconstructed", 0)):
        facts = pd.DataFrame({"origin": ["observed", origin]})
        assert len(steps.known(facts, figures, pd.DataFrame(), b"").published) == kept


def test_what_was_observed_is_not_what_a_publication_fixes() -> None:
    ledger = pd.DataFrame({"fact_id": ["a", "b"], "origin": ["reconstructed", "observed"], "reason": ["", "R"]})
    texts = dict.fromkeys(("verdict", "ground", "measure", "interval_kind", "method", "rules"), "x")
    numbers = ("value", "low", "high", "numerator", "denominator", *RELEASED_NUMBERS)
    ledger = ledger.assign(**texts, **dict.fromkeys(numbers, 7.0))
    rows = [(name, "reproduced", "12", "12", "") for name in "ab"]
    reproduction = pd.DataFrame(rows, columns=["fact_id", "status", "published", "computed", "reason"])
    figures = pd.DataFrame({"id": ["a", "b"], "base_value": ["", ""], "feasible_k": ["", ""]})
    found, _ = publication.settle(ledger, reproduction, figures)
    assert found["reason"].tolist() == [publication.HOLDS, "R"] and found["shown_value"].tolist() == [12, 7]
    pd.testing.assert_frame_equal(found.tail(1), ledger.tail(1))


def test_a_statement_is_told_once_for_a_whole_and_for_each_end() -> None:
    assert [Statement(name, (), 0, 1).fact for name in ("a", "a≥", "a≤")] == ["a"] * 3


# -- What a fact prints of its group ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("women", "denominator", "base", "printed"),
    [
        ((40, 35, 45), 60, "prostitution:", (40, 60)),
        ((40, 35, 45), math.nan, "prostitution:", (40, math.nan)),  # a number of no base
        ((40, 35, 45), 60, "", (40, math.nan)),
        ((60, 55, 65), 60, "prostitution:", (60, math.nan)),  # all of a rounded base
        (None, 60, "prostitution:", None),
    ],
)
def test_a_number_of_a_group_and_of_its_base(
    women: tuple[int, int, int] | None, denominator: float, base: str, printed: tuple[float, float] | None
) -> None:
    one = released({"": 60, "gender=femme": 40, "gender=trans": 11})
    claims = {"prostitution: ": Claim(60, 5, 55, 65)}
    claims |= {"prostitution: gender=femme": Claim(women[0], 5, *women[1:])} if women else {}
    reason = {"prostitution: gender=femme": "draw"}
    one = dataclasses.replace(one, decision=dataclasses.replace(one.decision, printed=claims, reason=reason))
    made = replace(fact("person", value=40, numerator=40, denominator=denominator), group="prostitution: gender=femme")
    told = group.listed(
        asdict(made) | {"base": base, "rules": ""}, Scope(invented(), at(0.5), released={"prostitution": one})
    )
    assert told["verdict"] == ("shown" if printed else "withheld")
    if printed and women:
        found = told["shown_value"], told["shown_denominator"]
        assert found == pytest.approx(printed, nan_ok=True)
        assert (told["claim_low"], told["claim_high"], told["ground"]) == (*women[1:], "rounded")


def test_a_share_is_of_two_claims() -> None:
    """45 to 55 of exactly 52: 86 %, and no more than all."""
    assert rounding.share(Claim(50, 5, 45, 55), Claim(52, EXACT, 52, 52)) == (86, 100)
    assert rounding.share(Claim(10, 5, 8, 15), Claim(52, EXACT, 52, 52)) == (15, 29)


def test_a_group_of_persons_is_filled_with_those_who_carry_no_other_answer() -> None:
    """Two groups of four: of the first two hold the answer, and one another; three are wanted, then two of the second."""
    of = np.repeat([0, 1], 4)
    rank = np.tile(np.arange(4), 2)
    inside = np.array([1, 0, 1, 0, 0, 0, 0, 0], bool)
    others = np.array([0, 1, 0, 0, 1, 0, 0, 0], bool)
    assert people._fill(of, rank, inside, others, np.array([3, 2])).astype(int).tolist() == [1, 0, 1, 1, 0, 1, 1, 0]
    assert people._fill(of, rank, inside, others, np.array([2, 0])).astype(int).tolist() == [1, 0, 1, 0, 0, 0, 0, 0]
    assert people._fill(of, -rank, inside, others, np.array([2, 1])).astype(int).tolist() == [1, 0, 1, 0, 0, 0, 0, 1]


# -- What a publication allows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "value", "base", "kept"),
    [
        ("count", "8", "100", True),
        ("count", "7", "100", False),
        ("count", "92", "100", True),
        ("count", "93", "100", False),  # seven are left
        ("percent", "9", "100", True),  # from 8.5 on: eight
        ("percent", "8", "100", False),  # from 7.5 on: seven
        ("percent", "93", "100", True),  # 92.5: eight are left
        ("percent", "94", "100", False),
        ("percent", "9", "88", False),  # 8.5 % of 88 are seven
        ("percent", "40", "", False),  # of how many is not known
        ("date", "3", "", True),
    ],
)
def test_a_published_figure_of_few_professionals_is_not_printed_again(
    unit: str, value: str, base: str, kept: bool
) -> None:
    figures = pd.DataFrame([("survey.x", value, unit, base)], columns=["id", "value", "unit", "base_value"])
    reproduction = pd.DataFrame([("survey.x", "survey", value, value, "reproduced", "independent", "r")])
    reproduction.columns = pd.Index(["fact_id", "source_stage", "published", "computed", "status", "basis", "reason"])
    ledger = pd.DataFrame(columns=["verdict", "unit", "origin", "fact_id"], dtype="str")
    same = policy().model_copy(update={"classes": {}})
    rules = same.rules.model_copy(
        update={"thresholds": same.rules.thresholds.model_copy(update=dict.fromkeys(CLASSES, 8))}
    )
    same = same.model_copy(update={"presets": {same.preset: rules}})
    told = publication.protect(reproduction, figures, same, ledger).iloc[0]
    assert (told["published"], told["status"]) == ((value, "reproduced") if kept else ("(protégé)", "withheld"))


@pytest.mark.parametrize("name", CLASSES)
def test_no_class_goes_under_five(name: str) -> None:
    given = dict.fromkeys(CLASSES, 5)
    assert Thresholds(**given).of(name) == 5
    with pytest.raises(ValueError, match=name):
        Thresholds(**given | {name: 4})


@pytest.mark.parametrize("name", ["commune_ads", "commune_population"])
def test_no_bound_of_a_place_goes_under_its_least(name: str) -> None:
    given, least = {"ladder": ["commune"], "commune_ads": 1, "commune_population": 5000}, (1, 5000)
    assert (Geography(**given).commune_ads, Geography(**given).commune_population) == least
    with pytest.raises(ValueError, match=name):
        Geography(**given | {name: given[name] - 1})
    shares = {"only_from_shown": True, "decimals": 0}
    assert Percentages(**shares, smallest_base=1).smallest_base == 1
    with pytest.raises(ValueError, match="smallest_base"):
        Percentages(**shares, smallest_base=0)


@pytest.mark.parametrize(
    ("given", "key"),
    [({}, None), ({"key": b"k"}, b"k"), ({"public": True}, PUBLIC_KEY), ({"key": b"k", "public": True}, b"k")],
)
def test_a_study_draws_with_its_own_key_else_with_the_public_one(
    given: dict[str, object], key: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seventy persons of no group of the list: where something draws they are told by the list or not at all."""
    drew: list[Draw | None] = []
    decided = steps.decide
    monkeypatch.setattr(steps, "decide", lambda *told: drew.append(told[4]) or decided(*told))
    made = Fact(fact_id="people.many", label="x", unit="person", measure="count", value=70, universe="x", formula="x", source_table="x/x", origin="observed")  # fmt: skip
    nothing = {name: CONSOLIDATED[name].empty() for name in ("described", "pairs", "cases", "respondents", "meetings", "structures")}  # fmt: skip
    told = steps.release(
        facts=table("99-2026", [made]),
        reproduction=ESTIMATED["reproduction"].empty(),
        published_figures=COLLECTED["published_figures"].empty(),
        policy=policy().model_dump(mode="json"),
        **nothing,
        **given,  # type: ignore[arg-type]
    )
    assert told["ledger"]["verdict"].tolist() == ["shown" if key is None else "withheld"]
    assert [one and one.key for one in drew] == [key]


def test_a_sentence_on_what_is_withheld_is_told_where_it_governs_something() -> None:
    """The fields of interviews are spoken of even where none is printed; kinds of venues only where one is."""
    names = ["interviews.field.social", "venues.type.hotel"]
    said = pd.DataFrame(
        {"statement_id": names, "origin": "observed", "kind": "withheld", "unit": ["structure", "venue"]}
    )
    hidden, shown = (way.Printed(said.assign(kind=kind), said[:0], False) for kind in ("withheld", "value"))
    fields, kinds = things.STRUCTURES.sentences["fields"], things.THINGS.sentences["kinds"]
    assert [one.told(hidden) for one in (fields, kinds)] == [True, False]
    assert [one.told(shown) for one in (fields, kinds)] == [True, True]
    others = way.Printed(said.assign(origin="published"), said[:0], False)
    assert not fields.told(others) and not kinds.told(others)
