"""One entry of the catalogue: what a fact is, and what is said of it."""

from collections.abc import Mapping
from functools import cache, cached_property
from string import Formatter
from typing import Any

from diagnostic.core.declarations import Section

UNITS = {
    "response": "réponse",
    "professional": "professionnel·le",
    "situation": "situation",
    "person": "personne",
    "structure": "structure",
    "site": "site",
    "ad": "annonce",
    "article": "article",
    "commune": "commune",
    "row": "ligne de fichier",
    "thread": "fil de discussion",
    "pseudonym": "pseudonyme",
    "measure": "mesure pénale",
    "act": "acte public",
    "day": "jour",
    "venue": "établissement",
    "figure": "chiffre publié",
    "axis": "axe d’accompagnement",
    "session": "maraude en ligne",
    "message": "message",
    "reply": "réponse à un message",
    "exchange": "échange",
    "meeting": "rencontre",
    "met": "personne rencontrée par un service",
    "presentation": "présentation de l’étude",
    "file": "dossier",
    "profile": "profil",
}
MEASURES = {
    "count": "effectif",
    "percent": "pourcentage",
    "mean": "moyenne",
    "estimate": "estimation",
    "error": "erreur type ou décalage d’une limite",
    "rate": "pour 100 000 habitant·es",
    "ratio": "rapport",
    "difference": "différence, en points",
    "date": "date ou période",
    "text": "texte",
}
WIDE = 40.0  # points between the limits of a share past which it says nothing
FAR = 3.0  # the same of a number: the upper limit over the lower
# What limits of persons described rest on where nobody looked at every pair of situations.
UNSEEN = "Sous un modèle : deux situations trop différentes pour être rapprochées ne décrivent pas les mêmes personnes."
UP_TO = "Où plusieurs réponses sont données pour un groupe, chacune compte pour tout le groupe. "
APPROXIMATE = " Donné comme approximatif."  # of a measure, where the source says so


class Entry(Section):
    """What a fact is, under its id or under a pattern of ids, whose `{words}` may also stand in `label`, `formula`,
    `universe` and `method`. `unit`, `family` and `way` (of `ways`) have no default.

    `place`: the word of its pattern that is a place; `whole`: the entry that it is a part of; `if_open`: what differs
    where it has an interval.
    """

    label: str
    formula: str
    unit: str
    universe: str
    way: str
    family: str
    measure: str = "count"
    decimals: int = 0
    method: str = ""
    rules: tuple[str, ...] = ()
    place: str = ""
    whole: str = ""
    if_open: Mapping[str, Any] = {}

    @cached_property
    def opened(self) -> "Entry":
        """What is said of a number that has an interval."""
        own = self.model_dump(exclude={"if_open"})
        return Entry.model_validate({**own, **self.if_open})

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that its sentences leave to be filled in."""
        others = (text for text in self.if_open.values() if isinstance(text, str))
        return words(" ".join((self.label, self.formula, self.universe, self.method, *others)))


@cache
def words(pattern: str) -> frozenset[str]:
    """The `{words}` of a pattern."""
    return frozenset(word for _, word, _, _ in Formatter().parse(pattern) if word)
