"""The step of reference geography: the territories of one study, from its own file, else from the country's communes."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.core.contents import MOST_BYTES
from diagnostic.core.tables import columns
from diagnostic.geography import archives, user_file
from diagnostic.geography.outlines import UnusableError, levels

NO_COPY = (
    "Les contours des communes ne sont pas là : l’étude n’a pas donné de fichier, et la source publique n’a pas pu être "
    "lue sur ce poste. Avec le réseau et « geography.fetch: true » dans config/config.yaml, « snakemake -R geography_fetch » "
    "les cherche de nouveau."
)
ALTERED = "Le fichier de contours n’est pas celui qui a été accepté : « diagnostic sceller » l’accepte à nouveau."


def territories(
    departement: str | Sequence[str],
    name: str | Sequence[str],
    file: Mapping[str, Any],
    country: pd.DataFrame | None = None,
    outlines: bytes | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables `areas` (communes, intercommunalities, arrondissements, départements, locator) and `source` (one row),
    made even where outlines are missing. `departement` and `name`: the code and the name of one, or those of several.

    `outlines` is the content of the study's own file, which `file` describes (properties, sha256, credit, vintage,
    fictional); without it `country` has the communes of the whole country, or nothing.
    """
    codes, called = ([one] if isinstance(one, str) else list(one) for one in (departement, name))
    names = dict(zip(codes, called, strict=True))
    if outlines is not None:
        return _own(outlines, file, names)
    if country is None or country.empty:
        return _made(pd.DataFrame(columns=columns("geography/areas")), "absent", note=NO_COPY)
    communes = country[country["departement"].isin(codes) & country["level"].eq("commune")]
    if absent := [code for code in codes if not communes["departement"].eq(code).any()]:
        note = f"Le code officiel n’a pas de commune dans le département {', '.join(absent)}."
        return _made(communes[:0], "absent", note=note)
    larger = pd.DataFrame(levels(communes.to_dict("records"), names), columns=columns("geography/areas"))
    areas = pd.concat([communes, larger, country[country["level"] == "locator"]], ignore_index=True)
    note = "" if communes["arrondissement"].notna().any() else archives.NO_ARRONDISSEMENT
    return _made(areas, "fetched", archives.CREDIT, archives.VINTAGE, note)


def _own(outlines: bytes, file: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    nothing = pd.DataFrame(columns=columns("geography/areas"))
    if len(outlines) <= MOST_BYTES and hashlib.sha256(outlines).hexdigest() != file["sha256"]:
        return _made(nothing, "refused", note=ALTERED)
    try:
        own = dict(file["properties"])
        areas = user_file.areas(outlines, properties=own, names=names, real=not file["fictional"], levels=True)
    except UnusableError as error:
        return _made(nothing, "refused", note=str(error))
    return _made(areas, "file", file["credit"], file["vintage"])


def _made(
    areas: pd.DataFrame, kind: str, credit: str = "", vintage: str = "", note: str = ""
) -> dict[str, pd.DataFrame]:
    source = {"kind": kind, "credit": credit or None, "vintage": vintage or None, "note": note or None}
    return {
        "areas": areas[columns("geography/areas")],
        "source": pd.DataFrame([source], columns=columns("geography/source")),
    }
