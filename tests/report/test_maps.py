"""The maps: a released number is a disc whose area says it, at the place of that name, and nothing else gets in."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from pathlib import Path

import ledgers
import pandas as pd
import pytest
from own import SMALL_FILES
from test_charts import Shape, contrast_on_white, digest, shapes

from diagnostic.core.french import slug
from diagnostic.estimate.catalogue.ids import of
from diagnostic.geography.steps import territories
from diagnostic.report.charts import places
from diagnostic.report.charts.ground import projected
from diagnostic.report.charts.legend import CLASSES, NAMES, Labels, class_of, diameter, steps
from diagnostic.report.charts.style import BLUE, ORANGE, Chart, text_width
from diagnostic.report.figures import draw
from diagnostic.report.grids.places import mapped_places

FICTIONAL = SMALL_FILES / "communes.geojson"
CREDIT = "Contours : inventés"


@pytest.fixture(scope="module")
def ground() -> dict[str, pd.DataFrame]:
    content = FICTIONAL.read_bytes()
    file = {
        "properties": {},
        "sha256": hashlib.sha256(content).hexdigest(),
        "credit": CREDIT,
        "fictional": True,
        "vintage": "2026, fictif",
    }
    return territories("99", "Département fictif", file, outlines=content)


ADS = {"villeneuve": "Villeneuve", "port-neuf": "Port-Neuf", "val-fictif": "Val-Fictif"}


def facts(values: Mapping[str, float | None], **more: object) -> list[dict[str, object]]:
    """Ads of each declared place; None where the number may not be published."""
    return [
        {
            "fact_id": f"places.ads.{slug(name)}",
            "label": f"annonces déclarées à {ADS.get(name, name)}",
            "value": value or 4321,
        }
        | {"verdict": "withheld" if value is None else "shown"}
        | more
        for name, value in values.items()
    ]


MADE: dict[str, tuple[Mapping[str, pd.DataFrame], dict[str, Chart]]] = {}


def drawn(ground: Mapping[str, pd.DataFrame], *given: Mapping[str, object]) -> dict[str, Chart]:
    """The maps of these numbers on this ground, drawn once for all tests."""
    name = f"{id(ground)} {given}"
    if name not in MADE:  # the ground is kept with them: no other has its number
        MADE[name] = ground, draw(**ledgers.nothing() | ground | {"statements": ledgers.statements(given)})
    return MADE[name][1]


def discs(chart: Chart) -> list[Shape]:
    """The discs of the ground, the largest first; the key of the sizes is at its right."""
    limit = next(s.x for s in shapes(chart.svg) if "Surface du disque" in s.text)
    return [s for s in shapes(chart.svg) if s.is_disc and s.stroke == BLUE and s.dashed and s.x < limit]


def radii(chart: Chart) -> list[float]:
    found = re.findall(r'd="M(\d+(?:\.\d+)?),0A\1,\1[^"]*"[^>]*stroke-dasharray', chart.svg)
    return [float(radius) for radius in found]


def texts(chart: Chart) -> str:
    return " ".join(shape.text for shape in shapes(chart.svg))


# -- What is drawn ------------------------------------------------------------------------------------------------


def test_the_area_of_a_disc_is_proportional_to_its_number(ground: dict[str, pd.DataFrame]) -> None:
    chart = drawn(ground, *facts({"villeneuve": 90, "port-neuf": 40, "val-fictif": 10}))["carte_annonces"]
    assert len(discs(chart)) == 3
    areas = [radius**2 for radius in radii(chart)[:3]]
    assert [area / areas[0] for area in areas] == pytest.approx([1, 40 / 90, 10 / 90], rel=0.01)
    assert {"Villeneuve, 90", "Port-Neuf, 40", "Val-Fictif, 10"} <= {shape.text for shape in shapes(chart.svg)}


def test_the_key_shows_round_numbers_at_the_same_scale() -> None:
    assert steps(412) == [200, 100, 20] and steps(3) == [2, 1] and steps(1) == [1]
    assert math.isclose(diameter(200, 412, 46) ** 2 / diameter(100, 412, 46) ** 2, 2)


@pytest.mark.slow
def test_a_place_whose_number_is_withheld_is_not_on_the_map(ground: dict[str, pd.DataFrame]) -> None:
    """Under any sign: its name alone would say that few ads declare it."""
    chart, alone = (
        drawn(ground, *facts(numbers))["carte_annonces"]
        for numbers in ({"villeneuve": 90, "port-neuf": None}, {"villeneuve": 90})
    )
    assert (chart.svg, chart.description) == (alone.svg, alone.description) and "Port-Neuf" not in chart.description


def test_a_share_fills_its_commune_by_class(ground: dict[str, pd.DataFrame]) -> None:
    share = {"fact_id": "ads.city_villeneuve_pct", "label": "part", "measure": "percent", "value": 69.2}
    chart = drawn(ground, *facts({"villeneuve": 90, "port-neuf": 40}), share)["carte_annonces"]
    filled = [s for s in shapes(chart.svg) if s.fill == class_of(69.2)]
    assert len(filled) == 2  # the commune, then the key
    assert [class_of(share) for share in (0, 9.99, 10, 25, 50, 100)] == [
        color for color, times in zip((c for _, c in CLASSES), (2, 1, 1, 2), strict=True) for _ in range(times)
    ]


@pytest.mark.slow
def test_no_report_is_not_zero_and_a_zero_has_its_own_sign(ground: dict[str, pd.DataFrame]) -> None:
    zero = facts({"port-neuf": 0.0})
    zero[0]["value"] = 0.0
    chart = drawn(ground, *facts({"villeneuve": 90}), *zero)["carte_annonces"]
    assert len(discs(chart)) == 1
    assert "cela ne veut pas dire zéro" in chart.description and "zéro compté" in texts(chart)


@pytest.mark.slow  # `test_maps_territory` has its twin, who answered
def test_who_was_met_stands_beside_what_ads_declare(ground: dict[str, pd.DataFrame]) -> None:
    met = {
        "fact_id": "interviews.place.val-fictif",
        "label": "entretiens : Val-Fictif",
        "value": 2,
        "unit": "structure",
    }
    charts = drawn(ground, met, *facts({"villeneuve": 90}))
    said = texts(charts["carte_rencontres"])
    assert "Entretiens" in said and "Annonces d’offre" in said
    assert "établi" in said and "hypothèse" in said
    assert charts["carte_rencontres"].facts == ("interviews.place.val-fictif", "places.ads.villeneuve")


def test_the_towns_of_the_publication_are_named_as_the_map_reads_them() -> None:
    """The map finds a town by the words before its name: with others, it would be missing and nothing would say so."""
    path = Path(__file__).parents[2] / "resources/studies/62-2020/published_figures.csv"
    figures = pd.read_csv(path, dtype=str)
    towns = figures[of(figures["id"], places.PRINTED.pattern)]
    assert len(towns) == 5 and towns["statement_fr"].str.startswith(places.PRINTED.before).all()


@pytest.mark.slow
def test_what_a_publication_prints_of_towns_is_mapped_as_such(ground: dict[str, pd.DataFrame]) -> None:
    """« Haute » is the beginning of one commune only, « La » of two: one is found, the other is told."""
    parts = {"Villeneuve": "40", "Haute": "25", "La": "5"}
    figures = pd.DataFrame(
        [
            {
                "fact_id": f"ads.city_{slug(name)}_pct",
                "statement": f"part des annonces\u00a0: {name}",
                "published": part,
            }
            for name, part in parts.items()
        ]
    )
    chart = drawn(ground | {"reproduction": figures})["carte_villes_publiees"]
    assert [radius**2 for radius in radii(chart)[:2]] == pytest.approx([23**2, 23**2 * 25 / 40], rel=0.01)
    said = chart.description.replace("\xa0", " ")
    assert said.startswith(
        "Selon la publication, des annonces se déclarent dans 2 lieux au moins : Villeneuve (40 %) et Haute"
    )
    assert "La n’est pas placé" in said
    assert chart.facts == () and "d’après la publication" in texts(chart)
    assert "carte_villes_publiees" not in drawn(ground | {"reproduction": figures}, *facts({"villeneuve": 90}))


def test_large_towns_are_named_to_find_ones_way(ground: dict[str, pd.DataFrame]) -> None:
    """By their population alone, whatever the study holds, and never twice."""
    peopled = ground["areas"].query("level == 'commune'").nlargest(8, "population")["name"]
    chart = drawn(ground, *facts({"villeneuve": 90}))["carte_annonces"]
    italic = re.findall(r'font-style="italic"[^>]*>([^<]+)<', chart.svg)
    assert len(set(italic)) >= 4 and set(italic) <= set(peopled) - {"Villeneuve"}


def test_no_name_ends_on_the_dot_of_another_town() -> None:
    labels = Labels(0, 400, 0)
    labels.reserve(100, 50, 2, 3)
    width = NAMES * text_width("Villeneuve")
    align, _, _ = labels.place(100 - width - 8, 50, 2, "Villeneuve") or ("", 0, 0)
    assert align and align != "left"  # on its right, the name would touch what is kept free beside the other dot


# -- What is not drawn --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["reconstructed", "published"])
def test_what_was_not_observed_at_a_place_is_not_mapped(origin: str, ground: dict[str, pd.DataFrame]) -> None:
    assert drawn(ground, *facts({"villeneuve": 90}, origin=origin)) == {}


def test_a_placeholder_or_a_district_is_listed_not_guessed(ground: dict[str, pd.DataFrame]) -> None:
    chart = drawn(ground, *facts({"villeneuve": 90, "Lieu 07": 12, "Villeneuve centre": 11}))["carte_annonces"]
    assert chart.facts == ("places.ads.villeneuve",)
    assert "Lieu 07 et Villeneuve centre ne sont pas placés" in chart.description
    assert "Lieu 07" not in chart.svg.partition("</desc>")[2]


@pytest.mark.parametrize(
    "fact_id", ["venues.type.sauna", "forum.year.2024", "venues.arrondissements", "press.place.01"]
)
def test_no_venue_no_rumour_no_year_is_mapped(fact_id: str, ground: dict[str, pd.DataFrame]) -> None:
    assert drawn(ground, {"fact_id": fact_id, "label": "annonces déclarées à Villeneuve", "value": 90}) == {}


def test_without_outlines_or_without_a_place_there_is_no_map(ground: dict[str, pd.DataFrame]) -> None:
    assert drawn(ledgers.ground(), *facts({"villeneuve": 90})) == {}
    assert drawn(ground, *facts({"Lieu 07": 12})) == {}
    assert drawn(ground, *facts({"villeneuve": None})) == {}


# -- How it is drawn ----------------------------------------------------------------------------------------------


def test_the_ground_is_larger_than_its_keys_and_a_narrow_screen_has_them_under_it(
    ground: dict[str, pd.DataFrame],
) -> None:
    """The land is the first outline that is drawn; of the narrow image nothing is at its right, and ten pixels are left of
    thirteen on a screen of 320."""
    chart = drawn(ground, *facts({"villeneuve": 90}))["carte_annonces"]
    assert chart.thin and (chart.width, chart.thin.width) == (520, 400) and 13 * 320 / chart.thin.width > 10
    for one, part in ((chart, 0.6), (chart.thin, 0.8)):
        outline = re.search(r'<path[^>]*fill="#F3F2EE"[^>]*>', one.svg)
        xs = [float(x) for x, _ in re.findall(r"(-?[\d.]+),(-?[\d.]+)", re.search(r'd="([^"]+)"', outline[0])[1])]  # type: ignore[index]
        assert max(xs) - min(xs) > part * one.width, one.name
    key = {one.name: next(s for s in shapes(one.svg) if s.text.startswith("Surface")) for one in (chart, chart.thin)}
    assert key[chart.name].x > 350 and key[chart.thin.name].x < 50
    assert chart.written("doublets").thin == chart.thin


def test_scale_source_vintage_and_territories_are_on_the_map(ground: dict[str, pd.DataFrame]) -> None:
    chart = drawn(ground, *facts({"villeneuve": 90}))["carte_annonces"]
    said = texts(chart).replace("\xa0", " ")
    assert re.search(r"\d+ km\s+nord en haut", said) and "Limites :" in said
    assert "km, nord en haut" in " ".join(shape.text for shape in shapes(chart.thin.svg)).replace("\xa0", " ")  # type: ignore[union-attr]
    assert CREDIT in said and "2026, fictif" in said
    assert "Contours de 38 communes, 4 intercommunalités, 3 arrondissements." in chart.alt.replace("\xa0", " ")
    assert "Département fictif" in chart.alt and "1 lieu" in chart.alt


def test_kilometres_are_those_of_the_ellipsoid() -> None:
    """A degree of latitude at 50.5° N is 111.239 km, one of longitude 70.918 km (GRS 80, Snyder 1987, table 14)."""
    points = projected([(2.0, 50.0), (2.0, 51.0), (1.5, 50.5), (2.5, 50.5)], (2.0, 50.5))
    assert abs(points[0, 1] - points[1, 1]) == pytest.approx(111.24, rel=0.003)
    assert points[3, 0] - points[2, 0] == pytest.approx(70.92, rel=0.003)
    assert points[1, 1] < points[0, 1] and points[2, 0] < points[3, 0]  # north is up, west is left


@pytest.mark.slow
def test_nothing_stands_outside_the_image(ground: dict[str, pd.DataFrame]) -> None:
    met = {"fact_id": "interviews.place.port-neuf", "label": "entretiens : Port-Neuf", "value": 2, "unit": "structure"}
    for chart in drawn(ground, met, *facts({"villeneuve": 90, "port-neuf": None, "val-fictif": 3})).values():
        for shape in shapes(chart.svg):
            assert 0 <= shape.x <= chart.width and 0 <= shape.y <= chart.height, (chart.name, shape.text)


def test_symbols_stand_out() -> None:
    assert min(map(contrast_on_white, (BLUE, ORANGE))) >= 3


@pytest.mark.slow  # `.ci/run` has it of whole studies
def test_same_bytes_again_and_in_any_order(ground: dict[str, pd.DataFrame]) -> None:
    given = facts({"villeneuve": 90, "port-neuf": None, "val-fictif": 10})
    shuffled = ground | {"areas": ground["areas"].iloc[::-1].reset_index(drop=True)}
    first = digest(drawn(ground, *given))
    MADE.clear()
    assert first == digest(drawn(ground, *given)) == digest(drawn(ground, *given[::-1]))
    assert set(drawn(shuffled, *given)) == {"carte_annonces"}


# -- The table behind ---------------------------------------------------------------------------------------------


def test_the_table_has_every_place_with_its_code_and_its_facts(ground: dict[str, pd.DataFrame]) -> None:
    given = facts({"villeneuve": 90, "port-neuf": 40, "val-fictif": None, "Lieu 07": 12})
    demand = {"fact_id": "demand.place.villeneuve", "label": "annonces de demande : Villeneuve", "value": 19}
    text = mapped_places(
        ledgers.statements([*given, demand]), ground["areas"], lambda fact_id: f"<{fact_id}>", "Légende."
    )
    rows = [[cell.strip().replace("\\", "") for cell in line.split("|")[1:-1]] for line in text.splitlines()[:5]]
    assert rows[0] == ["Lieu", "Code", "Intercommunalité", "Arrondissement", "Annonces d’offre", "Annonces de demande"]
    assert rows[2][:2] == ["Port-Neuf", "F07"] and rows[2][4:] == ["<places.ads.port-neuf>", ""]
    assert rows[3][2:4] == ["Agglomération fictive de Villeneuve", "Arrondissement fictif du Nord"]
    assert rows[3][4:] == ["<places.ads.villeneuve>", "<demand.place.villeneuve>"]
    assert rows[4] == ["Lieu 07", "sans code", "", "", "<places.ads.lieu-07>", ""]
    assert mapped_places(ledgers.statements(given), ledgers.ground()["areas"], str, "Légende.") == ""
