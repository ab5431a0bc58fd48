"""The gate: everything that will be printed of a population, attacked by every reader of the policy.

What it decides is a function of statements, policy and what each reader knows: every group is looked at, whatever its
true size. Nothing printed may prove that a group is small and not empty, or close in on one that is withheld.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, product

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.codebook.meaning import Meaning
from diagnostic.consolidate.people import known
from diagnostic.core.french import plural
from diagnostic.estimate.facts import ASKED, INFORMED, UNKNOWN
from diagnostic.estimate.tally import Described, prepare
from diagnostic.release.attack import Contradiction, Model, Targets, attack, interval
from diagnostic.release.claims import EXACT, Printed
from diagnostic.release.closed_list import ARRONDISSEMENT, DERIVED, Term, parse
from diagnostic.release.groups import Axis, Frame, Group, Statement, System, Variable
from diagnostic.release.policy import PRESENCE, UNTOLD, Policy, PolicyError, strictest

# -- Who is counted -----------------------------------------------------------------------------------------------
# The populations that facts name, one row per person, situation or response, with their answers.
#
# A fact says its group as "population: variable=answer|answer & variable=answer".
BLANK, NOT_ASKED = "no_answer", "not_asked"
INTERVIEWS = "interviews"  # of no closed list: exact, and kept with a batch of its own (`heard`)
LOCAL = "structures"  # local structures, so too (`unnamed`)
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
    _answers: dict[tuple[str, tuple[tuple[str, ...], ...]], Answers] = field(default_factory=dict, repr=False)

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
            found[name] = Population(name, own, structure, frame.reset_index(drop=True), key.to_numpy(dtype=str))

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


# -- The closed list of a population, and the unknown counts behind it --------------------------------------------
# What a reader reasons on, whatever the data are.
#
# Nothing here depends on who was counted: groups come from the policy, answers from the codebook.
TOTAL, HEADLINE, OTHER, CROSSING = range(4)  # tiers, the most important first
REST = "≠"  # who gives none of the answers that the list names
SILENT = frozenset({UNKNOWN, BLANK, NOT_ASKED, ASKED, INFORMED, REST, "dk"})  # says nothing of anybody


@dataclass(frozen=True)
class Entry:
    """One group of the closed list. `name`: « population: variable=answer|answer & … », as facts name it."""

    name: str
    terms: tuple[Term, ...]
    tier: int
    group_class: str
    threshold: int

    @property
    def silent(self) -> bool:
        """Whether it tells of people only that something is not known of them."""
        return bool(self.terms) and all(set(answers) <= SILENT for _, answers in self.terms)

    def inside(self, other: Entry) -> bool:
        """Whether every member of this group is one of the other's, whatever the data are."""
        return all(any(_within(mine, theirs) for mine in self.terms) for theirs in other.terms)


def _within(mine: Term, theirs: Term) -> bool:
    if mine[0] != theirs[0]:
        return False
    known = not set(mine[1]) & {UNKNOWN, BLANK, NOT_ASKED, ASKED}
    return set(mine[1]) <= set(theirs[1]) or theirs[1] == (ASKED,) or (theirs[1] == (INFORMED,) and known)


def plain(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Terms in one order, without those that another of the same variable implies."""
    every = sorted(set(terms))
    kept = [one for one in every if not any(other != one and _within(other, one) for other in every)]
    return tuple(kept)


@dataclass(frozen=True)
class Listing:
    """The closed list of one population under one policy. `places`: the arrondissements of the study."""

    population: str
    policy: Policy
    places: tuple[str, ...] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The total, then every group of the list, in order of importance."""
        told = self.policy.printed.get(self.population)
        found = [self._entry((), TOTAL)]
        if told:
            for tier, names in ((HEADLINE, told.headlines), (OTHER, told.others), (CROSSING, told.crossings)):
                found += [self._entry(terms, tier) for name in names for terms in self._expanded(name)]
        return tuple(dict.fromkeys(found))

    def _entry(self, terms: tuple[Term, ...], tier: int) -> Entry:
        said = " & ".join(f"{variable}={'|'.join(answers)}" for variable, answers in terms)
        about = self.population in ABOUT_PERSONS
        named = strictest([self.class_of(*term) for term in terms], self.policy) if about else "ordinary"
        return Entry(f"{self.population}: {said}", plain(terms), tier, named, self.policy.threshold(named, said))

    def class_of(self, variable: str, answers: Sequence[str]) -> str:
        if variable == ARRONDISSEMENT:
            return "place"
        return self.policy.class_of_answer(variable, answers)

    def _expanded(self, name: str) -> list[tuple[Term, ...]]:
        if "=" in name:
            return [parse(f"{self.population}: {name}")[1]]
        return [((name, (answer,)),) for answer in self.answers(name)]

    def answers(self, variable: str) -> tuple[str, ...]:
        """The answers that a variable may take, by the codebook."""
        if variable == ARRONDISSEMENT:
            return self.places
        return DERIVED.get(variable) or tuple(self.policy.options.get(variable, ()))

    def single(self, variable: str) -> bool:
        """Whether every reader knows that one member gives one answer at most."""
        if variable in (*DERIVED, ARRONDISSEMENT) or variable in self.policy.single:
            return True
        return self.population in ("prostitution", "concerned", "reported") and variable in self.policy.exclusive

    @cached_property
    def splits(self) -> Mapping[str, tuple[Entry, ...]]:
        """Variable of which a person gives one answer → its groups in the list, of answers that exclude each other: what
        splits everybody in at least two."""
        found: dict[str, list[Entry]] = {}
        alone = [one for one in self.entries if len(one.terms) == 1 and self.population in ABOUT_PERSONS]
        for entry in sorted(alone, key=lambda one: len(one.terms[0][1])):
            variable, answers = entry.terms[0]
            taken = {answer for other in found.get(variable, ()) for answer in other.terms[0][1]}
            if self.single(variable) and not set(answers) & {*taken, ASKED, INFORMED}:
                found.setdefault(variable, []).append(entry)
        return {variable: tuple(own) for variable, own in found.items() if len(own) > 1}

    @cached_property
    def unknowns(self) -> Unknowns:
        return Unknowns(self)

    @cached_property
    def wholes(self) -> Mapping[str, tuple[Entry, ...]]:
        """Name of an entry → the other entries that hold all its members."""
        return {
            one.name: tuple(other for other in self.entries if other.terms != one.terms and one.inside(other))
            for one in self.entries
        }


@dataclass(frozen=True)
class Unknowns:
    """The axes of a listing, and how its groups read as sums over them."""

    listing: Listing
    _groups: dict[str, tuple[Group, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        found: list[Axis] = []
        terms = [term for entry in self.listing.entries for term in entry.terms]
        for variable in dict.fromkeys(name for name, _ in terms):
            named = list(dict.fromkeys(answers for name, answers in terms if name == variable))
            several = not self.listing.single(variable)
            alone = [one for one in named if len(one) == 1 and one != (ASKED,)]
            if not several and alone:
                found.append(Axis(self._variable(variable, self._codes(variable, alone)), ""))
            apart = named if several else [one for one in named if len(one) > 1]
            found += [Axis(self._variable(variable, ("|".join(one),)), "|".join(one)) for one in apart]
        return tuple(found) or (Axis(Variable("everyone", (UNKNOWN,), silent=frozenset(SILENT)), ""),)

    def _codes(self, variable: str, named: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        codes = list(dict.fromkeys(answer for one in named for answer in one if answer not in (ASKED, INFORMED)))
        known = set(self.listing.answers(variable)) - {"dk"}
        closed = known and known <= set(codes) and ({UNKNOWN, "unknown"} & set(codes) or variable == "source")
        return tuple(codes if closed else [*codes, REST])

    def _variable(self, name: str, modalities: tuple[str, ...]) -> Variable:
        about = self.listing.population in ABOUT_PERSONS
        classes = {one: self.listing.class_of(name, one.split("|")) if about else "ordinary" for one in modalities}
        return Variable(name, modalities, classes=classes, silent=SILENT)

    def groups(self, terms: tuple[Term, ...]) -> tuple[Group, ...]:
        """The disjoint groups that terms are the union of. Raises PolicyError for what the axes cannot tell."""
        choices: list[list[tuple[int, int]]] = []
        for variable, answers in terms:
            told = "|".join(answers)
            own = {axis.modality: at for at, axis in enumerate(self.axes) if axis.variable.name == variable}
            if told in own:
                choices.append([(own[told], 1)])
            elif "" in own and answers == (ASKED,):
                choices.append([(own[""], code) for code in range(self.axes[own[""]].size)])
            elif "" in own and set(answers) <= set(self.axes[own[""]].variable.modalities):
                codes = self.axes[own[""]].variable.modalities
                choices.append([(own[""], codes.index(answer)) for answer in answers])
            else:
                raise PolicyError(f"printed : {variable}={told} n’est pas dans la liste")
        return tuple(tuple(sorted(chosen)) for chosen in product(*choices))

    def statement(self, name: str, terms: tuple[Term, ...], low: int | None, high: int | None) -> Statement:
        return Statement(name, tuple((1, group) for group in self.groups(terms)), low, high)

    @cached_property
    def implied(self) -> tuple[Statement, ...]:
        """What every reader knows of the answers to one variable: a union holds its parts, and nobody of what it excludes.

        Of persons in a mixed group, the union may be known where the answer is not: a union is at least its parts.
        """
        told = [(at, axis, tuple(axis.modality.split("|"))) for at, axis in enumerate(self.axes) if axis.modality]
        found: list[Statement] = []
        for (one, a, first), (other, b, second) in combinations(told, 2):
            if a.variable.name != b.variable.name:
                continue
            for small, mine, large, theirs in ((one, first, other, second), (other, second, one, first)):
                if _within(("", mine), ("", theirs)):
                    found.append(Statement(f"∋ {small} {large}", ((1, ((large, 1),)), (-1, ((small, 1),))), 0, None))
            unknown = {UNKNOWN} & {*first, *second} and not {ASKED} & {*first, *second}
            if unknown or (self.listing.single(a.variable.name) and not set(first) & set(second)):
                sums = ((1, ((one, 1),)), (1, ((other, 1),)), (-1, ()))
                found.append(Statement(f"∌ {one} {other}", sums, 0 if {INFORMED} & {*first, *second} else None, 0))
        for at, axis in enumerate(self.axes):
            if axis.modality:
                continue
            codes = axis.variable.modalities
            for place, union, answers in told:
                if union.variable.name == axis.variable.name:
                    parts = [((at, code),) for code, name in enumerate(codes) if name in answers]
                    others = [((at, n),) for n, name in enumerate(codes) if name not in (*answers, *SILENT)]
                    less = tuple((-1, group) for group in parts)
                    found.append(Statement(f"⊇ {place}", ((1, ((place, 1),)), *less), 0, None))
                    more = tuple((1, group) for group in others)
                    found.append(Statement(f"⊉ {place}", ((1, ((place, 1),)), *more, (-1, ())), None, 0))
        return tuple(found)

    @cached_property
    def frame(self) -> Frame:
        """The unknown counts: an axis for each variable, those that a crossing names together."""
        together = {
            tuple(sorted({axis for axis, _ in group}))
            for entry in self.listing.entries
            for group in self.groups(entry.terms)
        }
        return Frame(self.axes, tuple(sorted(axes for axes in together if len(axes) > 1)))

    def presence(self, terms: tuple[Term, ...]) -> bool:
        """Whether not even one case may be proven, where the group is not printed."""
        return any(self.listing.class_of(*term) in PRESENCE for term in terms) and not all(
            set(answers) <= UNTOLD for _, answers in terms
        )


# -- What an outsider can tell of the groups that are printed -----------------------------------------------------
OUTSIDER, STRUCTURE, PREFECTURE, EDITIONS = "outsider", "structure", "prefecture", "editions"
READERS = {
    OUTSIDER: "qui lit tout ce qui est publié",
    STRUCTURE: "une structure qui connaît ses propres situations",
    PREFECTURE: "la préfecture, qui connaît les parcours de sortie",
    EDITIONS: "qui rapproche les éditions",
}
METHOD = "intervalle entier exact de chaque groupe, sous tout ce qui est imprimé"
REMAINDER = " ∖ "
POOL = 1200  # tables kept


@dataclass(frozen=True)
class Reader:
    """Someone who reads: the persons they know already, as rows of codes of the listing's axes (none for an outsider)."""

    name: str
    codes: np.ndarray


@dataclass(frozen=True)
class Finding:
    """A group that a reader closes in on, and the printed groups that prove it."""

    reader: str
    target: str
    proof: tuple[str, ...]
    settled: bool = True


@dataclass(frozen=True)
class _Target:
    name: str
    plus: tuple[Group, ...]
    minus: tuple[Group, ...]
    reach: float
    width: float
    presence: bool
    few: float = 0  # of a printed group: under how many its others would be few


@dataclass
class Gate:
    """Attacks on one listing; what an attack finds possible is tried on the next.

    `outside`: sentences that cannot be withdrawn (what others published, what another population's release says).
    """

    listing: Listing
    outside: tuple[Statement, ...] = ()
    public: tuple[Statement, ...] = ()  # those of `outside` that nobody can withdraw
    progress: Callable[[str], None] = lambda _: None
    truth: np.ndarray | None = None  # the persons, as codes
    pools: dict[int, np.ndarray] = field(default_factory=dict)
    solves: int = 0

    @property
    def frame(self) -> Frame:
        axes = {tuple(sorted({axis for axis, _ in group})) for said in self.outside for _, group in said.terms}
        frame = self.listing.unknowns.frame
        return replace(frame, extra=(*frame.extra, *sorted(one for one in axes if len(one) > 1)))

    def findings(self, printed: Mapping[str, Printed], readers: Sequence[Reader]) -> list[Finding]:
        """What some reader proves, the outsider first; the others are asked once the outsider finds nothing."""
        frame = self.frame
        system = frame.system(self.statements(printed))
        targets = _targets(self.listing, printed)
        found: list[Finding] = []
        for reader in readers:
            if found and reader.name != OUTSIDER:
                break
            found += self._siege(frame, system, targets, reader, set(printed))
        return found

    def statements(self, printed: Mapping[str, Printed]) -> tuple[Statement, ...]:
        """Everything that readers have: what is printed, what is outside, what answers imply of one another."""
        unknowns = self.listing.unknowns
        ours = [
            unknowns.statement(entry.name, entry.terms, printed[entry.name].low, printed[entry.name].high)
            for entry in self.listing.entries
            if entry.name in printed
        ]
        return (*ours, *self.outside, *unknowns.implied, _anybody())

    def _siege(
        self, frame: Frame, system: System, targets: list[_Target], reader: Reader, printed: set[str]
    ) -> list[Finding]:
        known = frame.table(reader.codes)
        facing = as_targets(frame, targets, reader)
        own = system.without(known) if len(reader.codes) else system
        count = f"{len(targets)} {plural(len(targets), 'groupe')} à vérifier"
        self.progress(f"protection des personnes, vue par {READERS[reader.name]} : {count}")
        pool = self._pool(frame)
        if self.public:
            facing = self._not_narrowed(frame, facing, reader)
        try:
            outcome = attack(own, facing, None if pool is None else pool - known)
        except Contradiction:  # the figures say less than what the reader knows: take back what is printed
            return [Finding(reader.name, "", tuple(sorted(printed)), settled=False)]
        self.solves += outcome.solves
        self._learn(frame, outcome.pool + known)
        return [
            Finding(reader.name, one.target, tuple(fact for fact in one.proof if fact in printed), one.settled)
            for one in outcome.exposed
        ]

    def _not_narrowed(self, frame: Frame, facing: Targets, reader: Reader) -> Targets:
        """The targets, asking of those that public figures give away by themselves not to be narrowed further."""
        told = (*self.public, *self.listing.unknowns.implied, _anybody())
        alone = frame.system(told).without(frame.table(reader.codes))
        model, relaxed = Model(alone), replace(facing)
        for one in attack(alone, facing).exposed:
            at = facing.names.index(one.target)
            seen = interval(alone, facing.forms[[at]], model)
            if seen.settled:
                relaxed.reach[at] = min(relaxed.reach[at], seen.high)
                relaxed.width[at] = min(relaxed.width[at], seen.high - seen.low)
                relaxed.floor[at] = max(relaxed.floor[at], seen.low)
        return relaxed

    def _pool(self, frame: Frame) -> np.ndarray | None:
        """Tables worth trying: those found so far, and the true one. They show what is possible, and prove nothing."""
        tables = [self.pools[frame.starts[-1]]] if frame.starts[-1] in self.pools else []
        if self.truth is not None:
            tables.append(frame.table(self.truth)[None, :])
        return np.vstack(tables) if tables else None

    def _learn(self, frame: Frame, found: np.ndarray) -> None:
        old = self.pools.get(frame.starts[-1], found[:0])
        self.pools[frame.starts[-1]] = np.unique(np.vstack([old, found]), axis=0)[-POOL:]


def _anybody() -> Statement:
    """That nobody is counted below zero: a system needs a sentence."""
    return Statement("≥ 0", ((1, ()),), 0, None)


def _targets(listing: Listing, printed: Mapping[str, Printed]) -> list[_Target]:
    """Every group of the list, every answer of its variables, every crossing that a crossing of the list ties, and what
    is left of a whole without a printed part."""
    unknowns, policy = listing.unknowns, listing.policy
    highest = max(policy.rules.thresholds.of(name) for name in type(policy.rules.thresholds).model_fields)
    about = listing.population != "professionals"
    strictest = highest if about else policy.rules.thresholds.ordinary
    found: dict[tuple[tuple[Group, ...], tuple[Group, ...]], _Target] = {}

    def add(one: _Target) -> None:
        found.setdefault((tuple(sorted(one.plus)), tuple(sorted(one.minus))), one)

    for entry in listing.entries:
        groups = unknowns.groups(entry.terms)
        if entry.silent or not entry.terms:
            continue
        shown = entry.name in printed
        presence = about and unknowns.presence(entry.terms) and not shown
        # A crossing of this group and another, which nothing ties, is as large as the smaller of the two.
        waived = entry.threshold < policy.rules.thresholds.of(entry.group_class)
        reach = entry.threshold if waived or len(entry.terms) > 1 else strictest
        add(
            _Target(
                entry.name,
                groups,
                (),
                reach,
                0 if shown else entry.threshold - 1,
                presence,
                entry.threshold if shown else 0,
            )
        )
    for at, axis in enumerate(unknowns.axes):
        for code in axis.codes:
            if axis.modality or axis.variable.modalities[code] in SILENT:
                continue
            threshold = policy.threshold(axis.level(code))
            presence = about and unknowns.presence(((axis.variable.name, (axis.variable.modalities[code],)),))
            add(_Target(axis.name(code), (((at, code),),), (), strictest, threshold - 1, presence))
    for axes in unknowns.frame.extra:
        for group in _cells(unknowns.axes, axes):
            threshold = max(policy.threshold(unknowns.axes[axis].level(code)) for axis, code in group)
            add(_Target(unknowns.frame.name(group), (group,), (), threshold, threshold - 1, False))
    wholes = {entry.name: entry for entry in listing.entries}
    for entry in listing.entries:
        if entry.name not in printed or entry.silent:
            continue
        for whole in listing.wholes[entry.name]:
            if whole.name in printed and len(whole.terms) <= 1:
                parts, all_ = unknowns.groups(entry.terms), unknowns.groups(wholes[whole.name].terms)
                name = f"{whole.name}{REMAINDER}{entry.name}"
                add(_Target(name, all_, parts, entry.threshold, policy.rules.thresholds.ordinary - 1, False))
    if about:
        return list(found.values())
    # What professionals say of themselves is told as it is: nothing of that, nor of what is left of it, is inferred.
    exact = {tuple(sorted(unknowns.groups(wholes[name].terms))) for name, one in printed.items() if one.base == EXACT}
    return [one for (plus, minus), one in found.items() if not {plus, minus} <= exact | {()}]


def _cells(axes: Sequence[Axis], chosen: Sequence[int]) -> list[Group]:
    """Every crossing of the answers of some axes that say something."""
    groups: list[Group] = [()]
    for at in chosen:
        said = [
            code for code in axes[at].codes if axes[at].modality or axes[at].variable.modalities[code] not in SILENT
        ]
        groups = [(*group, (at, code)) for group in groups for code in said]
    return groups


def as_targets(frame: Frame, targets: Sequence[_Target], reader: Reader) -> Targets:
    """The targets as sums of unknown counts. A reader who knows some asks after the others: of a group withheld as the
    outsider asks, of a group printed whether they are few, and not none."""
    outside = reader.name == OUTSIDER
    few = np.array([0 if outside else one.few for one in targets], dtype=float)
    plus, minus = ([columns(frame, getattr(one, side)) for one in targets] for side in ("plus", "minus"))
    forms = scipy.sparse.csr_array(frame.form(plus) - frame.form(minus))
    own = forms @ frame.table(reader.codes)
    wanted = np.array([one.reach for one in targets], dtype=float)
    return Targets(
        names=tuple(one.name for one in targets),
        forms=forms,
        reach=np.where(few > 0, few, np.maximum(wanted - own, 0)),
        width=np.array([one.width for one in targets], dtype=float),
        floor=np.where(few > 0, 0.0, [0.0 if one.presence and outside else math.inf for one in targets]),
        either=few > 0,
    )


def columns(frame: Frame, groups: Sequence[Group]) -> np.ndarray:
    """The columns of disjoint groups, in a clique that holds them."""
    if not groups:
        return np.zeros(0, dtype=int)
    axes = {axis for group in groups for axis, _ in group}
    home = frame.home(axes)
    assert home is not None
    return np.concatenate([np.zeros(0, dtype=int), *(frame.columns(group, home) for group in groups)]).astype(int)


def explain(listing: Listing, labels: Mapping[str, str], findings: Sequence[Finding]) -> list[str]:
    """One message per exposed group: who can tell, from which printed figures. Never the count."""
    said: dict[str, str] = {}
    for finding in findings:
        proof = ", ".join(f"« {labels.get(fact, fact)} »" for fact in finding.proof)
        target = labels.get(finding.target, finding.target)
        told = f"se déduit, pour {READERS[finding.reader]}, de : {proof}" if proof else "se déduit sans aucun chiffre"
        said.setdefault(target, f"« {target} » {told if finding.settled else 'n’a pas pu être vérifié'}.")
    return list(said.values())


# -- Editions: a population is updated as a whole, when enough of it changed --------------------------------------
# What two editions differ by is attacked too.
#
# Before enough persons came, went or were merged, the population keeps the statements of its last edition, with its
# date.
STAYED, CAME, GONE = "restées", "venues", "parties"
Told = tuple[str, Mapping[str, Printed], tuple[int, ...]]
STRUCTURES = 3  # that a batch comes from, at least


@dataclass(frozen=True)
class Previous:
    """The last edition of a population: `printed`, name of a group → what was printed of it; the keys of its rows; whether it
    was a `draft` that left the team."""

    name: str
    printed: Mapping[str, Printed]
    keys: frozenset[str]
    draft: bool = False


def enough(previous: Previous, population: Population, policy: Policy) -> bool:
    """Whether the rows that came and went since are enough, of enough structures, for a new edition."""
    came = np.array([key not in previous.keys for key in population.key.tolist()], dtype=bool)
    gone = len(previous.keys - set(population.key.tolist()))
    from_ = len(np.unique(population.structure[came]))
    return int(came.sum()) + gone >= policy.rules.thresholds.ordinary and (
        from_ >= STRUCTURES or gone >= int(came.sum())
    )


def gone(previous: Previous, population: Population) -> bool:
    """Whether rows of the last edition are no longer there."""
    return bool(previous.keys - set(population.key.tolist()))


def findings(listing: Listing, previous: Previous, printed: Mapping[str, Printed], went: bool) -> list[Finding]:
    """What both editions together say of those who came, and of those who went (`went`): a group small and not empty, or
    closed in on. Exact intervals, from what is printed alone."""
    codes = (STAYED, CAME, GONE) if went else (STAYED, CAME)
    before = (previous.name, previous.printed, (0, 2) if went else (0,))
    axis = Axis(Variable("édition", codes), "")
    frame, statements = stacked(listing, axis, [("nouvelle", printed, (0, 1)), before])
    system = frame.system(statements)
    model = Model(system)
    least = listing.policy.rules.thresholds.ordinary - 1
    names = {*printed, *previous.printed}
    found = []
    for name, groups, threshold in _edition_targets(listing, went):
        form = frame.form([columns(frame, groups)])
        seen = interval(system, form, model)
        small = seen.low >= 1 and seen.high < threshold
        if small or seen.high - seen.low < least or not seen.settled:
            found.append(Finding(EDITIONS, name, tuple(sorted(names)), seen.settled))
    return found


def stacked(listing: Listing, axis: Axis, told: Sequence[Told]) -> tuple[Frame, list[Statement]]:
    """The unknown counts of several sets of persons at once, and what all that is told of them says. `axis`: which set a
    person is in. `told`: a name, what is printed, and the codes of the sets that it counts together."""
    unknowns, at = listing.unknowns, len(listing.unknowns.axes)
    extra = [(one, at) for one in range(at)] + [(*both, at) for both in unknowns.frame.extra]
    said: list[Statement] = []
    for name, printed, codes in told:
        for entry in listing.entries:
            if entry.name in printed:
                groups, one = _times(unknowns.groups(entry.terms), at, codes), printed[entry.name]
                said.append(Statement(f"{entry.name} ({name})", tuple((1, g) for g in groups), one.low, one.high))
    for given in unknowns.implied:
        for code in range(axis.size):
            terms = tuple((times, (*group, (at, code))) for times, group in given.terms)
            said.append(Statement(f"{given.name} {code}", terms, given.low, given.high))
    said.append(Statement("≥ 0", ((1, ()),), 0, None))
    return Frame((*unknowns.axes, axis), tuple(extra)), said


def _times(groups: tuple[Group, ...], at: int, kinds: tuple[int, ...]) -> list[Group]:
    return [(*group, (at, kind)) for group, kind in product(groups, kinds)]


def _edition_targets(listing: Listing, went: bool) -> Iterator[tuple[str, list[Group], float]]:
    at = len(listing.unknowns.axes)
    for kind, said in ((1, CAME), (2, GONE)) if went else ((1, CAME),):
        for entry in listing.entries:
            if not entry.silent:
                groups = _times(listing.unknowns.groups(entry.terms), at, (kind,))
                yield f"{entry.name} ({said})", groups, float(entry.threshold)
