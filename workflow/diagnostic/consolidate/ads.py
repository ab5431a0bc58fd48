"""The coding sheet that comes back: one row per ad and coder, the copies found by site, and what became of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.workbooks import choice, date, plain, whole
from diagnostic.core.tables import columns, model

ROLE = "coded_ads"
RELEVANT, OUT, EARLIER = "relevant", "out_of_domain", "not_relevant"  # answers of the codebook, and their set
NOT_CODED = "La place n’est pas encore codée : rien ne dit ce qui s’y trouve."
ORPHAN = "Ces copies sont celles d’une annonce que la feuille de codage n’a pas."


def consolidate(
    ads: pd.DataFrame, ad_copies: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str], **codebook: bytes
) -> dict[str, pd.DataFrame]:
    """Codings (one row per ad and coder), copies (one row per ad and site), and the ledger of the workbook's rows.

    Rules: the earliest coding of a place counts, the others only measure agreement (`second_codage`); a place without
    relevant ad stays and leaves the domain (`annonce_hors_champ`), « non » of an earlier sheet is read so
    (`ancienne_pertinence`); a place that nobody could see is a non-response (`place_non_vue`). A row without disposition
    is set aside.
    """
    out = loading.load(loading.given(codebook)).sets["disposition"][OUT]
    codings, codings_rows = _codings(ads, files, out)
    found = plain(ad_copies, ad_id="ad_id.code", site_code="site_code.code", copies="copies.number")
    orphan = ~found["ad_id"].isin(choice(codings, "ad_id"))
    copies_rows = ledger(ROLE, files, found, "copies", aside={ORPHAN: orphan})
    return {
        "codings": codings,
        "copies": found[~orphan][columns("consolidate/copies")],
        "ads_rows": whole(ROLE, files, received_rows, [codings_rows, copies_rows]),
    }


def _codings(ads: pd.DataFrame, files: Mapping[str, str], out: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = choice(ads, "disposition")
    coded = ads.assign(ad=choice(ads, "ad_id"), coder=choice(ads, "coder"), day=date(ads, "coded_on"))
    waiting = found.isna()
    order = coded[~waiting].sort_values(["ad", "day", "coder"], kind="stable")
    turn = order.groupby("ad").cumcount().reindex(ads.index) + 1
    rules = {
        "second_codage": turn > 1,
        "annonce_hors_champ": found.isin(out),
        "ancienne_pertinence": found.eq(EARLIER).fillna(False).astype(bool),
        "place_non_vue": ~waiting & ~found.isin([RELEVANT, *out]),
    }
    rows = ledger(ROLE, files, ads, "codings", rules, {NOT_CODED: waiting})
    kept = ads[~waiting].assign(turn=turn[~waiting].astype("Int64"))
    return (kept if len(kept) else model("consolidate/codings").empty()[["sheet", "row", "turn"]]), rows
