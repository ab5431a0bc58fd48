"""The register over time: changes of state in order, and what is known of how each site was found and what it sells."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.workbooks import choice, date, whole
from diagnostic.core.tables import columns

ROLE = "sites_history"


def consolidate(
    site_status: pd.DataFrame, site_terms: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """The changes of state, oldest first, the terms of the sites as collected, and the ledger of the workbook's rows."""
    file = files.get(ROLE, ROLE)
    made = site_status[["sheet", "row"]].assign(
        site_code=choice(site_status, "site_code"),
        observed_on=date(site_status, "observed_on"),
        site_state=choice(site_status, "site_state"),
    )
    into = "site_states/" + made["site_code"].fillna("")
    rows = ledger(ROLE, file, made["row"], into, {}, sheet=made["sheet"].astype("str"))
    states = made.sort_values(["observed_on", "row"], kind="stable")[columns("consolidate/site_states")]
    into = "site_terms/" + choice(site_terms, "site_code").fillna("")
    read = ledger(ROLE, file, site_terms["row"], into, {}, sheet=site_terms["sheet"].astype("str"))
    return {
        "site_states": states,
        "site_terms": site_terms,
        "history_rows": whole(ROLE, file, received_rows, [rows, read]),
    }
