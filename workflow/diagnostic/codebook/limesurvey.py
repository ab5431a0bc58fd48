"""The questionnaire as a LimeSurvey structure file (tab-separated): no loop there, so situations are unrolled."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from itertools import count

from diagnostic.codebook import routing
from diagnostic.codebook.model import Block, Codebook, Variable
from diagnostic.codebook.routing import Condition
from diagnostic.codebook.xlsform import MANY, TITLE
from diagnostic.core.written import as_csv, listed

SITUATIONS = 5
LANGUAGE = "fr"
COLUMNS = (
    *("class", "type/scale", "name", "relevance", "text", "help", "language", "validation", "mandatory", "other"),
    *("exclude_all_others", "min_num_value_n", "max_num_value_n", "num_value_int_only"),
)
# No address, no referrer, no link between a token and an answer.
SETTINGS = (
    *(("language", LANGUAGE), ("format", "G"), ("anonymized", "Y"), ("ipaddr", "N"), ("refurl", "N")),
    *(("datestamp", "N"), ("savetimings", "N"), ("showwelcome", "Y"), ("allowprev", "Y"), ("allowsave", "N")),
)
_TYPES = {"multiple": "M", "text": "S", "count_text": "S", "code": "S", "long_text": "T"}
_TYPES |= {"integer": "N", "date": "D", "note": "X"}

Row = dict[str, str]


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


def rows(codebook: Codebook, situations: int = SITUATIONS) -> Iterator[Row]:
    """The lines of the file; `situations` is how many times the situation block is unrolled."""
    welcome = codebook.first_page()
    for name, value in SETTINGS:
        yield {"class": "S", "name": name, "text": value}
    yield _local("surveyls_title", TITLE)
    yield _local("surveyls_welcometext", "".join(f"<h3>{_html(t.title)}</h3><p>{_html(t.body)}</p>" for t in welcome))
    shown = {text.name for text in welcome}
    for block, variables in codebook.form(unrolled=True):
        asked = tuple(v for v in variables if v.text not in shown)
        if asked and codebook.repeats(block):
            for number in range(1, situations + 1):
                last = number == situations
                kept = tuple(v for v in asked if not (last and v.shape == "unrolled"))
                yield from _group(codebook, block, kept, number)
        elif asked:
            yield from _group(codebook, block, asked, None)


def _group(codebook: Codebook, block: Block, variables: tuple[Variable, ...], number: int | None) -> Iterator[Row]:
    parts = [_relevance(codebook, block.condition, number)] if block.condition else []
    if number and number > 1:
        another = [v for v in codebook.variables if v.table == block.table and v.shape == "unrolled"]
        parts += [f'S{number - 1}{v.short}.NAOK == "yes"' for v in another]
    title = block.label if number is None else f"{block.label} {number}"
    relevance = " and ".join(f"({part})" for part in parts) or "1"
    yield {"class": "G", "name": title, "relevance": relevance, "language": "fr"}
    for variable in variables:
        yield from _question(codebook, variable, number)


def _question(codebook: Codebook, variable: Variable, number: int | None) -> Iterator[Row]:
    options = codebook.options(variable)
    exclusive = ";".join(option.code for option in options if option.exclusive) if variable.type == "multiple" else ""
    code = variable.short if number is None else f"S{number}{variable.short}"
    whole = variable.type == "integer"
    yield {
        "class": "Q",
        "type/scale": _TYPES.get(variable.type) or ("!" if len(options) > MANY else "L"),
        "name": code,
        "relevance": _relevance(codebook, variable.condition, number) if variable.condition else "1",
        "text": question_text(codebook, variable),
        "help": _html(variable.help),
        "language": LANGUAGE,
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
            "language": LANGUAGE,
        }


def _relevance(codebook: Codebook, condition: Condition, number: int | None) -> str:
    by_name = {v.name: v for _, variables in codebook.form() for v in variables}

    def options(name: str) -> Collection[str]:
        multiple = by_name[name].type == "multiple"
        return [option.code for option in codebook.options(by_name[name])] if multiple else ()

    return routing.limesurvey(condition, lambda name: question_code(codebook, name, number), options)


def _local(name: str, text: str) -> Row:
    return {"class": "SL", "name": name, "text": text, "language": LANGUAGE}


def _html(text: str) -> str:
    """Text as HTML; braces would start an expression."""
    return html.escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")


def structure(codebook: Codebook, situations: int = SITUATIONS) -> bytes:
    """The structure file as bytes: UTF-8 with a byte order mark, tabs, one line per group, question and answer."""
    numbers = count(1)  # of groups, in order; LimeSurvey gives its own identifiers to the rest
    lines = [
        row | ({"type/scale": str(next(numbers))} if row["class"] == "G" else {}) for row in rows(codebook, situations)
    ]
    return as_csv(listed(COLUMNS, lines), "\t").encode("utf-8-sig")
