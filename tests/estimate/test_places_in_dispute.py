"""Two persons who do not see the same at a place, or do not count the same copies: until somebody arbitrates, what is estimated lies
between what each would make of it, in every way of settling it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from begun import ID, SAID
from own import SMALL, home
from replay import Call, estimated, recorded, replayed

from diagnostic.consolidate.coders import DISPUTED
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.sample import coders, usable

STEPS = ("consolidate_ads", "estimate_coded", "estimate_sample")
TOTAL = "copies_total.number"


@cache
def calls() -> tuple[Call, ...]:
    return tuple(one for one in recorded(home(), SMALL) if one.rule in STEPS)


@cache
def once() -> pd.DataFrame:
    """The coded ads of the small study, each by one person who doubts nothing."""
    ads = estimated(SMALL).made[calls()[0].inputs["ads"]]
    return ads[~ads[ID].duplicated()].assign(**{"cluster_maybe.code": "no_answer"}).reset_index(drop=True)


def facts(*rows: pd.DataFrame) -> pd.DataFrame:
    """The facts of the sample, these rows being coded too."""
    own = calls()[0]
    ads = pd.concat([once(), *rows], ignore_index=True)
    ads["row"] = np.arange(3, len(ads) + 3)
    made = dict(estimated(SMALL).made) | {own.inputs["ads"]: ads.astype(once().dtypes.to_dict())}
    received = next((path for name, path in own.inputs.items() if name == "received"), None)
    if received:
        rows_of = pd.DataFrame({"role": "coded_ads", "sheet": ads["sheet"], "row": ads["row"]})
        made[received] = pd.concat([made[received][made[received]["role"].ne("coded_ads")], rows_of], ignore_index=True)
    made = replayed(calls(), home(), made)
    return made[calls()[-1].outputs["sample"]].set_index("fact_id")


def as_seen(ad: pd.Series, like: pd.Series, coder: str, **changed: object) -> pd.DataFrame:
    """The row of another person, who says of an ad what is said of `like`, alone of its person."""
    row = like.copy()
    same = [name for name in ad.index if name.startswith(("ad_id", "site_code", "page", "place", "rank", "sheet"))]
    row[same] = ad[same]
    row["coder.code"] = coder
    if row["cluster_id.code"] not in ("not_asked", "no_answer"):
        row["cluster_id.code"] = "no_answer"
    for name, value in changed.items():
        row[name] = value
    return pd.DataFrame([row])


def disputes() -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """(what the second person codes, the same arbitrated) or (…, the first coding arbitrated): an ad that is none for her, a place
    without any ad that has one for her, one that was gone when she came, and an ad of which she finds more copies."""
    ads = once()
    on = ads[ads["site_code.code"].eq("A01")]
    relevant, out, gone = (on[on[SAID].eq(code)] for code in ("relevant", "not_prostitution", "vanished"))
    return [
        (relevant.iloc[0], out.iloc[0], {}),
        (out.iloc[1], relevant.iloc[1], {}),
        (relevant.iloc[2], gone.iloc[0], {}),
        (relevant.iloc[3], relevant.iloc[3], {TOTAL: relevant.iloc[3][TOTAL] + 6}),
    ]


@pytest.fixture(scope="module")
def disputed() -> pd.DataFrame:
    return facts(*(as_seen(ad, like, "ZZ", **changed) for ad, like, changed in disputes()))


@pytest.mark.slow
def test_every_way_of_settling_lies_within_the_limits(disputed: pd.DataFrame) -> None:
    """Places alone: all as the first person has them, all as the second; most relevant ads and fewest, as the ends have them."""
    places = disputes()[:3]
    alone = facts(*(as_seen(ad, like, "ZZ") for ad, like, _ in places))
    opened = [name for name in alone.index if ids.is_one(name, *coders.OPENED)]
    first = facts()
    assert {"persons.total", "sample.relevant", "profile.ad.gender_presented.woman"} <= {*opened}
    for chosen in ((False, False, False), (True, True, True), (False, True, False), (True, False, True)):
        rows = [
            one
            for (ad, like, _), second in zip(places, chosen, strict=True)
            for one in (as_seen(ad, like, "ZZ"), as_seen(ad, like if second else ad, "arbitrage"))
        ]
        settled = facts(*rows)
        assert not settled["rules"].str.contains(DISPUTED).any()
        for name in set(opened) & set(settled.index):
            value, low, high = settled.at[name, "value"], alone.at[name, "low"], alone.at[name, "high"]
            if pd.notna(value) and pd.notna(low):
                assert low - 1e-9 <= value <= high + 1e-9, name
        if not any(chosen):
            assert settled.at["persons.total", "value"] == pytest.approx(first.at["persons.total", "value"])
    assert alone.at["persons.total", "value"] == first.at["persons.total", "value"]
    for name in ("persons.total", "sample.relevant"):
        wide, narrow = (one.at[name, "high"] - one.at[name, "low"] for one in (alone, first))
        assert wide > narrow and DISPUTED in alone.at[name, "rules"]
    assert first.at["sample.relevant", "interval_kind"] == "sampling"
    assert alone.at["sample.relevant", "interval_kind"] == "bounds"


@pytest.mark.slow
def test_places_and_copies_in_dispute_are_told_to_the_team(disputed: pd.DataFrame) -> None:
    assert disputed.at["sample.review.seen_apart", "value"] == 3
    assert disputed.at["sample.review.apart", "value"] == 1
    assert DISPUTED in disputed.at["persons.total", "rules"]


COPIES = pd.DataFrame(
    [("a", "p", 3, 3, 3), ("b", "q", 2, 2, 2), ("c", "q", 2, 2, 2), ("d", "r", 4, 4, 4), ("e", "s", 1, 1, 1)],
    columns=["ad_id", "person", "multiplicity", "least", "most"],
).assign(site_code="E01", copies_total=[3, 2, 2, 4, 1])


def second(*rows: tuple[str, float, float | None], coder: str = "ZZ") -> pd.DataFrame:
    """(ad, copies, copies that both searches found) of another person."""
    made = pd.DataFrame(rows, columns=["ad_id", "copies_total", "copies_again"])
    return made.assign(coder=coder, turn=2, copies_searched="yes", site_code="E01")


def test_another_count_of_copies_opens_those_of_its_person() -> None:
    """Of p more, of q fewer than the two ads drawn, of r the same; s was compared, which measures the recall."""
    answers = second(("a", 5, None), ("b", 1, None), ("d", 4, None), ("e", 4, 1))
    made, apart = usable.counted_again(COPIES, answers, None)
    assert made["least"].to_list() == [3, 2, 2, 4, 1] and made["most"].to_list() == [5, 2, 2, 4, 1]
    assert apart == ["a"]
    made, apart = usable.counted_again(COPIES, second(("a", 2, None), ("c", 7, None)), None)
    assert made["least"].to_list() == [2, 2, 2, 4, 1] and made["most"].to_list() == [3, 7, 7, 4, 1]
    assert apart == ["a", "c"]


def test_what_was_arbitrated_of_copies_opens_nothing() -> None:
    settled = second(("a", 3, None), coder="arbitrage").assign(turn=1)
    made, apart = usable.counted_again(COPIES, pd.concat([settled, second(("a", 9, None))]), None)
    assert made[["least", "most"]].eq(COPIES[["least", "most"]]).all(axis=None) and apart == []


def test_another_count_of_all_mirrors_is_of_the_frame_between_two_limits() -> None:
    """Three lists show the ads of E01: 7 copies on all are those of one to five more ads in the frame."""
    mirrors = usable.Mirrors({"E01": 3}, 3, 1 / 3)
    made, apart = usable.counted_again(COPIES, second(("a", 7, None)), mirrors)
    assert (made.at[0, "least"], made.at[0, "most"]) == (3, 5) and apart == ["a"]
