"""What is said of the persons of a département whose answers are seldom known: the same word as of what is protected."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from facts_at_hand import Fact
from simulated import policy

from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.estimate.facts import UNKNOWN, table
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import Policy, regional
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.statements import made
from diagnostic.release.ways.verdicts import decide, in_a_departement
from diagnostic.release.ways.way import Scope
from diagnostic.report import cards
from diagnostic.report.grids import places
from diagnostic.report.printer import NOT_KNOWN, Printer

CODES = ("22", "29")
ANSWERS = ("women", "men", "no_answer")
# persons of each département: women, men, of unknown gender; the first has more than forty points of these
SILENT, TELLING = (40, 3, 57), (60, 30, 30)
NUMBERS = ["shown_low", "shown_high", "claim_low", "claim_high"]


@cache
def rules() -> Policy:
    """The project's rules with gender alone in the closed list."""
    project = policy()
    told = project.printed["prostitution"].model_copy(
        update={"headlines": ["gender=women", "gender=men", f"gender={UNKNOWN}"], "others": [], "crossings": []}
    )
    return regional(project.model_copy(update={"printed": {"prostitution": told}}), CODES)


def persons(*shapes: tuple[int, int, int]) -> Population:
    """One row per person, two a situation, of thirty structures."""
    rows = [
        (code, said)
        for code, shape in zip(CODES, shapes, strict=True)
        for said, n in zip(ANSWERS, shape, strict=True)
        for _ in range(n)
    ]
    frame = pd.DataFrame(rows, columns=[f"{DEPARTEMENT}.code", "gender.code"])
    situation = np.arange(len(frame)) // 2
    key = np.array([f"{one // 2}/{one % 2}" for one in range(len(frame))])
    return Population("prostitution", situation, situation % 30, frame, key)


def facts(every: Population) -> pd.DataFrame:
    """The number, and the share with its bounds, of each answer in each département; the persons and who is not known."""
    shared = {"unit": "person", "universe": "x", "formula": "x", "source_table": "consolidate/described"}
    shared |= {"origin": "observed"}
    found = []
    for code in CODES:
        inside, where = every.answers(DEPARTEMENT).holds((code,)), f"prostitution: {DEPARTEMENT}={code}"
        size, answers = int(inside.sum()), every.answers("gender")
        silent = int((inside & answers.holds((UNKNOWN,))).sum())
        own = {"label": f"Essai{code} : x", **shared}
        found.append(
            Fact(fact_id=f"d{code}.shared.persons_prostitution", value=size, group=where, measure="count", **own)
        )
        found.append(
            Fact(
                fact_id=f"d{code}.profile.gender_unknown",
                value=silent,
                group=f"{where} & gender={UNKNOWN}",
                base=where,
                measure="count",
                **own,
            )
        )
        for answer in ANSWERS[:2]:
            number = int((inside & answers.holds((answer,))).sum())
            part = {"group": f"{where} & gender={answer}", "base": where, "numerator": number, "denominator": size}
            part |= {"interval_kind": "bounds", **own}
            name, scale = f"d{code}.persons.gender.{answer}", 100 / size
            found.append(Fact(fact_id=name, value=number, low=number, high=number + silent, measure="count", **part))
            found.append(
                Fact(
                    fact_id=f"{name}_pct",
                    value=number * scale,
                    low=number * scale,
                    high=(number + silent) * scale,
                    measure="percent",
                    **part,
                )
            )
    return table("bretagne-2019", found)


@pytest.mark.parametrize("key", [bytes([one]) for one in range(6)])
def test_a_number_too_open_to_say_something_is_one_word_with_what_is_protected(key: bytes) -> None:
    """Forty women, and three men: which of the two is withheld for being few is not told, by the word, the card or the row."""
    every = persons(SILENT, TELLING)
    said = made(decide(facts(every), rules(), {"prostitution": every}, draw=Draw(key)).ledger, ())
    printer = Printer(said)
    grid = places.persons_by_departement(said, printer.cell, "Essai.", "essai")
    _, *rows = [line.strip("| ").split(" | ") for line in grid.splitlines() if line.startswith("| ")]
    assert NOT_KNOWN not in grid
    (silent,) = (row for row in rows if "Essai22" in row[0])
    assert len({cell.partition("]")[0] for cell in silent[2:]}) == 1 and "non publié" in silent[2]
    names = [f"d22.persons.gender.{answer}{end}" for answer in ANSWERS[:2] for end in ("", "_pct")]
    assert {name for name in names if not name.endswith("_pct")} <= set(printer.printed)  # each has its card
    told = said.set_index("statement_id", drop=False).loc[names]
    apart = ["statement_id", "measure"]
    assert len(told.drop(columns=apart).drop_duplicates()) == 1
    lines = [
        [line for line in cards.entries(one, {}) if line[0] not in ("Identifiant", "Unité")]
        for one in told.itertuples()
    ]
    assert all(one == lines[0] for one in lines)
    assert (
        said.set_index("statement_id").at["d29.persons.gender.women_pct", "kind"] == "value"
    )  # else nothing was at stake


def row(name: str, unit: str, measure: str, low: float, high: float, *claim: float) -> tuple[object, ...]:
    return name, unit, measure, "shown", low, high, *(claim or (math.nan, math.nan))


def test_what_is_withheld_is_a_share_whose_limits_are_over_forty_points_apart_and_its_number() -> None:
    told = [
        row("d22.persons.gender.women", "person", "count", 20, 70),
        row("d22.persons.gender.women_pct", "person", "percent", 25, 66),
        row("d22.persons.gender.men", "person", "count", 20, 60),
        row("d22.persons.gender.men_pct", "person", "percent", 25, 65),  # forty exactly: it says something
        row("d2a.profile.minors_pct", "person", "percent", 30, 60, 19.5, 45),  # from 19.5 to 60, by what it claims
        row("d29.profile.minors_pct", "person", "percent", math.nan, math.nan, 10, 70),  # no limits are printed
        row("persons.gender.women_pct", "person", "percent", 10, 90),  # of the whole study: said between its limits
        row("d22.profile.ad.passing_through.yes", "ad", "percent", 10, 90),  # of ads
    ]
    every = pd.DataFrame(told, columns=["fact_id", "unit", "measure", "verdict", *NUMBERS])
    hidden = every.loc[in_a_departement(every, every, Scope(policy())), "fact_id"].tolist()
    assert hidden == ["d22.persons.gender.women", "d22.persons.gender.women_pct", "d2a.profile.minors_pct"]
    again = every.assign(verdict="withheld")
    assert not in_a_departement(again, again, Scope(policy())).any()
