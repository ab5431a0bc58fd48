"""The decision on facts that count a group of the closed list: one release per population, attacked before it is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from diagnostic.collect.tables import INPUTS
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.facts import ASKED
from diagnostic.release.attack.gate import Finding, Gate, explain, published_statements, readers_of, true_values
from diagnostic.release.editions import changes
from diagnostic.release.editions.issued import Issued, editions
from diagnostic.release.populations.groups import Statement
from diagnostic.release.populations.listing import CROSSING, HEADLINE, OTHER, TOTAL, Entry, Listing, coded, plain
from diagnostic.release.populations.people import Population, holding
from diagnostic.release.populations.policy import ARRONDISSEMENT, PLACE, POPULATIONS, SAME, Policy, Term, parse
from diagnostic.release.populations.rounding import (
    EXACT,
    MARGIN,
    Claim,
    Draw,
    claim,
    first_step,
    least,
    members,
    multiple,
    reach,
    reach_of,
)
from diagnostic.release.ways import envelopes

# -- What is printed of one population ----------------------------------------------------------------------------
# Draws, then an attack; whole proofs widened, then withheld, down a fixed ladder.
#
# After the primary rules every choice is a function of what is printed, of the policy and of the key: two tables of
# persons that print the same are decided the same. Bounds count steps, never seconds.
# -- Primary rules: what may not be printed whatever the rest says. They alone look at the true counts ------------


@dataclass(frozen=True)
class Counted:
    """One group of the closed list as counted: its figure, who is in it (one word for the set), and what forbids it
    ("" when nothing does)."""

    entry: Entry
    count: int
    members: str
    inside: np.ndarray
    reason: str


def count(
    entry: Entry, population: Population, policy: Policy, told: float | None, places: Mapping[str, tuple[Term, ...]]
) -> Counted:
    """`told`: the figure, where the rules of counting give another number than the rows do (mixed groups). `places`:
    arrondissement → the places that are in it."""
    inside = holding(population, entry.terms, places)
    size = int(inside.sum()) if told is None else round(told)
    reason = _reason(size, inside, population, entry, policy)
    return Counted(entry, size, members(population.key[inside]), inside, reason)


def _reason(size: int, inside: np.ndarray, population: Population, entry: Entry, policy: Policy) -> str:
    if size < entry.threshold or not inside.any():
        return "small"
    structures, situations = np.bincount(population.structure[inside]), np.bincount(population.situation[inside])
    wanted = policy.rules.contributors
    few = (structures > 0).sum() < wanted.structures or (situations > 0).sum() < wanted.situations
    largest = 100 * max(int(np.max(structures)), int(np.max(situations))) / inside.sum()
    return "contributors" if few or largest > wanted.largest_percent else ""


# -- Which groups and totals are printed --------------------------------------------------------------------------
RUNGS = (CROSSING, OTHER, HEADLINE, TOTAL)  # the last tier that each rung of the ladder prints
SAID = ("la liste entière", "sans aucun croisement", "les chiffres de tête", "le total seul")
STEPS = 16  # attacks on one rung, at most
# How often a small whole is not split: presence of any of its parts becomes 1 ÷ TOSSED times likelier at most.
TOSSED = 1 / 20


Progress = Callable[[str], None]


def silent(_: str) -> None:
    """No progress told."""


@dataclass(frozen=True)
class Decision:
    """`printed`: name of a group of the closed list → what is printed of it. `reason`: name → why nothing is ("" where
    something is). `rung`: of the ladder. `left`: what an attack still finds: the release is refused."""

    listing: Listing
    counted: Mapping[str, Counted]
    printed: Mapping[str, Claim]
    reason: Mapping[str, str]
    rung: int = 0
    left: tuple[Finding, ...] = ()


@dataclass
class Draft:
    """The groups of one population as counted, to be printed at the bases chosen so far."""

    listing: Listing
    counted: Mapping[str, Counted]
    draw: Draw
    exact_total: bool = False
    fixed: Mapping[str, Claim | None] = field(default_factory=dict)  # printed as another population prints them
    earlier: Mapping[str, Claim] = field(default_factory=dict)  # of an edition all of whose rows are still there
    table: str = ""  # one word for who is counted, with every answer
    later: int = 0  # how many editions of the same population left before
    bases: dict[str, int] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        rules = self.listing.policy.rules
        for entry in self.listing.entries:
            wide = entry.threshold > rules.thresholds.ordinary
            self.bases[entry.name] = rules.rounding.sensitive_base if wide else rules.rounding.base

    def printed(self, last: int) -> dict[str, Claim]:
        """What is printed of the groups up to a tier: the largest first, no part above what holds it."""
        found: dict[str, Claim] = {}
        wholes = self.listing.wholes
        for entry in sorted(self.listing.entries, key=lambda one: len(wholes[one.name])):
            one, own = self.counted[entry.name], self.fixed.get(entry.name)
            if self.exact_total and not entry.terms:
                found[entry.name] = claim(one.count, EXACT, entry.threshold)
                continue
            barred = entry.tier > last or one.reason or entry.name in self.withheld
            if entry.name in self.fixed:
                if own is not None and (own.base == EXACT or not barred):
                    found[entry.name] = own
                continue
            if barred or self.tossed(entry, found):
                continue
            base = self.bases[entry.name]
            value, far = self.drawn(entry), reach(base, self.later)
            for whole in wholes[entry.name]:
                above = found.get(whole.name)
                if above is not None and value > above.value:
                    value, base = nested(base, above)
                    far = max(far, reach(base, self.later), reach(above.base, self.later))
            if value >= least(base, entry.threshold):
                found[entry.name] = claim(value, base, entry.threshold, far)
        return self._raised(found)

    def drawn(self, entry: Entry) -> int:
        """The multiple drawn for a group. Where an earlier edition printed more of it and all its rows are still there, that
        number, if moving the count as far as it may go would print it: two draws that disorder the editions would leave the
        newcomers too few numbers."""
        count, base, name = self.counted[entry.name].count, self.bases[entry.name], self.listing.family(entry.name)
        drawn, first = self.draw.uniform("group", name), first_step(base, entry.threshold)
        far, before = reach(base, self.later), self.earlier.get(entry.name)
        value = multiple(count + self.draw.shift(far, name, self.table), base, drawn, first)
        if before is None or before.value <= value or before.value % base:
            return value
        return before.value if multiple(count + far, base, drawn, first) >= before.value else value

    def tossed(self, entry: Entry, found: Mapping[str, Claim]) -> bool:
        """Whether the split of everybody that this group belongs to is withheld whole, by the key alone.

        Where the total is so small that all parts may be withheld for their size, « non publié » on each would say that
        somebody is in each. It may then also be that the split was tossed out, whatever it holds. Of a larger total some
        part is printed, and nothing is tossed.
        """
        whole = found.get(f"{self.listing.population}: ")
        for variable, _ in entry.terms:
            parts = self.listing.splits.get(variable, ())
            most = sum(least(self.bases[part.name], part.threshold) for part in parts)
            small = bool(parts) and (whole.low if whole else 0) <= most
            if small and self.draw.uniform("split", self.listing.population, variable) < TOSSED:
                return True
        return False

    def _raised(self, found: dict[str, Claim]) -> dict[str, Claim]:
        """A whole under a part that is fixed: raised to the multiple above it, which its count may still have drawn."""
        for name in self.fixed.keys() & found.keys():
            for whole in self.listing.wholes[name]:
                above = found.get(whole.name)
                if above is not None and above.value < found[name].value:
                    base, far = max(above.base, found[name].base), max(reach_of(above), reach_of(found[name]))
                    found[whole.name] = claim(base * -(-found[name].value // base), base, whole.threshold, far)
        return found

    def widen(self, names: Sequence[str]) -> None:
        """Each of these groups on the next base, then withheld. Where what professionals say of themselves with whom they met
        is of the proof, nothing of it is exact any more: it is drawn, like the others."""
        rules = self.listing.policy.rules.rounding
        exact = {name for name, one in self.fixed.items() if one and one.base == EXACT}
        if exact & set(names):
            self.fixed = {name: one for name, one in self.fixed.items() if name not in exact}
        for name in (one for one in names if one not in self.fixed and one not in exact):
            wider = [base for base in (rules.sensitive_base, rules.widest_base) if base > self.bases[name]]
            if wider:
                self.bases[name] = wider[0]
            else:
                self.withheld.add(name)


def nested(base: int, whole: Claim) -> tuple[int, int]:
    """What a part prints where its draw is above its whole's: the whole's own number, or the multiple below it."""
    if whole.base == EXACT or base > whole.base:
        return base * (whole.value // base), base
    return whole.value, whole.base


def decide(
    listing: Listing,
    population: Population,
    draw: Draw,
    told: Mapping[str, float],
    places: Mapping[str, tuple[Term, ...]],
    public: tuple[Statement, ...] = (),
    progress: Progress = silent,
    fixed: Mapping[str, Claim | None] | None = None,
    earlier: Mapping[str, Claim] | None = None,
    later: int = 0,
    margins: Mapping[str, Claim] | None = None,
    parts: Mapping[str, Claim] | None = None,
) -> Decision:
    """What may be printed of a population. `told`: name of a group → its figure, by the rules of counting. `public`:
    what others published, `margins`: what is printed of what answers leave open. `parts`: groups that are another population,
    and what that one prints of its size; `fixed`: those that print it too, or nothing with it, and exact ones. `later`: how many editions left before.

    In a draft only the primary rules and the draws apply.
    """
    counted = {
        entry.name: count(entry, population, listing.policy, told.get(entry.name), places) for entry in listing.entries
    }
    exact = population.name in ("professionals", "responses")
    codes = coded(listing, population, places)
    table = draw.of_table(codes)

    def draft() -> Draft:
        return Draft(listing, counted, draw, exact, fixed or {}, earlier or {}, table, later)

    if listing.policy.draft:
        drawn = draft()
        return _decision(drawn, drawn.printed(CROSSING), 0)
    readers = readers_of(listing, population, codes)
    # How many took part is exact: who knows nearly all of them knows by that alone that the others are few.
    others = len(codes) - max(len(one.codes) for one in readers)
    if exact and others < max(entry.threshold for entry in listing.entries):
        public = (*public, Statement(population.name, ((1, ()),), len(codes), len(codes)))
    gate = Gate(listing, public, parts or {}, progress, codes, margins or {})
    for rung in range(len(RUNGS)):
        drawn = draft()
        if rung:
            progress(f"{population.name} : limites atteintes, barreau suivant : {SAID[rung]}")
        for _ in range(STEPS):
            printed = drawn.printed(RUNGS[rung])
            findings = gate.findings(printed, readers)
            if not findings:
                return _decision(drawn, printed, rung)
            chosen = proofs(findings, listing, printed)
            if not chosen:
                break
            drawn.widen(chosen)
    return _decision(drawn, printed, rung, tuple(findings))


def proofs(findings: Sequence[Finding], listing: Listing, printed: Mapping[str, Claim]) -> list[str]:
    """The groups to widen: all those of each proof, without the exact ones beside drawn ones, the shortest proofs first, none
    that shares a group with one taken."""
    order = {entry.name: place for place, entry in enumerate(listing.entries)}
    drawn = {name for name, one in printed.items() if one.base != EXACT}
    found: dict[str, None] = {}
    proven = {tuple(name for name in one.proof if name in drawn) or one.proof for one in findings if one.proof}
    for proof in sorted(proven, key=lambda one: (len(one), one)):
        if not set(proof) & set(found):
            found |= dict.fromkeys(sorted(proof, key=lambda name: -order[name]))
    return list(found)


def _decision(draft: Draft, printed: Mapping[str, Claim], rung: int, left: tuple[Finding, ...] = ()) -> Decision:
    reason = {}
    for entry in draft.listing.entries:
        own = draft.counted[entry.name].reason
        drawn = "split" if draft.tossed(entry, printed) else "draw"
        hidden = "ladder" if entry.tier > RUNGS[rung] else "secondary" if entry.name in draft.withheld else drawn
        reason[entry.name] = "" if entry.name in printed else own or hidden
    return Decision(draft.listing, draft.counted, printed, reason, rung, left)


# -- Populations, group by group ----------------------------------------------------------------------------------
PLACED = "territory.persons.{level}.{code}"  # facts that count the persons of a place
ORDER = ("prostitution", "cases", "concerned", "described", "reported", "professionals")


@dataclass(frozen=True)
class Known:
    """What readers have besides this release: `published` figures on the same persons, what the team issued, and the
    `structures`, of which those that agreed are named (one row per structure)."""

    published: pd.DataFrame = field(default_factory=pd.DataFrame)
    issued: Sequence[Issued] = ()
    structures: pd.DataFrame = field(default_factory=INPUTS["structures"].empty)


@dataclass(frozen=True)
class Released:
    """One population: what was decided, and how facts name its groups. `edition`: the day of the last edition, where its
    statements are kept; `known`: figures of others that its rows agree with."""

    decision: Decision
    population: Population
    places: Mapping[str, tuple[Term, ...]]
    known: int
    edition: str = ""
    held: bool = False  # whether its statements are those of an edition before, or of a draft that left
    margins: envelopes.Margins = field(default_factory=dict)  # what of each variable is left open

    @property
    def claims(self) -> dict[str, Claim]:
        """All that is printed of the population, as an edition records it."""
        return {**self.decision.printed, **self.margins}

    def entry(self, group: str) -> Entry | None:
        """The entry of the closed list that a fact's group is, under whatever name."""
        terms = named(group, self.places)
        found = next((one for one in self.decision.listing.entries if one.terms == terms), None)
        if found or not any(answers == (ASKED,) for _, answers in terms):
            return found
        # To whom a question was put: the same persons as a group of the list, where they are.
        asked = members(self.population.key[holding(self.population, terms, self.places)])
        listed = (self.decision.counted[one.name] for one in self.decision.listing.entries)
        return next((one.entry for one in listed if one.members == asked), None)

    def printed(self, group: str) -> Claim | None:
        """What is printed of a group, if anything."""
        entry = self.entry(group)
        return self.decision.printed.get(entry.name) if entry else None

    @property
    def exact(self) -> dict[str, Claim]:
        """The groups that are printed exact, besides the total."""
        printed = self.decision.printed.items()
        return {name: one for name, one in printed if one.base == EXACT and name.partition(":")[2].strip()}

    def messages(self, labels: Mapping[str, str]) -> list[str]:
        """What an attack still finds, one French line each."""
        return explain(self.decision.listing, labels, self.decision.left)


def named(group: str, places: Mapping[str, tuple[Term, ...]]) -> tuple[Term, ...]:
    """The terms of a fact's group, under the name of its arrondissement where it is one."""
    terms = plain(parse(group)[1])
    known = (name for name, own in places.items() if own == terms and terms[0][0] == PLACE)
    return next((((ARRONDISSEMENT, (name,)),) for name in known), terms)


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
    placed = own[ids.of(own["fact_id"], PLACED) & own["measure"].eq("count")]
    places = {
        one.place: parse(group)[1]
        for one, group in zip(map(ids.read, placed["fact_id"]), placed["group"], strict=True)
        if one.parts["level"] == ARRONDISSEMENT
    }
    listing = Listing(name, policy, tuple(sorted(places)))
    terms = {group: named(group, places) for group in {*own["group"], *own["base"].fillna("")} - {""}}
    if policy.waivers:
        names = {one.terms: one.name.partition(":")[2].strip() for one in listing.entries}
        waived = own[own["fact_id"].isin([waiver.figure for waiver in policy.waivers])]
        cells = {
            one: names.get(terms[group], one) for one, group in zip(waived["fact_id"], waived["group"], strict=True)
        }
        listing = Listing(name, policy.granting(cells), listing.places)
    counts = own[own["measure"].eq("count")].drop_duplicates("group")
    figures = {terms[group]: float(one) for group, one in zip(counts["group"], counts["value"], strict=True)}
    told = {one.name: figures[one.terms] for one in listing.entries if one.terms in figures}
    groups = {one.terms: listing.unknowns.groups(one.terms) for one in reversed(listing.entries)}
    listed = own[own["group"].map(lambda one: terms[one] in groups) & own["measure"].isin(["count", "percent"])]
    codes = coded(listing, population, places)
    had = editions(known.issued, name)
    before, later = had[-1] if had else None, sum(not one.draft for one in had)
    margins = envelopes.margins(listed, draw, policy.rules.rounding.base, draw.of_table(codes), later)
    cells_of = {group: groups[one] for group, one in terms.items() if one in groups}
    public = true_values(published_statements(known.published, own, cells_of), codes) if len(known.published) else ()
    others = {group: part for group, part in SAME.items() if part in done and parse(group)[0] == name}
    sizes = {group: done[part].decision.printed.get(f"{part}: ") for group, part in others.items()}
    fixed = {group: sizes[group] for group, part in others.items() if same(done[part].population, population, group)}
    said = listing.unknowns.told({group: one for group, one in sizes.items() if one})
    parts = {one.name: size for one in true_values(said, codes) if (size := sizes[one.name])}
    fixed |= _own(population, listing, told) if name == "professionals" else {}
    earlier = before.printed if before and not changes.gone(before, population) else {}
    decision = decide(listing, population, draw, told, places, public, progress, fixed, earlier, later, margins, parts)
    shown = listing.margins(decision.printed)
    told_of = {one: told for one, told in margins.items() if one.partition(MARGIN)[0] + MARGIN in shown}
    new = Released(decision, population, places, len(public), margins=told_of)
    if before is None:
        return new
    drawn = {one: told for one, told in before.printed.items() if MARGIN in one}
    kept = replace(
        new, decision=_kept(decision, before), edition="" if before.draft else before.name, held=True, margins=drawn
    )
    if policy.draft or not changes.enough(before, population, policy):
        return kept
    progress(f"{POPULATIONS[name]} : ce qui a changé depuis l’édition du {before.name}")
    return kept if changes.findings(listing, had, new.claims, population.key.tolist(), codes) else new


def _own(population: Population, listing: Listing, told: Mapping[str, float]) -> dict[str, Claim]:
    """The declared crossings of what professionals say of themselves with whom they met (`shares`), and the whole that each
    is a share of: exact, where the whole is large enough. `told`: name of a group → its figure."""
    policy = listing.policy
    found: dict[str, Claim] = {}
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
    return members(whole.key[holding(whole, parse(group)[1])]) == members(part.key)


def _kept(decision: Decision, before: changes.Previous) -> Decision:
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


def _no_closer(one: Claim, before: Claim) -> bool:
    return one.value == before.value and one.low <= before.low and before.high <= one.high
