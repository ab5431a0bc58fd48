"""What one printed text allows, against brute force."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from math import floor

import pandas as pd
import pytest
from drawn import cases
from generated_reports import FIGURE_COLUMNS, RULE_COLUMNS, Report, half_up
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.audit import structure
from diagnostic.audit.auditing import audit


def counts_of(window: structure.Share, base: int) -> range:
    """Every count that a base allows in a window of shares, by direct arithmetic."""
    low = (window.low * base / 100).to_integral_value(ROUND_CEILING)
    high = (window.high * base / 100).to_integral_value(ROUND_FLOOR)
    if window.open_high and high == window.high * base / 100:
        high -= 1
    return range(max(0, int(low)), min(base, int(high)) + 1)


@given(st.integers(0, 100), st.integers(1, 700))
def test_counts_behind_an_integer_percentage(percent: int, base: int) -> None:
    expected = [k for k in range(base + 1) if floor(Fraction(100 * k, base) + Fraction(1, 2)) == percent]
    assert list(counts_of(structure.share(str(percent), "integer_percent"), base)) == expected


@given(st.integers(0, 1000), st.integers(1, 300))
def test_counts_behind_a_percentage_with_one_decimal(tenths: int, base: int) -> None:
    expected = [k for k in range(base + 1) if floor(Fraction(1000 * k, base) + Fraction(1, 2)) == tenths]
    assert list(counts_of(structure.share(f"{tenths // 10}.{tenths % 10}", "rounded"), base)) == expected


@settings(max_examples=cases(25), deadline=None)
@given(st.integers(0, 100), st.integers(1, 300))
def test_the_solver_agrees_with_brute_force_on_one_percentage(percent: int, base: int) -> None:
    report = Report()
    report.figure("all", base)
    report.figure("part", percent, "percent", "integer_percent", base_id="all")
    found = audit(report.tables()[0])
    row = found.tables["figures"].set_index("figure_id").loc["part"]
    counts = [k for k in range(base + 1) if half_up(k, base) == percent]
    if not counts:
        assert row["verdict"] == "contradicted"
        assert set(found.tables["conflicts"]["figure_id"]) == {"all", "part"}
    else:
        assert (row["low"], row["high"]) == (counts[0], counts[-1])
        assert (row["verdict"] == "unique") == (len(counts) == 1)


@settings(max_examples=cases(25), deadline=None)
@given(st.integers(1, 30), st.lists(st.integers(0, 100), min_size=2, max_size=3))
def test_the_solver_agrees_with_brute_force_on_a_partition(base: int, percents: list[int]) -> None:
    """Three shares of one base that sum to it: all combinations are tried one by one."""
    report = Report()
    report.figure("all", base)
    last = max(0, 100 - sum(percents))
    shares = [*percents, last]
    names = [
        report.figure(f"p{i}", p, "percent", "integer_percent", base_id="all", base_value=str(base))
        for i, p in enumerate(shares)
    ]
    report.rule("sum", "all", names)
    combinations = [[]]
    for percent in shares:
        counts = [k for k in range(base + 1) if half_up(k, base) == percent]
        combinations = [[*head, k] for head in combinations for k in counts]
    solutions = [counts for counts in combinations if sum(counts) == base]
    found = audit(*report.tables()).tables
    rows = found["figures"].set_index("figure_id")
    if not solutions:
        assert not found["conflicts"].empty
        return
    assert found["conflicts"].empty
    for position, name in enumerate(names):
        column = [counts[position] for counts in solutions]
        assert (rows.loc[name, "low"], rows.loc[name, "high"]) == (min(column), max(column))


@pytest.mark.parametrize(
    ("value", "rounding", "bounds"),
    [
        ("12", "exact", (12, 12)),
        ("50", "approx", (45, 54)),
        ("273", "approx", (273, 273)),
        ("100", "approx", (50, 149)),
        ("24", "at_least", (24, None)),
        ("200", "more_than", (201, None)),
        ("3", "at_most", (0, 3)),
        ("3", "less_than", (0, 2)),
    ],
)
def test_roundings_of_counts(value: str, rounding: str, bounds: tuple[int, int | None]) -> None:
    assert structure.count_bounds(value, rounding) == bounds


@pytest.mark.parametrize(
    ("rounding", "counts"),
    [
        ("exact", [10]),
        ("at_least", range(10, 21)),
        ("at_most", range(0, 11)),
        ("more_than", range(11, 21)),
        ("less_than", range(0, 10)),
        ("approx", [9, 10]),  # 45 % to 55 %, the upper end excluded
    ],
)
def test_roundings_of_shares(rounding: str, counts: list[int]) -> None:
    window = structure.share("50", rounding)
    allowed = [k for k in counts_of(window, 20) if not (rounding == "more_than" and Decimal(5 * k) == window.low)]
    assert allowed == list(counts)


def test_dates() -> None:
    assert structure.days("2018-06", "month")[0] == (dt.date(2018, 6, 1), dt.date(2018, 6, 30))
    assert structure.days("2016/2018", "year_range") == (
        (dt.date(2016, 1, 1), dt.date(2016, 12, 31)),
        (dt.date(2018, 1, 1), dt.date(2018, 12, 31)),
    )
    assert structure.days("2019-summer", "date")[0] == (dt.date(2019, 6, 1), dt.date(2019, 9, 30))


LINE = {"id": "a.one", "statement_fr": "Un", "value": "3", "unit": "count", "rounding": "exact"}


@pytest.mark.parametrize(
    ("change", "cell", "said"),
    [
        ({"value": "trois"}, "C2", "n’est pas un nombre"),
        ({"value": "1.5"}, "C2", "nombre entier"),
        ({"value": "1 000"}, "C2", "n’est pas un nombre"),
        ({"value": "999999999"}, "C2", "cent millions"),
        ({"value": "63.5", "unit": "percent", "rounding": "integer_percent"}, "C2", "sans décimale"),
        ({"unit": "percent", "rounding": "integer"}, "C2", "ne convient pas à un pourcentage"),
        ({"rounding": "integer_percent"}, "C2", "ne convient pas à un effectif"),
        ({"rounding": "environ"}, "E2", "arrondi est inconnu"),
        ({"unit": "personnes"}, "D2", "nature de chiffre est inconnue"),
        ({"value": "2018-13", "unit": "month"}, "C2", "cette date n’existe pas"),
        ({"value": "2019-02-30", "unit": "date"}, "C2", "cette date n’existe pas"),
        ({"value": "2020/2018", "unit": "year_range"}, "C2", "finit avant de commencer"),
        ({"value": "8..2", "unit": "range"}, "C2", "le plus petit d’abord"),
        ({"id": ""}, "A2", "pas d’identifiant"),
        ({"base_id": "a.two"}, "F2", "aucun chiffre du fichier"),
        ({"subset_of": "a.one"}, "H2", "ne peut pas renvoyer à lui-même"),
        ({"base_value": "0"}, "G2", "nombre entier positif"),
    ],
)
def test_a_bad_cell_is_told_in_french_at_its_place(change: dict[str, str], cell: str, said: str) -> None:
    table = pd.DataFrame([{**dict.fromkeys(FIGURE_COLUMNS, ""), **LINE, **change}], columns=FIGURE_COLUMNS)
    result = audit(table)
    assert result.blocked and all(frame.empty for frame in result.tables.values())
    (problem,) = result.problems
    assert f"{problem.column}{problem.row}" == cell
    assert said in problem.message and problem.remedy


def test_a_base_that_is_no_count_is_told() -> None:
    date = {"id": "a.two", "statement_fr": "Deux", "value": "2018", "unit": "year", "rounding": "exact"}
    share = {**LINE, "unit": "percent", "rounding": "integer_percent", "base_id": "a.two"}
    (problem,) = audit(pd.DataFrame([share, date])).problems
    assert (problem.row, problem.column) == (2, "F") and "est un effectif" in problem.message


def test_all_problems_come_at_once_and_missing_columns_are_named() -> None:
    rows = [{**LINE, "value": "x"}, {**LINE, "rounding": "y"}, LINE]
    problems = audit(pd.DataFrame(rows)).problems
    assert [(p.row, p.column) for p in problems] == [(2, "C"), (3, "A"), (3, "E"), (4, "A")]
    (missing,) = audit(pd.DataFrame([LINE]).drop(columns=["unit", "value"])).problems
    assert "« value »" in missing.message and "« unit »" in missing.message


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"kind": "somme"}, "B", "Genre inconnu"),
        ({"parts": "a.two"}, "D", "ne désigne aucun nombre"),
        ({"whole": "a.one@start"}, "C", "ne désigne aucun nombre"),
        ({"parts": ""}, "D", "ne relie aucun chiffre"),
        ({"whole": "3", "parts": "4"}, "D", "ne relie aucun chiffre"),
        ({"kind": "base", "parts": "a.one"}, "D", "Seul un pourcentage a une base"),
        ({"kind": "within"}, "C", "ne désigne aucun nombre"),
        ({"kind": "remainder_exact", "parts": "a.one"}, "D", "dont la base est connue"),
        ({"parts": "a.one*a.one*a.one"}, "D", "deux facteurs"),
        ({"question": "q", "reading": "x"}, "F", "non déclarée"),
        ({"relation": ""}, "A", "Nom absent"),
        ({"kind": "question"}, "A", "au moins deux lectures"),
        ({"kind": "reading", "question": "q"}, "F", "Lecture sans question"),
    ],
)
def test_a_bad_relation_is_told_in_french_at_its_place(change: dict[str, str], column: str, said: str) -> None:
    cells = {
        **dict.fromkeys(RULE_COLUMNS, ""),
        "relation": "r",
        "kind": "sum",
        "whole": "a.one",
        "parts": "~x",
        **change,
    }
    result = audit(pd.DataFrame([LINE]), pd.DataFrame([cells], columns=RULE_COLUMNS))
    assert (result.problems[0].column, result.problems[0].row) == (column, 2)
    assert said in result.problems[0].message


@pytest.mark.slow
def test_what_remains_once_a_share_is_taken_off() -> None:
    """699 ads, 61 % of a sample of 249 in double: what each reading of the rate lets be printed."""
    rounded = {floor(Fraction(699 * 39, 100) + Fraction(1, 2))}
    counts = [k for k in range(250) if half_up(k, 249) == 61]
    exact = {floor(Fraction(699 * (249 - k), 249) + Fraction(1, 2)) for k in counts}
    for printed in range(267, 278):
        report = Report()
        report.figure("ads.all", 699)
        report.figure("ads.sample", 249)
        report.figure("ads.double", 61, "percent", "integer_percent", base_id="ads.sample", base_value="249")
        report.figure("ads.persons", printed)
        report.rule("question", "", [], relation="rate")
        for reading in ("printed", "exact"):
            report.rule("reading", "", [], relation=f"rate.{reading}", question="rate", reading=reading)
            kind = f"remainder_{reading}"
            report.rule(kind, "ads.persons", ["ads.all", "ads.double"], question="rate", reading=reading)
        report.rule("reading", "", [], relation="rate.none", question="rate", reading="none")
        readings = audit(*report.tables()).tables["readings"].set_index("reading")["verdict"]
        assert readings["printed"] == ("agrees" if printed in rounded else "contradicts")
        assert readings["exact"] == ("agrees" if printed in exact else "contradicts")
