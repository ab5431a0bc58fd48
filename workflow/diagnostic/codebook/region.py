"""The codebook of a study of several départements: the same, which also asks in which of them somebody works."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from diagnostic.core.written import as_csv, listed

QUESTION = "departement"
AFTER = ("responses", "activity_field")  # table and name of the question that it comes after
OPTIONS, VARIABLES = "options.csv", "variables.csv"
ASKED = {
    "table": "responses",
    "block": "respondent",
    "name": QUESTION,
    "short": QUESTION,
    "type": "single",
    "list": QUESTION,
    "label": "Département",
    "question": "Dans lequel de ces départements travaillez-vous principalement ?",
    "unit": "professional",
    "privacy": "closed",
}
OTHERS = (  # a service of the region, or one that does not say
    {"code": "multi", "label": "Plusieurs d’entre eux", "aliases": "toute la région"},
    {"code": "dk", "label": "Ne sait pas", "aliases": "nsp | je ne sais pas", "exclusive": "oui"},
)
WIDER = {  # (table, name) → what is asked of several départements instead
    ("situations", "territory"): "Les faits ont-ils eu lieu dans l’un des départements étudiés ?"
}


def regional(files: Mapping[str, bytes], departements: Mapping[str, str]) -> dict[str, bytes]:
    """The codebook's files with the départements (code → name) as answers to one question more.

    The same files where there is one département, or none. Raises ValueError for a codebook without the question that it
    comes after.
    """
    if len(departements) < 2:
        return dict(files)
    header, rows = _read(files[VARIABLES])
    asked = [dict(zip(header, row, strict=False)) for row in rows]
    keys = [(row.get("table"), row.get("name")) for row in asked]
    for key, question in WIDER.items():
        if key in keys:
            asked[keys.index(key)]["question"] = question
    asked.insert(keys.index(AFTER) + 1, ASKED)
    names, options = _read(files[OPTIONS])
    answers = [{"list": QUESTION, "code": code, "label": name} for code, name in departements.items()]
    answers += [{"list": QUESTION, **other} for other in OTHERS]
    return {
        **files,
        VARIABLES: _written(header, asked),
        OPTIONS: _written(names, [*(dict(zip(names, row, strict=False)) for row in options), *answers]),
    }


def _read(content: bytes) -> tuple[list[str], list[list[str]]]:
    text = content.decode("utf-8-sig")
    separator = ";" if ";" in text.splitlines()[0] else ","
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return header, [row for row in rows if any(row)]


def _written(header: list[str], rows: list[dict[str, str]]) -> bytes:
    return as_csv(listed(header, rows), ";").encode()
