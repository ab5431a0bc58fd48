"""What no count of a day says of other days: the words, which texts of facts hold too."""

from __future__ import annotations

from diagnostic.core.french import typographic

SEASONALITY = typographic(
    "Les deux relevés ne sont pas faits aux mêmes mois de l'année : une différence peut venir de la saison, et non d'une "
    "évolution."
)
SNAPSHOT = typographic(
    "Un relevé vaut à sa date : des annonces paraissent et disparaissent chaque jour, des sites ouvrent, ferment, ou "
    "changent d'adresse."
)
