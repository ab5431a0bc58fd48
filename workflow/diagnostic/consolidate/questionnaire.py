"""The questionnaire: one row per response with its professionals, one per situation with its persons."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from diagnostic.collect.table_names import ROLES
from diagnostic.consolidate import coders
from diagnostic.consolidate.people import UNREAD
from diagnostic.consolidate.rows import ledger
from diagnostic.core.counting import CEILING
from diagnostic.core.tables import columns, model

ROLE = next(role for role, tables in ROLES.items() if "responses" in tables)
SEVERAL = 2  # a collective response stands for two professionals at least
EMPTY = "La situation ne contient aucune réponse."
OLDER = "Les faits sont plus anciens que la première année que l’étude compte."
BEFORE = "bef"  # the answer « avant » the first year of the list
EVERYTHING: Mapping[str, int | None] = {"first_year": None, "ceiling": CEILING}
STATES = ("no_answer", "not_asked")


def consolidate(
    responses: pd.DataFrame,
    situations: pd.DataFrame,
    received_rows: pd.DataFrame,
    counting: Mapping[str, int | None] = EVERYTHING,
    text_coding: pd.DataFrame | None = None,
    files: Mapping[str, str] | None = None,
) -> dict[str, pd.DataFrame]:
    """Respondents, cases, and the ledgers of the rows of the export and of the sheet of themes. `counting` has the
    `first_year` of the facts counted; `text_coding`: the themes coded of what is written.

    Rules: a collective response whose number is blank stands for two (`collectif_non_precise`), any other for one; a
    blank or unreadable number of persons is one (`effectif_non_precise`), a range its smallest (`plus_petit_nombre`). A
    situation without any answer is set aside (`situation_vide`), and one of older facts (`hors_fenetre`).
    """
    coded = model("collect/text_coding").empty() if text_coding is None else text_coding
    coded_rows = {"themes_rows": coders.rows(coded, received_rows, files or {})}
    if responses.empty:
        nobody = responses.assign(professionals=pd.array([], dtype="Int64"))
        empty = {name: pd.array([], dtype="Int64") for name in ("persons", "persons_low", "persons_high")}
        rows = ledger(ROLE, {}, received_rows[received_rows["role"] == ROLE], "")
        return {"respondents": nobody, "cases": situations.assign(**empty), "questionnaire_rows": rows} | coded_rows
    respondents, blank = _professionals(coders.joined(responses, situations, coded))
    cases, rules = _persons(situations, counting)
    rows = _rows(responses, situations, {"collectif_non_precise": blank}, rules)
    return {"respondents": respondents, "cases": cases[counts(rules)], "questionnaire_rows": rows} | coded_rows


def _professionals(responses: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    number = responses["professionals_consulted.number"]
    collective = responses["answer_mode.code"] == "group"
    blank = collective & number.isna()
    professionals = number.where(collective, 1).fillna(SEVERAL).clip(lower=1)
    return responses.assign(professionals=professionals.astype("Int64")), blank


def persons(situations: pd.DataFrame, counting: Mapping[str, int | None] = EVERYTHING) -> pd.DataFrame:
    """Situations that count, each with its number of persons and the bounds of the answer."""
    if "persons_in_situation.minimum" not in situations:
        return situations
    cases, rules = _persons(situations, counting)
    return cases[counts(rules)]


def counts(rules: Mapping[str, pd.Series]) -> pd.Series:
    """Whether each situation counts: none is set aside for being empty or too old."""
    return ~(rules["situation_vide"] | rules["hors_fenetre"])


def older(situations: pd.DataFrame, first_year: int | None) -> pd.Series:
    """Situations whose facts are older than the first year counted. `BEFORE` is older than every year that can be told."""
    year = situations.get("year.code", pd.Series("", index=situations.index)).astype("str")
    told = pd.to_numeric(year.mask(year.eq(BEFORE), "0"), errors="coerce")
    return told.lt(first_year) if first_year else pd.Series(False, index=situations.index)


def _persons(situations: pd.DataFrame, counting: Mapping[str, int | None]) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    low, study = situations["persons_in_situation.minimum"], situations["persons_in_situation.study"]
    high = situations["persons_in_situation.maximum"]
    unread = situations["persons_in_situation.rule"].fillna("").isin(UNREAD)
    blank, several = study.isna() | unread, low.notna() & (low != high)
    persons = study.where(~blank, 1)
    cases = situations.assign(persons=persons, persons_low=low.where(~blank, 1), persons_high=high.where(~blank))
    columns = [name for name in situations.columns if name.endswith((".code", ".state")) or "/" in name]
    answered = np.zeros(len(situations), dtype=bool)
    for name in columns:
        answered |= ~situations[name].isin(STATES).to_numpy(dtype=bool)
    return cases, {
        "effectif_non_precise": blank,
        "plus_petit_nombre": several & ~blank,
        "situation_vide": pd.Series(~answered, index=situations.index),
        "hors_fenetre": older(situations, counting["first_year"]),
    }


def _rows(
    responses: pd.DataFrame,
    situations: pd.DataFrame,
    of_responses: dict[str, pd.Series],
    of_situations: dict[str, pd.Series],
) -> pd.DataFrame:
    """One line per row of the export. Where situations stand in their response's own row, their rules do too."""
    place = list(zip(responses["sheet"], responses["row"], strict=True))
    beside = pd.Series(list(zip(situations["sheet"], situations["row"], strict=True)), index=situations.index)
    inside = beside.isin(place)
    rules = dict(of_responses)
    for name, mask in of_situations.items():
        touched = set(beside[inside & mask])
        rules[name] = pd.Series([at in touched for at in place], index=responses.index)
    apart = {name: mask[~inside] for name, mask in of_situations.items()}
    aside = {OLDER: apart["hors_fenetre"], EMPTY: apart["situation_vide"]}
    ledgers = [
        ledger(ROLE, {}, responses, "respondents", rules),
        ledger(ROLE, {}, situations[~inside], "cases", apart, aside),
    ]
    return pd.concat(ledgers, ignore_index=True)[columns("consolidate/shared_rows")]
