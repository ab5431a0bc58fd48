"""Demand and places of risk: ads of buyers, archived forum, penal response, venues. Counts only, and neutral codes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.workbooks import plain, whole
from diagnostic.core.tables import columns

ROLE = "demand"
EMPTY = "Le nombre n’est pas donné : la ligne ne compte rien."
OLDER = "Un décompte plus récent du même site et du même lieu existe."


def consolidate(
    demand_ads: pd.DataFrame,
    forum_threads: pd.DataFrame,
    penal_response: pd.DataFrame,
    venues: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
) -> dict[str, pd.DataFrame]:
    """Demand ads (latest window of each site and place), forum, measures and venues, one row each, and their ledger."""
    ads = plain(
        demand_ads,
        **{"site_code": "site_code.code", "place": "place.text", "count": "demand_count.number"},
        **{name: f"{name}.date" for name in ("window_start", "window_end")},
    )
    older = ads["window_start"] < ads.groupby(["site_code", ads["place"].fillna("")])["window_start"].transform("max")
    forum = plain(
        forum_threads,
        **{"source_code": "source_code.code", "place": "place.text", "year": "forum_year.code"},
        **{"threads": "threads_active.number", "pseudonyms": "pseudonyms_minimum.number"},
    )
    penal = plain(
        penal_response,
        **{"year": "penal_year.code", "measure": "measure.code", "source": "measure_source.code"},
        **{"count": "measure_count.number", "approximate": "approximate.code"},
    )
    penal["approximate"] = penal["approximate"].eq("yes").fillna(False).astype("boolean")
    empty = penal["count"].isna()
    places = plain(
        venues, venue_code="venue_code.code", venue_type="venue_type.code", arrondissement="arrondissement.text"
    )
    elsewhere = {"derniere_fenetre": older, "lieu_non_ventile": ads["place"].isna()}
    rows = [
        ledger(ROLE, files, ads, "demand_ads", elsewhere, {OLDER: older}),
        ledger(ROLE, files, forum, "forum", {"lieu_non_ventile": forum["place"].isna()}),
        ledger(ROLE, files, penal, "penal", aside={EMPTY: empty}),
        ledger(ROLE, files, places, "venues"),
    ]
    kept = {"demand_ads": ads[~older], "forum": forum, "penal": penal[~empty], "venues": places}
    return {
        **{name: table[columns(f"consolidate/{name}")] for name, table in kept.items()},
        "demand_rows": whole(ROLE, files, received_rows, rows),
    }
