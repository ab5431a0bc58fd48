"""What a reader who knows the rules, but not the key, believes of a group that is withheld: every table is tried.

Tables of at most 48 persons of three answers, one for each person, all equally likely before anything is read. Each is
weighted by the probability that it prints what is read, over all keys: the laws are written here from the rule itself
(a count moved by one at most, Fellegi's rounding, a step aside for a multiple, a split tossed out), and compared with the release's own draws. Documents that
the gate does not let pass are looked at too: it tells their total on a wider base, so that no other is read as one of them.
"""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pandas as pd
import pytest
from drawn import always, some
from simulated import invented

from diagnostic.release.attack.gate import Gate, Reader
from diagnostic.release.populations.listing import CROSSING, Listing
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import Policy
from diagnostic.release.populations.rounding import Draw, claim, least
from diagnostic.release.ways.listed import Draft, count

N, MOST, STEP, MOVED = 23, 48, 5, 1  # MOVED: how far a count is moved before it is rounded, either way
ORDINARY, SENSITIVE = (8, 5, 5), (11, 10, 20)  # threshold, base, and first step
SMALLEST = {ORDINARY: 10, SENSITIVE: 20}  # number that may be printed
TOSSED = 0.05  # how often a split of a small whole is withheld, whatever it holds
CASES = {"ordinary": (ORDINARY, ORDINARY, ORDINARY), "one sensitive": (ORDINARY, ORDINARY, SENSITIVE)}
SURE, GROWTH = (
    0.9,
    20.0,
)  # the most that one value may hold; how many times likelier it may become that there is somebody
Rule = tuple[int, int, int]
Said = tuple[int | None, ...]  # what is printed of the total and of the three answers


ANSWERS = ("femme", "homme", "trans")
NAMES = ("prostitution: ", *(f"prostitution: gender={one}" for one in ANSWERS))


@cache
def drawn(counted: int, base: int, first: int) -> dict[int, float]:
    """The law of what a count is moved and rounded to."""
    found: dict[int, float] = {}
    for shift in range(-MOVED, MOVED + 1):
        for value, chance in rounded(counted + shift, base, first).items():
            found[value] = found.get(value, 0.0) + chance / (2 * MOVED + 1)
    return found


def rounded(counted: int, base: int, first: int) -> dict[int, float]:
    """The law of what a count is rounded to, among 0, the first step, and one base after the other."""
    if counted < first:
        return {0: 1 - counted / first, first: counted / first}
    low, rest = base * (counted // base), counted % base
    if rest:
        return {low: 1 - rest / base, low + base: rest / base}
    step = first if counted == first else base
    return {low - step: 0.5 / step, low: 1 - 0.5 / step - 0.5 / base, low + base: 0.5 / base}


@cache
def law(counted: int, rule: Rule, whole: int | None) -> dict[int | None, float]:
    """The law of what is printed of a part of a whole that prints so, where the split is not tossed out."""
    threshold, base, first = rule
    if counted < threshold:
        return {None: 1.0}
    found: dict[int | None, float] = {}
    for value, chance in drawn(counted, base, first).items():
        told, step = (value, base) if whole is None or value <= whole else (whole, STEP)
        if base > STEP and whole is not None and value > whole:
            told, step = base * (whole // base), base
        kept = told if told >= least(step, threshold) else None
        found[kept] = found.get(kept, 0.0) + chance
    return found


def tossed(whole: int | None, rules: tuple[Rule, ...]) -> float:
    """How often the split is tossed out: never where the whole is more than all its parts may be, withheld together."""
    return TOSSED if whole is None or whole - STEP - MOVED <= sum(SMALLEST[rule] for rule in rules) else 0


@cache
def weights(said: Said, rules: tuple[Rule, ...]) -> np.ndarray:
    """The probability that each table prints this: one axis for each answer."""
    counts = np.arange(MOST + 1)
    parts = [
        np.array([law(int(n), rule, said[0]).get(told, 0.0) for n in counts])
        for rule, told in zip(rules, said[1:], strict=True)
    ]
    whole = np.array([law(int(n), ORDINARY, None).get(said[0], 0.0) for n in range(3 * MOST + 1)])
    whole[MOST + 1 :] = 0
    total = counts[:, None, None] + counts[None, :, None] + counts[None, None, :]
    toss = tossed(said[0], rules)
    split = (1 - toss) * parts[0][:, None, None] * parts[1][None, :, None] * parts[2][None, None, :]
    return whole[total] * (split + (toss if said[1:] == (None,) * 3 else 0))


def readable(rules: tuple[Rule, ...]) -> set[Said]:
    """All that some table of N persons may print."""
    found: set[Said] = set()
    for table in (t for t in itertools.product(range(N + 1), repeat=3) if sum(t) == N):
        for whole in law(N, ORDINARY, None):
            found |= {(whole, None, None, None)} if tossed(whole, rules) else set()
            found |= {
                (whole, *parts)
                for parts in itertools.product(*(law(n, r, whole) for n, r in zip(table, rules, strict=True)))
            }
    return found


def believed(said: Said, rules: tuple[Rule, ...], at: int) -> tuple[np.ndarray, np.ndarray]:
    """The chances of each count of an answer, after and before this is read."""
    counts = np.arange(MOST + 1)
    before = (counts[:, None, None] + counts[None, :, None] + counts[None, None, :] <= MOST).astype(float)
    others = tuple(axis for axis in range(3) if axis != at)
    after, prior = (table.sum(axis=others) for table in (weights(said, rules), before))
    return after / after.sum(), prior / prior.sum()


def odds(chances: np.ndarray) -> float:
    """Of somebody against nobody."""
    return float((1 - chances[0]) / chances[0]) if chances[0] else np.inf


def withheld(case: str) -> list[tuple[Said, int]]:
    """All that may be read, with each answer that it withholds."""
    return [(said, at) for said in sorted(readable(CASES[case]), key=str) for at in range(3) if said[at + 1] is None]


@pytest.mark.parametrize("case", CASES)
def test_no_value_of_a_withheld_group_is_nearly_sure(case: str) -> None:
    looked = withheld(case)
    assert len(looked) > 30
    for said, at in looked:
        assert believed(said, CASES[case], at)[0].max() <= SURE, (said, at)


@pytest.mark.parametrize("case", CASES)
def test_presence_becomes_likelier_by_the_declared_factor_at_most(case: str) -> None:
    for said, at in withheld(case):
        after, before = believed(said, CASES[case], at)
        assert odds(after) <= GROWTH * odds(before), (said, at)


@pytest.mark.parametrize("case", CASES)
def test_a_total_alone_says_of_no_part_that_somebody_is_in_it(case: str) -> None:
    """Whatever the total: where nothing of a split is printed, it may be that it was tossed out."""
    looked = 0
    for whole in (None, *range(10, MOST - STEP, STEP)):
        said = (whole, None, None, None)
        for at in range(3):
            if weights(said, CASES[case]).any():
                after, before = believed(said, CASES[case], at)
                assert odds(after) <= GROWTH * odds(before) and after.max() <= 0.3, (said, at)
                looked += 1
    assert looked >= 15


# -- The laws are the release's own -------------------------------------------------------------------------------


def people(table: tuple[int, ...]) -> Population:
    """Persons of so many of each answer, each of a structure of its own."""
    size = sum(table)
    frame = pd.DataFrame({"gender": np.repeat(ANSWERS, table)})
    return Population("prostitution", np.arange(size), np.arange(size), frame, np.arange(size).astype(str))


def rules_of(case: str) -> Policy:
    return invented(classes=case == "one sensitive")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    "table", always(1, [((8, 9, 6),), ((14, 8, 1),), ((12, 11, 0),), ((1, 11, 11),), ((12, 0, 11),)])
)
def test_the_release_draws_by_these_laws(case: str, table: tuple[int, int, int]) -> None:
    """Over 3 000 keys, every document to four standard errors, the joint law of its four numbers."""
    policy, rules, keys = rules_of(case), CASES[case], 3000
    listing = Listing("prostitution", policy)
    counted = {one.name: count(one, people(table), policy, None, {}) for one in listing.entries}
    seen: dict[Said, int] = {}
    for key in range(keys):
        found = Draft(listing, counted, Draw(str(key).encode())).printed(CROSSING)
        said = tuple(found[name].value if name in found else None for name in NAMES)
        seen[said] = seen.get(said, 0) + 1
    expected: dict[Said, float] = {}
    for whole in law(N, ORDINARY, None):
        laws, toss = [law(n, rule, whole) for n, rule in zip(table, rules, strict=True)], tossed(whole, rules)
        for parts in itertools.product(*laws):
            chance = (1 - toss) * float(np.prod([one[p] for one, p in zip(laws, parts, strict=True)]))
            expected[(whole, *parts)] = law(N, ORDINARY, None)[whole] * chance
        hidden = (whole, None, None, None)
        expected[hidden] = expected.get(hidden, 0.0) + law(N, ORDINARY, None)[whole] * toss
    assert seen.keys() <= expected.keys()
    for said, chance in expected.items():
        assert abs(seen.get(said, 0) / keys - chance) <= 4 * np.sqrt(chance * (1 - chance) / keys) + 1e-9, said


@pytest.mark.parametrize("case", CASES)
def test_what_the_gate_does_not_let_pass_becomes_another_document(case: str) -> None:
    """The total is in every proof, and is told on another base: what passes is read of these laws alone."""
    policy, rules = rules_of(case), CASES[case]
    listing = Listing("prostitution", policy)
    outsider = Reader("outsider", np.zeros((0, len(listing.unknowns.axes)), dtype=int))
    gate, passed = Gate(listing), 0
    looked = some(sorted(readable(rules), key=str))
    for said in looked:
        told = zip(NAMES, said, (ORDINARY, *rules), strict=True)
        printed = {
            name: claim(value, base, limit, MOVED) for name, value, (limit, base, _) in told if value is not None
        }
        findings = gate.findings(printed, [outsider])
        passed += not findings
        assert all(NAMES[0] in one.proof for one in findings), said
    assert passed > len(looked) / 10
