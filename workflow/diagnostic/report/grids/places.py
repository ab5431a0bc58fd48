"""The tables behind the maps: each place with its official code and memberships, and its released numbers."""

import re
from collections.abc import Mapping

import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.catalogue.ids import fact, which
from diagnostic.estimate.catalogue.ids import within as of_departement
from diagnostic.geography.names import Gazetteer, Place
from diagnostic.report.charts import territory
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.places import ADS, ANSWERED, DEMAND, MET, placed
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, pipe, within

SERIES = (MET, ANSWERED, ADS, DEMAND)
KINDS = {"persons": "Personnes", "visible": "Visible", "discreet": "Discrète"}
LEVELS = {"arrondissement": "Arrondissement", "epci": "Intercommunalité", "commune": "Commune"}
HIDDEN = "–"  # protected, or nobody reported anything: one sign, whatever the reason


@grid
def mapped_places(statements: pd.DataFrame, areas: pd.DataFrame, cell: Cell, caption: str) -> str:
    """One row per place, by name: code, intercommunality, arrondissement, one column a series; empty without any place.

    Names that no official name equals come last, without code. A place without a number of a series has an empty cell.
    """
    facts, gazetteer = Released(statements), Gazetteer(areas)
    parts = [part for series in SERIES if (part := placed(facts, series, gazetteer)).cells or part.unmatched]
    if areas.empty or not parts:
        return ""
    own = {area.code: area for area in areas[areas["level"] == "commune"].itertuples()}
    numbers: dict[Place | str, dict[int, list[str]]] = {}
    for at, part in enumerate(parts):
        for found in part.cells:
            numbers.setdefault(found.place, {}).setdefault(at, []).append(found.fact_id)
        for name, fact_id in part.unmatched:
            numbers.setdefault(name, {}).setdefault(at, []).append(fact_id)
    order = sorted(numbers, key=lambda place: (isinstance(place, str), place if isinstance(place, str) else place.name))
    rows = [
        (*_identity(place, own), *(" + ".join(cell(i) for i in numbers[place].get(at, ())) for at in range(len(parts))))
        for place in order
    ]
    header = [
        ("Lieu", "left", 22),
        ("Code", "left", 10),
        ("Intercommunalité", "left", 26),
        ("Arrondissement", "left", 16),
        *((french.capital(part.many), "right", 14) for part in parts),
    ]
    return pipe(header, rows, caption, "lieux-cartes", small=True)


def _identity(place: Place | str, communes: Mapping[str, object]) -> tuple[str, str, str, str]:
    if isinstance(place, str):
        return escape(place), "sans code", "", ""
    commune = communes.get(place.code)
    belongs = [getattr(commune, f"{level}_name", None) for level in ("epci", "arrondissement")]
    epci, arrondissement = (escape(name) if isinstance(name, str) else "" for name in belongs)
    return escape(place.name), escape(place.code), epci, arrondissement


@grid
def persons_by_place(
    statements: pd.DataFrame, areas: pd.DataFrame, cell: Cell, interval: Cell, caption: str, ident: str
) -> str:
    """One row per territory of which some number of persons may be printed, the largest territories first; empty without any.

    A territory that is not there is protected, or nobody reported anything of it; so is a number that is not there.
    """
    facts = Released(statements)
    found = {kind: territory.numbers(facts, kind, areas) for kind in KINDS}
    rows = []
    for level, title in LEVELS.items():
        own: dict[Place, dict[str, str]] = {}
        for kind in KINDS:
            for area in found[kind].get(level, ()):
                own.setdefault(area.place, {})[kind] = area.fact_id
        for place, ids in own.items():
            numbers = (within(cell(ids[kind]), interval(ids[kind])) if kind in ids else HIDDEN for kind in KINDS)
            rows.append((title, escape(place.name), *numbers))
    header = [("Échelon", "left", 16), ("Territoire", "left", 34), *((title, "right", 16) for title in KINDS.values())]
    return pipe(header, rows, caption, ident) if rows else ""


# -- The tables of a study of several départements ----------------------------------------------------------------
# The whole, then each of them in the order of their codes, never ranked.
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
RESPONDING = {
    "shared.persons_prostitution": "Personnes",
    "persons.gender.women": "Femmes",
    "persons.gender.men": "Hommes",
    "profile.minors": "Mineur·es",
}


BY_DEPARTEMENT = {"found": FOUND, "coded": CODED, "said": SAID, "persons": RESPONDING}
BOUNDED = ("found", "persons")  # whose numbers have their limits in a column of their own


@grid
def by_departement(statements: pd.DataFrame, cell: Cell, interval: Cell, what: str, caption: str, ident: str) -> str:
    """What a study of several départements tells (`what`, of BY_DEPARTEMENT): one row for the whole, then one per département;
    empty for a study of one. Columns of limits without any are left out."""
    named, shown = names(statements), BY_DEPARTEMENT[what]
    if not named:  # a number that is asked for counts as printed
        return ""
    limits: Cell = interval if what in BOUNDED else lambda _: ""
    rows = [
        (name, *(words for one in shown for words in (cell(f"{start}{one}"), limits(f"{start}{one}"))))
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
    for told in statements[which(statements["statement_id"], lambda one: bool(one.departement))].itertuples():
        found.setdefault(
            of_departement(fact(told.statement_id).departement), re.split(rf"[ {french.NBSP}]: ", told.label)[0]
        )
    return dict(sorted(found.items()))
