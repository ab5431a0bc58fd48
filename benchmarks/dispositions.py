"""Bias and coverage when some of the places drawn hold no relevant ad: one list of 200 places, 132 of them drawn.

A share of the places is empty or shows something else; one in twenty, whatever is there, could not be seen. Behind the
relevant ads stand persons with one ad or several, all of whose copies are found. Draw number i has the seed i. Beside the
domain estimator, what the project did before: the relevant ads of the sample weighted up to all the places.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from support.costs import RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.core.french import number
from diagnostic.estimate.formulas.domain import domain_sizes, domain_total
from diagnostic.estimate.formulas.linearised import design_of, share
from diagnostic.estimate.formulas.uncertainty import with_multiplicities

PLACES, DRAWN, LOST = 200, 132, 0.05
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3)
TRAIT = 0.3  # of the persons
SHORT = 60  # draws
COUNTED = {"persons": "personnes", "relevant": "annonces pertinentes", "trait": "part des annonces qui ont un trait"}


@dataclass
class Result:
    """What the draws gave, by what is estimated (`COUNTED`)."""

    truth: dict[str, float]
    values: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in (*COUNTED, "before")})
    covered: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in COUNTED})
    widths: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in COUNTED})

    def add(self, name: str, value: float, low: float, high: float) -> None:
        self.values[name].append(value)
        self.covered[name].append(low <= self.truth[name] <= high)
        self.widths[name].append(high - low)

    def bias(self, name: str) -> float:
        """In parts of the truth."""
        return float(np.mean(self.values[name])) / self.truth[name.replace("before", "persons")] - 1

    def coverage(self, name: str) -> float:
        return float(np.mean(self.covered[name]))


def population(out: float) -> tuple[np.ndarray, np.ndarray]:
    """The person of each place, −1 where no relevant ad is, and who has the trait: fixed, whatever is drawn."""
    rng = np.random.default_rng([PLACES, round(1000 * out)])
    relevant = PLACES - round(out * PLACES)
    ads_of = rng.geometric(0.4, relevant)
    person = np.repeat(np.arange(relevant), ads_of)[:relevant]
    places = np.concatenate([person, np.full(PLACES - relevant, -1)])
    return rng.permutation(places), rng.random(relevant) < TRAIT


def simulate(out: float, draws: int) -> Result:
    """The draws of one share of places without relevant ad."""
    person, trait = population(out)
    of = person[person >= 0]
    m = np.bincount(of)
    result = Result({"persons": len(set(of)), "relevant": len(of), "trait": float(trait[of].mean())})
    listed = pd.Series({"a": PLACES})
    for seed in range(1, draws + 1):
        rng = np.random.default_rng(seed)
        seen = rng.permutation(person)[:DRAWN]
        seen = seen[rng.random(DRAWN) >= LOST]
        stratum, inside = pd.Series(["a"] * len(seen)), pd.Series(seen >= 0)
        sizes = domain_sizes(listed, stratum, inside).rename(columns={"value": "size"})
        found = seen[seen >= 0]
        ads = pd.DataFrame({"stratum": "a", "person": found, "multiplicity": m[found]})
        final = with_multiplicities(ads, sizes)
        assert final.value is not None
        result.add("persons", final.value, final.low, final.high)
        total = domain_total(listed, stratum, inside)
        result.add("relevant", total.value, total.low, total.high)
        design = design_of(ads["stratum"], sizes["size"], sizes["variance"].to_dict())
        one = share(design, trait[found], np.ones(len(found), dtype=bool), np.ones(len(found)))
        assert one.low is not None and one.high is not None
        result.add("trait", one.value, one.low, one.high)
        result.values["before"].append(PLACES * float((1 / m[found]).mean()))
    return result


def table(results: dict[float, Result], draws: int) -> str:
    """The Markdown: a row per share of places without relevant ad."""
    lines = [
        "# Places sans annonce pertinente : biais et couverture",
        "",
        f"Une liste de {PLACES} places, {DRAWN} tirées, {number(100 * LOST)} % perdues au hasard ; {number(draws)} tirages, graines 1 à "
        f"{number(draws)}. Biais (%), couverture de l’intervalle à 95 %, largeur moyenne.",
        "",
        "| places sans annonce | " + " | ".join(COUNTED.values()) + " | personnes, comme avant |",
        "|---" * (len(COUNTED) + 2) + "|",
    ]
    for out, result in results.items():
        cells = [
            f"{_signed(100 * result.bias(name))} / {number(result.coverage(name), 3)} / "
            f"{number(float(np.mean(result.widths[name])), 2 if name == 'trait' else 0)}"
            for name in COUNTED
        ]
        cells.append(_signed(100 * result.bias("before")))
        lines.append(f"| {number(100 * out)} % | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _signed(value: float) -> str:
    text = number(value, 2)
    return text if text.startswith("−") or not text.strip("0,") else f"+{text}"


def summary(results: dict[float, Result], cpu: float) -> list[Measure]:
    """The worst bias, and the least coverage of an interval."""
    every = [(result, name) for result in results.values() for name in COUNTED]
    return [
        Measure("bias with places out of the domain, at worst", max(abs(r.bias(n)) for r, n in every), RATIO),
        Measure("missed with places out of the domain, at worst", 1 - min(r.coverage(n) for r, n in every), RATIO),
        Measure("cpu of draws", cpu, SECONDS),
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--draws", type=int, default=4000)
    options.add_argument("--output", type=Path, help="write the Markdown here too")
    chosen = options.parse_args()
    print(load(), flush=True)
    start = time.process_time()
    draws = SHORT if chosen.short else chosen.draws
    results = {out: simulate(out, draws) for out in SHARES}
    text = table(results, draws)
    print(text)
    if chosen.output:
        chosen.output.write_text(text, encoding="utf-8")
    finish(summary(results, time.process_time() - start), chosen.measures)


if __name__ == "__main__":
    main()
