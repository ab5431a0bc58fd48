"""From coding sheets to usable ads, persons and multiplicities."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnostic.core import io
from diagnostic.core.tables import model
from diagnostic.estimate.formulas.uncertainty import estimate_persons
from diagnostic.estimate.sample import usable as sample_usable
from diagnostic.estimate.sample.steps import REVIEW
from diagnostic.estimate.sample.usable import link

# ad, coder, date, site, disposition, group, searched, total
CODINGS = pd.DataFrame(
    [
        ("E01-1", "ab", "2026-02-02", "E01", "relevant", "k1", "yes", 3),
        ("E01-1", "cd", "2026-02-01", "E01", "relevant", None, "yes", 3),
        ("E01-2", "ab", "2026-02-02", "E01", "relevant", "k1", "yes", 3),
        ("E02-1", "ab", "2026-02-02", "E02", "not_prostitution", None, "no", None),
        ("E02-2", "ab", "2026-02-02", "E02", "relevant", "", "yes", 12),
        ("E02-3", "ab", "2026-02-02", "E02", "relevant", None, "no", None),
        ("E02-4", "ab", "2026-02-02", "E02", "relevant", None, "yes", 1),
        ("X99-1", "ab", "2026-02-02", "E02", "relevant", None, "no", None),
    ],
    columns=["ad_id", "coder", "coded_on", "site_code", "disposition", "cluster_id", "copies_searched", "copies_total"],
)
DRAWN = pd.DataFrame({"ad_id": ["E01-1", "E01-2", "E02-1", "E02-2", "E02-3", "E02-4", "E02-5"]})
DRAWN["stratum"] = DRAWN["ad_id"].str[:3]
COPIES = pd.DataFrame(
    [
        ("E01-1", "E01", 2),
        ("E01-1", "E02", 1),
        ("E01-2", "E01", 2),
        ("E01-2", "E02", 1),
        # one ad of its own, and eleven mirrors of which only D01 is in the frame
        *(("E02-2", f"D{number:02}", 1) for number in range(1, 12)),
    ],
    columns=["ad_id", "site_code", "copies"],
)
SITES = ["E01", "E02", "D01"]


def usable() -> pd.DataFrame:
    return sample_usable.usable_ads(CODINGS, DRAWN)


def test_relevant_drawn_ads_with_their_first_coding():
    ads = usable().set_index("ad_id")
    assert list(ads.index) == ["E01-1", "E01-2", "E02-2", "E02-3", "E02-4"]
    # the earliest coding of E01-1, by « cd », sees no group
    assert ads["person"].to_dict()["E01-1"] == "ad E01-1" and ads["person"].to_dict()["E01-2"] == "group k1"
    assert ads["stratum"].to_dict()["E02-3"] == "E02"
    assert ads["person"].nunique() == 5


def test_copies_count_in_the_sampled_frame_only():
    ads, table, conflicts = sample_usable.multiplicities(usable(), COPIES, SITES)
    found = ads.set_index("ad_id")["multiplicity"]
    assert found.drop("E02-3").to_dict() == {"E01-1": 3, "E01-2": 3, "E02-2": 2, "E02-4": 1}
    assert np.isnan(found["E02-3"])  # its copies were not searched
    assert conflicts.empty
    assert table.loc["ad E02-2"].to_dict() == {"E01": 0, "E02": 1, "D01": 1}


def test_the_ads_of_a_person_share_the_most_that_was_found():
    one = CODINGS[CODINGS["coder"] == "ab"].copy()
    one.loc[one["ad_id"] == "E01-2", "copies_total"] = 2
    fewer = COPIES.drop(index=3)
    ads, table, conflicts = sample_usable.multiplicities(sample_usable.usable_ads(one, DRAWN), fewer, SITES)
    found = ads.set_index("ad_id")
    assert found.loc[["E01-1", "E01-2"], "person"].to_list() == ["group k1"] * 2
    assert found.loc[["E01-1", "E01-2"], "multiplicity"].to_list() == [3, 3]
    assert table.loc["group k1"].to_dict() == {"E01": 2, "E02": 1, "D01": 0}
    assert conflicts.to_numpy().tolist() == [["E01-2", "group"]]


def test_a_total_that_its_detail_contradicts_is_shown():
    wrong = CODINGS.copy()
    wrong.loc[wrong["ad_id"] == "E02-2", "copies_total"] = 30
    _, _, conflicts = sample_usable.multiplicities(sample_usable.usable_ads(wrong, DRAWN), COPIES, SITES)
    assert conflicts.to_numpy().tolist() == [["E02-2", "total"]]
    assert set(conflicts["conflict"]) <= set(sample_usable.CONFLICTS)


def test_a_total_of_all_lists_bounds_the_copies_of_the_frame():
    """Twelve in all, the ad and eleven elsewhere: all on the mirrors, one of the frame shows on eleven; on none, twelve."""
    without = COPIES[COPIES["ad_id"] != "E02-2"]
    mirrors = sample_usable.Mirrors({"D01": 11}, 11, 0.5)
    ads, _, conflicts = sample_usable.multiplicities(usable(), without, SITES, mirrors)
    found = ads.set_index("ad_id")[["least", "multiplicity", "most"]]
    assert found.loc["E02-2"].to_list() == [2, 7, 12] and found.loc["E02-4"].to_list() == [1, 1, 1]
    assert conflicts.to_numpy().tolist() == [["E02-2", "detail"]]
    assert sample_usable.read_by(ads, conflicts) == ("copies_inconnues", "copies_reparties")  # E02-3 was not searched
    of_mirror = usable().assign(site_code="D01")
    ads, _, _ = sample_usable.multiplicities(of_mirror, without, SITES, mirrors)
    assert ads.set_index("ad_id").loc["E02-2", ["least", "most"]].to_list() == [2, 2]  # its own eleven, and one more
    whole, _, _ = sample_usable.multiplicities(usable(), without, SITES)
    assert whole.set_index("ad_id").loc["E02-2", "multiplicity"] == 12


def test_an_open_or_an_unknown_number_of_copies_reaches_to_the_ceiling():
    open_ = usable().assign(copies_total_open=lambda ads: ads["ad_id"].eq("E02-4"))
    ads, _, conflicts = sample_usable.multiplicities(open_, COPIES, SITES, most=50)
    found = ads.set_index("ad_id")[["least", "multiplicity", "most"]]
    assert found.loc["E02-4"].to_list() == [1, 1, 50] and found.loc["E01-1"].to_list() == [3, 3, 3]
    assert found.loc["E02-3", ["least", "most"]].to_list() == [1, 50] and np.isnan(found.loc["E02-3", "multiplicity"])
    assert sample_usable.read_by(ads, conflicts) == ("copies_au_moins", "copies_inconnues")
    there = COPIES.assign(open=COPIES["ad_id"].eq("E02-2") & COPIES["site_code"].eq("D01"))
    ads, _, _ = sample_usable.multiplicities(usable(), there, SITES, most=50)
    assert ads.set_index("ad_id").loc["E02-2", ["least", "most"]].to_list() == [2, 50]


def test_fewer_copies_than_were_drawn_are_told_and_lifted():
    ads = usable().assign(person="group k")
    found, _, conflicts = sample_usable.multiplicities(ads, COPIES.iloc[:0], SITES)
    assert found["multiplicity"].eq(12).all() and found["found"].dropna().tolist() == [3, 3, 12, 1]
    told = dict(conflicts.to_numpy())
    assert told == {"E01-1": "fewer", "E01-2": "fewer", "E02-4": "fewer"}


def test_never_fewer_copies_than_were_drawn():
    ads = usable().assign(person="group k", copies_searched="yes", copies_total=1)
    found, _, _ = sample_usable.multiplicities(ads, COPIES.iloc[:0], SITES)
    assert set(found["multiplicity"]) == {5}


def test_the_tables_are_those_of_the_estimator():
    """Ten persons with two ads each, one on each site, all copies found: both estimators are near ten."""
    rng = np.random.default_rng(1)
    rows, copies, drawn = [], [], []
    for site in ("E01", "E02"):
        for person in rng.choice(10, 6, replace=False):
            ad = f"{site}-{person}"
            rows.append((ad, "ab", "2026-01-05", site, "relevant", f"p{person}", "yes", 2))
            copies += [(ad, "E01", 1), (ad, "E02", 1)]
            drawn.append((ad, site))
    ads = sample_usable.usable_ads(
        pd.DataFrame(rows, columns=CODINGS.columns), pd.DataFrame(drawn, columns=["ad_id", "stratum"])
    )
    ads, table, conflicts = sample_usable.multiplicities(
        ads, pd.DataFrame(copies, columns=COPIES.columns), ["E01", "E02"]
    )
    share, check = estimate_persons(ads["stratum"], ads["person"], table, {"E01": 10, "E02": 10})
    assert conflicts.empty and share.value == pytest.approx(10)
    assert check.low <= 10 <= check.high


def test_a_possible_group_is_told_apart_and_must_exist():
    drawn = pd.DataFrame({"ad_id": ["a", "b", "c"], "stratum": "E01"})
    given = pd.DataFrame(
        {
            "ad_id": ["a", "b", "c"],
            "coder": "AB",
            "coded_on": "2026-03-01",
            "disposition": "relevant",
            "site_code": "E01",
            "cluster_id": ["k1", "k2", None],
            "cluster_maybe": [None, "k1", "k2"],
        }
    )
    found = sample_usable.usable_ads(given, drawn).set_index("ad_id")
    assert found["person"].to_dict() == {"a": "group k1", "b": "group k2", "c": "ad c"}
    assert found["maybe"].dropna().to_dict() == {"b": "group k1", "c": "group k2"}
    same = sample_usable.usable_ads(given.assign(cluster_maybe=["k1", None, ""]), drawn)
    assert same["maybe"].isna().all()  # one's own group is no doubt


def test_a_lone_ad_can_be_named_in_a_doubt():
    drawn = pd.DataFrame({"ad_id": ["a", "b", "c", "d", "e"], "stratum": "E01"})
    given = pd.DataFrame(
        {
            "ad_id": ["a", "b", "c", "d", "e"],
            "coder": "AB",
            "coded_on": "2026-03-01",
            "disposition": ["relevant", "relevant", "relevant", "relevant", "no_place"],
            "site_code": "E01",
            "cluster_id": ["k1", None, None, "b", None],
            # a group that is also an ad's number is the group; an ad of a group stands for its group
            "cluster_maybe": ["c", "a", "b", "d", None],
        }
    )
    found = sample_usable.usable_ads(given, drawn).set_index("ad_id")["maybe"]
    assert found.dropna().to_dict() == {"a": "ad c", "b": "group k1", "c": "group b"}  # d names itself: no doubt


def test_a_doubt_that_names_nobody_is_an_ad_to_look_at_and_stops_nothing():
    """An unknown group, an ad that is not relevant: both are told, in a table that the door accepts."""
    given = CODINGS[CODINGS["coder"] == "ab"].assign(cluster_maybe=["G999", "E02-1", None, None, "E01-2", None, None])
    typed = given.rename(columns={name: f"{name}.code" for name in given if name not in ("coded_on", "copies_total")})
    typed = typed.rename(columns={"coded_on": "coded_on.date", "copies_total": "copies_total.number"}).assign(turn=1)
    frame = pd.DataFrame({"stratum": ["E01", "E02"], "site_code": ["E01", "E02"], "size": 40, "kept": True})
    found = link(typed, COPIES, model("collect/ad_pages").empty(), frame, DRAWN, None)
    told = found["conflicts"]
    assert told.loc[told["conflict"] == "maybe", "ad_id"].to_list() == ["E01-1", "E01-2"]
    assert set(told["conflict"]) <= set(REVIEW)
    assert len(io.validate(told, "estimate/conflicts")) == len(told)
