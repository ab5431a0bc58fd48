"""Axes of support and outreach: counted again by hand on the fictional study, and the cited action as it was published."""

from __future__ import annotations

import csv
from pathlib import Path

import hypothesis.strategies as st
import pandas as pd
import pytest
from drawn import cases
from hypothesis import given, settings
from own import SMALL_FILES
from replay import estimated

from diagnostic.collect.answers import AXES, FIELDS
from diagnostic.collect.tables import INPUTS
from diagnostic.consolidate.lists import RESERVED
from diagnostic.consolidate.lists import support as consolidate
from diagnostic.core.tables import model
from diagnostic.estimate.field import outreach, support
from diagnostic.estimate.internet.ads import seasons
from diagnostic.report.grids.field import law_results

NEVER, NOTHING = INPUTS["restitutions"].empty(), INPUTS["law_results"].empty()
FILE: Path = SMALL_FILES / "structures.csv"


def test_each_axis_is_counted_with_what_blanks_leave_open() -> None:
    facts = estimated("99-2025").facts
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    uncovered = []
    for axis in AXES:
        said = [row[axis] for row in rows]
        yes, blank = said.count("oui"), said.count("")
        fact = facts.loc[f"pathway.axis.{axis}"]
        assert (fact["value"], fact["denominator"]) == (yes, len(rows))
        assert (fact["interval_kind"] == "bounds") == bool(blank)
        assert not blank or (fact["low"], fact["high"]) == (yes, yes + blank)
        uncovered.append((yes == 0, yes + blank == 0))
    none = facts.loc["pathway.axes_uncovered"]
    assert (none["low"], none["value"]) == tuple(sum(pair[at] for pair in uncovered) for at in (1, 0))
    assert facts.loc["pathway.named", "value"] == sum(row["agrees_to_be_named"] == "oui" for row in rows)
    assert sum(facts.loc[f"pathway.field.{field}", "value"] for field in FIELDS) == len(rows)


def test_the_cited_action_is_the_published_one() -> None:
    facts = estimated("62-2020").facts
    published = {"sessions": 55, "sms": 1791, "replies": 145, "exchanges": 37, "met": 4}
    found = facts.loc[[f"marseille.{step}" for step in published]]
    assert list(found["value"]) == list(published.values()) and set(found["origin"]) == {"published"}
    assert set(found["unit"]) == {"session", "message", "reply", "exchange", "meeting"}
    assert facts.loc["marseille.replies_pct", "value"] == pytest.approx(100 * 145 / 1791)
    assert facts.loc["marseille.met_pct", "denominator"] == 37
    assert "marseille.sms_pct" not in facts.index and not any(facts.index.str.startswith("outreach."))


@pytest.mark.slow
def test_a_study_without_these_files_has_no_such_fact() -> None:
    facts = estimated("99-2025", roles=("press",)).facts
    assert not any(facts.index.str.startswith(("pathway.", "outreach.", "marseille.")))


STEPS = st.tuples(*[st.one_of(st.none(), st.integers(0, 5000))] * 5)


@settings(deadline=None, max_examples=cases(40))
@given(STEPS)
def test_a_rate_is_of_the_step_before_or_is_not(numbers: tuple[int | None, ...]) -> None:
    """Whatever is known: each known number is a fact; a rate needs the step just before, and that it is not zero."""
    names = ("sessions", "sms", "replies", "exchanges", "met")
    row = {"row": 2, "year": 2026} | dict(zip(names, numbers, strict=True))
    table = pd.DataFrame([row]).astype("Int64")
    figures = INPUTS["published_figures"].empty()
    facts = outreach.estimate(
        table, figures, INPUTS["contacts"].empty(), model("collect/places").empty(), "99-2025", {}
    )
    facts = facts["outreach"].set_index("fact_id")
    known = dict(zip(names, numbers, strict=True))
    assert {i for i in facts.index if not i.endswith("_pct")} == {
        f"outreach.2026.{name}" for name, number in known.items() if number is not None
    }
    for before, after in zip(names[1:], names[2:], strict=False):
        rate = f"outreach.2026.{after}_pct"
        possible = known[after] is not None and bool(known[before])
        assert (rate in facts.index) == possible
        if possible:
            assert facts.loc[rate, "value"] == pytest.approx(100 * known[after] / known[before])


@settings(deadline=None, max_examples=cases(40))
@given(st.lists(st.tuples(*[st.sampled_from([True, False, None])] * len(AXES)), min_size=1, max_size=6))
def test_bounds_hold_whatever_a_blank_turns_out_to_be(said: list[tuple[bool | None, ...]]) -> None:
    rows = [
        {"row": at + 2, "structure_code": f"S{at:02d}", "agrees_to_be_named": False, "name": None}
        | {"activity_field": "health"}
        | dict(zip(AXES, answers, strict=True))
        for at, answers in enumerate(said)
    ]
    table = pd.DataFrame(rows).astype(dict.fromkeys([*AXES, "agrees_to_be_named"], "boolean"))
    facts = support.estimate(table, NEVER, NOTHING, model("collect/places").empty(), "99-2025")["support"].set_index(
        "fact_id"
    )
    for blank in (True, False):
        filled = table[list(AXES)].fillna(blank).astype(bool)
        for axis in AXES:
            fact = facts.loc[f"pathway.axis.{axis}"]
            low, high = (fact["value"] if pd.isna(fact[end]) else fact[end] for end in ("low", "high"))
            assert low <= filled[axis].sum() <= high
        none = facts.loc["pathway.axes_uncovered"]
        low, high = (none["value"] if pd.isna(none[end]) else none[end] for end in ("low", "high"))
        assert low <= (~filled.any()).sum() <= high


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2018-09", "2018-12", "automne et hiver"),
        ("2026-01", "2026-02", "hiver"),
        ("2026-03", "2026-08", "printemps et été"),
        ("2025-12", "2026-06", "hiver, printemps et été"),
        ("2025-01", "2026-01", "toutes les saisons"),
    ],
)
def test_seasons_are_whole_months_in_order(first: str, last: str, words: str) -> None:
    assert seasons(pd.Period(first, "M"), pd.Period(last, "M")) == words


@pytest.mark.parametrize(
    ("presented", "period", "years"),
    [
        (
            [("2018-06-18", None), ("2019-09-24", None), ("2020", "2020-07")],
            "2018-06/2020-07",
            25 / 12,
        ),  # the reference
        ([("2025-10-07", "2025-09-30"), ("2026-04-14", "2026-03-31")], "2025-10/2026-03", 5 / 12),
        ([("2025", "2026-03")], None, None),  # no month to begin with
        ([("2025-10-07", None)], None, None),
        ([], None, None),
    ],
)
def test_the_study_lasts_from_its_first_presentation_to_its_last_data(
    presented: list[tuple[str, str | None]], period: str | None, years: float | None
) -> None:
    table = pd.DataFrame(presented, columns=["date", "data_until"]).assign(row=range(2, len(presented) + 2))
    made = support.estimate(INPUTS["structures"].empty(), table, NOTHING, model("collect/places").empty(), "99-2025")
    facts = made["support"].set_index("fact_id")
    assert (period is None) == facts.empty
    if period:
        assert facts.at["process.period", "value_text"] == period
        assert facts.at["process.duration_years", "value"] == pytest.approx(years)


def enacted(circulation: str, *rows: tuple[object, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facts and row ledger of what the law did, in a report that goes as far as `circulation`."""
    names = ["year", "result", "value", "source", "reference_date", "circulation", "link"]
    given_rows = pd.DataFrame(rows, columns=names).assign(row=range(2, len(rows) + 2))
    others = {
        role: INPUTS[role].empty()
        for role in ("structures", "practices", "outreach", "restitutions", "actions", "vignettes")
    }
    files = {"law_results": "law_results.csv"}
    made = consolidate(**others, law_results=given_rows, files=files, circulation=circulation)
    facts = support.estimate(
        others["structures"], NEVER, made["law_results"], model("collect/places").empty(), "99-2025"
    )["support"]
    return facts.set_index("fact_id"), made["support_rows"]


TOTALS = (
    (2025, "granted", "3", "prefecture", "2026-01-31", "commission", None),
    (2025, "running", "17", "women_rights", "2026-01", "public", "https://prefecture.example/bilan"),
    (2025, "fines", "2", "prosecutor", "2026", "équipe", None),
    (2025, "days_to_decision", "81", "prefecture", "2026", "commission", None),
    (2024, "installed", "2018-03-14", "prefecture", "2018", "public", "https://prefecture.example/arrete"),
)


@pytest.mark.parametrize(
    ("circulation", "kept"),
    [("public", {"running", "installed"}), ("commission", {"running", "installed", "granted", "days_to_decision"})],
)
def test_a_total_goes_no_further_than_its_source_lets_it(circulation: str, kept: set[str]) -> None:
    facts, ledger = enacted(circulation, *TOTALS)
    assert {name for one in facts.index for name in one.split(".") if name in {row[1] for row in TOTALS}} == kept
    aside = ledger[ledger["outcome"].eq("set_aside")]
    assert set(aside["reason"]) == {RESERVED} and len(aside) == len(TOTALS) - len(kept)


def test_a_total_says_who_gives_it_on_which_day_and_where_it_is_published() -> None:
    facts, ledger = enacted("équipe", *TOTALS)
    assert ledger["outcome"].eq("kept").all() and len(facts) == len(TOTALS)
    granted, running = facts.loc["law_results.acts.2025.granted"], facts.loc["law_results.acts.2025.running"]
    assert granted["value"] == 3 and granted["universe"].endswith("préfecture, au 31\u00a0janvier 2026")
    assert running["method"].endswith("https://prefecture.example/bilan") and "https" not in granted["method"]
    assert facts.loc["law_results.installed.2024", "value_text"] == "2018-03-14"
    assert facts.loc["law_results.days.2025.days_to_decision", "unit"] == "day"


def test_the_table_of_totals_has_a_row_a_measure_and_a_column_a_year() -> None:
    facts, _ = enacted("équipe", *TOTALS, (2024, "granted", "5", "prefecture", "2025-01", "commission", None))
    said = facts.reset_index(names="statement_id")
    table = law_results(said, lambda one: f"[{facts.loc[one, 'value']:g}]", "Bilan.")
    lines = {
        line.split("|")[1].strip(): [one.strip() for one in line.split("|")[2:-1]]
        for line in table.splitlines()
        if "|" in line
    }
    assert lines["Mesure"][:2] == ["2024", "2025"]
    assert lines["Parcours autorisés par la préfecture"][:2] == ["[5]", "[3]"]
    assert lines["Parcours autorisés par la préfecture"][2] == "préfecture, janvier 2025 et 31\u00a0janvier 2026"
    assert lines["Parcours en cours au 31 décembre"][:2] == ["", "[17]"]
    assert "([publié](https://prefecture.example/bilan))" in lines["Parcours en cours au 31 décembre"][2]
    assert "Formation" not in table and law_results(said.iloc[:0], str, "Bilan.") == ""
