"""Two persons who code the same things: each numbers her own groups, and where they differ limits reach from one to the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import handmade
import numpy as np
import pandas as pd
import pytest
import territories
from replay import outlined

from diagnostic.collect.table_names import NAMED_AD
from diagnostic.consolidate import ads as coded_ads
from diagnostic.consolidate import located
from diagnostic.consolidate.coders import DISPUTED, SETTLED, between
from diagnostic.consolidate.gathered import coded
from diagnostic.core.tables import model
from diagnostic.estimate.formulas import profiles
from diagnostic.estimate.people import described
from diagnostic.estimate.places import plain
from diagnostic.estimate.sample.usable import read_again, usable_ads

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


def test_in_dispute_both_coders_make_it_sure_and_one_of_them_makes_it_possible() -> None:
    """In dispute, arbitrated, coded once."""
    coded_twice = pd.DataFrame({"family.codings": ["a / b", "a / b", pd.NA], SETTLED: [False, True, pd.NA]})
    for option, first, sure, may in (("a", [1, 1, 0], [0, 1, 0], [1, 1, 0]), ("b", [0, 0, 0], [0, 0, 0], [1, 0, 0])):
        found = between(coded_twice, "family", option, np.array(first, dtype=bool))
        assert [each.astype(int).tolist() for each in found] == [sure, may]


def test_a_group_named_by_one_of_its_ads_is_the_same_for_all_coders() -> None:
    """« Doublon de l’annonce n° 2 », coded by somebody else than annonce 2; G001 stays each one's own."""
    made = [("2", "AB"), ("3", "CD"), ("4", "AB")]
    rows = [(ad, coder, f"{NAMED_AD}2", "no_answer") for ad, coder in made]
    rows += [("5", "AB", "G001", "no_answer"), ("6", "CD", "G001", "2")]
    ads, _ = persons(rows)
    person = dict(zip(ads["ad_id"], ads["person"], strict=True))
    assert {person[ad] for ad, _ in made} == {f"group {NAMED_AD}2"}
    assert (person["5"], person["6"]) == ("group G001 (AB)", "group G001 (CD)")
    assert ads.set_index("ad_id")["maybe"].dropna().to_dict() == {"6": person["2"]}


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


# -- Communes coded twice -------------------------------------------------------------------------------------------


def communes(*codings: str, settled: bool = False) -> pd.DataFrame:
    """The facts by place of `territories.EIGHT`, where R3, 40 persons in Port-Neuf by its first coder, is coded several times."""
    frame = territories.described(territories.EIGHT)
    at, missing = frame["record"].eq("R3"), pd.array([pd.NA] * len(frame), dtype="str")
    own = {"commune.codings": pd.Series(missing).mask(at, " / ".join(codings)), "coding_settled": at & settled}
    frame = frame.assign(**own)
    frame = frame.assign(**located.places(frame, np.arange(len(frame)), outlined(territories.STUDY)))
    return territories.facts(territories.EIGHT, described=frame).set_index("fact_id")


def test_a_commune_in_dispute_is_between_both_coders() -> None:
    """Villeneuve has 105 sure persons, Port-Neuf 40: R3 is in the one or in the other. R8, out of the département, is in neither."""
    facts, alone = communes("F07", "F23"), communes()
    place = "territory.persons.commune.{}".format
    assert limits(facts, place("F07")) == (40, 0, 40)
    assert limits(facts, place("F23")) == (105, 105, 145)
    assert limits(alone, place("F07")) == (40, 40, 40) and limits(alone, place("F23")) == (105, 105, 105)
    assert DISPUTED in facts.loc[place("F23"), "rules"]
    assert limits(facts, "places.communes") == (5, 4, 5) and limits(alone, "places.communes") == (5, 5, 5)
    settled = communes("F07", "F23", settled=True)
    assert limits(settled, place("F07")) == (40, 40, 40) and limits(settled, "places.communes") == (5, 5, 5)


def test_a_commune_that_only_one_coder_knows_may_be_any_or_none() -> None:
    facts = communes("F07", "")
    assert limits(facts, "territory.persons.commune.F07") == (40, 0, 40)
    assert limits(facts, "territory.persons.located") == (195, 155, 195)


# -- Ads coded twice ------------------------------------------------------------------------------------------------
LISTS = {"A": 30, "B": 12}
FIRST = pd.DataFrame(
    {
        "stratum": ["A"] * 6 + ["B"] * 4,
        "gender_presented": ["woman", "man", "woman", "dk", "woman", "man", "woman", "woman", "man", None],
        "declared_age": pd.array([25, None, 40, 31, None, 22, 35, 28, None, 50], dtype="Int64"),
        "network_sign/english": [True, False, False, True, False, False, True, False, False, True],
        "network_sign/none": [False, True, True, False, True, True, False, True, False, False],
        "multiplicity": pd.array([4, 2, 1, 1, 2, None, 1, 3, 1, 2], dtype="Int64"),
    }
)
CHANGES = {  # row → what the second person coded otherwise
    0: {"gender_presented": "man", "declared_age": None},
    3: {"gender_presented": "woman", "declared_age": 33, "network_sign/english": False, "network_sign/none": True},
    7: {"gender_presented": None, "network_sign/english": True, "network_sign/none": False},
    8: {"gender_presented": "woman", "declared_age": 60},
}


def changed(rows: Iterable[int]) -> pd.DataFrame:
    made = FIRST.copy()
    for row in rows:
        for name, value in CHANGES[row].items():
            made.loc[row, name] = value
    return made


def lines(ads: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    given: dict[str, object] = {"options": {"gender_presented": ["woman", "man"]}, "others": others}
    found = profiles.profiles(ads, LISTS, ["gender_presented", "network_sign"], ["declared_age"], **given)
    signs = profiles.network_signs(ads, LISTS, least=(1,), others=others)
    return pd.concat([found, signs]).set_index(["variable", "measure", "option", "unit"])


def test_limits_of_a_profile_hold_whatever_is_arbitrated() -> None:
    """Each ad in dispute as the one or the other coder has it, in sixteen ways: the value of each is within the limits, which are
    those of the lowest and of the highest."""
    both, alone = lines(FIRST, changed(CHANGES)), lines(FIRST)
    ways = pd.concat([lines(changed(rows)) for n in range(5) for rows in itertools.combinations(CHANGES, n)])
    assert len(ways) == 16 * len(both) and both["value"].equals(alone["value"])
    least, most = (ways.sort_values("value").groupby(level=[0, 1, 2, 3]).nth(at) for at in (0, -1))
    assert (both["low"] <= least["value"].reindex(both.index)).all()
    assert (both["high"] >= most["value"].reindex(both.index)).all()
    assert np.allclose(both["low"], np.minimum(least["low"].reindex(both.index), alone["low"]))
    assert np.allclose(both["high"], np.maximum(most["high"].reindex(both.index), alone["high"]))
    same = both.index.isin([("network_sign", "missing", "", unit) for unit in ("ad", "person")])
    assert (both["disputed"] & both["bounded"]).tolist() == (~same).tolist()


def test_an_ad_is_read_again_as_its_second_coder_had_it_unless_it_was_settled() -> None:
    """A1 is in dispute, A2 was arbitrated, A3 has one coder: the table of second readings changes the first alone."""
    rows = [("A1", "AB"), ("A1", "CD"), ("A2", "AB"), ("A2", "CD"), ("A2", "arbitrage"), ("A3", "AB")]
    coded_as = dict(zip(rows, ["yes", "no", "yes", "no", "no", "yes"], strict=True))
    ads = sheet([(*row, "no_answer", "no_answer") for row in rows])
    ads = ads.assign(**{"passing_through.code": list(coded_as.values())})
    received = pd.DataFrame({"role": "coded_ads", "sheet": 1, "row": range(2, len(rows) + 2)})
    made = coded_ads.consolidate(ads, model("collect/ad_copies").empty(), received, {}, **handmade.BOOK)
    answers = plain(made["codings"])
    first = usable_ads(answers, pd.DataFrame({"ad_id": ["A1", "A2", "A3"], "stratum": "E01"}))
    assert first["passing_through"].tolist() == ["yes", "no", "yes"]
    (again,) = read_again(first[["ad_id", "stratum", "coder"]], answers)
    assert again["passing_through"].tolist() == ["no", "no", "yes"] and again["ad_id"].tolist() == ["A1", "A2", "A3"]


def test_two_who_agree_on_ads_or_are_arbitrated_open_nothing() -> None:
    same = lines(FIRST, FIRST.copy())
    assert not same["disputed"].any() and same.drop(columns="disputed").equals(lines(FIRST).drop(columns="disputed"))
