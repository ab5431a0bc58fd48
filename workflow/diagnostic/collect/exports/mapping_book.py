"""The mapping workbook of a form that is not the project's, read as what a person made of it (see `describe.workbook`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from diagnostic.codebook.headings import compact
from diagnostic.codebook.labels import normalise
from diagnostic.collect.grids import read_export
from diagnostic.core.problems import Problem

QUESTIONS, ANSWERS, ABSENT = "Questions", "Réponses", "Sans colonne"
COLUMNS = ("n°", "feuille", "colonnes", "en-tête", "remplies", "question", "libellé", "autre libre", "confirmé")
VALUES = ("lignes", "réponse reçue", "fois", "lue comme", "à lire comme")
LEFT = ("question", "libellé", "non posée ici")
YES, NO = "oui", "à confirmer"
REFUSED = "non"
NONE = "sans réponse"  # an answer of the form that is none of the codebook's
SIGNED = "Relu en entier par (initiales) :"


@dataclass(frozen=True)
class Line:
    """One question of the form, as a person left it. `row`: where the workbook has it."""

    row: int
    number: str
    sheet: str
    heading: str
    question: str
    free: bool
    confirmed: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.sheet, compact(self.heading)


@dataclass(frozen=True)
class Value:
    """One answer of the form, and what it is in the codebook. `lines`: the numbers of the questions it answers."""

    row: int
    lines: tuple[str, ...]
    text: str
    answer: str


@dataclass
class Book:
    """A mapping workbook, read. `sheets`: what it names its sheets → their numbers, for messages."""

    signed: bool = False
    lines: list[Line] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)  # questions without a column that were asked all the same
    sheets: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Line]:
        """The lines that nobody confirmed."""
        return [] if self.signed else [line for line in self.lines if not line.confirmed]


def read(content: bytes, name: str) -> tuple[Book | None, list[Problem]]:
    """A workbook as it was saved; None for a file that is none, with what is wrong in its form."""
    grids, problems = read_export(content, name)
    found = {grid.title: grid for grid in grids}
    if not {QUESTIONS, ANSWERS, ABSENT} <= found.keys():
        return None, problems
    rows = {}
    for title, columns in ((QUESTIONS, COLUMNS), (ANSWERS, VALUES), (ABSENT, LEFT)):
        head = list(map(normalise, columns))
        cells_of = [_padded(cells) for cells in found[title].rows]
        at = next((row for row, cells in enumerate(cells_of) if list(map(normalise, cells[: len(head)])) == head), None)
        if at is None:
            return None, problems
        rows[title] = [(row, cells) for row, cells in enumerate(cells_of, start=1) if row != at + 1]
    book = Book(sheets={title: grid.number for title, grid in found.items()})
    for row, cells in rows[QUESTIONS]:  # in whatever order: a spreadsheet sorts rows, the two at the top with them
        if normalise(cells[0]) == normalise(SIGNED):
            book.signed = bool(cells[1])
            continue
        number, sheet, _, heading, _, question, _, free, confirmed = cells[: len(COLUMNS)]
        if heading:
            book.lines.append(Line(row, number, sheet, heading, question, normalise(free) != REFUSED, _yes(confirmed)))
    for row, cells in rows[ANSWERS]:
        lines, text, _, _, answer = cells[: len(VALUES)]
        if text:
            book.values.append(Value(row, tuple(lines.replace(",", " ").split()), text, answer))
    book.kept = {cells[0] for _, cells in rows[ABSENT] if normalise(cells[2]) == REFUSED}
    return book, problems


def _padded(cells: Sequence[str]) -> list[str]:
    return [*(cell.strip() for cell in cells), *[""] * len(COLUMNS)]


def _yes(text: str) -> bool:
    return normalise(text) in (YES, "o", "x")
