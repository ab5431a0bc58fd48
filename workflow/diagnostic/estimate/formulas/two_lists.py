"""Two lists of persons whose overlap is not published: what it would imply, and why no total is offered.

Notation: n1 and n2 persons on each list, m on both, M = n1 + n2 − m seen. Lincoln-Petersen n1 n2 / m and Chapman's
correction suppose that being on one list says nothing about the other, which two lists can never show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from diagnostic.estimate.formulas.sampling import critical_value

ODDS_RATIOS = (0.5, 1.0, 2.0, 3.0)
OVERLAPS = (2, 5, 8, 12, 20, 30)
SPLITS = (0.3, 0.5)
COLUMNS = (
    "split",
    "overlap",
    "first",
    "second",
    "chapman",
    "se",
    "low",
    "high",
    *(f"odds_{ratio:g}" for ratio in ODDS_RATIOS),
)


def lincoln_petersen(first: int, second: int, overlap: int) -> float:
    """n1 n2 / m. Raises ValueError without overlap: no upper limit exists."""
    _check(first, second, overlap)
    if not overlap:
        raise ValueError("without overlap Lincoln-Petersen has no value")
    return first * second / overlap


def chapman(first: int, second: int, overlap: int) -> tuple[float, float]:
    """(n1 + 1)(n2 + 1) / (m + 1) − 1 and its standard error (Chapman 1951; variance of Seber 1970)."""
    _check(first, second, overlap)
    value = (first + 1) * (second + 1) / (overlap + 1) - 1
    variance = (first + 1) * (second + 1) * (first - overlap) * (second - overlap)
    return value, math.sqrt(variance / ((overlap + 1) ** 2 * (overlap + 2)))


def sadinle_interval(first: int, second: int, overlap: int, confidence: float = 0.95) -> tuple[float, float]:
    """Transformed logit interval with half a person added to each cell (Sadinle 2009): holds for small overlaps."""
    _check(first, second, overlap)
    both, one, other = overlap + 0.5, first - overlap + 0.5, second - overlap + 0.5
    spread = math.sqrt(1 / both + 1 / one + 1 / other + both / (one * other))
    seen, unseen = both + one + other - 2, one * other / both  # a + b + c − 1/2
    factor = math.exp(critical_value(confidence) * spread)
    return seen + unseen / factor, seen + unseen * factor


def dependence_band(
    first: int, second: int, overlap: int, odds_ratios: Sequence[float] = ODDS_RATIOS
) -> dict[float, float]:
    """M + θ b c / m for each odds ratio θ between the lists: 1 is independence, above 1 the same persons are met twice.

    Raises ValueError without overlap.
    """
    lincoln_petersen(first, second, overlap)
    one, other = first - overlap, second - overlap
    return {theta: first + other + theta * one * other / overlap for theta in odds_ratios}


def sensitivity(
    seen: int, overlaps: Sequence[int] = OVERLAPS, splits: Sequence[float] = SPLITS, confidence: float = 0.95
) -> pd.DataFrame:
    """What each overlap would imply when only the persons seen on either list are published: one row per case.

    `splits`: share of the first list in n1 + n2 = `seen` + m. Columns: `split`, `overlap`, `first`, `second`,
    `chapman` with its `se`, Sadinle's `low` and `high`, and `odds_…` (`dependence_band`). Cases in which a list
    would be shorter than the overlap are left out.
    """
    rows = []
    for split in splits:
        for overlap in overlaps:
            first = round(split * (seen + overlap))
            second = seen + overlap - first
            if not 0 < overlap <= min(first, second):
                continue
            band = dependence_band(first, second, overlap).values()
            limits = sadinle_interval(first, second, overlap, confidence)
            rows.append((split, overlap, first, second, *chapman(first, second, overlap), *limits, *band))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _check(first: int, second: int, overlap: int) -> None:
    if not 0 <= overlap <= min(first, second):
        raise ValueError(f"an overlap of {overlap} does not fit lists of {first} and {second}")
