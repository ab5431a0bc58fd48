"""The interval of a part of the ads, when some lists were only read by pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

from diagnostic.estimate.formulas.sampling import satterthwaite, student_value


class Sized(Protocol):
    """A number of ads and what is not known of it: `variance` is None or NaN where only `low` and `high` bound it;
    `degrees` are its degrees of freedom."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def variance(self) -> float | None: ...
    @property
    def degrees(self) -> float: ...


def share_interval(part: Sequence[Sized], rest: Sequence[Sized], confidence: float) -> dict[str, Any]:
    """`low`, `high` (0-100) and `interval_kind` of 100 × part ÷ (part + rest); nothing when every list was counted.

    Pages drawn: V = ((1 − p)² V(part) + p² V(rest)) ÷ T², the lists being drawn apart, and t limits. As soon as someone chose
    the pages of one: from the part at its least and the rest at its most to the reverse.
    """
    lists = [*part, *rest]
    if all(_variance(one) == 0 and one.low in (None, one.value) for one in lists):
        return {}
    inside, outside = sum(one.value for one in part), sum(one.value for one in rest)
    if not inside + outside:
        return {}
    if any(_variance(one) is None for one in lists):
        least, most = sum(map(_low, part)), sum(map(_high, part))
        return {
            "low": 100 * least / max(least + sum(map(_high, rest)), 1e-9),
            "high": 100 * most / max(most + sum(map(_low, rest)), 1e-9),
            "interval_kind": "bounds",
        }
    share, total = inside / (inside + outside), inside + outside
    weights = [(1 - share) ** 2] * len(part) + [share**2] * len(rest)
    variances = [weight * (_variance(one) or 0.0) for weight, one in zip(weights, lists, strict=True)]
    degrees = satterthwaite(variances, [one.degrees for one in lists])
    half = student_value(confidence, degrees) * math.sqrt(sum(variances)) / total
    return {"low": 100 * max(0.0, share - half), "high": 100 * min(1.0, share + half), "interval_kind": "sampling"}


def _variance(one: Sized) -> float | None:
    variance = one.variance
    return None if variance is None or math.isnan(variance) else variance


def _low(one: Sized) -> float:
    return one.value if one.low is None else one.low


def _high(one: Sized) -> float:
    return one.value if one.high is None else one.high
