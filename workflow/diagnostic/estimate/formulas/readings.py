"""What a published « p % of duplicates » can mean for the number of persons behind the ads.

Notation: N ads in the frame, n coded, k duplicates among them, d = n − k; U ads without any copy. A printed rate
alone does not identify the number of persons: each reading gives its own bounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from diagnostic.estimate.formulas.sampling import wilson


@dataclass(frozen=True)
class Reading:
    """The persons that one reading of the rate allows: limits, and a value when the reading identifies one."""

    low: float
    high: float
    value: float | None = None


def half_up(value: float) -> int:
    """Round half up, as the study does."""
    return math.floor(value + 0.5 + 1e-9)


def published_estimate(total: int, rate_pct: float) -> int:
    """The published formula: total × (1 − rate), the rate being the one printed: 699 × (1 − 0.61) → 273."""
    return half_up(total * (100 - rate_pct) / 100)


def duplicate_counts(rate_pct: float, sample: int) -> list[int]:
    """The numbers of duplicates among `sample` ads whose share rounds to the printed one: 61 % of 249 → 151-153."""
    return [k for k in range(sample + 1) if half_up(100 * k / sample) == half_up(rate_pct)]


def central_count(rate_pct: float, sample: int) -> int:
    """The number of duplicates nearest to the printed rate: 61 % of 249 → 152."""
    return half_up(sample * rate_pct / 100)


def reading_in_sample(total: int, sample: int, duplicates: int) -> Reading:
    """Reading A, duplicates inside the sample: d persons were seen; each unseen ad adds a person or none.

    Bounds [d, N − (n − d)].
    """
    distinct = sample - duplicates
    return Reading(distinct, total - duplicates)


def in_sample_ceiling(total: int, sample: int, duplicates: int) -> tuple[float, float]:
    """Under reading A, the largest DUJ1 and GEE whatever the number f1 of persons seen once (f1 ≤ d − 1).

    DUJ1 = d / (1 − (1 − q) f1 / n), GEE = √(N / n) f1 + d − f1 (Haas & Stokes 1998; Charikar et al. 2000).
    Both grow with f1, so that the largest f1 gives the largest value.
    """
    distinct, share = sample - duplicates, sample / total
    once = max(0, distinct - 1) if duplicates else distinct
    return distinct / (1 - (1 - share) * once / sample), math.sqrt(total / sample) * once + distinct - once


def reading_unique_ads(total: int, unique: int, mirrors: Sequence[tuple[int, int]]) -> Reading:
    """Reading B, ads with a copy somewhere: U ads stand alone, one person each; the others come in groups.

    `mirrors` gives (sites, ads per site) of each group: its ads are `ads per site` contents, one person each. The
    remaining N − U − mirror ads form one group at least, and groups of two at most.
    """
    distinct = sum(ads for _, ads in mirrors)
    rest = max(0, total - unique - sum(sites * ads for sites, ads in mirrors))
    return Reading(unique + distinct + (1 if rest else 0), unique + distinct + rest // 2)


def reading_multiplicity(total: int, sample: int, duplicates: int, rate_pct: float, confidence: float) -> Reading:
    """Reading C, 1 − persons / ads measured with all copies searched: only here is N (1 − rate) unbiased.

    Limits: N × (1 − Wilson limits of k / n with finite population correction).
    """
    low, high = wilson(duplicates, sample, confidence, total)
    return Reading(total * (1 - high), total * (1 - low), published_estimate(total, rate_pct))
