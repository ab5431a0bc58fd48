"""One component, solved: OR-Tools CP-SAT, exact integer arithmetic, one worker, a fixed seed.

Effort is counted in the solver's deterministic time, never in seconds, so that a slow machine answers the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from diagnostic.audit.structure import Component, Linear

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
            domain = cp_model.Domain.from_intervals(
                [list(interval) for interval in allowed if interval[0] <= interval[1]]
            )
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

    def _model(self, query: Query) -> _Models:
        questions = self.component.questions.values()
        open_ = {
            question.name: tuple(
                name for name in question.readings if name in query.readings.get(question.name, question.readings)
            )
            for question in questions
        }
        key = tuple(open_.values())
        if key not in self._models:
            self._models[key] = _Models(self.component, open_)
        return self._models[key].model(query)

    def _solve(self, model: _Models) -> dict[str, int] | None:
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
        self.variables = {
            name: self.cp.new_int_var(low, high, name) for name, (low, high) in component.variables.items()
        }
        self._readings(open_)
        self._bare = self.cp.clone()
        self._linears = [(linear, index) for linear in component.linears if (index := self._linear(linear)) is not None]
        self._whole = self.cp.clone()

    def model(self, query: Query) -> _Models:
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
        self._products(used, fixed)
        return self

    def _products(self, used: set[str], fixed: dict[str, int]) -> None:
        for product in self.component.products:
            if product.name in used:  # a product that nothing asks for is costly, and free
                result, left, right = (self.variables[name] for name in (product.name, product.left, product.right))
                if product.left in fixed:  # then linear: the bounds of a true product creep
                    self.cp.add(result == fixed[product.left] * right)
                elif product.right in fixed:
                    self.cp.add(result == fixed[product.right] * left)
                else:
                    self.cp.add_multiplication_equality(result, [left, right])

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
        high = _NEVER if linear.high is None else linear.high
        constraint = self.cp.add_linear_constraint(total, low, high)
        if taken is not True:
            constraint.only_enforce_if(taken)
        return constraint.index

    def _exact(self, linear: Linear) -> bool:
        """Whether it says the only value of one variable, under whatever reading is open."""
        alone = len(linear.terms) == 1 and linear.terms[0][1] == 1 and linear.low == linear.high
        return alone and (not linear.question or self.taken[linear.question, linear.reading] is True)
