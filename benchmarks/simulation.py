"""Bias and coverage of every estimator of the persons behind the ads, on the real frame of the Pas-de-Calais in 2018.

Only the sites, their numbers of ads, the mirrors and the size of the sample are real; who stands behind the ads is
invented, in five ways (`POPULATIONS`). Eleven sites mirror the same 17 ads, and nine of their 17 persons also
advertise elsewhere. Each draw is a stratified sample as a team would make it; each estimator sees what a team would
see. Two designs: the frame as it is, and the frame whose mirrors were collapsed before sampling.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from support.costs import RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.core.french import NBSP, number
from diagnostic.estimate.formulas import draw, uncertainty
from diagnostic.estimate.formulas.sampling import critical_value, sample_size
from diagnostic.estimate.formulas.uncertainty import (
    PersonsEstimate,
    horvitz_thompson,
    inclusion,
    weight_share,
    with_multiplicities,
)

PROJECT = Path(__file__).resolve().parent.parent
STUDY = PROJECT / "resources" / "studies" / "62-2020"
ELSEWHERE = 9  # mirror persons who also advertise on other sites
FOUND = 0.8  # share of copies found when some are missed
Z = critical_value(0.95)
SHORT = 60  # draws

Population = Callable[[int, np.random.Generator], np.ndarray]


def _until(total: int, sizes: np.ndarray) -> np.ndarray:
    """The first persons whose ads reach the total, the last one cut to fit."""
    last = int(np.searchsorted(np.cumsum(sizes), total))
    kept = sizes[: last + 1].copy()
    kept[-1] -= kept.sum() - total
    return kept


def _zipf(total: int, rng: np.random.Generator) -> np.ndarray:
    ads = np.arange(1, 41)
    return _until(total, rng.choice(ads, total, p=ads**-2.0 / (ads**-2.0).sum()))


POPULATIONS: dict[str, Population] = {
    "2 annonces chacun·e": lambda total, rng: _until(total, np.full(total, 2)),
    "5 annonces chacun·e": lambda total, rng: _until(total, np.full(total, 5)),
    "géométrique, moyenne 2,5": lambda total, rng: _until(total, rng.geometric(0.4, total)),
    "zipf(2), 40 au plus": _zipf,
    "152 × 1 et 12 × 30": lambda total, rng: np.repeat([1, 30], [total - 12 * 30, 12]),
}


@dataclass(frozen=True)
class Frame:
    """The ads of one population: site and person of each, sorted by site."""

    sizes: pd.Series
    site: np.ndarray
    person: np.ndarray

    @property
    def copies(self) -> np.ndarray:
        """Ads of each person (rows) on each site (columns)."""
        table = np.zeros((self.person.max() + 1, len(self.sizes)), dtype="int64")
        np.add.at(table, (self.person, self.site), 1)
        return table


@dataclass
class Result:
    """What the draws of one design on one population gave."""

    persons: int
    values: dict[str, list[float]] = field(default_factory=dict)
    covered: dict[str, list[bool]] = field(default_factory=dict)
    widths: dict[str, list[float]] = field(default_factory=dict)
    duplicates: list[float] = field(default_factory=list)

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)

    def add_interval(self, name: str, low: float, high: float) -> None:
        self.covered.setdefault(name, []).append(low <= self.persons <= high)
        self.widths.setdefault(name, []).append(high - low)

    def bias(self, name: str) -> float:
        """In % of the persons."""
        return 100 * (float(np.mean(self.values[name])) / self.persons - 1)

    def rrmse(self, name: str) -> float:
        errors = np.array(self.values[name]) / self.persons - 1
        return 100 * float(np.sqrt(np.mean(errors**2)))

    def coverage(self, name: str) -> float:
        return float(np.mean(self.covered[name]))


def real_frame() -> pd.DataFrame:
    """The 39 sites with their ads and mirror groups, as `diagnostic.estimate.formulas.draw` wants them."""
    counts = pd.read_csv(STUDY / "ad_counts.csv", dtype={"place": str})
    sites = pd.read_csv(STUDY / "sites.csv", dtype=str)
    frame = counts.merge(sites, on="site_code").assign(place="")
    frame = frame.rename(columns={"count": "size"})[["site_code", "place", "size", "mirror_group"]]
    frame["size"] = frame["size"].astype("int64")
    return frame.set_index(draw.strata(frame["site_code"], frame["place"]))


def populate(frame: pd.DataFrame, population: Population, rng: np.random.Generator) -> tuple[Frame, Frame]:
    """One population on the frame as it is, and on the frame whose mirrors are collapsed."""
    mirrored = (frame["mirror_group"].fillna("") != "").to_numpy() & (frame["size"] > 0).to_numpy()
    block = int(frame["size"][mirrored].iloc[0])
    others = int(frame["size"][~mirrored].sum())
    ads_of = population(others, rng)
    person_of_other = rng.permutation(np.repeat(np.arange(len(ads_of)), ads_of))
    block_persons = np.arange(len(ads_of), len(ads_of) + block)
    block_persons[:ELSEWHERE] = rng.choice(len(ads_of), ELSEWHERE, replace=False)
    person = np.empty(int(frame["size"].sum()), dtype="int64")
    site = np.repeat(np.arange(len(frame)), frame["size"])
    person[~mirrored[site]] = person_of_other
    person[mirrored[site]] = np.tile(block_persons, int(mirrored.sum()))
    collapsed = draw.collapse_mirrors(frame)
    lists = frame.index.get_indexer(collapsed.index)  # in the order of the frame
    kept = np.isin(site, lists)
    return _numbered(frame["size"], site, person), _numbered(
        collapsed["size"], np.searchsorted(lists, site[kept]), person[kept]
    )


def _numbered(sizes: pd.Series, site: np.ndarray, person: np.ndarray) -> Frame:
    """A frame whose persons are numbered from 0 without gaps."""
    return Frame(sizes, site, np.unique(person, return_inverse=True)[1])


def simulate(frame: Frame, drawn: pd.Series, draws: int, rng: np.random.Generator, indicative: bool = True) -> Result:
    """Draw the sample again and again. `indicative`: also the estimators that only see clusters of the sample."""
    copies, sizes, n = frame.copies, frame.sizes.to_numpy(), drawn[frame.sizes.index].to_numpy()
    m = copies.sum(axis=1)
    first, joint = inclusion(copies, sizes, n)
    product = np.outer(first, first)
    covariance = (joint - product) / np.where(joint > 0, joint * product, 1)
    frame_sizes = {h: int(size) for h, size in enumerate(sizes) if size}
    lists = pd.DataFrame({"size": sizes.astype(float)})
    starts, total = np.concatenate([[0], np.cumsum(sizes)]), int(sizes.sum())
    result = Result(len(copies))
    for turn in range(draws):
        picked = np.concatenate([starts[h] + rng.permutation(sizes[h])[: n[h]] for h in np.flatnonzero(n)])
        person, site = frame.person[picked], frame.site[picked]
        ids, times = np.unique(person, return_counts=True)
        seen = dict(zip(*(part.tolist() for part in np.unique(times, return_counts=True)), strict=True))
        result.duplicates.append(1 - len(ids) / len(person))
        share = weight_share(site.tolist(), m[person], frame_sizes, len(ids))
        result.add("D_HH", share.value)
        if share.low is not None and share.high is not None:
            result.add_interval("D_HH", share.low, share.high)
        value, variance = float((1 / first[ids]).sum()), float(covariance[np.ix_(ids, ids)].sum())
        result.add("D_HT", value)
        half = Z * np.sqrt(max(0.0, variance))
        low, high = (share.low, share.high) if variance < 0 else (max(len(ids), value - half), value + half)
        if low is not None and high is not None:
            result.add_interval("D_HT", low, high)
        check = PersonsEstimate(value, len(ids), max(0.0, variance), low, high, negative=variance < 0)
        ads = pd.DataFrame({"stratum": site, "person": person, "multiplicity": m[person]})
        final = with_multiplicities(ads, lists, check=check)
        result.add_interval("final", final.low, final.high)
        if turn == 0:  # the shortcut above is the published function
            own = horvitz_thompson(copies[ids], sizes, n)
            assert np.isclose(own.value, value) and np.isclose(own.variance or 0, max(0.0, variance), atol=1e-6)
        found = 1 + rng.binomial(m[person] - 1, FOUND)
        result.add("missed", weight_share(site.tolist(), found, frame_sizes, len(ids)).value)
        if indicative:
            _indicative(result, seen, total, float((m[person] == 1).mean()))
    return result


def _indicative(result: Result, seen: dict[int, int], total: int, unique: float) -> None:
    result.add("naive", uncertainty.naive(seen, total))
    result.add("unique", total * unique)
    result.add("Chao", uncertainty.chao(seen, total))
    result.add("DSh3", uncertainty.dsh3(seen, total))


def run(draws: int, seed: int = 62) -> dict[str, tuple[Result, Result]]:
    """Both designs on the five populations: the frame as it is (floor 1), then with mirrors collapsed (floor 2)."""
    frame = real_frame()
    size = sample_size(int(frame["size"].sum()), 0.05, 0.95)
    whole = draw.plan(frame, size, floor=1)["coded"]
    collapsed = draw.plan(draw.collapse_mirrors(frame), size)["coded"]
    made = {}
    for row, (name, population) in enumerate(POPULATIONS.items()):
        rng = np.random.default_rng([seed, row])
        as_it_is, without_mirrors = populate(frame, population, rng)
        made[name] = (
            simulate(as_it_is, whole, draws, rng),
            simulate(without_mirrors, collapsed, draws, rng, indicative=False),
        )
    return made


def table(results: dict[str, tuple[Result, Result]], draws: int) -> str:
    """The Markdown of both designs."""
    first = ["naive", "unique", "Chao", "DSh3"]
    heads = ["N d ÷ n", "sans copie", "Chao sans remise", "DSh3"]
    lines = [
        "# Personnes derrière les annonces : biais et couverture",
        "",
        f"Biais en % du nombre de personnes, {number(draws)} tirages de 249 annonces sur 699.",
        "",
        "| population | personnes | doublons | " + " | ".join(heads) + " | D_HH avec 20 % de copies manquées |",
        "|---" * (len(heads) + 4) + "|",
    ]
    for name, (one, _) in results.items():
        cells = [_signed(one.bias(key)) for key in first] + [_signed(one.bias("missed"))]
        duplicates = f"{number(100 * float(np.mean(one.duplicates)))}{NBSP}%"
        lines.append(f"| {name} | {one.persons} | {duplicates} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "Estimateurs avec multiplicités : biais (%), erreur quadratique relative (%), couverture de l’intervalle à 95 %, "
        "largeur moyenne (personnes) ; puis les mêmes quand les miroirs sont regroupés avant le tirage. Intervalle retenu : "
        "celui de D_HH (sa largeur est celle de D_HT quand son erreur type est de moins de deux personnes), borné par ce qui "
        "est possible : les personnes vues, et une de plus par annonce restante.",
        "",
        "| population | D_HH | D_HT | retenu | D_HH, miroirs regroupés | D_HT, miroirs regroupés | retenu, miroirs "
        "regroupés | rapport des variances de D_HH |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, (one, two) in results.items():
        cells = []
        for result in (one, two):
            kept = f"{number(result.coverage('final'), 3)} / {number(float(np.mean(result.widths['final'])))}"
            cells += [_summary(result, "D_HH"), _summary(result, "D_HT"), kept]
        ratio = float(np.var(two.values["D_HH"]) / np.var(one.values["D_HH"]))
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {number(ratio, 2)} |")
    return "\n".join(lines) + "\n"


def _signed(value: float, decimals: int = 0) -> str:
    text = number(value, decimals)
    return text if text.startswith("−") or not text.strip("0,") else f"+{text}"


def _summary(result: Result, name: str) -> str:
    parts = (
        _signed(result.bias(name), 1),
        number(result.rrmse(name), 1),
        number(result.coverage(name), 3),
        number(float(np.mean(result.widths[name]))),
    )
    return " / ".join(parts)


def summary(results: dict[str, tuple[Result, Result]], cpu: float) -> list[Measure]:
    """The worst bias of the estimator that the report prints, and the least coverage of its interval."""
    designs = [design for both in results.values() for design in both]
    return [
        Measure("bias of D_HH over persons, at worst", max(abs(d.bias("D_HH")) for d in designs) / 100, RATIO),
        Measure("missed by the interval, at worst", 1 - min(d.coverage("final") for d in designs), RATIO),
        Measure("cpu of draws", cpu, SECONDS),
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--draws", type=int, default=4000)
    options.add_argument("--seed", type=int, default=62)
    options.add_argument("--output", type=Path, help="write the Markdown here too")
    chosen = options.parse_args()
    print(load(), flush=True)
    start = time.process_time()
    draws = SHORT if chosen.short else chosen.draws
    results = run(draws, chosen.seed)
    text = table(results, draws)
    print(text)
    if chosen.output:
        chosen.output.write_text(text, encoding="utf-8")
    finish(summary(results, time.process_time() - start), chosen.measures)


if __name__ == "__main__":
    main()
