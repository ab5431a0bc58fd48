"""The persons behind the ads under other choices: each is the estimator of the changed tables, by hand."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from test_persons import counted, usable

from diagnostic.core.tables import model
from diagnostic.estimate.facts import Builder
from diagnostic.estimate.sample import persons

BUILD = Builder("consolidate/codings", "observed")
NAMES = "sensitivity.{}.persons_total"
NOBODY = pd.DataFrame(columns=["ad_id", "second", "both"])


def found(
    ads: pd.DataFrame, frame: pd.DataFrame, searches: pd.DataFrame = NOBODY, **others: pd.DataFrame
) -> dict[str, float | None]:
    estimate = partial(persons.total, confidence=0.95, seed=1)
    given = {"usable": ads, "frame": frame, "searches": searches}
    assert estimate(**given) == headline(ads, frame, searches)
    return {one.fact_id: one.value for one in persons.choice_facts(given, others, BUILD, estimate)}


def headline(ads: pd.DataFrame, frame: pd.DataFrame, searches: pd.DataFrame = NOBODY) -> float | None:
    """The value of the fact itself, with all that is told of it."""
    facts = persons.facts(ads, model("estimate/held").empty(), frame, 0.95, BUILD, 1, searches=searches)
    return next((one.value for one in facts if one.fact_id == "persons.total"), None)


def listed(**sizes: int) -> pd.DataFrame:
    return counted(**sizes).assign(mirror_group=None, place=None)


def eight() -> pd.DataFrame:
    """Eight ads of a list of eighty: p0 to p5 with one, two or four ads, p6 and p7 not searched."""
    return usable([f"p{at}" for at in range(8)], [1, 1, 2, 2, 4, 4, None, None])


def test_a_study_without_doubt_has_no_other_choice() -> None:
    assert found(eight(), listed(E01=80)) == {}
    nobody = eight().assign(multiplicity=float("nan"), found=float("nan"), maybe=["p1", *[None] * 7])
    assert found(nobody, listed(E01=80)) == {}  # no headline, as no copy was searched


def test_doubtful_links_all_false_or_all_true() -> None:
    """p0 may be p1, p1 may be p2: one person of 1 + 1 + 2 ads, or three."""
    ads = eight()
    ads.loc[[0, 1], "maybe"] = ["p1", "p2"]
    told = found(ads, listed(E01=80))
    apart = 80 / 6 * (1 + 1 + 1 / 2 + 1 / 2 + 1 / 4 + 1 / 4)
    # p6 and p7 are alone in the sample: they are stood for by p3, p4 and p5, who are so too
    together = 80 / 8 * (3 / 4) + 80 / 8 * 5 / 3 * (1 / 2 + 1 / 4 + 1 / 4)
    assert told == pytest.approx({NAMES.format("links_apart"): apart, NAMES.format("links_together"): together})
    total = headline(ads, listed(E01=80))
    assert total is not None and together < total < apart


def test_a_link_to_a_person_who_was_not_searched_changes_no_estimate() -> None:
    ads = eight()
    ads.loc[6, "maybe"] = "p4"
    assert found(ads, listed(E01=80)) == {}


def test_of_mirrors_the_shortest_list_may_be_kept() -> None:
    """E01 shows 80 ads and its mirror 50 of them; a site apart has 10."""
    ads = eight().assign(stratum="E01")
    frame = listed(E01=80, E02=50, E03=10)
    frame = frame.assign(mirror_group=["m", "m", ""], kept=[True, False, True])
    told = found(ads, frame)
    mean = 3.5 / 6
    assert told == pytest.approx({NAMES.format("mirrors_shortest"): (50 + 10) * mean})  # E03 has the mean of the others


def test_the_search_may_be_held_complete() -> None:
    """A second person found twelve copies, nine of which the first had found: the copies missed lower the headline."""
    ads = usable(["p0", "p1", "p2", "p3"], [1, 2, 2, 4])
    searches = pd.DataFrame({"ad_id": ads["ad_id"], "second": [2, 3, 3, 4], "both": [1, 2, 3, 3]})
    told = found(ads, listed(E01=40), searches)
    complete = 40 / 4 * (1 + 1 / 2 + 1 / 2 + 1 / 4)
    assert told == pytest.approx({NAMES.format("search_complete"): complete})
    total = headline(ads, listed(E01=40), searches)
    assert total is not None and total < complete


def test_places_without_an_ad_may_have_been_counted_as_ads() -> None:
    """A list of eighty of which the places say sixty; were the count exact, it would be eighty. Nothing where both agree."""
    told = found(eight(), listed(E01=60), counts_exact=listed(E01=80), losses_outside=listed(E01=60))
    assert told == pytest.approx({NAMES.format("counts_exact"): 80 * 3.5 / 6})
