"""The draw: equal chances, repeatable, extendable, independent of what else is in the frame."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from diagnostic.estimate.formulas import draw
from diagnostic.estimate.formulas.sampling import sample_size

ADS = {"E01": 32, "E02": 9, "E03": 0, "E06": 1, "E15": 171, "E20": 160, "A02": 43} | {
    f"D{number:02}": 17 for number in range(1, 12)
}


def frame_of(sizes: dict[str, int], **columns) -> pd.DataFrame:
    frame = pd.DataFrame({"site_code": list(sizes), "place": "", "size": list(sizes.values()), **columns})
    return frame.set_index(draw.strata(frame["site_code"], frame["place"]))


FROZEN = [
    ("E15-NE4M7Z2T", 163, False),
    ("E15-FADGWFPG", 98, False),
    ("E15-7E58BP20", 73, True),
    ("E15-RZHWQKGM", 149, False),
    ("E15-CCDYCGF4", 46, False),
]
MIRRORED = frame_of(ADS, mirror_group=["M" if code.startswith("D") else "" for code in ADS])


def keys(ads: pd.DataFrame) -> set[tuple]:
    return set(ads[["ad_id", "stratum", "page_rank", "rank_on_page", "draw_order"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("seeds", [120, pytest.param(1500, marks=pytest.mark.slow)])
def test_every_position_has_the_same_chance(seeds):
    """Positions 1 to 12, five drawn, so many seeds: the chi-square of the counts and of the pairs stays ordinary."""
    frame, drawn = frame_of({"A01": 12}), pd.Series({"A01": 5})
    singles, pairs = Counter(), Counter()
    for seed in range(seeds):
        ranks = sorted(draw.draw_ads(frame, drawn, seed)["rank_on_page"])
        singles.update(ranks)
        pairs.update((a, b) for i, a in enumerate(ranks) for b in ranks[i + 1 :])
    # the exact variance of a count is n p (1 − p) × cells / (cells − 1), so that Σ is a chi-square of cells − 1
    for counts, cells, p in ((singles, 12, 5 / 12), (pairs, 66, 20 / 132)):
        spread = sum((counts[key] - seeds * p) ** 2 for key in counts)
        assert len(counts) == cells
        assert spread / (seeds * p * (1 - p)) * (cells - 1) / cells < chi2.ppf(0.9999, cells - 1)


def test_the_same_seed_repeats_the_draw_whatever_the_order_of_the_strata_and_the_others():
    drawn = pd.Series({"E01": 11, "E15": 60, "E06": 1})
    first = draw.draw_ads(MIRRORED, drawn, 62, 0.2)
    again = draw.draw_ads(MIRRORED.iloc[::-1], drawn.iloc[::-1], 62, 0.2)
    pd.testing.assert_frame_equal(first, again)
    alone = draw.draw_ads(MIRRORED.loc[["E15"]], drawn[["E15"]], 62, 0.2)
    pd.testing.assert_frame_equal(alone, first[first["stratum"] == "E15"].reset_index(drop=True))
    assert keys(first) != keys(draw.draw_ads(MIRRORED, drawn, 63, 0.2))


def test_the_drawn_positions_of_a_seed_never_change():
    """Written down once: a change of generator or of seeding would break the studies already drawn."""
    ads = draw.draw_ads(frame_of({"E15": 171}), pd.Series({"E15": 5}), 62, 0.4)
    found = ads.sort_values("draw_order")[["ad_id", "rank_on_page", "double"]]
    assert list(found.itertuples(index=False, name=None)) == FROZEN


@settings(deadline=None, max_examples=cases(40))
@given(st.integers(1, 60), st.data(), st.integers(0, 2**63))
def test_drawing_more_keeps_what_was_drawn_and_doubled(size, data, seed):
    n = data.draw(st.integers(1, size))
    more = data.draw(st.integers(n, size))
    share = data.draw(st.floats(0, 1))
    wider = data.draw(st.floats(share, 1))
    frame = frame_of({"A01": size, "A02": 30})
    small = draw.draw_ads(frame, pd.Series({"A01": n, "A02": 4}), seed, share)
    large = draw.draw_ads(frame, pd.Series({"A01": more, "A02": 30}), seed, wider)
    assert keys(small) <= keys(large)
    assert set(small.loc[small["double"], "ad_id"]) <= set(large.loc[large["double"], "ad_id"])
    assert len(set(large["ad_id"])) == len(large) == more + 30
    # evenly spread: never further than a few ads from its share
    assert abs(large.loc[large["stratum"] == "A02", "double"].sum() - 30 * wider) <= 3


@pytest.mark.slow
@pytest.mark.parametrize(("seeds", "near"), [(900, 0.053)])
def test_every_order_of_draw_is_coded_twice_as_often(seeds, near):
    """Within three standard errors and a half."""
    doubled = [
        draw.draw_ads(frame_of({"A01": 9}), pd.Series({"A01": 9}), seed, 0.3).sort_values("draw_order")["double"]
        for seed in range(seeds)
    ]
    assert np.mean(doubled, axis=0) == pytest.approx([0.3] * 9, abs=near)


def test_columns_weights_and_numbers():
    ads = draw.draw_ads(MIRRORED, pd.Series({"E01": 11, "E15": 60}), 1, 0.2)
    assert tuple(ads.columns) == draw.COLUMNS
    assert ads.groupby("stratum")["weight"].sum().to_dict() == pytest.approx({"E01": 32, "E15": 171})
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,40}", ad_id) for ad_id in ads["ad_id"])
    assert draw.draw_ads(MIRRORED, pd.Series(dtype="int64"), 1).empty


def test_pages_and_ranks_on_pages_cover_the_list():
    frame = frame_of({"A01": 70}, page_size=[30])
    ads = draw.draw_ads(frame, pd.Series({"A01": 70}), 5)
    found = list(ads[["page_rank", "rank_on_page"]].itertuples(index=False, name=None))
    assert found == [(1 + i // 30, 1 + i % 30) for i in range(70)]


def test_a_list_with_other_ads_is_drawn_more_and_no_further_than_its_end():
    frame = frame_of({"A01": 100, "A02": 40}, listed=[250, 41])
    planned = draw.plan(frame, 60)
    assert planned["coded"].to_dict() == {"A01": 43, "A02": 17}
    assert planned["drawn"].to_dict() == {"A01": 108, "A02": 18}  # 43 × 2.5 = 107.5; 17 × 41 / 40 = 17.425
    assert draw.draw_ads(frame, planned["drawn"], 1)["rank_on_page"].max() > 100


def test_mirrors_are_collapsed_place_by_place_then_taken_whole():
    collapsed = draw.collapse_mirrors(MIRRORED)
    assert list(collapsed.index) == [code for code in ADS if not code.startswith("D")] + ["D01"]
    assert collapsed["stands_for"]["D01"] == 11 and collapsed["stands_for"]["E15"] == 1
    size = sample_size(int(MIRRORED["size"].sum()), 0.05, 0.95)
    planned = draw.plan(collapsed, size)["coded"]
    assert planned["D01"] == 17 and planned.sum() == min(size, collapsed["size"].sum())
    two = pd.DataFrame(
        {
            "site_code": ["D01", "D01", "D02", "D02", "D03"],
            "place": ["Arras", "Lens", "Arras", "Lens", "Lens"],
            "size": [0, 4, 3, 4, 4],
            "mirror_group": "M",
        }
    )
    two = two.set_index(draw.strata(two["site_code"], two["place"]))
    kept = draw.collapse_mirrors(two)
    assert kept["stands_for"].to_dict() == {"D01 / Lens": 3, "D02 / Arras": 1}
    assert draw.collapse_mirrors(two[::-1])["stands_for"].to_dict() == kept["stands_for"].to_dict()


def test_the_longest_mirror_stands_for_its_group():
    """The group of the note: a list of 10 and one of 17 have 17 ads at most, and those are drawn from."""
    late = frame_of({"D01": 10, "D02": 17, "D03": 17, "E01": 5}, mirror_group=["M", "M", "M", ""])
    kept = draw.collapse_mirrors(late)
    assert kept["size"].to_dict() == {"D02": 17, "E01": 5} and kept["stands_for"]["D02"] == 3
    assert draw.collapse_mirrors(late[::-1])["size"].to_dict() == {"E01": 5, "D02": 17}


def test_sizes_for_a_design_effect_and_losses():
    assert draw.planned_size(249, 699) == 249
    assert draw.planned_size(249, 699, 1.5, 0.1) == 415
    assert draw.planned_size(249, 300, 1.5, 0.1) == 300
    for wrong in ((-1, 9), (5, 9, 0), (5, 9, 1, 1), (5, 9, 1, -0.1)):
        with pytest.raises(ValueError):
            draw.planned_size(*wrong)


def test_published_domains_ask_for_more_than_the_whole():
    sizes = draw.domain_sizes(pd.Series({"E15": 171, "E20": 160, "rest": 368, "none": 0}), 0.05, 0.95)
    # 384.1458 / (1 + 383.1458 / N): 118.58, 113.29, 188.2
    assert sizes["size"].to_dict() == {"E15": 119, "E20": 114, "rest": 189, "none": 0}
    assert sizes["overall"].to_dict() == {"E15": 487, "E20": 499, "rest": 359, "none": 0}
    assert (sizes["margin"].dropna() <= 0.05).all()
    assert sizes["margin"].isna().to_dict() == {"E15": False, "E20": False, "rest": False, "none": True}


def test_the_digest_tells_frames_apart_and_not_orders():
    assert draw.frame_digest(MIRRORED) == draw.frame_digest(MIRRORED.iloc[::-1])
    other = MIRRORED.assign(size=MIRRORED["size"].where(MIRRORED.index != "E15", 172))
    assert draw.frame_digest(MIRRORED) != draw.frame_digest(other)


@pytest.mark.parametrize(("drawn", "share"), [({"E01": 33}, 0), ({"X99": 1}, 0), ({"E01": 1}, 1.5)])
def test_an_impossible_draw_is_refused(drawn, share):
    with pytest.raises(ValueError):
        draw.draw_ads(MIRRORED, pd.Series(drawn), 1, share)


def test_mirrors_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="17"):
        draw.plan(draw.collapse_mirrors(MIRRORED), 16)
