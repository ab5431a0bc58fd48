"""The usable coded ads, each with its list, its person and its multiplicity; and what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from diagnostic.collect.answers import DESCRIBED, SAMPLES
from diagnostic.core.tables import columns, model
from diagnostic.estimate.codings import plain
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.internet.lists import merged

NOT_DRAWN, OUTSIDE = "not_drawn", "outside"
ALLOWS = {  # how the team chose its sample → what that allows
    "simple": "Toutes les annonces des listes avaient la même chance : estimations et intervalles, en une seule liste.",
    "by_site": "Dans un site, toutes les annonces avaient la même chance : estimations et intervalles, site par site.",
    "convenience": "Rien n’a été tiré au sort : les nombres décrivent les annonces codées et elles seules, sans poids ni "
    "intervalle, et ne disent rien des autres.",
    "two_stage": "Les annonces n’avaient pas toutes la même chance, et le projet n’estime rien d’un tel tirage : les nombres "
    "décrivent les annonces codées et elles seules, sans poids ni intervalle, et ne disent rien des autres.",
}


def link(
    codings: pd.DataFrame, copies: pd.DataFrame, frame: pd.DataFrame, draw: pd.DataFrame, design: str | None
) -> dict[str, pd.DataFrame]:
    """`usable` (one row per usable ad), `held` (one row per person and site with copies), `conflicts` (per ad).

    Ads that the draw does not have are left out and told as conflicts; where the team chose its sample (`design`), those
    of sites that the frame does not have.
    """
    if codings.empty:
        return {
            "usable": model("estimate/usable").empty(),
            "held": model("estimate/held").empty(),
            "conflicts": model("estimate/conflicts").empty(),
        }
    answers = plain(codings)
    kept = frame[frame["kept"] & frame["size"].gt(0)]
    sites = list(dict.fromkeys(kept["site_code"]))
    collapsed = bool((~frame["kept"] & frame["size"].gt(0)).any())
    own = designed_places(answers, frame, design) if design else draw
    ads, table, conflicts = multiplicities(usable_ads(answers, own), copies, sites, collapsed)
    strangers = sorted(set(answers["ad_id"]) - set(own["ad_id"]))
    unknown = ads.loc[ads["maybe"].notna() & ~ads["maybe"].isin(ads["person"]), "ad_id"]
    told = [(ad_id, OUTSIDE if design else NOT_DRAWN) for ad_id in strangers]
    told += [(ad_id, "maybe") for ad_id in sorted(unknown)]
    held = table.rename_axis(index="person", columns="site_code").stack().rename("copies").reset_index()
    return {
        "usable": ads.sort_values("ad_id")[columns("estimate/usable")],
        "held": held[held["copies"] > 0][columns("estimate/held")],
        "conflicts": pd.concat(
            [conflicts, pd.DataFrame(told, columns=columns("estimate/conflicts"))], ignore_index=True
        )[columns("estimate/conflicts")],
    }


# -- From the coding sheets to what the estimators read: one usable ad per row, its person and its multiplicity ---
# Copies count in the frame that was sampled: where mirrors were collapsed, those found on the lists left out do not.
# That is why the detail by site is read before the total of all sites.
RELEVANT = "relevant"  # the disposition of a place where a relevant ad is
CONFLICTS = {
    "total": "le détail des copies par site ne redonne pas le total",
    "detail": "le total compte des sites hors du cadre, et le détail par site manque",
    "maybe": "le groupe possible n’est ni un groupe ni le numéro d’une annonce utilisable",
    "group": "les annonces d’un même groupe n’ont pas le même nombre de copies",
}


def places_seen(codings: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """One row per drawn place that was coded, with its `stratum`, all answers kept.

    `codings`: one row per place and coder. A place coded twice keeps its first coding in `turn`, or the earliest (then
    the first coder in the alphabet): the second one only measures agreement. Places that were not drawn are left out.
    """
    order = [name for name in ("ad_id", "turn", "coded_on", "coder") if name in codings]
    first = codings.sort_values(order, kind="stable").drop_duplicates("ad_id")
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


# -- A sample that the team chose itself: how it was, and what that allows ----------------------------------------
# The project's own draw has positions and a seed. A sample drawn elsewhere has numbers of its own, and nothing in its
# file says how it was chosen: the study declares it (`coded_sample`). Drawn at random of all ads, or of those of each
# site, it stands for the lists of the frame. Chosen as it came, it describes its own ads and nothing else; so it does
# where sites or pages were drawn first: the project has no estimator of two stages.
SIMPLE, BY_SITE, *_ = SAMPLES
COUNTED, PAGED = "sites comptés", "sites lus par pages"


def designed_places(codings: pd.DataFrame, frame: pd.DataFrame, design: str) -> pd.DataFrame:
    """The places of a sample that the team chose, one row per coded ad: `ad_id`, and as `stratum` the list of its site.

    An ad of a site that the frame does not have (a mirror left out, a site that was not counted) has no list; at random it
    then stands for nothing and is left out; where the coded ads are described alone (`DESCRIBED`) it is one of them.
    """
    kept = frame.loc[frame["kept"] & frame["size"].gt(0), "stratum"]
    ads = codings.drop_duplicates("ad_id")[["ad_id", "site_code"]]
    ads = ads.assign(stratum=ads["site_code"].where(ads["site_code"].isin(kept)))[["ad_id", "stratum"]]
    return ads if design in DESCRIBED else ads.dropna(subset=["stratum"])


def raised(frame: pd.DataFrame, coded: pd.Series) -> pd.DataFrame:
    """The frame, no list having fewer ads than were coded there (`coded`: the list of each)."""
    least = frame["stratum"].map(coded.value_counts()).fillna(0)
    return frame.assign(
        **{
            name: frame[name].clip(lower=least).astype(frame[name].dtype)
            for name in ("size", "value", "high", "listed")
        }
    )


def as_one(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The lists of the frame that are kept, as the one list of a simple random sample, and list → the name of that one.

    Sites read by pages stay apart from those that were counted: given how many of it are of each, a simple random sample is
    one of each.
    """
    kept = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    name = kept["page_size"].notna().map({True: PAGED, False: COUNTED})
    one = merged(kept, name).assign(site_code="", category=None, mirror_group="", kept=True)
    return one.reset_index(), name.to_dict()


def design_facts(design: str, build: Builder) -> Iterator[Fact]:
    """How the sample was chosen, with what it allows as its method."""
    yield build.fact("sample.design.{design}", value_text=SAMPLES[design], design=design, allows=ALLOWS[design])
