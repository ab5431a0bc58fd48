"""The content of the team's own outlines, in the confined child: two kilobytes of edges that cross can ask for more memory
than a machine has. All that is wrong is told at once, by the number of the commune in the file.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from diagnostic.core.contents import HIDDEN, MOST_BYTES, container
from diagnostic.core.errors import Refused, few
from diagnostic.core.french import number
from diagnostic.geography import shapes

PROPERTIES = ("code", "name", "arrondissement", "arrondissement_name", "epci", "epci_name")
NEEDED = ("code", "name")
POPULATION = "population"
DEPARTEMENT = "departement"  # of an invented commune, in a study of several
MOST_COMMUNES, DEEPEST, LONGEST = 5_000, 12, 200
MOST_POINTS, MOST_PEOPLE = 3_000_000, 10_000_000
WIDEST = 6.0  # degrees across a département, the largest of which, French Guiana, has four
DEGREES = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326")
WGS84 = "exporter le fichier en WGS 84 (EPSG:4326), en degrés, la longitude d’abord"
NOT_ONE = "Ce n’est pas un GeoJSON de communes (une « FeatureCollection »)."
DAMAGED = f"{NOT_ONE} Le texte en est abîmé, coupé, ou n’est pas en UTF-8."
Box = tuple[float, float, float, float]  # west, south, east, north, in degrees
ANYWHERE: Box = (-180.0, -90.0, 180.0, 90.0)
METROPOLE: Box = (-5.5, 41.0, 10.0, 51.5)
OVERSEAS: dict[str, Box] = {  # département → where it lies
    "971": (-62.0, 15.7, -60.9, 16.6),
    "972": (-61.4, 14.3, -60.7, 15.0),
    "973": (-54.7, 2.0, -51.5, 5.9),
    "974": (55.1, -21.5, 56.0, -20.8),
    "976": (44.9, -13.1, 45.4, -12.5),
}


MEMBERSHIPS = ("epci", "arrondissement")
Row = dict[str, Any]  # of table `areas`


class UnusableError(Refused):
    """The file cannot be used; the message says all of why in French, a line each."""


def lines(content: bytes, options: Mapping[str, Any]) -> Iterator[Any]:
    """A mapping that says which commune is read (`at`, from 1; 0 for all together), then [row] for each of table
    `areas`; or {"refused": …}, what is wrong.

    `options`: the `properties` that hold each of PROPERTIES, or POPULATION; `names`, code → name of the départements;
    `real`, whether the communes lie there and have their codes; `levels`, whether larger territories are wanted. The
    beginning of a code says which département a commune is in, or the property DEPARTEMENT where they are not real.
    """
    try:
        codes = list(options["names"])
        features = _features(content, len(codes))
        rows: list[Row] = []
        wrong: list[str] = []
        for at, feature in enumerate(features, 1):
            yield {"at": at}
            row, found = _commune(feature, options["properties"], codes, options["real"], f"Commune nº {at}")
            rows.append(row)
            wrong += found
        if not wrong:
            wrong += _together(rows)
            absent = [code for code in codes if code not in {row["departement"] for row in rows}]
            wrong += [f"Le fichier n’a aucune commune du département {code}." for code in absent]
        if wrong:
            raise UnusableError("\n".join(few(wrong)))
    except UnusableError as error:
        yield {"refused": str(error)}
        return
    yield {"at": 0}
    rows.sort(key=lambda row: row["code"])
    for row in rows + (levels(rows, options["names"]) if options["levels"] else []):
        yield [row]


def levels(communes: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[Row]:
    """A row for each larger territory that the communes make up inside their départements (code → name), which come last. One
    that lies in two of them is told once, under that of the first of its communes."""
    outlines = {commune["code"]: shapes.decode(commune["outline"]) for commune in communes}
    rows = []
    for level in MEMBERSHIPS:
        for code in sorted({c[level] for c in communes if isinstance(c[level], str)}):
            own = [c for c in communes if c[level] == code]
            called = own[0][f"{level}_name"]
            label = called if isinstance(called, str) else code
            rows.append(_territory(level, code, label, own[0]["departement"], [outlines[c["code"]] for c in own]))
    for code, name in names.items():
        within = [outlines[c["code"]] for c in communes if c["departement"] == code]
        rows.append(_territory("departement", code, name, code, within))
    return rows


def _territory(level: str, code: str, name: str, departement: str, outlines: list[shapes.Shape]) -> Row:
    whole = shapes.dissolved(outlines)
    x, y = shapes.inside(whole)
    row = {"level": level, "code": code, "name": name, "departement": departement}
    return row | {"x": x, "y": y, "outline": shapes.encode(whole)}


def _features(content: bytes, departements: int) -> list[Any]:
    if len(content) > MOST_BYTES:
        raise UnusableError(
            f"Le fichier dépasse {MOST_BYTES >> 20} Mo : il n’est pas lu. Simplifier les contours, puis exporter."
        )
    if kind := container(content):
        raise UnusableError(f"Ce fichier est {kind}. {NOT_ONE}")
    if content.count(b"[") + content.count(b"{") > MOST_POINTS:  # each takes a hundred bytes once read
        raise UnusableError(f"Plus de {number(MOST_POINTS)} points : le fichier n’est pas lu. Simplifier les contours.")
    # How deep lists and mappings are nested, those in texts included: before a reader that would follow them.
    depth = 0
    for sign in re.findall(rb"[\[{]+|[\]}]+", content):
        depth += len(sign) if sign[0] in b"[{" else -len(sign)
        if depth > DEEPEST:
            raise UnusableError(f"{NOT_ONE} Il est imbriqué sur plus de {DEEPEST} niveaux.")
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once)
    except _Twice as twice:
        raise UnusableError(f"La propriété « {twice} » est donnée deux fois à la même commune.") from None
    except (ValueError, RecursionError):  # also what is no UTF-8, and a number of thousands of digits
        raise UnusableError(DAMAGED) from None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise UnusableError(NOT_ONE)
    if not features:
        raise UnusableError("Le fichier n’a aucune commune.")
    if len(features) > MOST_COMMUNES * departements:
        raise UnusableError(f"Le fichier a {number(len(features))} communes, plus qu’aucun département.")
    crs = found.get("crs")
    named = (crs.get("properties") or {}).get("name") if isinstance(crs, dict) else None
    if crs is not None and named not in DEGREES:
        raise UnusableError(f"Le fichier déclare un autre système de coordonnées : {WGS84}.")
    return features


class _Twice(ValueError):
    """A key is given twice: two programs would not read the same."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1)[:40])
    return made


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _commune(
    feature: Any, properties: Mapping[str, str], departements: Sequence[str], real: bool, where: str
) -> tuple[dict[str, Any], list[str]]:
    """One commune, and what is wrong with it."""
    values = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(values, dict):
        return {}, [f"{where} : elle n’a pas de propriétés."]
    row: dict[str, Any] = {"level": "commune"}
    wrong: list[str] = []
    for name in PROPERTIES:
        wanted = properties.get(name, name)
        row[name], told = _text(values.get(wanted))
        if not told and row[name] is None and name in NEEDED:
            told = "elle manque"
        if told:
            wrong.append(f"{where} : propriété « {wanted} » : {told}.")
    own = _within(row["code"], values, departements, real)
    row["departement"] = own or departements[0]
    if not own and real and row["code"]:
        wrong.append(f"{where} : son code n’est pas celui d’une commune du département {' ou '.join(departements)}.")
    elif not own and not real:
        wrong.append(
            f"{where} : propriété « {DEPARTEMENT} » : elle ne dit pas lequel, parmi {', '.join(departements)}."
        )
    row[POPULATION], told = _people(values.get(properties.get(POPULATION, POPULATION)))
    wrong += [f"{where} : sa population {told}."] if told else []
    shape, told = _shape(feature.get("geometry"), OVERSEAS.get(row["departement"], METROPOLE) if real else ANYWHERE)
    wrong += [f"{where} : {told}."] if told else []
    if shape is not None:
        row["x"], row["y"] = shapes.inside(shape)
        row |= {"outline": shapes.encode(shape), "bounds": shape.bounds}
    return row, wrong


def _within(code: str | None, values: Mapping[str, Any], departements: Sequence[str], real: bool) -> str:
    """The département that a commune is in; empty where it is in none of them."""
    if real:
        return next((one for one in departements if code and code.startswith(one)), "")
    if len(departements) == 1:
        return departements[0]
    told = values.get(DEPARTEMENT)
    return told if isinstance(told, str) and told in departements else ""


def _text(value: object) -> tuple[str | None, str]:
    """A property as text, None where it is not given; and what is wrong with it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None, "un texte est attendu, entre guillemets (un code garde ainsi son zéro)"
    text = str(value).strip()
    if "\n" in text or HIDDEN.search(text):
        return None, "un signe invisible s’y trouve"
    return (text, "") if len(text) <= LONGEST else (None, f"elle dépasse {LONGEST} signes")


def _people(value: object) -> tuple[int | None, str]:
    """A number of inhabitants, None where it is not given; and what is wrong with it."""
    if value is None or value == "":
        return None, ""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch("[0-9]{1,9}", text):
        return None, "n’est pas un nombre entier"
    return (int(text), "") if int(text) <= MOST_PEOPLE else (None, "est plus grande que celle d’aucune commune")


def _shape(geometry: Any, box: Box) -> "tuple[shapes.Shape | None, str]":
    """An outline, and what is wrong with it or with where it lies."""
    if not isinstance(geometry, dict) or not all(map(_finite, _numbers(geometry.get("coordinates")))):
        return None, "son contour est vide ou abîmé"
    try:
        shape = shapes.from_geojson(geometry)
    except shapes.ShapeError:
        return None, "son contour est vide ou abîmé (un polygone est attendu)"
    west, south, east, north = shape.bounds
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        return None, f"ses coordonnées ne sont pas en degrés ; {WGS84}"
    if _inside((west, south, east, north), box):
        return shape, ""
    if _inside((south, west, north, east), box):
        return None, f"longitude et latitude y sont inversées ; {WGS84}"
    return None, f"elle n’est pas où est le département ; {WGS84}"


def _inside(bounds: Box, box: Box) -> bool:
    return box[0] <= bounds[0] and box[1] <= bounds[1] and bounds[2] <= box[2] and bounds[3] <= box[3]


def _numbers(nested: Any) -> Iterator[Any]:
    """Whatever stands where coordinates do."""
    if isinstance(nested, list):
        for part in nested:
            yield from _numbers(part)
    else:
        yield nested


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _together(rows: list[dict[str, Any]]) -> list[str]:
    """What no commune shows alone; their bounds are taken off."""
    codes = [row["code"] for row in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    wrong = [f"Codes donnés à plusieurs communes : {', '.join(twice[:10])}."] if twice else []
    bounds = [row.pop("bounds") for row in rows]
    wide = max(b[2] for b in bounds) - min(b[0] for b in bounds)
    high = max(b[3] for b in bounds) - min(b[1] for b in bounds)
    widest = WIDEST * len({row["departement"] for row in rows})
    if max(wide, high) > widest:
        wrong.append(
            f"Les communes s’étendent sur plus de {widest:.0f} degrés, ce qu’aucun département ne fait ; {WGS84}."
        )
    return wrong
