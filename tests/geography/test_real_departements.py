"""Five départements from the fetched copy, where it is: outline and number of communes. Fetch it with `snakemake`."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import shapely

from diagnostic.core import io
from diagnostic.geography import shapes
from diagnostic.geography.steps import territories
from diagnostic.report.charts.ground import projected

COPY = Path(__file__).parents[2] / ".geographie/geography/country.parquet"
# Communes, intercommunalities (wholly or partly there) and arrondissements on 1 January 2024 (INSEE, COG; DGCL); square
# kilometres: for 62 and 971 those of the same outlines in the official projections (EPSG:2154, 5490), else INSEE's;
# enclaves of another département: Mœuvres, Boursies and Doignies (59) in 62.
KNOWN = {
    "62": (890, 20, 7, 6715.9, 1),
    "75": (1, 1, 1, 105.4, 0),
    "2A": (124, 7, 2, 4014.0, 0),
    "971": (32, 6, 2, 1632.6, 0),
    "49": (176, 10, 4, 7166.0, 0),  # one intercommunality has its seat in the next département
}


@pytest.fixture(scope="module")
def country() -> pd.DataFrame:
    table = io.read_table(COPY) if COPY.is_file() else pd.DataFrame()
    if table.empty:
        pytest.skip("contours publics absents : « snakemake » les télécharge une fois")
    return table


@pytest.mark.parametrize("code", KNOWN)
def test_outline_and_number_of_territories(code: str, country: pd.DataFrame) -> None:
    areas = territories(code, code, {}, country)["areas"]
    communes, intercommunalities, arrondissements, surface, enclaves = KNOWN[code]
    found = areas["level"].value_counts()
    assert (found["commune"], found["epci"], found["arrondissement"]) == (communes, intercommunalities, arrondissements)
    (outline,) = (shapes.decode(text) for text in areas.loc[areas["level"] == "departement", "outline"])
    assert sum(len(part.interiors) for part in shapes.parts(outline)) == enclaves
    centre = shapes.inside(outline)
    square_kilometres = shapely.transform(outline, partial(projected, centre=centre)).area
    assert math.isclose(square_kilometres, surface, rel_tol=0.01)


def test_every_commune_of_the_country_has_a_place(country: pd.DataFrame) -> None:
    communes = country[country["level"] == "commune"]
    assert len(communes) == 34_935 and communes["code"].is_unique  # INSEE, 1 January 2024
    assert communes["departement"].nunique() == 101 == (country["level"] == "locator").sum()
    assert communes.set_index("code").loc[["62041", "62193"], "name"].tolist() == ["Arras", "Calais"]
