"""The territory of the fictional département: communes in the middle of an ocean, the most inhabited first."""

from __future__ import annotations

import json
from pathlib import Path

OUTLINES = Path(__file__).parents[2] / "resources/studies/99-2026/communes.geojson"
_COMMUNES = sorted(
    (feature["properties"] for feature in json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]),
    key=lambda commune: -commune["population"],
)
TOWNS = tuple(commune["name"] for commune in _COMMUNES)
CODES = tuple(commune["code"] for commune in _COMMUNES)
INHABITANTS = tuple(commune["population"] for commune in _COMMUNES)
NORTH, EAST, WEST = (
    "Arrondissement fictif du Nord",
    "Arrondissement fictif du Sud-Est",
    "Arrondissement fictif du Sud-Ouest",
)
