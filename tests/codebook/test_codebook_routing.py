"""One condition, three readings: here, in the XLSForm and in LimeSurvey. They must agree on any answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.codebook import instruments, loading, routing
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.codebook.routing import And, Answer, Answered, Condition, Equals, Has, Not, Or, RoutingError

CODEBOOK = loading.load(loading.read_folder(Path(__file__).parents[2] / loading.FOLDER))
SINGLE, MULTIPLE, TEXT = "ease_of_topic", "needs", "obstacles"
OPTIONS = {name: [o.code for o in CODEBOOK.lists[name]] for name in ("ease", "needs")}


def by_xpath(expression: str, answers: Mapping[str, Answer]) -> bool:
    """The XLSForm expression as XForms reads it: a field is its text, codes ticked are separated by spaces."""

    def value(name: str) -> str:
        answer = answers.get(name) or ""
        return answer if isinstance(answer, str) else " ".join(answer)

    python = re.sub(r"\$\{(\w+)\}", r"value('\1')", expression).replace(" = ", " == ")
    return bool(eval(python, {"value": value, "selected": lambda field, code: code in field.split(" ")}))


def by_expression_manager(expression: str, fields: Mapping[str, str]) -> bool:
    """The relevance equation as LimeSurvey reads it: one field per question, per option where several are ticked."""
    python = (
        re.sub(r"(\w+)\.NAOK", r"field('\1')", expression).replace("!(", "not (").replace("!is_empty", "not is_empty")
    )
    return bool(eval(python, {"field": lambda name: fields.get(name, ""), "is_empty": lambda text: text == ""}))


def lime_fields(variables: list[Variable], answers: Mapping[str, Answer], number: int | None) -> dict[str, str]:
    fields = {}
    for variable in variables:
        code = instruments.question_code(CODEBOOK, variable.name, number)
        answer = answers.get(variable.name)
        if variable.type == "multiple":
            fields |= {f"{code}_{ticked}": "Y" for ticked in answer or ()}
        else:
            fields[code] = str(answer or "")
    return fields


atoms = st.one_of(
    st.builds(Equals, st.just(SINGLE), st.lists(st.sampled_from(OPTIONS["ease"]), min_size=1, max_size=3).map(tuple)),
    st.builds(Has, st.just(MULTIPLE), st.lists(st.sampled_from(OPTIONS["needs"]), min_size=1, max_size=3).map(tuple)),
    st.builds(Answered, st.sampled_from([SINGLE, MULTIPLE, TEXT])),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
answers = st.fixed_dictionaries(
    {},
    optional={
        SINGLE: st.sampled_from(OPTIONS["ease"]),
        MULTIPLE: st.sets(st.sampled_from(OPTIONS["needs"])),
        TEXT: st.sampled_from(["", "peu de temps"]),
    },
)


@given(conditions, answers)
def test_three_readings_agree(condition: Condition, given_answers: dict[str, Answer]) -> None:
    here = routing.evaluate(condition, given_answers)
    assert by_xpath(routing.xlsform(condition), given_answers) == here
    variables = [v for v in CODEBOOK.table("responses") if v.name in (SINGLE, MULTIPLE, TEXT)]
    equation = routing.limesurvey(
        condition,
        lambda name: instruments.question_code(CODEBOOK, name),
        lambda name: OPTIONS["needs"] if name == MULTIPLE else (),
    )
    assert by_expression_manager(equation, lime_fields(variables, given_answers, None)) == here


def _text(condition: Condition) -> str:
    """The condition in the codebook's own grammar."""
    match condition:
        case Equals(name, codes):
            return f"{name} = {codes[0]}" if len(codes) == 1 else f"{name} in ({', '.join(codes)})"
        case Has(name, codes):
            return f"{name} has {codes[0]}" if len(codes) == 1 else f"{name} has any ({', '.join(codes)})"
        case Answered(name):
            return f"{name} answered"
        case Not(part):
            return f"not ({_text(part)})"
        case And(parts):
            return " and ".join(f"({_text(part)})" for part in parts)
        case Or(parts):
            return " or ".join(f"({_text(part)})" for part in parts)


@given(conditions, answers)
def test_what_is_written_is_what_is_read(condition: Condition, given_answers: dict[str, Answer]) -> None:
    read = routing.parse(_text(condition))
    assert routing.evaluate(read, given_answers) == routing.evaluate(condition, given_answers)


def test_and_binds_more_than_or_and_not_most() -> None:
    read = routing.parse("a = x or not b = y and c has z")
    assert read == Or((Equals("a", ("x",)), And((Not(Equals("b", ("y",))), Has("c", ("z",))))))


@pytest.mark.parametrize(
    "text",
    ["a", "a =", "a = x y", "a = x and", "a has any x", "(a = x", "a == x", "a > 3", "and = x", "a in ()", "a = x;"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RoutingError):
        routing.parse(text)


def test_no_condition_means_always() -> None:
    assert routing.parse("  ") is None
    assert routing.evaluate(None, {})


# --------------------------------------------------------------------------- the project's own questionnaire


def _form(codebook: Codebook, name: str) -> list[Variable]:
    return [v for v in codebook.table(name) if v.shape == ""]


def _filled(table: str) -> st.SearchStrategy[dict[str, Answer]]:
    """Answers to any of a table's questions, also to some that were not asked: exports hold such leftovers."""

    def of(variable: Variable) -> st.SearchStrategy[Answer]:
        codes = [option.code for option in CODEBOOK.options(variable)]
        if variable.type == "single":
            return st.sampled_from(codes)
        return st.sets(st.sampled_from(codes), max_size=3) if variable.type == "multiple" else st.just("2")

    return st.fixed_dictionaries({}, optional={v.name: of(v) for v in _form(CODEBOOK, table)})


def _asked_by(
    expression: dict[str, str], variables: list[Variable], known: dict[str, Answer], own: Mapping[str, Answer]
):
    """The questions that the XLSForm shows, one after the other, as a phone does."""
    shown = set()
    for variable in variables:
        if all(by_xpath(expression[key], known) for key in (variable.block, variable.name) if expression.get(key)):
            shown.add(variable.name)
            known[variable.name] = own.get(variable.name)
    return shown


@settings(max_examples=cases(60), deadline=None)
@given(_filled("responses"), _filled("situations"))
def test_the_whole_form_asks_the_same_questions_in_every_tool(
    response: dict[str, Answer], situation: dict[str, Answer]
) -> None:

    rows = {
        row["name"]: row.get("relevant", "")
        for row in instruments.survey(CODEBOOK)
        if not row["type"].startswith("end")
    }
    rows["situation"] = rows["situations"]
    known: dict[str, Answer] = {}
    shown = _asked_by(rows, _form(CODEBOOK, "responses"), known, response)
    assert shown == CODEBOOK.asked("responses", response) - {"response_id"}
    inside = _asked_by(rows, _form(CODEBOOK, "situations"), dict(known), situation)
    assert inside == CODEBOOK.asked("situations", situation, response) - {"response_id", "situation_number"}


@settings(max_examples=cases(60), deadline=None)
@given(_filled("responses"), _filled("situations"), st.integers(1, instruments.SITUATIONS))
def test_limesurvey_asks_the_same_questions(
    response: dict[str, Answer], situation: dict[str, Answer], number: int
) -> None:
    main, repeat = _form(CODEBOOK, "responses"), _form(CODEBOOK, "situations")
    visible = CODEBOOK.visible("responses", response)
    fields = lime_fields(main, visible, None)
    fields |= {f"S{n}another": "yes" for n in range(1, number)}
    group, asked = False, set()
    by_code = {instruments.question_code(CODEBOOK, v.name, number): v for v in repeat}
    for row in instruments.rows(CODEBOOK):
        if row["class"] == "G":
            group = row["name"].startswith("Situation") and row["name"].endswith(str(number))
            group = group and by_expression_manager(row["relevance"], fields)
        elif row["class"] == "Q" and group and row["name"] in by_code:
            variable = by_code[row["name"]]
            if by_expression_manager(row["relevance"], fields):
                asked.add(variable.name)
                fields |= lime_fields([variable], situation, number)
    assert asked == CODEBOOK.asked("situations", situation, response) - {"response_id", "situation_number"}


def test_unasked_and_unanswered_are_told_apart(codebook: Codebook) -> None:
    response: dict[str, Answer] = {"exposure": {"none"}, "took_charge": "yes"}  # a leftover answer
    asked = codebook.asked("responses", response)
    assert "law_client_fine" in asked  # asked, not answered
    assert "took_charge" not in asked and "talked_about_it" not in asked  # not asked: routed past part II
    assert codebook.asked("situations", {"gender": {"women"}}, response) == {"response_id", "situation_number"}
    assert "gender" in codebook.asked("situations", {}, {"exposure": {"seen"}})


def test_situations_of_interviews_do_not_depend_on_the_form(codebook: Codebook) -> None:
    asked = codebook.asked("interview_situations", {"nationality": {"noneu"}}, {})
    assert {"gender", "admin_status", "situation_origin"} <= asked and "exchange" not in asked


def test_a_leftover_answer_of_the_parent_opens_no_situation(codebook: Codebook) -> None:
    """Were exposure itself asked of teams only, one person's leftover answer would count as none."""
    changed = (replace(v, routing="answer_mode = group") if v.name == "exposure" else v for v in codebook.variables)
    stricter = replace(codebook, variables=tuple(changed))
    for mode, opened in (("group", True), ("indiv", False)):
        response: dict[str, Answer] = {"answer_mode": mode, "exposure": {"seen"}}
        assert ("gender" in stricter.asked("situations", {}, response)) is opened
