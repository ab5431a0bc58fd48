"""What an edition keeps, who is too few of a change, verdicts without a key, and the tables behind groups: by second counts."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from drawn import one_in
from facts_at_hand import replace
from simulated import invented, policy
from test_verdicts import fact

from diagnostic.collect.answers import AXES
from diagnostic.estimate.facts import ASKED, INFORMED, UNKNOWN, table
from diagnostic.release.editions import changes, issued
from diagnostic.release.populations import groups, listing, people
from diagnostic.release.populations.groups import Axis, Frame, Statement, Variable
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.policy import Listed
from diagnostic.release.populations.rounding import Claim
from diagnostic.release.ways import verdicts
from diagnostic.release.ways.way import Scope

NAN = math.nan

# -- Verdicts of a study that holds nothing private ---------------------------------------------------------------------


def test_thresholds_are_of_the_part_of_the_rest_and_else_of_the_value() -> None:
    """Eleven persons, eight professionals: their number, or their part and what a share leaves of its base."""
    for unit, least in (("person", 11), ("situation", 11), ("professional", 8), ("response", 8)):
        for measure, part, whole in itertools.product(
            ("count", "percent"), (NAN, 7, 8, 10, 11), (NAN, 15, 16, 18, 19, 21, 22, 40)
        ):
            made = asdict(fact(unit, measure, value=30, numerator=part, denominator=whole))
            found = verdicts.thresholds(made, Scope(policy()))
            if measure == "percent":
                shown = part >= least and not whole - part < least
            else:
                shown = math.isnan(part) or part >= least
            assert (found["verdict"] == "shown") == shown, (unit, measure, part, whole)
        for value in (least - 1, least):
            made = asdict(fact(unit, value=value))
            assert (verdicts.thresholds(made, Scope(policy()))["verdict"] == "shown") == (value >= least)
    service = asdict(fact("person", value=300)) | {"way": "service"}
    assert verdicts.thresholds(service, Scope(policy()))["ground"] == "service"


# -- What stays as it was -----------------------------------------------------------------------------------------------


def kept() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Four facts on who answered and who is described, their verdicts, and what the last edition told of two."""
    names = ("survey.professionals", "survey.x", "interviews.total", "site.x")
    tables = ("consolidate/professionals", "consolidate/respondents", "consolidate/meetings", "x/x")
    units = ("professional", "professional", "structure", "site")
    made = [
        replace(fact(unit, value=40), fact_id=name, source_table=of, way="things")
        for name, of, unit in zip(names, tables, units, strict=True)
    ]
    facts = table("99-2026", made)
    facts = facts.assign(group=facts["group"].fillna(""), base="")
    rows = dict.fromkeys(issued.NUMBERS, 40.0) | {"verdict": "shown", "ground": "own", "reason": "R", "method": ""}
    before = [
        {"name": names[0], "ground": "own", "issue": "2026-01-01", "label": "l", "value_text": "v", "method": "m"},
        {
            "name": "interviews.days",
            "ground": "own",
            "issue": "2026-01-01",
            "label": "l",
            "value_text": "",
            "method": "",
        },
    ]
    extra = {"measure": "count", "universe": "u", "formula": "f", "decimals": "0", "interval_kind": "none"}
    told = [one | extra | dict.fromkeys(issued.NUMBERS, 30.0) for one in before]
    for one, of, unit in zip(
        told, ("consolidate/professionals", "consolidate/meetings"), ("professional", "structure"), strict=True
    ):
        one |= {"source_table": of, "unit": unit}
    return facts, pd.DataFrame([rows] * 4, index=facts.index), pd.DataFrame(told).set_index("name")


def test_what_a_batch_keeps_is_told_as_it_was_or_not_at_all() -> None:
    facts, rows, told = kept()
    words, found = issued.keep(facts, rows, {"professionals"}, told)
    assert found["verdict"].tolist() == ["shown", "withheld", "shown", "shown"]  # what was not told is not now
    assert found["shown_value"].tolist()[:1] + found["shown_value"].tolist()[2:] == [30, 40, 40]
    assert found["ground"].tolist() == ["own", "edition", "own", "own"]
    assert words["value_text"].iloc[0] == "v" and found["method"].iloc[0] == "m" and found["method"].iloc[2] == ""
    assert "1" in found["reason"].iloc[0] and len(words) == 4
    heard, again = issued.keep(facts, rows, {people.INTERVIEWS}, told)
    assert again["verdict"].tolist() == ["shown", "shown", "withheld", "shown", "shown"]
    assert heard["fact_id"].tolist()[4] == "interviews.days" and again["shown_value"].tolist()[4] == 30
    assert again["ground"].tolist()[4] == "edition_gone" and heard["way"].tolist()[4] == "second_hand"
    assert again["shown_value"].tolist()[0] == 30  # who was met is among those who took part
    assert len(set(heard.index)) == 5 and list(heard.index) == list(again.index)
    for held, had in ((set(), told), ({"professionals"}, told[:0])):
        same = issued.keep(facts, rows, held, had)
        assert same[0] is facts and same[1] is rows
    published = facts.assign(origin="published")
    assert issued.keep(published, rows, {"professionals"}, told)[1]["shown_value"].tolist()[:2] == [40, 40]
    listed = rows.assign(ground=[*["edition_kept"] * 2, "own", "own"])  # kept by the closed list itself
    assert issued.keep(facts, listed, {"professionals"}, told)[1]["shown_value"].tolist()[:2] == [40, 40]
    grouped = facts.assign(group=["prostitution: ", "professionals: a=b", "", ""])
    assert issued.keep(grouped, rows, {"professionals"}, told)[1]["verdict"].tolist()[:2] == ["shown", "withheld"]
    bare = told.assign(label="")  # recorded before words were
    words, found = issued.keep(facts, rows, {"professionals"}, bare)
    assert found["method"].iloc[0] == "" and len(found) == 4


def test_what_a_ledger_records_of_a_batch() -> None:
    facts, rows, _ = kept()
    ledger = facts.assign(**rows)
    assert issued.kept(ledger)["population"].tolist() == ["professionals", "professionals", "interviews"]
    assert issued.kept(ledger.assign(verdict="withheld")).empty
    assert issued.kept(ledger.assign(origin="published")).empty
    assert issued.held_back(facts, {"professionals"}).tolist() == [True, True, False, False]
    assert issued.held_back(facts, {people.INTERVIEWS}).tolist() == [True, False, True, False]


# -- Interviews and structures of which few changed ---------------------------------------------------------------------


def interview(field: str, town: str, who: str, office: str = "x", date: str = "2026-01-05") -> list[str]:
    return [field, town, who, office, date]


@pytest.mark.parametrize("column", one_in(2, range(5)))
def test_few_structures_of_a_change_are_told_apart_by_what_is_printed(column: int) -> None:
    """One or two structures that came, or went, in a field, a town, an office, a month or a year that is printed; none, or
    three, are no news; of what is not printed, all together."""
    names = ["interviews.field.social", "interviews.place.agen", changes.OFFICE, "interviews.month.2026-03", "interviews.year.2025"]  # fmt: skip
    own = [interview("social", "z", ""), interview("x", "agen", ""), interview("x", "z", "", changes.PROSECUTOR), interview("x", "z", "", "x", "2026-03-02"), interview("x", "z", "", "x", "2025-01-02")]  # fmt: skip
    for part, elsewhere, signs in ((1, 0, (1, -1)), (2, 3, (1, -1)), (3, 3, (1, -1)), (0, 3, (1,))):
        rows = [[*own[column][:2], f"s{n}", *own[column][3:]] for n in range(part)]
        rows += [interview("x", "z", f"t{n}") for n in range(elsewhere)]
        made = pd.DataFrame(rows, columns=people.WHO, dtype="str").assign(
            times=[signs[n % len(signs)] for n in range(len(rows))]
        )
        few = 0 < part < 3
        assert changes._few(made, [names[column]]) == few, (part, elsewhere)
        every = part + elsewhere
        assert changes._few(made, []) == (0 < every < 3)
    moved = pd.DataFrame([own[column]] * 2, columns=people.WHO, dtype="str").assign(structure="s", times=[1, -1])
    assert not changes._few(moved, [names[column]])  # one corrected elsewhere


def test_what_is_not_named_is_counted_by_field_and_axis() -> None:
    def key(field: str, answers: str, named: bool = False, at: int = 0) -> str:
        return f"{people.NAMED if named else ''}{field}{people.APART}{answers}{people.APART}{at}"

    size = len(AXES)
    one, two = "1" + "0" * (size - 1), "?1" + "0" * (size - 2)
    counted = changes._counts(
        [key("social", one), key("social", two), key("health", one), key("social", one, named=True)]
    )
    first, second = (changes.AXIS.format(axis=axis) for axis in list(AXES)[:2])
    field = changes.FIELD
    expected = {
        "": 3,
        field.format(field="social"): 2,
        field.format(field="health"): 1,
        first: 2,
        f"{first}?": 1,
        second: 1,
    }
    assert counted == Counter(expected)


# -- The closed list ----------------------------------------------------------------------------------------------------


def test_the_margins_of_a_group_are_those_of_its_variables() -> None:
    terms = (("gender", ("x",)), ("age", (ASKED,)), ("departement", ("61",)))
    assert listing.margin("p", terms) == "p: departement=61 & gender ±"
    assert listing.margin("p", terms[1:2]) == "p: age ±"
    for said, open_ in (
        (("gender", ("x",)), True),
        (("gender", ("x", UNKNOWN)), False),
        (("place", ("x",)), False),
        (("arrondissement", ("x",)), False),
    ):
        assert listing.settled("prostitution", [said]) != open_
        assert listing.settled("cases", [said])


def own(*names: str, population: str = "prostitution") -> Listing:
    return Listing(population, invented().model_copy(update={"printed": {population: Listed(headlines=list(names))}}))


def test_what_answers_leave_open_of_those_of_whom_a_variable_is_unknown() -> None:
    """« 5 more at most » : two to ten of unknown gender; of a share of 50 persons, no more than its margin of them."""
    one = own("gender", "gender=?").unknowns
    (unknown,) = one.groups((("gender", (UNKNOWN,)),))
    whole = {"prostitution: ": Claim(50, 5, 45, 55), "prostitution: gender=femme": Claim(30, 5, 25, 35)}
    found = one.left_open({**whole, "prostitution: gender ±count+": Claim(5, 5, 2, 10)})
    assert [(said.terms, said.low, said.high) for said in found] == [
        (((1, unknown),), 2, None),
        (((1, unknown),), None, 10),
    ]
    share = one.left_open({**whole, "prostitution: gender ±percent+": Claim(5, 5, 2, 10)})
    assert [(said.low, said.high) for said in share] == [(2, None), (None, 10), (None, 10 * 55 // 25)]
    less = one.left_open({**whole, "prostitution: gender ±percent-": Claim(5, 5, 2, 10)})
    assert [(said.low, said.high) for said in less] == [(2, None), (None, 10 * 55 // 25)]
    assert one.left_open({"prostitution: gender=femme": Claim(30, 5, 25, 35)}) == ()
    alone = one.left_open({"prostitution: gender ±percent-": Claim(5, 5, 2, 10)})  # of how many is not known
    assert [(said.low, said.high) for said in alone] == [(2, None)]


def test_answers_that_exclude_each_other_split_everybody() -> None:
    split = own("gender=femme", "gender=homme|trans", "form=rue", "form=hôtel", "age_band=26-45").splits
    assert {name: [one.name.partition(": ")[2] for one in found] for name, found in split.items()} == {
        "gender": ["gender=femme", "gender=homme|trans"]
    }
    overlapping = own("gender=femme|homme", "gender=homme", "gender=trans").splits
    assert [one.name.partition(": ")[2] for one in overlapping["gender"]] == ["gender=homme", "gender=trans"]
    assert own("gender=femme", f"gender={INFORMED}").splits == {}
    assert own("gender=femme", "gender=homme", population="professionals").splits == {}


# -- The tables behind groups -------------------------------------------------------------------------------------------


def test_a_frame_counts_persons_as_its_sentences_say() -> None:
    """Random persons of four variables: what every clique's table says is what is counted one by one, and they agree."""
    rng = np.random.default_rng(2)
    sizes = (2, 3, 2, 3)
    axes = tuple(Axis(Variable(f"v{at}", tuple(map(str, range(size)))), "") for at, size in enumerate(sizes))
    for extra in (((0, 1), (1, 2), (2, 3)), ((0, 1), (1, 2), (2, 3), (0, 3)), ((0, 1, 2),), ()):
        frame = Frame(axes, extra)
        ties = {pair for group in extra for pair in itertools.combinations(sorted(group), 2)}
        assert all(any({*pair} <= {*clique} for clique in frame.cliques) for pair in ties)
        assert {at for clique in frame.cliques for at in clique} == set(range(4))
        assert not any({*one} < {*other} for one in frame.cliques for other in frame.cliques)
        joined = {0}
        for one, other, shared in frame.edges:
            assert (
                one in joined and other not in joined and {*shared} == {*frame.cliques[one]} & {*frame.cliques[other]}
            )
            joined.add(other)
        assert joined == set(range(len(frame.cliques)))
        codes = np.column_stack([rng.integers(0, size, 40) for size in sizes])
        counts = frame.table(codes)
        for at, clique in enumerate(frame.cliques):
            cells = counts[frame.starts[at] : frame.starts[at + 1]]
            assert cells.sum() == 40 and len(cells) == math.prod(sizes[axis] for axis in clique)
        said, asked = [], []
        for group in [
            (),
            *(((at, code),) for at, size in enumerate(sizes) for code in range(size)),
            *(((a, 0), (b, 1)) for a, b in sorted(ties)),
        ]:
            home = frame.home(axis for axis, _ in group)
            assert home is not None
            number = int(groups.member(codes, group).sum())
            assert number == sum(all(row[axis] == code for axis, code in group) for row in codes)
            assert counts[frame.columns(group, home)].sum() == number
            smaller = [at for at, clique in enumerate(frame.cliques) if {axis for axis, _ in group} <= {*clique}]
            assert frame.starts[home + 1] - frame.starts[home] == min(
                frame.starts[at + 1] - frame.starts[at] for at in smaller
            )
            said.append(Statement(str(group), ((1, group),), number, number))
            asked.append(number)
        system = frame.system(said)
        rows = system.rows @ counts
        assert ((system.low <= rows) & (rows <= system.high)).all()
        assert [float(one) for one, name in zip(rows, system.facts, strict=True) if name] == asked
        one_more = system.rows @ (counts + np.eye(len(counts))[0])  # a person in one clique alone agrees with nothing
        assert not ((system.low <= one_more) & (one_more <= system.high)).all()
    assert Frame(axes, ((0, 1),)).home((0, 3)) is None
    assert len(groups.columns(Frame(axes), ())) == 0


def test_the_ties_of_a_ring_are_cut_where_they_cost_least() -> None:
    """Of four variables in a ring one new tie is enough, and the smallest two cliques of three are kept."""
    ring = ((0, 1), (1, 2), (2, 3), (3, 0))
    for sizes in itertools.permutations((2, 3, 5, 7)):
        found = groups.cliques(sizes, ring)
        widest = [
            max(math.prod(sizes[at] for at in clique) for clique in way)
            for way in (((0, 1, 2), (0, 2, 3)), ((0, 1, 3), (1, 2, 3)))
        ]
        assert all(len(clique) == 3 for clique in found) and len(found) == 2
        assert max(math.prod(sizes[at] for at in clique) for clique in found) in widest
    many = [groups.LARGEST_CLIQUE // 2, 2]
    assert groups.cliques(many, [(0, 1)]) == [(0, 1)]
    with pytest.raises(groups.TooWide, match=str(groups.LARGEST_CLIQUE + 2)):
        groups.cliques([groups.LARGEST_CLIQUE // 2 + 1, 2], [(0, 1)])
