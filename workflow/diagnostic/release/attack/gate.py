"""The gate: everything that will be printed of a population, attacked by every reader of the policy.

What it decides is a function of statements, policy and what each reader knows: every group is looked at, whatever its
true size. Nothing printed may prove that a group is small and not empty, or close in on one that is withheld.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.audit.structure import Unreadable, count_bounds, share
from diagnostic.core.french import plural
from diagnostic.release.attack.solver import Contradiction, Model, Targets, attack, interval
from diagnostic.release.populations.groups import Axis, Frame, Group, Statement, System, columns, member
from diagnostic.release.populations.listing import SILENT, Listing, plain
from diagnostic.release.populations.people import ABOUT_PERSONS, Population
from diagnostic.release.populations.rounding import EXACT, MARGIN, PUBLIC_KEY, Claim, Draw

OUTSIDER, STRUCTURE, PREFECTURE, EDITIONS = "outsider", "structure", "prefecture", "editions"
READERS = {
    OUTSIDER: "qui lit tout ce qui est publié",
    STRUCTURE: "une structure qui connaît ses propres situations",
    PREFECTURE: "la préfecture, qui connaît les parcours de sortie",
    EDITIONS: "qui rapproche les éditions",
}
METHOD = "intervalle entier exact de chaque groupe, sous tout ce qui est imprimé"
POOL = 1200  # tables kept


class Reader(NamedTuple):
    """Someone who reads: the persons they know already, as rows of codes of the listing's axes (none for an outsider)."""

    name: str
    codes: np.ndarray


class Finding(NamedTuple):
    """A group that a reader closes in on, and the printed groups that prove it."""

    reader: str
    target: str
    proof: tuple[str, ...]
    settled: bool = True


class _Target(NamedTuple):
    name: str
    plus: tuple[Group, ...]
    minus: tuple[Group, ...]
    reach: float
    width: float
    presence: bool
    few: float = 0  # of a printed group: under how many its others would be few
    outside: bool = False  # asked of who knows nobody alone


@dataclass
class Gate:
    """Attacks on one listing; what an attack finds possible is tried on the next.

    `public`: sentences that others published, and that cannot be withdrawn. `parts`: groups that are another population, and
    what that one prints of its size.
    """

    listing: Listing
    public: tuple[Statement, ...] = ()
    parts: Mapping[str, Claim] = field(default_factory=dict)
    progress: Callable[[str], None] = lambda _: None
    truth: np.ndarray | None = None  # the persons, as codes
    margins: Mapping[str, Claim] = field(default_factory=dict)  # printed with the groups
    pools: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def frame(self) -> Frame:
        axes = {tuple(sorted({axis for axis, _ in group})) for said in self.public for _, group in said.terms}
        frame = self.listing.unknowns.frame
        return replace(frame, extra=(*frame.extra, *sorted(one for one in axes if len(one) > 1)))

    def findings(self, printed: Mapping[str, Claim], readers: Sequence[Reader]) -> list[Finding]:
        """What some reader proves, the outsider first; the others are asked once the outsider finds nothing."""
        frame = self.frame
        system = frame.system(self.statements(printed))
        targets = _targets(self.listing, printed)
        targets += [_part(self.listing, name, one) for name, one in self.parts.items()]
        found: list[Finding] = []
        for reader in readers:
            if found and reader.name != OUTSIDER:
                break
            found += self._siege(frame, system, targets, reader, set(printed))
        return found

    def statements(self, printed: Mapping[str, Claim]) -> tuple[Statement, ...]:
        """Everything that readers have: what is printed, what is outside, what answers imply of one another."""
        unknowns = self.listing.unknowns
        shown = self.listing.margins(printed)
        margins = {name: one for name, one in self.margins.items() if _margin(name) in shown}
        supposed = (*unknowns.routed, *unknowns.left_open({**printed, **margins}))
        held = supposed if self.truth is None else true_values(supposed, self.truth)
        told = (*unknowns.told(self.parts), *unknowns.told(printed), *self.public)
        return (*told, *unknowns.implied, *held, ANYBODY)

    def _siege(
        self, frame: Frame, system: System, targets: list[_Target], reader: Reader, printed: set[str]
    ) -> list[Finding]:
        known = frame.table(reader.codes)
        targets = [one for one in targets if reader.name == OUTSIDER or not one.outside]
        facing = as_targets(frame, targets, reader)
        count = f"{len(targets)} {plural(len(targets), 'groupe')} à vérifier"
        self.progress(f"protection des personnes, vue par {READERS[reader.name]} : {count}")
        pool = self._pool(frame)
        if self.public:
            facing = self._not_narrowed(frame, facing, reader)
        try:
            outcome = attack(system.without(known), facing, None if pool is None else pool - known)
        except Contradiction:  # the figures say less than what the reader knows: take back what is printed
            return [Finding(reader.name, "", tuple(sorted(printed)), settled=False)]
        old = self.pools.get(frame.starts[-1], outcome.pool[:0])
        self.pools[frame.starts[-1]] = np.unique(np.vstack([old, outcome.pool + known]), axis=0)[-POOL:]
        shown = self.listing.margins(printed)

        def behind(proof: Sequence[str]) -> tuple[str, ...]:  # of a proof by margins alone, the numbers that show them
            named = tuple(fact for fact in proof if fact in printed)
            return named or tuple(name for fact in proof for name in shown.get(_margin(fact), ()))

        return [Finding(reader.name, one.target, behind(one.proof), one.settled) for one in outcome.exposed]

    def _not_narrowed(self, frame: Frame, facing: Targets, reader: Reader) -> Targets:
        """The targets, asking of those that public figures give away by themselves not to be narrowed further."""
        told = (*self.public, *self.listing.unknowns.implied, ANYBODY)
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


def _margin(name: str) -> str:
    """The name of a margin without its measure and side; of a group, its own."""
    return name.partition(MARGIN)[0] + MARGIN * (MARGIN in name)


ANYBODY = Statement("≥ 0", ((1, ()),), 0, None)  # nobody is counted below zero: a system needs a sentence


def _targets(listing: Listing, printed: Mapping[str, Claim]) -> list[_Target]:
    """Every group of the list, every answer of its variables, every crossing that a crossing of the list ties, and what
    is left of a whole without a printed part."""
    unknowns, policy = listing.unknowns, listing.policy
    highest = max(policy.rules.thresholds.of(name) for name in type(policy.rules.thresholds).model_fields)
    about = listing.population != "professionals"
    strictest = highest if about else policy.rules.thresholds.ordinary
    found: dict[tuple[tuple[Group, ...], tuple[Group, ...]], _Target] = {}

    def add(one: _Target) -> None:
        found.setdefault((tuple(sorted(one.plus)), tuple(sorted(one.minus))), one)

    told = {entry.terms for entry in listing.entries if entry.name in printed}
    for entry in listing.entries:
        groups = unknowns.groups(entry.terms)
        if entry.silent or not entry.terms:
            continue
        shown = entry.name in printed
        # That somebody of a printed place has not answered says nothing of anybody.
        said = plain(term for term in entry.terms if not set(term[1]) <= SILENT)
        presence = about and unknowns.presence(entry.terms) and said not in told
        # A crossing of this group and another, which nothing ties, is as large as the smaller of the two.
        waived = entry.threshold < policy.rules.thresholds.of(entry.group_class)
        reach = entry.threshold if waived or len(entry.terms) > 1 else strictest
        as_is, few = shown and printed[entry.name].base == EXACT, entry.threshold if shown else 0
        width = 0 if as_is else min(entry.threshold, policy.rules.thresholds.ordinary if shown else entry.threshold) - 1
        add(_Target(entry.name, groups, (), reach, width, presence, few))
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
                name = f"{whole.name} ∖ {entry.name}"
                add(_Target(name, all_, parts, entry.threshold, policy.rules.thresholds.ordinary - 1, False))
    if about:
        return list(found.values())
    # What professionals say of themselves is told as it is: nothing of that, nor of what is left of it, is inferred.
    exact = {tuple(sorted(unknowns.groups(wholes[name].terms))) for name, one in printed.items() if one.base == EXACT}
    return [one for (plus, minus), one in found.items() if not {plus, minus} <= exact | {()}]


def _part(listing: Listing, name: str, told: Claim) -> _Target:
    """The size of another population, which prints it: all that is printed of this one says no more of it."""
    groups = listing.unknowns.groups(next(one for one in listing.entries if one.name == name).terms)
    return _Target(name, groups, (), told.high, told.high - told.low, False, outside=True)


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
    told = few > 0
    plus, minus = ([columns(frame, getattr(one, side)) for one in targets] for side in ("plus", "minus"))
    forms = scipy.sparse.csr_array(frame.form(plus) - frame.form(minus))
    own = forms @ frame.table(reader.codes)
    wanted = np.array([one.reach for one in targets], dtype=float)
    return Targets(
        names=tuple(one.name for one in targets),
        forms=forms,
        reach=np.where(told, few, np.maximum(wanted - own, 0)),
        width=np.where(told, 0.0, [one.width for one in targets]),
        floor=np.where(told, 0.0, [0.0 if one.presence and outside else math.inf for one in targets]),
        either=told,
    )


PATHWAYS = 1 / 10  # of persons, to stand for those in an exit pathway: no answer says who they are


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


def explain(listing: Listing, labels: Mapping[str, str], findings: Sequence[Finding]) -> list[str]:
    """One message per exposed group: who can tell, from which printed figures. Never the count."""
    said: dict[str, str] = {}
    for finding in findings:
        proof = ", ".join(f"« {labels.get(fact, fact)} »" for fact in finding.proof)
        target = labels.get(finding.target, finding.target)
        told = f"se déduit, pour {READERS[finding.reader]}, de : {proof}" if proof else "se déduit sans aucun chiffre"
        said.setdefault(target, f"« {target} » {told if finding.settled else 'n’a pas pu être vérifié'}.")
    return list(said.values())


# -- What is public already of the persons of a study -------------------------------------------------------------
# Figures that were published on them, and that nobody can withdraw.
#
# They prove some groups by themselves: that is the baseline. Our release may not narrow it further.
def published_statements(
    figures: pd.DataFrame, facts: pd.DataFrame, group: Mapping[str, tuple[Group, ...]]
) -> tuple[Statement, ...]:
    """The published figures that count a group of a population, or a share of it, as sentences on its persons.

    `figures`: one row per published figure. `facts`: one row per fact with `fact_id`, `group`, `base`; a figure speaks
    of the fact of the same identifier. `group`: name → the disjoint groups it is the union of. What cannot be read as a number says nothing.
    """
    same = facts.drop_duplicates("fact_id").set_index("fact_id")
    found: list[Statement] = []
    for figure in figures[figures["id"].isin(same.index)].to_dict("records"):
        fact = same.loc[figure["id"]]
        part, whole = group.get(fact["group"]), group.get(fact["base"])
        title = f"{figure['statement_fr']} ({figure['id']}, publié)"
        try:
            if figure["unit"] == "count" and part is not None:
                low, high = count_bounds(figure["value"], figure["rounding"])
                found.append(Statement(title, tuple((1, one) for one in part), low, high))
            elif figure["unit"] == "percent" and part is not None and whole is not None:
                found += _share(title, figure["value"], figure["rounding"], part, whole)
        except Unreadable:
            continue
    return tuple(found)


def _share(title: str, value: str, rounding: str, part: tuple[Group, ...], whole: tuple[Group, ...]) -> list[Statement]:
    """low ≤ 100 · part / whole < high, in whole numbers: one sentence for each end."""
    window = share(value, rounding)
    scale = math.lcm(*(end.as_integer_ratio()[1] for end in (window.low, window.high)))
    low, high = int(window.low * scale), int(window.high * scale)
    return [
        Statement(f"{title}≥", _weighted((100 * scale, part), (-low, whole)), 0, None),
        Statement(f"{title}≤", _weighted((100 * scale, part), (-high, whole)), None, -1 if window.open_high else 0),
    ]


def _weighted(*sums: tuple[int, tuple[Group, ...]]) -> tuple[tuple[int, Group], ...]:
    return tuple((times, group) for times, groups in sums for group in groups)


def true_values(said: tuple[Statement, ...], codes: np.ndarray) -> tuple[Statement, ...]:
    """The sentences that the data agree with. A figure that they contradict was counted otherwise: it bounds nobody. `codes`: persons × axes."""
    return tuple(one for one in said if _holds(one, codes))


def _holds(said: Statement, codes: np.ndarray) -> bool:
    found = sum(coefficient * int(member(codes, group).sum()) for coefficient, group in said.terms)
    return (said.low is None or said.low <= found) and (said.high is None or found <= said.high)
