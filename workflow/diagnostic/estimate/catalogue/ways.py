"""The ways of release: how a fact may leave the team. Each entry declares one; there is no default.

A way says what is printed as it is (`exact`), and of what: of any table, or only of those whose rows the release knows how to
protect. Whatever a fact's way does not let through is rounded by the closed list or withheld (`release/alone`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from diagnostic.estimate.catalogue.entry import Entry

PEOPLE = (
    "person",
    "situation",
    "professional",
    "response",
    "exchange",
    "meeting",
    "met",
)  # units that may tell of somebody
ANSWERS = ("consolidate/professionals", "consolidate/respondents")  # tables of who answered, and what of themselves
PERSONS = re.compile(r"\bpersonnes?\b(?! n[’e])", re.IGNORECASE)  # « que personne n’a vu » speaks of nobody


@dataclass(frozen=True)
class Way:
    """`meaning`, in French; `exact`: printed as it is; `tables`: the only ones whose facts may leave so, any where there is none;
    `persons`: whether such a fact may count persons, or speak of them; `said`: what readers are told of it, by the name of a
    rule of `report/announced`: title and text, whose words are numbers of the policy."""

    meaning: str
    exact: bool = False
    tables: tuple[str, ...] = ()
    persons: bool = True
    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)


WAYS: Mapping[str, Way] = {
    "things": Way(
        "des choses (sites, annonces, articles, séances…), telles quelles",
        exact=True,
        persons=False,
        said={
            "exact": (
                "Ce qui ne compte pas des personnes",
                "(sites, annonces par site, articles, total des entretiens) est publié tel quel",
            ),
            "kinds": (
                "Un type d’établissement qui en compte moins de {structures}",
                "n’est pas nommé, ni un autre dont il se déduirait. Moins de {structures} établissements en tout ne sont pas comptés.",
            ),
        },
    ),
    "each": Way(
        "ce qui vaut peut-être une personne chacun : tel quel à partir du seuil",
        persons=False,
        said={
            "each": (
                "Une mesure pénale concerne une personne, une réponse reçue en ligne ou un pseudonyme en vient :",
                "s’il y en a moins de {ordinary}, le nombre n’est pas donné.",
            ),
        },
    ),
    "act": Way(
        "des actes publics, dont chaque ligne dit la diffusion",
        exact=True,
        tables=("consolidate/law_results",),
        said={
            "acts": (
                "Les totaux de l’application de la loi",
                "sont ceux d’actes que leur source permet de dire à qui reçoit ce document ; ils ne viennent pas de cette enquête, et "
                "sont imprimés comme leur source les donne, petits et zéros compris.",
            ),
        },
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
        said={
            "heard": (
                "Une commune où moins de {structures} structures ont répondu",
                ", ou ont été rencontrées, n’est pas nommée pour cela. Ni les entretiens dont "
                "la ville n’est pas écrite ni le nombre des villes ne sont dits.",
            ),
            "fields": (
                "Les entretiens d’un champ d’activité où moins de {structures} structures ont été rencontrées",
                "ne sont pas comptés à part, ni ceux d’un autre champ dont ils se déduiraient ; ni ceux d’un champ qui n’a pas plus de "
                "structures nommées que d’entretiens : on croirait savoir lesquelles ont parlé.",
            ),
            "unnamed": (
                "D’une structure qui n’est pas nommée, rien n’est dit",
                ": ni son champ, ni ce qu’elle propose, ni sa ville, ni le jour d’un entretien. Les entretiens menés par l’équipe sont "
                "comptés, et ne sont ni listés ni datés au jour près. Les structures par champ d’activité, ou par axe, ne sont comptées que si aucun champ, ou "
                "aucun axe, n’en a une ou deux qui ne sont pas nommées.",
            ),
        },
    ),
    "participation": Way(
        "qui a répondu ou a été rencontré·e : exact",
        exact=True,
        tables=ANSWERS,
    ),
    "own": Way(
        "ce que les professionnel·les disent d’eux-mêmes et d’elles-mêmes, par la liste fermée",
        tables=ANSWERS,
        said={
            "own": (
                "Ce que les professionnel·les disent d’elles-mêmes et d’eux-mêmes",
                "(formation, outils, besoins, connaissance de la loi) est exact pour toute l’étude ; le nombre des répondant·es et de qui a été rencontré·e aussi, par champ et par fonction, même "
                "s’il n’y en a qu’un·e : rien de ce que cette personne a dit n’est publié à part. Là "
                "où est dite la part qui ne se sent pas assez outillée parmi qui a accompagné des personnes, son effectif et sa base "
                "sont exacts, et les autres réponses de qui en a accompagné ou non ne sont pas publiées.",
            ),
            "departements": (
                "Dans un département, ce qu’elles et ils disent d’elles-mêmes et d’eux-mêmes",
                "est arrondi au hasard, à l’un des multiples de {own_rounding} voisins, même un petit nombre : « {own_rounding} » peut être "
                "un·e seul·e professionnel·le. Où moins de {own_group} ont répondu, rien n’en est dit, ni l’unanimité de moins de {unanimity}.",
            ),
        },
    ),
    "group": Way(
        "un groupe de personnes ou de situations, par la liste fermée",
        said={
            "small": (
                "Un petit nombre de personnes n’est pas publié.",
                "Le seuil est de {ordinary}, et de {sensitive} pour les mineur·es, les personnes trans, un lieu, un pays d’origine, un "
                "fait de proxénétisme, la santé ou le droit au séjour. Zéro est un petit nombre comme les autres.",
            ),
            "rest": (
                "Ce qui reste d’un groupe",
                ", une fois ôté ce que l’on publie, ne s’en déduit qu’à une fourchette près, qui va toujours jusqu’au seuil.",
            ),
            "contributors": (
                "Aucune source ne se lit seule.",
                "Derrière un nombre publié de personnes décrites, il y a {structures} structures et {situations} situations au moins, "
                "dont aucune n’en fait plus de {largest}.",
            ),
            "rounding": (
                "Un nombre de personnes ou de situations décrites est arrondi au hasard",
                ": à l’un des multiples de {rounding} voisins (de {sensitive_rounding} pour les groupes au seuil de {sensitive}, "
                "davantage où il le faut), tiré au sort une fois pour toutes, plus souvent le plus proche ; un nombre déjà multiple "
                "peut lui aussi bouger d’un pas. Un même groupe a partout le même nombre. Des parts peuvent donc ne pas faire la "
                "somme annoncée.",
            ),
            "shares": (
                "Une part de ces personnes vient de nombres publiés.",
                "Elle est sans décimale, et sa base vaut {base} au moins.",
            ),
        },
    ),
    "coded": Way(
        "une mesure du codage lui-même, telle quelle",
        exact=True,
        tables=("consolidate/codings",),
        said={
            "recall": (
                "La part des copies d’annonces qu’une recherche retrouve",
                "est donnée de même à 5 points près, sans seuil ; le nombre de ces copies n’est dit qu’à la dizaine, et ce que les copies "
                "manquées ajoutent à l’erreur, à la vingtaine supérieure.",
            ),
        },
    ),
    "declared": Way(
        "ce que déclarent les annonces codées, par classe",
        tables=("consolidate/codings",),
        said={
            "coded": (
                "Ce que déclarent les annonces codées",
                "est donné à 5 points près, avec les limites du nombre imprimé (erreur de tirage et arrondi, par pas de 5 points), et n’est "
                "pas publié sous les mêmes seuils. Une part d’annonces compte des annonces : elle "
                "ne dit rien des personnes que décrivent les professionnel·les.",
            ),
        },
    ),
    "place": Way(
        "des annonces par lieu, arrondies",
        said={
            "places": (
                "Les annonces par lieu sont arrondies au hasard",
                ", comme des personnes : leurs nombres aux multiples de {sensitive_rounding}, leurs parts à 5 points près ; celle "
                "d’un lieu vient de son nombre imprimé. Un lieu de moins de {ads} annonces n’est pas nommé.",
            ),
        },
    ),
    "model": Way(
        "le résultat d’un modèle, arrondi au hasard",
        tables=(
            *("consolidate/codings", "consolidate/counts", "consolidate/described"),
            *("collect/wave_ads", "collect/published_figures"),
        ),
        said={
            "estimated": (
                "Un nombre estimé de personnes",
                "est arrondi à la dizaine, au hasard, et plus largement au-delà de mille ; ses bornes le sont vers l’extérieur.",
            ),
        },
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
    return way.persons or not _speaks(fact["unit"], fact["label"], fact["formula"], fact["universe"])


def exact(fact: Mapping[str, Any]) -> bool:
    """Whether its way lets a fact out as it is."""
    return WAYS[fact["way"]].exact and fits(fact)


def speaks(entry: Entry) -> bool:
    """Whether an entry counts persons, or speaks of them."""
    return _speaks(entry.unit, entry.label, entry.formula, entry.universe)


def _speaks(unit: str, *said: str) -> bool:
    return unit in PEOPLE or any(map(PERSONS.search, said))
