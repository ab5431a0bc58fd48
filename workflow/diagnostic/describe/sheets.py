"""Tables that a team keeps its own way: which of the study's each sheet fills, proposed by wording; and, once a person has
confirmed the mapping, the same rows under the study's names and codes.

One workbook maps all of them. A sheet is known again by its headings, never by its name or its file's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl import Workbook

from diagnostic.codebook import template, xlsx
from diagnostic.codebook.headings import Headings, compact
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.collect.exports import mapping, mapping_book
from diagnostic.collect.exports.layout import OTHER, Told, cell, header
from diagnostic.collect.exports.mapping_book import ANSWERS, NONE, VALUES, Book
from diagnostic.collect.exports.own_words import reading
from diagnostic.collect.exports.questions import questions
from diagnostic.collect.grids import XLSX, Grid, read_export
from diagnostic.collect.table_names import ROLES, WORKBOOKS
from diagnostic.core.problems import Problem
from diagnostic.describe.proposals import Proposals
from diagnostic.describe.tables import GIVEN
from diagnostic.describe.workbook import SHEET_COLUMNS, SHEETS, Proposed, proposed

FORM = "questionnaire"
LEAST = 0.2  # how alike the headings of a sheet and of a table must be for it to be proposed, from 0 to about 1
LOWER = template.FIRST_ROW - 2  # how much lower a row stands than in the file that was given
SHARED = 2 / 3  # of the headings of two sheets, from which they are one sheet that was given twice
TABLES: dict[str, tuple[str, ...]] = {  # role → its tables, those of the form apart
    **{role: tables for role, tables in (ROLES | WORKBOOKS).items() if role != FORM},
    **{name: (name,) for name in ("sites", "ad_counts", "ad_pages", "wave_counts", "wave_ads", "press", *GIVEN)},
}


@dataclass(frozen=True)
class Sheet:
    """One of the team's sheets, as the mapping workbook knows it. `table`: the study's, "" for a sheet that is left."""

    number: int
    title: str
    rows: int
    table: str
    headings: frozenset[str]
    shown: str


@dataclass(frozen=True)
class Mapped:
    """The workbook that maps the team's tables, read: its lines, the team's sheets, and its own as they were."""

    book: Book
    sheets: tuple[Sheet, ...]
    shown: Mapping[str, Sequence[Sequence[str]]]

    def sheet(self, grid: Grid) -> Sheet | None:
        """The known sheet whose headings these are, or most of them."""
        own = _headings(grid)
        alike = {one: len(own & one.headings) / max(1, len(own | one.headings)) for one in self.sheets}
        best = max(alike, key=lambda one: alike[one], default=None)
        return best if best is not None and alike[best] >= SHARED else None


def read(content: bytes, name: str) -> Mapped | None:
    """A mapping workbook as it was saved; None for a file that is none, or that has no sheets of a team."""
    book = mapping_book.read(content, name)[0]
    shown = {grid.title: grid.rows for grid in read_export(content, name)[0]}
    if book is None or SHEETS not in shown:
        return None
    found = []
    for cells in shown[SHEETS][1:]:
        number, title, rows, table, _, headings = [*cells, *[""] * len(SHEET_COLUMNS)][: len(SHEET_COLUMNS)]
        if number.isdigit():
            own = frozenset(line.key[1] for line in book.lines if line.sheet == number)
            size = int(rows) if rows.isdigit() else 0
            found.append(Sheet(int(number), title, size, table.strip(), own, headings))
    return Mapped(book, tuple(found), shown)


# --- proposing --------------------------------------------------------------------------------------------------------


def table_of(codebook: Codebook, grid: Grid, roles: Collection[str]) -> str:
    """The table of these roles that a sheet may fill, or `FORM`: the one whose headings and answers are the most alike, for
    the size of both, and which has a place for the most of its columns; "" where none is alike.

    A short table is like each longer one that has its columns: what has no place there tells them apart.
    """
    asked = questions([grid])
    filled = [question for question in asked if question.filled]
    alike = {}
    for name in (table for role in roles for table in TABLES.get(role, (role,))):
        proposals = Proposals(Headings(codebook, ROLES[FORM] if name == FORM else (name,)))
        score, matched = proposals.score(asked)
        part = 2 * score / (len(asked) + len(proposals.headings.variables))
        if matched > 1 and part >= LEAST:
            placed = proposals.table(asked)
            alike[name] = part * sum(question.key in placed for question in filled) / max(1, len(filled))
    return max(alike, key=lambda name: alike[name], default="")


def propose(codebook: Codebook, grids: Sequence[Grid], tables: Sequence[str], earlier: Mapped | None) -> Proposed:
    """The mapping workbook with these sheets, each proposed for the table beside it, and all that it said before."""
    known = {one.number: one for one in earlier.sheets} if earlier else {}
    parts = []
    for grid, table in zip(grids, tables, strict=True):
        own = earlier.sheet(grid) if earlier else None
        number = own.number if own else max(known, default=0) + 1
        wanted = own.table if own else table
        shown = " ; ".join(text for text in header(grid) if text)
        known[number] = Sheet(number, grid.title, len(grid.rows) - 1, wanted, _headings(grid), shown)
        if wanted in codebook.tables:
            parts.append(([replace(grid, number=number)], Headings(codebook, (wanted,))))
    rows = [
        [one.number, one.title, one.rows, one.table, _label(codebook, one.table), one.shown] for one in known.values()
    ]
    return proposed(parts, earlier.book if earlier else None, rows, earlier.shown if earlier else None)


def _label(codebook: Codebook, table: str) -> str:
    return codebook.tables[table].label if table in codebook.tables else ""


def _headings(grid: Grid) -> frozenset[str]:
    return frozenset(compact(text) or text for question in questions([grid]) for text in [question.heading])


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Read:
    """A file of the team's under the study's names: `grids`, as the project's own workbooks have them, and `content`, the
    workbook of these; `numbers`: the number of each of its sheets in the file that was given. A row stands one below the
    given one: the second row has the French headings."""

    grids: list[Grid]
    numbers: list[int]

    @property
    def content(self) -> bytes:
        """The bytes of the workbook, the same for the same rows."""
        book = Workbook()
        book.remove(book.active)
        for grid in self.grids:
            sheet = book.create_sheet(grid.title)
            for at, cells in enumerate(grid.rows, start=1):
                for column, text in enumerate(cells, start=1):
                    if text:
                        xlsx.put(sheet, at, column, text)
        return xlsx.to_bytes(book)


def translated(
    codebook: Codebook, grids: Sequence[Grid], mapped: Mapped, name: str
) -> tuple[dict[str, Read], list[Problem]]:
    """Role → what the file gives for it, by the mapping, and what is wrong in the cells of the mapping workbook `name`."""
    held = {table: role for role, tables in TABLES.items() for table in tables}
    found: dict[str, Read] = {}
    problems: list[Problem] = []
    for grid in grids:
        sheet = mapped.sheet(grid)
        if sheet is None or sheet.table not in held:
            continue
        made, told = _translated(codebook, replace(grid, number=sheet.number), sheet, mapped.book, name)
        problems += told
        own = found.setdefault(held[sheet.table], Read([], []))
        own.grids.append(replace(made, number=len(own.grids) + 1))
        own.numbers.append(grid.number)
    return found, problems


def _translated(codebook: Codebook, grid: Grid, sheet: Sheet, book: Book, name: str) -> tuple[Grid, list[Problem]]:
    told = Told(name)
    lines = [line for line in book.lines if line.sheet == str(sheet.number)]
    numbers = {line.number for line in lines}
    values = [value for value in book.values if numbers & set(value.lines)]
    read = mapping.Reading(replace(book, lines=lines, values=values), [grid], Headings(codebook, (sheet.table,)), told)
    bindings, words, free = read.bindings(), read.words(), read.free()
    _attributed(codebook, read, free, told)
    width = len(header(grid))
    rows = [[""] * width for _ in range(len(grid.rows) + 1)]
    variables = read.variables
    for binding in bindings:
        variable = variables[binding.variable]
        place = (binding.table, binding.variable)
        column = [cell(grid, row, binding.column) for row in range(1, len(grid.rows))]
        if variable.closed and not binding.option:
            known = {normalise(text): code for text, code in codebook.spellings(variable.list).items()}
            answers = [reading(text, known | words.get(place, {}), place in free) for text in column]
            column = [
                answer if answer == text else ";".join(answer.split())
                for (answer, _), text in zip(answers, column, strict=True)
            ]
            if any(other for _, other in answers):
                _put(rows, len(rows[0]), variables[f"{variable.name}{OTHER}"], [other for _, other in answers])
        _put(rows, binding.column, variable, column, binding.option)
    return Grid(grid.number, codebook.tables[sheet.table].sheet, rows, XLSX), told.problems


def _attributed(codebook: Codebook, read: mapping.Reading, free: Collection[tuple[str, str]], told: Told) -> None:
    """Tell the answers of closed questions that nobody attributed; an « Autre » written by hand needs none."""
    for value in read.book.values:
        for _, variable in (read.named[number] for number in value.lines if number in read.named and not value.answer):
            known = {normalise(text) for text in codebook.spellings(variable.list)} if variable.closed else set()
            if known and normalise(value.text) not in known and (variable.table, variable.name) not in free:
                labels = " ; ".join(option.label for option in codebook.options(variable))
                told.block(
                    f"Cette réponse à « {variable.label} » n’est pas attribuée.",
                    f"Écrire dans « à lire comme » l’une de celles-ci, ou « {NONE} » : {labels}.",
                    read.book.sheets.get(ANSWERS, 0),
                    value.row,
                    VALUES.index("à lire comme"),
                )
                break


def _put(rows: list[list[str]], at: int, variable: Variable, column: Sequence[str], option: str = "") -> None:
    """A column below its name and its French label."""
    texts = [variable.name + (f"/{option}" if option else ""), variable.label, *column]
    for cells, text in zip(rows, texts, strict=True):
        cells += [""] * (at + 1 - len(cells))
        cells[at] = text
