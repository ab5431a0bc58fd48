"""How many persons stand behind N ads when only the clusters inside a sample of n are known.

Every estimator takes `seen`, the frequencies of frequencies (i → f_i, persons seen i times), and the N ads of
the frame; n = Σ i f_i, d = Σ f_i, q = n / N. None of them is sound alone: from the f_i only, the worst-case
ratio error of any estimator is of order √(N / n) (Charikar et al. 2000). Publish `indicative_interval`, or
the multiplicity estimator where all copies were searched (`multiplicity`). All raise ValueError for an empty
sample, one larger than its frame, or impossible frequencies, and give d when the whole frame was coded.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction

import scipy  # its parts are loaded when they are first used

ABUNDANT = 50  # persons seen more often are set apart in DUJ2a (Haas & Stokes 1998)


def frequencies(persons: Iterable[Hashable]) -> dict[int, int]:
    """The person of each sampled ad → how many persons were seen i times, by i."""
    return dict(sorted(Counter(Counter(persons).values()).items()))


def naive(seen: Mapping[int, int], total: int) -> float:
    """N d / n, kept to show its error: never below the truth on average, far above it in small samples."""
    n, d = _sample(seen, total)
    return total * d / n


def logical_bounds(seen: Mapping[int, int], total: int) -> tuple[int, int]:
    """[d, N - (n - d)]: every unseen ad belongs to a person already seen, or each to a new one."""
    n, d = _sample(seen, total)
    return d, total - (n - d)


def chao(seen: Mapping[int, int], total: int) -> float:
    """Lower bound without replacement: d + f1² / (2 f2 n / (n - 1) + f1 q / (1 - q)) (Chao & Lin 2012)."""
    n, d = _sample(seen, total)
    once, twice, q = seen.get(1, 0), seen.get(2, 0), n / total
    if n == total or not once:
        return float(d)
    pairs = 2 * twice * n / (n - 1) if twice else 0.0
    return d + once**2 / (pairs + once * q / (1 - q))


def duj1(seen: Mapping[int, int], total: float) -> float:
    """First-order jackknife d / (1 - (1 - q) f1 / n) (Haas & Stokes 1998), PostgreSQL's ANALYZE."""
    n, d = _sample(seen, total)
    return d / (1 - (1 - n / total) * seen.get(1, 0) / n)


def squared_variation(seen: Mapping[int, int], total: float) -> float:
    """gamma²: squared coefficient of variation of the ads per person, D being DUJ1 (Haas & Stokes 1998)."""
    n, _ = _sample(seen, total)
    persons = duj1(seen, total)
    pairs = sum(i * (i - 1) * f for i, f in seen.items())
    return max(0.0, persons / n**2 * pairs + persons / total - 1)


def duj2(seen: Mapping[int, int], total: float) -> float:
    """Second-order [d - f1 (1 - q) ln(1 - q) gamma² / q] / (1 - (1 - q) f1 / n) (Haas & Stokes 1998).

    One abundant person ruins it: see `duj2a`.
    """
    n, d = _sample(seen, total)
    if n == total:
        return float(d)
    once, q = seen.get(1, 0), n / total
    unseen = once * (1 - q) * math.log1p(-q) * squared_variation(seen, total) / q
    return (d - unseen) / (1 - (1 - q) * once / n)


def duj2a(seen: Mapping[int, int], total: int, abundant: int = ABUNDANT) -> float:
    """DUJ2 without the persons seen more than `abundant` times, plus their number (Haas & Stokes 1998).

    A person seen i times holds x ads with q x / (1 - (1 - q)^x) = i; those x ads leave the frame and the i
    leave the sample.
    """
    n, d = _sample(seen, total)
    q = n / total
    apart = {i: f for i, f in seen.items() if i > abundant and f}
    rest = {i: f for i, f in seen.items() if i <= abundant and f}
    if not rest or n == total:
        return float(d)
    size = sum(f * _ads_of_a_person(i, q) for i, f in apart.items())
    # the sizes are estimates: what stays of the frame holds at least what stays of the sample
    left = max(total - size, sum(i * f for i, f in rest.items()))
    return duj2(rest, left) + sum(apart.values())


def dsh3(seen: Mapping[int, int], total: int) -> float:
    """Third modified Shlosser estimator (Haas & Stokes 1998): d + f1 A B².

    A = Σ i q² (1 - q²)^(i-1) f_i / Σ ((1 - q²)^i - (1 - q)^i) f_i, B = Σ (1 - q)^i f_i / Σ i q (1 - q)^(i-1)
    f_i.
    """
    n, d = _sample(seen, total)
    once, q = seen.get(1, 0), n / total
    if n == total or not once:
        return float(d)
    first = sum(i * q**2 * (1 - q**2) ** (i - 1) * f for i, f in seen.items())
    second = sum(((1 - q**2) ** i - (1 - q) ** i) * f for i, f in seen.items())
    return d + once * (first / second) * _unseen_per_once(seen, q) ** 2


def hybrid(seen: Mapping[int, int], total: int) -> float:
    """DUJ2 when gamma² < 0.9, DUJ2a when it is under 30, DSh3 beyond (Haas & Stokes 1998)."""
    variation = squared_variation(seen, total)
    estimator = duj2 if variation < 0.9 else duj2a if variation < 30 else dsh3
    return estimator(seen, total)


def shlosser(seen: Mapping[int, int], total: int) -> float:
    """d + f1 Σ (1 - q)^i f_i / Σ i q (1 - q)^(i-1) f_i (Shlosser 1981)."""
    n, d = _sample(seen, total)
    once = seen.get(1, 0)
    return d + once * _unseen_per_once(seen, n / total) if once else float(d)


def gee(seen: Mapping[int, int], total: int) -> float:
    """Guaranteed-error estimator √(N / n) f1 + d - f1 (Charikar et al. 2000)."""
    n, d = _sample(seen, total)
    once = seen.get(1, 0)
    return math.sqrt(total / n) * once + d - once


def goodman(seen: Mapping[int, int], total: int) -> float:
    """Goodman (1949): unbiased when no person holds more than n ads, and **unusable**: it explodes.

    d + Σ (-1)^(i+1) [(N - n + i - 1)! (n - i)!] / [(N - n - 1)! n!] f_i, in exact fractions because its terms
    alternate. A check for others, never a figure. Raises OverflowError beyond the range of a float.
    """
    n, d = _sample(seen, total)
    if n == total:
        return float(d)
    value, term = Fraction(d), Fraction(-1)
    for i in range(1, max(seen) + 1):
        term *= -Fraction(total - n + i - 1, n - i + 1)
        value += term * seen.get(i, 0)
    return float(value)


def indicative_interval(seen: Mapping[int, int], total: int) -> tuple[float, float]:
    """From Chao's lower bound to DSh3, inside the logical bounds: indicative, too low under heavy tails."""
    least, most = logical_bounds(seen, total)
    ends = [min(max(value, least), most) for value in (chao(seen, total), dsh3(seen, total))]
    return min(ends), max(ends)


def _sample(seen: Mapping[int, int], total: float) -> tuple[int, int]:
    """n and d. `total` may be fractional: a frame without its abundant persons is an estimate."""
    if any(i < 1 or f < 0 for i, f in seen.items()):
        raise ValueError("frequencies must count persons (0 or more) seen once or more")
    n, d = sum(i * f for i, f in seen.items()), sum(seen.values())
    if not 1 <= n <= total:
        raise ValueError(f"a sample of {n} ads does not fit a frame of {total}")
    return n, d


def _unseen_per_once(seen: Mapping[int, int], q: float) -> float:
    """Σ (1 - q)^i f_i / Σ i q (1 - q)^(i-1) f_i: persons unseen for one seen once."""
    unseen = sum((1 - q) ** i * f for i, f in seen.items())
    return unseen / sum(i * q * (1 - q) ** (i - 1) * f for i, f in seen.items())


def _ads_of_a_person(times: int, q: float) -> float:
    """The x of q x / (1 - (1 - q)^x) = i: the left side is 1 at x = 1, more than i beyond x = i / q."""
    return float(scipy.optimize.brentq(lambda x: q * x / (1 - (1 - q) ** x) - times, 1, times / q + 1))
