"""Two copies under one key: what the move of numbers says of those who came, went, or were corrected.

    .venv/bin/python benchmarks/two_copies.py --number 40
    .venv/bin/python benchmarks/two_copies.py --recorded 8
    .venv/bin/python benchmarks/two_copies.py --editions 2000
    .venv/bin/python benchmarks/two_copies.py --questions 20000
    .venv/bin/python benchmarks/two_copies.py --sizes 40
    .venv/bin/python benchmarks/two_copies.py --departures 3

Each case is an invented département of 60 persons, and the same with one person more, one less, or one answer other. Nobody
recorded that the first copy left, and of whom 15 % of answers are missing; the reader knows who came, went or changed, and nothing else of that person, and solves both
copies together. With `--recorded`, the first was, and the release decides the second with it, attacked: whether a number
differs. With `--editions`, each number by itself: ten editions, of which the reader knows every other person, or adds
persons of their own. With `--questions`, who was asked is exact and answers are drawn. With `--sizes`, what draws print of a
département, and how far from the truth. With `--departures`, ten recorded editions of 152 to 420 persons, between which some come
and some go, and what the tenth costs to decide and to attack with the nine. Draws alone throughout: an attack prints less.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from support.costs import COUNT, PROJECT, RATIO, Measure, finish, load, parser

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/release")]

from enveloped import Open, counted, left_open  # noqa: E402
from simulated import decided, departement, invented, population  # noqa: E402
from test_known import NAMES, RULES, counts  # noqa: E402
from test_routing import answered, attempts, fewest  # noqa: E402

from diagnostic.release.attack.gate import true_values  # noqa: E402
from diagnostic.release.attack.solver import Model, interval  # noqa: E402
from diagnostic.release.editions import issued  # noqa: E402
from diagnostic.release.editions.changes import Previous, findings, moves, stacked  # noqa: E402
from diagnostic.release.populations.groups import Axis, Statement, Variable, columns  # noqa: E402
from diagnostic.release.populations.listing import Listing, coded  # noqa: E402
from diagnostic.release.populations.policy import Policy  # noqa: E402
from diagnostic.release.populations.rounding import (  # noqa: E402
    Draw,
    first_step,
    least,
    members,
    multiple,
    reach,
)
from diagnostic.release.ways import verdicts  # noqa: E402
from diagnostic.release.ways.listed import Decision, Known, Released, decide  # noqa: E402

MIDDLE = 152  # persons of the first of ten editions
PERSONS, KINDS = 60, ("arrival", "erasure", "correction")
BLANKS = 0.15  # of the answers to a question
EDITIONS, ORDINARY, SENSITIVE = 10, (5, 8), (10, 11)  # a base and its threshold
STEPS = 4_000  # of a draw, to try each


def case(kind: str, seed: int, size: int = PERSONS) -> tuple[Open, Open]:
    """The persons of the first copy and of the second, of whom some answers are missing."""
    every = left_open(seed, size + 1, BLANKS, 0.0)
    draw = np.random.default_rng([20201, seed])
    at = int(draw.integers(len(every.rows)))
    less = Open(every.rows.drop(index=at).reset_index(drop=True), np.delete(every.twice, at), np.delete(every.more, at))
    if kind == "arrival":
        return less, every
    if kind == "erasure":
        return every, less
    other = every.rows.copy()
    other.loc[at, ["gender", "age", "nationality"]] = departement(seed + 10_000, 1)[
        ["gender", "age", "nationality"]
    ].iloc[0]
    return every, replace(every, rows=other)


def printed(given: Open, rules: Policy, key: str) -> Released:
    """What is printed of the persons of a case, with its margins."""
    people = {"prostitution": population(given.rows)}
    return verdicts.decide(counted(given, rules), rules, people, None, Draw(key.encode())).released["prostitution"]


def proven(kind: str, one: Released, other: Released) -> int:
    """Groups of the list that the person of a case is proven to be in, by all that both copies print, margins among it."""
    listing = one.decision.listing
    axis = Axis(Variable("édition", ("restées", "venues", "parties")), "")
    codes = coded(listing, other.population, {})
    held = {said.name for said in true_values(listing.unknowns.left_open(other.claims), codes)}
    frame, statements = stacked(listing, axis, [("2", other.claims, (0, 1)), ("1", one.claims, (0, 2))], held)
    at = len(listing.unknowns.axes)
    came, went = (int(kind != left) for left in ("erasure", "arrival"))
    known = [
        Statement(name, ((1, ((at, code),)),), many, many) for name, code, many in (("+", 1, came), ("−", 2, went))
    ]
    system = frame.system([*statements, *moves(listing, one.claims, other.claims), *known])
    model, found = Model(system), 0
    assert model.feasible() is not None  # what is said of both copies is true
    for entry in listing.entries:
        if not entry.terms or entry.silent:
            continue
        for code, many in ((1, came), (2, went)):
            groups = [(*group, (at, code)) for group in listing.unknowns.groups(entry.terms)]
            found += bool(many) and interval(system, frame.form([columns(frame, groups)]), model).low >= 1
    return found


def fresh(rows: pd.DataFrame, decision: Decision, key: str) -> dict[str, int]:
    """What was printed when each set of members was drawn anew, its count not moved; below zero: nothing."""
    keys, found = population(rows).key, {}
    for name, one in decision.counted.items():
        base = decision.listing.policy.rules.rounding.base if one.entry.threshold == 8 else 10
        drawn = Draw(key.encode()).uniform("person", str(base), members(keys[one.inside]))
        hidden = one.reason or decision.reason[name] == "split"
        found[name] = -1 if hidden else multiple(one.count, base, drawn, first_step(base, one.entry.threshold))
    return found


def some(own: pd.Series) -> int:
    """Of how many cases some group is proven."""
    return int(own.gt(0).sum())


def unrecorded(numbers: range) -> pd.DataFrame:
    """One row per case: groups proven, by the solver; and by a number that moved, where each set was drawn anew."""
    rules, rows = invented(preset="brouillon", listed="unknown"), []
    for kind in KINDS:
        for seed in numbers:
            pair = case(kind, seed)
            one, other = (printed(part, rules, f"copy {seed}") for part in pair)
            before, after = (
                fresh(part.rows, told.decision, f"copy {seed}") for part, told in zip(pair, (one, other), strict=True)
            )
            moved = sum(
                before[name] != after[name] and min(before[name], after[name]) >= 10 and bool(told.entry.terms)
                for name, told in one.decision.counted.items()
            )
            rows.append({"kind": kind, "seed": seed, "proven": proven(kind, one, other), "before": moved})
    return pd.DataFrame(rows)


def recorded(numbers: range) -> int:
    """Cases whose second copy says otherwise than the first, which was recorded."""
    differ = 0
    for kind in KINDS:
        for seed in numbers:
            draw, claims, known = Draw(f"copy {seed}".encode()), [], Known()
            for given in case(kind, seed):
                people = {"prostitution": population(given.rows)}
                decided = verdicts.decide(counts(people["prostitution"], NAMES), RULES, people, known, draw)
                claims.append(decided.claims)
                sent = issued.record("2026-03-01", decided.claims, people, draw.fingerprint)
                known = Known(issued=issued.read(issued.write([sent])))
            differ += not claims[0].equals(claims[1])
    return differ


def editions(number: int, own: bool, base: int, threshold: int) -> float:
    """The part of groups of which one membership is proven by ten editions: of somebody who came in between, when the reader
    knows every other person, or adds some of their own."""
    rng, first = np.random.default_rng([20201, base, own]), first_step(base, threshold)
    every = (np.arange(STEPS) + 0.5) / STEPS
    certain = 0
    for _ in range(number):
        draw, count, inside = rng.random(), int(rng.integers(20, 60)), int(rng.random() < 0.5)
        since, more = int(rng.integers(1, EDITIONS)), 0
        left = np.ones((2, STEPS), dtype=bool)
        for at in range(EDITIONS):
            more = int(rng.integers(0, 8)) if own else more + int(rng.integers(0, 5)) * (at > 0)
            far = reach(base, later=at)
            printed = multiple(
                count + more + inside * (at >= since) + int(rng.integers(-far, far + 1)), base, draw, first
            )
            for one in (0, 1):
                others = range(count + more + one * (at >= since) - far, count + more + one * (at >= since) + far + 1)
                left[one] &= np.any([_printed(other, base, first, every) == printed for other in others], axis=0)
        certain += left.any(axis=1).sum() == 1
    return certain / number


def _printed(count: int, base: int, first: int, every: np.ndarray) -> np.ndarray:
    """`multiple` of a count for each of some draws."""
    table = _PRINTED.setdefault((count, base), np.array([multiple(count, base, one, first) for one in every[::10]]))
    return np.repeat(table, 10)


_PRINTED: dict[tuple[int, int], np.ndarray] = {}


def questions(number: int) -> Iterator[tuple[int, int, int]]:
    """Of so many drawn questions: answers that the draw would print, those that the attack withdraws, and the fewest numbers that
    an answer or a remainder may be."""
    rng = np.random.default_rng(20201)
    for at in range(number):
        whole = int(rng.integers(8, 120))
        counts = rng.multinomial(whole, rng.dirichlet(np.full(4, 0.8)))[: int(rng.integers(1, 4))]
        every = [answered(one) for one in attempts(whole, counts.tolist(), Draw(f"questions {at}".encode()))]
        kept = every[-1]
        yield len(every[0]), len(every[0].keys() - kept.keys()), fewest(kept, whole) if kept else ORDINARY[1]


def sizes(number: int) -> pd.DataFrame:
    """What is printed of départements of each size, and the mean distance from the true count."""
    rules, rows = invented(preset="brouillon"), []
    for size in (24, 60, 152, 400):
        for seed in range(number):
            one = decided(departement(seed, size), rules, key=f"size {seed}".encode())
            far = [abs(told.value - one.counted[name].count) for name, told in one.printed.items()]
            old = fresh(departement(seed, size), one, f"size {seed}")
            shown = {
                name: value
                for name, value in old.items()
                if value
                >= least(5 if one.counted[name].entry.threshold == 8 else 10, one.counted[name].entry.threshold)
            }
            rows.append(
                {
                    "persons": size,
                    "printed": len(one.printed),
                    "error": np.mean(far) if far else np.nan,
                    "printed_before": len(shown),
                    "error_before": np.mean([abs(v - one.counted[n].count) for n, v in shown.items()])
                    if shown
                    else np.nan,
                }
            )
    return pd.DataFrame(rows).groupby("persons").mean().round(2)


CAME, WENT = 40, 6  # between two editions: persons, and situations


def departures(seed: int) -> dict[str, float]:
    """Ten recorded editions, each of persons who came and without some who went: what the tenth costs, and what is found."""
    every, draw = departement(seed, MIDDLE + CAME * (EDITIONS - 1)), Draw(f"ten {seed}".encode())
    first, last = departement(seed, MIDDLE)["situation"].nunique(), int(every["situation"].max())
    rng, gone, before = np.random.default_rng([seed, 99]), set[int](), list[Previous]()
    rules = invented()
    for at in range(EDITIONS):
        upto = first + at * (last + 1 - first) // (EDITIONS - 1)
        rows = every[every["situation"].lt(upto) & ~every["situation"].isin(gone)].reset_index(drop=True)
        people, start = population(rows), time.process_time()
        decision = decide(Listing("prostitution", rules), people, draw, {}, {}, later=at)
        spent = time.process_time() - start
        keys = people.key.tolist()
        if at < EDITIONS - 1:
            before.append(Previous(str(at), decision.printed, frozenset(keys)))
        gone |= set(rng.choice(rows["situation"].unique(), WENT, replace=False).tolist())
    codes, start = coded(decision.listing, people, {}), time.process_time()
    found = findings(decision.listing, before, decision.printed, keys, codes)
    return {"persons": len(keys), "decided": spent, "attacked": time.process_time() - start, "found": len(found)}


def measured(number: int, kept: int, many: int, drawn: int) -> list[Measure]:
    """What the options ask for; each may be 0."""
    found = []
    if kept:
        found.append(Measure("copies that differ from a recorded one", recorded(range(kept)), COUNT))
    if number:
        rows = unrecorded(range(number))
        print(rows.groupby("kind")[["proven", "before"]].agg(["sum", some]).to_string())
        found.append(Measure("attributes proven by two copies", int(rows["proven"].sum()), COUNT))
    if many:
        for name, own in (("all others known", False), ("cases of one's own", True)):
            parts = [editions(many, own, *each) for each in (ORDINARY, SENSITIVE)]
            print(f"ten editions, {name}: base 5 {parts[0]:.3f}, base 10 {parts[1]:.3f}")
            found.append(Measure(f"memberships proven by ten editions, {name}", max(parts), RATIO))
    if drawn:
        rows = pd.DataFrame(questions(drawn), columns=["told", "withheld", "fewest"])
        print(
            f"{rows['withheld'].sum()} of {rows['told'].sum()} answers withheld; fewest numbers {rows['fewest'].min()}"
        )
        found.append(Measure("questions that leave under eight numbers", int(rows["fewest"].lt(8).sum()), COUNT))
    return found


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--number", type=int, default=0)
    options.add_argument("--recorded", type=int, default=0)
    options.add_argument("--editions", type=int, default=0)
    options.add_argument("--questions", type=int, default=0)
    options.add_argument("--sizes", type=int, default=0)
    options.add_argument("--departures", type=int, default=0)
    chosen = options.parse_args()
    print(load())
    if chosen.sizes:
        print(sizes(chosen.sizes).to_string())
        return
    if chosen.departures:
        print(pd.DataFrame(map(departures, range(1, chosen.departures + 1))).round(1).to_string())
        return
    asked = (2, 1, 60, 200) if chosen.short else (chosen.number, chosen.recorded, chosen.editions, chosen.questions)
    finish(measured(*asked), chosen.measures)


if __name__ == "__main__":
    main()
