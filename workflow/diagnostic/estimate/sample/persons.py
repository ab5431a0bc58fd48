"""Facts on the persons behind the ads, from a coded sample: one final interval, its sources, and what others would say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas import distinct, uncertainty
from diagnostic.estimate.formulas.multiplicity import PersonsEstimate, estimate_persons
from diagnostic.estimate.texts.sample import (
    BESIDE_COPIES,
    DOUBTFUL,
    EVENLY,
    LINKS_TOLD,
    LINKS_UNTOLD,
    MISSED,
    NO_COPIES,
    RECALL_KNOWN,
    RECALL_UNKNOWN,
)

EVEN, DRAWS = 0.5, 400  # how likely a doubtful link is, and sets of links drawn
ALWAYS = ("sampling", "pages", "links", "recall")  # sources of doubt that are told even where they add nothing


def facts(
    usable: pd.DataFrame,
    held: pd.DataFrame,
    frame: pd.DataFrame,
    confidence: float,
    build: Builder,
    seed: int,
    doubtful: frozenset[str] = frozenset(),
) -> Iterator[Fact]:
    """The persons seen and estimated, with what each source of doubt adds; nothing without any usable ad."""
    if usable.empty:
        return
    # a list where the pages read show none is not drawn from, and may still hold some
    lists = frame[frame["kept"] & frame["high"].gt(0)].set_index("stratum")
    seen = distinct.frequencies(usable["person"])
    yield build.count("persons.seen", sum(seen.values()))
    searched = usable[usable["multiplicity"].notna()]
    if len(searched):
        said = DOUBTFUL if "copies_total" in doubtful else ""
        yield from _headline(searched, held, lists, confidence, build, seed, said, _least(usable))
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
) -> Iterator[Fact]:
    found, known = _searched_twice(ads)
    share = uncertainty.recall(found, known, confidence) if known else None
    least = max(share[1], 1e-9) if share else 1.0
    given = lists[["variance", "degrees", "low", "high"]].assign(size=lists["value"])
    check = _check(ads, held, lists, confidence)
    links = _links(ads)
    partitions = _partitions(ads, links, seed)
    made = uncertainty.with_multiplicities(ads, given, partitions, least, check, confidence, seen)
    yield build.fact(
        "persons.total",
        made.value,
        low=made.low,
        high=made.high,
        interval_kind=made.kind,
        ads=french.number(len(ads)),
        level=french.percent(100 * confidence),
        doubtful=said + (MISSED if least < 1 else "") + (EVENLY if made.parts["links"] else ""),
    )
    told: dict[str, dict[str, Any]] = {
        "recall": {"told": _recall_told(share, known)},
        "links": {"told": _links_told(len(links))},
    }
    for name, value in made.parts.items():
        if value > 0 or name in ALWAYS:
            yield build.fact(f"persons.source.{name}", value, **told.get(name, {}))
    if share:
        level, low, high = (100 * one for one in share)
        limits: dict[str, Any] = {"low": low, "high": high, "interval_kind": "sampling"}
        yield build.fact("persons.recall_pct", level, numerator=found, denominator=known, **limits)
    if check is not None:
        kind = "sampling" if check.low is not None else "none"
        yield build.fact("persons.horvitz_thompson", check.value, low=check.low, high=check.high, interval_kind=kind)


def by_places(usable: pd.DataFrame, frame: pd.DataFrame, confidence: float, build: Builder) -> Iterator[Fact]:
    """What the coded places alone would say, `frame` having the sizes that they give; nothing where no copy was searched."""
    ads = usable[usable["multiplicity"].notna()]
    if len(ads):
        lists = frame[frame["kept"] & frame["high"].gt(0)].set_index("stratum")
        given = lists[["variance", "degrees", "low", "high"]].assign(size=lists["value"])
        made = uncertainty.with_multiplicities(ads, given, confidence=confidence, seen=_least(usable))
        limits: dict[str, Any] = {"low": made.low, "high": made.high, "interval_kind": made.kind}
        yield build.fact("persons.by_places", made.value, **limits)


def _without(
    seen: dict[int, int], lists: pd.DataFrame, n: int, confidence: float, build: Builder, headline: bool
) -> Iterator[Fact]:
    """What the clusters of the sample alone allow, and the published formula beside it."""
    totals = sorted({max(n, int(lists[name].sum() + 0.5)) for name in ("low", "value", "high")})
    made = uncertainty.without_multiplicities(seen, totals, confidence)
    note = BESIDE_COPIES if headline else NO_COPIES
    logical, formula = made.checks["logical_bounds"], made.checks["naive"]
    assert isinstance(logical, tuple) and isinstance(formula, float)
    limits = (made.low, made.high)
    yield build.fact("persons.indicative", between=limits, interval_kind=made.kind, note=note)
    yield build.fact("persons.logical", between=(logical[0], logical[1]), note=note)
    yield build.fact("persons.published_formula", formula)


def _searched_twice(ads: pd.DataFrame) -> tuple[int, int]:
    """Copies found and copies known, over the ads whose person was drawn more than once: each search checks the others."""
    several = ads[ads.groupby("person")["ad_id"].transform("size") > 1]
    several = several[several["found"].notna()]
    found, known = several["found"].sub(1).clip(lower=0), several["multiplicity"].sub(1)
    return int(np.minimum(found, known).sum()), int(known.sum())


def _least(usable: pd.DataFrame) -> int:
    """The distinct persons on the usable ads, searched or not, were all the doubtful links true."""
    grouped = usable.assign(group=usable["person"])
    ads = usable.groupby("person").size()
    return len(np.unique(uncertainty.draw_partitions(grouped, ads, _links(usable, 1.0), 1, 0).person))


def _links(ads: pd.DataFrame, probability: float = EVEN) -> pd.DataFrame:
    """Pairs of persons of the sample that coders could not tell apart, each once; by default true as often as not."""
    doubted = ads[ads["maybe"].isin(ads["person"]) & (ads["maybe"] != ads["person"])]
    pairs = sorted({tuple(sorted(pair)) for pair in zip(doubted["person"], doubted["maybe"], strict=True)})
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


def _recall_told(share: tuple[float, float, float] | None, known: int) -> str:
    return RECALL_UNKNOWN if share is None else RECALL_KNOWN.format(known=french.number(known))


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
