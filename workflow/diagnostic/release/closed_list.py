"""The words of the closed list: how a group is named, and what the list names that nobody declares.

A fact says its group as "population: variable=answer|answer & variable=answer".
"""

from __future__ import annotations

from diagnostic.codebook import model
from diagnostic.release.policy import UNTOLD, Policy

POPULATIONS = {
    "": "personne",
    "prostitution": "personnes en situation de prostitution",
    "concerned": "personnes concernées",
    "reported": "personnes des questionnaires",
    "described": "situations des deux sources",
    "cases": "situations des questionnaires",
    "professionals": "professionnel·les",
    "responses": "réponses",
    "interviews": "entretiens",
}
Term = tuple[str, tuple[str, ...]]
DERIVED = {"in_prostitution": ("yes", "no", "unknown"), "source": ("response", "interview")}  # not in the codebook
ARRONDISSEMENT = "arrondissement"  # its answers are the study's, by name


def parse(group: str) -> tuple[str, tuple[Term, ...]]:
    """The population and the terms of a group's name."""
    population, _, rest = group.partition(":")
    return population, model.parse_asked(rest)


def problems(policy: Policy) -> list[str]:
    """What the closed list names that no codebook declares; one line each."""
    found: list[str] = []
    if not policy.options:
        return found
    own = {*policy.professionals.participation, *policy.professionals.own}
    found += [f"professionals : « {name} » n’est pas dans le codebook" for name in sorted(own - set(policy.options))]
    found += [
        f"printed.professionals : d’une question de « shares », « {name} » ne peut pas être imprimé"
        for name in _beside_exact(policy)
    ]
    for population, told in policy.printed.items():
        for name in (*told.headlines, *told.others, *told.crossings):
            terms = parse(f"{population}: {name}")[1] if "=" in name else ((name, ()),)
            for variable, answers in terms:
                known = DERIVED.get(variable, policy.options.get(variable, () if variable == ARRONDISSEMENT else None))
                if known is None:
                    found.append(f"printed.{population} : « {variable} » n’est pas dans le codebook")
                    continue
                found += [
                    f"printed.{population} : « {variable}={answer} » n’est pas une réponse du codebook"
                    for answer in answers
                    if answer not in known and answer not in UNTOLD
                ]
    return found


def _beside_exact(policy: Policy) -> list[str]:
    """Listed answers to a question of which another answer is printed exact (`shares`), as is to whom it was put: what the
    exact numbers leave would contradict a drawn one, or narrow it."""
    told = policy.printed.get("professionals")
    exact = {term for said in policy.professionals.shares for term in model.parse_asked(said)}
    exact = {term for term in exact if term[0] not in policy.professionals.own}
    asked = {variable for variable, _ in exact}
    listed = (*told.headlines, *told.others) if told else ()
    return [
        name
        for name in listed
        if any(
            term[0] in asked and term not in exact
            for term in (model.parse_asked(name) if "=" in name else ((name, ()),))
        )
    ]
