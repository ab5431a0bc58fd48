"""Samples of pages and then of ads beside a second program in plain loops: weights, degrees of freedom, variances, refusals."""

from __future__ import annotations

import math
import random
import statistics

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.formulas.domain import domain_sizes, domain_total
from diagnostic.estimate.formulas.linearised import design_of, share_of_seen
from diagnostic.estimate.formulas.stages import Stages, stages

NAN = math.nan


def case(seed: int) -> tuple[pd.DataFrame, np.ndarray, int]:
    """Three or four lists, the first without any ad coded: of one page or several, of which some that have ads hold none of the
    ads coded; cells whose ads are known, or not."""
    pick, rows, row = random.Random(seed), [], []
    lists = pick.choice([3, 4])
    known = {cell: pick.choice([NAN, pick.uniform(8, 60)]) for cell in "xyz"}
    for at in range(1, lists):
        total = pick.choice([1, 1, 4, 12])
        coded = pick.randint(1, min(4, total))
        filled = pick.randint(max(1, coded - 1), total)  # declared once with a page less than was coded
        read = pick.randint(max(filled, coded), total)
        for page in range(coded):
            ads = pick.choice([1, 2, 3, 6])
            drawn = pick.randint(1, ads)
            for _ in range(drawn):
                cell = pick.choice("xyz")
                rows.append((f"{at}.{page}", ads, filled, read, total, cell, known[cell]))
                row.append(at)
    names = ["page", "page_ads", "pages_filled", "pages_read", "pages_total", "cell", "cell_ads"]
    order = pick.sample(range(len(rows)), len(rows))
    return pd.DataFrame([rows[at] for at in order], columns=names), np.array(row)[order], lists


class Second:
    """From the docstring of the module; by list, a dictionary of its pages and the places of their ads."""

    def __init__(self, ads: pd.DataFrame, row: np.ndarray, lists: int) -> None:
        self.ads, self.row, self.lists = ads, row, range(lists)
        self.pages: list[dict[str, list[int]]] = [{} for _ in self.lists]
        for at, (page, of) in enumerate(zip(ads["page"], row, strict=True)):
            self.pages[of].setdefault(page, []).append(at)
        self.total = [1.0] * lists
        self.read = [1.0] * lists
        for of, own in enumerate(self.pages):
            if own:
                first = ads.iloc[next(iter(own.values()))[0]]
                self.total[of] = first["pages_total"]
                self.read[of] = first["pages_read"] * (len(own) / first["pages_filled"] if len(own) < first["pages_filled"] else 1)  # fmt: skip
        self.designed = [0.0] * len(ads)
        for of, own in enumerate(self.pages):
            for places in own.values():
                for at in places:
                    self.designed[at] = self.total[of] / self.read[of] * ads["page_ads"][at] / len(places)
        of_cell: dict[str, float] = {}
        for cell, one in zip(ads["cell"], self.designed, strict=True):
            of_cell[cell] = of_cell.get(cell, 0) + one
        self.factor = [1.0 if math.isnan(n) else n / of_cell[cell] for cell, n in zip(ads["cell"], ads["cell_ads"], strict=True)]  # fmt: skip
        self.weight = [one * other for one, other in zip(self.designed, self.factor, strict=True)]
        self.own = [[at for places in own.values() for at in places] for own in self.pages]

    def degrees(self, of: int) -> float:
        return max(1.0, (len(self.own[of]) if self.total[of] == 1 else self.read[of]) - 1)

    def degrees_of(self, base: np.ndarray) -> int:
        found = 0
        for of, own in enumerate(self.pages):
            held = sum(any(base[at] for at in places) for places in own.values())
            units = sum(bool(base[at]) for at in self.own[of]) if self.total[of] == 1 else held
            found += units - 1 if units else 0
        return found

    def variances(self, values: np.ndarray) -> list[float]:
        rest = []
        for at, (value, cell, known) in enumerate(zip(values, self.ads["cell"], self.ads["cell_ads"], strict=True)):
            same = [other for other, one in enumerate(self.ads["cell"]) if one == cell]
            mean = sum(self.weight[other] * values[other] for other in same) / sum(self.weight[other] for other in same)
            rest.append(self.factor[at] * (value if math.isnan(known) else value - mean))
        return [self.one(of, rest) if self.total[of] == 1 else self.several(of, rest) for of in self.lists]

    def one(self, of: int, rest: list[float]) -> float:
        """A simple random sample; a lone ad is set against the mean of the other lists, each weighing its ads."""
        n = len(self.own[of])
        if not n:
            return 0.0
        size = [sum(self.designed[at] for at in own) for own in self.own]
        if n > 1:
            return size[of] ** 2 * (1 - n / size[of]) * statistics.variance(rest[at] for at in self.own[of]) / n
        others = [other for other in self.lists if self.own[other] and other != of]
        if size[of] <= 1 or not others:
            return 0.0
        mean = sum(size[other] * statistics.mean(rest[at] for at in self.own[other]) for other in others) / sum(size[other] for other in others)  # fmt: skip
        return size[of] ** 2 * (rest[self.own[of][0]] - mean) ** 2

    def several(self, of: int, rest: list[float]) -> float:
        m, big = self.read[of], self.total[of]
        totals, within, lone = [], 0.0, False
        for places in self.pages[of].values():
            size, n = float(self.ads["page_ads"][places[0]]), len(places)
            totals.append(size * statistics.mean(rest[at] for at in places))
            within += size**2 * (1 - n / size) * statistics.variance(rest[at] for at in places) / n if n > 1 else 0
            lone |= n == 1 < size
        if m < 2:  # one page alone: as far as from nothing
            return float(big**2 * sum(one**2 for one in totals) / m)
        mean = sum(totals) / m
        spread = (sum((one - mean) ** 2 for one in totals) + (m - len(totals)) * mean**2) / (m - 1)
        if lone:
            return float(big**2 * spread / m)
        return float(big**2 * (1 - m / big) * spread / m + big / m * within)


@pytest.mark.parametrize("block", range(6))
def test_pages_and_their_ads_weigh_and_vary_as_in_a_second_program(block: int) -> None:
    for seed in range(5 * block, 5 * block + 5):
        ads, row, lists = case(seed)
        made, expected, pick = stages(ads, row, lists), Second(ads, row, lists), random.Random(seed)
        assert made is not None
        assert made.weight == pytest.approx(expected.weight), seed
        assert made.ads == pytest.approx([sum(expected.weight[at] for at in own) for own in expected.own])
        coded = sorted(set(row.tolist()))
        each = {of: statistics.mean(expected.weight[at] for at in expected.own[of]) for of in coded}
        assert made.relative == pytest.approx([w / each[of] for w, of in zip(expected.weight, row, strict=True)])
        assert made.degrees[coded] == pytest.approx([expected.degrees(of) for of in coded]), seed
        for _ in range(3):
            base = np.array([pick.random() < 0.4 for _ in row])
            assert made.degrees_of(base) == expected.degrees_of(base), seed
        assert made.degrees_of(np.ones(len(row), bool)) == expected.degrees_of(np.ones(len(row)))
        values = np.array([[pick.uniform(0, 2) for _ in row], [pick.choice([0.0, 1.0]) for _ in row]])
        found = made.variances(values)
        for one, told in zip(values, found, strict=True):
            assert told[coded] == pytest.approx([expected.variances(one)[of] for of in coded], abs=1e-9), seed
        many, first, held = made.units(np.full(lists, 30.0))
        for of in coded:
            single = expected.total[of] == 1
            told = (30, len(expected.own[of]), 1) if single else (expected.total[of], expected.read[of], 30 / expected.total[of])  # fmt: skip
            assert (many[of], first[of], held[of]) == pytest.approx(told)


def two_lists(**changed: list[float]) -> Stages | None:
    columns = {
        "page": [1.0, 2],
        "page_ads": [1.0, 4],
        "pages_filled": [1.0, 1],
        "pages_read": [1.0, 2],
        "pages_total": [1.0, 2],
    }
    ads = pd.DataFrame({**columns, **changed}).assign(cell="all", cell_ads=NAN)
    return stages(ads, np.array([0, 1]), 2)


def test_more_drawn_than_there_is_is_refused_on_one_page_and_on_one_list() -> None:
    assert two_lists() is not None
    for changed in (
        {"page_ads": [0.5, 4.0]},
        {"page_ads": [1.0, 0.0]},
        {"pages_total": [1.0, 1]},
        {"pages_read": [2.0, 2]},
    ):
        with pytest.raises(ValueError, match="more was drawn"):
            two_lists(**changed)
    with pytest.raises(ValueError, match="one list"):
        two_lists(page=[1.0, 1])


def test_the_relevant_ads_of_all_lists_lie_between_those_seen_and_all_but_those_that_are_not() -> None:
    """Of 5, 8 and 6 places, two and four seen: 5 / 2 + 8 × 3 / 4, and of the last list the share of the others."""
    stratum, inside = pd.Series(list("aabbbb")), pd.Series([True, False, True, True, True, False])
    found = domain_total(pd.Series({"a": 5, "b": 8, "c": 6}), stratum, inside)
    own = share_of_seen(design_of(stratum, {"a": 5.0, "b": 8}), inside.to_numpy(), np.ones(6, bool), np.ones(6), 0.95)
    assert own.low is not None and own.high is not None and found.share == own.value == pytest.approx(8.5 / 13)
    low, high = max(4, 13 * own.low), min(11, 13 * own.high)
    assert (found.value, found.low, found.high) == pytest.approx((8.5 * 19 / 13, low, high + 6))
    assert (found.share_low, found.share_high) == pytest.approx((low / 13, high / 13))
    assert found.bounded and not found.exact


def test_a_list_that_is_unknown_or_too_short_is_named_and_no_other() -> None:
    listed = pd.Series({"a": 5, "b": 1, "c": 2})
    for names, message in (
        ("aabX", "lists unknown to the frame: X$"),
        ("abbcc", "more places seen than listed: b$"),
        ("abcc", ""),
    ):
        stratum, inside = pd.Series(list(names)), pd.Series([True] * len(names))
        if message:
            for formula in (domain_sizes, domain_total):
                with pytest.raises(ValueError, match=message if formula is domain_sizes else None):
                    formula(listed, stratum, inside)
            continue
        found = domain_sizes(listed, stratum, inside)
        assert found["seen"].tolist() == [1, 1, 2] and found["high"].tolist() == [5, 1, 2]
