"""Tools of collection whose exports are known from a public description, beside those that the project makes forms for
(`collect.exports.tools`): what is proposed of their own columns. Nobody has to say what « Adresse IP » is.

What each rests on is in it, as the documentation says it; a tool of which nothing public says what it writes is not here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from diagnostic.codebook.headings import compact
from diagnostic.collect.grids import Grid


@dataclass(frozen=True)
class Known:
    """What the exports of a tool hold. `shown`: headings that stand together in no other's; `key`: the columns that number
    responses, the surest first; `own`: its other columns; `several`: a question with several answers has a numbered column for
    each of them (« Besoins_1 », « Besoins_2 »). `rests`: on what this rests, for people."""

    name: str
    rests: str
    shown: tuple[frozenset[str], ...]
    key: tuple[str, ...]
    own: frozenset[str]
    several: bool = False


def _all(text: str) -> frozenset[str]:
    return frozenset(map(compact, text.split(", ")))


# Of Framaforms, the number of a response in its form (« Séquentiel ») is given anew at each export by older versions of its
# module: the response is named by « SID ».
TOOLS = (
    Known(
        "Framaforms",
        "le code du module Webform de Drupal 7, dont Framaforms est fait (trois lignes d’en-têtes, une colonne par case, « X »), "
        "et deux programmes publics qui lisent ses exports",
        (_all("SID, UID, Brouillon"), _all("SID, UID, Draft")),
        ("SID",),
        _all(
            "Séquentiel, Numéro de série, Heure de soumission, Heure de complétion, Heure de modification, Brouillon, Adresse IP, "
            "UID, Nom d’utilisateur, Serial, Submitted Time, Completed Time, Modified Time, Time, Draft, IP Address, Username"
        ),
    ),
    Known(
        "Microsoft Forms",
        "les en-têtes que citent neuf programmes publics qui lisent ses exports, un d’eux en français",
        (_all("ID, Heure de début, Heure de fin"), _all("ID, Start time, Completion time")),
        ("ID",),
        _all(
            "Heure de début, Heure de fin, Adresse de messagerie, Nom, Total points, Quiz feedback, "
            "Heure de la dernière modification, Start time, Completion time, Email, Name, Last modified time"
        ),
    ),
    Known(
        "Sphinx",
        "les colonnes que citent cinq programmes publics qui lisent ses exports, dont un décrit le classeur (une colonne "
        "numérotée par réponse d’une question à plusieurs réponses)",
        (_all("DATE_SAISIE, DATE_ENREG"),),
        ("N°Obs", "CLE"),
        _all(
            "CLE, DATE_SAISIE, DATE_ENREG, DATE_MODIF, TEMPS_SAISIE, ORIGINE_SAISIE, LANG_SAISIE, APPAREIL_SAISIE, PROGRESSION, "
            "DERNIERE_QUESTION_SAISIE"
        ),
        several=True,
    ),
)


def tool_of(headings: Iterable[str]) -> Known | None:
    """The tool whose own headings stand in a row."""
    found = set(map(compact, headings))
    return next((tool for tool in TOOLS if any(shown <= found for shown in tool.shown)), None)


def keyed(headings: Sequence[str], tool: Known | None) -> str:
    """The heading, as it is compared, of the column that numbers the responses of a tool's export; "" where none does."""
    found = set(map(compact, headings))
    return next((compact(key) for key in tool.key if compact(key) in found), "") if tool else ""


def joined(grid: Grid, row: int) -> Grid:
    """A sheet whose headings stand in a row (from 0), with numbered columns of one question put into the first of them, « a ; b »:
    columns stay where they are. Answers of one question differ from each other; else these are questions of a table."""
    columns = defaultdict[str, list[int]](list)
    for at, text in enumerate(grid.rows[row]):
        if match := re.fullmatch(r"(.*\D)_(\d+)", text.strip(), re.DOTALL):
            columns[match[1]] += [at] if int(match[2]) == len(columns[match[1]]) + 1 else []
    rows = [[*cells, *[""] * (len(grid.rows[row]) - len(cells))] if cells else cells for cells in grid.rows]
    for heading, own in columns.items():
        held = [[text for at in own if (text := cells[at])] for cells in rows[row + 1 :] if cells]
        if len(own) < 2 or any(len(set(texts)) < len(texts) for texts in held):
            continue
        rows[row] = [heading if at == own[0] else "" if at in own else text for at, text in enumerate(rows[row])]
        told = iter(held)
        for number, cells in enumerate(rows[row + 1 :], start=row + 1):
            if cells:
                text = " ; ".join(next(told))
                rows[number] = [text if at == own[0] else "" if at in own else one for at, one in enumerate(cells)]
    return replace(grid, rows=rows)
