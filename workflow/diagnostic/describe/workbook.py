"""The mapping workbook of a form that is not the project's, written with proposals, completed without losing what was said.

It stays in the vault: headings and answers of a form may tell more than its team thinks. It lists the answers of
questions that look closed, never what was written by hand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Font
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
from diagnostic.collect.exports.questions import SHORT, Question, questions
from diagnostic.collect.grids import Grid
from diagnostic.core.french import typographic
from diagnostic.core.problems import column_letter
from diagnostic.describe.proposals import Proposals, known_part
from diagnostic.privacy import personal

SHEETS = "Feuilles"
SHEET_COLUMNS = ("n°", "titre", "lignes", "tableau", "libellé", "en-têtes")
AGAIN = 3  # times that an unknown answer came, from which it is a choice of the form, not an « Autre » of somebody
WIDTHS = {
    "en-tête": 60,
    "réponse reçue": 50,
    "question": 28,
    "libellé": 34,
    "lue comme": 40,
    "à lire comme": 40,
    "en-têtes": 90,
}
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


def propose(grids: Sequence[Grid], headings: Headings, earlier: Book | None = None) -> tuple[bytes, int]:
    """The workbook for these sheets, and how many lines wait for a person.

    What the `earlier` one says of a question or an answer is kept, also of those that this export lacks. A heading
    that names a question of the codebook, all of whose answers are known, is confirmed.
    """
    made = proposed([(grids, headings)], earlier)
    return made.content, made.waiting


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
    they were, by their titles."""
    before = {line.key: line for line in earlier.lines} if earlier else {}
    said = _said(earlier) if earlier else {}
    known = _known(earlier) if earlier else set()
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
    gone = [line for key, line in before.items() if key not in {_key(one.question) for one in described}]
    numbers = {line.number: str(len(described) + at) for at, line in enumerate(gone, start=1)}
    for line in gone:
        kept = YES if line.confirmed or not sheets or (earlier and earlier.signed) else NO
        cells = _shown(shown, QUESTIONS, line.row) or ["", line.sheet, "", line.heading, "0", line.question, "", ""]
        lines.append([int(numbers[line.number]), *cells[1:7], _free(line.free, cells[7] == YES), kept])
    for value in earlier.values if earlier else ():
        if left := [numbers[number] for number in value.lines if number in numbers]:
            cells = _shown(shown, ANSWERS, value.row) or ["", value.text, "0", "", value.answer]
            answers.append([", ".join(left), *cells[1:5]])
    if sheets:
        _in_order(lines, answers)
    waiting = sum(line[-1] == NO for line in lines)
    book = Workbook()
    _page(book.active, bool(sheets))
    signed = "relu" if earlier and earlier.signed and not waiting else ""
    if sheets:
        _sheet(book, SHEETS, [SHEET_COLUMNS, *sheets])
    _sheet(book, QUESTIONS, [(SIGNED, signed), COLUMNS, *lines])
    _sheet(book, ANSWERS, [VALUES, *answers])
    _sheet(book, ABSENT, [LEFT, *absent])
    return Proposed(xlsx.to_bytes(book), waiting, new)


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
    return [*shown[title][row - 1], *[""] * len(COLUMNS)] if shown else []


def _known(earlier: Book) -> set[str]:
    return {normalise(value.text) for value in earlier.values}


def _absent(
    described: Sequence[Described], before: Iterable[Line], variables: Mapping[str, Variable], headings: Headings
) -> list[tuple[str, str, str]]:
    """The questions that no column holds, those of the codebook's last tables first."""
    bound = {one.name for one in described} | {line.question for line in before}
    joined = {
        v.name: one.label for one in variables.values() if one.name in bound for v in headings.codebook.joined(one)
    }
    absent = [
        (v.name, f"{v.label} : réunie dans « {joined[v.name]} »" if v.name in joined else v.label, YES)
        for v in variables.values()
        if v.name not in bound and not v.shape
    ]
    return sorted(absent, key=lambda one: list(variables).index(one[0]), reverse=True)


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
        for value, count in _values(one.question, variable, headings, spelled, one.confirmed).items():
            by_hand = variable is None or (one.free and f"{one.name}{OTHER}" in variables)
            if by_hand and count < AGAIN and normalise(value) not in spelled:
                continue  # written under « Autre », or by hand
            answer = said.get((_key(one.question), normalise(value)), "")
            if not answer and variable and normalise(value) not in spelled:
                answer = _label(headings, variable, headings.closest(value, variable.list))
            list_name = variable.list if variable else f"n° {one.number}"
            rows[list_name, normalise(value) or value, answer].append((one.number, value, count))
    by_number = {one.number: one for one in described}
    for (_, text, answer), found in rows.items():
        lines = ", ".join(str(number) for number, *_ in found)
        variable = variables.get(by_number[found[0][0]].name)
        read = ""
        if variable is not None:
            box = by_number[found[0][0]].free and f"{variable.name}{OTHER}" in variables
            read = _label(headings, variable, headings.spelled(variable.list).get(text, OTHER[1:] if box else ""))
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
        return {part: count for part, count in chosen.items() if len(part) <= SHORT and not personal.find(part)}
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


def _page(page: Worksheet, tables: bool) -> None:
    page.title = "À lire"
    page.column_dimensions["A"].width = 110
    title = "de tableaux de l’équipe avec ceux de l’étude" if tables else "d’un formulaire avec le codebook"
    texts = (f"Correspondance {title}. NE PAS DIFFUSER.", *(HELP_TABLES if tables else HELP))
    for row, text in enumerate(texts, start=1):
        xlsx.put(page, row, 1, typographic(text), alignment=xlsx.TOP, font=Font(bold=row == 1))


def _sheet(book: Workbook, title: str, rows: Sequence[Sequence[object]]) -> None:
    """A sheet of text: what begins like a formula is none."""
    sheet = book.create_sheet(title)
    heads = next(at for at, row in enumerate(rows, start=1) if row in (COLUMNS, VALUES, LEFT, SHEET_COLUMNS))
    for at, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            xlsx.put(sheet, at, column, value, font=Font(bold=at <= heads))
    for column, name in enumerate(rows[heads - 1], start=1):
        sheet.column_dimensions[column_letter(column - 1)].width = WIDTHS.get(str(name), 14)
    sheet.freeze_panes = f"A{heads + 1}"
