"""Structures that answered by commune, and the intercommunalities of the places that ads declare: nobody is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from diagnostic.consolidate.located import token
from diagnostic.estimate.facts import Builder, Fact, cell_ranges
from diagnostic.estimate.field.partners import CAME
from diagnostic.estimate.internet.frame import COUNT
from diagnostic.estimate.places import Places
from diagnostic.estimate.texts.territory import TEXTS
from diagnostic.geography.names import Gazetteer

PLACED = ("observed", "transcribed")  # what is reconstructed names no real place


def structures(
    partners: pd.DataFrame, areas: pd.DataFrame, index: Places, origins: Mapping[str, str]
) -> Iterator[Fact]:
    """One fact per commune where a structure answered."""
    if "commune.code" not in partners:
        return
    named = areas[areas["level"] == "commune"].set_index("code")["name"]
    came = partners[partners["outcome.code"].isin(CAME) & partners["commune.code"].isin(named.index)]
    cells = index.cells(partners, "partners", "outcome", "commune")
    build = Builder(TEXTS, "collect/partners", origins.get("partners", "observed"), cells)
    for code, own in came.groupby("commune.code", sort=True):
        place = str(code)
        yield build.count("partners.place.{code}", len(own), len(came), code=token(place), name=named[place])


def intercommunalities(
    lists: pd.DataFrame,
    counts: pd.DataFrame,
    areas: pd.DataFrame,
    origins: Mapping[str, str],
    files: Mapping[str, str],
) -> Iterator[Fact]:
    """How many intercommunalities the declared places of ads are in; none without declared places, or where they are
    not known to be real. `lists`: see `register.lists`."""
    origin = origins.get("ad_counts", "observed")
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
    own = counts["place"].isin(set(placed["place"])) & counts["row"].notna()
    cells = cell_ranges(files["ad_counts"], COUNT, [int(row) for row in counts.loc[own, "row"]])
    build = Builder(TEXTS, "consolidate/counts", origin, cells)
    yield build.count("ads.intercommunalities", len(found), between=(len(found), len(found) + unknown))
