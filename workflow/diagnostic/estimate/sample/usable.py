"""The usable coded ads, each with its list, its person and its multiplicity; and what does not fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnostic.collect.answers import DESCRIBED, SAMPLES
from diagnostic.consolidate.coders import DISPUTED, arbitrated
from diagnostic.core.counting import CEILING, MOST_COPIES
from diagnostic.core.tables import columns, model
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.draw import strata
from diagnostic.estimate.formulas.sampling import student_value
from diagnostic.estimate.formulas.stages import COLUMNS as STAGES
from diagnostic.estimate.formulas.stages import stages
from diagnostic.estimate.internet.lists import merged
from diagnostic.estimate.places import plain
from diagnostic.estimate.sample.coders import RELEVANT, seen_apart

NOT_DRAWN, OUTSIDE, UNPAGED = "not_drawn", "outside", "unpaged"
ALLOWS = {  # how the team chose its sample → what that allows
    "simple": "Toutes les annonces des listes avaient la même chance : estimations et intervalles, en une seule liste.",
    "by_site": "Dans un site, toutes les annonces avaient la même chance : estimations et intervalles, site par site.",
    "sites": "Des sites du registre, un par groupe miroir, ont été tirés au sort, puis de leurs annonces : chaque annonce pèse "
    "d’après son site et les sites tirés, et l’intervalle vient des deux degrés. Les sites sans décompte sont ceux qui n’ont pas été "
    "tirés.",
    "convenience": "Rien n’a été tiré au sort : les nombres décrivent les annonces codées et elles seules, sans poids ni "
    "intervalle, et ne disent rien des autres.",
    "two_stage": "Les pages lues d’un site ont été tirées au sort, puis des annonces de chacune : chaque annonce pèse d’après sa "
    "page et son site, et l’intervalle vient des deux degrés. Un site dont les annonces sont tirées de toute sa liste en a un "
    "seul ; un site dont aucune annonce n’est codée élargit les limites.",
}
CALIBRATIONS = {"sites": "le nombre d’annonces de chaque site décompté en entier"}


def link(
    codings: pd.DataFrame,
    copies: pd.DataFrame,
    pages: pd.DataFrame,
    frame: pd.DataFrame,
    draw: pd.DataFrame,
    design: str | None,
    most: int = MOST_COPIES,
) -> dict[str, pd.DataFrame]:
    """`usable` (one row per usable ad), `held` (one row per person and site with copies), `conflicts` (per ad).

    Ads that the draw does not have are left out and told as conflicts; where the team chose its sample (`design`), those
    of sites that the frame does not have, or, where pages were drawn first, of no one page of those that were read (`pages`).
    `most`: the ads of one person where no answer sets a limit.
    """
    if codings.empty:
        return {name: model(f"estimate/{name}").empty() for name in ("usable", "held", "conflicts")}
    answers = plain(codings)
    kept = frame[frame["kept"] & (frame["size"].gt(0) | (design == SITES))]
    sites = list(dict.fromkeys(kept["site_code"]))
    own = designed_places(answers, frame, design, pages) if design else draw
    mirrors = mirrored(frame)
    ads, table, conflicts = multiplicities(usable_ads(answers, own), copies, sites, mirrors, most)
    ads, apart = counted_again(ads, answers, mirrors)
    strangers = sorted(set(answers["ad_id"]) - set(own["ad_id"]))
    unknown = ads.loc[ads["maybe"].notna() & ~ads["maybe"].isin(ads["person"]), "ad_id"]
    told = [(ad_id, NOT_DRAWN) for ad_id in strangers]
    if design:
        first = set(pages["site_code"]) & set(kept["site_code"]) if design == TWO_STAGE else ()
        unpaged = set(answers.loc[answers["site_code"].isin(first), "ad_id"])
        told = [(ad_id, UNPAGED if ad_id in unpaged else OUTSIDE) for ad_id in strangers]
    told += [(ad_id, "maybe") for ad_id in sorted(unknown)] + [(ad_id, "apart") for ad_id in apart]
    told += [(ad_id, "seen_apart") for ad_id in seen_apart(answers) if ad_id in set(own["ad_id"])]
    held = table.rename_axis(index="person", columns="site_code").stack().rename("copies").reset_index()
    names = columns("estimate/conflicts")
    return {
        "usable": ads.sort_values("ad_id").reindex(columns=columns("estimate/usable")),
        "held": held[held["copies"] > 0][columns("estimate/held")],
        "conflicts": pd.concat([conflicts, pd.DataFrame(told, columns=names)], ignore_index=True)[names],
    }


# -- From the coding sheets to what the estimators read: one usable ad per row, its person and its multiplicity ---
# Copies count in the frame that was sampled: where mirrors were collapsed, those found on the lists left out do not.
# That is why the detail by site is read before the total of all sites.
CONFLICTS = {
    "total": "le détail des copies par site ne redonne pas le total",
    "detail": "le total compte des sites hors du cadre, et le détail par site manque : la part du champ est retenue",
    "maybe": "le groupe possible n’est ni un groupe ni le numéro d’une annonce utilisable",
    "group": "les annonces d’un même groupe n’ont pas le même nombre de copies",
    "apart": "deux personnes n’ont pas trouvé le même nombre de copies : le premier est retenu, les limites vont de l’un à l’autre",
    "seen_apart": "deux personnes n’ont pas vu la même chose à cette place : le premier constat est retenu, les limites vont de l’un à l’autre",
    "fewer": "moins de copies trouvées que d’annonces tirées de la même personne : le nombre trouvé est relevé",
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


def read_again(usable: pd.DataFrame, codings: pd.DataFrame) -> list[pd.DataFrame]:
    """The usable ads as each further person coded them (`codings`, one row per place and coder), a table each: where nobody
    else did, or it was arbitrated, as in their first coding."""
    said = codings.drop(columns=["site_code", "coder"])
    settled = codings.loc[arbitrated(codings["coder"]), "ad_id"]
    open_ = said[said["ad_id"].isin(usable["ad_id"]) & ~said["ad_id"].isin(settled)]
    made = []
    for turn in sorted(set(open_["turn"]) - {1}):
        later = open_[open_["turn"].eq(turn)]
        rest = said[said["turn"].eq(1) & ~said["ad_id"].isin(later["ad_id"])]
        made.append(usable.merge(pd.concat([rest, later]), on="ad_id", how="left"))
    return made


@dataclass(frozen=True)
class Mirrors:
    """Lists that show the same ads, one of each group being in the frame: `shown`, by site of the frame, how many show its
    ads; `widest`, the most of them; `part`, the ads of the frame among those of all lists."""

    shown: Mapping[str, int]
    widest: int
    part: float


def mirrored(frame: pd.DataFrame) -> Mirrors | None:
    """What is known of the lists that were left out of the frame; None where none was."""
    filled = frame[frame["size"].gt(0)]
    kept = filled[filled["kept"]]
    if len(kept) == len(filled):
        return None
    shown = kept.groupby("site_code")["stands_for"].max()
    return Mirrors(shown.to_dict(), int(shown.max()), float(kept["value"].sum() / filled["value"].sum()))


def multiplicities(
    ads: pd.DataFrame,
    copies: pd.DataFrame,
    sites: Iterable[str],
    mirrors: Mirrors | None = None,
    most: int = MOST_COPIES,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The usable ads with `multiplicity` between `least` and `most`, their persons' copies by site, and the conflicts.

    `copies`: one row per ad and site, `copies` found there, `open` where there may be more. `sites`: those of the sampled
    frame, mirrors collapsed; their copies are added, an ad counting itself on its own site when the detail leaves it out.
    An ad without detail has its total. Where lists were left out of the frame (`mirrors`) the total is of all of them: each
    copy in the frame shows on the lists of its group, so that m lies between 1 + (total − own lists) ÷ widest group and
    1 + total − own lists, and is read as the frame's part of these. The ads of one person share the most that was `found`
    for any of them, never fewer than were drawn. « 5 et plus » is 5 at least; an ad whose copies nobody counted has no
    `multiplicity`. Both are at most `most`.

    Second table: one row per person whose detail is known, one column per site, for D_HT. Third: `ad_id`, `conflict`
    (a key of `CONFLICTS`); such ads keep the larger number.
    """
    sites = list(sites)
    searched = (ads["copies_searched"] == "yes").to_numpy()
    detail, conflicts = _detail(ads[searched], copies, sites)
    # on the sites of the frame, or in all without detail; missing where not searched
    total = pd.to_numeric(ads["copies_total"]).astype(float).where(searched)
    least = ads["ad_id"].map(detail[sites].sum(axis=1)).astype(float).fillna(total)
    above, own = least.where(~_open(ads, copies)), least
    if mirrors is not None:
        beyond = ~ads["ad_id"].isin(detail.index) & (least > 1)
        conflicts += [(ad_id, "detail") for ad_id in ads["ad_id"][beyond]]
        lists = ads["site_code"].map(mirrors.shown).fillna(1)
        rest = least - lists.where(least >= lists, 1)
        above = above.mask(beyond, 1 + rest.where(above.notna()))
        own = own.mask(beyond, 1 + np.floor(rest * mirrors.part + 0.5))
        least = least.mask(beyond, 1 + np.ceil(rest / mirrors.widest))
    by_person, drawn = ads["person"], ads.groupby("person")["ad_id"].transform("size")
    fewest = np.maximum(least.groupby(by_person).transform("max").fillna(1), drawn)
    fewer, uneven = (above < drawn).to_numpy(), (above < fewest).to_numpy()
    conflicts += [(ad_id, "fewer") for ad_id in ads["ad_id"][fewer]]
    conflicts += [(ad_id, "group") for ad_id in ads["ad_id"][uneven & ~fewer]]
    highest = own.groupby(by_person).transform("max")
    multiplicity = np.maximum(highest, fewest).where(highest.notna())
    ceiling = above.groupby(by_person).transform("max").fillna(most)
    result = shown(ads).assign(
        found=own,  # what the search itself found: a recall corrects no other number
        multiplicity=multiplicity,
        least=fewest,
        most=np.maximum(ceiling, multiplicity.fillna(fewest)),
    )
    person = ads.set_index("ad_id")["person"]
    table = detail[sites].groupby(person.reindex(detail.index)).max()
    own = ads[ads["person"].isin(table.index)]
    seen = own.groupby(["person", "site_code"]).size().unstack(fill_value=0)
    seen = seen.reindex(index=table.index, columns=sites, fill_value=0)
    return result, np.maximum(table, seen).astype("int64"), pd.DataFrame(conflicts, columns=["ad_id", "conflict"])


SHOWN = {"one": 1.0, "two": 2.0, "three": 3.0}  # answer → persons that an ad shows, the last « or more »


def shown(ads: pd.DataFrame) -> pd.DataFrame:
    """The ads with how many persons each shows (`shown`, and `shown_most` at most): blanks count for one, « 3 ou plus » for
    three, and at most for the ceiling of situations. Unchanged where nobody was asked: they are of advertisers."""
    if "persons_shown" not in ads or not ads["persons_shown"].isin(list(SHOWN)).any():
        return ads
    told = ads["persons_shown"].map(SHOWN)
    return ads.assign(shown=told.fillna(1.0), shown_most=told.mask(told.eq(max(SHOWN.values()))).fillna(float(CEILING)))


def counted_again(ads: pd.DataFrame, answers: pd.DataFrame, mirrors: Mirrors | None) -> tuple[pd.DataFrame, list[str]]:
    """The usable ads, `least` and `most` reaching the copies that whoever else searched them found, and the ads where these
    differ: not where somebody arbitrated, nor where the second search says which copies both found, which measures their recall.
    """
    again = answers[answers["turn"].gt(1) & answers["copies_searched"].eq("yes") & answers["ad_id"].isin(ads["ad_id"])]
    settled = answers.loc[arbitrated(answers["coder"]), "ad_id"]
    compared = again["copies_again"].notna() if "copies_again" in again else False
    again = again[~again["ad_id"].isin(settled) & ~pd.Series(compared, again.index)]
    first = again["ad_id"].map(ads.set_index("ad_id")["copies_total"])
    again = again[again["copies_total"].ne(first).fillna(False).astype(bool)]
    total = pd.to_numeric(again["copies_total"]).astype(float)
    few, many = total, total
    if mirrors is not None:  # a total is of all lists, as in `multiplicities`
        own = again["site_code"].map(mirrors.shown).fillna(1)
        rest = total - own.where(total >= own, 1)
        few, many = 1 + np.ceil(rest / mirrors.widest), 1 + rest
    by_ad = pd.DataFrame({"ad_id": again["ad_id"], "few": few, "many": many}).groupby("ad_id")
    person, drawn = ads["person"], ads.groupby("person")["ad_id"].transform("size")
    least = ads["ad_id"].map(by_ad["few"].min()).groupby(person).transform("min")
    most = ads["ad_id"].map(by_ad["many"].max()).groupby(person).transform("max")
    fewest = np.fmin(ads["least"], np.maximum(least, drawn).where(least.notna()))
    made = ads.assign(least=fewest, most=np.fmax(ads["most"], most))
    known = ads["multiplicity"].notna()
    wider = known & ((made["least"] < ads["least"]) | (made["most"] > ads["most"]))
    return made, sorted(ads.loc[wider & ads["ad_id"].isin(again["ad_id"]), "ad_id"])


def read_by(usable: pd.DataFrame, conflicts: pd.DataFrame) -> tuple[str, ...]:
    """The named rules by which the copies of the usable ads were read."""
    own = conflicts.loc[conflicts["ad_id"].isin(usable["ad_id"]), "conflict"]
    unknown, spread = usable["multiplicity"].isna(), ~usable["ad_id"].isin(conflicts.loc[own.index, "ad_id"])
    found = {
        "copies_au_moins": (~unknown & spread & usable["multiplicity"].lt(usable["most"])).any(),
        "copies_inconnues": unknown.any(),
        "copies_reparties": own.eq("detail").any(),
        "copies_relevees": own.eq("fewer").any(),
        DISPUTED: own.eq("apart").any(),
    }
    return tuple(name for name, holds in found.items() if holds)


def _open(ads: pd.DataFrame, copies: pd.DataFrame) -> pd.Series:
    """Ads of which there may be more copies than was written."""
    known = copies[copies["open"]] if "open" in copies else copies.iloc[:0]
    open_ = ads["ad_id"].isin(known["ad_id"])
    if "copies_total_open" in ads:
        open_ |= ads["copies_total_open"].fillna(False).astype(bool)
    return open_


def _detail(ads: pd.DataFrame, copies: pd.DataFrame, sites: list[str]) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Copies by ad and site for the ads that have a detail, themselves included, and the totals it contradicts."""
    known = copies[copies["ad_id"].isin(ads["ad_id"])]
    if known.empty:
        return pd.DataFrame(columns=sites, index=pd.Index([], name="ad_id"), dtype=float), []
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
# site, it stands for the lists of the frame; where pages were drawn first, by the pages that were read. Chosen as it
# came, it describes its own ads and nothing else.
SIMPLE, BY_SITE, TWO_STAGE, SITES, *_ = SAMPLES
STAGED = {TWO_STAGE: "deux_degres", SITES: "sites_tires"}  # of more stages than one → the named rule of their weights
COUNTED, PAGED, DRAWN_SITES = "sites comptés", "sites lus par pages", "sites tirés"
OTHERS, LEAST = "autres sites", 2  # sites with fewer usable ads are calibrated together: a mean of one has no variance


def designed_places(codings: pd.DataFrame, frame: pd.DataFrame, design: str, pages: pd.DataFrame) -> pd.DataFrame:
    """The places of a sample that the team chose, one row per coded ad: `ad_id`, and as `stratum` the list of its site; where
    pages were drawn first the columns of `formulas.stages` on pages too, missing where its site has one list, not read by pages.

    An ad of a site that the frame does not have (a mirror left out, a site that was not counted) has no list; at random it
    then stands for nothing and is left out, as is one whose site was read by pages and whose rank is of none, or of several;
    where the coded ads are described alone (`DESCRIBED`) it is one of them.
    """
    kept = frame.loc[frame["kept"] & frame["size"].gt(0), "stratum"]
    ads = codings.drop_duplicates("ad_id")
    ads = ads.assign(stratum=ads["site_code"].where(ads["site_code"].isin(kept)))
    if design != TWO_STAGE:
        ads = ads[["ad_id", "stratum"]]
        return ads if design in DESCRIBED else ads.dropna(subset=["stratum"])
    read = _of_read(pages, frame)
    one = read.drop_duplicates(["site_code", "page_rank"], keep=False)
    ranked = ads.reindex(columns=["ad_id", "site_code", "page_rank"])
    ranked["page_rank"] = pd.to_numeric(ranked["page_rank"]).astype("Float64")
    found = ranked.merge(one, on=["site_code", "page_rank"], how="left")
    by_pages = ads["site_code"].isin(pages["site_code"]).to_numpy()
    found["stratum"] = found["stratum"].where(by_pages, ads["stratum"].to_numpy())
    return found.drop(columns=["site_code", "page_rank"]).dropna(subset=["stratum"])


def _of_read(pages: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The pages that were read of the lists of the frame: `site_code`, `page_rank`, and what `formulas.stages` reads of them."""
    kept = frame.loc[frame["kept"] & frame["size"].gt(0), "stratum"]
    read = pages.assign(stratum=strata(pages["site_code"], pages["place"]))
    read = read[read["stratum"].isin(kept)]
    by_list = read.groupby("stratum")
    return pd.DataFrame(
        {
            "site_code": read["site_code"],
            "page_rank": read["page_rank"].astype("Float64"),
            "stratum": read["stratum"],
            "page": read["stratum"] + " · " + read["page_rank"].astype(str),
            "page_ads": read["ads_relevant"].astype(float),
            "pages_filled": read["ads_relevant"].gt(0).groupby(read["stratum"]).transform("sum").astype(float),
            "pages_read": by_list["page_rank"].transform("size").astype(float),
            "pages_total": np.maximum(read["pages_total"], by_list["page_rank"].transform("size")).astype(float),
        }
    )


def staged(usable: pd.DataFrame, places: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """The usable ads with the columns of `formulas.stages`, uncalibrated: a list that was not read by pages is one page.

    `places`: the rows of `designed_places`; `lists`: those of the frame, with the ads of each.
    """
    known = [name for name in STAGES if name in places]
    made = usable.merge(places[["ad_id", *known]], on="ad_id", how="left").reindex(columns=[*usable, *STAGES])
    paged, value = made["page"].notna(), made["stratum"].map(lists.set_index("stratum")["value"])
    made["page"] = made["page"].where(paged, made["stratum"])
    drawn = made.groupby("page")["ad_id"].transform("size")
    made["page_ads"] = np.maximum(made["page_ads"].where(paged, value).astype(float), drawn)
    for name in ("pages_filled", "pages_read", "pages_total"):
        made[name] = made[name].where(paged, 1).astype(float)
    return made.assign(cell=made["stratum"], cell_ads=np.nan)


def by_drawn_sites(usable: pd.DataFrame, frame: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The usable ads of sites that were drawn with the columns of `formulas.stages`, each site being a page of the one list of
    all; and that list, with the ads that they stand for. `frame`: that of `lists.of_sites`, with the relevant ads of each."""
    kept = frame[frame["kept"]].set_index("stratum")
    drawn = kept[kept["variance"].notna() | kept["page_size"].notna()]
    drawn_ads, whole = usable.groupby("stratum")["ad_id"].transform("size"), pd.Series(DRAWN_SITES, index=drawn.index)
    made = usable.assign(
        page=usable["stratum"],
        page_ads=np.maximum(usable["stratum"].map(drawn["value"]), drawn_ads),
        pages_filled=float(drawn["value"].gt(0).sum()),
        pages_read=float(len(drawn)),
        pages_total=float(len(kept)),
        **{"stratum": DRAWN_SITES, "cell": DRAWN_SITES, "cell_ads": np.nan},
    )
    one = merged(drawn, whole).assign(site_code="", category=None, mirror_group="", kept=True)
    weighted = weighed(one.reset_index(), made, confidence)
    # what is not known of the ads of a site is so of those that it stands for
    return made, weighted.assign(variance=one["variance"].to_numpy() * len(kept) / len(drawn))


def weighed(lists: pd.DataFrame, usable: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The lists, those whose pages were drawn having the ads that the usable ones stand for, with their limits."""
    made, names = lists.set_index("stratum"), usable.drop_duplicates("stratum")["stratum"]
    row = pd.Index(names).get_indexer(usable["stratum"])
    how = stages(usable, row, len(names))
    assert how is not None
    variance, drawn = how.variances(np.ones(len(usable))), np.bincount(row)
    half = [student_value(confidence, one) for one in how.degrees] * np.sqrt(variance)
    fixed = set(usable.loc[usable["cell_ads"].notna(), "stratum"])  # calibrated: they keep what is known
    for at in np.flatnonzero(~how.single & ~names.isin(fixed).to_numpy()):
        name, ads = names.iloc[at], float(how.ads[at])
        ends = {"low": max(float(drawn[at]), ads - half[at]), "high": ads + half[at]}
        told = {"size": round(ads), "value": ads, "variance": 0.0, "degrees": np.inf, **ends}
        for column, one in told.items():
            made.loc[name, column] = one
    return made.reset_index()[lists.columns]


def calibrated(usable: pd.DataFrame, site: pd.Series, known: pd.Series) -> pd.DataFrame:
    """The usable ads with the known total of their site: `site` of each, `known` ads by site. Sites with fewer than two usable
    ads have theirs together, with those of the site that has the fewest where that is needed; others are not calibrated."""
    counts = site.value_counts().reindex(known.index, fill_value=0).sort_values(kind="stable")
    several = counts.lt(LEAST) | (counts.lt(LEAST).any() & counts.cumsum().shift(fill_value=0).lt(LEAST))
    cell = pd.Series(known.index, index=known.index).mask(several.reindex(known.index), OTHERS)
    own = site.map(cell)
    return usable.assign(cell=own.fillna(usable["stratum"]), cell_ads=own.map(known.groupby(cell).sum()))


def raised(frame: pd.DataFrame, coded: pd.Series) -> pd.DataFrame:
    """The frame, no list having fewer ads than were coded there (`coded`: the list of each)."""
    least = frame["stratum"].map(coded.value_counts()).fillna(0)
    names = ("size", "value", "high", "listed")
    return frame.assign(**{name: frame[name].clip(lower=least).astype(frame[name].dtype) for name in names})


def as_one(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The lists of the frame that are kept, as the one list of a simple random sample, and list → the name of that one.

    Sites read by pages stay apart from those that were counted: given how many of it are of each, a simple random sample is
    one of each.
    """
    kept = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    name = kept["page_size"].notna().map({True: PAGED, False: COUNTED})
    one = merged(kept, name).assign(site_code="", category=None, mirror_group="", kept=True)
    return one.reset_index(), name.to_dict()


def design_fact(design: str, build: Builder) -> Fact:
    """How the sample was chosen, with what it allows as its method."""
    return build.fact("sample.design.{design}", value_text=SAMPLES[design], design=design, allows=ALLOWS[design])
