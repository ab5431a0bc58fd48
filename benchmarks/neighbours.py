"""Neighbouring studies: what one person, situation, response or structure more or less changes in what is printed.

    .venv/bin/python benchmarks/neighbours.py --number 200
    .venv/bin/python benchmarks/neighbours.py --number 20 --attacked
    .venv/bin/python benchmarks/neighbours.py --keys 1000

On the statements of a finished trial study. Every difference must be an audited draw (`tests/release/neighbours.py` says what
that is); with `--keys`, the law of every number over so many keys must move by one base at most. With `--attacked` the
release attacks each neighbour too; without, draws alone, which is what it prints where the attack finds nothing.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from support.costs import COUNT, PROJECT, RATIO, Measure, finish, load, parser

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/release")]

from neighbours import ANSWERED, CHANGES, DRAFT, Study, Told, differences, distance, false_claims, finished, laws  # noqa: E402

SHORT = 7  # one of each kind
POPULATIONS = ("prostitution", "concerned", "described", "cases")


def neighbours(study: Study, number: int) -> Iterator[tuple[str, dict[str, object]]]:
    """Kind of change and facts of so many neighbours, one kind after the other."""
    for seed in range(number):
        kind = list(CHANGES)[seed % len(CHANGES)]
        yield kind, study.facts(CHANGES[kind](np.random.default_rng([13, seed]), study.collected))


def measured(study: Study, number: int, preset: str, keys: int) -> list[Measure]:
    one = study.told(study.facts(), preset)
    moved: Counter[str] = Counter()
    looked: Counter[str] = Counter()
    unexplained, false, furthest = 0, len(false_claims(one)), 0.0
    before = {name: laws(one, name, keys) for name in POPULATIONS if name in one.listings} if keys else {}
    for kind, made in neighbours(study, number):
        other = study.told(made, preset)
        differ, wrong = differences(one, other, kind in ANSWERED)
        for line in wrong:
            print(f"{kind}: {line}", flush=True)
        moved[kind] += len(differ)
        looked[kind] += 1
        unexplained += len(wrong)
        false += len(false_claims(other))
        for name, law in before.items():
            furthest = max(furthest, moves(one, other, law, laws(other, name, keys)))
    for kind in looked:
        print(f"{kind:<16}{looked[kind]:>4} neighbours, {moved[kind] / looked[kind]:6.1f} statements moved on average")
    found = [
        Measure("neighbours", looked.total(), COUNT),
        Measure("unexplained differences", unexplained, COUNT),
        Measure("numbers outside their claim", false, COUNT),
    ]
    return [*found, Measure("largest move of a law, times its base", furthest, RATIO)] if keys else found


def moves(
    one: Told, other: Told, before: dict[str, Counter[int | None]], after: dict[str, Counter[int | None]]
) -> float:
    """The largest distance between two laws, times its base and by case, among groups that both may print and that hold one
    case more or less at most."""
    furthest = 0.0
    for name, law in before.items():
        first, second = one.counted[name], other.counted[name]
        if first.reason or second.reason or abs(first.count - second.count) > 1:
            continue
        rules = one.policy.rules
        wide = first.entry.threshold > rules.thresholds.ordinary
        base = rules.rounding.sensitive_base if wide else rules.rounding.base
        furthest = max(furthest, base * distance(law, after[name]))
    return furthest


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--number", type=int, default=200)
    options.add_argument("--keys", type=int, default=0, help="of the law of each number")
    options.add_argument("--attacked", action="store_true", help="the whole release, its attack included")
    chosen = options.parse_args()
    print(load(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        study = finished(Path(folder) / "projet")
        number, keys = (SHORT, 0) if chosen.short else (chosen.number, chosen.keys)
        finish(measured(study, number, "default" if chosen.attacked else DRAFT, keys), chosen.measures)


if __name__ == "__main__":
    main()
