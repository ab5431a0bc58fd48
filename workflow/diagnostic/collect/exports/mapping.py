"""Any form through its mapping workbook: proposed from its headings and answers, signed by a person, read as a layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from diagnostic.codebook import routing
from diagnostic.codebook.headings import Headings, compact
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import Block, Codebook, Variable
from diagnostic.collect.exports import mapping_book
from diagnostic.collect.exports.binding import headless
from diagnostic.collect.exports.layout import OTHER, Binding, Layout, Records, Told, header
from diagnostic.collect.exports.mapping_book import ANSWERS, COLUMNS, NO, NONE, QUESTIONS, VALUES, YES, Book, Line
from diagnostic.collect.exports.questions import Question, questions
from diagnostic.collect.exports.tools import TIMES
from diagnostic.collect.grids import Grid
from diagnostic.collect.table_names import MAPPING
from diagnostic.core.problems import BLOCKING

KEY = "response_id"  # the variable that names the response, in its own sheet and in a sheet of situations
ORDER = "situation_number"
SEE = "Écrire le nom d’une question (docs/dictionnaire.md les donne toutes), ou vider la cellule pour ne pas la lire."


def layout(content: bytes | None, grids: Sequence[Grid], headings: Headings, told: Told) -> Layout | None:
    """The layout that a signed mapping workbook describes; None, with every fault told, when it cannot be used."""
    describe = f"« diagnostic decrire ÉTUDE {told.role} »"
    if content is None:
        told.block("Le classeur de correspondance manque.", f"{describe} en propose un ; le relire et le signer.")
        return None
    file = Told(f"{told.role}{MAPPING}")
    book, problems = mapping_book.read(content, file.role)
    file.problems += problems
    if book is None:
        file.block(
            "Ce fichier n’est pas un classeur de correspondance, ou ses feuilles et leurs titres ont changé.",
            f"{describe} en refait un ; un fichier de correspondance en CSV ne se lit plus.",
        )
    read = Reading(book or Book(), grids, headings, file)
    bindings = read.bindings()
    words = read.words()
    read.left_out(told)
    told.problems += file.problems
    if any(problem.severity == BLOCKING for problem in file.problems):
        return None
    absent = frozenset(read.variables.keys() - read.lines() - read.book.kept)
    records = _records(bindings, grids, told)
    return Layout("mapping", records, tuple(bindings), words=words, free=read.free(), absent=absent)


def complete(content: bytes) -> bool:
    """Whether no line of a mapping workbook waits for a person."""
    book = mapping_book.read(content, MAPPING)[0] if content else None
    return book is not None and not book.waiting


def without(codebook: Codebook, absent: frozenset[str]) -> Codebook:
    """The codebook of a form that did not ask these questions: what they would have decided is decided by the question
    that joins them where the form has one, and was asked of everybody elsewhere."""
    if not absent:
        return codebook
    instead = {
        part.name: merged.name
        for merged in codebook.variables
        if merged.name not in absent
        for part in codebook.joined(merged)
    }

    def freed(one: Block | Variable) -> str:
        names = {atom.name for atom in routing.atoms(one.condition)} & absent
        if not names <= instead.keys():
            return ""
        return re.sub(r"\w+", lambda word: instead[word[0]] if word[0] in names else word[0], one.routing)

    variables = tuple(replace(v, routing=freed(v)) for v in codebook.variables)
    return replace(
        codebook, variables=variables, blocks={n: replace(b, routing=freed(b)) for n, b in codebook.blocks.items()}
    )


class Reading:
    """The lines of a workbook, each checked against the sheets received and the codebook."""

    def __init__(self, book: Book, grids: Sequence[Grid], headings: Headings, file: Told) -> None:
        self.book, self.grids, self.headings, self.file = book, grids, headings, file
        self.asked: dict[tuple[str, str], Question] = {
            (str(question.sheet), compact(question.heading)): question for question in questions(grids)
        }
        self.variables = {v.name: v for v in reversed(headings.variables)}
        self.refused: set[int] = set()  # rows of answers that are in no list
        self.named: dict[str, tuple[Line, Variable]] = {}  # number of a line → what it is

    def bindings(self) -> list[Binding]:
        """The columns of every line that names a question of the codebook."""
        if self.book.waiting:
            self._block(
                f"{len(self.book.waiting)} lignes de la correspondance attendent d’être relues.",
                f"Les vérifier, puis écrire ses initiales en B1, ou « {YES} » au lieu de « {NO} ».",
                (QUESTIONS, 1, 1),
            )
        taken: dict[tuple[int, str, str], int] = {}
        found: list[Binding] = []
        for line in self.book.lines:
            question = self.asked.get(line.key)
            variable = self._variable(line) if question and line.question else None
            if question is None or variable is None:
                continue
            first = taken.setdefault((question.sheet, variable.table, variable.name), line.row)
            if first != line.row:
                self._refuse(
                    line, f"La ligne {first} donne déjà cette question.", "Vider « question » de l’une des deux."
                )
                continue
            if columns := self._columns(line, question, variable):
                self.named[line.number] = (line, variable)
                found += columns
        return sorted(found, key=lambda binding: (binding.sheet, binding.column))

    def _variable(self, line: Line) -> Variable | None:
        found = self.variables.get(line.question) or self._of_wording(line.question)
        if found is None:
            self._refuse(line, "Cette question n’est pas dans le codebook.", SEE)
        return found

    def _of_wording(self, text: str) -> Variable | None:
        """A person may write the label that the documents show."""
        named = self.headings.find(text)
        return self.headings.variable(named) if named and not named.option else None

    def _columns(self, line: Line, question: Question, variable: Variable) -> list[Binding]:
        repeats = bool(self.headings.codebook.tables[variable.table].parent)
        if question.repeated and not repeats:
            self._refuse(
                line,
                "Cette question se répète dans le formulaire, et n’est pas de celles qui portent sur une situation.",
                SEE,
            )
            return []
        found = []
        for column in question.columns:
            option = self._option(line, variable, column.option) if column.option else ""
            if column.option and not option:
                continue
            found.append(Binding(question.sheet, column.position, variable.table, variable.name, option, column.number))
        return found

    def _option(self, line: Line, variable: Variable, text: str) -> str:
        """The answer that a column of its own ticks; "" where it is none of the codebook's."""
        if variable.type != "multiple":
            self._refuse(
                line, "Ces colonnes sont les réponses d’une question à choix multiple, que celle-ci n’est pas.", SEE
            )
            return ""
        said = {normalise(v.text): v for v in self.book.values if line.number in v.lines}
        value = said.get(normalise(text))
        return (
            self._code(variable, value.answer, value.row) if value and value.answer else self._spelled(variable, text)
        )

    def _spelled(self, variable: Variable, text: str) -> str:
        return self.headings.spelled(variable.list).get(normalise(text), "")

    def _code(self, variable: Variable, answer: str, row: int) -> str:
        """The code of an answer as a person wrote it; "" for none. What is wrong in a cell is told once."""
        if normalise(answer) == normalise(NONE) or row in self.refused:
            return ""
        code = self._spelled(variable, answer)
        if not code:
            self.refused.add(row)
            options = [option.label for option in self.headings.codebook.options(variable)]
            self._block(
                f"Cette réponse n’est pas dans la liste de la question « {variable.label} ».",
                f"Écrire l’une de celles-ci, ou « {NONE} » : {' ; '.join(options)}.",
                (ANSWERS, row, VALUES.index("à lire comme")),
            )
        return code

    def lines(self) -> set[str]:
        """The questions of the codebook that a line names, were its column gone: an export that is cut did ask them."""
        named = (self.variables.get(line.question) or self._of_wording(line.question) for line in self.book.lines)
        return {variable.name for variable in named if variable}

    def words(self) -> dict[tuple[str, str], dict[str, str]]:
        """(table, variable) → wordings of this form → codes, those of the workbook before those of the codebook."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for value in self.book.values:
            for number in value.lines:
                line, variable = self.named.get(number, (None, None))
                if line is None or variable is None or not variable.closed:
                    continue
                own = found.setdefault((variable.table, variable.name), {})
                if value.answer:
                    own[normalise(value.text)] = self._code(variable, value.answer, value.row)
                elif not line.free and not self._spelled(variable, value.text):
                    self._block(
                        f"Cette réponse à la question « {variable.label} » n’est pas attribuée.",
                        f"Écrire la réponse du codebook, ou « {NONE} ».",
                        (ANSWERS, value.row, VALUES.index("à lire comme")),
                    )
        return found

    def free(self) -> frozenset[tuple[str, str]]:
        """The questions whose « Autre » was written by hand."""
        own = {name for _, variable in self.named.values() for name in [variable.name]}
        return frozenset(
            (variable.table, variable.name)
            for line, variable in self.named.values()
            if line.free and f"{variable.name}{OTHER}" in self.variables and f"{variable.name}{OTHER}" not in own
        )

    def left_out(self, told: Told) -> None:
        """Tell the columns of the sheets in use that no line speaks of: an export may have gained some."""
        lines = {line.key for line in self.book.lines}
        used = {self.asked[line.key].sheet for line, _ in self.named.values()}
        for grid in self.grids:
            if grid.number in used:
                headless(grid, told, 0)
        for key, question in self.asked.items():
            if question.sheet in used and key not in lines:
                told.warn(
                    "Cette colonne n’est pas dans la correspondance : elle est ignorée.",
                    f"Si c’est une question : « diagnostic decrire ÉTUDE {told.role} » l’y ajoute.",
                    question.sheet,
                    1,
                    question.columns[0].position,
                )

    def _refuse(self, line: Line, message: str, remedy: str) -> None:
        self._block(message, remedy, (QUESTIONS, line.row, COLUMNS.index("question")))

    def _block(self, message: str, remedy: str, place: tuple[str, int, int]) -> None:
        sheet, row, column = place
        self.file.block(message, remedy, self.book.sheets.get(sheet, 0), row, column)


def _records(bindings: list[Binding], grids: Sequence[Grid], told: Told) -> tuple[Records, ...]:
    """Where records lie: the sheet of each table, told apart by the response's and the situation's numbers.

    A situation on the row of a response, in columns that do not come back, is that response's only one.
    """
    found: list[Records] = []
    by_number = {grid.number: grid for grid in grids}
    for sheet in sorted({b.sheet for b in bindings}):
        own = [b for b in bindings if b.sheet == sheet]
        key = next((b.column for b in own if b.variable == KEY), None)
        order = next((b.column for b in own if b.variable == ORDER), None)
        answers = [b for b in own if b.variable not in (KEY, ORDER)]
        apart = {b.table for b in answers if not b.number} == {"situations"}
        if not answers:
            continue
        if key is None:
            told.block(
                "Aucune colonne n’identifie la réponse.",
                f"Donner un numéro à chaque ligne et lui attribuer la question « {KEY} » dans la correspondance.",
                sheet,
            )
        elif apart:
            found.append(Records("situations", sheet, 1, parent=key, order=order))
        else:
            for at, binding in enumerate(bindings):
                if binding in answers and binding.table == "situations" and not binding.number:
                    bindings[at] = replace(binding, number=1)
            timed = normalise(header(by_number[sheet])[key]) in TIMES
            found.append(Records("responses", sheet, 1, key=(key,), timed=timed))
    alone = next((part.sheet for part in found if part.table == "situations"), None)
    if alone is not None and any(b.number for b in bindings):
        told.block(
            "Des situations sont dans cette feuille, et d’autres sur les lignes des réponses.",
            "Garder une seule façon : vider « question » pour les colonnes de l’autre.",
            alone,
        )
    return tuple(sorted(found, key=lambda part: part.parent is not None))
