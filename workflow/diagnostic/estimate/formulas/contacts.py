"""How many persons a service could have met, at least, from those it met once and twice (Chao 1987).

If each person is met at a rate of their own, whatever these rates are, f1² / (2 f2) is at most the number of those met no
time, on average; it is that number when all rates are equal. Wrong where a first meeting makes a second likelier or less so,
where persons come or leave within the period, or where one person is counted as two. Only for the service that counts.
"""

from __future__ import annotations

import math

from diagnostic.estimate.formulas.sampling import critical_value


def at_least(once: int, twice: int, more: int, confidence: float = 0.95) -> tuple[float, float, float]:
    """d + f1² / (2 f2), d persons met, with its log-normal limits (Burnham et al. 1987) in [d, ∞).

    V = f2 [(f1 / f2)⁴ / 4 + (f1 / f2)³ + (f1 / f2)² / 2] (Chao 1987). Raises ValueError for a negative number, or where
    nobody was met twice: nothing then says how many were met no time.
    """
    if min(once, twice, more) < 0 or not twice:
        raise ValueError(f"no bound from {once} persons met once and {twice} met twice")
    met, ratio = once + twice + more, once / twice
    unseen = once * ratio / 2
    if not unseen:
        return float(met), float(met), float(met)
    variance = twice * (ratio**4 / 4 + ratio**3 + ratio**2 / 2)
    factor = math.exp(critical_value(confidence) * math.sqrt(math.log1p(variance / unseen**2)))
    return met + unseen, met + unseen / factor, met + unseen * factor
