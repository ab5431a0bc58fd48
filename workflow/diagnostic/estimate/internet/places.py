"""Facts on the declared places of the ads: how many, their ads, their shares with intervals, the five first together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from diagnostic.collect.checks_region import located
from diagnostic.core.french import slug
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.shares import share_interval
from diagnostic.estimate.internet.ads import dated
from diagnostic.estimate.texts.internet import DECLARED, TEXTS

FIRST = 5


def facts(
    counts: pd.DataFrame,
    lists: pd.DataFrame,
    origin: str,
    cells: Callable[[Sequence[str], Sequence[str]], str],
    confidence: float,
) -> Iterator[Fact | None]:
    """None where no count has a place. `lists`: those of the register. `cells(sites, places)` names the counts behind a number."""
    placed = lists[located(lists["place"]) & lists["value"].gt(0)]
    if placed.empty:
        return
    build = Builder(TEXTS, "consolidate/counts", origin, method=f"{DECLARED} {dated(counts)}")
    order = placed.groupby("place", sort=False)["value"].sum().sort_values(ascending=False, kind="stable")

    def where(rows: pd.DataFrame) -> str:
        return cells(list(rows["site_code"]), list(rows["place"]))

    def share(text: str, part: pd.DataFrame, whole: pd.DataFrame, where: str, **words: Any) -> Fact | None:
        rest = whole.drop(index=part.index)
        limits = share_interval(list(part.itertuples()), list(rest.itertuples()), confidence)
        number, total = float(part["value"].sum()), float(whole["value"].sum())
        return build.share(text, number, total, cells=where, **limits, **words)

    every = where(placed)
    yield build.count("ads.communes", len(order), cells=every)
    yield share("places.placed_pct", placed, lists, every)
    for name in order.index:
        own = placed[placed["place"] == name]
        number, total = float(own["value"].sum()), float(placed["value"].sum())
        measure = "count" if own["variance"].eq(0).all() else "estimate"
        words = {"place": slug(str(name)), "name": str(name)}
        yield build.count("places.ads.{place}", number, total, measure=measure, cells=where(own), **words)
        yield share("ads.city_{place}_pct", own, placed, where(own), **words)
    if len(order) > FIRST:
        yield share("ads.five_cities_pct", placed[placed["place"].isin(order.index[:FIRST])], placed, every)
