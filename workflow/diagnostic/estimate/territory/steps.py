"""Facts by place: persons described and structures that answered, at each step from the commune to the arrondissement.

Every step is a union of the same codes of places, so that the release audit sees what the steps say of each other.
Communes with few inhabitants are left out before anything is counted (`geography` of the release policy).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Asked, Codebook, meaning
from diagnostic.collect.checks_region import located as located_in
from diagnostic.consolidate import located
from diagnostic.consolidate.coders import DISPUTED
from diagnostic.consolidate.located import token
from diagnostic.consolidate.people import options
from diagnostic.core.french import slug
from diagnostic.estimate.facts import Builder, Fact, group_of, table
from diagnostic.estimate.field.partners import CAME
from diagnostic.estimate.internet import lists as register
from diagnostic.estimate.places import DESCRIBING, Places, decided, finder
from diagnostic.estimate.tally import Described, prepare
from diagnostic.geography.names import Gazetteer

BASE = "prostitution"
STEPS = {"commune": "commune", "epci": "intercommunality", "arrondissement": "arrondissement"}  # level → policy's name
CROSSED = ("epci", "arrondissement")  # levels at which places are crossed with forms
CROSSED_FROM = 100  # persons: in a smaller territory nearly every crossing is under the thresholds of release
FORMS = {"visible": "visible.persons", "discreet": "discreet.persons"}  # → the indicator that counts it everywhere


def estimate(
    described: pd.DataFrame,
    pairs: pd.DataFrame,
    partners: pd.DataFrame,
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    areas: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    geography: Mapping[str, Any],
    sampling: Mapping[str, float],
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact by place; none where no place is coded, or where the territories are not known.

    `geography` has the `ladder` of the steps that may be published, `commune_population`, the fewest inhabitants of a
    commune that may be named, and `commune_ads`, the fewest ads of a place that may be. `codebook`: its files, as `codebook_…`.
    """
    if areas.empty:
        return {"territory": table(study, [])}
    kept = areas["level"].map(STEPS).isin(geography["ladder"])
    few = areas["level"].eq("commune") & ~areas["population"].ge(geography["commune_population"]).fillna(False)
    shown = areas[kept & ~few].sort_values(["level", "code"])  # those that may be named
    given, index = loading.load(loading.given(codebook)), Places(places)
    lists = register.lists(counts, pages, sampling)
    here = finder(index, described)
    where = ("persons_in_situation", "situation_status", *located.COMMUNES)
    cells = " ; ".join(filter(None, (*map(here, where), decided(pairs, index))))
    build = Builder("consolidate/described", index.origin(*DESCRIBING), cells)
    facts = [
        *_persons(described, pairs, areas, shown, build, given),
        *structures(partners, areas, index),
        *intercommunalities(lists, counts, areas, index),
        *joined(lists, counts, areas, index, geography["commune_ads"]),
    ]
    return {"territory": table(study, facts)}


def _persons(
    described: pd.DataFrame,
    pairs: pd.DataFrame,
    areas: pd.DataFrame,
    shown: pd.DataFrame,
    build: Builder,
    codebook: Codebook,
) -> Iterator[Fact]:
    cited = located.cited(described)
    if not cited[-1]:
        return
    ready = prepare(described, pairs, meaning(codebook))
    counted = {one.fact_id: one for one in codebook.indicators}
    # How many communes and intercommunalities are cited, of how many, with limits (`located.cited`).
    found = [areas[areas["level"].eq("commune") & areas["code"].isin(codes)] for codes in cited]
    every = areas["level"].value_counts()
    for name, level, column in (("communes", "commune", "code"), ("intercommunalities", "epci", "epci")):
        value, *limits = (communes[column].nunique() for communes in found)
        made: dict[str, Any] = {"denominator": int(every.get(level, 0))}
        if cited[1] != cited[2]:
            made |= {"between": limits, "rules": (DISPUTED,)}
        yield build.count(f"places.{name}", value, **made)
    known = set(ready.options("place")) - {located.INSIDE, located.OUTSIDE}
    yield from _counted(ready, build, "territory.persons.located", known)
    for area in shown.itertuples():
        inside = located.members(area.level, area.code, areas) & known
        if not inside:
            continue
        words = {"level": area.level, "code": located.token(area.code), "name": area.name}
        whole = list(_counted(ready, build, "territory.persons.{level}.{code}", inside, **words))
        yield from whole
        if area.level in CROSSED and any((one.value or 0) >= CROSSED_FROM for one in whole):
            for form, indicator in FORMS.items():
                asked = counted[indicator].asked if indicator in counted else ()
                if asked and all(options(ready.frame, variable) for variable, _ in asked):
                    text = f"territory.{form}.{{level}}.{{code}}"
                    yield from _counted(ready, build, text, inside, *asked, **words)


def _counted(
    ready: Described, build: Builder, text: str, inside: set[str], *also: Asked, **words: Any
) -> Iterator[Fact]:
    """Nothing for nobody: the row itself would say which places are known."""
    asked = (("place", tuple(sorted(inside))), *also)
    found = ready.tally(ready.having(*asked), ready.prostitution)
    if ready.disputed("place").any():
        words |= {"between": (found.low, found.high), "rules": (*build.texts[text].rules, DISPUTED)}
    if found.value:
        yield build.count(text, found.value, group=group_of(BASE, *asked), base=group_of(BASE), **words)


# -- Structures that answered by commune, and the intercommunalities of the places that ads declare ---------------
PLACED = ("observed", "transcribed")  # what is reconstructed names no real place


def structures(partners: pd.DataFrame, areas: pd.DataFrame, index: Places) -> Iterator[Fact]:
    """One fact per commune where a structure answered."""
    if "commune.code" not in partners:
        return
    named = areas[areas["level"] == "commune"].set_index("code")["name"]
    came = partners[partners["outcome.code"].isin(CAME) & partners["commune.code"].isin(named.index)]
    cells = index.cells(partners, "partners", "outcome", "commune")
    build = Builder("collect/partners", index.origin("partners"), cells)
    for code, own in came.groupby("commune.code", sort=True):
        place = str(code)
        yield build.count("partners.place.{code}", len(own), len(came), code=token(place), name=named[place])


def intercommunalities(lists: pd.DataFrame, counts: pd.DataFrame, areas: pd.DataFrame, index: Places) -> Iterator[Fact]:
    """How many intercommunalities the declared places of ads are in; none without declared places, or where they are
    not known to be real. `lists`: see `register.lists`."""
    origin = index.origin("ad_counts")
    placed = lists[lists["place"].ne("") & lists["value"].gt(0)]
    if placed.empty or origin not in PLACED:
        return
    gazetteer = Gazetteer(areas)
    of = areas[areas["level"] == "commune"].set_index("code")["epci"]
    found, unknown = set(), 0
    for name in sorted(set(placed["place"])):
        place = gazetteer.find(name)
        epci = place and (place.code if place.level == "epci" else of.get(place.code))
        if isinstance(epci, str):
            found.add(epci)
        else:
            unknown += 1
    if not found:
        return
    cells = index.cells(counts[counts["place"].isin(set(placed["place"]))], "ad_counts", "count")
    build = Builder("consolidate/counts", origin, cells)
    yield build.count("ads.intercommunalities", len(found), between=(len(found), len(found) + unknown))


# -- Ads of the places that have too few to be named --------------------------------------------------------------
ADS = "ads"  # what the groups count
ABOVE = ("epci", "arrondissement")  # territories that small places join, the smallest first
OBSERVED = "observed"  # of what others published every place is told already


def joined(
    lists: pd.DataFrame, counts: pd.DataFrame, areas: pd.DataFrame, index: Places, smallest: int
) -> Iterator[Fact]:
    """One fact per territory that places of fewer than `smallest` ads join, then one for those left. `lists`: see
    `register.lists`. Each names its places as its group, so that the release knows how many share the number."""
    placed = lists[located_in(lists["place"]) & lists["value"].gt(0)]
    if placed.empty or index.origin("ad_counts") != OBSERVED:
        return
    ads = placed.groupby("place")["value"].sum()
    build = Builder("consolidate/counts", OBSERVED)

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
