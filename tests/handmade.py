"""Studies given as plain answers, in the typed shape of the collect phase: those written by hand, and generated ones."""

from __future__ import annotations

import csv
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from diagnostic.codebook.loading import FOLDER, INPUT, load, read_folder
from diagnostic.codebook.model import Codebook
from diagnostic.consolidate import questionnaire
from diagnostic.consolidate.gathered import gather
from diagnostic.core import io
from diagnostic.core.tables import columns, model
from diagnostic.estimate.people import contributors, described
from diagnostic.estimate.people.questionnaire import estimate as answered
from diagnostic.trial.answers import asked

sys.path.insert(0, str(Path(__file__).parent / "collect" / "exports"))
from typed_sources import expected

FILES = read_folder(Path(__file__).parents[1] / FOLDER)
CODEBOOK = load(FILES)
HAND = Path(__file__).parent / "estimate" / "handmade"
Row = dict[str, Any]


def as_inputs(files: dict[str, bytes]) -> dict[str, bytes]:
    """The codebook's files as a step gets them."""
    return {f"{INPUT}{name.removesuffix('.csv')}": content for name, content in files.items()}


BOOK = as_inputs(FILES)


@cache
def read(name: str) -> tuple[dict[str, str], ...]:
    with (HAND / f"{name}.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def routed(table: str, given: Row, parent: Row | None = None, codebook: Codebook = CODEBOOK) -> Row:
    """The row with None for each question that is asked and has no answer, and without those that are not asked."""
    types = {variable.name: variable.type for variable in codebook.table(table)}
    row: Row = {}
    for name, value in given.items():
        kind = types.get(name)
        text = value if value not in ("", None) else None
        if text is not None and kind == "multiple" and isinstance(text, str):
            order = [option.code for option in codebook.options(_variable(codebook, table, name))]
            text = tuple(sorted(text.split("+"), key=order.index))
        elif text is not None and kind == "integer":
            text = int(text)
        row[name] = text
    wanted = asked(codebook, table, row, parent)
    keys = ("response_id", "situation_number", "interview_id")
    kept = {name: value for name, value in row.items() if name in wanted or name in keys}
    return kept | {name: None for name in wanted if name not in kept}


def _variable(codebook: Codebook, table: str, name: str) -> Any:
    return next(variable for variable in codebook.table(table) if variable.name == name)


def placed(frame: pd.DataFrame, sheet: int) -> pd.DataFrame:
    """With the places that a workbook would give: one sheet, answers from row 2."""
    return frame.assign(sheet=sheet, row=range(2, len(frame) + 2)).astype({"sheet": "Int64", "row": "Int64"})


def responses(rows: list[Row], codebook: Codebook = CODEBOOK) -> pd.DataFrame:
    made = [routed("responses", row, codebook=codebook) for row in rows]
    return placed(_numbers(expected(codebook, {"responses": made}, "responses")), 1)


def situations(rows: list[Row], parents: dict[str, Row], codebook: Codebook = CODEBOOK) -> pd.DataFrame:
    """Situations of questionnaires: `record` and `number`, then answers."""
    made = [
        routed("situations", _keyed(row), routed("responses", parents[row["record"]], codebook=codebook), codebook)
        for row in rows
    ]
    return placed(_numbers(expected(codebook, {"situations": made}, "situations")), 2)


def interview_situations(rows: list[Row], codebook: Codebook = CODEBOOK) -> pd.DataFrame:
    """Situations told in interviews, under the keys of their own table."""
    made = [routed("interview_situations", _keyed(row), codebook=codebook) for row in rows]
    typed = expected(codebook, {"interview_situations": made}, "interview_situations")
    typed = typed.drop(columns=[c for c in typed.columns if c.split(".")[0] in ("interview_id", "situation_number")])
    own = {
        "interview_id.code": [row["record"] for row in rows],
        "situation_number.number": [row["number"] for row in rows],
    }
    return placed(_numbers(typed.drop(columns="response_id", errors="ignore").assign(**own)), 2)


def _keyed(row: Row) -> Row:
    answers = {name: value for name, value in row.items() if name not in ("record", "number", "vulnerability")}
    return {"response_id": row["record"], "situation_number": int(row["number"])} | answers


def coding(rows: list[Row]) -> pd.DataFrame:
    """The coding grid: one row per situation that was coded."""
    coded = [row for row in rows if row.get("vulnerability")]
    names = [option.code for option in CODEBOOK.lists["vulnerability"]]
    made = [
        {
            "situation": f"{row['record']}/{row['number']}",
            "coder.code": "AB",
            **{f"vulnerability/{n}": "ticked" if n in row["vulnerability"].split("+") else "not_ticked" for n in names},
        }
        for row in coded
    ]
    columns = ["situation", "coder.code", *(f"vulnerability/{n}" for n in names)]
    return placed(pd.DataFrame(made, columns=columns), 1)


def interviews(rows: list[Row]) -> pd.DataFrame:
    made = pd.DataFrame(
        {
            "interview_id.code": [row["interview_id"] for row in rows],
            "people_met.number": [int(row["people_met"]) if row["people_met"] else None for row in rows],
            "already_answered.number": [int(r["already_answered"]) if r["already_answered"] else None for r in rows],
            "activity_field.code": [row["activity_field"] for row in rows],
        }
    )
    return placed(made.astype({"people_met.number": "Int64", "already_answered.number": "Int64"}), 1)


def decisions(rows: list[Row]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["first", "second", "decision", "reason", "initials"]).astype("str")
    return made.assign(row=pd.array(range(2, len(made) + 2), dtype="Int64"))


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Types that the collect phase gives: missing numbers stay numbers."""
    for name in frame.columns:
        if name.endswith((".number", ".minimum", ".maximum", ".study", ".minors_minimum", ".minors_maximum")):
            frame[name] = frame[name].astype("Int64")
        elif name.endswith(".central"):
            frame[name] = frame[name].astype("Float64")
    if "situation_number" in frame:
        frame["situation_number"] = frame["situation_number"].astype("Int64")
    return frame


def layout(codebook: Codebook = CODEBOOK) -> pd.DataFrame:
    """Each question in a column of its own, one workbook per source; the decisions in a file without sheets."""
    rows = []
    for role, table, sheet in (
        ("questionnaire", "responses", 1),
        ("questionnaire", "situations", 2),
        ("interview_sheets", "interview_records", 1),
        ("interview_sheets", "interview_situations", 2),
        ("situation_coding", "situation_coding", 1),
    ):
        for number, (name, _, _) in enumerate(codebook.columns(table)):
            letter = chr(65 + number // 26) + chr(65 + number % 26)
            rows.append((role, role, "observed", table, name, 0, sheet, letter))
    for letter, name in zip("ABCDE", columns("collect/duplicates")[1:], strict=True):
        rows.append(("duplicates", "duplicates", "observed", "duplicates", name, 0, 0, letter))
    made = pd.DataFrame(rows, columns=columns("collect/places")[:-1]).assign(rule=None)
    return io.validate(made, "collect/places")


def consolidated(told: list[Row] | None = None, codebook: Codebook = CODEBOOK) -> dict[str, pd.DataFrame]:
    """The study written by hand, consolidated; `told`: other situations than its own."""
    forms, met, decided = ([dict(row) for row in read(name)] for name in ("responses", "interviews", "decisions"))
    told = [dict(row) for row in read("situations")] if told is None else told
    parents = {row["response_id"]: row for row in forms}
    typed = responses(forms, codebook)
    own = situations([row for row in told if row["record"] in parents], parents, codebook)
    others = interview_situations([row for row in told if row["record"] not in parents], codebook)
    asked = questionnaire.consolidate(typed, own, model("collect/received_rows").empty())
    made = gather(
        asked["respondents"], asked["cases"], interviews(met), others, coding(told), decisions(decided), codebook
    )
    return made | {"respondents": asked["respondents"], "cases": asked["cases"]}


def facts(made: dict[str, pd.DataFrame], files: dict[str, bytes] = FILES) -> pd.DataFrame:
    """The facts of a consolidated study on persons and professionals, by id; `files`: those of its codebook."""
    book, places = as_inputs(files), layout(load(files))
    found = [
        described.estimate(made["described"], made["pairs"], places, "00-2026", **book)["described_facts"],
        contributors.estimate(made["respondents"], made["professionals"], places, "00-2026", **book)["contributors"],
        answered(made["respondents"], made["cases"], places, "00-2026", **book)["questionnaire"],
    ]
    return io.validate(pd.concat(found, ignore_index=True), "estimate/facts").set_index("fact_id")
