"""What Snakemake adds to the same functions called in one process.

Copies the small fictional study under other numbers, runs the workflow on all copies up to their facts (or, with
`--reports`, up to their manifests), then replays the very same calls in one plain Python process. The calls are
recorded from a first, untimed run of the workflow, so that nothing of the wiring is written twice. Every timed run is a
fresh process in an emptied folder; both must end with the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MODEL, EDITION = "99", "2026"
CALLS = Path("calls.jsonl")
MADE = ("results", "logs", ".snakemake")
RECORDER = """
import json
from diagnostic import manifest, step


def name(function):
    return f"{function.__module__}:{function.__qualname__}"


def recorded(function, door):
    def wrapper(*given):
        shown = [name(part) if callable(part) else list(part) if not isinstance(part, (str, dict)) else part for part in given]
        with open("calls.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps([door, shown]) + "\\n")
        return function(*given)

    return wrapper


step.run = recorded(step.run, "diagnostic.step:run")
manifest.write = recorded(manifest.write, "diagnostic.manifest:write")


include: "workflow/Snakefile"


rule every:
    default_target: True
    input:
        rules.all.input,
"""


def prepare(root: Path, copies: int) -> list[str]:
    """A project folder with `copies` copies of the small study; returns their names."""
    for name in ("workflow", "profiles", "report", "config", "envs"):
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copytree(PROJECT / "resources/references", root / "resources/references")
    shutil.copy(PROJECT / "Snakefile", root)
    (root / "Recorder").write_text(RECORDER, encoding="utf-8")
    with (root / "resources/references/departements.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file) if row["code"] != MODEL][:copies]
    if len(codes) < copies:
        sys.exit(f"only {len(codes)} département codes")
    studies = [f"{code}-{EDITION}" for code in codes]
    source = (PROJECT / f"config/studies/{MODEL}-{EDITION}.yaml").read_text(encoding="utf-8")
    for code, study in zip(codes, studies, strict=True):
        text = source.replace(f'departement: "{MODEL}"', f'departement: "{code}"')
        (root / f"config/studies/{study}.yaml").write_text(text, encoding="utf-8")
        shutil.copytree(PROJECT / f"resources/studies/{MODEL}-{EDITION}", root / f"resources/studies/{study}")
    return studies


def snakemake(studies: list[str], targets: list[str], *options: str) -> list[str]:
    """The command that runs the workflow on the copies."""
    program = str(Path(sys.executable).parent / "snakemake")
    return [program, *targets, "--quiet", "all", "--config", f"studies=[{','.join(studies)}]", *options]


def replay(reports: bool) -> None:
    """In this process: every recorded call, in the order in which the workflow made it, and the rendering."""
    from diagnostic.report.render import render

    def resolve(name: str) -> object:
        module, _, attribute = name.partition(":")
        return getattr(importlib.import_module(module), attribute)

    for line in CALLS.read_text(encoding="utf-8").splitlines():
        door, given = json.loads(line)
        if door.endswith("step:run"):
            given[0] = resolve(given[0])
        Path(given[-1]).parent.mkdir(parents=True, exist_ok=True)
        if reports and door.endswith("manifest:write"):
            folder = Path(given[0]).parent / "report"
            for form in ("html", "docx", "pdf"):
                render(folder / "rapport.qmd", folder / f"rapport.{form}", Path("report"), 0, "auto")
        resolve(door)(*given)  # type: ignore[operator]


def timed(command: list[str], root: Path) -> tuple[float, float]:
    """Wall and CPU seconds of a command and all its descendants, in an emptied folder."""
    for name in MADE:
        shutil.rmtree(root / name, ignore_errors=True)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command[:2])} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def digest(root: Path, pattern: str) -> str:
    """One digest of every file that the pattern finds in the results."""
    total = hashlib.sha256()
    for path in sorted((root / "results").glob(pattern)):
        total.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=101)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reports", action="store_true", help="up to the manifest: figures, page, Word, PDF")
    parser.add_argument("--replay", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay:
        replay(options.reports)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        studies = prepare(root, options.copies)
        targets = [] if options.reports else [f"results/{study}/estimate/facts.parquet" for study in studies]
        stages = "*/report/rapport.qmd" if options.reports else "*/estimate/facts.parquet"
        timed(snakemake(studies, targets, "--snakefile", "Recorder", "--cores", "1"), root)
        calls = len((root / CALLS).read_text(encoding="utf-8").splitlines())
        print(f"{options.copies} studies, {calls} calls, {os.cpu_count()} cores", flush=True)
        commands = {
            "snakemake": snakemake(studies, targets),
            "one process": [sys.executable, __file__, "--replay", *(["--reports"] if options.reports else [])],
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        digests = set()
        for turn in range(options.rounds):
            for name, command in commands.items():
                taken[name].append(timed(command, root))
                digests.add(digest(root, stages))
                print(
                    f"round {turn + 1}  {name:12} wall {taken[name][-1][0]:7.2f} s  CPU {taken[name][-1][1]:7.2f} s",
                    flush=True,
                )
        if len(digests) != 1:
            sys.exit("the two ways do not give the same bytes")
        for kind, position in (("wall", 0), ("CPU", 1)):
            values = {name: [run[position] for run in runs] for name, runs in taken.items()}
            for summary in (min, statistics.median):
                with_snakemake, alone = (summary(values[name]) for name in commands)
                print(
                    f"{kind:4} {summary.__name__:6}  snakemake {with_snakemake:7.2f} s  one process {alone:7.2f} s"
                    f"  ratio {with_snakemake / alone:.2f}"
                )


if __name__ == "__main__":
    main()
