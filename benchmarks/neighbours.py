"""Neighbouring studies: what one person, situation, response or structure more or less changes in what is printed.

    .venv/bin/python benchmarks/neighbours.py --number 200
    .venv/bin/python benchmarks/neighbours.py --number 20 --attacked
    .venv/bin/python benchmarks/neighbours.py --keys 1000
    .venv/bin/python benchmarks/neighbours.py --first 80 --number 40 --out voisins.csv

On the statements of a finished trial study. Every difference must be an audited draw (`tests/release/neighbours.py` says what
that is); with `--keys`, the law of every number over so many keys must move by one base at most. With `--attacked` the
release attacks each neighbour too; without, draws alone, which is what it prints where the attack finds nothing. With `--out`
each neighbour is a row of that table, which the next piece goes on with.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from support.costs import COUNT, PROJECT, RATIO, Measure, finish, load, parser
from support.pieces import pieces

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/release")]

from neighbours import ANSWERED, CHANGES, DRAFT, Study, Told, differences, distance, false_claims, finished, laws  # noqa: E402

SHORT = 7  # one of each kind
FURTHEST = "largest move of a law, times its base"
POPULATIONS = ("prostitution", "concerned", "described", "cases")


def measured(study: Study, seeds: range, preset: str, keys: int, out: Path) -> list[Measure]:
    """Each neighbour, one kind after the other, against the study as it is."""
    one = study.told(study.facts(), preset)
    before = {name: laws(one, name, keys) for name in POPULATIONS if name in one.listings} if keys else {}
    kinds = list(CHANGES)

    def measure(seed: int, kind: str) -> dict[str, Any]:
        made = study.facts(CHANGES[kind](np.random.default_rng([13, seed]), study.collected))
        other = study.told(made, preset)
        differ, wrong = differences(one, other, kind in ANSWERED)
        for line in wrong:
            print(f"{kind}: {line}", flush=True)
        furthest = [moves(one, other, law, laws(other, name, keys)) for name, law in before.items()]
        false = len(false_claims(other))
        return {"moved": len(differ), "unexplained": len(wrong), "false": false, "furthest": max(furthest, default=0.0)}

    rows = pieces(out, ("seed", "kind"), ((seed, kinds[seed % len(kinds)]) for seed in seeds), measure)
    print(rows.groupby("kind").agg(neighbours=("seed", "size"), statements_moved=("moved", "mean")).round(1))
    return [
        *totals(rows, len(false_claims(one))),
        *([Measure(FURTHEST, rows["furthest"].max(), RATIO)] if keys else []),
    ]


def totals(rows: pd.DataFrame, false: int) -> list[Measure]:
    """Of all neighbours in the table; `false`: claims of the study itself that do not hold."""
    return [
        Measure("neighbours", len(rows), COUNT),
        Measure("unexplained differences", int(rows["unexplained"].sum()), COUNT),
        Measure("numbers outside their claim", int(rows["false"].sum()) + false, COUNT),
    ]


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
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--out", type=Path, help="the table of neighbours, gone on with where it is there")
    options.add_argument("--keys", type=int, default=0, help="of the law of each number")
    options.add_argument("--attacked", action="store_true", help="the whole release, its attack included")
    chosen = options.parse_args()
    print(load(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        study = finished(Path(folder) / "projet")
        number, keys = (SHORT, 0) if chosen.short else (chosen.number, chosen.keys)
        seeds, out = range(chosen.first, chosen.first + number), chosen.out or Path(folder) / "voisins.csv"
        finish(measured(study, seeds, "default" if chosen.attacked else DRAFT, keys, out), chosen.measures)


if __name__ == "__main__":
    main()
