"""The decision on facts that count a group of the closed list: one release per population, attacked before it is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from diagnostic.collect.tables import Structures
from diagnostic.estimate.facts import ASKED
from diagnostic.release import baseline, editions
from diagnostic.release.attack import Model, interval
from diagnostic.release.audit import Gate, columns, explain
from diagnostic.release.claims import EXACT, Printed, claim
from diagnostic.release.closed_list import ARRONDISSEMENT, POPULATIONS, Term, parse
from diagnostic.release.decision import RUNGS, Decision, coded, decide, readers_of, silent
from diagnostic.release.draws import Draw, members
from diagnostic.release.groups import Statement
from diagnostic.release.issued import Issued, last
from diagnostic.release.listing import Entry, Listing, plain
from diagnostic.release.policy import PLACE, Policy
from diagnostic.release.populations import Population
from diagnostic.release.primary import holding

PLACED = "territory.persons.arrondissement."  # facts that count the persons of an arrondissement
SAME = {"concerned: in_prostitution=yes": "prostitution", "described: source=response": "cases"}  # group → population
ORDER = ("prostitution", "cases", "concerned", "described", "reported", "professionals")


@dataclass(frozen=True)
class Known:
    """What readers have besides this release: `published` figures on the same persons, what the team issued, and the
    `structures`, of which those that agreed are named (one row per structure)."""

    published: pd.DataFrame = field(default_factory=pd.DataFrame)
    issued: Sequence[Issued] = ()
    structures: pd.DataFrame = field(default_factory=Structures.empty)


@dataclass(frozen=True)
class Released:
    """One population: what was decided, and how facts name its groups. `edition`: the day of the last edition, where its
    statements are kept; `known`: figures of others that its rows agree with."""

    decision: Decision
    population: Population
    places: Mapping[str, tuple[Term, ...]]
    edition: str = ""
    held: bool = False  # whether its statements are those of an edition before, or of a draft that left
    known: int = 0

    def entry(self, group: str) -> Entry | None:
        """The entry of the closed list that a fact's group is, under whatever name."""
        terms = self._terms(group)
        found = next((one for one in self.decision.listing.entries if one.terms == terms), None)
        if found or not any(answers == (ASKED,) for _, answers in terms):
            return found
        # To whom a question was put: the same persons as a group of the list, where they are.
        asked = members(self.population.key[holding(self.population, terms, self.places)])
        listed = (self.decision.counted[one.name] for one in self.decision.listing.entries)
        return next((one.entry for one in listed if one.members == asked), None)

    def _terms(self, group: str) -> tuple[Term, ...]:
        terms = plain(parse(group)[1])
        return tuple(
            (ARRONDISSEMENT, (name,)) if terms == own else term
            for term in terms
            for name, own in [
                next(((n, o) for n, o in self.places.items() if term[0] == PLACE and o == terms), ("", ()))
            ]
        )

    def printed(self, group: str) -> Printed | None:
        """What is printed of a group, if anything."""
        entry = self.entry(group)
        return self.decision.printed.get(entry.name) if entry else None

    @property
    def exact(self) -> dict[str, Printed]:
        """The groups that are printed exact, besides the total."""
        return {
            name: one for name, one in self.decision.printed.items() if one.base == EXACT and name.split(":")[1].strip()
        }

    def messages(self, labels: Mapping[str, str]) -> list[str]:
        """What an attack still finds, one French line each."""
        return explain(self.decision.listing, labels, self.decision.left)


def release_groups(
    facts: pd.DataFrame,
    populations: Mapping[str, Population],
    policy: Policy,
    draw: Draw,
    known: Known | None = None,
    progress: Callable[[str], None] = silent,
) -> dict[str, Released]:
    """Decide every population that some fact counts, after those that are parts of it; name → its release."""
    counted = [name for name in ORDER if name in populations and facts["group"].str.startswith(f"{name}:").any()]
    found: dict[str, Released] = {}
    for name in counted:
        progress(f"{POPULATIONS[name]} : décision")
        found[name] = _release(facts, populations[name], policy, draw, known or Known(), found, progress)
    _check_parts(found, policy)
    return found


def _release(
    facts: pd.DataFrame,
    population: Population,
    policy: Policy,
    draw: Draw,
    known: Known,
    done: Mapping[str, Released],
    progress: Callable[[str], None],
) -> Released:
    name = population.name
    own = facts[facts["group"].str.startswith(f"{name}:")]
    placed = own[own["fact_id"].str.startswith(PLACED) & own["measure"].eq("count")]
    places = {
        fact.removeprefix(PLACED): parse(group)[1]
        for fact, group in zip(placed["fact_id"], placed["group"], strict=True)
    }
    listing = Listing(name, policy, tuple(sorted(places)))
    empty = Released(Decision(listing, {}, {}, {}), population, places)
    if policy.waivers:
        names = {one.terms: one.name.partition(":")[2].strip() for one in listing.entries}
        waived = own[own["fact_id"].isin([waiver.figure for waiver in policy.waivers])]
        cells = {
            fact: names.get(empty._terms(group), fact)
            for fact, group in zip(waived["fact_id"], waived["group"], strict=True)
        }
        listing = Listing(name, policy.granting(cells), listing.places)
        empty = Released(Decision(listing, {}, {}, {}), population, places)
    told: dict[str, float] = {}
    counts = own[own["measure"].eq("count")].drop_duplicates("group")
    for group, value in zip(counts["group"], counts["value"], strict=True):
        terms = empty._terms(group)
        told |= {one.name: float(value) for one in listing.entries if one.terms == terms}
    said = _published(known.published, own, empty)
    public = baseline.true(said, coded(listing, population, places)) if said else ()
    fixed = {
        group: done[part].decision.printed.get(f"{part}: ")
        for group, part in SAME.items()
        if part in done and parse(group)[0] == name and same(done[part].population, population, group)
    }
    fixed |= _own(population, listing, told) if name == "professionals" else {}
    before = last(known.issued, name)
    earlier = before.printed if before and not editions.gone(before, population) else {}
    decision = decide(listing, population, draw, told, places, _parts(listing, done), public, progress, fixed, earlier)
    if before is None:
        return Released(decision, population, places, known=len(public))
    named = "" if before.draft else before.name
    kept = replace(Released(_kept(decision, before), population, places, named, held=True), known=len(public))
    if policy.draft or not editions.enough(before, population, policy):
        return kept
    progress(f"{POPULATIONS[name]} : ce qui a changé depuis l’édition du {before.name}")
    if editions.findings(listing, before, decision.printed, editions.gone(before, population)):
        return kept
    return Released(decision, population, places, known=len(public))


def _own(population: Population, listing: Listing, told: Mapping[str, float]) -> dict[str, Printed]:
    """The declared crossings of what professionals say of themselves with whom they met (`shares`), and the whole that each
    is a share of: exact, where the whole is large enough. `told`: name of a group → its figure."""
    policy = listing.policy
    found: dict[str, Printed] = {}
    for said in policy.professionals.shares:
        terms = parse(f"{population.name}: {said}")[1]
        whole = tuple(term for term in terms if term[0] not in policy.professionals.own)
        names = [next((one.name for one in listing.entries if one.terms == plain(some)), "") for some in (terms, whole)]
        sizes = [
            round(told.get(name, int(holding(population, some).sum())))
            for name, some in zip(names, (terms, whole), strict=True)
        ]
        if all(names) and sizes[1] >= policy.rules.thresholds.ordinary:
            found |= {name: claim(size, EXACT, 0) for name, size in zip(names, sizes, strict=True)}
    return found


def same(part: Population, whole: Population, group: str) -> bool:
    """Whether a population is just the members of a group of another."""
    inside = holding(whole, parse(group)[1])
    return members(whole.key[inside]) == members(part.key)


def _kept(decision: Decision, before: editions.Previous) -> Decision:
    """The statements of the last edition, for the groups that are still listed. Of a draft, which nothing attacked, those that
    the decision prints too, and claims no closer: no more than its readers have, and a part of what an attack let through."""
    if before.draft:
        had = before.printed
        printed = {name: one for name, one in decision.printed.items() if name in had and _no_closer(one, had[name])}
        told = {name: why or ("" if name in printed else "secondary") for name, why in decision.reason.items()}
        return replace(decision, printed=printed, reason=told)
    printed = {name: before.printed[name] for name in decision.reason if name in before.printed}
    reason = {name: "" if name in printed else "edition" for name in decision.reason}
    return replace(decision, printed=printed, reason=reason, left=())


def _no_closer(one: Printed, before: Printed) -> bool:
    return one.value == before.value and one.low <= before.low and before.high <= one.high


def _published(figures: pd.DataFrame, own: pd.DataFrame, told: Released) -> tuple[Statement, ...]:
    """The figures of others that speak of groups of the list."""
    if not len(figures):
        return ()
    unknowns = told.decision.listing.unknowns
    groups = {}
    for name in {*own["group"], *own["base"].fillna("")} - {""}:
        entry = next((one for one in told.decision.listing.entries if one.terms == told._terms(name)), None)
        if entry:
            groups[name] = unknowns.groups(entry.terms)
    return baseline.statements(figures, own, groups)


def _parts(listing: Listing, done: Mapping[str, Released]) -> tuple[Statement, ...]:
    """What the totals printed of the parts of a population say of it."""
    found = []
    for group, part in SAME.items():
        entry = next((one for one in listing.entries if one.name == group), None)
        total = done[part].decision.printed.get(f"{part}: ") if part in done else None
        if entry and total:
            found.append(listing.unknowns.statement(f"{POPULATIONS[part]} : total", entry.terms, total.low, total.high))
    return tuple(found)


def _check_parts(found: dict[str, Released], policy: Policy) -> None:
    """A part with all that its whole says of its size: where that exposes somebody, the whole prints its total alone."""
    if policy.draft:
        return
    for group, part in SAME.items():
        whole = group.partition(":")[0]
        if part not in found or whole not in found or found[whole].edition or found[part].edition:
            continue
        size = _size(found[whole], group)
        listing, printed = found[part].decision.listing, found[part].decision.printed
        said = Statement(f"{POPULATIONS[whole]} : tout ce qui en est imprimé", ((1, ()),), *size)
        codes = coded(listing, found[part].population, found[part].places)
        gate = Gate(listing, (said,), truth=codes)
        if gate.findings(printed, readers_of(listing, found[part].population, codes)):
            decision = found[whole].decision
            alone = {name: one for name, one in decision.printed.items() if not name.partition(":")[2].strip()}
            reason = {name: "" if name in alone else decision.reason[name] or "ladder" for name in decision.reason}
            found[whole] = replace(
                found[whole], decision=replace(decision, printed=alone, reason=reason, rung=len(RUNGS) - 1)
            )


def _size(whole: Released, group: str) -> tuple[int | None, int | None]:
    """What all that is printed of a population says of one of its groups."""
    listing = whole.decision.listing
    entry = next(one for one in listing.entries if one.name == group)
    gate = Gate(listing)
    system = gate.frame.system({}, gate.statements(whole.decision.printed))
    form = gate.frame.form([columns(gate.frame, listing.unknowns.groups(entry.terms))])
    seen = interval(system, form, Model(system))
    high = None if seen.high == float("inf") or not seen.settled else int(seen.high)
    return (int(seen.low) if seen.settled else None), high
