"""KoboToolbox, export « XLS »: one sheet for the submissions, one for the repeat; every question in two ways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from diagnostic.codebook.model import OTHER_FIELDS, Codebook, Variable
from diagnostic.codebook.xlsform import FORM_ID
from diagnostic.trial.answers import RESPONSE, Answers, Row
from diagnostic.trial.exports.common import (
    Cell,
    Labels,
    by_response,
    draw,
    numbers,
    offset,
    submitted,
    ticked,
    universal,
    uuids,
    workbook,
    written,
)
from diagnostic.trial.exports.form import questions, repeat

BEFORE = ("start", "end")
AFTER = (
    *("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by"),
    *("__version__", "_tags", "meta/rootUuid"),
)
INDEX, PARENT = "_index", ("_parent_table_name", "_parent_index")
FIRST_ID, LONGEST = 48_210_001, 45 * 60  # seconds between opening the form and sending it

Heads = Literal["names", "labels"]
Values = Literal["codes", "labels"]


def export(
    codebook: Codebook,
    answers: Answers,
    heads: Heads = "names",
    values: Values = "codes",
    as_numbers: bool = False,
    form: str = FORM_ID,
    seed: int = 0,
) -> bytes:
    """The workbook as .xlsx bytes: a sheet named like the form, one row per response; a sheet named like the repeat,
    one row per situation, left out when there is none.

    A question with several answers has a column of codes joined by spaces and a column per option, 1 or 0, or empty
    like the whole question where it was not answered or not asked. `heads`, `values`: XML names and codes, or the
    wordings (the tool ties the two choices; a mixture comes from hand-made files). `as_numbers`: 1, 0 and whole
    numbers as number cells, else as text. `seed` makes the identifiers.
    """
    style = _Style(codebook, heads, values, as_numbers)
    parents, children = [variable for _, variable in questions(codebook)], repeat(codebook)
    form, child = form[:31], children[0].table  # Excel's limit for the name of a sheet
    top = [[*BEFORE, *style.header(parents), *AFTER, INDEX]]
    below = [[*style.header(children), INDEX, *PARENT, *(f"_submission_{name}" for name in AFTER)]]
    ids, keys = numbers(answers, FIRST_ID, seed), uuids(answers, seed)
    for index, (response, situations) in enumerate(by_response(answers), start=1):
        about = _about(codebook, response, ids[str(response[RESPONSE])], keys[str(response[RESPONSE])])
        top.append([*_span(response), *style.row(parents, response), *about, index])
        for situation in situations:
            below.append([*style.row(children, situation), len(below), form, index, *about])
    return workbook([(form, top), *([(child, below)] if len(below) > 1 else [])])


class _Style:
    """How questions and answers are written."""

    def __init__(self, codebook: Codebook, heads: Heads, values: Values, as_numbers: bool) -> None:
        self.codebook, self.heads, self.values, self.as_numbers = codebook, heads, values, as_numbers
        self.labels = Labels(codebook)

    def header(self, variables: list[Variable]) -> list[Cell]:
        return [text for variable in variables for text in self._heads(variable)]

    def _heads(self, variable: Variable) -> Iterator[str]:
        named = self.heads == "names"
        name = variable.name if named else self._wording(variable)
        yield name
        for option in self.codebook.options(variable) if variable.type == "multiple" else ():
            yield name + OTHER_FIELDS + (option.code if named else option.label)

    def _wording(self, variable: Variable) -> str:
        if variable.type != "note":
            return variable.question
        text = self.codebook.texts[variable.text]
        return f"**{text.title}**\n\n{text.body}" if text.title else text.body

    def row(self, variables: list[Variable], row: Row) -> list[Cell]:
        return [cell for variable in variables for cell in self._cells(variable, row)]

    def _cells(self, variable: Variable, row: Row) -> Iterator[Cell]:
        value = row.get(variable.name)
        if self.as_numbers and isinstance(value, int):
            yield value
        elif self.values == "labels":
            yield self.labels.text(variable, value, " ")
        else:
            yield " ".join(ticked(value)) if variable.type == "multiple" else written(value)
        if variable.type == "multiple":
            for option in self.codebook.options(variable):
                state = int(option.code in ticked(value))
                yield (state if self.as_numbers else str(state)) if value else None


def _span(response: Row) -> list[Cell]:
    """When the form was opened and finished: local time with its offset, milliseconds."""
    end = submitted(response) - dt.timedelta(seconds=1 + draw(response, "sending", 4))
    start = end - dt.timedelta(seconds=60 + draw(response, "length", LONGEST))
    zone = f"+{offset(end):02d}:00"
    return [f"{moment.isoformat()}.{draw(response, 'ms', 1000):03d}{zone}" for moment in (start, end)]


def _about(codebook: Codebook, response: Row, number: int, key: str) -> list[Cell]:
    """The cells under `AFTER`."""
    sent = universal(submitted(response)).isoformat()
    return [number, key, sent, "", "", "submitted_via_web", "", codebook.version, "", f"uuid:{key}"]
