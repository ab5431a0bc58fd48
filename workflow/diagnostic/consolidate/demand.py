"""Demand and places of risk: ads of buyers, archived forum, penal response, venues. Counts only, and neutral codes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.workbooks import choice, date, number, text, whole
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
    file = files.get(ROLE, ROLE)
    ads, ads_rows = _demand_ads(demand_ads, file)
    forum, forum_rows = _forum(forum_threads, file)
    penal, penal_rows = _penal(penal_response, file)
    places, places_rows = _venues(venues, file)
    return {
        "demand_ads": ads,
        "forum": forum,
        "penal": penal,
        "venues": places,
        "demand_rows": whole(ROLE, file, received_rows, [ads_rows, forum_rows, penal_rows, places_rows]),
    }


def _demand_ads(given: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = given[["sheet", "row"]].assign(
        site_code=choice(given, "site_code"),
        place=text(given, "place"),
        count=number(given, "demand_count"),
        window_start=date(given, "window_start"),
        window_end=date(given, "window_end"),
    )
    latest = made.groupby(["site_code", made["place"].fillna("")])["window_start"].transform("max")
    older = made["window_start"] < latest
    rules = {"derniere_fenetre": older, "lieu_non_ventile": made["place"].isna()}
    into = "demand_ads/" + made["site_code"].fillna("")
    rows = ledger(ROLE, file, made["row"], into, rules, older, OLDER, made["sheet"].astype("str"))
    return made[~older][columns("consolidate/demand_ads")], rows


def _forum(given: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = given[["sheet", "row"]].assign(
        source_code=choice(given, "source_code"),
        place=text(given, "place"),
        year=choice(given, "forum_year"),
        threads=number(given, "threads_active"),
        pseudonyms=number(given, "pseudonyms_minimum"),
    )
    into = "forum/" + made["source_code"].fillna("")
    rules = {"lieu_non_ventile": made["place"].isna()}
    return made[columns("consolidate/forum")], ledger(
        ROLE, file, made["row"], into, rules, sheet=made["sheet"].astype("str")
    )


def _penal(given: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = given[["sheet", "row"]].assign(
        year=choice(given, "penal_year"),
        measure=choice(given, "measure"),
        source=choice(given, "measure_source"),
        count=number(given, "measure_count"),
        approximate=choice(given, "approximate").eq("yes").fillna(False).astype("boolean"),
    )
    empty = made["count"].isna()
    into = "penal/" + made["measure"].fillna("")
    rows = ledger(ROLE, file, made["row"], into, {}, empty, EMPTY, made["sheet"].astype("str"))
    return made[~empty][columns("consolidate/penal")], rows


def _venues(given: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = given[["sheet", "row"]].assign(
        venue_code=choice(given, "venue_code"),
        venue_type=choice(given, "venue_type"),
        arrondissement=text(given, "arrondissement"),
    )
    into = "venues/" + made["venue_code"].fillna("")
    return made[columns("consolidate/venues")], ledger(
        ROLE, file, made["row"], into, {}, sheet=made["sheet"].astype("str")
    )
