"""From the coding sheets to what the estimators read: one usable ad per row, its person and its multiplicity.

Copies count in the frame that was sampled: where mirrors were collapsed, those found on the lists left out do not.
That is why the detail by site is read before the total of all sites.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

RELEVANT = "relevant"  # the disposition of a place where a relevant ad is
CONFLICTS = {
    "total": "le détail des copies par site ne redonne pas le total",
    "detail": "le total compte des sites hors du cadre, et le détail par site manque",
    "maybe": "le groupe possible n’est ni un groupe ni le numéro d’une annonce utilisable",
    "group": "les annonces d’un même groupe n’ont pas le même nombre de copies",
}


def places_seen(codings: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """One row per drawn place that was coded, with its `stratum`, all answers kept.

    `codings`: one row per place and coder. A place coded twice keeps its earliest coding (then the first coder in the
    alphabet): the second one only measures agreement. Places that were not drawn are left out.
    """
    first = codings.sort_values(["ad_id", "coded_on", "coder"], kind="stable").drop_duplicates("ad_id")
    first = first.drop(columns=["stratum"], errors="ignore")
    return first.merge(drawn[["ad_id", "stratum"]], on="ad_id", how="inner", validate="one_to_one")


def usable_ads(codings: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """The rows of `places_seen` where a relevant ad is, with its `person`.

    `person` is the group of duplicates, or the ad alone; `maybe`, another person who may be the same, named by a group
    or by one of its ads, None where there is no doubt.
    """
    ads = places_seen(codings, drawn)
    ads = ads[ads["disposition"] == RELEVANT].reset_index(drop=True)
    group = ads["cluster_id"].astype(object)
    alone = group.isna() | (group == "")
    person = ("group " + group.astype(str)).where(~alone, "ad " + ads["ad_id"].astype(str))
    other = ads["cluster_maybe"].astype(object) if "cluster_maybe" in ads else pd.Series(None, index=ads.index)
    other = other.where(other.ne(""), None)
    grouped = "group " + other.astype(str)
    by_ad = other.map(person.set_axis(ads["ad_id"]))  # a lone ad has no group: its number names it
    named = grouped.where(grouped.isin(person) | by_ad.isna(), by_ad)
    return ads.assign(person=person, maybe=named.where(other.notna() & named.ne(person), None))


def multiplicities(
    ads: pd.DataFrame, copies: pd.DataFrame, sites: Iterable[str], collapsed: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The usable ads with `multiplicity`, their persons' copies by site, and the conflicts to look at.

    `copies`: one row per ad and site, `copies` found there. `sites`: the sites of the sampled frame, mirrors collapsed;
    their copies are added, an ad counting itself on its own site when the detail leaves it out. An ad without detail
    has its total, unless it has copies and lists were left out of the frame (`collapsed`): its multiplicity is then
    missing, as that of an ad whose copies were not searched. The ads of one person share the most that was `found` for
    any of them, never fewer than were drawn.
    Second table: one row per person whose detail is known, one column per site, for D_HT. Third: `ad_id`, `conflict`
    (a key of `CONFLICTS`); such ads keep the larger number.
    """
    sites = list(sites)
    searched = (ads["copies_searched"] == "yes").to_numpy()
    detail, conflicts = _detail(ads[searched], copies, sites)
    total = pd.to_numeric(ads["copies_total"]).astype(float).where(searched)
    bare = ~ads["ad_id"].isin(detail.index)
    unknown = bare & (total > 1) if collapsed else pd.Series(False, index=ads.index)
    conflicts += [(ad_id, "detail") for ad_id in ads["ad_id"][unknown]]
    own = ads["ad_id"].map(detail[sites].sum(axis=1)).astype(float).fillna(total.where(~unknown))
    by_person = own.groupby(ads["person"])
    most = by_person.transform("max")
    drawn = ads.groupby("person")["ad_id"].transform("size")
    uneven = (own.notna() & (own < most)).to_numpy()
    conflicts += [(ad_id, "group") for ad_id in ads["ad_id"][uneven]]
    result = ads.assign(found=own, multiplicity=np.maximum(most, drawn).where(most.notna()))
    person = ads.set_index("ad_id")["person"]
    table = detail[sites].groupby(person.reindex(detail.index)).max()
    seen = pd.crosstab(ads["person"], ads["site_code"]).reindex(index=table.index, columns=sites, fill_value=0)
    return result, np.maximum(table, seen).astype("int64"), pd.DataFrame(conflicts, columns=["ad_id", "conflict"])


def _detail(ads: pd.DataFrame, copies: pd.DataFrame, sites: list[str]) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Copies by ad and site for the ads that have a detail, themselves included, and the totals it contradicts."""
    known = copies[copies["ad_id"].isin(ads["ad_id"])]
    table = known.pivot_table(index="ad_id", columns="site_code", values="copies", aggfunc="sum", fill_value=0)
    total = pd.to_numeric(ads.set_index("ad_id")["copies_total"]).astype(float).reindex(table.index)
    own = ads.set_index("ad_id")["site_code"].reindex(table.index)
    table = table.reindex(columns=sorted({*sites, *table.columns, *own}), fill_value=0).astype(float)
    counts, given = table.to_numpy(copy=True), total.to_numpy()
    at = np.arange(len(table)), table.columns.get_indexer(own)
    others = (counts[at] == 0) | (counts.sum(axis=1) == given - 1)  # the detail counted the other ads only
    counts[at] += others
    odd = ~np.isnan(given) & (counts.sum(axis=1) != given)
    table = pd.DataFrame(counts, index=table.index, columns=table.columns)
    return table, [(str(ad_id), "total") for ad_id in table.index[odd]]
