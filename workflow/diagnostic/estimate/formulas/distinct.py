"""How many persons stand behind N ads when only the clusters inside a sample of n are known.

Every estimator takes `seen`, the frequencies of frequencies (i → f_i, persons seen i times), and the N ads of
the frame; n = Σ i f_i, d = Σ f_i, q = n / N. None of them is sound alone: from the f_i only, the worst-case
ratio error of any estimator is of order √(N / n) (Charikar et al. 2000). Publish `indicative_interval`, or
the multiplicity estimator where all copies were searched (`multiplicity`). All raise ValueError for an empty
sample, one larger than its frame, or impossible frequencies, and give d when the whole frame was coded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping


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


def indicative_interval(seen: Mapping[int, int], total: int) -> tuple[float, float]:
    """From Chao's lower bound to DSh3, inside the logical bounds: indicative, too low under heavy tails."""
    least, most = logical_bounds(seen, total)
    ends = [min(max(value, least), most) for value in (chao(seen, total), dsh3(seen, total))]
    return min(ends), max(ends)


def _sample(seen: Mapping[int, int], total: int) -> tuple[int, int]:
    """n and d."""
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
