"""Where the time of a calculation goes: each step measures itself, `diagnostic calculer --durees` tells it on a page.

A step appends one line to the journal that the running `diagnostic calculer` names in the environment; without one
(bare `snakemake`, tests) nothing is measured and nothing is written. Nothing of it enters a result.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diagnostic.core.errors import Refused
from diagnostic.core.french import NBSP, date, number, plural

JOURNAL = "DIAGNOSTIC_DUREES"  # the environment variable: where steps write what they cost
KEPT = Path("logs/durees.json")  # the last calculation that had something to do
MEGABYTE = 1_000_000
SMALL = 0.01  # of the total: lighter steps are told together
PHASES = ("geography", "collect", "consolidate", "estimate", "release", "report", "publish")
TITLES = {"loaded": "programmes chargés", "workflow_started": "configuration et règles lues", "run_info": "plan"}


@dataclass
class Step:
    """One job: what it is, how long it took (wall and processor seconds) and its memory (bytes); None, not measured.
    `peak` is that of its own process; `growth`, what it added to the highest memory of the process that steps share."""

    rule: str
    label: str
    study: str
    wall: float
    cpu: float | None = None
    peak: int | None = None
    growth: int | None = None


@dataclass
class Calculation:
    """One run of the workflow: seconds in all, of its start (title → wall and processor seconds), and its steps."""

    when: str
    wall: float
    cpu: float
    code: int
    start: dict[str, tuple[float, float]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


class NoCalculation(Refused):
    """There is nothing to tell: no calculation, or none of this study; in French."""


# -- Measuring ----------------------------------------------------------------------------------------------------
@contextmanager
def measured(log: str) -> Iterator[None]:
    """Measure a step that shares its process with others, by its thread; `log` is the path of its log."""
    if not os.environ.get(JOURNAL):
        yield
        return
    cpu, before = time.thread_time(), _peak()
    try:
        yield
    finally:
        after = _peak()
        growth = None if before is None or after is None else after - before
        _note(log, cpu=time.thread_time() - cpu, growth=growth)


def note_process(output: str, refused: bool = False) -> None:
    """Note what this whole process has cost, its children included, when it ends; `output` is a path that it makes, `refused`,
    whether it has told what the team has to mend."""
    if os.environ.get(JOURNAL):
        _note(output, cpu=sum(os.times()[:4]), peak=_peak(children=True), refused=refused)


def _note(path: str, **costs: float | None) -> None:
    with open(os.environ[JOURNAL], "a", encoding="utf-8") as file:
        file.write(json.dumps({"path": path, **costs}) + "\n")


def _peak(children: bool = False) -> int | None:
    """The highest memory of this process (or of its largest child) so far, in bytes; None where it is not known."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    whose = [resource.RUSAGE_SELF, *([resource.RUSAGE_CHILDREN] if children else [])]
    return max(resource.getrusage(who).ru_maxrss for who in whose) * (1 if sys.platform == "darwin" else 1024)


def noted(journal: Path) -> dict[str, dict[str, Any]]:
    """Path → costs, as steps wrote them; a line cut short by a kill is left out."""
    found = {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            costs = json.loads(line)
        except ValueError:
            continue
        found[costs.pop("path")] = costs
    return found


# -- Keeping ------------------------------------------------------------------------------------------------------
def keep(calculation: Calculation, root: Path) -> None:
    path = root / KEPT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(calculation, default=vars, ensure_ascii=False, indent=1), encoding="utf-8")


def kept(root: Path) -> Calculation:
    """The last calculation. Raises NoCalculation."""
    try:
        read = json.loads((root / KEPT).read_text(encoding="utf-8"))
        return Calculation(**read | {"steps": [Step(**step) for step in read["steps"]]})
    except (OSError, ValueError, KeyError, TypeError):
        raise NoCalculation(
            "Aucun calcul n’a laissé ses durées ici : lancer « diagnostic calculer », qui les note (« snakemake » seul ne "
            "les note pas)."
        ) from None


# -- Telling ------------------------------------------------------------------------------------------------------
def page(calculation: Calculation, study: str | None = None) -> list[str]:
    """The page, a line each; with a `study`, the steps of that study only. Raises NoCalculation if it has none."""
    steps = [step for step in calculation.steps if study in (None, step.study)]
    if study and not steps:
        raise NoCalculation(f"Le dernier calcul n’a rien eu à faire pour {study}.")
    when = dt.datetime.fromisoformat(calculation.when)
    own = [step.cpu for step in calculation.steps if step.cpu is not None]
    started = sum(cpu for _, cpu in calculation.start.values())
    count = f"{len(steps)} {plural(len(steps), 'étape')}" + (f" de {study}" if study else "")
    lines = [
        f"Calcul du {date(when.date())}, {when:%H} h {when:%M} : {duration(calculation.wall)}, "
        f"{seconds(calculation.cpu)} de processeur, {count}"
        + (" ; il ne s’est pas terminé." if calculation.code else "."),
        "Deux étapes peuvent se faire en même temps : leurs durées s’ajoutent alors dans cette liste. « + » : mémoire",
        "qu’une étape a ajoutée au processus commun ; sans « + », celle de son propre processus.",
        "",
        _row("", "durée", "processeur", "mémoire"),
        _row("démarrage", *_sums(calculation.start.values())),
        *(_row(f"  {title}", seconds(wall), seconds(cpu)) for title, (wall, cpu) in calculation.start.items()),
    ]
    for phase in sorted({_phase(step) for step in steps}, key=_rank):
        lines += _told(phase, [step for step in steps if _phase(step) == phase], calculation)
    rest = calculation.cpu - started - sum(own)
    return [
        *lines,
        _row("entre les étapes, et ce qui n’est à aucune", "", seconds(max(rest, 0))),
        _row("total", seconds(calculation.wall), seconds(calculation.cpu)),
    ]


def _told(phase: str, steps: list[Step], calculation: Calculation) -> list[str]:
    """A phase, then its steps, the heaviest first; the lightest together."""
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.label, []).append(step)
    rows = [(_costs(group), label, group) for label, group in groups.items()]
    rows.sort(key=lambda row: (-max(row[0]), row[1]))
    lines = [_row(phase, *_sums(_costs(group) for group in groups.values()))]
    heavy = [row for row in rows if max(row[0]) >= SMALL * max(calculation.wall, calculation.cpu)]
    for costs, label, group in heavy:
        times = f" ({len(group)} fois)" if len(group) > 1 else ""
        cpu = seconds(costs[1]) if all(step.cpu is not None for step in group) else "–"
        lines.append(_row(f"  {label}{times}", seconds(costs[0]), cpu, _memory(group)))
    light = [step for row in rows[len(heavy) :] for step in row[2]]
    if light:
        title = f"  {len(light)} {plural(len(light), 'étape')} plus {plural(len(light), 'légère')}"
        lines.append(_row(title, *_sums([_costs(light)]), _memory(light)))
    return lines


def _costs(steps: list[Step]) -> tuple[float, float]:
    return sum(step.wall for step in steps), sum(step.cpu or 0 for step in steps)


def _sums(pairs: Iterable[tuple[float, float]]) -> tuple[str, str]:
    pairs = list(pairs)
    return seconds(sum(wall for wall, _ in pairs)), seconds(sum(cpu for _, cpu in pairs))


def _memory(steps: list[Step]) -> str:
    peak = max((step.peak for step in steps if step.peak is not None), default=None)
    grown = [step.growth for step in steps if step.growth is not None]
    if peak is not None:
        return f"{number(peak / MEGABYTE)}{NBSP}Mo"
    return f"+{number(sum(grown) / MEGABYTE)}{NBSP}Mo" if grown else "–"


def _phase(step: Step) -> str:
    return step.rule.split("_")[0]


def _rank(phase: str) -> tuple[int, str]:
    return (PHASES.index(phase) if phase in PHASES else len(PHASES), phase)


def _row(title: str, wall: str, cpu: str, memory: str = "") -> str:
    if len(title) > 72:
        title = title[:71] + "…"
    return f"{title:<72}{wall:>11}{cpu:>13}{memory:>11}".rstrip()


def seconds(value: float) -> str:
    """12.34 → « 12,3 s »."""
    return f"{number(value, 1 if value < 100 else 0)}{NBSP}s"


def duration(value: float) -> str:
    """65 → « 1 min 05 s »."""
    minutes, left = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}{NBSP}h {minutes:02}{NBSP}min"
    return f"{minutes}{NBSP}min {left:02}{NBSP}s" if minutes else f"{left}{NBSP}s"


def label(told: Mapping[str, Any]) -> str:
    """What a job does, in French, without the name of its study."""
    text: str = told["rule_msg"] or told["rule_name"]
    return text.removeprefix(f"{study_of(told)} : ")


def study_of(told: Mapping[str, Any]) -> str:
    """The study of a job, its configuration refused or not; empty for those that serve all studies."""
    wildcards = told["wildcards"] or {}
    return wildcards.get("study") or wildcards.get("refused", "")
