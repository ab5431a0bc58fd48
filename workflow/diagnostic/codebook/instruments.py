"""Everything that is made from the codebook, by file name."""

import html
from collections.abc import Collection, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import jinja2
from openpyxl import Workbook

from diagnostic.codebook import model, routing, template
from diagnostic.codebook.model import Block, Codebook, Indicator, Option, TableDef, Variable
from diagnostic.codebook.routing import Condition
from diagnostic.core.french import number, plural, typographic
from diagnostic.core.writing import as_csv, as_json, listed

# -- The questionnaire as an XLSForm, for KoboToolbox, ODK and Enketo: the situation block is a real repeat -------
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
_FORM_TYPES = {name: name for name in ("note", "integer", "date")} | dict.fromkeys((*model.TEXTS, "code"), "text")


def survey(codebook: Codebook) -> list[Row]:
    """The rows of the `survey` sheet."""
    return [row for block, variables in codebook.form() for row in _block(codebook, block, variables)]


def _block(codebook: Codebook, block: Block, variables: tuple[Variable, ...]) -> Iterator[Row]:
    kind = "repeat" if codebook.repeats(block) else "group"
    name = block.table if kind == "repeat" else block.name
    relevant = routing.xlsform(block.condition) if block.condition else ""
    begin = {"type": f"begin_{kind}", "name": name, _LABEL: block.label, _RELEVANT: relevant}
    yield begin | ({_APPEARANCE: "field-list"} if kind == "group" else {})
    yield from (_question(codebook, variable) for variable in variables)
    yield {"type": f"end_{kind}", "name": name}


def _question(codebook: Codebook, variable: Variable) -> Row:
    constraint, message = _constraint(codebook, variable)
    return {
        "type": f"select_{'one' if variable.type == 'single' else 'multiple'} {variable.list}"
        if variable.closed
        else _FORM_TYPES[variable.type],
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
    return template.to_bytes(workbook)


# -- The questionnaire as a LimeSurvey structure file (tab-separated): no loop there, so situations are unrolled --
SITUATIONS = 5
LIME_LANGUAGE = "fr"
FORM_COLUMNS = (
    *("class", "type/scale", "name", "relevance", "text", "help", "language", "validation", "mandatory", "other"),
    *("exclude_all_others", "min_num_value_n", "max_num_value_n", "num_value_int_only"),
)
# No address, no referrer, no link between a token and an answer.
SETTINGS = (
    *(("language", LIME_LANGUAGE), ("format", "G"), ("anonymized", "Y"), ("ipaddr", "N"), ("refurl", "N")),
    *(("datestamp", "N"), ("savetimings", "N"), ("showwelcome", "Y"), ("allowprev", "Y"), ("allowsave", "N")),
)
_LIME_TYPES = {"multiple": "M", "text": "S", "count_text": "S", "code": "S", "long_text": "T"}
_LIME_TYPES |= {"integer": "N", "date": "D", "note": "X"}

LimeRow = dict[str, str]


def question_code(codebook: Codebook, name: str, situation: int | None = None) -> str:
    """The question code of a variable: « exposure », and « S2gender » in the second situation. Raises KeyError."""
    for block, variables in codebook.form(unrolled=True):
        for variable in variables:
            if variable.name == name:
                repeated = codebook.repeats(block) and situation is not None
                return f"S{situation}{variable.short}" if repeated else variable.short
    raise KeyError(name)


def question_text(codebook: Codebook, variable: Variable) -> str:
    """The HTML of a question: its wording and, for a text box, the warning above the box."""
    if variable.type == "note":
        text = codebook.texts[variable.text]
        return f"<h3>{_html(text.title)}</h3><p>{_html(text.body)}</p>"
    warning = codebook.warning(variable)
    return _html(variable.question) + (f"<br /><em>{_html(warning)}</em>" if warning else "")


def rows(codebook: Codebook, situations: int = SITUATIONS) -> Iterator[LimeRow]:
    """The lines of the file; `situations` is how many times the situation block is unrolled."""
    welcome = codebook.first_page()
    yield from ({"class": "S", "name": name, "text": value} for name, value in SETTINGS)
    yield _local("surveyls_title", TITLE)
    yield _local("surveyls_welcometext", "".join(f"<h3>{_html(t.title)}</h3><p>{_html(t.body)}</p>" for t in welcome))
    shown = {text.name for text in welcome}
    for block, variables in codebook.form(unrolled=True):
        asked = tuple(v for v in variables if v.text not in shown)
        places: Iterable[int | None] = range(1, situations + 1) if codebook.repeats(block) else (None,)
        for place in places if asked else ():
            kept = tuple(v for v in asked if not (place == situations and v.shape == "unrolled"))
            yield from _group(codebook, block, kept, place)


def _group(codebook: Codebook, block: Block, variables: tuple[Variable, ...], number: int | None) -> Iterator[LimeRow]:
    parts = [_relevance(codebook, block.condition, number)] if block.condition else []
    if number and number > 1:
        another = [v for v in codebook.variables if v.table == block.table and v.shape == "unrolled"]
        parts += [f'S{number - 1}{v.short}.NAOK == "yes"' for v in another]
    title = block.label if number is None else f"{block.label} {number}"
    relevance = " and ".join(f"({part})" for part in parts) or "1"
    yield {"class": "G", "name": title, "relevance": relevance, "language": "fr"}
    for variable in variables:
        yield from _lime_question(codebook, variable, number)


def _lime_question(codebook: Codebook, variable: Variable, number: int | None) -> Iterator[LimeRow]:
    options = codebook.options(variable)
    exclusive = ";".join(option.code for option in options if option.exclusive) if variable.type == "multiple" else ""
    code = variable.short if number is None else f"S{number}{variable.short}"
    whole = variable.type == "integer"
    yield {
        "class": "Q",
        "type/scale": _LIME_TYPES.get(variable.type) or ("!" if len(options) > MANY else "L"),
        "name": code,
        "relevance": _relevance(codebook, variable.condition, number) if variable.condition else "1",
        "text": question_text(codebook, variable),
        "help": _html(variable.help),
        "language": LIME_LANGUAGE,
        "mandatory": "Y" if variable.required else "N",
        "other": "N",
        "exclude_all_others": exclusive,
        "min_num_value_n": str(variable.minimum) if whole and variable.minimum is not None else "",
        "max_num_value_n": str(variable.maximum) if whole and variable.maximum is not None else "",
        "num_value_int_only": "1" if whole else "",
    }
    for option in options:
        yield {
            "class": "SQ" if variable.type == "multiple" else "A",
            "type/scale": "0",
            "name": option.code,
            "relevance": "1" if variable.type == "multiple" else "",
            "text": option.label,  # escaped by LimeSurvey itself, unlike the wording of a question
            "language": LIME_LANGUAGE,
        }


def _relevance(codebook: Codebook, condition: Condition, number: int | None) -> str:
    by_name = {v.name: v for _, variables in codebook.form() for v in variables}

    def options(name: str) -> Collection[str]:
        return [option.code for option in codebook.options(by_name[name])] if (by_name[name].type == "multiple") else ()

    return routing.limesurvey(condition, lambda name: question_code(codebook, name, number), options)


def _local(name: str, text: str) -> LimeRow:
    return {"class": "SL", "name": name, "text": text, "language": LIME_LANGUAGE}


def _html(text: str) -> str:
    """Text as HTML; braces would start an expression."""
    return html.escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")


def structure(codebook: Codebook, situations: int = SITUATIONS) -> bytes:
    """The structure file as bytes: UTF-8 with a byte order mark, tabs, one line per group, question and answer."""
    numbers = map(str, count(1))  # of groups, in order; LimeSurvey gives its own identifiers to the rest
    lines = [row | ({"type/scale": next(numbers)} if row["class"] == "G" else {}) for row in rows(codebook, situations)]
    return as_csv(listed(FORM_COLUMNS, lines), "\t").encode("utf-8-sig")


# -- Everything that is made from the codebook --------------------------------------------------------------------
def instruments(codebook: Codebook, situations: int = SITUATIONS) -> dict[str, bytes]:
    """File name → content: forms, workbooks to fill, schemas, dictionary. The same codebook gives the same bytes.
    `situations` is how many situations the LimeSurvey form unrolls."""
    made = {
        "questionnaire-xlsform.xlsx": form(codebook),
        "questionnaire-limesurvey.txt": structure(codebook, situations),
        "dictionnaire.html": dictionary_page(codebook),
        "dictionnaire.csv": dictionary_csv(codebook),
    }
    for name in template.workbooks(codebook):
        made[f"classeur-{name}.xlsx"] = template.workbook(codebook, name)
    for name in codebook.tables:
        made[f"schemas/{name}.schema.json"] = as_json(schema(codebook, name), indent=2)
    return made


# -- The dictionary of variables that people read: one self-contained web page, and a CSV -------------------------
COLUMNS = (
    *("table", "variable", "bloc", "libellé", "question", "aide", "avertissement", "type", "réponses", "unité"),
    *("univers", "demandée", "bloc répété", "confidentialité", "accord requis", "présente", "HTCDS"),
    "variable publiée",
)


def in_words(codebook: Codebook, variable: Variable) -> dict[str, str]:
    """One variable under the headings of the dictionary; `demandée` is empty where it always is."""
    table = codebook.tables[variable.table]
    consent = next((v.label for v in codebook.variables if v.name == variable.consent), "") if variable.consent else ""
    fit = model.FITS[variable.htcds_fit]
    told = (
        *(table.name, variable.name, codebook.blocks[variable.block].label, variable.label, variable.question),
        *(variable.help, codebook.warning(variable), typographic(template.expected_answer(variable))),
        " | ".join(f"{option.code} = {option.label}" for option in codebook.options(variable)),
        *(model.UNITS[variable.unit], variable.universe, template.who_answers(codebook, variable)),
        table.label if table.parent and table.form else "",
        *(typographic(model.PRIVACY[variable.privacy]), consent, model.SHAPES[variable.shape]),
        *(f"{variable.htcds} ({fit})" if variable.htcds else "", " ".join(variable.published_ref)),
    )
    return dict(zip(COLUMNS, told, strict=True))


def _home(codebook: Codebook, table: TableDef) -> Iterator[Variable]:
    """The variables that are defined in a table, those of unrolled forms too; included ones are told once, at home."""
    return (v for v in codebook.variables if v.table == table.name and v.type != "note")


def dictionary_csv(codebook: Codebook) -> bytes:
    """The dictionary as CSV (semicolon, byte order mark: it opens in a French Excel), one line per variable."""
    told = [in_words(codebook, v) for table in codebook.tables.values() for v in _home(codebook, table)]
    rows = [(one | {"demandée": one["demandée"] or "toujours"}).values() for one in told]
    return as_csv([COLUMNS, *map(tuple, rows)], ";").encode("utf-8-sig")


def _base(codebook: Codebook, one: Indicator) -> str:
    """What narrows the base of an indicator, in words."""
    labels = {variable.name: variable.label for variable in codebook.variables}
    return typographic(f"renseigné : {labels[one.told]}") if one.told else template.counted_words(codebook, one.within)


def dictionary_page(codebook: Codebook) -> bytes:
    """The dictionary as one web page: no script, no network, readable on a phone and on paper."""
    tables = []
    for table in codebook.tables.values():
        own = [(v, codebook.options(v), in_words(codebook, v)) for v in _home(codebook, table)]
        blocks = [(block, [one for one in own if one[0].block == block.name]) for block in codebook.blocks.values()]
        included = codebook.tables[table.includes].label if table.includes else ""
        tables.append((table, [(block, entries) for block, entries in blocks if entries], included))
    count = sum(len(entries) for _, blocks, _ in tables for _, entries in blocks)
    total = f"{number(count)} {plural(count, 'variable')} dans {number(len(tables))} {plural(len(tables), 'table')}"
    return _PAGE.render(
        tables=tables,
        indicators=[
            (one, template.counted_words(codebook, one.asked), _base(codebook, one)) for one in codebook.indicators
        ],
        texts=[text for text in codebook.texts.values() if text.title],
        total=typographic(total),
        units=model.UNITS,
        version=codebook.version,
        t=typographic,
    ).encode()


_JINJA = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
_PAGE = _JINJA.from_string(Path(__file__).with_name("dictionary.html").read_text("utf-8"))


# -- One Frictionless Table Schema per table: the columns that the templates have, with codes instead of labels ---
TRUE, FALSE = ["1", "true", "coché"], ["0", "false", "non coché"]
_TYPES = {"integer": "integer", "date": "date", "single": "string"}


def schema(codebook: Codebook, name: str) -> dict[str, Any]:
    """The Table Schema of a table. A multiple question has one boolean column per option (`gender/women`). Fields also
    carry the codebook's own properties: unit, universe, privacy, list, HTCDS term."""
    table = codebook.tables[name]
    described: dict[str, Any] = {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
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
        names = {variable.name for variable in codebook.table(name)}
        fields = [one for one in codebook.tables[table.parent].key if one in names]
        described["foreignKeys"] = [{"fields": fields, "reference": {"resource": table.parent, "fields": fields}}]
    return described


def _field(codebook: Codebook, heading: str, variable: Variable, option: Option | None) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": heading,
        "title": typographic(f"{variable.label} : {option.label}") if option else variable.label,
        "description": " ".join(part for part in (variable.question, variable.help) if part),
        "type": "boolean" if option else _TYPES.get(variable.type, "string"),
    }
    if option:
        field |= {"trueValues": TRUE, "falseValues": FALSE}
    elif variable.closed:
        field["categories"] = [{"value": o.code, "label": o.label} for o in codebook.options(variable)]
    said = {
        "required": variable.required and not template.who_answers(codebook, variable) or None,
        "enum": [one.code for one in codebook.options(variable)] if variable.closed else None,
        "minimum": variable.minimum,
        "maximum": variable.maximum,
        "pattern": f"^{variable.pattern}$" if variable.pattern and variable.type != "integer" else None,
    }
    constraints = {name: value for name, value in said.items() if value is not None}
    if constraints and not option:
        field["constraints"] = constraints
    own = {
        "codebook:unit": variable.unit,
        "codebook:universe": variable.universe,
        "codebook:asked": template.who_answers(codebook, variable),
        "codebook:privacy": variable.privacy,
        "codebook:list": variable.list,
        "codebook:htcds": (option.htcds if option else "") or variable.htcds,
    }
    return field | {name: value for name, value in own.items() if value}
