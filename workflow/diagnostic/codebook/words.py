"""The codebook's closed vocabularies and conditions, in French, for people who read or fill what is made from it."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostic.codebook import routing
from diagnostic.codebook.model import Codebook, TableDef, Variable
from diagnostic.codebook.routing import Answered, Atom, Condition, Equals
from diagnostic.codebook.terms import Asked
from diagnostic.core.french import number, typographic
from diagnostic.core.wording import either

TYPES = {
    "single": "une seule réponse",
    "multiple": "plusieurs réponses possibles",
    "text": "texte court",
    "long_text": "texte",
    "count_text": "nombre ou fourchette, en texte",
    "integer": "nombre entier",
    "date": "date",
    "code": "code",
    "note": "texte affiché",
}
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
}
PRIVACY = {
    "vault": "coffre : ne quitte jamais le coffre",
    "pseudonym": "pseudonyme : remplacé par un code à clé",
    "free_text": "texte libre : lu et codé, jamais diffusé",
    "geography": "lieu : jamais plus fin que l'intercommunalité",
    "sensitive": "sensible : jamais cité, diffusé en effectifs protégés",
    "closed": "fermé : réponse d'une liste, sans risque propre",
}
SHAPES = {
    "": "partout",
    "unrolled": "là où les situations sont déroulées (LimeSurvey, Google Forms)",
    "sheet": "dans les classeurs seulement",
    "merged": "dans un autre formulaire, qui réunit en une question ce que celui-ci demande en plusieurs",
}
FITS = {"": "", "exact": "équivalent", "partial": "correspondance partielle"}


def condition(codebook: Codebook, of: Condition | None, table: TableDef) -> str:
    """« si « Mode de réponse » est « À plusieurs » » ; empty when the question is always asked."""
    if of is None:
        return ""

    def named(name: str) -> Variable:
        tables = (table.name, table.parent, table.includes)
        return next(v for v in codebook.variables if v.name == name and v.table in tables)

    def atom(part: Atom) -> str:
        variable = named(part.name)
        if isinstance(part, Answered):
            return f"« {variable.label} » a une réponse"
        labels = {option.code: option.label for option in codebook.options(variable)}
        words = either([labels[code] for code in part.codes])
        return f"« {variable.label} » {'est' if isinstance(part, Equals) else 'comprend'} {words}"

    text = routing.render(of, atom, "sauf si {}", (" et ", " ou "))
    return typographic("si " + (text[1:-1] if text.startswith("(") else text))


def counted(codebook: Codebook, asked: Sequence[Asked]) -> str:
    """« Genre : Femme(s) ; Âge : Moins de 15 ans ou 15 à 17 ans »."""
    named = {variable.name: variable for variable in codebook.variables}
    parts = []
    for name, codes in asked:
        labels = {option.code: option.label for option in codebook.options(named[name])}
        parts.append(f"{named[name].label} : {' ou '.join(labels[code] for code in codes)}")
    return typographic(" ; ".join(parts))


def who(codebook: Codebook, variable: Variable) -> str:
    """When the variable is asked: its block's condition and its own; empty when always."""
    table = codebook.tables[variable.table]
    return condition(codebook, routing.together(codebook.condition_of_block(variable), variable.condition), table)


def expected(variable: Variable) -> str:
    """What may be written: type and limits."""
    limits = ""
    if variable.minimum is not None and variable.maximum is not None:
        limits = f", de {number(variable.minimum)} à {number(variable.maximum)}"
    return TYPES[variable.type] + limits
