"""The tables of reference geography: public outlines and names, no value of any study."""

from __future__ import annotations

from diagnostic.core.tables import Table, models
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


TABLES: dict[str, Table] = models("geography", table_names.TABLES)
