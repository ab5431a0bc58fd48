"""Facts of the questionnaire on six responses and seven situations written by hand, counted by hand."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from exported import FORMATS
from openpyxl.utils import column_index_from_string

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports.study import read_exports
from diagnostic.collect.tables import RECEIVED
from diagnostic.consolidate.questionnaire import consolidate
from diagnostic.core.io import validate
from diagnostic.core.tables import model
from diagnostic.estimate.people.questionnaire import estimate

FILES = read_folder(Path(__file__).parents[2] / FOLDER)
CODEBOOK = load(FILES)
Rows = list[dict[str, Any]]


def response(number: int, mode: str = "indiv", met: tuple[str, ...] = ("proba",), **answers: Any) -> dict[str, Any]:
    return {"response_id": f"R{number}", "answer_mode": mode, "exposure": met, **answers}


# Professionals: 1 + 4 + 2 (collective, number not given) + 1 + 1 + 1 = 10.
RESPONSES: Rows = [
    response(1, took_charge="yes", sufficiently_equipped="no", needs=("train", "info"), law_commission="learn"),
    response(
        2, "group", professionals_consulted=4, took_charge="yes", sufficiently_equipped="yes", law_commission="knew"
    ),
    response(3, "group", professionals_consulted=None, took_charge="no", sufficiently_equipped="no", needs=("train",)),
    response(4, took_charge=None, sufficiently_equipped="dk", law_commission="learn"),
    response(5, met=("none",), law_commission="dk"),
    response(6, met=("risk", "third"), took_charge="no", sufficiently_equipped=None, law_commission=None),
]
# Persons, a minima: 3 + 1 (blank) + 1 (?) + 2 (plusieurs) + 10 + 1 = 18; the last situation holds no answer.
SITUATIONS: Rows = [
    {"response_id": "R1", "situation_number": 1, "persons_in_situation": "3 ou 4", "gender": ("women", "men")},
    {"response_id": "R1", "situation_number": 2, "persons_in_situation": None, "gender": ("women",)},
    {"response_id": "R2", "situation_number": 1, "persons_in_situation": "?", "gender": ("women",)},
    {"response_id": "R2", "situation_number": 2, "persons_in_situation": "plusieurs", "gender": None},
    {"response_id": "R3", "situation_number": 1, "persons_in_situation": "entre 10 et 12", "gender": ("dk",)},
    {"response_id": "R6", "situation_number": 1, "persons_in_situation": "1", "gender": ("men",)},
]


def own(kind: str, values: Iterable[str]) -> list[str]:
    return list(values)


@cache
def exported(tool: str) -> bytes:
    women, men = (option.code for option in CODEBOOK.lists["gender"][:2])
    named = {"women": women, "men": men, "dk": "dk"}
    situations = [
        row | {"gender": tuple(named[code] for code in row["gender"]) if row["gender"] else None} for row in SITUATIONS
    ]
    answers = {
        "responses": [
            row | {"submitted": pd.Timestamp("2026-01-05 09:00:00") + pd.Timedelta(hours=n)}
            for n, row in enumerate(RESPONSES)
        ],
        "situations": situations,
    }
    return FORMATS[tool](CODEBOOK, answers)


@cache
def made(tool: str = "template") -> dict[str, pd.DataFrame]:
    read = read_exports(CODEBOOK, {"questionnaire": exported(tool)}, {"questionnaire": tool}, own)
    assert [p for p in read.problems if p.severity == "bloquant"] == []
    tables = consolidate(read.tables["responses"], read.tables["situations"], read.rows)
    return {name: validate(frame, f"consolidate/{name}") for name, frame in tables.items()} | {
        "places": read.places.assign(origin="observed")
    }


@cache
def facts(tool: str = "template") -> pd.DataFrame:
    tables = made(tool)
    codebook = {f"codebook_{name.removesuffix('.csv')}": content for name, content in FILES.items()}
    found = estimate(tables["respondents"], tables["cases"], tables["places"], "00-2026", **codebook)
    return validate(found["questionnaire"], "estimate/facts").set_index("fact_id")


@pytest.mark.parametrize(
    ("fact_id", "value", "low", "high"),
    [
        ("survey.responses", 6, None, None),
        ("survey.responses_collective", 2, None, None),
        ("survey.professionals", 10, None, None),
        ("survey.situations", 6, None, None),
        # asked: all but R5 (9 professionals); one did not answer
        ("survey.took_charge.yes", 5, 5, 6),
        ("survey.took_charge.yes_pct", 500 / 9, 500 / 9, 600 / 9),
        ("survey.took_charge.no", 3, 3, 4),
        # asked of those who do not feel equipped: R1 and R3, 3 professionals, all answered
        ("survey.needs.train", 3, None, None),
        ("survey.needs.train_pct", 100, None, None),
        ("survey.needs.info", 1, None, None),
        # everyone is asked; R3 (2 professionals) and R6 did not answer
        ("survey.law_commission.learn", 2, 2, 5),
        ("survey.law_commission.learn_pct", 20, 20, 50),
        ("survey.law_commission.dk", 1, 1, 4),
    ],
)
def test_a_fact_is_what_is_counted_by_hand(fact_id: str, value: float, low: float | None, high: float | None) -> None:
    for tool in ("template", "google_csv"):
        fact = facts(tool).loc[fact_id]
        assert fact["value"] == pytest.approx(value)
        assert fact["interval_kind"] == ("none" if low is None else "bounds")
        assert [None if pd.isna(limit) else pytest.approx(limit) for limit in (fact["low"], fact["high"])] == [
            low,
            high,
        ]


def test_situations_are_counted_not_persons() -> None:
    women, men = (option.code for option in CODEBOOK.lists["gender"][:2])
    found = facts()
    assert found.loc[f"situations.gender.{women}", "value"] == 3
    assert found.loc[f"situations.gender.{men}", ["value", "low", "high"]].tolist() == [2, 2, 3]
    assert set(found.loc[found.index.str.startswith("situations."), "unit"]) == {"situation"}


def test_a_default_is_named_and_counted() -> None:
    rows = made()["questionnaire_rows"]
    touched = rows["rules"].str.split("; ").explode().value_counts().to_dict()
    touched.pop("", None)
    assert touched == {"collectif_non_precise": 1, "effectif_non_precise": 2, "plus_petit_nombre": 3}
    assert rows["sheet"].value_counts().to_dict() == {"1": 6, "2": 6} or len(rows) == 12


def test_the_cells_of_a_fact_are_those_of_the_export() -> None:
    """The workbook's questions stand in one column each; answers begin at row 3."""
    cells = facts().loc["survey.professionals", "cells"]
    places = made()["places"]
    column = places.loc[places["name"] == "professionals_consulted", "column"].item()
    sheet = places.loc[places["name"] == "professionals_consulted", "sheet"].item()
    assert cells == f"questionnaire (feuille {sheet})!{column}3:{column}8"


def test_ranges_run_over_blank_cells_and_hold_every_answer_of_their_columns() -> None:
    """Two situations side by side in the rows of some responses: looked up in the export with the csv module alone."""
    rows = list(csv.reader(io.StringIO(exported("google_csv").decode("utf-8-sig"))))
    cells = facts("google_csv").loc["survey.situations", "cells"]
    file, _, ranges = cells.partition("!")
    assert file == "questionnaire (feuille 1)"
    named = re.findall(r"([A-Z]+)(\d+):?[A-Z]*(\d+)?", ranges)
    held = {}
    for letters, first, last in named:
        column = column_index_from_string(letters) - 1
        held[column] = {row for row in range(int(first), int(last or first) + 1) if rows[row - 1][column]}
        assert held[column] == {at for at, row in enumerate(rows, start=1) if at > 1 and row[column]}, letters
    assert len(held) == len(named) == 2  # one range for each situation of a row, whoever told none between two others
    assert sorted(rows[row - 1][column] for column, own in held.items() for row in own) == sorted(
        str(row["persons_in_situation"]) for row in SITUATIONS if row["persons_in_situation"]
    )


def test_a_study_without_questionnaire_has_no_fact() -> None:
    tables = consolidate(
        RECEIVED["responses"].bare(), RECEIVED["situations"].bare(), model("collect/received_rows").empty()
    )
    assert all(validate(frame, f"consolidate/{name}").empty for name, frame in tables.items())
    none = estimate(tables["respondents"], tables["cases"], model("collect/places").empty(), "00-2026")
    assert none["questionnaire"].empty


def test_a_situation_without_answer_is_set_aside() -> None:
    tables = made()
    empty = tables["cases"].iloc[:2].drop(columns=["persons", "persons_low", "persons_high"]).copy()
    for name in empty.columns:
        if name.endswith(".code"):
            empty[name] = "no_answer"
        elif name.endswith(".state") or "/" in name:
            empty.loc[empty.index[1], name] = "no_answer"
    empty.loc[empty.index[0], "gender/" + CODEBOOK.lists["gender"][0].code] = "ticked"
    responses = tables["respondents"].drop(columns="professionals")
    kept = consolidate(responses, empty, model("collect/received_rows").empty())
    assert len(kept["cases"]) == 1
    aside = kept["questionnaire_rows"].query("outcome == 'set_aside'")
    assert aside["reason"].tolist() == ["La situation ne contient aucune réponse."]
