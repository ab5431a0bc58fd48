"""One cell's text to one value: integers, dates, yes or no. Nothing is guessed; every refusal says why.

A refusal's `plain` part never repeats the cell; its `detail` may, and is shown only where the column allows
it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from diagnostic.core import french

FIRST_YEAR, LAST_YEAR = 1900, 2100
TRUE, FALSE = ("oui", "true", "vrai", "1"), ("non", "false", "faux", "0")
DAY_FIRST, GROUPED = "day_first", "grouped"
NOTES = {
    DAY_FIRST: "la date est lue jour/mois/année",
    GROUPED: "les espaces sont lus comme des séparateurs de milliers",
}

_SPACES = " \u00a0\u2009\u202f"
_INTEGER = re.compile(r"[-−]?[0-9]+")
_GROUPED = re.compile(rf"[-−]?[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+")
_DECIMAL = re.compile(rf"[-−]?[0-9{_SPACES}]+[.,][0-9]+")
_THREE_DECIMALS = re.compile(r"[-−]?[0-9]{1,3}(?:[.,][0-9]{3})+")
_FORMULA_ERROR = re.compile(r"#[\w/]+[!?]?")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}")
_SERIAL = re.compile(r"[0-9]{5,6}(?:[.,][0-9]+)?")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of spreadsheets, for days after 1900-02-28
WRITE_DATE = "Écrire la date ainsi : 2018-09-20 ou 20/09/2018."


@dataclass(frozen=True)
class Typed:
    """A value read, and the name of the reading rule it needed, if any."""

    value: object
    note: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a text is not such a value, and what to do; `detail` repeats something of the text."""

    plain: str
    remedy: str
    detail: str = ""


def integer(text: str) -> Typed | Refusal:
    """A whole number written without decimals; groups of three digits may be parted by spaces."""
    if _INTEGER.fullmatch(text) or _GROUPED.fullmatch(text):
        digits = re.sub(rf"[{_SPACES}]", "", text).replace("−", "-")
        if len(digits.lstrip("-0")) > 15:
            return Refusal("Nombre démesuré : plus de quinze chiffres.", "Vérifier la cellule à la source.")
        return Typed(int(digits), "" if _INTEGER.fullmatch(text) else GROUPED)
    return Refusal(*_not_an_integer(text))


def _not_an_integer(text: str) -> tuple[str, str]:
    whole = "Écrire un nombre entier en chiffres, par exemple 12."
    if _THREE_DECIMALS.fullmatch(text):
        plain = "Nombre ambigu : trois chiffres après un point ou une virgule, décimales ou milliers ?"
        return plain, "Écrire le nombre sans séparateur, ou avec une espace pour les milliers : 1 234."
    if _DECIMAL.fullmatch(text):
        return "Nombre à décimales : un décompte est un entier, écrit sans virgule ni point.", whole
    if re.fullmatch(r"[-−]?[0-9.,]+[eE][+-]?[0-9]+", text):
        plain = "Nombre en notation scientifique : le tableur l'a abrégé et des chiffres sont peut-être perdus."
        return plain, "Donner à la colonne le format « Nombre » sans décimale, puis vérifier la valeur."
    if _FORMULA_ERROR.fullmatch(text):
        return (
            "Erreur de formule du tableur au lieu d'un nombre entier.",
            "Corriger la formule, ou saisir le nombre.",
        )
    if len(re.findall(r"[0-9]+", text)) > 1:
        plain = "Plusieurs nombres dans la cellule : un seul nombre entier est attendu."
        return plain, "Choisir le nombre à retenir : le plus petit, si la source hésite."
    if re.search(r"[0-9]", text):
        return "Un nombre mêlé de texte ou de signes : un nombre entier seul est attendu.", whole
    return "Du texte au lieu d'un nombre entier.", whole


def date(text: str, latest: dt.date | None = None) -> Typed | Refusal:
    """A day, as `datetime.date`, written yyyy-mm-dd or dd/mm/yyyy; from 1900 to `latest` (else 2100)."""
    ordered = _YEAR_FIRST.fullmatch(text)
    slashed = _SLASHED.fullmatch(text)
    if ordered:
        year, month, day = map(int, ordered.groups())
    elif slashed:
        day, month, year = map(int, slashed.groups())
    else:
        return _not_a_date(text)
    refusal = _impossible(year, month, day) or _too_early_or_late(year, month, day, latest)
    return refusal or Typed(dt.date(year, month, day), DAY_FIRST if slashed else "")


def _impossible(year: int, month: int, day: int) -> Refusal | None:
    plain = "Cette date n'existe pas dans le calendrier"
    if not 1 <= month <= 12:
        swapped = " ; le jour et le mois sont peut-être inversés" if 1 <= day <= 12 and month <= 31 else ""
        return Refusal(f"{plain} : le mois va de 1 à 12{swapped}.", WRITE_DATE, f"il n'y a pas de mois {month}")
    if not 1 <= day <= 31:
        return Refusal(f"{plain} : le jour va de 1 à 31.", WRITE_DATE, f"il n'y a pas de jour {day}")
    if year and day > calendar.monthrange(year, month)[1]:
        leap = f" en {year}" if (month, day) == (2, 29) else ""
        detail = f"le {day} {french.MONTHS[month - 1]} n'existe pas{leap}"
        return Refusal(f"{plain}.", "Retrouver la date à la source.", detail)
    return None


def _too_early_or_late(year: int, month: int, day: int, latest: dt.date | None) -> Refusal | None:
    check = "Vérifier l'année à la source."
    if year < FIRST_YEAR:
        return Refusal(f"Date invraisemblable : avant {FIRST_YEAR}.", check, f"année {year}")
    if latest and dt.date(year, month, day) > latest:
        return Refusal(f"Date dans le futur : après le {french.date(latest)}.", check)
    if year > LAST_YEAR:
        return Refusal(f"Date invraisemblable : après {LAST_YEAR}.", check, f"année {year}")
    return None


def _not_a_date(text: str) -> Refusal:
    if _SERIAL.fullmatch(text):
        plain = "Un numéro de jour de tableur au lieu d'une date : le format « Date » de la colonne a été perdu."
        remedy = (
            "Dans le tableur, donner à la colonne le format « Date » (2018-09-20 ou 20/09/2018), "
            "puis enregistrer en CSV."
        )
        serial = int(re.split("[.,]", text)[0])
        day = _EPOCH + dt.timedelta(days=serial)
        return Refusal(plain, remedy, f"{serial} y serait le {french.date(day)}" if day.year <= LAST_YEAR else "")
    if re.fullmatch(r"[0-9]{4}", text):
        return Refusal("Une année seule au lieu d'une date : il manque le jour et le mois.", WRITE_DATE)
    if _SHORT_YEAR.fullmatch(text):
        return Refusal("Année à deux chiffres : le siècle et l'ordre du jour sont ambigus.", WRITE_DATE)
    if re.match(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ]|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} ", text):
        return Refusal("Une heure suit la date : le jour seul est attendu.", f"Retirer l'heure. {WRITE_DATE}")
    if _FORMULA_ERROR.fullmatch(text):
        return Refusal("Erreur de formule du tableur au lieu d'une date.", f"Corriger la formule. {WRITE_DATE}")
    return Refusal("Ce n'est pas une date écrite année-mois-jour ou jour/mois/année.", WRITE_DATE)


def yes_or_no(text: str) -> Typed | Refusal:
    """Oui or non, in the words of a form or a spreadsheet."""
    word = text.casefold()
    if word in TRUE or word in FALSE:
        return Typed(word in TRUE)
    return Refusal("Ni « oui » ni « non ».", "Écrire oui ou non (true, vrai, 1 ; false, faux, 0 conviennent aussi).")


def text(value: str) -> Typed | Refusal:
    """Text stands as it is."""
    return Typed(value)
