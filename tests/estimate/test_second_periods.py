"""Turnover at its edges: two counts of one day, a month that is named once, what did not stay, and what rounding adds."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from diagnostic.estimate.formulas import turnover
from diagnostic.estimate.formulas.domain import Total
from diagnostic.estimate.formulas.turnover import Interval, snapshot

DAY = dt.date(2026, 1, 5)


def interval(before: int, after: int, stayed: tuple[float, float, float]) -> Interval:
    value, low, high = stayed
    return Interval(DAY, DAY, before, after, Total(value, low, high, 0, 0, 0, bounded=False, exact=False), 1, 1)


def test_one_day_is_not_a_time_between_two() -> None:
    status = pd.DataFrame({"site_code": ["A"], "observed_on": ["2026-01-01"], "site_state": ["open"]})
    with pytest.raises(ValueError, match="later than the first"):
        turnover.turnover(status, DAY, DAY)
    assert turnover.turnover(status, DAY, dt.date(2026, 1, 6))["change"].tolist() == ["stayed"]


def test_a_month_is_named_once() -> None:
    one, two = snapshot(DAY, dt.date(2026, 1, 30)), snapshot(DAY, dt.date(2026, 2, 1))
    assert "fait en janvier 2026 :" in one.replace("\xa0", " ") and "fait de janvier 2026 à février 2026 :" in two.replace("\xa0", " ")  # fmt: skip


def test_a_period_ends_where_one_count_may_have_left_nothing() -> None:
    """Of two intervals the one, or the other, whose limits let no ad stay."""
    sound, bare, empty = interval(50, 40, (20, 10, 30)), interval(50, 40, (20, 0, 30)), interval(0, 40, (20, 10, 30))
    assert turnover.period([sound, sound]) is not None
    for other in (bare, empty):
        assert turnover.period([sound, other]) is None and turnover.period([other, sound]) is None


@pytest.mark.parametrize(("before", "after", "stayed"), [(80, 60, 80.0), (80, 60, 80 * (1 + 1e-15)), (80, 60, 70.0), (80, 120, 90.0)])  # fmt: skip
def test_where_all_stayed_or_none_came_nothing_went_unseen(before: int, after: int, stayed: float) -> None:
    assert interval(before, after, (stayed, stayed, stayed)).unseen(stayed) == 0


def test_what_came_and_left_is_what_a_constant_rate_gives() -> None:
    """20 came and are there of those that came at a constant rate, each there with (1 − s) / −ln s."""
    assert interval(80, 60, (40, 40, 40)).unseen(40.0) == pytest.approx(20 * (-math.log(0.5) / 0.5 - 1))
