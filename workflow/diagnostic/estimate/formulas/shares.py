"""The interval of a part of the ads, when some lists were only read by pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

from diagnostic.estimate.formulas.sampling import critical_value


class Sized(Protocol):
    """A number of ads and what is not known of it: `variance` is None or NaN where only `low` and `high` bound it."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def variance(self) -> float | None: ...


def share_interval(part: Sequence[Sized], rest: Sequence[Sized], confidence: float = 0.95) -> dict[str, Any]:
    """`low`, `high` (0-100) and `interval_kind` of 100 × part ÷ (part + rest); nothing when every list was counted.

    Pages drawn: V = ((1 − p)² V(part) + p² V(rest)) ÷ T², the lists being drawn apart. As soon as first pages only were
    read: from the part at its least and the rest at its most to the reverse.
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
    of_part, of_rest = (sum(_variance(one) or 0.0 for one in group) for group in (part, rest))
    half = critical_value(confidence) * math.sqrt((1 - share) ** 2 * of_part + share**2 * of_rest) / total
    return {
        "low": 100 * max(0.0, share - half),
        "high": 100 * min(1.0, share + half),
        "interval_kind": "sampling",
    }


def _variance(one: Sized) -> float | None:
    variance = one.variance
    return None if variance is None or math.isnan(variance) else variance


def _low(one: Sized) -> float:
    return one.value if one.low is None else one.low


def _high(one: Sized) -> float:
    return one.value if one.high is None else one.high
