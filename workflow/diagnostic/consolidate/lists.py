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


# -- Internet: one row per site and place, each with what the register says of the site ---------------------------
OLDER = "Un décompte plus récent du même site et du même lieu existe."
REGISTER = ["site_code", "category", "mirror_group", "under_mirror_label", "row"]


def consolidate(
    sites: pd.DataFrame, ad_counts: pd.DataFrame, ad_pages: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """Counts (one row per site and place, in register order), pages, and the ledger of their input rows.

    Counting rules: the most recent window of a site and place is kept (`derniere_fenetre`); a count without
    a place stays in the département's total (`lieu_non_ventile`). A site of the register that was never counted stays, empty.
    """
    latest = ad_counts.groupby(["site_code", ad_counts["place"].fillna("")])["window_start"].transform("max")
    superseded = ad_counts["window_start"] < latest
    register = sites[REGISTER].rename(columns={"row": "site_row"})
    counts = register.merge(ad_counts[~superseded], on="site_code", how="left", validate="one_to_many")
    rules = {"lieu_non_ventile": ad_counts["place"].isna(), "derniere_fenetre": superseded}
    rows = [
        ledger("sites", files, sites, "counts", {"etat_non_precise": sites["status"].eq("not_stated")}),
        ledger("ad_counts", files, ad_counts, "counts", rules, {OLDER: superseded}),
        ledger("ad_pages", files, ad_pages, "pages"),
    ]
    return {
        "counts": counts[columns("consolidate/counts")],
        "pages": ad_pages,
        "internet_rows": pd.concat(rows, ignore_index=True),
    }
