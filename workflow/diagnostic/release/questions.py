"""The unknown counts behind the facts of one population: an axis per answer that some fact names, and what answers
imply of one another, which every reader knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diagnostic.estimate.facts import ASKED, INFORMED, UNKNOWN
from diagnostic.release.groups import Axis, Frame, Group, Persons, Variable
from diagnostic.release.policy import Policy
from diagnostic.release.populations import ABOUT_PERSONS, BLANK, NOT_ASKED, Answers, Population, Term, parse

SILENT = frozenset({UNKNOWN, BLANK, NOT_ASKED, ASKED, INFORMED})


@dataclass(frozen=True)
class Questions:
    """A population with what facts tell of it: its frame, its rows as codes, and the group of each name."""

    frame: Frame
    persons: Persons
    group: Mapping[str, Group]


def questions(
    population: Population,
    names: Sequence[str],
    labels: Mapping[str, str],
    policy: Policy,
    beside: Sequence[str] = (),
) -> Questions:
    """The system behind some group names, bases and blanks included. `labels`: name → what the report calls it.
    `beside`: groups that others speak of, not printed themselves."""
    terms = list(dict.fromkeys(term for name in (*names, *beside) for term in parse(name)[1]))
    made = _Axes(population, terms, policy)
    group = {
        name: tuple(sorted(part for term in parse(name)[1] for part in made.parts(term))) for name in (*names, *beside)
    }
    printed = sorted({(), *(group[name] for name in names)}, key=lambda one: (len(one), one))
    made.together += [tuple(axis for axis, _ in group[name]) for name in beside]
    bare = Frame(tuple(made.axes), tuple(printed))
    said = {bare.name(group[name]): labels[name] for name in reversed(names) if name in labels}
    frame = Frame(bare.axes, bare.printed, tuple(made.together), tuple(made.empty), said)
    codes = np.column_stack(made.codes) if made.codes else np.zeros((len(population.situation), 0), dtype=int)
    return Questions(frame, Persons(codes, population.situation, population.structure), group)


class _Axes:
    """The axes of some terms: one for a variable of one answer, one per answer otherwise, one per union."""

    def __init__(self, population: Population, terms: Sequence[Term], policy: Policy) -> None:
        self.policy, self.about = policy, population.name in ABOUT_PERSONS
        unions = [wanted for _, wanted in terms if len(wanted) > 1]
        self.answers: dict[str, Answers] = {name: population.answers(name, unions) for name, _ in terms}
        self.axes: list[Axis] = []
        self.codes: list[np.ndarray] = []
        self.place: dict[Term, int] = {}  # of the yes/no axes
        self.whole: dict[str, int] = {}  # of the variables of one answer
        self.together: list[tuple[int, ...]] = []
        self.empty: list[Group] = []
        for term in terms:
            self._add(term)
        if not self.axes:  # a total alone: everybody is in it
            self._axis("everyone", [UNKNOWN], "", np.zeros(len(population.situation)))
        for term, axis in self.place.items():
            self._tie(term, axis)

    def parts(self, term: Term) -> list[tuple[int, int]]:
        """The (axis, code) pairs of a term: none where everybody belongs to it."""
        variable, wanted = term
        if term in self.place:
            return [(self.place[term], 1)]
        return [(self.whole[variable], self._modalities(variable).index(wanted[0]))] if self._one(term) else []

    def _one(self, term: Term) -> bool:
        """Whether the term is one modality of a variable of one answer."""
        variable, wanted = term
        return variable in self.whole and len(wanted) == 1 and wanted[0] in self._modalities(variable)

    def _modalities(self, variable: str) -> list[str]:
        answers = self.answers[variable]
        rest = [name for name, some in ((BLANK, answers.blank), (NOT_ASKED, ~answers.asked)) if some.any()]
        return [*answers.options, *(rest or [UNKNOWN])]

    def _add(self, term: Term) -> None:
        variable, wanted = term
        answers = self.answers[variable]
        if answers.single and variable not in self.whole:
            modalities = self._modalities(variable)
            codes = np.full(len(answers.asked), len(modalities) - 1)
            for code, name in enumerate(modalities):
                codes[~answers.asked if name == NOT_ASKED else answers.holds((name,))] = code
            self.whole[variable] = len(self.axes)
            self._axis(variable, modalities, "", codes)
        everybody = wanted == (ASKED,) and bool(answers.asked.all())
        if not self._one(term) and not everybody and term not in self.place:
            name = "|".join(wanted)
            self.place[term] = len(self.axes)
            self._axis(variable, [name], name, answers.holds(wanted).astype(int))

    def _axis(self, variable: str, modalities: Sequence[str], modality: str, codes: np.ndarray) -> None:
        classes = {name: self.policy.class_of_answer(variable, name.split("|")) for name in modalities}
        told = Variable(
            variable,
            tuple(modalities),
            classes=classes if self.about else {},
            sensitive=self.about and variable in self.policy.sensitive,
            silent=SILENT,
        )
        self.axes.append(Axis(told, modality))
        self.codes.append(codes.astype(int))

    def _tie(self, term: Term, axis: int) -> None:
        """What a yes/no axis has to do with the others of its variable."""
        variable, wanted = term
        if variable in self.whole:
            self.together.append(tuple(sorted((self.whole[variable], axis))))
            for code, name in enumerate(self._modalities(variable)):
                belongs = _belongs(name, wanted)
                if belongs is not None:
                    self.empty.append(tuple(sorted(((self.whole[variable], code), (axis, 1 - belongs)))))
            return
        for (same, other), place in self.place.items():
            if same != variable or place == axis:
                continue
            if _inside(other, wanted):
                self.together.append(tuple(sorted((axis, place))))
                self.empty.append(tuple(sorted(((place, 1), (axis, 0)))))
            elif place < axis and _against(other, wanted):
                self.together.append(tuple(sorted((axis, place))))
                self.empty.append(tuple(sorted(((place, 1), (axis, 1)))))


def _belongs(name: str, wanted: Sequence[str]) -> int | None:
    """Whether a modality belongs to what is wanted; None where it may."""
    if name in wanted:
        return 1
    if name == UNKNOWN:
        return None  # of persons in a mixed group, the union may be known where the answer is not
    if ASKED in wanted:
        return int(name != NOT_ASKED)
    return int(INFORMED in wanted and name not in SILENT)


def _inside(some: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether holding one of some answers means holding one of those wanted, where several may be held."""
    answers = not set(some) & SILENT
    return set(some) <= set(wanted) or (ASKED in wanted and UNKNOWN not in some) or (INFORMED in wanted and answers)


def _against(some: Sequence[str], other: Sequence[str]) -> bool:
    """Whether nobody can hold both: no answer, or none known, beside some answer."""
    quiet = {BLANK, UNKNOWN}
    silent, loud = (some, other) if set(some) & quiet else (other, some)
    return bool(set(silent) & quiet) and not set(loud) & SILENT
