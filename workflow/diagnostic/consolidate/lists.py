"""Lists of which every row counts as it was received: press, interviews, structures contacted, sites over time."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.workbooks import plain, whole
from diagnostic.core.tables import columns

PARTNERS, HISTORY = "partners", "sites_history"


def press(press: pd.DataFrame, files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Articles (one row per article, newest first) and the ledger of their input rows."""
    articles = press.assign(year_printed=press["date"].dt.year).sort_values(["date", "row"], ascending=[False, True])
    return {"articles": articles, "press_rows": ledger("press", files, press, "articles")}


def interviews(interviews: pd.DataFrame, files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Meetings (one row per interview, in order of date) and the ledger of their input rows.

    An interview without a place is counted (`lieu_non_precise`).
    """
    meetings = interviews.assign(month=interviews["date"].dt.strftime("%Y-%m")).sort_values(["date", "row"])
    rows = ledger("interviews", files, interviews, "meetings", {"lieu_non_precise": interviews["place"].isna()})
    return {"meetings": meetings, "interviews_rows": rows}


def partners(
    partners: pd.DataFrame, reminders: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """The ledger of the rows of structures contacted and of reminders, one row per row received."""
    ledgers = [ledger(PARTNERS, files, partners, "partners"), ledger(PARTNERS, files, reminders, "reminders")]
    return {"partners_rows": whole(PARTNERS, files, received_rows, ledgers)}


def history(
    site_status: pd.DataFrame, site_terms: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """The changes of state of sites, oldest first, their terms as collected, and the ledger of the workbook's rows."""
    states = plain(
        site_status, site_code="site_code.code", observed_on="observed_on.date", site_state="site_state.code"
    )
    rows = [ledger(HISTORY, files, states, "site_states"), ledger(HISTORY, files, site_terms, "site_terms")]
    return {
        "site_states": states.sort_values(["observed_on", "row"], kind="stable")[columns("consolidate/site_states")],
        "site_terms": site_terms,
        "history_rows": whole(HISTORY, files, received_rows, rows),
    }
