"""What professionals say of themselves, question by question and field by field, beside a second program of each decision."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from facts_at_hand import replace
from test_thresholds import at, scope
from test_verdicts import fact

from diagnostic.codebook.region import QUESTION as DEPARTEMENT
from diagnostic.estimate.catalogue.ways import ANSWERS
from diagnostic.estimate.facts import ASKED
from diagnostic.release.editions import ledger
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import Rounding
from diagnostic.release.populations.rounding import multiple
from diagnostic.release.ways import own
from diagnostic.release.ways.way import Printed

NAN = math.nan
RULES = Rounding(base=5, sensitive_base=10, widest_base=20, own_base=3, own_group=6, unanimity=10)


def group(variables: tuple[str, ...]) -> str:
    return "professionals: " + " & ".join(f"{one}=yes" for one in sorted(variables))


@pytest.mark.parametrize("own_", [("a", "b"), ("a",), ()])
@pytest.mark.parametrize("participation", [("c", DEPARTEMENT), ("c",), ()])
def test_which_questions_are_exact_by_field_or_of_no_group(
    monkeypatch: pytest.MonkeyPatch, own_: tuple[str, ...], participation: tuple[str, ...]
) -> None:
    """One question on who answered, or any on themselves: exact. Both together: a declared crossing, else by field; two on who
    answered, one of them the département: their number alone. Nothing of what neither is, nor on such a base."""
    monkeypatch.setattr(own, "as_it_is", lambda _, ground: ground.name)
    monkeypatch.setattr(own, "_exact_share", lambda *_: "crossing")
    monkeypatch.setattr(own, "_by_field", lambda *_: "rounded")
    variables = ("a", "b", "c", DEPARTEMENT, "x")
    policy = SimpleNamespace(professionals=SimpleNamespace(own=own_, participation=participation))
    every = [some for n in range(4) for some in itertools.combinations(variables, n)]
    for named, base, measure in itertools.product(every, [None, (), ("a",), ("c",), ("x",), ("a", "c"), ("a", "b", "c")], ("count", "percent")):  # fmt: skip
        for exact in (None, set(), {group(named)}, {group(named), group(base or ())}):
            released = {} if exact is None else {"professionals": SimpleNamespace(exact=exact)}
            made = {"group": group(named), "base": "" if base is None else group(base), "measure": measure}
            found = own._ours(made, SimpleNamespace(policy=policy, released=released), "professionals")  # type: ignore[arg-type]
            who = [one for one in named if one in participation]
            themselves = [one for one in named if one in own_]
            others = len(named) - len(who) - len(themselves)
            allowed = {*named, *own_, *participation}
            if any(one not in allowed for one in base or ()):
                expected = None
            elif not others and not themselves and len(who) < 2:
                expected = "participation"
            elif not others and not who:
                expected = "own"
            elif exact and group(named) in exact and (measure == "count" or group(base or ()) in exact and base is not None):  # fmt: skip
                expected = "crossing"
            elif others or (DEPARTEMENT in who and len(who) > 1):
                expected = None
            else:
                expected = "rounded"
            assert found == expected, (named, base, measure, exact)


@pytest.mark.parametrize("drawn", [0.3, 0.9])
def test_a_field_is_told_to_a_multiple_of_three_no_more_than_it_holds(drawn: float) -> None:
    """From six of a field on; of fewer than ten neither none nor all; never none."""
    for size in (5, 6, 9, 10, 11):
        field = np.array(["social"] * size + ["health"] * 4)
        for counted in range(size + 1):
            said = np.array(["yes"] * counted + ["no"] * (size - counted) + ["yes"] * 4)
            frame = pd.DataFrame({"field.code": field, "trained.code": said})
            rows = np.arange(len(frame))
            people = Population("professionals", rows, rows, frame, rows.astype(str))
            policy = SimpleNamespace(rules=SimpleNamespace(rounding=RULES), professionals=SimpleNamespace(participation=["field"]))  # fmt: skip
            one = SimpleNamespace(policy=policy, populations={"professionals": people}, draws=at(drawn))
            made = asdict(fact("professional", value=counted)) | {"group": "professionals: field=social & trained=yes"}
            value = min(multiple(counted, 3, drawn), size // 3 * 3)
            hidden = size < 6 or counted == 0 or (size < 10 and counted == size) or value < 3
            row = own._by_field(made, one, "professionals")  # type: ignore[arg-type]
            assert (row["verdict"] == "withheld") == hidden, (size, counted)
            if not hidden:
                told = [row[name] for name in ("shown_value", "claim_low", "claim_high")]
                assert told == [value, max(1, value - 3), min(size, value + 3)], (size, counted)
            if counted != 6:
                continue
            assert own._by_field(made | {"measure": "percent"}, one, "professionals")["verdict"] == "withheld"  # type: ignore[arg-type]
            asked = made | {"group": f"professionals: field=social & trained={ASKED}"}
            assert own._by_field(asked, one, "professionals")["verdict"] == "withheld"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "measure", "ground"),
    [
        ("professional", "count", "participation"),
        ("response", "percent", "participation"),
        ("structure", "count", "list"),
        ("person", "estimate", "model"),
        ("professional", "estimate", "model"),
    ],
)
def test_what_is_told_of_all_who_took_part(unit: str, measure: str, ground: str) -> None:
    made = replace(fact(unit, measure, value=40, low=30, high=50), fact_id="survey.x", way="participation", source_table=ANSWERS[0])  # fmt: skip
    found = own.took_part(asdict(made), scope())
    assert found["ground"] in (ground, "draw") and (found["ground"] == "model") == (ground == "model")


def test_a_count_of_all_leaves_as_many_numbers_as_the_threshold() -> None:
    """« 40 » of those who took part: what is left of them may be eight numbers at least."""
    for value, whole in itertools.product((8, 20, 38, 40, 42), range(20, 66)):
        made = replace(fact("professional", value=value, numerator=value, denominator=whole), way="own", source_table=ANSWERS[0])  # fmt: skip
        alone = own.model.rounded(asdict(made), scope(), "ordinary")
        found = own.of_all(asdict(made), scope())
        if alone["verdict"] == "withheld":
            assert found == alone
            continue
        left = {whole - one for one in range(int(alone["claim_low"]), int(alone["claim_high"]) + 1) if one <= whole}
        assert (found["verdict"] == "withheld") == (len(left) < 8), (value, whole)
        assert found["ground"] == (ledger.SECONDARY.name if len(left) < 8 else "rounded")


# -- One département of several -----------------------------------------------------------------------------------------

GROUPS = [
    ("q=yes", "count", "shown", 30.0, (30, 30)),
    ("departement=61 & q=yes", "count", "shown", 6.0, (3, 9)),
    ("departement=61 & q=no", "count", "shown", 9.0, (6, 12)),
    ("departement=62 & q=no", "count", "withheld", 9.0, (6, 12)),
    ("departement=62 & q=no", "percent", "shown", 9.0, (6, 12)),
    ("m=a", "count", "shown", 12.0, (12, 12)),  # a question that takes several answers: each alone
    ("departement=62 & m=a", "count", "shown", 3.0, (1, 6)),
    ("departement=62 & m=b", "count", "shown", 15.0, (12, 18)),
    ("departement=62 & m=a & q=yes", "count", "shown", 15.0, (12, 18)),
    ("departement=62", "count", "shown", 20.0, (20, 20)),
    ("field=social", "count", "shown", 20.0, (20, 20)),  # not of what they say of themselves
    ("r=yes", "count", "shown", 20.0, (20, 20)),  # of no département: no question
]


def asked() -> tuple[pd.DataFrame, pd.DataFrame, SimpleNamespace]:
    facts = pd.DataFrame({"group": [f"professionals: {one[0]}" for one in GROUPS], "measure": [one[1] for one in GROUPS]})  # fmt: skip
    others = pd.DataFrame({"group": ["responses: departement=61 & q=yes", ""], "measure": "count"})
    rows = {"verdict": [one[2] for one in GROUPS], "shown_value": [one[3] for one in GROUPS]}
    rows |= {f"claim_{end}": [one[4][at] for one in GROUPS] for at, end in enumerate(("low", "high"))}
    told = pd.concat([pd.DataFrame(rows), pd.DataFrame(rows)[:2]], ignore_index=True)
    policy = SimpleNamespace(professionals=SimpleNamespace(own=["q", "m", "r"]), single={"q", "r"}, rules=SimpleNamespace(rounding=RULES))  # fmt: skip
    return pd.concat([facts, others], ignore_index=True), told, SimpleNamespace(policy=policy, populations={})


def test_the_numbers_of_a_question_are_read_together() -> None:
    facts, told, given = asked()
    found = list(own._questions(facts, told, given))  # type: ignore[arg-type]
    question = own._Question
    yes, no, a, b = ("yes",), ("no",), ("a",), ("b",)
    assert found == [
        question({yes: 30}, {("61", yes): (3, 9), ("61", no): (6, 12)}, {yes: [1], no: [2]}),
        question({a: 12}, {("62", a): (1, 6)}, {a: [6]}),
        question({}, {("62", b): (12, 18)}, {b: [7]}),
    ]


def test_nothing_is_asked_where_every_departement_is_large_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    facts, told, given = asked()
    monkeypatch.setattr(own, "_withheld", lambda *_: [1])
    assert not own.telling(facts, told, given).any()  # type: ignore[arg-type]
    given.populations["professionals"] = None
    for sizes, hidden in (({"61": 10, "62": 12}, False), ({"61": 12, "62": 9}, True)):
        monkeypatch.setattr(own, "_sizes", lambda _, sizes=sizes: sizes)
        found = own.telling(facts, told, given)  # type: ignore[arg-type]
        assert found.tolist() == [hidden and at == 1 for at in range(len(facts))]


def test_answers_that_are_proved_go_then_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the region's own numbers prove is no reason; a proof of an answer that is told of no département takes all that are."""
    yes, no, other = ("yes",), ("no",), ("other",)
    question = own._Question({}, {("61", yes): (1, 2), ("62", yes): (1, 2), ("61", no): (3, 4)}, {yes: [1, 2], no: [3]})
    for scripted, expected in (
        ({}, []),
        ({0: {("61", other)}, 3: {("61", other)}}, []),
        ({3: {("61", yes)}}, [1, 2]),
        ({3: {("61", yes), ("61", other)}, 1: {("61", other)}}, [1, 2, 3]),
        ({3: {("61", other)}}, [1, 2, 3]),
        ({3: {("61", no)}, 2: {("62", yes)}}, [1, 2, 3]),
    ):
        monkeypatch.setattr(own, "_proved", lambda _, told, *__, scripted=scripted: scripted.get(len(told), set()))
        assert sorted(own._withheld(question, {}, RULES)) == expected, scripted  # type: ignore[type-var]


@pytest.mark.parametrize("size", [5, 6, 9])
def test_what_is_proved_is_what_every_way_of_answering_has(size: int) -> None:
    """By trying every number of « yes » and « no » of a small département and of a larger one, which answer or not."""
    wide = 12
    for whole_yes, whole_no, told in itertools.product((size, wide), (2,), ((0, wide), (wide - 1, wide), (0, 1))):
        answers = [
            (yes, no)
            for yes in range(size + 1)
            for no in range(size - yes + 1)
            if told[0] <= whole_yes - yes <= told[1] and whole_no - no >= 0 and whole_yes - yes + whole_no - no <= wide
        ]
        question = own._Question({("yes",): whole_yes, ("no",): whole_no})
        found = own._proved(question, {("62", ("yes",)): told}, {"61": size, "62": wide}, RULES)
        expected = set()
        for at_, answer in enumerate(("yes", "no")):
            numbers = {one[at_] for one in answers}
            if not numbers:
                continue
            low, high = min(numbers), max(numbers)
            proved = high - low < min(size, 3) if size < 6 else low == high and low in (0, size)
            expected |= {("61", (answer,))} if proved else set()
        assert found == expected, (whole_yes, whole_no, told)


def test_what_rules_say_of_who_answered_is_told_where_it_is_printed() -> None:
    rows = [
        ("survey.professionals", "count", "professional", 9, 9, True, False),
        ("survey.professionals", "percent", "professional", 9, 9, False, False),
        ("survey.professionals", "count", "response", 9, 9, False, False),
        ("survey.professionals", "count", "professional", 9, 12, False, False),
        ("x.y", "count", "professional", 9, 9, False, False),
        ("d61.survey.professionals", "count", "professional", 9, 12, False, True),
        ("d61.survey.professionals", "count", "professional", 9, 9, None, False),
        ("d61.survey.professionals", "percent", "professional", 9, 12, False, False),
        ("d61.survey.professionals", "count", "response", 9, 12, False, False),
    ]
    names = ("statement_id", "measure", "unit", "claim_low", "claim_high")
    shown = pd.DataFrame([row[:5] for row in rows], columns=names)
    printed = SimpleNamespace(shown=shown)
    assert isinstance(Printed, type)
    exactly, within = own._exactly(printed), own._within(printed)  # type: ignore[arg-type]
    assert [at in exactly.index for at, row in enumerate(rows) if row[5] is not None] == [row[5] for row in rows if row[5] is not None]  # fmt: skip
    assert [at in within.index for at in range(len(rows))] == [row[6] for row in rows]
