"""The same answers, as each tool exports them: what a team downloads and hands over.

Labels are those of the codebook as they are typed there, with straight apostrophes and plain spaces: a form that a team
types again has no others.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import openpyxl

from .codebook import TICKED, UNTICKED, Codebook, Variable
from .people import Response, Situation

SUFFIX = {
    "template": "xlsx",
    "google_csv": "csv",
    "google_sheets": "xlsx",
    "kobo": "xlsx",
    "odk": "zip",
    "limesurvey": "csv",
}
MOST = 5  # situations that an unrolled form has room for
BEGIN = dt.datetime(2026, 1, 12, 9, 0, 7)
Value = frozenset[str] | str | None


def shown(tool: str, rank: int) -> tuple[str, str]:
    """How a tool shows the answer of this rank, where a situation is named by it; and its own key."""
    at = BEGIN + dt.timedelta(hours=7 * rank, seconds=11 * rank)
    uuid = f"{rank:08x}-0000-4000-8000-{rank:012x}"
    return {
        "template": (f"R{rank:03d}", ""),
        "google_csv": (f"{at:%Y/%m/%d} {at.hour % 12 or 12}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'} UTC+1", ""),
        "google_sheets": (f"{at:%d/%m/%Y %H:%M:%S}", ""),
        "kobo": (uuid, uuid),
        "odk": (f"uuid:{uuid}", f"uuid:{uuid}"),
        "limesurvey": (str(rank), ""),
    }[tool]


def export(book: Codebook, tool: str, responses: Sequence[Response], folder: Path, template: Path) -> Path:
    """Write the export of these answers; its path."""
    path = folder / f"export-{tool}.{SUFFIX[tool]}"
    WRITERS[tool](book, responses, path, template)
    return path


def of(situation: Situation, name: str) -> Value:
    return situation.count if name == "persons_in_situation" else situation.written.get(name)


def ticks(book: Codebook, one: Variable, value: Value, yes: str, no: str) -> list[str | None]:
    """A column an answer: all empty where nothing is answered."""
    codes = [option.code for option in book.options[one.list]]
    if not value:
        return [None] * len(codes)
    return [yes if code in value else no for code in codes]


def labels(book: Codebook, one: Variable, value: Value) -> str | None:
    """The labels of what is answered, in the order of the list, joined as Google joins them."""
    if not value or isinstance(value, str):
        return value or None
    return ", ".join(option.label for option in book.options[one.list] if option.code in value)


def codes(book: Codebook, one: Variable, value: Value) -> str | None:
    if not value or isinstance(value, str):
        return value or None
    return " ".join(option.code for option in book.options[one.list] if option.code in value)


def _template(book: Codebook, responses: Sequence[Response], path: Path, template: Path) -> None:
    workbook = openpyxl.load_workbook(template)
    for sheet, table in (("Réponses", "responses"), ("Situations", "situations")):
        rows: list[dict[str, str | int | None]] = []
        for one in responses:
            if table == "responses":
                rows.append({"response_id": one.number, **cells(book, table, one.answers.get)})
                continue
            for told in one.situations:
                keys = {"response_id": one.number, "situation_number": told.number}
                rows.append({**keys, **cells(book, table, partial(of, told))})
        fill(workbook[sheet], rows)
    workbook.save(path)


def cells(book: Codebook, table: str, get: Callable[[str], Value]) -> dict[str, str | int | None]:
    """The cells of a workbook's row, by column."""
    found: dict[str, str | int | None] = {}
    for one in book.variables[table]:
        value = get(one.name)
        if one.kind == "multiple":
            names = [f"{one.name}/{option.code}" for option in book.options[one.list]]
            found |= dict(zip(names, ticks(book, one, value, TICKED, UNTICKED), strict=True))
        elif value:
            found[one.name] = labels(book, one, value)
    return found


def fill(sheet: openpyxl.worksheet.worksheet.Worksheet, rows: Sequence[dict[str, str | int | None]]) -> None:
    """Write rows under the two lines of titles of a template, each value in the column of its name."""
    columns = {cell.value: cell.column for cell in sheet[1] if cell.value}
    for at, row in enumerate(rows, 3):
        for name, value in row.items():
            if value is not None and value != "":
                sheet.cell(at, columns[name], value)


def _unrolled(book: Codebook, responses: Sequence[Response]) -> tuple[list[str], list[list[str | None]]]:
    """A Google form: situations one after the other, their questions repeated."""
    asked = [one for one in book.variables["responses"] if one.shape != "sheet"]
    before = [one for one in asked if one.block in ("welcome", "respondent", "identification")]
    after = [one for one in asked if one not in before]
    told = [one for one in book.variables["situations"] if one.shape != "sheet"]
    header = ["Horodateur", *(one.question for one in before)]
    header += [one.question for _ in range(MOST) for one in told] + [one.question for one in after]
    rows = []
    for one in responses:
        row = [one.number, *(labels(book, question, one.answers.get(question.name)) for question in before)]
        for rank in range(MOST):
            if rank < len(one.situations):
                row += [labels(book, question, _next(one, rank, question.name)) for question in told]
            else:
                row += [None] * len(told)
        rows.append(row + [labels(book, question, one.answers.get(question.name)) for question in after])
    return header, rows


def _next(one: Response, rank: int, name: str) -> Value:
    """What a situation says, and whether another follows."""
    if name == "add_situation":
        return frozenset({"yes" if rank + 1 < len(one.situations) else "no"})
    return of(one.situations[rank], name)


def _google_csv(book: Codebook, responses: Sequence[Response], path: Path, _: Path) -> None:
    header, rows = _unrolled(book, responses)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([header, *([cell or "" for cell in row] for row in rows)])


def _google_sheets(book: Codebook, responses: Sequence[Response], path: Path, _: Path) -> None:
    header, rows = _unrolled(book, responses)
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Réponses au formulaire 1"
    sheet.append(header)
    for row in rows:
        at = dt.datetime.strptime(row[0] or "", "%d/%m/%Y %H:%M:%S")
        sheet.append([at, *row[1:]])
        sheet.cell(sheet.max_row, 1).number_format = "dd/mm/yyyy hh:mm:ss"
    workbook.save(path)


def _limesurvey(book: Codebook, responses: Sequence[Response], path: Path, _: Path) -> None:
    """Answers as codes, a column a tick, situations one after the other."""
    asked = [one for one in book.variables["responses"] if one.shape != "sheet"]
    told = [one for one in book.variables["situations"] if one.shape != "sheet"]
    before = [one for one in asked if one.block in ("welcome", "respondent", "identification")]
    order: list[tuple[str, int, Variable]] = [("", -1, one) for one in before]
    order += [
        (f"S{rank + 1}", rank, one)
        for rank in range(MOST)
        for one in told
        if (rank, one.name) != (MOST - 1, "add_situation")
    ]
    order += [("", -1, one) for one in asked if one not in before]
    header, rows = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"], []
    for prefix, _rank, one in order:
        options = [f"[{option.code}]" for option in book.options[one.list]] if one.kind == "multiple" else [""]
        header += [f"{prefix}{one.short}{option}" for option in options]
    for response in responses:
        at = response.rank
        day = f"{BEGIN + dt.timedelta(hours=7 * at):%Y-%m-%d %H:%M:%S}"
        row: list[str | None] = [response.number, day, "6", "fr", str(1000 + at), day, day]
        for _prefix, rank, one in order:
            value = response.answers.get(one.name) if rank < 0 else None
            if 0 <= rank < len(response.situations):
                value = _next(response, rank, one.name)
            row += ticks(book, one, value, "Y", "") if one.kind == "multiple" else [codes(book, one, value)]
        rows.append(row)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerows([header, *([cell or "" for cell in row] for row in rows)])


def _xlsform(book: Codebook, table: str, get: Callable[[str], Value]) -> dict[str, str | None]:
    """The columns of an XLSForm tool: a question, then a column a tick."""
    found: dict[str, str | None] = {}
    for one in book.variables[table]:
        if one.shape in ("sheet", "unrolled"):
            continue
        value = get(one.name)
        found[one.name] = codes(book, one, value)
        if one.kind == "multiple":
            names = [f"{one.name}/{option.code}" for option in book.options[one.list]]
            found |= dict(zip(names, ticks(book, one, value, "1", "0"), strict=True))
    return found


def _kobo(book: Codebook, responses: Sequence[Response], path: Path, _: Path) -> None:
    workbook = openpyxl.Workbook()
    forms, repeats = workbook.active, workbook.create_sheet("situations")
    forms.title = "diagnostic_departemental"
    above, below = [], []
    for index, one in enumerate(responses, 1):
        at = one.rank
        when = f"{BEGIN + dt.timedelta(hours=7 * at):%Y-%m-%dT%H:%M:%S}"
        meta = {"_id": 5000 + at, "_uuid": one.key, "_submission_time": when}
        above.append(
            {"start": f"{when}.000+01:00", "end": f"{when}.000+01:00"}
            | _xlsform(book, "responses", one.answers.get)
            | meta
            | {"_validation_status": None, "_notes": None, "_status": "submitted_via_web", "_submitted_by": None}
            | {"__version__": "1", "_tags": None, "meta/rootUuid": f"uuid:{one.key}", "_index": index}
        )
        for told in one.situations:
            keys = {"_index": len(below) + 1, "_parent_table_name": forms.title, "_parent_index": index}
            keys |= {"_submission__id": 5000 + at, "_submission__uuid": one.key, "_submission__submission_time": when}
            below.append(_xlsform(book, "situations", partial(of, told)) | keys)
    for sheet, rows in ((forms, above), (repeats, below)):
        names = list(rows[0]) if rows else ["_index"]
        for row in [names, *([row[name] for name in names] for row in rows)]:
            sheet.append(row)
    workbook.save(path)


def _odk(book: Codebook, responses: Sequence[Response], path: Path, _: Path) -> None:
    groups = {one.name: one.block for one in book.variables["responses"]}
    above, below = [], []
    for one in responses:
        when = f"{BEGIN + dt.timedelta(hours=7 * one.rank):%Y-%m-%dT%H:%M:%S}.357Z"
        told = _xlsform(book, "responses", one.answers.get)
        row: dict[str, str | None] = {"SubmissionDate": when}
        row |= {f"{groups[name.split('/')[0]]}-{name}": value for name, value in told.items()}
        row |= {"meta-instanceID": one.key, "KEY": one.key, "SubmitterID": "12", "SubmitterName": "Lien public"}
        above.append(row | {"AttachmentsPresent": "0", "AttachmentsExpected": "0", "Edits": "0", "FormVersion": "1"})
        for each in one.situations:
            keys = {"PARENT_KEY": one.key, "KEY": f"{one.key}/situations[{each.number}]"}
            below.append(_xlsform(book, "situations", partial(of, each)) | keys)
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in (("questionnaire.csv", above), ("questionnaire-situations.csv", below)):
            text = io.StringIO(newline="")
            columns = list(rows[0]) if rows else ["PARENT_KEY", "KEY"]
            writer = csv.DictWriter(text, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: value or "" for key, value in row.items()} for row in rows)
            archive.writestr(name, text.getvalue())


WRITERS: dict[str, Callable[[Codebook, Sequence[Response], Path, Path], None]] = {
    "template": _template,
    "google_csv": _google_csv,
    "google_sheets": _google_sheets,
    "kobo": _kobo,
    "odk": _odk,
    "limesurvey": _limesurvey,
}
