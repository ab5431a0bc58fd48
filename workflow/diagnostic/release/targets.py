"""Every group that must stay unknown, and what must stay possible for it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnostic.release.attack import Targets
from diagnostic.release.groups import Frame, Group, Persons, all_groups, class_of, member, names_presence
from diagnostic.release.policy import Policy
from diagnostic.release.primary import parents

REMAINDER = " ∖ "


def named(frame: Frame, target: str) -> str:
    """How a team calls a target: the labels of its modalities, in order."""
    labels = {axis.name(code): axis.label(code) for axis in frame.axes for code in range(axis.size)}

    def told(group: str) -> str:
        return " × ".join(labels.get(part, part) for part in group.split(" & ")).replace("total", "ensemble")

    return " sans ".join(told(group) for group in target.split(REMAINDER))


@dataclass(frozen=True)
class Protected:
    """One group to protect: the persons of `group` who are not in `less` (None: all of them)."""

    group: Group
    less: Group | None
    value: int
    reach: float
    width: float
    floor: float

    def name(self, frame: Frame) -> str:
        return frame.name(self.group) + (f"{REMAINDER}{frame.name(self.less)}" if self.less is not None else "")

    @property
    def axes(self) -> frozenset[int]:
        return frozenset(axis for axis, _ in (self.less or self.group))


def small_groups(frame: Frame, persons: Persons, policy: Policy) -> list[Protected]:
    """Every crossing of 1 to `largest_crossing` published variables that holds fewer persons than its threshold.

    Criteria: it must stay possible that the group reaches its threshold (P1), the interval must be at least
    threshold − 1 wide (P2), and for the classes of PRESENCE zero must stay possible (P3). Crossings of variables that
    no chain of tables ties together are `Apart`'s.
    """
    used = {axis for group in frame.printed for axis, _ in group}
    found = []
    for group, size in all_groups(frame.axes, persons.codes, policy.rules.largest_crossing, frame.component).items():
        name = class_of(frame.axes, group, policy)
        threshold = policy.threshold(name, frame.name(group))
        if size < threshold and {axis for axis, _ in group} <= used:
            found.append(_small(frame, group, None, size, threshold))
    return found


def _small(frame: Frame, group: Group, less: Group | None, size: int, threshold: int) -> Protected:
    presence = names_presence(frame.axes, less or group)
    return Protected(group, less, size, threshold, threshold - 1, 0 if presence else math.inf)


def remainders(frame: Frame, persons: Persons, policy: Policy) -> list[Protected]:
    """What is left of a printed table's parent once one of its groups is taken away, where that is small.

    Also the empty ones: that all or none of a small group share a sensitive answer must not be proven (R3).
    """
    printed = set(frame.printed)
    found = []
    for group in frame.printed:
        size = int(member(persons.codes, group).sum())
        for parent in parents(group):
            whole = int(member(persons.codes, parent).sum())
            ((axis, code),) = set(group) - set(parent)
            secret = frame.axes[axis].variable.sensitive and 0 < whole < policy.rules.attribute_below
            name = class_of(frame.axes, group, policy)
            threshold = policy.threshold(name)
            if parent in printed and policy.rules.complements and 0 < whole - size < threshold and size:
                found.append(_small(frame, parent, group, whole - size, threshold))
            if secret and size == 0 and not _impossible(frame, group):
                found.append(Protected(group, None, 0, 1, 1, math.inf))
            others = [(*parent, (axis, other)) for other in range(frame.axes[axis].size) if other != code]
            if secret and size == whole and not all(_impossible(frame, other) for other in others):
                found.append(Protected(parent, group, 0, 1, 1, math.inf))
    return list(dict.fromkeys(found))


def _impossible(frame: Frame, group: Group) -> bool:
    """Whether nobody can be in a group, by what answers imply of one another: that is no secret of anybody's."""
    return any(set(empty) <= set(group) for empty in frame.empty)


def dominated(frame: Frame, persons: Persons, marked: pd.DataFrame) -> list[Protected]:
    """Printed groups withheld for another reason than their size: they must not be recovered closely either."""
    found = []
    for group, row in zip(frame.printed, marked.to_dict("records"), strict=True):
        if row["reason"] in ("contributors", "place") and row["value"] >= row["threshold"]:
            size = int(member(persons.codes, group).sum())
            found.append(Protected(group, None, size, 0, row["threshold"] - 1, math.inf))
    return found


def protected(frame: Frame, persons: Persons, policy: Policy, marked: pd.DataFrame) -> list[Protected]:
    """Everything to protect, each once, in a fixed order."""
    every = [
        *small_groups(frame, persons, policy),
        *remainders(frame, persons, policy),
        *dominated(frame, persons, marked),
    ]
    return list(dict.fromkeys(every))


def as_targets(frame: Frame, groups: list[Protected], known: np.ndarray | None = None) -> tuple[list[int], Targets]:
    """The groups that lie inside one clique, as forms over the columns: (their places in `groups`, targets)."""
    places, plus, minus = [], [], []
    for place, one in enumerate(groups):
        home = frame.home(one.axes)
        if home is None:
            continue
        places.append(place)
        plus.append(frame.columns(one.group, home))
        minus.append(frame.columns(one.less, home) if one.less is not None else np.array([], dtype=int))
    chosen = [groups[place] for place in places]
    return places, _targets(frame, chosen, plus, minus)


def _targets(frame: Frame, chosen: list[Protected], plus: list[np.ndarray], minus: list[np.ndarray]) -> Targets:
    return Targets(
        names=tuple(one.name(frame) for one in chosen),
        forms=frame.form(plus, minus),
        value=np.array([one.value for one in chosen], dtype=float),
        reach=np.array([one.reach for one in chosen], dtype=float),
        width=np.array([one.width for one in chosen], dtype=float),
        floor=np.array([one.floor for one in chosen], dtype=float),
    )
