"""The ledger of facts, and the reproduction of an earlier publication."""

from __future__ import annotations

from diagnostic.collect import answers
from diagnostic.core.tables import Table, models
from diagnostic.estimate import table_names
from diagnostic.estimate.facts import ORIGINS
from diagnostic.estimate.texts import ways

UNITS = {
    "response": "réponse",
    "professional": "professionnel·le",
    "situation": "situation",
    "person": "personne",
    "structure": "structure",
    "site": "site",
    "ad": "annonce",
    "article": "article",
    "commune": "commune",
    "row": "ligne de fichier",
    "thread": "fil de discussion",
    "pseudonym": "pseudonyme",
    "measure": "mesure pénale",
    "act": "acte public",
    "day": "jour",
    "venue": "établissement",
    "figure": "chiffre publié",
    "axis": "axe d’accompagnement",
    "session": "maraude en ligne",
    "message": "message",
    "reply": "réponse à un message",
    "exchange": "échange",
    "meeting": "rencontre",
    "met": "personne rencontrée par un service",
    "presentation": "présentation de l’étude",
    "file": "dossier",
    "profile": "profil",
}
MEASURES = {
    "count": "effectif",
    "percent": "pourcentage",
    "mean": "moyenne",
    "estimate": "estimation",
    "error": "erreur type ou décalage d’une limite",
    "rate": "pour 100 000 habitant·es",
    "ratio": "rapport",
    "difference": "différence, en points",
    "date": "date ou période",
    "text": "texte",
}
INTERVALS = {"sampling": "échantillonnage", "bounds": "bornes", "model": "modèle", "none": "aucun"}
ORIGIN_LABELS = dict(zip(ORIGINS, ("observé", "transcrit", "reconstitué", "publié"), strict=True))
STATUSES = {  # the last: of a figure that the release does not print again, or whose verdict it does not tell
    "reproduced": "reproduit",
    "contradicted": "contredit",
    "not_computable": "non vérifiable avec les données présentes",
    "text_only": "texte seul",
    "withheld": "verdict non publié",
}
BASES = {"independent": "calcul indépendant", "by_construction": "par construction"}
WORDS = (answers, ways)

TABLES: dict[str, Table] = models("estimate", table_names.TABLES)
