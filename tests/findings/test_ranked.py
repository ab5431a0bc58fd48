"""How early a finding is told and what the team is told of why, beside a second calculation; words at their limits."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from test_computed import found, said

from diagnostic.findings import computed, forms, wording
from diagnostic.findings.computed import OPEN


@pytest.mark.parametrize(
    ("low", "high", "why"),
    [
        (40, 40, "exact"),
        (39, 41, "exact"),
        (39, 41.01, "à 3 points près"),
        (30.6, 41.2, "à 11 points près"),
        (31, 51, "à 20 points près"),
    ],
)
def test_a_share_is_told_with_how_near_it_is_and_how_far_from_its_reference(low: float, high: float, why: str) -> None:
    """(1 − width ÷ 40) of the share, and a hundredth for each point that its nearer limit lies from its reference."""
    for reference, points in ((85, 85 - high), (high, 0), (low, 0), ((low + high) / 2, 0), (10.5, low - 10.5)):
        rows = [said("profile.women_pct", 40, low, high, claim=0), said("reference.women_pct", reference, claim=0)]
        one = found(*rows)["persons.women"]
        assert one.rank == pytest.approx((1 - (high - low) / 40) * 0.4 + points / 100), reference
        away = f", à {math.ceil(points)} points de la référence" if points else ""
        assert one.why == why + away
        assert ("reference.women_pct" in one.detail) == bool(points)


def test_a_reference_says_nothing_of_limits_under_a_model() -> None:
    rows = [said("profile.women_pct", 40, 31, 51, claim=0), said("reference.women_pct", 85, claim=0)]
    rows[0]["interval_kind"] = "model"
    one = found(*rows)["persons.women"]
    assert (one.rank, one.why) == (pytest.approx(0.2), "sous un modèle")


def statement(**more: object) -> object:
    value = float(str(more.pop("value", 40)))
    (row,) = pd.DataFrame([said(str(more.pop("fact", "a.b_pct")), value, **more)]).itertuples()
    return row


@pytest.mark.parametrize(
    ("measure", "low", "high", "told"),
    [
        ("percent", 20, 60, True),
        ("percent", 20, 60.5, False),
        ("count", 20, 60, True),
        ("count", 20, 60.5, False),
        ("count", 0, 0, True),
        ("count", 0, 1, False),
    ],
)
def test_a_number_says_something_up_to_its_limit(measure: str, low: float, high: float, told: bool) -> None:
    one = statement(low=low, high=high, measure=measure, claim=0, value=(low + high) / 2)
    assert forms.says_something(one) == told  # type: ignore[arg-type]
    assert not forms.says_something(statement(kind="withheld"))  # type: ignore[arg-type]


def test_what_a_number_stands_for_goes_outward() -> None:
    assert forms.spread(statement(claim=2.5)) == "37 à 43\u00a0%"  # type: ignore[arg-type]
    assert forms.spread(statement(claim=2.5, measure="count")) == "37 à 43"  # type: ignore[arg-type]
    assert forms.limits(statement(low=30, high=41, claim=3)) == (30, 43)  # type: ignore[arg-type]
    assert all(map(math.isnan, forms.limits(statement(value=math.nan, claim=math.nan))))  # type: ignore[arg-type]
    assert all(map(math.isnan, forms.surely(statement(low=30, high=41, interval_kind="model"))))  # type: ignore[arg-type]


@pytest.mark.parametrize(("shown", "low", "high", "at_least"), [(40, 40, 60, True), (40, 39, 60, False), (40, 40, 40, False), (40, 41, 60, True)])  # fmt: skip
def test_a_part_is_at_least_that_where_its_limits_begin_there(
    shown: float, low: float, high: float, at_least: bool
) -> None:
    one = statement(value=shown, low=low, high=high, printed_numerator="20", printed_denominator="50")
    assert forms.form("base", one).startswith("au moins") == at_least  # type: ignore[arg-type]
    assert forms.form("base", statement()) == ""  # type: ignore[arg-type]


def test_one_answer_of_professionals_makes_as_many_points_as_it_is_worth() -> None:
    one = statement(unit="professional", printed_denominator="1 050")
    rows = [
        said(wording.RESPONDENTS, 30, measure="count", claim=0),
        said(wording.EFFECTIVE, 12, measure="count", claim=0),
    ]
    facts = {row.statement_id: row for row in pd.DataFrame(rows).itertuples()}
    assert wording.one_answer(one, facts) == pytest.approx(100 * 2.5 / 1050)  # type: ignore[arg-type]
    fewer = facts | {wording.EFFECTIVE: facts[wording.EFFECTIVE]._replace(shown_value=40.0)}
    assert wording.one_answer(one, fewer) == pytest.approx(100 / 1050)  # type: ignore[arg-type]
    for known in ({}, {wording.RESPONDENTS: facts[wording.RESPONDENTS]}, facts | {wording.EFFECTIVE: facts[wording.EFFECTIVE]._replace(shown_value=0.0)}):  # fmt: skip
        assert wording.one_answer(one, known) == pytest.approx(100 / 1050)  # type: ignore[arg-type]
    alone = facts | {wording.EFFECTIVE: facts[wording.EFFECTIVE]._replace(shown_value=1.0)}
    assert wording.one_answer(one, alone) == pytest.approx(100 * 30 / 1050)  # type: ignore[arg-type]
    assert wording.one_answer(statement(printed_denominator="50"), facts) == 0  # type: ignore[arg-type]
    assert wording.one_answer(statement(unit="professional"), facts) == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(("low", "high", "faults"), [(30, 70, 0), (30, 71, 1)])
def test_a_number_that_is_too_wide_is_told_as_not_known_or_in_what_explains(
    low: float, high: float, faults: int
) -> None:
    facts = {"a.b_pct": statement(low=low, high=high, claim=0, value=50)}
    link = f"[{low:g} à {high:g}\u00a0%](interval:a.b_pct)"
    for line, unknown, expected in (
        (f"- **La part va de {link}.** Rien.", False, faults),
        (f"- **La part va de {link}.** Rien.", True, 0),
        (f"- **Une part.** Elle va de {link}.", False, 0),
    ):
        told = [one for one in computed.problems(3, line, facts, unknown) if "trop large" in one.message]  # type: ignore[arg-type]
        assert len(told) == expected and all(OPEN in one.message for one in told), line


def test_what_says_nothing_is_above_nothing_and_nothing_above_it() -> None:
    high, low = statement(value=65, low=60, high=70), statement(value=15, low=10, high=20)
    wide_high, wide_low = statement(value=75, low=55, high=99), statement(value=25, low=0, high=49)
    assert wording.above(high, low) and not wording.above(low, high)  # type: ignore[arg-type]
    assert not any(wording.above(*two) for two in ((None, low), (high, None), (wide_high, low), (high, wide_low)))  # type: ignore[arg-type]
