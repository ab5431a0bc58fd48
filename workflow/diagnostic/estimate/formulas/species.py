"""Persons met in repeated contacts with one source, or species: estimators that suppose draws *with* replacement.

They are for rounds of outreach or calls to a helpline, where one person can be met again and again. For ads drawn
without replacement they are wrong, by up to five times (`benchmarks/simulation.py`): `distinct` is for those. Every
function takes `seen`, the persons met i times, by i: n = Σ i f_i contacts, d = Σ f_i persons.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import scipy  # its parts are loaded when they are first used

from diagnostic.estimate.formulas.sampling import critical_value

RARE = 10  # persons met at most this often carry the information of ACE (Chao & Lee 1992)


def chao_bound(seen: Mapping[int, float]) -> float:
    """Chao's lower bound d + f1² / (2 f2), or d + f1 (f1 − 1) / 2 without f2 (Chao 1984, 1987)."""
    once, twice = seen.get(1, 0), seen.get(2, 0)
    return sum(seen.values()) + (once**2 / (2 * twice) if twice else once * (once - 1) / 2)


def chao1(seen: Mapping[int, float], corrected: bool = True, finite: bool = False) -> float:
    """d + k f1 (f1 − 1) / (2 (f2 + 1)), or with `corrected` False d + k f1² / (2 f2).

    k = (n − 1) / n if `finite` (SpadeR, iNEXT), else 1 (vegan, scikit-bio).
    """
    k = (_contacts(seen) - 1) / _contacts(seen) if finite else 1.0
    if corrected or not seen.get(2, 0):
        unseen = seen.get(1, 0) * (seen.get(1, 0) - 1) / (2 * (seen.get(2, 0) + 1))
    else:
        unseen = chao_bound(seen) - sum(seen.values())
    return sum(seen.values()) + k * unseen


def ace(seen: Mapping[int, float], rare: int = RARE) -> float:
    """Abundance-based coverage estimator: d_abundant + d_rare / C + f1 γ² / C, C = 1 − f1 / n_rare (Chao & Lee 1992).

    Raises ValueError when every rare person was met once: the coverage is then 0.
    """
    few = {i: f for i, f in seen.items() if i <= rare and f}
    contacts, persons = _contacts(few), sum(few.values())
    abundant = sum(seen.values()) - persons
    if not contacts:
        return float(abundant)
    coverage = 1 - seen.get(1, 0) / contacts
    if coverage <= 0:
        raise ValueError("every rare person was met once: the sample covers nothing of them")
    pairs = sum(i * (i - 1) * f for i, f in few.items())
    variation = max(persons / coverage * pairs / (contacts * (contacts - 1)) - 1, 0)
    return abundant + persons / coverage + seen.get(1, 0) * variation / coverage


def jackknife(seen: Mapping[int, float], order: int = 1, occasions: int | None = None) -> float:
    """Jackknife of order 1 or 2 (Burnham & Overton 1979), `occasions` (t) being n unless given."""
    t, once = occasions or _contacts(seen), seen.get(1, 0)
    if order == 1:
        return sum(seen.values()) + (t - 1) / t * once
    return sum(seen.values()) + (2 * t - 3) / t * once - (t - 2) ** 2 / (t * (t - 1)) * seen.get(2, 0)


def zelterman(seen: Mapping[int, float]) -> float:
    """d / (1 − exp(−2 f2 / f1)) (Zelterman 1988). Raises ValueError when nobody was met once, or nobody twice."""
    if not seen.get(1, 0) or not seen.get(2, 0):
        raise ValueError("Zelterman's estimator needs persons met once and persons met twice")
    return sum(seen.values()) / (1 - math.exp(-2 * seen[2] / seen[1]))


def truncated_poisson(seen: Mapping[int, float]) -> float:
    """d / (1 − e^−λ), λ / (1 − e^−λ) = n / d: everybody as likely to be met, a lower limit when they are not.

    Raises ValueError when nobody was met twice.
    """
    persons, mean = sum(seen.values()), _contacts(seen) / sum(seen.values())
    if mean <= 1:
        raise ValueError("nobody was met twice: the total has no upper limit")
    rate = scipy.optimize.brentq(lambda x: x / -math.expm1(-x) - mean, 1e-12, mean)
    return persons / -math.expm1(-rate)


def delta_se(estimator: Callable[[Mapping[int, float]], float], seen: Mapping[int, float]) -> float:
    """Standard error of an estimator S by the delta method: Σ_ij ∂S/∂f_i ∂S/∂f_j (f_i [i = j] − f_i f_j / S)."""
    value, slopes = estimator(seen), {}
    for i, f in seen.items():
        step = 1e-5 * max(f, 1)
        slopes[i] = (estimator({**seen, i: f + step}) - estimator({**seen, i: f - step})) / (2 * step)
    squares = sum(slopes[i] ** 2 * f for i, f in seen.items())
    return math.sqrt(squares - sum(slopes[i] * f for i, f in seen.items()) ** 2 / value)


def lognormal_interval(value: float, se: float, seen: float, confidence: float = 0.95) -> tuple[float, float]:
    """[d + f0 / C, d + f0 C], f0 = S − d, C = exp(z sqrt(ln(1 + SE² / f0²))) (Chao 1987): never under those seen."""
    unseen = value - seen
    if unseen <= 0:
        return float(seen), float(seen)
    factor = math.exp(critical_value(confidence) * math.sqrt(math.log1p(se**2 / unseen**2)))
    return seen + unseen / factor, seen + unseen * factor


def _contacts(seen: Mapping[int, float]) -> float:
    return sum(i * f for i, f in seen.items())
