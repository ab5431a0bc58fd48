"""A national frame of one million ads, from counts to drawn sample and back to estimates, against plain numpy.

The product side calls the functions of the package with their tables, checks and intervals. The plain side writes the
same formulas with numpy alone, without names, checks, columns to print, or a draw that can be extended: the least that
any program must do. Both share the frame, the allocation and the answers; their estimates must be equal.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import expit, logit, stdtrit
from support.costs import MEMORY, RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.estimate.formulas import draw
from diagnostic.estimate.formulas.profiles import network_signs, profiles
from diagnostic.estimate.formulas.sampling import sample_size
from diagnostic.estimate.formulas.uncertainty import with_multiplicities

SIGNS = ("english", "passing", "same_phone", "same_account", "third_person")
GENDERS = ("woman", "man", "trans")
MARGIN = 0.01
SHORT = 10  # rounds
PARTS = {"": "value", " se": "se", " low": "low", " high": "high"}


def national_frame(ads: int, departements: int, sites: int, rng: np.random.Generator) -> pd.DataFrame:
    """Sites × départements with sizes of a heavy tail, summing to `ads`."""
    share = rng.pareto(1.1, departements * sites) + 0.05
    size = rng.multinomial(ads, share / share.sum())
    codes = [f"{chr(65 + site // 99)}{site % 99 + 1:02}" for site in range(sites)]
    frame = pd.DataFrame(
        {
            "site_code": np.repeat(codes, departements),
            "place": np.tile([f"{number:02}" for number in range(1, departements + 1)], sites),
            "size": size,
        }
    )
    return frame.set_index(draw.strata(frame["site_code"], frame["place"]))


def answers(stratum: np.ndarray, position: np.ndarray) -> dict[str, np.ndarray]:
    """What coders would answer: a fixed function of the ad, so that both sides code the same thing."""
    mixed = (stratum.astype("uint64") * np.uint64(2654435761) + position.astype("uint64")) * np.uint64(
        11400714819323198485
    )
    unit = (mixed >> np.uint64(11)).astype(float) / 2**53
    made = {"gender": np.minimum((unit * 20).astype("int64"), 2), "multiplicity": 1 + (unit * 97).astype("int64") % 7}
    for number, sign in enumerate(SIGNS):
        made[sign] = (unit * 1009 * (number + 1)) % 1 < 0.1 * (number + 1)
    return made


def product(frame: pd.DataFrame, size: int, seed: int) -> dict[str, float]:
    """Plan, draw, code and estimate with the package."""
    planned = draw.plan(frame, size)
    ads = draw.draw_ads(frame, planned["drawn"], seed)
    row = frame.index.get_indexer(ads["stratum"])
    coded = answers(row, ads["rank_on_page"].to_numpy())
    table = ads[["stratum"]].assign(
        gender_presented=np.array(GENDERS, dtype=object)[coded["gender"]], multiplicity=coded["multiplicity"]
    )
    for sign in SIGNS:
        table[f"network_sign/{sign}"] = coded[sign]
    table["network_sign/none"] = ~np.logical_or.reduce([coded[sign] for sign in SIGNS])
    shares = profiles(table, frame["size"], ["gender_presented"], options={"gender_presented": GENDERS})
    signs = network_signs(table, frame["size"])
    persons = with_multiplicities(table.assign(multiplicity=coded["multiplicity"], person=np.arange(len(table))), frame)
    shares = pd.concat([shares, signs])
    shares = shares[shares["measure"] != "missing"]
    labels = [f"{option} {unit}" for option, unit in zip(shares["option"], shares["unit"], strict=True)]
    found = {}
    for part, column in PARTS.items():
        found |= {f"{label}{part}": value for label, value in zip(labels, shares[column].to_list(), strict=True)}
    return found | {"persons": persons.value or 0.0, "persons se": persons.se or 0.0}


def plain(frame: pd.DataFrame, size: int, seed: int) -> dict[str, float]:
    """The same from numpy and the allocation's own function: the rows to look up, then formulas only."""
    sizes = frame["size"].to_numpy()
    n = draw.plan(frame, size)["drawn"].to_numpy()
    rng = np.random.default_rng(seed)
    strata = np.repeat(np.arange(len(sizes)), n)
    position = np.concatenate([np.sort(rng.permutation(N)[:k]) for N, k in zip(sizes, n, strict=True) if k]) + 1
    rows = pd.DataFrame(
        {
            "site_code": frame["site_code"].array.take(strata),
            "place": frame["place"].array.take(strata),
            "rank_on_page": position,
            "weight": (sizes / np.maximum(n, 1))[strata],
        }
    )
    return formulas(sizes, n, strata, answers(strata, rows["rank_on_page"].to_numpy()))


def formulas(sizes: np.ndarray, n: np.ndarray, strata: np.ndarray, coded: dict[str, np.ndarray]) -> dict[str, float]:
    """Shares by ad and by person with their standard errors and limits, and the persons."""
    count = np.maximum(n, 1)
    weight = (sizes / count)[strata]

    def variance(e: np.ndarray) -> float:
        mean = np.bincount(strata, e, len(sizes)) / count
        squares = np.bincount(strata, (e - mean[strata]) ** 2, len(sizes)) / np.maximum(n - 1, 1)
        return float((sizes**2 * (1 - n / np.maximum(sizes, 1)) * squares / count).sum())

    signs = np.sum([coded[sign] for sign in SIGNS], axis=0)
    cases = {name: coded["gender"] == number for number, name in enumerate(GENDERS)}
    cases |= {str(least): signs >= least for least in (1, 2, 3)}
    inverse, found = 1 / coded["multiplicity"], {}
    for unit, each in (("ad", np.ones(len(strata))), ("person", inverse)):
        base = float(weight @ each)
        for name, case in cases.items():
            value = float(weight @ (each * case)) / base
            found[f"{name} {unit}"] = value
            found[f"{name} {unit} se"] = error = variance(each * (case - value) / base) ** 0.5
            half = stdtrit(len(strata) - np.count_nonzero(n), 0.975) * error / (value * (1 - value))
            found[f"{name} {unit} low"], found[f"{name} {unit} high"] = expit(logit(value) + [-half, half])
    return found | {"persons": float(weight @ inverse), "persons se": variance(inverse) ** 0.5}


def check(frame: pd.DataFrame, size: int, seed: int) -> None:
    """On the ads that the product drew, the plain formulas give the same estimates."""
    planned = draw.plan(frame, size)
    ads = draw.draw_ads(frame, planned["drawn"], seed)
    row = frame.index.get_indexer(ads["stratum"])
    expected = formulas(
        frame["size"].to_numpy(), planned["drawn"].to_numpy(), row, answers(row, ads["rank_on_page"].to_numpy())
    )
    found = product(frame, size, seed)
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert np.isclose(found[name], value, rtol=1e-9), (name, found[name], value)


def clock(function: Callable[..., object], *given: object) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    function(*given)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter() - wall, after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--ads", type=int, default=1_000_000)
    options.add_argument("--departements", type=int, default=101)
    options.add_argument("--sites", type=int, default=39)
    options.add_argument("--rounds", type=int, default=25)
    chosen = options.parse_args()
    rounds = SHORT if chosen.short else chosen.rounds
    frame = national_frame(chosen.ads, chosen.departements, chosen.sites, np.random.default_rng(62))
    size = max(sample_size(chosen.ads, MARGIN, 0.95), int(2.5 * len(frame)))
    check(frame, size, 62)
    print(f"{load()}; {chosen.ads} ads, {len(frame)} lists, {size} to code")
    times: dict[str, list[tuple[float, float]]] = {"product": [], "numpy": []}
    for turn in range(rounds):
        times["product"].append(clock(product, frame, size, turn))
        times["numpy"].append(clock(plain, frame, size, turn))
    for name, pairs in times.items():
        wall, cpu = zip(*pairs, strict=True)
        print(f"{name:8} wall min {min(wall):.3f} median {statistics.median(wall):.3f} | CPU min {min(cpu):.3f}")
    least = {name: min(cpu for _, cpu in pairs) for name, pairs in times.items()}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    finish(
        [
            *(Measure(f"cpu of {name}", cpu, SECONDS) for name, cpu in least.items()),
            Measure("product over numpy", least["product"] / least["numpy"], RATIO),
            Measure("memory", memory, MEMORY),
        ],
        chosen.measures,
    )


if __name__ == "__main__":
    main()
