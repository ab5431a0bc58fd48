"""Situations and the persons in them, drawn so that all that is published of the persons described holds.

A situation is one person or one group. A group has one answer to each question, so that the workflow reads it for all
its persons; a mixed group has as many answers as persons to one question (ages, nationalities), one person each.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from diagnostic.reconstruct.publication import Publication, solved
from diagnostic.reconstruct.questions import ADULT, MINOR, MOST, Questions, Tick

EVERYONE, INSIDE = "shared.persons_concerned", "shared.persons_prostitution"
IN_GROUPS = 0.4  # share of persons described in groups
GROUPS = (2, 2, 3, 3, 4, 5, 6)


@dataclass(frozen=True)
class Situation:
    """Persons who are told of together: how many, whether at risk only, and the options that are ticked."""

    persons: int
    risk: bool
    ticks: Mapping[str, tuple[str, ...]]


def drawn(publication: Publication, questions: Questions, seed: int) -> list[Situation]:
    """The situations of all persons concerned, each told once. Raises Impossible."""
    rng = random.Random(f"situations {seed}")
    inside, everyone = publication.least(INSIDE), publication.least(EVERYONE)
    sizes = _sizes(rng, inside)
    mixed = _mixed(sizes)
    found = [
        _varied(situation, questions, rng) for situation in _Model(sizes, mixed, questions).solve(publication, seed)
    ]
    return found + [Situation(size, True, _at_risk(questions, rng)) for size in _sizes(rng, everyone - inside)]


def _sizes(rng: random.Random, persons: int) -> list[int]:
    """Persons of each situation."""
    sizes: list[int] = []
    while sum(sizes) < persons * IN_GROUPS:
        sizes.append(min(rng.choice(GROUPS), persons - sum(sizes)))
    sizes += [1] * (persons - sum(sizes))
    rng.shuffle(sizes)
    return sizes


def _mixed(sizes: Sequence[int]) -> dict[int, str]:
    """Place of each mixed group → the question to which its persons have different answers."""
    pairs, threes = ([at for at, size in enumerate(sizes) if size == wanted] for wanted in (2, 3))
    return dict.fromkeys(pairs[:1], "nationality") | dict.fromkeys([*pairs[1:2], *threes[:2]], "age_band")


def _at_risk(questions: Questions, rng: random.Random) -> dict[str, tuple[str, ...]]:
    """Persons at risk only are in no published table."""
    return {
        "gender": (rng.choice(questions.codes("gender", "women", "men")),),
        "age_band": (rng.choice(questions.codes("age_band", "..35")),),
        "nationality": (rng.choice(questions.one["nationality"]),),
    }


def _varied(situation: Situation, questions: Questions, rng: random.Random) -> Situation:
    """The situation with one of the options that are alike in place of each."""
    ticks = {
        variable: tuple(rng.choice(questions.alike.get((variable, option), (option,))) for option in options)
        for variable, options in situation.ticks.items()
    }
    return Situation(situation.persons, situation.risk, ticks)


class _Model:
    """One Boolean per situation and option."""

    def __init__(self, sizes: Sequence[int], mixed: Mapping[int, str], questions: Questions) -> None:
        self.model, self.sizes, self.mixed, self.questions = cp_model.CpModel(), sizes, mixed, questions
        self.places = range(len(sizes))
        self.ticks = [
            {
                (variable, option): self.model.new_bool_var(f"{at} {variable}/{option}")
                for variable, options in questions.every.items()
                for option in options
            }
            for at in self.places
        ]
        for at in self.places:
            self._answers(at)
            self._routing(at)

    def _answers(self, at: int) -> None:
        """How many options may be ticked together."""
        own, model, size, questions = self.ticks[at], self.model, self.sizes[at], self.questions
        for variable, options in questions.one.items():
            chosen = [own[variable, option] for option in options]
            if self.mixed.get(at) != variable:
                model.add_at_most_one(chosen)
            else:
                model.add(sum(chosen) == size)
                for option in options:
                    if option not in questions.mixed[variable]:
                        model.add(own[variable, option] == 0)
        for variable, options in questions.several.items():
            most = MOST.get(variable, 2) if size == 1 else 1
            model.add(sum(own[variable, option] for option in options) <= most)
        model.add_exactly_one(own["gender", option] for option in questions.one["gender"])
        if at in self.mixed:  # whoever has both of two answers of a mixed group is not known: nothing crossed
            for tick in (*questions.ticks("age_band", MINOR), *questions.ticks("prostitution_form", "visible")):
                model.add(own[tick] == 0)
            model.add(sum(own["origin_region", option] for option in questions.one["origin_region"]) == 0)

    def _routing(self, at: int) -> None:
        """What one answer says of another."""
        own, model, questions = self.ticks[at], self.model, self.questions
        tick, ticks = questions.tick, questions.ticks

        def only_if(one: Tick, *any_of: Tick) -> None:
            model.add_bool_or([own[other] for other in any_of]).only_enforce_if(own[one])

        for option in questions.one["origin_region"]:
            only_if(("origin_region", option), tick("nationality", "noneu"))
        for option in questions.several["exchange"]:
            only_if(("exchange", option), *ticks("prostitution_form", "in_kind"))
        only_if(tick("exchange", "hous"), tick("prostitution_form", "hous"))
        for option in questions.several["pimp_relation"]:
            only_if(("pimp_relation", option), tick("pimp_presence", "yes"))
        for one, refined in questions.narrower.items():
            only_if(one, refined)
        only_if(tick("gender", "trans"), tick("origin_region", "americas"))
        only_if(tick("occupation", "noper"), tick("nationality", "noneu"))
        only_if(tick("occupation", "pupil"), *ticks("age_band", MINOR))
        only_if(tick("occupation", "retir"), *ticks("age_band", "56.."))
        for name in ("stud", "noper"):
            only_if(tick("occupation", name), *ticks("age_band", ADULT))
        for form in ticks("prostitution_form", "visible"):
            for youngest in ticks("age_band", "..14"):
                model.add_bool_or([~own[form], ~own[youngest]])

    def count(self, asked: Sequence[tuple[str, tuple[str, ...]]], persons: bool = True) -> cp_model.LinearExprT:
        """Persons, or situations, that have one option at least of each variable."""
        return sum(self._having(at, asked, self.sizes[at] if persons else 1) for at in self.places)

    def _having(self, at: int, asked: Sequence[tuple[str, tuple[str, ...]]], size: int) -> cp_model.LinearExprT:
        own = self.ticks[at]
        if len(asked) == 1:
            variable, options = asked[0]
            if self.mixed.get(at) == variable:  # one person for each
                return sum(own[variable, option] for option in options)
            if len(options) == 1:
                return size * own[variable, options[0]]
        found = [self._any(at, variable, options) for variable, options in asked]
        if len(found) == 1:
            return size * found[0]
        both = self.model.new_bool_var("")
        self.model.add_bool_and(found).only_enforce_if(both)
        self.model.add_bool_or([both, *(~one for one in found)])
        return size * both

    def _any(self, at: int, variable: str, options: Sequence[str]) -> cp_model.IntVar:
        own = [self.ticks[at][variable, option] for option in options]
        if len(own) == 1:
            return own[0]
        some = self.model.new_bool_var("")
        self.model.add_max_equality(some, own)
        return some

    def solve(self, publication: Publication, seed: int) -> list[Situation]:
        counts = {name: self.count(asked) for name, asked in self.questions.persons.items()}
        counts |= {name: self.count(asked, persons=False) for name, asked in self.questions.situations.items()}
        publication.hold(self.model, {**counts, INSIDE: sum(self.sizes), EVERYONE: publication.least(EVERYONE)})
        found = solved(self.model, seed)
        return [
            Situation(
                size,
                False,
                {
                    variable: tuple(option for option in options if found.value(own[variable, option]))
                    for variable, options in self.questions.every.items()
                },
            )
            for size, own in zip(self.sizes, self.ticks, strict=True)
        ]
