"""What the workflow adds to the same functions called in one process, and to the same steps run by doit.

The fictional study is copied under other départements. The workflow runs them up to their facts and records its calls;
the same calls are then made in one plain process, and as tasks of doit in one process. Each way starts in an emptied
folder, in a new process, and all must end with the same bytes. Then the workflow is run again, with nothing to do,
beside its own dry run and beside the dry run of a bare workflow with the same rules, files and edges.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from support import projects
from support.costs import RATIO, SECONDS, Cost, Measure, cheapest, finish, load, parser, program, sizes, spend, told
from support.recording import tallies

SIZES, SHORT = (1, 10, 101), (1, 2)
WAYS = (WORKFLOW, FUNCTIONS, DOIT) = (
    "workflow",
    "functions",
    "doit",
)  # the last, which does more than the functions, in the long form
AGAIN, DRY, BARE = "nothing to do", "dry run", "bare dry run"
TURNS = 3  # of the runs that do nothing: they are short, and the machine may change its pace from one to the next


def measure(
    copies: int, rounds: int, ways: Sequence[str], idles: bool = True
) -> tuple[dict[str, Cost], dict[str, Cost], list[Measure]]:
    """These ways, of which the workflow is one, the runs that do nothing, and what was counted in the workflow, for so many copies."""
    costs: dict[str, Cost] = {}
    idle: dict[str, Cost] = {}
    made: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        projects.prepare(root)
        studies = projects.copied(root, copies)
        for name, command in projects.ways(studies).items():
            if name not in ways:
                continue
            costs[name] = cheapest(rounds, partial(projects.cost, root, command))
            made[name] = projects.digests(root)
            show(copies, {name: costs[name]})
            if name == WORKFLOW:
                counted = tallies(root, copies)
                idle = idling(root, studies) if idles else {}
                show(copies, idle)
        projects.agree(made)
    return costs, idle, counted


def show(copies: int, costs: dict[str, Cost]) -> None:
    for name, cost in costs.items():
        print(f"{copies:4} copies  {name:14}{cost}", flush=True)


def idling(root: Path, studies: list[str]) -> dict[str, Cost]:
    """A second run on finished results, the dry run of the same workflow, and that of a bare one of the same size."""
    bare, asked = projects.bare(root, studies)
    again = projects.snakemake(studies)
    runs = {
        AGAIN: (again, root),
        DRY: ([*again, "--dry-run"], root),
        BARE: ([program("snakemake"), *asked, "--dry-run"], bare),
    }
    turns = [{name: spend(*run) for name, run in runs.items()} for _ in range(TURNS)]
    return {name: min((turn[name] for turn in turns), key=lambda cost: cost.cpu) for name in runs}


def ratios(cpu: dict[str, float], suffix: str = "") -> list[Measure]:
    """CPU of the workflow over that of the other ways."""
    others = [name for name in cpu if name != WORKFLOW]
    return [Measure(f"workflow over {name}{suffix}", cpu[WORKFLOW] / cpu[name], RATIO) for name in others]


def beyond(before: dict[str, Cost], after: dict[str, Cost], studies: int, suffix: str) -> list[Measure]:
    """What each of so many studies more costs."""
    slopes = {name: (after[name].cpu - before[name].cpu) / studies for name in after if name in before}
    found = [Measure(f"cpu of {name}, a study{suffix}", slope, SECONDS) for name, slope in slopes.items()]
    return [*found, *ratios(slopes, suffix)]


def judged(found: dict[int, dict[str, Cost]], idle: dict[int, dict[str, Cost]]) -> list[Measure]:
    """The ratios that limits are set on: at the largest size, or at the worst one."""
    first, last = found[min(found)], found[max(found)]
    measures = ratios({name: cost.cpu for name, cost in last.items()})
    measures += [
        Measure(f"{AGAIN} over {name}", max(runs[AGAIN].cpu / runs[name].cpu for runs in idle.values() if runs), RATIO)
        for name in (DRY, BARE)
    ]
    growth = last[WORKFLOW].memory / first[WORKFLOW].memory
    return [*measures, Measure("memory of workflow, largest size over smallest", growth, RATIO)]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--copies", type=sizes, default=SIZES)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--alone", action="store_true", help="the workflow alone, not its functions nor doit")
    chosen = options.parse_args()
    print(load(), flush=True)
    found: dict[int, dict[str, Cost]] = {}
    idle: dict[int, dict[str, Cost]] = {}
    measures: list[Measure] = []
    for size in SHORT if chosen.short else chosen.copies:
        small = chosen.short and size < max(SHORT)  # what is judged is at the largest size, but memory
        ways = (WORKFLOW,) if chosen.alone or small else (WORKFLOW, FUNCTIONS) if chosen.short else WAYS
        found[size], idle[size], counted = measure(size, chosen.rounds, ways, not small)
        measures += told(found[size] | idle[size], f"copies: {size}")
    for before, after in pairwise(found):
        measures += beyond(found[before], found[after], after - before, f" (copies: {before} to {after})")
    finish([*measures, *judged(found, idle), *counted], chosen.measures)


if __name__ == "__main__":
    main()
