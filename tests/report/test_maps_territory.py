"""Persons by place: classes of released numbers, one neutral fill for the rest, and not a trace of what is withheld."""

from __future__ import annotations

import re
from collections.abc import Mapping

import ledgers
import pandas as pd
import pytest
from test_charts import Shape, shapes
from test_maps import drawn, ground, texts  # noqa: F401

from diagnostic.report.charts.style import Chart
from diagnostic.report.charts.territory import COLORS, NEUTRAL, class_of
from diagnostic.report.grids.places import HIDDEN, persons_by_place

VILLENEUVE, PORT, FABLES, PLANS = (
    *("agglomeration-de-villeneuve", "communaute-du-port"),
    *("communaute-des-fables", "communaute-des-plans"),
)
SECRET = 4321  # of a number that is withheld
Ground = dict[str, pd.DataFrame]


def placed(values: Mapping[str, float | None], kind: str = "persons", **more: object) -> list[dict[str, object]]:
    """Numbers by « level.code »; None where the number is withheld."""
    return [
        {
            "fact_id": f"territory.{kind}.{place}",
            "label": f"personnes, secret de {place}",
            "unit": "person",
            "value": SECRET if value is None else value,
            "verdict": "withheld" if value is None else "shown",
            "ground": "small" if value is None else "exact",
        }
        | more
        for place, value in values.items()
    ]


def filled(chart: Chart, color: str) -> list[Shape]:
    """The territories of a colour: what is not a box of the key."""
    return [s for s in shapes(chart.svg) if s.fill == color and not s.is_box]


def diameters(chart: Chart) -> list[float]:
    """Of the dashed discs, those of the key last."""
    found = re.findall(r'd="M(\d+(?:\.\d+)?),0A\1,\1[^"]*"[^>]*stroke-dasharray', chart.svg)
    return [2 * float(radius) for radius in found]


# -- What is drawn ------------------------------------------------------------------------------------------------


def test_a_number_is_its_class_and_its_text(ground: Ground) -> None:  # noqa: F811
    chart = drawn(ground, *placed({f"epci.{VILLENEUVE}": 106, f"epci.{PORT}": 45}))["carte_situations"]
    assert len(filled(chart, COLORS[3])) == len(filled(chart, COLORS[1])) == 1
    assert not filled(chart, COLORS[0]) and not filled(chart, COLORS[2])
    said = texts(chart)
    assert "Villeneuve, 106" in said and "Port, 45" in said and NEUTRAL in said and "hypothèse" in said
    told = chart.description.replace("\xa0", " ")
    assert "Agglomération fictive de Villeneuve (106) et Communauté fictive du Port (45)" in told
    assert "le nombre est protégé, ou personne n’a rien signalé" in told and "2 lieux" in chart.alt


@pytest.mark.parametrize(("value", "at"), [(11, 0), (19, 0), (20, 1), (49, 1), (50, 2), (99, 2), (100, 3), (5000, 3)])
def test_a_class_has_its_lower_limit(value: float, at: int) -> None:
    assert class_of(value) == at and len(COLORS) <= 5


@pytest.mark.slow
def test_colours_and_sizes_say_no_more_than_the_class(ground: Ground) -> None:  # noqa: F811
    """Two numbers of one class: the same colour, the same disc."""
    low, high = (
        drawn(ground, *placed({f"epci.{VILLENEUVE}": 51 + more, "commune.F23": 21 + more, "commune.F07": 24}))
        for more in (0, 25)
    )
    one, other = (charts["carte_situations"] for charts in (low, high))
    assert diameters(one) == diameters(other) and len(diameters(one)) == 3  # two communes and their class in the key
    assert len(filled(one, COLORS[2])) == len(filled(other, COLORS[2])) == 1


@pytest.mark.slow
def test_the_arrondissement_is_filled_where_nothing_smaller_is_shown(ground: Ground) -> None:  # noqa: F811
    given = placed({f"epci.{VILLENEUVE}": None, "arrondissement.nord": 60})
    chart = drawn(ground, *given)["carte_situations"]
    assert chart.facts == ("territory.persons.arrondissement.nord",)
    assert "dans 1 arrondissement au moins" in chart.description and len(filled(chart, COLORS[2])) == 1


@pytest.mark.slow
def test_forms_stand_side_by_side_at_one_level(ground: Ground) -> None:  # noqa: F811
    given = placed({f"epci.{PORT}": 30, "arrondissement.nord": 70}, "visible")
    given += placed({f"epci.{PORT}": 55, f"epci.{FABLES}": None}, "discreet")
    chart = drawn(ground, *given)["carte_formes"]
    assert chart.facts == (f"territory.visible.epci.{PORT}", f"territory.discreet.epci.{PORT}")
    assert "Prostitution visible" in texts(chart) and "Prostitution discrète" in texts(chart)


@pytest.mark.slow
def test_who_answered_stands_beside_what_is_described(ground: Ground) -> None:  # noqa: F811
    answered = {"fact_id": "partners.place.F23", "label": "structures entendues : Villeneuve", "value": 9}
    chart = drawn(ground, answered | {"unit": "structure"}, *placed({f"epci.{PORT}": 45}))["carte_rencontres"]
    assert chart.facts == ("partners.place.F23", f"territory.persons.epci.{PORT}")
    said = texts(chart)
    assert "Structures entendues" in said and "établi" in said and "hypothèse" in said
    assert "cela ne veut pas dire zéro" in chart.description


@pytest.mark.slow  # `test_maps.py` has its twin
def test_nothing_stands_outside_the_image(ground: Ground) -> None:  # noqa: F811
    given = placed({f"epci.{VILLENEUVE}": 106, f"epci.{PLANS}": 15, "commune.F07": 33})
    for chart in drawn(ground, *given, *placed({f"epci.{PORT}": 30}, "visible")).values():
        for shape in shapes(chart.svg):
            assert 0 <= shape.x <= chart.width and 0 <= shape.y <= chart.height, (chart.name, shape.text)


# -- What must not be told ----------------------------------------------------------------------------------------


def test_withheld_and_never_reported_are_the_same_to_the_byte(ground: Ground) -> None:  # noqa: F811
    """Image, alternative text, description, list of facts and table."""
    shown = [*placed({f"epci.{VILLENEUVE}": 106}), *placed({f"epci.{VILLENEUVE}": 30}, "visible")]
    more = placed({f"epci.{PORT}": None, "commune.F07": None, "arrondissement.nord": None})
    more += placed({f"epci.{PORT}": None, f"epci.{FABLES}": None}, "discreet")
    bare, full = drawn(ground, *shown), drawn(ground, *shown, *more)
    assert bare.keys() == full.keys()
    for name, chart in bare.items():
        # The image, of which the other format is made, its size, all that is said of it; what a narrow screen has drawn.
        assert chart == full[name] and chart.narrow == full[name].narrow
        assert str(SECRET) not in full[name].svg and "secret" not in full[name].svg
    tables = [
        persons_by_place(
            ledgers.statements(facts), ground["areas"], lambda fact_id: f"<{fact_id}>", str, "Légende.", "x"
        )
        for facts in (shown, [*shown, *more])
    ]
    assert tables[0] == tables[1]
    row = next(line for line in tables[0].splitlines() if "Villeneuve" in line)
    assert "visible" in row and "discrète" not in row and HIDDEN not in row and str(SECRET) not in tables[0]


def test_with_nothing_to_show_there_is_no_map_and_no_table(ground: Ground) -> None:  # noqa: F811
    hidden = placed({f"epci.{VILLENEUVE}": None, "arrondissement.nord": None})
    assert drawn(ground, *hidden) == {}
    assert persons_by_place(ledgers.statements(hidden), ground["areas"], str, str, "Légende.", "x") == ""
    assert drawn(ledgers.ground(), *placed({f"epci.{VILLENEUVE}": 106})) == {}


@pytest.mark.parametrize("origin", ["reconstructed", "published"])
def test_what_was_not_observed_at_a_place_is_not_mapped(origin: str, ground: Ground) -> None:  # noqa: F811
    assert drawn(ground, *placed({f"epci.{VILLENEUVE}": 106}, origin=origin)) == {}
