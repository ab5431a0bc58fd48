"""One reader against everything printed: the groups of the study's cliques, then the crossings that join cliques."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from diagnostic.release.apart import Apart, Joint
from diagnostic.release.attack import Exposure, Interval, Model, Outcome, Targets, attack, examine, interval
from diagnostic.release.groups import Frame, Group, Persons, Statement
from diagnostic.release.lift import Counter, lift
from diagnostic.release.system import System
from diagnostic.release.targets import Protected, as_targets

EDITIONS = "editions"  # the name of who reads several editions
KEPT = 600  # whole tables
TRIES = 3  # whole tables glued per group and direction before the exact question


NO_TARGET = Targets((), sparse.csr_array((0, 0)), *(np.zeros(0) for _ in range(4)))


@dataclass
class Tables:
    """Whole tables of all persons known to agree with some release: each is tried on the next."""

    rows: np.ndarray | None = None

    def learn(self, found: np.ndarray) -> None:
        every = found if self.rows is None else np.vstack([self.rows, found])
        self.rows = np.unique(every, axis=0)[-KEPT:] if len(every) <= KEPT else every[-KEPT:]


@dataclass
class Book:
    """Everything that would be printed: each printed group, and the numbers its figure stands for."""

    frame: Frame
    shown: Mapping[Group, tuple[int, int]]
    statements: tuple[Statement, ...] = ()
    found: dict[tuple[int, ...], Tables] = field(default_factory=dict)  # whole tables, by axes that share a clique
    _wider: dict[tuple[int, ...], tuple[Frame, System]] = field(default_factory=dict)

    def wider(self, axes: Sequence[int] = ()) -> tuple[Frame, System]:
        """The system in which these axes also share a clique, every fact shown; built once."""
        key = tuple(sorted(axes))
        if key not in self._wider:
            frame = replace(self.frame, extra=(*self.frame.extra, key)) if key else self.frame
            self._wider[key] = (frame, frame.system(self.shown, self.statements))
        return self._wider[key]


@dataclass(frozen=True)
class Reader:
    """Someone who reads: what they know already (rows of codes), and what to call them."""

    name: str
    known: np.ndarray


@dataclass(frozen=True)
class View:
    """What a reader faces, to weigh crossings of parts that only the number of persons ties together."""

    frame: Frame
    truth: np.ndarray
    system: System
    homeless: Mapping[Group, float]  # size of the parts that no clique holds, taken as known

    def exposed(self, joints: Sequence[Joint], withheld: frozenset[str]) -> Iterator[tuple[Joint, Exposure]]:
        """The crossings whose lower end is too high, by the exact interval of each part; one per proof."""
        model = Model(self.system.free(withheld))
        ends: dict[Group, tuple[Interval, frozenset[str], frozenset[str]]] = {}
        everyone = float(self.truth[: self.frame.starts[1]].sum())
        said: set[tuple[str, ...]] = set()
        for joint in joints:
            for part in joint.parts:
                if part not in ends:
                    ends[part] = self._ends(model, part)
            found = [ends[part] for part in joint.parts]
            low = max(0.0, sum(one.low for one, _, _ in found) - (len(found) - 1) * everyone)
            high = min(one.high for one, _, _ in found)
            narrow = high - low < joint.width
            if low <= joint.floor and not (narrow and low > 0) and all(one.settled for one, _, _ in found):
                continue
            proof = frozenset().union(*(down for _, down, _ in found), *(up for _, _, up in found if narrow))
            key = tuple(sorted(proof))
            if key not in said:
                said.add(key)
                name = " & ".join(self.frame.name(part) for part in joint.parts)
                yield joint, Exposure(name, key, all(one.settled for one, _, _ in found))

    def _ends(self, model: Model, part: Group) -> tuple[Interval, frozenset[str], frozenset[str]]:
        """The exact interval of a part, and the facts behind each end."""
        home = self.frame.home(axis for axis, _ in part)
        if home is None:
            everything = frozenset(str(fact) for fact in model.facts if fact)
            return Interval(self.homeless[part], self.homeless[part]), everything, everything
        form = self.frame.form([self.frame.columns(part, home)])
        _, below, _ = model.relaxed(form, -1)
        _, above, _ = model.relaxed(form, +1)
        return interval(model.system, form, model), below, above


@dataclass(frozen=True)
class Finding:
    """An exposed group, with the system and target that show it, so that other releases can be tried on it.

    A crossing of parts that nothing ties together has no target: its `view` and `joint` show it.
    """

    reader: str
    exposure: Exposure
    system: System
    target: Targets
    view: View | None = None
    joint: Joint | None = None


@dataclass(frozen=True)
class Siege:
    findings: tuple[Finding, ...]
    attacked: int
    solves: int


def outsider(persons: Persons) -> Reader:
    return Reader("outsider", persons.codes[:0])


def structures(persons: Persons) -> list[Reader]:
    """Each reporting structure, which knows its own cases; in code order."""
    return [
        Reader(f"structure {number}", persons.codes[persons.structure == number])
        for number in np.unique(persons.structure)
    ]


def besiege(
    book: Book,
    codes: np.ndarray,
    groups: Sequence[Protected],
    reader: Reader,
    withheld: frozenset[str],
    apart: Apart | None = None,
) -> Siege:
    """Every group that the reader can close in on, given all that is not withheld.

    `codes`: all persons, those the reader knows included. `apart`: crossings that no chain of tables ties together.
    """
    frame, system = book.wider()
    known = frame.table(reader.known)
    system = system.without(known)
    facing = _facing(frame, groups, reader)
    if apart:
        facing = _with_parts(facing, apart.asks(reader.known))
    places, targets = as_targets(frame, facing)
    outcome = _attack(book, (), codes, targets, known, system.free(withheld))
    findings = [
        Finding(reader.name, exposure, system, targets.take([targets.names.index(exposure.target)]))
        for exposure in outcome.exposed
    ]
    if findings and reader.name == EDITIONS:  # their crossings follow from them: looked at once these are safe
        return Siege(tuple(findings), len(places), outcome.solves)
    inside = set(places)
    across = [one for place, one in enumerate(facing) if place not in inside]
    common = (len(frame.axes) - 1,) if reader.name == EDITIONS else ()
    left = _glued(frame, across, outcome.pool, common)
    crossed, solves = _crossings(book, codes, left, reader, withheld)
    looked = 0
    if apart:
        looked = len(apart.small(reader.known).asked)
        view = View(frame, frame.table(codes) - known, system, apart.homeless(reader.known))
        findings += [
            Finding(reader.name, exposure, system, NO_TARGET, view, joint)
            for joint, exposure in view.exposed(apart.proven(reader.known, outcome.pool), withheld)
        ]
    return Siege((*findings, *crossed), len(facing) + looked, outcome.solves + solves)


def _with_parts(facing: list[Protected], asked: list[Protected]) -> list[Protected]:
    """The groups, those that are parts of small crossings asked to reach as far as these need."""
    place = {(one.group, one.less): number for number, one in enumerate(facing)}
    found = list(facing)
    for one in asked:
        number = place.get((one.group, one.less))
        if number is None:
            found.append(one)
        else:
            found[number] = replace(found[number], reach=max(found[number].reach, one.reach))
    return found


def _attack(
    book: Book, axes: tuple[int, ...], codes: np.ndarray, targets: Targets, known: np.ndarray, system: System
) -> Outcome:
    """Attack with the tables found so far, and keep those that are new."""
    frame, _ = book.wider(axes)
    tables = book.found.setdefault(axes, Tables())
    truth = (frame.table(codes) - known)[None, :]
    outcome = attack(system, targets, truth if tables.rows is None else np.vstack([truth, tables.rows - known]))
    tables.learn(outcome.pool[outcome.kept :] + known)
    return outcome


def _facing(frame: Frame, groups: Sequence[Protected], reader: Reader) -> list[Protected]:
    """The groups as this reader faces them: the cases of others, where there are some."""
    if not len(reader.known):
        return list(groups)
    own = Counter(frame, [one.group for one in groups])(reader.known)
    less = Counter(frame, [one.less or () for one in groups])(reader.known)
    found = []
    for place, one in enumerate(groups):
        mine = int(own[place] - (less[place] if one.less is not None else 0))
        if one.value - mine >= 1:
            found.append(replace(one, value=one.value - mine, reach=max(one.reach - mine, 0), floor=np.inf))
    return found


def _glued(frame: Frame, across: list[Protected], pool: np.ndarray, common: tuple[int, ...] = ()) -> list[Protected]:
    """The crossings that no glued table proves safe. `common`: the axis that every one of them names (the edition)."""
    if not across:
        return []
    reach, width, floor = (np.array([getattr(one, name) for one in across]) for name in ("reach", "width", "floor"))
    low = np.array([one.value for one in across], dtype=float)
    high = low.copy()
    left = np.flatnonzero(~((high >= reach) & (high - low >= width) & (low <= floor)))
    groups = [across[place] for place in left]
    count = Counter(frame, [one.group for one in groups])
    low, high, reach, width, floor = low[left], high[left], reach[left], width[left], floor[left]
    if common:
        least, most = separate(frame, groups, pool, common)
        low, high = np.minimum(low, least), np.maximum(high, most)

    def safe() -> np.ndarray:
        return (high >= reach) & (high - low >= width) & (low <= floor)

    for number, one in enumerate(groups):
        if safe()[number]:
            continue
        parts = [frame.columns(one.group, place) for place, axes in enumerate(frame.cliques) if set(axes) & one.axes]
        sizes = np.min([pool[:, columns].sum(axis=1) for columns in parts], axis=0)
        for sign in (+1, -1):
            for place in np.argsort(-sign * sizes, kind="stable")[:TRIES]:
                if (sizes[place] <= high[number]) if sign > 0 else (low[number] == 0):
                    break  # no table of the pool can tell more
                table = pool[place]
                seen = count(lift(frame, table, one.group, sign))
                low, high = np.minimum(low, seen), np.maximum(high, seen)
                if safe()[number]:
                    break
    return [one for one, done in zip(groups, safe(), strict=True) if not done]


def separate(
    frame: Frame, groups: Sequence[Protected], pool: np.ndarray, common: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """How small and how large gluing makes crossings of parts that only some axes `common` to all of them tie together,
    over the tables of the pool (whole tables, one per row); the size itself where it cannot be told so.

    Parts of tables that agree on what is common make one table, each part from another if need be; within one cell of
    what is common they may be matched in any way, from max(0, Σ parts − (k − 1)·N) to the smallest (Fréchet).
    """
    low = np.array([one.value for one in groups], dtype=float)
    high = low.copy()
    home = frame.home(common)
    if home is None or any(frame.home((axis, *common)) is None for one in groups for axis in one.axes):
        return low, high
    number = frame.components(frozenset(common))
    cells = [tuple(zip(common, code, strict=True)) for code in np.ndindex(*frame.shape(common))]
    margin = np.column_stack([pool[:, frame.columns(cell, home)].sum(axis=1) for cell in cells])
    margins, kind = np.unique(margin, axis=0, return_inverse=True)
    kind = kind.ravel()
    ends: dict[Group, tuple[np.ndarray, np.ndarray]] = {}

    def sizes(part: Group) -> tuple[np.ndarray, np.ndarray]:
        """Of each table, how small and how large a part is bound to be able to be: what no clique holds is between
        the ends that its own parts leave, whatever the matching."""
        place = frame.home(axis for axis, _ in part)
        if place is not None:
            size = pool[:, frame.columns(part, place)].sum(axis=1)
            return size, size
        shared = tuple(pair for pair in part if pair[0] in common)
        apart = [sizes(tuple(sorted((pair, *shared))))[0] for pair in part if pair[0] not in common]
        everyone = margin[:, cells.index(shared)]
        return np.min(apart, axis=0), np.maximum(0, np.sum(apart, axis=0) - (len(apart) - 1) * everyone)

    def of(part: Group) -> tuple[np.ndarray, np.ndarray]:
        """The smallest and largest size of a part, by margin of what is common."""
        if part not in ends:
            small, large = sizes(part)
            least, most = np.full(len(margins), np.inf), np.full(len(margins), -np.inf)
            np.minimum.at(least, kind, small)
            np.maximum.at(most, kind, large)
            ends[part] = least, most
        return ends[part]

    for place, one in enumerate(groups):
        shared = tuple(pair for pair in one.group if pair[0] in common)
        parts: dict[int, list[tuple[int, int]]] = {}
        for pair in one.group:
            if pair[0] not in common:
                parts.setdefault(number[pair[0]], []).append(pair)
        if one.less is not None:
            continue
        held = [of(tuple(sorted((*part, *shared)))) for part in parts.values()]
        everyone = margins[:, cells.index(shared)]
        least = np.sum([both[0] for both in held], axis=0) - (len(held) - 1) * everyone
        low[place] = min(low[place], np.maximum(0, least).min())
        high[place] = max(high[place], np.min([both[1] for both in held], axis=0).max())
    return low, high


def _crossings(
    book: Book, codes: np.ndarray, left: list[Protected], reader: Reader, withheld: frozenset[str]
) -> tuple[list[Finding], int]:
    """The exact answer for what gluing left open: the axes of the group share a clique."""
    findings, solves = [], 0
    for axes in sorted({tuple(sorted(one.axes)) for one in left}):
        frame, system = book.wider(axes)
        known = frame.table(reader.known)
        system = system.without(known)
        _, targets = as_targets(frame, [one for one in left if tuple(sorted(one.axes)) == axes])
        outcome = _attack(book, axes, codes, targets, known, system.free(withheld))
        solves += outcome.solves
        for exposure in outcome.exposed:
            target = targets.take([targets.names.index(exposure.target)])
            findings.append(Finding(reader.name, exposure, system, target))
    return findings, solves


def already_public(
    book: Book, codes: np.ndarray, groups: Sequence[Protected], reader: Reader, kept: frozenset[str]
) -> list[Protected]:
    """The groups, asking no more for those that facts already public give away than not to be narrowed further.

    `kept`: the facts that nobody can withdraw.
    """
    names = {book.frame.name(group) for group in book.frame.printed} | {said.fact for said in book.statements}
    withheld = frozenset(names) - kept
    relaxed = {}
    for finding in besiege(book, codes, groups, reader, withheld).findings:
        known = interval(finding.system.free(withheld), finding.target.forms)
        if known.settled:
            relaxed[finding.exposure.target] = known
    found = []
    for one in groups:
        known_now = relaxed.get(one.name(book.frame))
        if known_now:
            one = replace(
                one,
                reach=min(one.reach, known_now.high),
                width=min(one.width, known_now.high - known_now.low),
                floor=max(one.floor, known_now.low),
            )
        found.append(one)
    return found


def again(finding: Finding, withheld: frozenset[str]) -> Exposure | None:
    """Whether the same group is still exposed to the same reader with other facts withheld."""
    if finding.view and finding.joint:
        return next((exposure for _, exposure in finding.view.exposed([finding.joint], withheld)), None)
    return examine(Model(finding.system.free(withheld)), finding.target)


class Watch:
    """Several readers against one book. Those that found something are asked first, alone, until they find nothing;
    what one learns of what is possible is tried for the others."""

    def __init__(
        self,
        book: Book,
        codes: np.ndarray,
        groups: Sequence[Protected],
        readers: Sequence[Reader],
        apart: Apart | None = None,
    ) -> None:
        self.book, self.codes, self.groups, self.readers, self.apart = book, codes, groups, list(readers), apart
        self.restless: list[Reader] = []

    def __call__(self, withheld: frozenset[str]) -> list[Finding]:
        """What the readers find when these facts are withheld; empty only when all of them found nothing."""
        for readers in ([self.restless] if self.restless else []) + [self.readers]:
            self.restless = []
            findings: list[Finding] = []
            for reader in readers:
                found = self.siege(reader, withheld).findings
                findings += found
                self.restless += [reader] if found else []
            if findings:
                return findings
        return []

    def siege(self, reader: Reader, withheld: frozenset[str]) -> Siege:
        return besiege(self.book, self.codes, self.groups, reader, withheld, self.apart)
