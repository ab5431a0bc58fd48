"""The consolidated tables: one row is one thing, and the ledger says what became of every input row."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.collect.tables import CATEGORIES, AdPages, Interviews, Press, Responses, Situations, Sourced
from diagnostic.tables import Table, field

OUTCOMES = {"kept": "gardées", "merged": "réunies à une autre", "set_aside": "mises de côté"}


class Counts(Sourced):
    """Advertisements of one site in one place, with what the register says of the site."""

    class Config:
        title = "Annonces d'un site dans un lieu, avec ce que le registre dit du site : une ligne par site et lieu"

    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne du décompte ; vide si le site n'a pas été compté", nullable=True)
    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    category: Series[str] = field("Catégorie", "Type de site", isin=list(CATEGORIES))
    mirror_group: Series[str] = field("Groupe miroir", "Sites qui montrent les mêmes annonces", nullable=True)
    under_mirror_label: Series[pd.BooleanDtype] = field("Sous l'étiquette miroir", "Comme imprimé", nullable=True)
    site_row: Series[pd.Int64Dtype] = field("Ligne du registre", "Ligne du fichier du registre", ge=2)
    place: Series[str] = field("Lieu", "Lieu déclaré ; vide si non ventilé", nullable=True)
    count: Series[pd.Int64Dtype] = field("Annonces", "Annonces comptées ; vide si extrapolé", nullable=True, ge=0)
    method: Series[str] = field("Méthode", "Décompte exact, ou extrapolé des pages lues", nullable=True)
    window_start: Series[pd.Timestamp] = field("Début", "Premier jour du décompte", nullable=True)
    window_end: Series[pd.Timestamp] = field("Fin", "Dernier jour du décompte", nullable=True)


class Articles(Press):
    """Press articles: one row per article, with its two years."""

    class Config:
        title = "Articles de presse, avec leurs deux années : une ligne par article"

    year_printed: Series[pd.Int64Dtype] = field("Année imprimée", "Année de la date imprimée")


class Meetings(Interviews):
    """Interviews: one row per interview, with its month."""

    class Config:
        title = "Entretiens, avec leur mois : une ligne par entretien"

    month: Series[str] = field("Mois", "Mois de l'entretien", str_matches=r"^\d{4}-\d{2}$")


class Respondents(Responses):
    """Responses, each with the number of professionals that it stands for: one row per response."""

    class Config:
        title = "Réponses, avec le nombre de professionnel·les qu'elles représentent : une ligne par réponse"

    professionals: Series[pd.Int64Dtype] = field("Professionnel·les", "Professionnel·les que la réponse représente", ge=1)


class Cases(Situations):
    """Situations, each with its number of persons and the bounds that the answer leaves: one row per situation."""

    class Config:
        title = "Situations, avec leur nombre de personnes et ses bornes : une ligne par situation"

    persons: Series[pd.Int64Dtype] = field("Personnes", "Personnes, selon la règle de l'étude", ge=0)
    persons_low: Series[pd.Int64Dtype] = field("Au moins", "Personnes que la réponse garantit", ge=0)
    persons_high: Series[pd.Int64Dtype] = field(
        "Au plus", "Personnes que la réponse admet ; vide si elle ne fixe pas de limite", ge=0, nullable=True
    )


class RowLedger(Table):
    """What became of every input row: one row per row of every input file."""

    class Config:
        title = "Devenir des lignes reçues : une ligne par ligne de fichier"

    role: Series[str] = field("Rôle", "Rôle du fichier dans l'étude")
    file: Series[str] = field("Fichier", "Nom du fichier")
    sheet: Series[str] = field("Feuille", "Numéro de la feuille ; vide pour un fichier d'une seule", nullable=True)
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne, comme le tableur l'affiche", ge=2)
    outcome: Series[str] = field("Devenir", "Gardée, réunie à une autre, mise de côté", isin=list(OUTCOMES))
    into: Series[str] = field("Devient", "Table et clé où la ligne est comptée", nullable=True)
    rules: Series[str] = field("Règles", "Règles appliquées à la ligne, séparées par « ; »", nullable=True)
    reason: Series[str] = field("Raison", "Pourquoi la ligne est réunie ou mise de côté", nullable=True)


TABLES: dict[str, type[Table]] = {
    "counts": Counts,
    "pages": AdPages,
    "articles": Articles,
    "meetings": Meetings,
    "respondents": Respondents,
    "cases": Cases,
    "internet_rows": RowLedger,
    "press_rows": RowLedger,
    "interviews_rows": RowLedger,
    "questionnaire_rows": RowLedger,
    "rows": RowLedger,
}
