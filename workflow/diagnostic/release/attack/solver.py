"""The attack: what a reader who solves everything printed can prove about a group, in exact integers.

A table of whole numbers that agrees with everything printed (a *witness*) proves that the group may be as large, and
as small, as in that table. Witnesses are sought for all groups at once; what they leave open is settled group by group by
the exact interval. A search that ends without an answer counts as exposed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import scipy  # its parts are loaded when they are first used

from diagnostic.release.populations.groups import UNBOUNDED, System

EPSILON = 1e-6
DUAL = 1e-9
NODES = 20_000  # of branch and bound, per exact question: the answer does not depend on the machine's speed
SECONDS = 60.0  # a guard beside it; reaching it counts as exposed
SEVERAL = 8  # open groups that one table is sought for at once
NEARLY = 0.1  # of the best direction: any table that agrees is a witness
QUESTIONS = 4_000  # exact questions of one attack, at most
ENGINE = "HiGHS (scipy.optimize.milp)"


class Contradiction(ValueError):
    """No table agrees with what is shown."""


class Interval(NamedTuple):
    """Smallest and largest possible count; `high` is infinite when nothing bounds it; `settled` false: no answer."""

    low: float
    high: float
    settled: bool = True


@dataclass(frozen=True)
class Targets:
    """Groups under attack, one per row of `forms`, and what must stay possible for each.

    The reader must find `high − low ≥ width`, `high ≥ reach` and `low ≤ floor`; where `either`, one of the last two is
    enough: a group that may be empty, or may be large, is not known to be small and not empty.
    """

    names: tuple[str, ...]
    forms: scipy.sparse.csr_array
    reach: np.ndarray
    width: np.ndarray
    floor: np.ndarray
    either: np.ndarray

    def take(self, places: Sequence[int] | np.ndarray) -> Targets:
        rows = np.asarray(places, dtype=int)
        own = {name: getattr(self, name)[rows] for name in ("forms", "reach", "width", "floor", "either")}
        return Targets(tuple(self.names[place] for place in rows), **own)


class Exposure(NamedTuple):
    """A group that what is printed gives away, and the printed facts that prove it (none: zeros and signs alone)."""

    target: str
    proof: tuple[str, ...]
    settled: bool = True


class Outcome(NamedTuple):
    """What an attack found; `pool` holds the witnesses, one per row."""

    exposed: tuple[Exposure, ...]
    pool: np.ndarray
    solves: int


@dataclass
class Model:
    """The rows that hold, split into connected parts; one solver call per question."""

    system: System
    solves: int = 0
    rows: scipy.sparse.csr_array = field(init=False)
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)
    facts: np.ndarray = field(init=False)
    part: np.ndarray = field(init=False)  # of each column
    row_part: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        system = self.system
        positive = np.asarray(system.rows.minimum(0).sum(axis=1)).ravel() == 0
        said = ~(positive & (system.low <= 0) & np.isinf(system.high))
        self.rows, self.low, self.high = system.rows[said], system.low[said], system.high[said]
        self.facts = np.array(system.facts, dtype=object)[said]
        links = scipy.sparse.csr_array((self.rows != 0).astype(int))
        _, self.part = scipy.sparse.csgraph.connected_components(links.T @ links, directed=False)
        first = np.zeros(links.shape[0], dtype=int)
        filled = np.diff(links.indptr) > 0
        first[filled] = links.indices[links.indptr[:-1][filled]]
        self.row_part = np.where(filled, self.part[first] if self.part.size else -1, -1)

    def agrees(self, tables: np.ndarray) -> np.ndarray:
        """Which tables (one per row) agree with everything printed."""
        found = tables @ self.rows.T
        inside = (found >= self.low - EPSILON) & (found <= self.high + EPSILON)
        return np.asarray(inside.all(axis=1) & (tables >= 0).all(axis=1))

    def region(self, forms: scipy.sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
        """The columns and the rows that can matter to these forms."""
        columns = np.isin(self.part, np.unique(self.part[np.unique(forms.indices)]))
        return columns, np.isin(self.row_part, np.unique(self.part[columns]))

    def optimum(self, form: scipy.sparse.csr_array, sign: int) -> tuple[float, np.ndarray | None, bool]:
        """Exact extreme of a form over whole tables: (value, a table that reaches it, settled)."""
        columns, rows = self.region(form)
        cost = form.toarray().ravel()[columns]
        result = self._whole(-sign * cost, self.rows[rows][:, columns], self.low[rows], self.high[rows])
        if result.status != 0:
            return (math.nan, None, False)
        table = self._placed(columns, result.x)
        value = float(np.round(cost @ table[columns]))
        return (math.inf if value >= UNBOUNDED / 2 else value), table, True

    def relaxed(self, form: scipy.sparse.csr_array, sign: int) -> tuple[float, frozenset[str], bool, np.ndarray | None]:
        """Extreme of a form over real tables, rounded inward: (value, printed facts that prove it, settled, the table where it
        happens to be a whole one)."""
        columns, rows = self.region(form)
        matrix, low, high = self.rows[rows][:, columns], self.low[rows], self.high[rows]
        facts = self.facts[rows]
        same = low == high
        above, below = np.isfinite(high) & ~same, np.isfinite(low) & ~same
        self.solves += 1
        result = scipy.optimize.linprog(
            -sign * form.toarray().ravel()[columns],
            A_ub=scipy.sparse.vstack([matrix[above], -matrix[below]], format="csr") if (above | below).any() else None,
            b_ub=np.concatenate([high[above], -low[below]]) if (above | below).any() else None,
            A_eq=matrix[same] if same.any() else None,
            b_eq=high[same] if same.any() else None,
            bounds=(0, UNBOUNDED),
            method="highs-ds",
        )
        if result.status != 0:
            return math.nan, frozenset(), False, None
        named = np.concatenate([facts[above], facts[below], facts[same]])
        duals = np.concatenate([result.ineqlin.marginals, result.eqlin.marginals])
        proof = frozenset(str(fact) for fact in named[np.abs(duals) > DUAL] if fact)
        value = -sign * float(result.fun)
        inward = math.floor(value + EPSILON) if sign > 0 else math.ceil(value - EPSILON)
        whole = bool((np.abs(result.x - np.round(result.x)) < EPSILON).all())
        table = self._placed(columns, result.x) if whole else None
        return (math.inf if value >= UNBOUNDED / 2 else float(inward)), proof, True, table

    def _placed(self, columns: np.ndarray, found: np.ndarray) -> np.ndarray:
        """A table of the columns that matter, −1 where none was asked for."""
        table = np.full(self.system.columns, -1.0)
        table[columns] = np.round(found)
        return table

    def feasible(self) -> np.ndarray | None:
        """One whole table that agrees with everything shown, or None."""
        return self.toward(np.zeros(self.system.columns))

    def toward(self, aim: np.ndarray) -> np.ndarray | None:
        """A whole table that agrees with everything shown and goes far, not always furthest, in a direction; or None."""
        result = self._whole(-aim, self.rows, self.low, self.high, gap=NEARLY)
        return None if result.x is None else np.round(result.x)

    def _whole(
        self, cost: np.ndarray, matrix: scipy.sparse.csr_array, low: np.ndarray, high: np.ndarray, gap: float = 0.0
    ) -> Any:
        """What the solver finds of whole tables with low ≤ matrix · x ≤ high, at the least cost, or near it."""
        self.solves += 1
        return scipy.optimize.milp(
            cost,
            integrality=np.ones(cost.size),
            bounds=scipy.optimize.Bounds(0, UNBOUNDED),
            constraints=scipy.optimize.LinearConstraint(matrix, low, high) if matrix.shape[0] else (),
            options={"mip_rel_gap": gap, "node_limit": NODES, "time_limit": SECONDS},
        )


def interval(system: System, form: scipy.sparse.csr_array, model: Model | None = None) -> Interval:
    """The exact integer interval of one form (a 1 × columns row), given everything that is shown."""
    model = model or Model(system)
    low, _, down = model.optimum(form, -1)
    high, _, up = model.optimum(form, +1)
    return Interval(low, high, down and up)


def possible(targets: Targets, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Which targets keep possible what must stay so, when counts from `low` to `high` are known to be."""
    large, free = high >= targets.reach, low <= targets.floor
    return np.asarray(np.where(targets.either, large | free, large & free) & (high - low >= targets.width))


def attack(
    system: System | Model, targets: Targets, pool: np.ndarray | None = None, budget: int = QUESTIONS
) -> Outcome:
    """Every target that what is shown gives away, with its proof.

    `pool`: tables that may agree with what is shown, one per row; one is sought where none does. Witnesses first, each for
    all targets at once; the exact question for what is left, at most `budget` of them: past it, what is open counts as
    exposed. Raises Contradiction when no table at all agrees with what is shown.
    """
    model = system if isinstance(system, Model) else Model(system)
    tables = pool[model.agrees(pool)] if pool is not None and len(pool) else np.zeros((0, model.system.columns))
    if not len(tables):
        start = model.feasible()
        if start is None:
            raise Contradiction("no table agrees with what is shown")
        tables = start[None, :]
    up, down = _goals(targets)
    found, known = tables @ targets.forms.T, tables
    low, high = found.min(axis=0), found.max(axis=0)
    exposed: list[Exposure] = []

    def learn(table: np.ndarray | None) -> np.ndarray:
        """The targets that are still open."""
        nonlocal low, high, known
        whole = known[:1] if table is None else np.where(table < 0, known[0], table)[None, :]
        if table is not None and model.agrees(whole)[0]:
            seen = (whole @ targets.forms.T).ravel()
            low, high = np.minimum(low, seen), np.maximum(high, seen)
            known = np.vstack([known, whole])
        return np.flatnonzero(~possible(targets, low, high))

    open_ = learn(None)
    while len(open_) >= SEVERAL:  # a table for all of them at once, as long as one closes some
        rise, fall = high[open_] < up[open_], low[open_] > down[open_]
        sides = np.where(rise & ~fall, 1.0, np.where(fall & ~rise, -1.0, (-1.0) ** np.arange(len(open_))))
        before, open_ = len(open_), learn(model.toward(sides @ targets.forms[open_]))
        if len(open_) == before:
            break
    for place in open_:
        if place not in learn(None):
            continue
        one = targets.take([int(place)])
        spent, seen = model.solves >= budget, lambda table, place=place: place not in learn(table)
        exposure = _unsettled(model, one) if spent else examine(model, one, seen)
        if exposure:
            exposed.append(exposure)
    return Outcome(tuple(exposed), known, model.solves)


def _goals(targets: Targets) -> tuple[np.ndarray, np.ndarray]:
    """How high each target should be shown to go, and how low."""
    high = np.where(np.isfinite(targets.reach), np.maximum(targets.reach, 0), 0)
    low = np.where(np.isfinite(targets.floor), targets.floor, np.maximum(high - targets.width, 0))
    return np.maximum(high, low + targets.width), np.minimum(low, np.maximum(high - targets.width, 0))


def examine(
    model: Model, target: Targets, learn: Callable[[np.ndarray | None], bool] = lambda _: False
) -> Exposure | None:
    """Whether one target is exposed, with a proof; None when it is not. `learn` is told the whole tables that are found, and
    says whether they are enough for the target.

    Real tables first: their bounds are wider, so what they prove is proved, and duals name the facts behind it.
    """
    (name,), floor, both = target.names, target.floor[0], not target.either[0]
    sides = (-1, +1) if np.isfinite(floor) else (+1, -1)
    found: dict[int, tuple[float, frozenset[str], bool, np.ndarray | None]] = {}
    for side in sides:
        found[side] = end, proof, settled, table = model.relaxed(target.forms, side)
        if not settled:
            return _unsettled(model, target)
        if learn(table):
            return None
        if side < 0 and end > floor and not both and np.isinf(target.reach[0]):
            return Exposure(name, tuple(sorted(proof)))
    (low, below, *_), (high, above, *_) = found[-1], found[+1]
    if not possible(target, np.array([low]), np.array([high]))[0]:
        proof = above if both and high < target.reach[0] else below if both and low > floor else above | below
        return Exposure(name, tuple(sorted(proof)))
    for side in (one for one in sides if found[one][3] is None):
        end, table, settled = model.optimum(target.forms, side)
        if learn(table):
            return None
        found[side] = end, proof, settled, table
    (low, _, down, _), (high, _, up, _) = found[-1], found[+1]
    if up and down and possible(target, np.array([low]), np.array([high]))[0]:
        return None
    return _unsettled(model, target, up and down)


def _unsettled(model: Model, target: Targets, settled: bool = False) -> Exposure:
    """By every printed fact of the target's part: a proof, if a long one, where it is `settled`."""
    _, rows = model.region(target.forms)
    return Exposure(target.names[0], tuple(sorted({str(fact) for fact in model.facts[rows] if fact})), settled)
