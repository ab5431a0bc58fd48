"""The questionnaire as it is published: `config/codebook/*.csv`, read as the table that anyone reads."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DEPARTEMENT = "departement"
WIDER = {  # where the facts took place, as the form of a region offers it
    "Dans le département": "Dans l’un de ces départements",
    "Dans le département et ailleurs": "Dans l’un de ces départements et ailleurs",
    "Hors du département": "Hors de ces départements",
}
TICKED, UNTICKED = "coché", "non coché"


@dataclass(frozen=True)
class Option:
    """One answer of a list. `age_from`: where an age band begins."""

    code: str
    label: str
    exclusive: bool
    groups: tuple[str, ...]
    age_from: int | None


@dataclass(frozen=True)
class Variable:
    """One question. `kind`: single, multiple, text, long_text, count_text, integer, date, code."""

    table: str
    block: str
    name: str
    short: str
    kind: str
    list: str
    question: str
    shape: str

    @property
    def closed(self) -> bool:
        return self.kind in ("single", "multiple")


@dataclass(frozen=True)
class Indicator:
    """A counted answer: `asked` in the persons of `within`."""

    name: str
    unit: str
    asked: str
    within: str
    only_share: bool


@dataclass(frozen=True)
class Codebook:
    folder: Path = field(default=PROJECT / "config/codebook")
    _sets: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict, compare=False)  # what was asked once

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(newline="", encoding="utf-8-sig") as file:
            return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(file, delimiter=";")]

    @cached_property
    def variables(self) -> dict[str, list[Variable]]:
        """Table → what a form asks of it, in order; paragraphs and merged questions left out."""
        found: dict[str, list[Variable]] = {}
        for row in [*self._rows("variables.csv"), *self._rows("grids.csv")]:
            if row["type"] != "note" and row["shape"] != "merged":
                one = Variable(
                    row["table"],
                    row["block"],
                    row["name"],
                    row["short"],
                    row["type"],
                    row["list"],
                    row["question"],
                    row["shape"],
                )
                found.setdefault(one.table, []).append(one)
        return found

    @cached_property
    def notes(self) -> dict[str, list[str]]:
        """Table → its paragraphs, which the exports of XLSForm tools have as empty columns."""
        found: dict[str, list[str]] = {}
        for row in self._rows("variables.csv"):
            if row["type"] == "note":
                found.setdefault(row["table"], []).append(row["name"])
        return found

    @cached_property
    def options(self) -> dict[str, list[Option]]:
        found: dict[str, list[Option]] = {}
        for row in self._rows("options.csv"):
            groups = tuple(one.strip() for one in row["groups"].split("|") if one.strip())
            age = int(row["age_from"]) if row["age_from"] else None
            one = Option(row["code"], row["label"], row["exclusive"] == "oui", groups, age)
            found.setdefault(row["list"], []).append(one)
        return found

    @cached_property
    def indicators(self) -> list[Indicator]:
        return [
            Indicator(row["indicator"], row["unit"], row["asked"], row["within"], bool(row["only_share"]))
            for row in self._rows("indicators.csv")
        ]

    def of_several(self, codes: Sequence[str]) -> Codebook:
        """The questionnaire of a region: it also asks, after the field of activity, in which département somebody works."""
        with (PROJECT / "resources/references/departements.csv").open(newline="", encoding="utf-8-sig") as file:
            names = {row["code"]: row["name"] for row in csv.DictReader(file)}
        found = replace(self, _sets={})
        asked = list(self.variables["responses"])
        at = next(rank for rank, one in enumerate(asked) if one.name == "activity_field")
        more = Variable("responses", asked[at].block, DEPARTEMENT, DEPARTEMENT, "single", DEPARTEMENT, "", "")
        of = [Option(code, names[code], False, (), None) for code in codes]
        of += [Option("multi", "Plusieurs d’entre eux", False, (), None), Option("dk", "Ne sait pas", True, (), None)]
        found.__dict__["variables"] = self.variables | {"responses": [*asked[: at + 1], more, *asked[at + 1 :]]}
        places = [replace(one, label=WIDER.get(one.label, one.label)) for one in self.options["territory"]]
        found.__dict__["options"] = self.options | {DEPARTEMENT: of, "territory": places}
        return found

    def variable(self, table: str, name: str) -> Variable:
        return next(one for one in self.variables[table] if one.name == name)

    def label(self, variable: Variable, code: str) -> str:
        return next(one.label for one in self.options[variable.list] if one.code == code)

    def codes(self, name: str, table: str = "situations") -> list[str]:
        """The answers of a question that say something: neither unknown nor none."""
        return [one.code for one in self.options[self.variable(table, name).list] if not one.exclusive]

    def holds(self, condition: str, answers: Mapping[str, frozenset[str]]) -> bool:
        """Whether someone of these answers is counted: `a=b & c=d|e`, sets of answers, ages between two."""
        for term in condition.split("&"):
            name, wanted = term.strip().split("=", 1)
            if not self._codes(name, wanted) & answers.get(name, frozenset()):
                return False
        return True

    def _codes(self, name: str, wanted: str) -> frozenset[str]:
        """The answers that a term of a condition stands for."""
        if (name, wanted) not in self._sets:
            table = "situation_coding" if name in ("vulnerability", "origin_region") else "situations"
            options = self.options[self.variable(table, name).list]
            ages = re.fullmatch(r"(\d*)\.\.(\d*)", wanted)
            if wanted == "some":
                codes = [one.code for one in options if not one.exclusive]
            elif ages:
                low, high = int(ages[1] or 0), int(ages[2] or 200)
                codes = [one.code for one in options if one.age_from is not None and low <= one.age_from <= high]
            else:
                codes = [one.code for one in options if {one.code, *one.groups} & set(wanted.split("|"))]
            self._sets[name, wanted] = frozenset(codes)
        return self._sets[name, wanted]
