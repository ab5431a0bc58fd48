"""The law at the report's date: one wording a day, dates that follow one another, what is to be confirmed marked; the dated texts."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from pathlib import Path

import ledgers
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.references import law as references
from diagnostic.report.grids import field

SHELF = ledgers.shelf()
CONTENT, TEXTS = SHELF["law"], SHELF["texts"]
DAYS = st.dates(dt.date(2017, 4, 1), dt.date(2040, 1, 1))


@given(DAYS)
def test_eight_points_stand_on_any_day_since_the_financial_aid(day: dt.date) -> None:
    found = references.in_force(CONTENT, day)
    assert list(found["order"]) == list("12345678")
    asked = found.loc[found["variable"] != "", "variable"]
    assert asked.str.startswith("law_").all() and asked.is_unique and len(asked) == 6


def test_before_the_decree_only_what_the_law_alone_makes_stands() -> None:
    assert list(references.in_force(CONTENT, dt.date(2016, 5, 1))["order"]) == ["1", "2", "6", "8"]
    assert list(references.in_force(CONTENT, dt.date(2016, 4, 14))["order"]) == ["8"]


def test_the_residence_permit_changed_place_in_the_code_on_the_first_of_may_2021() -> None:
    before, after = (
        references.in_force(CONTENT, day).set_index("order").loc["5", "articles"]
        for day in (dt.date(2021, 4, 30), dt.date(2021, 5, 1))
    )
    assert "L. 316-1-1" in before and "L. 425-4" in after


def test_wordings_of_one_point_follow_one_another() -> None:
    table = pd.read_csv(pd.io.common.BytesIO(CONTENT), dtype="str", keep_default_na=False)
    for _, wordings in table.groupby("order"):
        for old, new in pairwise(wordings.itertuples()):
            first = dt.date.fromisoformat(f"{new.valid_from}-01"[:10])  # a month: its source prints no day
            assert dt.date.fromisoformat(old.valid_to) + dt.timedelta(days=1) == first
        assert wordings["valid_to"].iloc[-1] == ""


def test_the_variables_are_those_of_the_questionnaire() -> None:
    codebook = (Path(__file__).parents[2] / "config/codebook/variables.csv").read_text("utf-8")
    for variable in references.in_force(CONTENT, dt.date(2026, 1, 1))["variable"]:
        assert variable in codebook


def test_the_table_says_text_place_and_day() -> None:
    text = field.law(CONTENT, dt.date(2020, 9, 30), "La loi.")
    assert text.count("\n| **") == 8 and "{#tbl-loi .petit}" in text and "15\u00a0avril 2016" in text


@pytest.mark.parametrize(
    "broken", [CONTENT.replace(b"valid_to", b"fin"), CONTENT.replace(b"2021-04-30", b"2022-04-30")]
)
def test_a_table_of_another_form_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="loi.csv"):
        references.in_force(broken, dt.date(2022, 1, 1))


def test_what_a_source_leaves_open_is_marked_for_a_lawyer() -> None:
    in_2020, in_2026 = (field.law(CONTENT, dt.date(year, 9, 15), "La loi.") for year in (2020, 2026))
    assert "deux fois par an" in in_2026 and "deux fois par an" not in in_2020
    assert in_2026.count("À confirmer par un·e juriste") > in_2020.count("À confirmer par un·e juriste")


def test_a_report_lists_no_text_of_a_later_day() -> None:
    listed = field.texts(TEXTS, dt.date(2020, 9, 30), "Textes.")
    assert "2016\\-1467" in listed and "2021\\-478" not in listed and "décembre 2025" not in listed
    assert field.texts(TEXTS, dt.date(2000, 1, 1), "Textes.") == ""


def test_national_values_are_the_last_before_the_report_with_their_day_and_source() -> None:
    rows = ["series,year,value,unit,universe,precision,note,source"]
    rows += [f"psp.ongoing,{when},{value},person,x,{how},," for when, value, how in (
        ("2019-06", 230, "about"), ("2024-12-31", 903, "exact"), ("2025-04", 898, "exact"))]  # fmt: skip
    rows += ["clients.fined,2018,1939,person,x,at_least,pas partout,Institut — adresse.example"]
    content = "\n".join(rows).encode()
    early, late = (field.national_series(content, dt.date(year, 1, 31), "Repères.") for year in (2020, 2025))
    assert "environ 230" in early and "Juin 2019" in early and "au moins 1\u202f939" in early
    assert "| 903 | 31\u00a0décembre 2024 |" in late and "898" not in late and "230" not in late
    assert "Institut\u202f; source officielle attendue\u202f; pas partout" in late and "adresse" not in late
    official = field.national_series(content.replace(b"Institut", "Sénat".encode()), dt.date(2025, 1, 31), "Repères.")
    assert "Sénat\u202f; pas partout" in official
    assert field.national_series(content, dt.date(2010, 1, 1), "Repères.") == ""


def test_services_say_where_they_were_read() -> None:
    table, sources = (made(SHELF["help_lines"], "Services.") for made in (field.help_lines, field.help_sources))
    assert "**119" in table and "3919" in table and table.count("\n| ") >= 7
    assert "allo119" in sources and sources.count("\n| ") == table.count("\n| ")
    assert field.help_read(SHELF["help_lines"]).endswith("2026")


def test_the_figures_of_a_sum_or_of_a_telephone_number_stay_together() -> None:
    day = dt.date(2026, 9, 15)
    printed = [
        field.law(CONTENT, day, "La loi."),
        field.texts(TEXTS, day, "Textes."),
        field.help_lines(SHELF["help_lines"], "Services."),
    ]
    assert not re.search(r"\d \d{3}\b", "\n".join(printed))
    assert "1\u202f500" in printed[0] and "116\u202f006" in printed[2]


def test_the_day_of_the_installation_stands_in_no_column_of_a_year() -> None:
    found = pd.DataFrame(
        {
            "statement_id": ["law_results.installed.2025", "law_results.acts.2025.granted"],
            "universe": ["Une mesure, source : préfecture, au 31 janvier 2026"] * 2,
            "method": ["Dit."] * 2,
        }
    )
    said = {"law_results.installed.2025": "14 mars 2018", "law_results.acts.2025.granted": "11"}
    lines = [
        line for line in field.law_results(found, said.__getitem__, "Légende.").splitlines() if line.startswith("|")
    ]
    installed = next(line for line in lines if "14 mars 2018" in line)
    assert [part.strip() for part in installed.split("|")][1:3] == [
        "Installation de la commission\u00a0: 14 mars 2018",
        "",
    ]
    assert sum("| 11 |" in line for line in lines) == 1
