"""The chart of shares by ad and by person says of a gap only what the printed numbers bear."""

from __future__ import annotations

import ledgers
import pytest
from drawn import one_in

from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.people import shares

NONE = "ne diffèrent pas au-delà de l’arrondi"


def said(**both: tuple[float, float]) -> str:
    """The reading note, from shares of ads and of persons printed to five points: each true one within five of its own."""
    facts = [
        {"fact_id": f"profile.{unit}.{name}", "value": value, "measure": "percent"}
        for name, values in both.items()
        for unit, value in zip(("ad", "person"), values, strict=True)
    ]
    told = ledgers.statements([fact | {"fact_id": fact["fact_id"].replace("__", ".")} for fact in facts])
    told = told.assign(claim_low=told["shown_value"] - 5, claim_high=told["shown_value"] + 5)
    chart = shares(Released(told))
    assert chart is not None
    return chart.description.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_gaps_of_one_step_of_rounding_are_none() -> None:
    assert NONE in said(passing_through__yes=(30, 35), declared_origin__foreign=(80, 75), hosting__receives=(75, 75))


@pytest.mark.parametrize("persons", one_in(2, [20, 40]))
def test_the_largest_gap_is_named_whichever_way_it_goes(persons: float) -> None:
    text = said(passing_through__yes=(30, persons), declared_origin__foreign=(80, 75))
    assert f"« se dit de passage » (30 % des annonces, {persons} % des personnes)" in text
    assert NONE not in text and "origine" not in text


def test_two_gaps_that_are_equal_are_both_named() -> None:
    text = said(passing_through__yes=(30, 45), declared_origin__foreign=(80, 65), hosting__receives=(75, 65))
    assert "« se dit de passage »" in text and "« origine étrangère déclarée »" in text and "reçoit" not in text
