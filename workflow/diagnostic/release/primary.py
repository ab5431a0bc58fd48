"""Primary marking: what may not be printed whatever the rest says, and the group of rules that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from diagnostic.release.groups import Axis, Frame, Group, Persons, class_of, member
from diagnostic.release.policy import Policy

REASONS = {
    "": "",
    "small": "Effectif sous le seuil de publication.",
    "contributors": "Trop peu de structures ou de situations, ou l’une domine.",
    "remainder": "Le reste du groupe est sous le seuil, ou vide dans un petit groupe.",
    "place": "Échelon géographique trop fin.",
    "secondary": "Permettrait de retrouver un chiffre protégé.",
    "recoded": "Publié regroupé.",
    "carried": "Valeur de l’édition précédente : elle a changé de moins que le seuil.",
}


def mark(
    frame: Frame,
    persons: Persons,
    policy: Policy,
    told: Mapping[Group, int] | None = None,
    barred: Mapping[Group, str] | None = None,
) -> pd.DataFrame:
    """One row per printed group, in order: `cell`, `level` (variables crossed), `value`, `counted`, `group_class`,
    `threshold`, `structures`, `situations`, `largest_percent`, `reason` ("" when nothing forbids printing it).

    `value` is the figure `told` where there is one, else what is `counted` among the persons. `barred`: groups that may
    not be printed, and the reason.

    A remainder (parent less group) is judged where the parent itself may be printed.
    """
    figures = told or {}
    rows = [_describe(frame, persons, group, policy, figures.get(group)) for group in frame.printed]
    cells = pd.DataFrame(rows)
    forbidden = barred or {}
    cells["reason"] = [
        forbidden.get(group) or _reason(row, policy) for group, row in zip(frame.printed, rows, strict=True)
    ]
    if policy.rules.complements:
        open_groups = {g for g, r in zip(frame.printed, cells["reason"], strict=True) if not r}
        for place, group in enumerate(frame.printed):
            if group in open_groups and any(
                _remainder_is_small(frame.axes, persons, group, parent, policy)
                for parent in parents(group)
                if parent in open_groups
            ):
                cells.loc[place, "reason"] = "remainder"
    return cells


def parents(group: Group) -> list[Group]:
    """The groups that name one variable less."""
    return [group[:place] + group[place + 1 :] for place in range(len(group))]


def too_fine(axes: Sequence[Axis], group: Group, policy: Policy) -> bool:
    """Whether the group names a place below the ladder, or a commune with too few inhabitants."""
    geography = policy.rules.geography
    for axis, code in group:
        variable = axes[axis].variable
        if variable.step and variable.step not in geography.ladder:
            return True
        modality = axes[axis].modality or variable.modalities[code]
        if variable.step == "commune" and variable.populations.get(modality, 0) < geography.commune_population:
            return True
    return False


def _describe(
    frame: Frame, persons: Persons, group: Group, policy: Policy, told: int | None = None
) -> dict[str, object]:
    inside = member(persons.codes, group)
    size = int(inside.sum())
    name = class_of(frame.axes, group, policy)
    structures = np.bincount(persons.structure[inside]) if size else np.zeros(1, dtype=int)
    situations = np.bincount(persons.situation[inside]) if size else np.zeros(1, dtype=int)
    return {
        "cell": frame.name(group),
        "too_fine": too_fine(frame.axes, group, policy),
        "level": len(group),
        "value": size if told is None else told,
        "counted": size,
        "group_class": name,
        "threshold": policy.threshold(name, frame.name(group)),
        "structures": int((structures > 0).sum()),
        "situations": int((situations > 0).sum()),
        "largest_percent": 100 * max(structures.max(), situations.max()) / size if size else 0.0,
    }


def _reason(row: dict[str, object], policy: Policy) -> str:
    rules = policy.rules
    if row["too_fine"]:
        return "place"
    if row["value"] == 0:
        return "" if rules.zeros == "shown" and row["group_class"] != "place" else "small"
    if row["value"] < row["threshold"]:  # type: ignore[operator]
        return "small"
    wanted = rules.contributors
    few = row["structures"] < wanted.structures or row["situations"] < wanted.situations  # type: ignore[operator]
    return "contributors" if few or row["largest_percent"] > wanted.largest_percent else ""  # type: ignore[operator]


def _remainder_is_small(axes: Sequence[Axis], persons: Persons, group: Group, parent: Group, policy: Policy) -> bool:
    """Of two printed counts, the difference is printed too."""
    whole, part = int(member(persons.codes, parent).sum()), int(member(persons.codes, group).sum())
    rest = whole - part
    (axis,) = {axis for axis, _ in group} - {axis for axis, _ in parent}
    if rest == 0:
        return axes[axis].variable.sensitive and whole < policy.rules.attribute_below
    return rest < policy.threshold(class_of(axes, group, policy))
