"""Coded communes: one that is not of the département is told at its cell, its value masked."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnostic.collect.steps import check_communes
from diagnostic.core.problems import BLOCKING, MASKED
from diagnostic.core.tables import columns, model

COLUMNS = {"commune": "E", "commune_2": "F", "commune_3": "G"}


def areas(*codes: str) -> pd.DataFrame:
    rows = [{"level": "commune", "code": code} for code in codes] + [{"level": "epci", "code": "62999"}]
    return pd.DataFrame(rows).reindex(columns=columns("geography/areas"))


def coding(*codes: str) -> pd.DataFrame:
    frame = pd.DataFrame({"commune.code": codes, "commune_2.code": ["no_answer"] * len(codes)})
    return frame.assign(sheet=1, row=range(3, len(codes) + 3))


def places() -> pd.DataFrame:
    rows = [("situation_coding", "situation_coding", name, 1, letter) for name, letter in COLUMNS.items()]
    rows.append(("partners", "partners", "commune", 1, "J"))
    return pd.DataFrame(rows, columns=["role", "table", "name", "sheet", "column"])


def found(tables: dict[str, pd.DataFrame], known: pd.DataFrame, departement: str = "62") -> list[tuple[str, int, str]]:
    problems = list(check_communes(tables, places(), {"partners": "partenaires.xlsx"}, known, departement))
    assert all(one.severity == BLOCKING and "Insee" in one.remedy for one in problems)
    assert all(one.value == MASKED for one in problems)
    return [(one.file, one.row or 0, one.column) for one in problems]


def test_each_wrong_code_at_its_cell() -> None:
    """Of eight: two are not of the département, one is an intercommunality, one lost its zero."""
    table = coding("62041", "62193", "no_answer", "not_asked", "59350", "62999", "6241", "2A004")
    problems = found({"situation_coding": table}, areas("62041", "62193"))
    assert problems == [("situation_coding", row, "E") for row in (7, 8, 9, 10)]


def test_a_structure_is_checked_in_its_workbook() -> None:
    partners = pd.DataFrame({"commune.code": ["62041", "75056"], "sheet": 1, "row": [3, 4]})
    assert found({"partners": partners}, areas("62041")) == [("partenaires.xlsx", 4, "J")]


@pytest.mark.parametrize(("departement", "code"), [("62", "62041"), ("2A", "2A004"), ("971", "97105"), ("01", "01004")])
def test_without_a_list_a_code_begins_as_those_of_the_departement(departement: str, code: str) -> None:
    nothing = model("geography/areas").empty()
    assert found({"situation_coding": coding(code, "33063")}, nothing, departement) == [("situation_coding", 4, "E")]
