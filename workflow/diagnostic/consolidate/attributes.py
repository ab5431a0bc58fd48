"""From what is ticked for a group to how many of its persons have it.

A group with one answer has it throughout. Where answers exclude each other (gender, age, nationality), a group with
several has one person at least of each, who is known not to have the others, and nothing is invented for the rest
(rule `groupe_mixte`). Elsewhere (forms, housing, factors…) one person may have several: each answer holds for one
person at least and for the whole group at most, which is the value counted, « jusqu’à » (rule `groupe_entier`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from diagnostic.consolidate.described import known

# How answers of a mixed group are read: a person has one of them; each is of the whole group; each is of one person.
Way = Literal["exclusive", "whole", "one_each"]
EXCLUSIVE: Way = "exclusive"
WHOLE: Way = "whole"
ONE_EACH: Way = "one_each"


@dataclass(frozen=True)
class Sizes:
    """Persons of each situation, and the group that it belongs to (see `decisions.groups`)."""

    low: np.ndarray
    study: np.ndarray
    high: np.ndarray
    group: np.ndarray

    @property
    def groups(self) -> int:
        return int(self.group.max()) + 1 if len(self.group) else 0

    def largest(self, values: np.ndarray) -> np.ndarray:
        """One value per group: the largest of its situations', the smaller groups being part of the larger ones."""
        return np.maximum(0.0, np.maximum.reduceat(values[self._order], self._starts)) if self.groups else np.zeros(0)

    def smallest(self, values: np.ndarray) -> np.ndarray:
        return np.minimum.reduceat(values[self._order], self._starts) if self.groups else np.zeros(0)

    @cached_property
    def _order(self) -> np.ndarray:
        """The situations, group by group; every group has one at least."""
        return np.argsort(self.group, kind="stable")

    @cached_property
    def _starts(self) -> np.ndarray:
        return np.searchsorted(self.group[self._order], np.arange(self.groups))

    @cached_property
    def totals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Persons of each group: under the study's rule, at least, at most."""
        return self.largest(self.study), self.largest(self.low), self.largest(self.high)

    def every(self, mask: np.ndarray) -> np.ndarray:
        """Groups all of whose situations are in the mask."""
        return self.smallest(mask.astype(float)) > 0


@dataclass(frozen=True)
class Spread:
    """Per group of situations, persons who have something (`yes`) and who are known not to (`no`).

    `value` follows the study's rule; `low` and `high` bound it, `no_low` and `no_high` bound the others. `informed`:
    something is known. What is neither is unknown.
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    no: np.ndarray
    no_low: np.ndarray
    no_high: np.ndarray
    informed: np.ndarray

    def both(self, other: Spread, sizes: Sizes) -> Spread:
        """Persons who have the one and the other. Which persons of a mixed group have both is unknown: Fréchet bounds."""
        study, _, high = sizes.totals
        low = np.maximum(0, np.maximum(self.low - other.no_high, other.low - self.no_high))
        most = np.minimum(self.high, other.high)
        value = np.clip(self.value + other.value - study, low, most)
        no_low = np.maximum(self.no_low, other.no_low)
        no_high = np.minimum(np.maximum(0, high - low), self.no_high + other.no_high)
        no = np.clip(np.maximum(self.no, other.no), no_low, no_high)
        none = (self.informed & (self.high == 0)) | (other.informed & (other.high == 0))
        return Spread(value, low, most, no, no_low, no_high, (self.informed & other.informed) | none)

    def without(self) -> Spread:
        """The persons who are known not to have it."""
        return Spread(self.no, self.no_low, self.no_high, self.value, self.low, self.high, self.informed)


def everyone(sizes: Sizes) -> Spread:
    """All persons described."""
    none = np.zeros(sizes.groups)
    study, low, high = sizes.totals
    return Spread(study, low, high, none, none, none, np.ones(sizes.groups, dtype=bool))


def informed(chosen: Mapping[str, np.ndarray], sizes: Sizes, silent: Collection[str] = ()) -> Spread:
    """Persons of whom a variable says something: « ne sait pas » and blanks are left out, and the `silent` options.

    `chosen`: option → the situations that hold it (`described.options`)."""
    told = np.zeros(len(sizes.study), dtype=bool)
    for name in known(chosen, silent):
        told |= chosen[name]
    some = sizes.largest(told.astype(float)) > 0
    study, low, high = sizes.totals
    none = np.zeros(sizes.groups)
    return Spread(
        study * some, low * some, high * some, none, low * ~some, high * ~some, np.ones(sizes.groups, dtype=bool)
    )


def having(
    chosen: Mapping[str, np.ndarray],
    sizes: Sizes,
    way: Way,
    wanted: Iterable[str],
    silent: Collection[str] = (),
) -> Spread:
    """Persons who have one of the `wanted` options of a closed variable; `chosen` and `silent` as for `informed`: who has
    a silent option alone may have any other."""
    wanted = set(wanted)
    size = len(sizes.study)
    inside, outside = np.zeros(size), np.zeros(size)
    for name in known(chosen, set(silent) - wanted):
        side = inside if name in wanted else outside
        side += chosen[name]
    return spread(sizes, inside, outside, way)


def spread(sizes: Sizes, inside: np.ndarray, outside: np.ndarray, way: Way) -> Spread:
    """From the number of answers ticked inside and outside the wanted ones, per situation, to persons per group."""
    always, never = (inside > 0) & (outside == 0), (inside == 0) & (outside > 0)
    mixed = (inside > 0) & (outside > 0)
    if way == EXCLUSIVE:
        mixed &= inside + outside <= sizes.study  # more answers than persons: nothing is known
        some, others = inside * mixed, outside * mixed
        least = some
    else:
        one = mixed & (sizes.high <= 1) & (sizes.low >= 1)  # one person who has several
        always, mixed = always | one, mixed & ~one
        least, others = mixed.astype(float), np.zeros(len(mixed))
        some = least if way == ONE_EACH else mixed * sizes.study
    value, low = np.where(always, sizes.study, some), np.where(always, sizes.low, np.minimum(least, sizes.low))
    no, no_low = np.where(never, sizes.study, others), np.where(never, sizes.low, np.minimum(others, sizes.low))
    several = np.bincount(sizes.group, minlength=sizes.groups) > 1
    study, _, high = sizes.totals
    without, surely = sizes.largest(no), sizes.largest(low)
    own = Spread(
        value=_up_to(sizes.largest(value), surely, study - without) if way == WHOLE else sizes.largest(value),
        low=surely,
        high=_at_most(sizes, never, no_low, high),
        no=without,
        no_low=sizes.largest(no_low),
        no_high=_at_most(sizes, always, low, high),
        informed=sizes.largest((always | never | mixed).astype(float)) > 0,
    )
    return _where_they_agree(own, study, high, several)


def _up_to(value: np.ndarray, low: np.ndarray, room: np.ndarray) -> np.ndarray:
    """A whole group, less those whom another description of the same persons knows to be otherwise."""
    return np.maximum(low, np.minimum(value, np.maximum(0.0, room)))


def _at_most(sizes: Sizes, none: np.ndarray, others: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Persons of the group less those that one of its situations knows to be otherwise; 0 where all say so."""
    return np.where(sizes.every(none), 0, np.maximum(0, high - sizes.largest(others)))


def _where_they_agree(own: Spread, study: np.ndarray, high: np.ndarray, several: np.ndarray) -> Spread:
    """Two descriptions of the same persons may contradict each other: then nothing is known."""
    against = several & ((own.low + own.no_low > high) | (own.value + own.no > study))
    clear, whole = np.where(against, 0, 1), np.where(against, high, 0)
    return Spread(
        own.value * clear,
        own.low * clear,
        np.maximum(own.high * clear, whole),
        own.no * clear,
        own.no_low * clear,
        own.no_high * clear + whole,
        own.informed & ~against,
    )
