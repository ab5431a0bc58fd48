"""Keyed random rounding: a count, moved by a few, becomes one of the multiples next to it, drawn with the study's key.

Up with probability remainder ÷ base, so that it is unbiased (Fellegi, *Controlled random rounding*, Survey Methodology 1,
1975). The draw is the name's for ever: of what is counted again no second draw closes in, and one person more moves a number
once in `base`. Before it the count is moved by up to `reach`, drawn anew for every table of persons: numbers that nobody
joined move too, so that one that moved proves nobody. A count that is a multiple already moves too, down or up with
probability 1 ÷ 2 base each: unbiased still, and « 10 » means as many values as the threshold, so that whoever counted some
of them never knows of a few others.

What a printed number says to a reader who knows the policy (its claim, a feasibility interval) is computed from the printed
form and the policy alone, never from the count behind it.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

PURPOSE = "release draws"  # of the key derived from the vault's
PUBLIC_KEY = b"diagnostic departemental : etudes dont toutes les donnees sont publiees ou inventees"


@dataclass(frozen=True)
class Draw:
    """Draws under one key. `key`: derived from the vault's, or PUBLIC_KEY; empty: nothing is rounded."""

    key: bytes = field(repr=False)

    def uniform(self, *said: str) -> float:
        """A number of [0, 1) for what is said, the same each time under the same key."""
        return int.from_bytes(hmac.digest(self.key, "\x1f".join(said).encode(), "sha256")[:8], "big") / 2**64

    def random_round(self, count: int, base: int, *said: str, first: int = 0) -> int:
        """`multiple` of a count, drawn for what is said."""
        return multiple(count, base, self.uniform(*said), first)

    def shift(self, reach: int, *said: str) -> int:
        """A whole number from −reach to reach, each as likely, for what is said."""
        return math.floor((2 * reach + 1) * self.uniform("shift", *said)) - reach

    def of_table(self, codes: np.ndarray) -> str:
        """One word for a table of persons (rows of codes), whatever their order."""
        rows = sorted(row.tobytes() for row in codes.astype("int64"))
        return hmac.digest(self.key, b"".join(rows), "sha256").hex()

    @property
    def fingerprint(self) -> str:
        """Which key drew: another one later is refused. It tells nothing of the key."""
        return hmac.digest(self.key, b"fingerprint", "sha256").hex()[:16]


def multiple(count: int, base: int, drawn: float, first: int = 0) -> int:
    """A multiple of `base` next to a count, less than a step away, or one step where it is a multiple itself; 0 stays. It
    falls neither with the count nor with `drawn`, a number of [0, 1). `first`: the multiple that the first step leads to
    (`base` without it)."""
    first = first or base
    rest = count % base
    if count < first:
        return first if count > 0 and drawn >= 1 - count / first else 0
    if rest:
        return count - rest + (base if drawn >= 1 - rest / base else 0)
    below = first if count == first else base
    return count + (-below if drawn < 1 / (2 * below) else base if drawn >= 1 - 1 / (2 * base) else 0)


def members(keys: Iterable[str]) -> str:
    """One word for a set of members, whatever their order."""
    return hashlib.sha256("\x1f".join(sorted(keys)).encode()).hexdigest()


MARGIN, LESS, MORE = "±", "-", "+"  # in the name of a margin (`ways.envelopes`), and its two sides
STEP = 5  # points: what a share of coded ads is rounded to, up or down
EXACT = 1  # the base of what is printed as it is
FOURTH = 3  # editions before one that is moved further
WIDE = 10  # a base that hides more by itself: its counts are moved by less
# How often a group of just its threshold may be printed, at most, by what the first step leads to.
MAX_CHANCE_AT_THRESHOLD = 0.6


@dataclass(frozen=True)
class Claim:
    """A printed count: its value, the base it was rounded to (1: exact), and the true counts compatible with it."""

    value: int
    base: int
    low: int
    high: int


def least(base: int, threshold: int) -> int:
    """The smallest multiple of a base that may be printed: its claim holds as many counts as the threshold.

    With a threshold of 8, « 5 » would mean 8 to 10; « 10 » means 8 to 15. With 11 and a base of 10, « 20 » means 11 to 30.
    In a narrower claim some number of one's own cases would leave from 1 to threshold − 1 for all others. Raises ValueError
    where no claim of this base is as wide (`widest`).
    """
    if threshold > widest(base):
        raise ValueError(f"no claim of base {base} holds {threshold} counts")
    value = base * math.ceil(threshold / base)
    while True:
        told = claim(value, base, threshold)
        if told.high - told.low + 1 >= threshold:
            return value
        value += base


def widest(base: int) -> int:
    """How many counts a printed multiple of a base stands for at most: the highest threshold that the base may serve."""
    return 2 * base + 1


def first_step(base: int, threshold: int) -> int:
    """The multiple that a count under it is drawn up to, else to nothing: the smallest that may be printed, since those
    under it are withheld anyway. With a threshold of 11 and a base of 10, 15 persons are « 20 » three times in four and
    not once in two: half as many groups are lost, and « 20 » means 11 to 30 as before. One base only, where groups of
    just the threshold would be printed more often than MAX_CHANCE_AT_THRESHOLD (8 out of 10): the step between them and one person less,
    who is never printed, is what a neighbour's document differs by there.
    """
    smallest = least(base, threshold)
    return smallest if threshold <= MAX_CHANCE_AT_THRESHOLD * smallest else base


def reach(base: int, later: int) -> int:
    """How far a count is moved before it is rounded, `later` by as many editions: by one; then by up to three, and from the fourth
    on by up to six; where the base is wide, by two.

    A number then moves with nobody joining it, and no single move of one that keeps its base proves anybody: for that both counts
    may not be moved by exactly a narrow base together, or twice that (1 and 4, 5 and 5, of 5). What earlier editions told of the
    draw is hidden by the wider move: ten editions, of which a reader knows all other persons, leave one membership proven in 2 of
    100 groups instead of 37 (`benchmarks/two_copies.py`).
    """
    narrow = base < WIDE
    return 0 if base == EXACT else 1 if not later else 2 if not narrow else 3 if later < FOURTH else 6


def reach_of(told: Claim) -> int:
    """How far the count behind a printed number was moved, by its claim: nothing where it is exact, or was drawn before counts
    were moved."""
    return 0 if told.base == EXACT else told.high - told.value - told.base


def claim(value: int, base: int, threshold: int, reach: int = 0) -> Claim:
    """What a printed multiple of a base claims, in a policy that prints no count under the threshold. `reach`: how far the
    count was moved before."""
    if base == EXACT:
        return Claim(value, base, value, value)
    return Claim(value, base, max(threshold, value - base - reach), value + base + reach)


def share(part: Claim, whole: Claim) -> tuple[int, int]:
    """The whole percentages that two printed counts leave possible, outward, the part inside the whole."""
    low = 100 * part.low / max(whole.high, part.low)
    high = 100 * min(part.high, whole.high) / max(whole.low, min(part.high, whole.high))
    return max(0, math.floor(low)), min(100, math.ceil(high))


def rest(whole: float, low: float, high: float) -> float:
    """How many numbers may be left of an exact whole by a part that is from `low` to `high`; nan where one is not known."""
    return whole - low - max(0, whole - high) + 1
