"""Damage done to a finished ledger, and an independent answer to the question: does it expose anybody?

The answer reasons on the cube of all variables at once and asks the exact interval of every group, one by one: no
junction tree, no gluing, no pool of tables, none of the shortcuts of the gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from simulated import AGE, FORM, GENDER

from diagnostic.release.attack import Model, Targets, interval
from diagnostic.release.editions import EDITION, Previous, newcomers
from diagnostic.release.groups import (
    Axis,
    Design,
    Frame,
    Group,
    Persons,
    Statement,
    Variable,
    axes_of,
    member,
    printed_groups,
)
from diagnostic.release.policy import Policy
from diagnostic.release.primary import mark
from diagnostic.release.system import System
from diagnostic.release.targets import as_targets, protected

DESIGN = Design(
    (
        Variable("gender", GENDER),
        Variable("age", AGE),
        Variable("form", FORM[:3], multiple=True),
    ),
    (("gender", "age"), ("gender", "form")),
)


@dataclass(frozen=True)
class Sabotage:
    kind: str
    cells: pd.DataFrame
    statements: tuple[Statement, ...] = ()
    previous: tuple[Previous, ...] = ()


def outsiders_only(policy: Policy, *also: str) -> Policy:
    rules = policy.rules.model_copy(update={"attackers": ["outsider", *also]})
    return policy.model_copy(update={"presets": {policy.preset: rules}})


def sabotages(cells: pd.DataFrame, persons: Persons, seed: int) -> Iterator[Sabotage]:
    """Without end: cells shown again, decimals, subtotals, sentences, charts of raw data, earlier editions, and
    harmless repetitions."""
    draw = np.random.default_rng(seed)
    frame = Frame(axes_of(DESIGN), printed_groups(DESIGN))
    groups = list(frame.printed)
    hidden = np.flatnonzero(cells["verdict"] == "withheld")
    shown = np.flatnonzero(cells["verdict"] == "shown")
    value = cells["value"].to_numpy()

    def exact(places: list[int]) -> pd.DataFrame:
        changed = cells.copy()
        for place in places:
            changed.loc[place, "verdict"] = "shown"
            changed.loc[place, ["shown_value", "shown_low", "shown_high"]] = int(value[place])
        return changed

    def said(name: str, terms: list[tuple[int, Group]], low: int | None, high: int | None) -> Sabotage:
        return Sabotage(name, cells, (Statement(f"{name} p. 12", tuple(terms), low, high),))

    while True:
        one, other = (int(draw.choice(hidden)) for _ in range(2))
        known = int(draw.choice(shown))
        yield Sabotage("case rétablie", exact([one]))
        finest = max(len(groups[place]) for place in shown)
        crossing = int(draw.choice([place for place in shown if len(groups[place]) == finest]))
        parent = groups[crossing][:-1]
        whole = int(value[groups.index(parent)])
        digits = int(np.floor(1000 * value[crossing] / whole + 0.5))
        terms = [(2000, groups[crossing]), (1 - 2 * digits, parent)]
        below = [(2000, groups[crossing]), (-1 - 2 * digits, parent)]
        yield Sabotage(
            "décimale",
            cells,
            (Statement("pourcentage≥", tuple(terms), 0, None), Statement("pourcentage≤", tuple(below), None, -1)),
        )
        if one != other:
            sum_ = int(value[one] + value[other])
            yield said("sous-total", [(1, groups[one]), (1, groups[other])], sum_, sum_)
        yield said(
            "phrase", [(1, groups[one])], max(min(1, int(value[one])), int(value[one]) - int(draw.integers(0, 3))), None
        )
        table = [place for place in shown if len(groups[place]) == 2 and groups[place][0][0] == 0]
        yield Sabotage("graphique de données brutes", exact([place for place in table if draw.random() < 0.7]))
        counted = persons.situation < persons.situation.max() - int(draw.integers(0, 4))
        yield Sabotage("édition antérieure", cells, previous=(_edition(cells, groups, persons, counted, exactly=True),))
        everyone = np.ones(len(persons.codes), dtype=bool)
        yield Sabotage("même édition", cells, previous=(_edition(cells, groups, persons, everyone, exactly=False),))
        # Harmless: what is printed already, once more, or a floor that everybody knows.
        low, high = int(cells.loc[known, "shown_low"]), int(cells.loc[known, "shown_high"])
        yield said("répétition", [(1, groups[known])], low, high)
        yield said("plancher", [(1, groups[one])], 0, None)


def _edition(
    cells: pd.DataFrame, groups: list[Group], persons: Persons, counted: np.ndarray, exactly: bool
) -> Previous:
    """An earlier edition that printed the same cells, of those it counted, exactly or as they are printed now."""
    told = {}
    for row, group in zip(cells.to_dict("records"), groups, strict=True):
        if row["verdict"] == "shown":
            own = int(member(persons.codes[counted], group).sum())
            ends = (own, own) if exactly else (int(row["shown_low"]), int(row["shown_high"]))
            told[row["cell"]] = (own if exactly else int(row["shown_value"]), *ends)
    return Previous(told, counted)


def exposes(sabotage: Sabotage, persons: Persons, policy: Policy) -> bool:
    """Whether the damaged ledger breaks a primary rule, or lets an outsider close in on any group."""
    everything = Frame(axes_of(DESIGN), printed_groups(DESIGN), (tuple(range(len(axes_of(DESIGN)))),))
    marked = mark(everything, persons, policy)
    if ((marked["reason"] != "") & (sabotage.cells["verdict"] == "shown")).any():
        return True
    low = sabotage.cells["shown_low"].fillna(marked["value"])
    high = sabotage.cells["shown_high"].fillna(marked["value"])
    claims = {group: (int(least), int(most)) for group, least, most in zip(everything.printed, low, high, strict=True)}
    hidden = sabotage.cells.loc[sabotage.cells["verdict"] == "withheld", "cell"]
    system = everything.system(claims, sabotage.statements).free(hidden)
    _, targets = as_targets(everything, protected(everything, persons, policy, marked))
    if not _safe(system, targets):
        return True
    return any(_newcomers_exposed(sabotage, everything, claims, persons, policy, one) for one in sabotage.previous)


def _safe(system: System, targets: Targets) -> bool:
    """Whether the exact interval of every target leaves possible what must stay possible."""
    model = Model(system)
    for place in range(len(targets.names)):
        one = targets.take([place])
        found = interval(system, one.forms, model)
        possible = found.high >= one.reach[0] and found.high - found.low >= one.width[0] and found.low <= one.floor[0]
        if not found.settled or not possible:
            return False
    return True


def _newcomers_exposed(
    sabotage: Sabotage,
    everything: Frame,
    claims: dict[Group, tuple[int, int]],
    persons: Persons,
    policy: Policy,
    previous: Previous,
) -> bool:
    """Whether both editions together close in on those who came since, on the cube of all variables and editions."""
    edition = len(everything.axes)
    axes = (*everything.axes, Axis(EDITION, ""))
    old = {
        (*group, (edition, 0)): previous.shown[everything.name(group)][1:]
        for group in everything.printed
        if everything.name(group) in previous.shown
    }
    both = replace(everything, axes=axes, printed=(*everything.printed, *old), extra=(tuple(range(len(axes))),))
    hidden = sabotage.cells.loc[sabotage.cells["verdict"] == "withheld", "cell"]
    system = both.system({**claims, **old}, sabotage.statements).free(hidden)
    codes = np.column_stack([persons.codes, (~previous.counted).astype(int)])
    _, targets = as_targets(both, newcomers(replace(both, printed=everything.printed), codes, policy))
    return not _safe(system, targets)
