"""What was at each place drawn: how many of each disposition, and the relevant ads that these places stand for.

Three kinds of dispositions: a relevant ad is there; something else, or nothing, is (`out_of_domain` in the codebook);
nobody could tell (an ad that is gone, a page out of reach, a doubt). Only the last is a non-response: the other places of
the same list stand for it. What is out of the domain is counted as such, and no other ad takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.domain import domain_sizes, domain_total
from diagnostic.estimate.sample.coded import RELEVANT

VARIABLE, OUT = "disposition", "out_of_domain"


def answered(places: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The places where it is known what is there (rows of `coded.places_seen`), with `inside`: a relevant ad is."""
    told = places[VARIABLE].isin({RELEVANT, *codebook.sets[VARIABLE][OUT]})
    return places[told].assign(inside=places.loc[told, VARIABLE].eq(RELEVANT))


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


def facts(places: pd.DataFrame, codebook: Codebook, build: Builder, among: str) -> Iterator[Fact]:
    """How many places of each disposition. `among`: what they are a part of, in French."""
    [variable] = [v for v in codebook.table("ads") if v.name == VARIABLE]
    counts = places[VARIABLE].value_counts()
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
    sampled a list read by pages: whether it took its places or its relevant ads is not known.

    A list without any place seen keeps what is known without them: its pages' estimate and limits; its count, which may yet
    be of other ads.
    """
    lists = frame[frame["kept"] & frame["listed"].gt(0)].set_index("stratum")
    here = known[known["stratum"].isin(lists.index)]
    if here.empty or (design and lists["page_size"].notna().any()):
        return
    seen = lists.index.isin(here["stratum"])
    own, rest = lists.loc[seen, "listed"], lists[~seen]
    total = domain_total(own, here["stratum"], here["inside"], confidence)
    level = french.percent(100 * confidence)

    def limits(kind: str, low: float, high: float) -> dict[str, Any]:
        return {} if kind == "none" else {"low": low, "high": high, "interval_kind": kind}

    drawn = "none" if total.exact else "sampling"
    low = total.low + float(rest["low"].where(rest["page_size"].notna(), 0).sum())
    whole = limits("bounds" if len(rest) else drawn, low, total.high + float(rest["high"].sum()))
    yield build.count("sample.places", int(own.sum()))
    yield build.fact("sample.relevant", total.value + float(rest["value"].sum()), level=level, **whole)
    shares = limits(drawn, 100 * total.share_low, 100 * total.share_high)
    told: dict[str, Any] = {"numerator": int(here["inside"].sum()), "denominator": len(here)}
    yield build.fact("sample.relevant_pct", 100 * total.share, level=level, **told, **shares)
