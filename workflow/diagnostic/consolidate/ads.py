"""The coding sheet that comes back: one row per ad and coder, the copies found by site, and what became of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.workbooks import at_least, choice, date, number, whole
from diagnostic.core.tables import columns, model

ROLE = "coded_ads"
RELEVANT, OUT, EARLIER = "relevant", "out_of_domain", "not_relevant"  # answers of the codebook, and their set
NOT_CODED = "La place n’est pas encore codée : rien ne dit ce qui s’y trouve."
ORPHAN = "Ces copies sont celles d’une annonce que la feuille de codage n’a pas."


def consolidate(
    ads: pd.DataFrame,
    ad_copies: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """Codings (one row per ad and coder), copies (one row per ad and site), and the ledger of the workbook's rows.

    Rules: the earliest coding of a place counts, the others only measure agreement (`second_codage`); a place without
    relevant ad stays and leaves the domain (`annonce_hors_champ`), « non » of an earlier sheet is read so
    (`ancienne_pertinence`); a place that nobody could see is a non-response (`place_non_vue`). A row without disposition
    is set aside.
    """
    file, out = files.get(ROLE, ROLE), loading.load(loading.given(codebook)).sets["disposition"][OUT]
    codings, codings_rows = _codings(ads, file, out)
    copies, copies_rows = _copies(ad_copies, codings, file)
    return {
        "codings": codings,
        "copies": copies,
        "ads_rows": whole(ROLE, file, received_rows, [codings_rows, copies_rows]),
    }


def _codings(ads: pd.DataFrame, file: str, out: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = choice(ads, "disposition")
    coded = ads.assign(ad=choice(ads, "ad_id"), coder=choice(ads, "coder"), day=date(ads, "coded_on"))
    waiting = found.isna()
    order = coded[~waiting].sort_values(["ad", "day", "coder"], kind="stable")
    turn = order.groupby("ad").cumcount().reindex(ads.index) + 1
    unsearched = found.eq(RELEVANT) & (choice(ads, "copies_searched").ne("yes") | number(ads, "copies_total").isna())
    rules = {
        "copies_au_moins": at_least(ads, "copies_total"),
        "copies_inconnues": unsearched.fillna(True).astype(bool) & found.eq(RELEVANT),
        "second_codage": turn > 1,
        "annonce_hors_champ": found.isin(out),
        "ancienne_pertinence": found.eq(EARLIER).fillna(False).astype(bool),
        "place_non_vue": ~waiting & ~found.isin([RELEVANT, *out]),
    }
    into = "codings/" + coded["ad"].fillna("")
    rows = ledger(ROLE, file, ads["row"], into, rules, waiting, NOT_CODED, ads["sheet"].astype("str"))
    kept = ads[~waiting].assign(turn=turn[~waiting].astype("Int64"))
    return (kept if len(kept) else model("consolidate/codings").empty()[["sheet", "row", "turn"]]), rows


def _copies(ad_copies: pd.DataFrame, codings: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = ad_copies[["sheet", "row"]].assign(
        ad_id=choice(ad_copies, "ad_id"),
        site_code=choice(ad_copies, "site_code"),
        copies=number(ad_copies, "copies"),
        open=at_least(ad_copies, "copies"),
    )
    orphan = ~made["ad_id"].isin(choice(codings, "ad_id"))
    into = "copies/" + made["ad_id"].fillna("")
    rows = ledger(ROLE, file, made["row"], into, {}, orphan, ORPHAN, made["sheet"].astype("str"))
    return made[~orphan][columns("consolidate/copies")], rows
