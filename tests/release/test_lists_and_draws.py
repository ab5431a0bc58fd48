"""The closed list as codes and sentences, and the draws of its groups: beside second programs."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from simulated import AGE, FORM, GENDER, departement, invented, population
from test_small_cases import draft
from test_thresholds import at

from diagnostic.estimate.facts import ASKED, INFORMED, UNKNOWN
from diagnostic.release.attack import gate
from diagnostic.release.populations import listing
from diagnostic.release.populations.groups import member
from diagnostic.release.populations.listing import HEADLINE, OTHER, REST, TOTAL, Listing
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import DERIVED, PLACE, SAME, Listed, PolicyError
from diagnostic.release.populations.rounding import EXACT, Claim, claim, multiple, reach
from diagnostic.release.ways import listed

# -- Codes ----------------------------------------------------------------------------------------------------------------


def lists(name: str, *names: str, places: tuple[str, ...] = (), **more: Any) -> Listing:
    told = {name: Listed(headlines=list(names))}
    return Listing(name, invented().model_copy(update={"printed": told, **more}), places)


def test_each_person_has_the_code_of_their_answer_on_every_axis() -> None:
    """Of one answer: its place in the list, or the last for all others; of several: whether they gave it, or one of a union."""
    rows = departement(3, 40, 8)
    own = lists("prostitution", "gender=femme", "gender=trans", "age_band", "form=rue", "form=logement|hôtel", "gender=femme|homme")  # fmt: skip
    codes = listing.coded(own, population(rows), {})
    names = [(axis.variable.name, axis.modality) for axis in own.unknowns.axes]
    assert names == [("gender", ""), ("gender", "femme|homme"), ("age_band", ""), ("form", "rue"), ("form", "logement|hôtel")]  # fmt: skip
    assert own.unknowns.axes[0].variable.modalities == ("femme", "trans", REST)
    assert own.unknowns.axes[2].variable.modalities == (*AGE, REST)
    for row, (gender, union, age, street, homes) in zip(rows.to_dict("records"), codes.tolist(), strict=True):
        assert gender == {"femme": 0, "trans": 1}.get(row["gender"], 2)
        assert union == (row["gender"] != GENDER[2])
        assert age == AGE.index(row["age"])
        assert (street, homes) == ("rue" in row["form"], bool({"logement", "hôtel"} & {*row["form"]}))
    assert {*FORM} > {"rue", "logement", "hôtel"}


def test_the_code_of_an_arrondissement_is_that_of_its_places_and_nobody_has_one_where_nothing_is_listed() -> None:
    where = ["p1", "p2", "p3", "p4", "no_answer"]
    frame = pd.DataFrame({"place.code": where})
    people = Population("prostitution", *(np.arange(5),) * 2, frame, np.arange(5).astype(str))
    own = lists("prostitution", "arrondissement", places=("A", "B"))
    places = {"A": ((PLACE, ("p1", "p3")),), "B": ((PLACE, ("p2",)),)}
    assert own.unknowns.axes[0].variable.modalities == ("A", "B", REST)
    assert listing.coded(own, people, places)[:, 0].tolist() == [0, 1, 0, 2, 2]
    empty = Listing("prostitution", invented().model_copy(update={"printed": {}}))
    assert listing.coded(empty, people, {}).tolist() == [[0]] * 5
    assert [one.tier for one in empty.entries] == [TOTAL]


# -- What the list says of itself -------------------------------------------------------------------------------------------


def test_a_number_is_settled_by_any_of_its_terms() -> None:
    assert listing.settled("prostitution", [("gender", ("femme",)), (PLACE, ("x",))])
    assert not listing.settled("prostitution", [])
    assert listing.settled("described", []) and listing.settled("cases", [])


def test_only_those_whom_a_question_was_put_to_answer_it() -> None:
    """Random answers: the sentence of an axis holds where no more have them than were asked; of persons there is none."""
    rules = {"asked": {"form": "gender=femme", "zone": "gender=femme", "age_band": "gender=homme"}}
    own = lists("professionals", "gender=femme", "form=rue", "form=?", "zone=Nord", "zone=Sud", "age_band=26-45", **rules)  # fmt: skip
    assert set(own.asked) == {"form", "zone"}  # who « homme » are is not listed
    said = {one.name: one for one in own.unknowns.routed}
    assert set(said) == {"↳ form rue", "↳ zone "}
    axes = {(axis.variable.name, axis.modality): at for at, axis in enumerate(own.unknowns.axes)}
    zone = own.unknowns.axes[axes["zone", ""]].variable.modalities
    rng = np.random.default_rng(1)
    seen = set()
    for _ in range(40):
        codes = np.column_stack([rng.integers(0, axis.size, 6) for axis in own.unknowns.axes])
        asked = int(codes[:, axes["gender", "femme"]].sum())
        street = int(codes[:, axes["form", "rue"]].sum())
        somewhere = sum(zone[code] not in listing.SILENT for code in codes[:, axes["zone", ""]])
        holds = [gate._holds(said[name], codes) for name in ("↳ form rue", "↳ zone ")]
        assert holds == [street <= asked, somewhere <= asked]
        seen |= {(holds[0], holds[1])}
    assert len(seen) == 4
    whole = {one.name.partition(": ")[2]: [two.name.partition(": ")[2] for two in own.wholes[one.name]] for one in own.entries}  # fmt: skip
    assert whole["form=rue"] == ["", "gender=femme"] and whole["form=?"] == [""] and whole[""] == []
    persons = lists("prostitution", "gender=femme", "form=rue", **rules)
    assert persons.asked == {} and persons.unknowns.routed == ()


def test_the_margins_that_printed_numbers_show() -> None:
    own = lists("prostitution", "gender=femme", "gender=homme", f"age_band={UNKNOWN}", "age_band=26-45 & gender=femme")
    women, men, unknown, crossed = (one.name for one in own.entries[1:])
    found = own.margins([women, crossed, unknown])
    assert found == {"prostitution: gender ±": [women], "prostitution: age_band & gender ±": [crossed]}
    assert own.margins([women, men]) == {"prostitution: gender ±": [women, men]}
    assert own.margins([]) == {}


def test_the_name_that_a_group_is_drawn_by() -> None:
    one = next(iter(SAME))
    own = lists("prostitution", "gender=femme", families={"form=rue|hôtel": "form=dehors"})
    assert own.family(one) == f"{SAME[one]}: "
    assert own.family("prostitution: form=rue|hôtel & gender=femme") == "prostitution: form=dehors & gender=femme"
    assert own.family("prostitution: ") == "prostitution: "


def test_a_group_is_in_another_where_every_member_is() -> None:
    own = lists("prostitution", "form=rue", "form=rue|hôtel", f"form={ASKED}", f"form={UNKNOWN}", "form=rue & gender=femme")  # fmt: skip
    names = [one.name.partition(": ")[2] for one in own.entries]
    inside = {name: {names[n] for n, other in enumerate(own.entries) if one.inside(other)} for name, one in zip(names, own.entries, strict=True)}  # fmt: skip
    total, street, either, asked, unknown, crossed = names
    assert inside == {
        total: {total},
        street: {total, street, either, asked},
        either: {total, either, asked},
        asked: {total, asked},
        unknown: {total, unknown, asked},
        crossed: {total, street, either, asked, crossed},
    }


def test_terms_are_the_persons_of_their_groups() -> None:
    """Of every crossing of codes: one group each, and a person is in one of them where they have an answer of every term."""
    own = lists("prostitution", "gender=femme", "gender=homme|trans", f"gender={ASKED}", "age_band", "form=rue", "form=rue|hôtel").unknowns  # fmt: skip
    axes = [(axis.variable.name, axis.modality) for axis in own.axes]
    codes = np.array(list(itertools.product(*(range(axis.size) for axis in own.axes))))
    gender, age = (own.axes[axes.index((name, ""))].variable.modalities for name in ("gender", "age_band"))
    said = {
        (("gender", ("femme",)),): [gender[row[0]] == "femme" for row in codes],
        (("gender", ("homme", "trans")),): codes[:, axes.index(("gender", "homme|trans"))] == 1,
        (("gender", (ASKED,)),): [True] * len(codes),
        (("age_band", AGE[:2]), ("form", ("rue",))): [
            age[row[axes.index(("age_band", ""))]] in AGE[:2] and row[axes.index(("form", "rue"))] == 1 for row in codes
        ],
        (): [True] * len(codes),
    }
    for terms, members in said.items():
        found = np.array([member(codes, group) for group in own.groups(terms)])
        assert found.sum(axis=0).tolist() == np.asarray(members, int).tolist(), terms
    for terms in ((("gender", ("autre",)),), (("form", ("logement",)),), (("form", (ASKED,)),), (("zone", ("Nord",)),)):
        with pytest.raises(PolicyError, match=terms[0][0]):
            own.groups(terms)


def test_what_answers_of_several_imply_is_what_every_person_shows() -> None:
    """Each set of answers that somebody may give, or none: which list is in which, and which exclude each other."""
    answers: dict[str, tuple[str, ...]] = {"rue": ("rue",), "logement|hôtel": ("logement", "hôtel"), "rue|hôtel": ("rue", "hôtel"), UNKNOWN: (UNKNOWN,), ASKED: (ASKED,), INFORMED: (INFORMED,)}  # fmt: skip
    own = lists("prostitution", *(f"form={one}" for one in answers)).unknowns
    persons = [set(some) for n in range(4) for some in itertools.combinations(("rue", "logement", "hôtel"), n)]
    has = [
        [one == ASKED or (not person if one == UNKNOWN else bool(person) if one == INFORMED else bool(person & {*codes})) for one, codes in answers.items()]
        for person in persons
    ]  # fmt: skip
    codes = np.array(has, dtype=int)
    assert [axis.modality for axis in own.axes] == list(answers)
    for said in own.implied:
        for size in (1, 3):
            assert all(gate._holds(said, np.repeat(row[None, :], size, axis=0)) for row in codes), said.name
    expected = {f"∋ {a} {b}" for a, b in itertools.permutations(range(6), 2) if (codes[:, a] <= codes[:, b]).all()}
    expected |= {f"∌ {a} {b}" for a, b in itertools.combinations(range(6), 2) if not (codes[:, a] & codes[:, b]).any()}
    assert {said.name for said in own.implied} == expected
    (exact,) = (said for said in own.implied if said.low == 0 == said.high)  # who is unknown or known are all
    assert exact.name == "∌ 3 5"


def test_who_gives_no_answer_of_a_whole_list_is_unknown_and_crossings_are_tied() -> None:
    own = lists("prostitution", "zone", "gender=femme", "gender=femme & zone=Nord").unknowns
    names = [(axis.variable.name, axis.variable.modalities) for axis in own.axes]
    zones = dict(names)["zone"]
    at_ = [name for name, _ in names].index("zone")
    assert zones[-1] == REST and own.groups((("zone", (UNKNOWN,)),)) == (((at_, len(zones) - 1),),)
    assert own.frame.extra == ((0, 1),)
    with pytest.raises(PolicyError):
        own.groups((("gender", (UNKNOWN,)),))  # others may be of another gender


def test_of_either_of_two_variables_only_that_some_are_unknown_is_known() -> None:
    own = lists("prostitution", f"gender={UNKNOWN}", f"age_band={UNKNOWN}", "gender=femme & age_band=26-45").unknowns
    (said,) = own.left_open({"prostitution: age_band & gender ±count+": Claim(10, 5, 7, 13)})
    assert (len(said.terms), said.low, said.high) == (2, 7, None)


def test_a_group_is_silent_where_all_of_it_says_that_nothing_is_known() -> None:
    own = lists("prostitution", f"gender={UNKNOWN} & form={UNKNOWN}", f"gender={UNKNOWN} & form=rue")
    assert [one.silent for one in own.entries] == [False, True, False]


def test_a_list_of_every_answer_has_no_other() -> None:
    """Every gender, and who is unknown: nobody else. Without the unknown, or without one gender, there may be others; of where
    somebody was told of, everything is known."""
    codes = lists("prostitution").unknowns._codes
    every = [(one,) for one in GENDER]
    assert codes("gender", [*every, (UNKNOWN,)]) == (*GENDER, UNKNOWN)
    assert codes("gender", every) == (*GENDER, REST)
    assert codes("gender", [*every[1:], (UNKNOWN,)]) == (*GENDER[1:], UNKNOWN, REST)
    sources = DERIVED["source"]
    assert codes("source", [(one,) for one in sources]) == tuple(sources)
    assert codes("source", [(one,) for one in sources[1:]]) == (*sources[1:], REST)
    assert codes("gender", [("femme", ASKED)]) == ("femme", REST)


def test_who_is_unknown_of_one_departement_is_told_where_both_are_tied() -> None:
    rules = invented()
    more = {"options": {**rules.options, "departement": ("61", "62")}, "single": [*rules.single, "departement"]}
    names = ("gender=femme", f"gender={UNKNOWN}", "departement=61", f"departement={UNKNOWN}", f"departement=61 & gender={UNKNOWN}")  # fmt: skip
    for name in ("departement=61", "departement=62", f"departement={UNKNOWN}"):
        more["classes"] = {**more.get("classes", rules.classes), name: "ordinary"}
    said = "prostitution: departement=61 & gender ±count+"
    own = lists("prostitution", *names, **more).unknowns
    fixed, unknown = ("departement", ("61",)), (UNKNOWN,)
    assert own.unknown(said) == [(fixed, ("gender", unknown)), (("departement", unknown),)]
    assert lists("prostitution", *names[:4], **more).unknowns.unknown(said) == []  # nothing ties them
    assert own.unknown("prostitution: gender ±count+") == [(("gender", unknown),)]
    assert own.unknown("prostitution: gender=femme") == []
    open_ = own.left_open({said: Claim(10, 5, 7, 13)})
    alone = [(one.terms, one.low, one.high) for one in open_]
    groups = own.groups((fixed, ("gender", unknown))), own.groups((("departement", unknown),))
    assert alone == [
        (tuple((1, one) for both in groups for one in both), 7, None),
        (tuple((1, one) for one in groups[0]), None, 13),
    ]
    # How many at most there are, and gave at least the answer that most gave.
    listed_ = lists("prostitution", *names, "gender=homme", "departement=61 & gender=femme", **more)
    printed = {one.name: Claim(value, 5, value - 5, value + 5) for one, value in zip(listed_.entries, (90, 50, 20, 30, 20, 15, 60, 10), strict=True)}  # fmt: skip
    del printed[f"prostitution: departement=61 & gender={UNKNOWN}"]  # not told
    most = listed_.unknowns._most
    assert most((("gender", unknown),), (), printed) == (95, 55)
    assert most((fixed, ("gender", unknown)), (fixed,), printed) == (35, 5)
    assert most((("form", unknown),), (), printed) == (95, 0) and most((("gender", unknown),), (), {}) == (0, 0)


# -- Draws ------------------------------------------------------------------------------------------------------------------

TOTAL_, WOMEN, TRANS = "prostitution: ", "prostitution: gender=femme", "prostitution: gender=trans"


def counted(one: listed.Draft, **sizes: int) -> None:
    names = {"total": TOTAL_, "women": WOMEN, "trans": TRANS}
    one.counted = {name: listed.replace(own, count=sizes.get(short, own.count)) for short, name in names.items() for own in [one.counted[name]]}  # fmt: skip


@pytest.mark.parametrize("drawn", [0.0, 0.05, 0.45, 0.55, 0.95])
def test_a_group_keeps_a_larger_number_that_its_count_may_still_draw(drawn: float) -> None:
    for count, before, later in itertools.product(range(8, 32, 3), (None, 10, 15, 20, 23, 25, 30), (0, 1, 3)):
        one = draft()
        one.draw, one.later = at(drawn), later
        one.earlier = {} if before is None else {WOMEN: Claim(before, 5, 0, 99)}
        counted(one, women=count)
        far = reach(5, later)
        moved = {shift: multiple(count + shift, 5, drawn, one_step(8)) for shift in range(-far, far + 1)}
        own = moved[math.floor((2 * far + 1) * drawn) - far]
        keeps = before is not None and before > own and before % 5 == 0 and max(moved.values()) >= before
        assert one.drawn(one.listing.entries[1]) == (before if keeps else own), (count, before, later)


def one_step(threshold: int) -> int:
    """Of a base of five, with a threshold of eight: eight in ten persons would be printed by a first step of ten."""
    assert threshold == 8
    return 5


@pytest.mark.parametrize(("drawn", "low", "tossed"), [(0.049, 30, True), (0.05, 30, False), (0.049, 31, False), (0.049, None, True)])  # fmt: skip
def test_a_split_of_so_few_that_all_may_be_withheld_is_tossed_once_in_twenty(
    drawn: float, low: int | None, tossed: bool
) -> None:
    """Women are printed from 10 on, trans persons from 20: of 30 at least as many as both."""
    one = draft()
    one.draw = at(drawn)
    found = {} if low is None else {TOTAL_: Claim(40, 5, low, 50)}
    total, women, trans = one.listing.entries
    assert [one.tossed(entry, found) for entry in (women, trans)] == [tossed] * 2
    assert not one.tossed(total, found)


def test_a_whole_under_a_fixed_part_goes_to_the_multiple_above_it() -> None:
    for part, whole, raised in (
        (Claim(30, 10, 19, 41), (20, 5), claim(30, 10, 8, 1)),
        (Claim(23, EXACT, 23, 23), (20, 5), claim(25, 5, 8, 1)),
        (Claim(25, 5, 17, 33), (20, 10), claim(30, 10, 8, 3)),
        (Claim(20, 10, 11, 31), (20, 5), None),
        (Claim(15, 5, 9, 21), (20, 5), None),
    ):
        one = draft({TRANS: part})
        given = claim(whole[0], whole[1], 8, 1)
        found = one._raised({TOTAL_: given, TRANS: part})
        assert found == {TOTAL_: raised or given, TRANS: part}, part
        assert one._raised({TOTAL_: given}) == {TOTAL_: given}


def test_what_is_printed_of_each_group() -> None:
    """60 persons, 40 women and 15 trans persons, the draw in the middle: as they are, and « 20 », from the first step on."""
    full = {TOTAL_: claim(60, 5, 8, 1), WOMEN: claim(40, 5, 8, 1), TRANS: claim(20, 10, 11, 1)}

    def told(last: int = OTHER, fixed: dict[str, Claim | None] | None = None, later: int = 0, **sizes: int) -> dict[str, Claim]:  # fmt: skip
        one = draft(fixed)
        one.later = later
        counted(one, **sizes)
        return one.printed(last)

    assert told() == told(HEADLINE) == full and told(TOTAL) == {TOTAL_: full[TOTAL_]}
    assert told(later=1)[WOMEN] == claim(40, 5, 8, 3) and told(later=1)[TRANS] == claim(20, 10, 11, 2)
    assert told(trans=10) == full and told(trans=9).keys() == {TOTAL_, WOMEN}  # up from the half of twenty on
    assert told(women=4).keys() == {TOTAL_, TRANS}
    # A part above its whole: the whole's own number, at its base, as far as either was moved.
    assert told(women=70)[WOMEN] == claim(60, 5, 8, 1) and told(trans=75)[TRANS] == claim(60, 10, 11, 1)
    assert told(total=23, trans=23)[TRANS] == claim(20, 10, 11, 1)
    one = draft()
    one.exact_total = True
    assert one.printed(OTHER) == full | {TOTAL_: Claim(60, EXACT, 60, 60)}
    one.withheld.add(WOMEN)
    assert one.printed(OTHER).keys() == {TOTAL_, TRANS}
    one.counted = dict(one.counted) | {TRANS: listed.replace(one.counted[TRANS], reason="small")}
    assert one.printed(OTHER).keys() == {TOTAL_}
    # As another population prints it: an exact one whatever bars it here, nothing where that one prints nothing.
    exact, drawn = Claim(7, EXACT, 7, 7), claim(20, 5, 8, 1)
    assert told(TOTAL, {WOMEN: exact})[WOMEN] == exact and WOMEN not in told(TOTAL, {WOMEN: drawn})
    assert told(OTHER, {WOMEN: drawn})[WOMEN] == drawn and WOMEN not in told(OTHER, {WOMEN: None})


@pytest.mark.parametrize(
    ("count", "drawn", "printed"),
    [(15, 0.5, 20), (15, 0.4999, 10), (20, 0.95, 30), (20, 0.9499, 20), (20, 0.05, 20), (20, 0.0499, 10)],
)
def test_a_draw_on_its_own_edge_goes_up(count: int, drawn: float, printed: int) -> None:
    """Up of five more than a multiple of ten: the upper half of the draws, its first number in it; of a multiple itself, the last twentieth, and the first one down."""
    assert multiple(count, 10, drawn) == printed
