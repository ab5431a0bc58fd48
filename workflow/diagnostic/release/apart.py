"""Crossings of variables that only the number of persons ties together: all of them at once, in closed form.

Such a crossing may be as large as its smallest part and as small as max(0, Σ parts − (k − 1)·N) (Fréchet), and each
part may take either end of its own interval whatever the others do. So a crossing is safe from above where each part
may reach what the crossing asks, which is asked of the parts (`asks`); from below, the sum is tried (`proven`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np

from diagnostic.release.groups import Frame, Group, Persons, class_of, names_presence
from diagnostic.release.policy import Policy
from diagnostic.release.targets import Protected


@dataclass(frozen=True)
class Parts:
    """Groups of one component each, as columns: who belongs, what their class asks."""

    groups: tuple[Group, ...]
    inside: np.ndarray  # persons × groups
    component: np.ndarray
    threshold: np.ndarray
    presence: np.ndarray


@dataclass(frozen=True)
class Small:
    """Small crossings of two lists of parts, one per row: their parts' places, what the crossing asks."""

    places: np.ndarray  # crossings × parts
    asked: np.ndarray
    presence: np.ndarray


@dataclass(frozen=True)
class Joint:
    """One crossing: its parts, how wide its interval and how low its lower end must be."""

    parts: tuple[Group, ...]
    width: float
    floor: float


@dataclass(frozen=True)
class Apart:
    """The crossings of a frame that no chain of tables ties together, up to the policy's number of variables."""

    frame: Frame
    persons: Persons
    policy: Policy
    _small: dict[bytes, Small] = field(default_factory=dict)

    @cached_property
    def parts(self) -> Parts:
        """Groups of one variable, then of two of one component, that hold somebody."""
        axes = self.frame.axes
        used = sorted({axis for group in self.frame.printed for axis, _ in group})
        ones: list[Group] = [((axis, code),) for axis in used for code in axes[axis].codes]
        inside = _inside(self.persons.codes, ones)
        several = len({self.frame.component[axis] for axis in used}) > 1
        held = inside.T.astype(int) @ inside.astype(int)
        twos = [
            (*ones[one], *ones[other])
            for one, other in combinations(range(len(ones)), 2)
            if several
            and self.policy.rules.largest_crossing > 2
            and ones[one][0][0] != ones[other][0][0]
            and self.frame.component[ones[one][0][0]] == self.frame.component[ones[other][0][0]]
            and held[one, other]
        ]
        groups = tuple([group for group, some in zip(ones, np.diag(held), strict=True) if some and several] + twos)
        return Parts(
            groups,
            _inside(self.persons.codes, groups),
            np.array([self.frame.component[group[0][0]] for group in groups], dtype=int),
            np.array([self.policy.threshold(class_of(axes, group, self.policy)) for group in groups], dtype=float),
            np.array([names_presence(axes, group) for group in groups], dtype=bool),
        )

    def small(self, known: np.ndarray) -> Small:
        """The small crossings of parts, as a reader who knows some persons (rows of codes) faces them."""
        key = known.tobytes()
        if key not in self._small:
            found = [*self._crossings(known)]
            width = max((places.shape[1] for places, _, _ in found), default=1)
            places = [np.pad(p, ((0, 0), (0, width - p.shape[1])), mode="edge") for p, _, _ in found]
            none = np.zeros((0, width), dtype=int)
            self._small[key] = Small(
                np.vstack([none, *places]),
                np.concatenate([np.zeros(0), *(asked for _, asked, _ in found)]),
                np.concatenate([np.zeros(0, dtype=bool), *(presence for _, _, presence in found)]),
            )
        return self._small[key]

    def _crossings(self, known: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """(places, asked, presence) of the small crossings of two parts, then of three single variables."""
        parts, largest = self.parts, self.policy.rules.largest_crossing
        if not parts.groups or largest < 2:
            return
        size = np.array([len(group) for group in parts.groups])
        mine, inside = _inside(known, parts.groups).astype(np.float32), parts.inside.astype(np.float32)
        order = np.arange(len(size))
        apart = (parts.component[:, None] != parts.component[None, :]) & (order[:, None] < order[None, :])
        here = apart & (size[:, None] + size[None, :] <= largest)
        yield self._batch(inside.T @ inside, mine.T @ mine, here, np.arange(len(size)), len(known) == 0)
        ones = np.flatnonzero(size == 1)
        if largest < 3 or len(ones) < 3:
            return
        apart, inside, mine = apart[np.ix_(ones, ones)], inside[:, ones], mine[:, ones]
        here = apart[:, :, None] & apart[:, None, :] & apart[None, :, :]
        yield self._batch(_threes(inside), _threes(mine), here, ones, len(known) == 0)

    def _batch(
        self, every: np.ndarray, own: np.ndarray, here: np.ndarray, among: np.ndarray, outside: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The small ones of an array of crossings, one dimension per part."""
        asked = _over(np.maximum, self.parts.threshold[among], every.ndim)
        found = np.nonzero(here & (every - own >= 1) & (every < asked))
        asked, mine = asked[found], own[found]
        presence = _over(np.logical_or, self.parts.presence[among], every.ndim)[found] & outside
        # Width asks asked − 1 of the others' persons, reach asked less one's own: the larger of the two.
        return np.column_stack([among[place] for place in found]), np.maximum(asked - mine, asked - 1), presence

    def asks(self, known: np.ndarray) -> list[Protected]:
        """What each part must be able to reach so that no small crossing is bounded by it."""
        small, parts = self.small(known), self.parts
        need = np.zeros(len(parts.groups))
        for column in range(small.places.shape[1]):
            np.maximum.at(need, small.places[:, column], small.asked)
        value = parts.inside.sum(axis=0) - _inside(known, parts.groups).sum(axis=0)
        return [
            Protected(parts.groups[place], None, int(value[place]), need[place], -np.inf, np.inf)
            for place in np.flatnonzero(need > value)
        ]

    def proven(self, known: np.ndarray, pool: np.ndarray) -> list[Joint]:
        """Crossings whose lower end the tables of the pool leave too high."""
        small, parts = self.small(known), self.parts
        if not len(small.asked):
            return []
        everyone = pool[:, : self.frame.starts[1]].sum(axis=1)
        pool, size = pool[everyone == everyone[0]], float(everyone[0])
        low, high = self._ends(pool, known)
        lows = low[small.places]
        if small.places.shape[1] > 2:
            lows[small.places[:, -1] == small.places[:, -2], -1] = size  # a crossing of two parts, its last repeated
        least = np.maximum(0, lows.sum(axis=1) - (small.places.shape[1] - 1) * size)
        most = high[small.places].min(axis=1)
        bad = (least > 0) & ((small.presence) | (most - least < small.asked - 1))
        return [
            Joint(
                tuple(parts.groups[place] for place in dict.fromkeys(small.places[row].tolist())),
                float(small.asked[row] - 1),
                0.0 if small.presence[row] else np.inf,
            )
            for row in np.flatnonzero(bad)
        ]

    def homeless(self, known: np.ndarray) -> dict[Group, float]:
        """The size of the parts that no clique holds, less the persons known."""
        own = self.parts.inside.sum(axis=0) - _inside(known, self.parts.groups).sum(axis=0)
        held = zip(self.parts.groups, own, strict=True)
        return {group: float(size) for group, size in held if self.frame.home(axis for axis, _ in group) is None}

    def _ends(self, pool: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Smallest and largest size of each part among the tables; of one that no clique holds, its own size."""
        parts = self.parts
        own = (parts.inside.sum(axis=0) - _inside(known, parts.groups).sum(axis=0)).astype(float)
        low, high = own.copy(), own.copy()
        homes = [self.frame.home(axis for axis, _ in group) for group in parts.groups]
        held = [place for place, home in enumerate(homes) if home is not None]
        columns = [self.frame.columns(parts.groups[place], homes[place] or 0) for place in held]
        if held:
            sizes = pool @ self.frame.form(columns).T
            low[held], high[held] = sizes.min(axis=0), sizes.max(axis=0)
        return low, high


def _threes(inside: np.ndarray) -> np.ndarray:
    """How many persons belong to each three columns."""
    rows, size = inside.shape
    pairs = (inside[:, :, None] * inside[:, None, :]).reshape(rows, size * size)
    return np.asarray(pairs.T @ inside).reshape(size, size, size)


def _over(join: np.ufunc, values: np.ndarray, dimensions: int) -> np.ndarray:
    """The join of one value per dimension, as an array of that many dimensions."""
    found = values
    for _ in range(dimensions - 1):
        found = join(found[..., None], values)
    return found


def _inside(codes: np.ndarray, groups: tuple[Group, ...] | list[Group]) -> np.ndarray:
    found = np.ones((len(codes), len(groups)), dtype=bool)
    for place, group in enumerate(groups):
        for axis, code in group:
            found[:, place] &= codes[:, axis] == code
    return found
