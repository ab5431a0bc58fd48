"""Every benchmark in its short form: fails when one crashes, or passes a limit on a count or a ratio; never on seconds.

    .venv/bin/python benchmarks/check.py [names] [--long] [--record]

Limits are in `limits.csv`, one place for all; they hold for the short forms. `--record` adds a line a measure to `history.csv`, with the commit that
the measured files come from or were changed after: the parent of the commit that holds the lines.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from support.costs import BENCHMARKS, JUDGED, MEASURES, PROJECT, RATIO, Measure, taken

LIMITS, HISTORY = BENCHMARKS / "limits.csv", BENCHMARKS / "history.csv"
APART = (
    "desk",
    "desk_teams",
    "promises",
    "teams",
    "wholes",
)  # judge commands and studies, not measures: in tests, in a step of .ci/run, by hand
COLUMNS = ["parent", "benchmark", "form", "measure", "value", "unit", "cores", "load", "python"]


@dataclass(frozen=True)
class Limit:
    """The most that a measure of a short form may be. `aim`: what it should be one day, or the same; `why`: for who meets it."""

    benchmark: str
    measure: str
    at_most: float
    aim: float
    why: str


def benchmarks() -> list[str]:
    """Every benchmark there is: a file beside this one, whatever its name; but what stands apart."""
    found = (path.stem for path in BENCHMARKS.glob("*.py") if path != Path(__file__).resolve())
    return sorted(name for name in found if name not in APART)


def limits(path: Path = LIMITS) -> list[Limit]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        Limit(row["benchmark"], row["measure"], float(row["at_most"]), float(row["aim"]), row["why"]) for row in rows
    ]


def refused(found: dict[str, list[Measure]], chosen: Sequence[Limit]) -> list[str]:
    """What is over its limit, and the limits that nothing was measured for: a renamed measure must not go unjudged."""
    problems = []
    for limit in chosen:
        if limit.benchmark not in found:
            continue
        measured = next((one for one in found[limit.benchmark] if one.name == limit.measure), None)
        name = f"{limit.benchmark}, {limit.measure}"
        if measured is None:
            problems.append(f"{name}: limited, but not measured")
        elif measured.unit not in JUDGED:
            problems.append(f"{name}: {measured.unit} cannot be judged, only {' or '.join(JUDGED)}")
        elif not measured.value <= limit.at_most:
            problems.append(f"{name}: {measured.value:.3g} where {limit.at_most:g} is the most; {limit.why}")
    return problems


def run(name: str, long: bool) -> list[Measure] | None:
    """The measures of one benchmark, which shows them itself; None when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measures.csv"
        form = [] if long else ["--short"]
        command = [sys.executable, str(BENCHMARKS / f"{name}.py"), *form, f"--{MEASURES}", str(path)]
        done = subprocess.run(command, cwd=PROJECT, check=False)
        return taken(path) if done.returncode == 0 and path.is_file() else None


def again(problems: Sequence[str], measures: Sequence[Measure]) -> bool:
    """Whether a second try may help: only ratios are over. A count is the same at every try."""
    ratios = [one.name for one in measures if one.unit == RATIO]
    return bool(problems) and all(any(f", {name}: " in problem for name in ratios) for problem in problems)


def calmer(first: Sequence[Measure], second: Sequence[Measure] | None) -> list[Measure] | None:
    """The measures of the first try, with the smaller of both for each ratio; None when the second failed."""
    if second is None:
        return None
    least = {one.name: one.value for one in second if one.unit == RATIO}
    return [replace(one, value=min(one.value, least.get(one.name, one.value))) for one in first]


def record(found: dict[str, list[Measure]], form: str, load: float) -> None:
    """Add the measures to the history."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=True)
    machine = [os.cpu_count(), f"{load:.1f}", platform.python_version()]
    new = not HISTORY.exists()
    with HISTORY.open("a", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        if new:
            rows.writerow(COLUMNS)
        for name, measures in found.items():
            for one in measures:
                rows.writerow([head.stdout.strip()[:12], name, form, one.name, f"{one.value:.5g}", one.unit, *machine])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="these only")
    parser.add_argument("--long", action="store_true", help="each whole, as its own command runs it")
    parser.add_argument("--record", action="store_true", help="add the measures to history.csv")
    options = parser.parse_args()
    if unknown := set(options.names) - set(benchmarks()):
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {', '.join(benchmarks())}")
    known = [] if options.long else limits()
    load, found, problems = os.getloadavg()[0], {}, []
    for name in options.names or benchmarks():
        print(f"\n-- {name}", flush=True)
        measures = run(name, options.long)
        if measures and again(refused({name: measures}, known), measures):
            print(
                f"\n-- {name}, a second time: a ratio is over its limit, and the machine may have been busy", flush=True
            )
            measures = calmer(measures, run(name, options.long))
        if measures is None:
            problems.append(f"{name}: failed, see above")
        else:
            found[name] = measures
    problems += refused(found, known)
    if known:
        print("\n-- limits")
    for limit in known:
        for one in found.get(limit.benchmark, []):
            if one.name == limit.measure:
                told = f"at most {limit.at_most:g}" + (f", aim {limit.aim:g}" if limit.aim < limit.at_most else "")
                print(f"{limit.benchmark:<12}{limit.measure:<52}{one.value:>8.3g}  {told}")
    if options.record:
        record(found, "long" if options.long else "short", load)
    if problems:
        sys.exit("\n" + "\n".join(problems))


if __name__ == "__main__":
    main()
