"""The tables of the report folder: which figures were drawn and what they say, and where this run's tables come from."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.tables import Table, field


class Figures(Table):
    """One row per figure drawn; the images lie in `figures/{name}.svg` and `.png`."""

    class Config:
        title = "Figures du rapport : une ligne par figure dessinée"

    name: Series[str] = field("Nom", "Nom du fichier, sans extension", unique=True)
    alt: Series[str] = field("Texte de remplacement", "Ce que l'image montre, en une phrase")
    description: Series[str] = field("Description", "Ce que l'image dit, avec ses nombres")
    facts: Series[str] = field("Indicateurs", "Indicateurs dessinés, séparés par « ; »", nullable=True)
    svg: Series[str] = field("Empreinte SVG", "sha256 de l'image vectorielle", str_matches=r"^[0-9a-f]{64}$")
    png: Series[str] = field("Empreinte PNG", "sha256 de l'image en points", str_matches=r"^[0-9a-f]{64}$")


class Lineage(Table):
    """One row per table of the run, as the provenance page shows it."""

    class Config:
        title = "Provenance : une ligne par table de ce calcul"

    phase: Series[str] = field("Étape", "Étape qui a produit la table")
    table: Series[str] = field("Table", "Étape et nom de la table", unique=True)
    title: Series[str] = field("Contenu", "Ce que la table contient")
    rule: Series[str] = field("Règle", "Règle du workflow qui l'a produite")
    code: Series[str] = field("Code", "Empreinte du code de cette règle")
    rows: Series[pd.Int64Dtype] = field("Lignes", "Nombre de lignes ; vide si protégé", nullable=True)
    digest: Series[str] = field("Empreinte", "Empreinte du fichier, à clé pour ce qui vient du coffre")
    made_from: Series[str] = field("À partir de", "Tables et fichiers lus, séparés par « ; »")


TABLES: dict[str, type[Table]] = {"figures": Figures, "lineage": Lineage}
