"""All texts together, which are the catalogue of facts (`docs/indicateurs.md`)."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Mapping

from diagnostic.estimate.texts import ways
from diagnostic.estimate.texts.text import Text

STRANDS = {  # module → what its facts are about, in the order of the catalogue
    "described": "Personnes décrites",
    "contributors": "Professionnel·les",
    "questionnaire": "Questionnaire, réponse par réponse",
    "sensitivity": "Autres règles de comptage",
    "interviews": "Entretiens",
    "partners": "Structures contactées",
    "territory": "Lieux",
    "press": "Presse",
    "internet": "Sites et annonces",
    "internet_sample": "Taille de l’échantillon d’annonces",
    "sample": "Tirage, codage et personnes derrière les annonces",
    "sizes": "Sites lus par pages, une fois codés",
    "profiles": "Ce que disent les annonces codées",
    "history": "Devenir des sites",
    "waves": "Décomptes répétés des mêmes sites",
    "site_terms": "Conditions des sites",
    "demand": "Demande et lieux à risque",
    "support": "Accompagnement",
    "outreach": "Aller-vers en ligne",
    "national": "Références nationales",
    "across": "Deux sources réunies",
    "quality": "Qualité et reproduction",
}


def every() -> dict[str, Mapping[str, Text]]:
    """The texts of each strand. Raises ValueError for an id that stands twice."""
    return once({name: importlib.import_module(f"{__package__}.{name}").TEXTS for name in STRANDS})


def unreleased() -> list[str]:
    """What keeps facts from leaving by a way of release, in French: one line per text."""
    return [line for strand, table in every().items() for line in ways.problems(strand, table)]


def once(tables: dict[str, Mapping[str, Text]]) -> dict[str, Mapping[str, Text]]:
    """Tables where each id stands once. Raises ValueError otherwise."""
    counted = Counter(fact_id for table in tables.values() for fact_id in table)
    if doubled := sorted(fact_id for fact_id, times in counted.items() if times > 1):
        raise ValueError(f"said twice: {', '.join(doubled)}")
    return tables
