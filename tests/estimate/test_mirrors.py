"""Mirrors of unequal lengths: what is said of them and what is drawn from are the same lists."""

from __future__ import annotations

import pandas as pd
from replay import Estimated, estimated


def test_what_the_report_counts_is_what_is_drawn_from() -> None:
    """D02 shows 17 ads and D01, its mirror, the 10 that it had the day before."""

    def change(collected: dict[str, pd.DataFrame]) -> None:
        counts = collected["ad_counts"]
        counts.loc[counts["site_code"] == "D01", "count"] = 10
        counts.loc[counts["site_code"] == "D02", "count"] = 17

    study: Estimated = estimated("99-2026", change, roles=("sites", "ad_counts", "ad_pages"))
    frame = study.table("estimate/frame").set_index("stratum")
    assert frame.loc[["D01", "D02"], "kept"].to_list() == [False, True]
    facts = study.facts["value"]
    assert (facts["ads.mirror_distinct"], facts["ads.mirror_redundant"]) == (17, 10)
    assert facts["ads.frame_collapsed"] == facts["draw.frame_ads"]
    assert facts["ads.allocation_collapsed.D02"] == 17 and facts["ads.allocation_collapsed.D01"] == 0
