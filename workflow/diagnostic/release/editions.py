"""Two editions read together: their difference is a table of the newcomers, which no edition ever printed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from diagnostic.release.groups import Axis, Frame, Group, Persons, Variable, all_groups, class_of
from diagnostic.release.policy import Policy
from diagnostic.release.siege import Book
from diagnostic.release.targets import Protected

EDITION = Variable("edition", ("précédente", "nouvelle"), "édition")
OLD, NEW = 0, 1


@dataclass(frozen=True)
class Previous:
    """An earlier edition. `shown`: cell → (figure printed, least and most it stands for); `counted`: which of today's
    persons it counted already. Persons who have left since are not modelled: the editions are cumulative."""

    shown: Mapping[str, tuple[int, int, int]]
    counted: np.ndarray

    def carried(self, cells: pd.DataFrame, policy: Policy) -> dict[str, tuple[int, int, int]]:
        """The figures that keep their earlier value, having changed by less than their threshold: cell → (figure,
        least and most that a reader who knows the rule concludes about today's count)."""
        if policy.rules.editions != "carry":
            return {}
        found = {}
        for cell, value, threshold in zip(cells["cell"], cells["value"], cells["threshold"], strict=True):
            if cell in self.shown:
                told, low, high = self.shown[cell]
                if abs(int(value) - told) < threshold:
                    found[cell] = (told, max(low, told - threshold + 1), max(high, told + threshold - 1))
        return found


def two_editions(book: Book, persons: Persons, previous: Previous) -> tuple[Book, np.ndarray, frozenset[str]]:
    """Both editions as one book, the persons coded with their edition, and the names of the earlier facts."""
    frame = book.frame
    edition = len(frame.axes)
    old: dict[Group, tuple[int, int]] = {}
    for group in frame.printed:
        if frame.name(group) in previous.shown:
            _, low, high = previous.shown[frame.name(group)]
            old[(*group, (edition, OLD))] = (low, high)
    extra = sorted({(*(axis for axis, _ in group), edition) for group in frame.printed if group})
    both = replace(
        frame,
        axes=(*frame.axes, Axis(EDITION, "")),
        printed=(*frame.printed, *old),
        extra=(*frame.extra, *extra),
    )
    codes = np.column_stack([persons.codes, np.where(previous.counted, OLD, NEW)])
    kept = frozenset(both.name(group) for group in old)
    return Book(both, {**book.shown, **old}, book.statements), codes, kept


def newcomers(frame: Frame, codes: np.ndarray, policy: Policy) -> list[Protected]:
    """Every small group of newcomers, up to `largest_crossing` variables: that it holds somebody must not be proven,
    and its interval must be at least threshold − 1 wide.

    That it may reach its threshold is not asked: a figure carried over says by itself that few came.
    """
    axes: Sequence[Axis] = frame.axes[:-1]
    edition = len(axes)
    arrived = codes[codes[:, edition] == NEW]
    used = {axis for group in frame.printed for axis, _ in group}
    found = []
    for group, size in all_groups(axes, arrived[:, :edition], policy.rules.largest_crossing).items():
        threshold = policy.threshold(class_of(axes, group, policy))
        if size < threshold and {axis for axis, _ in group} <= used:
            found.append(Protected((*group, (edition, NEW)), None, size, -math.inf, threshold - 1, 0))
    return found
