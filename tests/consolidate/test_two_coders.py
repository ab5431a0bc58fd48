"""Two persons who code the same things: each numbers her own groups, and where they differ limits reach from one to the other."""

from __future__ import annotations

import handmade
import numpy as np
import pandas as pd
import pytest

from diagnostic.consolidate import ads as coded_ads
from diagnostic.consolidate.gathered import coded
from diagnostic.consolidate.people import DISPUTED
from diagnostic.core.tables import model
from diagnostic.estimate.codings import plain
from diagnostic.estimate.people import described
from diagnostic.estimate.sample.usable import usable_ads

ROW = {"site_code.code": "E01", "coded_on.date": pd.Timestamp("2026-04-10"), "disposition.code": "relevant"}


def sheet(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    """Ads from (number, coder, group, doubt), as the collect phase gives them."""
    names = ["ad_id.code", "coder.code", "cluster_id.code", "cluster_maybe.code"]
    made = pd.DataFrame([dict(zip(names, row, strict=True)) | ROW for row in rows])
    return handmade.placed(made, 1)


def persons(rows: list[tuple[str, str, str, str]], common: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The usable ads with their persons, and what became of the rows."""
    empty = model("collect/ad_copies").empty()
    received = pd.DataFrame({"role": "coded_ads", "sheet": 1, "row": range(2, len(rows) + 2)})
    made = coded_ads.consolidate(sheet(rows), empty, received, {}, common, **handmade.BOOK)
    drawn = pd.DataFrame({"ad_id": sorted({row[0] for row in rows}), "stratum": "E01"})
    return usable_ads(plain(made["codings"]), drawn), made["ads_rows"]


def test_a_number_given_by_two_coders_is_two_groups() -> None:
    """Sixty-one persons of two ads each, the first thirty-one coded by one person and the others by another, both from G001."""
    rows = [
        (f"A{at:03d}{copy}", "AB" if at < 31 else "CD", f"G{at % 31 + 1:03d}", "no_answer")
        for at in range(61)
        for copy in (1, 2)
    ]
    ads, ledger = persons(rows)
    assert ads["person"].nunique() == 61
    assert ledger["rules"].str.contains("groupes_par_personne").sum() == 120  # all but the group that one alone has
    together, ledger = persons(rows, common=True)
    assert together["person"].nunique() == 31
    assert not ledger["rules"].str.contains("groupes_par_personne").any()


def test_a_doubt_names_the_coders_own_group() -> None:
    rows = [
        ("A1", "AB", "G001", "no_answer"),
        ("A2", "AB", "no_answer", "G001"),
        ("A3", "CD", "G001", "no_answer"),
        ("A4", "CD", "no_answer", "A3"),
        ("A5", "CD", "G002", "no_answer"),
    ]
    ads, _ = persons(rows)
    assert dict(zip(ads["ad_id"], ads["person"], strict=True)) == {
        "A1": "group G001 (AB)",
        "A2": "ad A2",
        "A3": "group G001 (CD)",
        "A4": "ad A4",
        "A5": "group G002",
    }
    assert ads.set_index("ad_id")["maybe"].dropna().to_dict() == {"A2": "group G001 (AB)", "A4": "group G001 (CD)"}


def test_a_second_coding_of_the_same_ads_renames_nothing() -> None:
    rows = [("A1", "AB", "G001", "no_answer"), ("A1", "CD", "G001", "no_answer")]
    ads, ledger = persons(rows)
    assert ads["person"].tolist() == ["group G001"]
    assert not ledger["rules"].str.contains("groupes_par_personne").any()


def test_what_is_arbitrated_of_an_ad_is_its_first_coding() -> None:
    rows = [
        ("A1", "AB", "G001", "no_answer"),
        ("A1", "CD", "G002", "no_answer"),
        ("A1", "arbitrage", "G002", "no_answer"),
    ]
    ads, ledger = persons(rows)
    assert ads["person"].tolist() == ["group G002"] and ads["coder"].tolist() == ["arbitrage"]
    assert ledger["rules"].str.contains("second_codage").tolist() == [True, True, False]


NAMED = {"poverty": "vuln.economic", "addiction": "vuln.addiction"}


# -- Situations coded twice -----------------------------------------------------------------------------------------


def told(*codings: tuple[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts of the study written by hand, where one of its situations is coded by (coder, factors) in turn; the situation."""
    made = handmade.consolidated()
    own = made["described"].drop(columns=[n for n in made["described"] if n.startswith(("vulnerability/", "coding_"))])
    first = own[own["situation_status.code"].eq("prov") & own["persons"].eq(1)].iloc[[0]]
    names = [option.code for option in handmade.CODEBOOK.lists["vulnerability"]]
    coding = pd.DataFrame(
        [
            {"situation": first["situation"].item(), "coder.code": coder}
            | {f"vulnerability/{n}": "ticked" if n in factors.split() else "not_ticked" for n in names}
            for coder, factors in codings
        ]
    )
    said = coded(own, handmade.placed(coding, 1))
    found = described.estimate(said, made["pairs"], handmade.layout(), "00-2026", **handmade.BOOK)["described_facts"]
    return found.set_index("fact_id"), said


def limits(facts: pd.DataFrame, name: str) -> tuple[float, float, float]:
    one = facts.loc[name]
    return (one["value"], *((one["value"],) * 2 if one["interval_kind"] == "none" else (one["low"], one["high"])))


@pytest.fixture(scope="module")
def alone() -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the facts are where the first coder alone, or the second one alone, has coded."""
    return told(("AB", "poverty"))[0], told(("CD", "addiction"))[0]


def test_a_disagreement_opens_the_limits_from_one_coder_to_the_other(alone: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    facts, _ = told(("CD", "addiction"), ("AB", "poverty"))
    for name in NAMED.values():
        either = [limits(one, name) for one in alone]
        value, low, high = limits(facts, name)
        assert value == either[0][0]
        assert (low, high) == (min(one[1] for one in either), max(one[2] for one in either))
    assert DISPUTED in facts.loc[NAMED["poverty"], "rules"]
    assert facts.loc["agreement.situations_disputed.vulnerability", "value"] == 1


def test_what_is_arbitrated_is_a_point_and_agreement_still_counts_both(
    alone: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    facts, said = told(("AB", "poverty"), ("CD", "addiction"), ("arbitrage", "addiction"))
    for name in NAMED.values():
        assert limits(facts, name) == limits(alone[1], name)
    assert facts.loc["agreement.situations_disputed.vulnerability", "value"] == 0
    assert facts.loc["agreement.situations.vulnerability", "denominator"] == 1
    assert said["coding_settled"].sum() == 1


def test_two_who_agree_change_nothing(alone: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    facts, _ = told(("AB", "poverty"), ("CD", "poverty"))
    rest = facts[~facts.index.str.startswith("agreement.")]
    same = alone[0].loc[rest.index]
    assert np.array_equal(rest[["value", "low", "high"]], same[["value", "low", "high"]], equal_nan=True)
    assert rest["interval_kind"].tolist() == same["interval_kind"].tolist()
