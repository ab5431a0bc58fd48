"""The mapping workbook of a form that is not the project's, written with proposals, completed without losing what was said.

It stays in the vault: headings and answers of a form may tell more than its team thinks. It lists the answers of
questions that look closed, never what was written by hand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import xlsx
from diagnostic.codebook.headings import Headings, compact
from diagnostic.codebook.labels import longest_match, normalise
from diagnostic.codebook.model import Variable
from diagnostic.collect.exports.layout import OTHER
from diagnostic.collect.exports.mapping_book import (
    ABSENT,
    ANSWERS,
    COLUMNS,
    LEFT,
    NO,
    QUESTIONS,
    REFUSED,
    SIGNED,
    VALUES,
    YES,
    Book,
    Line,
)
from diagnostic.collect.exports.questions import Question, questions
from diagnostic.collect.grids import Grid
from diagnostic.core.french import typographic
from diagnostic.core.problems import column_letter
from diagnostic.describe.proposals import Proposals, known_part

AGAIN = 3  # times that an unknown answer came, from which it is a choice of the form, not an « Autre » of somebody
WIDTHS = {"en-tête": 60, "réponse reçue": 50, "question": 28, "libellé": 34, "lue comme": 40, "à lire comme": 40}
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


@dataclass(frozen=True)
class Described:
    """A question of the form with what is proposed, or was confirmed, of it."""

    number: int
    question: Question
    name: str
    free: bool
    confirmed: bool


def propose(grids: Sequence[Grid], headings: Headings, earlier: Book | None = None) -> tuple[bytes, int]:
    """The workbook for these sheets, and how many lines wait for a person.

    What the `earlier` one says of a question or an answer is kept, also of those that this export lacks. A heading
    that names a question of the codebook, all of whose answers are known, is confirmed.
    """
    asked = questions(grids)
    variables = {v.name: v for v in reversed(headings.variables)}
    matched = Proposals(headings).match(asked)
    before = {line.key: line for line in earlier.lines} if earlier else {}
    described = [
        _described(number, question, matched.get(question.key), before, earlier, headings)
        for number, question in enumerate(asked, start=1)
    ]
    gone = [line for key, line in before.items() if key not in {_key(question) for question in asked}]
    said = _said(earlier) if earlier else {}
    answers = list(_answers(described, variables, headings, said))
    waiting = sum(not one.confirmed for one in described)
    book = Workbook()
    _page(book.active)
    signed = "relu" if earlier and earlier.signed and not waiting else ""
    lines = [_line(one, variables) for one in described]
    lines += [
        [len(described) + at, line.sheet, "", line.heading, 0, line.question, "", _free(line.free, False), YES]
        for at, line in enumerate(gone, start=1)
    ]
    _sheet(book, QUESTIONS, [(SIGNED, signed), COLUMNS, *lines])
    _sheet(book, ANSWERS, [VALUES, *answers])
    bound = {one.name for one in described} | {line.question for line in gone}
    joined = {
        v.name: one.label for one in variables.values() if one.name in bound for v in headings.codebook.joined(one)
    }
    absent = [
        (v.name, f"{v.label} : réunie dans « {joined[v.name]} »" if v.name in joined else v.label, YES)
        for v in variables.values()
        if v.name not in bound and not v.shape
    ]
    _sheet(book, ABSENT, [LEFT, *sorted(absent, key=lambda one: list(variables).index(one[0]), reverse=True)])
    return xlsx.to_bytes(book), waiting


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
    if line is not None and earlier is not None:
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
    return REFUSED if not free else YES if box else ""


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
        for value, count in _values(one.question, variable, headings, spelled).items():
            by_hand = variable is None or (one.free and f"{one.name}{OTHER}" in variables)
            if by_hand and count < AGAIN and normalise(value) not in spelled:
                continue  # written under « Autre », or by hand
            answer = said.get((_key(one.question), normalise(value)), "")
            if not answer and variable and normalise(value) not in spelled:
                answer = _label(headings, variable, headings.closest(value, variable.list))
            list_name = variable.list if variable else f"n° {one.number}"
            rows[list_name, normalise(value) or value, answer].append((one.number, value, count))
    for (_, text, answer), found in rows.items():
        lines = ", ".join(str(number) for number, *_ in found)
        variable = variables.get(described[found[0][0] - 1].name)
        read = ""
        if variable is not None:
            box = described[found[0][0] - 1].free and f"{variable.name}{OTHER}" in variables
            read = _label(headings, variable, headings.spelled(variable.list).get(text, OTHER[1:] if box else ""))
        yield [lines, found[0][1], sum(count for *_, count in found), read, answer]


def _values(
    question: Question, variable: Variable | None, headings: Headings, spelled: Mapping[str, str]
) -> Mapping[str, int]:
    """Each answer → how often. A label of the codebook that holds the sign that joins answers is not cut."""
    if variable is None or not question.cells:
        return question.values
    found = Counter[str]()
    for text, count in question.cells.items():
        parts = question.cut(text)
        if not all(normalise(part) in spelled for part in parts):
            codes, unknown = longest_match(text, headings.codebook.spellings(variable.list))
            parts = parts if unknown else [_label(headings, variable, code) for code in codes]
        found.update(
            dict.fromkeys((part for part in parts if part in question.values or normalise(part) in spelled), count)
        )
    return found


def _label(headings: Headings, variable: Variable, code: str) -> str:
    return next((o.label for o in headings.codebook.options(variable) if o.code == code), "")


def _page(page: Worksheet) -> None:
    page.title = "À lire"
    page.column_dimensions["A"].width = 110
    for row, text in enumerate(("Correspondance d’un formulaire avec le codebook. NE PAS DIFFUSER.", *HELP), start=1):
        cell = page.cell(row, 1, typographic(text))
        cell.alignment, cell.font = Alignment(wrap_text=True, vertical="top"), Font(bold=row == 1)


def _sheet(book: Workbook, title: str, rows: Sequence[Sequence[object]]) -> None:
    """A sheet of text: what begins like a formula is none."""
    sheet = book.create_sheet(title)
    heads = next(at for at, row in enumerate(rows, start=1) if row in (COLUMNS, VALUES, LEFT))
    for at, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(at, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
            cell.font = Font(bold=at <= heads)
    for column, name in enumerate(rows[heads - 1], start=1):
        sheet.column_dimensions[column_letter(column - 1)].width = WIDTHS.get(str(name), 14)
    sheet.freeze_panes = f"A{heads + 1}"
