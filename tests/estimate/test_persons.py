"""The facts on the persons behind the ads, from usable ads as `sample.usable` gives them."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import scipy

from diagnostic.core.tables import model
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.sample import persons


def usable(people: list[str], multiplicity: list[float | None], site: str = "E01") -> pd.DataFrame:
    """One ad each: who is seen on it, and how many ads the person has where that was searched."""
    ads = pd.DataFrame({"person": people, "multiplicity": multiplicity, "stratum": site, "site_code": site})
    ads["multiplicity"] = ads["multiplicity"].astype(float)
    return ads.assign(ad_id=[f"a{at}" for at in range(len(ads))], found=ads["multiplicity"], maybe=None)


def counted(**sizes: int) -> pd.DataFrame:
    """A frame of lists counted whole."""
    frame = pd.DataFrame({"stratum": list(sizes), "size": list(sizes.values())})
    value = frame["size"].astype(float)
    return frame.assign(
        site_code=frame["stratum"], kept=True, value=value, low=value, high=value, variance=0.0, degrees=float("inf")
    )


def facts(ads: pd.DataFrame, frame: pd.DataFrame) -> dict[str, Fact]:
    found = persons.facts(
        ads, model("estimate/held").empty(), frame, 0.95, Builder("consolidate/codings", "observed"), 1
    )
    return {one.fact_id: one for one in found}


def test_the_estimate_is_never_under_the_persons_seen_on_all_coded_ads() -> None:
    """The case of the note: 60 persons on 60 ads of 100; the eight searched have four ads each, 100 / 4 = 25."""
    ads = usable([f"p{at}" for at in range(60)], [4.0] * 8 + [None] * 52)
    found = facts(ads, counted(E01=100))
    total = found["persons.total"]
    assert found["persons.seen"].value == 60
    assert total.low is not None and total.value is not None and total.high is not None
    assert 60 <= total.low <= total.value <= total.high


def test_a_person_who_may_be_another_is_not_counted_as_seen_twice() -> None:
    """p8 may be p9, p10 may be p0: of the 60, 58 are beyond doubt."""
    ads = usable([f"p{at}" for at in range(60)], [4.0] * 8 + [None] * 52)
    ads.loc[[8, 10], "maybe"] = ["p9", "p0"]
    total = facts(ads, counted(E01=100))["persons.total"]
    assert total.low == 58


def test_a_list_of_which_the_pages_read_show_nothing_stays_in_the_interval() -> None:
    """E02 has no ad on the pages read and 390 at most: none is drawn, and they count for 390 × 0.75 persons."""
    ads = usable([f"p{at}" for at in range(50)], [2.0] * 25 + [1.0] * 25)
    frame = counted(E01=100)
    silent = {"stratum": "E02", "site_code": "E02", "size": 0, "value": 0.0, "low": 0.0, "high": 390.0}
    spread = {"variance": (390 / 4.303) ** 2, "degrees": 2.0, "kept": True}
    both = pd.concat([frame, pd.DataFrame([silent | spread])], ignore_index=True)
    alone, found = (facts(ads, one)["persons.total"] for one in (frame, both))
    assert alone.value == found.value == 75
    assert alone.high is not None and found.high is not None
    assert found.high == pytest.approx(75 + 390 * 0.75, rel=0.02)  # t with two degrees, nearly all of the variance


def test_persons_who_are_all_apart_are_never_more_than_the_ads() -> None:
    """Two lists whose pages were drawn, apart from each other: the formula multiplies the ads themselves, and the logical
    limits end at the upper limit of both together, nearer than the sum of each one's."""
    ads = usable([f"p{at}" for at in range(40)], [1.0] * 40)
    ads["stratum"] = ads["site_code"] = ["E01"] * 20 + ["E02"] * 20
    variance, degrees = 100.0**2, 9.0
    half = float(scipy.stats.t.ppf(0.975, degrees)) * 100
    lists = counted(E01=1000, E02=2000).assign(variance=variance, degrees=degrees)
    lists = lists.assign(low=lists["value"] - half, high=lists["value"] + half)
    found = facts(ads, lists)
    assert found["persons.published_formula"].value == 3000
    together = float(scipy.stats.t.ppf(0.975, 2 * degrees)) * math.sqrt(2 * variance)
    logical = found["persons.logical"]
    assert logical.high == pytest.approx(3000 + together, abs=1) and logical.low == 40
