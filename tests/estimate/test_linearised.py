"""Stratified ratios against R survey 4.4-2 (data `apistrat`), svy 0.35.0, and every sample of small frames."""

from __future__ import annotations

import math
from itertools import combinations, product
from statistics import fmean, pvariance

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from diagnostic.estimate.formulas.linearised import Design, design_of, korn_graubard, mean, share

# `apistrat` by type of school: n, N, then sums of api00, api00², enroll, enroll², api.stu, api.stu², enroll × api.stu,
# and the schools with sch.wide = Yes. These sums are sufficient for every target.
API = {
    "E": (100, 4421, 67443, 47038637, 41678, 20100668, 35502, 14540460, 17044937, 91),
    "H": (50, 755, 31291, 20167941, 66035, 109279081, 53526, 74325088, 88952856, 26),
    "M": (50, 1018, 31830, 20940396, 41624, 42310204, 34785, 30316915, 35464569, 35),
}


def with_moments(n: int, sums: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Two variables of n values with the sums Σx, Σx², Σy, Σy², Σxy: made of two orthogonal contrasts."""
    sx, sxx, sy, syy, sxy = sums
    first = np.where(np.arange(n) % 2, 1.0, -1.0)
    second = np.where(np.arange(n) // 2 % 2, 1.0, -1.0)
    if n % 4:  # the last two values would break the orthogonality
        second[-2:] = 0
    first, second = first / np.sqrt(first @ first), second / np.sqrt(second @ second)
    vx, vy, cov = sxx - sx**2 / n, syy - sy**2 / n, sxy - sx * sy / n
    a = math.sqrt(vx)
    x = sx / n + a * first
    y = sy / n + cov / a * first + math.sqrt(vy - (cov / a) ** 2) * second
    return x, y


@pytest.fixture(scope="module")
def api() -> tuple[Design, pd.DataFrame]:
    parts = []
    for name, (n, _, api00, api00_2, enroll, enroll_2, stu, stu_2, cross, yes) in API.items():
        x, y = with_moments(n, (enroll, enroll_2, stu, stu_2, cross))
        alone, _ = with_moments(n, (api00, api00_2, 0, 0, 0))
        parts.append(pd.DataFrame({"s": name, "enroll": x, "stu": y, "api00": alone, "yes": np.arange(n) < yes}))
    data = pd.concat(parts, ignore_index=True)
    return design_of(data["s"], {name: row[1] for name, row in API.items()}), data


def test_moments_are_those_of_the_table(api):
    _, data = api
    assert (data["enroll"] * data["stu"]).groupby(data["s"]).sum()["H"] == pytest.approx(88952856)
    assert (data["api00"] ** 2).groupby(data["s"]).sum()["M"] == pytest.approx(20940396)


def test_targets_of_r_survey(api):
    design, data = api
    everyone, one = np.ones(200, dtype=bool), np.ones(200)
    found = mean(design, data["api00"].to_numpy(), everyone, one)
    assert (found.value, found.se) == pytest.approx((662.287364, 9.408941), rel=1e-6)
    found = mean(design, data["enroll"].to_numpy(), everyone, one)
    assert (6194 * found.value, 6194 * found.se) == pytest.approx((3_687_178, 114_641.7), rel=1e-6)  # the total
    found = mean(design, (data["stu"] / data["enroll"]).to_numpy(), everyone, data["enroll"].to_numpy())
    assert (found.value, found.se) == pytest.approx((0.836956887, 0.007757103), rel=1e-6)  # a ratio: its base weighs
    found = share(design, data["yes"].to_numpy(), everyone, one)
    assert design.degrees(everyone) == 197 and found.interval == "logit"
    assert (found.value, found.se) == pytest.approx((0.827948014, 0.024344780), rel=1e-6)
    assert (found.low, found.high) == pytest.approx((0.774540, 0.870815), abs=1e-6)
    assert korn_graubard(found.value, found.effective, 0.95) == pytest.approx((0.774171, 0.873432), abs=1e-6)


@pytest.mark.parametrize(("cases", "interval"), [(10, "hypergeometric"), (11, "logit")])
def test_the_logit_interval_is_used_from_ten_effective_cases_on(cases: int, interval: str) -> None:
    """Of 201 ads of 201,000, each counts for 200.2 / 201: ten are 9.96 effective ones, eleven 10.96."""
    sampled, one = design_of(pd.Series(["A"] * 201), {"A": 201_000}), np.ones(201)
    assert share(sampled, np.arange(201) < cases, one > 0, one).interval == interval


# Stratum: (N, [(case, ads of the person, domain)]).
SMALL = {
    "A": (40, [(1, 1, "x"), (0, 2, "x"), (1, 4, "y"), (0, 1, "y"), (1, 2, "x"), (0, 3, "x"), (1, 1, "y"), (1, 5, "x")]),
    "B": (25, [(0, 1, "x"), (1, 2, "y"), (0, 2, "x"), (0, 1, "x"), (1, 6, "y")]),
    "C": (9, [(1, 3, "x"), (0, 1, "y"), (1, 1, "x")]),
    "D": (5, [(0, 1, "x"), (1, 2, "x"), (1, 1, "y"), (0, 4, "y"), (1, 1, "x")]),
}


@pytest.mark.parametrize(
    ("domain", "by", "value", "se", "limits"),
    [
        # svy 0.35.0: prop(ci_method="beta"), prop(by=...), ratio(case / m, 1 / m)
        ("", "ad", 0.556962025, 0.112407018, (0.315934201, 0.779745701)),
        ("x", "ad", 0.469387755, 0.123226676, (0.216399562, 0.734579747)),
        ("y", "ad", 0.700000000, 0.152482109, (0.265332156, 0.962438655)),
        ("", "person", 0.486798680, 0.119490428, None),
        ("x", "person", 0.442105263, 0.126978749, None),
        ("y", "person", 0.561946903, 0.203428606, None),
    ],
)
def test_domains_by_ad_and_by_person_equal_svy(domain, by, value, se, limits):
    data = pd.DataFrame([(s, *row) for s, (_, rows) in SMALL.items() for row in rows], columns=["s", "y", "m", "dom"])
    design = design_of(data["s"], {s: size for s, (size, _) in SMALL.items()})
    base = np.ones(21, dtype=bool) if not domain else (data["dom"] == domain).to_numpy()
    each = np.ones(21) if by == "ad" else (1 / data["m"]).to_numpy()
    found = share(design, (data["y"] == 1).to_numpy(), base, each)
    assert (found.value, found.se) == pytest.approx((value, se), abs=5e-10)
    if limits:
        assert found.interval == "korn_graubard" and (found.low, found.high) == pytest.approx(limits, abs=5e-10)
    ages = (20 + 3 * data["m"] + 7 * data["y"]).to_numpy(float)
    if (domain, by) == ("x", "ad"):
        age = mean(design, ages, base, each)
        assert (age.value, age.se, age.low, age.high) == pytest.approx(
            (29.469387755, 1.441233377, 26.209091347, 32.729684163), abs=5e-9
        )


FRAME = [[3, 0, 1, 7, 2], [4, 4, 9, 1], [6, 2]]


@pytest.mark.parametrize("drawn", [(2, 2, 2), (3, 2, 2), (4, 3, 2)])
def test_totals_and_variances_are_unbiased_over_every_sample(drawn):
    values, variances = [], []
    for sample in product(*(combinations(site, n) for site, n in zip(FRAME, drawn, strict=True))):
        names = pd.Series([h for h, ads in enumerate(sample) for _ in ads])
        design = design_of(names, {h: len(site) for h, site in enumerate(FRAME)})
        found = mean(
            design, np.array([y for ads in sample for y in ads]), np.ones(sum(drawn), dtype=bool), np.ones(sum(drawn))
        )
        values.append(11 * found.value)
        variances.append((11 * found.se) ** 2)
    assert fmean(values) == pytest.approx(sum(map(sum, FRAME)))
    assert fmean(variances) == pytest.approx(pvariance(values))


def test_a_share_of_the_whole_frame_is_unbiased_and_its_variance_too():
    """With one stratum of known size the base is not random: R is a mean, and everything is exact."""
    cases = [True, False, True, True, False, False, True]
    found = []
    for sample in combinations(cases, 4):
        design = design_of(pd.Series(["a"] * 4), {"a": 7})
        found.append(share(design, np.array(sample), np.ones(4, dtype=bool), np.ones(4)))
    assert fmean(f.value for f in found) == pytest.approx(4 / 7)
    assert fmean(f.se**2 for f in found) == pytest.approx(pvariance([f.value for f in found]))


def test_a_lonely_ad_deviates_from_the_other_strata():
    """e = y − R is 0.2 for the lonely ad, −0.3 on average in the other stratum: V adds N² × 0.5² / (Σ w)²."""
    design = design_of(pd.Series(list("aab")), {"a": 4, "b": 6})
    found = share(design, np.array([True, False, True]), np.ones(3, dtype=bool), np.ones(3))
    assert found.value == pytest.approx(0.8)
    own = 4**2 * (1 - 2 / 4) * 0.5 / 2 + 6**2 * 0.5**2
    assert found.se**2 == pytest.approx(own / 100)


def test_pages_add_their_variance():
    names, case = pd.Series(list("aabb")), np.array([True, True, False, True])
    base, one = np.ones(4, dtype=bool), np.ones(4)
    counted = share(design_of(names, {"a": 10.0, "b": 20.0}), case, base, one)
    read = share(design_of(names, {"a": 10.0, "b": 20.0}, {"b": 16.0}), case, base, one)
    # R = (10 + 10) / 30; the mean of b is 1/2: d R / d N_b = (1/2 − R) / 30
    assert counted.value == read.value == pytest.approx(2 / 3)
    assert read.se**2 - counted.se**2 == pytest.approx(16 * ((0.5 - 2 / 3) / 30) ** 2)


def test_a_frame_coded_whole_is_exact_and_nobody_is_not_proof_of_none():
    base, one = np.ones(3, dtype=bool), np.ones(3)
    whole = share(design_of(pd.Series(list("aab")), {"a": 2, "b": 1}), np.zeros(3, dtype=bool), base, one)
    assert (whole.low, whole.high, whole.interval) == (0, 0, "exact")
    part = share(design_of(pd.Series(list("aaa")), {"a": 30}), np.zeros(3, dtype=bool), base, one)
    # the limit of 0 cases in 3 is that of Clopper-Pearson, 1 − 0.025^(1/3)
    # 20 of 30 leave none of three with probability C(10, 3) / C(30, 3) = 3.0 %, 21 with 2.1 %
    assert (part.low, part.high) == pytest.approx((0, 20 / 30))


@pytest.mark.parametrize(
    ("names", "sizes"), [("ab", {"a": 3}), ("aaa", {"a": 2})], ids=["unknown stratum", "more than there is"]
)
def test_impossible_samples_are_refused(names, sizes):
    with pytest.raises(ValueError):
        design_of(pd.Series(list(names)), sizes)


def test_an_empty_base_is_refused():
    design = design_of(pd.Series(["a"]), {"a": 3})
    with pytest.raises(ValueError, match="empty"):
        share(design, np.array([True]), np.array([False]), np.ones(1))


def test_an_estimated_size_may_fall_under_what_was_coded():
    design = design_of(pd.Series(["a"] * 5), {"a": 3.7, "b": 8}, {"a": 4.0})
    assert design.size.tolist() == [5] and design.uncovered == 8 and not design.whole


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(1, 9)), min_size=1), st.integers(0, 40))
def test_a_share_stays_within_its_limits_and_those_in_0_1(rows, more):
    data = pd.DataFrame(rows, columns=["s", "case", "m"])
    design = design_of(data["s"], data["s"].value_counts() + more)
    base, case = np.ones(len(data), dtype=bool), data["case"].to_numpy()
    each = (1 / data["m"]).to_numpy()
    found, other = share(design, case, base, each), share(design, ~case, base, each)
    assert -1e-12 <= found.low <= found.value + 1e-9 and found.value <= found.high + 1e-9 <= 1 + 2e-9
    assert found.value + other.value == pytest.approx(1)
    assert (found.low, found.se) == pytest.approx((1 - other.high, other.se), abs=1e-9)


@pytest.mark.parametrize(
    ("cases", "n", "limits"),
    [
        (152, 249, (0.546841, 0.671380)),
        (36, 39, (0.791298, 0.983847)),
        (58, 92, (0.523449, 0.728773)),
        (0, 39, (0, 0.090251)),
        (5, 152, (0.010765, 0.075094)),
        (32, 152, (0.148679, 0.284003)),
        (115, 152, (0.680427, 0.822453)),
        (0, 61, (0, 0.0587)),
    ],
)
def test_korn_and_graubard_of_a_simple_sample_is_clopper_and_pearson(cases, n, limits):
    assert korn_graubard(cases / n, n, 0.95) == pytest.approx(limits, abs=5e-5 if n == 61 else 5e-7)


def test_one_sided_limit_of_none_among_61():
    assert korn_graubard(0, 61, 0.90)[1] == pytest.approx(0.0479, abs=5e-5)


def test_few_cases_of_a_simple_sample_have_the_limits_of_a_finite_law():
    """None of 60 of 61: at most one, 1.64 %, where Korn and Graubard's limit is 5.96 %."""
    none, one = np.zeros(60, dtype=bool), np.ones(60)
    found = share(design_of(pd.Series(["a"] * 60), {"a": 61}), none, ~none, one)
    assert (found.low, found.high, found.interval) == (0, pytest.approx(1 / 61), "hypergeometric")
    assert korn_graubard(0, 60, 0.95)[1] == pytest.approx(0.0596, abs=5e-5)
    domain = ~none
    domain[0] = False  # how many of the list are in a part of it is not known
    assert share(design_of(pd.Series(["a"] * 60), {"a": 61}), none, domain, one).interval == "korn_graubard"


def test_these_limits_cover_by_enumeration_of_every_population():
    """30 ads, 8 coded: whatever the number of cases, limits hold it at least 95 times in 100."""
    limits = {}
    for seen in range(9):
        case = np.arange(8) < seen
        found = share(design_of(pd.Series(["a"] * 8), {"a": 30}), case, np.ones(8, dtype=bool), np.ones(8))
        limits[seen] = found.low, found.high
    for cases in range(31):
        chances = hypergeom.pmf(np.arange(9), 30, cases, 8)
        held = [low - 1e-9 <= cases / 30 <= high + 1e-9 for low, high in limits.values()]
        assert chances @ held >= 0.95 - 1e-9, cases
