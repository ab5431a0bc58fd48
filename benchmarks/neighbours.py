"""Neighbouring studies: what one person, situation, response or structure more or less changes in what is printed.

    .venv/bin/python benchmarks/neighbours.py --number 200
    .venv/bin/python benchmarks/neighbours.py --number 20 --attacked
    .venv/bin/python benchmarks/neighbours.py --number 40 --keys 1000
    .venv/bin/python benchmarks/neighbours.py --folders 20 --out dossiers.csv
    .venv/bin/python benchmarks/neighbours.py --first 80 --number 40 --out voisins.csv

On the statements of a finished trial study. Every difference must be an audited draw (`tests/release/neighbours.py` says what
that is). With `--keys`, the law of every number over all keys, exact, may move as far as the draws that it hangs on, and so many
keys must agree with that law. With `--attacked` the release attacks each neighbour too; without, draws alone, which is what it
prints where the attack finds nothing. With `--folders`, the whole folder of documents instead, of a small study that receives
another export and is run again. With `--out` each neighbour is a row of that table, which the next piece goes on with.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from support.costs import COUNT, PROJECT, RATIO, SECONDS, Measure, finish, load, parser, spent
from support.pieces import pieces

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/release")]

import folders  # noqa: E402
from laws import Law, chance, distance, drawn, exact, moves  # noqa: E402
from neighbours import ANSWERED, CHANGES, DRAFT, Study, Told, differences, false_claims, finished  # noqa: E402

SHORT, KEYS = 2, 100  # the tests of the release have one of each kind; keys of the short form
BEYOND = "laws moved beyond their draws"
ALONE = "largest move of a law whose own draw alone moved, times its base"
INSIDE = "largest move of a law, times its base"
AGREE = "keys from the exact law, over what chance gives"
UNEXPLAINED, FALSE = "unexplained differences", "numbers outside their claim"
POPULATIONS = ("prostitution", "concerned", "described", "cases")


def measured(study: Study, seeds: range, preset: str, keys: int, out: Path) -> list[Measure]:
    """Each neighbour, one kind after the other, against the study as it is."""
    one = study.told(study.facts(), preset)
    before = {name: exact(one, name) for name in POPULATIONS if name in one.listings} if keys else {}
    kinds = list(CHANGES)

    def measure(seed: int, kind: str) -> dict[str, Any]:
        made = study.facts(CHANGES[kind](np.random.default_rng([13, seed]), study.collected))
        other = study.told(made, preset)
        differ, wrong = differences(one, other, kind in ANSWERED)
        for line in wrong:
            print(f"{kind}: {line}", flush=True)
        row = {"moved": len(differ), "unexplained": len(wrong), "false": len(false_claims(other))}
        return row | (moved(one, other, before, keys) if keys else {})

    rows = pieces(out, ("seed", "kind"), ((seed, kinds[seed % len(kinds)]) for seed in seeds), measure)
    print(rows.groupby("kind").agg(neighbours=("seed", "size"), statements_moved=("moved", "mean")).round(1))
    return [*totals(rows, len(false_claims(one))), *(of_laws(rows) if keys else [])]


def totals(rows: pd.DataFrame, false: int) -> list[Measure]:
    """Of all neighbours in the table; `false`: claims of the study itself that do not hold."""
    return [
        Measure("neighbours", len(rows), COUNT),
        Measure(UNEXPLAINED, int(rows["unexplained"].sum()), COUNT),
        Measure(FALSE, int(rows["false"].sum()) + false, COUNT),
    ]


def moved(one: Told, other: Told, before: dict[str, dict[str, Law]], keys: int) -> dict[str, float]:
    """How far the laws of two neighbours are apart, and how far so many keys are from the law that they are drawn from."""
    after = {name: exact(other, name) for name in before if name in other.listings}
    every = [move for name in after for move in moves(one, other, name, before[name], after[name])]
    apart = [
        (distance(law, seen[group]), chance(law, keys))
        for name, laws in after.items()
        for seen in [drawn(other, name, keys)]
        for group, law in laws.items()
        if len(law) > 1
    ]
    return {
        "groups": len(every),
        "beyond": sum(move.far > move.allowed + 1e-9 for move in every),
        "alone": max((move.far for move in every if move.alone), default=0.0),
        "inside": max((move.far for move in every if not move.crosses), default=0.0),
        "apart": sum(far for far, _ in apart),
        "chance": sum(mean for _, mean in apart),
    }


def of_laws(rows: pd.DataFrame) -> list[Measure]:
    """Of all neighbours in the table."""
    return [
        Measure("groups that a case moved", int(rows["groups"].sum()), COUNT),
        Measure(BEYOND, int(rows["beyond"].sum()), COUNT),
        Measure(ALONE, rows["alone"].max(), RATIO),
        Measure(INSIDE, rows["inside"].max(), RATIO),
        Measure(AGREE, rows["apart"].sum() / rows["chance"].sum(), RATIO),
    ]


def whole(home: Path, first: int, number: int, out: Path) -> list[Measure]:
    """Whole folders: each kind in turn, every file of `report/` byte by byte."""
    project = folders.Project(home)

    def measure(kind: str, case: int) -> dict[str, Any]:
        study, start = project.first, spent()
        other, again = project.neighbour(kind, case)
        found = folders.compared(study, other, again, kind in folders.ANSWERED)
        for line in found.unexplained:
            print(f"{kind} {case}: {line}", flush=True)
        differ = {f"{name.rpartition('.')[2]}": 0 for name in study.documents}
        for name in found.files:
            differ[name.rpartition(".")[2]] += 1
        files = " ".join(f"{name} {count}" for name, count in sorted(differ.items()) if count)
        row = {"moved": len(found.moved), "files": len(study.documents), "differ": files or "none"}
        return row | {
            "unexplained": len(found.unexplained),
            "false": len(found.false),
            "cpu": round(spent() - start, 1),
        }

    rows = pieces(out, ("kind", "case"), islice(_cases(), first, first + number), measure)
    print(rows.to_string(index=False))
    return [*totals(rows, 0), Measure("cpu of the dearest neighbour", rows["cpu"].max(), SECONDS)]


def _cases() -> Iterator[tuple[str, int]]:
    """Every kind on a first case, then every kind on the next one."""
    yield from ((kind, case) for case in count() for kind in folders.CHANGES)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--number", type=int, default=200)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--out", type=Path, help="the table of neighbours, gone on with where it is there")
    options.add_argument("--keys", type=int, default=0, help="of the law of each number")
    options.add_argument("--attacked", action="store_true", help="the whole release, its attack included")
    options.add_argument("--folders", type=int, default=0, help="instead: so many neighbours on whole folders")
    chosen = options.parse_args()
    print(load(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder) / "projet", chosen.out or Path(folder) / "voisins.csv"
        if chosen.folders:
            found = whole(home, chosen.first, chosen.folders, out)
            finish(found, chosen.measures)
            if any(one.value for one in found if one.name in (UNEXPLAINED, FALSE)):  # no short form: refused here
                sys.exit("what one case changes in the documents is told above")
            return
        number, keys = (SHORT, KEYS) if chosen.short else (chosen.number, chosen.keys)
        seeds, preset = range(chosen.first, chosen.first + number), "default" if chosen.attacked else DRAFT
        finish(measured(finished(home), seeds, preset, keys, out), chosen.measures)


if __name__ == "__main__":
    main()
