"""The structures that a report may name: those that agreed to it. The others are named nowhere, in no list either."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from diagnostic.collect.answers import AXES
from diagnostic.core.tables import columns
from diagnostic.privacy import folding
from diagnostic.release.tables import ListedStructure

UNNAMED = "structure non nommée"


def named(structures: pd.DataFrame) -> pd.DataFrame:
    """One row per structure that agreed to be named, in the order of the names, with the axes that it answers to and
    leaves unsaid; no code, which the team alone keeps."""
    agreed = _agreed(structures)
    answers, unsaid = (
        [";".join(axis for axis in AXES if asked(row[axis])) for row in agreed.to_dict("records")]
        for asked in (lambda said: not pd.isna(said) and bool(said), pd.isna)
    )
    listed = agreed.assign(answers=answers, unsaid=unsaid)
    return listed.sort_values(["name", "row"])[columns(ListedStructure)].reset_index(drop=True)


def refusing(structures: pd.DataFrame) -> list[str]:
    """The names of the structures that did not agree, as far as the team wrote them down; folded."""
    silent = ~structures["agrees_to_be_named"].fillna(False).astype(bool) & structures["name"].notna()
    found = (folding.fold(name).strip() for name in structures.loc[silent, "name"])
    return sorted({name for name in found if name})


def mentions(text: str, names: Collection[str]) -> bool:
    """Whether a text holds one of these names (folded), word for word."""
    said = f" {folding.fold(text)} "
    return any(f" {name} " in said for name in names)


def unnamed(listed: pd.DataFrame, structures: pd.DataFrame, own: str = "", beside: Sequence[str] = ()) -> pd.DataFrame:
    """A list as it may be printed: a text that names a structure that did not agree says so instead.

    `own`: the column that names one structure a row, in a list that nobody published; those that agreed alone stay there,
    whether the others were asked or not. `beside`: the columns that would tell which it is, empty for the others.
    """
    if own:
        agreed = {folding.fold(name).strip() for name in _agreed(structures)["name"]}
        kept = (
            listed[own].map(lambda name: not isinstance(name, str) or folding.fold(name).strip() in agreed).astype(bool)
        )
        listed = listed.assign(
            **{own: listed[own].where(kept, UNNAMED)}, **{name: listed[name].where(kept) for name in beside}
        )
    hidden = refusing(structures)
    if not hidden:
        return listed

    def told(text: object) -> object:
        return UNNAMED if isinstance(text, str) and mentions(text, hidden) else text

    return listed.assign(
        **{name: listed[name].map(told) for name in listed if pd.api.types.is_string_dtype(listed[name])}
    )


def _agreed(structures: pd.DataFrame) -> pd.DataFrame:
    return structures[structures["agrees_to_be_named"].fillna(False).astype(bool) & structures["name"].notna()]
