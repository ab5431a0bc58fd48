"""Editions: a population is updated as a whole, when enough of it changed; what two editions differ by is attacked too.

Before enough persons came, went or were merged, the population keeps the statements of its last edition, with its date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
Told = tuple[str, Mapping[str, Printed], tuple[int, ...]]
STRUCTURES = 3  # that a batch comes from, at least


@dataclass(frozen=True)
class Previous:
    """The last edition of a population: `printed`, name of a group → what was printed of it; the keys of its rows; whether it
    was a `draft` that left the team."""

    name: str
    printed: Mapping[str, Printed]
    keys: frozenset[str]
    draft: bool = False


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
    codes = (STAYED, CAME, GONE) if went else (STAYED, CAME)
    before = (previous.name, previous.printed, (0, 2) if went else (0,))
    axis = Axis(Variable("édition", codes), "")
    frame, statements = stacked(listing, axis, [("nouvelle", printed, (0, 1)), before])
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


def stacked(listing: Listing, axis: Axis, told: Sequence[Told]) -> tuple[Frame, list[Statement]]:
    """The unknown counts of several sets of persons at once, and what all that is told of them says. `axis`: which set a
    person is in. `told`: a name, what is printed, and the codes of the sets that it counts together."""
    unknowns, at = listing.unknowns, len(listing.unknowns.axes)
    extra = [(one, at) for one in range(at)] + [(*both, at) for both in unknowns.frame.extra]
    said: list[Statement] = []
    for name, printed, codes in told:
        for entry in listing.entries:
            if entry.name in printed:
                groups, one = _times(unknowns.groups(entry.terms), at, codes), printed[entry.name]
                said.append(Statement(f"{entry.name} ({name})", tuple((1, g) for g in groups), one.low, one.high))
    for known in unknowns.implied:
        for code in range(axis.size):
            terms = tuple((times, (*group, (at, code))) for times, group in known.terms)
            said.append(Statement(f"{known.name} {code}", terms, known.low, known.high))
    said.append(Statement("≥ 0", ((1, ()),), 0, None))
    return Frame((*unknowns.axes, axis), (), tuple(extra)), said


def _times(groups: tuple[Group, ...], at: int, kinds: tuple[int, ...]) -> list[Group]:
    return [(*group, (at, kind)) for group, kind in product(groups, kinds)]


def _targets(listing: Listing, went: bool) -> Iterator[tuple[str, list[Group], float]]:
    at = len(listing.unknowns.axes)
    for kind, said in ((1, CAME), (2, GONE)) if went else ((1, CAME),):
        for entry in listing.entries:
            if not entry.silent:
                groups = _times(listing.unknowns.groups(entry.terms), at, (kind,))
                yield f"{entry.name} ({said})", groups, float(entry.threshold)
