"""Mirrors of unequal lengths: what is said of them, sized and drawn is one frame."""

from __future__ import annotations

import pandas as pd
import pytest
from replay import Estimated, estimated


@pytest.fixture(scope="module")
def study() -> Estimated:
    """D02 shows 17 ads, and D01, its mirror, the 10 that it had the day before."""

    def change(collected: dict[str, pd.DataFrame]) -> None:
        counts = collected["ad_counts"]
        counts.loc[counts["site_code"] == "D01", "count"] = 10
        counts.loc[counts["site_code"] == "D02", "count"] = 17

    return estimated("99-2025", change, roles=("sites", "ad_counts", "ad_pages"))


@pytest.mark.slow
def test_what_the_report_counts_is_what_is_drawn_from(study: Estimated) -> None:
    frame = study.table("estimate/frame").set_index("stratum")
    assert frame.loc[["D01", "D02"], "kept"].to_list() == [False, True]
    facts = study.facts["value"]
    assert (facts["ads.mirror_distinct"], facts["ads.mirror_redundant"]) == (17, 10)
    assert facts["ads.frame_collapsed"] == facts["draw.frame_ads"]
    assert facts["ads.allocation_collapsed.D02"] == 17


@pytest.mark.slow
def test_the_sample_is_sized_on_the_frame_that_it_is_drawn_from(study: Estimated) -> None:
    """E01 12 + 5, E02 3, A01 1635, A02 137, D02 17: 1809 whole ads; 384.146 / (1 + 383.146 / 1809) = 317.0 → 318."""
    facts, frame = study.facts, study.table("estimate/frame")
    assert facts.at["ads.sample_frame", "value"] == frame.loc[frame["kept"], "size"].sum() == 1809
    assert facts.at["ads.sample_size", "denominator"] == 1809
    for name in ("ads.sample_frame", "ads.sample_size", "ads.allocation.A01"):
        assert (
            facts.at[name, "universe"] == facts.at["draw.to_code", "universe"] == "annonces du champ, miroirs regroupés"
        )
    assert "ads.allocation.D01" not in facts.index  # its ads are in the frame by D02


def test_a_publication_keeps_the_frame_that_it_was_sized_on_and_names_it() -> None:
    facts = estimated("62-2020").facts
    assert (facts.at["ads.sample_frame", "value"], facts.at["ads.sample_size", "value"]) == (699, 249)
    assert facts.at["ads.sample_size", "universe"] == "annonces d’offre répertoriées, miroirs compris"
    assert "publication" in facts.at["ads.sample_frame", "method"]
