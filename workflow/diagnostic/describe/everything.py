"""The codebook with the tables that are not in it: those that a team gives as a CSV, declared by their models only."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import pandera.pandas as pa

from diagnostic.codebook.model import Codebook, Option, TableDef, Variable
from diagnostic.codebook.results import LAW_RESULTS, LAW_SOURCES
from diagnostic.collect.answers import CIRCULATIONS, FIELDS, PRACTICES, VERSIONS
from diagnostic.collect.table_names import ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core.tables import columns

GIVEN = "structures practices outreach contacts restitutions law_results duplicates vignettes".split()
ROW = "row"
LISTS: Mapping[str, Mapping[str, str]] = {  # of which table's column: code → its French words
    "structures.activity_field": FIELDS,
    "practices.kind": PRACTICES,
    "restitutions.version": VERSIONS,
    "law_results.result": {code: words for group in LAW_RESULTS.values() for code, words in group.items()},
    "law_results.source": LAW_SOURCES,
    "law_results.circulation": {one: one for one in CIRCULATIONS},
    "duplicates.decision": {"same": "mêmes personnes", "different": "personnes différentes", "unsure": "ne sait pas"},
}
ALSO = {  # another writing of an answer, beside the parts of its words that a comma separates
    "approach": "démarche",
    "interim": "intermédiaire",
    "final": "finale",
    "same": "même personne",
    "different": "deux personnes",
    "unsure": "on ne sait pas",
}
# What people write above the columns of the tables that they keep beside a form, where it is not what the codebook asks.
_CALLED = {
    "sites.site_code": "site, code, nom du site, site internet",
    "sites.category": "type, genre, type de site, genre de site",
    "sites.status": "état du site, ouvert ou fermé",
    "ad_counts.site_code": "site, code, nom du site, site internet",
    "ad_counts.place": "ville, commune, secteur, agglomération",
    "ad_counts.count": "annonces, nombre, nombre d’annonces, annonces comptées, total d’annonces",
    "ad_counts.window_start": "relevé le, compté le, jour du relevé, date du relevé, du",
    "ad_counts.window_end": "au, jusqu’au, dernier jour du relevé",
    "partners.partner_code": "structure, organisme, partenaire, service, association, structure contactée",
    "partners.contacted_on": "contacté le, contactée le, écrit le, envoyé le, premier contact, premier envoi",
    "partners.outcome": "réponse, a répondu, suite, retour, résultat, suite donnée",
    "reminders.partner_code": "structure, organisme, partenaire, service, association, structure relancée",
    "reminders.reminded_on": "relance, relancé le, relancée le, rappel, rappelé le, relance le, date du rappel",
    "press.outlet": "journal, média, titre de presse, publication, source",
    "press.date": "paru le, publié le, date de parution, date de publication",
    "press.title": "titre, titre de l’article, intitulé",
    "duplicates.first": "situation a, situation 1, première",
    "duplicates.second": "situation b, situation 2, seconde, deuxième",
    "duplicates.decision": "même personne, mêmes personnes, doublon, verdict",
    "duplicates.initials": "qui, par, décidé par, qui a décidé",
    "interview_records.interview_id": "n, numéro, entretien",
    "interview_records.date": "jour, date de l’entretien, rencontré le",
    "interview_records.structure": "organisme, service, structure rencontrée",
    "interview_records.mode": "comment, mode d’entretien",
    "interview_records.people_met": "personnes vues, personnes rencontrées, nombre de personnes rencontrées",
    "interview_records.interview_notes": "ce qui a été dit, compte rendu",
    "interview_situations.interview_id": "n, entretien, numéro de l’entretien",
    "interview_situations.situation_number": "situation, situation n",
    "interview_situations.persons_in_situation": "nombre, personnes, nombre de personnes",
    "structures.name": "nom du lieu, lieu, organisme",
    "structures.structure_code": "n, numéro",
    "structures.activity_field": "secteur, domaine",
    "structures.agrees_to_be_named": "peut être nommé, peut être nommée, à nommer",
    "ads.ad_id": "n, numéro, annonce, annonce n",
    "ads.coder": "lue par, lu par, qui, codé par",
    "situation_coding.coder": "qui code, qui, codé par",
    "situation_coding.record_id": "réponse, réponse n, n de réponse",
    "situation_coding.situation_number": "situation, situation n",
}
CALLED = {name: tuple(texts.split(", ")) for name, texts in _CALLED.items()}
YES_NO = "yes_no"
TITLE = 31  # signs of the title of a sheet, at most


@lru_cache(maxsize=4)
def everything(codebook: Codebook) -> Codebook:
    """The codebook, and each table of GIVEN beside its own: the same names, titles and answers as its model declares."""
    tables, lists = dict(codebook.tables), dict(codebook.lists)
    variables = list(codebook.variables)
    for name in GIVEN:
        schema = INPUTS[name].to_schema()
        title = str(schema.title).partition(" : ")[0]
        tables[name] = TableDef(name, title, name, title[:TITLE], "", str(schema.title), ())
        for column in (one for one in columns(INPUTS[name]) if one != ROW):
            own, words = f"{name}.{column}", LISTS.get(f"{name}.{column}", {})
            options = []
            for code, label in words.items():
                others = {*label.split(", "), *([ALSO[code]] if code in ALSO else [])} - {label}
                options.append(Option(own, code, label, tuple(others)))
            lists |= {own: tuple(options)} if words else {}
            variables.append(_variable(name, column, schema.columns[column], own if words else ""))
    version = f"{codebook.version}, et le reste"
    return replace(codebook, tables=tables, lists=lists, variables=tuple(variables), version=version)


def _variable(table: str, name: str, declared: pa.Column, own: str) -> Variable:
    kind = str(declared.dtype)
    sorts = {"Int64": "integer", "boolean": "single"}
    sort = "single" if own else "date" if kind.startswith("datetime") else sorts.get(kind, "text")
    answers = own or (YES_NO if kind == "boolean" else "")
    label, question = str(declared.title), str(declared.description)
    return Variable(table, "", name, sort, list=answers, label=label, question=question)


FORM = "questionnaire"
TABLES: dict[str, tuple[str, ...]] = {  # role → its tables
    **ROLES,
    **WORKBOOKS,
    **{name: (name,) for name in ("sites", "ad_counts", "ad_pages", "wave_counts", "wave_ads", "press", *GIVEN)},
}
ROLE_OF = {table: role for role, tables in TABLES.items() for table in tables}
