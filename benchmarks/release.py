"""The release decision on invented départements: what is exposed, what is still published, how long it takes.

    .venv/bin/python benchmarks/release.py --number 100 --out mesures.csv

Each département has an earlier edition (all but its last situations); both editions are decided, then the later one
is audited by an outsider, by each structure, and by a reader of both. One CSV row per département.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from support.costs import COUNT, SECONDS, Measure, finish, load, parser

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "release")]

from sabotage import DESIGN, exposes, outsiders_only, sabotages  # noqa: E402
from simulated import TABLES, departement, design, policy  # noqa: E402

from diagnostic.release.audit import audit  # noqa: E402
from diagnostic.release.decision import decide  # noqa: E402
from diagnostic.release.editions import Previous  # noqa: E402
from diagnostic.release.groups import Persons, encode  # noqa: E402

SIZES = (152, 60, 152, 250, 152, 400, 100)
THRESHOLDS = (5, 8, 11)
READERS = ("outsider", "structure", "editions")
DAMAGES = 9  # of the short form


def measure(
    seed: int, size: int, threshold: int, tables: int = len(TABLES), editions: bool = True
) -> dict[str, object]:
    plan, rules = design(tables=TABLES[:tables]), policy(threshold)
    persons = encode(departement(seed, size), plan)
    previous = (earlier(persons, plan, rules),) if editions else ()
    start, cpu = time.perf_counter(), time.process_time()
    decision = decide(persons, plan, rules, previous)
    middle, cpu_middle = time.perf_counter(), time.process_time()
    verdict = audit(persons, plan, rules, decision.cells, previous=previous)
    end, cpu_end = time.perf_counter(), time.process_time()
    figures = decision.cells[decision.cells["value"] > 0]
    exposed = dict.fromkeys(READERS, 0)
    for finding in verdict.findings:
        exposed[finding.reader.split()[0]] += 1
    return {
        "seed": seed,
        "persons": size,
        "threshold": threshold,
        "tables": tables,
        "figures": len(figures),
        "published": round((figures["verdict"] == "shown").mean(), 3),
        "secondary": round((figures["reason"] == "secondary").mean(), 3),
        **exposed,
        "messages": len(verdict.messages),
        "stuck": len(decision.stuck),
        "protect_s": round(middle - start, 1),
        "protect_cpu_s": round(cpu_middle - cpu, 1),
        "audit_s": round(end - middle, 1),
        "audit_cpu_s": round(cpu_end - cpu_middle, 1),
    }


def earlier(persons: Persons, plan, rules) -> Previous:
    """An earlier edition that lacked the last two situations, protected from outsiders."""
    counted = persons.situation < persons.situation.max() - 2
    old = Persons(persons.codes[counted], persons.situation[counted], persons.structure[counted])
    cells = decide(old, plan, outsiders_only(rules)).cells
    shown = cells[cells["verdict"] == "shown"]
    figures = zip(shown["cell"], shown["shown_value"], shown["shown_low"], shown["shown_high"], strict=True)
    return Previous({cell: (int(told), int(low), int(high)) for cell, told, low, high in figures}, np.asarray(counted))


def sabotage(number: int, first: int, each: int = 27) -> Iterator[dict[str, object]]:
    """Finished ledgers damaged: what the gate says, and an independent answer. One row per damage.

    `each`: damages per département, three of each kind."""
    rules = outsiders_only(policy(8), "editions")
    for place in range(number):
        seed = first + place // each
        if place % each == 0:
            persons = encode(departement(seed, (120, 152, 200)[seed % 3], 12), DESIGN)
            damages = sabotages(decide(persons, DESIGN, rules).cells, persons, seed)
        damage = next(damages)
        sent = audit(persons, DESIGN, rules, damage.cells, damage.statements, damage.previous).sendable
        found = exposes(damage, persons, rules)
        yield {"seed": seed, "kind": damage.kind, "exposes": int(found), "refused": int(not sent)}


def short() -> list[Measure]:
    """A département with its earlier edition, and damages of each kind: who is exposed, which damages go unseen."""
    row = measure(0, 60, 8)
    damaged = list(sabotage(DAMAGES, 1))
    unseen = sum(damage["exposes"] and not damage["refused"] for damage in damaged)
    return [
        Measure("groups exposed", sum(int(str(row[reader])) for reader in READERS), COUNT),
        Measure("damages unseen", int(unseen), COUNT),
        Measure("damages that expose", sum(int(str(damage["exposes"])) for damage in damaged), COUNT),
        Measure("cpu of decision", float(str(row["protect_cpu_s"])), SECONDS),
        Measure("cpu of audit", float(str(row["audit_cpu_s"])), SECONDS),
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--number", type=int, default=100)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--out", type=Path, default=Path("mesures.csv"))
    options.add_argument("--sabotage", type=int, default=0, help="instead: damage finished ledgers so many times")
    options.add_argument("--growth", action="store_true", help="instead: one seed, sizes and numbers of tables growing")
    chosen = options.parse_args()
    print(load())
    if chosen.short:
        finish(short(), chosen.measures)
        return
    if chosen.sabotage:
        write(chosen.out, sabotage(chosen.sabotage, chosen.first))
        return
    if chosen.growth:
        plan = [(1, size, 8, 4, False) for size in (60, 100, 152, 250, 400)]
        plan += [(1, 152, 8, tables, False) for tables in (1, 2, 3)]
    else:
        seeds = range(chosen.first, chosen.first + chosen.number)
        plan = [(seed, SIZES[seed % len(SIZES)], THRESHOLDS[seed % 3], 4, True) for seed in seeds]
    write(chosen.out, (measure(*one) for one in plan))


def write(path: Path, rows: Iterator[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer: csv.DictWriter | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
            writer.writerow(row)
            file.flush()


if __name__ == "__main__":
    main()
