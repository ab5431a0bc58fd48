"""What a publication's figures impose on microdata: the audit's constraints, on counts that microdata give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from ortools.sat.python import cp_model

from diagnostic.audit.building import components
from diagnostic.audit.figures import Figure, read_figures
from diagnostic.audit.model import Component, Linear
from diagnostic.audit.solving import Query, Solver
from diagnostic.audit.structure import read_rules
from diagnostic.audit.values import COUNTS
from diagnostic.core.errors import Refused
from diagnostic.core.problems import BLOCKING, Problem

EFFORT = 60.0  # deterministic seconds per question to the solver
WIDEST = 100_000  # an unpublished count is not larger
_NEVER = 10**15
# Where a passage can be read in several ways, the way that the workflow computes it (question → reading).
READINGS = {
    "pros.union": "with_overlap",
    "pros.identified_base": "contributors",
    "equipped.base": "took_charge",
    "needs.base": "respondents",
    "needs.routing": "not_applied",
    "profile.foreign_base": "persons",
    "cond.students": "inside",
    "goods.base": "persons",
    "pimp.majority": "impression",
    "ads.base": "sample",
    "ads.estimate": "printed_rate",
    "ads.mirror": "all_nonzero",
    "audience.reading": "flat_three",
}


class Impossible(Refused):
    """No microdata give these figures, or none were found in the effort allowed; the message is in French."""


@dataclass(frozen=True)
class Publication:
    """Figures that can be believed together, and what relates them."""

    figures: Mapping[str, Figure]
    components: tuple[Component, ...]
    believed: frozenset[str]

    @classmethod
    def read(cls, figures: pd.DataFrame, structure: pd.DataFrame | None) -> Publication:
        """From the files of `diagnostic auditer`. Where figures contradict each other whatever the reading, a largest
        set that does not is kept. Raises Impossible for files that the audit refuses."""
        known, problems = read_figures(figures, "published_figures.csv")
        rules, told = read_rules(structure, known, "structure.csv")
        blocking: list[Problem] = [p for p in (*problems, *told) if p.severity == BLOCKING]
        if blocking:
            raise Impossible(f"Les chiffres publiés ne peuvent pas être lus : {blocking[0].message}")
        parts = tuple(components(known, rules))
        believed: set[str] = set()
        for part in parts:
            chosen = {name: [READINGS[name]] for name in part.questions if name in READINGS}
            believed |= Solver(part).grow(Query(part.figures, chosen), frozenset())
        return cls(known, parts, frozenset(believed))

    def ends(self, figure: str, otherwise: tuple[int, int]) -> tuple[int, int]:
        """The two ends of a published range."""
        known = self.figures[figure].variables if figure in self.figures else {}
        return tuple(known[end][0] for end in ("@low", "@high")) if known else otherwise  # type: ignore[return-value]

    def least(self, figure: str) -> int:
        """The smallest count that a published figure allows."""
        return self.figures[figure].variables[""][0]

    def hold(self, model: cp_model.CpModel, counts: Mapping[str, cp_model.LinearExprT]) -> None:
        """Impose all that is published on these counts, given by the name of their figure: figures among them, and all
        figures and unpublished numbers that a relation ties to them. « Environ » and « au moins » are taken as printed.
        """
        for name, count in counts.items():
            figure = self.figures.get(name)
            if figure and figure.unit in COUNTS and figure.rounding in ("approx", "at_least"):
                model.add(count == int(figure.value))
        for part in self.components:
            if not counts.keys() & part.variables.keys():
                continue
            linears = [linear for linear in part.linears if self._applies(linear)]
            linked = _linked(linears, counts.keys())
            numbers: dict[str, cp_model.LinearExprT] = dict(counts)
            for linear in linears:
                if all(name in linked for name, _ in linear.terms):
                    for name, _ in linear.terms:
                        if name not in numbers:
                            low, high = part.variables[name]
                            numbers[name] = model.new_int_var(low, min(high, WIDEST), name)
                    total = cp_model.LinearExpr.weighted_sum(
                        [numbers[name] for name, _ in linear.terms],
                        [int(coefficient) for _, coefficient in linear.terms],
                    )
                    least = -_NEVER if linear.low is None else linear.low
                    model.add_linear_constraint(total, least, _NEVER if linear.high is None else linear.high)

    def _applies(self, linear: Linear) -> bool:
        if linear.figure and linear.figure not in self.believed:
            return False
        return not linear.question or READINGS.get(linear.question) == linear.reading


def _linked(linears: Sequence[Linear], names: object) -> set[str]:
    """The numbers that relations tie to these, products aside: what they multiply is fixed beforehand."""
    found = set(names)  # type: ignore[call-overload]
    grown = True
    while grown:
        grown = False
        for linear in linears:
            own = {name for name, _ in linear.terms if "*" not in name}
            if len(own) == len(linear.terms) and own & found and not own <= found:
                found |= own
                grown = True
    return found


def solved(model: cp_model.CpModel, seed: int, effort: float = EFFORT) -> cp_model.CpSolver:
    """One solution, another one with another seed, the same one with the same. Raises Impossible."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.randomize_search = True
    solver.parameters.linearization_level = 2  # sums that must be met exactly: the relaxation tells early
    solver.parameters.max_deterministic_time = effort
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Impossible("Aucune donnée ne s’accorde avec les chiffres publiés, ou aucune n’a été trouvée à temps.")
    return solver


def near(model: cp_model.CpModel, targets: Mapping[cp_model.IntVar, int]) -> None:
    """Prefer values near these: solutions then differ as their targets do."""
    apart = []
    for variable, target in targets.items():
        distance = model.new_int_var(0, WIDEST, "")
        model.add(distance >= variable - target)
        model.add(distance >= target - variable)
        apart.append(distance)
    model.minimize(sum(apart))
