"""What is printed of one population: draws, then an attack; whole proofs widened, then withheld, down a fixed ladder.

After the primary rules every choice is a function of what is printed, of the policy and of the key: two tables of persons
that print the same are decided the same. Bounds count steps, never seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from diagnostic.release.audit import OUTSIDER, PREFECTURE, STRUCTURE, Finding, Gate, Reader
from diagnostic.release.claims import EXACT, Printed, claim, first_step, least
from diagnostic.release.closed_list import Term
from diagnostic.release.draws import PUBLIC_KEY, Draw
from diagnostic.release.groups import Statement
from diagnostic.release.listing import CROSSING, HEADLINE, OTHER, REST, TOTAL, Entry, Listing
from diagnostic.release.populations import ABOUT_PERSONS, Population
from diagnostic.release.primary import UNITS, Counted, count

RUNGS = (CROSSING, OTHER, HEADLINE, TOTAL)  # the last tier that each rung of the ladder prints
SAID = ("la liste entière", "sans aucun croisement", "les chiffres de tête", "le total seul")
STEPS = 16  # attacks on one rung, at most
TOSSED = (
    1 / 20
)  # how often a small whole is not split: presence of any of its parts becomes 1 ÷ TOSSED times likelier at most
PATHWAYS = 1 / 10  # of persons, to stand for those in an exit pathway: no answer says who they are
Progress = Callable[[str], None]


def silent(_: str) -> None:
    """No progress told."""


@dataclass(frozen=True)
class Decision:
    """`printed`: name of a group of the closed list → what is printed of it. `reason`: name → why nothing is ("" where
    something is). `rung`: of the ladder. `left`: what an attack still finds: the release is refused."""

    listing: Listing
    counted: Mapping[str, Counted]
    printed: Mapping[str, Printed]
    reason: Mapping[str, str]
    rung: int = 0
    left: tuple[Finding, ...] = ()
    solves: int = 0
    attacked: int = 0


@dataclass
class Draft:
    """The groups of one population as counted, to be printed at the bases chosen so far."""

    listing: Listing
    counted: Mapping[str, Counted]
    draw: Draw
    exact_total: bool = False
    fixed: Mapping[str, Printed | None] = field(default_factory=dict)  # printed as another population prints them
    earlier: Mapping[str, Printed] = field(default_factory=dict)  # of an edition all of whose rows are still there
    bases: dict[str, int] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        rules = self.listing.policy.rules
        for entry in self.listing.entries:
            wide = entry.threshold > rules.thresholds.ordinary
            self.bases[entry.name] = rules.rounding.sensitive_base if wide else rules.rounding.base

    def printed(self, last: int) -> dict[str, Printed]:
        """What is printed of the groups up to a tier: the largest first, no part above what holds it."""
        unit = UNITS.get(self.listing.population, "person")
        found: dict[str, Printed] = {}
        wholes = self.listing.wholes
        for entry in sorted(self.listing.entries, key=lambda one: len(wholes[one.name])):
            one, own = self.counted[entry.name], self.fixed.get(entry.name)
            if own is not None and own.base == EXACT:
                found[entry.name] = own
                continue
            if entry.tier > last or one.reason or entry.name in self.withheld:
                continue
            if entry.name not in self.fixed and self.tossed(entry, found):
                continue
            if entry.name in self.fixed:
                same = self.fixed[entry.name]
                if same is not None:
                    found[entry.name] = same
                continue
            if self.exact_total and not entry.terms:
                found[entry.name] = claim(one.count, EXACT, entry.threshold)
                continue
            base = self.bases[entry.name]
            value = self.draw.multiple(one.count, base, unit, one.members, first_step(base, entry.threshold))
            for whole in wholes[entry.name]:
                above = found.get(whole.name)
                if above is not None and value > above.value:
                    value, base = nested(base, above)
            value = max(value, self._before(entry, base, found))
            if value >= least(base, entry.threshold):
                found[entry.name] = claim(value, base, entry.threshold)
        return self._raised(found)

    def tossed(self, entry: Entry, found: Mapping[str, Printed]) -> bool:
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

    def _before(self, entry: Entry, base: int, found: Mapping[str, Printed]) -> int:
        """What an earlier edition printed of a group, where this one may not print less: the group was a part of what it is
        now. Two draws that disorder the editions would leave the newcomers too few numbers."""
        before = self.earlier.get(entry.name)
        if before is None or before.base > base or before.value % base:
            return 0
        if self.counted[entry.name].count < claim(before.value, base, entry.threshold).low:
            return 0  # answers were corrected since: some who were in it are no longer
        above = [found[whole.name].value for whole in self.listing.wholes[entry.name] if whole.name in found]
        return before.value if all(value >= before.value for value in above) else 0

    def _raised(self, found: dict[str, Printed]) -> dict[str, Printed]:
        """A whole under a part that is fixed: raised to the multiple above it, which its count may still have drawn."""
        for name in self.fixed.keys() & found.keys():
            for whole in self.listing.wholes[name]:
                above = found.get(whole.name)
                if above is not None and above.value < found[name].value:
                    base = max(above.base, found[name].base)
                    found[whole.name] = claim(base * -(-found[name].value // base), base, whole.threshold)
        return found

    def widen(self, names: Sequence[str]) -> None:
        """Each of these groups on the next base, then withheld."""
        rules = self.listing.policy.rules.rounding
        for name in (one for one in names if one not in self.fixed):
            wider = [base for base in (rules.sensitive_base, rules.widest_base) if base > self.bases[name]]
            if wider:
                self.bases[name] = wider[0]
            else:
                self.withheld.add(name)


def nested(base: int, whole: Printed) -> tuple[int, int]:
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
    outside: tuple[Statement, ...] = (),
    public: tuple[Statement, ...] = (),
    progress: Progress = silent,
    fixed: Mapping[str, Printed | None] | None = None,
    earlier: Mapping[str, Printed] | None = None,
) -> Decision:
    """What may be printed of a population. `told`: name of a group → its figure, by the rules of counting. `outside`: what
    readers have besides, `public` those of them that others published. `fixed`: groups that
    are another population's total, and print what it prints.

    In a draft only the primary rules and the draws apply.
    """
    counted = {
        entry.name: count(entry, population, listing.policy, told.get(entry.name), places) for entry in listing.entries
    }
    exact = population.name in ("professionals", "responses")
    if listing.policy.draft:
        draft = Draft(listing, counted, draw, exact, fixed or {}, earlier or {})
        return _decision(draft, draft.printed(CROSSING), 0)
    codes = coded(listing, population, places)
    readers = readers_of(listing, population, codes)
    gate = Gate(listing, (*outside, *public), public, progress, codes)
    for rung in range(len(RUNGS)):
        draft = Draft(listing, counted, draw, exact, fixed or {}, earlier or {})
        if rung:
            progress(f"{population.name} : limites atteintes, barreau suivant : {SAID[rung]}")
        for _ in range(STEPS):
            printed = draft.printed(RUNGS[rung])
            findings = gate.findings(printed, readers)
            if not findings:
                return _decision(draft, printed, rung, gate=gate)
            chosen = proofs(findings, listing)
            if not chosen:
                break
            draft.widen(chosen)
    return _decision(draft, printed, rung, tuple(findings), gate)


def proofs(findings: Sequence[Finding], listing: Listing) -> list[str]:
    """The groups to widen: all those of each proof, the shortest proofs first, none that shares a group with one taken."""
    order = {entry.name: place for place, entry in enumerate(listing.entries)}
    found: dict[str, None] = {}
    for proof in sorted({one.proof for one in findings if one.proof}, key=lambda one: (len(one), one)):
        if not set(proof) & set(found):
            found |= dict.fromkeys(sorted(proof, key=lambda name: -order[name]))
    return list(found)


def _decision(
    draft: Draft, printed: Mapping[str, Printed], rung: int, left: tuple[Finding, ...] = (), gate: Gate | None = None
) -> Decision:
    reason = {}
    for entry in draft.listing.entries:
        own = draft.counted[entry.name].reason
        drawn = "split" if draft.tossed(entry, printed) else "draw"
        hidden = "ladder" if entry.tier > RUNGS[rung] else "secondary" if entry.name in draft.withheld else drawn
        reason[entry.name] = "" if entry.name in printed else own or hidden
    return Decision(
        draft.listing,
        draft.counted,
        printed,
        reason,
        rung,
        left,
        gate.solves if gate else 0,
        len(draft.listing.entries),
    )


def readers_of(listing: Listing, population: Population, codes: np.ndarray) -> list[Reader]:
    """The policy's readers: who knows nothing, each structure with its own cases, the two largest together, and the
    préfecture with the persons in an exit pathway."""
    frame = listing.unknowns.frame
    readers = [Reader(OUTSIDER, codes[:0])]
    if STRUCTURE + "s" in listing.policy.rules.attackers:
        sizes = np.bincount(population.structure)
        several = np.argsort(-sizes, kind="stable")[: 2 if (sizes > 0).sum() > 2 else 0]
        groups = [population.structure == number for number in np.flatnonzero(sizes)]
        groups += [np.isin(population.structure, several)] if len(several) else []
        seen = {}
        for mine in groups:
            seen[frame.table(codes[mine]).tobytes()] = Reader(STRUCTURE, codes[mine])
        readers += list(seen.values())
    if PREFECTURE in listing.policy.rules.attackers and population.name in ABOUT_PERSONS:
        drawn = [Draw(PUBLIC_KEY).uniform("pathway", key) < PATHWAYS for key in population.key.tolist()]
        readers += [Reader(PREFECTURE, codes[drawn])] if any(drawn) else []
    return readers


def coded(listing: Listing, population: Population, places: Mapping[str, tuple[Term, ...]]) -> np.ndarray:
    """The code of each axis of a listing for each row: rows × axes."""
    found = np.zeros((len(population.key), len(listing.unknowns.axes)), dtype=int)
    for at, axis in enumerate(listing.unknowns.axes):
        name = axis.variable.name
        if axis.modality:
            wanted = tuple(axis.modality.split("|"))
            found[:, at] = population.answers(name, [wanted]).holds(wanted)
            continue
        rest = len(axis.variable.modalities) - 1
        codes = np.full(len(population.key), rest)
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
