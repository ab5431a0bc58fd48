"""What is wrong in the sets of answers, the age bands and the indicators: nothing may drop out of a total unseen."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from diagnostic.codebook.findings import Finding
from diagnostic.codebook.indicators import CODED, LAW, NEEDS, OF_BOTH
from diagnostic.codebook.meaning import STATUS, STRENGTHS, meaning
from diagnostic.codebook.model import DONT_KNOW, Codebook, Option
from diagnostic.codebook.terms import SOME
from diagnostic.core.wording import either

ADULT, MINOR = 18, "minor"  # age, class
NEAR = 0.85  # likeness of two names, one of which may be a slip
# Answers that the workflow itself names (list → codes): who answers for a team, where, what a site is, who may be written to.
FIXED = {
    "answer_mode": ("indiv", "group"),
    "consent": ("yes", "no"),
    "contact_outcome": ("answered", "interview", "declined"),
    "count_method": ("exact", "page_extrapolated"),
    "declared_origin": ("not_stated",),
    "price_class": ("free", "under_10", "from_10", "from_50", "over_200"),
    "record_kind": ("response", "interview"),
    "site_state": ("open", "suspended", "closed", "not_stated"),
    "territory": ("in", "out", "both"),
    "wave": ("first", "second"),
    "yes_no": ("yes", "no"),
}
OPTIONS, INDICATORS = "options.csv", "indicators.csv"


def sets(codebook: Codebook) -> Iterator[Finding]:
    """Groups and age bands of every list."""
    for options in codebook.lists.values():
        yield from _groups(options)
        yield from _bands([option for option in options if not option.exclusive])


def fixed(codebook: Codebook) -> Iterator[Finding]:
    """Answers that the workflow names keep their codes, whole: what is renamed or split would no longer be recognised."""
    for name, codes in FIXED.items():
        options = codebook.lists.get(name, ())
        known = {option.code for option in options}
        gone = [code for code in codes if code not in known]
        if options and gone:
            message = f"La liste n'a plus de réponse {either(gone)}, que le calcul nomme."
            yield Finding(OPTIONS, options[0].row, "list", message, "Garder ce code ; le libellé peut changer.", name)
        for option in options:
            if parts := [code for code in option.groups if code in codes]:
                message = "Le calcul nomme cette réponse par son code : elle ne se scinde pas."
                yield Finding(OPTIONS, option.row, "groups", message, "Vider la cellule.", " | ".join(parts))


def _groups(options: tuple[Option, ...]) -> Iterator[Finding]:
    carried = [name for option in options for name in option.groups]
    names = {option.code for option in options} | {name for name in carried if carried.count(name) > 1}
    for option in options:
        if option.groups and option.code == DONT_KNOW:
            message = "« Ne sait pas » n'est d'aucun ensemble."
            yield Finding(OPTIONS, option.row, "groups", message, "Vider la cellule.", " | ".join(option.groups))
        for name in option.groups:
            near = difflib.get_close_matches(name, names - {name, option.code}, n=1, cutoff=NEAR)
            if name == SOME or (name not in names and near):
                message = "Ce nom d'ensemble est pris." if name == SOME else "Cette réponse est seule de son ensemble."
                remedy = f"Vouliez-vous « {near[0]} » ?" if near else "En choisir un autre."
                yield Finding(OPTIONS, option.row, "groups", message, remedy, name)


def _bands(options: list[Option]) -> Iterator[Finding]:
    """Bands follow each other from the youngest, without a gap; those that begin under 18 are of minors."""
    told = [option for option in options if option.age_from is not None]
    if not told:
        return
    before = -1
    for option in options:
        age = option.age_from
        if age is None or age <= before:
            message = "Il manque l'âge le plus bas de la tranche." if age is None else "Les tranches vont en croissant."
            remedy = "Écrire l'âge en années, les tranches dans l'ordre."
            yield Finding(OPTIONS, option.row, "age_from", message, remedy, "" if age is None else str(age))
            continue
        before = age
        if age < ADULT and option.klass != MINOR:
            message = f"Cette tranche commence avant {ADULT} ans : elle est de la classe « {MINOR} »."
            yield Finding(OPTIONS, option.row, "class", message, f"Écrire « {MINOR} ».", option.klass)


def statuses(codebook: Codebook) -> Iterator[Finding]:
    """Every status says whether the persons are in prostitution: one that says neither would leave them out."""
    known = meaning(codebook).strengths
    for option in next((codebook.options(v) for v in codebook.variables if v.name == STATUS), ()):
        if not option.exclusive and option.code not in known:
            message = "Ce statut ne dit pas si la personne est en situation de prostitution ou à risque."
            yield Finding(OPTIONS, option.row, "groups", message, f"Écrire {either(list(STRENGTHS))}.", option.code)


def indicators(codebook: Codebook) -> Iterator[Finding]:
    """Identifiers that repeat, bases without words, and answers of exclusive variables that no indicator counts."""
    seen: dict[str, int] = {}
    for one in codebook.indicators:
        if one.fact_id in seen:
            message = f"Cet identifiant est déjà pris à la ligne {seen[one.fact_id]}."
            yield Finding(INDICATORS, one.row, "indicator", message, "En choisir un autre.", one.fact_id)
        seen.setdefault(one.fact_id, one.row)
        if one.unit == "professional" and not one.fact_id.startswith((CODED, NEEDS, LAW)):
            message = "Cet identifiant n'est pas de ceux qui comptent des professionnel·les."
            remedy = f"Commencer par {either([CODED, NEEDS, LAW])}."
            yield Finding(INDICATORS, one.row, "indicator", message, remedy, one.fact_id)
        if one.fact_id.startswith(CODED) and (other := [name for name in one.variables if name not in OF_BOTH]):
            message = f"Un indicateur « {CODED}… » compte qui a répondu et qui a été rencontré ensemble : cette question n'est pas des deux."
            yield Finding(INDICATORS, one.row, "asked", message, f"Nommer {either(OF_BOTH)}.", other[0])
        if one.unit in ("professional", "ad") and len(one.asked) > 1:
            message = "Un indicateur de professionnel·les ou d'annonces compte les réponses à une question."
            yield Finding(INDICATORS, one.row, "asked", message, "N'en nommer qu'une.")
        if bool(one.within) != bool(one.within_label):
            message = "Une base réduite a ses mots, et elle seule."
            yield Finding(INDICATORS, one.row, "within_label", message, "Remplir les deux cellules, ou les vider.")
    counted = {
        (one.asked[0][0], code)
        for one in codebook.indicators
        if one.unit == "person" and len(one.asked) == 1
        for code in one.asked[0][1]
    }
    for variable in codebook.variables:
        for option in codebook.options(variable) if variable.exclusive else ():
            if not option.exclusive and (variable.name, option.code) not in counted:
                message = f"Aucun indicateur ne compte cette réponse à « {variable.label} »."
                remedy = "Écrire dans « groups » le nom de l'ensemble dont elle est une part, ou ajouter un indicateur."
                yield Finding(OPTIONS, option.row, "groups", message, remedy, option.code)
