"""Facts on the persons behind the ads, from a coded sample: one final interval, its sources, and what others would say."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas import uncertainty
from diagnostic.estimate.formulas.domain import response_classes
from diagnostic.estimate.formulas.sampling import satterthwaite, student_value
from diagnostic.estimate.formulas.uncertainty import Persons, PersonsEstimate, Recall, asked, estimate_persons, measured

EVEN, DRAWS = 0.5, 400  # how likely a doubtful link is, and sets of links drawn
ALWAYS = ("sampling", "pages", "links", "recall")  # sources of doubt that are told even where they add nothing
DOUBTFUL = (
    " Deux personnes ne trouvent pas le même nombre de copies : l’accord est insuffisant, à dire avec le chiffre."
)
LINKS_UNTOLD = "La feuille de codage ne note aucun groupe possible."
LINKS_TOLD = "{number} {links}, tenus pour vrais une fois sur deux."
NOT_MEASURED = "non mesuré"
RECALL_KNOWN = "Rappel mesuré sur {known} qu’une seconde recherche a trouvées sans voir la première."
UNMEASURED = (
    " Sous le modèle d’une recherche de copies complète : son rappel n’est pas connu, et des copies manquées gonfleraient ce nombre, "
    "qui est un plafond."
)
MISSED = (
    " Sous le modèle de copies manquées une à une, au même taux et sans lien entre les deux recherches : rien ne permet de le "
    "vérifier, et des copies que les deux manquent laissent ce nombre trop haut."
)
HALF_MISSED = " La première recherche manque la moitié des copies ou plus : aucun poids ne la corrige, et ce nombre est un plafond."
EVENLY = " Sous le modèle de rapprochements douteux vrais une fois sur deux : rien ne permet de le vérifier."
BESIDE_COPIES = "Pour comparaison : l’estimation retenue se sert des copies."
UNKNOWN_COPIES = (
    " Copies inconnues de {ads} {of} : la valeur les prend pour semblables aux autres de leur liste, les limites pour de tout nombre "
    "de copies, des annonces tirées au plafond déclaré."
)
SHOWN = " Une annonce compte pour les personnes qu’elle montre."
ADVERTISERS = " Une annonce qui montre un couple ou plusieurs personnes compte pour une : ce sont des annonceurs qui sont comptés."
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
    rules: tuple[str, ...] = (),
) -> Iterator[Fact]:
    """The persons seen and estimated, with what each source of doubt adds; nothing without any usable ad.

    `searches`: see `searched_again`. `rules`: those by which copies were read (`usable.read_by`).
    """
    if usable.empty:
        return
    lists, level = _drawn_from(frame), french.percent(100 * confidence)
    seen = uncertainty.frequencies(usable["person"])
    yield shown_by(usable, build)
    ads = _Ads(usable, _sizes(lists), seed, confidence, _recall(searches, confidence))
    if ads.known.any():
        said = DOUBTFUL if "copies_total" in doubtful else ""
        check = None if "page" in usable else _check(usable[ads.known], held, lists, confidence)
        yield from _headline(ads, check, build, said, rules, level)
    # What the clusters of the sample alone allow, and the published formula beside it.
    totals = [max(len(usable), int(one + 0.5)) for one in _whole(lists, confidence)]
    made = uncertainty.without_multiplicities(seen, totals, confidence)
    note = BESIDE_COPIES if ads.known.any() else NO_COPIES
    least, most = zip(*(uncertainty.logical_bounds(seen, total) for total in totals), strict=True)
    yield build.fact("persons.indicative", between=(made.low, made.high), interval_kind=made.kind, note=note)
    yield build.fact("persons.logical", between=(min(least), max(most)), note=note)
    yield build.fact("persons.published_formula", uncertainty.naive(seen, sorted(totals)[len(totals) // 2]))


def shown_by(usable: pd.DataFrame, build: Builder) -> Fact:
    """How many the sample shows: persons where the sheet asks how many an ad shows, else advertisers."""
    rule, words = _counted(usable)
    rules = (*build.texts["persons.seen"].rules, rule)
    return build.count("persons.seen", _shown_by(usable), rules=rules, **words)


@dataclass(frozen=True)
class _Ads:
    """The usable ads, of the lists whose sizes are `given`, and what is known of the search for their copies."""

    usable: pd.DataFrame
    given: pd.DataFrame
    seed: int
    confidence: float
    recall: Recall | None

    @cached_property
    def known(self) -> pd.Series:
        """Ads of which some number of copies is known."""
        return self.usable["multiplicity"].notna()

    @property
    def open(self) -> bool:
        """Whether the copies, or the persons shown, of some ad are only known between limits."""
        own = self.usable
        more = own["shown_most"].gt(own["shown"]).any() if asked(own) else False
        return bool(more or ("least" in own and own["least"].lt(own["most"]).any()))

    @property
    def usable_recall(self) -> Recall | None:
        return self.recall if self.recall is not None and self.recall.usable else None

    @cached_property
    def links(self) -> pd.DataFrame:
        return _links(self.usable)

    @cached_property
    def least(self) -> int:
        return _least(self.usable)

    def value(self, recall: Recall | None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The ads at the declared reading, and their lists, those of unknown copies being stood for by like ones."""
        own = _own(self.usable) if recall else self.usable
        if "page" in own:  # those of its page stand for an ad of unknown copies
            return own[self.known], self.given
        alone = own.groupby("person")["ad_id"].transform("size").eq(1)
        given, stratum = response_classes(self.given, own["stratum"], alone, self.known)
        return own.assign(stratum=stratum)[self.known], given

    def estimate(
        self, ads: pd.DataFrame, given: pd.DataFrame, recall: Recall | None, check: PersonsEstimate | None = None
    ) -> Persons:
        links = self.links[self.links["first"].isin(ads["person"]) & self.links["second"].isin(ads["person"])]
        drawn = _partitions(ads, links, self.seed)
        return uncertainty.with_multiplicities(ads, given, drawn, recall, check, self.confidence, self.least)

    def made(self, recall: Recall | None, check: PersonsEstimate | None) -> Persons:
        """The estimate, its limits being those of all that the copies and the persons shown may be."""
        made = self.estimate(*self.value(recall), recall, check)
        if not self.open:
            return made
        least, most = (self.usable[name].to_numpy(float) for name in ("least", "most"))
        few, many = uncertainty.extremes(least, most, recall.value if recall else 1.0)
        shown = {"shown": self.usable["shown_most"]} if asked(self.usable) else {}
        fewest = self.estimate(self.usable.assign(multiplicity=few), self.given, recall)
        highest = self.estimate(self.usable.assign(multiplicity=many, **shown), self.given, recall)
        return uncertainty.between(made, fewest, highest)


def _headline(
    ads: _Ads, check: PersonsEstimate | None, build: Builder, said: str, rules: tuple[str, ...], level: str
) -> Iterator[Fact]:
    recall, plain, (rule, words) = ads.recall, ads.made(None, check), _counted(ads.usable)
    made = plain
    if ads.usable_recall:
        made = ads.made(ads.usable_recall, check)
    elif recall is not None:
        made = replace(plain, low=float(plain.seen), kind="bounds")
    else:
        made = uncertainty.searched_once(plain)
    once = recall is None and made.kind == "model"
    rules += (rule, *(("nombre_plafond",) if not ads.usable_recall else ()), *(("recherche_complete",) if once else ()))
    unknown, links = int((~ads.known).sum()), len(ads.links)
    of = french.plural(unknown, "annonce", "annonces")
    said += UNKNOWN_COPIES.format(ads=french.number(unknown), of=of) if unknown else ""
    said += UNMEASURED if recall is None else MISSED if recall.usable else HALF_MISSED
    words |= {"ads": french.number(int(ads.known.sum())), "doubtful": said + (EVENLY if made.parts["links"] else "")}
    ends: dict[str, Any] = {"low": made.low, "high": made.high, "interval_kind": made.kind}
    rules = (*build.texts["persons.total"].rules, *rules)
    yield build.fact("persons.total", made.value, level=level, rules=rules, **ends, **words)
    doubted = french.plural(links, "rapprochement douteux", "rapprochements douteux")
    told: dict[str, dict[str, Any]] = {
        "recall": {"told": RECALL_KNOWN.format(known=_some(recall.copies)) if recall else ""},
        "links": {"told": LINKS_TOLD.format(number=french.number(links), links=doubted) if links else LINKS_UNTOLD},
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
        kind = ("model" if once else "sampling") if check.low is not None else "none"
        low = check.low if recall is not None or check.low is None else min(float(plain.seen), check.low)
        yield build.fact("persons.horvitz_thompson", check.value, low=low, high=check.high, interval_kind=kind)


def total(
    usable: pd.DataFrame, frame: pd.DataFrame, confidence: float, seed: int, searches: pd.DataFrame | None = None
) -> float | None:
    """The value of `persons.total` alone, from the same tables as `facts`; none without any ad whose copies were searched."""
    own = _Ads(usable, _sizes(_drawn_from(frame)), seed, confidence, _recall(searches, confidence))
    if not own.known.any():
        return None
    ads, given = own.value(own.usable_recall)
    drawn, least = _partitions(ads, _links(ads), seed), _least(usable)
    made = uncertainty.with_multiplicities(ads, given, drawn, own.usable_recall, None, confidence, least)
    return made.value


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
    own = _Ads(usable, _sizes(_drawn_from(frame)), 0, confidence, None)
    if own.known.any():
        ads, given = own.value(None)
        made = uncertainty.with_multiplicities(ads, given, confidence=confidence, seen=_least(usable))
        made = uncertainty.searched_once(made)
        yield build.fact("persons.by_places", made.value, low=made.low, high=made.high, interval_kind=made.kind)


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

    `codings`: one row per ad and coder, as given. A row that does not compare the two says nothing.
    """
    again = codings[
        codings["turn"].eq(2) & codings["copies_searched"].eq("yes") & codings["ad_id"].isin(usable["ad_id"])
    ]
    second, both = (pd.to_numeric(again[name]) - 1 for name in ("copies_total", "copies_again"))
    found = pd.DataFrame({"ad_id": again["ad_id"], "second": second, "both": both}).dropna()
    return found[found["both"] <= found["second"]].reset_index(drop=True)


def parts(usable: pd.DataFrame, searches: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The usable ads with what each counts for in a share of persons (`part`), where a second search corrects 1 / m."""
    recall = _recall(searches, confidence)
    if recall is None or not recall.usable:
        return usable
    own = _own(usable)["multiplicity"]
    return usable.assign(part=uncertainty.weight(own.fillna(1).to_numpy(float), recall.value))


def _recall(searches: pd.DataFrame | None, confidence: float) -> Recall | None:
    if searches is None or searches.empty:
        return None
    return measured(searches["second"].to_numpy(float), searches["both"].to_numpy(float), confidence)


def _least(usable: pd.DataFrame) -> int:
    """The distinct persons on the usable ads, searched or not, were all the doubtful links true."""
    grouped = usable.assign(group=usable["person"])
    ads = usable.groupby("person").size()
    one_of = uncertainty.draw_partitions(grouped, ads, _links(usable, 1.0), 1, 0).person[0]
    return _shown_by(usable.assign(person=one_of))


def _shown_by(usable: pd.DataFrame) -> int:
    """The persons that the ads show: one for each advertiser, or, where it was asked, as many as its fullest ad shows."""
    if not asked(usable):
        return usable["person"].nunique()
    return int(usable.groupby("person")["shown"].max().sum())


def _counted(usable: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """Who is counted: the rule that says it, and its words."""
    if asked(usable):
        return "personnes_montrees", {"whom": "personnes", "shown": SHOWN}
    return "annonceurs", {"whom": "annonceurs", "shown": ADVERTISERS}


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


def _some(copies: int) -> str:
    """« environ 30 copies » of 31: beside their share, the number itself would give those that a search missed one by one."""
    tens = 10 * math.floor(copies / 10 + 0.5)
    return f"environ {french.number(tens)} copies" if tens else "quelques copies"


def _check(ads: pd.DataFrame, held: pd.DataFrame, lists: pd.DataFrame, confidence: float) -> PersonsEstimate | None:
    """D_HT over the sites; None where some persons' copies by site are not known, or some site has no usable ad."""
    lists, several = lists[lists["size"] > 0], ads.groupby("person")["multiplicity"]
    if held.empty and several.max().gt(several.size()).any():
        return None
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
    shown = ads.groupby("person")["shown"].max() if asked(ads) else None
    sizes = np.maximum(lists.groupby("site_code")["size"].sum().reindex(sites), copies.sum()).astype("int64")
    try:
        return estimate_persons(ads["site_code"], ads["person"], copies, sizes.to_dict(), confidence, shown)[1]
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


def _uncalibrated(usable: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """Weights are those of the draw alone."""
    known = "cell_ads" in usable and usable["cell_ads"].notna().any()
    return {"usable": usable.assign(cell_ads=np.nan)} if known else None


def _shortest(frame: pd.DataFrame, usable: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """Of lists that show the same ads the shortest counts, and not the longest."""
    same = frame["mirror_group"].fillna("").ne("") & frame["size"].gt(0)
    if not same.any() or "page" in usable:
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
    "uncalibrated": _uncalibrated,
}
