"""The maps of a comparison: a colour says a verdict and which side of a mean limits leave a number, never the number itself."""

from __future__ import annotations

import math
import re
from itertools import combinations
from typing import Any

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.compare.maps import SAME_SCALE, Country, maps, readable
from diagnostic.compare.table_names import VERDICTS
from diagnostic.compare.tables import BARE
from diagnostic.core.tables import columns
from diagnostic.geography import shapes
from diagnostic.report.charts.style import Chart, hatch

STUDIES = ("a-2020", "b-2020", "c-2020", "d-2020")
CODES = dict(zip(STUDIES, ("01", "02", "03", "04"), strict=True))
NAMES = {study: f"Lieu {study[0].upper()} 2020" for study in STUDIES}


def outlines(*squares: tuple[str, float, float, float]) -> pd.DataFrame:
    """Départements as squares: code, west, south, side in degrees."""
    rows = [
        {
            "level": "departement",
            "code": code,
            "name": f"Lieu {code}",
            "departement": code,
            "outline": shapes.encode(shapely.box(west, south, west + side, south + side)),
        }
        for code, west, south, side in squares
    ]
    return pd.DataFrame(rows).reindex(columns=columns("geography/areas"))


COUNTRY = outlines(("01", 0, 45, 1), ("02", 1, 45, 1), ("03", 0, 46, 1), ("04", 1, 46, 1), ("05", 2, 45, 1))


def statement(name: str, value: float, low: float = math.nan, high: float = math.nan) -> dict[str, Any]:
    limits = {"shown_low": low, "shown_high": high, "claim_low": value, "claim_high": value}
    kind = "none" if math.isnan(low) else "sampling"
    said = {"statement_id": name, "unit": "ad", "measure": "percent", "decimals": 0, "origin": "observed"}
    shown = {"printed": f"{value:.0f} %", "shown_value": value, "interval_kind": kind}
    return {**dict.fromkeys(columns("compare/statements"), ""), **BARE, **said, **limits, **shown}


def drawn(
    values: dict[str, float], verdicts: dict[tuple[str, str], str], country: Country, mean: float = math.nan
) -> list[Chart]:
    """The maps of one indicator; with a `mean`, of areas that are pooled, with limits of two points on each side."""
    pairs = [("x", *pair, verdicts.get(pair, "comparable"), "", "") for pair in combinations(sorted(values), 2)]
    numbers = pd.DataFrame({"study": sorted(values)}).assign(indicator="x", title="Part", family="coded")
    numbers["statement_id"] = numbers["study"] + ".x"
    pooled = [] if math.isnan(mean) else [("x", study, f"{study}.x") for study in values]
    compared = {
        "known": pd.DataFrame({"study": STUDIES, "territory": NAMES.values(), "depth": "full"}),
        "methods": pd.DataFrame({"study": STUDIES, "item": "territory", "code": CODES.values()}),
        "numbers": numbers,
        "pairs": pd.DataFrame(pairs, columns=columns("compare/pairs")),
        "areas": pd.DataFrame(pooled, columns=columns("compare/areas")),
    }
    limits = (-2, 2) if pooled else (math.nan, math.nan)
    said = [statement(f"{study}.x", value, *(value + one for one in limits)) for study, value in values.items()]
    said += [statement("areas.x", mean)] if pooled else []
    return maps(compared, pd.DataFrame(said), NAMES, country)


def whole() -> Country:
    return Country(COUNTRY, credit="Contours inventés")


def said(chart: Chart) -> str:
    """What a figure says in words, its spaces all alike."""
    return chart.description.replace("\u00a0", " ").replace("\u202f", " ")


def painted(svg: str) -> list[str]:
    """The outlines of a drawing with their looks, in order."""
    return [path for path in re.findall(r"<path [^>]*>", svg) if 'd="M' in path]


@pytest.mark.slow
def test_a_colour_does_not_follow_the_numbers() -> None:
    values = {"a-2020": 10.0, "b-2020": 20.0, "c-2020": 90.0}
    there = drawn(values, {}, whole())
    back = drawn(dict(zip(values, reversed(values.values()), strict=True)), {}, whole())
    assert [one.name for one in there] == ["carte_etudes", "cartes_coded"]
    assert painted(there[1].svg) == painted(back[1].svg)
    assert "Lieu A 2020 (10 %, comparable)" in said(there[1])
    assert there[1].facts == ("a-2020.x", "b-2020.x", "c-2020.x")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_what_does_not_compare_is_hatched_and_nothing_else(verdict: str) -> None:
    apart = {("a-2020", "c-2020"): verdict, ("b-2020", "c-2020"): verdict}
    chart = drawn({"a-2020": 10, "b-2020": 20, "c-2020": 30}, apart, whole())[1]
    assert (hatch(chart.name) in chart.svg) == (verdict == "not")
    assert f"Lieu C 2020 (30 %, {VERDICTS[verdict]})" in said(chart)
    assert "Lieu A 2020 (10 %, comparable)" in said(chart)


def test_an_invented_study_is_told_apart_on_the_map_of_the_studies() -> None:
    """It stands on the outline of a real territory, of which it says nothing."""
    rows = [(study, "territory", code) for study, code in CODES.items()] + [("b-2020", "invented", "yes")]
    compared = {
        "known": pd.DataFrame({"study": STUDIES, "territory": NAMES.values(), "depth": "full"}),
        "methods": pd.DataFrame(rows, columns=["study", "item", "code"]),
        "numbers": pd.DataFrame(columns=["indicator", "study", "family", "title", "statement_id"]),
    }
    (chart,) = maps(compared, pd.DataFrame(), NAMES, whole())
    assert "Étude entière : Lieu A 2020, Lieu C 2020 et Lieu D 2020. Étude inventée : Lieu B 2020. " in said(chart)
    assert "ne décrit pas le territoire où elle est placée" in said(chart)
    assert chart.svg.count(f'fill="{hatch(chart.name)}"') == 2  # its square, and the one of the key
    assert "Étude inventée" in chart.svg  # in the key


def test_two_that_do_not_compare_have_no_map_of_their_own() -> None:
    charts = drawn({"a-2020": 10, "b-2020": 20}, {("a-2020", "b-2020"): "not"}, whole())
    assert [one.name for one in charts] == ["carte_etudes"]


def test_a_side_of_the_mean_is_told_only_where_limits_say_it() -> None:
    chart = drawn({"a-2020": 10, "b-2020": 13, "c-2020": 16, "d-2020": 14}, {}, whole(), mean=13)[1]
    told = said(chart)
    assert "Lieu A 2020 (10 %, comparable, au-dessous de la moyenne)" in told
    assert "Lieu C 2020 (16 %, comparable, au-dessus de la moyenne)" in told
    assert "Lieu B 2020 (13 %, comparable)" in told and "Lieu D 2020 (14 %, comparable)" in told
    assert "Moyenne des territoires : 13 %" in told and chart.facts[-1] == "areas.x"


def test_without_outlines_there_is_no_map_and_unknown_ones_are_told() -> None:
    values = {"a-2020": 10.0, "b-2020": 20.0}
    assert drawn(values, {}, Country(None)) == []
    charts = drawn(values, {}, Country(outlines(("01", 0, 45, 1)), credit="Contours inventés"))
    assert [one.name for one in charts] == ["carte_etudes"]
    assert "Sans contour connu : Lieu B 2020, Lieu C 2020 et Lieu D 2020." in said(charts[0])


def test_outlines_that_studies_brought_stand_side_by_side_at_one_scale() -> None:
    own = [(outlines(("01", 0, 0, 1)), "Contours inventés"), (outlines(("02", 50, 0, 0.5)), "")]
    chart = drawn({"a-2020": 10, "b-2020": 20}, {}, Country(None, own))[1]
    assert SAME_SCALE in said(chart)
    sizes = []
    for path in painted(chart.svg):
        points = re.findall(r"([\d.]+),([\d.]+)", re.search(r' d="([^"]*)"', path)[1])  # type: ignore[index]
        wide = [float(x) for x, _ in points]
        sizes.append(max(wide) - min(wide) if wide else 0)
    large, small = sorted(sizes, reverse=True)[:2]
    assert large == pytest.approx(2 * small, rel=0.02)


def test_a_map_credits_the_outlines_that_are_on_it_and_no_others() -> None:
    """Those that one study brought are on the map of the studies, not on that of the two others."""
    country = Country(COUNTRY, [(outlines(("04x", 9, 9, 1)), "Contours : d’une équipe")], "Contours : du pays")
    codes = {**CODES, "d-2020": "04x"}
    compared = {
        "known": pd.DataFrame({"study": STUDIES, "territory": NAMES.values(), "depth": "full"}),
        "methods": pd.DataFrame({"study": STUDIES, "item": "territory", "code": codes.values()}),
        "numbers": pd.DataFrame(
            {"study": ["a-2020", "b-2020"], "indicator": "x", "title": "Part", "family": "coded"}
        ).assign(statement_id=["a-2020.x", "b-2020.x"]),
        "pairs": pd.DataFrame([("x", "a-2020", "b-2020", "comparable", "", "")], columns=columns("compare/pairs")),
        "areas": pd.DataFrame(columns=columns("compare/areas")),
    }
    numbers = pd.DataFrame([statement("a-2020.x", 10), statement("b-2020.x", 20)])
    every, one = maps(compared, numbers, NAMES, country)
    drawn_on = [re.sub("<[^>]+>", "", chart.svg).replace("\u00a0", " ") for chart in (every, one)]
    assert "Contours : du pays. Contours : d’une équipe." in drawn_on[0]
    assert "Contours : du pays." in drawn_on[1] and "équipe" not in drawn_on[1]
    assert "Contours : du pays. Contours : d’une équipe." in every.alt.replace(
        "\u00a0", " "
    )  # its numbers are known there


@given(st.lists(st.sampled_from(list(VERDICTS)), min_size=10, max_size=10))
def test_what_may_be_read_side_by_side_is_so_two_by_two(verdicts: list[str]) -> None:
    studies = list("abcde")
    pairs = pd.DataFrame(
        [("x", *pair, verdict, "", "") for pair, verdict in zip(combinations(studies, 2), verdicts, strict=True)],
        columns=columns("compare/pairs"),
    )
    core, members = readable(studies, pairs, [])
    of = {frozenset((one.study, one.other)): one.verdict for one in pairs.itertuples()}
    assert all(of[frozenset(pair)] == "comparable" for pair in combinations(core, 2)) and len(core) != 1
    assert all(of[frozenset(pair)] != "not" for pair in combinations(members, 2)) and len(members) != 1
    assert core <= members
    assert bool(core) == ("comparable" in verdicts) and bool(members) == (set(verdicts) != {"not"})
