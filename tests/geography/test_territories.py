"""From packages or from a team's file to the territories of one département, without network and without data package."""

from __future__ import annotations

import hashlib
import json
import math

import pandas as pd
import pytest
import synthetic
from synthetic import COMMUNES, geojson, square

from diagnostic.geography import archives, shapes
from diagnostic.geography.names import Gazetteer
from diagnostic.geography.steps import territories
from diagnostic.geography.tables import TABLES


@pytest.fixture(scope="module")
def country() -> pd.DataFrame:
    return TABLES["country"].validate(archives.country(synthetic.wheel(), synthetic.codes()))


def made(country: pd.DataFrame | None, departement: str = "01") -> pd.DataFrame:
    tables = territories(departement, "Premier", {}, country)
    for name, table in tables.items():
        TABLES[name].validate(table)
    return tables["areas"]


def own(content: bytes, **changes: object) -> dict[str, pd.DataFrame]:
    digest = hashlib.sha256(content).hexdigest()
    file = {
        "properties": {},
        "sha256": digest,
        "credit": "Contours : équipe",
        "vintage": "2026",
        "fictional": True,
    } | changes
    tables = territories("99", "Fictif", file, outlines=content)
    for name, table in tables.items():
        TABLES[name].validate(table)
    return tables


def levels(areas: pd.DataFrame) -> dict[str, int]:
    return areas["level"].value_counts().to_dict()


def area_of(areas: pd.DataFrame, level: str, code: str) -> float:
    (text,) = areas.loc[areas["level"].eq(level) & areas["code"].eq(code), "outline"]
    return round(shapes.decode(text).area, 6)


# -- From the packages --------------------------------------------------------------------------------------------


def test_current_communes_with_their_memberships(country: pd.DataFrame) -> None:
    communes = country[country["level"] == "commune"].set_index("code")
    assert list(communes.index) == ["01001", "01002", "01003", "01005", "2A004"]  # neither delegated nor ARM
    assert communes["name"].to_dict() == {
        "01001": "Bourg",
        "01002": "L’Enclave",
        "01003": "Les Îles",
        "01005": "Étang-sur-Œuvre",
        "2A004": "La Voisine",
    }
    assert communes.loc["01001", "former"] == "Le Hameau"  # not its own name again
    assert communes.loc["01001", "arrondissement"] == "011"  # not that of the delegated commune of the same code
    assert communes.loc["2A004", ["departement", "epci", "epci_name"]].tolist() == [
        "2A",
        "200000008",
        "Communauté des Îles",
    ]
    assert pd.isna(communes.loc["01005", "epci"])


def test_nothing_of_the_town_halls_stays(country: pd.DataFrame) -> None:
    assert "01 23 45 67 89" not in country.to_csv()


def test_each_level_is_the_union_of_its_communes_inside_the_departement(country: pd.DataFrame) -> None:
    areas = made(country)
    assert levels(areas) == {"commune": 4, "epci": 2, "arrondissement": 2, "departement": 1, "locator": 2}
    assert area_of(areas, "departement", "01") == pytest.approx(0.09 + 0.02 + 0.01)
    assert area_of(areas, "epci", "200000007") == pytest.approx(0.09)  # the enclave fills the hole
    assert area_of(areas, "epci", "200000008") == pytest.approx(0.02)  # without the commune of the other département
    assert area_of(areas, "arrondissement", "012") == pytest.approx(0.03)


def test_a_departement_whose_code_has_a_letter(country: pd.DataFrame) -> None:
    areas = made(country, "2A")
    assert levels(areas)["commune"] == 1
    assert area_of(areas, "departement", "2A") == pytest.approx(0.02)


def test_without_the_codes_there_are_no_arrondissements_and_it_is_said() -> None:
    tables = territories("01", "Premier", {}, archives.country(synthetic.wheel(), None))
    assert "arrondissement" not in levels(tables["areas"])
    assert tables["source"].iloc[0].kind == "fetched" and "arrondissements" in tables["source"].iloc[0].note


def test_a_damaged_or_missing_polygon_stops_the_making_of_the_copy() -> None:
    damaged = [(*COMMUNES[0][:8], [[[(2.0, 46.0), (2.1, 46.0), (2.2, 46.0)]]]), *COMMUNES[1:]]
    with pytest.raises(shapes.ShapeError):
        archives.country(synthetic.wheel(damaged), synthetic.codes())  # type: ignore[arg-type]
    with pytest.raises(shapes.ShapeError):
        archives.country(synthetic.wheel([(*COMMUNES[0][:8], []), *COMMUNES[1:]]), None)


@pytest.mark.parametrize("nothing", [None, TABLES["country"].empty()])
def test_without_outlines_both_tables_are_made_and_say_why(nothing: pd.DataFrame | None) -> None:
    tables = territories("01", "Premier", {}, nothing)
    assert tables["areas"].empty
    assert tables["source"].iloc[0].kind == "absent" and "geography_fetch" in tables["source"].iloc[0].note


# -- From the team's file -----------------------------------------------------------------------------------------

THREE = {"F1": [square(0, 0)], "F2": [square(1, 0)], "F3": [square(0, 1), square(5, 5)]}


def test_the_teams_file_comes_first(country: pd.DataFrame) -> None:
    content = geojson(THREE, epci={"F1": "E", "F2": "E"}, epci_name={"F1": "Agglomération", "F2": "Agglomération"})
    digest = hashlib.sha256(content).hexdigest()
    file = {"properties": {}, "sha256": digest, "credit": "Équipe", "vintage": "2026", "fictional": True}
    tables = territories("01", "Premier", file, country=country, outlines=content)
    assert levels(tables["areas"]) == {"commune": 3, "epci": 1, "departement": 1}
    assert tables["source"].iloc[0].kind == "file" and tables["source"].iloc[0].vintage == "2026"
    assert area_of(tables["areas"], "epci", "E") == pytest.approx(0.02)


def test_its_properties_may_have_other_names() -> None:
    content = json.loads(geojson({"F1": [square(0, 0)]}))
    content["features"][0]["properties"] = {"INSEE_COM": "F1", "NOM": "Première", "code": "autre"}
    tables = own(json.dumps(content).encode(), properties={"code": "INSEE_COM", "name": "NOM"})
    (commune,) = tables["areas"][tables["areas"]["level"] == "commune"].itertuples()
    assert (commune.code, commune.name) == ("F1", "Première")


def broken(change: dict[str, object]) -> bytes:
    content = json.loads(geojson(THREE))
    content["features"][1] |= change
    return json.dumps(content).encode()


LAMBERT = [[[[650_000, 6_860_000], [651_000, 6_860_000], [650_000, 6_861_000], [650_000, 6_860_000]]]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"not JSON", "Ce n’est pas un GeoJSON"),
        (b'{"type": "FeatureCollection"}', "Ce n’est pas un GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "n’a aucune commune"),
        (broken({"properties": {"name": "Sans code"}}), "nº 2 : propriété « code » : elle manque"),
        (broken({"properties": {"code": "F1", "name": "Encore"}}), "Codes donnés à plusieurs communes : F1"),
        (broken({"geometry": None}), "nº 2 : son contour est vide ou abîmé"),
        (broken({"geometry": {"type": "Point", "coordinates": [2.0, 46.0]}}), "nº 2 : son contour est vide ou abîmé"),
        (broken({"geometry": {"type": "MultiPolygon", "coordinates": LAMBERT}}), "exporter le fichier en WGS 84"),
    ],
)
def test_an_unusable_file_leaves_no_map_and_says_why(content: bytes, told: str) -> None:
    tables = own(content)
    assert tables["areas"].empty
    assert tables["source"].iloc[0].kind == "refused" and told in tables["source"].iloc[0].note


@pytest.mark.slow
def test_edges_that_all_cross_end_the_child_and_the_commune_is_told() -> None:
    """A star of 8,001 points, half a megabyte, whose edges cross some sixteen million times."""
    turn = 2 * math.pi * 4_000 / 8_001
    ring = [[2 + math.cos(n * turn) / 10, 46 + math.sin(n * turn) / 10] for n in range(8_001)]
    tables = own(broken({"geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}))
    note = tables["source"].iloc[0].note
    assert tables["areas"].empty and note.startswith(
        "Commune nº 2 : lire son contour demande plus de mémoire que permis"
    )
    assert not own(geojson(THREE))["areas"].empty  # read by another child


def test_a_file_changed_since_it_was_accepted_is_not_used() -> None:
    tables = own(geojson(THREE), sha256="0" * 64)
    assert tables["areas"].empty and "diagnostic sceller" in tables["source"].iloc[0].note


# -- Names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "official"),
    [("etang sur oeuvre", "Étang-sur-Œuvre"), ("L'ENCLAVE", "L’Enclave"), ("les  Iles", "Les Îles")],
)
def test_case_accents_hyphens_and_apostrophes_do_not_count(written: str, official: str, country: pd.DataFrame) -> None:
    found = Gazetteer(made(country)).find(written)
    assert found and found.name == official


def test_a_former_commune_stands_for_the_one_it_is_part_of(country: pd.DataFrame) -> None:
    found = Gazetteer(made(country)).find("Le Hameau")
    assert found and (found.level, found.code) == ("commune", "01001")


@pytest.mark.parametrize("name", ["Enclav", "Bourg-en-Bresse", "secteur du Bourg", "", "La Voisine"])
def test_a_name_is_never_guessed(name: str, country: pd.DataFrame) -> None:
    assert Gazetteer(made(country)).find(name) is None


def test_a_name_that_two_communes_have_is_not_chosen() -> None:
    content = json.loads(geojson(THREE))
    for feature in content["features"][:2]:
        feature["properties"]["name"] = "Villeneuve"
    assert Gazetteer(own(json.dumps(content).encode())["areas"]).find("Villeneuve") is None


def test_a_larger_territory_is_found_at_its_level_only(country: pd.DataFrame) -> None:
    gazetteer = Gazetteer(made(country))
    found = gazetteer.find("Communauté du Bourg")
    assert found and found.level == "epci"
    assert gazetteer.find("Bourg", ("epci", "arrondissement")) is None
