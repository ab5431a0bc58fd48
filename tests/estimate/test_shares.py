"""The interval of a part of the ads, against limits worked out by hand and the slopes of the share by differences."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from scipy import stats

from diagnostic.estimate.formulas.pages import share_interval


@dataclass(frozen=True)
class Listed:
    """A number of ads: counted, read on pages drawn (`variance`), or on pages that someone chose (no variance, limits)."""

    value: float
    variance: float | None = 0.0
    low: float | None = None
    high: float | None = None
    degrees: float = math.inf

    def __post_init__(self) -> None:
        for end in ("low", "high"):
            if getattr(self, end) is None:
                object.__setattr__(self, end, self.value)


def test_lists_that_are_all_counted_leave_nothing_open() -> None:
    assert share_interval([Listed(3)], [Listed(7), Listed(0)], 0.95) == {}
    assert share_interval([Listed(3, low=3, high=3)], [Listed(7)], 0.95) == {}
    assert share_interval([Listed(0, 4.0)], [Listed(0, 1.0)], 0.95) == {}


def test_chosen_pages_bound_the_share_from_least_over_most_to_the_reverse() -> None:
    chosen = Listed(40, None, 30, 60)
    found = share_interval([chosen, Listed(10)], [Listed(50)], 0.95)
    assert found == {
        "low": pytest.approx(100 * 40 / 90),
        "high": pytest.approx(100 * 70 / 120),
        "interval_kind": "bounds",
    }
    found = share_interval([Listed(10)], [Listed(40, math.nan, 30, 90), Listed(5)], 0.95)
    assert (found["low"], found["high"]) == (pytest.approx(100 * 10 / 105), pytest.approx(100 * 10 / 45))
    nothing = share_interval([Listed(1, None, 0, 2)], [Listed(1, None, 0, 2)], 0.95)
    assert (nothing["low"], nothing["high"]) == (0, 100)
    assert share_interval([Listed(5, low=4, high=9)], [Listed(5)], 0.95)["interval_kind"] == "sampling"


@pytest.mark.parametrize(("confidence", "degrees"), [(0.95, math.inf), (0.9, 4.0)])
def test_drawn_pages_add_the_squares_of_what_each_list_moves(confidence: float, degrees: float) -> None:
    part, rest = [Listed(40, 36.0, degrees=degrees)], [Listed(90, 81.0), Listed(30)]

    def share(inside: float, outside: float) -> float:
        return inside / (inside + outside)

    step = 1e-5
    moved = [(share(40 + step, 120) - share(40, 120)) / step, (share(40, 120 + step) - share(40, 120)) / step]
    each = [moved[0] ** 2 * 36, moved[1] ** 2 * 81]
    freedom = sum(each) ** 2 / (each[0] ** 2 / degrees) if math.isfinite(degrees) else math.inf
    t = stats.t.ppf((1 + confidence) / 2, freedom) if math.isfinite(freedom) else stats.norm.ppf((1 + confidence) / 2)
    half = t * math.sqrt(sum(each))
    found = share_interval(part, rest, confidence)
    assert found["low"] == pytest.approx(100 * (0.25 - half), rel=1e-4)
    assert found["high"] == pytest.approx(100 * (0.25 + half), rel=1e-4)


def test_limits_of_a_share_are_between_nothing_and_all() -> None:
    wide = share_interval([Listed(1, 400.0)], [Listed(1, 400.0)], 0.95)
    assert (wide["low"], wide["high"]) == (0, 100)
