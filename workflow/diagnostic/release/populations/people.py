"""Who is counted: one row per person, situation, response, interview or structure, with what was answered for each."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from diagnostic.codebook.model import Meaning
from diagnostic.collect.answers import AXES
from diagnostic.consolidate.people import known
from diagnostic.core.french import slug
from diagnostic.estimate.facts import ASKED, INFORMED, UNKNOWN
from diagnostic.estimate.tally import Described, prepare
from diagnostic.privacy import folding
from diagnostic.release.populations.policy import ARRONDISSEMENT, Term

# -- Who is counted -----------------------------------------------------------------------------------------------
# The populations that facts name, one row per person, situation or response, with their answers.
#
# A fact says its group as "population: variable=answer|answer & variable=answer".
BLANK, NOT_ASKED = "no_answer", "not_asked"
INTERVIEWS = "interviews"  # of no closed list: exact, and kept with a batch of its own (`editions.changes`)
LOCAL = "structures"  # local structures, so too
ABOUT_PERSONS = ("prostitution", "concerned", "cases", "described", "reported")
FROM_THE_END = ("age_band", "vulnerability", "exchange")


@dataclass(frozen=True)
class Answers:
    """One variable over the rows of a population: the rows that hold each answer, and those that were asked, left it
    blank, or are informed by some answer. `more`: unions that hold more rows than their answers one by one."""

    options: Mapping[str, np.ndarray]
    asked: np.ndarray
    blank: np.ndarray
    informed: np.ndarray
    unknown: np.ndarray
    more: Mapping[tuple[str, ...], np.ndarray] = field(default_factory=dict)

    @property
    def single(self) -> bool:
        """Whether no row holds two answers: a reader may then add them up."""
        return not self.options or int(np.sum(list(self.options.values()), axis=0).max(initial=0)) <= 1

    def holds(self, wanted: tuple[str, ...]) -> np.ndarray:
        """Rows that hold one at least of the answers wanted; nobody holds an answer that nobody gave."""
        if wanted in self.more:
            return self.more[wanted]
        special = {ASKED: self.asked, INFORMED: self.informed, UNKNOWN: self.unknown, BLANK: self.blank}
        found = np.zeros(len(self.asked), dtype=bool)
        for name in wanted:
            found |= special[name] if name in special else self.options.get(name, np.zeros(len(found), dtype=bool))
        return found


@dataclass(frozen=True)
class Population:
    """Rows of one unit, the situation and the structure that each comes from, and what was answered for each."""

    name: str
    situation: np.ndarray
    structure: np.ndarray
    frame: pd.DataFrame
    key: np.ndarray  # of each row, the same from one edition to the next: its situation or response, and its rank there
    dealt: tuple[Described, np.ndarray, np.ndarray] | None = None  # groups of situations; the group, the rank of a row
    named: np.ndarray | None = None  # of each row, its structure, under the same word from one edition to the next
    _answers: dict[tuple[str, tuple[tuple[str, ...], ...]], Answers] = field(default_factory=dict, repr=False)

    @property
    def behind(self) -> np.ndarray:
        """Of each row, a word for the structure that it comes from; "" where none lasts."""
        return np.full(len(self.key), "") if self.named is None else self.named

    def answers(self, variable: str, unions: Iterable[tuple[str, ...]] = ()) -> Answers:
        """The answers to one variable, with these unions of them; read once."""
        asked = (variable, tuple(unions) if self.dealt else ())  # rows of one person hold what their answers do
        if asked not in self._answers:
            dealt = self.dealt and _deal(*self.dealt, variable, asked[1])
            self._answers[asked] = dealt or _read(self.frame, variable)
        return self._answers[asked]


def _read(frame: pd.DataFrame, variable: str) -> Answers:
    start = f"{variable}/"
    ticks = {name.removeprefix(start): frame[name].astype("str") for name in frame if name.startswith(start)}
    if ticks:
        first = next(iter(ticks.values()))
        held = {name: said.eq("ticked").to_numpy() for name, said in ticks.items()}
        asked, blank = first.ne(NOT_ASKED).to_numpy(), first.eq(BLANK).to_numpy()
    else:
        nothing = pd.Series(NOT_ASKED, index=frame.index)
        codes = frame.get(f"{variable}.code", frame.get(variable, nothing)).astype("str").fillna(BLANK)
        codes = codes.where(~codes.isin(["nan", "<NA>", ""]), BLANK)
        held = {code: codes.eq(code).to_numpy() for code in sorted(set(codes) - {BLANK, NOT_ASKED})}
        asked, blank = codes.ne(NOT_ASKED).to_numpy(), codes.eq(BLANK).to_numpy()
    informed = np.any(list(held.values()), axis=0) if held else np.zeros(len(frame), dtype=bool)
    return Answers(held, asked, blank, informed, ~informed)


def _deal(
    ready: Described, group: np.ndarray, rank: np.ndarray, variable: str, unions: Iterable[tuple[str, ...]]
) -> Answers:
    """Persons who carry each answer: in a mixed group the first ones, or the last (FROM_THE_END), as many as the rules
    of counting say; one answer each where answers exclude each other.

    Which persons of a mixed group have which answer is unknown: this is one way among those that the data admit.
    """
    size = np.bincount(group, minlength=ready.sizes.groups)[group] if len(group) else group
    at = size - 1 - rank if variable in FROM_THE_END else rank
    everyone = np.ones(len(group), dtype=bool)
    if variable == "in_prostitution":
        named = np.array(["unknown", "no", "yes"])[ready.status[group]]
        held = {name: named == name for name in ("no", "unknown", "yes")}
        return Answers(held, everyone, ~everyone, everyone, ~everyone)
    names = known(ready.options(variable))
    counts = {name: ready.having((variable, (name,))).value[group] for name in names}
    held, used = {}, np.zeros(len(group))
    for name, count in counts.items():
        held[name] = (at >= used) & (at < used + count)
        if variable in ready.meaning.exclusive:
            used = used + count
    any_ = np.any(list(held.values()), axis=0) if held else ~everyone
    more = {}
    for union in unions:
        if set(union) & {ASKED, INFORMED, UNKNOWN, BLANK}:
            continue
        inside = np.any([held[name] for name in union if name in held] or [~everyone], axis=0)
        more[union] = _fill(group, at, inside, any_, ready.having((variable, union)).value)
    telling = tuple(known(names, ready.silent(variable)))
    told = np.any([held[name] for name in telling], axis=0) if telling else ~everyone
    whole = _fill(group, at, told, ~everyone, ready.having((variable, telling)).value) if telling else ~everyone
    unknown = ~told if variable in ready.meaning.exclusive else ~whole
    informed = _fill(group, at, told, ~everyone, ready.informed(variable).value) if telling else ~everyone
    return Answers(held, everyone, ~everyone, informed, unknown, more)


def _fill(group: np.ndarray, at: np.ndarray, inside: np.ndarray, others: np.ndarray, count: np.ndarray) -> np.ndarray:
    """`inside`, completed group by group up to a count with persons who carry no other answer."""
    free = ~inside & ~others
    order = np.lexsort((at, group))
    ahead = np.zeros(len(group))
    ahead[order] = np.cumsum(free[order]) - free[order]
    first = np.full(len(count), np.inf)
    np.minimum.at(first, group, ahead)
    place = ahead - first[group] if len(group) else ahead
    wanted = count - np.bincount(group, weights=inside, minlength=len(count))
    return inside | (free & (place < wanted[group]))


def populations(
    described: pd.DataFrame, pairs: pd.DataFrame, cases: pd.DataFrame, respondents: pd.DataFrame, meaning: Meaning
) -> dict[str, Population]:
    """Every population that facts may name; those without rows are left out."""
    found: dict[str, Population] = {}
    told = _structures(respondents)

    def add(name: str, frame: pd.DataFrame, situation: pd.Series, record: pd.Series) -> None:
        if len(frame):
            behind = record.astype("str").map(lambda own: told.get(own, own))
            own, structure = (pd.factorize(column.astype("str"), sort=True)[0] for column in (situation, behind))
            key = situation.astype("str") + "/" + situation.groupby(own).cumcount().astype("str").to_numpy()
            words = behind.to_numpy(dtype=str)
            found[name] = Population(
                name, own, structure, frame.reset_index(drop=True), key.to_numpy(dtype=str), named=words
            )

    if len(described):
        add("described", described, described["situation"], described["record"])
        ready = prepare(described, pairs, meaning)
        first = pd.Series(np.arange(len(described))).groupby(ready.sizes.group).first().to_numpy()
        for name, persons in (("concerned", ready.everyone.value), ("prostitution", ready.prostitution.value)):
            held = persons.astype(int)
            group = np.repeat(np.arange(len(held)), held)
            if not len(group):
                continue
            rank = np.arange(len(group)) - np.repeat(np.cumsum(held) - held, held)
            rows = described.iloc[first[group]].reset_index(drop=True)
            add(name, rows[["situation", "record"]], rows["situation"], rows["record"])
            own = found[name]
            found[name] = replace(own, dealt=(ready, group, rank))
    if len(cases):
        situation = cases["response_id"].astype("str") + "/" + cases["situation_number"].astype("str")
        add("cases", cases, situation, cases["response_id"])
        again = np.repeat(np.arange(len(cases)), cases["persons"].astype(int))
        add("reported", cases.iloc[again], situation.iloc[again], cases["response_id"].iloc[again])
    if len(respondents):
        record = respondents["response_id"]
        add("responses", respondents, record, record)
        again = np.repeat(np.arange(len(respondents)), respondents["professionals"].astype(int))
        add("professionals", respondents.iloc[again], record.iloc[again], record.iloc[again])
    return found


def _structures(respondents: pd.DataFrame) -> dict[str, str]:
    """Response → pseudonym of its structure, where it was given."""
    if "organisation.pseudonym" not in respondents:
        return {}
    named = respondents[respondents["organisation.pseudonym"].fillna("").ne("")]
    return dict(zip(named["response_id"].astype("str"), named["organisation.pseudonym"].astype("str"), strict=True))


def holding(
    population: Population, terms: tuple[Term, ...], places: Mapping[str, tuple[Term, ...]] | None = None
) -> np.ndarray:
    """Which rows belong to a group."""
    inside = np.ones(len(population.key), dtype=bool)
    for variable, answers in terms:
        if variable == ARRONDISSEMENT:
            for name, wanted in (
                term for answer in answers for term in (places or {}).get(answer, (("place", ("",)),))
            ):
                inside &= population.answers(name, [wanted]).holds(wanted)
        else:
            inside &= population.answers(variable, [answers]).holds(answers)
    return inside


# -- Interviews, and local structures: of no closed list, kept with a batch of their own ------------------------------
WHO = ["activity_field", "place", "structure", "interlocutor", "date"]  # what the key of an interview says of it
NO = "0"
ANSWERS = {"True": "1", "False": NO}  # in the key of a structure, where it has said
NAMED = "+"  # before the key of a structure that is named
APART, UNSAID = "\x1f", "?"  # in a key; who has not said whether they answer to an axis


def everybody(
    meetings: pd.DataFrame, structures: pd.DataFrame, meaning: Meaning, **answers: pd.DataFrame
) -> dict[str, Population]:
    """Every population of a study, interviews and local structures among them. `answers`: the tables of `populations`."""
    return populations(**answers, meaning=meaning) | interviews(meetings) | local_structures(structures)


def interviews(meetings: pd.DataFrame) -> dict[str, Population]:
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


def local_structures(structures: pd.DataFrame) -> dict[str, Population]:
    """Local structures as a population (one row per structure); none without rows. The key of a row is what is counted of
    it, in the vault alone, and no code: a list that is numbered again is the same list."""
    if structures.empty:
        return {}
    mark = pd.Series(np.where(structures.index.isin(agreed(structures).index), NAMED, ""), index=structures.index)
    answers = structures[list(AXES)].astype("str").map(lambda said: ANSWERS.get(said, UNSAID)).agg("".join, axis=1)
    said = mark + structures["activity_field"].astype("str") + APART + answers
    key = said + APART + said.groupby(said).cumcount().astype("str")
    rows = np.arange(len(structures))
    return {LOCAL: Population(LOCAL, rows, rows, structures.reset_index(drop=True), key.to_numpy(dtype=str))}


# -- The structures that a report may name: those that agreed to it; the others are named nowhere, in no list either --
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
