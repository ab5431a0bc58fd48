"""From situations to persons: how many each situation holds, and one row per person, nothing invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from diagnostic.codebook.meaning import STATUS, Meaning
from diagnostic.consolidate.attributes import Sizes
from diagnostic.consolidate.described import known, options

STATES = ("unknown", "no", "yes")
SPREAD_OVER_PERSONS = ("gender", "age_band", "nationality", "housing", "occupation", "finances", "prostitution_form")


def sizes(described: pd.DataFrame, group: np.ndarray, central: bool = False) -> Sizes:
    """Persons of each situation. With `central`, a range counts for its middle and a blank for the mean of the others."""
    low = described["persons_low"].astype(float).to_numpy()
    study = described["persons"].astype(float).to_numpy()
    high = described["persons_most"].astype(float).to_numpy()
    return Sizes(low, middle(described) if central else study, high, group)


def middle(described: pd.DataFrame) -> np.ndarray:
    """The central number of each situation: the one written or the middle of the range; elsewhere the mean of these,
    never under what the answer guarantees."""
    written = described["persons_central"].astype(float)
    mean = written.mean() if written.notna().any() else 1.0
    values = written.fillna(mean).to_numpy(dtype=float)
    return np.maximum(values, described["persons_low"].astype(float).to_numpy())


def status(described: pd.DataFrame, group: np.ndarray, meaning: Meaning) -> np.ndarray:
    """Per group 2 in prostitution (probable or proven), 1 at risk only, 0 not said: its strongest description."""
    rank = described[f"{STATUS}.code"].map(dict(meaning.strengths)).fillna(0).to_numpy(dtype=int)
    strongest = np.zeros(int(group.max()) + 1 if len(group) else 0, dtype=int)
    np.maximum.at(strongest, group, rank)
    return strongest


def persons(described: pd.DataFrame, group: np.ndarray, meaning: Meaning) -> pd.DataFrame:
    """One row per person under the study's rule, with what is known of each.

    Columns: `person`, `group` (the key of its first situation), `source`, `persons_in_group`, `in_prostitution`, then
    `variable/option` for each option of SPREAD_OVER_PERSONS, as yes, no or unknown. In a group with several answers the
    first persons carry one answer each and the rest are unknown (rule `groupe_mixte`); `mixed` names the variables
    dealt so: which person has which pair of answers is unknown, so two of them are never crossed.
    """
    numbers = sizes(described, group)
    held = numbers.largest(numbers.study).astype(int)
    first = pd.Series(np.arange(len(group))).groupby(group).first().to_numpy(dtype=int)
    at = np.repeat(np.arange(len(held)), held)
    rank = np.arange(len(at)) - np.repeat(np.cumsum(held) - held, held)
    key = described["situation"].to_numpy()[first] if len(first) else np.array([], dtype=object)
    columns: dict[str, object] = {
        "person": pd.array([f"{key[g]}/{r + 1}" for g, r in zip(at, rank, strict=True)], dtype="str"),
        "group": _texts(key, at),
        "source": _texts(_sources(described, group), at),
        "persons_in_group": pd.array(held[at], dtype="Int64"),
        "in_prostitution": _texts(STATES, status(described, group, meaning)[at]),
    }
    mixed = np.full(len(held), "", dtype=object)
    for variable in SPREAD_OVER_PERSONS:
        made, several = _dealt(options(described, variable), numbers, variable in meaning.exclusive, held, at, rank)
        columns |= {f"{variable}/{name}": states for name, states in made.items()}
        mixed[several] = [f"{old} {variable}".strip() for old in mixed[several]]
    return pd.DataFrame({**columns, "mixed": _texts(mixed, at)})


def _texts(names: Sequence[str] | np.ndarray, at: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """The names at these places, as a text column: each name is turned into a text once."""
    return pd.array(names, dtype="str").take(at)


def _sources(described: pd.DataFrame, group: np.ndarray) -> np.ndarray:
    """Where the group was described: response, interview, or both."""
    interview = (described["source"] == "interview").to_numpy()
    count = np.bincount(group, minlength=int(group.max()) + 1 if len(group) else 0)
    from_interviews = np.bincount(group, weights=interview, minlength=len(count))
    return np.where(from_interviews == 0, "response", np.where(from_interviews == count, "interview", "both"))


def _dealt(
    chosen: Mapping[str, np.ndarray],
    numbers: Sizes,
    exclusive: bool,
    held: np.ndarray,
    at: np.ndarray,
    rank: np.ndarray,
) -> tuple[dict[str, object], np.ndarray]:
    """The answers to one variable, person by person, and the groups in which they were dealt."""
    names = known(chosen)
    if not names:
        return {}, np.zeros(len(held), dtype=bool)
    ticked = np.column_stack([numbers.largest(chosen[name].astype(float)) > 0 for name in names])
    count = ticked.sum(axis=1)
    whole = (count == 1) | ((count > 1) & (held == 1) & (not exclusive))
    several = (count > 1) & (held > 1) & (count <= held if exclusive else True)
    deal = np.cumsum(ticked, axis=1) - 1  # the person who carries the option, in a mixed group
    carries = several[at, None] & ticked[at] & (deal[at] == rank[:, None])
    if exclusive:  # who carries one answer has no other
        carried = carries.any(axis=1)
        no = carried[:, None] & ~carries | several[at, None] & ~ticked[at]
    else:
        no = several[at, None] & ~ticked[at]
    yes = whole[at, None] & ticked[at] | carries
    no |= whole[at, None] & ~ticked[at]
    state = np.where(yes, 2, np.where(no, 1, 0))
    made: dict[str, object] = {name: _texts(STATES, state[:, column]) for column, name in enumerate(names)}
    return made, several
