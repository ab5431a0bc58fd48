"""Tables that a team keeps its own way: which of the study's each sheet fills, proposed by wording; and, once a person has
confirmed the mapping, the same rows under the study's names and codes.

One workbook maps all of them. A sheet is known again by its headings, never by its name or its file's.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import pandera.pandas as pa
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import template
from diagnostic.codebook.headings import Headings, compact
from diagnostic.codebook.labels import longest_match, normalise
from diagnostic.codebook.model import Codebook, Option, TableDef, Variable
from diagnostic.codebook.results import LAW_RESULTS, LAW_SOURCES
from diagnostic.collect.answers import CIRCULATIONS, FIELDS, PRACTICES, VERSIONS
from diagnostic.collect.exports import study
from diagnostic.collect.exports.study import NO, YES, Book, Line, Question, questions, reading
from diagnostic.collect.exports.tools import OTHER, TIMES, Told, cell, header
from diagnostic.collect.grids import XLSX, Grid, read_export
from diagnostic.collect.table_names import ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core.french import typographic
from diagnostic.core.problems import Problem, column_letter
from diagnostic.core.tables import columns
from diagnostic.privacy import personal

# -- The codebook with the tables that are not in it --------------------------------------------------------------
# Those that a team gives as a CSV, declared by their models only.
GIVEN = "structures practices outreach contacts restitutions law_results duplicates vignettes".split()
ROW = "row"
LISTS: Mapping[str, Mapping[str, str]] = {  # of which table's column: code → its French words
    "structures.activity_field": FIELDS,
    "practices.kind": PRACTICES,
    "restitutions.version": VERSIONS,
    "law_results.result": {code: words for group in LAW_RESULTS.values() for code, words in group.items()},
    "law_results.source": LAW_SOURCES,
    "law_results.circulation": {one: one for one in CIRCULATIONS},
    "duplicates.decision": {"same": "mêmes personnes", "different": "personnes différentes", "unsure": "ne sait pas"},
}
ALSO = {  # another writing of an answer, beside the parts of its words that a comma separates
    "approach": "démarche",
    "interim": "intermédiaire",
    "final": "finale",
    "same": "même personne",
    "different": "deux personnes",
    "unsure": "on ne sait pas",
}
YES_NO = "yes_no"


@lru_cache(maxsize=4)
def everything(codebook: Codebook) -> Codebook:
    """The codebook, and each table of GIVEN beside its own: the same names, titles and answers as its model declares."""
    tables, lists = dict(codebook.tables), dict(codebook.lists)
    variables = list(codebook.variables)
    for name in GIVEN:
        schema = INPUTS[name].to_schema()
        title = str(schema.title).partition(" : ")[0]
        tables[name] = TableDef(name, title, name, title, "", str(schema.title), ())
        for column in (one for one in columns(INPUTS[name]) if one != ROW):
            own, words = f"{name}.{column}", LISTS.get(f"{name}.{column}", {})
            options = []
            for code, label in words.items():
                others = {*label.split(", "), *([ALSO[code]] if code in ALSO else [])} - {label}
                options.append(Option(own, code, label, tuple(others)))
            lists |= {own: tuple(options)} if words else {}
            variables.append(_variable(name, column, schema.columns[column], own if words else ""))
    version = f"{codebook.version}, et le reste"
    return replace(codebook, tables=tables, lists=lists, variables=tuple(variables), version=version)


def _variable(table: str, name: str, declared: pa.Column, own: str) -> Variable:
    kind = str(declared.dtype)
    sorts = {"Int64": "integer", "boolean": "single"}
    sort = "single" if own else "date" if kind.startswith("datetime") else sorts.get(kind, "text")
    answers = own or (YES_NO if kind == "boolean" else "")
    label, question = str(declared.title), str(declared.description)
    return Variable(table, "", name, sort, list=answers, label=label, question=question)


# -- A table of the team’s, proposed and read ---------------------------------------------------------------------
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
    book = study.read_mapping(content, name)[0]
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
    labels = {name: table.label for name, table in codebook.tables.items()}
    rows = [
        [one.number, one.title, one.rows, one.table, labels.get(one.table, ""), one.shown] for one in known.values()
    ]
    return proposed(parts, earlier.book if earlier else None, rows, earlier.shown if earlier else None)


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
                        template.put(sheet, at, column, text)
        return template.to_bytes(book)


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
    read = study.Reading(replace(book, lines=lines, values=values), [grid], Headings(codebook, (sheet.table,)), told)
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
            read_as = [reading(text, known | words.get(place, {}), place in free) for text in column]
            answers, others = [answer for answer, _ in read_as], [other for _, other in read_as]
            pairs = zip(answers, column, strict=True)
            column = [answer if answer == text else ";".join(answer.split()) for answer, text in pairs]
            if any(others):
                _put(rows, len(rows[0]), variables[f"{variable.name}{OTHER}"], others)
        _put(rows, binding.column, variable, column, binding.option)
    return Grid(grid.number, codebook.tables[sheet.table].sheet, rows, XLSX), told.problems


def _attributed(codebook: Codebook, read: study.Reading, free: Collection[tuple[str, str]], told: Told) -> None:
    """Tell the answers of closed questions that nobody attributed; an « Autre » written by hand needs none."""
    for value in read.book.values:
        for _, variable in (read.named[number] for number in value.lines if number in read.named and not value.answer):
            known = {normalise(text) for text in codebook.spellings(variable.list)} if variable.closed else set()
            if known and normalise(value.text) not in known and (variable.table, variable.name) not in free:
                labels = " ; ".join(option.label for option in codebook.options(variable))
                told.block(
                    f"Cette réponse à « {variable.label} » n’est pas attribuée.",
                    f"Écrire dans « à lire comme » l’une de celles-ci, ou « {study.NONE} » : {labels}.",
                    read.book.sheets.get(study.ANSWERS, 0),
                    value.row,
                    study.VALUES.index("à lire comme"),
                )
                break


def _put(rows: list[list[str]], at: int, variable: Variable, column: Sequence[str], option: str = "") -> None:
    texts = [variable.name + (f"/{option}" if option else ""), variable.label, *column]
    for cells, text in zip(rows, texts, strict=True):
        cells += [""] * (at + 1 - len(cells))
        cells[at] = text


# -- The mapping workbook of a form that is not the project’s -----------------------------------------------------
# Written with proposals, completed without losing what was said.
# It stays in the vault: headings and answers of a form may tell more than its team thinks. It lists the answers of
# questions that look closed, never what was written by hand.
SHEETS = "Feuilles"
SHEET_COLUMNS = ("n°", "titre", "lignes", "tableau", "libellé", "en-têtes")
AGAIN = 3  # times that an unknown answer came, from which it is a choice of the form, not an « Autre » of somebody
WIDTHS = {"en-tête": 60, "réponse reçue": 50, "question": 28, "libellé": 34, "lue comme": 40, "à lire comme": 40}
WIDTHS |= {"en-têtes": 90}
HELP = (
    "Feuille « Questions » : une ligne par question du formulaire (un bloc répété n’y est qu’une fois). Corriger « question » "
    "où la proposition est fausse (nom ou libellé du dictionnaire) ; la vider pour ne pas lire la colonne.",
    "« autre libre » : « non » si ce qui n’est pas dans la liste n’est pas un « Autre » écrit à la main, dont le texte reste "
    "dans le coffre.",
    "Feuille « Réponses » : chaque réponse reçue et comment elle est lue ; « à lire comme » prévaut : y écrire une réponse du "
    "codebook, ou « sans réponse » pour ne pas la compter. Ce qui est écrit à la main n’y est pas.",
    "Question fusionnée : où le formulaire demande en une fois ce que le codebook demande en plusieurs (« Formation suivie ou "
    "prévue »), la ligne nomme la question qui les réunit ; ce qui demande de les distinguer compte comme non posé.",
    "Feuille « Sans colonne » : questions du codebook que le formulaire n’a pas ; elles comptent comme non posées.",
    "Tout relu, écrire ses initiales en B1 de la feuille « Questions » : cela confirme toutes les lignes. Enregistrer ici, en "
    ".xlsx ; « diagnostic decrire » le complète plus tard sans rien perdre de ce qui est confirmé.",
)

HELP_TABLES = (
    "Feuille « Feuilles » : chaque tableau reçu, et celui de l’étude qu’il remplit. Si « tableau » est faux, le corriger "
    "(nom du dictionnaire), puis redonner le fichier : ses colonnes sont proposées de nouveau.",
    "Feuille « Questions » : une ligne par colonne. Corriger « question » où la proposition est fausse (nom ou libellé de la "
    "colonne, voir la feuille « Sans colonne ») ; la vider pour ne pas lire la colonne, qui reste dans l’original, au coffre.",
    *HELP[1:3],
    "Tout relu, écrire ses initiales en B1 de la feuille « Questions » : cela confirme toutes les lignes. Enregistrer ici, en "
    ".xlsx, puis redonner les mêmes fichiers à « diagnostic recevoir ».",
)


@dataclass(frozen=True)
class Described:
    """A question of the form with what is proposed, or was confirmed, of it."""

    number: int
    question: Question
    name: str
    free: bool
    confirmed: bool


@dataclass(frozen=True)
class Proposed:
    """A mapping workbook made: how many lines wait for a person, and how many lines and unknown answers no earlier one had."""

    content: bytes
    waiting: int
    new: int


def proposed(
    parts: Sequence[tuple[Sequence[Grid], Headings]],
    earlier: Book | None = None,
    sheets: Sequence[Sequence[object]] = (),
    shown: Mapping[str, Sequence[Sequence[str]]] | None = None,
) -> Proposed:
    """The workbook for sheets of several tables, each with the headings that its own may have; `sheets`: the rows of a
    sheet that tells them apart, where there are several (see `sheets`), `shown`: the sheets of the earlier workbook as
    they were, by their titles.

    What the `earlier` one says of a question or an answer is kept, also of those that this export lacks. A heading
    that names a question of the codebook, all of whose answers are known, is confirmed.
    """
    before = {line.key: line for line in earlier.lines} if earlier else {}
    said = _said(earlier) if earlier else {}
    known = {normalise(value.text) for value in earlier.values} if earlier else set()
    described: list[Described] = []
    lines, answers, absent, new = list[list[object]](), list[list[object]](), list[tuple[str, str, str]](), 0
    for grids, headings in parts:
        asked = questions(grids)
        matched = Proposals(headings).table(asked) if sheets else Proposals(headings).match(asked)
        variables = {v.name: v for v in reversed(headings.variables)}
        own = [
            _described(number, question, matched.get(question.key), before, earlier, headings)
            for number, question in enumerate(asked, start=len(described) + 1)
        ]
        rows = list(_answers(own, variables, headings, said))
        described += own
        lines += [_line(one, variables) for one in own]
        answers += rows
        here = {str(grid.number) for grid in grids}
        held = [line for line in before.values() if not sheets or line.sheet in here]
        absent += _absent(own, held, variables, headings)
        was = [before.get(_key(one.question)) for one in own]
        new += sum(line is None or line.question != one.name for line, one in zip(was, own, strict=True))
        new += sum(not row[3] and normalise(str(row[1])) not in known for row in rows)
    if earlier:
        asked_now = {_key(one.question) for one in described}
        gone = [line for key, line in before.items() if key not in asked_now]
        other_lines, other_answers = _gone(earlier, gone, len(described), shown, alone=not sheets)
        lines += other_lines
        answers += other_answers
    if sheets:
        _in_order(lines, answers)
    waiting = sum(line[-1] == NO for line in lines)
    book = Workbook()
    _page(book.active, bool(sheets))
    signed = "relu" if earlier and earlier.signed and not waiting else ""
    if sheets:
        _sheet(book, SHEETS, [SHEET_COLUMNS, *sheets])
    _sheet(book, study.QUESTIONS, [(study.SIGNED, signed), study.COLUMNS, *lines])
    _sheet(book, study.ANSWERS, [study.VALUES, *answers])
    _sheet(book, study.ABSENT, [study.LEFT, *absent])
    return Proposed(template.to_bytes(book), waiting, new)


def _gone(
    earlier: Book, gone: Sequence[Line], before: int, shown: Mapping[str, Sequence[Sequence[str]]] | None, alone: bool
) -> tuple[list[list[object]], list[list[object]]]:
    """What the earlier workbook says of questions that this export lacks: lines, numbered after those before, and answers.
    `alone`: they are of a form, in whose workbook no other table waits to be read."""
    numbers = {line.number: str(before + at) for at, line in enumerate(gone, start=1)}
    lines, answers = list[list[object]](), list[list[object]]()
    for line in gone:
        kept = YES if line.confirmed or alone or earlier.signed else NO
        blank = ["", line.sheet, "", line.heading, "0", line.question, "", ""]
        cells = _shown(shown, study.QUESTIONS, line.row) or blank
        lines.append([int(numbers[line.number]), *cells[1:7], _free(line.free, cells[7] == YES), kept])
    for value in earlier.values:
        if left := [numbers[number] for number in value.lines if number in numbers]:
            cells = _shown(shown, study.ANSWERS, value.row) or ["", value.text, "0", "", value.answer]
            answers.append([", ".join(left), *cells[1:5]])
    return lines, answers


def _in_order(lines: list[list[object]], answers: Sequence[list[object]]) -> None:
    """Lines by sheets, numbered again, in the answers too."""
    lines.sort(key=lambda line: int(str(line[1]) or 0))
    rank = {str(line[0]): number for number, line in enumerate(lines, start=1)}
    for line in lines:
        line[0] = rank[str(line[0])]
    for answer in answers:
        answer[0] = ", ".join(str(rank[number]) for number in str(answer[0]).split(", "))


def _shown(shown: Mapping[str, Sequence[Sequence[str]]] | None, title: str, row: int) -> list[str]:
    """The cells of a line of the earlier workbook, whatever their number."""
    return [*shown[title][row - 1], *[""] * len(study.COLUMNS)] if shown else []


def _absent(
    described: Sequence[Described], before: Iterable[Line], variables: Mapping[str, Variable], headings: Headings
) -> list[tuple[str, str, str]]:
    """The questions that no column holds, those of the codebook's last tables first."""
    bound = {one.name for one in described} | {line.question for line in before}
    asked = [one for one in variables.values() if one.name in bound]
    joined = {v.name: f" : réunie dans « {one.label} »" for one in asked for v in headings.codebook.joined(one)}
    absent = [v for v in variables.values() if v.name not in bound and not v.shape]
    return [(v.name, f"{v.label}{joined.get(v.name, '')}", YES) for v in reversed(absent)]


def _key(question: Question) -> tuple[str, str]:
    return str(question.sheet), compact(question.heading)


def _described(
    number: int,
    question: Question,
    variable: Variable | None,
    before: Mapping[tuple[str, str], Line],
    earlier: Book | None,
    headings: Headings,
) -> Described:
    line = before.get(_key(question))
    lost = line is not None and line.question and headings.find(line.question) is None  # its table was corrected
    if line is not None and earlier is not None and (not lost or line.confirmed or earlier.signed):
        return Described(number, question, line.question, line.free, line.confirmed or earlier.signed)
    if variable is None:
        return Described(number, question, "", True, False)
    named = headings.find(question.heading)
    known = not variable.closed or known_part(question, variable, headings) == 1
    sure = named is not None and named.variable == variable.name and known
    return Described(number, question, variable.name, True, sure)


def _line(one: Described, variables: Mapping[str, Variable]) -> list[object]:
    letters = ", ".join(column_letter(column.position) for column in one.question.columns)
    label = variables[one.name].label if one.name in variables else ""
    heading, state = one.question.heading, YES if one.confirmed else NO
    free = _free(one.free, f"{one.name}{OTHER}" in variables)
    return [one.number, one.question.sheet, letters, heading, one.question.filled, one.name, label, free, state]


def _free(free: bool, box: bool) -> str:
    return study.REFUSED if not free else YES if box else ""


def _said(earlier: Book) -> dict[tuple[tuple[str, str], str], str]:
    """(question, answer) → what the earlier workbook says that it is."""
    keys = {line.number: line.key for line in earlier.lines}
    return {
        (keys[number], normalise(value.text)): value.answer
        for value in earlier.values
        for number in value.lines
        if number in keys and value.answer
    }


def _answers(
    described: Sequence[Described],
    variables: Mapping[str, Variable],
    headings: Headings,
    said: Mapping[tuple[tuple[str, str], str], str],
) -> Iterator[list[object]]:
    """A row per answer of questions that look closed; questions of one list share it, so that it is mapped once."""
    rows: dict[tuple[str, str, str], list[tuple[int, str, int]]] = defaultdict(list)
    for one in described:
        variable = variables.get(one.name)
        if variable is not None and not variable.closed:
            continue  # written by hand: nothing of it is copied
        spelled = headings.spelled(variable.list) if variable else {}
        for value, count in _values(one.question, variable, headings, spelled, one.confirmed).items():
            by_hand = variable is None or (one.free and f"{one.name}{OTHER}" in variables)
            if by_hand and count < AGAIN and normalise(value) not in spelled:
                continue  # written under « Autre », or by hand
            answer = said.get((_key(one.question), normalise(value)), "")
            if not answer and variable and normalise(value) not in spelled:
                answer = _mapping_label(headings, variable, headings.closest(value, variable.list))
            list_name = variable.list if variable else f"n° {one.number}"
            rows[list_name, normalise(value) or value, answer].append((one.number, value, count))
    by_number = {one.number: one for one in described}
    for (_, text, answer), found in rows.items():
        lines, first = ", ".join(str(number) for number, *_ in found), by_number[found[0][0]]
        variable, read = variables.get(first.name), ""
        if variable is not None:
            box = OTHER[1:] if first.free and f"{variable.name}{OTHER}" in variables else ""
            read = _mapping_label(headings, variable, headings.spelled(variable.list).get(text, box))
        yield [lines, found[0][1], sum(count for *_, count in found), read, answer]


def _values(
    question: Question, variable: Variable | None, headings: Headings, spelled: Mapping[str, str], confirmed: bool
) -> Mapping[str, int]:
    """Each answer → how often. A label of the codebook that holds the sign that joins answers is not cut."""
    if variable is None or not question.cells:
        return question.values
    if confirmed and not question.values:  # a person says that it is a choice, however it looks
        chosen = Counter[str]()
        for text, count in question.cells.items():
            chosen.update(dict.fromkeys(question.cut(text), count))
        return {part: count for part, count in chosen.items() if len(part) <= study.SHORT and not personal.find(part)}
    found = Counter[str]()
    for text, count in question.cells.items():
        parts = question.cut(text)
        if not all(normalise(part) in spelled for part in parts):
            codes, unknown = longest_match(text, headings.codebook.spellings(variable.list))
            parts = parts if unknown else [_mapping_label(headings, variable, code) for code in codes]
        told = (part for part in parts if part in question.values or normalise(part) in spelled)
        found.update(dict.fromkeys(told, count))
    return found


def _mapping_label(headings: Headings, variable: Variable, code: str) -> str:
    return next((o.label for o in headings.codebook.options(variable) if o.code == code), "")


def _page(page: Worksheet, tables: bool) -> None:
    page.title = "À lire"
    page.column_dimensions["A"].width = 110
    title = "de tableaux de l’équipe avec ceux de l’étude" if tables else "d’un formulaire avec le codebook"
    texts = (f"Correspondance {title}. NE PAS DIFFUSER.", *(HELP_TABLES if tables else HELP))
    for row, text in enumerate(texts, start=1):
        template.put(page, row, 1, typographic(text), alignment=template.TOP, font=Font(bold=row == 1))


def _sheet(book: Workbook, title: str, rows: Sequence[Sequence[object]]) -> None:
    """A sheet of text: what begins like a formula is none."""
    sheet = book.create_sheet(title)
    heads = next(
        at for at, row in enumerate(rows, start=1) if row in (study.COLUMNS, study.VALUES, study.LEFT, SHEET_COLUMNS)
    )
    for at, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            template.put(sheet, at, column, value, font=Font(bold=at <= heads))
    for column, name in enumerate(rows[heads - 1], start=1):
        sheet.column_dimensions[column_letter(column - 1)].width = WIDTHS.get(str(name), 14)
    sheet.freeze_panes = f"A{heads + 1}"


# -- Which question of the codebook a question of another form may be ---------------------------------------------
# By its wording, and by the answers it was given.
ALIKE = 0.33  # how alike two questions must be for one to be proposed for the other
BOXES = ("text", "long_text")
WRITTEN = 0.7  # how much less likely a text box is where answers look chosen
IDENTITY = "response_id"  # the variable that names the response
PARENTS = ("_submission__uuid", "PARENT_KEY")  # the response, in a sheet of situations
IDENTITIES = (*PARENTS, "_uuid", "KEY", IDENTITY, "id", "n", "no", "numero", "identifiant", *TIMES)
OF_VALUES = 0.45  # the part of answers in how alike a closed question is
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}")
STEM = 5  # first signs of a word, which its forms share
_EMPTY = frozenset(
    """
    avez vous votre vos etes est elle elles ils une des les que qui quel quelle quels quelles dans pour sur par avec
    ces ses son cette pas plus cela fait faits faut aux leur leurs ont sont etre autre
    """.split()
)


class Proposals:
    """The proposals for the questions of one export."""

    def __init__(self, headings: Headings) -> None:
        self.headings = headings

    def match(self, asked: Sequence[Question]) -> dict[tuple[int, str], Variable]:
        """Key of a question → the variable proposed for it; each variable once in a sheet, the surest first. A heading
        that names a variable is that variable. A question of a repeated block is one on situations."""
        found = self._identities(asked)
        taken = {(sheet, variable.name) for (sheet, _), variable in found.items()}
        beside = self._holding(asked, found)
        scored = [
            (score, -rank, -place, question, variable)
            for rank, question in enumerate(asked)
            for place, variable in enumerate(self.headings.variables)
            if self._possible(question, variable, beside) and (score := self._alike(question, variable)) >= ALIKE
        ]
        for *_, question, variable in sorted(scored, key=lambda one: one[:3], reverse=True):
            if question.key not in found and (question.sheet, variable.name) not in taken:
                found[question.key] = variable
                taken.add((question.sheet, variable.name))
        self._between(asked, found, taken, beside)
        return found

    def table(self, asked: Sequence[Question]) -> dict[tuple[int, str], Variable]:
        """As `match`, for a table that has few columns: what is left of a kind is proposed for what is left of it, where
        there is one of each; dates in their order, since a period has two."""
        found = self.match(asked)
        for kind in ("date", "closed", "integer", "written"):
            taken = {(sheet, variable.name) for (sheet, _), variable in found.items()}
            self._between(asked, found, taken, {})
            left = [q for q in asked if q.key not in found and q.filled and kind in _kinds(q)]
            free = [
                v
                for v in self.headings.variables
                if v.name not in {name for _, name in taken} and not v.name.endswith(OTHER) and _kind(v) == kind
            ]
            if len(left) == len(free) and (len(left) == 1 or kind == "date"):
                found |= {question.key: variable for question, variable in zip(left, free, strict=True)}
        return found

    def score(self, asked: Sequence[Question]) -> tuple[float, int]:
        """How alike these questions and those proposed for them are, in all, and for how many one is proposed."""
        found = self.match(asked)
        matched = [question for question in asked if question.key in found]
        return sum(self._alike(question, found[question.key]) for question in matched), len(matched)

    def _identities(self, asked: Sequence[Question]) -> dict[tuple[int, str], Variable]:
        """The column that names the response, in each sheet: by the names that tools and people give it."""
        named = next((v for v in self.headings.variables if v.name == IDENTITY), None)
        found: dict[int, Question] = {}
        for name in IDENTITIES:  # the surest first
            for question in asked:
                if question.heading == name or normalise(question.heading) == name or self._named(question, name):
                    found.setdefault(question.sheet, question)
        return {question.key: named for question in found.values()} if named else {}

    def _named(self, question: Question, name: str) -> bool:
        named = self.headings.find(question.heading) if name == IDENTITY else None
        return named is not None and named.variable == IDENTITY

    def _between(
        self,
        asked: Sequence[Question],
        found: dict[tuple[int, str], Variable],
        taken: set[tuple[int, str]],
        beside: Mapping[int, str],
    ) -> None:
        """Forms keep an order: between two questions that are known, the only one of the codebook that is left."""
        variables = self.headings.codebook.variables
        own = {v.name: place for place, v in enumerate(variables) if v.table in self.headings.tables}
        order = {v.name: place for place, v in enumerate(variables)} | own
        for rank, question in enumerate(asked):
            before = next((found[q.key] for q in reversed(asked[:rank]) if q.key in found), None)
            after = next((found[q.key] for q in asked[rank + 1 :] if q.key in found), None)
            if question.key in found or before is None or after is None or not question.filled:
                continue
            left = [
                v
                for v in self.headings.variables
                if order[before.name] < order[v.name] < order[after.name]
                and (question.sheet, v.name) not in taken
                and v.table == before.table
                and not v.name.endswith(OTHER)
                and self._possible(question, v, beside)
                and not (v.closed and known_part(question, v, self.headings) <= 0.5)
            ]
            if len(left) == 1:
                found[question.key] = left[0]
                taken.add((question.sheet, left[0].name))

    def _holding(self, asked: Sequence[Question], found: Mapping[tuple[int, str], Variable]) -> dict[int, str]:
        """Sheet → what it holds, where that is sure: responses with their situations beside them, or one of the two."""
        named = [question for question in asked if question.key in found]
        first = min((question.sheet for question in named), default=0)
        children = {q.sheet for q in named if q.heading in PARENTS} or {q.sheet for q in named if q.sheet != first}
        holding = {q.sheet: "children" if q.sheet in children else "parents" for q in named} if children else {}
        return holding | {question.sheet: "beside" for question in asked if question.repeated}

    def _possible(self, question: Question, variable: Variable, holding: Mapping[int, str]) -> bool:
        """Whether the question stands where the variable may, and was answered as it may be."""
        place = holding.get(question.sheet, "")
        child = question.repeated if place == "beside" else place == "children"
        repeats = bool(self.headings.codebook.tables[variable.table].parent)
        if variable.name == IDENTITY or (place and child != repeats):
            return False
        if not question.filled:
            return True
        named = self.headings.find(question.heading)
        same = named is not None and named.variable == variable.name
        return self._fits(question, variable) or (same and known_part(question, variable, self.headings) > 0.5)

    def _alike(self, question: Question, variable: Variable) -> float:
        named = self.headings.find(question.heading)
        if named is not None and named.variable == variable.name:
            return 2.0
        worded = max(self._worded(question.heading, text) for text in self._texts[variable.table, variable.name])
        if not variable.closed or not question.cells:
            return worded * WRITTEN if question.values and variable.type in BOXES else worded
        known = known_part(question, variable, self.headings)
        return (1 - OF_VALUES) * worded + OF_VALUES * known if worded or known > 0.5 else 0.0

    def _fits(self, question: Question, variable: Variable) -> bool:
        """Whether the answers can be those of the variable: a box that is written in is no list, nor a list a box."""
        if any(column.option for column in question.columns):
            return variable.type == "multiple"
        return bool(question.values) or not variable.closed

    @cached_property
    def _texts(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {(v.table, v.name): (v.question, v.label, f"{v.label} {v.question}") for v in self.headings.variables}

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        """Stem → how much it tells: the fewer questions have it, the more."""
        seen = Counter(stem for texts in self._texts.values() for stem in stems(" ".join(texts)))
        size = len(self._texts)
        return {stem: math.log(1 + size / count) for stem, count in seen.items()}

    def _worded(self, heading: str, text: str) -> float:
        """How alike two wordings are, from 0 to 1: the weight of the stems they share, of the mean of both (Dice)."""
        if compact(heading) == compact(text):
            return 1.0
        own, other = stems(heading), stems(text)
        most = math.log(1 + len(self._texts))

        def weight(some: frozenset[str]) -> float:
            return sum(self._weights.get(stem, most) for stem in some)

        both = weight(own & other)
        return 2 * both / (weight(own) + weight(other)) if both else 0.0


def _kind(variable: Variable) -> str:
    return "closed" if variable.closed else "written" if variable.type in BOXES else variable.type


def _kinds(question: Question) -> tuple[str, ...]:
    """The kinds of variables that the cells of a column may be answers to."""
    if all(map(_DATE.fullmatch, question.cells)):
        return ("date",)
    if all(text.isdigit() for text in question.cells):
        return ("integer",)
    return ("closed", "written") if question.values else ("written",)


@lru_cache(maxsize=4096)  # every question is compared with every variable
def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that tell something, « ou » among them: a question may join two of the codebook."""
    words = re.findall(r"[a-z0-9]{3,}|\bou\b", normalise(text))
    return frozenset(word[:STEM] for word in words if word not in _EMPTY)


def known_part(question: Question, variable: Variable, headings: Headings) -> float:
    """The part of the answers that the variable's list has, from 0 to 1: of those given, or of the different ones where
    that is more, since « autre » is written in many ways and one unknown wording may be the most frequent answer."""
    if not variable.closed:
        return 0.0
    spelled, spellings = headings.spelled(variable.list), headings.codebook.spellings(variable.list)
    parts: dict[str, tuple[int, bool]] = {}
    for text, count in (question.cells or question.values).items():
        whole = not longest_match(text, spellings)[1]
        for part in question.cut(text):
            times, known = parts.get(part, (0, False))
            parts[part] = times + count, known or whole or normalise(part) in spelled
    known_times = sum(times for times, known in parts.values() if known)
    different = sum(known for _, known in parts.values()) / max(1, len(parts))
    return max(different, known_times / max(1, sum(times for times, _ in parts.values())))
