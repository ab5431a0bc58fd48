"""The team's own outlines: a GeoJSON of communes (RFC 7946), each feature with its code, name and memberships."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from diagnostic.core.errors import Refused
from diagnostic.core.tables import columns
from diagnostic.geography import shapes
from diagnostic.geography.tables import Areas

PROPERTIES = ("code", "name", "arrondissement", "arrondissement_name", "epci", "epci_name")
NEEDED = ("code", "name")
POPULATION = "population"


class UnusableError(Refused):
    """The file cannot be used; the message says why in French."""


def communes(content: bytes, properties: Mapping[str, str], departement: str) -> pd.DataFrame:
    """One row per commune, as table `areas`. `properties`: which property of a feature holds each of PROPERTIES, or its
    number of inhabitants, POPULATION.

    Raises UnusableError.
    """
    try:
        features = json.loads(content)["features"]
        given = [(feature["properties"] or {}, feature["geometry"] or {}) for feature in features]
    except (ValueError, KeyError, TypeError):
        raise UnusableError("Ce n’est pas un GeoJSON de communes (une « FeatureCollection »).") from None
    rows = [_row(values, geometry, properties, departement, n) for n, (values, geometry) in enumerate(given, 1)]
    table = pd.DataFrame(rows, columns=columns(Areas)).sort_values("code", ignore_index=True)
    if table.empty:
        raise UnusableError("Le fichier n’a aucune commune.")
    twice = sorted(set(table.loc[table["code"].duplicated(), "code"]))
    if twice:
        raise UnusableError(f"Codes donnés à plusieurs communes : {', '.join(twice[:10])}.")
    return table


def _row(
    values: Mapping[str, Any], geometry: Mapping[str, Any], properties: Mapping[str, str], departement: str, number: int
) -> dict[str, Any]:
    row: dict[str, Any] = {name: _text(values.get(properties.get(name, name))) for name in PROPERTIES}
    for name in NEEDED:
        if row[name] is None:
            wanted = properties.get(name, name)
            raise UnusableError(f"La commune nº {number} n’a pas de propriété « {wanted} ».")
    inhabitants = _text(values.get(properties.get(POPULATION, POPULATION)))
    if inhabitants and not inhabitants.isdigit():
        raise UnusableError(f"La population de la commune {row['code']} n’est pas un nombre entier.")
    row[POPULATION] = int(inhabitants) if inhabitants else None
    try:
        shape = shapes.from_geojson(geometry)
    except shapes.ShapeError:
        raise UnusableError(f"Le contour de la commune {row['code']} est vide ou abîmé.") from None
    west, south, east, north = shape.bounds
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise UnusableError("Les coordonnées ne sont pas en degrés : exporter le fichier en WGS 84 (EPSG:4326).")
    x, y = shapes.inside(shape)
    return row | {"level": "commune", "departement": departement, "x": x, "y": y, "outline": shapes.encode(shape)}


def _text(value: object) -> str | None:
    return None if value is None or str(value).strip() == "" else str(value).strip()
