"""Shares and means of coded ads beside a second program: their errors, which interval they take and from where on."""

from __future__ import annotations

import itertools
import math
import random
import statistics

import numpy as np
import pandas as pd
import pytest
import scipy

from diagnostic.estimate.formulas.linearised import Design, _finite, design_of, korn_graubard, mean, share

LISTS = "abcd"


def student(degrees: float, level: float) -> float:
    return float(scipy.special.stdtrit(degrees, (1 + level) / 2))


def second(
    rows: list[tuple[str, float, float]], sizes: dict[str, float], pages: dict[str, float]
) -> tuple[float, float]:
    """Σ w y / Σ w x and its variance, of (list, y, x) by ad: linearised, list by list, as if drawn apart."""
    n = {name: sum(one[0] == name for one in rows) for name in sizes}
    size = {name: max(big, n[name]) for name, big in sizes.items() if n[name]}
    whole = sum(size[name] / n[name] * x for name, _, x in rows)
    ratio = sum(size[name] / n[name] * y for name, y, _ in rows) / whole
    rest = {name: [(y - ratio * x) / whole for of, y, x in rows if of == name] for name in size}
    variance = 0.0
    for name, own in rest.items():
        if len(own) > 1:
            variance += size[name] ** 2 * (1 - len(own) / size[name]) * statistics.variance(own) / len(own)
        elif size[name] > 1 and len(rest) > 1:
            others = [one for one in rest if one != name]
            middle = sum(size[one] * statistics.mean(rest[one]) for one in others) / sum(size[one] for one in others)
            variance += size[name] ** 2 * (own[0] - middle) ** 2
        variance += pages.get(name, 0.0) * statistics.mean(own) ** 2
    return ratio, variance


def limits(value: float, variance: float, weights: list[float], degrees: int) -> tuple[float, float, str]:
    """Logit from ten effective cases and non-cases on, else Clopper and Pearson's of the effective size."""
    if variance < 1e-20 or degrees < 1:
        effective = sum(weights) ** 2 / sum(one**2 for one in weights)
    else:
        narrower = student(len(weights) - 1, 0.95) / student(degrees, 0.95)
        effective = value * (1 - value) / variance * narrower**2
    if variance < 1e-20 or degrees < 1 or effective * min(value, 1 - value) < 10:
        return *korn_graubard(value, effective, 0.95), "korn_graubard"
    half, middle = student(degrees, 0.95) * math.sqrt(variance) / value / (1 - value), math.log(value / (1 - value))
    return 1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle)), "logit"


def case(seed: int) -> tuple[pd.DataFrame, dict[str, float], dict[str, float], str]:
    """Two or three lists of which some ads were coded, few or many, and one before them of which none was; sizes counted or
    read; the ads of a person counting for less; the ads of some lists all alike."""
    pick, rows = random.Random(seed), []
    few = pick.random() < 0.3
    bare = pick.choice(LISTS)
    for name in LISTS[: pick.choice([3, 4])]:
        n = 0 if name == bare else pick.randint(1, 4) if few else pick.randint(15, 40)
        kind = pick.choice(["all", "none", "some", "some"])
        for _ in range(n):
            said = kind == "all" or (kind == "some" and pick.random() < 0.5)
            rows.append((name, said, pick.random() < 0.8, pick.choice([1.0, 1.0, 0.5, 0.25])))
    ads = pd.DataFrame(rows, columns=["list", "case", "base", "each"])
    ads.loc[0, "base"] = True
    coded = ads["list"].value_counts()
    sizes = {name: float(coded.get(name, 0) + pick.choice([0, 1, 30, 30])) for name in LISTS}
    pages = {name: pick.choice([0.0, 6.0]) for name in LISTS} if pick.random() < 0.4 else {}
    return ads, sizes, pages, bare


@pytest.mark.parametrize("block", range(4))
def test_a_share_and_a_mean_are_those_of_a_second_program(block: int) -> None:
    for seed in range(7 * block, 7 * block + 7):
        ads, sizes, pages, _ = case(seed)
        design = design_of(ads["list"], sizes, pages or None)
        each, base, said = (ads[name].to_numpy() for name in ("each", "base", "case"))
        left = sum(one for name, one in sizes.items() if name not in set(ads["list"]))
        assert design.uncovered == left
        value, variance = second([*zip(ads["list"], each * (base & said), each * base, strict=True)], sizes, pages)
        found = share(design, said, base, each)
        assert (found.value, found.se**2) == pytest.approx((value, variance), abs=1e-9), seed
        assert (found.units, found.cases) == (base.sum(), (base & said).sum())
        held = ads.loc[base, "list"]
        if design.whole:
            assert (found.low, found.high, found.se, found.interval) == (found.value, found.value, 0, "exact")
        elif not design.simple:
            weight = {name: max(sizes[name], n) / n for name, n in ads["list"].value_counts().items()}
            own = [one * weight[name] for name, one in zip(held, each[base], strict=True)]
            low, high, interval = limits(value, variance, own, len(held) - held.nunique())
            covered = sum(own)
            low, high = low * covered / (covered + left), (high * covered + left) / (covered + left)
            assert (found.low, found.high, found.interval) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6), interval), seed  # fmt: skip
        values = np.where(base, np.arange(len(ads)) % 7, math.nan)
        found = mean(design, values, base, each)
        told = [*zip(ads["list"], np.where(base, each * np.nan_to_num(values), 0), each * base, strict=True)]
        value, variance = second(told, sizes, pages)
        assert (found.value, found.se**2) == pytest.approx((value, variance), abs=1e-9), seed
        degrees = len(held) - held.nunique()
        if design.whole:
            assert (found.low, found.high, found.se) == (found.value, found.value, 0)
        elif degrees < 1:
            assert found.low is None and found.high is None
        else:
            half = student(degrees, 0.95) * math.sqrt(variance)
            assert (found.low, found.high) == pytest.approx((value - half, value + half), abs=1e-6), seed


def of(names: str, sizes: dict[str, float], said: list[int], each: list[float] | None = None) -> tuple[Design, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    weights = np.ones(len(names)) if each is None else np.array(each)
    return design_of(pd.Series(list(names)), sizes), np.array(said, bool), np.ones(len(names), bool), weights


@pytest.mark.parametrize(("size", "interval"), [(62, "logit"), (66, "korn_graubard")])
def test_the_logit_interval_begins_at_ten_effective_cases(size: int, interval: str) -> None:
    """8 of 16, each for one half: n* = 15 / (1 − 16 / N), of which half are cases: 10.1 and 9.9."""
    assert share(*of("a" * 16, {"a": size}, [1, 0] * 8, [0.5] * 16)).interval == interval


def test_lists_each_of_one_answer_vary_by_nothing_and_are_no_certainty() -> None:
    """Twenty of a hundred all cases, twenty of another list none: the size of Kish, of ads that count the same, then not."""
    for size, each in ((100, 1.0), (200, 0.5), (50, 2.0)):
        found = share(*of("a" * 20 + "b" * 20, {"a": 100, "b": size}, [1] * 20 + [0] * 20, [1] * 20 + [each] * 20))
        assert (found.value, found.se, found.interval) == (pytest.approx(0.5), 0, "korn_graubard")
        assert (found.low, found.high) == pytest.approx(korn_graubard(0.5, 40, 0.95))
    found = share(*of("a" * 20 + "b" * 20, {"a": 100, "b": 100}, [1] * 20 + [0] * 20, [1.0] * 20 + [0.5] * 20))
    assert (found.low, found.high) == pytest.approx(korn_graubard(2 / 3, 30**2 / 25, 0.95))


@pytest.mark.parametrize("value", [0.7, 12.3, 3000.1])
def test_what_rounding_leaves_of_values_all_the_same_is_no_error(value: float) -> None:
    design, _, base, each = of("aaabbb", {"a": 50, "b": 31}, [0] * 6, [1, 1 / 3] * 3)
    found = mean(design, np.full(6, value), base, each)
    assert (found.se, found.low, found.high) == (0, found.value, found.value) and found.value == pytest.approx(value)


def test_a_list_of_two_and_a_half_ads_may_have_three() -> None:
    assert design_of(pd.Series(list("aaa")), {"a": 2.4}).size.tolist() == [3]


def test_the_laws_of_one_list_are_those_of_all_its_ads_counted_once() -> None:
    """Three of nine ads: the limits of a finite law; not of a part of them, nor where one counts for less."""
    design, said, base, each = of("aaa", {"a": 9}, [1, 0, 0])
    assert share(design, said, base, each).interval == "hypergeometric"
    assert share(design, said, np.array([True, True, False]), each).interval == "korn_graubard"
    assert share(design, said, base, np.array([1, 1, 0.5])).interval == "korn_graubard"
    assert _finite(5, 998, 1000, 0.95) == (0.005, 0.006) and _finite(996, 998, 1000, 0.95) == (0.997, 0.998)


def test_a_census_is_whole_in_each_of_its_lists() -> None:
    names = pd.Series(list("aab"))
    whole, said, every = design_of(names, {"a": 2, "b": 1}), np.array([True, False, True]), np.ones(3)
    assert whole.whole
    for found in (share(whole, said, every > 0, every), mean(whole, said * 1.0, every > 0, every)):
        assert (found.value, found.se, found.low, found.high) == (2 / 3, 0, 2 / 3, 2 / 3)
    part = design_of(pd.Series(list("aabb")), {"a": 9, "b": 9})
    assert part.degrees(np.array([False, False, True, True])) == 1 == part.degrees(np.array([True, False, True, True]))
    for sizes, pages in (({"a": 2, "b": 2}, None), ({"a": 2, "b": 1}, {"b": 4.0}), ({"a": 2, "b": 1, "c": 1}, None)):
        assert not design_of(names, sizes, pages).whole
    for read, whole in ((2, True), (1, False)):
        ads = pd.DataFrame(
            {"page": ["p", "q", "r"], "page_ads": 1, "pages_filled": [2, 2, read], "pages_read": [2, 2, read]}
        )
        ads = ads.assign(pages_total=[2, 2, 2], cell="all", cell_ads=math.nan)
        ads = pd.concat([ads, ads.tail(1).assign(page="s")]).head(2 + read) if whole else ads
        lists = pd.Series(["a", "a", *["b"] * (len(ads) - 2)])
        assert design_of(lists, {"a": 2, "b": len(ads) - 2}, ads=ads.reset_index(drop=True)).whole == whole


def test_two_ads_have_a_degree_of_freedom() -> None:
    """One case of two of a list read as 2.1 ads: V = (1 − 2 / 2.1) × 0.5 / 2, n* = 0.25 / V = 21."""
    found = share(*of("aa", {"a": 2.1}, [1, 0], [0.5, 0.5]))
    half = student(1, 0.95) * math.sqrt((1 - 2 / 2.1) / 4) / 0.25
    assert found.interval == "logit" and found.effective == pytest.approx(21)
    assert (found.low, found.high) == pytest.approx((1 / (1 + math.exp(half)), 1 / (1 + math.exp(-half))))
    design, said, base, each = of("aab", {"a": 3.0, "b": 4.0}, [1, 0, 1])
    assert mean(design, said * 1.0, base, each).low is not None
    assert mean(design, said * 1.0, np.array([True, False, True]), each).low is None


@pytest.mark.parametrize(
    ("names", "sizes", "message"),
    [("abX", {"a": 3, "b": 3}, "unknown to the frame: X$"), ("aab", {"a": 1, "b": 3}, "frame holds: a$"), ("abb", {"a": 1, "b": 1}, "frame holds: b$")],
)  # fmt: skip
def test_the_list_that_does_not_fit_is_named_and_no_other(names: str, sizes: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        design_of(pd.Series(list(names)), sizes)


def test_the_limits_of_clopper_and_pearson_are_those_of_a_binomial_law() -> None:
    """Of whole sizes: the shares at which so many cases or more, or so few, have a chance of one half of the level."""
    for n, level in itertools.product((1, 4, 9), (0.8, 0.95)):
        for cases in range(n + 1):
            low, high = korn_graubard(cases / n, n, level)

            def chance(share: float, kept: range, n: int = n) -> float:
                return sum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in kept)

            assert low == 0 if not cases else chance(low, range(cases, n + 1)) == pytest.approx((1 - level) / 2)
            assert high == 1 if cases == n else chance(high, range(cases + 1)) == pytest.approx((1 - level) / 2)
