"""ODK Central, « toutes les données (.zip) »: one CSV for the submissions, one for the repeat, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

from diagnostic.codebook.model import OTHER_FIELDS, Codebook, Variable
from diagnostic.core.written import as_csv, as_zip
from diagnostic.trial.answers import RESPONSE, Answers, Row
from diagnostic.trial.exports.common import by_response, draw, submitted, ticked, universal, uuids, written
from diagnostic.trial.exports.form import questions, repeat

GROUP = "-"
DATE, INSTANCE, KEY, PARENT_KEY = "SubmissionDate", "meta-instanceID", "KEY", "PARENT_KEY"
ABOUT = (
    *("SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState"),
    *("DeviceID", "Edits", "FormVersion"),
)
SUBMITTER = ("12", "Lien public")  # an anonymous public link

Options = Literal["chosen", "all", "none"]


def export(
    codebook: Codebook, answers: Answers, options: Options = "chosen", form: str = "questionnaire", seed: int = 0
) -> bytes:
    """The archive as .zip bytes: `form`.csv, one line per response, and `form`-situations.csv, one per situation.

    Several answers are codes joined by spaces, then, unless `options` is « none », a column per option, 1 or 0, where
    0 is also written for questions that were not answered or not asked. The tool makes a column for the options that
    someone chose, in alphabetical order (« chosen »); « all » has them all. `seed` makes the identifiers.
    """
    parents, children = questions(codebook), repeat(codebook)
    keys = uuids(answers, seed)
    codes = _codes(codebook, answers, [*(v for _, v in parents), *children], options)
    name = children[0].table
    top = [[DATE, *_header([(group + GROUP, v) for group, v in parents], codes), INSTANCE, KEY, *ABOUT]]
    below = [[*_header([("", v) for v in children], codes), PARENT_KEY, KEY]]
    for response, situations in reversed(by_response(answers)):
        key = f"uuid:{keys[str(response[RESPONSE])]}"
        cells = _row([v for _, v in parents], response, codes)
        about = [*SUBMITTER, "0", "0", "", "", "", "0", codebook.version]
        top.append([_date(response), *cells, key, key, *about])
        for number, situation in enumerate(situations, start=1):
            below.append([*_row(children, situation, codes), key, f"{key}/{name}[{number}]"])
    return as_zip((f"{end}.csv", as_csv(rows).encode()) for end, rows in ((form, top), (f"{form}-{name}", below)))


def _codes(
    codebook: Codebook, answers: Answers, variables: Sequence[Variable], options: Options
) -> dict[str, list[str]]:
    """Variable → the options that have a column."""
    several = [v for v in variables if v.type == "multiple" and options != "none"]
    if options == "all":
        return {v.name: [option.code for option in codebook.options(v)] for v in several}
    return {v.name: sorted({code for row in answers[v.table] for code in ticked(row.get(v.name))}) for v in several}


def _header(variables: Sequence[tuple[str, Variable]], codes: dict[str, list[str]]) -> Iterator[str]:
    for prefix, variable in variables:
        yield prefix + variable.name
        for code in codes.get(variable.name, ()):
            yield prefix + variable.name + OTHER_FIELDS + code


def _row(variables: Sequence[Variable], row: Row, codes: dict[str, list[str]]) -> Iterator[str]:
    for variable in variables:
        value = row.get(variable.name)
        yield " ".join(ticked(value)) if variable.type == "multiple" else written(value)
        for code in codes.get(variable.name, ()):
            yield str(int(code in ticked(value)))


def _date(response: Row) -> str:
    """When the server received it: UTC, milliseconds."""
    moment = universal(submitted(response)) + dt.timedelta(milliseconds=draw(response, "ms", 1000))
    return moment.isoformat(timespec="milliseconds") + "Z"
