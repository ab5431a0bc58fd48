"""Facts on the declared places of the ads: how many, their ads, their shares with intervals, the five first together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.estimate import register
from diagnostic.estimate.demand import slug
from diagnostic.estimate.facts import Fact
from diagnostic.estimate.internet_ads import dated
from diagnostic.estimate.shares import share_interval

UNIVERSE = "annonces dont le lieu déclaré a été relevé"
DECLARED = "Lieu déclaré, agglomération ou commune : celui où l’annonce dit se tenir, qui peut être faux ou changer dans la semaine."
FIRST = 5


def facts(
    counts: pd.DataFrame, pages: pd.DataFrame, origin: str, cells: Callable[[Sequence[str], Sequence[str]], str]
) -> Iterator[Fact]:
    """None where no count has a place. `cells(sites, places)` names the counts behind a number."""
    lists = register.lists(counts, pages)
    placed = lists[lists["place"].ne("") & lists["value"].gt(0)]
    if placed.empty:
        return
    fact = partial(
        Fact,
        unit="ad",
        universe=UNIVERSE,
        source_table="consolidate/counts",
        origin=origin,
        method=f"{DECLARED} {dated(counts)}",
    )
    order = placed.groupby("place", sort=False)["value"].sum().sort_values(ascending=False, kind="stable")
    every = cells(list(placed["site_code"]), list(placed["place"]))
    yield fact(
        fact_id="ads.communes",
        label="lieux déclarés dans les décomptes",
        unit="commune",
        measure="count",
        value=len(order),
        formula="lieux différents qui ont une annonce au moins",
        cells=every,
    )
    yield fact(
        fact_id="places.placed_pct",
        label="part des annonces dont le lieu a été relevé",
        measure="percent",
        universe="annonces d’offre répertoriées",
        value=100 * float(placed["value"].sum() / lists["value"].sum()),
        numerator=float(placed["value"].sum()),
        denominator=float(lists["value"].sum()),
        decimals=1,
        formula="annonces ventilées par lieu ÷ annonces",
        cells=every,
        **_interval(placed, lists.drop(index=placed.index)),
    )
    for place in order.index:
        own = placed[placed["place"] == place]
        yield from _place(fact, str(place), own, placed, cells(list(own["site_code"]), list(own["place"])))
    if len(order) > FIRST:
        first = placed[placed["place"].isin(order.index[:FIRST])]
        yield fact(
            fact_id="ads.five_cities_pct",
            label="part des cinq premiers lieux",
            measure="percent",
            value=100 * float(first["value"].sum() / placed["value"].sum()),
            numerator=float(first["value"].sum()),
            denominator=float(placed["value"].sum()),
            decimals=1,
            formula="annonces des cinq lieux les plus cités ÷ annonces dont le lieu a été relevé",
            cells=every,
            **_interval(first, placed.drop(index=first.index)),
        )


def _place(fact: partial[Fact], place: str, own: pd.DataFrame, placed: pd.DataFrame, cells: str) -> Iterator[Fact]:
    value, total = float(own["value"].sum()), float(placed["value"].sum())
    yield fact(
        fact_id=f"places.ads.{slug(place)}",
        label=f"annonces déclarées à {place}",
        measure="count" if own["variance"].eq(0).all() else "estimate",
        value=value,
        numerator=value,
        denominator=total,
        formula="somme des annonces des sites pour ce lieu",
        cells=cells,
    )
    yield fact(
        fact_id=f"ads.city_{slug(place)}_pct",
        label=f"part des annonces déclarées à {place}",
        measure="percent",
        value=100 * value / total,
        numerator=value,
        denominator=total,
        decimals=1,
        formula="annonces du lieu ÷ annonces dont le lieu a été relevé",
        cells=cells,
        **_interval(own, placed.drop(index=own.index)),
    )


def _interval(part: pd.DataFrame, rest: pd.DataFrame) -> dict[str, Any]:
    return share_interval(list(part.itertuples()), list(rest.itertuples()))
