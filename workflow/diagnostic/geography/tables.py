"""The tables of reference geography: public outlines and names, no value of any study."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.core.tables import Table, field, key, models, rows
from diagnostic.geography import table_names

LEVELS = {
    "commune": "commune",
    "epci": "intercommunalité",
    "arrondissement": "arrondissement",
    "departement": "département",
    "locator": "département, pour le carton de situation",
}
KINDS = {
    "file": "fichier de l’équipe",
    "fetched": "source publique épinglée",
    "absent": "aucun contour",
    "refused": "fichier de l’équipe, refusé",
}


class Areas(Table):
    """Territories of five levels: one row per territory."""

    class Config:
        title = "Territoires de l’étude, du plus petit au plus grand : une ligne par territoire"
        metadata = rows(key("level", "code"))

    level: Series[str] = field("Niveau", "Niveau du territoire", isin=list(LEVELS))
    code: Series[str] = field("Code", "Code Insee, numéro Siren pour une intercommunalité")
    name: Series[str] = field("Nom", "Nom officiel")
    former: Series[str] = field("Anciens noms", "Communes déléguées ou associées, séparées par « ; »", nullable=True)
    departement: Series[str] = field("Département", "Code du département")
    arrondissement: Series[str] = field("Arrondissement", "Code de l'arrondissement", nullable=True)
    arrondissement_name: Series[str] = field("Nom de l'arrondissement", "Nom officiel", nullable=True)
    epci: Series[str] = field("Intercommunalité", "Numéro Siren", nullable=True)
    epci_name: Series[str] = field("Nom de l'intercommunalité", "Nom officiel", nullable=True)
    population: Series[pd.Int64Dtype] = field(
        "Population", "Population municipale d'une commune, en habitant·es", nullable=True, ge=0
    )
    x: Series[float] = field("Longitude", "D'un point à l'intérieur, en degrés", ge=-180, le=180)
    y: Series[float] = field("Latitude", "D'un point à l'intérieur, en degrés", ge=-90, le=90)
    outline: Series[str] = field("Contour", "Géométrie GeoJSON, longitude et latitude")


class Country(Areas):
    """The same for the whole country: every commune, and every département in coarse outline."""

    class Config:
        title = (
            "Communes de tout le pays, et départements en contour simplifié puis grossier : une ligne par territoire"
        )


class Source(Table):
    """Where the outlines of a study come from: one row."""

    class Config:
        title = "Origine des contours d'une étude : une seule ligne"

    kind: Series[str] = field("Sorte", "Fichier de l'équipe, source publique, ou rien", isin=list(KINDS))
    credit: Series[str] = field("Mention", "Source et licence, telles qu'imprimées sous la carte", nullable=True)
    vintage: Series[str] = field("Millésime", "Année du code officiel géographique", nullable=True)
    note: Series[str] = field("Remarque", "Pourquoi il n'y a pas de carte, ou ce qui manque", nullable=True)


TABLES: dict[str, type[Table]] = models(table_names.TABLES, globals())
