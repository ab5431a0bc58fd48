"""One Frictionless Table Schema per table: the columns that the templates have, with codes instead of labels."""

from __future__ import annotations

from typing import Any

from diagnostic.codebook import words
from diagnostic.codebook.model import Codebook, Option, TableDef, Variable
from diagnostic.core.french import typographic
from diagnostic.core.written import as_json

SPECIFICATION = "https://specs.frictionlessdata.io/schemas/table-schema.json"
TRUE, FALSE = ["1", "true", "coché"], ["0", "false", "non coché"]
_TYPES = {"integer": "integer", "date": "date", "single": "string"}


def schema(codebook: Codebook, name: str) -> dict[str, Any]:
    """The Table Schema of a table. A multiple question has one boolean column per option (`gender/women`).

    Fields also carry the codebook's own properties: unit, universe, privacy, list, HTCDS term.
    """
    table = codebook.tables[name]
    described: dict[str, Any] = {
        "$schema": SPECIFICATION,
        "name": table.name,
        "title": table.label,
        "description": table.description,
        "version": codebook.version,
        "missingValues": [""],
        "fields": [_field(codebook, *column) for column in codebook.columns(name)],
    }
    certain = {variable.name for variable in codebook.table(name) if variable.required}
    if certain.issuperset(table.key):  # a key with an empty part is none for this standard
        described["primaryKey"] = list(table.key)
    if table.parent:
        described["foreignKeys"] = [_link(codebook, table)]
    return described


def _field(codebook: Codebook, heading: str, variable: Variable, option: Option | None) -> dict[str, Any]:
    title = typographic(f"{variable.label} : {option.label}") if option else variable.label
    field: dict[str, Any] = {
        "name": heading,
        "title": title,
        "description": " ".join(part for part in (variable.question, variable.help) if part),
        "type": "boolean" if option else _TYPES.get(variable.type, "string"),
    }
    if option:
        field |= {"trueValues": TRUE, "falseValues": FALSE}
    elif variable.closed:
        field["categories"] = [{"value": o.code, "label": o.label} for o in codebook.options(variable)]
    constraints = _constraints(codebook, variable)
    if constraints and not option:
        field["constraints"] = constraints
    own = {
        "codebook:unit": variable.unit,
        "codebook:universe": variable.universe,
        "codebook:asked": words.who(codebook, variable),
        "codebook:privacy": variable.privacy,
        "codebook:list": variable.list,
        "codebook:htcds": (option.htcds if option else "") or variable.htcds,
    }
    return field | {name: value for name, value in own.items() if value}


def _constraints(codebook: Codebook, variable: Variable) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if variable.required and not words.who(codebook, variable) else {}
    if variable.closed:
        constraints["enum"] = [option.code for option in codebook.options(variable)]
    if variable.minimum is not None:
        constraints["minimum"] = variable.minimum
    if variable.maximum is not None:
        constraints["maximum"] = variable.maximum
    if variable.pattern:
        constraints["pattern"] = f"^{variable.pattern}$"
    return constraints


def _link(codebook: Codebook, table: TableDef) -> dict[str, Any]:
    names = {variable.name for variable in codebook.table(table.name)}
    fields = [name for name in codebook.tables[table.parent].key if name in names]
    return {"fields": fields, "reference": {"resource": table.parent, "fields": fields}}


def document(codebook: Codebook, name: str) -> bytes:
    """The schema of a table as JSON bytes."""
    return as_json(schema(codebook, name), indent=2)
