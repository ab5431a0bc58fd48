"""The ledger of facts, and the reproduction of an earlier publication."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.estimate.facts import ORIGINS
from diagnostic.tables import Table, field

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
    "figure": "chiffre publié",
}
MEASURES = {
    "count": "effectif",
    "percent": "pourcentage",
    "mean": "moyenne",
    "estimate": "estimation",
    "date": "date ou période",
    "text": "texte",
}
INTERVALS = {"sampling": "échantillonnage", "bounds": "bornes", "none": "aucun"}
ORIGIN_LABELS = dict(zip(ORIGINS, ("observé", "transcrit", "reconstitué", "publié"), strict=True))
STATUSES = {
    "reproduced": "reproduit",
    "contradicted": "contredit",
    "not_computable": "non calculable avec les données présentes",
    "text_only": "texte seul",
}
BASES = {"independent": "calcul indépendant", "by_construction": "par construction"}


class Facts(Table):
    """One fact per row: see `diagnostic.estimate.facts.Fact`."""

    class Config:
        title = "Indicateurs : une ligne par nombre"

    study: Series[str] = field("Étude", "Département et édition")
    fact_id: Series[str] = field(
        "Identifiant", "Identifiant de l'indicateur", unique=True, str_matches=r"^[a-z0-9_]+(\.[A-Za-z0-9_-]+)+$"
    )
    label: Series[str] = field("Indicateur", "Ce que le nombre dit")
    unit: Series[str] = field("Unité", "Ce qui est compté", isin=list(UNITS))
    measure: Series[str] = field("Mesure", "Effectif, pourcentage, estimation, date…", isin=list(MEASURES))
    universe: Series[str] = field("Univers", "Parmi quoi l'on compte")
    formula: Series[str] = field("Formule", "Comment le nombre est obtenu")
    source_table: Series[str] = field("Table", "Table d'où le nombre est calculé")
    origin: Series[str] = field("Origine", "Observé, transcrit, reconstitué ou publié", isin=list(ORIGINS))
    value: Series[float] = field("Valeur", "Valeur non arrondie ; pourcentages sur 0-100", nullable=True)
    value_text: Series[str] = field("Valeur en texte", "Date, période ou texte", nullable=True)
    decimals: Series[pd.Int64Dtype] = field("Décimales", "Décimales à l'affichage", ge=0, le=3)
    numerator: Series[float] = field("Numérateur", "Numérateur", nullable=True)
    denominator: Series[float] = field("Dénominateur", "Dénominateur", nullable=True)
    low: Series[float] = field("Borne basse", "Borne basse de l'intervalle", nullable=True)
    high: Series[float] = field("Borne haute", "Borne haute de l'intervalle", nullable=True)
    interval_kind: Series[str] = field("Intervalle", "Ce que l'intervalle dit", isin=list(INTERVALS))
    method: Series[str] = field("Méthode", "Méthode et précautions", nullable=True)
    rules: Series[str] = field("Règles", "Règles nommées appliquées, séparées par « ; »", nullable=True)
    cells: Series[str] = field("Cellules", "Cellules d'entrée, comme le tableur les nomme", nullable=True)


class Reproduction(Table):
    """One row per published figure: what the workflow finds, and what it may conclude."""

    class Config:
        title = "Chiffres publiés, recalculés : une ligne par chiffre"

    fact_id: Series[str] = field("Identifiant", "Identifiant du chiffre publié", unique=True)
    statement: Series[str] = field("Énoncé", "Ce que le chiffre publié dit")
    source_stage: Series[str] = field("Source", "Données dont le chiffre dépend")
    published: Series[str] = field("Publié", "Valeur publiée, comme imprimée")
    computed: Series[str] = field("Calculé", "Valeur calculée, à la précision publiée", nullable=True)
    status: Series[str] = field("Verdict", "Reproduit, contredit, non calculable, texte seul", isin=list(STATUSES))
    basis: Series[str] = field("Nature", "Indépendant ou par construction ; vide sans calcul", isin=["", *BASES])
    reason: Series[str] = field("Raison", "Pourquoi ce verdict")


TABLES: dict[str, type[Table]] = {
    "facts": Facts,
    "internet": Facts,
    "press": Facts,
    "interviews": Facts,
    "questionnaire": Facts,
    "quality": Facts,
    "reproduction": Reproduction,
}
