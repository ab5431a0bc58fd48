"""The tables of a study of several départements: the whole, then each of them in the order of their codes, never ranked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from diagnostic.core.french import NBSP
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import pipe

Cell = Callable[[str], str]
OF_ONE = re.compile(r"d([0-9][0-9ab][0-9]?)\.")  # what the identifier of a département's fact begins with
WHOLE = "Ensemble"
FOUND = {
    "ads.sites_with_ads": "Sites avec annonces",
    "ads.total": "Annonces",
    "demand.ads": "Annonces de demande",
    "survey.responses": "Réponses",
    "survey.professionals": "Professionnel·les",
}
CODED = {
    "sample.usable": "Annonces codées",
    "sample.margin.all": "Marge",
    "profile.ad.gender_presented.woman": "Femmes",
    "profile.ad.declared_origin.foreign": "Origine étrangère",
    "profile.ad.passing_through.yes": "De passage",
    "profile.ad.network_sign.at_least_2": "Deux indices de réseau ou plus",
}
SAID = {
    "survey.professionals": "Professionnel·les",
    "pros.training_followed": "Formation suivie",
    "law.commission_unaware": "Ignorent la commission",
    "law.pathway_unaware": "Ignorent le parcours",
    "needs.training": "Besoin de formation",
}
PERSONS = {
    "shared.persons_prostitution": "Personnes",
    "persons.gender.women": "Femmes",
    "persons.gender.men": "Hommes",
    "profile.minors": "Mineur·es",
}


@grid
def found_by_departement(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str, ident: str) -> str:
    """Ads and answers, an estimated number with its limits: one row for the whole, then one per département; empty for a study
    of one."""
    return _side_by_side(statements, cell, FOUND, caption, ident, interval)


@grid
def coded_by_departement(statements: pd.DataFrame, cell: Cell, caption: str, ident: str) -> str:
    """What the coded ads say of all ads: one row for the whole, then one per département; empty for a study of one."""
    return _side_by_side(statements, cell, CODED, caption, ident)


@grid
def said_by_departement(statements: pd.DataFrame, cell: Cell, caption: str, ident: str) -> str:
    """What professionals say of themselves: one row for the whole, then one per département; empty for a study of one."""
    return _side_by_side(statements, cell, SAID, caption, ident)


@grid
def persons_by_departement(statements: pd.DataFrame, cell: Cell, caption: str, ident: str) -> str:
    """Persons in prostitution: one row for the whole, then one per département; empty for a study of one."""
    return _side_by_side(statements, cell, PERSONS, caption, ident)


def _side_by_side(
    statements: pd.DataFrame,
    cell: Cell,
    shown: Mapping[str, str],
    caption: str,
    ident: str,
    interval: Cell = lambda _: "",
) -> str:
    """`interval`: the limits that stand in a column of their own after a number; columns without any are left out."""
    named = names(statements)
    if not named:  # a number that is asked for counts as printed
        return ""
    rows = [
        (name, *(told(f"{start}{one}") for one in shown for told in (cell, interval)))
        for start, name in {"": WHOLE, **{start: escape(name) for start, name in named.items()}}.items()
    ]
    header = [("Territoire", "left", 24)]
    for title in shown.values():
        width = 2 + max(10, *map(len, title.split()))  # no word is cut
        header += [(title, "right", width), ("Intervalle", "right", 14)]
    return pipe(header, rows, caption, ident) if any(any(row[1:]) for row in rows[1:]) else ""


def names(statements: pd.DataFrame) -> dict[str, str]:
    """What the identifiers of each département begin with → its name, as its facts are labelled, in the order of codes."""
    found: dict[str, str] = {}
    for ident, label in zip(statements["statement_id"], statements["label"], strict=True):
        if match := OF_ONE.match(ident):
            found.setdefault(match[0], re.split(rf"[ {NBSP}]: ", label)[0])
    return dict(sorted(found.items()))
