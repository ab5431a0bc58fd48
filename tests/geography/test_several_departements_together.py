"""The territories of several départements: one row each, and every commune in one of them."""

from __future__ import annotations

import hashlib
import json

import pandas as pd
import pytest

from diagnostic.geography import user_file
from diagnostic.geography.outlines import UnusableError
from diagnostic.geography.steps import territories
from diagnostic.trial import workbooks

NAMES = {"22": "Un", "29": "Deux", "35": "Trois", "56": "Quatre"}
CONTENT = workbooks.geojson(tuple(NAMES))


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    file = {"properties": {}, "sha256": hashlib.sha256(CONTENT).hexdigest(), "credit": "x", "vintage": "y"}
    made = territories(list(NAMES), list(NAMES.values()), file | {"fictional": True}, outlines=CONTENT)
    assert made["source"]["kind"].tolist() == ["file"]
    return made["areas"]


def test_each_level_has_its_territories(areas: pd.DataFrame) -> None:
    """Twelve communes, three intercommunalities and two arrondissements in each of the four."""
    counts = areas.groupby(["level", "departement"]).size().unstack()
    assert counts.loc["commune"].tolist() == [12] * 4 and counts.loc["epci"].tolist() == [3] * 4
    assert counts.loc["arrondissement"].tolist() == [2] * 4 and counts.loc["departement"].tolist() == [1] * 4
    named = areas[areas["level"] == "departement"]
    assert dict(zip(named["code"], named["name"], strict=True)) == NAMES


def test_a_departement_lies_around_its_communes_alone(areas: pd.DataFrame) -> None:
    whole = areas[areas["level"] == "departement"].set_index("code")["x"]
    assert whole.is_monotonic_increasing  # from west to east
    for code, own in areas[areas["level"] == "commune"].groupby("departement"):
        others = whole.drop(code)
        assert (own["x"].mean() - others).abs().min() > abs(own["x"].mean() - whole[code])


def test_a_commune_that_is_in_none_of_them_is_told() -> None:
    content = json.loads(CONTENT)
    content["features"][0]["properties"]["departement"] = "62"
    content["features"][1]["properties"].pop("departement")
    with pytest.raises(UnusableError) as error:
        user_file.communes(json.dumps(content).encode(), {}, list(NAMES), real=False)
    assert [line.split(" : ")[0] for line in str(error.value).splitlines()] == ["Commune nº 1", "Commune nº 2"]


def test_a_departement_without_communes_is_told() -> None:
    with pytest.raises(UnusableError) as error:
        user_file.communes(CONTENT, {}, [*NAMES, "62"], real=False)
    assert str(error.value) == "Le fichier n’a aucune commune du département 62."


def test_a_real_commune_is_of_the_departement_that_its_code_begins_with() -> None:
    content = json.loads(workbooks.geojson())
    for at, feature in enumerate(content["features"]):
        feature["properties"]["code"] = f"{('22', '35')[at % 2]}{at:03d}"
        ring = feature["geometry"]["coordinates"][0]
        feature["geometry"]["coordinates"] = [[[x + 16, y] for x, y in ring]]  # over France
    found = user_file.communes(json.dumps(content).encode(), {}, ["22", "35"])
    assert (found["departement"] == found["code"].str[:2]).all() and found["departement"].nunique() == 2


def test_outlines_of_one_departement_are_what_they_were() -> None:
    """Twelve communes named by a letter, without any property of a département."""
    features = json.loads(workbooks.geojson())["features"]
    assert [one["properties"]["code"] for one in features] == workbooks.outline_codes()[0] and len(features) == 12
    assert not any("departement" in one["properties"] for one in features)
