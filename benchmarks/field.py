"""What happens in the field, drawn again and again: pages along which relevance falls, samples without any duplicate, totals
of sites read by pages, copies that are missed. Bias, coverage and width of what the report prints.

Each scenario draws with the seeds 1 to `draws`, from a world of seed 0 or from one for each seed: none is chosen. Intervals of
approximate methods must cover 93 to 97 times in 100, give or take the error of so many draws; exact ones and bounds 93 or
more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from support.costs import RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.core.french import number
from diagnostic.estimate.formulas.domain import domain_sizes
from diagnostic.estimate.formulas.pages import PageEstimate, Size, as_planned, composite, estimate_pages, pages_to_read
from diagnostic.estimate.formulas.sampling import satterthwaite, student_value
from diagnostic.estimate.formulas.uncertainty import measured, with_multiplicities

CONFIDENCE, SHORT, DRAWS = 0.95, 60, 4000
EXACT, APPROXIMATE, BOUNDS = "exact", "approché", "bornes"
Draw = tuple[float, float, float]  # value, low, high
Scenario = Callable[[], tuple[float, Callable[[int], Draw]]]
PAGES, PLACES, READ = 87, 30, 10


@dataclass
class Outcome:
    """What the draws of a scenario gave. `judged`: its bias counts."""

    name: str
    kind: str
    judged: bool
    truth: float = 0.0
    values: list[float] = field(default_factory=list)
    limits: list[tuple[float, float]] = field(default_factory=list)

    @property
    def bias(self) -> float:
        """In % of the truth."""
        return 100 * (float(np.mean(self.values)) / self.truth - 1)

    @property
    def spread(self) -> float:
        """The standard deviation of the values, in % of the truth."""
        return 100 * float(np.std(self.values)) / self.truth

    @property
    def coverage(self) -> float:
        return float(np.mean([low - 1e-9 <= self.truth <= high + 1e-9 for low, high in self.limits]))

    @property
    def width(self) -> float:
        return float(np.mean([high - low for low, high in self.limits]))

    @property
    def holds(self) -> bool:
        """Coverage as its kind asks, less three standard errors of as many draws at 95 %."""
        error = 3 * math.sqrt(0.95 * 0.05 / len(self.limits))
        return 0.93 - error <= self.coverage <= (0.97 + error if self.kind == APPROXIMATE else 1)


def falling(rng: np.random.Generator, first: float, last: float) -> np.ndarray:
    """The places of a site whose relevance falls from the first page to the last: one row a page, True where relevant."""
    return rng.random((PAGES, PLACES)) < np.linspace(first, last, PAGES)[:, None]


def by_pages(site: np.ndarray, ranks: list[int], name: str, seed: int) -> PageEstimate:
    relevant = site[np.array(ranks) - 1].sum(axis=1)
    planned = as_planned(ranks, name, len(site), seed)
    return estimate_pages(ranks, [PLACES] * len(ranks), relevant, len(site), site.size, CONFIDENCE, planned)


@cache
def by_places(relevant: int, drawn: int, listed: int) -> Size:
    """What so many relevant places of those drawn say of the whole list."""
    seen = pd.Series([True] * relevant + [False] * (drawn - relevant))
    row = domain_sizes(pd.Series({"A01": listed}), pd.Series("A01", index=seen.index), seen, CONFIDENCE).iloc[0]
    return Size(row["value"], row["low"], row["high"], row["variance"], row["degrees"])


def a_site(chosen: bool, places: int) -> Scenario:
    """One site, another for each seed, its ads counted as 1: what its pages say, those of the plan or 2 to 11 that someone
    `chosen`; with `places` of it coded, what is kept of both."""

    def scenario() -> tuple[float, Callable[[int], Draw]]:
        def once(seed: int) -> Draw:
            rng = np.random.default_rng(seed)
            site = falling(rng, 0.7, 0.4)
            truth = float(site.sum())
            ranks = list(range(2, 2 + READ)) if chosen else pages_to_read("A01", PAGES, READ, seed)
            read = by_pages(site, ranks, "A01", seed)
            if not places:
                return read.total / truth, read.low / truth, read.high / truth
            variance = read.se**2 if read.drawn and read.se is not None else None
            pages = Size(read.total, read.low, read.high, variance, read.degrees)
            relevant = int(rng.choice(site.ravel(), places, replace=False).sum())
            weight = READ * PLACES / (READ * PLACES + places)
            kept = composite(pages, by_places(relevant, places, site.size), weight, read.seen, CONFIDENCE)
            return kept.value / truth, kept.low / truth, kept.high / truth

        return 1.0, once

    return scenario


def two_sites() -> tuple[float, Callable[[int], Draw]]:
    """The total of two sites of 60 pages, five drawn from each, whose pages differ as beta-binomial ones do: others for each
    seed, their ads counted as 1."""

    def once(seed: int) -> Draw:
        rng, found, truth = np.random.default_rng(seed), [], 0
        for name, a, b in (("A01", 2, 3), ("A02", 3, 2)):
            site = rng.binomial(30, rng.beta(a, b, 60))
            ranks, truth = pages_to_read(name, 60, 5, seed), truth + int(site.sum())
            y = site[np.array(ranks) - 1]
            found.append(estimate_pages(ranks, [30] * 5, y, 60, 1800, CONFIDENCE, planned=True))
        value, variances = sum(one.total for one in found), [(one.se or 0) ** 2 for one in found]
        degrees = satterthwaite(variances, [one.degrees for one in found])
        half = student_value(CONFIDENCE, degrees) * math.sqrt(sum(variances))
        return value / truth, max(sum(one.seen for one in found), value - half) / truth, (value + half) / truth

    return 1.0, once


def ads_of(person: np.ndarray, site: np.ndarray, n: list[int], rng: np.random.Generator) -> pd.DataFrame:
    """A sample of n ads of each list, with all the ads of each person."""
    picked = np.concatenate([rng.choice(np.flatnonzero(site == h), k, replace=False) for h, k in enumerate(n)])
    own = np.bincount(person)[person[picked]].astype(float)
    return pd.DataFrame({"stratum": site[picked], "person": person[picked], "multiplicity": own})


def nearly_alone(shared: tuple[int, ...], lists: tuple[int, ...], n: tuple[int, ...]) -> Scenario:
    """Persons of one ad, but for a few: samples are mostly without any duplicate, and their variance is 0."""

    def scenario() -> tuple[float, Callable[[int], Draw]]:
        alone = np.ones(sum(lists) - sum(shared), dtype=int)
        person = np.random.default_rng(0).permutation(np.repeat(np.arange(len(alone) + len(shared)), [*shared, *alone]))
        site = np.repeat(np.arange(len(lists)), lists)
        frame = pd.DataFrame({"size": np.array(lists, float)})

        def once(seed: int) -> Draw:
            found = with_multiplicities(ads_of(person, site, list(n), np.random.default_rng(seed)), frame)
            assert found.value is not None
            return found.value, found.low, found.high

        return float(person.max() + 1), once

    return scenario


def missed_copies(r: float, shared: float) -> Scenario:
    """Two lists, 160 ads coded of 500, of which 60 are searched twice. Each copy is missed with probability 1 − r by each
    search; a share of them is hidden from both, and then only the bounds are kept."""

    def scenario() -> tuple[float, Callable[[int], Draw]]:
        world = np.random.default_rng(0)
        person = world.permutation(np.repeat(np.arange(240), world.geometric(0.4, 240)))[:500]
        person, sizes = np.unique(person, return_inverse=True)[1], (len(person) - 200, 200)
        site = np.repeat(np.arange(2), sizes)
        frame = pd.DataFrame({"size": np.array(sizes, float)})

        def once(seed: int) -> Draw:
            rng = np.random.default_rng(seed)
            ads = ads_of(person, site, [100, 60], rng)
            others = ads["multiplicity"].to_numpy(int) - 1
            visible = others - rng.binomial(others, shared)
            first = rng.binomial(visible, r)
            again = rng.choice(len(ads), 60, replace=False)
            second = rng.binomial(visible[again], r)
            both = rng.hypergeometric(first[again], visible[again] - first[again], second)
            found = ads.assign(multiplicity=1.0 + first)
            recall = measured(second.astype(float), both.astype(float), CONFIDENCE)
            plain = with_multiplicities(found, frame)
            if shared:
                return plain.high, float(plain.seen), plain.high
            made = with_multiplicities(found, frame, recall=recall) if recall and recall.usable else plain
            assert made.value is not None
            return made.value, made.low, made.high

        return float(person.max() + 1), once

    return scenario


SCENARIOS: dict[str, tuple[str, bool, Scenario]] = {
    "pages tirées, pertinence de 70 à 40 %": (APPROXIMATE, True, a_site(chosen=False, places=0)),
    "pages 2 à 11, pertinence de 70 à 40 %": (BOUNDS, False, a_site(chosen=True, places=0)),
    "pages tirées et 150 places codées": (APPROXIMATE, True, a_site(chosen=False, places=150)),
    "pages 2 à 11 et 150 places codées": (EXACT, True, a_site(chosen=True, places=150)),
    "total de deux sites lus par pages": (APPROXIMATE, True, two_sites),
    "6 annonces sur 20, 19 personnes": (EXACT, True, nearly_alone((2,), (20,), (6,))),
    "6 annonces sur 20, 14 personnes": (EXACT, True, nearly_alone((7,), (20,), (6,))),
    "trois listes, 38 personnes": (EXACT, True, nearly_alone((3, 2), (20, 15, 6), (6, 5, 3))),
    "20 % de copies manquées": (APPROXIMATE, True, missed_copies(0.8, 0)),
    "35 % de copies manquées": (APPROXIMATE, True, missed_copies(0.65, 0)),
    "20 % manquées, 15 % par les deux recherches": (BOUNDS, False, missed_copies(0.8, 0.15)),
}


def run(draws: int) -> Iterator[Outcome]:
    """Each scenario with the seeds 1 to `draws`."""
    for name, (kind, judged, scenario) in SCENARIOS.items():
        outcome = Outcome(name, kind, judged)
        outcome.truth, once = scenario()
        for seed in range(1, draws + 1):
            value, low, high = once(seed)
            outcome.values.append(value)
            outcome.limits.append((low, high))
        yield outcome


def table(outcomes: list[Outcome], draws: int) -> str:
    """The Markdown of all scenarios."""
    lines = [
        "# Sur le terrain : biais et couverture",
        "",
        f"{number(draws)} tirages chacun, graines 1 à {number(draws)} ; biais en % de la vérité, intervalle à 95 %.",
        "",
        "| cas | nature | vérité | biais | couverture | largeur |",
        "|---|---|---|---|---|---|",
    ]
    for one in outcomes:
        bias = number(one.bias, 2) if one.judged else f"({number(one.bias, 1)})"
        cells = (one.name, one.kind, number(one.truth), bias, number(one.coverage, 3), number(one.width, 2))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def summary(outcomes: list[Outcome], cpu: float) -> list[Measure]:
    worst = max(abs(one.bias) for one in outcomes if one.judged) / 100
    return [
        Measure("bias over the truth, at worst", worst, RATIO),
        Measure("missed by intervals, at worst", 1 - min(one.coverage for one in outcomes), RATIO),
        Measure("cpu of draws", cpu, SECONDS),
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--draws", type=int, default=DRAWS)
    options.add_argument("--output", type=Path, help="write the Markdown here too")
    chosen = options.parse_args()
    print(load(), flush=True)
    start = time.process_time()
    draws = SHORT if chosen.short else chosen.draws
    outcomes = list(run(draws))
    text = table(outcomes, draws)
    print(text)
    for one in outcomes:
        if not one.holds or (one.judged and abs(one.bias) > 1 + 3 * one.spread / math.sqrt(draws)):
            print(f"ne tient pas : {one.name}")
    if chosen.output:
        chosen.output.write_text(text, encoding="utf-8")
    finish(summary(outcomes, time.process_time() - start), chosen.measures)


if __name__ == "__main__":
    main()
