"""The number of persons behind the ads and its limits beside a second program, in plain loops, on drawn cases."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy

from diagnostic.estimate.formulas.uncertainty import Partitions, PersonsEstimate, Recall, with_multiplicities

NAN = math.nan


def student(level: float, degrees: float) -> float:
    end = (1 + level) / 2
    return float(scipy.special.ndtri(end) if math.isinf(degrees) else scipy.special.stdtrit(degrees, end))


def chance(size: int, drawn: int, missed: int) -> float:
    return math.comb(size - missed, drawn) / math.comb(size, drawn)


def hidden(worth: Sequence[float], sizes: Sequence[float], drawn: Sequence[int], level: float) -> float:
    """What the ads that were all missed are worth: taken one by one, always the one that costs the least for what it is worth."""
    whole = [math.ceil(one - 1e-9) for one in sizes]
    taken, left = [0] * len(worth), -math.log((1 - level) / 2) - 1e-9
    while True:
        steps = []
        for h, (value, size, n) in enumerate(zip(worth, whole, drawn, strict=True)):
            if n and value > 1e-9 and taken[h] < size - n:
                cost = math.log(chance(size, n, taken[h]) / chance(size, n, taken[h] + 1))
                steps += [(cost / value, h, cost)] if cost <= left else []
        if not steps:
            return sum(value * k for value, k in zip(worth, taken, strict=True))
        _, h, cost = min(steps)
        taken[h], left = taken[h] + 1, left - cost


def second(
    ads: pd.DataFrame, frame: pd.DataFrame, draws: Partitions | None, recall: Recall | None, check: PersonsEstimate | None, level: float, least: int
) -> dict[str, Any]:  # fmt: skip
    """From the docstrings of the module and of `with_multiplicities`."""
    lists = [list(np.flatnonzero(ads["stratum"] == name)) for name in frame.index]
    each = list(ads["shown"]) if "shown" in ads else [1.0] * len(ads)
    person = [list(ads["person"])] if draws is None else draws.person.tolist()
    copies = [list(ads["multiplicity"])] if draws is None else draws.multiplicity.tolist()
    number = [max(size, len(own)) for size, own in zip(frame["size"], lists, strict=True)]

    def moments(z: Sequence[float]) -> tuple[list[float], list[float]]:
        """By list: the mean, and its variance; a list without ad has the mean of the others, a lone ad its distance from them."""

        def beside(h: int) -> float:
            others = [(n, own) for k, (n, own) in enumerate(zip(number, lists, strict=True)) if own and k != h]
            if not others:
                return NAN
            return sum(n * statistics.mean(z[i] for i in own) for n, own in others) / sum(n for n, _ in others)

        means, variances = [], []
        for h, own in enumerate(lists):
            means.append(statistics.mean(z[i] for i in own) if own else beside(h))
            if len(own) > 1:
                variances.append((1 - len(own) / number[h]) * statistics.variance(z[i] for i in own) / len(own))
            else:
                lone = bool(own) and number[h] > 1 and not math.isnan(beside(h))
                variances.append((means[h] - beside(h)) ** 2 if lone else 0.0)
        return means, variances

    def total(rate: float) -> tuple[list[float], list[list[float]], list[list[float]]]:
        made = [
            [s * rate / k * (1 - (-(1 - rate) / rate) ** k) for s, k in zip(each, own, strict=True)] for own in copies
        ]
        found = [moments(z) for z in made]
        return [sum(n * m for n, m in zip(number, means, strict=True)) for means, _ in found], [one for one, _ in found], [one for _, one in found]  # fmt: skip

    values, means, variances = total(recall.value if recall else 1.0)
    value, many = statistics.mean(values), range(len(frame))
    pages = (
        [0.0 if math.isnan(one) else one for one in frame["variance"]] if "variance" in frame else [0.0] * len(frame)
    )
    sampling = [statistics.mean(number[h] ** 2 * one[h] for one in variances) for h in many]
    read = [max(0, statistics.mean(pages[h] * (m[h] ** 2 - v[h]) for m, v in zip(means, variances, strict=True))) for h in many]  # fmt: skip
    links = statistics.variance(values) * (1 + 1 / len(values)) if len(values) > 1 else 0.0
    missed = 0.0
    if recall:
        slope = (statistics.mean(total(recall.value + 1e-6)[0]) - statistics.mean(total(recall.value - 1e-6)[0])) / 2e-6
        missed = recall.variance * slope**2
    doubt = [*sampling, links, missed, *read]
    freedom = [*(max(1, len(own) - 1) for own in lists), math.inf, recall.degrees if recall else math.inf, *frame.get("degrees", [math.inf] * len(frame))]  # fmt: skip
    spread = sum(v * v / d for v, d in zip(doubt, freedom, strict=True))
    se = math.sqrt(sum(doubt))
    half = student(level, sum(doubt) ** 2 / spread if spread else math.inf) * se
    if se < 2 and check and check.se is not None:
        half = max(half, student(level, math.inf) * check.se)
    # Who was seen, and the ads that are of none of them.
    distinct = [len(set(own)) for own in person]
    apart = distinct.index(max(distinct))
    firsts = [person[apart].index(one) for one in set(person[apart])]
    ends = frame.get("high", frame["size"])
    ceiling = sum(size if math.isnan(high) else max(size, high) for size, high in zip(frame["size"], ends, strict=True))
    unknown, seen, top = max(0.0, ceiling - sum(copies[apart][i] for i in firsts)), max(least, min(distinct)), max(each)
    most = max(seen, sum(each[i] for i in firsts) + top * unknown)
    mean = [statistics.mean(one[h] for one in means) for h in many]
    drawn = [len(own) for own in lists]
    below = top * max(0.0, min(hidden([m / top for m in mean], number, drawn, level), unknown) - 1)
    above = top * min(hidden([1 - m / top for m in mean], number, drawn, level), unknown)
    fewer = more = 0.0
    if {"low", "high"} <= set(frame):
        for h, (size, low, high) in enumerate(zip(frame["size"], frame["low"], frame["high"], strict=True)):
            if "variance" not in frame or math.isnan(frame["variance"].iloc[h]):
                fewer += max(0, size - low) * mean[h] if low == low else 0
                more += max(0, high - size) * mean[h] if high == high else 0
    bare = [(size, m) for size, m, own in zip(frame["size"], mean, lists, strict=True) if not own]
    emptied, filled = sum(size * m for size, m in bare), sum(size * (top - m) for size, m in bare)
    less, plus = fewer + emptied, more + filled
    high = min(value + plus + max(half, above), most)
    return {
        "value": max(seen, value), "low": min(max(seen, value - less - max(half, below)), most), "high": max(high, seen, value),
        "seen": seen, "se": se, "sampling": math.sqrt(sum(sampling)), "pages": math.sqrt(sum(read)), "links": math.sqrt(links),
        "recall": math.sqrt(missed), "page_bounds": max(fewer, more), "uncovered": max(emptied, filled),
        "kind": "model" if recall or links else "bounds" if less or plus else "sampling",
    }  # fmt: skip


def case(seed: int) -> dict[str, Any]:
    """One to three lists with one to six ads drawn, some with none, or all; sizes counted, read or bounded; copies, links, a
    recall, a check and what ads show, each in some of the cases."""
    pick = random.Random(seed)
    drawn = [pick.choice([0, 1, 2, 3, 5, 6]) for _ in range(pick.choice([1, 2, 2, 3, 3]))]
    drawn[0] = drawn[0] or 3
    wide = pick.choice([0, 4, 30])
    frame = pd.DataFrame({"size": [float(max(1, n) + pick.randint(0, wide)) for n in drawn]}, index=list("abc")[: len(drawn)])  # fmt: skip
    rows = len(frame)
    if pick.random() < 0.5:
        frame["variance"] = [pick.choice([0.0, NAN, pick.uniform(0.2, 9)]) for _ in range(rows)]
        frame["degrees"] = [pick.choice([2.0, 7.0, math.inf]) for _ in range(rows)]
    if pick.random() < 0.5:
        frame["low"] = [pick.choice([NAN, size, size - 1.0]) for size in frame["size"]]
        frame["high"] = [pick.choice([NAN, size - 0.5, size + pick.randint(0, 6)]) for size in frame["size"]]
    if pick.random() < 0.3:
        frame["size"] += [pick.choice([0, 0.4, -0.3]) for _ in range(rows)]
    names = [name for name, n in zip(frame.index, drawn, strict=True) for _ in range(n)]
    person = [pick.randint(0, 2 * len(names)) for _ in names]
    most = pick.choice([1, 2, 4])
    copies = {one: float(max(person.count(one), pick.randint(1, most))) for one in person}
    ads = pd.DataFrame({"stratum": names, "person": person, "multiplicity": [copies[one] for one in person]})
    if pick.random() < 0.3:
        shows = {one: float(pick.randint(1, 3)) for one in person}
        ads["shown"] = [shows[one] for one in person]
    draws = None
    if pick.random() < 0.4:
        made = []
        for _ in range(pick.choice([1, 2, 5])):
            joined = {one: pick.choice([one, one, 0]) for one in copies}
            told = [joined[one] for one in person]
            made.append((told, [sum(copies[one] for one in copies if joined[one] == own) for own in told]))
        draws = Partitions(np.array([one for one, _ in made]), np.array([one for _, one in made]))
    recall = Recall(0.8, 0.01, 0.6, 0.95, 30, 9) if pick.random() < 0.3 else None
    check = pick.choice([None, PersonsEstimate(9, 3, 6.25, 4, 14), PersonsEstimate(9, 3, None, None, None)])
    return {"ads": ads, "frame": frame, "draws": draws, "recall": recall, "check": check, "level": pick.choice([0.95, 0.8]), "least": pick.choice([0, 0, 4])}  # fmt: skip


@pytest.mark.parametrize("block", range(6))
def test_the_persons_and_their_limits_are_those_of_a_second_program(block: int) -> None:
    for seed in range(12 * block, 12 * block + 12):
        told = case(seed)
        made = with_multiplicities(told["ads"], told["frame"], told["draws"], told["recall"], told["check"], told["level"], told["least"])  # fmt: skip
        found = {name: getattr(made, name) for name in ("value", "low", "high", "kind", "seen", "se")} | dict(
            made.parts
        )
        expected = second(**told)
        assert found.pop("kind") == expected.pop("kind"), seed
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-6), seed
