"""What a variance cannot see: persons of many ads none of which was drawn, and lone ones where all that was seen has copies.

Ads that are all alike have a variance of 0 and prove nothing of the others. Lists are drawn apart, so that K_h ads of each
list h are all missed with probability Π_h C(N_h − K_h, n_h) / C(N_h, n_h). The limits are those of the worst set of ads
that is missed more often than (1 − confidence) / 2: one person's, or as many lone persons'. One list of N, all of its n ads
alone: N − K + 1 at least, K by hypergeometric inversion after 0 of n. All lists are inverted together: limits list by list,
each at a share of the level (Bonferroni), would hold as well and be wider.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import scipy  # its parts are loaded when they are first used

_NEAR, _NOTHING = 1e-6, 1e-9  # of two prices, relative; of a worth
_TIE = 1e-9  # a chance of exactly half of the level is too small


def unseen(worth: np.ndarray, size: np.ndarray, drawn: np.ndarray, confidence: float) -> np.ndarray:
    """How many ads of each list (K_h) may all have been missed, together the most in Σ `worth` × K.

    By list: `worth` of one ad (≥ 0), `size` N_h and `drawn` n_h ≤ N_h; a list of which nothing was drawn has 0 here. Exact
    where all worths are equal, less than one ad short of the most else: ads are taken by the chance that each costs for its
    worth, ln((N − K) / (N − K − n)) / worth, which grows along a list.
    """
    used = (drawn > 0) & (worth > _NOTHING)
    v, size_of, n = worth[used], np.ceil(size[used] - 1e-9), drawn[used].astype(float)
    most, budget = size_of - n, -math.log((1 - confidence) / 2) - _TIE
    cheap, dear = 0.0, budget / v.min(initial=1.0)
    taken = np.zeros(len(v))
    cost = _costs(size_of, n)
    while dear - cheap > _NEAR * dear:  # the price up to which the ads of every list are taken
        price = (cheap + dear) / 2
        with np.errstate(divide="ignore"):
            at = np.clip(np.floor(size_of - n / -np.expm1(-price * v)) + 1, 0, most)
        if cost(at).sum() <= budget:
            cheap, taken = price, at
        else:
            dear = price
    left = budget - cost(taken).sum()
    while len(v):  # ads of the same price that do not all fit, then the next ones
        step = cost(np.minimum(taken + 1, most)) - cost(taken)
        fits = (taken < most) & (step <= left)
        if not fits.any():
            break
        row = int(np.argmin(np.where(fits, step / v, np.inf)))
        taken[row] += 1
        left -= step[row]
    result = np.zeros(len(worth), dtype="int64")
    result[used] = taken.astype("int64")
    return result


def shifts(
    mean: np.ndarray, size: np.ndarray, drawn: np.ndarray, unknown: float, confidence: float
) -> tuple[float, float]:
    """How far the number of persons may stand below and above its estimate whatever the variance says, in persons.

    `mean`: of 1 / m over the ads drawn from each list, 0 ≤ mean ≤ 1. `unknown`: the ads of the frame that are not those of a
    person already seen. Below: the ads missed are one person's. Above: each is a person's. (0, 0) for a census.
    """
    below = float(unseen(mean, size, drawn, confidence) @ mean)
    above = float(unseen(1 - mean, size, drawn, confidence) @ (1 - mean))
    return max(0.0, min(below, unknown) - 1), min(above, unknown)


def _costs(size: np.ndarray, drawn: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """−ln C(N − K, n) / C(N, n) of each list, as a function of K ≤ N − n."""
    log = scipy.special.gammaln
    none = log(size + 1) - log(size - drawn + 1)

    def cost(taken: np.ndarray) -> np.ndarray:
        left: np.ndarray = size - taken
        return none - log(left + 1) + log(left - drawn + 1)

    return cost
