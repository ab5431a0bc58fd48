"""Situations of both sources in one table, each with its source: questionnaires and interviews ask the same variables."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd

from diagnostic.codebook.model import DONT_KNOW

UNREAD = ("", "blank", "unknown", "unreadable")  # rules of reading that give no number


def together(cases: pd.DataFrame, interview_cases: pd.DataFrame, ceiling: int) -> pd.DataFrame:
    """One row per situation of either source, under the key `situation` (`record/number`).

    `cases` and `interview_cases` are typed situations with `persons`, `persons_low` and `persons_high` (missing where
    the answer sets no limit). Adds `source`, `record`, `persons_central` (missing where the answer gives none),
    `persons_blank` and `persons_most`: the limit of the answer, or the study's `ceiling`, never under its other numbers. Situations of questionnaires come first; within a source the order of the file is kept.
    """
    parts = [
        _of(cases, "response", cases["response_id"], cases["situation_number"]),
        _of(interview_cases, "interview", *_interview_keys(interview_cases)),
    ]
    parts = [part for part in parts if len(part)] or parts[:1]
    described = pd.concat(parts, ignore_index=True)
    for name in described.columns:
        if described[name].isna().any() and _answer(name):
            described[name] = described[name].astype("str").where(described[name].notna(), "not_asked")
    most = described[["persons", "persons_low"]].assign(high=described["persons_high"].fillna(ceiling)).max(axis=1)
    return described.assign(persons_most=most.astype("Int64"))


def _interview_keys(cases: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    if "interview_id.code" in cases:
        number = "situation_number.number" if "situation_number.number" in cases else "situation_number"
        return cases["interview_id.code"], cases[number]
    return pd.Series([], dtype="str"), pd.Series([], dtype="Int64")


def _of(cases: pd.DataFrame, source: str, record: pd.Series, number: pd.Series) -> pd.DataFrame:
    kept = cases.drop(columns=["response_id", "situation_number", "situation_number.number"], errors="ignore")
    added = {
        "source": pd.array([source] * len(cases), dtype="str"),
        "record": pd.array(record.astype("str"), dtype="str"),
        "situation_number": pd.array(number, dtype="Int64"),
        "situation": pd.array(record.astype("str") + "/" + number.astype("str"), dtype="str"),
    }
    if "persons_in_situation.central" in cases:
        added |= {
            "persons_central": cases["persons_in_situation.central"],
            "persons_blank": cases["persons_in_situation.rule"].fillna("").isin(UNREAD).astype("boolean"),
        }
    return kept.assign(**added)


def _answer(name: str) -> bool:
    return name.endswith((".code", ".state")) or "/" in name


def options(described: pd.DataFrame, variable: str) -> dict[str, np.ndarray]:
    """For each option of a closed variable, where it was chosen; nothing for a variable that is not there."""
    start = f"{variable}/"
    ticked = {
        name.removeprefix(start): described[name].eq("ticked").to_numpy(dtype=bool, na_value=False)
        for name in described.columns
        if name.startswith(start)
    }
    if ticked or f"{variable}.code" not in described:
        return ticked
    at, codes = pd.factorize(described[f"{variable}.code"].astype("str"))
    places = {str(code): place for place, code in enumerate(codes)}
    return {code: at == places[code] for code in sorted(places.keys() - {"no_answer", "not_asked", "nan", ""})}


def known(names: Iterable[str], silent: Collection[str] = ()) -> list[str]:
    """Options without « ne sait pas », nor those that say nothing by themselves."""
    return [name for name in names if name != DONT_KNOW and name not in silent]
