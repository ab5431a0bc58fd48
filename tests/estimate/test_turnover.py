"""Turnover of sites: what each history of states becomes, and the caveats of two windows."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.estimate.facts import Builder
from diagnostic.estimate.formulas import turnover
from diagnostic.estimate.internet.history import turnover_facts as history_facts

FIRST, SECOND = dt.date(2018, 12, 5), dt.date(2026, 11, 30)
HISTORY = {
    "A01": [("2018-10-01", "open")],
    "A02": [("2018-10-01", "open"), ("2020-01-01", "closed")],
    "A03": [("2018-10-01", "open"), ("2020-01-01", "closed"), ("2021-01-01", "open")],
    "A04": [("2018-10-01", "closed"), ("2026-11-30", "open")],
    "A05": [("2026-01-01", "open")],
    "A06": [("2018-10-01", "open"), ("2026-12-01", "closed")],  # after the second date
    "A07": [("2018-10-01", "open"), ("2022-01-01", "suspended")],
    "A08": [("2018-10-01", "not_stated"), ("2022-01-01", "open")],
    "A09": [("2018-10-01", "closed")],
    "A10": [("2018-10-01", "open"), ("2022-01-01", "dk")],
    "A11": [("2022-01-01", "closed")],
}
EXPECTED = {
    "A01": "stayed",
    "A02": "closed",
    "A03": "stayed",
    "A04": "reopened",
    "A05": "appeared",
    "A06": "stayed",
    "A07": "suspended",
    "A08": "unknown",
    "A09": "still_closed",
    "A10": "unknown",
    "A11": "unknown",
}


def table(history) -> pd.DataFrame:
    rows = [(site, day, state) for site, events in history.items() for day, state in events]
    return pd.DataFrame(rows, columns=["site_code", "observed_on", "site_state"])


def test_what_each_history_becomes():
    found = turnover.turnover(table(HISTORY), FIRST, SECOND)
    assert dict(zip(found["site_code"], found["change"], strict=True)) == EXPECTED
    assert set(found["change"]) == set(turnover.CHANGES)


def test_the_order_of_the_rows_does_not_matter():
    rows = table(HISTORY)
    pd.testing.assert_frame_equal(
        turnover.turnover(rows.sample(frac=1, random_state=1), FIRST, SECOND), turnover.turnover(rows, FIRST, SECOND)
    )


def test_counts():
    found = turnover.tally(turnover.turnover(table(HISTORY), FIRST, SECOND))
    assert (found["stayed"], found["lost"], found["gained"], found["unknown"]) == (3, 2, 2, 3)
    assert (found["open_before"], found["open_after"]) == (6, 6)


def test_shares_of_losses_and_arrivals():
    """Between the first and the last day of the histories, one site more has closed: A06."""

    def shares(history) -> dict[str, float | None]:
        made = history_facts(table(history), Builder("consolidate/site_states", "observed"))
        return {fact.fact_id: fact.value for fact in made if fact and fact.fact_id.endswith("_pct")}

    assert shares(HISTORY) == {
        "turnover.loss_share_pct": 100 * 3 / 5,
        "turnover.arrival_share_pct": 100 * 2 / 4,
    }
    assert not shares({name: HISTORY[name] for name in ("A09", "A11")})  # none was ever open


DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2027, 12, 31)).map(str)
STATES = st.sampled_from(["open", "suspended", "closed", "not_stated", "dk"])
SITES = st.sampled_from(["A01", "A02", "A03", "A04"])


@settings(deadline=None, max_examples=cases(50))
@given(st.dictionaries(SITES, st.lists(st.tuples(DAYS, STATES), min_size=1, max_size=4), min_size=1))
def test_open_sites_are_stayed_plus_lost_plus_those_no_longer_known(history):
    changes = turnover.turnover(table(history), FIRST, SECOND)
    found = turnover.tally(changes)
    lost_sight = ((changes["before"] == "open") & (changes["change"] == "unknown")).sum()
    came_to_light = ((changes["after"] == "open") & (changes["change"] == "unknown")).sum()
    assert found["open_before"] == found["stayed"] + found["lost"] + lost_sight
    assert found["open_after"] == found["stayed"] + found["gained"] + came_to_light


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((2018, 9, 20), (2018, 12, 5), {9, 10, 11, 12}),
        ((2025, 11, 3), (2026, 1, 15), {11, 12, 1}),
        ((2025, 3, 1), (2025, 3, 1), {3}),
        ((2024, 3, 1), (2026, 4, 1), set(range(1, 13))),
    ],
)
def test_months_of_a_window(start, end, expected):
    assert turnover.months(dt.date(*start), dt.date(*end)) == expected


def test_caveats():
    autumn = (dt.date(2018, 9, 20), dt.date(2018, 12, 5))
    same = (dt.date(2026, 9, 1), dt.date(2026, 12, 24))
    spring = (dt.date(2026, 3, 1), dt.date(2026, 4, 24))
    assert turnover.caveats([autumn]) == turnover.caveats([autumn, same]) == (turnover.SNAPSHOT,)
    assert turnover.caveats([autumn, spring]) == (turnover.SNAPSHOT, turnover.SEASONALITY)


def test_dates_and_windows_go_forward():
    with pytest.raises(ValueError):
        turnover.turnover(table(HISTORY), SECOND, FIRST)
    with pytest.raises(ValueError):
        turnover.months(SECOND, FIRST)
