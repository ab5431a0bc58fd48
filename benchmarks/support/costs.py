"""What a command costs, and the measures that a benchmark hands over.

Nothing heavy is imported here: Linux counts the memory of the process that starts a command as the command's own.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
PROJECT = BENCHMARKS.parent
SECONDS, MEMORY, COUNT, RATIO = "s", "MiB", "count", "ratio"
JUDGED = (COUNT, RATIO)  # what a limit may be set on: neither depends on the machine
MEASURES = "measures"  # the option that names the file of measures


@dataclass(frozen=True)
class Cost:
    """Of a command and all its descendants: CPU and wall seconds, and the memory of the largest process, in MiB."""

    cpu: float
    wall: float
    memory: float

    def __str__(self) -> str:
        return f"{self.cpu:8.2f} CPU s  {self.wall:8.2f} s  {self.memory:6.0f} MiB"


@dataclass(frozen=True)
class Measure:
    """One number of a benchmark, with its unit."""

    name: str
    value: float
    unit: str


def spend(command: list[str], folder: Path) -> Cost:
    """What a command costs, run in a folder. Ends the benchmark, with what the command said, when it fails."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(_search()), "TZ": "UTC"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each run compiles again what was changed
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall, process.returncode = time.perf_counter() - started, os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command[:3])} failed:\n{said.read().decode(errors='replace')[-6000:]}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def _search() -> list[str]:
    """Where Python looks first: the benchmarks, for `support`, then what was asked for."""
    return [str(BENCHMARKS), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]


def spent() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    every = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in every)


def program(name: str) -> str:
    """A command of the environment that runs this benchmark."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or name


def parser(description: str | None) -> argparse.ArgumentParser:
    """The options of every benchmark."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--short", action="store_true", help="the form that the check runs")
    made.add_argument(f"--{MEASURES}", type=Path, help="write the measures there, as CSV")
    return made


def sizes(text: str) -> tuple[int, ...]:
    """« 1,10,101 » as numbers."""
    return tuple(map(int, text.split(",")))


def load() -> str:
    """What else the machine does, to be read before any second."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def finish(measures: Iterable[Measure], path: Path | None) -> None:
    """Show the measures; write them where the check asked for them."""
    found = list(measures)
    for measure in found:
        print(f"{measure.name:<62}{measure.value:>12.5g} {measure.unit}")
    if path is not None:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows((measure.name, f"{measure.value:.5g}", measure.unit) for measure in found)


def taken(path: Path) -> list[Measure]:
    """The measures that a benchmark wrote."""
    with path.open(newline="", encoding="utf-8") as file:
        return [Measure(name, float(value), unit) for name, value, unit in csv.reader(file)]


def cheapest(attempts: int, run: Callable[[], Cost]) -> Cost:
    """The attempt that took least CPU."""
    return min((run() for _ in range(attempts)), key=lambda cost: cost.cpu)


def told(costs: Mapping[str, Cost], suffix: str) -> list[Measure]:
    """CPU and memory of several commands."""
    found = [Measure(f"cpu of {name} ({suffix})", cost.cpu, SECONDS) for name, cost in costs.items()]
    return found + [Measure(f"memory of {name} ({suffix})", cost.memory, MEMORY) for name, cost in costs.items()]
