"""What moves from one edition to the next: a population is updated as a whole, when enough of it changed, and what two editions
differ by is attacked too.

Before enough persons came, went or were merged, the population keeps the statements of its last edition, with its date.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.collect.answers import AXES
from diagnostic.release.attack.gate import ANYBODY, EDITIONS, Finding, true_values
from diagnostic.release.attack.solver import Model, Targets, attack
from diagnostic.release.populations.groups import Axis, Frame, Group, Statement, Variable, columns
from diagnostic.release.populations.listing import Entry, Listing
from diagnostic.release.populations.people import APART, NAMED, NO, UNSAID, WHO, Population
from diagnostic.release.populations.policy import Policy
from diagnostic.release.populations.rounding import EXACT, MARGIN, MORE, Claim, first_step, reach_of

CAME, GONE = "venues", "parties"
NEW, BETWEEN = "nouvelle", " entre "  # an edition, and what names of two others follow
Told = tuple[str, Mapping[str, Claim], tuple[int, ...]]
STRUCTURES = 3  # that a batch comes from, at least
MANY = 5  # thresholds of a batch, among which that somebody is of a class is no news of anybody


@dataclass(frozen=True)
class Previous:
    """The last edition of a population: `printed`, name of a group → what was printed of it; the keys of its rows; whether it
    was a `draft` that left the team; `structures`, key of a row → the structure behind it, where that was recorded."""

    name: str
    printed: Mapping[str, Claim]
    keys: frozenset[str]
    draft: bool = False
    structures: Mapping[str, str] = field(default_factory=dict)


def enough(previous: Previous, population: Population, policy: Policy) -> bool:
    """Whether the rows that came and went since are enough for a new edition, those that came of enough structures, and those
    that went: whichever are the fewer are not asked. A row whose structure was not recorded is one of its own."""
    keys = population.key.tolist()
    came = np.array([key not in previous.keys for key in keys], dtype=bool)
    gone = previous.keys - set(keys)
    arrived, left = len(np.unique(population.structure[came])), len({previous.structures.get(one, one) for one in gone})
    many = int(came.sum())
    several = (arrived >= STRUCTURES or len(gone) > many) and (left >= STRUCTURES or many > len(gone))
    return several and many + len(gone) >= policy.rules.thresholds.ordinary


def gone(previous: Previous, population: Population) -> bool:
    """Whether rows of the last edition are no longer there."""
    return bool(previous.keys - set(population.key.tolist()))


def findings(
    listing: Listing,
    editions: Sequence[Previous],
    printed: Mapping[str, Claim],
    keys: Collection[str],
    truth: np.ndarray | None = None,
) -> list[Finding]:
    """What every edition and the new one (`printed`, of the rows `keys`; `truth`: their codes) say together of those who came, and
    of those who went, since each edition, and from each to the next: a group small and not empty, closed in on, or of which
    somebody is sure to be, where not even one may be known and the batch may be of few; without what the editions give away by
    themselves. Exact intervals, from what is printed alone. What margins are taken to say goes first where all together
    contradicts itself."""
    every, at = [*editions, Previous(NEW, printed, frozenset(keys))], len(listing.unknowns.axes)
    histories = _histories([one.keys for one in every])
    supposed = listing.unknowns.left_open(printed)
    held = {one.name for one in (supposed if truth is None else true_values(supposed, truth))}
    told = [(one.name, one.printed, _codes(histories, (None, n))) for n, one in enumerate(every)]
    axis = Axis(Variable("édition", tuple(map(str, histories))), "")
    frame, statements = stacked(listing, axis, told, held)
    past = [one for one in statements if not one.name.endswith(f"({NEW})")]
    for one, other in combinations(range(len(every)), 2):
        came, went = _codes(histories, (one, other)), _codes(histories, (other, one))
        said = moves(listing, every[one].printed, every[other].printed, came, went)
        statements += [move for move in said if MARGIN not in move.name or held]
        past += said if other < len(editions) else []
    for last in (statements, [one for one in statements if MARGIN not in one.name]):
        model = Model(frame.system(last))
        if (start := model.feasible()) is not None:
            break
    else:
        return [Finding(EDITIONS, "", tuple(sorted(printed)), settled=False)]
    whole = [one for one in last if all(dict(group).keys() <= {at} for _, group in one.terms)]  # whatever they answer
    alone = [[(times, tuple((0, code) for _, code in group)) for times, group in one.terms] for one in whole]
    sizes = [replace(one, terms=tuple(terms)) for one, terms in zip(whole, alone, strict=True)]
    targets = _targets(listing, frame, Model(Frame((axis,)).system(sizes)), histories, at)
    names = tuple(sorted({name for one in every for name in one.printed if MARGIN not in name}))
    outcome = attack(model, targets, start[None, :])
    found = outcome.exposed
    old = [at for at, name in enumerate(targets.names) if BETWEEN in name and name in {one.target for one in found}]
    known = attack(frame.system(past), targets.take(old), outcome.pool).exposed if old else ()
    already = {one.target for one in known}
    return [Finding(EDITIONS, one.target, names, one.settled) for one in found if one.target not in already]


def _histories(held: Sequence[frozenset[str]]) -> list[tuple[bool, ...]]:
    """In which editions a person may be: from one on, to one that somebody left after, or as somebody was."""
    size = len(held)
    left = [bool(one - other) for one, other in pairwise(held)] + [True]
    spans = ((one, other) for one in range(size) for other in range(one, size) if left[other])
    found = {tuple(one <= at <= other for at in range(size)) for one, other in spans}
    return sorted(found | {tuple(key in one for one in held) for key in frozenset().union(*held)}, reverse=True)


def _codes(histories: Sequence[tuple[bool, ...]], between: tuple[int | None, int]) -> tuple[int, ...]:
    """The histories of who is in an edition and was not in another; with None, in any."""
    before, after = between
    return tuple(code for code, one in enumerate(histories) if one[after] and (before is None or not one[before]))


def _targets(listing: Listing, frame: Frame, sizes: Model, histories: Sequence[tuple[bool, ...]], at: int) -> Targets:
    """Every group of those who came, and of those who went: since each edition, and from each to the next. `sizes`: of each history."""
    new, found = len(histories[0]) - 1, []
    for one, other in sorted({*((n, new) for n in range(new)), *pairwise(range(new + 1))}):
        for said, between in ((CAME, (one, other)), (GONE, (other, one))):
            codes = _codes(histories, between)
            if not codes:
                continue
            fewest = sizes.relaxed(scipy.sparse.csr_array(np.isin(range(len(histories)), codes)[None, :] * 1.0), -1)[0]
            for entry in listing.entries:
                if entry.silent:
                    continue
                alone = listing.unknowns.presence(entry.terms) and fewest < MANY * entry.threshold
                groups = columns(frame, _times(listing.unknowns.groups(entry.terms), at, codes))
                name = f"{entry.name} ({said})" + (f"{BETWEEN}{one} {other}" if (one, other) != (new - 1, new) else "")
                found.append((name, groups, math.inf if alone else entry.threshold))
    names, groups, reach = zip(*found, strict=True)
    least, nobody = np.full(len(names), listing.policy.rules.thresholds.ordinary - 1.0), np.zeros(len(names))
    return Targets(names, frame.form(groups), np.array(reach, dtype=float), least, nobody, nobody == 0)


def moves(
    listing: Listing,
    before: Mapping[str, Claim],
    after: Mapping[str, Claim],
    came: tuple[int, ...] = (1,),
    went: tuple[int, ...] = (2,),
) -> list[Statement]:
    """What the move of a printed number says: those who came, less those who went (their codes). A group is drawn for ever by
    its name, so that one number more in n steps of its base is no more than that many persons, a step less one, and as far as both
    counts were moved. Nothing is said of what was drawn anew before counts were moved, nor of a number that may have been taken
    from one beside it (`_apart`)."""
    at, unknowns = len(listing.unknowns.axes), listing.unknowns
    named = {one.name: one for one in listing.entries}
    found: list[Statement] = []
    for name, one in before.items():
        entry, other = named.get(name), after.get(name)
        of = [entry.terms] if entry else unknowns.unknown(name) if name.endswith(f"count{MORE}") else []
        if other is None or len(of) != 1 or any(a.base != EXACT and not reach_of(a) for a in (one, other)):
            continue
        if entry and not (_apart(listing, before, entry) and _apart(listing, after, entry)):
            continue
        if not entry and min(one.value - one.base, other.value - other.base) <= 0:
            continue  # a margin of one base at most
        far, moved = reach_of(one) + reach_of(other), other.value - one.value
        low, high = (max(_under(told, entry), than.base) - 1 + far for told, than in ((other, one), (one, other)))
        signed = ((1, came), (-1, went))
        sums = tuple((sign, group) for sign, codes in signed for group in _times(unknowns.groups(of[0]), at, codes))
        found.append(Statement(f"{name} (écart)", sums, moved - low, moved + high))
    return found


def _under(told: Claim, entry: Entry | None) -> int:
    """How far under a printed multiple its count may be, before it was moved, and one more: the first is of a longer step."""
    first = told.base if entry is None or told.base == EXACT else first_step(told.base, entry.threshold)
    return max(told.base, first) if told.value == first else told.base


def _apart(listing: Listing, printed: Mapping[str, Claim], entry: Entry) -> bool:
    """Whether the number of a group is its own: more than a step from those of its wholes and of its parts, which may else have
    lowered or raised it."""
    mine = printed[entry.name]
    wholes = [printed[one.name] for one in listing.wholes[entry.name] if one.name in printed]
    parts = [
        printed[name]
        for name, others in listing.wholes.items()
        if name in printed and any(one.name == entry.name for one in others)
    ]
    near = [abs(one.value - mine.value) < max(one.base, mine.base) for one in (*wholes, *parts)]
    return mine.base == EXACT or not any(near)


def stacked(
    listing: Listing, axis: Axis, told: Sequence[Told], held: Collection[str] = ()
) -> tuple[Frame, list[Statement]]:
    """The unknown counts of several sets of persons at once, and what all that is told of them says. `axis`: which set a
    person is in. `told`: a name, what is printed, and the codes of the sets that it counts together. `held`: the names of what
    margins are taken to say."""
    unknowns, at = listing.unknowns, len(listing.unknowns.axes)
    extra = [(one, at) for one in range(at)] + [(*both, at) for both in unknowns.frame.extra]
    every = [(name, codes, unknowns.told(printed)) for name, printed, codes in told]
    every += [
        (name, codes, tuple(one for one in unknowns.left_open(printed) if one.name in held))
        for name, printed, codes in told
    ]
    every += [(str(code), (code,), unknowns.implied) for code in range(axis.size)]
    said = [
        Statement(
            f"{one.name} ({name})",
            tuple((times, group) for times, own in one.terms for group in _times((own,), at, codes)),
            one.low,
            one.high,
        )
        for name, codes, statements in every
        for one in statements
    ]
    return Frame((*unknowns.axes, axis), tuple(extra)), [*said, ANYBODY]


def _times(groups: tuple[Group, ...], at: int, kinds: tuple[int, ...]) -> list[Group]:
    return [(*group, (at, kind)) for group, kind in product(groups, kinds)]


# -- Interviews and local structures: of no closed list, and of few --------------------------------------------------
MEETINGS = "consolidate/meetings"  # the table of the facts on interviews
HEARD, WHERE = "interviews.field.{field}", "interviews.place.{place}"  # interviews of one field, or in one town
# Of one month, or one year → how much of a day says which.
WHEN = {"interviews.month.{month}": 7, "interviews.year.{year}": 4}
# Interviews in no town that is written, and how many towns are.
TOWNS = ("interviews.place_unknown", "interviews.towns")
# The day of some interview, and how many days there were: where as many as interviews, both ends are the day of one.
DAYS = ("interviews.first_date", "interviews.last_date", "interviews.days")
FEW = 3  # fewer structures may not be told apart from the others
OFFICE, PROSECUTOR = "interviews.prosecutors", "prosecutor"  # of an office that very few people hold; its interlocutor
FIELD, AXIS = "pathway.field.{field}", "pathway.axis.{axis}"  # structures of one field, or that answer to one axis
UNCOVERED = "pathway.axes_uncovered"  # axes that no structure answers to, whether it is named or not
ALL = ELSE = ""  # every unnamed structure; interviews of no part that is told


def interviews_held(before: Previous, shown: Collection[str], own: Population, policy: Policy) -> bool:
    """Whether the interviews keep their last edition: too few came or went, or, by field, by town, by office, by month or by
    year, what both editions print (`shown`) tells of a few structures."""
    if policy.draft or not enough(before, own, policy):
        return True
    keys = set(own.key.tolist())
    came, went = (
        _rows(sorted(some)).assign(times=times) for some, times in ((keys - before.keys, 1), (before.keys - keys, -1))
    )
    return _few(pd.concat([came, went], ignore_index=True), shown)


def _few(rows: pd.DataFrame, told: Collection[str]) -> bool:
    """Whether what changed in some part of the interviews, told apart by what is printed (`told`), is of a few structures.
    `rows`: one per interview that came (`times` 1) or went (-1); one corrected elsewhere changes nothing of its part."""
    fields, towns = _filled(HEARD, rows["activity_field"]), _filled(WHERE, rows["place"])
    office = rows["interlocutor"].eq(PROSECUTOR).map({True: OFFICE, False: ELSE})
    dates = (_filled(pattern, rows["date"].str[:length]) for pattern, length in WHEN.items())
    parts = (part.where(part.isin(list(told)), ELSE) for part in (fields, towns, office, *dates))
    who = rows["structure"].where(rows["structure"].ne(""), rows.index.astype("str"))
    changed = (rows["times"].groupby([part, who]).sum().ne(0).groupby(level=0).sum() for part in parts)
    return any(bool(number.between(1, FEW - 1).any()) for number in changed)


def _filled(pattern: str, words: pd.Series) -> pd.Series:
    """The identifiers of a pattern that ends with a word, for each of some words."""
    return pattern.partition("{")[0] + words


def _rows(keys: list[str]) -> pd.DataFrame:
    """What the keys of interviews say of them: one row per key."""
    return pd.DataFrame([one.split("\x1f")[: len(WHO)] for one in keys], columns=WHO, dtype="str")


def structures_held(before: Previous, shown: Collection[str], own: Population, policy: Policy) -> bool:
    """Whether the numbers of local structures keep their last edition, which has `shown` facts: what both editions print, less
    the structures that each names, tells of one or two that came or went."""
    came, went = (_counts(keys) for keys in (own.key.tolist(), before.keys))
    change = (abs(came[part] - went[part]) for part in {*came, *went} if part == ALL or part.rstrip(UNSAID) in shown)
    return policy.draft or any(0 < number < FEW for number in change)


def _counts(keys: Iterable[str]) -> Counter[str]:
    """Of the keys of structures, how many that are not named there are: of all, of each field, of each axis that they answer
    to, or of which they say nothing."""
    parts: Counter[str] = Counter()
    for key in keys:
        if key.startswith(NAMED):
            continue
        field, answers, _ = key.split(APART)
        said = zip(AXES, answers, strict=True)
        axes = (AXIS.format(axis=axis) + UNSAID * (one == UNSAID) for axis, one in said if one != NO)
        parts.update([ALL, FIELD.format(field=field), *axes])
    return parts
