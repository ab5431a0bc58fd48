"""Texts of the facts across two sources whose overlap is not published."""

from functools import partial

from diagnostic.core.french import typographic
from diagnostic.estimate.texts.text import Text

WHY_NO_ESTIMATE = typographic(
    "Aucun total n'est estimé en croisant les sources. Il faudrait savoir quelles personnes sont connues de plusieurs "
    "services, donc relier des individus d'un service à l'autre : ces études ne doivent pas le faire. Avec deux listes "
    "seulement, rien ne permet non plus de vérifier qu'être connu·e de l'une ne change pas les chances de l'être de "
    "l'autre ; une personne orientée par un service vers l'autre suffit à fausser le calcul. Le tableau montre ce que "
    "chaque recoupement possible impliquerait : ce ne sont pas des estimations."
)
person = partial(
    Text,
    unit="person",
    way="model",
    universe="personnes connues de l’une ou l’autre de deux sources, recoupement non publié",
    measure="estimate",
    rules=("non_identifie",),
)
TEXTS = {
    "two_lists.seen": person(
        "personnes vues par les deux sources réunies", "chiffre publié", measure="count", method=WHY_NO_ESTIMATE
    ),
    "two_lists.s{part}_m{overlap}": person(
        "total impliqué, {lists}",
        "(n₁ + 1)(n₂ + 1) ÷ (m + 1) − 1, limites de Sadinle (2009)",
        method="Première liste : {split} des deux. Sous le modèle de deux listes indépendantes, ce que rien ne permet de "
        "vérifier. Ce n’est pas une estimation.",
    ),
    "two_lists.s{part}_m{overlap}_theta_{theta}": person(
        "total impliqué, {lists}, θ = {ratio}",
        "M + θ (n₁ − m)(n₂ − m) ÷ m, M personnes vues",
        method="θ est le rapport de chances entre les deux listes : 1 si être sur l’une ne dit rien de l’autre, au-dessus si "
        "les mêmes personnes sont vues deux fois, au-dessous si un service évite l’autre. Deux listes ne permettent jamais "
        "de le connaître.",
    ),
}
