"""The attack beside every table of small numbers that agrees with what is said: what it exposes, and that its proofs prove."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy
from drawn import one_in

from diagnostic.release.attack import solver
from diagnostic.release.populations.groups import System

ENDS = ((0, 3), (2, 2), (1, math.inf), (-math.inf, 4), (0, math.inf), (3, 3), (1, 2))
TABLES = np.array(list(itertools.product(range(7), repeat=3)), float)
FORMS = np.array(
    [*np.eye(3), (1, 1, 0), (0, 1, 1), (1, 0, 1), (1, -1, 0), (0, 1, -1), (1, 1, 1), (1, 1, -1), (2, 0, 0)], float
)


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, solver.Targets]:
    """Two or three sentences on three counts, and one on their sum; what is asked of eleven sums."""
    rng = np.random.default_rng([5, seed])
    rows = rng.integers(-1, 2, (rng.integers(1, 4), 3))
    ends = [ENDS[at] for at in rng.integers(0, len(ENDS), len(rows))]
    matrix = np.vstack([rows, (1, 1, 1)]).astype(float)
    low, high = (np.array([*(one[at] for one in ends), (-math.inf, 6)[at]], float) for at in (0, 1))
    many = len(FORMS)
    floor = np.where(rng.random(many) < 0.6, math.inf, rng.integers(0, 2, many))
    either = np.isfinite(floor) & (rng.random(many) < 0.5)
    targets = solver.Targets(
        tuple(map(str, range(many))),
        scipy.sparse.csr_array(FORMS),
        np.where(rng.random(many) < 0.2, math.inf, rng.integers(0, 5, many)),
        rng.integers(0, 4, many).astype(float) * (rng.random(many) < 0.7),
        floor,
        either,
    )
    return matrix, low, high, targets


def agreeing(matrix: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    sums = TABLES @ matrix.T
    return TABLES[((sums >= low) & (sums <= high)).all(axis=1)]


def closed(targets: solver.Targets, at: int, counts: np.ndarray) -> bool:
    """Whether numbers from the least to the most are too few of what must stay possible."""
    large, free = counts.max() >= targets.reach[at], counts.min() <= targets.floor[at]
    kept = (large or free) if targets.either[at] else (large and free)
    return not (kept and counts.max() - counts.min() >= targets.width[at])


@pytest.mark.parametrize("seed", one_in(8, range(16)))
def test_what_is_exposed_is_what_every_table_that_agrees_leaves_too_few_of(seed: int) -> None:
    """Whatever tables are tried first; and what is not asked any more counts as exposed, and as not settled."""
    matrix, low, high, targets = drawn(seed)
    facts = (*map(str, range(len(matrix) - 1)), "")
    system = System(scipy.sparse.csr_array(matrix), low, high, facts)
    tables = agreeing(matrix, low, high)
    if not len(tables):
        with pytest.raises(solver.Contradiction):
            solver.attack(system, targets)
        return
    sums = tables @ FORMS.T
    expected = {str(at) for at in range(len(FORMS)) if closed(targets, at, sums[:, at])}
    for pool in (None, TABLES[::50]):
        found = solver.attack(system, targets, pool)
        assert {one.target for one in found.exposed} == expected
        assert all(one.settled for one in found.exposed) and found.pool.shape[1] == 3
        assert {tuple(row) for row in found.pool.tolist()} <= {tuple(row) for row in tables.tolist()}
    for one in found.exposed:  # by the sentences that it names, and the one that names no figure, alone
        held = [name in one.proof or name == "" for name in facts]
        alone = agreeing(matrix[held], low[held], high[held]) @ FORMS[int(one.target)]
        assert closed(targets, int(one.target), alone), one
    assert not solver.attack(system, targets, tables).exposed or expected
    spent = solver.attack(system, targets, tables, budget=0)
    assert {one.target for one in spent.exposed} == expected and not any(one.settled for one in spent.exposed)


def test_what_is_gone_for_is_enough() -> None:
    """Of a group of 0 to 8, by every pair of ends: the goals keep possible what must stay so."""
    for reach, width, floor in itertools.product((-2, 0, 3, math.inf), (0, 2, 5), (0, 1, math.inf)):
        for either in (False, True):
            one = solver.Targets(("t",), scipy.sparse.csr_array((1, 1)), *(np.array([value], float) for value in (reach, width, floor)), np.array([either]))  # fmt: skip
            (up,), (down,) = solver._goals(one)
            enough = solver.possible(one, np.array([down]), np.array([up]))[0]
            assert enough or (math.isinf(reach) and not either)
            for low, high in itertools.product(range(9), repeat=2):
                kept = high - low >= width and ((high >= reach or low <= floor) if either else (high >= reach and low <= floor))  # fmt: skip
                assert solver.possible(one, np.array([float(low)]), np.array([float(high)]))[0] == kept
