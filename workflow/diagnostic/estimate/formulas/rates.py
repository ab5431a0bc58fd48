"""Rates of small territories: exact Poisson limits, and shrinkage towards the common rate.

A rate of few events moves a lot by chance: its own interval says how much (Garwood 1936), and the empirical Bayes
rate, pulled towards the whole as far as chance explains the differences (Marshall 1991), is shown beside the raw one,
never instead of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first used


@dataclass(frozen=True)
class Prior:
    """What the territories have in common: `mean` (b, the common rate) and `variance` (a, of the true rates)."""

    mean: float
    variance: float


def garwood(count: int, exposure: float, confidence: float = 0.95) -> tuple[float, float]:
    """Exact limits of the rate count / exposure of a Poisson count (Garwood 1936).

    Raises ValueError for a negative count or an exposure that is not positive.
    """
    if count < 0 or not exposure > 0:
        raise ValueError(f"impossible rate: {count} per {exposure}")
    tail = (1 - confidence) / 2
    low = float(scipy.special.chdtri(2 * count, 1 - tail)) / 2 if count else 0.0
    return low / exposure, float(scipy.special.chdtri(2 * count + 2, tail)) / 2 / exposure


def prior(counts: np.ndarray, exposures: np.ndarray) -> Prior:
    """b = Σ y / Σ n, a = Σ n (r − b)² / Σ n − b / n̄ (Marshall 1991), 0 where chance explains all differences.

    Raises ValueError without territory or for an exposure that is not positive.
    """
    y, n = np.asarray(counts, dtype=np.float64), np.asarray(exposures, dtype=np.float64)
    if not len(n) or not (n > 0).all():
        raise ValueError("every territory needs a positive exposure")
    mean = float(y.sum()) / float(n.sum())
    variance = float((n * (y / n - mean) ** 2).sum()) / float(n.sum()) - mean / float(n.mean())
    return Prior(mean, max(0.0, variance))


def shrink(counts: np.ndarray, exposures: np.ndarray, common: Prior) -> np.ndarray:
    """b + B (r − b), B = a / (a + b / n): the empirical Bayes rate of each territory."""
    y, n = np.asarray(counts, dtype=np.float64), np.asarray(exposures, dtype=np.float64)
    if not common.variance:
        return np.full(len(n), common.mean)
    weight = common.variance / (common.variance + common.mean / n)
    return common.mean + weight * (y / n - common.mean)
