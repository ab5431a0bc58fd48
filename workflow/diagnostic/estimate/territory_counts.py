"""Structures that answered by commune, and the intercommunalities of the places that ads declare: nobody is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.consolidate.located import token
from diagnostic.estimate.facts import Fact, cell_ranges
from diagnostic.estimate.frame import COUNT
from diagnostic.estimate.partners import CAME
from diagnostic.estimate.places import Places
from diagnostic.geography.names import Gazetteer

ANSWERED = "structures contactées qui ont répondu ou accepté un entretien, et dont la commune est codée"
PLACED = ("observed", "transcribed")  # what is reconstructed names no real place
NAMED = (
    "Les lieux que les annonces déclarent, rapprochés des noms officiels de communes et d’intercommunalités. Un nom qui n’est "
    "celui d’aucune peut en ajouter une : c’est la borne haute."
)


def structures(
    partners: pd.DataFrame, areas: pd.DataFrame, index: Places, origins: Mapping[str, str]
) -> Iterator[Fact]:
    """One fact per commune where a structure answered."""
    if "commune.code" not in partners:
        return
    named = areas[areas["level"] == "commune"].set_index("code")["name"]
    came = partners[partners["outcome.code"].isin(CAME) & partners["commune.code"].isin(named.index)]
    fact = partial(
        Fact,
        unit="structure",
        measure="count",
        universe=ANSWERED,
        source_table="collect/partners",
        origin=origins.get("partners", "observed"),
        cells=index.cells(partners, "partners", "outcome", "commune"),
    )
    for code, own in came.groupby("commune.code", sort=True):
        yield fact(
            fact_id=f"partners.place.{token(str(code))}",
            label=f"structures ayant répondu : {named[code]}",
            value=len(own),
            numerator=len(own),
            denominator=len(came),
            formula="lignes de cette commune dont la suite est une réponse ou un entretien",
        )


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
    limits: dict[str, Any] = (
        {"low": len(found), "high": len(found) + unknown, "interval_kind": "bounds"} if unknown else {}
    )
    yield Fact(
        fact_id="ads.intercommunalities",
        label="intercommunalités des lieux déclarés par les annonces",
        unit="commune",
        measure="count",
        universe="annonces dont le lieu déclaré a été relevé",
        value=len(found),
        formula="intercommunalités différentes des lieux qui ont une annonce au moins",
        method=NAMED,
        source_table="consolidate/counts",
        origin=origin,
        cells=cell_ranges(files["ad_counts"], COUNT, [int(row) for row in counts.loc[own, "row"]]),
        **limits,
    )
