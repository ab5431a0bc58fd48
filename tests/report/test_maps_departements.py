"""The maps of a study of several départements: persons and ads by département, in the order of codes, nothing below."""

from __future__ import annotations

import hashlib
import re

import pandas as pd
import pytest
from test_maps import drawn, texts
from test_maps_territory import filled

from diagnostic.geography.steps import territories
from diagnostic.report.charts.territory import COLORS
from diagnostic.trial import workbooks

NAMES = {"2A": "Corse-du-Sud", "2B": "Haute-Corse"}
SECRET = 4321  # of a number that is withheld
ROUNDED = {"value": 120.0, "verdict": "shown", "ground": "rounded"}


@pytest.fixture(scope="module")
def ground() -> dict[str, pd.DataFrame]:
    content = workbooks.geojson(tuple(NAMES))
    file = {"properties": {}, "sha256": hashlib.sha256(content).hexdigest(), "credit": "inventés", "vintage": "y"}
    return territories(list(NAMES), list(NAMES.values()), file | {"fictional": True}, outlines=content)


def told(persons: dict[str, float | None]) -> list[dict[str, object]]:
    made: list[dict[str, object]] = [
        {"fact_id": f"d{code}.shared.persons_prostitution", "label": "personnes", "unit": "person"}
        | {"value": SECRET if value is None else value, "verdict": "withheld" if value is None else "shown"}
        | {"ground": "small" if value is None else "rounded"}
        for code, value in persons.items()
    ]
    ads = {"d2a": 40.0, "d2b": 1000.0}
    made += [{"fact_id": f"{code}.ads.total", "label": "annonces", "value": value} for code, value in ads.items()]
    return [*made, {"fact_id": "places.ads.ajaccio", "label": "annonces déclarées à Ajaccio", "verdict": "withheld"}]


def test_each_departement_has_its_class_and_its_number(ground: dict[str, pd.DataFrame]) -> None:
    """The smaller first: by code, not by number."""
    charts = drawn(ground, *told({"2a": 20, "2b": 130}))
    chart = charts["carte_situations"]
    assert len(filled(chart, COLORS[1])) == len(filled(chart, COLORS[3])) == 1
    assert "dans 2 départements au moins\u00a0: Corse-du-Sud (20) et Haute-Corse (130)." in chart.description
    assert chart.alt.startswith("Carte, Corse-du-Sud, Haute-Corse")
    assert chart.facts == ("d2a.shared.persons_prostitution", "d2b.shared.persons_prostitution")
    ads = charts["carte_annonces"].description.replace("\u202f", " ")
    assert "Corse-du-Sud (40) et Haute-Corse (1 000)" in ads
    assert charts["carte_annonces"].facts == ("d2a.ads.total", "d2b.ads.total")


@pytest.mark.slow
def test_what_is_withheld_has_the_neutral_fill(ground: dict[str, pd.DataFrame]) -> None:
    chart = drawn(ground, *told({"2a": None, "2b": 45}))["carte_situations"]
    assert chart.facts == ("d2b.shared.persons_prostitution",)
    assert sum(len(filled(chart, color)) for color in COLORS) == 1
    assert str(SECRET) not in chart.svg and str(SECRET) not in texts(chart)


@pytest.mark.slow
def test_side_by_side_each_departement_has_its_code_and_its_number_where_its_name_has_no_room() -> None:
    """Four of them in a row, as the trial outlines have them: nothing is written over something else, nor outside the ground."""
    names = {"22": "Côtes-d’Armor", "29": "Finistère", "35": "Ille-et-Vilaine", "56": "Morbihan"}
    content = workbooks.geojson(tuple(names))
    file = {"properties": {}, "sha256": hashlib.sha256(content).hexdigest(), "credit": "inventés", "vintage": "y"}
    row = territories(list(names), list(names.values()), file | {"fictional": True}, outlines=content)
    made: list[dict[str, object]] = []
    for code in names:
        made += [{"fact_id": f"d{code}.ads.total", "label": "annonces", "value": 1458.0}]
        made += [{"fact_id": f"d{code}.shared.persons_prostitution", "label": "personnes", "unit": "person"} | ROUNDED]
    charts = drawn(row, *made)
    for name, number in (("carte_annonces", "1\u202f458"), ("carte_situations", "120")):
        written = re.findall(r'translate\(([\d.]+),([\d.]+)\)"[^>]*>([^<]+)<', charts[name].svg)
        places = {text: (float(x), float(y)) for x, y, text in written if re.match(r"\d\d\u00a0: ", text)}
        whole = [code for code in names if f"{code}\u00a0: {number}" not in places]
        assert len(places) + len(whole) == len(names) and all(names[code] in texts(charts[name]) for code in whole)
        for one, (x, y) in places.items():
            beside = [other for other, (x2, y2) in places.items() if abs(x - x2) < 57 and abs(y - y2) < 13]
            assert beside == [one]  # 57 pixels: the widest of these texts, read on the image
        assert "Commune" not in texts(charts[name])  # a town that only shows the way is not named across a limit
