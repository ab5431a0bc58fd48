"""Internet: one row per site and place, each with what the register says of the site."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger
from diagnostic.core.tables import columns

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
