"""Facts on the persons behind the ads, from a coded sample: one final interval, its sources, and what others would say."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas import uncertainty
from diagnostic.estimate.formulas.sampling import satterthwaite, student_value
from diagnostic.estimate.formulas.uncertainty import PersonsEstimate, Recall, estimate_persons, measured

EVEN, DRAWS = 0.5, 400  # how likely a doubtful link is, and sets of links drawn
ALWAYS = ("sampling", "pages", "links", "recall")  # sources of doubt that are told even where they add nothing
DOUBTFUL = (
    " Deux personnes ne trouvent pas le même nombre de copies : l’accord est insuffisant, à dire avec le chiffre."
)
LINKS_UNTOLD = "La feuille de codage ne note aucun groupe possible."
LINKS_TOLD = "{number} {links}, tenus pour vrais une fois sur deux."
NOT_MEASURED = "non mesuré"
RECALL_KNOWN = "Rappel mesuré sur {known} qu’une seconde recherche a trouvées sans voir la première."
UNMEASURED = " Le rappel de la recherche de copies n’est pas connu : des copies manquées gonfleraient ce nombre."
MISSED = (
    " Sous le modèle de copies manquées une à une, au même taux et sans lien entre les deux recherches : rien ne permet de le "
    "vérifier, et des copies que les deux manquent laissent ce nombre trop haut."
)
HALF_MISSED = " La première recherche manque la moitié des copies ou plus : aucun poids ne la corrige, et ce nombre est un plafond."
EVENLY = " Sous le modèle de rapprochements douteux vrais une fois sur deux : rien ne permet de le vérifier."
BESIDE_COPIES = "Pour comparaison : l’estimation retenue se sert des copies."
NO_COPIES = "Les copies n’ont pas été cherchées : aucun chiffre unique n’est donné."


def facts(
    usable: pd.DataFrame,
    held: pd.DataFrame,
    frame: pd.DataFrame,
    confidence: float,
    build: Builder,
    seed: int,
    doubtful: frozenset[str] = frozenset(),
    searches: pd.DataFrame | None = None,
) -> Iterator[Fact]:
    """The persons seen and estimated, with what each source of doubt adds; nothing without any usable ad.

    `searches`: the ads whose copies two persons searched (`searched_again`); none where nobody did.
    """
    if usable.empty:
        return
    lists = _drawn_from(frame)
    seen = uncertainty.frequencies(usable["person"])
    yield build.count("persons.seen", sum(seen.values()))
    searched = usable[usable["multiplicity"].notna()]
    if len(searched):
        said = DOUBTFUL if "copies_total" in doubtful else ""
        found = _recall(searches, confidence)
        yield from _headline(searched, held, lists, confidence, build, seed, said, _least(usable), found)
    yield from _without(seen, lists, len(usable), confidence, build, bool(len(searched)))


def _headline(
    ads: pd.DataFrame,
    held: pd.DataFrame,
    lists: pd.DataFrame,
    confidence: float,
    build: Builder,
    seed: int,
    said: str,
    seen: int,
    recall: Recall | None,
) -> Iterator[Fact]:
    check, given = _check(ads, held, lists, confidence), _sizes(lists)
    links = _links(ads)
    made = plain = uncertainty.with_multiplicities(
        ads, given, _partitions(ads, links, seed), None, check, confidence, seen
    )
    if recall is not None and recall.usable:
        own = _own(ads)
        made = uncertainty.with_multiplicities(
            own, given, _partitions(own, links, seed), recall, check, confidence, seen
        )
    elif recall is not None:
        made = replace(plain, low=float(plain.seen), kind="bounds")
    yield build.fact(
        "persons.total",
        made.value,
        low=made.low,
        high=made.high,
        interval_kind=made.kind,
        ads=french.number(len(ads)),
        level=french.percent(100 * confidence),
        doubtful=said + _missed_told(recall) + (EVENLY if made.parts["links"] else ""),
    )
    told: dict[str, dict[str, Any]] = {
        "recall": {"told": RECALL_KNOWN.format(known=_some(recall.copies)) if recall else ""},
        "links": {"told": _links_told(len(links))},
    }
    for name, value in made.parts.items():
        if name == "recall" and recall is None:  # no error is known: 0 would be read as none
            yield build.fact("persons.source.recall_unmeasured", value_text=NOT_MEASURED)
        elif value > 0 or name in ALWAYS:
            yield build.fact(f"persons.source.{name}", value, **told.get(name, {}))
    if recall is not None:
        limits: dict[str, Any] = {"low": 100 * recall.low, "high": 100 * recall.high, "interval_kind": "model"}
        part: dict[str, Any] = {"numerator": round(recall.value * recall.copies), "denominator": recall.copies}
        yield build.fact("persons.recall_pct", 100 * recall.value, **part, **limits)
        yield build.fact("persons.whatever_missed", between=(float(plain.seen), plain.high))
    if check is not None:
        kind = "sampling" if check.low is not None else "none"
        yield build.fact("persons.horvitz_thompson", check.value, low=check.low, high=check.high, interval_kind=kind)


def total(
    usable: pd.DataFrame,
    frame: pd.DataFrame,
    confidence: float,
    seed: int,
    searches: pd.DataFrame | None = None,
) -> float | None:
    """The value of `persons.total` alone, from the same tables as `facts`; none without any ad whose copies were searched."""
    ads = usable[usable["multiplicity"].notna()]
    if ads.empty:
        return None
    recall = _recall(searches, confidence)
    known = recall if recall is not None and recall.usable else None
    ads = _own(ads) if known else ads
    partitions = _partitions(ads, _links(ads), seed)
    return uncertainty.value_of(ads, _sizes(_drawn_from(frame)), partitions, known, _least(usable))


def _drawn_from(frame: pd.DataFrame) -> pd.DataFrame:
    """The lists by stratum: one where the pages read show no ad is not drawn from, and may still hold some."""
    return frame[frame["kept"] & frame["high"].gt(0)].set_index("stratum")


def _sizes(lists: pd.DataFrame) -> pd.DataFrame:
    return lists[["variance", "degrees", "low", "high"]].assign(size=lists["value"])


def _own(ads: pd.DataFrame) -> pd.DataFrame:
    """Each ad with the copies that its own search found: the most of any would be found more often."""
    return ads.assign(multiplicity=ads["found"].fillna(ads["multiplicity"]))


def by_places(usable: pd.DataFrame, frame: pd.DataFrame, confidence: float, build: Builder) -> Iterator[Fact]:
    """What the coded places alone would say, `frame` having the sizes that they give; nothing where no copy was searched."""
    ads = usable[usable["multiplicity"].notna()]
    if len(ads):
        given = _sizes(_drawn_from(frame))
        made = uncertainty.with_multiplicities(ads, given, confidence=confidence, seen=_least(usable))
        limits: dict[str, Any] = {"low": made.low, "high": made.high, "interval_kind": made.kind}
        yield build.fact("persons.by_places", made.value, **limits)


def _without(
    seen: dict[int, int], lists: pd.DataFrame, n: int, confidence: float, build: Builder, headline: bool
) -> Iterator[Fact]:
    """What the clusters of the sample alone allow, and the published formula beside it."""
    totals = [max(n, int(one + 0.5)) for one in _whole(lists, confidence)]
    made = uncertainty.without_multiplicities(seen, totals, confidence)
    note = BESIDE_COPIES if headline else NO_COPIES
    logical, formula = made.checks["logical_bounds"], made.checks["naive"]
    assert isinstance(logical, tuple) and isinstance(formula, float)
    limits = (made.low, made.high)
    yield build.fact("persons.indicative", between=limits, interval_kind=made.kind, note=note)
    yield build.fact("persons.logical", between=(logical[0], logical[1]), note=note)
    yield build.fact("persons.published_formula", formula)


def _whole(lists: pd.DataFrame, confidence: float) -> tuple[float, float, float]:
    """All the ads of the lists, between their limits: the variances of lists drawn apart are added, not their limits."""
    low, value, high = (float(lists[name].sum()) for name in ("low", "value", "high"))
    varied = lists[lists["variance"].gt(0)]
    if len(varied) > 1:
        half = student_value(confidence, satterthwaite(list(varied["variance"]), list(varied["degrees"])))
        half *= math.sqrt(varied["variance"].sum())
        low += max(0.0, float((varied["value"] - varied["low"]).sum()) - half)
        high -= max(0.0, float((varied["high"] - varied["value"]).sum()) - half)
    return low, value, high


def searched_again(codings: pd.DataFrame, usable: pd.DataFrame) -> pd.DataFrame:
    """The usable ads whose copies a second person searched without seeing the first search: one row each, `second` and
    `both`, copies other than the ad that the second search found, and those of them that the first one had found too.

    `codings`: one row per ad and coder, as given. A row that does not compare the two searches, or finds more in both than
    in one, says nothing.
    """
    again = codings[
        codings["turn"].eq(2) & codings["copies_searched"].eq("yes") & codings["ad_id"].isin(usable["ad_id"])
    ]
    second, both = (pd.to_numeric(again[name]) - 1 for name in ("copies_total", "copies_again"))
    found = pd.DataFrame({"ad_id": again["ad_id"], "second": second, "both": both}).dropna()
    return found[found["both"] <= found["second"]].reset_index(drop=True)


def _recall(searches: pd.DataFrame | None, confidence: float) -> Recall | None:
    if searches is None or searches.empty:
        return None
    return measured(searches["second"].to_numpy(float), searches["both"].to_numpy(float), confidence)


def _least(usable: pd.DataFrame) -> int:
    """The distinct persons on the usable ads, searched or not, were all the doubtful links true."""
    grouped = usable.assign(group=usable["person"])
    ads = usable.groupby("person").size()
    return len(np.unique(uncertainty.draw_partitions(grouped, ads, _links(usable, 1.0), 1, 0).person))


def _links(ads: pd.DataFrame, probability: float = EVEN) -> pd.DataFrame:
    """Pairs of persons of the sample that coders could not tell apart, each once; by default true as often as not."""
    person, maybe = ads["person"], ads["maybe"]
    doubted = maybe.isin(person) & (maybe != person)
    pairs = sorted({tuple(sorted(pair)) for pair in zip(person[doubted], maybe[doubted], strict=True)})
    return pd.DataFrame(pairs, columns=["first", "second"]).assign(probability=probability)


def _partitions(ads: pd.DataFrame, links: pd.DataFrame, seed: int) -> uncertainty.Partitions | None:
    """The coded ads under random sets of the doubtful links; none without any."""
    if links.empty:
        return None
    grouped = ads.assign(group=ads["person"])
    return uncertainty.draw_partitions(grouped, ads.groupby("person")["multiplicity"].max(), links, DRAWS, seed)


def _links_told(number: int) -> str:
    if not number:
        return LINKS_UNTOLD
    links = french.plural(number, "rapprochement douteux", "rapprochements douteux")
    return LINKS_TOLD.format(number=french.number(number), links=links)


def _some(copies: int) -> str:
    """« environ 30 copies » of 31: beside their share, the number itself would give those that a search missed one by one."""
    tens = 10 * math.floor(copies / 10 + 0.5)
    return f"environ {french.number(tens)} copies" if tens else "quelques copies"


def _missed_told(recall: Recall | None) -> str:
    if recall is None:
        return UNMEASURED
    return MISSED if recall.usable else HALF_MISSED


def _check(ads: pd.DataFrame, held: pd.DataFrame, lists: pd.DataFrame, confidence: float) -> PersonsEstimate | None:
    """D_HT over the sites; None where some persons' copies by site are not known, or some site has no usable ad."""
    lists = lists[lists["size"] > 0]
    sites = list(dict.fromkeys(lists["site_code"]))
    drawn = pd.crosstab(ads["person"], ads["site_code"]).reindex(columns=sites, fill_value=0)
    table = held.pivot_table(index="person", columns="site_code", values="copies", aggfunc="sum", fill_value=0)
    table = table.reindex(index=drawn.index, columns=sites)
    alone = ads.groupby("person")["multiplicity"].max() == drawn.sum(axis=1)  # all their ads were drawn
    table = table.where(table.notna().any(axis=1) | ~alone, drawn).fillna(0)
    table = table.where(table.sum(axis=1).gt(0), np.nan)
    if table.isna().any(axis=None) or not drawn.sum().gt(0).all():
        return None
    copies = np.maximum(table, drawn).astype("int64")
    sizes = np.maximum(lists.groupby("site_code")["size"].sum().reindex(sites), copies.sum()).astype("int64")
    try:
        return estimate_persons(ads["site_code"], ads["person"], copies, sizes.to_dict(), confidence)[1]
    except ValueError:
        return None


# -- The persons behind the ads under other choices: one changed at a time, everything else kept ------------------
SAME = ["mirror_group", "place"]  # lists that show the same ads
Tables = dict[str, pd.DataFrame]


def choice_facts(
    given: Tables, others: Mapping[str, pd.DataFrame], build: Builder, estimate: Callable[..., float | None]
) -> Iterator[Fact]:
    """What `estimate` (of these tables, as `persons.total` reads them) finds for the headline when a choice is changed;
    nothing without a headline, nor for a choice that the study has not to make.

    `given`: `usable`, `frame` and `searches`. `others`: choice → another frame.
    """
    made = {choice: change(**given) for choice, change in CHOICES.items()}
    kept = given["frame"]["value"].to_numpy()
    made |= {
        choice: {"frame": other}
        for choice, other in others.items()
        if not np.array_equal(other["value"].to_numpy(), kept)
    }
    for choice, changed in made.items():
        value = None if changed is None else estimate(**given | changed)
        if value is not None:
            yield build.fact(f"sensitivity.{choice}.persons_total", value)


def _apart(usable: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """No doubtful link is true."""
    if not _doubted(usable).any():
        return None
    return {"usable": usable.assign(maybe=None)}


def _together(usable: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """Every doubtful link is true: persons that are linked are one, who has the ads of each."""
    doubted = _doubted(usable)
    if not doubted.any():
        return None
    names = pd.Index(usable["person"].unique())
    ends = names.get_indexer(usable.loc[doubted, "person"]), names.get_indexer(usable.loc[doubted, "maybe"])
    links = scipy.sparse.coo_array((np.ones(len(ends[0])), ends), shape=(len(names), len(names)))
    _, one_of = scipy.sparse.csgraph.connected_components(links, directed=False)
    # everybody keeps the name of the first of those that they are
    first = pd.Series(names, index=names).groupby(one_of).transform("first")
    ads = usable.groupby("person")["multiplicity"].max()
    whole = ads.groupby(first).sum(min_count=1)
    person = usable["person"].map(first)
    known = usable["multiplicity"].where(usable["multiplicity"].isna(), person.map(whole))
    return {"usable": usable.assign(person=person, multiplicity=known, maybe=None)}


def _complete(searches: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """The search for copies found them all: what a second search measured of it is left out."""
    return None if searches.empty else {"searches": searches.iloc[:0]}


def _shortest(frame: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """Of lists that show the same ads the shortest counts, and not the longest."""
    same = frame["mirror_group"].fillna("").ne("") & frame["size"].gt(0)
    if not same.any():
        return None
    lists = frame.assign(place=frame["place"].fillna(""))[same]
    least = lists.sort_values("value", kind="stable").groupby(SAME).first()
    kept = lists[lists["kept"]]
    found = least.loc[pd.MultiIndex.from_frame(kept[SAME])].set_axis(kept.index)
    changed = frame.copy()
    for name in ("size", "value", "variance", "degrees", "low", "high"):
        changed.loc[kept.index, name] = found[name]
    return {"frame": changed}


def _doubted(usable: pd.DataFrame) -> pd.Series:
    """Ads whose person may be another of the sample, the copies of both having been searched."""
    known = usable["multiplicity"].notna()
    return known & usable["maybe"].isin(usable.loc[known, "person"]) & usable["maybe"].ne(usable["person"])


CHOICES: Mapping[str, Callable[..., Tables | None]] = {
    "links_apart": _apart,
    "links_together": _together,
    "search_complete": _complete,
    "mirrors_shortest": _shortest,
}
