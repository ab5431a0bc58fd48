"""What a printed number says to a reader who knows the policy: the true counts that could have been printed so.

A claim is computed from the printed form and the policy alone, never from the count behind it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

EXACT = 1  # the base of what is printed as it is
MAX_CHANCE_AT_THRESHOLD = (
    0.6  # how often a group of just its threshold may be printed, at most, by what the first step leads to
)


@dataclass(frozen=True)
class Printed:
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


def claim(value: int, base: int, threshold: int) -> Printed:
    """What a printed multiple of a base claims, in a policy that prints no count under the threshold."""
    if base == EXACT:
        return Printed(value, base, value, value)
    return Printed(value, base, max(threshold, value - base), value + base)


def share(part: Printed, whole: Printed) -> tuple[int, int]:
    """The whole percentages that two printed counts leave possible, outward, the part inside the whole."""
    low = 100 * part.low / max(whole.high, part.low)
    high = 100 * min(part.high, whole.high) / max(whole.low, min(part.high, whole.high))
    return max(0, math.floor(low)), min(100, math.ceil(high))


def rest(whole: float, low: float, high: float) -> float:
    """How many numbers may be left of an exact whole by a part that is from `low` to `high`; nan where one is not known."""
    return whole - low - max(0, whole - high) + 1
