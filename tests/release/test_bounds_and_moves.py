"""Every bound of the policy on both of its sides, and what editions, publications and coded ads say, beside a second count."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy
from drawn import one_in
from facts_at_hand import replace
from pydantic import ValidationError
from simulated import invented, policy
from test_small_cases import draft
from test_thresholds import at, scope
from test_verdicts import fact

from diagnostic.codebook.region import QUESTION
from diagnostic.release import publication, steps
from diagnostic.release.attack import gate, solver
from diagnostic.release.editions import changes
from diagnostic.release.populations import policy as written
from diagnostic.release.populations.groups import Statement, System
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.people import Answers, Population
from diagnostic.release.populations.policy import CLASSES, Listed, Policy, narrow
from diagnostic.release.populations.rounding import EXACT, Claim, claim, first_step, least, multiple
from diagnostic.release.ways import coded, group, listed, model, own, way

NAN = math.nan

# -- The policy ---------------------------------------------------------------------------------------------------------

BOUNDS = {
    written.Thresholds: dict.fromkeys(CLASSES, (5, 1000)),
    written.Contributors: {"structures": (3, 1000), "situations": (3, 1000), "largest_percent": (1, 85)},
    written.Percentages: {"decimals": (0, 0), "smallest_base": (1, 10_000)},
    written.Geography: {"commune_population": (5000, 10_000_000), "commune_ads": (1, 100_000)},
    written.Rounding: {"base": (3, 10), "sensitive_base": (3, 20), "widest_base": (5, 50), "own_base": (3, 10), "own_group": (5, 1000), "unanimity": (5, 1000)},
    written.Waiver: {"threshold": (3, 1000)},
    Policy: {"version": (2, 2)},
}  # fmt: skip


@pytest.mark.parametrize("section", BOUNDS, ids=lambda one: one.__name__)
def test_a_bound_is_taken_and_what_is_beyond_it_refused(section: type) -> None:
    rules = policy().rules
    given = {
        written.Thresholds: rules.thresholds,
        written.Contributors: rules.contributors,
        written.Percentages: rules.percentages,
        written.Geography: rules.geography,
        written.Rounding: rules.rounding,
        written.Waiver: written.Waiver(figure="x", threshold=5, reason="r", approver="a", date="2026-03-01"),  # type: ignore[arg-type]
        Policy: policy(),
    }[section].model_dump()
    for name, (low, high) in BOUNDS[section].items():
        for value in (low, high):
            assert getattr(section(**given | {name: value}), name) == value
        for value in (low - 1, high + 1):
            with pytest.raises(ValidationError, match=name):
                section(**given | {name: value})
    if section is written.Geography:
        with pytest.raises(ValidationError, match="ladder"):
            section(**given | {"ladder": []})
        assert section(**given | {"ladder": ["commune"]}).ladder == ["commune"]


@pytest.mark.parametrize(
    ("base", "ordinary", "told"),
    [(5, 11, None), (5, 12, "6 au moins"), (3, 7, None), (3, 8, "4 au moins"), (10, 21, None), (10, 22, "11 au moins")],
)
def test_a_base_serves_thresholds_up_to_twice_itself_and_one(base: int, ordinary: int, told: str | None) -> None:
    rules = policy().rules
    changed = rules.model_copy(
        update={
            "thresholds": written.Thresholds(**dict.fromkeys(CLASSES, ordinary)),
            "rounding": rules.rounding.model_copy(update={"base": base, "sensitive_base": 20}),
        }
    )
    found = narrow(changed)
    assert [told in one for one in found] == [True] if told else found == []
    equal = changed.model_copy(update={"rounding": rules.rounding.model_copy(update=dict.fromkeys(("base", "sensitive_base", "widest_base"), 10))})  # fmt: skip
    said = written._incoherent(policy().model_copy(update={"presets": {policy().preset: equal}}))
    assert not any("vont en croissant" in one for one in said)


# -- Editions -----------------------------------------------------------------------------------------------------------


def listing(name: str = "gender=femme") -> Listing:
    return Listing(
        "prostitution", invented().model_copy(update={"printed": {"prostitution": Listed(headlines=[name])}})
    )


@pytest.mark.parametrize(("name", "base", "threshold"), [("gender=femme", 5, 8), ("gender=femme", 10, 8), ("gender=trans", 10, 11)])  # fmt: skip
@pytest.mark.parametrize("reaches", [(1, 1), (1, 3), (2, 2)])
def test_what_a_number_that_moved_says_of_who_came(
    name: str, base: int, threshold: int, reaches: tuple[int, int]
) -> None:
    """By trying every draw, and every count that it prints so, each moved as far as it may be, before and after."""
    first, many = first_step(base, threshold), 60
    own_ = listing(name)
    entry = own_.entries[1].name
    printed_by = [
        {value: [count for count in range(1, 90) if multiple(count, base, (n + 0.5) / many, first) == value] for value in range(base, 70, base)}
        for n in range(many)
    ]  # fmt: skip
    for one, other in itertools.product(range(least(base, threshold), 50, base), repeat=2):
        found = changes.moves(
            own_,
            {entry: claim(one, base, threshold, reaches[0])},
            {entry: claim(other, base, threshold, reaches[1])},
        )
        (said,) = found
        pairs = [(by[one], by[other]) for by in printed_by if by[one] and by[other]]
        low = min(min(after) - max(before) for before, after in pairs) - sum(reaches)
        high = max(max(after) - min(before) for before, after in pairs) + sum(reaches)
        assert said.low is not None and said.high is not None and said.low <= low and high <= said.high, (one, other)
        if first == base and min(one, other) > base:
            assert (said.low, said.high) == (low, high), (one, other)
        assert {times for times, _ in said.terms} == {1, -1}


def test_nothing_is_said_of_a_number_that_may_have_been_taken_from_one_beside_it() -> None:
    own_ = Listing("prostitution", invented().model_copy(update={"printed": {"prostitution": Listed(headlines=["gender=femme"])}}))  # fmt: skip
    total, women = (one.name for one in own_.entries)
    for above, told in ((25, False), (24, False), (20, False), (16, False), (15, False), (26, True)):
        printed = {total: claim(above, 5, 8, 1), women: claim(20, 5, 8, 1)}
        names = {one.name.split(" (")[0] for one in changes.moves(own_, printed, printed)}
        apart = abs(above - 20) >= 5
        assert names == ({total, women} if apart else set()), (above, told)
    exact = {total: Claim(30, EXACT, 30, 30), women: claim(20, 5, 8, 1)}
    later = {total: Claim(33, EXACT, 33, 33), women: claim(25, 5, 8, 1)}
    said = {one.name.split(" (")[0]: (one.low, one.high) for one in changes.moves(own_, exact, later)}
    assert said == {total: (3, 3), women: (5 - 4 - 2, 5 + 4 + 2)}
    unmoved = {women: claim(20, 5, 8, 0)}  # drawn anew, before counts were moved
    assert changes.moves(own_, unmoved, unmoved) == [] == changes.moves(own_, printed, {})


def test_what_only_the_new_edition_tells_of_who_came_since_an_earlier_one_is_a_finding() -> None:
    """Sixty, then a number that is not printed, then sixty-seven: seven came, and who has the first two alone cannot know."""
    own_, total = Listing("prostitution", invented()), "prostitution: "
    earlier = [
        changes.Previous("0", {total: Claim(60, EXACT, 60, 60)}, frozenset()),
        changes.Previous("1", {}, frozenset()),
    ]
    found = changes.findings(own_, earlier, {total: Claim(67, EXACT, 67, 67)}, [])
    assert [one.target for one in found] == [f"{total} ({changes.CAME}){changes.BETWEEN}0 2"]


# -- Who attacks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "known"), [([3, 2], [2, 3]), ([3, 2, 1], [1, 2, 3, 5]), ([4], [4])])
def test_two_structures_read_together_only_beside_a_third(sizes: list[int], known: list[int]) -> None:
    """Of two, both together would be everybody."""
    structure = np.repeat(np.arange(len(sizes)), sizes)
    size = len(structure)
    people = Population(
        "cases", np.arange(size), structure, pd.DataFrame(index=range(size)), np.arange(size).astype(str)
    )
    own_ = Listing("cases", invented().model_copy(update={"printed": {"cases": Listed(headlines=["gender"])}}))
    codes = np.zeros((size, len(own_.unknowns.axes)), dtype=int)
    readers = [one for one in gate.readers_of(own_, people, codes) if one.name == gate.STRUCTURE]
    assert sorted(len(one.codes) for one in readers) == known


ENDS = (
    (0, 3),
    (2, 2),
    (1, math.inf),
    (-math.inf, 4),
    (0, math.inf),
    (3, 3),
)  # of a sentence: two, one or none, or one number


@pytest.mark.parametrize("kinds", one_in(2, [((0, 3),), ((1, 2),), ((2, 4),), ((2, 3),), ((3, 5),)]))
def test_what_a_reader_proves_is_what_every_table_that_agrees_has(kinds: tuple[int, int]) -> None:
    """Two sentences on three counts, of every kind, and a last one on their sum: by trying every table of small numbers."""
    rows = ((1, 1, 0), (1, -1, 0))
    ends = [*(ENDS[kind] for kind in kinds), (-math.inf, 6)]
    matrix = np.array([*rows, (1, 1, 1)], float)
    low, high = (np.array([one[at] for one in ends], float) for at in (0, 1))
    tables = np.array(list(itertools.product(range(7), repeat=3)), float)
    sums = tables @ matrix.T
    tables = tables[((sums >= low) & (sums <= high)).all(axis=1)]
    system = System(scipy.sparse.csr_array(matrix), low, high, ("a", "b", ""))
    reader = solver.Model(system)
    if not len(tables):
        with pytest.raises(solver.Contradiction):
            solver.attack(reader, asks(np.eye(3)[:1], 1, 0))
        return
    assert reader.agrees(tables).all() and not reader.agrees(tables - [[0, 0, 9]]).any()
    for form in (np.array([[1.0, 0, 0]]), np.array([[1.0, -1.0, 0]])):
        own_, counts = scipy.sparse.csr_array(form), tables @ form.ravel()
        least_, most = counts.min(), counts.max()
        assert solver.interval(system, own_) == (least_, most, True)
        for sign, end in ((1, most), (-1, least_)):
            value, proof, settled, table_ = reader.relaxed(own_, sign)
            assert settled and sign * (value - end) >= 0 and proof <= {"a", "b"}
            assert table_ is None or form @ np.maximum(table_, 0) == value
        for reach, width in ((most, 0), (most + 1, 0), (-9, most - least_), (-9, most - least_ + 1)):
            found = solver.attack(system, asks(form, reach, width)).exposed
            assert bool(found) == (most < reach or most - least_ < width), (kinds, rows, form, reach, width)


def asks(form: np.ndarray, reach: float, width: float) -> solver.Targets:
    one = (np.array([value], float) for value in (reach, width, math.inf))
    return solver.Targets(("t",), scipy.sparse.csr_array(form), *one, np.array([False]))


# -- Publications ---------------------------------------------------------------------------------------------------------


def test_what_a_published_figure_counts_at_least_and_leaves() -> None:
    rows = [
        ("count", "12", "40", "", 12, 28),
        ("count", "12", "", "", 12, NAN),
        ("percent", "30", "40", "", 11, 29),  # from 29.5 % on: 11.8
        ("percent", "30", "", "", NAN, NAN),
        ("percent", "30", "", "40(k=12); 50(k=15)", 12, 28),
        ("percent", "30", "40", "50(k=2)", 11, 29),  # its base is stated
        ("count", "12", "", "50(k=2)", 12, NAN),
        ("range", "x", "40", "", NAN, NAN),
    ]
    figures = pd.DataFrame([row[:4] for row in rows], columns=["unit", "value", "base_value", "candidate_bases"])
    part, left = publication._counted(figures)
    assert part.tolist() == pytest.approx([row[4] for row in rows], nan_ok=True)
    assert left.tolist() == pytest.approx([row[5] for row in rows], nan_ok=True)
    part, left = publication._counted(figures.drop(columns="candidate_bases")[:3])
    assert part.tolist() == [12, 12, 11] and left[[0, 2]].tolist() == [28, 29]


def test_figures_that_leave_few_of_a_base_go_the_smallest_first() -> None:
    """Of answers that do not overlap: what is left of a base of forty must be nobody, or eight at least."""
    names = pd.Series(["a", "b", "c", "ab", "x", "other"])
    said = {"a": ["v=a"], "b": ["v=b"], "c": ["v=c"], "ab": ["v=a", "v=b"], "x": ["v=a", "w=a"], "other": ["w=b"]}
    rules = SimpleNamespace(coded=said)
    for counts in itertools.product((8, 10, 12, 16), repeat=3):
        part = np.array([*counts, counts[0] + counts[1], 5, 38], float)
        left = 40 - part
        found = publication._undone(names, part, left, np.ones(6, bool), np.full(6, 8.0), rules)  # type: ignore[arg-type]
        order, gone = sorted(range(3), key=lambda at: -counts[at]), set()
        while order and 0 < 40 - sum(counts[at] for at in order) < 8:
            gone.add(order.pop())
        assert found[:3].tolist() == [at in gone for at in range(3)], counts
        assert found[3:].tolist() == [False, False, True]  # two of forty are left beside the last
        hidden = publication._undone(names, part, left, np.array([1, 1, 0, 0, 0, 0], bool), np.full(6, 8.0), rules)  # type: ignore[arg-type]
        assert not hidden[2:].any()


# -- Coded ads ------------------------------------------------------------------------------------------------------------


def test_what_is_computed_of_the_persons_that_are_printed() -> None:
    """Of 100 coded ads, 62 persons, printed « 60 », from 50 to 70: never more persons than ads."""
    told = coded.Told(62.0, 100.0, 60.0, 50.0, 70.0)
    share = coded._share_of_ads(pd.Series({"denominator": 100.0}), told)
    assert share[0] == 40 and share[3:5] == (30, 50) and share[6] == "rounded"
    odd = coded._share_of_ads(pd.Series({"denominator": 66.0}), told)
    assert odd[0] == 9 and odd[3:5] == (0, 25)  # 6 of 66, none, and 16 of 66: outward
    formula = coded._formula(pd.Series({"value": 620.0}), told)
    assert formula[0] == 600 and formula[3:5] == pytest.approx((500, 700)) and formula[6] == "model"
    crowded = coded._formula(pd.Series({"value": 620.0}), coded.Told(62.0, 61.0, 60.0, 50.0, 70.0))
    assert crowded[3:5] == pytest.approx((500, 610))
    assert coded._formula(pd.Series({"value": 620.0}), coded.Told(62.0, 57.0, 60.0, 50.0, 70.0))[0] == 570
    assert coded._limits(50, 391)[1:3] == (50, 400) and coded._limits(49, 400)[1:3] == (40, 400)
    logical = coded.MADE["persons.logical"](pd.Series({"high": 462.0}), told)
    assert logical[1:3] == (50, 470)  # 400 ads more, and 70 persons
    few = coded.MADE["persons.logical"](pd.Series({"high": 462.0}), coded.Told(62.0, 61.0, 60.0, 50.0, 70.0))
    assert few[1:3] == (50, 470)  # 61 ads at most: 461
    assert coded.MADE["persons.whatever_missed"](pd.Series({"shown_high": 350.0}), told)[1:3] == (50, 350)


@pytest.mark.parametrize(("ground", "shown", "least_", "other"), [("rounded", True, 50, 40), ("x", True, 61, 61), ("rounded", False, 10, 10)])  # fmt: skip
def test_a_lower_limit_that_is_the_persons_seen_is_told_from_what_is_printed_of_them(ground: str, shown: bool, least_: float, other: float) -> None:  # fmt: skip
    facts = pd.DataFrame(
        {
            "fact_id": ["persons.seen", "persons.total", "persons.other", "persons.missed"],
            "source_table": coded.TABLE,
            "measure": ["count", "estimate", "estimate", "count"],
            "unit": "person",
            "interval_kind": "model",
            "value": [62.0, 300, 300, 300],
            "low": [NAN, 62.0, 63.0, 62.0],
        }
    )
    verdicts = pd.DataFrame(
        {
            "verdict": ["shown" if shown else "withheld", "shown", "shown", "shown"],
            "ground": [ground, "model", "model", "model"],
            "claim_low": [50.0 if least_ != 61 else 55.0, NAN, NAN, NAN],
            "shown_low": [NAN, 61.0, 61.0, 61.0],
        }
    )
    found = coded.at_least(facts, verdicts, scope())["shown_low"].tolist()
    assert found[1:] == [least_, 61, 61]
    off = verdicts.assign(claim_low=[49.0, NAN, NAN, NAN])
    assert coded.at_least(facts, off, scope())["shown_low"].tolist()[1:] == [other, 61, 61]
    waves = facts.assign(source_table=coded.WAVES)
    lows = verdicts.assign(shown_low=[NAN, 61.0, 10.0, 61.0])
    assert coded.at_least(waves, lows, scope())["shown_low"].tolist()[1:] == [10, 10, 61]
    assert coded.at_least(facts.assign(source_table="x/x"), verdicts, scope()).equals(verdicts)


@pytest.mark.parametrize(("persons", "ads", "hidden"), [((50, 70), 77, False), ((50, 70), 58, False), ((50, 70), 57, False), ((50, 70), 56, True), ((60, 66), 100, True)])  # fmt: skip
def test_persons_are_told_where_their_ads_leave_as_many_numbers_as_the_threshold(persons: tuple[int, int], ads: int, hidden: bool) -> None:  # fmt: skip
    facts = pd.DataFrame({"fact_id": ["persons.seen", "sample.usable", "persons.logical"], "value": [60.0, ads, 9.0]})
    verdicts = pd.DataFrame({"verdict": "shown", "claim_low": [persons[0], ads, 1], "claim_high": [persons[1], ads, 9]})
    left = {ads - one for one in range(persons[0], min(persons[1], ads) + 1)}
    assert (len(left) < 8) == hidden
    assert coded.crowded(facts, verdicts, scope()).tolist() == [hidden, False, False]
    gone = verdicts.assign(verdict=["withheld", "shown", "shown"])
    assert coded.untold(facts, gone, scope()).tolist() == [False, False, True]
    assert not coded.untold(facts, verdicts, scope()).any()


# -- Professionals, and places under the arrondissement ---------------------------------------------------------------------


def test_an_exact_crossing_is_told_with_limits_on_whole_steps() -> None:
    names = "professionals: a=yes & b=yes", "professionals: b=yes"
    claims = {names[0]: Claim(12, EXACT, 12, 12), names[1]: Claim(30, EXACT, 30, 30)}
    released = SimpleNamespace(exact=claims, printed=claims.get)
    made = asdict(replace(fact("professional", "percent", value=40, numerator=12, denominator=30, low=33, high=61), group=names[0]))  # fmt: skip
    made |= {"base": names[1]}
    found = own._exact_share(made, released)  # type: ignore[arg-type]
    told = ("shown_value", "shown_low", "shown_high", "claim_low", "shown_numerator", "shown_denominator")
    assert [found[one] for one in told] == pytest.approx([40, 30, 65, NAN, 12, 30], nan_ok=True)
    before = own._exact_share(made | {"numerator": 13}, released)  # type: ignore[arg-type]
    assert [before[one] for one in told] == pytest.approx([40, NAN, NAN, NAN, 12, 30], nan_ok=True)
    bare = own._exact_share(made | {"low": NAN}, released)  # type: ignore[arg-type]
    assert math.isnan(bare["shown_low"]) and math.isnan(bare["shown_high"])
    count = own._exact_share(made | {"measure": "count", "base": ""}, released)  # type: ignore[arg-type]
    assert [count[one] for one in told] == pytest.approx([12, NAN, NAN, 12, 12, NAN], nan_ok=True)


@pytest.mark.parametrize("elsewhere", [0, 3])
def test_how_many_answered_in_each_departement_and_elsewhere(elsewhere: int) -> None:
    size = 9 + elsewhere
    where = np.array(["61"] * 4 + ["62"] * 5 + [""] * elsewhere)
    people = Population(
        "professionals", *(np.arange(size),) * 2, pd.DataFrame(index=range(size)), np.arange(size).astype(str)
    )
    held = {code: where == code for code in ("61", "62")}
    none = np.zeros(size, bool)
    people.__dict__["answers"] = lambda asked: Answers(held if asked == QUESTION else {}, none, none, none, none, {})
    assert own._sizes(people) == {"61": 4, "62": 5} | ({"": 3} if elsewhere else {})
    people.__dict__["answers"] = lambda asked: Answers({}, none, none, none, none, {})
    assert own._sizes(people) == {}


@pytest.mark.parametrize(
    ("fact_id", "finer"),
    [
        ("territory.persons.commune.62041", True),
        ("territory.persons.epci.1", True),
        ("territory.persons.arrondissement.1", False),
        ("profile.women", False),
    ],
)
def test_what_places_persons_under_the_arrondissement(fact_id: str, finer: bool) -> None:
    assert group._finer({"fact_id": fact_id}) == finer


def test_a_statement_of_a_share_is_one_sentence_for_each_end_in_whole_numbers() -> None:
    """« 12.5 % » of twenty: from 12.45 % on and under 12.55 %, a thousandfold."""
    part, whole = (((0, 0),),), ((),)
    low, high = gate._share("x", "12.5", "rounded", part, whole)
    for count, size, inside in (
        (1, 8, True),
        (249, 2000, True),
        (248, 2000, False),
        (250, 2000, True),
        (251, 2000, False),
    ):
        codes = np.array([[0]] * count + [[1]] * (size - count))
        assert all(gate._holds(one, codes) for one in (low, high)) == inside, count
    assert isinstance(low, Statement) and (low.high, high.low) == (None, None)


@pytest.mark.parametrize(
    ("bases", "coded_", "withheld", "hidden"),
    [
        ((100, 100), (100, 100), (), False),
        ((99, 400), (400, 400), (), True),  # few answered of one
        ((400, 99), (400, 400), (), True),
        ((400, 400), (99, 400), (), True),  # few are coded of one
        ((400, 400), (400, 400), (0,), True),  # told of one alone
        ((400, None), (400, 400), (), True),
    ],
)
def test_a_share_of_ads_is_told_of_each_departement_or_of_none(
    bases: tuple[int, int | None], coded_: tuple[int, int], withheld: tuple[int, ...], hidden: bool
) -> None:
    """Twice the base of fifty that a share is printed of; another share, and the number of coded ads, are their own."""
    share, other = "profile.ad.gender_presented.woman", "profile.ad.gender_presented.man"
    codes = ("35", "22")
    rows = [(f"d{code}.{share}", base, NAN) for code, base in zip(codes, bases, strict=True) if base is not None]
    rows += [(f"d{code}.{other}", 400, NAN) for code in codes]
    rows += [(f"d{code}.sample.usable", NAN, number) for code, number in zip(codes, coded_, strict=True)]
    rows += [(share, 30, NAN), ("sample.usable", NAN, 30)]
    facts = pd.DataFrame(rows, columns=["fact_id", "denominator", "value"])
    told = pd.DataFrame({"verdict": ["withheld" if at in withheld else "shown" for at in range(len(facts))]})
    found = dict(zip(facts["fact_id"], coded.thin(facts, told, scope()), strict=True))
    own_ = [name for name in found if name.endswith(share) and name != share]
    assert [found[name] for name in own_] == [hidden] * len(own_)
    assert {found[f"d{code}.{other}"] for code in codes} == {min(coded_) < 100}
    assert not any(found[name] for name in found if name.endswith("usable") or name == share)
    alone = facts[~facts["fact_id"].str.startswith("d")]
    assert not coded.thin(alone, told.loc[alone.index], scope()).any()


def test_what_is_computed_of_persons_takes_the_place_of_its_own_number() -> None:
    """Of 100 coded ads « 60 » persons: a share of forty, where it and they are printed and rounded."""
    facts = pd.DataFrame(
        {
            "fact_id": ["persons.seen", "sample.usable", "ads.duplicate_rate_pct", "persons.published_formula"],
            "value": [62.0, 100, 38, 620],
            "denominator": [NAN, NAN, 100, NAN],
            "high": NAN,
        }
    )
    blank = dict.fromkeys(("shown_low", "shown_high", "shown_numerator"), 7.0)
    verdicts = pd.DataFrame({"verdict": "shown", "ground": ["rounded", "x", "x", "x"], "shown_value": [60.0, 100, 38, 620], "claim_low": [50.0, 100, 1, 1], "claim_high": [70.0, 100, 1, 1]}).assign(**blank)  # fmt: skip
    found = coded.computed(facts, verdicts, scope())
    assert found["shown_value"].tolist() == [60, 100, 40, 600] and found["ground"].tolist() == [
        "rounded",
        "x",
        "rounded",
        "model",
    ]
    assert found.loc[2, ["claim_low", "claim_high"]].tolist() == [30, 50] and math.isnan(found.at[2, "shown_numerator"])
    hidden = verdicts.assign(verdict=["shown", "shown", "withheld", "shown"])
    assert coded.computed(facts, hidden, scope())["shown_value"].tolist() == [60, 100, 38, 600]
    for other in (verdicts.assign(ground="x"), verdicts.assign(verdict=["withheld", *["shown"] * 3])):
        assert coded.computed(facts, other, scope()).equals(other)
    share = coded._share_of_ads(pd.Series({"denominator": 200.0}), coded.Told(120.0, 200.0, 119.0, 118.0, 121.0))
    assert share[0] == 41 and share[3:5] == (39, 41)  # 81 of 200: half a point goes up; 79 and 82 outward


def test_a_measure_of_the_coding_is_told_without_its_base_and_the_recall_in_steps() -> None:
    made = asdict(replace(fact("ad", "estimate", value=0.7, numerator=7, denominator=9), fact_id="agreement.alpha.gender_presented", way="coded", source_table=coded.TABLE))  # fmt: skip
    told = coded.of_coding(made, scope())
    assert told and told["shown_value"] == 0.7 and math.isnan(told["shown_numerator"] + told["shown_denominator"])
    recall = asdict(replace(fact("ad", "percent", value=88, numerator=22, denominator=25), fact_id=coded.RECALL, way="coded"))  # fmt: skip
    found = coded.of_coding(recall, scope(0.5))
    assert found and found["shown_value"] % 5 == 0 and found["ground"] == "rounded"
    assert coded.of_coding(made | {"fact_id": "sample.usable"}, scope()) is None


@pytest.mark.parametrize(("down", "up"), [*itertools.product((True, False), repeat=2)])
def test_an_interval_is_settled_where_both_of_its_ends_are(down: bool, up: bool) -> None:
    model = SimpleNamespace(optimum=lambda form, sign: (float(sign), None, up if sign > 0 else down))
    assert solver.interval(None, None, model) == (-1, 1, down and up)  # type: ignore[arg-type]


def test_why_nothing_is_printed_of_a_group_is_told_to_the_team() -> None:
    """Withheld for what it proves, off the rung, tossed out with its split, or drawn too small; nothing of what is printed."""
    one, names = draft(), ("prostitution: ", "prostitution: gender=femme", "prostitution: gender=trans")
    one.withheld.add(names[1])
    reasons = [listed._decision(one, printed_, rung).reason for printed_, rung in (({}, 0), ({}, 3), ({names[1]: claim(20, 5, 8, 1)}, 0))]  # fmt: skip
    assert [reason[names[1]] for reason in reasons] == ["secondary", "ladder", ""]
    assert [reason[names[2]] for reason in reasons] == ["draw", "ladder", "draw"]
    assert reasons[0][names[0]] == "draw" == reasons[1][names[0]]
    one.draw = at(0.0)
    assert listed._decision(one, {}, 0).reason[names[2]] == "split"


# -- What is counted, and what a sentence is of ---------------------------------------------------------------------------


def test_every_population_that_some_fact_counts_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = []
    monkeypatch.setattr(listed, "_release", lambda facts, population, *_: decided.append(population) or population)
    populations = {name: name.upper() for name in ("professionals", "prostitution", "reported")}
    facts = pd.DataFrame({"group": ["professionals: ", "prostitution: gender=femme", "prostitution: ", "", "cases: "]})
    found = listed.release_groups(facts, populations, policy(), None)  # type: ignore[arg-type]
    assert found == {"prostitution": "PROSTITUTION", "professionals": "PROFESSIONALS"}
    assert decided == ["PROSTITUTION", "PROFESSIONALS"]


def test_what_documents_print_of_some_units_is_of_the_measure_asked_for() -> None:
    said = pd.DataFrame(
        [
            (unit, measure, origin, kind)
            for unit in ("person", "structure")
            for measure in ("count", "share")
            for origin, kind in (("observed", "value"), ("observed", "withheld"), ("published", "value"))
        ],
        columns=["unit", "measure", "origin", "kind"],
    )
    of = way.Printed(said, said[:0], False).of(["person"], "count")
    assert of.values.tolist() == [["person", "count", "observed", "value"]]


@pytest.mark.parametrize("numerator", [20, NAN])
def test_a_rounded_count_is_a_part_where_it_was_one(numerator: float) -> None:
    made = asdict(fact("person", value=20, numerator=numerator, denominator=40))
    row = model.rounded(made, scope(0.5), "ordinary")
    assert row["shown_value"] == 20
    np.testing.assert_equal(row["shown_numerator"], numerator)


def test_a_row_that_counts_nobody_is_of_no_part() -> None:
    """In the middle, and the last one: both say nothing of anybody, and are looked at with none."""
    rows = scipy.sparse.csr_array(np.array([[1, 1, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0]]))
    system = System(rows, np.zeros(4), np.array([3.0, 0, 2, 0]), ("a", "b", "c", "d"))
    made = solver.Model(system)
    assert made.row_part[1] == made.row_part[3] == -1 != made.row_part[0] != made.row_part[2]
    assert made.row_part[0] == made.part[0] == made.part[1] and made.row_part[2] == made.part[2]


@pytest.mark.parametrize(("left", "edition"), [((), ""), (("x",), "2026-03-01")])
def test_the_audit_of_a_population_says_who_read_what(left: tuple[str, ...], edition: str) -> None:
    decision = SimpleNamespace(listing=SimpleNamespace(entries=[1, 2, 3]), left=left)
    rules, one = policy(), SimpleNamespace(decision=decision, known=2, edition=edition)
    (row,) = steps._audited({"described": one}, rules).to_dict("records")  # type: ignore[dict-item]
    read = {name: 3 if f"{name}{end}" in rules.rules.attackers else 0 for name, end in steps.READ.items()}
    wanted = {
        **read,
        "figures": 3,
        "published_figures": 2,
        "earlier_editions": int(bool(edition)),
        "population": "described",
    }
    assert {name: row[name] for name in wanted} == wanted and any(read.values())
    assert row["result"] == ("exposé" if left else "rien d’exposé")
