"""Editions read together: what two of them differ by is a table of the newcomers, which no edition ever printed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from diagnostic.release.groups import Axis, Frame, Group, Persons, Statement, Variable, class_of
from diagnostic.release.policy import Policy
from diagnostic.release.siege import Book
from diagnostic.release.targets import Protected

EDITION = Variable("edition", ("précédente", "nouvelle"), "édition")


@dataclass(frozen=True)
class Previous:
    """An earlier edition. `shown`: cell → (figure printed, least and most it stands for); `counted`: which of today's
    persons it counted already. Persons who have left since are not modelled: the editions are cumulative."""

    shown: Mapping[str, tuple[int, int, int]]
    counted: np.ndarray
    name: str = "précédente"
    denied: int = 0  # figures that the rows counted then no longer give


def carried(previous: Sequence[Previous], cells: pd.DataFrame, policy: Policy) -> dict[str, tuple[int, int, int]]:
    """The figures that keep the value of the last edition, having changed by less than their threshold: cell →
    (figure, least and most that a reader who knows the rule concludes about today's count)."""
    if policy.rules.editions != "carry" or not previous:
        return {}
    last, found = previous[-1].shown, {}
    for cell, value, threshold in zip(cells["cell"], cells["value"], cells["threshold"], strict=True):
        if cell in last:
            told, low, high = last[cell]
            if abs(int(value) - told) < threshold:
                found[cell] = (told, max(low, told - threshold + 1), max(high, told + threshold - 1))
    return found


def joined(book: Book, persons: Persons, previous: Sequence[Previous]) -> tuple[Book, np.ndarray, frozenset[str]]:
    """All editions as one book, the persons coded with the edition that counted them first, and the names of the
    earlier facts.

    An edition counts those who came with it and with the ones before: each of its figures is a sum over them.
    """
    frame = book.frame
    edition = len(frame.axes)
    arrived = np.full(len(persons.codes), len(previous))
    said: dict[str, Statement] = {}
    for place in reversed(range(len(previous))):
        arrived[previous[place].counted] = place
        for group in frame.printed:
            if frame.name(group) in previous[place].shown:
                _, low, high = previous[place].shown[frame.name(group)]
                terms = tuple((1, (*group, (edition, code))) for code in range(place + 1))
                name = f"{frame.label(group)} (édition {previous[place].name})"
                name = name if name not in said else f"{name} {frame.name(group)}"
                said[name] = Statement(name, terms, low, high)
    axis = Axis(replace(EDITION, modalities=(*(one.name for one in previous), "nouvelle")), "")
    extra = sorted({(*(axis for axis, _ in group), edition) for group in frame.printed if group})
    wider = replace(frame, axes=(*frame.axes, axis), extra=(*frame.extra, *extra))
    codes = np.column_stack([persons.codes, arrived])
    return Book(wider, book.shown, (*book.statements, *said.values())), codes, frozenset(said)


def newcomers(frame: Frame, codes: np.ndarray, policy: Policy) -> list[Protected]:
    """Every small group of those who came after the first edition, edition by edition, up to `largest_crossing`
    variables: that it holds somebody must not be proven, and its interval must be at least as wide as the ordinary
    threshold less one.

    Neither that it may reach its threshold nor a wider interval is asked: a total carried over says by itself that
    fewer came than the ordinary threshold.
    """
    axes: Sequence[Axis] = frame.axes[:-1]
    edition = len(axes)
    used = {axis for group in frame.printed for axis, _ in group}
    found = []
    for code in range(1, frame.axes[-1].size):
        came = codes[codes[:, edition] == code]
        for group, size in _held(axes, came[:, :edition], sorted(used), policy.rules.largest_crossing).items():
            threshold = policy.threshold(class_of(axes, group, policy))
            if size < threshold:
                found.append(
                    Protected((*group, (edition, code)), None, size, -math.inf, policy.rules.thresholds.ordinary - 1, 0)
                )
    return found


def _held(axes: Sequence[Axis], codes: np.ndarray, used: Sequence[int], largest: int) -> Counter[Group]:
    """Every group of 1 to `largest` of the axes used that holds somebody, with its size; row by row, for few rows."""
    said = {axis: set(axes[axis].codes) for axis in used}
    found: Counter[Group] = Counter()
    for row in codes.tolist():
        own = [(axis, row[axis]) for axis in used if row[axis] in said[axis]]
        for size in range(1, largest + 1):
            found.update(combinations(own, size))
    return found
