"""Persons met once and twice: a published bound, a simulation where rates differ, what is told and to whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnostic.collect.received import Places
from diagnostic.collect.tables import INPUTS
from diagnostic.estimate.field import outreach
from diagnostic.estimate.formulas.contacts import at_least


def test_the_police_contacts_of_the_netherlands() -> None:
    """Rcapture 1.4-4 on its data « ill »: 1645 seen once, 183 twice, 52 more; Chao 9273.510929, standard error 662.6."""
    value, low, high = at_least(1645, 183, 52)
    unseen, factor = value - 1880, (high - 1880) / (value - 1880)
    assert value == pytest.approx(9273.510929)
    assert low - 1880 == pytest.approx(unseen / factor)
    spread = np.log(factor) / 1.959964
    assert unseen * np.sqrt(np.expm1(spread**2)) == pytest.approx(662.6, abs=0.05)


@pytest.mark.parametrize(("rates", "equal"), [((0.8,), True), ((0.3, 2.0), False)])
def test_on_average_it_is_the_truth_where_rates_are_equal_and_less_where_they_differ(
    rates: tuple[float, ...], equal: bool
) -> None:
    found = []
    for seed in range(1, 1501):
        met = np.bincount(np.random.default_rng(seed).poisson(np.resize(rates, 400)), minlength=4)
        found.append(at_least(met[1], met[2], met[3:].sum()))
    values, lows, _ = np.array(found).T
    error = 3 * values.std() / np.sqrt(len(values))
    assert abs(values.mean() - 400) < error + 4 if equal else values.mean() < 400 - error
    assert (lows <= 400).mean() >= (0.95 if equal else 0.99)


@pytest.mark.parametrize("numbers", [(5, 0, 0), (-1, 2, 0)])
def test_nobody_met_twice_bounds_nothing(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no bound"):
        at_least(*numbers)


def test_a_service_is_told_of_its_own_and_nobody_else() -> None:
    day = pd.Timestamp(2026, 1, 1)
    rows = [(2, "S01", day, pd.Timestamp(2026, 6, 30), 30, 10, 5), (3, "S02", day, pd.Timestamp(2026, 6, 30), 4, 0, 0)]
    table = pd.DataFrame(rows, columns=["row", "structure_code", "period_start", "period_end", "once", "twice", "more"])
    others = (INPUTS["outreach"].empty(), INPUTS["published_figures"].empty())
    made = outreach.estimate(*others, table, Places.empty(), "99-2026", {}, {"confidence": 0.95})["outreach"]
    facts = made.set_index("fact_id")
    assert facts["way"].eq("service").all()
    assert facts["value"].to_dict() == {
        "contacts.met.s01.2026-01-01": 45,
        "contacts.at_least.s01.2026-01-01": 45 + 900 / 20,
        "contacts.met.s02.2026-01-01": 4,
    }
    assert facts.loc["contacts.at_least.s01.2026-01-01", "interval_kind"] == "model"
