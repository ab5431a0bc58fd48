"""Exports in which invented personal data stands wherever a person, or a tool, can write some."""

from __future__ import annotations

import io
import itertools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import exported
import openpyxl
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook.model import Codebook, Variable
from diagnostic.core.problems import column_letter
from diagnostic.privacy import folding, known_values
from diagnostic.trial import answers as trial

sys.path.insert(0, str(Path(__file__).parents[1] / "vault"))
from planted import Planted, planted, sentence

COUNT = 500
REFUSED = 60  # of the 500, those that people who did not agree to be contacted left as contacts
CHOSEN_IDS = 24  # responses whose identity is itself a name or a phone
CONTACTS = {"respondent_name": "name", "email": "email", "phone": "phone"}
WRITTEN = ("text", "long_text", "count_text")
OWN = ("_submitted_by", "_notes", "_tags", "_validation_status", "_status", "start", "end", "meta/rootUuid")
DATA = planted(count=COUNT)


@dataclass
class Sown:
    """An export and where its data lies. `contacts`: those of people who agreed, those of people who did not."""

    content: bytes
    variables: dict[str, set[str]] = field(default_factory=dict)  # variable → values written there
    agreed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)  # headings, sheet titles, the tool's own columns

    @property
    def values(self) -> set[str]:
        return self.agreed | self.refused | self.elsewhere | set().union(*self.variables.values())


def sought(data: Iterable[Planted] = DATA) -> list[str]:
    """What is looked for: each value, and phones as a spreadsheet leaves them, without their zero."""
    values = [datum.value for datum in data]
    return values + [folding.phone_digits(datum.value)[1:] for datum in data if datum.kind == "phone"]


def slug(value: str) -> str:
    """A value as someone writes it in a code: « Zoé N’Dia » → « Zoe-N-Dia »."""
    return re.sub(r"[^A-Za-z0-9]+", "-", known_values.unaccented(value)).strip("-")[:40]


def told(values: Iterator[str], variable: Variable, at: int) -> str:
    """What a respondent writes in a box."""
    value = next(values)
    return f"{at % 5 + 1}, voir avec {value}" if variable.type == "count_text" else sentence(at, value)


def filled(
    codebook: Codebook, drawn: trial.Answers, data: Iterable[Planted]
) -> tuple[trial.Answers, dict[str, set[str]]]:
    """The answers with a value in every text box that was shown, contacts aside; variable → values."""
    answers, used = deepcopy(drawn), dict[str, set[str]]()
    values = itertools.cycle([datum.value for datum in data])
    texts = [v for v in codebook.variables if v.type in WRITTEN and not v.shape and v.privacy != "vault"]
    for table in answers:
        names = [v for v in texts if v.table == table]
        for row in answers[table]:
            for at, variable in enumerate(names):
                if variable.name in row:
                    row[variable.name] = text = told(values, variable, at)
                    used.setdefault(variable.name, set()).add(text)
    return answers, used


def contacts(drawn: trial.Answers, data: list[Planted]) -> set[str]:
    """Gives each person who agreed a name, an e-mail and a phone of the data, in place; returns them."""
    by_kind = {kind: itertools.cycle([d.value for d in data if d.kind == kind]) for kind in CONTACTS.values()}
    found = set()
    for row in drawn[trial.RESPONSES]:
        if row.get("accepts_recontact") == "yes":
            for name, kind in CONTACTS.items():
                row[name] = value = next(by_kind[kind])
                found.add(value)
    return found


def sow(codebook: Codebook, seed: int = 3) -> Sown:
    """A KoboToolbox export of 40 responses that holds all 500 values, some of them in several places."""
    refused = [*DATA[::8]][:REFUSED]
    others = [datum for datum in DATA if datum not in refused]
    answers, used = filled(codebook, trial.generate(codebook, seed=seed), others)
    agreed = contacts(answers, others)
    book = openpyxl.load_workbook(io.BytesIO(exported.export(codebook, answers)))
    sown = Sown(b"", {name: set(texts) for name, texts in used.items()}, agreed)
    main, situations = book.worksheets
    _left_without_consent(main, itertools.cycle(d.value for d in refused), sown)
    _around(book, main, situations, itertools.cycle(d.value for d in reversed(others)), sown)
    sown.content = saved(book)
    return sown


def _left_without_consent(sheet: Worksheet, values: Iterator[str], sown: Sown) -> None:
    """Names, e-mails and phones in the contact columns of everyone who did not agree."""
    columns = heads(sheet)
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, columns["accepts_recontact"]).value != "yes":
            for name in CONTACTS:
                sheet.cell(row, columns[name]).value = value = next(values)
                sown.refused.add(value)


def _around(book: openpyxl.Workbook, main: Worksheet, situations: Worksheet, values: Iterator[str], sown: Sown) -> None:
    """Identities, the tool's own columns, headings, columns that no form asked for, sheets, properties, comments."""

    def value() -> str:
        sown.elsewhere.add(chosen := next(values))
        return chosen

    renamed = {}
    keys = {sheet: heads(sheet)[name] for sheet, name in ((main, "_uuid"), (situations, "_submission__uuid"))}
    for row in range(2, 2 + CHOSEN_IDS):
        renamed[main.cell(row, keys[main]).value] = value()
    for sheet, column in keys.items():
        for row in range(2, sheet.max_row + 1):
            cell = sheet.cell(row, column)
            cell.value = renamed.get(cell.value, cell.value)
    for sheet in (main, situations):
        columns = heads(sheet)
        for name in OWN:
            column = columns.get(name) or columns.get(f"_submission_{name}")
            for row in range(2, sheet.max_row + 1) if column else ():
                sheet.cell(row, column).value = value()
        for heading in ("deviceid", "username", "phonenumber", f"Vu avec {value()}", value()):
            column = sheet.max_column + 1
            sheet.cell(1, column).value = heading
            for row in range(2, sheet.max_row + 1):
                sheet.cell(row, column).value = sentence(row, value())
        sheet.cell(2, 1).comment = Comment(value(), value())
    # A heading that the tool puts after the names of groups: one of them is a name.
    organisation = main.cell(1, heads(main)["organisation"])
    organisation.value = f"{slug(value())}/organisation"
    title = re.sub(r"[\[\]:*?/\\]", " ", value())[:31]
    column = heads(situations)["_parent_table_name"]
    for row in range(2, situations.max_row + 1):
        situations.cell(row, column).value = title
    main.title = title
    for hidden in ("visible", "hidden"):
        named = re.sub(r"[\[\]:*?/\\]", " ", value())
        sheet = book.create_sheet(f"À lire {named}"[:31])  # of the team's own: any other would be refused
        sheet.sheet_state = hidden
        for _ in range(5):
            sheet.append([sentence(1, value()), value()])
    book.properties.creator, book.properties.title, book.properties.keywords = value(), value(), value()


def heads(sheet: Worksheet) -> dict[str, int]:
    """Heading → column, from 1."""
    return {str(cell.value): cell.column for cell in sheet[1] if cell.value is not None}


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def closed(content: bytes, data: Iterable[Planted]) -> tuple[bytes, set[tuple[str, str, str]]]:
    """The same export with data typed where only a listed answer, a number or a known identity may stand.

    Returns it with the cells (sheet, row, column letter) where that must be told.
    """
    book = openpyxl.load_workbook(io.BytesIO(content))
    main, situations = book.worksheets[:2]
    values = itertools.cycle(datum.value for datum in data)
    cells: set[tuple[str, str, str]] = set()

    def spoil(sheet: Worksheet, name: str, row: int, text: str | int | None = None) -> None:
        column = heads(sheet)[name]
        sheet.cell(row, column).value = next(values) if text is None else text
        cells.add((str(book.worksheets.index(sheet) + 1), str(row), column_letter(column - 1)))

    group = next(r for r in range(2, 40) if main.cell(r, heads(main)["answer_mode"]).value == "group")
    spoil(main, "professionals_consulted", group)
    other = next(r for r in range(group + 1, 42) if main.cell(r, heads(main)["answer_mode"]).value == "group")
    spoil(main, "professionals_consulted", other, 639980123)  # a phone that a spreadsheet took for a number
    for at, name in enumerate(("structure_type", "activity_field", "job_function", "took_charge", "ease_of_topic")):
        for row in range(3 + at, 40, 5):
            spoil(main, name, row)
    for row in range(4, 40, 4):
        spoil(main, "law_commission", row)
        spoil(main, "accepts_recontact", row + 1)
    for at, name in enumerate(("year", "situation_status", "territory", "gender", "age_band", "pimp_presence")):
        for row in range(2 + at, situations.max_row, 6):
            spoil(situations, name, row)
    for name in ("housing/street", "family/alone"):
        if name in heads(situations):
            spoil(situations, name, 9)
    first = next(name for name in heads(situations) if name.startswith("gender/"))
    spoil(situations, first, 12)
    spoil(situations, "_submission__uuid", situations.max_row)
    return saved(book), cells


def words(frames: Mapping[str, object]) -> str:
    """Every text of some tables, one a line."""
    return "\n".join(
        str(cell) for frame in frames.values() for column in frame for cell in frame[column] if cell is not None
    )
