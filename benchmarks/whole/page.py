"""The page of a run: its seed, what became of the studies by value of each axis, and each failure with its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .axes import AXES
from .pairs import every_pair, pairs_of
from .walks import Ended


def written(done: Sequence[Ended], seed: int, to: str) -> str:
    """Markdown."""
    outcomes = sorted({one.outcome for one in done})
    held = set().union(*(pairs_of(one.walk.world.choice) for one in done)) if done else set()
    every = every_pair()
    lines = [
        "# Des études entières",
        "",
        f"Graine {seed}, jusqu’à « {to} » : {len(done)} études, {len(held & every)} des {len(every)} paires de valeurs.",
        "",
        f"| axe | valeur | études | {' | '.join(outcomes)} |",
        f"| --- | --- | ---: | {' | '.join('---:' for _ in outcomes)} |",
    ]
    for name, values in AXES.items():
        for value in values:
            these = Counter(one.outcome for one in done if one.walk.world.choice[name] == value)
            lines.append(f"| {name} | {value} | {these.total()} | {' | '.join(str(these[one]) for one in outcomes)} |")
    lines += ["", "## Ce qui a manqué", ""]
    for one in done:
        for fault in one.verdict.faults:
            lines.append(f"- {one.walk.world.number}, `{one.walk.world.study}` : {_short(fault)}")
    misses = sum(len(one.verdict.misses) for one in done)
    held_numbers = sum(one.verdict.held for one in done)
    lines += ["", f"{held_numbers} nombres comparés à la vérité ; {misses} intervalles de sondage la manquent."]
    return "\n".join([*lines, ""])


def _short(text: str) -> str:
    return " ".join(text.split())[:400].replace("|", "\\|")
