"""The tables of the register and of the coded sample, from statements written by hand."""

from __future__ import annotations

import pandas as pd

from diagnostic.report.grids import internet

Given = tuple[str, str, float]


def statements(*facts: Given) -> pd.DataFrame:
    made = pd.DataFrame(facts, columns=["statement_id", "label", "shown_value"])
    return made.sort_values("statement_id", ignore_index=True)


def numbers(found: pd.DataFrame):
    values = dict(zip(found["statement_id"], found["shown_value"], strict=True))
    return lambda fact_id: f"{values[fact_id]:g}" if fact_id in values else ""


def nothing(_: str) -> str:
    return ""


def body(table: str) -> list[list[str]]:
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_prices_follow_from_the_lowest_and_zeros_are_left_out() -> None:
    found = statements(
        ("terms.paid_options", "sites qui vendent des options payantes", 5),
        ("terms.option.top", "options payantes : mise en tête", 3),
        ("terms.option.style", "options payantes : couleur", 0),
        ("terms.subscription", "sites qui vendent un abonnement", 2),
        ("terms.price.from_10", "de 10 à 49", 3),
        ("terms.price.free", "gratuit", 1),
        ("terms.price.under_10", "moins de 10", 2),
    )
    rows = body(internet.site_terms(found, numbers(found), "Légende."))
    assert [row[1] for row in rows] == ["5", "3", "2", "1", "2", "3"]
    assert internet.site_terms(statements(), nothing, "Légende.") == ""


def test_a_variable_that_is_not_published_leaves_the_others() -> None:
    found = statements(
        ("profile.ad.euphemism.gift", "Euphémismes : cadeau, part des annonces", 40),
        ("profile.ad.euphemism.none", "Euphémismes : aucun, part des annonces", 50),
        ("profile.person.euphemism.gift", "Euphémismes : cadeau, part des personnes", 30),
    )
    given = (found, numbers(found), nothing, ["vocabulary", "euphemism"], "Légende.", "vocabulaire")
    rows = body(internet.profiles(*given))
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("Cadeau", "40", "30"),
        ("Aucun", "50", ""),  # « aucun » comes last, whatever its share
    ]
    assert internet.profiles(found, nothing, nothing, ["vocabulary"], "Légende.", "x") == ""


def test_places_have_no_column_of_intervals_where_every_count_is_exact() -> None:
    found = statements(
        ("places.ads.lens", "annonces déclarées à Lens", 12),
        ("ads.city_lens_pct", "part des annonces déclarées à Lens", 70.6),
    )
    found = pd.concat([found, found.replace({"lens": "arras", "Lens": "Arras"}, regex=True)])
    assert ["Lens", "12", "70.6"] in body(internet.places(found, numbers(found), nothing, "Légende."))
    assert len(body(internet.places(found, numbers(found), lambda _: "60 à 80", "Légende."))[1]) == 4


def test_the_agreement_on_groups_stands_apart_from_alphas() -> None:
    found = statements(
        ("agreement.alpha.audience", "Public visé : alpha de Krippendorff", 0.9),
        ("agreement.groups.pairs_pct", "groupes de doublons : paires réunies par les deux codages", 80),
    ).assign(method="Trente annonces.")
    told = internet.groupings(found, numbers(found), "Légende.")
    assert "*Légende.* Paires réunies par les deux codages\u00a0: " in told and "80" in told and "alpha" not in told
    assert internet.groupings(found.iloc[:1], nothing, "Légende.") == ""


def test_pages_and_coded_places_of_a_site_stand_side_by_side() -> None:
    found = statements(
        ("sample.site_pages.A01", "annonces du site A01, d’après les pages lues", 80),
        ("sample.site_places.A01", "annonces du site A01, d’après les places codées", 90),
        ("sample.site_size.A01", "annonces du site A01, pages et places codées réunies", 85),
    ).assign(method="Les deux ensemble.")
    both = pd.concat([found, found.replace("A01", "A02", regex=True)])
    rows = body(internet.read_and_coded(both, numbers(both), lambda name: f"de {name[12:16]}", "Légende."))
    assert rows[0] == ["A01", "80", "de page", "90", "de plac", "85", "de size", "Les deux ensemble\\."]
    assert internet.read_and_coded(found.iloc[:2], nothing, nothing, "Légende.") == ""


def test_measures_stand_by_source_with_a_column_per_year() -> None:
    found = statements(
        ("penal.2024.client_fine.prosecutor", "Amende à un client, 2024, source : Parquet", 23),
        ("penal.2025.client_fine.prosecutor", "Amende à un client, 2025, source : Parquet", 31),
        ("penal.2025.client_fine.police", "Amende à un client, 2025, source : Police", 30),
    ).assign(method=["Dit.", "Dit.", "Dit. Donné comme approximatif."])
    rows = body(internet.penal(found, numbers(found), "Légende."))
    assert rows == [["Amende à un client", "Police", "", "30"], ["Amende à un client", "Parquet", "23", "environ 31"]]


def test_a_calculation_that_is_withheld_has_no_row() -> None:
    """Neither a dash, nor a name: the number retained and its check are left."""
    found = statements(
        ("persons.total", "personnes derrière les annonces", 400),
        ("persons.horvitz_thompson", "contrôle", 390),
        ("persons.seen", "personnes différentes vues", float("nan")),
        ("persons.logical", "bornes logiques", float("nan")),
    ).assign(interval_kind="none")
    found["kind"] = found["shown_value"].notna().map({True: "value", False: "withheld"})
    rows = body(internet.persons(found, numbers(found), nothing, "Essai."))
    assert [row[:2] for row in rows] == [["Personnes derrière les annonces", "400"], ["Contrôle", "390"]]
