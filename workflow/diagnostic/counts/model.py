"""What a text gives: bounds, a central value and the named rule, never anything of the text itself."""

from __future__ import annotations

from dataclasses import dataclass

RULES = {
    "exact": "Un seul nombre, écrit en chiffres ou en lettres.",
    "zero": "Zéro, écrit en chiffres ou en lettres (« aucune », « personne », « néant »).",
    "range": "Deux bornes (« deux à cinq », « entre 2 et 5 », « 2-5 ») : de la plus petite à la plus grande.",
    "alternatives": "Plusieurs nombres au choix (« 3 ou 4 », « 3/4 ») : du plus petit au plus grand.",
    "approximately": "Ordre de grandeur (« une dizaine », « environ 10 ») : le nombre à 20 % près, arrondi vers "
    "l'extérieur ; seulement au-dessous pour « presque », « près de », « une petite dizaine » ; seulement "
    "au-dessus pour « une bonne dizaine ».",
    "at_least": "Borne basse seule (« au moins 2 », « plus de 10 », « 10+ ») : le plafond de l'étude borne le haut.",
    "at_most": "Borne haute seule (« au plus 5 », « moins de 5 ») : le bas est une personne, comme pour un blanc.",
    "several": "« Plusieurs », « quelques » : au moins deux (« plusieurs dizaines » : au moins vingt) ; le plafond "
    "de l'étude borne le haut.",
    "couple": "Un couple compte pour deux personnes.",
    "sum": "Plusieurs effectifs distincts (« 1 femme et 2 enfants », « 2 + 1 ») : leur somme.",
    "blank": "Effectif non renseigné : une personne, règle de l'étude ; le plafond de l'étude borne le haut.",
    "unknown": "« ? », « ne sait pas » : effectif inconnu, compté comme non renseigné ; le plafond borne le haut.",
    "unreadable": "Texte que la grammaire ne lit pas en entier : aucun nombre, une personne doit le lire.",
}

WOMEN, MEN, MINORS, UNKNOWN = "women", "men", "minors", "unknown"
CATEGORIES = (MINORS, WOMEN, MEN, UNKNOWN)


@dataclass(frozen=True)
class Part:
    """A sub-count told in the text, its words kept only as one of CATEGORIES."""

    minimum: int
    central: float | None
    maximum: int | None
    who: str
    rule: str


@dataclass(frozen=True)
class Count:
    """A count of persons read in a text.

    `minimum` and `maximum` are what the text itself guarantees; `maximum` is None when the text sets no upper
    bound. `central` is the number named, or the middle of the bounds; None when there is no upper bound (it is
    then to be imputed from the other answers). `study_value` is the study's own rule: the smallest number
    written, 1 when none is, moved into the bounds where the text excludes it ("plusieurs" → 2). All four are
    None when a human must read the text. `who` is the category of the whole, `of_which` its parts.
    """

    minimum: int | None
    central: float | None
    maximum: int | None
    rule: str
    study_value: int | None
    cap: int
    who: str = UNKNOWN
    of_which: tuple[Part, ...] = ()

    @property
    def for_a_human(self) -> bool:
        """Whether the text was not read."""
        return self.rule == "unreadable"

    @property
    def capped(self) -> bool:
        """Whether the upper bound is the study's cap, not the text's."""
        return self.minimum is not None and self.maximum is None

    @property
    def capped_maximum(self) -> int | None:
        """The upper bound, where open the study's cap (never under the study's value, so nor the minimum)."""
        return max(self.cap, self.study_value or 0) if self.capped else self.maximum

    @property
    def imputed(self) -> bool:
        """Whether the study's value is a default or a choice: the text does not give one number."""
        return self.minimum is not None and self.minimum != self.maximum
