"""Primary rules: what may not be printed whatever the rest says. They alone look at the true counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from diagnostic.release.closed_list import ARRONDISSEMENT, Term
from diagnostic.release.draws import members
from diagnostic.release.listing import Entry
from diagnostic.release.policy import Policy
from diagnostic.release.populations import Population

UNITS = {"cases": "situation", "described": "situation", "responses": "professional", "professionals": "professional"}


@dataclass(frozen=True)
class Counted:
    """One group of the closed list as counted: its figure, who is in it (one word for the set), and what forbids it
    ("" when nothing does)."""

    entry: Entry
    count: int
    members: str
    inside: np.ndarray
    reason: str


def count(
    entry: Entry, population: Population, policy: Policy, told: float | None, places: Mapping[str, tuple[Term, ...]]
) -> Counted:
    """`told`: the figure, where the rules of counting give another number than the rows do (mixed groups). `places`:
    arrondissement → the places that are in it."""
    inside = holding(population, entry.terms, places)
    size = int(inside.sum()) if told is None else round(told)
    return Counted(
        entry, size, members(population.key[inside]), inside, _reason(size, inside, population, entry, policy)
    )


def holding(
    population: Population, terms: tuple[Term, ...], places: Mapping[str, tuple[Term, ...]] | None = None
) -> np.ndarray:
    """Which rows belong to a group."""
    inside = np.ones(len(population.key), dtype=bool)
    for variable, answers in terms:
        if variable == ARRONDISSEMENT:
            for name, wanted in (
                term for answer in answers for term in (places or {}).get(answer, (("place", ("",)),))
            ):
                inside &= population.answers(name, [wanted]).holds(wanted)
        else:
            inside &= population.answers(variable, [answers]).holds(answers)
    return inside


def _reason(size: int, inside: np.ndarray, population: Population, entry: Entry, policy: Policy) -> str:
    if size < entry.threshold or not inside.any():
        return "small"
    structures, situations = np.bincount(population.structure[inside]), np.bincount(population.situation[inside])
    wanted = policy.rules.contributors
    few = (structures > 0).sum() < wanted.structures or (situations > 0).sum() < wanted.situations
    largest = 100 * max(int(np.max(structures)), int(np.max(situations))) / inside.sum()
    return "contributors" if few or largest > wanted.largest_percent else ""
