"""The structures that a report may name: those that agreed to it. The others are named nowhere, in no list either."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from diagnostic.collect.answers import AXES
from diagnostic.core.tables import columns
from diagnostic.privacy import folding


def named(structures: pd.DataFrame) -> pd.DataFrame:
    """One row per structure that agreed to be named, in the order of the names, with the axes that it answers to and
    leaves unsaid; no code, which the team alone keeps."""
    known = agreed(structures)
    answers, unsaid = (
        [";".join(axis for axis in AXES if asked(row[axis])) for row in known.to_dict("records")]
        for asked in (lambda said: not pd.isna(said) and bool(said), pd.isna)
    )
    listed = known.assign(answers=answers, unsaid=unsaid)
    return listed.sort_values(["name", "row"])[columns("release/structures")].reset_index(drop=True)


def refusing(structures: pd.DataFrame) -> list[str]:
    """The names of the structures that did not agree, as far as the team wrote them down; folded."""
    silent = ~structures["agrees_to_be_named"].fillna(False).astype(bool) & structures["name"].notna()
    found = (folding.fold(name).strip() for name in structures.loc[silent, "name"])
    return sorted({name for name in found if name})


def mentions(text: str, names: Collection[str]) -> bool:
    """Whether a text holds one of these names (folded), word for word."""
    said = f" {folding.fold(text)} "
    return any(f" {name} " in said for name in names)


def printable(listed: pd.DataFrame, structures: pd.DataFrame, own: str = "") -> pd.DataFrame:
    """The rows of a list that may be printed: of a structure that is not named no title, field, day or place is either.

    A row goes where a text of it names a structure that did not agree. `own`: the column that names one structure a row, in
    a list that nobody published; rows of those that agreed alone stay, whether the others were asked or not.
    """
    hidden = refusing(structures)
    texts = [name for name in listed if pd.api.types.is_string_dtype(listed[name])]
    gone = pd.Series(False, index=listed.index)
    for name in texts if hidden else ():
        gone |= listed[name].map(lambda text: isinstance(text, str) and mentions(text, hidden)).astype(bool)
    return listed[~gone & agreeing(listed[own], structures)] if own else listed[~gone]


def agreeing(names: pd.Series, structures: pd.DataFrame) -> pd.Series:
    """Whether each name is that of a structure that agreed, or of nobody."""
    known = {folding.fold(name).strip() for name in agreed(structures)["name"]}
    return names.map(lambda name: not isinstance(name, str) or folding.fold(name).strip() in known).astype(bool)


def agreed(structures: pd.DataFrame) -> pd.DataFrame:
    """The rows of the structures that agreed to be named and whose name is written."""
    return structures[structures["agrees_to_be_named"].fillna(False).astype(bool) & structures["name"].notna()]
