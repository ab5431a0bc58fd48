"""Copies that a search misses: its recall, from a second search that is blind to the first, and what it changes.

A search finds each other copy of an ad with probability r, one apart from another; k copies are found, the ad included, of
m. 1 / k is then too much on average. The weight g(k) = (r / k) [1 − (−(1 − r) / r)^k] is not: E[g] = 1 / m exactly, whatever
m (the sum over k of a binomial law, by C(m − 1, k − 1) / k = C(m, k) / m). Its terms alternate, and grow without end when r
is under a half: no weight is then of use, and 1 / k only bounds.

Of the copies that the second search found, the share that the first one had found too estimates the first one's recall. It
is too high when both miss the same copies, and nothing in the two searches can tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from diagnostic.estimate.formulas.sampling import critical_value, student_value, wilson

HALF = 0.5


@dataclass(frozen=True)
class Recall:
    """`value` of `copies` found by a second search over `ads` ads, its variance with the `degrees` of freedom, limits."""

    value: float
    variance: float
    low: float
    high: float
    copies: int
    degrees: float

    @property
    def usable(self) -> bool:
        """More copies are found than missed, so that a weight corrects for these."""
        return self.value > HALF


def measured(second: np.ndarray, both: np.ndarray, confidence: float = 0.95) -> Recall | None:
    """The recall of the first search, Σ both / Σ second; None where the second one found no other copy.

    By ad searched twice: `second`, other copies that the second search found, `both`, how many of them the first one had
    found too. The ads are the units: V = k / (k − 1) × Σ (both − r second)² / (Σ second)² over the k that have copies.
    Where that says nothing (one ad, or all copies found again) the limits are Wilson's. Raises ValueError for more copies
    found twice than once.
    """
    if (both > second).any() or (both < 0).any():
        raise ValueError("copies found by both searches are among those of the second")
    copies, found = int(second.sum()), int(both.sum())
    if not copies:
        return None
    value, ads = found / copies, int((second > 0).sum())
    spread = float(((both - value * second) ** 2).sum())
    if ads < 2 or not spread:
        low, high = wilson(found, copies, confidence)
        return Recall(
            value, (max(value - low, high - value) / critical_value(confidence)) ** 2, low, high, copies, math.inf
        )
    variance, degrees = ads / (ads - 1) * spread / copies**2, ads - 1
    half = student_value(confidence, degrees) * math.sqrt(variance)
    return Recall(value, variance, max(0.0, value - half), min(1.0, value + half), copies, degrees)


def weight(found: np.ndarray, share: float = 1.0) -> np.ndarray:
    """g(k) of `found` copies, the ad included, when a `share` r of the others is found; 1 / k when all are.

    Raises ValueError for a count under 1, or a share outside (1/2, 1].
    """
    if not HALF < share <= 1:
        raise ValueError(f"no weight corrects for a recall of {share}")
    if not (found >= 1).all():
        raise ValueError("a coded ad is one of its person's ads: multiplicities start at 1")
    return share / found * (1 - (-(1 - share) / share) ** found)


def slope(found: np.ndarray, share: float) -> np.ndarray:
    """dg / dr: how the weight of `found` copies moves with the recall."""
    ratio = -(1 - share) / share
    return (1 - ratio**found) / found - ratio ** (found - 1) / share
