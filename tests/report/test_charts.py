"""The charts: lengths say the released numbers, nothing else gets in, anyone can read them, bytes never change."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import altair
import hypothesis.strategies as st
import ledgers
import pandas as pd
import pytest
from altair.utils.schemapi import validate_jsonschema
from drawn import always, some
from hypothesis import given

from diagnostic.report.charts import style
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.internet import MOST, ads_by_site
from diagnostic.report.charts.people import covering
from diagnostic.report.charts.style import NARROWEST, TALL, Chart
from diagnostic.report.figures import draw

STUDIES = {"rich": ledgers.rich, "crowded": ledgers.crowded}
NAMES = {
    "annonces_par_site",
    "personnes_lectures",
    "presse_frise",
    "entretiens_par_mois",
    "reproduction",
}
SVG = "{http://www.w3.org/2000/svg}"
NBSP, NNBSP = "\u00a0", "\u202f"
PLOTTED = {
    *("name", "block", "month", "series"),  # where a mark stands
    *("value", "low", "high", "reach", "published", "part"),  # how far it reaches
    *("kind", "fill", "stroke"),  # how it looks
    *("label", "text", "low_text", "high_text"),  # what is written
}
SECRET = "4321"  # the value of every withheld fact of the tests
BLUE, ORANGE, WHITE = "#0072B2", "#D55E00", "#FFFFFF"


@pytest.fixture(scope="module")
def sources() -> dict[str, dict[str, pd.DataFrame]]:
    """The tables that every chart is drawn from."""
    return {name: tables() for name, tables in STUDIES.items()}


@pytest.fixture(scope="module")
def specs() -> dict[str, list[dict]]:
    """What the drawing engine was given for every study of the tests, once they are drawn."""
    return {name: [] for name in STUDIES}


@pytest.fixture(scope="module")
def drawn(sources: dict[str, dict[str, pd.DataFrame]], specs: dict[str, list[dict]]) -> dict[str, dict[str, Chart]]:
    """Every chart of every study of the tests."""
    asked, made = style.vlc.vegalite_to_svg, {}
    for name, tables in sources.items():
        with pytest.MonkeyPatch.context() as heard:
            heard.setattr(
                style.vlc,
                "vegalite_to_svg",
                lambda spec, config, own=specs[name]: (own.append(spec), asked(spec, config=config))[1],
            )
            made[name] = draw(**tables)
            assert all(chart.svg for chart in made[name].values())  # drawn while it is heard
    return made


@pytest.fixture(scope="module")
def rich(drawn: dict[str, dict[str, Chart]]) -> dict[str, Chart]:
    return drawn["rich"]


class Shape:
    """One drawn element with what it inherits and where it stands on the image."""

    def __init__(self, element: ElementTree.Element, x: float, y: float) -> None:
        self.tag = element.tag.removeprefix(SVG)
        self.text = " ".join(element.itertext()).strip()
        self.fill, self.stroke = element.get("fill", "none"), element.get("stroke", "none")
        self.pattern = element.get("stroke-dasharray")
        self.dashed = self.pattern is not None
        path = element.get("d", "")
        box = re.fullmatch(r"M(-?[\d.]+),(-?[\d.]+)h(-?[\d.]+)v(-?[\d.]+)h-?[\d.]+Z", path)
        self.is_box, self.is_disc, self.is_diamond = bool(box), "A" in path, path.count("L") == 3
        dx, dy, self.width, self.height = map(float, box.groups()) if box else (0.0, 0.0, 0.0, 0.0)
        self.x, self.y = x + dx, y + dy
        if self.tag == "line":
            self.width, self.height = float(element.get("x2", 0)), float(element.get("y2", 0))


def shapes(svg: str) -> list[Shape]:
    """The visible elements of an SVG made of nested translations, background apart."""

    def walk(element: ElementTree.Element, x: float, y: float) -> Iterator[Shape]:
        moved = re.match(r"translate\((-?[\d.]+),(-?[\d.]+)\)", element.get("transform", ""))
        x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        if element.tag in (f"{SVG}path", f"{SVG}line", f"{SVG}text"):
            yield Shape(element, x, y)
        for child in element:
            if child.tag != f"{SVG}defs":
                yield from walk(child, x, y)

    return list(walk(ElementTree.fromstring(svg), 0, 0))


def boxes(chart: Chart, fill: str, stroke: str = BLUE) -> list[Shape]:
    """The bars of one fill, from top to bottom then left to right."""
    found = [s for s in shapes(chart.svg) if s.is_box and s.fill == fill and s.stroke == stroke]
    found = [s for s in found if s.width != s.height]  # not the squares of the key
    return sorted(found, key=lambda shape: (shape.y, shape.x))


def beside(chart: Chart, text: str) -> float:
    """The height at which a text stands, at the middle of its line."""
    return next(shape.y for shape in shapes(chart.svg) if shape.text == text) - 4


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast_on_white(colour: str) -> float:
    return 1.05 / (luminance(colour) + 0.05)


def digest(charts: Mapping[str, Chart]) -> dict[str, str]:
    return {name: hashlib.sha256(chart.svg.encode() + chart.png).hexdigest() for name, chart in charts.items()}


# -- What is drawn ----------------------------------------------------------------------------------------------


def test_every_chart_is_drawn(rich: dict[str, Chart]) -> None:
    assert set(rich) == NAMES
    assert all(name == chart.name for name, chart in rich.items())


def test_a_study_without_data_has_no_chart() -> None:
    assert draw(**ledgers.nothing()) == {}


@pytest.mark.parametrize(
    ("strands", "absent"),
    always(
        1,
        [
            (r"ads\.", {"personnes_lectures", "annonces_par_site"}),
            (r"(press|interviews|reproduction)\.", {"entretiens_par_mois", "reproduction"}),
            (r"ads\.persons_", {"personnes_lectures"}),
        ],
    ),
)
def test_a_missing_strand_takes_only_its_charts(strands: str, absent: set[str]) -> None:
    tables = ledgers.rich()
    tables["statements"] = tables["statements"][~tables["statements"]["statement_id"].str.match(strands)]
    assert set(draw(**tables)) == NAMES - absent


def test_bars_are_as_long_as_the_sites_numbers(rich: dict[str, Chart]) -> None:
    chart = rich["annonces_par_site"]
    e01, e02 = boxes(chart, BLUE)
    a01, a02 = [box for box in boxes(chart, WHITE) if box.width > 0]
    mirrors = boxes(chart, "url(#annonces_par_site-hachures)")
    per_ad = e01.width / 40
    assert e02.width / per_ad == pytest.approx(7, abs=0.02)
    assert a01.width / per_ad == pytest.approx(90, abs=0.02)  # as it is printed
    assert a02.width / per_ad == pytest.approx(25, abs=0.02)
    assert [box.width / per_ad for box in mirrors] == pytest.approx([12, 12, 12], abs=0.02)
    assert e01.y < e02.y < a01.y < a02.y < mirrors[0].y  # categories in the register's order, then by size


def test_intervals_are_solid_when_drawn_at_random_and_dashed_when_not(rich: dict[str, Chart]) -> None:
    chart = rich["annonces_par_site"]
    per_ad = boxes(chart, BLUE)[0].width / 40
    zero = boxes(chart, BLUE)[0].x
    across = [s for s in shapes(chart.svg) if s.tag == "line" and s.width > 4 and s.height == 0]
    told = [(((s.x - zero) / per_ad), (s.x + s.width - zero) / per_ad, s.dashed) for s in across]
    expected = {(71, 110): False, (14, 58): True, (0, 9): True}
    assert len(told) == len(expected)
    for low, high, dashed in told:
        assert [is_dashed for ends, is_dashed in expected.items() if ends == pytest.approx((low, high), abs=0.05)] == [
            dashed
        ]
    assert "Les annonces se voient sur 7 sites, et peut-être sur 1 autre" in chart.description
    assert "Sans annonce, et non dessiné\u00a0: 1 site." in chart.description
    texts = [s.text for s in shapes(chart.svg)]
    assert texts.count("échantillonnage") == texts.count("bornes") == 1


@pytest.mark.slow
def test_the_limits_of_a_model_are_dotted_between_open_discs() -> None:
    """The same interval as bounds and as a model: neither its line nor its ends look alike, and the key names each."""
    tables = ledgers.rich()
    made: list[dict[str, object]] = [
        {"fact_id": "persons.total", "value": 120, "low": 80, "high": 160, "interval_kind": kind}
        | {"unit": "person", "measure": "estimate"}
        for kind in ("bounds", "model")
    ]
    modelled = {"fact_id": "persons.indicative", "low": 60, "high": 200, "interval_kind": "model"}
    words, looks = {"bounds": "bornes", "model": "modèle"}, {}
    for fact in made:
        told = [fact, modelled | {"unit": "person", "measure": "estimate"}]
        chart = draw(**tables | {"statements": ledgers.statements(told)})["personnes_calculs"]
        texts = [s.text for s in shapes(chart.svg)]
        kind = str(fact["interval_kind"])
        assert texts.count("modèle") == 1 and texts.count("bornes") == (kind == "bounds")
        assert ("sous un modèle" in chart.description) == (kind == "model"), words[kind]
        first = min((s for s in shapes(chart.svg) if s.tag == "line" and s.width > 4 and s.dashed), key=lambda s: s.y)
        ends = [s for s in shapes(chart.svg) if abs(s.y + s.height / 2 - first.y) < 1 and not s.text]
        looks[kind] = (first.pattern, sum(s.is_disc and s.fill == WHITE for s in ends))
    assert looks["model"][1] == 2 and looks["bounds"][1] == 0 and looks["model"][0] != looks["bounds"][0]


def test_mirror_sites_are_marked_without_colour(rich: dict[str, Chart]) -> None:
    texts = [shape.text for shape in shapes(rich["annonces_par_site"].svg)]
    assert texts.count(f"site miroir{NBSP}: mêmes annonces") == 1
    assert "3 sites miroirs" in rich["annonces_par_site"].description


def test_readings_are_ranges_and_only_the_sampling_one_has_a_point(rich: dict[str, Chart]) -> None:
    chart = rich["personnes_lectures"]
    across = sorted((s for s in shapes(chart.svg) if s.tag == "line" and s.width > 4), key=lambda s: s.y)
    *ranges, axis = across
    unit = axis.width / 260  # the axis goes from 0 to the largest number
    ends = [((s.x - axis.x) / unit, (s.x + s.width - axis.x) / unit) for s in ranges]
    assert [end for pair in ends for end in pair] == pytest.approx([40, 260, 130, 190, 101.6, 139.5], abs=0.6)
    assert [s.dashed for s in ranges] == [True, True, False]
    points = [s for s in shapes(chart.svg) if s.is_disc]
    ticks = [s for s in shapes(chart.svg) if s.is_box and s.fill == ORANGE and s.height]
    assert len(points) == 1
    assert (points[0].x - axis.x) / unit == pytest.approx(120, abs=0.6)
    assert len(ticks) == 2  # over the second would stand the lower end, 130, of its range
    assert [s.x + s.width / 2 for s in ticks] == pytest.approx([points[0].x] * 2, abs=0.02)
    assert "Selon la définition du doublon" in chart.description


@pytest.mark.slow
def test_axis_numbers_are_french() -> None:
    facts = [
        fact | {name: 100 * fact[name] for name in ("value", "low", "high") if fact.get(name) is not None}
        for fact in ledgers.readings()
    ]
    tables = ledgers.nothing() | {"statements": ledgers.statements(facts)}
    texts = [shape.text for shape in shapes(draw(**tables)["personnes_lectures"].svg)]
    assert f"10{NNBSP}000" in texts
    assert f"nombre publié{NBSP}: 12{NNBSP}000" in texts


def test_one_dot_per_article_stacked_by_month(rich: dict[str, Chart]) -> None:
    dots = [s for s in shapes(rich["presse_frise"].svg) if s.is_disc]
    months = Counter(round(dot.x, 1) for dot in dots)
    assert len(dots) == 6
    assert [months[x] for x in sorted(months)] == [2, 1, 1, 2]
    assert len({(dot.x, dot.y) for dot in dots}) == 6
    first, second, third, last = sorted(months)
    unit = (last - first) / 23  # March 2023 to February 2025
    assert [(second - first) / unit, (third - first) / unit] == pytest.approx([10, 21], abs=0.05)
    assert f"du 2{NBSP}mars 2023 au 15{NBSP}février 2025" in rich["presse_frise"].description


def test_empty_months_stay_empty_and_withheld_ones_say_so(rich: dict[str, Chart]) -> None:
    chart = rich["entretiens_par_mois"]
    bars = boxes(chart, BLUE, "none")
    assert sorted(bar.height for bar in bars) == pytest.approx([18, 36], abs=0.05)
    texts = [shape.text for shape in shapes(chart.svg)]
    assert texts.count("n. p.") == 1
    named = [text for text in texts if text.startswith(("nov.", "déc.", "janv.", "févr."))]
    assert named == ["nov. 2025", "déc.", "janv. 2026", "févr."]
    assert "Aucun entretien pendant 1 mois de cette période." in chart.description


def test_verdicts_are_as_long_as_their_numbers(rich: dict[str, Chart]) -> None:
    chart = rich["reproduction"]
    independent, constructed = boxes(chart, BLUE)[0], boxes(chart, "url(#reproduction-hachures)")[0]
    contradicted = boxes(chart, ORANGE, ORANGE)[0]
    hollow = boxes(chart, WHITE, "#333333")
    unit = independent.width / 18
    assert constructed.width / unit == pytest.approx(12, abs=0.05)
    assert constructed.x == pytest.approx(independent.x + independent.width, abs=0.05)
    assert contradicted.width / unit == pytest.approx(2, abs=0.05)
    assert [box.width / unit for box in hollow] == pytest.approx([51, 17], abs=0.05)
    assert "30 reproduits, 2 contredits, 51 non vérifiables" in chart.description


def test_beyond_half_a_page_the_smallest_sites_are_left_to_the_table(drawn: dict[str, dict[str, Chart]]) -> None:
    chart = drawn["crowded"]["annonces_par_site"]
    sizes = (
        ledgers.crowded()["statements"]
        .query("statement_id.str.startswith('ads.site_count.')")
        .set_index("statement_id")["shown_value"]
    )
    assert set(chart.facts) == set(sizes.nlargest(MOST).index)
    assert "Les annonces se voient sur 60 sites" in chart.description
    assert f"Seuls les {MOST} plus fournis sont dessinés" in chart.description


def test_no_drawing_is_so_high_that_the_page_before_it_is_half_empty(drawn: dict[str, dict[str, Chart]]) -> None:
    assert {name: one.height for own in drawn.values() for name, one in own.items() if one.height > TALL} == {}


# -- What is not drawn ------------------------------------------------------------------------------------------


def test_withheld_numbers_appear_nowhere(rich: dict[str, Chart]) -> None:
    for chart in rich.values():
        assert SECRET not in chart.svg.replace(NNBSP, "") + chart.alt + chart.description.replace(NNBSP, "")
        assert not {"ads.site_count.E03", "interviews.month.2025-12"} & set(chart.facts)
    assert "Non publié, et non dessiné\u00a0: 1 nombre." in rich["annonces_par_site"].description


def test_statements_with_nothing_published_draw_no_fact() -> None:
    tables = ledgers.rich()
    tables["statements"] = tables["statements"].assign(kind="withheld")
    assert set(draw(**tables)) == {"presse_frise"}


def test_only_plotted_columns_reach_the_drawing_engine(rich: dict[str, Chart], specs: dict[str, list[dict]]) -> None:
    given = specs["rich"]
    columns = {key for spec in given for rows in spec["datasets"].values() for row in rows for key in row}
    assert columns == PLOTTED
    for spec in some(given):
        validate_jsonschema(spec, altair.Chart._rootschema)  # raises for what Vega-Lite's schema does not know
    told = json.dumps(given)
    assert not [secret for secret in (SECRET, "Titre secret", "Journal", "miroir-1", "ads.") if secret in told]


def test_facts_are_those_drawn(rich: dict[str, Chart]) -> None:
    shown = {f"ads.site_count.{code}" for code in ("E01", "E02", "A01", "A02", "A03", "D01", "D02", "D03")}
    assert set(rich["annonces_par_site"].facts) == shown
    assert set(rich["personnes_lectures"].facts) == {
        "ads.persons_estimate",
        *(f"ads.persons_reading_{x}" for x in "abc"),
    }
    assert rich["presse_frise"].facts == ()
    assert len(rich["reproduction"].facts) == 6


# -- Who can read it --------------------------------------------------------------------------------------------


def test_contrast_of_every_colour(drawn: dict[str, dict[str, Chart]]) -> None:
    graphics, texts = set(), set()
    for chart in (chart for charts in drawn.values() for chart in charts.values()):
        assert not re.search(r'opacity="(?!1")', chart.svg)
        for element in ElementTree.fromstring(chart.svg).iter():
            halo = element.tag == f"{SVG}text" and element.get("stroke") == WHITE
            found = (
                {element.get(name) for name in ("fill", "stroke")} - {None, "none", "transparent"} - {halo and WHITE}
            )
            colours = {colour.upper() for colour in found if not colour.startswith("url(")}
            (texts if element.tag == f"{SVG}text" else graphics).update(colours)
    assert {contrast_on_white(colour) >= 4.5 for colour in texts} == {True}
    assert {contrast_on_white(colour) >= 3 for colour in graphics - {WHITE}} == {True}
    assert graphics <= {WHITE, "#333333", "#0072B2", "#D55E00", "#009E73", "#CC79A7"}  # conventions, 5.3
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.005)  # WCAG's own borderline grey


def test_type_stays_legible_in_print_and_on_a_phone(drawn: dict[str, dict[str, Chart]]) -> None:
    for chart in (chart for charts in drawn.values() for chart in charts.values()):
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', chart.svg)]
        assert min(sizes) * (16 / 2.54 * 72) / chart.width >= 8  # points, 16 cm wide
        assert min(sizes) * 320 / chart.width >= 9  # pixels, 320 wide
        families = set(re.findall(r'font-family="([^"]+)"', chart.svg))
        assert families == {"Liberation Sans, Arial, Helvetica, sans-serif"}


def test_images_speak_french_to_who_cannot_see(drawn: dict[str, dict[str, Chart]]) -> None:
    for charts in drawn.values():
        idents = [ident for chart in charts.values() for ident in re.findall(r' id="([^"]+)"', chart.svg)]
        assert len(idents) == len(set(idents))
        for chart in charts.values():
            root = ElementTree.fromstring(chart.svg)
            title, desc = root[0], root[1]
            assert (root.get("role"), root.get("lang")) == ("img", "fr")
            assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
            assert (title.text, desc.text) == (chart.alt, chart.description)
            below = {name for element in list(root.iter())[1:] for name in element.attrib}
            assert not {name for name in below if name.startswith("aria") or name in ("role", "class")}
            assert set(re.findall(r"url\(#([^)]+)\)", chart.svg)) <= set(idents)


def test_sentences_are_whole_and_set_in_french(drawn: dict[str, dict[str, Chart]]) -> None:
    for chart in (chart for charts in drawn.values() for chart in charts.values()):
        for text in (chart.alt, chart.description):
            assert re.fullmatch(r"[A-ZÉÀ0-9].*\.", text)
            assert not re.search(r" [:;!?»%]|« |  |'|\"|nan|None|\bde [ao]|[A-Z]+_", text)
        assert len(chart.alt) <= 150


@pytest.mark.slow
def test_both_formats_have_the_same_size(drawn: dict[str, dict[str, Chart]]) -> None:
    for chart in (chart for charts in drawn.values() for chart in charts.values()):
        width, height = struct.unpack(">II", chart.png[16:24])
        assert (width, height) == (2 * chart.width, 2 * chart.height)
        assert f'viewBox="0 0 {chart.width} {chart.height}"' in chart.svg
        assert (width, height) > (0, 0)


OWN, WIDER = "", "text { font-family: monospace !important }"  # the charts' face, or another


@pytest.mark.slow
@pytest.mark.parametrize(("study", "face"), [("rich", WIDER), ("rich", OWN), ("crowded", WIDER), ("crowded", OWN)])
def test_no_text_is_cut_or_covers_another(
    study: str, face: str, drawn: dict[str, dict[str, Chart]], page: object
) -> None:
    """In a browser, with whatever face a reader has: every text lies inside the image and apart from every other.

    A text with a stroke is the white halo of the same text."""
    measure = """() => [...document.querySelectorAll('svg')].map(svg => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text:not([stroke])')].map(text => {
            const box = text.getBoundingClientRect();
            return [text.textContent, box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
        });
    })"""
    charts = list(drawn[study].values())
    page.set_content(f"<style>{face}</style>" + "<br>".join(chart.svg for chart in charts))  # type: ignore[attr-defined]
    for chart, texts in zip(charts, page.evaluate(measure), strict=True):  # type: ignore[attr-defined]
        for i, (text, left, top, right, bottom) in enumerate(texts):
            assert left >= -1 and right <= chart.width and top >= -2 and bottom <= chart.height + 2, (chart.name, text)
            for other, left2, top2, right2, bottom2 in texts[:i]:
                apart = right <= left2 or right2 <= left or bottom - 3 <= top2 or bottom2 - 3 <= top
                assert apart, (chart.name, text, other)


@pytest.mark.parametrize(("one", "other"), always(1, [(2, 1e9), (0, 1e6), (1, 1), (1, 1e3), (5e8, 1e9)]))
def test_whatever_the_numbers_the_image_has_its_width(one: float, other: float) -> None:
    """Vega measures what it draws; the space of the marks is what axes, labels and keys leave."""
    facts = [
        {"fact_id": f"ads.site_count.E0{i}", "value": value, "low": value / 2, "high": value * 3}
        | {"interval_kind": "bounds", "measure": "estimate"}
        for i, value in enumerate((one, other), 1)
    ]
    chart = ads_by_site(Released(ledgers.statements(facts)), ledgers.rich()["sites"])
    assert chart and chart.width == 400
    assert 3 * max(box.width for box in boxes(chart, WHITE)) > NARROWEST  # the limit is three times the number


@given(st.integers(1990, 2030), st.integers(1, 12), st.integers(0, 400))
def test_the_axis_covers_the_period(year: int, month: int, length: int) -> None:
    end = 12 * year + month - 1 + length
    first, last = f"{year}-{month:02d}", f"{end // 12}-{end % 12 + 1:02d}"
    months = covering(first, last)
    assert {first, last} <= set(months) and months == sorted(months)
    if length < 24:
        assert (months[0], months[-1], len(months)) == (first, last, length + 1)
    else:
        assert months[0].endswith("-01") and months[-1].endswith("-12")
        assert len(months) == 12 * (end // 12 - year + 1)


# -- The same bytes ---------------------------------------------------------------------------------------------


@pytest.mark.slow  # `.ci/run` has it of whole studies
def test_same_bytes_in_any_order(drawn: dict[str, dict[str, Chart]]) -> None:
    tables = ledgers.rich()
    again = tables | {
        "statements": tables["statements"].iloc[::-1].reset_index(drop=True),
        "articles": tables["articles"].iloc[::-1],
    }
    assert digest(draw(**again)) == digest(drawn["rich"])


@pytest.mark.slow
def test_same_bytes_from_two_threads(drawn: dict[str, dict[str, Chart]]) -> None:
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda name: (name, digest(draw(**STUDIES[name]()))), STUDIES))
    assert all(found == digest(drawn[name]) for name, found in made)


@pytest.mark.slow
def test_same_bytes_in_another_process(drawn: dict[str, dict[str, Chart]]) -> None:
    program = (
        "import json, ledgers, test_charts as t; import altair; altair.theme.enable('dark');"
        "print(json.dumps(t.digest(t.draw(**ledgers.rich()))))"
    )
    folders = [str(Path(__file__).parent), *sys.path]
    environment = os.environ | {
        "PYTHONHASHSEED": "7",  # ours is another
        "PYTHONPATH": os.pathsep.join(folders),
        "TZ": "Pacific/Auckland",
    }
    made = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(made.stdout) == digest(drawn["rich"])


def test_inputs_are_left_as_they_were(
    sources: dict[str, dict[str, pd.DataFrame]], drawn: dict[str, dict[str, Chart]]
) -> None:
    untouched = ledgers.rich()
    for name, table in sources["rich"].items():
        pd.testing.assert_frame_equal(table, untouched[name])
