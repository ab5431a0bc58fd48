"""The sites of the register: a site that nobody counted is not a site without ads."""

from __future__ import annotations

import pandas as pd

from diagnostic.estimate.internet import steps
from diagnostic.estimate.internet.frame import site_totals
from diagnostic.estimate.places import Places

SITES = pd.DataFrame(
    {
        "site_code": ["E01", "E02", "E03"],
        "category": "escorting",
        "mirror_group": None,
        "under_mirror_label": None,
        "site_row": [2, 3, 4],
        "place": None,
        "method": ["exact", "exact", None],
        "count": [12.0, 0.0, None],
        "row": [2.0, 3.0, None],
    }
)
NO_PAGES = pd.DataFrame(columns=["site_code", "place", "page_rank", "row"])
NOWHERE = Places(pd.DataFrame(columns=["table", "role", "origin", "name", "file", "sheet", "number", "column"]))


def told(counts: pd.DataFrame) -> dict[str, float | None]:
    totals = site_totals(counts, NO_PAGES, {"confidence": 0.95, "seed": 1})
    return {one.fact_id: one.value for one in steps.site_facts(totals, NOWHERE)}


def test_a_site_that_nobody_counted_is_told_apart_from_one_without_ads() -> None:
    found = told(SITES)
    assert found["ads.sites"] == 3 and found["ads.sites_with_ads"] == 1 and found["ads.sites_uncounted"] == 1


def test_where_every_site_was_counted_nothing_is_said_of_others() -> None:
    assert "ads.sites_uncounted" not in told(SITES.iloc[:2])
