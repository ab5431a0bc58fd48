"""The table behind the maps: each place with its official code and memberships, and its released numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from diagnostic import french
from diagnostic.geography.names import Gazetteer, Place
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.places import ADS, DEMAND, MET, TOLD, placed
from diagnostic.report.grids import pipe
from diagnostic.report.printing import escape

Cell = Callable[[str], str]
SERIES = (MET, TOLD, ADS, DEMAND)
WITHOUT_CODE = "sans code"


def mapped(ledger: pd.DataFrame, areas: pd.DataFrame, cell: Cell, caption: str) -> str:
    """One row per place, by name: code, intercommunality, arrondissement, one column a series; empty without any place.

    Names that no official name equals come last, without code. A place without a number of a series has an empty cell.
    """
    facts, gazetteer = Released(ledger), Gazetteer(areas)
    parts = [part for series in SERIES if (part := placed(facts, series, gazetteer)).cells or part.unmatched]
    if areas.empty or not parts:
        return ""
    own = {area.code: area for area in areas[areas["level"] == "commune"].itertuples()}
    numbers: dict[Place | str, dict[int, list[str]]] = {}
    for at, part in enumerate(parts):
        for found in part.cells:
            numbers.setdefault(found.place, {}).setdefault(at, []).append(found.fact_id)
        for name, fact_id in part.unmatched:
            numbers.setdefault(name, {}).setdefault(at, []).append(fact_id)
    order = sorted(numbers, key=lambda place: (isinstance(place, str), place if isinstance(place, str) else place.name))
    rows = [
        (*_identity(place, own), *(" + ".join(cell(i) for i in numbers[place].get(at, ())) for at in range(len(parts))))
        for place in order
    ]
    header = [
        ("Lieu", "left", 22),
        ("Code", "left", 10),
        ("Intercommunalité", "left", 26),
        ("Arrondissement", "left", 16),
        *((french.capital(part.series.many), "right", 14) for part in parts),
    ]
    return pipe(header, rows, caption, "lieux-cartes", small=True)


def _identity(place: Place | str, communes: Mapping[str, object]) -> tuple[str, str, str, str]:
    if isinstance(place, str):
        return escape(place), WITHOUT_CODE, "", ""
    commune = communes.get(place.code)
    belongs = [getattr(commune, f"{level}_name", None) for level in ("epci", "arrondissement")]
    epci, arrondissement = (escape(name) if isinstance(name, str) else "" for name in belongs)
    return escape(place.name), escape(place.code), epci, arrondissement
