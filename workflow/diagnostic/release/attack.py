"""The attack: what a reader who solves everything printed can prove about a group, in exact integers.

A table of whole numbers that agrees with everything printed (a *witness*) proves that the group may be as large, and
as small, as in that table. Witnesses are sought for many groups at once; what they leave open is settled group by
group by the exact interval. A search that ends without an answer counts as exposed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse.csgraph import connected_components

from diagnostic.release.system import FREED, UNBOUNDED, System

EPSILON = 1e-6
DUAL = 1e-9
NODES = 20_000  # of branch and bound, per exact question: the answer does not depend on the machine's speed
SECONDS = 60.0  # a guard beside it; reaching it counts as exposed
ROUNDS = 40  # joint searches of witnesses, at most
ENGINE = "HiGHS (scipy.optimize.milp)"


class Contradiction(ValueError):
    """The true counts do not agree with what is shown."""


@dataclass(frozen=True)
class Interval:
    """Smallest and largest possible count; `high` is infinite when nothing bounds it; `settled` false: no answer."""

    low: float
    high: float
    settled: bool = True


@dataclass(frozen=True)
class Targets:
    """Groups under attack, one per row of `forms`, and what must stay possible for each.

    The reader must find `high ≥ reach`, `high − low ≥ width` and `low ≤ floor`.
    """

    names: tuple[str, ...]
    forms: sparse.csr_array
    value: np.ndarray
    reach: np.ndarray
    width: np.ndarray
    floor: np.ndarray

    def take(self, places: Sequence[int] | np.ndarray) -> Targets:
        rows = np.asarray(places, dtype=int)
        return Targets(
            tuple(self.names[place] for place in rows),
            self.forms[rows],
            self.value[rows],
            self.reach[rows],
            self.width[rows],
            self.floor[rows],
        )


@dataclass(frozen=True)
class Exposure:
    """A group that what is printed gives away, and the printed facts that prove it (none: zeros and signs alone)."""

    target: str
    proof: tuple[str, ...]
    settled: bool = True


@dataclass(frozen=True)
class Outcome:
    """What an attack found; `pool` holds the witnesses, one per row, true table first."""

    exposed: tuple[Exposure, ...]
    pool: np.ndarray
    solves: int
    kept: int  # witnesses of the pool given


@dataclass
class Model:
    """The rows that hold, split into connected parts; one solver call per question."""

    system: System
    solves: int = 0
    rows: sparse.csr_array = field(init=False)
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)
    facts: np.ndarray = field(init=False)
    part: np.ndarray = field(init=False)  # of each column
    row_part: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        system, active = self.system, self.system.active
        positive = np.asarray(system.rows.minimum(0).sum(axis=1)).ravel() == 0
        said = active & ~(positive & (system.low <= 0) & np.isinf(system.high))
        self.rows, self.low, self.high = system.rows[said], system.low[said], system.high[said]
        # The row of a withheld fact ties what it adds up: an identity, nothing printed.
        printed = np.where(system.when == FREED, "", np.array(system.facts, dtype=object))
        self.facts = printed[said]
        links = sparse.csr_array((self.rows != 0).astype(int))
        _, self.part = connected_components(links.T @ links, directed=False)
        first = np.zeros(links.shape[0], dtype=int)
        filled = np.diff(links.indptr) > 0
        first[filled] = links.indices[links.indptr[:-1][filled]]
        self.row_part = np.where(filled, self.part[first] if self.part.size else -1, -1)

    def agrees(self, tables: np.ndarray) -> np.ndarray:
        """Which tables (one per row) agree with everything printed."""
        found = tables @ self.rows.T
        inside = (found >= self.low - EPSILON) & (found <= self.high + EPSILON)
        return np.asarray(inside.all(axis=1) & (tables >= 0).all(axis=1))

    def region(self, forms: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
        """The columns and the rows that can matter to these forms."""
        columns = np.isin(self.part, np.unique(self.part[np.unique(forms.indices)]))
        return columns, np.isin(self.row_part, np.unique(self.part[columns]))

    def optimum(self, form: sparse.csr_array, sign: int) -> tuple[float, np.ndarray | None, bool]:
        """Exact extreme of a form over whole tables: (value, a table that reaches it, settled)."""
        columns, rows = self.region(form)
        cost = form.toarray().ravel()[columns]
        matrix = self.rows[rows][:, columns]
        self.solves += 1
        result = milp(
            -sign * cost,
            integrality=np.ones(cost.size),
            bounds=Bounds(0, UNBOUNDED),
            constraints=LinearConstraint(matrix, self.low[rows], self.high[rows]) if matrix.shape[0] else (),
            options={"mip_rel_gap": 0.0, "node_limit": NODES, "time_limit": SECONDS},
        )
        if result.status != 0:
            return (math.nan, None, False)
        table = np.full(self.system.columns, -1.0)
        table[columns] = np.round(result.x)
        value = float(np.round(cost @ table[columns]))
        return (math.inf if value >= UNBOUNDED / 2 else value), table, True

    def relaxed(self, form: sparse.csr_array, sign: int) -> tuple[float, frozenset[str], bool]:
        """Extreme of a form over real tables, rounded inward: (value, printed facts that prove it, settled)."""
        columns, rows = self.region(form)
        matrix, low, high = self.rows[rows][:, columns], self.low[rows], self.high[rows]
        facts = self.facts[rows]
        same = low == high
        above, below = np.isfinite(high) & ~same, np.isfinite(low) & ~same
        self.solves += 1
        result = linprog(
            -sign * form.toarray().ravel()[columns],
            A_ub=sparse.vstack([matrix[above], -matrix[below]], format="csr") if (above | below).any() else None,
            b_ub=np.concatenate([high[above], -low[below]]) if (above | below).any() else None,
            A_eq=matrix[same] if same.any() else None,
            b_eq=high[same] if same.any() else None,
            bounds=(0, UNBOUNDED),
            method="highs-ds",
        )
        if result.status != 0:
            return math.nan, frozenset(), False
        named = np.concatenate([facts[above], facts[below], facts[same]])
        duals = np.concatenate([result.ineqlin.marginals, result.eqlin.marginals])
        proof = frozenset(str(fact) for fact in named[np.abs(duals) > DUAL] if fact)
        value = -sign * float(result.fun)
        inward = math.floor(value + EPSILON) if sign > 0 else math.ceil(value - EPSILON)
        return (math.inf if value >= UNBOUNDED / 2 else float(inward)), proof, True

    def witness(self, targets: Targets, sign: int, goal: np.ndarray) -> np.ndarray | None:
        """One whole table that brings as many targets as it can to their goal (up or down), or None."""
        columns, rows = self.region(targets.forms)
        matrix, forms = self.rows[rows][:, columns], targets.forms[:, columns]
        count, size = forms.shape
        slack = -sign * sparse.eye_array(count, format="csr")
        constraints = [
            LinearConstraint(
                sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], count))]), self.low[rows], self.high[rows]
            )
        ]
        if sign > 0:  # reached ≤ form, reached ≤ goal: maximise the sum of what is reached
            constraints.append(LinearConstraint(sparse.hstack([forms, slack]), 0, np.inf))
            upper, cost = goal, -1 / np.maximum(goal, 1)
        else:  # excess ≥ form − goal: minimise the sum of excesses
            constraints.append(LinearConstraint(sparse.hstack([forms, -sparse.eye_array(count)]), -np.inf, goal))
            upper, cost = np.full(count, np.inf), np.ones(count)
        self.solves += 1
        result = milp(
            np.concatenate([np.zeros(size), cost]),
            integrality=np.concatenate([np.ones(size), np.zeros(count)]),
            bounds=Bounds(0, np.concatenate([np.full(size, float(UNBOUNDED)), upper])),
            constraints=constraints,
            options={"mip_rel_gap": 0.05, "node_limit": 50},
        )
        if result.x is None:
            return None
        table = np.full(self.system.columns, -1.0)
        table[columns] = np.round(result.x[:size])
        return table


def interval(system: System, form: sparse.csr_array, model: Model | None = None) -> Interval:
    """The exact integer interval of one form (a 1 × columns row), given everything that is shown."""
    model = model or Model(system)
    low, _, down = model.optimum(form, -1)
    high, _, up = model.optimum(form, +1)
    return Interval(low, high, down and up)


def _possible(targets: Targets, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return (high >= targets.reach) & (high - low >= targets.width) & (low <= targets.floor)


def _goals(targets: Targets, high: np.ndarray, low: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where to push each target: first up to its reach, then down as far as width and floor ask."""
    up = np.maximum(targets.reach, np.where(targets.value >= targets.reach, targets.value + targets.width / 2, 0))
    down = np.minimum(targets.floor, np.maximum(high, up) - targets.width)
    return np.ceil(up), np.maximum(np.floor(down), 0)


def complete(table: np.ndarray, base: np.ndarray) -> np.ndarray:
    """A witness found on some columns, completed by a witness of the whole."""
    return np.where(table < 0, base, table)


def attack(system: System, targets: Targets, pool: np.ndarray) -> Outcome:
    """Every target that what is shown gives away, with its proof.

    `pool`: known witnesses, one per row; the first is the true table. Raises Contradiction when the true table does not
    agree with what is shown (the facts contradict the data).
    """
    model = Model(system)
    valid = model.agrees(pool)
    if not valid[0]:
        raise Contradiction("facts and data disagree")
    pool = pool[valid]
    found = pool @ targets.forms.T
    low, high = found.min(axis=0), found.max(axis=0)
    tables = [pool]

    def learn(table: np.ndarray | None) -> bool:
        nonlocal low, high
        if table is None:
            return False
        whole = complete(table, pool[0])[None, :]
        if not model.agrees(whole)[0]:
            return False
        seen = (whole @ targets.forms.T).ravel()
        news = bool((seen < low).any() or (seen > high).any())
        low, high = np.minimum(low, seen), np.maximum(high, seen)
        tables.append(whole)
        return news

    for _ in range(ROUNDS):
        before = int(_possible(targets, low, high).sum())
        for sign in (+1, -1):
            up, down = _goals(targets, high, low)
            lacking = ~_possible(targets, low, high) & ((high < up) if sign > 0 else (low > down))
            for places in _by_part(model, targets, np.flatnonzero(lacking)):
                learn(model.witness(targets.take(places), sign, (up if sign > 0 else down)[places]))
        if int(_possible(targets, low, high).sum()) == before:
            break
    exposed = []
    for place in np.flatnonzero(~_possible(targets, low, high)):
        if not _possible(targets, low, high)[place]:
            exposure = examine(model, targets.take([int(place)]), learn)
            if exposure:
                exposed.append(exposure)
    return Outcome(tuple(exposed), np.vstack(tables), model.solves, len(pool))


def _by_part(model: Model, targets: Targets, places: np.ndarray) -> list[np.ndarray]:
    """Targets grouped by the connected part of the system they live in."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for place in places:
        row = targets.forms[[int(place)]]
        groups.setdefault(tuple(np.unique(model.part[row.indices])), []).append(int(place))
    return [np.array(members) for members in groups.values()]


def examine(model: Model, target: Targets, learn: object = None) -> Exposure | None:
    """Whether one target is exposed, with a proof; None when it is not.

    Real tables first: their bounds are wider, so what they prove is proved, and duals name the facts behind it.
    """
    (name,) = target.names
    high, above, up = model.relaxed(target.forms, +1)
    low, below, down = model.relaxed(target.forms, -1)
    if not (up and down):
        return Exposure(name, tuple(sorted(_around(model, target))), settled=False)
    if high < target.reach[0]:
        return Exposure(name, tuple(sorted(above)))
    if low > target.floor[0]:
        return Exposure(name, tuple(sorted(below)))
    if high - low < target.width[0]:
        return Exposure(name, tuple(sorted(above | below)))
    return _examine_whole(model, target, learn)


def _examine_whole(model: Model, target: Targets, learn: object) -> Exposure | None:
    high, top, up = model.optimum(target.forms, +1)
    low, bottom, down = model.optimum(target.forms, -1)
    if callable(learn):
        learn(top)
        learn(bottom)
    if up and down and _possible(target, np.array([low]), np.array([high]))[0]:
        return None
    return Exposure(target.names[0], tuple(sorted(_around(model, target))), settled=up and down)


def _around(model: Model, target: Targets) -> frozenset[str]:
    """Every printed fact of the target's part: a proof, if a long one."""
    _, rows = model.region(target.forms)
    return frozenset(str(fact) for fact in model.facts[rows] if fact)


def shrink(system: System, target: Targets, proof: Iterable[str]) -> tuple[str, ...]:
    """A proof from which no fact can be removed: each is tried, in order, with the others kept."""
    kept = list(proof)
    others = frozenset(system.facts) - frozenset(kept) - {""}
    for fact in list(kept):
        fewer = replace(system, withheld=system.withheld | others | {fact} | (frozenset(proof) - frozenset(kept)))
        if examine(Model(fewer), target):
            kept.remove(fact)
    return tuple(kept)
