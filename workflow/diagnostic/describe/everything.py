"""The codebook with the tables that are not in it: those that a team gives as a CSV, declared by their models only."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandera.pandas as pa

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.model import Codebook, Option, TableDef, Variable
from diagnostic.codebook.results import LAW_RESULTS, LAW_SOURCES
from diagnostic.collect.answers import CIRCULATIONS, FIELDS, PRACTICES, VERSIONS
from diagnostic.collect.exports.tools import OTHER
from diagnostic.collect.table_names import ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core.declarations import parse
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
CALLED = {  # table.variable → what people write above such a column
    f"{table}.{name}": tuple(texts.split(", "))
    for table, own in parse((Path(__file__).parent / "called.yaml").read_bytes(), "called.yaml").items()
    for name, texts in own.items()
}
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
            others = {code: {*label.split(", "), ALSO.get(code, label)} - {label} for code, label in words.items()}
            options = tuple(Option(own, code, label, tuple(others[code])) for code, label in words.items())
            lists |= {own: options} if words else {}
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


FORM, KEY = "questionnaire", "response_id"
TABLES: dict[str, tuple[str, ...]] = {  # role → its tables
    **ROLES,
    **WORKBOOKS,
    **{name: (name,) for name in ("sites", "ad_counts", "ad_pages", "wave_counts", "wave_ads", "press", *GIVEN)},
}
ROLE_OF = {table: role for role, tables in TABLES.items() for table in tables}


def boxes(headings: Headings, variable: str) -> bool:
    """Whether a question has a box where « Autre » is written."""
    return f"{variable}{OTHER}" in {v.name for v in headings.variables}


def roles_of(names: Iterable[str]) -> set[str]:
    """The roles of the tables of a sheet; what is none stays as it is."""
    return {ROLE_OF.get(table, table) for table in names}


def tables_of(names: Iterable[str]) -> tuple[str, ...]:
    """The tables of a sheet, those of the form for `FORM`."""
    return tuple(table for name in names for table in (ROLES[FORM] if name == FORM else (name,)))


@lru_cache(maxsize=64)
def of_tables(codebook: Codebook, names: tuple[str, ...]) -> Headings:
    """The headings of the tables of a sheet, what is none left out."""
    return Headings(codebook, tuple(table for table in tables_of(names) if table in codebook.tables))
