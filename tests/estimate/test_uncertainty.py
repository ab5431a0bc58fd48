"""The final interval: each source of doubt enters it, and it holds the truth as often as it says."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from statistics import fmean, pvariance

import numpy as np
import pandas as pd
import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.estimate.formulas import uncertainty
from diagnostic.estimate.formulas.uncertainty import chao, dsh3, estimate_persons, weight_share

THREE_SITES = [[0, 0, 1, 2], [0, 1, 3, 4, 4], [1, 3]]
ADS_OF = Counter(person for site in THREE_SITES for person in site)


def coded(samples) -> pd.DataFrame:
    rows = [(h, person, ADS_OF[person]) for h, ads in enumerate(samples) for person in ads]
    return pd.DataFrame(rows, columns=["stratum", "person", "multiplicity"])


def counted(*sizes: float, **columns) -> pd.DataFrame:
    return pd.DataFrame({"size": [float(size) for size in sizes], **columns})


def test_sampling_alone_is_the_design_variance():
    """Over every sample: E[D] = 5 persons, E[V] = Var(D) = 0.472222 (note, three small sites)."""
    found = [
        uncertainty.with_multiplicities(coded(sample), counted(4, 5, 2))
        for sample in product(*(combinations(site, n) for site, n in zip(THREE_SITES, (2, 3, 2), strict=True)))
    ]
    assert fmean(f.value for f in found) == pytest.approx(5)
    assert pvariance([f.value for f in found]) == pytest.approx(0.472222222)
    assert fmean(f.se**2 for f in found) == pytest.approx(0.472222222)
    assert {f.kind for f in found} == {"sampling"}


@pytest.mark.slow
def test_pages_and_sampling_multiply_without_bias():
    """Every sample × every page total of a site: E[V] = Var(D) exactly (Goodman 1960).

    The list of 4 ads is estimated by 2, 4 or 6, whose variance 8/3 is known; z̄ must then be drawn with replacement
    of that size, so that V(z̄) does not depend on the estimated size: s² / n.
    """
    z = np.array([1 / ADS_OF[person] for person in THREE_SITES[1]])
    values, variances = [], []
    for size in (200_000.0, 400_000.0, 600_000.0):
        for pair, orders in Counter(tuple(sorted(one)) for one in product(range(5), repeat=3)).items():
            ads = pd.DataFrame({"stratum": 0, "person": range(3), "multiplicity": 1 / z[list(pair)]})
            found = uncertainty.with_multiplicities(ads, counted(size, variance=[8e10 / 3]))
            values += [found.value] * orders  # in whatever order they are drawn
            variances += [found.parts["sampling"] ** 2 + found.parts["pages"] ** 2] * orders
    assert fmean(values) == pytest.approx(400_000 * z.mean())
    assert fmean(variances) == pytest.approx(pvariance(values), rel=1e-4)  # the list is finite: f = 3 / 400 000


@settings(deadline=None, max_examples=cases(60))
@given(st.lists(st.lists(st.integers(0, 8), min_size=1, max_size=12), min_size=1, max_size=4), st.data())
def test_without_other_doubts_it_is_the_headline(frame, data):
    ads_of = Counter(person for site in frame for person in site)
    drawn = [data.draw(st.permutations(site))[: data.draw(st.integers(min(2, len(site)), len(site)))] for site in frame]
    rows = [(h, person, ads_of[person]) for h, ads in enumerate(drawn) for person in ads]
    ads = pd.DataFrame(rows, columns=["stratum", "person", "multiplicity"])
    found = uncertainty.with_multiplicities(ads, counted(*map(len, frame)))
    sizes = dict(enumerate(map(len, frame)))
    other = weight_share(ads["stratum"], ads["multiplicity"], sizes, ads["person"].nunique())
    # the estimate itself is unbiased, and may be under what was seen; limits are Student's, and never nearer than `rare` says
    assert found.value == pytest.approx(max(other.seen, other.value))
    if other.low is not None and other.high is not None:
        assert found.se == pytest.approx(other.se, abs=1e-9)
        left = sum(map(len, frame)) - sum(ads_of[person] for person in set(ads["person"]))  # ads of nobody seen
        assert found.low <= other.low + 1e-9 and found.high >= min(other.high, other.seen + left) - 1e-9


def test_first_pages_only_move_the_limits():
    ads = pd.DataFrame({"stratum": list("aab"), "person": [1, 2, 1], "multiplicity": [2, 1, 2]})
    exact = uncertainty.with_multiplicities(ads, counted(2, 4).set_index(pd.Index(list("ab"))))
    frame = counted(2, 4, low=[np.nan, 3.0], high=[np.nan, 10.0]).set_index(pd.Index(list("ab")))
    bounded = uncertainty.with_multiplicities(ads, frame)
    assert bounded.value == exact.value == pytest.approx(1.5 + 2)
    # each ad of b is worth 1/2 person; three ads are those of 1 and 2, and no other can be more than a person
    assert bounded.parts["page_bounds"] == pytest.approx(3) and (exact.high, bounded.high) == (2 + 3, 2 + 9)
    assert exact.low - bounded.low == pytest.approx(min(0.5, exact.low - 2)) and bounded.kind == "bounds"
    both = uncertainty.with_multiplicities(ads, frame.assign(variance=[0.0, 1.0]))
    assert both.kind == "sampling"  # a variance is known: the limits of the pages are not added to it


def test_one_ad_coded_of_several_deviates_from_the_others():
    ads = pd.DataFrame({"stratum": ["a", "a", "b"], "person": [1, 2, 3], "multiplicity": [1, 2, 4]})
    found = uncertainty.with_multiplicities(ads, counted(2, 6).set_index(pd.Index(list("ab"))))
    # a is coded whole, with a mean of 3/4; the ad of b counts for 1/4
    assert found.parts["sampling"] ** 2 == pytest.approx(6**2 / 4)


def test_links_are_drawn_together():
    """Groups 0-1 surely linked, 1-2 never, 3-4 half of the time: multiplicities follow the links."""
    groups = pd.Series([2, 3, 1, 1, 4])
    ads = pd.DataFrame({"stratum": "a", "group": [0, 1, 2, 3, 4, 4]})
    links = pd.DataFrame({"first": [0, 1, 3], "second": [1, 2, 4], "probability": [1.0, 0.0, 0.5]})
    made = uncertainty.draw_partitions(ads, groups, links, 400, 5)
    assert (made.multiplicity[:, :3] == [5, 5, 1]).all()
    linked = made.person[:, 3] == made.person[:, 4]
    assert np.mean(linked) == pytest.approx(0.5, abs=0.08)
    assert (made.multiplicity[linked, 3:] == [5, 5, 5]).all() and (made.multiplicity[~linked, 3:] == [1, 4, 4]).all()
    found = uncertainty.with_multiplicities(ads, counted(11).set_index(pd.Index(["a"])), made)
    # D = 11 / 6 × (1/5 + 1/5 + 1 + …), … = 3/5 or 1 + 1/4 + 1/4
    values = [11 / 6 * (1.4 + (0.6 if together else 1.5)) for together in linked]
    assert found.value == pytest.approx(np.mean(values))
    assert found.parts["links"] ** 2 == pytest.approx(np.var(values, ddof=1) * (1 + 1 / 400))
    assert found.kind == "model"  # how likely a link is, is assumed
    assert found.se**2 == pytest.approx(sum(found.parts[name] ** 2 for name in ("sampling", "pages", "links")))


@pytest.mark.parametrize(("first", "probability"), [(9, 0.5), (0, 1.5)])
def test_impossible_links_are_refused(first, probability):
    links = pd.DataFrame({"first": [first], "second": [1], "probability": [probability]})
    with pytest.raises(ValueError):
        uncertainty.draw_partitions(pd.DataFrame({"stratum": "a", "group": [0]}), pd.Series([1, 1]), links, 3, 1)


@pytest.mark.parametrize("multiplicities", [[0], []], ids=["no ad of its own", "no usable ad"])
def test_impossible_samples_are_refused(multiplicities):
    ads = pd.DataFrame({"stratum": 0, "person": 1, "multiplicity": multiplicities})
    with pytest.raises(ValueError):
        uncertainty.with_multiplicities(ads, counted(3))


def test_a_list_without_usable_ad_widens_the_limits_by_all_its_ads():
    ads = pd.DataFrame({"stratum": [0, 0], "person": [1, 2], "multiplicity": [2, 1]})
    known = uncertainty.with_multiplicities(ads, counted(2))
    found = uncertainty.with_multiplicities(ads, counted(2, 8))
    assert (known.value, known.low, known.high) == pytest.approx((2, 2, 2))  # never under the two persons seen
    assert found.value == pytest.approx(1.5 + 8 * 0.75) and found.kind == "bounds"
    # of the ten ads, seven are not those of the two persons seen
    assert (found.low, found.high) == pytest.approx((2, 2 + 7)) and found.parts["uncovered"] == pytest.approx(6)


def test_a_stratum_out_of_the_frame_is_refused():
    with pytest.raises(ValueError, match="unknown"):
        uncertainty.with_multiplicities(coded([[0, 1], [1, 3, 4], [1]]), counted(4, 5))


def test_the_check_stands_beside_and_widens_a_narrow_interval():
    rng = np.random.default_rng(2)
    persons = np.repeat(np.arange(100), 2)
    site = rng.integers(0, 2, 200)
    copies = pd.crosstab(persons, site)
    picked = np.concatenate([rng.choice(np.flatnonzero(site == h), 40, replace=False) for h in (0, 1)])
    ads = pd.DataFrame({"stratum": site[picked], "person": persons[picked], "multiplicity": 2})
    sizes = {h: int((site == h).sum()) for h in (0, 1)}
    _, check = estimate_persons(site[picked], persons[picked], copies, sizes)
    alone = uncertainty.with_multiplicities(ads, counted(*sizes.values()))
    found = uncertainty.with_multiplicities(ads, counted(*sizes.values()), check=check)
    assert found.value == pytest.approx(100) and found.se == 0 and 100 < alone.high < found.high
    assert found.high - found.value == pytest.approx(1.959964 * check.se, rel=1e-6)


def test_without_multiplicities_there_is_no_number():
    seen = {1: 60, 2: 20, 8: 16, 21: 1}  # 97 persons in 249 ads
    found = uncertainty.without_multiplicities(seen, [699])
    assert found.value is None and found.kind == "model" and found.seen == 97
    assert (found.low, found.high) == pytest.approx(sorted((chao(seen, 699), dsh3(seen, 699))))
    assert uncertainty.logical_bounds(seen, 699) == (97, 547)
    assert found.high < uncertainty.naive(seen, 699) == pytest.approx(699 * 97 / 249)
    wide = uncertainty.without_multiplicities(seen, [650, 750])
    assert wide.low <= found.low and wide.high >= found.high and uncertainty.logical_bounds(seen, 750) == (97, 598)


@pytest.mark.parametrize(
    ("studies", "least", "most"), [(40, 0.84, 1), pytest.param(200, 0.92, 0.985, marks=pytest.mark.slow)]
)
def test_the_final_interval_holds_the_truth(studies, least, most):
    """So many studies: a list estimated from drawn pages, and two groups of ads per person that are truly one person
    six times in ten. Sampling alone would not cover as often.
    """
    rng, hits, sampling_alone = np.random.default_rng(11), [], []
    person = np.repeat(np.arange(150), rng.geometric(0.4, 150))
    site = rng.choice(3, len(person), p=[0.6, 0.3, 0.1])
    sizes = np.bincount(site)
    for _ in range(studies):
        group = 2 * person + (rng.random(len(person)) < 0.5)
        groups = pd.Series(group).value_counts()
        both = [k for k in range(150) if 2 * k in groups.index and 2 * k + 1 in groups.index]
        links = pd.DataFrame({"first": [2 * k for k in both], "second": [2 * k + 1 for k in both], "probability": 0.6})
        truth = len(groups) - int((rng.random(len(both)) < 0.6).sum())
        picked = [rng.choice(np.flatnonzero(site == h), n, replace=False) for h, n in enumerate((60, 40, 15))]
        ads = pd.DataFrame({"stratum": site[np.concatenate(picked)], "group": group[np.concatenate(picked)]})
        frame = counted(rng.normal(sizes[0], 12), *sizes[1:], variance=[144.0, 0, 0])
        partitions = uncertainty.draw_partitions(ads, groups, links, 15, int(rng.integers(1 << 30)))
        found = uncertainty.with_multiplicities(ads, frame, partitions)
        hits.append(found.low <= truth <= found.high)
        sampling_alone.append(abs(found.value - truth) <= 1.959964 * found.parts["sampling"])
    assert least <= np.mean(hits) <= most
    assert np.mean(sampling_alone) < np.mean(hits) - 0.03


def test_the_value_is_the_sum_of_what_each_list_gives():
    """Two of four ads, of persons with 1 and 2 ads; three of six, of persons with 1, 2 and 3: 4 × 3/4 + 6 × 11/18."""
    ads = pd.DataFrame({"stratum": [0, 0, 1, 1, 1], "person": range(5), "multiplicity": [1, 2, 1, 2, 3]})
    frame = counted(4, 6)
    assert uncertainty.with_multiplicities(ads, frame).value == pytest.approx(4 * 3 / 4 + 6 * 11 / 18)
    assert uncertainty.with_multiplicities(ads, frame, seen=9).value == 9  # never under the persons seen
    alone = ads.assign(multiplicity=6.0)
    assert uncertainty.with_multiplicities(alone, frame).value == 5
    # Of a search that finds eight in ten, one ad found with another weighs (0.8 / 2) (1 − (0.2 / 0.8)²).
    recall = uncertainty.Recall(0.8, 0.01, 0.6, 0.95, 30, 9)
    pair = pd.DataFrame({"stratum": [0, 0], "person": [0, 1], "multiplicity": [2, 2]})
    assert uncertainty.with_multiplicities(pair, counted(40), recall=recall).value == pytest.approx(
        40 * 0.4 * (1 - 1 / 16)
    )


def test_what_a_recall_leaves_unknown_is_its_variance_times_the_square_of_what_it_moves():
    """V(r) (dD / dr)², the slope by differences of the value itself: of a slope under one and of one far above."""
    for size in (4, 4000):
        ads = pd.DataFrame({"stratum": [0, 0], "person": [0, 1], "multiplicity": [2, 3]})
        frame, step = counted(size), 1e-6

        def at(value: float, size: int = size) -> float:
            weights = [value / k * (1 - (-(1 - value) / value) ** k) for k in (2, 3)]
            return size * sum(weights) / 2

        slope = (at(0.8 + step) - at(0.8 - step)) / (2 * step)
        found = uncertainty.with_multiplicities(ads, frame, recall=uncertainty.Recall(0.8, 0.01, 0.6, 0.95, 30, 9))
        assert found.parts["recall"] == pytest.approx(0.1 * abs(slope), rel=1e-5)


def test_lists_whose_pages_someone_chose_move_the_persons_by_what_their_limits_allow():
    """Ten ads from 8 to 15, of which each is half a person: one person less, two and a half more; a list read by drawn pages,
    which has a variance, moves nothing, nor one counted."""
    frame = counted(10, 20, 30, low=[8, 10, np.nan], high=[15, 40, np.nan], variance=[np.nan, 9.0, 0.0])
    assert uncertainty._page_shifts(np.array([0.5, 0.25, 1]), frame) == (1, 2.5)
    assert uncertainty._page_shifts(np.array([0.5]), counted(10, low=[8], high=[15])) == (1, 2.5)
    assert uncertainty._page_shifts(np.array([0.5]), counted(10)) == (0, 0)
    assert uncertainty._page_shifts(np.array([0.5]), counted(10, low=[12], high=[9])) == (0, 0)
