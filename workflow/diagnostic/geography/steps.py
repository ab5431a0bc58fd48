"""The step of reference geography: the territories of one study, from its own file, else from the country's communes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

from diagnostic.core.contents import MOST_BYTES
from diagnostic.core.tables import columns
from diagnostic.geography import archives, shapes, user_file
from diagnostic.geography.tables import Areas, Source

MEMBERSHIPS = ("epci", "arrondissement")
NO_COPY = (
    "Les contours des communes ne sont pas là : l’étude n’a pas donné de fichier, et la source publique n’a pas pu être "
    "lue sur ce poste. Avec le réseau et « geography.fetch: true » dans config/config.yaml, « snakemake -R geography_fetch » "
    "les cherche de nouveau."
)
ALTERED = "Le fichier de contours n’est pas celui qui a été accepté : « diagnostic sceller » l’accepte à nouveau."


def territories(
    departement: str,
    name: str,
    file: Mapping[str, Any],
    country: pd.DataFrame | None = None,
    outlines: bytes | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables `areas` (communes, intercommunalities, arrondissements, département, locator) and `source` (one row).

    `outlines` is the content of the study's own file, which `file` describes (properties, sha256, credit, vintage, fictional);
    without it `country` has the communes of the whole country, or nothing. Whatever is missing, both tables are made:
    no report waits for a map.
    """
    if outlines is not None:
        return _own(outlines, file, departement, name)
    if country is None or country.empty:
        return _made(pd.DataFrame(columns=columns(Areas)), "absent", note=NO_COPY)
    communes = country[country["departement"].eq(departement) & country["level"].eq("commune")]
    if communes.empty:
        return _made(communes, "absent", note=f"Le code officiel n’a pas de commune dans le département {departement}.")
    areas = pd.concat([_levels(communes, name), country[country["level"] == "locator"]], ignore_index=True)
    note = "" if communes["arrondissement"].notna().any() else archives.NO_ARRONDISSEMENT
    return _made(areas, "fetched", archives.CREDIT, archives.VINTAGE, note)


def _own(outlines: bytes, file: Mapping[str, Any], departement: str, name: str) -> dict[str, pd.DataFrame]:
    nothing = pd.DataFrame(columns=columns(Areas))
    if len(outlines) <= MOST_BYTES and hashlib.sha256(outlines).hexdigest() != file["sha256"]:
        return _made(nothing, "refused", note=ALTERED)
    try:
        communes = user_file.communes(outlines, file["properties"], departement, not file["fictional"])
    except user_file.UnusableError as error:
        return _made(nothing, "refused", note=str(error))
    return _made(_levels(communes, name), "file", file["credit"], file["vintage"])


def _levels(communes: pd.DataFrame, name: str) -> pd.DataFrame:
    """The communes, then each larger territory that they make up inside the département."""
    outlines = dict(zip(communes["code"], map(shapes.decode, communes["outline"]), strict=True))
    departement = communes["departement"].iloc[0]
    rows = []
    for level in MEMBERSHIPS:
        for code, own in communes.dropna(subset=[level]).groupby(level, sort=True):
            called = own[f"{level}_name"].iloc[0]
            label = called if isinstance(called, str) else str(code)
            rows.append(_row(level, str(code), label, departement, [outlines[c] for c in own["code"]]))
    rows.append(_row("departement", departement, name, departement, list(outlines.values())))
    return pd.concat([communes, pd.DataFrame(rows)], ignore_index=True)[columns(Areas)]


def _row(level: str, code: str, name: str, departement: str, outlines: list[shapes.Shape]) -> dict[str, Any]:
    whole = shapes.dissolved(outlines)
    x, y = shapes.inside(whole)
    row = {"level": level, "code": code, "name": name, "departement": departement}
    return row | {"x": x, "y": y, "outline": shapes.encode(whole)}


def _made(
    areas: pd.DataFrame, kind: str, credit: str = "", vintage: str = "", note: str = ""
) -> dict[str, pd.DataFrame]:
    source = {"kind": kind, "credit": credit or None, "vintage": vintage or None, "note": note or None}
    return {"areas": areas[columns(Areas)], "source": pd.DataFrame([source], columns=columns(Source))}
