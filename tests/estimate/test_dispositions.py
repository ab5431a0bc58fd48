"""What was at each place drawn: counted by kind, and the lists whose places are not all relevant ads."""

from __future__ import annotations

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest
from drawn import one_in
from fictional import codebook
from replay import codebook as files

from diagnostic.codebook import template
from diagnostic.collect.exports.study import read_workbooks
from diagnostic.consolidate import ads as consolidated
from diagnostic.core.tables import columns
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.places import plain
from diagnostic.estimate.sample import steps, usable

BOOK = codebook()
EARLIER = {"Oui": "relevant", "Non": "not_relevant", "Ne sait pas": "dk"}


def frame(**listed: int) -> pd.DataFrame:
    """Lists counted exactly, one per site."""
    rows = [
        {
            "stratum": site,
            "site_code": site,
            "size": n,
            "value": float(n),
            "low": float(n),
            "high": float(n),
            "listed": n,
        }
        for site, n in listed.items()
    ]
    common = {"category": "escorting", "stands_for": 1, "kept": True, "variance": 0.0, "degrees": np.inf}
    made = pd.DataFrame(rows).assign(**common, page_size=pd.array([None] * len(rows), "Int64"))
    return made.reindex(columns=columns("estimate/frame")).assign(kept=True)


def coded_places(**found: list[str]) -> pd.DataFrame:
    """One place per disposition of each list, coded once."""
    rows = [
        {"ad_id": f"{site}-{at}", "stratum": site, "disposition": one}
        for site, dispositions_ in found.items()
        for at, one in enumerate(dispositions_)
    ]
    return pd.DataFrame(rows)


def facts(places: pd.DataFrame, lists: pd.DataFrame) -> dict[str, Fact]:
    known = steps.answered(places, BOOK)
    build = Builder("consolidate/codings", "observed")
    told = [
        *steps.disposition_facts(places, BOOK, build, "annonces tirées"),
        *steps.losses(places, known, build, "annonces tirées"),
        *steps.totals(known, lists, None, 0.95, build),
    ]
    return {fact.fact_id: fact for fact in told}


def test_only_what_nobody_could_see_is_a_non_response() -> None:
    every = [option.code for option in BOOK.lists["disposition"]]
    known = steps.answered(coded_places(E01=every), BOOK)
    assert set(every) - set(known["disposition"]) == {"vanished", "unreachable", "dk"}
    assert known.loc[known["inside"], "disposition"].to_list() == ["relevant"]


def test_a_counted_list_has_the_ads_of_its_places_and_the_others_keep_theirs() -> None:
    lists = frame(E01=100, E02=50, E03=8, E04=10)
    lists.loc[lists["stratum"] == "E04", ["page_size", "value"]] = [5, 6.5]  # read by pages
    places = coded_places(
        E01=["relevant"] * 12 + ["not_prostitution"] * 5 + ["no_place"] * 3 + ["vanished"] * 4,
        E02=["relevant"] * 9 + ["unreachable"],
        E04=["relevant"] * 2 + ["no_place"] * 3,
    )
    made = steps.corrected(lists, steps.answered(places, BOOK), 0.95).set_index("stratum")
    assert made["value"].to_dict() == {"E01": 60, "E02": 50, "E03": 8, "E04": 6.5}
    assert made.loc["E01", "variance"] == pytest.approx(100**2 * 0.8 * 0.6 * 0.4 / 19)
    assert made.loc["E01", "low"] < 60 < made.loc["E01", "high"] and made.loc["E01", "degrees"] == 19
    untouched = lists.set_index("stratum").loc[["E02", "E03", "E04"]]
    pd.testing.assert_frame_equal(made.loc[untouched.index, untouched.columns], untouched, check_dtype=False)


def test_a_census_of_a_hundred_places_says_sixty() -> None:
    places = coded_places(E01=["relevant"] * 60 + ["not_prostitution"] * 40)
    made = steps.corrected(frame(E01=100), steps.answered(places, BOOK), 0.95).iloc[0]
    assert (made["size"], made["value"], made["variance"], made["low"], made["high"]) == (60, 60, 0, 60, 60)
    told = facts(places, frame(E01=100))
    assert (told["sample.relevant"].value, told["sample.relevant"].interval_kind) == (60, "none")
    assert told["sample.relevant_pct"].value == 60 and told["sample.out_of_scope"].value == 40
    assert told["sample.places"].value == 100


def test_the_share_of_places_is_coherent_with_the_number_of_ads() -> None:
    """Half of 40 places, all of 10, and a list of 7 that nobody went to, whose count may be of anything: 37 of 57 places."""
    told = facts(coded_places(E01=["relevant", "no_place"] * 4, E02=["relevant"] * 10), frame(E01=40, E02=10, E03=7))
    number, share = told["sample.relevant"], told["sample.relevant_pct"]
    assert (told["sample.places"].value, number.value, share.value) == (57, 37, pytest.approx(100 * 37 / 57))
    assert (number.interval_kind, share.interval_kind) == ("bounds", "bounds")
    assert number.low is not None and number.high is not None
    assert (share.low, share.high) == pytest.approx((100 * number.low / 57, 100 * number.high / 57))


def test_each_disposition_is_a_fact_and_the_relevant_ads_have_an_interval() -> None:
    found = ["relevant"] * 6 + ["not_prostitution"] * 2 + ["no_place"] + ["vanished"] * 2 + ["unreachable"]
    told = facts(coded_places(E01=found), frame(E01=90))
    counts = {name.rpartition(".")[2]: fact.value for name, fact in told.items() if ".disposition." in name}
    assert counts == {"relevant": 6, "not_prostitution": 2, "no_place": 1, "vanished": 2, "unreachable": 1}
    assert told["sample.out_of_scope"].value == 3 and told["sample.lost"].value == 3
    total = told["sample.relevant"]
    assert total.value == 60 and total.interval_kind == "sampling"
    assert total.low is not None and total.high is not None and 6 <= total.low < 60 < total.high <= 87


def test_facts_without_any_place_seen_say_no_total() -> None:
    told = facts(coded_places(E01=["vanished"]), frame(E01=9))
    assert "sample.relevant" not in told and told["sample.lost"].value == 1


@pytest.mark.parametrize("answer", one_in(2, EARLIER))
def test_an_earlier_sheet_is_still_read(answer: str) -> None:
    """A workbook whose column was « relevant », filled with « oui » and « non »."""
    book = openpyxl.load_workbook(io.BytesIO(template.workbook(BOOK, "annonces")))
    sheet = book[BOOK.tables["ads"].sheet]
    heads = [cell.value for cell in sheet[1]]
    at = heads.index(steps.DISPOSITION) + 1
    sheet.cell(1, at).value, sheet.cell(2, at).value = "relevant", "Pertinente"
    row = {"ad_id": "E01-AAAA", "coder": "AB", "site_code": "E01", "coded_on": "2026-01-05", "copies_searched": "Non"}
    for name, value in row.items():
        sheet.cell(3, heads.index(name) + 1).value = value
    sheet.cell(3, at).value = answer
    out = io.BytesIO()
    book.save(out)
    read = read_workbooks(BOOK, {"coded_ads": out.getvalue()}, {"coded_ads": "annonces.xlsx"})
    assert not [problem for problem in read.problems if problem.severity == "bloquant"]
    assert read.tables["ads"]["disposition.code"].to_list() == [EARLIER[answer]]
    made = consolidated.consolidate(
        read.tables["ads"], read.tables["ad_copies"], read.rows, {"coded_ads": "annonces.xlsx"}, **files()
    )
    rules = {
        "Oui": "copies_inconnues",
        "Non": "annonce_hors_champ; ancienne_pertinence",
        "Ne sait pas": "place_non_vue",
    }
    assert made["ads_rows"]["rules"].fillna("").to_list() == [rules[answer]]
    drawn = pd.DataFrame({"ad_id": ["E01-AAAA"], "stratum": "E01"})
    assert len(usable.usable_ads(plain(made["codings"]), drawn)) == (answer == "Oui")
