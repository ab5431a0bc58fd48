"""D_HH and D_HT: over every sample of small designs, value and variance are unbiased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from statistics import fmean, pvariance

import numpy as np
import pandas as pd
import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.estimate.formulas.uncertainty import estimate_persons, horvitz_thompson, inclusion, weight_share

# The person of each ad, by site; the ads drawn on each site.
ONE_SITE = [[0, 0, 0, 1, 1, 2, 3, 3, 4, 5]]
THREE_SITES = [[0, 0, 1, 2], [0, 1, 3, 4, 4], [1, 3]]
WITH_MIRRORS = [[0, 0, 1, 2, 5], [0, 1, 3, 4, 4, 6], [1, 3, 3], [1, 3, 3]]


def ads_of(frame: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """The ads of each person on each site, and the ads of each site."""
    persons = 1 + max(max(site) for site in frame)
    copies = np.array([[site.count(person) for site in frame] for person in range(persons)])
    return copies, np.array([len(site) for site in frame])


def samples(frame: list[list[int]], drawn: tuple[int, ...]) -> Iterator[tuple[list[int], list[int]]]:
    """The site and the person of each ad, for every sample of the design."""
    draws = (combinations(site, n) for site, n in zip(frame, drawn, strict=True))
    for sample in product(*draws):
        yield [h for h, ads in enumerate(sample) for _ in ads], [person for ads in sample for person in ads]


FRAMES = {"one": ONE_SITE, "three": THREE_SITES, "mirrors": WITH_MIRRORS}


def shared(case: str, drawn: tuple[int, ...]) -> list:
    copies, sizes = ads_of(FRAMES[case])
    many, of_site = copies.sum(axis=1), dict(enumerate(sizes))
    return [
        weight_share(sites, many[persons], of_site, len(set(persons)))
        for sites, persons in samples(FRAMES[case], drawn)
    ]


@cache
def checked(case: str, drawn: tuple[int, ...]) -> list:
    copies, sizes = ads_of(FRAMES[case])
    checks, known = [], {}
    for _, persons in samples(FRAMES[case], drawn):
        seen = tuple(sorted(set(persons)))
        if seen not in known:  # it says no more than who was seen
            first, joint = inclusion(copies[[*seen]], sizes, np.array(drawn))
            ht = horvitz_thompson(copies[[*seen]], sizes, np.array(drawn))
            # V before it is cut at 0, by the formula itself
            known[seen] = ht, ((joint - np.outer(first, first)) / (joint * np.outer(first, first))).sum()
        checks.append(known[seen])
    return checks


@pytest.mark.parametrize(
    ("case", "drawn", "count", "persons", "var_hh", "var_ht"),
    [
        ("one", (4,), 210, 6, 1.222222222, 2.278571429),
        ("one", (6,), 210, 6, 0.543209877, 1.291644400),
        ("one", (8,), 45, 6, 0.203703704, 0.559573003),
        ("three", (2, 3, 2), 60, 5, 0.472222222, 1.023809524),
        pytest.param("mirrors", (2, 3, 2, 2), 1800, 7, 1.603194444, 2.812001352, marks=pytest.mark.slow),
    ],
)
def test_unbiased_over_every_sample(case, drawn, count, persons, var_hh, var_ht):
    shares, checks = shared(case, drawn), checked(case, drawn)
    assert len(shares) == count
    for values, variances, expected in (
        ([e.value for e in shares], [e.variance for e in shares], var_hh),
        ([e.value for e, _ in checks], [raw for _, raw in checks], var_ht),
    ):
        assert fmean(values) == pytest.approx(persons, abs=1e-9)
        assert pvariance(values) == pytest.approx(expected, abs=1e-9)
        assert fmean(variances) == pytest.approx(pvariance(values), abs=1e-9)


def test_a_negative_variance_is_cut_and_flagged():
    checks = checked("mirrors", (2, 3, 2, 2))
    assert min(raw for _, raw in checks) == pytest.approx(-1.4236, abs=5e-5)
    for estimate, raw in checks:
        assert estimate.negative == (raw < -1e-6)
        if estimate.negative:
            assert (estimate.variance, estimate.low, estimate.high) == (0, None, None)
        else:
            assert estimate.variance == pytest.approx(raw, abs=1e-6)


def test_the_check_takes_the_interval_of_the_headline_when_its_variance_is_negative():
    copies, sizes = ads_of(WITH_MIRRORS)
    design = (2, 3, 2, 2)
    checks = checked("mirrors", design)
    negative = [sample for sample, (ht, _) in zip(samples(WITH_MIRRORS, design), checks, strict=True) if ht.negative]
    assert negative
    for sites, persons in negative[:20]:
        share, check = estimate_persons(sites, persons, pd.DataFrame(copies), dict(enumerate(sizes)))
        assert check.negative and not share.negative
        assert (check.low, check.high) == (share.low, share.high) and check.low is not None


@pytest.mark.parametrize(
    ("frame", "drawn", "expected"),
    [
        (THREE_SITES, (2, 3, 2), [0.933333, 1, 0.5, 1, 0.9]),
        (WITH_MIRRORS, (2, 3, 2, 2), [0.85, 0.966667, 0.4, 1, 0.8, 0.4, 0.5]),
    ],
)
def test_inclusion_probabilities(frame, drawn, expected):
    first, joint = inclusion(*ads_of(frame), np.array(drawn))
    assert first == pytest.approx(expected, abs=5e-7)
    seen, pairs, total = Counter(), Counter(), 0
    for _, persons in samples(frame, drawn):
        total += 1
        seen.update(set(persons))
        pairs.update(combinations(sorted(set(persons)), 2))
    assert first == pytest.approx([seen[k] / total for k in range(len(first))])
    for k, m in combinations(range(len(first)), 2):
        assert joint[k, m] == joint[m, k] == pytest.approx(pairs[k, m] / total, abs=1e-12)


def test_one_ad_drawn_of_several_has_no_variance_of_its_own():
    alone = weight_share("b", [2], {"b": 5}, 1)
    assert alone.value == pytest.approx(5 / 2)
    assert alone.variance is alone.se is alone.low is alone.high is None
    beside = weight_share("bc", [2, 1], {"b": 5, "c": 4}, 2)
    # Σ N_h² × (1 - 1 / 2)²
    assert beside.variance == pytest.approx((25 + 16) / 4)


def test_a_site_taken_whole_adds_no_variance():
    estimate = weight_share("aaab", [1, 2, 2, 4], {"a": 3, "b": 1}, 3)
    assert (estimate.value, estimate.variance) == pytest.approx((2.25, 0))
    assert estimate.low == 3


@pytest.mark.parametrize(
    ("sites", "multiplicities", "sizes"),
    [
        ("aa", [1, 0], {"a": 3}),
        ("aaa", [1, 1, 1], {"a": 2}),
        ("aa", [1, 1], {"a": 3, "b": 2}),
        ("ab", [1, 1], {"a": 3}),
    ],
)
def test_impossible_samples_are_refused(sites, multiplicities, sizes):
    with pytest.raises(ValueError):
        weight_share(sites, multiplicities, sizes, 1)


@pytest.mark.parametrize("copies", [{"a": {"p": 1}}, {"a": {"p": 5}}, {"b": {"p": 2}}])
def test_copies_must_hold_the_sample_and_fit_the_site(copies):
    with pytest.raises(ValueError, match="copies"):
        estimate_persons("aa", "pp", pd.DataFrame(copies), {"a": 4})


@st.composite
def frames(draw):
    frame = draw(st.lists(st.lists(st.integers(0, 8), min_size=1, max_size=12), min_size=1, max_size=4))
    drawn = [draw(st.integers(min(2, len(site)), len(site))) for site in frame]
    sampled = [draw(st.permutations(site))[:n] for site, n in zip(frame, drawn, strict=True)]
    return frame, sampled


@settings(deadline=None, max_examples=cases(60))
@given(frames())
def test_intervals_hold_their_estimate_and_the_persons_seen(case):
    frame, sampled = case
    copies = pd.DataFrame({h: Counter(site) for h, site in enumerate(frame)})
    sites = [h for h, ads in enumerate(sampled) for _ in ads]
    persons = [person for ads in sampled for person in ads]
    sizes = {h: len(site) for h, site in enumerate(frame)}
    share, check = estimate_persons(sites, persons, copies, sizes)
    for estimate in (share, check):
        assert estimate.seen == len(set(persons)) <= estimate.low <= estimate.high
        assert estimate.value <= estimate.high + 1e-9 or estimate.negative
        assert estimate.variance >= 0
    assert check.value >= check.seen - 1e-9
    if all(len(ads) == len(site) for ads, site in zip(sampled, frame, strict=True)):
        assert share.value == pytest.approx(check.value) == pytest.approx(check.seen)
