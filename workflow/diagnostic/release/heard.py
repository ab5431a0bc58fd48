"""Interviews: of which fields and towns they are told, and when those that came since the last edition may be.

A structure agrees to be named for what it offers, not for having been heard: no number may say which ones were. Interviews
are kept with a batch of their own, as those who answered are with theirs; a new one is issued when it tells of no few
structures either, whoever subtracts the last.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from diagnostic.collect.answers import FIELDS
from diagnostic.core.french import slug
from diagnostic.privacy import folding
from diagnostic.release.audit import INTERVIEWS, Population, Previous, enough
from diagnostic.release.named import named
from diagnostic.release.policy import Policy
from diagnostic.release.ungrouped import OFFICE

MEETINGS = "consolidate/meetings"  # the table of the facts on interviews
HEARD, WHERE = "interviews.field.", "interviews.place."  # interviews of one field, or in one town
WHEN = {"interviews.month.": 7, "interviews.year.": 4}  # of one month, or one year → how much of a day says which
TOWNS = (
    "interviews.place_unknown",
    "interviews.towns",
)  # interviews in no town that is written, and how many towns are
DAYS = (
    "interviews.first_date",
    "interviews.last_date",
    "interviews.days",
)  # the day of some interview, and how many days there were: where as many as interviews, both ends are the day of one
FEW = 3  # fewer structures may not be told apart from the others
PROSECUTOR = "prosecutor"  # the interlocutor of OFFICE
WHO = ["activity_field", "place", "structure", "interlocutor", "date"]  # what the key of an interview says of it
REST = ""


def population(meetings: pd.DataFrame) -> dict[str, Population]:
    """The interviews as a population (one row per interview), each with its structure; none without rows. The key of a row
    is what it says, in the vault alone: a row corrected is one gone and one come."""
    if meetings.empty:
        return {}
    told = meetings.assign(
        place=meetings["place"].map(slug, na_action="ignore"),
        structure=meetings["structure"].map(folding.fold, na_action="ignore"),
        date=meetings["date"].dt.strftime("%Y-%m-%d"),
    )
    said = told[WHO].astype("object").fillna("").astype("str").agg("\x1f".join, axis=1)
    key = said + "\x1f" + said.groupby(said).cumcount().astype("str")
    rows, structure = np.arange(len(told)), pd.factorize(told["structure"].fillna(key))[0]
    return {
        INTERVIEWS: Population(INTERVIEWS, rows, structure, meetings.reset_index(drop=True), key.to_numpy(dtype=str))
    }


def untold(facts: pd.DataFrame, meetings: pd.DataFrame, structures: pd.DataFrame) -> pd.Series:
    """The facts on interviews to withhold, of the team's own list: those of a day, whose month is told; those of every month,
    or of every year, where too few structures were met in one; those of a field, or in a town, where too few structures
    were met, or whose structures that are named could be those that were met. Beside such a town the total would leave few
    interviews to few towns: neither how many interviews name none nor how many towns there are is told of any study, since
    what is told of some only would say which have one. A mask."""
    agreed = named(structures)["activity_field"].value_counts()
    gone = [
        *(HEARD + field for field in untold_fields(meetings, FEW, agreed)),
        *(WHERE + town for town in untold_towns(meetings, FEW)),
        *TOWNS,
        *DAYS,
    ]
    alone = tuple(prefix for prefix, length in WHEN.items() if _alone(meetings, length))
    told_of = facts["fact_id"].isin(gone) | facts["fact_id"].str.startswith(alone)
    return facts["source_table"].eq(MEETINGS) & facts["origin"].eq("observed") & told_of


def _alone(meetings: pd.DataFrame, length: int) -> bool:
    """Whether few structures were met in some month, or year: whoever knows of one would have counted the others. A month
    without a bar is one without interview, so that all are told or none is."""
    when = meetings["date"].dt.strftime("%Y-%m-%d").str[:length]
    return bool(_structures_met(meetings.assign(when=when), "when").lt(FEW).any())


def held(
    facts: pd.DataFrame, found: pd.DataFrame, before: Previous | None, told: pd.Index, own: Population, policy: Policy
) -> bool:
    """Whether the interviews keep their last edition, of which `told` are the facts: too few came or went, or, by field, by
    town, by office, by month or by year, what both editions print tells of a few structures. `found`: the rows of the ledger."""
    if before is None:
        return False
    if policy.draft or not enough(before, own, policy):
        return True
    now = set(facts.loc[found["verdict"].eq("shown"), "fact_id"]) & set(told)
    keys = set(own.key.tolist())
    came, went = (
        _rows(sorted(some)).assign(times=times) for some, times in ((keys - before.keys, 1), (before.keys - keys, -1))
    )
    return _few(pd.concat([came, went], ignore_index=True), now)


def _few(rows: pd.DataFrame, told: set[str]) -> bool:
    """Whether what changed in some part of the interviews, told apart by what is printed (`told`), is of a few structures.
    `rows`: one per interview that came (`times` 1) or went (-1); one corrected elsewhere changes nothing of its part."""
    fields, towns = (prefix + rows[name] for prefix, name in ((HEARD, "activity_field"), (WHERE, "place")))
    office = rows["interlocutor"].eq(PROSECUTOR).map({True: OFFICE, False: REST})
    dates = (prefix + rows["date"].str[:length] for prefix, length in WHEN.items())
    parts = (part.where(part.isin(list(told)), REST) for part in (fields, towns, office, *dates))
    who = rows["structure"].where(rows["structure"].ne(""), rows.index.astype("str"))
    changed = (rows["times"].groupby([part, who]).sum().ne(0).groupby(level=0).sum() for part in parts)
    return any(bool(number.between(1, FEW - 1).any()) for number in changed)


def _rows(keys: list[str]) -> pd.DataFrame:
    """What the keys of interviews say of them: one row per key."""
    return pd.DataFrame([one.split("\x1f")[: len(WHO)] for one in keys], columns=WHO, dtype="str")


def untold_fields(meetings: pd.DataFrame, least: int, agreed: Mapping[str, int] | pd.Series) -> list[str]:
    """The fields of activity whose interviews are not counted apart (`meetings`: one row per interview; `agreed`: field →
    structures of it that are named).

    Those where fewer than `least` structures were met, none included, since a word for one or two alone would tell of them;
    those of no more named structures than interviews, which would be taken for those met; then those of the fewest
    interviews, until what the exact total leaves is of several fields, of as many structures, and of more named ones. None
    where every structure met is of a field of enough.
    """
    fields = list(FIELDS)
    met = _structures_met(meetings, "activity_field").reindex(fields, fill_value=0)
    held_ = meetings["activity_field"].value_counts().reindex(fields, fill_value=0)
    known = pd.Series(dict(agreed), dtype=int).reindex(fields, fill_value=0)
    hidden = [field for field in fields if met[field] < least or _guessed(known[field], held_[field])]
    if not met[hidden].sum():
        return []
    for field in sorted(set(fields) - set(hidden), key=lambda one: (held_[one], fields.index(one))):
        guessed = _guessed(known[hidden].sum(), held_[hidden].sum())
        if len(hidden) > 1 and met[hidden].sum() >= least and not guessed:
            break
        hidden.append(field)
    return hidden


def _guessed(agreed: int, interviews: int) -> bool:
    """Whether the structures that are named, of a field, could all be those that were met there."""
    return 0 < agreed <= interviews


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
