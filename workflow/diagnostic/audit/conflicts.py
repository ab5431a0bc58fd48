"""Smallest contradictions: all minimal sets of figures that cannot hold together, smallest first.

Method: the implicit hitting set (Ignatiev, Previti, Liffiton, Marques-Silva, « Smallest MUS extraction with minimal
hitting set dualization », CP 2015). A contradiction meets every correction set (figures whose removal leaves a
solution), so a smallest candidate meets all those known so far: either it contradicts itself and is a minimal
contradiction, or it grows to a largest set with a solution, whose complement is one more correction set. Forbidding
what is found and going on gives the next one by size; when no candidate is left, the list is proved complete.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from diagnostic.audit.solving import OutOfEffort, Query, Solver

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
            return Enumeration(_explained(solver, query, found), True)
        believed = Query(candidate, query.readings, query.without)
        if solver.solution(believed) is None:
            found.append(candidate)
        else:
            corrections.append(query.figures - solver.grow(query, candidate))
    return Enumeration(_explained(solver, query, found), _hitting(weights, corrections, found) is None)


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


def _explained(solver: Solver, query: Query, found: list[frozenset[str]]) -> list[Conflict]:
    """In the order found: by size, then by preference."""
    return [Conflict(tuple(sorted(figures)), _relations(solver, query, figures)) for figures in found]


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
