"""Counting rules of the Internet strand: the latest window, unspecified places, and where each row went."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnostic.collect.steps import read_study
from diagnostic.consolidate.lists import internet
from diagnostic.consolidate.tables import TABLES

SITES = (
    "site_code,category,mirror_group,status,under_mirror_label,remarks\n"
    "E02,escorting,,open,,\n"
    "E01,escorting,,not_stated,,\n"
    "D01,dating,miroir-1,open,oui,\n"
    "D02,dating,miroir-1,closed,non,\n"
)
COUNTS = (
    "site_code,place,count,method,window_start,window_end\n"
    "E01,Arras,12,exact,2026-01-05,2026-01-20\n"
    "E01,Arras,9,exact,2025-06-01,2025-06-10\n"
    "E01,Arras,10,exact,2025-09-01,2025-09-10\n"
    "E01,Lens,4,exact,2025-06-01,2025-06-10\n"
    "E01,,2,exact,2025-06-01,2025-06-10\n"
    "E02,,,page_extrapolated,2026-01-05,2026-01-20\n"
    "D01,,5,exact,2026-01-05,2026-01-20\n"
)
PAGES = (
    "site_code,place,page_rank,ads_shown,ads_relevant,pages_total,ads_announced\nE02,,1,20,15,3,55\nE02,,2,20,10,3,\n"
)
FILES = {"sites": "registre.csv", "ad_counts": "decomptes.csv", "ad_pages": "pages.csv"}


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    texts = {"sites": SITES, "ad_counts": COUNTS, "ad_pages": PAGES}
    collected = read_study({role: text.encode() for role, text in texts.items()}, FILES)
    assert not collected.blocked, collected.problems
    tables = {role: collected.tables[role] for role in texts}
    return internet(**tables, files=FILES)


def test_every_table_is_as_declared(made: dict[str, pd.DataFrame]) -> None:
    for name, frame in made.items():
        pd.testing.assert_frame_equal(TABLES[name].validate(frame), frame)


def test_the_latest_window_of_a_site_and_place_is_kept(made: dict[str, pd.DataFrame]) -> None:
    kept = made["counts"].dropna(subset=["count"])
    assert list(zip(kept["site_code"], kept["place"].fillna(""), kept["count"], strict=True)) == [
        ("E01", "Arras", 12),  # 12 is of January 2026, 9 and 10 are older
        ("E01", "Lens", 4),  # each place has its own latest window
        ("E01", "", 2),
        ("D01", "", 5),
    ]


def test_sites_keep_the_order_of_the_register_even_uncounted(made: dict[str, pd.DataFrame]) -> None:
    counts = made["counts"]
    assert list(counts["site_code"].drop_duplicates()) == ["E02", "E01", "D01", "D02"]
    uncounted = counts[counts["site_code"] == "D02"]
    assert len(uncounted) == 1 and uncounted[["count", "method", "row"]].isna().all(axis=None)
    assert list(uncounted["mirror_group"]) == ["miroir-1"] and list(uncounted["site_row"]) == [5]


def test_every_row_received_says_what_became_of_it(made: dict[str, pd.DataFrame]) -> None:
    rows = made["internet_rows"]
    assert rows.groupby("role")["row"].agg(list).to_dict() == {
        "ad_counts": [2, 3, 4, 5, 6, 7, 8],
        "ad_pages": [2, 3],
        "sites": [2, 3, 4, 5],
    }
    aside = rows[rows["outcome"] == "set_aside"]
    assert list(zip(aside["file"], aside["row"], aside["rules"], strict=True)) == [
        ("decomptes.csv", 3, "derniere_fenetre"),
        ("decomptes.csv", 4, "derniere_fenetre"),
    ]
    assert aside["reason"].str.contains("plus récent").all()
    assert (rows.loc[rows["outcome"] == "kept", "reason"] == "").all()


def test_rules_touch_the_rows_they_say(made: dict[str, pd.DataFrame]) -> None:
    rows = made["internet_rows"]
    touched = {
        name: [(r.role, r.row) for r in rows[rows["rules"].str.contains(name)].itertuples()]
        for name in ("lieu_non_ventile", "etat_non_precise")
    }
    assert touched == {
        "lieu_non_ventile": [("ad_counts", 6), ("ad_counts", 7), ("ad_counts", 8)],
        "etat_non_precise": [("sites", 3)],
    }


def test_two_rules_on_one_row_are_both_named() -> None:
    older = COUNTS + "D01,,3,exact,2025-01-01,2025-01-02\n"
    texts = {"sites": SITES, "ad_counts": older, "ad_pages": PAGES}
    tables = read_study({role: text.encode() for role, text in texts.items()}, FILES).tables
    rows = internet(tables["sites"], tables["ad_counts"], tables["ad_pages"], FILES)["internet_rows"]
    last = rows[(rows["role"] == "ad_counts") & (rows["row"] == 9)].iloc[0]
    assert (last["rules"], last["outcome"]) == ("lieu_non_ventile; derniere_fenetre", "set_aside")
