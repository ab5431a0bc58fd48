"""Editions: a population is updated as a whole, when enough of it changed; what two editions differ by is attacked too.

Before enough persons came, went or were merged, the population keeps the statements of its last edition, with its date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from diagnostic.release.attack import Model, interval
from diagnostic.release.audit import EDITIONS, Finding, columns
from diagnostic.release.claims import Printed
from diagnostic.release.groups import Axis, Frame, Group, Statement, Variable
from diagnostic.release.listing import Listing
from diagnostic.release.policy import Policy
from diagnostic.release.populations import Population

STAYED, CAME, GONE = "restées", "venues", "parties"
STRUCTURES = 3  # that a batch comes from, at least


@dataclass(frozen=True)
class Previous:
    """The last edition of a population: `printed`, name of a group → what was printed of it; the keys of its rows."""

    name: str
    printed: Mapping[str, Printed]
    keys: frozenset[str]


def enough(previous: Previous, population: Population, policy: Policy) -> bool:
    """Whether the rows that came and went since are enough, of enough structures, for a new edition."""
    came = np.array([key not in previous.keys for key in population.key.tolist()], dtype=bool)
    gone = len(previous.keys - set(population.key.tolist()))
    from_ = len(np.unique(population.structure[came]))
    return int(came.sum()) + gone >= policy.rules.thresholds.ordinary and (
        from_ >= STRUCTURES or gone >= int(came.sum())
    )


def gone(previous: Previous, population: Population) -> bool:
    """Whether rows of the last edition are no longer there."""
    return bool(previous.keys - set(population.key.tolist()))


def findings(listing: Listing, previous: Previous, printed: Mapping[str, Printed], went: bool) -> list[Finding]:
    """What both editions together say of those who came, and of those who went (`went`): a group small and not empty, or
    closed in on. Exact intervals, from what is printed alone."""
    frame, statements = _stacked(listing, previous, printed, went)
    system = frame.system({}, statements)
    model = Model(system)
    least = listing.policy.rules.thresholds.ordinary - 1
    names = {*printed, *previous.printed}
    found = []
    for name, groups, threshold in _targets(listing, went):
        form = frame.form([columns(frame, groups)])
        seen = interval(system, form, model)
        small = seen.low >= 1 and seen.high < threshold
        if small or seen.high - seen.low < least or not seen.settled:
            found.append(Finding(EDITIONS, name, tuple(sorted(names)), seen.settled))
    return found


def _stacked(
    listing: Listing, previous: Previous, printed: Mapping[str, Printed], went: bool
) -> tuple[Frame, list[Statement]]:
    unknowns = listing.unknowns
    at = len(unknowns.axes)
    codes = (STAYED, CAME, GONE) if went else (STAYED, CAME)
    axes = (*unknowns.axes, Axis(Variable("édition", codes), ""))
    extra = [(axis, at) for axis in range(at)] + [(*both, at) for both in unknowns.frame.extra]
    said: list[Statement] = []
    for edition, told, kinds in (
        ("nouvelle", printed, (0, 1)),
        (previous.name, previous.printed, (0, 2) if went else (0,)),
    ):
        for entry in listing.entries:
            if entry.name in told:
                groups = _times(unknowns.groups(entry.terms), at, kinds)
                one = told[entry.name]
                said.append(Statement(f"{entry.name} ({edition})", tuple((1, g) for g in groups), one.low, one.high))
    for known in unknowns.implied:
        for kind in range(len(codes)):
            terms = tuple((times, (*group, (at, kind))) for times, group in known.terms)
            said.append(Statement(f"{known.name} {kind}", terms, known.low, known.high))
    said.append(Statement("≥ 0", ((1, ()),), 0, None))
    return Frame(axes, (), tuple(extra)), said


def _times(groups: tuple[Group, ...], at: int, kinds: tuple[int, ...]) -> list[Group]:
    return [(*group, (at, kind)) for group, kind in product(groups, kinds)]


def _targets(listing: Listing, went: bool) -> Iterator[tuple[str, list[Group], float]]:
    at = len(listing.unknowns.axes)
    for kind, said in ((1, CAME), (2, GONE)) if went else ((1, CAME),):
        for entry in listing.entries:
            if not entry.silent:
                groups = _times(listing.unknowns.groups(entry.terms), at, (kind,))
                yield f"{entry.name} ({said})", groups, float(entry.threshold)
