"""Every hostile file and every fault of the tests' corpus, at the door that reads it: verdict, place, processor, memory."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from support.costs import COUNT, SECONDS, Measure, finish, load, parser

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "faults")]

import doors  # noqa: E402
from hostile import READ, corpus  # noqa: E402

SHORT = 30  # one file in so many
COLUMNS = ("famille", "fichier", "nom", "sorte", "attendu", "verdict", "place", "lignes", "secondes", "Mio")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--output", type=Path, help="write the table here, as CSV")
    chosen = options.parse_args()
    print(load(), flush=True)
    rows, slowest, largest, broken = [], 0.0, 0, 0
    for case in corpus()[:: SHORT if chosen.short else 1]:
        verdict = doors.opened(case.path, case.content())
        places = [f"{Path(file).name} {place}".strip() for _, file, place, _ in verdict.lines]
        kind = "faute" if case.fault else "hostile"
        costs = (len(places), f"{verdict.seconds:.2f}", verdict.memory >> 20)
        rows.append(
            (case.family, Path(case.path).name, case.name, kind, case.expected, verdict.outcome, *places[:1], *costs)
        )
        slowest, largest = max(slowest, verdict.seconds), max(largest, verdict.memory)
        broken += bool(verdict.raised) or verdict.refused == (case.expected == READ)
    if chosen.output:
        with chosen.output.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(
                [COLUMNS, *((*row[:6], "", *row[6:]) if len(row) < len(COLUMNS) else row for row in rows)]
            )
    finish(
        [
            Measure("files read against the contract", broken, COUNT),
            Measure("files of the corpus", len(rows), COUNT),
            Measure("cpu of the slowest file", slowest, SECONDS),
            Measure("memory of the largest file, MiB", largest >> 20, COUNT),
        ],
        chosen.measures,
    )


if __name__ == "__main__":
    main()
