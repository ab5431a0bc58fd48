"""The closed list of a population, and the unknown counts behind it: what a reader reasons on, whatever the data are.

Nothing here depends on who was counted: groups come from the policy, answers from the codebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product

import numpy as np

from diagnostic.codebook.region import QUESTION as DEPARTEMENT
from diagnostic.estimate.facts import ASKED, INFORMED, UNKNOWN
from diagnostic.release.populations.groups import Axis, Frame, Group, Statement, Variable
from diagnostic.release.populations.people import ABOUT_PERSONS, BLANK, NOT_ASKED, Population
from diagnostic.release.populations.policy import (
    ARRONDISSEMENT,
    DERIVED,
    PLACE,
    PRESENCE,
    SAME,
    UNTOLD,
    Policy,
    PolicyError,
    Term,
    parse,
    strictest,
)
from diagnostic.release.populations.rounding import LESS, MARGIN, MORE, Claim

TOTAL, HEADLINE, OTHER, CROSSING = range(4)  # tiers, the most important first
ANSWERING = ("professionals", "responses")  # populations that the form asks
COUNTED = ("described", "cases")  # populations of situations, each of which is one
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


def margin(population: str, terms: Iterable[Term]) -> str:
    """The name of the margins of a group, before their measure and side: that of its variables, in its département where it is of
    one."""
    every = [(name, answers) for name, answers in terms if answers not in ((ASKED,), (INFORMED,))] or list(terms)
    said = sorted({f"{name}={answers[0]}" if name == DEPARTEMENT else name for name, answers in every})
    return f"{population}: {' & '.join(said)} {MARGIN}"


def settled(population: str, terms: Iterable[Term]) -> bool:
    """Whether no answer leaves a number open, whatever the data are: of situations, of those of whom nothing is known, by place."""
    told = any(UNKNOWN in answers or name in (PLACE, ARRONDISSEMENT) for name, answers in terms)
    return told or population in COUNTED


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

    def family(self, name: str) -> str:
        """The name that a group is drawn by: that of its sets of answers, whatever answers they hold today, and one for the
        groups of two populations that are the same persons by definition."""
        if name in SAME:
            return f"{SAME[name]}: "
        population, _, said = name.partition(": ")
        return f"{population}: {' & '.join(self.policy.families.get(term, term) for term in said.split(' & '))}"

    def margins(self, printed: Iterable[str]) -> Mapping[str, list[str]]:
        """Name of a margin, before its measure and side → the printed groups whose envelopes show it."""
        found: dict[str, list[str]] = {}
        for one in self.entries:
            if one.name in printed and not settled(self.population, one.terms):
                found.setdefault(margin(self.population, one.terms), []).append(one.name)
        return found

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
            one.name: tuple(
                other
                for other in self.entries
                if other.terms != one.terms and (one.inside(other) or other in self._asked(one))
            )
            for one in self.entries
        }

    @cached_property
    def asked(self) -> Mapping[str, Entry]:
        """Question → the group of the list that it is put to, by the codebook."""
        named = {one.terms: one for one in self.entries} if self.population in ANSWERING else {}
        found = {name: named.get(plain(parse(f": {term}")[1])) for name, term in self.policy.asked.items()}
        return {name: entry for name, entry in found.items() if entry}

    def _asked(self, entry: Entry) -> Iterator[Entry]:
        """The groups that alone could give the answers of an entry."""
        yield from (self.asked[name] for name, _ in entry.terms if name in self.asked and not entry.silent)


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
            elif "" in own and answers == (UNKNOWN,) and self._all_told(self.axes[own[""]].variable):
                choices.append([(own[""], self.axes[own[""]].size - 1)])  # who gives none of them
            else:
                raise PolicyError(f"printed : {variable}={told} n’est pas dans la liste")
        return tuple(tuple(sorted(chosen)) for chosen in product(*choices))

    def _all_told(self, variable: Variable) -> bool:
        """Whether the list names every answer that there is, so that who gives none of them is unknown."""
        return {*self.listing.answers(variable.name), REST} <= {*variable.modalities}

    def statement(self, name: str, terms: tuple[Term, ...], low: int | None, high: int | None) -> Statement:
        return Statement(name, tuple((1, group) for group in self.groups(terms)), low, high)

    def told(self, printed: Mapping[str, Claim]) -> tuple[Statement, ...]:
        """What the printed numbers of listed groups say."""
        own = ((entry, printed.get(entry.name)) for entry in self.listing.entries)
        return tuple(self.statement(entry.name, entry.terms, one.low, one.high) for entry, one in own if one)

    def left_open(self, printed: Mapping[str, Claim]) -> tuple[Statement, ...]:
        """What the margins among printed numbers say of those of whom a variable is unknown, as far as answers alone leave it
        open (`gate.true_values`): they are as many as any number may grow by; a share, of N persons of whom p gave the answer
        most given, moves by no more than that, and up or down by p ÷ N of it at least. Who may be told twice is known."""
        found = []
        for name, one in printed.items():
            unknown, side = self.unknown(name), name.partition(MARGIN)[2]
            if not unknown:
                continue
            own = self.groups(unknown[0])
            fixed = tuple(term for term in unknown[0] if term[1] != (UNKNOWN,))
            alone = all(dict(one).keys() <= {DEPARTEMENT} for one in unknown[1:])  # else of either of two variables
            if side == f"count{LESS}":
                known = [*((1, group) for group in self.groups(fixed)), *((-1, group) for group in own)]
                found += [Statement(f"{name}≥", tuple(known), one.low, None)] if alone else []
                continue
            every = tuple((1, group) for terms in unknown for group in self.groups(terms))
            found.append(Statement(f"{name}≥", every, one.low, None))
            ends = [("≤", one.high)] if side.endswith(MORE) and alone else []
            whole, most = self._most(unknown[0], fixed, printed)
            if side.startswith("percent") and alone and whole and most:
                ends.append(("≤≤", one.high * whole // most))
            found += [Statement(f"{name}{end}", tuple((1, group) for group in own), None, high) for end, high in ends]
        return tuple(found)

    def unknown(self, margin: str) -> list[tuple[Term, ...]]:
        """Those whose answers a margin is of: of whom its variable, in its département, is unknown, then those of no known
        département, or of whom its other variable is; none where the list cannot tell them."""
        said = margin.partition(":")[2].partition(MARGIN)[0].strip() if MARGIN in margin else ""
        named = [one.partition("=") for one in said.split(" & ") if one]
        fixed: tuple[Term, ...] = tuple((name, (answer,)) for name, _, answer in named if answer)
        found: list[tuple[Term, ...]] = [(*fixed, (name, (UNKNOWN,))) for name, _, answer in named if not answer]
        found += [((name, (UNKNOWN,)),) for name, _ in fixed]
        try:
            axes = [{axis for group in self.groups(terms) for axis, _ in group} for terms in found]
        except PolicyError:
            return []
        return found if all(self.frame.home(one) is not None for one in axes) else []

    def _most(self, open_: tuple[Term, ...], fixed: tuple[Term, ...], printed: Mapping[str, Claim]) -> tuple[int, int]:
        """How many persons at most there are in a département, or in all, and at least gave the answer to a variable that most
        gave there; of the printed ones."""
        own = [(one, printed[one.name]) for one in self.listing.entries if one.name in printed and not one.silent]
        answered = [
            told.low for one, told in own if {*fixed} < {*one.terms} and dict(one.terms).keys() == dict(open_).keys()
        ]
        return max((told.high for one, told in own if one.terms == plain(fixed)), default=0), max(answered, default=0)

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
    def routed(self) -> tuple[Statement, ...]:
        """What the form says: answers to a question are of those it was put to, one each where it takes one."""
        found = []
        for at, axis in enumerate(self.axes):
            whole = self.listing.asked.get(axis.variable.name)
            if whole is None or set(axis.modality.split("|")) & SILENT:
                continue
            said = [code for code in axis.codes if axis.modality or axis.variable.modalities[code] not in SILENT]
            terms = [(1, group) for group in self.groups(whole.terms)] + [(-1, ((at, code),)) for code in said]
            found.append(Statement(f"↳ {axis.variable.name} {axis.modality}", tuple(terms), 0, None))
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


def coded(listing: Listing, population: Population, places: Mapping[str, tuple[Term, ...]]) -> np.ndarray:
    """The code of each axis of a listing for each row: rows × axes."""
    found = np.zeros((len(population.key), len(listing.unknowns.axes)), dtype=int)
    for at, axis in enumerate(listing.unknowns.axes):
        name = axis.variable.name
        if axis.modality:
            wanted = tuple(axis.modality.split("|"))
            found[:, at] = population.answers(name, [wanted]).holds(wanted)
            continue
        codes = np.full(len(population.key), len(axis.variable.modalities) - 1)
        for code, modality in enumerate(axis.variable.modalities):
            if modality == REST:
                continue
            if name == "arrondissement":
                variable, wanted = places[modality][0]
                codes[population.answers(variable, [wanted]).holds(wanted)] = code
            elif name != "everyone":
                codes[population.answers(name).holds((modality,))] = code
        found[:, at] = codes
    return found
