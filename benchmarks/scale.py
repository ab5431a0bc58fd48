"""From one département to a hundred and one: what so many small invented studies cost, and what one more of them runs again.

    .venv/bin/python benchmarks/scale.py --copies 1,10,101
    .venv/bin/python benchmarks/scale.py --copies 1,10 --documents
    .venv/bin/python benchmarks/scale.py --copies 11 --documents --killed 20

Each study is made by a team's own doors (`diagnostic creer`, `recevoir`, `sceller`): fifteen answers, a register, counts, pages read,
press, interviews. They are run up to their facts or, with `--documents`, to their documents and those of the comparison of all.
The calls of that run are then made again in one plain process, with the programs that it started, and both must end with the same
bytes. With `--killed`, the run is made once more, ended by `kill -9` at so many moments and taken up again each time: the same
bytes again. Last, one study is added, and the workflow is asked what it would do.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from pathlib import Path

from support import projects
from support.costs import COUNT, RATIO, Cost, Measure, finish, load, parser, program, sizes, spend, told
from support.killing import killed
from support.recording import tallies

SIZES, SHORT = (1, 10), (2,)
PROGRAMS, WORKFLOW, KILLED = "programs", "workflow", "killed"


def names(root: Path) -> list[str]:
    """The invented studies of a project."""
    return sorted(path.stem for path in (root / "config/studies").glob("*-2026.yaml") if path.stem[:2] != "99")


def add(root: Path, number: int) -> list[str]:
    """So many départements more, in a process of its own; all the project's, compared with each other."""
    first = len(names(root))
    spend([sys.executable, "-m", "support.departements", str(root), str(number), str(first)], root)
    return names(root)


def command(studies: list[str], documents: bool, *options: str) -> list[str]:
    """The run of these studies: to their facts, or to their documents and those of their comparison."""
    if not documents:
        return projects.snakemake(studies, *options)
    chosen = ["--quiet", "all", "--config", f"studies=[{','.join(studies)}]"]
    return [program("snakemake"), "all", "compare", *chosen, *options]


def jobs(root: Path, studies: list[str], documents: bool) -> dict[str, int]:
    """Rule → number of jobs that a run would make now."""
    asked = [*command(studies, documents), "--dry-run"]
    asked[asked.index("all", asked.index("--quiet"))] = "rules"  # the table of jobs is told
    said = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True)
    table = (said.stdout + said.stderr).partition("Job stats:")[2].partition("\n\n")[0]
    return {rule: int(n) for rule, n in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE) if rule != "total"}


def measure(copies: int, chosen: Namespace) -> tuple[dict[str, Cost], list[Measure]]:
    """What so many studies cost, in one plain process too unless it is left out; what was counted, and what one study more runs."""
    costs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory() as folder:
        root, found = Path(folder), {}
        projects.prepare(root)
        studies = add(root, copies)

        def made(name: str, way: list[str]) -> None:
            costs[name] = projects.cost(root, way)
            found[name] = projects.digests(root)
            print(f"{copies:4} studies  {name:10}{costs[name]}", flush=True)

        made(WORKFLOW, command(studies, chosen.documents, "--snakefile", "Recorder"))
        counted = tallies(root, copies)
        if chosen.killed:
            ends = killed(root, command(studies, chosen.documents), chosen.killed)
            found[KILLED] = projects.digests(root)
            projects.agree(found)
            print(f"{copies:4} studies  killed {ends} times and taken up again: the same bytes", flush=True)
            counted.append(Measure(f"moments at which the run was killed (studies: {copies})", ends, COUNT))
        counted += added(root, chosen.documents)
        if not (chosen.alone or chosen.short):
            made(PROGRAMS, [sys.executable, "-m", "support.ways", PROGRAMS])
        projects.agree(found)
    return costs, counted


def added(root: Path, documents: bool) -> list[Measure]:
    """What a study more would run again, beside what it would run alone; the choices are then as before, which manifests name."""
    kept = root / "config.before"
    shutil.copytree(root / "config", kept)
    every = add(root, 1)
    more, alone = Counter(jobs(root, every, documents)), Counter(jobs(root, every[-1:], documents))
    together, others = Counter[str](), (more - alone) + (alone - more)
    for rule in [rule for rule in more | alone if rule.startswith("compare")]:
        together[rule], alone[rule], others[rule] = more[rule], 0, 0
    for name, ran in (("study", +alone), ("comparison", +together), ("others", +others)):
        print(f"one study more, jobs of the {name:12}", ", ".join(f"{rule} {n}" for rule, n in ran.items()), flush=True)
    shutil.rmtree(root / "config")
    kept.rename(root / "config")
    return [
        Measure("jobs of other studies when one is added", others.total(), COUNT),
        Measure("jobs of the study that is added", alone.total(), COUNT),
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--copies", type=sizes, default=SIZES)
    options.add_argument("--documents", action="store_true", help="to the documents, and those of the comparison")
    options.add_argument(
        "--killed", type=int, default=0, help="once more, killed at so many moments and taken up again"
    )
    options.add_argument("--alone", action="store_true", help="the workflow alone, not its functions")
    chosen = options.parse_args()
    print(load(), flush=True)
    measures: list[Measure] = []
    cpu: dict[int, float] = {}
    for size in SHORT if chosen.short else chosen.copies:
        costs, counted = measure(size, chosen)
        measures += told(costs, f"studies: {size}")
        cpu[size] = costs[WORKFLOW].cpu
        if PROGRAMS in costs:
            ratio = costs[WORKFLOW].cpu / costs[PROGRAMS].cpu
            measures.append(Measure(f"workflow over functions (studies: {size})", ratio, RATIO))
    if len(cpu) > 1:
        least, most = min(cpu), max(cpu)
        slope = (cpu[most] - cpu[least]) / (most - least)
        measures.append(Measure(f"cpu of a study more ({least} to {most})", slope, "s"))
    finish([*measures, *counted], chosen.measures)


if __name__ == "__main__":
    main()
