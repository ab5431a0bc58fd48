"""Studies that hold every pair of values of two axes, as few as a greedy drawing finds; the seed decides which."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from .axes import AXES, Choice, allowed

Pair = tuple[str, str, str, str]
TRIES = 8  # candidates that a study is the best of


def every_pair(axes: Mapping[str, tuple[str, ...]] = AXES) -> set[Pair]:
    """All pairs that a study can have, each axis before the other in the table."""
    return {
        (one, value, two, other)
        for one, two in combinations(axes, 2)
        for value in axes[one]
        for other in axes[two]
        if allowed(one, value, two, other)
    }


def pairs_of(choice: Choice) -> set[Pair]:
    """The pairs of one study."""
    return {(one, choice[one], two, choice[two]) for one, two in combinations(AXES, 2)}


def drawn(number: int, seed: int, axes: Mapping[str, tuple[str, ...]] = AXES) -> list[dict[str, str]]:
    """`number` studies: what they hold of the pairs grows as fast as a greedy choice allows; when all are held, it begins
    again with other studies, so that any number may be asked."""
    return [found for found, _ in _studies(number, seed, axes)]


def needed(seed: int, axes: Mapping[str, tuple[str, ...]] = AXES, most: int = 2000) -> int:
    """How many studies hold every pair, with this seed."""
    for number, (_, left) in enumerate(_studies(most, seed, axes), 1):
        if not left:
            return number
    raise ValueError(f"pairs left by {most} studies")


def _studies(number: int, seed: int, axes: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[dict[str, str], int]]:
    """Each study, with the number of pairs that are then in none."""
    random_ = random.Random(f"pairs {seed}")
    values = [(name, value) for name in axes for value in axes[name]]
    spans = {name: [at for at, (axis, _) in enumerate(values) if axis == name] for name in axes}
    may = np.array([[one[0] != two[0] and allowed(*one, *two) for two in values] for one in values])
    wanted = may.copy()
    for _ in range(number):
        if not wanted.any():
            wanted = may.copy()
        best = max((_candidate(wanted, may, spans, random_) for _ in range(TRIES)), key=lambda one: _held(wanted, one))
        wanted[np.ix_(best, best)] = False
        yield {values[at][0]: values[at][1] for at in sorted(best)}, int(wanted.sum()) // 2


def _held(wanted: np.ndarray, study: list[int]) -> int:
    return int(wanted[np.ix_(study, study)].sum())


def _candidate(
    wanted: np.ndarray, may: np.ndarray, spans: Mapping[str, list[int]], random_: random.Random
) -> list[int]:
    """One study that begins with a wanted pair; each other axis takes the value with most wanted pairs, those that
    contradict what is chosen left out. Begins again where no value is left."""
    ones, twos = np.nonzero(wanted)
    while True:
        at = random_.randrange(len(ones))
        chosen = [int(ones[at]), int(twos[at])]
        rest = [span for span in spans.values() if not set(span) & set(chosen)]
        random_.shuffle(rest)
        rest.sort(key=len, reverse=random_.random() < 0.5)
        for span in rest:
            left = [value for value in span if may[value, chosen].all()]
            if not left:
                break
            chosen.append(max(left, key=lambda value: (int(wanted[value, chosen].sum()), random_.random())))
        else:
            return chosen
