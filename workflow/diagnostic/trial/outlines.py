"""A fictional département for the maps of a trial study: twelve communes in a grid, in the middle of an ocean.

« Commune A »… are the places of the other trial files. Codes are nobody's: an Insee code has five signs.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

FILE, TITLE, VINTAGE = "communes.geojson", "Contours d’essai d’un département fictif", "essai"
COLUMNS, ROWS = 4, 3
WEST, SOUTH, WIDE, HIGH, SHAKE = -17.9, 46.1, 0.2, 0.14, 0.22  # degrees; part of a side that a corner moves by
INHABITANTS = (31_400, 12_800, 8_300, 6_100, 5_200, 4_100, 2_900, 1_800, 1_200, 900, 640, 410)
EPCI = ("Communauté d’essai de l’Ouest", "Communauté d’essai du Centre", "Communauté d’essai de l’Est")
ARRONDISSEMENTS = ("Arrondissement d’essai du Sud", "Arrondissement d’essai du Nord")
ORDER = (5, 1, 10, 6, 2, 9, 4, 7, 0, 3, 8, 11)  # places in the grid of communes A, B, C…, the largest inside


def codes(departements: Sequence[str] = ("",)) -> list[list[str]]:
    """The communes' codes of each département, the most inhabited first: X01…, then Y01…, Z01…, A01…"""
    letters = [chr((ord("X") - ord("A") + at) % 26 + ord("A")) for at in range(len(departements))]
    return [[f"{letter}{number:02d}" for number in range(1, COLUMNS * ROWS + 1)] for letter in letters]


def geojson(departements: Sequence[str] = ()) -> bytes:
    """The communes as the team's own outlines are given: neighbours share their corners. Of several `departements`, side
    by side from west to east, each commune says which it is in."""
    rng = random.Random("outlines")
    several = departements or [""]
    corner = {
        (x, y): [round(WEST + (x + _shake(rng)) * WIDE, 5), round(SOUTH + (y + _shake(rng)) * HIGH, 5)]
        for x in range(COLUMNS * len(several) + 1)
        for y in range(ROWS + 1)
    }
    features = [
        _commune(at, code, departement, corner, COLUMNS * west)
        for west, (departement, own) in enumerate(zip(several, codes(several), strict=True))
        for at, code in enumerate(own)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _shake(rng: random.Random) -> float:
    return rng.uniform(-SHAKE, SHAKE)


def _commune(
    at: int, code: str, departement: str, corner: dict[tuple[int, int], list[float]], west: int
) -> dict[str, object]:
    x, y = ORDER[at] % COLUMNS, ORDER[at] // COLUMNS
    epci, arrondissement = (0, 1, 1, 2)[x], int(y > 0)
    places = ((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y))
    ring = [corner[west + across, up] for across, up in places]
    own = f"{departement}-" if departement else ""
    told = f" ({departement})" if departement else ""
    properties: dict[str, object] = {
        "code": code,
        "name": f"Commune {chr(ord('A') + at)}{told}",
        "epci": f"essai-{own}{epci + 1}",
        "epci_name": EPCI[epci] + told,
        "arrondissement": f"essai-{own}{arrondissement + 1}",
        "arrondissement_name": ARRONDISSEMENTS[arrondissement] + told,
        "population": INHABITANTS[at],
    }
    if departement:
        properties["departement"] = departement
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
