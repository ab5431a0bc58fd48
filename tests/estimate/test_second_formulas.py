"""Formulas of pages, sites and profiles beside a second calculation each, number by number, on every case of a grid."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pandas as pd
import pytest
import scipy

from diagnostic.estimate.formulas import draw, pages, profiles, sampling, turnover, uncertainty
from diagnostic.estimate.formulas.domain import Total, domain_sizes, response_classes
from diagnostic.estimate.formulas.linearised import design_of
from diagnostic.estimate.formulas.pages import Size, composite, estimate_pages, share_interval
from diagnostic.estimate.formulas.turnover import Interval

NAN = math.nan


@cache
def student(degrees: float, level: float = 0.95) -> float:
    """By bisection of the distribution, not by its inverse."""
    low, high = 0.0, 1000.0
    for _ in range(80):
        middle = (low + high) / 2
        inside = scipy.special.stdtr(degrees, middle) if math.isfinite(degrees) else scipy.special.ndtr(middle)
        low, high = (low, middle) if inside > (1 + level) / 2 else (middle, high)
    return low


# -- Ads of a site, from pages -----------------------------------------------------------------------------------------


def second(ranks: Sequence[int], x: Sequence[int], y: Sequence[int], big: int, whole: int | None, planned: bool) -> tuple[float, ...]:  # fmt: skip
    """Total, standard error (nan: none), limits and whether the pages are a draw, from the docstring of `estimate_pages`."""
    m = len(y)
    if m >= big:
        return sum(y), 0, sum(y), sum(y), 1
    known = whole is not None and sum(x) > 0
    ratio = sum(y) / sum(x) if sum(x) else 0
    total = (whole or 0) * ratio if known else big * statistics.mean(y)
    errors = [b - (ratio * a if known else statistics.mean(y)) for a, b in zip(x, y, strict=True)]
    se = NAN
    if m > 1:
        square = sum(one**2 for one in errors) / (m - 1)
        gaps = [after - before for before, after in itertools.pairwise(ranks)]
        if planned and m > 2 and max(gaps) - min(gaps) <= 1:
            square = sum((after - before) ** 2 for before, after in itertools.pairwise(errors)) / (2 * (m - 1))
        se = math.sqrt((1 - m / big) * square / m) * ((whole or 0) / statistics.mean(x) if known else big)
    drawn = planned and m > 1
    unread = math.inf if whole is None else max(0, whole - sum(x))
    if drawn and se < 1e-9 * big:  # all alike: as many others as 0 of m may hide, each as far as the fullest page
        chance = [math.comb(big - d, m) / math.comb(big, m) for d in range(big - m + 1)]
        others = max(d for d, one in enumerate(chance) if one > 0.025)
        each = sum(y) / m
        se = min(max(1, others) * max(each, max(x) - each), unread) / student(m - 1)
    if drawn:
        low, high = max(sum(y), total - student(m - 1) * se), total + student(m - 1) * se
    else:
        low, high = sum(y), sum(y) + ((big - m) * max(x) if whole is None else unread)
    return total, se, low, max(high, total), drawn


def test_the_ads_of_a_site_are_those_of_a_second_calculation() -> None:
    cases = [
        ([1], [10], [4]),
        ([1, 2], [10, 8], [4, 5]),
        ([2, 5], [10, 8], [0, 0]),
        ([1, 2, 3], [10, 10, 6], [9, 5, 2]),
        ([1, 3, 6], [10, 10, 6], [9, 5, 2]),
        ([1, 4, 8], [10, 9, 4], [3, 7, 4]),
        ([1, 2, 7], [10, 9, 4], [3, 7, 4]),
        ([1, 4, 6, 9], [5, 5, 5, 5], [2, 2, 2, 2]),
        ([2, 4], [0, 0], [0, 0]),
        ([1, 3, 7], [10, 10, 6], [9, 5, 2]),
        ([2, 5], [1, 0], [1, 0]),
        ([1, 2, 4], [5, 5, 5], [2, 2, 2]),
    ]
    for (ranks, x, y), big, whole, planned in itertools.product(cases, (4, 20), (None, 0, 60), (True, False)):
        if max(ranks) > big and len(ranks) < big:
            continue
        found = estimate_pages(ranks, x, y, big, whole, planned=planned)
        told = (found.total, NAN if found.se is None else found.se, found.low, found.high, found.drawn)
        expected = second(ranks, x, y, big, whole, planned)
        assert told == pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=True), (ranks, big, whole, planned)
        assert (found.seen, found.degrees) == (sum(y), len(y) - 1)


def test_the_interval_of_a_part_is_that_of_the_slopes_of_its_share() -> None:
    """Its variance is that of the share's slope in each list, found by moving each a little; bounds are those of every corner."""
    lists = [Size(40, 30, 55, 16.0, 4), Size(25, 25, 25, 0.0, math.inf), Size(80, 60, 95, 49.0, 7), Size(10, 0, 30, None, 2), Size(7, 1, 9, NAN, 2)]  # fmt: skip
    for size in (1, 2):
        for part, rest in itertools.product(
            itertools.combinations(lists, size), itertools.combinations(lists[::-1], 2)
        ):
            found = share_interval(part, rest, 0.95)

            def share(values: Sequence[float], many: int = len(part)) -> float:
                return 100 * sum(values[:many]) / sum(values)

            every = [*part, *rest]
            values = [one.value for one in every]
            if any(one.variance is None or math.isnan(one.variance) for one in every):
                corners = [share(corner) for corner in itertools.product(*((one.low, one.high) for one in every))]
                assert (found["low"], found["high"]) == pytest.approx((min(corners), max(corners)))
                assert found["interval_kind"] == "bounds"
                continue
            if not any(one.variance for one in every):
                assert found == {}
                continue
            slopes = [(share([v + (n == at) * 1e-4 for n, v in enumerate(values)]) - share(values)) / 1e-4 for at in range(len(values))]  # fmt: skip
            parts = [slope**2 * (one.variance or 0) for slope, one in zip(slopes, every, strict=True)]
            degrees = sum(parts) ** 2 / sum(v**2 / one.degrees for v, one in zip(parts, every, strict=True) if v)
            half = student(degrees) * math.sqrt(sum(parts))
            expected = max(0, share(values) - half), min(100, share(values) + half)
            assert (found["low"], found["high"]) == pytest.approx(expected, rel=1e-3)
            assert found["interval_kind"] == "sampling"
    nothing = Size(0, 0, 0, 0.0, 1)
    assert share_interval([nothing], [nothing], 0.95) == {} == share_interval([nothing], [Size(0, 0, 5, 1.0, 1)], 0.95)
    whole = share_interval([Size(5, 5, 5, 4.0, 3)], [nothing], 0.95)
    assert (whole["low"], whole["high"]) == (100, 100)


def test_two_measures_of_a_list_are_weighed_where_they_agree() -> None:
    pages_ = Size(100, 80, 120, 64.0, 5)
    for coded, weight, seen in itertools.product(
        (Size(90, 70, 110, 36.0, 8), Size(79.9, 60, 99, 36.0, 8), Size(80, 60, 100, 36.0, 8), Size(60, 50, 70, 9.0, 8), Size(95, 85, 99, None, 8)),
        (0.0, 0.3, 1.0), (0.0, 85.0, 104.0, 70.0),
    ):  # fmt: skip
        found = composite(pages_, coded, weight, seen, 0.95)
        variance = coded.variance or 0.0
        apart = (100 - coded.value) ** 2 > 4 * (64 + variance)
        if coded.high <= seen and apart:
            expected = (seen, seen, 120.0, NAN, 8.0)
        elif apart or coded.variance is None:
            expected = (*(max(seen, one) for one in (coded.value, coded.low, coded.high)), NAN if coded.variance is None else variance, 8.0)  # fmt: skip
        else:
            parts = weight**2 * 64, (1 - weight) ** 2 * variance
            degrees = sum(parts) ** 2 / sum(v**2 / d for v, d in zip(parts, (5, 8), strict=True))
            half = student(degrees) * math.sqrt(sum(parts))
            middle = weight * 100 + (1 - weight) * coded.value
            expected = (*(max(seen, one) for one in (middle, middle - half, middle + half)), sum(parts), degrees)
        told = (found.value, found.low, found.high, NAN if found.variance is None else found.variance, found.degrees)
        assert told == pytest.approx(expected, rel=1e-6, nan_ok=True), (coded, weight, seen)
    bounds = Size(100, 80, 120, None, 5)
    assert composite(bounds, Size(60, 50, 70, 9.0, 8), 0.5, 75, 0.95) == Size(75, 75, 120, None, 8)
    assert composite(bounds, Size(60, 50, 70, 9.0, 8), 0.5, 65, 0.95) == Size(65, 65, 70, 9.0, 8)
    assert composite(bounds, Size(60, 50, 70, 9.0, 8), 0.5, 120, 0.95) == Size(120, 120, 120, 9.0, 8)
    for outside in (-0.01, 1.01):
        with pytest.raises(ValueError, match="weight"):
            composite(pages_, pages_, outside, 0, 0.95)


# -- What came and left ------------------------------------------------------------------------------------------------


def interval(before: int, after: int, stayed: tuple[float, float, float]) -> Interval:
    value, low, high = stayed
    day = dt.date(2026, 1, 1)
    return Interval(day, day, before, after, Total(value, low, high, 0, 0, 0, False, False), 1, 1)


def unseen(before: int, after: int, stayed: float) -> float:
    """Arrivals at a constant rate, of which each leaves at a constant rate: those that came less those there at the end."""
    share = stayed / before
    if share >= 1:
        return 0
    steps = 20_000
    there = sum(share ** ((n + 0.5) / steps) for n in range(steps)) / steps
    return max(0, after - stayed) / there - max(0, after - stayed)


def test_the_ads_of_a_whole_period_are_the_sum_of_what_each_interval_leaves() -> None:
    every = [interval(100, 120, (60, 50, 75)), interval(120, 90, (30, 20, 45)), interval(90, 90, (90, 80, 90))]
    for found in (every[:1], every[:2], every[1:], every):
        once = turnover.seen_once(found)
        whole = found[0].before + sum(one.after for one in found)
        least = max(found[0].before, *(one.after for one in found))
        ends = [whole - sum(getattr(one.stayed, end) for one in found) for end in ("value", "high", "low")]
        assert once == pytest.approx([max(end, least) for end in ends])
        more = [sum(unseen(one.before, one.after, getattr(one.stayed, end)) for one in found) for end in ("value", "high", "low")]  # fmt: skip
        value, low, high = (seen + extra for seen, extra in zip(once, more, strict=True))
        chance = 0.0
        for one in found:
            share = one.stayed.value / one.before
            if share < 1:
                came = one.after - one.stayed.value
                there = came / (came + unseen(one.before, one.after, one.stayed.value))
                slope = came * (turning(share + 1e-5) - turning(share - 1e-5)) / 2e-5
                chance += came * (1 - there) / there**2 + slope**2 * share * (1 - share) / one.before
        expected = value, max(once[1], value - math.hypot(value - low, 1.959964 * math.sqrt(chance))), value + math.hypot(high - value, 1.959964 * math.sqrt(chance))  # fmt: skip
        assert turnover.period(found) == pytest.approx(expected, rel=1e-4)
    assert turnover.period([interval(0, 5, (0, 0, 0))]) is None
    assert turnover.period([interval(9, 5, (3, 0, 5))]) is None
    assert interval(9, 5, (0, 0, 5)).chance == 0


def turning(share: float) -> float:
    return -math.log(share) / (1 - share)


@pytest.mark.parametrize(
    ("exact", "bounded", "kind"), [(True, True, "none"), (False, True, "bounds"), (False, False, "sampling")]
)
def test_what_the_limits_of_an_interval_are(exact: bool, bounded: bool, kind: str) -> None:
    day = dt.date(2026, 1, 1)
    one = Interval(day, day, 50, 20, Total(30, 25, 40, 0, 0, 0, bounded, exact), 1, 1)
    assert (one.kind, one.gone, one.new) == (kind, (20, 10, 25), (0, 0, 0))


# -- What each ad counts for, and readings that differ ------------------------------------------------------------------


def test_what_an_ad_counts_for_and_may() -> None:
    """Of four ads, the copies of the third were not searched; the first has two to four, the others what is told."""
    ads = pd.DataFrame({"multiplicity": [2.0, 1, NAN, 5]})
    alone = profiles._counting(ads)
    assert list(alone) == ["ad", "person"] and alone["ad"].each.tolist() == [1] * 4 == alone["ad"].known.tolist()
    assert alone["person"].each.tolist() == [0.5, 1, 0, 0.2] and alone["person"].known.tolist() == [1, 1, 0, 1]
    assert alone["person"].ends is None is profiles._counting(ads.assign(least=1.0, most=1.0))["person"].ends
    made = profiles._counting(ads.assign(least=[2.0, 1, 2, 4], most=[4.0, 1, 8, 5], part=[0.4, 1, 0.9, 0.3]))["person"]
    assert made.each.tolist() == [0.4, 1, 0, 0.3] and made.ends
    assert [one.tolist() for one in made.ends] == [[0.25, 1, 0.125, 0.2], [0.5, 1, 0.5, 0.3]]
    assert list(profiles._counting(pd.DataFrame({"multiplicity": [NAN]}))) == ["ad"]
    assert list(profiles._counting(pd.DataFrame({"x": [1]}))) == ["ad"]
    assert profiles._counting(pd.DataFrame({"multiplicity": [1.0]}))["person"].each.tolist() == [1]
    with pytest.raises(ValueError, match="start at 1"):
        profiles._counting(pd.DataFrame({"multiplicity": [0.9]}))


def choices(readings: Sequence[np.ndarray], of: Callable[[list[float]], float]) -> list[float]:
    """What every choice of a reading for each ad makes of those it leaves in."""
    found = []
    for chosen in itertools.product(range(len(readings)), repeat=len(readings[0])):
        said = [float(readings[which][at]) for at, which in enumerate(chosen)]
        kept = [one for one in said if not math.isnan(one)]
        found += [of(kept)] if kept else []
    return found


def test_the_worst_of_readings_is_that_of_every_choice() -> None:
    """Shares of ads that count the same, and means of a simple random sample of them."""
    told = [np.array(one, float) for one in itertools.product((0, 1, NAN), repeat=3)]
    ones = np.ones(3)
    for readings in itertools.islice(itertools.combinations(told, 2), 0, None, 9):
        question = profiles._Question("v", "any", "o", np.ones(3, bool), np.zeros(3, bool), readings)
        made = choices(readings, statistics.mean)
        for (base, cases), end in zip(profiles._worst(question), (min(made), max(made)), strict=True):
            if not base.any():  # nobody need have answered: the share of those told stands for it (`_one`)
                assert np.isnan(readings).any(axis=0).all()
                continue
            assert cases[base].mean() == pytest.approx(end), readings
            assert not (cases & ~base).any()
        years = tuple(20 + 7 * one + np.arange(3) for one in readings)
        design = design_of(pd.Series(["L"] * 3), pd.Series({"L": 90.0}))
        counting = profiles._Counting(ones, np.ones(3, bool))
        asked = profiles._Question("v", profiles.MEAN, "", np.ones(3, bool), np.zeros(3), years)
        made = choices(years, statistics.mean)
        for way, end in ((1, min(made)), (-1, max(made))):
            found = profiles._extreme(design, asked, counting, way * statistics.mean(made), way, 0.95)
            assert found.value == pytest.approx(end), (years, way)


def test_values_that_are_all_the_same_and_may_be_left_out_are_their_own_limits() -> None:
    """Two ads of thirty years, which the other coder could not tell: the mean is thirty, whoever is right."""
    ads = pd.DataFrame({"stratum": ["L"] * 3, "age": [30.0, NAN, 30.0]})
    found = profiles.profiles(ads, {"L": 90.0}, [], ["age"], others=[ads.assign(age=NAN)])
    (mean,) = found[found["measure"].eq("mean")].itertuples()
    assert (mean.value, mean.low, mean.high, mean.disputed) == (30, 30, 30, True)


def test_no_ad_is_coded_twice_unless_asked() -> None:
    frame = pd.DataFrame({"site_code": ["a"], "place": [None], "size": [9]}, index=["a"])
    assert not draw.draw_ads(frame, pd.Series({"a": 9}), 1)["double"].any()


def test_pages_that_nobody_drew_are_read_in_any_order() -> None:
    first, chosen = (
        estimate_pages(ranks, [5, 5, 5], [1, 2, 3], 9, None).description for ranks in ([3, 1, 2], [1, 2, 4])
    )
    assert pages.FIRST in first and pages.CHOSEN in chosen


# -- Lists, classes and sizes -------------------------------------------------------------------------------------------


def test_a_level_that_a_size_implies_gives_that_size_and_no_other() -> None:
    for population, size in ((30, 1), (30, 12), (699, 249), (50, 49), (50, 50)):
        low, high = sampling.implied_confidence(size, population, 0.05)
        step = (high - low) / 10
        for level, inside in ((low + step, True), (high - step, True), (low - step, False), (high + step, False)):
            if 0 < level < 1:
                assert (sampling.sample_size(population, 0.05, level) == size) == inside, (population, size, level)
    for size in (0, 31):
        with pytest.raises(ValueError, match="between 1"):
            sampling.implied_confidence(size, 30, 0.05)
    assert sampling.implied_confidence(1, 30, 0.05)[0] == 0 and sampling.implied_confidence(30, 30, 0.05)[1] == 1


def test_ads_are_shared_by_largest_remainders_above_the_floor() -> None:
    """The whole that differs least from the quotas, above the floors: by trying every way to share."""
    for counts, size, floor in itertools.product(((5, 9, 14), (1, 20, 7), (0, 4, 4)), (6, 8), (0, 1, 2)):
        n = pd.Series(counts, index=list("abc"))
        least = [min(one, floor) for one in counts]
        if not sum(least) <= size <= sum(counts):
            continue
        found = sampling.allocate(n, size, floor, "reserve")
        quota = [size * one / sum(counts) for one in counts]
        ways = [
            way
            for way in itertools.product(*(range(low, one + 1) for low, one in zip(least, counts, strict=True)))
            if sum(way) == size
        ]
        best = min(sum(abs(a - b) for a, b in zip(way, quota, strict=True)) for way in ways)
        assert sum(abs(a - b) for a, b in zip(found, quota, strict=True)) == pytest.approx(best), (counts, size, floor)
        raised = sampling.allocate(n, size, floor)
        assert raised.sum() == size and all(
            low <= one <= most for low, one, most in zip(least, raised, counts, strict=True)
        )


def test_the_ads_of_a_list_are_those_that_its_places_stand_for() -> None:
    """Of places seen and found, the classic estimate and its variance, list by list."""
    listed = pd.Series({"a": 40, "b": 7, "c": 5, "d": 9, "e": 3})
    seen = {"a": [1, 1, 0, 0, 1], "b": [1, 1, 1], "c": [1, 0, 1, 1, 0], "d": [0, 0], "e": []}
    stratum = pd.Series([name for name, own in seen.items() for _ in own])
    inside = pd.Series([bool(one) for own in seen.values() for one in own])
    found = domain_sizes(listed, stratum, inside)
    assert list(found.index) == ["a", "b", "c", "d"]
    for name, row in found.iterrows():
        own, size = seen[str(name)], int(listed[name])
        n, r = len(own), sum(own)
        assert (row["seen"], row["inside"], row["value"]) == (n, r, pytest.approx(size * r / n))
        if n < size and not r:
            assert math.isnan(row["variance"])
        else:
            assert row["variance"] == pytest.approx(size**2 * (1 - n / size) * statistics.variance(own) / n)
        assert row["degrees"] == (n - 1 if n < size else math.inf)
        kept = []
        for m in range(r, size - n + r + 1):
            chance = [math.comb(m, k) * math.comb(size - m, n - k) / math.comb(size, n) for k in range(n + 1)]
            kept += [m] if sum(chance[r:]) > 0.025 and sum(chance[: r + 1]) > 0.025 else []
        assert (row["low"], row["high"]) == (kept[0], kept[-1]), name


def test_units_that_answered_stand_for_those_of_their_class() -> None:
    """Lists a and b are cut; c has a class of one answer, d one class alone, e only units that answered."""
    frame = pd.DataFrame(
        {"size": [100.0, 5.0, 30.0, 30.0, 30.0], "variance": [16.0, 0, 0, 0, 0], "degrees": [3.0, math.inf, 9, 9, 9], "low": [80.0, 5, 30, 30, 30], "high": [120.0, 5, 30, 30, 30], "value": [90.0, 5, 30, 30, 30]},
        index=pd.Index(list("abcde"), name="stratum"),
    )  # fmt: skip
    units = [
        *[("a", "x", 1), ("a", "x", 1), ("a", "x", 0), ("a", "y", 1), ("a", "y", 1), ("a", None, 1), ("a", None, 1), ("a", None, 0)],
        *[("b", "x", 1), ("b", "x", 1), ("b", "x", 0), ("b", "y", 1), ("b", "y", 1)],
        *[("c", "x", 1), ("c", "x", 1), ("c", "y", 1), ("c", "y", 0)],
        *[("d", "x", 1), ("d", "x", 1), ("d", "x", 0)],
        *[("e", "x", 1), ("e", "x", 1), ("e", "y", 1), ("e", "y", 1)],
    ]  # fmt: skip
    stratum, label, answered = (pd.Series(list(one)) for one in zip(*units, strict=True))
    made, classed = response_classes(frame, stratum, label, answered.astype(bool))
    assert list(made.index) == ["c", "d", "e", "a · ", "a · x", "a · y", "b · x", "b · y"]
    for name, drawn, part in (
        ("a · ", 8, 3 / 8),
        ("a · x", 8, 3 / 8),
        ("a · y", 8, 2 / 8),
        ("b · x", 5, 3 / 5),
        ("b · y", 5, 2 / 5),
    ):
        own = frame.loc[name[0]]
        for column in ("size", "value", "low", "high"):
            assert made.at[name, column] == pytest.approx(own[column] * part)
        spread = own["size"] ** 2 * max(0, 1 - drawn / own["size"]) * part * (1 - part) / (drawn - 1)
        assert made.at[name, "variance"] == pytest.approx(own["variance"] * part**2 + spread)
        assert made.at[name, "degrees"] == min(own["degrees"], drawn - 1)
    assert classed.tolist() == [f"{of} · {told or ''}" if of in "ab" else of for of, told, _ in units]
    assert response_classes(frame, stratum, label, pd.Series([True] * len(units)))[0] is frame
    assert response_classes(frame.loc[["d"]], stratum[17:20], label[17:20], answered[17:20].astype(bool))[
        0
    ].index.tolist() == ["d"]


def test_one_multiplicity_under_one_is_refused_among_others() -> None:
    with pytest.raises(ValueError, match="start at 1"):
        uncertainty.weight_share(["a", "a"], [2, 0], {"a": 5}, 2)
    with pytest.raises(ValueError, match="start at 1"):
        uncertainty.weight(np.array([1.0, 0.5]))
    assert uncertainty.weight_share(["a", "a"], [2, 1], {"a": 5}, 2).value == pytest.approx(3.75)
