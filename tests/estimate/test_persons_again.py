"""The number of persons behind the ads and its limits beside a second program, in plain loops, on drawn cases."""

from __future__ import annotations

import itertools
import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy

from diagnostic.estimate.formulas import uncertainty
from diagnostic.estimate.formulas.stages import stages
from diagnostic.estimate.formulas.uncertainty import (
    Partitions,
    Persons,
    PersonsEstimate,
    Recall,
    estimate_persons,
    with_multiplicities,
)

NAN = math.nan


def student(level: float, degrees: float) -> float:
    end = (1 + level) / 2
    return float(scipy.special.ndtri(end) if math.isinf(degrees) else scipy.special.stdtrit(degrees, end))


def hidden(worth: Sequence[float], sizes: Sequence[float], drawn: Sequence[int], level: float) -> float:
    """What the ads that were all missed are worth: taken one by one, always the one that costs the least for what it is worth.
    One more of K costs what C(N − K, n) / C(N, n) loses of its logarithm; n is no whole number of pages where some hold none coded."""
    whole = [math.ceil(one - 1e-9) for one in sizes]
    taken, left = [0] * len(worth), -math.log((1 - level) / 2) - 1e-9
    while True:
        steps = []
        for h, (value, size, n) in enumerate(zip(worth, whole, drawn, strict=True)):
            if n and value > 1e-9 and taken[h] < size - n:
                cost = math.log((size - taken[h]) / (size - n - taken[h]))
                steps += [(cost / value, h, cost)] if cost <= left else []
        if not steps:
            return sum(value * k for value, k in zip(worth, taken, strict=True))
        _, h, cost = min(steps)
        taken[h], left = taken[h] + 1, left - cost


def moments(
    z: Sequence[float], lists: Sequence[Sequence[int]], number: Sequence[float]
) -> tuple[list[float], list[float]]:
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


def second(
    ads: pd.DataFrame, frame: pd.DataFrame, draws: Partitions | None, recall: Recall | None, check: PersonsEstimate | None, level: float, least: int
) -> dict[str, Any]:  # fmt: skip
    """From the docstrings of the module and of `with_multiplicities`."""
    lists = [list(np.flatnonzero(ads["stratum"] == name)) for name in frame.index]
    each = list(ads["shown"]) if "shown" in ads else [1.0] * len(ads)
    person = [list(ads["person"])] if draws is None else draws.person.tolist()
    copies = [list(ads["multiplicity"])] if draws is None else draws.multiplicity.tolist()
    number = [max(size, len(own)) for size, own in zip(frame["size"], lists, strict=True)]

    def total(rate: float) -> tuple[list[float], list[list[float]], list[list[float]]]:
        made = [
            [s * rate / k * (1 - (-(1 - rate) / rate) ** k) for s, k in zip(each, own, strict=True)] for own in copies
        ]
        found = [moments(z, lists, number) for z in made]
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
    for seed in range(8 * block, 8 * block + 8):
        told = case(seed)
        made = with_multiplicities(told["ads"], told["frame"], told["draws"], told["recall"], told["check"], told["level"], told["least"])  # fmt: skip
        found = {name: getattr(made, name) for name in ("value", "low", "high", "kind", "seen", "se")} | dict(
            made.parts
        )
        expected = second(**told)
        assert found.pop("kind") == expected.pop("kind"), seed
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-6), seed


@pytest.mark.parametrize("ends", [(9.6, 10.0), (10.0, 10.4)])
def test_half_an_ad_more_or_less_is_a_bound(ends: tuple[float, float]) -> None:
    ads = pd.DataFrame({"stratum": "a", "person": [1, 2], "multiplicity": [2.0, 1]})
    frame = pd.DataFrame({"size": [10.0], "low": ends[0], "high": ends[1]}, index=["a"])
    assert with_multiplicities(ads, frame).kind == "bounds"
    assert with_multiplicities(ads, frame.assign(low=10.0, high=10.0)).kind == "sampling"


def test_a_list_of_which_no_ad_was_coded_has_its_own_size_beside_those_drawn_by_page() -> None:
    """Four ads on one page of a list, of persons with two ads each; eight more ads are half a person each, from none to eight."""
    ads = pd.DataFrame({"stratum": "a", "person": range(4), "multiplicity": 2.0, "page": "p", "page_ads": 4, "pages_filled": 1, "pages_read": 1, "pages_total": 1, "cell": "x", "cell_ads": NAN})  # fmt: skip
    found = with_multiplicities(ads, pd.DataFrame({"size": [9.0, 8.0]}, index=["a", "b"]))
    assert found.value == 6 and found.parts["uncovered"] == 4 and found.kind == "bounds"


def test_sites_out_of_the_frame_and_sites_without_a_draw_are_told_apart() -> None:
    for sites, sizes, message in (
        ("ab", {"a": 3}, "which shows 0"),
        ("aa", {"a": 3, "b": 2}, "none was drawn"),
        ("aa", {"a": 1}, "which shows 1"),
    ):
        with pytest.raises(ValueError, match=message):
            uncertainty.weight_share(sites, [1, 1], sizes, 1)  # type: ignore[arg-type]


def test_a_list_out_of_the_frame_is_named_and_no_other() -> None:
    ads = pd.DataFrame({"stratum": list("abX"), "person": range(3), "multiplicity": 1.0})
    with pytest.raises(ValueError, match="unknown to the frame: X$"):
        with_multiplicities(ads, pd.DataFrame({"size": [9.0, 8.0]}, index=["a", "b"]))


def test_ads_show_so_many_persons_where_each_of_them_says_it() -> None:
    for shown, asked in (([1, 2.0], True), ([NAN, 2], False), ([NAN, NAN], False)):
        assert uncertainty.asked(pd.DataFrame({"shown": shown})) == asked
    assert not uncertainty.asked(pd.DataFrame({"other": [1, 2]}))


@pytest.mark.parametrize(("filled", "known"), [(4, NAN), (3, NAN), (3, 30.0)])
@pytest.mark.parametrize("rate", [None, 0.8])
def test_ads_drawn_by_page_each_stand_for_their_own_weight(rate: float | None, filled: int, known: float) -> None:
    """Σ w z, what a recall moves of it, and units that are missed whole: of pages of two to nine ads, and a list of one page."""
    rows = [
        ("a", "p", 2, 1.0),
        ("a", "q", 9, 2.0),
        ("a", "q", 9, 1.0),
        ("a", "r", 4, 4.0),
        ("b", "s", 6, 1.0),
        ("b", "s", 6, 3.0),
    ]
    ads = pd.DataFrame(rows, columns=["stratum", "page", "page_ads", "multiplicity"]).assign(person=range(6))
    ads["pages_filled"] = np.where(ads["stratum"] == "a", filled, 1)
    ads["pages_read"] = np.where(ads["stratum"] == "a", 4, 1)
    ads["pages_total"] = np.where(ads["stratum"] == "a", 12, 1)
    ads["cell"], ads["cell_ads"] = ["x", "x", "y", "y", "x", "y"], [known, known, NAN, NAN, known, NAN]
    frame = pd.DataFrame({"size": [50.0, 7.0]}, index=["a", "b"])
    recall = None if rate is None else Recall(rate, 0.01, 0.6, 0.95, 30, 9)
    made, how = with_multiplicities(ads, frame, recall=recall), stages(ads, np.array([0, 0, 0, 0, 1, 1]), 2)
    assert how is not None

    def each(share: float) -> np.ndarray:
        return np.array([share / k * (1 - (-(1 - share) / share) ** k) for k in ads["multiplicity"]])

    def total(share: float) -> float:
        return float(how.weight @ each(share))

    z = each(rate or 1.0)
    assert made.value == pytest.approx(total(rate or 1.0))
    sampling = float(how.variances(z).sum())
    assert made.parts["sampling"] == pytest.approx(math.sqrt(sampling))
    moved = 0.0 if rate is None else 0.1 * abs(total(rate + 1e-6) - total(rate - 1e-6)) / 2e-6
    assert made.parts["recall"] == pytest.approx(moved, rel=1e-5)
    stood = [float(how.weight[:4].sum()), float(how.weight[4:].sum())]
    mean = [float(how.weight[own] @ z[own]) / size for own, size in ((slice(0, 4), stood[0]), (slice(4, 6), stood[1]))]
    many, first, held = how.units(np.array(stood))
    unknown = sum(stood) - ads["multiplicity"].sum()
    below = max(0, min(hidden([m * k for m, k in zip(mean, held, strict=True)], many, first, 0.95), unknown) - 1)
    above = min(hidden([(1 - m) * k for m, k in zip(mean, held, strict=True)], many, first, 0.95), unknown)
    se, degrees = math.sqrt(sampling + moved**2), how.degrees.tolist()
    doubt = [*how.variances(z), moved**2]
    half = student(0.95, (se**2) ** 2 / sum(v * v / d for v, d in zip(doubt, [*degrees, 9], strict=True))) * se
    most = 6 + unknown
    assert made.low == pytest.approx(min(most, max(6, made.value - max(half, below))))
    assert made.high == pytest.approx(max(made.value, min(most, made.value + max(half, above))))


def told(one: PersonsEstimate) -> list[float]:
    return [NAN if value is None else value for value in (one.value, one.seen, one.variance, one.low, one.high)]


@pytest.mark.parametrize("seed", range(24))
def test_the_two_estimators_and_their_limits_are_those_of_a_second_program(seed: int) -> None:
    """Lists of one to nine ads, all drawn of some: chances by counting samples, and D_HT as its double sum."""
    pick = random.Random(seed)
    frame = [[pick.randint(0, 9) for _ in range(pick.randint(1, 9))] for _ in range(pick.choice([1, 2, 3]))]
    n = [pick.choice([1, 2, len(own), max(1, len(own) - 1)]) for own in frame]
    n = [min(one, len(own)) for one, own in zip(n, frame, strict=True)]
    ads = [(f"s{h}", person) for h, own in enumerate(frame) for person in pick.sample(own, n[h])]
    sizes = {f"s{h}": len(own) for h, own in enumerate(frame)}
    copies = pd.DataFrame([[own.count(person) for own in frame] for person in range(12)], columns=list(sizes))
    shows = {person: pick.choice([1, 2, 3]) if seed % 3 else 1 for person in range(12)}
    level = pick.choice([0.95, 0.8])
    shown = pd.Series(shows, dtype=float) if seed % 3 else None
    found = estimate_persons(*zip(*ads, strict=True), copies, sizes, level, shown)  # type: ignore[arg-type]
    many = {person: sum(own.count(person) for own in frame) for person in range(12)}
    z = [1 / many[person] for _, person in ads]
    lists = [[at for at, (of, _) in enumerate(ads) if of == name] for name in sizes]
    number = list(sizes.values())
    means, variances = moments(z, lists, number)
    people = sorted({person for _, person in ads})
    unknown = sum(number) - sum(many[person] for person in people)
    below = max(0.0, min(hidden(means, number, n, level), unknown) - 1)
    above = min(hidden([1 - one for one in means], number, n, level), unknown)

    def limits(value: float, seen: int, variance: float | None) -> list[float]:
        if variance is None:
            return [value, seen, NAN, NAN, NAN]
        half = student(level, math.inf) * math.sqrt(variance)
        low, high = max(seen, value - half), max(seen, value + half)
        return [value, seen, variance, max(seen, min(low, value - below)), max(high, value + above)]

    alone = len(ads) == 1 < sum(number)
    spread = sum(size**2 * one for size, one in zip(number, variances, strict=True))
    share = limits(
        sum(size * one for size, one in zip(number, means, strict=True)), len(people), None if alone else spread
    )
    assert told(found[0]) == pytest.approx(share, nan_ok=True)

    def missed(*who: int) -> float:
        held = [sum(own.count(person) for person in who) for own in frame]
        return math.prod(math.comb(size - k, drawn) / math.comb(size, drawn) for size, k, drawn in zip(number, held, n, strict=True))  # fmt: skip

    def both(k: int, m: int) -> float:
        return 1 - missed(k) if k == m else 1 - missed(k) - missed(m) + missed(k, m)

    pi = {k: both(k, k) for k in people}
    variance = sum(shows[k] * shows[m] * (both(k, m) / pi[k] / pi[m] - 1) / both(k, m) for k in people for m in people)
    value, seen = sum(shows[k] / pi[k] for k in people), sum(shows[k] for k in people)
    if variance < -1e-9 * value**2:
        assert found[1].negative and told(found[1]) == pytest.approx([value, seen, 0, *share[3:]], nan_ok=True)
    else:
        assert not found[1].negative and told(found[1]) == pytest.approx(
            limits(value, seen, max(0, variance)), abs=1e-6
        )


def test_copies_that_do_not_hold_the_ads_of_one_site_are_refused() -> None:
    """Of two sites, one holds less than was drawn, or more than it shows; the other is as it should."""
    sizes, fine = {"a": 4, "b": 4}, {"a": {"p": 2}, "b": {"p": 1}}
    assert estimate_persons("aab", "ppp", pd.DataFrame(fine), sizes)[0].seen == 1
    for wrong in ({"a": {"p": 1}}, {"a": {"p": 5}}, {"b": {"p": 0}}, {"b": {"p": 5}}):
        with pytest.raises(ValueError, match="copies"):
            estimate_persons("aab", "ppp", pd.DataFrame(fine | wrong), sizes)
    bare = estimate_persons(
        "aab", "ppp", pd.DataFrame(fine), sizes | {"c": 0}
    )  # a site that shows nothing, and no copy
    assert bare == estimate_persons("aab", "ppp", pd.DataFrame(fine), sizes)
    full = pd.DataFrame({"a": {"p": 4}, "b": {"p": 4}})
    assert estimate_persons("aab", "ppp", full, sizes)[0].value == pytest.approx(1)


# -- Links, recalls and readings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_links_join_groups_as_one_program_by_draw_would(seed: int) -> None:
    pick = random.Random(seed)
    groups = pd.Series([3, 1, 2, 5, 4], index=list("vxywz"))
    links = pd.DataFrame([(a, b, pick.choice([0.0, 0.3, 0.7, 1.0])) for a, b in itertools.combinations("zyxv", 2)], columns=["first", "second", "probability"])  # fmt: skip
    ads = pd.DataFrame({"group": list("wxxzvy")})
    found = uncertainty.draw_partitions(ads, groups, links, 9, seed)
    chances = np.random.default_rng(seed).random((9, len(links)))
    for draw, (persons, many) in enumerate(zip(found.person, found.multiplicity, strict=True)):
        joined = {name: {name} for name in groups.index}
        for chance, (a, b, p) in zip(chances[draw], links.itertuples(index=False), strict=True):
            if chance < p:
                whole = joined[a] | joined[b]
                joined |= dict.fromkeys(whole, whole)
        for (at, one), (to, other) in itertools.product(enumerate(ads["group"]), repeat=2):
            assert (persons[at] == persons[to]) == (other in joined[one])
        assert many.tolist() == [sum(groups[name] for name in joined[one]) for one in ads["group"]]
    assert len(set(found.person.ravel().tolist())) == sum(len(set(one)) for one in found.person.tolist())


@pytest.mark.parametrize("where", ["first", "second", "group"])
def test_a_group_that_nobody_knows_is_refused_wherever_it_is(where: str) -> None:
    links = pd.DataFrame({"first": ["a", "a"], "second": ["b", "b"], "probability": 0.5})
    ads, groups = pd.DataFrame({"group": ["a", "b"]}), pd.Series([1, 2], index=["a", "b"])
    assert uncertainty.draw_partitions(ads, groups, links, 2, 1).person.shape == (2, 2)
    (ads if where == "group" else links).loc[1, where] = "c"
    with pytest.raises(ValueError, match="group"):
        uncertainty.draw_partitions(ads, groups, links, 2, 1)


@pytest.mark.parametrize("chance", [-0.1, 1.1])
def test_one_chance_among_others_that_is_none_is_refused(chance: float) -> None:
    links = pd.DataFrame({"first": ["a", "a"], "second": ["b", "b"], "probability": [0.5, chance]})
    with pytest.raises(ValueError, match="probability"):
        uncertainty.draw_partitions(pd.DataFrame({"group": ["a"]}), pd.Series([1, 2], index=["a", "b"]), links, 2, 1)


def test_the_recall_and_its_limits_are_those_of_a_second_program() -> None:
    pairs = [(0, 0), (1, 0), (1, 1), (4, 1), (6, 6), (3, 2)]
    for number in (1, 2, 3):
        for own in itertools.combinations_with_replacement(pairs, number):
            second, both = (np.array(one, float) for one in zip(*own, strict=True))
            found, told = uncertainty.measured(second, both, 0.9), [(a, b) for a, b in own if a]
            if not told:
                assert found is None
                continue
            assert found is not None
            copies, again = sum(a for a, _ in told), sum(b for _, b in told)
            value = again / copies
            spread = sum((b - value * a) ** 2 for a, b in told)
            assert (found.value, found.copies, found.usable) == (value, copies, value > 0.5)
            if len(told) < 2 or spread < 1e-20:
                z = student(0.9, math.inf)
                middle, half = (again + z * z / 2) / (copies + z * z), z * math.sqrt(again * (copies - again) / copies + z * z / 4) / (copies + z * z)  # fmt: skip
                low, high = middle - half, middle + half
                variance, degrees = (max(value - low, high - value) / z) ** 2, math.inf
            else:
                degrees = len(told) - 1
                variance = len(told) / degrees * spread / copies**2
                half = student(0.9, degrees) * math.sqrt(variance)
                low, high = max(0, value - half), min(1, value + half)
            assert (found.low, found.high, found.variance, found.degrees) == pytest.approx((low, high, variance, degrees), abs=1e-9), own  # fmt: skip
    for second, both in (([2, 3], [1, -1]), ([2, 3], [1, 4]), ([0], [-1])):
        with pytest.raises(ValueError, match="among those"):
            uncertainty.measured(np.array(second), np.array(both))


def test_the_counts_that_make_the_fewest_and_the_most_persons_are_found_by_trying_all() -> None:
    for share in (0.52, 0.7, 1.0):
        every = [*itertools.combinations_with_replacement(range(1, 8), 2)]
        least, most = (np.array(one) for one in zip(*every, strict=True))
        fewest, largest = uncertainty.extremes(least, most, share)
        for at, (low, high) in enumerate(every):
            made = {k: share / k * (1 - (-(1 - share) / share) ** k) for k in range(low, high + 1)}
            assert made[fewest[at]] == pytest.approx(min(made.values()))
            assert made[largest[at]] == pytest.approx(max(made.values()))
    for wrong in (0.5, 1.01):
        with pytest.raises(ValueError, match="recall"):
            uncertainty.weight(np.array([1.0]), wrong)
    assert uncertainty.weight(np.array([3.0]), 0.501) > 0


@pytest.mark.parametrize(("se", "half"), [(1.99, 9.8), (2.0, 3.92)])
def test_a_standard_error_of_two_persons_is_wide_enough(se: float, half: float) -> None:
    check = PersonsEstimate(9, 3, 25.0, 4, 14)
    assert uncertainty._half(se, math.inf, 0.95, check) == pytest.approx(half, rel=1e-3)
    assert uncertainty._half(1.0, math.inf, 0.95, PersonsEstimate(9, 3, None, None, None)) == pytest.approx(
        1.96, rel=1e-3
    )
    assert uncertainty._half(1.0, math.inf, 0.95, PersonsEstimate(9, 3, 0.25, 4, 14)) == pytest.approx(1.96, rel=1e-3)


def test_limits_of_a_search_that_nobody_checked_go_down_to_those_seen() -> None:
    made, census = Persons(20, 16, 24, "sampling", 5, 1.0, {}), Persons(5, 5, 5, "sampling", 5, 0.0, {})
    found = uncertainty.searched_once(made)
    assert (found.low, found.high, found.kind) == (5, 24, "model") and uncertainty.searched_once(census) is census


@pytest.mark.parametrize(
    ("fewest", "most", "expected"),
    [((9, 19), (18, 28), (9, 28, 7, "bounds")), ((17, 19), (18, 22), (16, 24, 0, "sampling")), ((15, 19), (18, 22), (15, 24, 1, "bounds")), ((17, 19), (18, 30), (16, 30, 6, "bounds"))],
)  # fmt: skip
def test_limits_between_two_readings_reach_the_farther_ones(fewest: tuple[float, float], most: tuple[float, float], expected: tuple[float, ...]) -> None:  # fmt: skip
    made, *ends = (Persons(20, *own, "sampling", 5, 1.0, {"links": 2.0}) for own in ((16, 24), fewest, most))
    found = uncertainty.between(made, *ends)
    assert (found.low, found.high, found.parts["copies"], found.kind) == expected and found.parts["links"] == 2
    assert uncertainty.between(replace(made, kind="model"), *ends).kind == "model"


# -- Clusters alone, and what a printed rate can mean ----------------------------------------------------------------


def clusters(seen: dict[int, int], total: int) -> tuple[float, float]:
    """Chao & Lin's lower bound and the third modified Shlosser estimator, in whichever order, inside what is possible."""
    n, d, q = sum(i * f for i, f in seen.items()), sum(seen.values()), sum(i * f for i, f in seen.items()) / total
    once, twice = seen.get(1, 0), seen.get(2, 0)
    ends = [float(d), float(d)]
    if n < total and once:
        pairs = 2 * twice * n / (n - 1) if twice else 0
        odds = sum(i * q * q * (1 - q * q) ** (i - 1) * f for i, f in seen.items()) / sum(((1 - q * q) ** i - (1 - q) ** i) * f for i, f in seen.items())  # fmt: skip
        never = sum((1 - q) ** i * f for i, f in seen.items()) / sum(i * q * (1 - q) ** (i - 1) * f for i, f in seen.items())  # fmt: skip
        ends = [d + once**2 / (pairs + once * q / (1 - q)), d + once * odds * never**2]
    low, high = sorted(min(max(one, d), total - n + d) for one in ends)
    return low, high


@pytest.mark.parametrize(
    "seen", [{1: 6}, {1: 4, 2: 1}, {2: 3}, {1: 1, 2: 2, 5: 1}, {1: 30, 2: 8, 3: 1}, {1: 1}, {3: 1, 1: 2}]
)
def test_clusters_alone_say_no_more_than_a_second_program(seen: dict[int, int]) -> None:
    n, d = sum(i * f for i, f in seen.items()), sum(seen.values())
    for totals, level in itertools.product(((n,), (n + 1,), (n + 40,), (n + 3, n + 9, n + 30), (900,)), (0.95, 0.8)):
        ends = []
        for total in totals:
            low, high = clusters(seen, total)
            assert uncertainty.indicative_interval(seen, total) == pytest.approx((low, high))
            below = max(0, min(total, hidden([high / total], [total], [n], level)) - 1)
            above = min(total, hidden([1 - low / total], [total], [n], level))
            ends.append((max(d, min(low, high - below)), min(total - n + d, max(high, low + above))))
        found = uncertainty.without_multiplicities(seen, totals, level)
        expected = min(low for low, _ in ends), max(high for _, high in ends)
        assert (found.low, found.high) == pytest.approx(expected), (totals, level)
        assert (found.value, found.kind, found.seen, found.se, found.parts) == (None, "model", d, None, {})


@pytest.mark.parametrize("seen", [{0: 3, 2: 2}, {1: -1, 2: 3}, {-1: 1, 2: 3}])
def test_persons_that_nobody_saw_or_fewer_than_none_are_refused_among_others(seen: dict[int, int]) -> None:
    for formula in (uncertainty.naive, uncertainty.chao, uncertainty.dsh3, uncertainty.logical_bounds):
        with pytest.raises(ValueError, match="frequencies"):
            formula(seen, 30)


def rounded(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


def test_a_half_is_rounded_up_whatever_a_float_leaves_of_it() -> None:
    near = (2.5, 3), (2.49, 2), (2.5 - 0.9e-9, 3), (2.5 - 1.1e-9, 2), (0.0, 0), (0.29 * 50, 15)
    assert [uncertainty.half_up(one) for one, _ in near] == [whole for _, whole in near]


def test_the_duplicates_that_a_printed_rate_allows_are_those_that_print_it() -> None:
    for sample in (1, 7, 40, 249):
        for rate in (0, 1, 12, 33, 61, 99, 100):
            found = uncertainty.duplicate_counts(rate, sample)
            assert found == [k for k in range(sample + 1) if rounded(Fraction(100 * k, sample)) == rate]
            assert uncertainty.central_count(rate, sample) == rounded(Fraction(sample * rate, 100))
            assert uncertainty.published_estimate(sample, rate) == rounded(Fraction(sample * (100 - rate), 100))


def test_duplicates_inside_a_sample_leave_those_seen_and_all_that_is_unseen() -> None:
    """The ceilings are the largest of any number of persons seen once: all but one, if some ad is a copy."""
    for total, sample, copies in ((9, 6, 2), (30, 10, 0), (30, 10, 9), (12, 12, 3), (40, 7, 6), (20, 5, 5)):
        distinct, share = sample - copies, sample / total
        found = uncertainty.reading_in_sample(total, sample, copies)
        assert (found.low, found.high, found.value) == (distinct, distinct + total - sample, None)
        once = range(distinct + 1) if not copies else range(max(1, distinct))
        first = max(distinct / (1 - (1 - share) * one / sample) for one in once)
        second = max(math.sqrt(total / sample) * one + distinct - one for one in once)
        assert uncertainty.in_sample_ceiling(total, sample, copies) == pytest.approx((first, second))


def test_ads_that_have_a_copy_are_of_one_group_or_of_as_many_as_there_can_be() -> None:
    """What is neither alone nor of a mirror: every way to make groups of two ads or more; one ad left is a group of its own."""
    for total, unique, mirrors in ((9, 3, []), (12, 3, [(2, 2)]), (20, 5, [(3, 2), (2, 1)]), (4, 3, []), (4, 4, []), (5, 2, [(2, 3)]), (6, 4, [])):  # fmt: skip
        contents = sum(ads for _, ads in mirrors)
        rest = max(0, total - unique - sum(sites * ads for sites, ads in mirrors))
        ways = [groups for groups in range(1, rest + 1) if 2 * groups <= rest] or [1 if rest else 0]
        found = uncertainty.reading_unique_ads(total, unique, mirrors)
        assert (found.low, found.high) == (unique + contents + min(ways), unique + contents + max(ways)), (
            total,
            unique,
        )
        assert found.value is None


def test_a_rate_of_copies_all_searched_has_the_limits_of_wilson_in_a_finite_list() -> None:
    for total, sample, copies, level in ((699, 249, 152, 0.95), (30, 30, 4, 0.9), (50, 8, 0, 0.95), (50, 8, 8, 0.8)):
        z = student(level, math.inf) ** 2 * (total - sample) / (total - 1)
        middle, scale = (copies + z / 2) / (sample + z), sample + z
        half = math.sqrt(z * copies * (sample - copies) / sample + z * z / 4) / scale
        found = uncertainty.reading_multiplicity(total, sample, copies, 61, level)
        assert (found.low, found.high) == pytest.approx(
            (total * (1 - middle - half), total * (1 - middle + half)), abs=1e-9
        )
        assert found.value == rounded(Fraction(total * 39, 100))
