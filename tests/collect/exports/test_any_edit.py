"""Whatever is done to an export (cells, rows, columns, bytes), reading never raises: tables that hold, or what blocks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from unittest.mock import patch

import adhoc
import exported
import pytest
import recipes
from drawn import always, cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_round_trip import CODEBOOK, own

from diagnostic.collect.exports import study
from diagnostic.collect.exports.study import Received, read_exports
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.table_names import FORMATS
from diagnostic.core.problems import BLOCKING, MASKED
from diagnostic.core.validation import validate
from diagnostic.describe.reading import as_xlsx
from diagnostic.trial.answers import generate

ROLE = "questionnaire"
FEW = generate(CODEBOOK, seed=5, responses=6, collective=2, most=3)
EXPORTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{name: (name, lambda export=export: export(CODEBOOK, FEW)) for name, export in exported.FORMATS.items()},
    "limesurvey, texts": (
        "limesurvey",
        lambda: exported.limesurvey_export(CODEBOOK, FEW, heads="texts", values="labels"),
    ),
    "recipe": ("recipe", lambda: made_by_recipe()),
}


@cache
def made(shape: str) -> bytes:
    return EXPORTS[shape][1]()


@cache
def grids(shape: str) -> list[Grid]:
    return read_export(made(shape), ROLE)[0]


@cache
def own_form() -> bytes:
    return exported.export(CODEBOOK, FEW, heads="labels", values="labels")


@cache
def kept() -> recipes.Kept:
    """The recipe of Kobo's sheets, signed as it is proposed."""
    return recipes.propose(CODEBOOK, own_form()).typed({})


def made_by_recipe() -> bytes:
    """What the study reads of them."""
    return as_xlsx(kept().made(own_form()).parts[ROLE])


def holds(read: Received) -> None:
    """Nothing blocks and the tables are what they should be, or something blocks; in either case nothing is quoted."""
    assert all(problem.value in ("", MASKED) and problem.message and problem.remedy for problem in read.problems)
    if any(problem.severity == BLOCKING for problem in read.problems):
        return
    for name, frame in read.tables.items():
        validate(frame, f"collect/{name}")
    validate(read.places.assign(origin="observed", rule=None), "collect/places")
    validate(read.rows, "collect/received_rows")
    assert len(read.tables["responses"]["response_id"]) == read.tables["responses"]["response_id"].nunique()


def read(shape: str, content: bytes) -> Received:
    return read_exports(CODEBOOK, {ROLE: content}, {ROLE: EXPORTS[shape][0]}, own)


# --- cells, rows, columns ---

TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "1",
            "Y",
            "Oui",
            "dk",
            "yes",
            "no",
            "none",
            "risk seen",
            "N/A",
            "#N/A",
            "R001",
            "uuid:x",
            "999",
            "-1",
        ]
        + [
            "²",
            "٣",
            "1" * 30,
            "9" * 5000,
            "S1gender",
            "S999gender[women]",
            "S0year",
            "gender/women",
            "a/b/c",
            "/",
            "[",
            "[]",
        ]
        + ["Horodateur", "_uuid", "KEY", "PARENT_KEY", "response_id", "situation_number", "id", "3 ou 4", "une dizaine"]
        + ["2026-02-30", "Ne sait pas", ";", ",", "a;b,c", "\u0301", "İ", "ß", "\ud7ff", "=1", "oui", "situations"]
    ),
    st.text(max_size=12),
)
PLACE = st.integers(0, 10_000)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(
            ["put", "head", "row", "column", "swap rows", "swap columns", "again", "beside", "sheet", "cut"]
        ),
        PLACE,
        PLACE,
        PLACE,
        TEXTS,
    ),
    min_size=1,
    max_size=8,
)


def edited(sheets: list[Grid], edits: list[tuple[str, int, int, int, str]]) -> list[Grid]:
    """The sheets after each edit; places are taken modulo what there is."""
    sheets = [replace(sheet, rows=copy.deepcopy(sheet.rows)) for sheet in sheets]
    for what, sheet, at, other, text in edits:
        if not sheets:
            break
        rows = sheets[sheet % len(sheets)].rows
        if not rows:
            continue
        width = max(map(len, rows))
        rows[:] = [row + [""] * (width - len(row)) for row in rows]
        if not width:
            continue
        one, two, row = at % width, other % width, other % len(rows)
        match what:
            case "put":
                rows[row][one] = text
            case "head":
                rows[0][one] = text
            case "row":
                del rows[row]
            case "column":
                for cells in rows:
                    del cells[one]
            case "swap rows":
                rows[row], rows[at % len(rows)] = rows[at % len(rows)], rows[row]
            case "swap columns":
                for cells in rows:
                    cells[one], cells[two] = cells[two], cells[one]
            case "again":
                rows.insert(at % (len(rows) + 1), list(rows[row]))
            case "beside":
                for cells in rows:
                    cells.insert(one, cells[two])
            case "sheet":
                del sheets[sheet % len(sheets)]
            case "cut":
                del rows[row:]
    return sheets


@pytest.mark.parametrize("shape", always(2, EXPORTS))
@settings(max_examples=max(2, cases(6)), deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_any_edit_of_the_sheets(shape: str, edits: list[tuple[str, int, int, int, str]]) -> None:
    sheets = edited(grids(shape), edits)
    with patch.object(study, "read_export", lambda *_, **__: (sheets, [])):
        holds(read(shape, b""))


@pytest.mark.parametrize("chosen", FORMATS)
@settings(max_examples=max(3, cases(8)), deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.lists(TEXTS, max_size=5), max_size=5), kind=st.sampled_from(["csv", "xlsx", "zip"]))
def test_any_sheet_under_any_format(chosen: str, rows: list[list[str]], kind: str) -> None:
    sheets = [Grid(1, "", rows, kind), Grid(2, "", rows[::-1], kind)]
    with patch.object(study, "read_export", lambda *_, **__: (sheets, [])):
        holds(read_exports(CODEBOOK, {ROLE: b""}, {ROLE: chosen}, own))


# --- bytes ---


@pytest.mark.parametrize("shape", ["google_csv", "limesurvey", "odk", "kobo"])
@settings(max_examples=max(2, cases(4)), deadline=None, suppress_health_check=list(HealthCheck))
@given(start=PLACE, length=st.integers(0, 400), put=st.binary(max_size=6), cut=st.booleans())
def test_any_bytes(shape: str, start: int, length: int, put: bytes, cut: bool) -> None:
    content = made(shape)
    start %= len(content)
    holds(read(shape, content[:start] if cut else content[:start] + put + content[start + length :]))


@pytest.mark.slow
@settings(max_examples=max(3, cases(8)), deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_any_edit_of_the_view(edits: list[tuple[str, int, int, int, str]]) -> None:
    sheets = edited([Grid(1, "", kept().rows("Questions"), "csv")], [edit for edit in edits if edit[0] != "sheet"])
    cells = {
        ("Questions", row, column): text
        for grid in sheets
        for row, texts in enumerate(grid.rows, start=1)
        for column, text in enumerate(texts, start=1)
        if text.isprintable()
    }
    holds(kept().completed(adhoc.edited(kept().view, cells)).read(own_form()))
