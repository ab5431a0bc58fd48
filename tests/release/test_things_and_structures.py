"""Rows, structures, interviews of a month and limits of persons: each decision on both sides of what decides it."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from facts_at_hand import replace
from simulated import policy
from test_thresholds import at, scope
from test_verdicts import fact

from diagnostic.collect.answers import AXES
from diagnostic.estimate.catalogue import ids
from diagnostic.release.editions import changes, ledger
from diagnostic.release.populations.people import INTERVIEWS
from diagnostic.release.ways import coded, places, things
from diagnostic.release.ways.way import Scope

NAN = math.nan


@pytest.mark.parametrize(("value", "part"), [(7, 8), (8, 7), (8, 8), (NAN, 8), (8, NAN)])
def test_what_stands_for_one_person_each_is_told_from_the_threshold_on(value: float, part: float) -> None:
    for measure in ("count", "percent"):
        made = asdict(replace(fact("reply", measure, value=value, numerator=part), way="things"))
        found = things.each(made, scope())
        told = (part if measure == "percent" else value) >= 8
        assert found and (found["verdict"] == "shown") == told, measure
        assert told or found["ground"] == ledger.SMALL.name


@pytest.mark.parametrize("described", [True, False])
def test_rows_are_rounded_where_persons_are_described_but_those_of_lists(described: bool) -> None:
    populations: Any = {"described": 1} if described else {}
    one = Scope(policy(), at(0.5), populations=populations)
    for name, told in (
        ("quality.rows.press", 42),
        ("quality.rows.questionnaire", 40),
        ("quality.rows", 40),
        ("quality.rule.x", 40),
        ("survey.x", None),
    ):
        made = asdict(replace(fact("row", value=42), fact_id=name))
        found = things.rows(made, one)
        assert (found and found["shown_value"]) == (told if described else None), name


def test_structures_of_one_place_or_office_are_told_from_three_on() -> None:
    for name, value in itertools.product(("interviews.place.agen", "partners.place.47001", "interviews.prosecutors", "interviews.total"), (2, 3)):  # fmt: skip
        made = asdict(replace(fact("structure", value=value, denominator=9), fact_id=name, way="things"))  # fmt: skip
        found = things.structures(made, scope())
        assert things.leaves(made)
        few = value < 3 and name != "interviews.total"
        commune = name.startswith("partners.place") and value >= 3
        assert (found is None) == (not few and not commune), (name, value)
        if few and found:
            assert found["ground"] == ledger.CONTRIBUTORS.name
        if commune and found:
            assert found["shown_value"] == 3 and math.isnan(found["shown_denominator"])


def meetings(*rows: tuple[str, str, str | None, str]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["activity_field", "place", "structure", "date"])
    return made.assign(date=pd.to_datetime(made["date"]))


@pytest.mark.parametrize(("months", "month", "year"), [
    ([(3, "2026-01"), (3, "2026-02")], False, False),
    ([(3, "2026-01"), (2, "2026-02")], True, False),
    ([(3, "2026-01"), (2, "2025-02")], True, True),
    ([(2, "2026-01"), (1, "2026-02")], True, False),
])  # fmt: skip
def test_months_or_years_are_told_where_three_structures_were_met_in_each(
    months: list[tuple[int, str]], month: bool, year: bool
) -> None:
    """The same structure met twice is one; two that are not written are two. Two towns, one of few; none of another study's."""
    rows = [("social", "Agen", f"s{at_}{n}", f"{when}-0{n + 1}") for at_, (many, when) in enumerate(months) for n in range(many)]  # fmt: skip
    met = meetings(*rows, rows[0])
    assert things._alone(met, 7) == month and things._alone(met, 4) == year
    names = ["interviews.month.2026-01", "interviews.year.2026", *changes.TOWNS, *changes.DAYS, "interviews.total", "interviews.place.agen", "interviews.place.lens"]  # fmt: skip
    facts = pd.DataFrame({"fact_id": names, "source_table": changes.MEETINGS, "origin": "observed"})
    structures = pd.DataFrame({"name": ["a"], "agrees_to_be_named": pd.array([False], dtype="boolean"), "activity_field": "social"})  # fmt: skip
    other = meetings(*rows, ("social", "Lens", "x", rows[0][3]), ("social", "Lens", None, rows[0][3]))
    for frame, towns in ((met, set[str]()), (other, {"interviews.place.lens", "interviews.place.agen"})):
        one: Any = SimpleNamespace(populations={INTERVIEWS: SimpleNamespace(frame=frame)}, known=SimpleNamespace(structures=structures))  # fmt: skip
        found = things.heard(facts, facts, one)
        gone = {*changes.TOWNS, *changes.DAYS} | ({names[0]} if things._alone(frame, 7) else set())
        gone |= {names[1]} if things._alone(frame, 4) else set()
        gone |= towns & {f"interviews.place.{town}" for town in things.untold_towns(frame)}
        assert [name for name, hidden in zip(names, found, strict=True) if hidden] == [name for name in names if name in gone]  # fmt: skip
        assert not things.heard(facts.assign(origin="published"), facts, one).any()
        assert not things.heard(facts.assign(source_table="x"), facts, one).any()
    nobody: Any = SimpleNamespace(populations={})
    assert not things.heard(facts, facts, nobody).any()


def test_fields_and_axes_are_told_where_none_has_one_or_two_unnamed() -> None:
    axis, second = list(AXES)[:2]
    names = ["pathway.field.social", f"pathway.axis.{axis}", changes.UNCOVERED, "pathway.structures"]
    facts = pd.DataFrame({"fact_id": names})
    for field, offers, silent in (
        [(n, 3, 0) for n in range(4)] + [(0, n, 0) for n in range(4)] + [(4, 0, n) for n in range(4)]
    ):
        many = 9  # those that are not named: of one field so many, the others of another
        frame = pd.DataFrame({"name": "n", "agrees_to_be_named": pd.array([False] * many, dtype="boolean")})
        frame["activity_field"] = ["social"] * field + ["health"] * (many - field)
        for one in AXES:
            frame[one] = pd.array([False] * many, dtype="boolean")
        frame[axis] = pd.array([True] * offers + [False] * (many - offers), dtype="boolean")
        frame[second] = pd.array([None] * silent + [False] * (many - silent), dtype="boolean")
        named = frame[:1].assign(agrees_to_be_named=True, activity_field="justice", **{axis: True})
        known: Any = SimpleNamespace(known=SimpleNamespace(structures=pd.concat([frame, named], ignore_index=True)))
        found = things.unnamed(facts, facts, known).tolist()
        fields, axes = field in (1, 2), offers in (1, 2) or silent in (1, 2)
        assert found == [fields, axes, axes, False], (field, offers, silent)
    empty: Any = SimpleNamespace(known=SimpleNamespace(structures=frame[:0]))
    assert not things.unnamed(facts, facts, empty).any()


# -- Ads by place --------------------------------------------------------------------------------------------------------------


def test_the_share_of_a_place_is_made_of_its_printed_number() -> None:
    """To the nearest five, of five to 95; what it means is what the number means of all, five points on both sides at least."""
    many = itertools.product((10, 60, 90), (5, 40), (40.0, 100.0), ((NAN, NAN), (48.0, 99.0)))
    for value, reach, whole, limits in many:
        rows = [("places.ads.a", "x", value, value - reach, value + reach, NAN, NAN), ("ads.city_a_pct", "rounded", 12.0, 1, 2, *limits)]  # fmt: skip
        names = ["fact_id", "ground", "shown_value", "claim_low", "claim_high", "shown_low", "shown_high"]
        table = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[2:], float))
        facts, told = table[["fact_id"]].assign(denominator=whole), table[names[1:]].assign(verdict="shown")
        found = places.drawn_once(facts, told, scope()).loc[1]
        share = 100 * value / whole
        near = min(range(5, 100, 5), key=lambda one: (abs(one - share), -one))
        ends = 100 * (value - reach) / whole, 100 * (value + reach) / whole
        claimed = max(0, min(ends[0], near - 5)), min(100, max(ends[1], near + 5))
        assert found[["shown_value", "claim_low", "claim_high"]].tolist() == pytest.approx([near, *claimed])
        outer = [NAN, NAN] if math.isnan(limits[0]) else [min(near, limits[0]), max(near, limits[1])]
        assert found[["shown_low", "shown_high"]].tolist() == pytest.approx(outer, nan_ok=True)
        if (value, reach) != (60, 5):
            continue
        for other in (told.assign(verdict=["withheld", "shown"]), told.assign(ground="x"), told.assign(claim_low=[NAN, 1.0])):  # fmt: skip
            assert places.drawn_once(facts, other, scope()).equals(other)


# -- Persons behind ads -------------------------------------------------------------------------------------------------------


def test_a_limit_of_persons_goes_no_further_than_the_ads_to_the_next_step() -> None:
    rows = [
        (coded.ALL_ADS, "ad", "estimate", coded.TABLE, "shown", 847.0, 847),
        ("persons.a", "person", "estimate", coded.TABLE, "shown", 900.0, 850),
        ("persons.b", "person", "estimate", coded.TABLE, "shown", 848.0, 848),  # within the step
        ("persons.c", "person", "estimate", coded.TABLE, "shown", 847.0, 847),
        ("persons.d", "person", "estimate", coded.TABLE, "withheld", 900.0, 900),
        ("persons.e", "person", "count", coded.TABLE, "shown", 900.0, 900),
        ("persons.f", "ad", "estimate", coded.TABLE, "shown", 900.0, 900),
        ("persons.g", "person", "estimate", "x/x", "shown", 900.0, 900),
    ]
    names = ["fact_id", "unit", "measure", "source_table", "verdict", "shown_high", "expected"]
    table = pd.DataFrame(rows, columns=names)
    found = coded.within(table, table[["verdict", "shown_high"]], scope())
    assert found["shown_high"].tolist() == table["expected"].tolist()
    hidden = table.assign(verdict=["withheld", *["shown"] * 7])
    same = hidden[["verdict", "shown_high"]]
    assert coded.within(hidden, same, scope()) is same  # of ads that are not told nothing bounds them
    small = table.assign(shown_high=table["shown_high"] / 10)
    assert coded.within(small, small[["verdict", "shown_high"]], scope())["shown_high"].tolist()[1] == 90
    assert ids.read(coded.ALL_ADS).pattern
