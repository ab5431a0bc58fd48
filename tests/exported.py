"""The exports of every collection tool, made of generated answers: their shape, and what is known of it.

The project's own workbooks are in `diagnostic.trial.exports`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Literal

from diagnostic.codebook import instruments
from diagnostic.codebook.instruments import FORM_ID
from diagnostic.codebook.model import OTHER_FIELDS, Codebook, Variable
from diagnostic.core.writing import as_csv, as_zip
from diagnostic.trial.answers import RESPONSE, RESPONSES, SITUATIONS, SUBMITTED, Answers, Row, Value, asked, describes
from diagnostic.trial.exports import Cell, Labels, filled, ticked, workbook, written


def by_response(answers: Answers) -> list[tuple[Row, list[Row]]]:
    """Each response with its situations, in order."""
    found: dict[Value, list[Row]] = {row[RESPONSE]: [] for row in answers[RESPONSES]}
    for situation in answers[SITUATIONS]:
        found[situation[RESPONSE]].append(situation)
    return [(row, found[row[RESPONSE]]) for row in answers[RESPONSES]]


def draw(response: Row, what: str, below: int, seed: int = 0) -> int:
    """A whole number from 0 to `below` - 1 that depends on the response alone, so that later exports repeat it."""
    text = f"{seed} {what} {response[RESPONSE]}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % below


def submitted(response: Row) -> dt.datetime:
    """When the response was sent, in the study's local time."""
    moment = response[SUBMITTED]
    if not isinstance(moment, dt.datetime):
        raise TypeError(f"« {SUBMITTED} » must be a date and time")
    return moment


def offset(local: dt.datetime) -> int:
    """Hours ahead of UTC in metropolitan France: 2 from the last Sunday of March to the last of October, else 1."""
    start, end = (_last_sunday(local.year, month) for month in (3, 10))
    return 2 if start <= local < end else 1


@cache
def _last_sunday(year: int, month: int) -> dt.datetime:
    last = dt.datetime(year, month, 31, 2 if month == 3 else 3)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


# -- Tools without a loop (Google Forms, LimeSurvey) --------------------------------------------------------------
# The situation block comes back, and ends with « autre situation ? ».
YES = "yes"
LAST = ("no", "no", "no", "dk", None)  # what is answered to « autre situation ? » at the last one

Column = tuple[Variable, int | None]  # a question, with the number of the situation for those of a block


def needed(answers: Answers, blocks: int) -> int:
    """How many blocks the form must have: `blocks`, or more if a response describes more situations."""
    return max([blocks, *(len(situations) for _, situations in by_response(answers))])


def columns(codebook: Codebook, blocks: int) -> list[Column]:
    """The questions in the order of the form, notes left out."""
    found: list[Column] = []
    for block, variables in codebook.form(unrolled=True):
        kept = [v for v in variables if v.type != "note"]
        repeats: Sequence[int | None] = range(1, blocks + 1) if codebook.repeats(block) else (None,)
        found += [(variable, number) for number in repeats for variable in kept]
    return found


class Seen:
    """What one respondent saw and answered. The first block opens even for those who describe nothing."""

    def __init__(self, codebook: Codebook, response: Row, situations: list[Row]) -> None:
        self.response, self.situations = response, situations
        self.opened = max(1, len(situations)) if describes(codebook, response) else 0
        self.last = LAST[draw(response, "again", len(LAST))]
        empty = not situations and self.opened
        self.empty: Row = dict.fromkeys(asked(codebook, SITUATIONS, {}, response) if empty else ())

    def answer(self, variable: Variable, number: int | None) -> tuple[bool, Value]:
        """(shown, answer) of a question, of situation `number` where it repeats."""
        if number is None:
            return variable.name in self.response, self.response.get(variable.name)
        if number > self.opened:
            return False, None
        if variable.shape == "unrolled":
            return True, YES if number < self.opened else self.last
        row = self.situations[number - 1] if self.situations else self.empty
        return variable.name in row, row.get(variable.name)


# -- What both Google exports share -------------------------------------------------------------------------------
# The columns of the form, where the situation section is copied several times.
TIME = "Horodateur"


def header(codebook: Codebook, answers: Answers, blocks: int) -> list[str]:
    """The question wordings, in the order of the form; those of a situation come back as many times as blocks."""
    return [TIME, *(variable.question for variable, _ in columns(codebook, needed(answers, blocks)))]


def records(codebook: Codebook, answers: Answers, blocks: int, joint: str) -> Iterator[tuple[Row, list[str]]]:
    """Each response with its cells after the time: labels, several answers joined by `joint`."""
    layout, labels = columns(codebook, needed(answers, blocks)), Labels(codebook)
    for response, situations in by_response(answers):
        seen = Seen(codebook, response, situations)
        yield response, [labels.text(variable, seen.answer(variable, number)[1], joint) for variable, number in layout]


# -- Google Forms, « télécharger les réponses (.csv) »: every cell quoted, several answers joined by a semicolon --
JOINT = ";"


def csv_export(codebook: Codebook, answers: Answers, blocks: int = 5) -> bytes:
    """The file as UTF-8 bytes: one line per response, in order of time, which is its only identity.

    `blocks` copies of the situation section, more if a response needs them, under identical headings.
    """
    rows = [header(codebook, answers, blocks)]
    for response, cells in records(codebook, answers, blocks, JOINT):
        rows.append([timestamp(submitted(response)), *cells])
    return as_csv(rows, quoted=True).encode()


def timestamp(local: dt.datetime, zone: str = "UTC") -> str:
    """2019-08-28 10:15:32 → « 2019/08/28 10:15:32 AM UTC+2 »."""
    hour = local.hour % 12 or 12
    return f"{local:%Y/%m/%d} {hour}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'} {zone}+{offset(local)}"


_GAP = 4  # the longest run of numbers that tests, abandoned or deleted answers have left unused


def uuids(answers: Answers, seed: int = 0) -> dict[str, str]:
    """`response_id` → the random identifier (UUID, version 4) that Kobo and ODK give it.

    The same in every later export with the same seed, whatever responses were added or removed.
    """
    made = {}
    for row in answers[RESPONSES]:
        digest = hashlib.sha256(f"{seed} uuid {row[RESPONSE]}".encode()).digest()
        made[str(row[RESPONSE])] = str(uuid.UUID(bytes=digest[:16], version=4))
    return made


def numbers(answers: Answers, first: int = 1, seed: int = 0) -> dict[str, int]:
    """`response_id` → a number from `first` on, increasing, with gaps; the same when responses are added after."""
    made, last = {}, first - 1
    for at, row in enumerate(answers[RESPONSES]):
        last += 1 + (draw(row, "gap", _GAP, seed) if at and draw(row, "leap", 5, seed) == 0 else 0)
        made[str(row[RESPONSE])] = last
    return made


def universal(local: dt.datetime) -> dt.datetime:
    """A local time as UTC (without a zone)."""
    return local - dt.timedelta(hours=offset(local))


# -- LimeSurvey, export of the responses as CSV: byte order mark, semicolons, quotes, one blank line at the end ---
LIME_ABOUT = {
    "id": "ID de la réponse",
    "submitdate": "Date de soumission",
    "lastpage": "Dernière page",
    "startlanguage": "Langue de départ",
    "seed": "Tête de série",
    "startdate": "Date de lancement",
    "datestamp": "Date de la dernière action",
}
DATED = ("startdate", "datestamp")
UNDATED = "1980-01-01 00:00:00"  # what stands for the date of an anonymous survey without time stamps
NOT_SHOWN = "N/A"
YES_TEXT, NO_TEXT, TICKED = "Oui", "Non", "Y"
END = "\r\n"

Written = str | None  # None: NULL in the database, written as nothing between two separators


def limesurvey_export(
    codebook: Codebook,
    answers: Answers,
    heads: Literal["codes", "texts"] = "codes",
    values: Literal["codes", "labels"] = "codes",
    situations: int = instruments.SITUATIONS,
    dates: bool = True,
    seed: int = 0,
) -> bytes:
    """The file as bytes: one line per response. The situation questions are unrolled, `situations` times or more.

    `heads`: question codes (« exposure[risk] », « S1gender[women] »), or wordings (« Question [Option] »), the same
    for every situation. `values`: codes, and Y or "" for an option; or labels, and Oui, Non, N/A. A question that was
    not shown is empty without quotes (options as labels: N/A); shown and left blank, it is "" (Non). Three exceptions
    of the tool: a number left blank is always without quotes; with labels, so is any single answer left blank, and a
    text is always quoted. `dates`: False for a survey without time stamps, whose columns it lacks.
    """
    count = needed(answers, situations)
    layout = [c for c in columns(codebook, count) if not (c[0].shape == "unrolled" and c[1] == count)]
    about = [name for name in LIME_ABOUT if dates or name not in DATED]
    row = _Row(codebook, values == "labels")
    first = [LIME_ABOUT[name] if heads == "texts" else name for name in about]
    lines = [_line([*first, *(head for column in layout for head in _heads(codebook, *column, heads == "texts"))])]
    ids = numbers(answers, seed=seed)
    for response, described in by_response(answers):
        meta = _lime_about(response, ids[str(response[RESPONSE])], dates)
        seen = Seen(codebook, response, described)
        cells = (cell for variable, number in layout for cell in row.cells(variable, *seen.answer(variable, number)))
        lines.append(_line([*(meta[name] for name in about), *cells]))
    return ("".join(lines) + END).encode("utf-8-sig")


def _line(cells: list[Written]) -> str:
    return ";".join(_quoted(cell) for cell in cells) + END


def _quoted(cell: Written) -> str:
    """Quotes doubled, line breaks all alike, as the tool does."""
    if cell is None:
        return ""
    return '"' + re.sub(r"\r\n?|\u2028|\u2029", "\n", cell).replace('"', '""') + '"'


def _lime_about(response: Row, number: int, dates: bool) -> dict[str, Written]:
    sent = f"{submitted(response):%Y-%m-%d %H:%M:%S}"
    began = submitted(response).replace(second=0)
    return {
        "id": str(number),
        "submitdate": sent if dates else UNDATED,
        "lastpage": str(1 + instruments.SITUATIONS),
        "startlanguage": instruments.LIME_LANGUAGE,
        "seed": str(100_000_000 + draw(response, "seed", 1_900_000_000)),
        "startdate": f"{began:%Y-%m-%d %H:%M:%S}",
        "datestamp": sent,
    }


def _heads(codebook: Codebook, variable: Variable, number: int | None, texts: bool) -> Iterator[str]:
    name = _plain(codebook, variable) if texts else instruments.question_code(codebook, variable.name, number)
    if variable.type != "multiple":
        yield name
        return
    for option in codebook.options(variable):
        yield f"{name} [{option.label}]" if texts else f"{name}[{option.code}]"


def _plain(codebook: Codebook, variable: Variable) -> str:
    """The wording that the form shows, warning included, without its tags: nothing stands for a line break."""
    return html.unescape(re.sub(r"<[^>]*>", "", instruments.question_text(codebook, variable))).strip()


class _Row:
    """How answers are written."""

    def __init__(self, codebook: Codebook, as_labels: bool) -> None:
        self.codebook, self.as_labels, self.labels = codebook, as_labels, Labels(codebook)

    def cells(self, variable: Variable, shown: bool, value: Value) -> Iterator[Written]:
        match variable.type:
            case "multiple":
                for option in self.codebook.options(variable):
                    yield self._option(shown, option.code in ticked(value))
            case "single":
                yield self._single(variable, shown, value)
            case "integer" | "date":
                yield written(value) or None
            case _:
                yield _protected(written(value)) if shown or self.as_labels else None

    def _option(self, shown: bool, chosen: bool) -> Written:
        if not shown:
            return NOT_SHOWN if self.as_labels else None
        return (YES_TEXT if chosen else NO_TEXT) if self.as_labels else (TICKED if chosen else "")

    def _single(self, variable: Variable, shown: bool, value: Value) -> Written:
        if value is None:
            return "" if shown and not self.as_labels else None
        return self.labels.of(variable, str(value)) if self.as_labels else str(value)


def _protected(text: str) -> str:
    """A text that a spreadsheet would take for a formula."""
    return "'" + text if text.startswith("=") else text


# -- KoboToolbox, export « XLS »: one sheet for the submissions, one for the repeat; every question in two ways ---
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


# -- ODK Central, « toutes les données (.zip) »: one CSV for the submissions, one for the repeat, newest first ----
GROUP = "-"
DATE, INSTANCE, KEY, PARENT_KEY = "SubmissionDate", "meta-instanceID", "KEY", "PARENT_KEY"
ABOUT = (
    *("SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState"),
    *("DeviceID", "Edits", "FormVersion"),
)
SUBMITTER = ("12", "Lien public")  # an anonymous public link

Options = Literal["chosen", "all", "none"]


def odk_export(
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


# -- The columns of tools that run the XLSForm (KoboToolbox, ODK): its groups, its notes, its repeat --------------
def questions(codebook: Codebook) -> list[tuple[str, Variable]]:
    """(group, variable) of the main record, in order. A note has a column like any question, always empty."""
    return [(b.name, v) for b, variables in codebook.form() if not codebook.repeats(b) for v in variables if _kept(v)]


def repeat(codebook: Codebook) -> list[Variable]:
    """The variables of the repeat, in order."""
    return [v for block, variables in codebook.form() if codebook.repeats(block) for v in variables if _kept(v)]


def _kept(variable: Variable) -> bool:
    return variable.shape == ""


# -- The spreadsheet that a Google form fills, downloaded as .xlsx ------------------------------------------------
# Several answers joined by a comma and a space.
CELL_JOINT = ", "
SHEET = "Réponses au formulaire 1"
_NUMBER = re.compile(r"0|[1-9]\d{0,14}")


def workbook_export(
    codebook: Codebook,
    answers: Answers,
    blocks: int = 5,
    dates: Literal["text", "cells"] = "text",
    numbers: bool = True,
) -> bytes:
    """The workbook as .xlsx bytes: one sheet, one row per response, in order of time.

    `dates`: « 28/08/2019 10:15:32 » as text, or as a date cell. `numbers`: as the spreadsheet does it, whatever is
    written in digits is a number cell, be it a count, a year of a list or a text; else all is text.
    """

    def moment(local: dt.datetime) -> Cell:
        return local if dates == "cells" else f"{local:%d/%m/%Y %H:%M:%S}"

    def cell(text: str) -> Cell:
        return int(text) if numbers and _NUMBER.fullmatch(text) else text

    rows = [header(codebook, answers, blocks)]
    body = (
        [moment(submitted(response)), *map(cell, cells)]
        for response, cells in records(codebook, answers, blocks, CELL_JOINT)
    )
    return workbook([(SHEET, (row for part in (rows, body) for row in part))])


# -- The project's own workbook of the questionnaire: a sheet of responses, one of situations --------------------
WORKBOOK = "questionnaire"


def template_export(codebook: Codebook, answers: Answers) -> bytes:
    """The questionnaire's workbook as .xlsx bytes."""
    return filled(codebook, WORKBOOK, {name: answers[name] for name in (RESPONSES, SITUATIONS)})


# -- Every shape in which the same answers can be received, by the name that configs and importers use ------------
Exporter = Callable[[Codebook, Answers], bytes]

FORMATS: Mapping[str, Exporter] = MappingProxyType(
    {
        "google_csv": csv_export,
        "google_sheets": workbook_export,
        "kobo": export,
        "odk": odk_export,
        "limesurvey": limesurvey_export,
        "template": template_export,
    }
)
