"""Facts of the coded sample: the draw, what came back, agreement, profiles, persons behind the ads."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import groupby
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.collect.answers import CATEGORIES, DESCRIBED
from diagnostic.consolidate.ads import ROLE
from diagnostic.consolidate.coders import DISPUTED
from diagnostic.consolidate.rows import rules_read
from diagnostic.core import french
from diagnostic.core.counting import MOST_COPIES
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.formulas.answers import UNKNOWN, known_values, option_columns, option_sets
from diagnostic.estimate.formulas.domain import domain_sizes, domain_total, response_classes
from diagnostic.estimate.formulas.draw import domain_sizes as planned_sizes
from diagnostic.estimate.formulas.draw import frame_digest, strata
from diagnostic.estimate.formulas.pages import Size, apart, composite
from diagnostic.estimate.formulas.profiles import MISSING, SIGNS, domain_margins, network_signs, staged_margins
from diagnostic.estimate.formulas.profiles import profiles as estimated_profiles
from diagnostic.estimate.formulas.sampling import critical_value, satterthwaite, student_value
from diagnostic.estimate.formulas.stages import COLUMNS as STAGES
from diagnostic.estimate.internet.demand import slug
from diagnostic.estimate.internet.frame import FRAME
from diagnostic.estimate.internet.names_given import CONTINENTS, REST, continents, grouped
from diagnostic.estimate.places import Places, plain
from diagnostic.estimate.sample import persons as sample_persons
from diagnostic.estimate.sample.coders import DISPOSITION, agreement_facts, insufficient, least_and_most, opened
from diagnostic.estimate.sample.usable import (
    CALIBRATIONS,
    CONFLICTS,
    NOT_DRAWN,
    OUTSIDE,
    RELEVANT,
    SIMPLE,
    SITES,
    STAGED,
    UNPAGED,
    as_one,
    by_drawn_sites,
    calibrated,
    design_fact,
    designed_places,
    places_seen,
    raised,
    read_again,
    read_by,
    staged,
    weighed,
)

TABLE = "consolidate/codings"
ASKED = {  # sampling.domains → of which part the margin is asked
    "whole": "La marge est demandée pour l’ensemble.",
    "category": "La marge est demandée pour chaque catégorie de sites à elle seule.",
    "place": "La marge est demandée pour chaque lieu déclaré à lui seul.",
    "departement": "La marge est demandée pour chaque département à lui seul.",
}
IMPRECISE = "Peu précis : l’erreur type passe {limit} du nombre."
DRAWN_PLACES, CODED_ADS = "places tirées", "annonces codées"
TOO_FEW = (
    "Trop peu d’annonces y sont codées pour dire comment leurs réponses varient d’une page, ou d’un site, à l’autre."
)
OUT_OF_REACH = "Une liste qui a des annonces n’a aucun codage utilisable."
CHOSEN = "Les pages ont été choisies : l’échantillon codé, tiré sur toute la liste, est seul retenu."
MISLEADING = (
    "Les pages et l’échantillon codé diffèrent de plus de deux erreurs types : les pages trompent, l’échantillon codé est seul "
    "retenu."
)
WHOLE = "Toutes les pages ont été lues : leur décompte est gardé, et les places codées ne le contredisent pas."
TOGETHER = "Les deux ensemble ; les pages pèsent {weight}, part fixée par ce qui devait être lu et codé."
CALIBRATED = "calage_sites"
UNCALIBRATED = "profile.uncalibrated.{variable}.{answer}"
PROFILE, UNTOLD, MEAN = "profile.%s.{variable}.{answer}", "profile.%s.{variable}.missing", "profile.%s.{variable}.mean"
BESIDE = "Calcul de l’étude de référence, pour comparaison : les parts pondérées sont à côté."
ALONE = "Parmi les annonces codées, que l’équipe a choisies d’une façon dont rien ne s’estime ici : ni poids, ni intervalle."


def estimate(
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    frame: pd.DataFrame,
    draw: pd.DataFrame,
    codings: pd.DataFrame,
    usable: pd.DataFrame,
    held: pd.DataFrame,
    conflicts: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    sampling: Mapping[str, Any],
    countries: bytes,
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact: the draw alone before the coding, all of it after; none where nothing was drawn, unless the team
    chose its sample itself (`design`, in `sampling`).

    `countries`: the CSV of `resources/references/` that says in which continent a country is.
    """
    design = sampling["design"]
    if codings.empty if design else draw.empty:
        return {"sample": table(study, [])}
    book, index = loading.load(loading.given(codebook)), Places(places)
    where = (index.cells(counts, "ad_counts", "count"), index.cells(pages, "ad_pages", "ads_relevant"))
    drawn = Builder("estimate/draw", index.origin(*FRAME), " ; ".join(filter(None, where)))
    facts: list[Fact | None] = [*draw_facts(frame, draw, sampling, drawn)]
    read = rules_read(codings)
    if not codings.empty:
        answers = plain(codings)
        own = designed_places(answers, frame, design, pages) if design else draw
        back = _Returned(answers, own, usable, conflicts, held, frame, pages, sampling, book, index)
        facts += back.described()
        if not back.alone:
            doubtful = insufficient(back.agreement)
            facts += opened(back.weighted(doubtful), (one.weighted(doubtful) for one in back.readings))
        facts += back.unweighted(continents(countries), read)
    return {"sample": table(study, (one and flagged(one, sampling) for one in facts), read)}


def flagged(fact: Fact, sampling: Mapping[str, Any]) -> Fact:
    """The fact, marked where its standard error is more than `relative_error` of it: only a number of ads, whose limits are
    told as they are. What is said of persons is rounded, and a mark would say more of the number under it."""
    own = (fact.unit, fact.way, fact.measure, fact.interval_kind) == ("ad", "things", "estimate", "sampling")
    if not own or not fact.value or fact.low is None or fact.high is None:
        return fact
    error = (fact.high - fact.low) / 2 / critical_value(sampling["confidence"]) / fact.value
    if error <= sampling["relative_error"]:
        return fact
    said = IMPRECISE.format(limit=french.percent(100 * sampling["relative_error"]))
    return replace(fact, method=" ".join([*filter(None, [fact.method]), said]), rules=(*fact.rules, "peu_precis"))


def of_ads(
    strata: Collection[str],
    pages: pd.DataFrame,
    frame: pd.DataFrame,
    draw: pd.DataFrame,
    codings: pd.DataFrame,
    usable: pd.DataFrame,
    conflicts: pd.DataFrame,
    held: pd.DataFrame,
    places: pd.DataFrame,
    sampling: Mapping[str, Any],
    codebook: Mapping[str, bytes],
) -> Iterator[Fact]:
    """What the coded ads of some lists of the frame (`strata`) say of the ads of these lists, and of no person: how many were
    coded, the margin, the shares. Tables as `estimate` has them, of the whole study: how well two persons agree is judged
    there. Nothing where nothing was drawn by the project, or coded."""
    if sampling.get("design") or codings.empty or draw.empty:
        return
    answers, index = plain(codings), Places(places)
    book = loading.load(loading.given(codebook))
    whole = _Returned(answers, draw, usable, conflicts, held, frame, pages, sampling, book, index)
    drawn = draw[draw["stratum"].isin(strata)]
    part = replace(
        whole,
        answers=answers[answers["ad_id"].isin(drawn["ad_id"])],
        drawn=drawn,
        usable=usable[usable["stratum"].isin(strata)],
        frame=frame[frame["stratum"].isin(strata)],
    )
    if not part.answers.empty:
        doubtful = insufficient(whole.agreement) | set(REST)
        yield from opened(part.of_ads(doubtful), (one.of_ads(doubtful) for one in part.readings))


@dataclass(frozen=True)
class _Returned:
    """What came back of the coding: tables as `estimate` has them, `answers` plain; `drawn`: the places to code."""

    answers: pd.DataFrame
    drawn: pd.DataFrame
    usable: pd.DataFrame
    conflicts: pd.DataFrame
    held: pd.DataFrame
    frame: pd.DataFrame
    pages: pd.DataFrame
    sampling: Mapping[str, Any]
    book: Codebook
    index: Places

    @property
    def build(self) -> Builder:
        return Builder(TABLE, self.index.origin(*FRAME, ROLE))

    @cached_property
    def seen(self) -> Builder:
        first = self.answers[self.answers["turn"] == 1]
        return replace(self.build, cells=self.index.cells(first, "ads", DISPOSITION))

    @property
    def design(self) -> str | None:
        return self.sampling["design"]

    @property
    def alone(self) -> bool:
        """Whether the coded ads stand for themselves only."""
        return self.design in DESCRIBED

    @property
    def among(self) -> str:
        """What the coded places are a part of."""
        return CODED_ADS if self.design else DRAWN_PLACES

    @cached_property
    def places(self) -> pd.DataFrame:
        return places_seen(self.answers, self.drawn)

    @cached_property
    def first(self) -> pd.DataFrame:
        """The usable ads with the answers of their first coding."""
        return self.usable.merge(self.answers.drop(columns=["site_code"]), on=["ad_id", "coder"], how="left")

    @cached_property
    def others(self) -> list[pd.DataFrame]:
        return read_again(self.usable, self.answers)

    @cached_property
    def agreement(self) -> list[Fact]:
        cells = cache(partial(self.index.cells, self.answers, "ads"))
        level = None if self.alone else self.sampling["confidence"]
        seed = int(self.sampling["seed"])
        return list(agreement_facts(self.answers, self.book, seed, level, self.build, cells))

    @property
    def readings(self) -> "list[_Returned]":
        """The same where what is at the places in dispute is the least, and the most, that somebody saw."""
        stratum = self.drawn.set_index("ad_id")["stratum"]
        out, most = self.book.sets[DISPOSITION][OUT], float(self.sampling.get("most_copies", MOST_COPIES))
        made = least_and_most(self.answers, self.usable, stratum, out, most)
        return [replace(self, answers=answers, usable=usable) for answers, usable in made]

    def cells(self, variable: str) -> str:
        return self.index.cells(self.first, "ads", variable)

    def described(self) -> Iterator[Fact]:
        """What was coded, place by place, and how well two persons agree."""
        if self.design:
            yield design_fact(self.design, self.seen)
        own = (self.answers, self.usable, self.conflicts, self.drawn)
        yield from returned_facts(*own, self.seen, self.among)
        yield from disposition_facts(self.places, self.book, self.seen, self.among)
        yield from self.agreement

    def of_ads(self, doubtful: frozenset[str]) -> Iterator[Fact]:
        """What came back, its margin, and the shares of all ads; nothing on the variables of `doubtful`."""
        level, known = self.sampling["confidence"], answered(self.places, self.book)
        read = measured(self.frame, known, self.pages, level)
        lists = sized(corrected(self.frame, known, level), read)
        own = (self.answers, self.usable, self.conflicts, self.drawn)
        yield from returned_facts(*own, self.seen, self.among)
        yield from margin_facts(self.usable, lists, self.sampling, self.seen)
        lost = many_lost(self.places, known, self.sampling["loss"])
        given = (lists, self.book, level, self.build, cache(self.cells), doubtful, lost, self.others)
        yield from profile_facts(self.first, *given)

    def weighted(self, doubtful: frozenset[str]) -> Iterator[Fact]:
        """What the sample says of all the ads of the frame; nothing on the variables of `doubtful`."""
        level = self.sampling["confidence"]
        frame, places, usable = self.frame, self.places, self.usable
        if self.design == SIMPLE:
            frame, of = as_one(frame)
            places, usable = (one.assign(stratum=one["stratum"].map(of)) for one in (places, usable))
        if self.design:
            frame = raised(frame, places["stratum"])
        known = answered(places, self.book)
        counted = corrected(frame, known, level)
        read = [] if self.design else measured(frame, known, self.pages, level)
        lists = sized(counted, read)
        yield from losses(places, known, self.seen, self.among)
        yield from totals(known, frame, self.design, level, self.seen)
        yield from size_facts(read, level, self.seen)
        how, moved = self.how, False
        (coded, by_site), searches = (usable, lists), sample_persons.searched_again(self.answers, usable)
        if self.how:
            usable, lists = self.as_drawn(usable, lists)
            moved = "cell_ads" in usable and bool(usable["cell_ads"].notna().any())
            how = tuple(rule for rule in how if moved or rule != CALIBRATED)
            if moved:
                yield self.seen.fact("sample.calibration", value_text=CALIBRATIONS[self.sampling["calibration"]])
        else:
            lists, of = classed(lists, places, known)
            usable = usable.assign(stratum=usable["ad_id"].map(of))
        own_columns = ["ad_id", "stratum", *usable.columns.intersection(list(STAGES))]
        first = self.first.drop(columns="stratum").merge(usable[own_columns], on="ad_id")
        first = sample_persons.parts(first, searches, level)
        reached = None
        if self.design in STAGED and len(first):  # what they add is in the answers themselves
            named = [name for name in SHARES if name not in doubtful]
            category = first["site_code"].map(by_site.drop_duplicates("site_code").set_index("site_code")["category"])
            sizes, asked = lists.set_index("stratum")["value"], (level, self.sampling["proportion"])
            reached = staged_margins(first, sizes[sizes.gt(0)], named, category, *asked)
            if self.design == SITES:  # those drawn without any usable ad are stood for by the others
                by_site = by_site[by_site["stratum"].isin(coded["stratum"])]
        yield from margin_facts(coded, by_site, self.sampling, self.seen, reached)
        lost = many_lost(places, known, self.sampling["loss"])
        told = (lists, self.book, level, self.build, cache(self.cells), doubtful, lost, self.others)
        made = profile_facts(first, *told)
        yield from (replace(one, rules=(*one.rules, *how)) for one in made)
        if moved:
            yield from profile_facts(first.assign(cell_ads=np.nan), *told, pattern=UNCALIBRATED)
        build, seed = replace(self.build, cells=self.cells("copies_total")), int(self.sampling["seed"])
        given = {"usable": usable, "frame": lists, "searches": searches}
        own = {"confidence": level, "seed": seed}
        rules = (*read_by(usable, self.conflicts), *how)
        yield from sample_persons.facts(held=self.held, build=build, doubtful=doubtful, rules=rules, **own, **given)
        empty = places.assign(inside=places[DISPOSITION].eq(RELEVANT))
        others = {"counts_exact": frame, "losses_outside": corrected(frame, empty, level)}
        if how:  # whose lists have the ads that their pages, or their sites, say
            others = {}
        others = {choice: classed(sized(other, read), places, known)[0] for choice, other in others.items()}
        yield from sample_persons.choice_facts(given, others, build, partial(sample_persons.total, **own))
        if read:
            alone = classed(sized(counted, read, places=True), places, known)[0]
            yield from sample_persons.by_places(usable, alone, level, build)

    @property
    def how(self) -> tuple[str, ...]:
        """The named rules of weights that are not those of a draw from each list."""
        staged = (STAGED[self.design],) if self.design in STAGED else ()
        return (*staged, CALIBRATED) if self.sampling.get("calibration") else staged

    def as_drawn(self, usable: pd.DataFrame, lists: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The usable ads with how they were drawn, or what their weights are calibrated to, and the lists with the ads that they
        stand for. Known are the relevant ads of the sites that were counted whole."""
        level, simple = self.sampling["confidence"], self.design == SIMPLE
        if usable.empty:
            return usable, lists
        if self.design == SITES:
            return by_drawn_sites(usable, lists, level)
        if not self.sampling.get("calibration"):
            made = staged(usable, self.drawn, lists)
            return made, weighed(lists, made, level)
        by_site = corrected(raised(self.frame, self.places["stratum"]), answered(self.places, self.book), level)
        counted = by_site[by_site["kept"] & by_site["page_size"].isna() & by_site["size"].gt(0)]
        known = counted.set_index("stratum")["value"]
        made = staged(usable, self.drawn, as_one(by_site)[0] if simple else lists)
        if not simple:  # a site that is one page weighs what it has already
            known = known[known.index.isin(made.loc[made["page"].ne(made["stratum"]), "stratum"])]
        made = calibrated(made, self.usable["stratum"].set_axis(made.index), known)
        return made, as_one(by_site)[0] if simple else weighed(lists, made, level)

    def unweighted(self, where: Mapping[str, str], read: Mapping[str, Collection[str]]) -> Iterator[Fact | None]:
        """The coded ads, each counting once: beside the weighted shares, or alone where there are none. `read`: `rules_read`."""
        said = replace(self.build, method=ALONE if self.alone else BESIDE)
        yield from published_facts(self.first, self.book, said, cache(self.cells), where, read)
        if self.alone and len(self.usable):
            build = replace(self.build, cells=self.cells("cluster_id"))
            yield sample_persons.shown_by(self.usable, build)


# -- What was at each place drawn ---------------------------------------------------------------------------------
# How many of each disposition, and the relevant ads that these places stand for.
#
# Three kinds of dispositions: a relevant ad is there; something else, or nothing, is (`out_of_domain` in the
# codebook); nobody could tell (an ad that is gone, a page out of reach, a doubt). Only the last is a non-response:
# the other places of the same list stand for it. What is out of the domain is counted as such, and no other ad takes
# its place.
OUT = "out_of_domain"


def answered(places: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The places where it is known what is there (rows of `coded.places_seen`), with `inside`: a relevant ad is."""
    told = places[DISPOSITION].isin({RELEVANT, *codebook.sets[DISPOSITION][OUT]})
    return places[told].assign(inside=places.loc[told, DISPOSITION].eq(RELEVANT))


def corrected(frame: pd.DataFrame, known: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The frame, the ads of each list that was counted being those of its places where a relevant one is.

    `known`: the rows of `answered`. Lists keep their size where no place is out of the domain, a count being right until
    something contradicts it, and where they were read by pages, whose relevant ads were counted.
    """
    lists = frame.set_index("stratum")
    counted = lists["kept"] & lists["page_size"].isna() & lists["size"].gt(0)
    here = known[known["stratum"].isin(lists.index[counted])]
    found = domain_sizes(lists.loc[counted, "listed"], here["stratum"], here["inside"], confidence)
    found = found[found["inside"] < found["seen"]]
    found["size"] = np.floor(found["value"] + 0.5)
    for name in ("size", "value", "variance", "degrees", "low", "high"):
        lists.loc[found.index, name] = found[name].astype(lists[name].dtype)
    return lists.reset_index()


def classed(lists: pd.DataFrame, places: pd.DataFrame, known: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The lists cut by what was seen of their ads before they opened, and the class of each place by its ad: those that were
    lost are stood for by those that looked as often in the list. `known`: the rows of `answered`."""
    here = places[places[DISPOSITION].eq(RELEVANT) | ~places["ad_id"].isin(known["ad_id"])]
    here = here[here["stratum"].isin(lists["stratum"])]
    if "seen_in_list" not in here:
        return lists, here.set_index("ad_id")["stratum"]
    seen = here["seen_in_list"].mask(here["seen_in_list"].eq("dk"))
    made, of = response_classes(lists.set_index("stratum"), here["stratum"], seen, here[DISPOSITION].eq(RELEVANT))
    return made.rename_axis("stratum").reset_index()[lists.columns], of.set_axis(here["ad_id"])


def many_lost(places: pd.DataFrame, known: pd.DataFrame, expected: float) -> bool:
    """Whether more places were lost than the draw was planned for (`loss`): that they were so at random then carries the
    estimates, which are of a model. Lists without any place seen are out of reach, and not among them."""
    here = places[places["stratum"].isin(known["stratum"])]
    return len(here) - here["ad_id"].isin(known["ad_id"]).sum() > expected * len(here)


def disposition_facts(places: pd.DataFrame, codebook: Codebook, build: Builder, among: str) -> Iterator[Fact]:
    """How many places of each disposition. `among`: what they are a part of, in French."""
    [variable] = [v for v in codebook.table("ads") if v.name == DISPOSITION]
    counts = places[DISPOSITION].value_counts()
    for option in codebook.options(variable):
        if number := int(counts.get(option.code, 0)):
            words = {"disposition": option.code, "what": french.lowered(option.label), "among": among}
            yield build.count("sample.disposition.{disposition}", number, len(places), **words)


def losses(places: pd.DataFrame, known: pd.DataFrame, build: Builder, among: str) -> Iterator[Fact]:
    """The places out of the domain, and those that nobody could see; `known`: the rows of `answered`."""
    yield build.count("sample.out_of_scope", int((~known["inside"]).sum()), len(places), among=among)
    yield build.count("sample.lost", len(places) - len(known), len(places), among=among)


def totals(
    known: pd.DataFrame, frame: pd.DataFrame, design: str | None, confidence: float, build: Builder
) -> Iterator[Fact]:
    """The relevant ads of all the lists, and their share of the places; nothing where no place was seen, nor where the team
    sampled a list read by pages, whether it took its places or its relevant ads not being known, or sampled sites.

    A list without any place seen keeps what is known without them: its pages' estimate and limits; its count, which may yet
    be of other ads.
    """
    lists = frame[frame["kept"] & frame["listed"].gt(0)].set_index("stratum")
    here = known[known["stratum"].isin(lists.index)]
    if here.empty or design == SITES or (design and lists["page_size"].notna().any()):
        return
    seen = lists.index.isin(here["stratum"])
    own, rest = lists.loc[seen, "listed"], lists[~seen]
    total = domain_total(own, here["stratum"], here["inside"], confidence)
    level = french.percent(100 * confidence)

    def limits(kind: str, low: float, high: float) -> dict[str, Any]:
        return {} if kind == "none" else {"low": low, "high": high, "interval_kind": kind}

    kind = "bounds" if len(rest) else "none" if total.exact else "sampling"
    value = total.value + float(rest["value"].sum())
    low = total.low + float(rest["low"].where(rest["page_size"].notna(), 0).sum())
    high = total.high + float(rest["high"].sum())
    every = float(own.sum() + rest["listed"].sum())
    yield build.count("sample.places", int(every))
    yield build.fact("sample.relevant", value, level=level, **limits(kind, low, high))
    shares, inside = limits(kind, 100 * low / every, 100 * high / every), int(here["inside"].sum())
    share = partial(build.fact, numerator=inside, denominator=len(here), level=level)
    yield share("sample.relevant_pct", 100 * value / every, **shares)


# -- How many ads the lists read by pages have, once places drawn from them were coded ----------------------------
# The pages and the places side by side.
@dataclass(frozen=True)
class Measured:
    """One list read by pages, of which `relevant` of `coded` places are relevant: its ads by the pages, by the places, and
    those that are kept; `weight`, that of the pages in the composite, fixed by what was to be read and to be coded."""

    stratum: str
    site_code: str
    relevant: int
    coded: int
    weight: float
    pages: Size
    places: Size
    kept: Size

    @property
    def said(self) -> str:
        if self.pages.variance is None:
            return CHOSEN
        if apart(self.pages, self.places):
            return MISLEADING
        if self.weight == 1:
            return WHOLE
        return TOGETHER.format(weight=french.percent(100 * self.weight))


def measured(frame: pd.DataFrame, known: pd.DataFrame, pages: pd.DataFrame, confidence: float) -> list[Measured]:
    """Every list of the frame that was read by pages and of which a place was seen, in the order of the frame.

    `known`: the places where it is known what is there (`dispositions.answered`), `stratum` and `inside`. The pages weigh
    the places that they show, the sample those that were drawn: both were fixed before any coding. Pages that were all read
    have no variance, and weigh all.
    """
    lists = frame[frame["kept"] & frame["page_size"].notna()].set_index("stratum")
    if lists.empty:
        return []
    here = known[known["stratum"].isin(lists.index)]
    places = domain_sizes(lists["listed"], here["stratum"], here["inside"], confidence)
    seen = pages["ads_relevant"].groupby(strata(pages["site_code"], pages["place"])).sum()
    found = []
    for one, own in zip(lists.loc[places.index].itertuples(), places.itertuples(), strict=True):
        coded, inside = _of_places(own, int(one.listed), confidence), int(own.inside)
        variance = None if pd.isna(one.variance) else float(one.variance)
        read = Size(float(one.value), float(one.low), float(one.high), variance, float(one.degrees))
        shown = (float(one.degrees) + 1) * float(one.page_size)
        weight = 1.0 if variance == 0 else shown / (shown + float(one.drawn))
        kept = composite(read, coded, weight, float(max(seen[one.Index], inside)), confidence)
        found.append(Measured(str(one.Index), str(one.site_code), inside, int(own.seen), weight, read, coded, kept))
    return found


def _of_places(own: Any, listed: int, confidence: float) -> Size:
    """A row of `domain_sizes`. Where all the places seen say the same, its farther limit stands for the half-width."""
    value, low, high, variance = own.value, own.low, own.high, own.variance
    if own.seen < listed and not 0 < own.inside < own.seen:
        variance = (max(high - value, value - low) / student_value(confidence, own.degrees)) ** 2
    return Size(value, low, high, variance, own.degrees)


def sized(frame: pd.DataFrame, lists: Sequence[Measured], places: bool = False) -> pd.DataFrame:
    """The frame with the ads that are kept for each list, or those that its coded `places` alone say."""
    result = frame.set_index("stratum")
    for one in lists:
        size = one.places if places else one.kept
        values = (round(size.value), size.value, size.variance, size.degrees, size.low, size.high)
        result.loc[one.stratum, ["size", "value", "variance", "degrees", "low", "high"]] = values
    return result.reset_index()[frame.columns]


def size_facts(lists: Sequence[Measured], confidence: float, build: Builder) -> Iterator[Fact]:
    """By site, the ads of its lists read by pages: by the pages, by the coded places, and what is kept of both."""
    by_site = groupby(sorted(lists, key=lambda one: one.site_code), key=lambda one: one.site_code)
    for site, own in ((site, list(several)) for site, several in by_site):
        pages, places, kept = ([getattr(one, name) for one in own] for name in ("pages", "places", "kept"))
        part = {"numerator": sum(one.relevant for one in own), "denominator": sum(one.coded for one in own)}
        told = Counter(one.said for one in own)
        counted = (f"{french.number(n)} {french.plural(n, 'liste')} : {text}" for text, n in told.items())
        said = " ".join(counted if len(told) > 1 else told)
        yield _size_fact("sample.site_pages.{site}", pages, confidence, build, site=site)
        yield _size_fact("sample.site_places.{site}", places, confidence, build, site=site, **part)
        yield _size_fact("sample.site_size.{site}", kept, confidence, build, site=site, said=said)


def _size_fact(text: str, sizes: Sequence[Size], confidence: float, build: Builder, **given: Any) -> Fact:
    """A sum of lists: its variance where all have one, else its bounds."""
    value, variances = sum(one.value for one in sizes), [one.variance for one in sizes]
    known = [one for one in variances if one is not None]
    low, high = sum(one.low for one in sizes), sum(one.high for one in sizes)
    if len(sizes) > 1 and len(known) == len(sizes):
        degrees = satterthwaite(known, [one.degrees for one in sizes])
        half = student_value(confidence, degrees) * math.sqrt(sum(known))
        low, high = max(low, value - half), min(high, value + half)
    kind = "sampling" if len(known) == len(sizes) else "bounds"
    return build.fact(text, value, low=low, high=high, interval_kind=kind, **given)


# -- The coded ads as the published study counts them: each once, whatever its site's chance of being drawn -------
# Beside the weighted shares (`sample_profiles`), which are the sound ones: these only stand for comparison.
AUDIENCES = ("men", "women")


def published_facts(
    ads: pd.DataFrame,
    codebook: Codebook,
    build: Builder,
    cells: Callable[[str], str],
    where: Mapping[str, str],
    read: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Iterator[Fact | None]:
    """`ads`: the usable coded ads with their answers and `person`, one row each; nothing without any. `where`: the
    continent of each country (`continents`); `read`: variable → the rules by which its answers were read."""
    if ads.empty:
        return

    def share(text: str, case: np.ndarray, among: np.ndarray, variable: str, **words: Any) -> Fact | None:
        words["rules"] = (*build.texts[text].rules, *sorted(read.get(variable, ())))
        return build.share(text, int((case & among).sum()), int(among.sum()), cells=cells(variable), **words)

    everything = np.ones(len(ads), dtype=bool)
    for one in codebook.counted("ad"):
        ((variable, codes),) = one.asked
        if variable in ads:
            known = known_values(ads, variable)
            case, among = known.isin(codes).to_numpy(bool), known.notna().to_numpy()
            yield share("{ad_indicator}", case, among, variable, ad_indicator=one.share_id, name=one.label)
    if "declared_origin" in ads:
        stated = known_values(ads, "declared_origin").notna().to_numpy()
        yield share("ads.nationality_stated_pct", stated, everything, "declared_origin")
    if "declared_age" in ads:
        ages = pd.to_numeric(ads["declared_age"])
        missing = ages.isna().to_numpy()
        yield share("ads.age_missing_pct", missing, everything, "declared_age")
        if stating := int((~missing).sum()):
            yield build.fact("ads.mean_age", float(ages.mean()), denominator=stating, cells=cells("declared_age"))
    yield from _countries(ads, build, cells, where)
    yield from _sets(ads, codebook, share)
    copies = ads["person"].duplicated().to_numpy()
    yield share("ads.duplicate_rate_pct", copies, everything, "cluster_id")


def _countries(
    ads: pd.DataFrame, build: Builder, cells: Callable[[str], str], where: Mapping[str, str]
) -> Iterator[Fact]:
    """How many countries of each continent are cited; a name that is no known country may be one of any."""
    if "declared_country" not in ads or ads["declared_country"].isna().all():
        return
    names = ads["declared_country"].dropna().astype(str).map(slug).drop_duplicates()
    found = names.map(where)
    for continent, name in CONTINENTS.items():
        number = int(found.eq(continent).sum())
        most = number + int(found.isna().sum())
        here = cells("declared_country")
        text = "ads.countries_{continent}"
        yield build.count(text, number, between=(number, most), cells=here, continent=continent, name=name)


def _sets(ads: pd.DataFrame, codebook: Codebook, share: Callable[..., Fact | None]) -> Iterator[Fact | None]:
    """Signs of a network, and audiences: alone or with others."""
    if option_columns(ads, "network_sign"):
        signs = option_sets(ads, "network_sign")
        yield share("ads.network_pct", signs.map(bool).to_numpy(bool), signs.notna().to_numpy(), "network_sign")
    if option_columns(ads, "audience"):
        sets = option_sets(ads, "audience")
        known = sets.notna().to_numpy()
        for name in AUDIENCES:
            codes = frozenset(codebook.sets["audience"][name])
            among = sets.map(lambda one, codes=codes: one is not None and bool(one & codes)).to_numpy(bool)
            alone = sets.map(lambda one, codes=codes: bool(one) and one <= codes).to_numpy(bool)
            yield share(f"audience.{name}_pct", among, known, "audience")
            yield share(f"audience.{name}_exclusive_pct", alone, known, "audience")


# -- Facts on what the coded ads say ------------------------------------------------------------------------------
# Shares of ads and of persons side by side, means, missing answers, network signs.
SHARES = (
    *("gender_presented", "declared_origin", "passing_through", "audience", "hosting", "vocabulary", "euphemism"),
    "network_sign",
)
MEANS = ("declared_age",)
PROFILE_TABLE = "ads"
AT_RANDOM = "perdues au hasard parmi celles de leur liste qui leur ressemblent, plus nombreuses que prévu"
UNREACHED = " et qui ont pu être vues"
WIDENED = (
    "ce que personne n’a pu voir, ce que deux personnes ont codé autrement, ou dont les copies ne sont pas connues, peut être "
    "tout l’un ou tout l’autre"
)
COMPLETE = " Sous le modèle d’une recherche de copies complète, faite une fois : rien ne le mesure."
ONE_BY_ONE = " Sous le modèle de copies manquées une à une, au taux qu’une seconde recherche a mesuré."
INTERVALS = {
    "logit": "intervalle logit",
    "korn_graubard": "intervalle de Korn et Graubard",
    "hypergeometric": "intervalle exact d’un tirage sans remise",
    "exact": "toutes les annonces sont codées",
}


def profile_facts(
    answers: pd.DataFrame,
    frame: pd.DataFrame,
    codebook: Codebook,
    confidence: float,
    build: Builder,
    located: Any,
    doubtful: frozenset[str] = frozenset(),
    lost: bool = False,
    others: Sequence[pd.DataFrame] = (),
    pattern: str = "",
) -> Iterator[Fact]:
    """`answers`: the usable ads with their answers, stratum and multiplicity. `located` names the cells of a variable. `lost`:
    more places were lost than was planned (`many_lost`). `others`: the same ads as each further person coded them. `pattern`:
    the shares of ads alone, under these names.

    Nothing on the variables of `doubtful`, on whose coding two persons do not agree enough.
    """
    if answers.empty:
        return
    (answers, *others), names, cited = grouped(answers, *others)
    lists = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    usable = answers.groupby("stratum").size().reindex(lists.index).fillna(0)
    sizes = lists["value"].clip(lower=usable)
    variances = {str(name): float(value) for name, value in lists["variance"].items() if pd.notna(value) and value}
    known = {v.name: v for v in codebook.table(PROFILE_TABLE)}
    options = {
        name: [o.code for o in codebook.options(known[name]) if o.code not in UNKNOWN]
        for name in SHARES
        if known[name].type == "single"
    }
    wanted = [name for name in (*SHARES, *names) if name not in doubtful]
    present = [name for name in wanted if name in answers or option_columns(answers, name)]
    means = [name for name in MEANS if name in answers and name not in doubtful]
    how: dict[str, Any] = {"size_variances": variances, "confidence": confidence, "others": others}
    made = estimated_profiles(answers, sizes, present, means, options, **how)
    if "network_sign" in present:
        signs = network_signs(answers, sizes, least=SIGNS, **how)
        made = pd.concat([made, signs], ignore_index=True)
    head = bool(lists["variance"].isna().any())
    once, reached = "part" not in answers, UNREACHED if (usable.eq(0) & lists["value"].gt(0)).any() else ""
    for name, number in cited.items() if not pattern else ():
        label = known[name].label
        yield build.count("profile.cited.{variable}", number, cells=located(name), variable=name, question=label)
    # A name is a name: « that one alone » says nothing. A country is asked of foreign origins only: its blanks say nothing.
    dull = made["measure"].eq("only") & made["variable"].isin(names)
    dull |= made["measure"].eq(MISSING) & made["variable"].eq("declared_country")
    if pattern:
        dull |= made["unit"].eq("person") | made["measure"].isin([MISSING, "mean"])
    for line in made[~dull].itertuples():
        variable = known[line.variable]
        labels = {o.code: o.label for o in codebook.options(variable)} | names.get(line.variable, {})
        yield _fact(line, variable.label, labels, build, located(line.variable), (head, once, lost, reached, pattern))


def _fact(
    line: Any, question: str, labels: dict[str, str], build: Builder, cells: str, how: tuple[bool, bool, bool, str, str]
) -> Fact:
    """The fact of a line of `estimated_profiles`; `labels` are those of the answers by code, `how` says whether first pages
    were read, copies searched once, many places lost, of a mean, which ads it is of where some lists are out of reach, and the
    pattern of its id, where it is not that of its measure."""
    kinds = {MISSING: UNTOLD, "mean": MEAN}
    words, (head, once, lost, reached, pattern) = {"variable": line.variable, "question": question}, how
    text, mean = pattern or kinds.get(line.measure, PROFILE) % line.unit, line.measure == "mean"
    if line.measure not in kinds:
        words["what"], words["answer"] = _named(line, question, labels)
    scale, person = 1 if mean else 100, line.unit == "person"
    made: dict[str, Any] = {"denominator": line.units} if mean else {"numerator": line.cases, "denominator": line.units}
    if (line.interval != "exact" or line.bounded) and line.low is not None and pd.notna(line.low):
        kind = "model" if person or lost else "bounds" if line.bounded else "sampling"
        made |= {"low": scale * line.low, "high": scale * line.high, "interval_kind": kind}
    rules = [*build.texts[text].rules]
    rules += ["bornes_pages"] if head else []
    rules += ["recherche_complete"] if person and once else []
    rules += ["perdues_au_hasard"] if lost else []
    rules += ["part_non_vue"] if reached and not mean else []
    rules += [DISPUTED] if line.disputed else []
    interval = french.capital(INTERVALS.get(line.interval, "intervalle de Student"))
    interval += f", élargi : {WIDENED}" if line.bounded else ""
    interval += f". Sous le modèle d’annonces {AT_RANDOM}" if lost else ""
    words |= {"reached": reached} if mean else {}
    words |= {"model": COMPLETE if once else ONE_BY_ONE} if person else {}
    return build.fact(text, scale * line.value, cells=cells, interval=interval, rules=tuple(rules), **made, **words)


def _named(line: Any, question: str, labels: dict[str, str]) -> tuple[str, str]:
    """(what the number says, the last part of its id)."""
    option = labels.get(line.option, line.option)
    if line.measure == "at_least":
        number = int(line.option)
        return f"au moins {number} {french.plural(number, 'indice')} de réseau", f"at_least_{number}"
    if line.measure == "only":
        return f"{question} : {option} seulement", f"only_{line.option}"
    return f"{question} : {option}", line.option


# -- Facts on the draw and on what came back of it ----------------------------------------------------------------
# Frame, sizes, margins by category, losses, codings to look at.
REVIEW = CONFLICTS | {
    NOT_DRAWN: "l’annonce n’est pas dans le tirage : elle ne compte pas",
    UNPAGED: "l’annonce n’est d’aucune des pages lues de son site, ou est de plusieurs : elle ne compte pas",
    OUTSIDE: "l’annonce est d’un site que le champ n’a pas (miroir écarté ou site sans décompte) : elle ne compte pas",
}


def draw_facts(
    frame: pd.DataFrame, draw: pd.DataFrame, sampling: Mapping[str, float], build: Builder
) -> Iterator[Fact]:
    """The draw: nothing when nothing was drawn."""
    if draw.empty:
        return
    kept = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    measure = "estimate" if kept["page_size"].notna().any() else "count"
    yield build.count("draw.frame_ads", float(kept["value"].sum()), measure=measure)
    to_code, asked = float(kept["coded"].sum()), ASKED[str(sampling["domains"])]
    yield build.count("draw.to_code", to_code, numerator=to_code, asked=asked)
    for text, number in (("draw.positions", float(len(draw))), ("draw.double", float(draw["double"].sum()))):
        yield build.count(text, number, numerator=number)
    if silent := int((frame["kept"] & frame["size"].eq(0) & frame["high"].gt(0)).sum()):
        yield build.count("draw.silent_lists", silent)
    yield build.fact("draw.seed", value_text=str(int(sampling["seed"])))
    yield build.fact("draw.digest", value_text=frame_digest(kept))
    sizes = kept.groupby("category")["size"].sum()
    sizes = sizes[sizes > 0]
    asks = ("margin", "confidence", "proportion", "design_effect", "loss")
    wanted = planned_sizes(sizes, *(sampling[name] for name in asks))
    for code in (code for code in CATEGORIES if code in wanted.index):
        size, population = float(wanted.at[code, "size"]), float(wanted.at[code, "population"])
        name = CATEGORIES[code]
        yield build.count("draw.domain_size.{category}", size, denominator=population, category=code, name=name)


def returned_facts(
    codings: pd.DataFrame, usable: pd.DataFrame, conflicts: pd.DataFrame, draw: pd.DataFrame, build: Builder, among: str
) -> Iterator[Fact]:
    """What came back: codings, ads to look at. `among`: what the coded places are a part of, in French."""
    coded = codings[codings["turn"] == 1]
    drawn = coded[coded["ad_id"].isin(draw["ad_id"])]
    twice = codings.loc[codings["turn"] > 1, "ad_id"].nunique()
    counts: tuple[tuple[str, float, float], ...] = (
        ("sample.coded", len(drawn), len(draw)),
        ("sample.usable", len(usable), len(drawn)),
        ("sample.twice", twice, len(coded)),
        ("sample.searched", int(usable["multiplicity"].notna().sum()), len(usable)),
    )
    if among == DRAWN_PLACES:  # a team's own sample is what it coded
        counts += (("sample.waiting", len(draw) - len(drawn), len(draw)),)
    for text, number, whole in counts:
        yield build.count(text, number, whole, among=among)
    for kind, what in REVIEW.items():
        if number := int((conflicts["conflict"] == kind).sum()):
            ads = coded["ad_id"].nunique()
            yield build.count("sample.review.{conflict}", number, ads, conflict=kind, what=what)


def margin_facts(
    usable: pd.DataFrame,
    frame: pd.DataFrame,
    sampling: Mapping[str, float],
    build: Builder,
    reached: Mapping[str, float] | None = None,
) -> Iterator[Fact]:
    """The margin that each category, and the whole, really have. `frame`: with the relevant ads of its lists
    (`dispositions.corrected`); in one list of all sites, categories have none. `reached`: those of the domains where ads
    were drawn in stages (`profiles.staged_margins`); where it has none too few were coded."""
    kept = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    n = usable.groupby("stratum").size().reindex(kept.index, fill_value=0)
    sizes = kept["size"].clip(lower=n).astype("int64")
    domains: dict[str, pd.Series] = {"all": pd.Series("all", index=kept.index), "category": kept["category"]}
    for kind, labels in domains.items():
        for name, row in domain_margins(sizes, n, labels, sampling["confidence"], sampling["proportion"]).iterrows():
            called = "l’ensemble" if kind == "all" else f"les {CATEGORIES[str(name)]}"
            words: dict[str, Any] = {"domain": name, "name": called}
            margin = row["margin"] if reached is None or pd.isna(row["margin"]) else reached.get(str(name), np.nan)
            if pd.notna(margin):
                yield build.fact("sample.margin.{domain}", 100 * float(margin), **words)
            else:
                why = TOO_FEW if pd.notna(row["margin"]) else OUT_OF_REACH
                apart = "hors d’atteinte"
                yield build.fact("sample.margin.{domain}", measure="text", value_text=apart, method=why, **words)
            number, size = float(row["drawn"]), float(row["size"])
            yield build.count("sample.coded_in.{domain}", number, denominator=size, **words)
