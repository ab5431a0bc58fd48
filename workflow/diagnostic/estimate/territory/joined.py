"""Ads of the places that have too few to be named: told of the smallest territory where such places have enough together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from diagnostic.collect.checks_region import located
from diagnostic.consolidate.located import token
from diagnostic.core.french import slug
from diagnostic.estimate.facts import Builder, Fact, group_of
from diagnostic.estimate.places import Places
from diagnostic.estimate.texts.territory import TEXTS
from diagnostic.geography.names import Gazetteer

ADS = "ads"  # what the groups count
ABOVE = ("epci", "arrondissement")  # territories that small places join, the smallest first
OBSERVED = "observed"  # of what others published every place is told already


def joined(
    lists: pd.DataFrame, counts: pd.DataFrame, areas: pd.DataFrame, index: Places, smallest: int
) -> Iterator[Fact]:
    """One fact per territory that places of fewer than `smallest` ads join, then one for those left. `lists`: see
    `register.lists`. Each names its places as its group, so that the release knows how many share the number."""
    placed = lists[located(lists["place"]) & lists["value"].gt(0)]
    if placed.empty or index.origin("ad_counts") != OBSERVED:
        return
    ads = placed.groupby("place")["value"].sum()
    build = Builder(TEXTS, "consolidate/counts", OBSERVED)

    def fact(text: str, rows: pd.DataFrame, **words: Any) -> Fact:
        cells = index.cells(counts[counts["place"].isin(rows["place"])], "ad_counts", "count")
        exact = placed.loc[placed["place"].isin(rows["place"]), "variance"].eq(0).all()
        given = {"measure": "count" if exact else "estimate", "cells": cells, **words}
        group = group_of(ADS, ("place", tuple(sorted(slug(str(name)) for name in rows["place"]))))
        return build.count(text, float(rows["ads"].sum()), float(ads.sum()), group=group, **given)

    left = _above(ads[ads < smallest], areas)
    for level in ABOVE:
        enough = left.groupby(level)["ads"].transform("sum") >= smallest
        for code, rows in left[enough].groupby(level):
            name = areas.loc[areas["level"].eq(level) & areas["code"].eq(code), "name"].iloc[0]
            yield fact("ads.joined.{level}.{code}", rows, level=level, code=token(str(code)), name=name)
        left = left[~enough]
    if len(left):
        yield fact("ads.joined.rest", left)


def _above(ads: pd.Series, areas: pd.DataFrame) -> pd.DataFrame:
    """The `ads` of each place, and the codes of the territories above it, missing where its name is that of none."""
    gazetteer, rows = Gazetteer(areas), areas.set_index(["level", "code"])
    found = []
    for name in ads.index:
        place = gazetteer.find(str(name), ("commune", "epci"))
        own = rows.loc[(place.level, place.code)] if place else None
        epci = None if own is None or place is None else place.code if place.level == "epci" else own["epci"]
        found.append((name, ads[name], epci, None if own is None else own["arrondissement"]))
    return pd.DataFrame(found, columns=["place", "ads", *ABOVE])
