"""The compliance file of a study (*dossier de conformité*): what its team and data-protection officer have decided.

`vault/{study}/conformite/` holds `conformite.yaml`, read here, and documents for people. `diagnostic creer` lays them
with blanks; a study with real data cannot be final while one is left. Messages say where, never what was written.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from diagnostic.core.declarations import ConfigError, Day, Section, Text, explain, parse, validate
from diagnostic.core.french import date, plural, typographic
from diagnostic.privacy import folding

FOLDER = "conformite"
FORM = "conformite.yaml"
FOLLOWED = "suivi.yaml"  # where the team notes how far it is: no calculation, and no document, hangs on it
DOCUMENTS = (
    *("analyse-impact.md", "registre.md", "notice-repondants.md", "notice-tiers.md"),
    *("responsabilite-conjointe.md", "donnees-infractions.md", "conservation.md"),
)
BLANK = "[à compléter]"
_BLANK = folding.fold(BLANK)
NONE = "sans objet"


def or_none(value: object) -> object:
    """« sans objet » is a decision, not a blank."""
    return None if isinstance(value, str) and folding.fold(value) == NONE else value


DateOrNone = Annotated[Day | None, BeforeValidator(or_none)]


class Controller(Section):
    name: Text
    contact: Text


class Officer(Controller):
    opinion_date: Day = Field(description="Jour de son avis écrit sur l’analyse d’impact.")


class LegalBases(Section):
    article_6: Text
    article_9: Text
    article_10: Text
    article_46: Text


class Assessment(Section):
    date: Day
    outcome: Literal["favorable", "favorable avec réserves", "défavorable"]
    residual_risk: Literal["acceptable", "élevé"]


class Retention(Section):
    """Until when a study keeps what: `exports` for received exports, private tables and the key; `contacts`, at the
    latest, for the contacts of people who agreed to be contacted again."""

    exports: Day
    contacts: Day


class Compliance(Section):
    """`conformite.yaml`, complete."""

    officer: Officer
    controllers: list[Controller] = Field(min_length=1)
    joint_agreement: DateOrNone
    legal_bases: LegalBases
    impact_assessment: Assessment
    cnil_consultation: DateOrNone
    retention: Retention
    recipients: list[Text] = Field(min_length=1)
    hosting: Text
    breach_contact: Text


class _RetentionOnly(Section):
    retention: Retention


class _Opinion(Section):
    opinion_date: Day


class _Before(Section):
    officer: _Opinion
    retention: Retention


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a study's compliance folder, by name; none when the folder is absent or closed."""
    try:
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    except OSError:
        return {}


def retention(files: Mapping[str, bytes]) -> Retention:
    """The dates of `diagnostic purger`, whatever else is still blank. Raises ConfigError without them."""
    try:
        content = {"retention": _parsed(files).get("retention")}
        if found := [f"{FORM} : {key} : à compléter." for key in blanks(content)]:
            raise ConfigError("\n".join(found))
        return validate(_RetentionOnly, content, FORM).retention
    except ConfigError as error:
        raise ConfigError(typographic(str(error))) from None


def readable(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The form as it is written; empty where it is absent or cannot be read."""
    try:
        return _parsed(files)
    except ConfigError:
        return {}


def decided(files: Mapping[str, bytes]) -> dict[str, object]:
    """Who decided of a study's dates, as its form says it, whatever else is still blank."""
    content = readable(files)
    named = {"responsables": content.get("controllers"), "délégué·e": content.get("officer")}
    return {what: said for what, said in named.items() if said and not list(blanks(said))}


def before(files: Mapping[str, bytes], today: dt.date) -> list[str]:
    """What must be decided before the first answer of a real study is received, and is not: the officer's opinion, and until when
    what is kept. French lines."""
    try:
        form = _parsed(files)
        officer = form.get("officer")
        given = {"opinion_date": officer.get("opinion_date")} if isinstance(officer, dict) else officer
        content = {"officer": given, "retention": form.get("retention")}
        if found := [f"{FORM} : {key} : à compléter." for key in blanks(content)]:
            return found
        decided = validate(_Before, content, FORM)
    except ConfigError as error:
        return str(error).splitlines()
    found = []
    if (day := decided.officer.opinion_date) > today:
        found.append(f"{FORM} : officer.opinion_date : le {date(day)} n’est pas encore passé ; attendre cet avis.")
    past = [(key, day) for key, day in decided.retention if day <= today]
    return found + [f"{FORM} : retention.{key} : le {date(day)} est passé." for key, day in past]


def problems(
    files: Mapping[str, bytes], today: dt.date, period_end: dt.date | None = None, purged: bool = False
) -> list[str]:
    """What keeps the study from being final, one French line each: blanks, absent files, impossible dates.

    `period_end` is the last day of the study's period; `purged` says that the data is gone, so that past dates are
    as they should be.
    """
    compliance, found = _form(files)
    if compliance is not None:
        found += [f"{FORM} : {line}" for line in _contradictions(compliance, today, period_end, purged)]
    for name in DOCUMENTS:
        found += _document(name, files.get(name))
    return [typographic(line) for line in found]


# --- the form ---------------------------------------------------------------------------------------------------
def _parsed(files: Mapping[str, bytes]) -> dict[str, Any]:
    if FORM not in files:
        raise ConfigError(f"{FORM} : fichier introuvable ; le reprendre de config/modeles/conformite/.")
    return parse(files[FORM], FORM)


def _form(files: Mapping[str, bytes]) -> tuple[Compliance | None, list[str]]:
    """The form, or what is wrong with it: blanks first, then what the model refuses elsewhere."""
    try:
        content = _parsed(files)
    except ConfigError as error:
        return None, str(error).splitlines()
    blank = list(blanks(content))
    found = [f"{FORM} : {key} : à compléter." for key in blank]
    compliance = None
    try:
        compliance = Compliance.model_validate(content)
    except ValidationError as refused:
        for wrong in refused.errors(include_input=False):
            if ".".join(map(str, wrong["loc"])) not in blank:
                found.append(f"{FORM} : {explain(wrong, Compliance)}.")
    return (None, found) if found else (compliance, [])


def blanks(content: object, key: str = "") -> Iterator[str]:
    """The keys, with dots, whose value says nothing yet: empty, signs only, or still the words « à compléter »."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from blanks(value, f"{key}.{name}" if key else str(name))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from blanks(value, f"{key}.{number}")
    elif isinstance(content, str) and (not re.search(r"\w", content) or _BLANK in folding.fold(content)):
        yield key


def _contradictions(compliance: Compliance, today: dt.date, period_end: dt.date | None, purged: bool) -> Iterator[str]:
    """What each value alone does not show."""
    assessed = compliance.impact_assessment
    done = {"officer.opinion_date": compliance.officer.opinion_date, "joint_agreement": compliance.joint_agreement}
    done |= {"impact_assessment.date": assessed.date, "cnil_consultation": compliance.cnil_consultation}
    for key, day in done.items():
        if day and day > today:
            yield f"{key} : le {date(day)} n’est pas encore passé ; écrire le jour où c’est fait."
    for key, day in compliance.retention:
        if day <= today and not purged:
            remedy = "lancer « diagnostic purger », ou décider d’une autre date et la motiver dans conservation.md"
            yield f"retention.{key} : le {date(day)} est passé ; {remedy}."
        if period_end and day < period_end:
            yield f"retention.{key} : le {date(day)} précède la fin de la période étudiée, le {date(period_end)}."
    if len(compliance.controllers) > 1 and compliance.joint_agreement is None:
        yield "joint_agreement : il y a plusieurs responsables ; écrire le jour de leur accord (article 26 du RGPD)."
    if assessed.outcome == "défavorable":
        yield "impact_assessment.outcome : défavorable ; l’étude ne peut pas être finale sans nouvelle analyse."
    if assessed.residual_risk == "élevé" and compliance.cnil_consultation is None:
        yield "cnil_consultation : le risque reste élevé ; consulter la CNIL (article 36 du RGPD) et écrire le jour."
    if compliance.officer.opinion_date < assessed.date:
        yield "officer.opinion_date : l’avis est d’avant l’analyse d’impact ; il doit porter sur l’analyse achevée."


# --- the documents ----------------------------------------------------------------------------------------------
def _document(name: str, content: bytes | None) -> Iterator[str]:
    if content is None:
        yield f"{name} : fichier introuvable ; le reprendre de config/modeles/conformite/."
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield f"{name} : le fichier n’est pas en UTF-8 ; l’enregistrer dans cet encodage."
        return
    if not re.search(r"\w", text):
        yield f"{name} : le fichier est vide ; le reprendre de config/modeles/conformite/."
    yield from unfilled(name, text)


def unfilled(name: str, text: str) -> Iterator[str]:
    """The lines of a document that still say « à compléter », told in one."""
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if _BLANK in folding.fold(line)]
    if lines:
        word = plural(len(lines), "ligne")
        yield f"{name} : {len(lines)} {word} à compléter ({word} {', '.join(map(str, lines))})."
