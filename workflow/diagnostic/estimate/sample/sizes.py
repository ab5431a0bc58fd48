"""How many ads the lists read by pages have, once places drawn from them were coded: the pages and the places side by side."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.composite import Size, apart, composite
from diagnostic.estimate.formulas.domain import domain_sizes
from diagnostic.estimate.formulas.draw import strata
from diagnostic.estimate.formulas.sampling import satterthwaite, student_value
from diagnostic.estimate.texts.sizes import CHOSEN, MISLEADING, TOGETHER, WHOLE


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


def facts(lists: Sequence[Measured], confidence: float, build: Builder) -> Iterator[Fact]:
    """By site, the ads of its lists read by pages: by the pages, by the coded places, and what is kept of both."""
    by_site = groupby(sorted(lists, key=lambda one: one.site_code), key=lambda one: one.site_code)
    for site, own in ((site, list(several)) for site, several in by_site):
        words = {"site": site}
        relevant, coded = sum(one.relevant for one in own), sum(one.coded for one in own)
        told = Counter(one.said for one in own)
        counted = (f"{french.number(n)} {french.plural(n, 'liste')} : {text}" for text, n in told.items())
        said = " ".join(counted if len(told) > 1 else told)
        yield _fact("sample.site_pages.{site}", [one.pages for one in own], confidence, build, **words)
        places = [one.places for one in own]
        yield _fact(
            "sample.site_places.{site}", places, confidence, build, numerator=relevant, denominator=coded, **words
        )
        yield _fact("sample.site_size.{site}", [one.kept for one in own], confidence, build, said=said, **words)


def _fact(text: str, sizes: Sequence[Size], confidence: float, build: Builder, **given: Any) -> Fact:
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
