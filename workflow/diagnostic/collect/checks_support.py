"""Contradictions in what the team knows of support: structures named without their word, numbers in practices, a funnel that widens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from diagnostic.codebook.results import INSTALLED
from diagnostic.collect.answers import STEPS
from diagnostic.collect.findings import Finding, Tables, needs, repeats
from diagnostic.privacy.folding import fold

NUMBER = re.compile(r"\d|%")
# The first word of a name that is that of the post of one person, folded: « intervenante sociale », « référent·e ».
POST = re.compile(
    r"(adjoint|assistant|avocat|charge|delegue|intervenant|president|procureur|referent|substitut)e?|commissaire|juge|medecin|"
    r"psychologue|responsable|sage|chef(fe)?|agente?|(conseill|infirmi|offici|polici)(er|ere)|"
    r"(animat|coordinat|coordonnat|direct|educat|mediat)(eur|rice)"
)


@needs(structures=("agrees_to_be_named", "name"))
def names_as_agreed(tables: Tables) -> Iterator[Finding]:
    table = tables["structures"].dropna(subset=["agrees_to_be_named"])
    agrees, named = table["agrees_to_be_named"].astype(bool), table["name"].notna()
    for row in table.loc[named & ~agrees, "row"]:
        message = "La structure n'accepte pas d'être nommée, et son nom est écrit."
        remedy = "Effacer le nom : la structure est comptée sous son code, sans être nommée."
        yield Finding("structures", int(row), "name", message, remedy)
    for row in table.loc[~named & agrees, "row"]:
        message = "La structure accepte d'être nommée, et son nom manque."
        yield Finding("structures", int(row), "name", message, "Écrire le nom du service, sans nom de personne.")


@needs(structures=("name",))
def posts_of_one_person(tables: Tables) -> Iterator[Finding]:
    """A service agrees to be named, not the one person who holds a post: who that is can be asked anybody there."""
    names = tables["structures"].dropna(subset=["name"])
    first = names["name"].map(lambda name: re.split(r"[^a-z]", fold(re.sub(r"[·.]\w+", "", name)).strip())[0])
    for row in names.loc[first.str.fullmatch(POST), "row"]:
        message = "Ce nom est celui d'un poste, donc d'une personne, et non d'un service."
        remedy = (
            "Écrire le nom du service qui l'emploie (« Intervention sociale au commissariat »), ou « non » à l'accord "
            "et effacer le nom."
        )
        yield Finding("structures", int(row), "name", message, remedy)


@needs(structures=("name",))
def repeated_names(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["structures"], ("name",)):
        message = f"Structure en double : le nom est déjà à la ligne {first}."
        yield Finding(
            "structures", row, "name", message, "Réunir les deux lignes ; une structure ne compte qu'une fois."
        )


@needs(practices=("title", "audience"))
def numbers_in_practices(tables: Tables) -> Iterator[Finding]:
    """What the team writes prints no number that is no fact; names of services and short help lines are no such."""
    table = tables["practices"]
    for column in ("title", "audience"):
        for row in table.loc[table[column].fillna("").str.contains(NUMBER), "row"]:
            message = "Un nombre dans ce texte : le rapport n'imprime que des indicateurs, qui ont une fiche."
            remedy = "Le dire sans nombre, ou le citer dans un bloc de l'équipe par {fact:…}."
            yield Finding("practices", int(row), column, message, remedy)


@needs(practices=("kind", "title", "offered_by", "where"))
def repeated_practices(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["practices"], ("kind", "title", "offered_by", "where"), ("offered_by", "where")):
        message = f"Ligne en double : même nature, même intitulé, même service, même lieu que la ligne {first}."
        yield Finding("practices", row, "title", message, "Supprimer la ligne en trop.")


@needs(actions=("action", "remarks"))
def numbers_in_actions(tables: Tables) -> Iterator[Finding]:
    """As in practices: a report prints no number that is no fact."""
    table = tables["actions"]
    for column in ("action", "lead", "remarks"):
        for row in table.loc[table[column].fillna("").str.contains(NUMBER), "row"]:
            message = "Un nombre dans ce texte : le rapport n'imprime que des indicateurs, qui ont une fiche."
            yield Finding("actions", int(row), column, message, "Le dire sans nombre.")


@needs(law_results=("year", "result"))
def repeated_results(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["law_results"], ("year", "result")):
        message = f"Ligne en double : même année et même mesure que la ligne {first}."
        yield Finding("law_results", row, "result", message, "Garder une seule ligne, celle de la source qui fait foi.")


@needs(law_results=("result", "value"))
def days_and_numbers(tables: Tables) -> Iterator[Finding]:
    """The commission is installed on a day; everything else is a number."""
    table = tables["law_results"].dropna(subset=["result", "value"])
    for row, result, value in zip(table["row"], table["result"], table["value"], strict=True):
        if result == INSTALLED and not _exists(value):
            yield Finding("law_results", int(row), "value", "Un jour est attendu.", "L'écrire ainsi : 2017-11-25.")
        elif result != INSTALLED and not value.isdecimal():
            yield Finding("law_results", int(row), "value", "Un nombre entier est attendu.", "Écrire le nombre seul.")


@needs(law_results=("circulation", "link"))
def public_where_published(tables: Tables) -> Iterator[Finding]:
    table = tables["law_results"]
    for row in table.loc[table["circulation"].eq("public") & table["link"].isna(), "row"]:
        message = "Ce total est dit public, et rien ne dit où il est publié."
        remedy = "Écrire l'adresse de la publication, ou la diffusion « commission »."
        yield Finding("law_results", int(row), "link", message, remedy)


@needs(law_results=("reference_date",))
def impossible_reference_days(tables: Tables) -> Iterator[Finding]:
    for row, text in tables["law_results"][["row", "reference_date"]].dropna().itertuples(index=False):
        if not _exists(text):
            remedy = "Écrire un jour, un mois ou une année qui existe : 2026-01-31, 2026-01 ou 2026."
            yield Finding("law_results", int(row), "reference_date", "Cette date n'existe pas.", remedy)


@needs(restitutions=("date", "version", "audience"))
def repeated_restitutions(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["restitutions"], ("date", "version", "audience")):
        message = f"Ligne en double : même date, même version, mêmes destinataires que la ligne {first}."
        yield Finding("restitutions", row, "date", message, "Supprimer la ligne en trop.")


@needs(outreach=tuple(STEPS))
def narrowing_steps(tables: Tables) -> Iterator[Finding]:
    """Each step is reached by a part of the one before it, so never by more."""
    table = tables["outreach"]
    for before, after in zip(STEPS, list(STEPS)[1:], strict=False):
        given = table.dropna(subset=[before, after])
        for row in given.loc[given[after] > given[before], "row"]:
            message = f"Plus que l'étape précédente ({STEPS[after]}, {STEPS[before]}) : une étape en est une partie."
            remedy = "Vérifier les deux nombres ; compter ce qui suit de l'étape précédente, et rien d'autre."
            yield Finding("outreach", int(row), after, message, remedy)


@needs(contacts=("structure_code", "period_start", "period_end"))
def contacts_of_one_period(tables: Tables) -> Iterator[Finding]:
    """A service counts a period once, and its periods end after they begin."""
    table = tables["contacts"]
    for row, first in repeats(table, ("structure_code", "period_start")):
        message = f"Ligne en double : même service et même début que la ligne {first}."
        yield Finding("contacts", row, "structure_code", message, "Réunir les deux lignes.")
    for row in table.loc[table["period_end"] < table["period_start"], "row"]:
        yield Finding(
            "contacts", int(row), "period_end", "La période finit avant de commencer.", "Corriger l'une des dates."
        )


@needs(restitutions=("date", "data_until"))
def data_before_presentation(tables: Tables) -> Iterator[Finding]:
    table = tables["restitutions"].dropna(subset=["date", "data_until"])
    for row, date, until in zip(table["row"], table["date"], table["data_until"], strict=True):
        if until[: len(date)] > date[: len(until)]:
            message = "Les données iraient au-delà du jour de la restitution."
            yield Finding("restitutions", int(row), "data_until", message, "Vérifier les deux dates.")


@needs(restitutions=("date", "data_until"))
def impossible_days(tables: Tables) -> Iterator[Finding]:
    table = tables["restitutions"]
    for column in ("date", "data_until"):
        for row, text in table[["row", column]].dropna().itertuples(index=False):
            if not _exists(text):
                remedy = "Écrire un jour, un mois ou une année qui existe : 2026-04-14, 2026-04 ou 2026."
                yield Finding("restitutions", int(row), column, "Cette date n'existe pas.", remedy)


def _exists(moment: str) -> bool:
    """Whether a day, a month or a year written with its missing parts left out is in the calendar."""
    try:
        return bool(dt.date.fromisoformat(moment + "-01-01"[len(moment) - 4 :]))
    except ValueError:
        return False
