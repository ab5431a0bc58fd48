"""Studies compared again and again, with a known truth: how often a pair that is equal is said to differ, how often one that is
not is, and how often the limits of what territories have in common hold.

Each study codes 250 ads drawn at random; its shares, that of ads by whom they show and by origin, are printed to a tenth with the
limits of Wilson. Pairs go through the comparison as they are printed. Then twenty territories have the log of a rate: from
one normal law, which is what the model assumes, from the same with one far from all others, or from two groups, with errors
from .1 to .5. Draws have the seeds 1, 2, 3…
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from field import CONFIDENCE
from support.costs import RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.compare.contrasts import APART, Z, contrast_verdict, contrasts
from diagnostic.compare.pooling import pool
from diagnostic.compare.tables import BARE
from diagnostic.core.french import number
from diagnostic.core.tables import columns

SHORT, DRAWS = 60, 1000
STUDIES, CODED = 12, 250
SHARES = {"coded_women": 84.0, "coded_men": 9.0, "coded_foreign": 60.0}  # indicators of one family, in points
FURTHER = 20.0  # points by which the second of two studies has more of origin than the first
AREAS, BETWEEN = 20, 0.3
ERRORS = np.linspace(0.1, 0.5, AREAS)
SHIFTS = {
    "une loi normale": np.zeros(AREAS),
    "un territoire à part": np.where(np.arange(AREAS) == AREAS // 2, 5 * BETWEEN, 0.0),
    "deux groupes": np.where(np.arange(AREAS) % 2 == 0, 2 * BETWEEN, -2 * BETWEEN),
}


def printed(name: str, count: int) -> dict[str, Any]:
    """What a study prints of `count` ads of those that it coded."""
    share, wide = count / CODED, Z**2 / CODED
    centre = (share + wide / 2) / (1 + wide)
    half = Z * math.sqrt(share * (1 - share) / CODED + wide / CODED / 4) / (1 + wide)
    value, low, high = (round(100 * end, 1) for end in (share, max(centre - half, 0.0), min(centre + half, 1.0)))
    return {
        **dict.fromkeys(columns("compare/statements"), ""),
        **BARE,
        **{"statement_id": name, "unit": "ad", "measure": "percent", "origin": "observed", "decimals": 1},
        **{"interval_kind": "sampling", "shown_value": value, "shown_low": low, "shown_high": high},
        **{"claim_low": value - 0.05, "claim_high": value + 0.05},
    }


def apart(truth: Mapping[str, list[float]], seed: int) -> dict[str, int]:
    """Indicator → pairs of studies that are said to differ in one draw; `truth`: its share in each study."""
    rng = np.random.default_rng(seed)
    said, pairs, numbers = [], [], []
    for indicator, shares in truth.items():
        names = [f"{indicator}.{at}" for at in range(len(shares))]
        said += [printed(name, rng.binomial(CODED, share / 100)) for name, share in zip(names, shares, strict=True)]
        numbers += [(indicator, indicator, "coded", name.rpartition(".")[2], name) for name in names]
        pairs += [(indicator, str(one), str(other), "comparable") for one, other in combinations(range(len(shares)), 2)]
    made = contrasts(
        pd.DataFrame(pairs, columns=["indicator", "study", "other", "verdict"]),
        pd.DataFrame(numbers, columns=["indicator", "title", "family", "study", "statement_id"]),
        pd.DataFrame(said),
    )[1]
    found = dict.fromkeys(truth, 0)
    for one in made.itertuples():
        found[one.statement_id.split(".")[1]] += contrast_verdict(one) == APART
    return found


def held(shift: np.ndarray, seed: int) -> tuple[bool, bool, bool]:
    """Whether in one draw the mean lies in its limits, in those of the normal law, and one more territory where it is said to."""
    rng = np.random.default_rng(seed)
    truth = shift + BETWEEN * rng.standard_normal(AREAS)
    found = pool(truth + ERRORS * rng.standard_normal(AREAS), ERRORS**2)
    more, mean = rng.choice(shift) + BETWEEN * rng.standard_normal(), shift.mean()
    return (
        found.limits[0] <= mean <= found.limits[1],
        abs(found.mean - mean) <= Z * found.error,
        found.predicted[0] <= more <= found.predicted[1],
    )


def run(draws: int) -> Iterator[tuple[str, float]]:
    """What is measured → how often."""
    seeds = range(1, draws + 1)
    equal = [apart({name: [share] * STUDIES for name, share in SHARES.items()}, seed) for seed in seeds]
    yield "equal", float(np.mean([sum(found.values()) > 0 for found in equal]))
    further = SHARES | {"coded_foreign": SHARES["coded_foreign"] + FURTHER}
    two = {name: [share, further[name]] for name, share in SHARES.items()}
    yield "two", float(np.mean([apart(two, seed)["coded_foreign"] > 0 for seed in seeds]))
    for name, shift in SHIFTS.items():
        for what, share in zip(
            ("mean", "normal", "more"), np.mean([held(shift, seed) for seed in seeds], axis=0), strict=True
        ):
            yield f"{what} {name}", float(share)


def table(found: Mapping[str, float], draws: int) -> str:
    """The Markdown of what was measured."""
    lines = [
        "# Comparaison : ce qui diffère par hasard, ce qui diffère, et ce que des territoires ont en commun",
        "",
        f"{number(draws)} tirages, graines 1 à {number(draws)} ; limites à {number(100 * CONFIDENCE)} %. Nombres lus comme ils sont imprimés.",
        "",
        "| études | mesure | part des tirages |",
        "|---|---|---|",
        f"| {STUDIES} études égales, {len(SHARES)} indicateurs d’une famille, {CODED} annonces codées chacune | une paire au moins est dite "
        f"différente | {number(found['equal'], 3)} |",
        f"| 2 études à {number(FURTHER)} points l’une de l’autre, {CODED} annonces codées chacune | elles sont dites différentes | "
        f"{number(found['two'], 3)} |",
        "",
        f"| {AREAS} territoires | limites de la moyenne (Hartung, Knapp, Sidik, Jonkman) | les mêmes par la loi normale | un territoire de plus |",
        "|---|---|---|---|",
    ]
    for name in SHIFTS:
        cells = " | ".join(number(found[f"{what} {name}"], 3) for what in ("mean", "normal", "more"))
        lines.append(f"| {name} | {cells} |")
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
        Measure("equal studies of which a pair differs", found["equal"], RATIO),
        Measure("studies 20 points apart that are not told", 1 - found["two"], RATIO),
        Measure("missed by limits of the mean", 1 - found["mean une loi normale"], RATIO),
        Measure("cpu of draws", time.process_time() - start, SECONDS),
    ]
    finish(measures, chosen.measures)


if __name__ == "__main__":
    main()
