"""Interviews: one row per interview, in order of date."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger


def consolidate(interviews: pd.DataFrame, files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Meetings (one row per interview) and the ledger of their input rows.

    An interview without a place is counted (`lieu_non_precise`).
    """
    meetings = interviews.assign(month=interviews["date"].dt.strftime("%Y-%m")).sort_values(["date", "row"])
    into = "meetings/" + interviews["date"].dt.strftime("%Y-%m-%d/") + interviews["row"].astype("str")
    rules = {"lieu_non_precise": interviews["place"].isna()}
    rows = ledger("interviews", files.get("interviews", ""), interviews["row"], into, rules)
    return {"meetings": meetings, "interviews_rows": rows}
