"""The audit of a publication: its figures, their structure, and what exact integers say of both."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
from ortools.sat.python import cp_model

from diagnostic.audit.structure import Bounds, Component, Figure, Linear, Rules, components, read_figures, read_rules
from diagnostic.audit.tables import TABLES
from diagnostic.core.problems import BLOCKING, Problem
from diagnostic.core.tables import columns

# -- One component, solved: OR-Tools CP-SAT, exact integer arithmetic, one worker, a fixed seed -------------------
# Effort is counted in the solver's deterministic time, never in seconds, so that a slow machine answers the same.
EFFORT = 20.0  # deterministic seconds per question to the solver
_NEVER = 10**18


class OutOfEffort(RuntimeError):
    """The solver neither found a solution nor proved that there is none."""


@dataclass(frozen=True)
class Query:
    """What is believed: figures, the readings still open per question (all when absent), relations left out."""

    figures: frozenset[str]
    readings: Mapping[str, Collection[str]] = field(default_factory=dict)
    without: frozenset[str] = frozenset()


class Solver:
    """Answers on one component."""

    def __init__(self, component: Component, effort: float = EFFORT) -> None:
        self.component, self.effort, self.calls = component, effort, 0
        self._models: dict[tuple[tuple[str, ...], ...], _Models] = {}  # by the readings left open of each question

    def solution(self, query: Query, name: str = "", allowed: Sequence[tuple[int, int]] = ()) -> dict[str, int] | None:
        """One solution, all variables by name; None if it is proved that there is none. Raises OutOfEffort.

        `allowed`: intervals, one of which must hold the variable `name`.
        """
        model = self._model(query)
        if name:
            domain = cp_model.Domain.from_intervals([[low, high] for low, high in allowed if low <= high])
            model.cp.add_linear_expression_in_domain(model.variables[name], domain)
        return self._solve(model)

    def extreme(self, query: Query, name: str, largest: bool) -> int:
        """The smallest or largest value of a variable over all solutions, proved optimal. The query has one."""
        model = self._model(query)
        (model.cp.maximize if largest else model.cp.minimize)(model.variables[name])
        found = self._solve(model)
        assert found is not None
        return found[name]

    def grow(self, query: Query, believed: frozenset[str]) -> frozenset[str]:
        """A set of the query's figures that has a solution, holds `believed`, which has one, and is maximal.

        Figures are added by halves, then one by one: few solves where few figures stand in the way.
        """
        pending, size = sorted(query.figures - believed), len(query.figures)
        while size >= 1:
            refused: list[str] = []
            for start in range(0, len(pending), size):
                chunk = pending[start : start + size]
                if self.solution(Query(believed | set(chunk), query.readings, query.without)) is None:
                    refused += chunk
                else:
                    believed = believed | set(chunk)
            pending, size = refused, size // 2
        return believed

    def _model(self, query: Query) -> "_Models":
        open_ = {}
        for question in self.component.questions.values():
            kept = query.readings.get(question.name, question.readings)
            open_[question.name] = tuple(name for name in question.readings if name in kept)
        key = tuple(open_.values())
        if key not in self._models:
            self._models[key] = _Models(self.component, open_)
        return self._models[key].model(query)

    def _solve(self, model: "_Models") -> dict[str, int] | None:
        self.calls += 1
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = self.effort
        solver.parameters.cp_model_presolve = False  # its bound tightening creeps on ratios of wide integers
        status = solver.solve(model.cp)
        if status == cp_model.INFEASIBLE:
            return None
        if status == cp_model.OPTIMAL or (status == cp_model.FEASIBLE and not model.cp.has_objective()):
            return {name: solver.value(variable) for name, variable in model.variables.items()}
        raise OutOfEffort(f"{solver.status_name(status)} after {self.effort} deterministic seconds")


class _Models:
    """The CP-SAT models of the queries of one component that leave the same readings open.

    A constraint is made once: the model of a query is the variables, copied, and the constraints in force, copied too.
    """

    def __init__(self, component: Component, open_: Mapping[str, tuple[str, ...]]) -> None:
        self.component, self.cp = component, cp_model.CpModel()
        self.variables = {name: self.cp.new_int_var(*ends, name) for name, ends in component.variables.items()}
        self._readings(open_)
        self._bare = self.cp.clone()
        self._linears = [(linear, index) for linear in component.linears if (index := self._linear(linear)) is not None]
        self._whole = self.cp.clone()

    def model(self, query: Query) -> "_Models":
        """This, `cp` being the model of the query until the next one is asked for."""
        used: set[str] = set()
        fixed: dict[str, int] = {}  # printed exactly, and believed
        constraints, believed = self._whole.proto.constraints, []
        for linear, index in self._linears:
            if (linear.relation and linear.relation in query.without) or (
                linear.figure and linear.figure not in query.figures
            ):
                continue
            believed.append(constraints[index])
            used |= {name for name, _ in linear.terms}
            if self._exact(linear):
                fixed[linear.terms[0][0]] = linear.low or 0
        self.cp.proto.copy_from(self._bare.proto)
        self.cp.proto.constraints.extend(believed)
        for product in self.component.products:
            if product.name in used:  # a product that nothing asks for is costly, and free
                result, left, right = (self.variables[name] for name in (product.name, product.left, product.right))
                if product.left in fixed:  # then linear: the bounds of a true product creep
                    self.cp.add(result == fixed[product.left] * right)
                elif product.right in fixed:
                    self.cp.add(result == fixed[product.right] * left)
                else:
                    self.cp.add_multiplication_equality(result, [left, right])
        return self

    def _readings(self, open_: Mapping[str, tuple[str, ...]]) -> None:
        self.taken: dict[tuple[str, str], cp_model.IntVar | bool] = {}
        for question in self.component.questions.values():
            names = open_[question.name]
            for name in question.readings:
                self.taken[question.name, name] = False
            if len(names) == 1:
                self.taken[question.name, names[0]] = True
                continue
            literals = {name: self.cp.new_bool_var(f"{question.name}={name}") for name in names}
            self.cp.add_exactly_one(literals.values())
            self.taken |= {(question.name, name): literal for name, literal in literals.items()}

    def _linear(self, linear: Linear) -> int | None:
        """The place of its constraint among those of the model; None where its reading is not open."""
        taken = self.taken[linear.question, linear.reading] if linear.question else True
        if taken is False:
            return None
        names, coefficients = [name for name, _ in linear.terms], [coefficient for _, coefficient in linear.terms]
        total = cp_model.LinearExpr.weighted_sum([self.variables[name] for name in names], coefficients)
        low = -_NEVER if linear.low is None else linear.low
        constraint = self.cp.add_linear_constraint(total, low, _NEVER if linear.high is None else linear.high)
        if taken is not True:
            constraint.only_enforce_if(taken)
        return constraint.index

    def _exact(self, linear: Linear) -> bool:
        """Whether it says the only value of one variable, under whatever reading is open."""
        alone = len(linear.terms) == 1 and linear.terms[0][1] == 1 and linear.low == linear.high
        return alone and (not linear.question or self.taken[linear.question, linear.reading] is True)


LIMIT = 20


@dataclass(frozen=True)
class Audit:
    """`tables` by the names of `audit.tables.TABLES`, in the figures file's order; empty where a problem blocks."""

    problems: list[Problem]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        return any(problem.severity == BLOCKING for problem in self.problems)


def audit(
    figures: pd.DataFrame,
    rules: pd.DataFrame | None = None,
    *,
    figures_file: str = "figures.csv",
    rules_file: str = "structure.csv",
    limit: int = LIMIT,
    effort: float = EFFORT,
) -> Audit:
    """Audit the figures of one publication, whose cells are text as printed (see `collect.tables.PublishedFigures`).

    `rules` is the structure file; without it, only the bases and the `subset_of` of the figures file are used.
    `limit`: minimal contradictions listed at most, per reading. `effort`: the solver's deterministic seconds per
    question; what it cannot decide within them is said « non tranché », never guessed.
    """
    known, problems = read_figures(figures, figures_file)
    told: list[Problem] = []
    structure = Rules()
    if not problems:
        structure, told = read_rules(rules, known, rules_file)
    refused = Audit([*problems, *told], {name: model.empty() for name, model in TABLES.items()})
    if refused.blocked:
        return refused
    judgements = [judge(component, limit, effort) for component in components(known, structure)]
    found = {
        "figures": _figure_rows(known, judgements),
        "readings": _reading_rows(structure, judgements),
        "conflicts": _conflict_rows(known, structure, judgements),
        "roundings": _rounding_rows(known, structure, judgements),
    }
    frames = {name: pd.DataFrame(rows, columns=columns(TABLES[name])) for name, rows in found.items()}
    return replace(refused, tables={name: TABLES[name].validate(frame) for name, frame in frames.items()})


def readings(figures: pd.DataFrame, rules: pd.DataFrame, told: Collection[str]) -> pd.DataFrame:
    """What may be said of the readings of a publication where only the figures `told` may: one row per reading, with the
    columns question, question_label, reading_label, printed and verdict, of the questions of which every figure is told and
    whose verdicts these figures alone give, as all of them do; then one row per figure that contradicts others under
    every reading, its question its identifier. The files are those of `audit`, and without a problem."""
    known, _ = read_figures(figures, "")
    structure, _ = read_rules(rules, known, "")
    parts = components(known, structure)
    whole, alone = ([judge(part, 0, EFFORT, given) for part in parts] for given in (None, told))
    rows = []
    for one, other in zip(whole, alone, strict=True):
        for question in one.component.questions.values():
            keys = [(question.name, name) for name in question.readings]
            spoken = [name for name in _spoken(one.component, question.name) if name in known]
            same = all(one.readings[key][0] == other.readings[key][0] in ("agrees", "contradicts") for key in keys)
            if same and set(spoken) <= set(told):
                rows += [
                    (question.name, question.label, reading.label, reading.printed, one.readings[key][0])
                    for key, reading in zip(keys, question.readings.values(), strict=True)
                ]
    rows += [
        (figure.id, figure.statement, "", False, "contradicts")
        for figure in known.values()
        if any(figure.id in one.contradicted for one in alone)
    ]
    return pd.DataFrame(rows, columns=["question", "question_label", "reading_label", "printed", "verdict"])


def _figure_rows(known: dict[str, Figure], judgements: "list[Judgement]") -> Iterable[tuple]:
    by_figure = {name: judgement for judgement in judgements for name in judgement.component.figures}
    for figure in known.values():
        judgement = by_figure.get(figure.id)
        low, high = judgement.ranges.get(figure.id, (None, None)) if judgement is not None else (None, None)
        verdict, reason = _verdict(figure, judgement)
        if verdict not in ("unique", "several", "open"):
            low, high = None, None
        yield (figure.id, figure.statement, figure.value, verdict, low, high, reason)


def _verdict(figure: Figure, judgement: "Judgement | None") -> tuple[str, str]:
    if figure.aside or judgement is None:
        return "aside", figure.aside
    if figure.id in judgement.contradicted:
        return "contradicted", "Aucune lecture ne l’accorde avec les autres : voir les contradictions."
    alone = len(judgement.component.figures) == 1 and not any(lin.relation for lin in judgement.component.linears)
    if alone and figure.share is not None and not figure.base_id and figure.base_value is None:
        return "aside", "La base n’est pas imprimée et aucune relation ne la donne."
    if alone and figure.share is None:
        return "unchecked", "Aucun autre chiffre ne le recoupe."
    if figure.id in judgement.undecided or judgement.failed:
        return "undecided", "Le solveur n’a ni trouvé ni réfuté dans l’effort permis."
    but = " Les chiffres en contradiction sont écartés." if judgement.contradicted else ""
    if not figure.countable:
        return "consistent", "Date ou intervalle : vérifié, sans effectif derrière lui." + but
    low, high = judgement.ranges[figure.id]
    if high is None:
        return "open", "Les chiffres ne donnent qu’un minimum." + but
    if low == high:
        return "unique", "Toute autre valeur est prouvée impossible." + but
    return "several", "Chaque borne est atteinte par une solution ; au-delà, prouvé impossible." + but


def _reading_rows(structure: Rules, judgements: "list[Judgement]") -> Iterable[tuple]:
    judged = {key: pair for judgement in judgements for key, pair in judgement.readings.items()}
    for question in structure.questions.values():
        for reading in question.readings.values():
            verdict, found = judged.get((question.name, reading.name), ("agrees", None))
            told = (question.name, question.label, reading.name, reading.label, reading.printed)
            many, complete = (len(found.conflicts), found.complete) if found else (0, True)
            yield (*told, reading.lines or question.lines, verdict, many, complete)


def _conflict_rows(known: dict[str, Figure], structure: Rules, judgements: "list[Judgement]") -> Iterable[tuple]:
    labels = {relation.name: relation.label for relation in structure.relations}
    order = [("", ""), *((q.name, reading) for q in structure.questions.values() for reading in q.readings)]
    found = [
        (key, conflict)
        for judgement in judgements
        for key, enumeration in judgement.conflicts.items()
        for conflict in enumeration.conflicts
    ]
    found.sort(key=lambda entry: (order.index(entry[0]), len(entry[1].figures)))  # stable: preferred ones stay first
    for number, ((question, reading), conflict) in enumerate(found, start=1):
        relations = " ; ".join(labels[name] or name for name in conflict.relations)
        for name in conflict.figures or ("",):
            statement, value = (known[name].statement, known[name].value) if name else ("", "")
            yield (number, question, reading, len(conflict.figures), name, statement, value, relations)


def _rounding_rows(known: dict[str, Figure], structure: Rules, judgements: "list[Judgement]") -> Iterable[tuple]:
    """Partitions of integer percentages whose printed sum is not the printed total, though the integers agree."""
    contradicted = {name for judgement in judgements for name in judgement.contradicted}
    for relation in structure.relations:
        if relation.kind != "sum" or relation.question:
            continue
        terms = [relation.whole, *relation.parts]
        if any(len(term.names) != 1 or term.coefficient != 1 or term.names[0] not in known for term in terms):
            continue
        whole, *parts = [known[term.names[0]] for term in terms]
        if any(part.rounding != "integer_percent" for part in parts) or contradicted & {f.id for f in (whole, *parts)}:
            continue
        if all(part.base_id == whole.id for part in parts):
            total = 100
        elif whole.rounding == "integer_percent" and all(
            (part.base_id, part.base_value) == (whole.base_id, whole.base_value) for part in parts
        ):
            total = int(whole.value)
        else:
            continue
        printed = sum(int(part.value) for part in parts)
        if printed != total:
            yield (relation.name, relation.label, " ; ".join(figure.id for figure in (*parts, whole)), printed, total)


# -- Smallest contradictions: all minimal sets of figures that cannot hold together, smallest first ---------------
# Method: the implicit hitting set (Ignatiev, Previti, Liffiton, Marques-Silva, « Smallest MUS extraction with minimal
# hitting set dualization », CP 2015). A smallest candidate meets all correction sets (figures whose removal leaves a solution)
# known so far: either it is a minimal contradiction, or it grows to a largest set with a solution, whose complement is one
# more. Forbidding what is found gives the next one by size; when no candidate is left, the list is complete.
PREFERENCE = 1000  # one figure more always weighs more than any preference


@dataclass(frozen=True)
class Conflict:
    """Figures that contradict each other, minimal, and the relations that it takes, minimal too."""

    figures: tuple[str, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True)
class Enumeration:
    """`complete`: it is proved that there is no other minimal contradiction."""

    conflicts: list[Conflict]
    complete: bool


def minimal_conflicts(solver: Solver, query: Query, limit: int, preferred: Collection[str] = ()) -> Enumeration:
    """The minimal contradictions among the query's figures, smallest first, `limit` at most.

    Among those of one size, the ones made of `preferred` figures come first: those that the passage speaks of.
    """
    weights = {name: PREFERENCE - (name in preferred) for name in sorted(query.figures)}
    corrections: list[frozenset[str]] = []
    found: list[frozenset[str]] = []
    while len(found) < limit:
        candidate = _hitting(weights, corrections, found)
        if candidate is None:
            break
        if solver.solution(Query(candidate, query.readings, query.without)) is None:
            found.append(candidate)
        else:
            corrections.append(query.figures - solver.grow(query, candidate))
    # In the order found: by size, then by preference.
    conflicts = [Conflict(tuple(sorted(figures)), _relations(solver, query, figures)) for figures in found]
    return Enumeration(conflicts, _hitting(weights, corrections, found) is None)


def _hitting(
    weights: Mapping[str, int], corrections: list[frozenset[str]], found: list[frozenset[str]]
) -> frozenset[str] | None:
    """A lightest set that meets every correction set and holds no contradiction already found."""
    model = cp_model.CpModel()
    chosen = {name: model.new_bool_var(name) for name in weights}
    for correction in corrections:
        model.add_at_least_one(chosen[name] for name in sorted(correction))
    for conflict in found:
        model.add_bool_or([~chosen[name] for name in sorted(conflict)])
    model.minimize(sum(weight * chosen[name] for name, weight in weights.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status != cp_model.OPTIMAL:
        raise OutOfEffort(solver.status_name(status))
    return frozenset(name for name in weights if solver.boolean_value(chosen[name]))


def _relations(solver: Solver, query: Query, figures: frozenset[str]) -> tuple[str, ...]:
    """A minimal set of relations that, with the figures, has no solution."""
    names = list(dict.fromkeys(linear.relation for linear in solver.component.linears if linear.relation))

    def contradicts(kept: Sequence[str]) -> bool:
        without = query.without | (set(names) - set(kept))
        return solver.solution(Query(figures, query.readings, frozenset(without))) is None

    return tuple(shrink(names, contradicts))


def shrink(items: Sequence[str], holds: Callable[[Sequence[str]], bool]) -> list[str]:
    """A minimal sublist for which `holds`, which is monotone and true of all items; halves first, then one by one."""
    kept, size = list(items), len(items)
    while size >= 1:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if holds(fewer):
                kept = fewer
            else:
                start += size
        size //= 2
    return kept


# -- One component judged: contradictions, readings, and the integers that hold in every solution -----------------
OPEN = 200  # variables go up to a thousand times the largest number printed
Key = tuple[str, str]  # question, reading; both empty for what no reading accords


@dataclass
class Judgement:
    """What is known of one component.

    `contradicted`: figures of contradictions that no reading lifts; the rest is judged without them.
    `ranges`: smallest and largest value of each count over all solutions and all readings that agree, each proved;
    no largest where there is none.
    """

    component: Component
    contradicted: frozenset[str] = frozenset()
    failed: bool = False
    undecided: set[str] = field(default_factory=set)
    readings: dict[Key, tuple[str, Enumeration | None]] = field(default_factory=dict)
    conflicts: dict[Key, Enumeration] = field(default_factory=dict)
    ranges: dict[str, Bounds] = field(default_factory=dict)


def judge(component: Component, limit: int, effort: float, told: Collection[str] | None = None) -> Judgement:
    """Judge one component; what the solver cannot decide is told as such. `limit` 0: the verdicts alone, without what explains
    them nor the ranges, which cost most. `told`: the figures that count; all where it is None."""
    judgement = Judgement(component)
    solver = Solver(component, effort)
    try:
        believed = _believable(solver, judgement, max(limit, 1), told)
        retained = _readings(solver, judgement, believed, limit)
    except OutOfEffort:
        questions = component.questions.values()
        unknown = {(question.name, name): ("undecided", None) for question in questions for name in question.readings}
        return Judgement(component, failed=True, readings=dict(unknown))
    if believed is None or not limit:
        return judgement
    query = Query(believed, retained)
    counts = [name for name in component.variables if "@" not in name and "*" not in name]
    judgement.ranges = _ranges(solver, judgement, query, counts)
    return judgement


def _believable(
    solver: Solver, judgement: Judgement, limit: int, told: Collection[str] | None
) -> frozenset[str] | None:
    """The figures left once those that contradict each other under every reading are set aside."""
    given = believed = solver.component.figures.intersection(solver.component.figures if told is None else told)
    found: list[Enumeration] = []
    while solver.solution(Query(believed)) is None:
        enumeration = minimal_conflicts(solver, Query(believed), limit)
        found.append(enumeration)
        contradicting = {name for conflict in enumeration.conflicts for name in conflict.figures}
        if not contradicting:  # the relations contradict each other by themselves
            judgement.contradicted = given
            judgement.conflicts["", ""] = enumeration
            return None
        believed = believed - contradicting
    judgement.contradicted = given - believed
    if found:
        conflicts = [conflict for enumeration in found for conflict in enumeration.conflicts]
        judgement.conflicts["", ""] = Enumeration(conflicts, len(found) == 1 and found[0].complete)
    return believed


def _readings(
    solver: Solver, judgement: Judgement, believed: frozenset[str] | None, limit: int
) -> dict[str, list[str]]:
    """Judge every reading, the other questions being free; then explain those that contradict."""
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
            if name in agreeing or not limit:
                judgement.readings[key] = ("agrees" if name in agreeing else "contradicts", None)
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


def _spoken(component: Component, question: str) -> list[str]:
    """The figures and unpublished numbers that the readings of a question speak of."""
    names: dict[str, None] = {}
    for linear in component.linears:
        if linear.question == question:
            for name in [linear.figure, *(term for term, _ in linear.terms)]:
                names |= {part.split("@")[0]: None for part in name.split("*") if part}
    return list(names)
