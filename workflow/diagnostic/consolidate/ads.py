"""The coding sheet that comes back: one row per ad and coder, the copies found by site, and what became of each row."""

from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.collect.table_names import NAMED_AD
from diagnostic.consolidate.coders import arbitrated
from diagnostic.consolidate.rows import at_least, choice, date, ledger, number, plain, whole
from diagnostic.core.tables import columns, model

ROLE = "coded_ads"
GROUP, DOUBT = "cluster_id.code", "cluster_maybe.code"
RELEVANT, OUT, EARLIER = "relevant", "out_of_domain", "not_relevant"  # answers of the codebook, and their set
NOT_CODED = "La place n’est pas encore codée : rien ne dit ce qui s’y trouve."
ORPHAN = "Ces copies sont celles d’une annonce que la feuille de codage n’a pas."


def consolidate(
    ads: pd.DataFrame,
    ad_copies: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    common: bool = False,
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """Codings (one row per ad and coder), copies (one row per ad and site), and the ledger of the workbook's rows.

    Rules: what was arbitrated counts, else the earliest coding of a place, and the others measure agreement
    (`second_codage`); a place without relevant ad stays and leaves the domain (`annonce_hors_champ`), « non » of an earlier sheet is read so
    (`ancienne_pertinence`); a place that nobody could see is a non-response (`place_non_vue`). A row without disposition
    is set aside. A number that several coders gave to groups of ads names as many groups, unless they numbered them
    together (`common`, rule `groupes_par_personne`), or named one of their ads (`NAMED_AD`).
    """
    out = loading.load(loading.given(codebook)).sets["disposition"][OUT]
    codings, codings_rows = _codings(ads, files, out, common)
    found = plain(ad_copies, ad_id="ad_id.code", site_code="site_code.code", copies="copies.number")
    found = found.assign(open=at_least(ad_copies, "copies"))
    orphan = ~found["ad_id"].isin(choice(codings, "ad_id"))
    copies_rows = ledger(ROLE, files, found, "copies", aside={ORPHAN: orphan})
    return {
        "codings": codings,
        "copies": found[~orphan][columns("consolidate/copies")],
        "ads_rows": whole(ROLE, files, received_rows, [codings_rows, copies_rows]),
    }


def _codings(
    ads: pd.DataFrame, files: Mapping[str, str], out: Sequence[str], common: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = choice(ads, "disposition")
    coded = ads.assign(ad=choice(ads, "ad_id"), coder=choice(ads, "coder"), day=date(ads, "coded_on"))
    waiting = found.isna()
    own = ~arbitrated(coded["coder"].fillna(""))
    order = coded[~waiting].assign(own=own).sort_values(["ad", "own", "day", "coder"], kind="stable")
    turn = order.groupby("ad").cumcount().reindex(ads.index) + 1
    own = pd.DataFrame() if common else _own_groups(coded, turn)
    renamed = own[GROUP].ne(coded[GROUP]) if GROUP in own else pd.Series(False, index=ads.index)
    unsearched = found.eq(RELEVANT) & (choice(ads, "copies_searched").ne("yes") | number(ads, "copies_total").isna())
    rules = {
        "copies_au_moins": at_least(ads, "copies_total"),
        "copies_inconnues": unsearched.fillna(True).astype(bool) & found.eq(RELEVANT),
        "second_codage": turn > 1,
        "annonce_hors_champ": found.isin(out),
        "ancienne_pertinence": found.eq(EARLIER).fillna(False).astype(bool),
        "place_non_vue": ~waiting & ~found.isin([RELEVANT, *out]),
        "groupes_par_personne": renamed,
    }
    rows = ledger(ROLE, files, ads, "codings", rules, {NOT_CODED: waiting})
    kept = ads.assign(**own)[~waiting].assign(turn=turn[~waiting].astype("Int64"))
    return (kept if len(kept) else model("consolidate/codings").empty()[["sheet", "row", "turn"]]), rows


def _own_groups(coded: pd.DataFrame, turn: pd.Series) -> pd.DataFrame:
    """The columns that name groups, a number that several coders gave in first codings being said with its coder:
    « G001 (AB) ». A doubt names a group of who has it."""
    if GROUP not in coded:
        return pd.DataFrame(index=coded.index)
    group, coder = choice(coded, "cluster_id"), coded["coder"].astype("str")
    first = group.notna() & turn.eq(1) & ~group.str.startswith(NAMED_AD, na=False)
    several = coder[first].groupby(group[first]).nunique()
    shared = set(several[several > 1].index)
    held = set(zip(coder[first], group[first], strict=True))

    def said(column: str) -> pd.Series:
        own = [
            f"{name} ({who})" if name in shared and (who, name) in held else name
            for who, name in zip(coder, coded[column], strict=True)
        ]
        return pd.Series(own, index=coded.index, dtype=coded[column].dtype)

    return pd.DataFrame({name: said(name) for name in (GROUP, DOUBT) if name in coded})
