"""The structures that a report may name: those that agreed to it. The others are named nowhere, in no list either."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from diagnostic.collect.answers import AXES, FIELDS
from diagnostic.core.french import slug
from diagnostic.core.tables import columns
from diagnostic.privacy import folding
from diagnostic.release.tables import ListedStructure


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
    agreed = {folding.fold(name).strip() for name in _agreed(structures)["name"]}
    return names.map(lambda name: not isinstance(name, str) or folding.fold(name).strip() in agreed).astype(bool)


def narrow_fields(structures: pd.DataFrame, least: int) -> bool:
    """Whether structures by field, beside the list of those that are named, tell of fewer than `least` unnamed ones."""
    left = structures.drop(_agreed(structures).index)
    return bool(left["activity_field"].value_counts().between(1, least - 1).any())


def narrow_axes(structures: pd.DataFrame, least: int) -> bool:
    """The same of the structures that answer to each axis, or have not said whether they do."""
    left = structures.drop(_agreed(structures).index)
    said = [count for axis in AXES for count in (left[axis].eq(True).sum(), left[axis].isna().sum())]
    return any(0 < count < least for count in said)


def untold_fields(meetings: pd.DataFrame, least: int) -> list[str]:
    """The fields of activity whose interviews are not counted apart (`meetings`: one row per interview).

    Those where fewer than `least` structures were met, none included, since a word for one or two alone would tell of them;
    then those of the fewest interviews, until what the exact total leaves is of several fields and as many structures. None
    where every structure met is of a field of enough.
    """
    met = _structures_met(meetings, "activity_field").reindex(list(FIELDS), fill_value=0)
    hidden = [field for field in FIELDS if met[field] < least]
    if not met[hidden].sum():
        return []
    held = meetings["activity_field"].value_counts()
    for field in sorted(set(met.index) - set(hidden), key=lambda one: (held[one], list(FIELDS).index(one))):
        if len(hidden) > 1 and met[hidden].sum() >= least:
            break
        hidden.append(field)
    return hidden


def untold_towns(meetings: pd.DataFrame, least: int) -> list[str]:
    """The towns whose interviews are not counted apart, as identifiers name them (`meetings`: one row per interview).

    Those where fewer than `least` structures were met, however many interviews were; then those of the fewest interviews,
    until what the exact total leaves, with the interviews that name no town, may be `least` numbers for each of them.
    """
    towns = meetings["place"].map(slug, na_action="ignore")
    met, held = _structures_met(meetings.assign(place=towns), "place"), towns.value_counts()
    hidden = list(met.index[met < least])
    if not hidden:
        return []
    for town in sorted(set(met.index) - set(hidden), key=lambda one: (held[one], one)):
        if held[hidden].sum() + towns.isna().sum() - len(hidden) + 1 >= least:
            break
        hidden.append(town)
    return hidden


def _structures_met(meetings: pd.DataFrame, column: str) -> pd.Series:
    """How many structures were met, by the values of a column; one that is not written is one more."""
    one_more = pd.Series(meetings.index.astype("str"), index=meetings.index)
    return (
        meetings["structure"].map(folding.fold, na_action="ignore").fillna(one_more).groupby(meetings[column]).nunique()
    )


def _agreed(structures: pd.DataFrame) -> pd.DataFrame:
    return structures[structures["agrees_to_be_named"].fillna(False).astype(bool) & structures["name"].notna()]
