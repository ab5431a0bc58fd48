"""The law of a printed number over all keys, exactly: every outcome of the draws that it hangs on, with its probability.

A number hangs on the draw of its group and on how far its count is moved, on those of the groups that hold it (no part is
printed above its whole) and on the toss of the splits that they belong to. Each draw is a uniform number of which only the steps
matter, so that one number of each step, through the release's own `Draft`, gives the law.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from types import SimpleNamespace

from neighbours import Told

from diagnostic.release.populations.listing import CROSSING, Entry
from diagnostic.release.populations.policy import Policy
from diagnostic.release.populations.rounding import Draw, first_step, least, reach
from diagnostic.release.ways.listed import TOSSED, Counted, Draft

Law = Mapping[int | None, float]  # what is printed (None: withheld) → how likely
Said = tuple[str, ...]


@dataclass(frozen=True)
class Chosen(Draw):
    """Draws that have come out so."""

    key: bytes = b""
    drawn: Mapping[Said, float] = field(default_factory=dict)

    def uniform(self, *said: str) -> float:
        return self.drawn[said]


def exact(told: Told, population: str) -> dict[str, Law]:
    """Name of a group → the law of what is printed of it, before any attack."""
    listing = told.listings[population]
    draft = Draft(listing, {one.name: told.counted[one.name] for one in listing.entries}, Chosen())
    return {one.name: _law(draft, one) for one in listing.entries}


def _law(draft: Draft, entry: Entry) -> Law:
    if draft.counted[entry.name].reason:
        return {None: 1.0}
    listing = draft.listing
    own = [*listing.wholes[entry.name], entry]
    same = ("population", "policy", "wholes", "splits", "family", "asked", "single")
    some = SimpleNamespace(entries=own, **{name: getattr(listing, name) for name in same})
    found: dict[int | None, float] = defaultdict(float)
    for shifts in product(
        *(range(-far, far + 1) for far in (reach(draft.bases[one.name], draft.later) for one in own))
    ):
        moved = {one.name: shift for one, shift in zip(own, shifts, strict=True)}
        steps = _steps(draft, own, moved)
        every = math.prod(2 * reach(draft.bases[one.name], draft.later) + 1 for one in own)
        for outcome in product(*steps.values()):
            drawn = Chosen(drawn={said: one for said, (one, _) in zip(steps, outcome, strict=True)})
            alone = Draft(listing, draft.counted, drawn)
            alone.listing = some  # type: ignore[assignment]
            printed = alone.printed(CROSSING).get(entry.name)
            found[printed.value if printed else None] += math.prod(weight for _, weight in outcome) / every
    return found


def _steps(draft: Draft, entries: Sequence[Entry], moved: Mapping[str, int]) -> dict[Said, list[tuple[float, float]]]:
    """What is drawn → (a number in each of its steps, how likely the step is), once the counts are moved so."""
    cuts: dict[Said, set[float]] = defaultdict(lambda: {0.0, 1.0})
    steps: dict[Said, list[tuple[float, float]]] = {}
    for entry in entries:
        base, name = draft.bases[entry.name], draft.listing.family(entry.name)
        far = reach(base, draft.later)
        steps["shift", name, draft.table] = [((moved[entry.name] + far + 0.5) / (2 * far + 1), 1.0)]
        count = draft.counted[entry.name].count + moved[entry.name]
        cuts["group", name] |= set(_cuts(count, base, first_step(base, entry.threshold)))
        for variable, _ in entry.terms:
            if variable in draft.listing.splits:
                cuts["split", draft.listing.population, variable].add(TOSSED)
    return steps | {said: [((a + b) / 2, b - a) for a, b in pairwise(sorted(own))] for said, own in cuts.items()}


def _cuts(count: int, base: int, first: int) -> Iterator[float]:
    """Where the outcome of a draw changes (`rounding.multiple`)."""
    if count < first:
        yield 1 - max(count, 0) / first
    elif count % base:
        yield 1 - count % base / base
    else:
        yield from (1 / (2 * (first if count == first else base)), 1 - 1 / (2 * base))


def drawn(told: Told, population: str, keys: int) -> dict[str, Law]:
    """Name of a group → how often each number is printed of it over so many keys, by the draws themselves."""
    listing = told.listings[population]
    counted = {entry.name: told.counted[entry.name] for entry in listing.entries}
    found: dict[str, Counter[int | None]] = {entry.name: Counter() for entry in listing.entries}
    for key in range(keys):
        printed = Draft(listing, counted, Draw(f"law {key}".encode())).printed(CROSSING)
        for name, seen in found.items():
            seen[printed[name].value if name in printed else None] += 1
    return {name: {value: seen[value] / keys for value in seen} for name, seen in found.items()}


def distance(one: Law, other: Law) -> float:
    """Total variation between two laws."""
    return sum(abs(one.get(value, 0.0) - other.get(value, 0.0)) for value in one.keys() | other.keys()) / 2


def chance(law: Law, keys: int) -> float:
    """Total variation that is to be expected between a law and so many draws of it: of each value, the mean distance of a
    normal number from its mean."""
    return sum(math.sqrt(max(0.0, p * (1 - p)) * 2 / (math.pi * keys)) for p in law.values()) / 2


def allowed(first: Counted, second: Counted, policy: Policy) -> float:
    """How far one case more or less may move the law of the draw of a group: one step of rounding. Where it takes the group
    over its threshold, what is withheld under it adds the chance that the threshold itself is printed (`rounding.MAX_CHANCE_AT_THRESHOLD` at most)."""
    rules, threshold = policy.rules, first.entry.threshold
    base = rules.rounding.base if threshold == rules.thresholds.ordinary else rules.rounding.sensitive_base
    if first.members == second.members and first.reason == second.reason:
        return 0.0
    smallest = least(base, threshold)
    step = smallest if first_step(base, threshold) == smallest else base
    return 1 / base if first.reason == second.reason else (threshold - smallest + step) / step


@dataclass(frozen=True)
class Move:
    """How far a law moves between two neighbours, times the base of its number; what the draws that it hangs on allow, in the
    same unit; whether its own draw alone moved, and whether the case takes it over its threshold."""

    name: str
    far: float
    allowed: float
    alone: bool
    crosses: bool


def moves(one: Told, other: Told, population: str, before: Mapping[str, Law], after: Mapping[str, Law]) -> list[Move]:
    """Every group of a population that both neighbours may print or withhold for its size alone, and that holds one case more
    or less at most. A law may move as far as the draws that it hangs on together: its own, and those of the groups that hold
    it where they may come out below it."""
    found = []
    listing, rules = one.listings[population], one.policy.rules
    for entry in listing.entries:
        pairs = [(one.counted[each.name], other.counted[each.name]) for each in (entry, *listing.wholes[entry.name])]
        own = pairs[0]
        if not {own[0].reason, own[1].reason} <= {"", "small"} or own[0].members == own[1].members:
            continue
        if any(abs(first.count - second.count) > 1 for first, second in pairs):
            continue
        base = rules.rounding.base if entry.threshold == rules.thresholds.ordinary else rules.rounding.sensitive_base
        near = [pair for pair in pairs[1:] if min(one.count for one in pair) - max(one.count for one in own) < 2 * base]
        hangs = {pair[0].members: allowed(*pair, one.policy) for pair in (own, *near)}
        far = distance(before[entry.name], after[entry.name])
        alone = not any(allowed(*pair, one.policy) for pair in near)
        crosses = own[0].reason != own[1].reason
        found.append(Move(entry.name, base * far, base * sum(hangs.values()), alone and not crosses, crosses))
    return found
