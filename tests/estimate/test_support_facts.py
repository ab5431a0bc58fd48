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
from diagnostic.collect.parse import empty
from diagnostic.collect.received import Places
from diagnostic.collect.tables import INPUTS
from diagnostic.estimate.field import outreach, support
from diagnostic.estimate.internet.ads import seasons

NEVER = empty(INPUTS["restitutions"])
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
    figures = empty(INPUTS["published_figures"])
    facts = outreach.estimate(
        table, figures, empty(INPUTS["contacts"]), Places.empty(), "99-2025", {}, {"confidence": 0.95}
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
    facts = support.estimate(table, NEVER, Places.empty(), "99-2025")["support"].set_index("fact_id")
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
    facts = support.estimate(empty(INPUTS["structures"]), table, Places.empty(), "99-2025")["support"].set_index(
        "fact_id"
    )
    assert (period is None) == facts.empty
    if period:
        assert facts.at["process.period", "value_text"] == period
        assert facts.at["process.duration_years", "value"] == pytest.approx(years)
