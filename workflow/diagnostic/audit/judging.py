"""One component judged: contradictions, readings, and the integers that hold in every solution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from diagnostic.audit.conflicts import Enumeration, minimal_conflicts
from diagnostic.audit.model import Component
from diagnostic.audit.solving import OutOfEffort, Query, Solver
from diagnostic.audit.values import Bounds

OPEN = 200  # variables go up to a thousand times the largest number printed
Key = tuple[str, str]  # question, reading; both empty for what no reading accords


@dataclass
class Judgement:
    """What is known of one component.

    `contradicted`: figures of contradictions that no reading lifts; the rest is judged without them.
    `ranges`: smallest and largest value of each count over all solutions and all readings that agree, each proved;
    no largest where there is none. `by_reading`: the same under one reading, where several agree.
    """

    component: Component
    contradicted: frozenset[str] = frozenset()
    failed: bool = False
    undecided: set[str] = field(default_factory=set)
    readings: dict[Key, tuple[str, Enumeration | None]] = field(default_factory=dict)
    conflicts: dict[Key, Enumeration] = field(default_factory=dict)
    ranges: dict[str, Bounds] = field(default_factory=dict)
    by_reading: dict[Key, dict[str, Bounds]] = field(default_factory=dict)


def judge(component: Component, limit: int, effort: float) -> Judgement:
    """Judge one component; what the solver cannot decide is told as such."""
    judgement = Judgement(component)
    solver = Solver(component, effort)
    try:
        believed = _believable(solver, judgement, limit)
        retained = _readings(solver, judgement, believed, limit)
    except OutOfEffort:
        questions = component.questions.values()
        unknown = {(question.name, name): ("undecided", None) for question in questions for name in question.readings}
        return Judgement(component, failed=True, readings=dict(unknown))
    if believed is None:
        return judgement
    query = Query(believed, retained)
    judgement.ranges = _ranges(solver, judgement, query, _counts(component))
    for question, open_ in retained.items():
        if len(open_) > 1:
            for reading in open_:
                taken = replace(query, readings={**retained, question: [reading]})
                names = [
                    name
                    for name in _spoken(component, question)
                    if name in component.figures or name in _spoken(component, question, reading)
                    if name in component.variables
                ]
                judgement.by_reading[question, reading] = _ranges(solver, judgement, taken, names)
    return judgement


def _believable(solver: Solver, judgement: Judgement, limit: int) -> frozenset[str] | None:
    """The figures left once those that contradict each other under every reading are set aside."""
    believed = solver.component.figures
    found: list[Enumeration] = []
    while solver.solution(Query(believed)) is None:
        enumeration = minimal_conflicts(solver, Query(believed), limit)
        found.append(enumeration)
        contradicting = {name for conflict in enumeration.conflicts for name in conflict.figures}
        if not contradicting:  # the relations contradict each other by themselves
            judgement.contradicted = solver.component.figures
            judgement.conflicts["", ""] = enumeration
            return None
        believed = believed - contradicting
    judgement.contradicted = solver.component.figures - believed
    if found:
        conflicts = [conflict for enumeration in found for conflict in enumeration.conflicts]
        judgement.conflicts["", ""] = Enumeration(conflicts, len(found) == 1 and found[0].complete)
    return believed


def _readings(
    solver: Solver, judgement: Judgement, believed: frozenset[str] | None, limit: int
) -> dict[str, list[str]]:
    """Judge every reading, the other questions being free; then explain those that contradict.

    The explanation lets the other questions take the readings that agree only: the sets are smaller and plainer.
    """
    component = solver.component
    retained: dict[str, list[str]] = {}
    for question in component.questions.values():
        if believed is None or judgement.contradicted & set(_spoken(component, question.name)):
            for name in question.readings:
                judgement.readings[question.name, name] = ("not_judged", None)
            continue
        retained[question.name] = [
            name for name in question.readings if solver.solution(Query(believed, {question.name: [name]})) is not None
        ]
    for question_name, agreeing in retained.items():
        assert believed is not None
        for name in component.questions[question_name].readings:
            key = (question_name, name)
            if name in agreeing:
                judgement.readings[key] = ("agrees", None)
                continue
            query = Query(believed, {**retained, question_name: [name]})
            judgement.conflicts[key] = minimal_conflicts(solver, query, limit, _spoken(component, question_name))
            judgement.readings[key] = ("contradicts", judgement.conflicts[key])
    return retained


def _ranges(solver: Solver, judgement: Judgement, query: Query, names: Iterable[str]) -> dict[str, Bounds]:
    """Each count's smallest and largest value. A single value is proved by refuting every other one."""
    ranges: dict[str, Bounds] = {}
    some = solver.solution(query)
    assert some is not None
    for name in names:
        if name in judgement.contradicted:
            continue
        try:
            ranges[name] = _range(solver, query, name, some[name])
        except OutOfEffort:
            judgement.undecided.add(name)
    return ranges


def _range(solver: Solver, query: Query, name: str, some: int) -> Bounds:
    """A count that can be five times larger than all that is printed has no largest value worth the name."""
    floor, limit = solver.component.variables[name]
    if solver.solution(query, name, [(floor, some - 1), (some + 1, limit)]) is None:
        return some, some
    low = solver.extreme(query, name, largest=False)
    if solver.solution(query, name, [(limit // OPEN, limit)]) is not None:
        return low, None
    return low, solver.extreme(query, name, largest=True)


def _counts(component: Component) -> list[str]:
    return [name for name in component.variables if "@" not in name and "*" not in name]


def _spoken(component: Component, question: str, reading: str = "") -> list[str]:
    """The figures and unpublished numbers that the readings of a question, or one of them, speak of."""
    names: dict[str, None] = {}
    for linear in component.linears:
        if linear.question == question and (not reading or linear.reading == reading):
            for name in [linear.figure, *(term for term, _ in linear.terms)]:
                names |= {part.split("@")[0]: None for part in name.split("*") if part}
    return list(names)
