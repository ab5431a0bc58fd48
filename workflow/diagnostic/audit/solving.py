"""One component, solved: OR-Tools CP-SAT, exact integer arithmetic, one worker, a fixed seed.

Effort is counted in the solver's deterministic time, never in seconds, so that a slow machine answers the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from diagnostic.audit.model import Component, Linear

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

    def solution(self, query: Query, name: str = "", allowed: Sequence[tuple[int, int]] = ()) -> dict[str, int] | None:
        """One solution, all variables by name; None if it is proved that there is none. Raises OutOfEffort.

        `allowed`: intervals, one of which must hold the variable `name`.
        """
        model = _Model(self.component, query)
        if name:
            domain = cp_model.Domain.from_intervals(
                [list(interval) for interval in allowed if interval[0] <= interval[1]]
            )
            model.cp.add_linear_expression_in_domain(model.variables[name], domain)
        return self._solve(model)

    def extreme(self, query: Query, name: str, largest: bool) -> int:
        """The smallest or largest value of a variable over all solutions, proved optimal. The query has one."""
        model = _Model(self.component, query)
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

    def _solve(self, model: _Model) -> dict[str, int] | None:
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


class _Model:
    """The CP-SAT model of a query."""

    def __init__(self, component: Component, query: Query) -> None:
        self.cp = cp_model.CpModel()
        self.variables = {
            name: self.cp.new_int_var(low, high, name) for name, (low, high) in component.variables.items()
        }
        self._readings(component, query)
        self.used: set[str] = set()
        self.fixed: dict[str, int] = {}  # printed exactly, and believed
        for linear in component.linears:
            if not linear.relation or linear.relation not in query.without:
                self._linear(linear, query)
        for product in component.products:
            if product.name in self.used:  # a product that nothing asks for is costly, and free
                result, left, right = (self.variables[name] for name in (product.name, product.left, product.right))
                if product.left in self.fixed:  # then linear: the bounds of a true product creep
                    self.cp.add(result == self.fixed[product.left] * right)
                elif product.right in self.fixed:
                    self.cp.add(result == self.fixed[product.right] * left)
                else:
                    self.cp.add_multiplication_equality(result, [left, right])

    def _readings(self, component: Component, query: Query) -> None:
        self.taken: dict[tuple[str, str], cp_model.IntVar | bool] = {}
        for question in component.questions.values():
            open_ = [name for name in question.readings if name in query.readings.get(question.name, question.readings)]
            for name in question.readings:
                self.taken[question.name, name] = False
            if len(open_) == 1:
                self.taken[question.name, open_[0]] = True
                continue
            literals = {name: self.cp.new_bool_var(f"{question.name}={name}") for name in open_}
            self.cp.add_exactly_one(literals.values())
            self.taken |= {(question.name, name): literal for name, literal in literals.items()}

    def _linear(self, linear: Linear, query: Query) -> None:
        conditions = []
        if linear.question:
            taken = self.taken[linear.question, linear.reading]
            if taken is False:
                return
            if taken is not True:
                conditions.append(taken)
        if linear.figure and linear.figure not in query.figures:
            return
        self.used |= {name for name, _ in linear.terms}
        if len(linear.terms) == 1 and linear.terms[0][1] == 1 and linear.low == linear.high and not conditions:
            self.fixed[linear.terms[0][0]] = linear.low or 0
        names, coefficients = [name for name, _ in linear.terms], [coefficient for _, coefficient in linear.terms]
        total = cp_model.LinearExpr.weighted_sum([self.variables[name] for name in names], coefficients)
        low = -_NEVER if linear.low is None else linear.low
        high = _NEVER if linear.high is None else linear.high
        constraint = self.cp.add_linear_constraint(total, low, high)
        if conditions:
            constraint.only_enforce_if(conditions)
