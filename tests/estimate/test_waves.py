"""Counts repeated on the same sites: turnover by enumeration of all draws, the model by its own integral, facts from tables."""

from __future__ import annotations

import math
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from diagnostic.collect.answers import WAVE_STATES
from diagnostic.estimate.formulas import turnover
from diagnostic.estimate.internet import waves as wave_facts

FIRST, SECOND, THIRD = (pd.Timestamp(2026, month, 1) for month in (1, 3, 5))


def counts(*days: tuple[pd.Timestamp, dict[str, int]]) -> pd.DataFrame:
    rows = [(row, site, day, n) for row, (day, own) in enumerate(days, 2) for site, n in own.items()]
    return pd.DataFrame(rows, columns=["row", "site_code", "wave_on", "count"])


def followed(*rows: tuple[str, pd.Timestamp, str]) -> pd.DataFrame:
    """Ads by mark, whose first three letters are their site."""
    made = [(row, mark, mark[:3], day, state, None, None) for row, (mark, day, state) in enumerate(rows, 2)]
    names = ["row", "ad_mark", "site_code", "wave_on", "state", "copies", "same_person"]
    return pd.DataFrame(made, columns=names).astype({"copies": "Int64", "same_person": "object"})


def facts(counted: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    where = pd.DataFrame(columns=["role", "file", "origin", "table", "name", "number", "sheet", "column"])
    made = wave_facts.estimate(counted, rows, where, "99-2026", {"confidence": 0.95})["waves"]
    return made.set_index("fact_id")


def test_the_states_of_the_table_are_those_of_the_formulas() -> None:
    assert {turnover.THERE, turnover.AGAIN, turnover.UNSEEN} < set(WAVE_STATES)


def test_over_all_draws_what_stays_leaves_and_comes_is_what_is_true() -> None:
    """Two sites of 4 and 3 ads, two drawn of each: 18 draws. Three of the seven stay, and six are there afterwards."""
    stay, sites = {"A010", "A011", "B010"}, {"A01": 4, "B01": 3}
    found, truth = [], 7 + 6 - 3
    for a in combinations(range(4), 2):
        for b in combinations(range(3), 2):
            marks = [f"A01{at}" for at in a] + [f"B01{at}" for at in b]
            rows = [(mark, FIRST, "there") for mark in marks]
            rows += [(mark, SECOND, "there" if mark in stay else "gone") for mark in marks]
            [one] = turnover.intervals(counts((FIRST, sites), (SECOND, {"A01": 4, "B01": 2})), followed(*rows))
            whole = turnover.seen_once([one])
            assert one.kind == "sampling" and whole[1] <= truth <= whole[2]
            found.append((one.gone[0], one.new[0], whole[0]))
    assert np.mean(found, axis=0).tolist() == pytest.approx([4, 3, truth])


def test_an_ad_published_again_or_back_later_has_stayed_and_one_that_nobody_looked_for_says_nothing() -> None:
    on = ((FIRST, {"A01": 4}), (SECOND, {"A01": 5}), (THIRD, {"A01": 2}))
    rows = [(f"A01{at}", FIRST, "there") for at in range(4)]
    rows += [("A010", SECOND, "again"), ("A011", SECOND, "gone"), ("A012", SECOND, "gone"), ("A013", SECOND, "unseen")]
    rows += [("A012", THIRD, "there"), ("A013", THIRD, "unseen")]
    first, *_ = turnover.intervals(counts(*on), followed(*rows))
    assert (first.followed, first.found) == (3, 2)
    assert first.stayed.value == pytest.approx(4 * 2 / 3)


def test_a_census_of_the_ads_has_no_interval() -> None:
    rows = [(f"A01{at}", day, "there") for at in range(3) for day in (FIRST, SECOND)]
    [one] = turnover.intervals(counts((FIRST, {"A01": 3}), (SECOND, {"A01": 4})), followed(*rows))
    assert (one.kind, one.gone, one.new) == ("none", (0, 0, 0), (1, 1, 1))
    assert turnover.period([one]) == (4, 4, 4)


def test_the_model_is_the_integral_of_constant_arrivals_and_departures() -> None:
    """100 ads, half of them left, 100 again: arrivals at a rate r with r ∫ exp(−μ (Δ − t)) dt = 50 over [0, Δ]."""
    rows = [(f"A01{at:02}", FIRST, "there") for at in range(100)]
    rows += [(f"A01{at:02}", SECOND, "there" if at % 2 else "gone") for at in range(100)]
    [one] = turnover.intervals(counts((FIRST, {"A01": 100}), (SECOND, {"A01": 100})), followed(*rows))
    death, steps = math.log(2), np.linspace(0, 1, 200_001)
    rate = 50 / np.trapezoid(np.exp(-death * (1 - steps)), steps)
    value, low, high = turnover.period([one]) or (0, 0, 0)
    assert value == pytest.approx(100 + rate, rel=1e-6)
    assert 150 <= low < value < high  # every ad was followed: what is left is the chance of the model


def test_the_model_says_nothing_where_no_ad_may_have_stayed() -> None:
    rows = [(f"A01{at}", FIRST, "there") for at in range(3)] + [(f"A01{at}", SECOND, "gone") for at in range(3)]
    found = turnover.intervals(counts((FIRST, {"A01": 30}), (SECOND, {"A01": 30})), followed(*rows))
    assert turnover.period(found) is None and turnover.seen_once(found)[0] == 60


def test_facts_of_two_counts() -> None:
    rows = [(f"A01{at}", FIRST, "there") for at in range(8)]
    rows += [(f"A01{at}", SECOND, "there" if at < 6 else "gone") for at in range(8)]
    own = followed(*rows)
    own["copies"] = pd.array([2, 2, *[1] * 6, *[None] * 8], "Int64")
    own.loc[:1, "same_person"] = "P1"
    found = facts(counts((FIRST, {"A01": 40}), (SECOND, {"A01": 50})), own)
    assert found.loc["waves.period", "value_text"] == "2026-01-01/2026-03-01"
    assert found.loc[["waves.ads.2026-01-01", "waves.ads.2026-03-01"], "value"].tolist() == [40, 50]
    assert found.loc["waves.stayed_pct.1", ["value", "interval_kind"]].tolist() == [75, "sampling"]
    assert found.loc[["waves.gone.1", "waves.new.1", "waves.seen_once"], "value"].tolist() == [10, 20, 60]
    persons = found.loc["waves.persons.2026-01-01"]
    assert persons["value"] == pytest.approx(40 / 8 * (2 / 2 + 6)) and persons["interval_kind"] == "model"
    assert persons["low"] == 7  # copies are searched once: the persons seen
    assert found.loc["waves.total", "interval_kind"] == found.loc["waves.times", "interval_kind"] == "model"
    assert found.loc["waves.total", "value"] > 60 and "waves.persons.2026-03-01" not in found.index


@pytest.mark.parametrize("days", [(), ((FIRST, {"A01": 3}),)])
def test_nothing_without_two_days(days: tuple[tuple[pd.Timestamp, dict[str, int]], ...]) -> None:
    assert facts(counts(*days), followed()).empty


def test_counts_alone_are_told_without_turnover() -> None:
    found = facts(counts((FIRST, {"A01": 40}), (SECOND, {"A01": 50})), followed())
    assert found.loc["waves.sites", "value"] == 1
    assert set(found.index) == {"waves.period", "waves.sites", "waves.ads.2026-01-01", "waves.ads.2026-03-01"}


def test_there_were_as_many_ads_as_on_the_fullest_day_at_least() -> None:
    """Ten, then two: twelve less those that stayed, but never fewer than ten; three days, the fullest in the middle."""

    def between(before: int, after: int, stayed: tuple[float, float, float]) -> turnover.Interval:
        total = SimpleNamespace(value=stayed[0], low=stayed[1], high=stayed[2])
        return turnover.Interval(FIRST.date(), SECOND.date(), before, after, total, 3, 2)  # type: ignore[arg-type]

    assert turnover.seen_once([between(10, 2, (9, 1, 10))]) == (10, 10, 11)
    assert turnover.seen_once([between(2, 9, (1, 0, 2)), between(9, 3, (9, 3, 9))]) == (9, 9, 11)
    assert turnover.seen_once([between(10, 8, (4, 2, 6))]) == (14, 12, 16)
