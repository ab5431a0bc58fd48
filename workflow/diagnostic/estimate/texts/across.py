"""The text of the fact across two sources whose overlap is not published."""

from diagnostic.core.french import typographic
from diagnostic.estimate.texts.text import Text

WHY_NO_ESTIMATE = typographic(
    "Aucun total n'est estimé en croisant les sources. Il faudrait savoir quelles personnes sont connues de plusieurs "
    "services, donc relier des individus d'un service à l'autre : ces études ne doivent pas le faire. Avec deux listes "
    "seulement, rien ne permet non plus de vérifier qu'être connu·e de l'une ne change pas les chances de l'être de "
    "l'autre ; une personne orientée par un service vers l'autre suffit à fausser le calcul."
)
TEXTS = {
    "two_lists.seen": Text(
        "personnes vues par les deux sources réunies",
        "chiffre publié",
        unit="person",
        way="model",
        universe="personnes connues de l’une ou l’autre de deux sources, recoupement non publié",
        measure="count",
        rules=("non_identifie",),
        method=WHY_NO_ESTIMATE,
    ),
}
