"""The team's own outlines: a GeoJSON of communes (RFC 7946), each feature with its code, name and memberships."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.core import child
from diagnostic.core.tables import columns
from diagnostic.geography import outlines
from diagnostic.geography.outlines import UnusableError

_MEND = "« Réparer les géométries » dans QGIS, simplifier les contours, puis exporter."
_ENDED = {
    child.MEMORY_OUT: f"plus de mémoire que permis, car des lignes se croisent ou se répètent : {_MEND}",
    child.TIME_OUT: f"plus de temps que permis, car des lignes se croisent ou se répètent : {_MEND}",
}


def communes(
    content: bytes, properties: Mapping[str, str], departements: str | Sequence[str], real: bool = True
) -> pd.DataFrame:
    """One row per commune, as table `areas`. `properties`: which property of a feature holds each of PROPERTIES, or
    POPULATION. Communes of a study that is not `real` may lie anywhere and have any code. `departements`: see
    `outlines.lines`. Raises UnusableError, which says all that is wrong."""
    codes = (departements,) if isinstance(departements, str) else departements
    return areas(content, properties=dict(properties), names=dict.fromkeys(codes, ""), real=real, levels=False)


def areas(content: bytes, **asked: Any) -> pd.DataFrame:
    """Table `areas`: the communes, and the larger territories that they make up (`asked`: the options of `outlines.lines`)."""
    try:
        said = child.read(outlines.lines, content, asked)
    except child.NotRead as failure:
        raise UnusableError(_told(failure)) from None
    rows = []
    for part in map(json.loads, io.BytesIO(said)):
        if isinstance(part, list):
            rows += part
        elif "refused" in part:
            raise UnusableError(part["refused"])
    return pd.DataFrame(rows, columns=columns("geography/areas"))


def _told(failure: child.NotRead) -> str:
    """Why the outlines were not read, and at which commune."""
    at = 0
    for line in io.BytesIO(failure.said):
        part = json.loads(line) if line.endswith(b"\n") else {}
        at = part["at"] if isinstance(part, dict) and "at" in part else at
    where = f"Commune nº {at} : lire son contour" if at else "Lire les contours, ou les réunir,"
    return f"{where} demande {_ENDED[failure.reason]}" if failure.reason in _ENDED else outlines.DAMAGED
