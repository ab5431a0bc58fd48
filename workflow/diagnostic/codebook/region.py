"""The codebook of a study of several départements: the same, which also asks in which of them somebody works."""

from collections.abc import Mapping

from diagnostic.codebook.loading import records
from diagnostic.core.french import reworded
from diagnostic.core.writing import as_csv

QUESTION = "departement"
AFTER = ("responses", "activity_field")  # table and name of the question that it comes after
OPTIONS, VARIABLES = "options.csv", "variables.csv"
OTHER_TEXTS = ("grids.csv", "texts.csv")  # that speak of the département too
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
WIDER = {  # what is said of one département → of several
    "Les faits ont-ils eu lieu dans le département ?": "Les faits ont-ils eu lieu dans l’un des départements étudiés ?",
    "Dans le département et ailleurs": "Dans l’un de ces départements et ailleurs",
    "Dans le département": "Dans l’un de ces départements",
    "Hors du département": "Hors de ces départements",
    "s'il est hors du département": "s'il est hors des départements étudiés",
    "commune du département ?": "commune des départements étudiés ?",
    "les professionnel·les du département voient": "les professionnel·les des départements étudiés voient",
}


def regional(files: Mapping[str, bytes], departements: Mapping[str, str]) -> dict[str, bytes]:
    """The codebook's files with the départements (code → name) as answers to one question more. The same files where
    there is one département, or none. Raises ValueError for a codebook without the question that it comes after."""
    if len(departements) < 2:
        return dict(files)
    said = {name: list(filter(any, records(files[name]))) for name in (VARIABLES, OPTIONS, *OTHER_TEXTS)}
    header, *asked = said[VARIABLES]
    keys = [(one.get("table"), one.get("name")) for one in (dict(zip(header, row, strict=False)) for row in asked)]
    said[VARIABLES].insert(keys.index(AFTER) + 2, [ASKED.get(column, "") for column in header])
    header, answers = said[OPTIONS][0], [{"code": code, "label": name} for code, name in departements.items()]
    said[OPTIONS] += [[({"list": QUESTION} | one).get(column, "") for column in header] for one in (*answers, *OTHERS)]
    return dict(files) | {
        name: as_csv(([reworded(cell, WIDER) for cell in row] for row in rows), ";").encode()
        for name, rows in said.items()
    }
