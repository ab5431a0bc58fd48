"""Texts of the facts across two sources whose overlap is not published."""

from functools import partial

from diagnostic.estimate.formulas.two_lists import WHY_NO_ESTIMATE
from diagnostic.estimate.texts.text import Text

person = partial(
    Text,
    unit="person",
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
