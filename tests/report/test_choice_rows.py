"""The headlines under other choices of calculation: one row each, or one range for all of them."""

from __future__ import annotations

from typing import Any

import ledgers
import pandas as pd

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


def test_one_range_for_all_choices_is_one_row() -> None:
    said = estimated(links_apart=(50, 70), links_together=(50, 70))
    assert table(said)[2] == ["Selon le choix de calcul", "–", "50 à 70", "–"]


def test_a_study_without_any_choice_has_no_table() -> None:
    said = ledgers.statements(ADS[:1])
    assert internet.choices(said, str, str, "Légende.") == ""
