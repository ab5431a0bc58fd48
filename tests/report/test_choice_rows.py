"""The headlines under other choices of calculation: one row each, or one range for all of them; and their chart."""

from __future__ import annotations

from typing import Any

import ledgers
import pandas as pd

from diagnostic.report.figures import draw
from diagnostic.report.grids import internet

PERSONS: dict[str, Any] = {"unit": "person", "measure": "estimate"}
START = "personnes derrière les annonces"
ADS = [
    {"fact_id": "ads.total", "value": 99, "label": "annonces répertoriées"},
    {"fact_id": "ads.frame_collapsed", "value": 75, "label": "annonces une fois les miroirs regroupés"},
]


def estimated(**choices: Any) -> pd.DataFrame:
    """Statements of an estimate of persons and of these choices: a value, or a range."""
    facts: list[dict[str, Any]] = [
        {"fact_id": "persons.total", "value": 60, "low": 40, "high": 80, "label": START}
        | PERSONS
        | {"interval_kind": "model"}
    ]
    for name, told in choices.items():
        own = {"fact_id": f"sensitivity.{name}.persons_total", "label": f"{START} : {name} changé"} | PERSONS
        facts.append(own | ({"low": told[0], "high": told[1]} if isinstance(told, tuple) else {"value": told}))
    return ledgers.statements([*ADS, *facts])


def table(statements: pd.DataFrame) -> list[list[str]]:
    said = statements.set_index("statement_id")
    cell, interval = (lambda one: said.at[one, "printed"]), (lambda one: said.at[one, "printed_interval"])
    text = internet.choices(statements, cell, interval, "Légende.")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[part.strip() for part in line.strip("|").split("|")] for line in lines[1:]]


def chart(statements: pd.DataFrame) -> Any:
    return draw(**ledgers.nothing() | {"statements": statements}).get("choix_de_calcul")


def test_each_choice_has_its_row_beside_the_number_kept() -> None:
    assert table(estimated(links_apart=64, links_together=55)) == [
        ["**Personnes derrière les annonces**", "", "", ""],
        ["Nombre retenu", "60", "40 à 80", "modèle"],
        ["Links\\_apart changé", "64", "–", "–"],
        ["Links\\_together changé", "55", "–", "–"],
        ["**Annonces**", "", "", ""],
        ["Nombre retenu", "99", "–", "–"],
        ["Annonces une fois les miroirs regroupés", "75", "–", "–"],
    ]


def test_one_range_for_all_choices_is_one_row_and_no_bar() -> None:
    said = estimated(links_apart=(50, 70), links_together=(50, 70))
    assert table(said)[2] == ["Selon le choix de calcul", "–", "50 à 70", "–"]
    assert "Personnes" not in chart(said).svg  # the ads are drawn


def test_a_study_without_any_choice_has_no_table_and_no_chart() -> None:
    said = ledgers.statements(ADS[:1])
    assert internet.choices(said, str, str, "Légende.") == "" and chart(said) is None


def test_the_chart_says_how_far_the_choices_go() -> None:
    drawn = chart(estimated(links_apart=64, links_together=55))
    assert "Personnes derrière les annonces\u00a0: 60\u202f; les autres choix vont de 55 à 64." in drawn.description
    assert "Annonces\u00a0: 99\u202f; l’autre choix donne 75." in drawn.description
    assert drawn.facts == (
        *("persons.total", "sensitivity.links_apart.persons_total", "sensitivity.links_together.persons_total"),
        *("ads.total", "ads.frame_collapsed"),
    )
    assert drawn.svg.count(">modèle<") == 1 and ">bornes<" not in drawn.svg


def test_the_interval_of_a_choice_is_no_choice() -> None:
    seen = {"fact_id": "sample.relevant", "value": 70, "low": 61, "high": 79, "interval_kind": "sampling"}
    drawn = chart(ledgers.statements([*ADS, seen | {"unit": "ad", "measure": "estimate", "label": "vues"}]))
    assert "Annonces\u00a0: 99\u202f; les autres choix vont de 70 à 75." in drawn.description


def test_one_key_explains_the_intervals_of_all_blocks() -> None:
    said = estimated(links_apart=64, links_together=55)
    at = said["statement_id"].eq("ads.total")
    said.loc[at, ["shown_low", "shown_high"]] = 80.0, 120.0
    drawn = chart(said.assign(interval_kind=said["interval_kind"].mask(at, "bounds")))
    assert drawn.svg.count(">modèle<") == drawn.svg.count(">bornes<") == 1
