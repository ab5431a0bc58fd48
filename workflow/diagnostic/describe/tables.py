"""The codebook with the tables that are not in it: those that a team gives as a CSV, declared by their models only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import pandera.pandas as pa

from diagnostic.codebook.model import Codebook, Option, TableDef, Variable
from diagnostic.codebook.results import LAW_RESULTS, LAW_SOURCES
from diagnostic.collect.answers import CIRCULATIONS, FIELDS, PRACTICES, VERSIONS
from diagnostic.collect.tables import INPUTS
from diagnostic.core.tables import columns

GIVEN = (
    "structures",
    "practices",
    "outreach",
    "contacts",
    "restitutions",
    "law_results",
    "duplicates",
    "vignettes",
)  # roles that no table of the codebook holds
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
ALSO: Mapping[
    str, tuple[str, ...]
] = {  # other writings of an answer, beside the parts of its words that a comma separates
    "approach": ("démarche",),
    "interim": ("intermédiaire",),
    "final": ("finale",),
    "same": ("même personne",),
    "different": ("deux personnes",),
    "unsure": ("on ne sait pas",),
}
YES_NO = "yes_no"


@lru_cache(maxsize=4)
def everything(codebook: Codebook) -> Codebook:
    """The codebook, and each table of GIVEN beside its own: the same names, titles and answers as its model declares."""
    tables, lists = dict(codebook.tables), dict(codebook.lists)
    variables = list(codebook.variables)
    for name in GIVEN:
        schema = INPUTS[name].to_schema()
        title = str(schema.title).partition(" : ")[0]
        tables[name] = TableDef(name, title, name, title, "", str(schema.title), ())
        for column in (one for one in columns(INPUTS[name]) if one != ROW):
            declared = schema.columns[column]
            if words := LISTS.get(f"{name}.{column}"):
                own = f"{name}.{column}"
                lists[own] = tuple(
                    Option(own, code, label, tuple({*ALSO.get(code, ()), *label.split(", ")} - {label}))
                    for code, label in words.items()
                )
            variables.append(_variable(name, column, declared, f"{name}.{column}" if words else ""))
    return replace(
        codebook, tables=tables, lists=lists, variables=tuple(variables), version=f"{codebook.version}, et le reste"
    )


def _variable(table: str, name: str, declared: pa.Column, own: str) -> Variable:
    kind = str(declared.dtype)
    sorts = {"Int64": "integer", "boolean": "single"}
    sort = "single" if own else "date" if kind.startswith("datetime") else sorts.get(kind, "text")
    return Variable(
        table,
        "",
        name,
        sort,
        list=own or (YES_NO if kind == "boolean" else ""),
        label=str(declared.title),
        question=str(declared.description),
    )
