"""Twenty areas drawn again and again, each with a number and its error: how far the numbers and what pooling makes of them are
from the truth, and how often limits hold, area by area.

The truth is the log of a rate. It comes from one normal law (what the model assumes), from the same with one area far from
all others, or from two clusters. Errors go from .1 to .5; the area that is apart has the middle one. Truth and errors have
the seed; what is estimated is what was true in that draw.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from field import CONFIDENCE, DRAWS
from support.costs import RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.compare.contrasts import Z
from diagnostic.compare.pooling import pool
from diagnostic.core.french import number

SHORT, AREAS, BETWEEN = 200, 20, 0.3
ERRORS = np.linspace(0.1, 0.5, AREAS)
APART = AREAS // 2  # the area that is unlike the others: five times the spread between areas
SHIFTS = {
    "une loi normale": np.zeros(AREAS),
    "un territoire à part": np.where(np.arange(AREAS) == APART, 5 * BETWEEN, 0.0),
    "deux groupes": np.where(np.arange(AREAS) % 2 == 0, 2 * BETWEEN, -2 * BETWEEN),
}


@dataclass
class World:
    """Squared distance to the truth and whether limits hold, by draw (rows) and area (columns)."""

    raw: list[np.ndarray] = field(default_factory=list)
    pooled: list[np.ndarray] = field(default_factory=list)
    own: list[np.ndarray] = field(default_factory=list)
    model: list[np.ndarray] = field(default_factory=list)

    @property
    def gain(self) -> float:
        """Mean squared error of what is pooled over that of the numbers."""
        return float(np.mean(self.pooled) / np.mean(self.raw))


def once(shift: np.ndarray, seed: int, world: World) -> None:
    """One draw of a world."""
    rng = np.random.default_rng(seed)
    truth = shift + BETWEEN * rng.standard_normal(AREAS)
    values = truth + ERRORS * rng.standard_normal(AREAS)
    found = pool(values, ERRORS**2)
    spread = ERRORS * np.sqrt(found.between / (found.between + ERRORS**2))
    world.raw.append((values - truth) ** 2)
    world.pooled.append((found.predicted - truth) ** 2)
    world.own.append(np.abs(values - truth) <= Z * ERRORS)
    world.model.append(np.abs(found.predicted - truth) <= Z * spread)


def run(draws: int) -> Iterator[tuple[str, World]]:
    for name, shift in SHIFTS.items():
        world = World()
        for seed in range(1, draws + 1):
            once(shift, seed, world)
        yield name, world


def table(found: dict[str, World], draws: int) -> str:
    """The Markdown of all worlds."""
    lines = [
        "# Territoires mis en commun : erreur et couverture",
        "",
        f"{number(AREAS)} territoires, {number(draws)} tirages, graines 1 à {number(draws)} ; limites à {number(100 * CONFIDENCE)} %.",
        "",
        "| territoires | erreur quadratique, rapprochés ÷ bruts | couverture des limites du nombre : en moyenne | au pire territoire | limites du modèle : en moyenne | au pire territoire |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        shares = [np.mean(held, axis=0) for held in (one.own, one.model)]
        cells = [number(value, 3) for own in shares for value in (own.mean(), own.min())]
        lines.append(f"| {name} | {number(one.gain, 2)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--draws", type=int, default=DRAWS)
    options.add_argument("--output", type=Path, help="write the Markdown here too")
    chosen = options.parse_args()
    print(load(), flush=True)
    start = time.process_time()
    draws = SHORT if chosen.short else chosen.draws
    found = dict(run(draws))
    text = table(found, draws)
    print(text)
    if chosen.output:
        chosen.output.write_text(text, encoding="utf-8")
    measures = [
        Measure("pooled over raw error, at worst", max(one.gain for one in found.values()), RATIO),
        Measure(
            "missed by limits, worst area", 1 - min(np.mean(one.own, axis=0).min() for one in found.values()), RATIO
        ),
        Measure("cpu of draws", time.process_time() - start, SECONDS),
    ]
    finish(measures, chosen.measures)


if __name__ == "__main__":
    main()
