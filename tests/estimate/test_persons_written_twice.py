"""The persons behind the ads and their limits, once more from the definitions: loops, a recursion for the weight, a numeric
derivative for the recall. A wrong square, a limit that takes the other side's width or a lost term shows here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from statistics import fmean, variance

import numpy as np
import pandas as pd
import pytest
from drawn import one_in
from scipy import stats

from diagnostic.estimate.formulas import uncertainty
from diagnostic.estimate.formulas.uncertainty import Recall

Ad = tuple[str, int, int]  # its list, its person, how many ads that person has


@dataclass(frozen=True)
class Listed:
    """One list of ads: its size, what drawn pages leave in doubt, or between which sizes it is where someone chose them."""

    size: float
    variance: float | None = 0.0
    degrees: float = math.inf
    low: float | None = None
    high: float | None = None


def weight(found: int, share: float) -> float:
    """What a person of `found` copies counts for, so that persons of 1, 2, 3… ads each count for one on average."""
    known: list[float] = []
    for m in range(1, found + 1):
        chance = [math.comb(m - 1, j) * share**j * (1 - share) ** (m - 1 - j) for j in range(m)]
        known.append((1 / m - sum(p * g for p, g in zip(chance, known, strict=False))) / chance[-1])
    return known[-1]


def means(ads: list[Ad], lists: dict[str, Listed], share: float) -> dict[str, list[float]]:
    return {name: [weight(m, share) for own, _, m in ads if own == name] for name in lists}


def total(ads: list[Ad], lists: dict[str, Listed], share: float) -> float:
    return sum(lists[name].size * fmean(own) for name, own in means(ads, lists, share).items())


def expected(
    ads: list[Ad], lists: dict[str, Listed], recall: Recall | None, confidence: float
) -> tuple[float, float, float, float]:
    """Value, low, high and standard error."""
    share, step = recall.value if recall else 1.0, 1e-6
    own = means(ads, lists, share)
    parts: list[tuple[float, float]] = []  # a variance and its degrees of freedom
    below = above = 0.0
    for name, one in lists.items():
        n, z = len(own[name]), own[name]
        of_mean = (1 - n / one.size) * variance(z) / n
        parts.append((one.size**2 * of_mean, n - 1))
        if one.variance is None:
            assert one.low is not None and one.high is not None
            below += (one.size - one.low) * fmean(z)
            above += (one.high - one.size) * fmean(z)
        else:
            parts.append((max(0.0, one.variance * (fmean(z) ** 2 - of_mean)), one.degrees))
    if recall:
        moved = (total(ads, lists, share + step) - total(ads, lists, share - step)) / (2 * step)
        parts.append((recall.variance * moved**2, recall.degrees))
    value, spread = total(ads, lists, share), sum(part for part, _ in parts)
    left = sum(part**2 / degrees for part, degrees in parts if math.isfinite(degrees))
    t = (
        float(stats.t.ppf(0.5 + confidence / 2, spread**2 / left))
        if left
        else float(stats.norm.ppf(0.5 + confidence / 2))
    )
    persons = {person: m for _, person, m in ads}
    most = sum(one.size if one.high is None else max(one.size, one.high) for one in lists.values())
    unknown = max(0.0, most - sum(persons.values()))
    few, many = uncertainty.shifts(
        np.array([fmean(z) for z in own.values()]),
        np.array([one.size for one in lists.values()]),
        np.array([len(z) for z in own.values()]),
        unknown,
        confidence,
    )
    half, seen = t * math.sqrt(spread), len(persons)
    low = max(seen, value - below - max(half, few))
    high = min(value + above + max(half, many), seen + unknown)
    return max(seen, value), low, max(value, high), math.sqrt(spread)


def drawn(seed: int, bounded: bool) -> tuple[list[Ad], dict[str, Listed]]:
    """Coded ads of three lists; each person's ads are all on one of them."""
    random = Random(seed)
    lists = {
        "counted": Listed(random.randint(300, 900)),
        "paged": Listed(random.randint(300, 900), random.uniform(400, 4000), 4),
    }
    if bounded:
        size = random.randint(200, 500)
        lists["chosen"] = Listed(size, None, math.inf, size - random.randint(20, 80), size + random.randint(100, 300))
    ads = [
        (name, 100 * at + k, random.choice([1, 1, 2, 3, 5]))
        for at, name in enumerate(lists)
        for k in range(random.randint(8, 40))
    ]
    return ads, lists


@pytest.mark.parametrize("bounded", one_in(3, [False, True]))
@pytest.mark.parametrize("known", [None, Recall(0.8, 0.004, 0.68, 0.92, 40, 11), Recall(0.93, 0.02, 0.7, 1.0, 15, 5)])
def test_persons_and_limits_are_those_of_the_definitions(known: Recall | None, bounded: bool) -> None:
    for seed in range(12):
        ads, lists = drawn(seed, bounded)
        confidence = (0.9, 0.95)[seed % 2]
        frame = pd.DataFrame(
            {
                "size": [one.size for one in lists.values()],
                "variance": [math.nan if one.variance is None else one.variance for one in lists.values()],
                "degrees": [one.degrees for one in lists.values()],
                "low": [math.nan if one.low is None else one.low for one in lists.values()],
                "high": [math.nan if one.high is None else one.high for one in lists.values()],
            },
            index=list(lists),
        )
        table = pd.DataFrame(ads, columns=["stratum", "person", "multiplicity"])
        found = uncertainty.with_multiplicities(table, frame, recall=known, confidence=confidence)
        wanted = expected(ads, lists, known, confidence)
        assert (found.value, found.low, found.high, found.se) == pytest.approx(wanted, rel=1e-6)
        assert found.kind == ("model" if known else "bounds" if bounded else "sampling")
