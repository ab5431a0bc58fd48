"""What the typed tables of generated answers must be, worked out from the answers themselves, not from any export."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.counts.reading import Count, read_count

SHOWN = {"sheet", "row"}  # where the cells stand: each tool has its own places


def expected(codebook: Codebook, answers: dict[str, list[dict[str, Any]]], table: str) -> pd.DataFrame:
    """One row per response or situation, in the shape of the typed table, without the places."""
    rows = []
    for source in answers[table]:
        row: dict[str, Any] = {"response_id": source["response_id"]}
        if table == "situations":
            row["situation_number"] = source["situation_number"]
        for variable in codebook.table(table):
            if variable.shape == "sheet":
                continue
            name = variable.name
            answer = source.get(name)
            answer = None if isinstance(answer, str) and not answer.strip() else answer
            state = "not_asked" if name not in source else "no_answer" if answer is None else "answered"
            if variable.type == "single":
                row[f"{name}.code"] = answer if state == "answered" else state
            elif variable.type == "multiple":
                for option in codebook.options(variable):
                    ticked = "ticked" if answer and option.code in answer else "not_ticked"
                    row[f"{name}/{option.code}"] = ticked if state == "answered" else state
            else:
                row[f"{name}.state"] = state
                row |= _values(variable, answer)
        rows.append(row)
    return pd.DataFrame(rows)


def _values(variable: Any, answer: Any) -> dict[str, Any]:
    name = variable.name
    if variable.type == "integer":
        return {f"{name}.number": answer}
    if variable.type == "date":
        return {f"{name}.date": pd.Timestamp(answer) if isinstance(answer, dt.date) else None}
    if variable.type == "count_text":
        count = read_count(answer) if answer is not None else None
        return {
            f"{name}.minimum": count and count.minimum,
            f"{name}.central": count and count.central,
            f"{name}.maximum": count and count.maximum,
            f"{name}.study": count and count.study_value,
            f"{name}.minors_minimum": _minors(count, "minimum"),
            f"{name}.minors_maximum": _minors(count, "maximum"),
            f"{name}.rule": count.rule if count else "",
        }
    if variable.privacy == "pseudonym":
        return {f"{name}.pseudonym": answer or ""}
    return {}


def _minors(count: Count | None, bound: str) -> int | None:
    """The part of minors that a count tells; None when it tells none, or when it is open."""
    told = [getattr(part, bound) for part in count.of_which if part.who == "minors"] if count else []
    return sum(told) if told and None not in told else None


def comparable(frame: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    """A typed table as plain text, its responses under the names of the source, in the source's order of columns."""
    shown = frame.drop(columns=list(SHOWN & set(frame.columns)))
    shown = shown.assign(response_id=[ids.get(name, name) for name in shown["response_id"]])
    keys = [name for name in ("response_id", "situation_number") if name in shown]
    return shown.sort_values(keys, ignore_index=True)


def plain(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Each row as text, missing values as ""; whole floats as integers."""
    return [
        {
            name: "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)
            for name, value in row.items()
        }
        for row in frame.to_dict("records")
    ]
