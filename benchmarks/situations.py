"""Thirty thousand situations, from the export in the vault to the facts: the workflow, and its functions alone.

A new study is made and receives its export by the team's own commands; the whole run up to its facts is measured, the
start of Python included, at several sizes: time and memory must follow the number of situations. Both ways must end
with the same bytes. The steps that take most of the time are told.
"""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from pathlib import Path

from support import projects
from support.costs import RATIO, Cost, Measure, finish, load, parser, sizes, told
from support.recording import tallies
from support.ways import STEPS

SIZES, SHORT = (1000, 3300, 10000), (1000,)  # responses; three situations each on average
TOLD = 8


def measure(responses: int) -> tuple[dict[str, Cost], list[Measure]]:
    """Both ways for one size; what was counted."""
    with tempfile.TemporaryDirectory() as folder:
        root, costs, made = Path(folder), {}, {}
        projects.prepare(root)
        commands = projects.ways(projects.answered(root, responses))
        for name in ("workflow", "functions"):
            costs[name] = projects.cost(root, commands[name])
            made[name] = projects.digests(root)
            print(f"{responses:6} responses  {name:10}{costs[name]}", flush=True)
        projects.agree(made)
        with (root / STEPS).open(newline="", encoding="utf-8") as file:
            steps = Counter({rule: float(cpu) for rule, cpu in csv.reader(file)})
        print("  " + ", ".join(f"{rule} {cpu:.1f} s" for rule, cpu in steps.most_common(TOLD)), flush=True)
        counted = tallies(root, 1)
    return costs, counted


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--responses", type=sizes, default=SIZES)
    chosen = options.parse_args()
    print(load(), flush=True)
    measures: list[Measure] = []
    for size in SHORT if chosen.short else chosen.responses:
        costs, counted = measure(size)
        measures += told(costs, f"responses: {size}")
    ratio = Measure("workflow over functions", costs["workflow"].cpu / costs["functions"].cpu, RATIO)
    finish([*measures, ratio, *counted], chosen.measures)


if __name__ == "__main__":
    main()
