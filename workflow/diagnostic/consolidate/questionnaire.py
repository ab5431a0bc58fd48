"""The questionnaire: one row per response with its professionals, one per situation with its persons."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnostic.collect.answered import ROLES
from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.tables import RowLedger

ROLE = next(role for role, tables in ROLES.items() if "responses" in tables)
SEVERAL = 2  # a collective response stands for two professionals at least
EMPTY = "La situation ne contient aucune réponse."
STATES = ("no_answer", "not_asked")
FRAME = ("sheet", "row", "response_id", "situation_number")


def consolidate(
    responses: pd.DataFrame, situations: pd.DataFrame, received_rows: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Respondents, cases, and the ledger of the rows of the export.

    Rules: a collective response whose number is blank stands for two (`collectif_non_precise`), any other for one; a
    blank or unreadable number of persons is one (`effectif_non_precise`), a range its smallest number
    (`plus_petit_nombre`). A situation without any answer is set aside (`situation_vide`).
    """
    if responses.empty:
        nobody = responses.assign(professionals=pd.array([], dtype="Int64"))
        empty = {name: pd.array([], dtype="Int64") for name in ("persons", "persons_low", "persons_high")}
        own = received_rows[received_rows["role"] == ROLE]
        rows = ledger(ROLE, ROLE, own["row"], "", sheet=own["sheet"].astype("str"))
        return {"respondents": nobody, "cases": situations.assign(**empty), "questionnaire_rows": rows}
    respondents, blank = _professionals(responses)
    cases, rules, empty_cases = _persons(situations)
    rows = _rows(responses, situations, {"collectif_non_precise": blank}, rules, empty_cases)
    return {"respondents": respondents, "cases": cases[~empty_cases], "questionnaire_rows": rows}


def _professionals(responses: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    number = responses["professionals_consulted.number"]
    collective = responses["answer_mode.code"] == "group"
    blank = collective & number.isna()
    professionals = number.where(collective, 1).fillna(SEVERAL).clip(lower=1)
    return responses.assign(professionals=professionals.astype("Int64")), blank


def persons(situations: pd.DataFrame) -> pd.DataFrame:
    """Situations that hold some answer, each with its number of persons and the bounds of the answer."""
    if "persons_in_situation.minimum" not in situations:
        return situations
    cases, _, empty = _persons(situations)
    return cases[~empty]


def _persons(situations: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.Series], pd.Series]:
    low, study = situations["persons_in_situation.minimum"], situations["persons_in_situation.study"]
    high = situations["persons_in_situation.maximum"]
    blank, several = study.isna() | _unread(situations), low.notna() & (low != high)
    persons = study.where(~blank, 1)
    cases = situations.assign(
        persons=persons,
        persons_low=low.where(~blank, 1),
        persons_high=high.where(~blank),
    )
    empty = _without_answer(situations)
    return cases, {"effectif_non_precise": blank, "plus_petit_nombre": several & ~blank, "situation_vide": empty}, empty


def _unread(situations: pd.DataFrame) -> pd.Series:
    """Blank, or without any number: « ? », « plusieurs », « NSP »."""
    return situations["persons_in_situation.rule"].fillna("").isin(["", "blank", "unknown", "unreadable"])


def _without_answer(situations: pd.DataFrame) -> pd.Series:
    columns = [name for name in situations.columns if name.endswith((".code", ".state")) or "/" in name]
    answered = np.zeros(len(situations), dtype=bool)
    for name in columns:
        answered |= ~situations[name].isin(STATES).to_numpy(dtype=bool)
    return pd.Series(~answered, index=situations.index)


def _rows(
    responses: pd.DataFrame,
    situations: pd.DataFrame,
    of_responses: dict[str, pd.Series],
    of_situations: dict[str, pd.Series],
    empty: pd.Series,
) -> pd.DataFrame:
    """One line per row of the export. Where situations stand in their response's own row, their rules do too."""
    place = list(zip(responses["sheet"], responses["row"], strict=True))
    beside = pd.Series(list(zip(situations["sheet"], situations["row"], strict=True)), index=situations.index)
    inside = beside.isin(place)
    rules = dict(of_responses)
    for name, mask in of_situations.items():
        touched = set(beside[inside & mask])
        rules[name] = pd.Series([at in touched for at in place], index=responses.index)
    own = ledger(
        ROLE,
        ROLE,
        responses["row"],
        "respondents/" + responses["response_id"],
        rules,
        sheet=responses["sheet"].astype("str"),
    )
    apart = situations[~inside]
    other = ledger(
        ROLE,
        ROLE,
        apart["row"],
        "cases/" + apart["response_id"] + "/" + apart["situation_number"].astype("str"),
        {name: mask[~inside] for name, mask in of_situations.items()},
        empty[~inside],
        EMPTY,
        sheet=apart["sheet"].astype("str"),
    )
    return pd.concat([own, other], ignore_index=True)[list(RowLedger.to_schema().columns)]
