"""From situations to persons: how many each situation holds, and one row per person, nothing invented."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from diagnostic.codebook.model import DONT_KNOW, STATUS, Meaning
from diagnostic.collect.table_names import EITHER

STATES = ("unknown", "no", "yes")
SETS = ("vulnerability", "origin_region")  # the sets of answers that are coded after reading, twice sometimes
SPREAD_OVER_PERSONS = ("gender", "age_band", "nationality", "housing", "occupation", "finances", "prostitution_form")


def sizes(described: pd.DataFrame, group: np.ndarray, central: bool = False) -> "Sizes":
    """Persons of each situation. With `central`, a range counts for its middle and a blank for the mean of the others."""
    low = described["persons_low"].astype(float).to_numpy()
    study = described["persons"].astype(float).to_numpy()
    high = described["persons_most"].astype(float).to_numpy()
    return Sizes(low, middle(described) if central else study, high, group)


def middle(described: pd.DataFrame) -> np.ndarray:
    """The central number of each situation: the one written or the middle of the range; else the mean of these, or one."""
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
        one = numbers.largest(either(described, variable).astype(float)) > 0
        exclusive = variable in meaning.exclusive
        made, several = _dealt(options(described, variable), numbers, exclusive, held, (at, rank), one)
        columns |= {f"{variable}/{name}": states for name, states in made.items()}
        mixed[several] = [f"{old} {variable}".strip() for old in mixed[several]]
    return pd.DataFrame({**columns, "mixed": _texts(mixed, at)})


def _texts(names: Sequence[str] | np.ndarray, at: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """The names at these places, as a text column: each name is turned into a text once."""
    return pd.array(names, dtype="str").take(at)


def _sources(described: pd.DataFrame, group: np.ndarray) -> np.ndarray:
    """Where the group was described: response, interview, or both."""
    interview = (described["source"] == "interview").to_numpy()
    count, from_interviews = np.bincount(group), np.bincount(group, weights=interview)
    return np.where(from_interviews == 0, "response", np.where(from_interviews == count, "interview", "both"))


def _dealt(
    chosen: Mapping[str, np.ndarray],
    numbers: "Sizes",
    exclusive: bool,
    held: np.ndarray,
    persons: tuple[np.ndarray, np.ndarray],
    one: np.ndarray,
) -> tuple[dict[str, object], np.ndarray]:
    """The answers to one variable, person by person (the group of each, and its rank there), and the groups in which they
    were dealt; `one`: those where answers stand for one of them."""
    at, rank = persons
    names = known(chosen)
    if not names:
        return {}, np.zeros(len(held), dtype=bool)
    ticked = np.column_stack([numbers.largest(chosen[name].astype(float)) > 0 for name in names])
    count = ticked.sum(axis=1)
    whole = (count == 1) | ((count > 1) & (held == 1) & (not exclusive))
    several = (count > 1) & (held > 1) & (count <= held if exclusive else True) & ~one
    deal = np.cumsum(ticked, axis=1) - 1  # the person who carries the option, in a mixed group
    carries = several[at, None] & ticked[at] & (deal[at] == rank[:, None])
    if exclusive:  # who carries one answer has no other
        no = carries.any(axis=1)[:, None] & ~carries | several[at, None] & ~ticked[at]
    else:
        no = several[at, None] & ~ticked[at]
    yes = whole[at, None] & ticked[at] | carries
    no |= whole[at, None] & ~ticked[at]
    state = np.where(yes, 2, np.where(no, 1, 0))
    made: dict[str, object] = {name: _texts(STATES, state[:, column]) for column, name in enumerate(names)}
    return made, several


# -- From what is ticked for a group to how many of its persons have it -------------------------------------------
# Where answers exclude each other (gender, age, nationality), a group with several has one person at least of each, and nothing
# is invented for the rest (`groupe_mixte`). Elsewhere each answer holds for one person at least and for the whole group at
# most, which is the value counted (`groupe_entier`).
# How answers of a mixed group are read: a person has one of them; each is of the whole group; each is of one person.
Way = Literal["exclusive", "whole", "one_each"]
EXCLUSIVE: Way = "exclusive"
WHOLE: Way = "whole"
ONE_EACH: Way = "one_each"


@dataclass(frozen=True)
class Sizes:
    """Persons of each situation, and the group that it belongs to (see `decisions.groups`)."""

    low: np.ndarray
    study: np.ndarray
    high: np.ndarray
    group: np.ndarray

    @property
    def groups(self) -> int:
        return int(self.group.max()) + 1 if len(self.group) else 0

    def largest(self, values: np.ndarray) -> np.ndarray:
        """One value per group: the largest of its situations', the smaller groups being part of the larger ones."""
        return np.maximum(0.0, np.maximum.reduceat(values[self._order], self._starts)) if self.groups else np.zeros(0)

    def smallest(self, values: np.ndarray) -> np.ndarray:
        return np.minimum.reduceat(values[self._order], self._starts) if self.groups else np.zeros(0)

    @cached_property
    def _order(self) -> np.ndarray:
        """The situations, group by group; every group has one at least."""
        return np.argsort(self.group, kind="stable")

    @cached_property
    def _starts(self) -> np.ndarray:
        return np.searchsorted(self.group[self._order], np.arange(self.groups))

    @cached_property
    def totals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Persons of each group: under the study's rule, at least, at most."""
        return self.largest(self.study), self.largest(self.low), self.largest(self.high)


@dataclass(frozen=True)
class Spread:
    """Per group of situations, persons who have something (`yes`) and who are known not to (`no`).

    `value` follows the study's rule; `low` and `high` bound it, `no_low` and `no_high` bound the others. `informed`:
    something is known. What is neither is unknown.
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    no: np.ndarray
    no_low: np.ndarray
    no_high: np.ndarray
    informed: np.ndarray

    def both(self, other: "Spread", sizes: Sizes) -> "Spread":
        """Persons who have the one and the other. Which persons of a mixed group have both is unknown: Fréchet bounds."""
        study, _, high = sizes.totals
        low = np.maximum(0, np.maximum(self.low - other.no_high, other.low - self.no_high))
        most = np.minimum(self.high, other.high)
        value = np.clip(self.value + other.value - study, low, most)
        no_low = np.maximum(self.no_low, other.no_low)
        no_high = np.minimum(high, self.no_high + other.no_high)
        no = np.clip(np.maximum(self.no, other.no), no_low, no_high)
        none = (self.informed & (self.high == 0)) | (other.informed & (other.high == 0))
        return Spread(value, low, most, no, no_low, no_high, (self.informed & other.informed) | none)

    def beside(self, other: "Spread") -> "Spread":
        """Itself, its limits reaching to those of another reading of the same answers."""
        return replace(
            self,
            low=np.minimum(self.low, other.low),
            high=np.maximum(self.high, other.high),
            no_low=np.minimum(self.no_low, other.no_low),
            no_high=np.maximum(self.no_high, other.no_high),
        )

    def without(self) -> "Spread":
        """The persons who are known not to have it."""
        return Spread(self.no, self.no_low, self.no_high, self.value, self.low, self.high, self.informed)


def everyone(sizes: Sizes) -> Spread:
    """All persons described."""
    none = np.zeros(sizes.groups)
    study, low, high = sizes.totals
    return Spread(study, low, high, none, none, none, np.ones(sizes.groups, dtype=bool))


def informed(chosen: Mapping[str, np.ndarray], sizes: Sizes, silent: Collection[str] = ()) -> Spread:
    """Persons of whom a variable says something: « ne sait pas » and blanks are left out, and the `silent` options.

    `chosen`: option → the situations that hold it (`options`)."""
    told = np.zeros(len(sizes.study), dtype=bool)
    for name in known(chosen, silent):
        told |= chosen[name]
    some = sizes.largest(told.astype(float)) > 0
    study, low, high = sizes.totals
    none = np.zeros(sizes.groups)
    return Spread(
        study * some, low * some, high * some, none, low * ~some, high * ~some, np.ones(sizes.groups, dtype=bool)
    )


def either(described: pd.DataFrame, variable: str) -> np.ndarray:
    """The situations whose answers to a variable stand for one of them, which one nobody knows."""
    told = described.get(f"{variable}.rule", pd.Series("", index=described.index))
    return told.fillna("").astype("str").str.contains(EITHER).to_numpy(dtype=bool)


def having(
    chosen: Mapping[str, np.ndarray],
    sizes: Sizes,
    way: Way,
    wanted: Iterable[str],
    silent: Collection[str] = (),
    one: np.ndarray | None = None,
) -> Spread:
    """Persons who have one of the `wanted` options of a closed variable; `chosen` and `silent` as for `informed`; `one`: the
    situations of `either`."""
    wanted = set(wanted)
    size = len(sizes.study)
    inside, outside = np.zeros(size), np.zeros(size)
    for name in known(chosen, set(silent) - wanted):
        side = inside if name in wanted else outside
        side += chosen[name]
    return spread(sizes, inside, outside, way, one)


def spread(sizes: Sizes, inside: np.ndarray, outside: np.ndarray, way: Way, one: np.ndarray | None = None) -> Spread:
    """From the number of answers ticked inside and outside the wanted ones, per situation, to persons per group. Where
    answers stand for `one` of them, on both sides, nothing is known."""
    always, never = (inside > 0) & (outside == 0), (inside == 0) & (outside > 0)
    mixed = (inside > 0) & (outside > 0)
    mixed = mixed if one is None else mixed & ~one
    if way == EXCLUSIVE:
        mixed &= inside + outside <= sizes.study  # more answers than persons: nothing is known
        some, others = inside * mixed, outside * mixed
        least = some
    else:
        alone = mixed & (sizes.high <= 1) & (sizes.low >= 1)  # one person who has several
        always, mixed = always | alone, mixed & ~alone
        least, others = mixed.astype(float), np.zeros(len(mixed))
        some = least if way == ONE_EACH else mixed * sizes.study
    value, low = np.where(always, sizes.study, some), np.where(always, sizes.low, np.minimum(least, sizes.low))
    no, no_low = np.where(never, sizes.study, others), np.where(never, sizes.low, np.minimum(others, sizes.low))
    several = np.bincount(sizes.group, minlength=sizes.groups) > 1
    study, _, high = sizes.totals
    most, without, surely = (sizes.largest(one) for one in (value, no, low))
    own = Spread(
        # a whole group, less those whom another description of the same persons knows to be otherwise
        value=np.maximum(surely, np.minimum(most, study - without)) if way == WHOLE else most,
        low=surely,
        high=_at_most(sizes, never, no_low, high),
        no=without,
        no_low=sizes.largest(no_low),
        no_high=_at_most(sizes, always, low, high),
        informed=sizes.largest((always | never | mixed).astype(float)) > 0,
    )
    return _where_they_agree(own, study, high, several)


def _at_most(sizes: Sizes, none: np.ndarray, others: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Persons of the group less those that one of its situations knows to be otherwise; 0 where all say so."""
    return np.where(sizes.smallest(none.astype(float)) > 0, 0, np.maximum(0, high - sizes.largest(others)))


def _where_they_agree(own: Spread, study: np.ndarray, high: np.ndarray, several: np.ndarray) -> Spread:
    """Two descriptions of the same persons may contradict each other: then nothing is known."""
    against = several & ((own.low + own.no_low > high) | (own.value + own.no > study))
    clear, whole = np.where(against, 0, 1), np.where(against, high, 0)
    return Spread(
        own.value * clear,
        own.low * clear,
        np.maximum(own.high * clear, whole),
        own.no * clear,
        own.no_low * clear,
        own.no_high * clear + whole,
        own.informed & ~against,
    )


# -- Situations of both sources in one table, each with its source ------------------------------------------------
UNREAD = ("", "blank", "unknown", "unreadable")  # rules of reading that give no number: « ? », « plusieurs », « NSP »


def together(cases: pd.DataFrame, interview_cases: pd.DataFrame, ceiling: int) -> pd.DataFrame:
    """One row per situation of either source, under the key `situation` (`record/number`).

    `cases` and `interview_cases` are typed situations with `persons`, `persons_low` and `persons_high` (missing where
    the answer sets no limit). Adds `source`, `record`, `persons_central` (missing where the answer gives none),
    `persons_blank` and `persons_most`: the limit of the answer, or the study's `ceiling`, never under its other numbers. Situations of questionnaires come first; within a source the order of the file is kept.
    """
    parts = [
        _of(cases, "response", cases["response_id"], cases["situation_number"]),
        _of(interview_cases, "interview", *_interview_keys(interview_cases)),
    ]
    described = pd.concat([part for part in parts if len(part)], ignore_index=True)
    for name in described.columns:
        if described[name].isna().any() and (name.endswith((".code", ".state")) or "/" in name):
            described[name] = described[name].astype("str").where(described[name].notna(), "not_asked")
    most = described[["persons", "persons_low"]].assign(high=described["persons_high"].fillna(ceiling)).max(axis=1)
    return described.assign(persons_most=most.astype("Int64"))


def _interview_keys(cases: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    if "interview_id.code" in cases:
        number = "situation_number.number" if "situation_number.number" in cases else "situation_number"
        return cases["interview_id.code"], cases[number]
    return pd.Series([], dtype="str"), pd.Series([], dtype="Int64")


def _of(cases: pd.DataFrame, source: str, record: pd.Series, number: pd.Series) -> pd.DataFrame:
    kept = cases.drop(columns=["response_id", "situation_number", "situation_number.number"], errors="ignore")
    added = {
        "source": pd.array([source] * len(cases), dtype="str"),
        "record": pd.array(record.astype("str"), dtype="str"),
        "situation_number": pd.array(number, dtype="Int64"),
        "situation": pd.array(record.astype("str") + "/" + number.astype("str"), dtype="str"),
    }
    if "persons_in_situation.central" in cases:
        added |= {
            "persons_central": cases["persons_in_situation.central"],
            "persons_blank": cases["persons_in_situation.rule"].fillna("").isin(UNREAD).astype("boolean"),
        }
    return kept.assign(**added)


def options(described: pd.DataFrame, variable: str) -> dict[str, np.ndarray]:
    """For each option of a closed variable, where it was chosen; nothing for a variable that is not there."""
    start = f"{variable}/"
    ticked = {
        name.removeprefix(start): described[name].eq("ticked").to_numpy(dtype=bool, na_value=False)
        for name in described.columns
        if name.startswith(start)
    }
    if ticked or f"{variable}.code" not in described:
        return ticked
    at, codes = pd.factorize(described[f"{variable}.code"].astype("str"))
    places = {str(code): place for place, code in enumerate(codes)}
    return {code: at == places[code] for code in sorted(places.keys() - {"no_answer", "not_asked", "nan", ""})}


def known(names: Iterable[str], silent: Collection[str] = ()) -> list[str]:
    """Options without « ne sait pas », nor those that say nothing by themselves."""
    return [name for name in names if name != DONT_KNOW and name not in silent]
