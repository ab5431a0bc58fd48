"""Witnesses by local moves: tables that agree with everything shown, found for all groups at once, without a solver.

A walker stands on a table that agrees and takes small steps: it moves, adds or drops a few counts, keeps every row that
the reader knows, and goes where its group grows, or shrinks. Nothing is proved by not finding.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy  # its parts are loaded when they are first used

STEPS = 60  # of each walker
TRIED = 48  # moves tried at each step
MOVES = 3_000  # drawn for all walkers
KEPT = 900
REPAIRS = 40  # of a move, until it keeps every identity
SEED = 20201  # of the moves: the same each time
EPSILON = 1e-6


def wander(
    rows: scipy.sparse.csr_array,
    low: np.ndarray,
    high: np.ndarray,
    tables: np.ndarray,
    forms: scipy.sparse.csr_array,
    goals: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """The tables (one per row, at least one, all with low ≤ rows · x ≤ high), and those that walkers reach from them.

    `forms`: one row per group; `goals`: how high and how low each should be shown to go.
    """
    found = tables @ forms.T
    up, down = goals
    rise, fall = np.flatnonzero(found.max(axis=0) < up), np.flatnonzero(found.min(axis=0) > down)
    places, signs = np.concatenate([rise, fall]), np.concatenate([np.ones(len(rise)), -np.ones(len(fall))])
    moves = _moves(rows, low, high)
    if not len(places) or not len(moves):
        return tables
    draw = np.random.default_rng(SEED)
    aim = np.asarray(forms[places].toarray()) * signs[:, None]  # walkers × columns
    goal = np.where(signs > 0, up[places], -down[places])
    best = np.argmax(found[:, places] * signs, axis=0)
    x = tables[best].astype(float)
    told = x @ rows.T
    effect, gain = moves @ rows.T, moves @ aim.T  # moves × rows, moves × walkers
    walking = np.arange(len(places))
    for _ in range(STEPS):
        reached = (x[walking] * aim[walking]).sum(axis=1) >= goal[walking]
        walking = walking[~reached]
        if not len(walking):
            break
        for walker_set in np.array_split(walking, max(1, len(walking) // 64)):
            _step(walker_set, x, told, low, high, moves, effect, gain, draw)
    return np.unique(np.vstack([tables, x]), axis=0)


def _step(
    walkers: np.ndarray,
    x: np.ndarray,
    told: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    moves: np.ndarray,
    effect: np.ndarray,
    gain: np.ndarray,
    draw: np.random.Generator,
) -> None:
    """Each walker takes the best of the moves tried that keep everything; none that takes it back."""
    likely = 0.5 * draw.random((len(moves), len(walkers))) - 0.02 * np.abs(moves).sum(axis=1)[:, None]
    score = gain[:, walkers] + likely
    tried = np.argpartition(-score, min(TRIED, len(moves) - 1), axis=0)[:TRIED]  # tried × walkers
    after = x[walkers][None] + moves[tried]
    rows = told[walkers][None] + effect[tried]
    allowed = (after >= 0).all(axis=2) & ((rows >= low - EPSILON) & (rows <= high + EPSILON)).all(axis=2)
    worth = np.where(allowed, np.take_along_axis(score, tried, axis=0), -np.inf)
    chosen = np.argmax(worth, axis=0)
    at = np.arange(len(walkers))
    good = worth[chosen, at] > -np.inf
    x[walkers[good]] = after[chosen, at][good]
    told[walkers[good]] = rows[chosen, at][good]


def _moves(rows: scipy.sparse.csr_array, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Small changes of a table that keep every identity (the rows that are equalities): one per row, and its opposite."""
    fixed = np.asarray(rows[low == high].toarray())
    return _drawn(fixed.tobytes(), fixed.shape)


@lru_cache(maxsize=8)  # readers of one release share their identities
def _drawn(content: bytes, shape: tuple[int, int]) -> np.ndarray:
    """One column changes by one, then others, until every identity holds again, or the move is given up."""
    fixed = np.frombuffer(content).reshape(shape)
    draw = np.random.default_rng(SEED)
    found = np.zeros((MOVES, shape[1]))
    found[np.arange(MOVES), draw.integers(shape[1], size=MOVES)] = 1.0
    for _ in range(REPAIRS):
        gap = found @ fixed.T
        wrong = np.flatnonzero((np.abs(gap) > EPSILON).any(axis=1))
        if not len(wrong):
            break
        open_rows = np.abs(gap[wrong]) > EPSILON
        row = np.argmax(open_rows * draw.random(open_rows.shape), axis=1)
        touched = fixed[row] != 0
        column = np.argmax(touched * draw.random(touched.shape), axis=1)
        found[wrong, column] -= np.sign(gap[wrong, row]) * np.sign(fixed[row, column])
    kept = found[(np.abs(found @ fixed.T) < EPSILON).all(axis=1) & (found != 0).any(axis=1)]
    both = np.unique(np.vstack([kept, -kept]), axis=0)
    return both[np.argsort(np.abs(both).sum(axis=1), kind="stable")[:KEPT]]  # the smallest are the likeliest to hold
