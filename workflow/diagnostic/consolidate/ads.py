"""The coding sheet that comes back: one row per ad and coder, the copies found by site, and what became of each row."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.tables import Codings, Copies
from diagnostic.consolidate.workbooks import choice, date, number, whole
from diagnostic.core.tables import columns

ROLE = "coded_ads"
NOT_CODED = "L’annonce n’est pas encore codée : rien ne dit si elle est pertinente."
ORPHAN = "Ces copies sont celles d’une annonce que la feuille de codage n’a pas."


def consolidate(
    ads: pd.DataFrame, ad_copies: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """Codings (one row per ad and coder), copies (one row per ad and site), and the ledger of the workbook's rows.

    Rules: the earliest coding of an ad counts, the others only measure agreement (`second_codage`); an ad that is not
    relevant stays, and counts for nothing but the losses (`annonce_hors_champ`). A row without relevance is set aside.
    """
    file = files.get(ROLE, ROLE)
    codings, codings_rows = _codings(ads, file)
    copies, copies_rows = _copies(ad_copies, codings, file)
    return {
        "codings": codings,
        "copies": copies,
        "ads_rows": whole(ROLE, file, received_rows, [codings_rows, copies_rows]),
    }


def _codings(ads: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    relevant = choice(ads, "relevant")
    coded = ads.assign(ad=choice(ads, "ad_id"), coder=choice(ads, "coder"), day=date(ads, "coded_on"))
    waiting = relevant.isna()
    order = coded[~waiting].sort_values(["ad", "day", "coder"], kind="stable")
    turn = order.groupby("ad").cumcount().reindex(ads.index) + 1
    rules = {"second_codage": turn > 1, "annonce_hors_champ": relevant.eq("no").fillna(False).astype(bool)}
    into = "codings/" + coded["ad"].fillna("")
    rows = ledger(ROLE, file, ads["row"], into, rules, waiting, NOT_CODED, ads["sheet"].astype("str"))
    kept = ads[~waiting].assign(turn=turn[~waiting].astype("Int64"))
    return (kept if len(kept) else Codings.empty()[["sheet", "row", "turn"]]), rows


def _copies(ad_copies: pd.DataFrame, codings: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = ad_copies[["sheet", "row"]].assign(
        ad_id=choice(ad_copies, "ad_id"), site_code=choice(ad_copies, "site_code"), copies=number(ad_copies, "copies")
    )
    orphan = ~made["ad_id"].isin(choice(codings, "ad_id"))
    into = "copies/" + made["ad_id"].fillna("")
    rows = ledger(ROLE, file, made["row"], into, {}, orphan, ORPHAN, made["sheet"].astype("str"))
    return made[~orphan][columns(Copies)], rows
