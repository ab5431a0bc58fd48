"""The table of the report phase: which figures were drawn and what they say. It stays with the team."""

from __future__ import annotations

from pandera.typing import Series

from diagnostic.core.tables import Table, field


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


TABLES: dict[str, type[Table]] = {"figures": Figures}
