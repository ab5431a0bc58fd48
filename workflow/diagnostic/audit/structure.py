"""The structure file, read: what the publication's own words say of how its figures relate.

One row per relation, question or reading. A row without question holds always; a row with one holds under that
reading only, and the readings of a question are alternatives. See `tables.Structure` for the columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from diagnostic.audit.figures import Figure, as_text
from diagnostic.core.problems import BLOCKING, Problem, column_letter

COLUMNS = ("relation", "kind", "whole", "parts", "question", "reading", "printed", "lines", "label_fr")
KINDS = {
    "sum": "le tout est la somme des parties",
    "disjoint": "les parties, sans recouvrement, tiennent dans le tout",
    "cover": "les parties couvrent le tout, avec ou sans recouvrement",
    "union": "le tout est la réunion des parties, qui peuvent se recouvrir",
    "subset": "chaque partie tient dans le tout",
    "same": "les parties et le tout sont le même nombre",
    "exceeds": "la somme des parties dépasse le tout",
    "base": "les parties, des pourcentages, se calculent sur le tout",
    "within": "les dates des parties tombent dans la période du tout",
    "remainder_exact": "le tout est ce qui reste de la première partie, la seconde (une part) ôtée au taux exact",
    "remainder_printed": "le même reste, au taux tel qu’imprimé, donc arrondi",
}
DECLARATIONS = ("question", "reading")
_NAME = re.compile(r"^(~?[a-z0-9_.]+)(@[a-z_]+)?$")


@dataclass(frozen=True)
class Term:
    """coefficient × product of at most two names; no name for a constant. A name that starts with ~ is unpublished."""

    coefficient: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    name: str
    kind: str
    whole: Term
    parts: tuple[Term, ...]
    question: str
    reading: str
    label: str


@dataclass(frozen=True)
class Reading:
    name: str
    label: str
    printed: bool
    lines: str


@dataclass(frozen=True)
class Question:
    name: str
    label: str
    lines: str
    readings: dict[str, Reading]


@dataclass(frozen=True)
class Rules:
    relations: list[Relation] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)


def read_rules(table: pd.DataFrame | None, figures: dict[str, Figure], file: str) -> tuple[Rules, list[Problem]]:
    """The relations, and the problems of the file: all of them, in French. No table: no relation."""
    if table is None:
        return Rules(), []
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        names = ", ".join(f"« {name} »" for name in missing)
        message = f"Il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} {names}."
        return Rules(), [Problem(BLOCKING, file, message, "Remettre les en-têtes de colonnes attendus.", row=1)]
    reader = _Reader(as_text(table), figures, file)
    return reader.rules(), reader.problems


class _Reader:
    """One pass for the declarations, one for the relations."""

    def __init__(self, table: pd.DataFrame, figures: dict[str, Figure], file: str) -> None:
        self.letters = {name: column_letter(position) for position, name in enumerate(table.columns)}
        self.rows = [{str(key): str(value) for key, value in row.items()} for row in table.to_dict("records")]
        self.figures, self.file = figures, file
        self.problems: list[Problem] = []

    def rules(self) -> Rules:
        questions = self._questions()
        relations: list[Relation] = []
        names = {cells["relation"] for cells in self.rows if cells["kind"] == "question"}
        for row, cells in enumerate(self.rows, start=2):
            if cells["kind"] in DECLARATIONS:
                continue
            if cells["kind"] not in KINDS:
                self._tell(
                    row, cells, "kind", "Genre inconnu.", f"Choisir parmi : {', '.join([*DECLARATIONS, *KINDS])}."
                )
                continue
            if not cells["relation"] or cells["relation"] in names:
                self._tell(row, cells, "relation", "Nom absent ou déjà pris.", "Un nom par ligne de relation.")
            names.add(cells["relation"])
            question, reading = cells["question"], cells["reading"]
            if (question or reading) and not (question in questions and reading in questions[question].readings):
                remedy = "Déclarer la question, puis la lecture, chacune sur sa ligne."
                self._tell(row, cells, "reading", "Lecture ou question non déclarée.", remedy)
            relation = self._relation(row, cells)
            if relation is not None:
                relations.append(relation)
        return Rules(relations, questions)

    def _questions(self) -> dict[str, Question]:
        questions: dict[str, Question] = {}
        for row, cells in enumerate(self.rows, start=2):
            if cells["kind"] == "question":
                if cells["relation"] in questions:
                    self._tell(row, cells, "relation", "Question déclarée deux fois.", "Une ligne par question.")
                questions[cells["relation"]] = Question(cells["relation"], cells["label_fr"], cells["lines"], {})
        for row, cells in enumerate(self.rows, start=2):
            if cells["kind"] != "reading":
                continue
            if cells["printed"] not in ("", "oui", "non"):
                self._tell(row, cells, "printed", "« oui », « non » ou rien.", "Corriger la cellule.")
            question = questions.get(cells["question"])
            if question is None or not cells["reading"] or cells["reading"] in question.readings:
                self._tell(row, cells, "reading", "Lecture sans question, sans nom ou répétée.", "Corriger la ligne.")
                continue
            printed = cells["printed"] == "oui"
            question.readings[cells["reading"]] = Reading(cells["reading"], cells["label_fr"], printed, cells["lines"])
        for row, cells in enumerate(self.rows, start=2):
            if cells["kind"] == "question" and len(questions[cells["relation"]].readings) < 2:
                self._tell(row, cells, "relation", "Une question a au moins deux lectures.", "Déclarer ses lectures.")
        return questions

    def _relation(self, row: int, cells: dict[str, str]) -> Relation | None:
        before = len(self.problems)
        bare = cells["kind"] == "within"  # whole dates, not one of their integers
        whole = self._term(row, cells, "whole", cells["whole"], bare)
        texts = [text for text in re.split(r"\s*;\s*", cells["parts"]) if text]
        parts = tuple(self._term(row, cells, "parts", text, bare) for text in texts)
        if not parts or not any(term.names for term in (whole, *parts)):
            self._tell(row, cells, "parts", "La relation ne relie aucun chiffre.", "Nommer au moins un chiffre.")
        elif cells["kind"] == "base" and not all(self._is_share(part) for part in parts):
            self._tell(row, cells, "parts", "Seul un pourcentage a une base.", "Ne nommer ici que des pourcentages.")
        elif cells["kind"].startswith("remainder") and not (len(parts) == 2 and self._is_based_share(parts[1])):
            message = "Attendu : un effectif ; un pourcentage dont la base est connue."
            self._tell(row, cells, "parts", message, "Nommer les deux, dans cet ordre.")
        if len(self.problems) > before:
            return None
        return Relation(
            cells["relation"], cells["kind"], whole, parts, cells["question"], cells["reading"], cells["label_fr"]
        )

    def _is_share(self, term: Term) -> bool:
        figure = self.figures.get(term.names[0]) if len(term.names) == 1 and term.coefficient == 1 else None
        return figure is not None and figure.share is not None

    def _is_based_share(self, term: Term) -> bool:
        figure = self.figures[term.names[0]] if self._is_share(term) else None
        return figure is not None and (bool(figure.base_id) or figure.base_value is not None)

    def _term(self, row: int, cells: dict[str, str], column: str, text: str, bare: bool) -> Term:
        coefficient, names = 1, []
        for factor in text.replace(" ", "").split("*"):
            if re.fullmatch(r"-?\d{1,9}", factor):
                coefficient *= int(factor)
                continue
            names.append(factor)
            if not self._known(factor, bare):
                message = f"« {factor} » ne désigne aucun nombre du fichier des chiffres."
                remedy = (
                    "Écrire l’identifiant d’un chiffre (avec @start, @end, @low ou @high s’il a deux bouts), ou ~nom."
                )
                self._tell(row, cells, column, message, remedy)
        if len(names) > 2:
            self._tell(row, cells, column, "Un produit a deux facteurs au plus.", "Passer par un nom ~ intermédiaire.")
        return Term(coefficient, tuple(names))

    def _known(self, factor: str, bare: bool) -> bool:
        found = _NAME.match(factor)
        if not found:
            return False
        name, suffix = found[1], found[2] or ""
        if name.startswith("~"):
            return not suffix
        figure = self.figures.get(name)
        if figure is None:
            return False
        return "@start" in figure.variables and not suffix if bare else suffix in figure.variables

    def _tell(self, row: int, cells: dict[str, str], column: str, message: str, remedy: str) -> None:
        letter = self.letters[column]
        self.problems.append(Problem(BLOCKING, self.file, message, remedy, row=row, column=letter, value=cells[column]))
