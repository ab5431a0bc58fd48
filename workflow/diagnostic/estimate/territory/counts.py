"""Structures that answered by commune, and the intercommunalities of the places that ads declare: nobody is counted."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from diagnostic.consolidate.located import token
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.field.partners import CAME
from diagnostic.estimate.places import Places
from diagnostic.estimate.texts.territory import TEXTS
from diagnostic.geography.names import Gazetteer

PLACED = ("observed", "transcribed")  # what is reconstructed names no real place


def structures(partners: pd.DataFrame, areas: pd.DataFrame, index: Places) -> Iterator[Fact]:
    """One fact per commune where a structure answered."""
    if "commune.code" not in partners:
        return
    named = areas[areas["level"] == "commune"].set_index("code")["name"]
    came = partners[partners["outcome.code"].isin(CAME) & partners["commune.code"].isin(named.index)]
    cells = index.cells(partners, "partners", "outcome", "commune")
    build = Builder(TEXTS, "collect/partners", index.origin("partners"), cells)
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
    build = Builder(TEXTS, "consolidate/counts", origin, cells)
    yield build.count("ads.intercommunalities", len(found), between=(len(found), len(found) + unknown))
