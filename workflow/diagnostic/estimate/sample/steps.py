"""Facts of the coded sample: the draw, what came back, agreement, profiles, persons behind the ads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.collect.answers import DESCRIBED
from diagnostic.consolidate.ads import ROLE
from diagnostic.estimate.codings import plain
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.internet.frame import FRAME
from diagnostic.estimate.internet.names_given import REST, continents
from diagnostic.estimate.places import Places
from diagnostic.estimate.sample import agreement as sample_agreement
from diagnostic.estimate.sample import choices as sample_choices
from diagnostic.estimate.sample import coded, designs, dispositions
from diagnostic.estimate.sample import persons as sample_persons
from diagnostic.estimate.sample import profiles as sample_profiles
from diagnostic.estimate.sample import published as sample_published
from diagnostic.estimate.sample import returned as sample_draw
from diagnostic.estimate.sample import sizes as sample_sizes
from diagnostic.estimate.texts import profiles, sizes
from diagnostic.estimate.texts.sample import CODED_ADS, DRAWN_PLACES, TEXTS

TABLE = "consolidate/codings"


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
    drawn = Builder(TEXTS, "estimate/draw", index.origin(*FRAME), " ; ".join(filter(None, where)))
    facts: list[Fact | None] = [*sample_draw.facts(frame, draw, sampling, drawn)]
    if not codings.empty:
        answers = plain(codings)
        own = designs.places(answers, frame, design) if design else draw
        back = _Returned(answers, own, usable, conflicts, held, frame, pages, sampling, book, index)
        facts += [*back.described(), *(() if back.alone else back.weighted())]
        facts += back.unweighted(continents(countries))
    return {"sample": table(study, facts)}


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
        yield from part.of_ads(sample_agreement.insufficient(whole.agreement) | set(REST))


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
        return Builder(TEXTS, TABLE, self.index.origin(*FRAME, ROLE))

    @cached_property
    def seen(self) -> Builder:
        first = self.answers[self.answers["turn"] == 1]
        return replace(self.build, cells=self.index.cells(first, "ads", dispositions.VARIABLE))

    @property
    def said(self) -> Builder:
        return Builder(profiles.TEXTS, TABLE, self.index.origin(*FRAME, ROLE))

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
        return coded.places_seen(self.answers, self.drawn)

    @cached_property
    def first(self) -> pd.DataFrame:
        """The usable ads with the answers of their first coding."""
        return self.usable.merge(self.answers.drop(columns=["site_code"]), on=["ad_id", "coder"], how="left")

    @cached_property
    def agreement(self) -> list[Fact]:
        cells = cache(partial(self.index.cells, self.answers, "ads"))
        level = None if self.alone else self.sampling["confidence"]
        seed = int(self.sampling["seed"])
        return list(sample_agreement.facts(self.answers, self.book, seed, level, self.build, cells))

    def cells(self, variable: str) -> str:
        return self.index.cells(self.first, "ads", variable)

    def described(self) -> Iterator[Fact]:
        """What was coded, place by place, and how well two persons agree."""
        if self.design:
            yield from designs.facts(self.design, self.seen)
        own = (self.answers, self.usable, self.conflicts, self.drawn)
        yield from sample_draw.returned(*own, self.seen, self.among)
        yield from dispositions.facts(self.places, self.book, self.seen, self.among)
        yield from self.agreement

    def of_ads(self, doubtful: frozenset[str]) -> Iterator[Fact]:
        """What came back, its margin, and the shares of all ads; nothing on the variables of `doubtful`."""
        level, known = self.sampling["confidence"], dispositions.answered(self.places, self.book)
        read = sample_sizes.measured(self.frame, known, self.pages, level)
        lists = sample_sizes.sized(dispositions.corrected(self.frame, known, level), read)
        own = (self.answers, self.usable, self.conflicts, self.drawn)
        yield from sample_draw.returned(*own, self.seen, self.among)
        yield from sample_draw.margins(self.usable, lists, self.sampling, self.seen)
        yield from sample_profiles.facts(self.first, lists, self.book, level, self.said, cache(self.cells), doubtful)

    def weighted(self) -> Iterator[Fact]:
        """What the sample says of all the ads of the frame."""
        level, doubtful = self.sampling["confidence"], sample_agreement.insufficient(self.agreement)
        frame, places, usable, first = self.frame, self.places, self.usable, self.first
        if self.design == designs.SIMPLE:
            frame, of = designs.as_one(frame)
            places, usable, first = (one.assign(stratum=one["stratum"].map(of)) for one in (places, usable, first))
        if self.design:
            frame = designs.raised(frame, places["stratum"])
        known = dispositions.answered(places, self.book)
        counted = dispositions.corrected(frame, known, level)
        read = [] if self.design else sample_sizes.measured(frame, known, self.pages, level)
        lists = sample_sizes.sized(counted, read)
        yield from dispositions.losses(places, known, self.seen, self.among)
        yield from dispositions.totals(known, frame, self.design, level, self.seen)
        yield from sample_sizes.facts(read, level, replace(self.seen, texts=sizes.TEXTS))
        yield from sample_draw.margins(usable, lists, self.sampling, self.seen)
        yield from sample_profiles.facts(first, lists, self.book, level, self.said, cache(self.cells), doubtful)
        build, seed = replace(self.build, cells=self.cells("copies_total")), int(self.sampling["seed"])
        given = {"usable": usable, "frame": lists, "searches": sample_persons.searched_again(self.answers, usable)}
        own = {"confidence": level, "seed": seed}
        yield from sample_persons.facts(held=self.held, build=build, doubtful=doubtful, **own, **given)
        empty = places.assign(inside=places[dispositions.VARIABLE].eq(coded.RELEVANT))
        others = {"counts_exact": frame, "losses_outside": dispositions.corrected(frame, empty, level)}
        others = {choice: sample_sizes.sized(other, read) for choice, other in others.items()}
        yield from sample_choices.facts(given, others, build, partial(sample_persons.total, **own))
        if read:
            yield from sample_persons.by_places(usable, sample_sizes.sized(counted, read, places=True), level, build)

    def unweighted(self, where: Mapping[str, str]) -> Iterator[Fact | None]:
        """The coded ads, each counting once: beside the weighted shares, or alone where there are none."""
        said = replace(self.said, method=profiles.ALONE if self.alone else profiles.BESIDE)
        yield from sample_published.facts(self.first, self.book, said, cache(self.cells), where)
        if self.alone and len(self.usable):
            build = replace(self.build, cells=self.cells("cluster_id"))
            yield build.count("persons.seen", self.usable["person"].nunique())
