"""How many persons have something, and which share of a base, with the bounds that ranges, blanks, mixed groups,
questions without answer and open pairs of situations leave. No sampling interval: professionals describe whom they met.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from diagnostic.codebook.model import OTHER, Asked, Meaning
from diagnostic.consolidate import decisions, located, people
from diagnostic.consolidate.coders import disputed, readings
from diagnostic.consolidate.decisions import Overlaps
from diagnostic.consolidate.people import Sizes, Spread, options
from diagnostic.estimate.catalogue.entry import UNSEEN

T = TypeVar("T")


@dataclass(frozen=True)
class Tally:
    """A number of persons, and the base that it is a part of. Shares are on 0-100; None without base."""

    value: float
    low: float
    high: float
    base: float
    share: float | None
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True)
class Choices:
    """How persons are counted; the study's own way by default. Each other choice is a line of the sensitivity page."""

    blanks_excluded: bool = False
    central: bool = False
    open_pairs_same: bool = False
    one_per_situation: bool = False
    one_each: bool = False
    other_informed: bool = False


@dataclass(frozen=True)
class Described:
    """The situations of a study, ready to be counted under some choices. `unseen`: the pairs that nobody looked at."""

    frame: pd.DataFrame
    sizes: Sizes
    overlaps: Overlaps
    status: np.ndarray
    meaning: Meaning
    choices: Choices = Choices()
    unseen: int = 0
    _read_once: dict[tuple[Callable[..., object], str], Any] = field(default_factory=dict, repr=False)

    def once(self, read: Callable[[pd.DataFrame, str], T], variable: str) -> T:
        """What a function reads of a variable in the situations, whatever the choices; read once."""
        if (read, variable) not in self._read_once:
            self._read_once[read, variable] = read(self.frame, variable)
        return self._read_once[read, variable]

    def options(self, variable: str) -> Mapping[str, np.ndarray]:
        """For each option of a closed variable, where it was chosen, also those that a second coder alone says."""
        return self.once(_options, variable)

    def posed(self, variable: str) -> bool:
        """Whether anybody was asked: where a form has not the question, nobody is known to be without what it asks."""
        own = [name for name in self.frame if name == f"{variable}.code" or name.startswith(f"{variable}/")]
        return any(self.frame[name].ne("not_asked").any() for name in own)

    @property
    def assumption(self) -> str:
        """What the limits of numbers of persons rest on beside the answers; empty where every pair was looked at."""
        return UNSEEN if self.unseen else ""

    @cached_property
    def everyone(self) -> Spread:
        return people.everyone(self.sizes)

    @cached_property
    def prostitution(self) -> Spread:
        """Persons in prostitution, probable or proven; where the status is not said, they may be or not."""
        everyone, yes, risk = self.everyone, self.status == 2, self.status == 1
        return Spread(
            value=everyone.value * yes,
            low=everyone.low * yes,
            high=everyone.high * ~risk,
            no=everyone.value * risk,
            no_low=everyone.low * risk,
            no_high=everyone.high * ~yes,
            informed=self.status > 0,
        )

    def having(self, *asked: Asked) -> Spread:
        """Persons who have one option at least of each variable asked."""
        found = self.everyone
        mixed = people.ONE_EACH if self.choices.one_each else people.WHOLE  # how a group that answers several is read
        for variable, wanted in asked:
            way, silent = people.EXCLUSIVE if variable in self.meaning.exclusive else mixed, self.silent(variable)
            one = self.once(people.either, variable)
            read = partial(people.having, sizes=self.sizes, way=way, wanted=wanted, silent=silent, one=one)
            found = found.both(self._read(variable, read), self.sizes)
        return found

    def _read(self, variable: str, read: Callable[[Mapping[str, np.ndarray]], Spread]) -> Spread:
        """What the answers to a variable say, read as they are; where two persons coded them differently the limits reach
        from the one to the other. Of several descriptions put together, one of them in dispute, nothing is sure."""
        own, contrary = read(self.options(variable)), self.disputed(variable)
        if not contrary.any():
            return own
        said = readings(self.frame, variable)
        for coder in range(max(map(len, said))):
            other = {name: chosen.copy() for name, chosen in self.options(variable).items()}
            for at in np.flatnonzero(contrary):
                for name, chosen in other.items():
                    chosen[at] = name in said[at][min(coder, len(said[at]) - 1)]
            own = own.beside(read(other))
        open_ = (self.sizes.largest(contrary.astype(float)) > 0) & (np.bincount(self.sizes.group) > 1)
        most = np.where(open_, self.everyone.high, 0)
        anything = replace(own, low=own.low * ~open_, no_low=own.no_low * ~open_, high=most, no_high=most)
        return own.beside(anything)

    def disputed(self, variable: str) -> np.ndarray:
        """The situations that two persons coded differently on a variable, and nobody arbitrated."""
        return self.once(disputed, variable)

    def silent(self, variable: str) -> tuple[str, ...]:
        """The options that say nothing by themselves: « autre », where a text that nobody coded goes with it."""
        return (OTHER,) if variable in self.meaning.open and not self.choices.other_informed else ()

    def informed(self, variable: str) -> Spread:
        return self._read(variable, partial(people.informed, sizes=self.sizes, silent=self.silent(variable)))

    def tally(self, found: Spread, base: Spread) -> Tally:
        """Persons of the base who have what was found. The share y / (y + n) grows with y and falls with n: its bounds
        take the fewest of the ones with the most of the others."""
        yes, others = found.both(base, self.sizes), found.without().both(base, self.sizes)
        value, total = float(yes.value.sum()), float(base.value.sum())
        low, high = self.overlaps.fewest(yes.low), float(yes.high.sum())
        no_low, no_high = self.overlaps.fewest(others.low), float(others.high.sum())
        return Tally(
            value=value,
            low=min(low, value),
            high=max(high, value),
            base=total,
            share=100 * value / total if total else None,
            share_low=_share(low, no_high, value, total, min),
            share_high=_share(high, no_low, value, total, max),
        )


def _options(frame: pd.DataFrame, variable: str) -> Mapping[str, np.ndarray]:
    said = (one for each in readings(frame, variable) for coder in each for one in coder)
    others = {one: np.zeros(len(frame), dtype=bool) for one in said if one not in located.SILENT}
    return others | options(frame, variable)


def _share(
    some: float, others: float, value: float, total: float, beyond: Callable[[float, float], float]
) -> float | None:
    if not total:
        return None
    own = 100 * value / total
    return beyond(100 * some / (some + others), own) if some + others else own


def prepare(frame: pd.DataFrame, pairs: pd.DataFrame, meaning: Meaning) -> Described:
    """Situations with their groups, sizes and open pairs, counted the study's own way."""
    (ready,) = prepared(frame, pairs, meaning, [Choices()])
    return ready


def prepared(
    frame: pd.DataFrame, pairs: pd.DataFrame, meaning: Meaning, several: Iterable[Choices]
) -> Iterator[Described]:
    """The same under each of several choices, in turn; what they have in common is made once."""
    made: dict[tuple[bool, bool], Described] = {}
    for choices in several:
        grouping = choices.blanks_excluded, choices.open_pairs_same
        if grouping not in made:
            made[grouping] = _grouped(frame, pairs, meaning, choices)
        own = made[grouping]
        yield replace(own, sizes=_sizes(own.frame, own.sizes.group, choices), choices=choices)


def _grouped(frame: pd.DataFrame, pairs: pd.DataFrame, meaning: Meaning, choices: Choices) -> Described:
    if choices.blanks_excluded:
        frame = frame[~frame["persons_blank"].astype(bool)].reset_index(drop=True)
        left = pd.Index(frame["situation"])
        pairs = pairs[np.all([left.get_indexer(pairs[end]) >= 0 for end in ("first", "second")], axis=0)]
    group = decisions.groups(frame, pairs, choices.open_pairs_same)
    overlaps, status = decisions.left_open(frame, pairs, group), people.status(frame, group, meaning)
    unseen = decisions.unseen(frame, pairs)
    return Described(frame, _sizes(frame, group, choices), overlaps, status, meaning, choices, unseen)


def _sizes(frame: pd.DataFrame, group: np.ndarray, choices: Choices) -> Sizes:
    if choices.one_per_situation:
        return Sizes(np.ones(len(frame)), np.ones(len(frame)), np.ones(len(frame)), group)
    return people.sizes(frame, group, choices.central)


def counted(ready: Described, asked: tuple[Asked, ...], told: str = "", within: tuple[Asked, ...] = ()) -> Tally | None:
    """Persons in prostitution who have what is asked. The base may be narrowed: to those of whom the variable `told`
    says something, to those who have what `within` says. None where a variable was not collected, or asked of nobody."""
    if not all(ready.options(variable) and ready.posed(variable) for variable, _ in asked):
        return None
    base = ready.prostitution
    if told:
        base = base.both(ready.informed(told), ready.sizes)
    if within:
        base = base.both(ready.having(*within), ready.sizes)
    return ready.tally(ready.having(*asked), base)
