"""Pages and coded places of one list: exact limits, weights of the design, and no composite where the pages mislead."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.facts import Builder
from diagnostic.estimate.formulas.pages import Size, composite
from diagnostic.estimate.formulas.sampling import hypergeometric_interval
from diagnostic.estimate.sample import steps


def test_a_composite_has_the_weights_of_the_design():
    pages, places = Size(100, 60, 140, 400.0, 4), Size(120, 90, 150, 225.0, 50)
    both = composite(pages, places, 0.6, 0, 0.95)
    assert both.value == pytest.approx(108) and both.variance == pytest.approx(0.36 * 400 + 0.16 * 225)
    assert both.low < 108 < both.high and composite(pages, places, 0.6, 119, 0.95).low == 119
    with pytest.raises(ValueError):
        composite(pages, places, 1.2, 0, 0.95)


@pytest.mark.parametrize("pages", [Size(200, 170, 230, 100.0, 9), Size(120, 40, 400, None, 9)])
def test_pages_that_mislead_or_were_chosen_weigh_nothing(pages):
    """200 is four standard errors of 120 away; and pages that someone chose have no variance."""
    places = Size(120, 90, 150, 225.0, 50)
    assert composite(pages, places, 0.6, 0, 0.95) == places


FRAME = {"site_code": "A01", "kept": True, "value": 80.0, "low": 40.0, "high": 120.0, "variance": 400.0, "degrees": 4.0}
FRAME |= {"stratum": "A01", "size": 80, "page_size": 10, "listed": 200, "drawn": 50}


def read(relevant: int, **given: float) -> tuple[pd.DataFrame, list[steps.Measured]]:
    """A list of 200 places of which 50 are drawn and 40 seen, `relevant` of them relevant; another list was counted."""
    frame = pd.DataFrame([FRAME | given, FRAME | {"stratum": "E01", "site_code": "E01", "page_size": None}])
    known = pd.DataFrame({"stratum": "A01", "inside": [True] * relevant + [False] * (40 - relevant)})
    pages = pd.DataFrame({"site_code": "A01", "place": None, "ads_relevant": [4, 5, 3, 4, 4]})
    return frame, steps.measured(frame, known, pages, 0.95)


def test_the_places_have_the_limits_and_the_variance_of_their_draw():
    _, [one] = read(18)
    assert one.places.variance == pytest.approx(200**2 * (1 - 40 / 200) * 0.45 * 0.55 / 39)
    assert (one.places.low, one.places.high) == hypergeometric_interval(18, 40, 0.95, 200)
    for alike in (0, 40):  # all the places seen say the same: no certainty
        _, [one] = read(alike)
        assert one.places.variance > 0 and one.places.low < one.places.high


def test_pages_and_places_are_shown_and_what_is_kept_of_both():
    frame, lists = read(18)
    found = {one.fact_id: one for one in steps.size_facts(lists, 0.95, Builder("consolidate/codings", "observed"))}
    assert found["sample.site_pages.A01"].value == 80 and found["sample.site_places.A01"].value == 200 * 18 / 40
    kept = found["sample.site_size.A01"]
    assert kept.value == pytest.approx(0.5 * 80 + 0.5 * 90)  # five pages of ten places, fifty places drawn
    assert "pages pèsent 50" in kept.method and kept.interval_kind == "sampling"
    after = steps.sized(frame, lists).set_index("stratum")
    assert after.at["A01", "value"] == kept.value and after.at["E01", "value"] == 80


def test_pages_that_were_all_read_are_kept_as_they_were_counted():
    """80 ads on all the pages: the places, 90 with a standard error of about 14, do not contradict them."""
    _, [one] = read(18, value=80.0, low=80.0, high=80.0, variance=0.0)
    assert (one.kept.value, one.kept.low, one.kept.high, one.kept.variance) == (80, 80, 80, 0)
    assert one.said.startswith("Toutes les pages ont été lues")
    _, [far] = read(36, value=80.0, low=80.0, high=80.0, variance=0.0)
    assert far.kept.value == 180 and "trompent" in far.said


def test_the_pages_are_a_warning_where_they_differ():
    _, lists = read(36)
    assert lists[0].kept.value == 180 and "trompent" in lists[0].said
    _, chosen = read(18, variance=np.nan)
    assert chosen[0].kept.value == 90 and "choisies" in chosen[0].said
    facts = steps.size_facts(chosen, 0.95, Builder("consolidate/codings", "observed"))
    kinds = {one.fact_id: one.interval_kind for one in facts}
    assert kinds["sample.site_pages.A01"] == "bounds" and kinds["sample.site_size.A01"] == "sampling"


def test_of_several_lists_what_is_kept_is_said_of_how_many():
    """Three lists of a site: two of the same weight, one whose pages mislead; where all say the same it is said once."""
    (_, [alike]), (_, [far]) = read(18), read(36)
    build = Builder("consolidate/codings", "observed")

    def kept(*lists: steps.Measured) -> str:
        return {one.fact_id: one.method for one in steps.size_facts(lists, 0.95, build)}["sample.site_size.A01"]

    assert kept(alike, far, alike) == f"2 listes : {alike.said} 1 liste : {far.said}"
    assert kept(alike, alike) == kept(alike) == alike.said


@pytest.mark.parametrize(("away", "value"), [(9.99, 55.0), (10.0, 55.0), (10.01, None)])
def test_two_measures_more_than_two_standard_errors_apart_are_not_put_together(
    away: float, value: float | None
) -> None:
    """Variances of 9 and 16: five ads is a standard error of their difference, and ten are two."""
    pages, coded = Size(50 + away, 50, 70, 9.0, math.inf), Size(50.0, 40, 60, 16.0, math.inf)
    found = composite(pages, coded, 0.5, 0, 0.95)
    assert found.value == pytest.approx(50 + away / 2 if value else 50)
    assert found.variance == (pytest.approx((9 + 16) / 4) if value else 16)


@pytest.mark.parametrize(("weight", "value", "variance"), [(0, 50, 16), (1, 54, 9), (0.25, 51, 9 / 16 + 9)])
def test_the_whole_weight_may_be_of_one_measure_and_never_more(weight: float, value: float, variance: float) -> None:
    pages, coded = Size(54.0, 50, 70, 9.0, math.inf), Size(50.0, 40, 60, 16.0, math.inf)
    found = composite(pages, coded, weight, 0, 0.95)
    half = 1.959964 * math.sqrt(variance)
    assert (found.value, found.variance) == (pytest.approx(value), pytest.approx(variance))
    assert (found.low, found.high) == (pytest.approx(value - half, abs=1e-4), pytest.approx(value + half, abs=1e-4))
    for wrong in (-1e-9, 1 + 1e-9):
        with pytest.raises(ValueError, match="weight"):
            composite(pages, coded, wrong, 0, 0.95)
