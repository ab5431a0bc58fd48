"""Persons whom a service met: what is told, and to whom."""

from __future__ import annotations

import pandas as pd

from diagnostic.collect.tables import INPUTS
from diagnostic.core.tables import model
from diagnostic.estimate.field import outreach


def test_a_service_is_told_of_its_own_and_nobody_else() -> None:
    day = pd.Timestamp(2026, 1, 1)
    rows = [(2, "S01", day, pd.Timestamp(2026, 6, 30), 30, 10, 5), (3, "S02", day, pd.Timestamp(2026, 6, 30), 4, 0, 0)]
    table = pd.DataFrame(rows, columns=["row", "structure_code", "period_start", "period_end", "once", "twice", "more"])
    others = (INPUTS["outreach"].empty(), INPUTS["published_figures"].empty())
    made = outreach.estimate(*others, table, model("collect/places").empty(), "99-2026", {})["outreach"]
    facts = made.set_index("fact_id")
    assert facts["way"].eq("service").all()
    assert facts["value"].to_dict() == {
        "contacts.met.s01.2026-01-01": 45,
        "contacts.met.s02.2026-01-01": 4,
    }
