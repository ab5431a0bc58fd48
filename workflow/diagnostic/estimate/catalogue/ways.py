"""The ways of release: how a fact may leave the team. Each entry declares one; there is no default.

Whatever a fact's way does not let through is rounded by the closed list or withheld (`release/ways`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diagnostic.estimate.catalogue.entry import Entry

# Units that may tell of somebody.
PEOPLE = ("person", "situation", "professional", "response", "exchange", "meeting", "met")
ANSWERS = ("consolidate/professionals", "consolidate/respondents")  # tables of who answered, and what of themselves
SAYING = ("unit", "label", "formula", "universe")  # of a fact, what may tell of somebody
PERSONS = re.compile(r"\bpersonnes?\b(?! n[’e])", re.IGNORECASE)  # « que personne n’a vu » speaks of nobody
# What an entry itself may not say of things either; the words that a study fills it with may (« site de rencontres »).
SOMEBODY = re.compile(
    rf"{PERSONS.pattern}|\b(?:(?:gens|femmes?|hommes?|filles?|garçons?|jeunes?|adultes?|enfants?|victimes?)\b|mineur|majeur|usag[eè]r"
    r"|bénéficiaire|client|professionnel|répondant|migrant|rencontr|accompagn|accueilli|orientée?s?\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Way:
    """`meaning`, in French; `exact`: printed as it is; `tables`: the only ones whose facts may leave so, any where there is none;
    `persons`: whether such a fact may count persons, or speak of them."""

    meaning: str
    exact: bool = False
    tables: tuple[str, ...] = ()
    persons: bool = True


WAYS: Mapping[str, Way] = {
    "things": Way("des choses (sites, annonces, articles, séances…), telles quelles", exact=True, persons=False),
    "each": Way("ce qui vaut peut-être une personne chacun : tel quel à partir du seuil", persons=False),
    "act": Way(
        "des actes publics, dont chaque ligne dit la diffusion", exact=True, tables=("consolidate/law_results",)
    ),
    "rows": Way(
        "des lignes reçues, arrondies où l’étude décrit des personnes",
        exact=True,
        tables=("consolidate/rows", "collect/erreurs.csv"),
    ),
    "structures": Way(
        "des structures, à leurs conditions : trop peu, ou sans nom, elles ne sont pas dites",
        exact=True,
        tables=("consolidate/meetings", "collect/partners", "consolidate/structures"),
    ),
    "participation": Way("qui a répondu ou a été rencontré·e : exact", exact=True, tables=ANSWERS),
    "own": Way("ce que les professionnel·les disent d’eux-mêmes et d’elles-mêmes, par la liste fermée", tables=ANSWERS),
    "group": Way("un groupe de personnes ou de situations, par la liste fermée"),
    "coded": Way("une mesure du codage lui-même, telle quelle", exact=True, tables=("consolidate/codings",)),
    "declared": Way("ce que déclarent les annonces codées, par classe", tables=("consolidate/codings",)),
    "place": Way("des annonces par lieu, arrondies"),
    "model": Way(
        "le résultat d’un modèle, arrondi au hasard",
        tables=(
            *("consolidate/codings", "consolidate/counts", "consolidate/described"),
            *("collect/wave_ads", "collect/published_figures"),
        ),
    ),
    "service": Way("le compte d’un service, rendu à ce service seul"),
    "second_hand": Way("un chiffre publié ailleurs"),
    "team": Way("pour l’équipe seule"),
}


def fits(fact: Mapping[str, Any]) -> bool:
    """Whether a fact (a row of `Facts`) is one that its way may let out."""
    way = WAYS[fact["way"]]
    if way.tables and fact["source_table"] not in way.tables:
        return False
    unit, *said = (fact[name] for name in SAYING)
    return way.persons or not (unit in PEOPLE or any(map(PERSONS.search, said)))


def exact(fact: Mapping[str, Any]) -> bool:
    """Whether its way lets a fact out as it is."""
    return WAYS[fact["way"]].exact and fits(fact)


def speaks(entry: Entry) -> bool:
    """Whether an entry counts persons, or speaks of them."""
    unit, *said = (getattr(entry, name) for name in SAYING)
    return unit in PEOPLE or any(map(SOMEBODY.search, said))
