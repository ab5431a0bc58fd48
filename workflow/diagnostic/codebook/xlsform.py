"""The questionnaire as an XLSForm, for KoboToolbox, ODK and Enketo: the situation block is a real repeat."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl import Workbook

from diagnostic.codebook import routing, xlsx
from diagnostic.codebook.model import Block, Codebook, Option, Variable

LANGUAGE = "Français (fr)"
TITLE = "Diagnostic départemental : questionnaire aux professionnel·les"
FORM_ID = "diagnostic_departemental"
MANY = 12  # options beyond which a menu is shown instead of buttons

Row = dict[str, str]

SURVEY = (
    *("type", "name", f"label::{LANGUAGE}", f"hint::{LANGUAGE}", "required", "relevant", "constraint"),
    *(f"constraint_message::{LANGUAGE}", "appearance"),
)
_LABEL, _HINT, _REQUIRED, _RELEVANT, _CONSTRAINT, _MESSAGE, _APPEARANCE = SURVEY[2:]
_TYPES = {
    "note": "note",
    "integer": "integer",
    "date": "date",
    "text": "text",
    "long_text": "text",
    "count_text": "text",
    "code": "text",
}


def survey(codebook: Codebook) -> list[Row]:
    """The rows of the `survey` sheet."""
    return [row for block, variables in codebook.form() for row in _block(codebook, block, variables)]


def _block(codebook: Codebook, block: Block, variables: tuple[Variable, ...]) -> Iterator[Row]:
    kind = "repeat" if codebook.repeats(block) else "group"
    name = block.table if kind == "repeat" else block.name
    relevant = routing.xlsform(block.condition) if block.condition else ""
    begin = {"type": f"begin_{kind}", "name": name, _LABEL: block.label, _RELEVANT: relevant}
    yield begin | ({_APPEARANCE: "field-list"} if kind == "group" else {})
    for variable in variables:
        yield _question(codebook, variable)
    yield {"type": f"end_{kind}", "name": name}


def _question(codebook: Codebook, variable: Variable) -> Row:
    constraint, message = _constraint(codebook, variable)
    return {
        "type": f"select_{'one' if variable.type == 'single' else 'multiple'} {variable.list}"
        if variable.closed
        else _TYPES[variable.type],
        "name": variable.name,
        _LABEL: _label(codebook, variable),
        _HINT: " ".join(part for part in (codebook.warning(variable), variable.help) if part),
        _REQUIRED: "yes" if variable.required else "",
        _RELEVANT: routing.xlsform(variable.condition) if variable.condition else "",
        _CONSTRAINT: constraint,
        _MESSAGE: message,
        _APPEARANCE: _appearance(codebook, variable),
    }


def _label(codebook: Codebook, variable: Variable) -> str:
    if variable.type != "note":
        return variable.question
    text = codebook.texts[variable.text]
    return f"**{text.title}**\n\n{text.body}" if text.title else text.body


def _appearance(codebook: Codebook, variable: Variable) -> str:
    if variable.type == "long_text":
        return "multiline"
    return "minimal" if variable.type == "single" and len(codebook.options(variable)) > MANY else ""


def _constraint(codebook: Codebook, variable: Variable) -> tuple[str, str]:
    """(constraint, message): limits of a number, answers that exclude the others."""
    if variable.type == "integer":
        limits = ((">=", variable.minimum), ("<=", variable.maximum))
        tests = [f". {sign} {limit}" for sign, limit in limits if limit is not None]
        message = f"{codebook.texts['bad_integer'].body} De {variable.minimum} à {variable.maximum}."
    else:
        exclusive = [option.code for option in codebook.options(variable) if option.exclusive]
        alone = "not(selected(., '{}') and count-selected(.) > 1)"
        tests = [alone.format(code) for code in exclusive] if variable.type == "multiple" else []
        message = codebook.texts["exclusive_choice"].body
    return " and ".join(tests), message if tests else ""


def choices(codebook: Codebook) -> list[tuple[str, Option]]:
    """The rows of the `choices` sheet: (list, option), for the lists that the form uses."""
    used = dict.fromkeys(v.list for _, variables in codebook.form() for v in variables if v.closed)
    return [(name, option) for name in used for option in codebook.lists[name]]


def form(codebook: Codebook) -> bytes:
    """The XLSForm as .xlsx bytes; pyxform converts it without warning."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "survey"
    sheet.append(SURVEY)
    for row in survey(codebook):
        sheet.append([row.get(name, "") or None for name in SURVEY])
    sheet = workbook.create_sheet("choices")
    sheet.append(("list_name", "name", f"label::{LANGUAGE}"))
    for name, option in choices(codebook):
        sheet.append((name, option.code, option.label))
    sheet = workbook.create_sheet("settings")
    sheet.append(("form_title", "form_id", "version", "default_language", "style"))
    sheet.append((TITLE, FORM_ID, codebook.version, LANGUAGE, "pages"))
    return xlsx.to_bytes(workbook)
