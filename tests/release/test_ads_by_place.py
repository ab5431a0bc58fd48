"""Ads by place under the gate: those of few ads together leave each of them as many numbers as its threshold."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from simulated import policy

from diagnostic.release.alone import harmless
from diagnostic.release.draws import Draw

SMALLEST, THRESHOLD = 20, 11  # ads of a place that is named; of the class of places
KEYS = [Draw(str(key).encode()) for key in range(60)]


def told(name: str, value: float, places: int = 0, measure: str = "count", draw: Draw = KEYS[0]) -> dict[str, Any]:
    group = f"ads: place={'|'.join(f'p{n}' for n in range(places))}" if places else ""
    fact = {
        "fact_id": name,
        "value": value,
        "numerator": value,
        "denominator": 5000.0,
        "measure": measure,
        "unit": "ad",
    }
    fact |= {"group": group, "low": None, "high": None, "origin": "observed", "source_table": "consolidate/counts"}
    found = harmless(fact | {"method": ""}, policy(), draw, described=True)
    assert found is not None
    return found


@pytest.mark.parametrize("places", [2, 3, 4])
def test_no_place_is_closed_in_on(places: int) -> None:
    """Every sum that so many places of at most 19 ads may have, under 60 keys: what one may have if the others have from
    none to 19, by trying."""
    looked = 0
    for total, draw in itertools.product(range(SMALLEST, places * (SMALLEST - 1) + 1), KEYS):
        one = told("ads.joined.rest", total, places, draw=draw)
        if one["verdict"] != "shown":
            continue
        looked += 1
        sums = range(int(one["claim_low"]), int(one["claim_high"]) + 1)
        others = (places - 1) * (SMALLEST - 1)
        possible = [n for n in range(SMALLEST) if any(0 <= whole - n <= others for whole in sums)]
        assert total in sums and possible[-1] - possible[0] >= THRESHOLD - 1
    assert looked > 100


def test_nearly_as_many_as_named_places_have_is_not_told() -> None:
    assert {told("ads.joined.rest", 38, 2, draw=draw)["verdict"] for draw in KEYS} == {"shown", "withheld"}
    assert {told("ads.joined.rest", 38, 2, draw=draw)["shown_value"] for draw in KEYS} >= {30.0}


def test_places_left_that_are_too_few_are_withheld() -> None:
    assert all(told("ads.joined.rest", 19, 3, draw=draw)["verdict"] == "withheld" for draw in KEYS)


def test_ads_of_a_place_read_by_pages_are_a_number_of_ads() -> None:
    """And no share: 352.4 ads are 350 or 360, never 95."""
    seen = {told("places.ads.villeneuve", 352.4, measure="estimate", draw=draw)["shown_value"] for draw in KEYS}
    assert seen and seen <= {350.0, 360.0}
    assert told("places.ads.bourg", 12.5, measure="estimate")["verdict"] == "withheld"
