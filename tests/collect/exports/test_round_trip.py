"""The same generated answers, exported in the shape of each tool, give the same tables, cell for cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import exported
import pandas as pd
import pytest
from drawn import always
from openpyxl import load_workbook
from typed_sources import comparable, expected, plain

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports.study import Received, read_exports
from diagnostic.collect.table_names import ROLES
from diagnostic.consolidate.questionnaire import consolidate
from diagnostic.core.problems import BLOCKING, WARNING
from diagnostic.privacy.vault import Vault
from diagnostic.trial.answers import generate

CODEBOOK = load(read_folder(Path(__file__).parents[3] / FOLDER))
ANSWERS = generate(CODEBOOK, seed=62, responses=40, collective=12, most=4)
TABLES = ROLES["questionnaire"]
Export = Callable[[], bytes]
SHAPES: dict[str, tuple[str, Export]] = {
    **{name: (name, lambda export=export: export(CODEBOOK, ANSWERS)) for name, export in exported.FORMATS.items()},
    "google_sheets, dates": ("google_sheets", lambda: exported.workbook_export(CODEBOOK, ANSWERS, dates="cells")),
    "google_sheets, texts": ("google_sheets", lambda: exported.workbook_export(CODEBOOK, ANSWERS, numbers=False)),
    "odk, all options": ("odk", lambda: exported.odk_export(CODEBOOK, ANSWERS, options="all")),
    "odk, no option": ("odk", lambda: exported.odk_export(CODEBOOK, ANSWERS, options="none")),
    "kobo, labels": ("kobo", lambda: exported.export(CODEBOOK, ANSWERS, heads="labels", values="labels")),
    "kobo, numbers": ("kobo", lambda: exported.export(CODEBOOK, ANSWERS, as_numbers=True)),
    "limesurvey, texts": (
        "limesurvey",
        lambda: exported.limesurvey_export(CODEBOOK, ANSWERS, heads="texts", values="labels"),
    ),
    "limesurvey, mixed": (
        "limesurvey",
        lambda: exported.limesurvey_export(CODEBOOK, ANSWERS, heads="codes", values="labels"),
    ),
}


def own(kind: str, values: Iterable[str]) -> list[str]:
    """Names that can be read in a test: the values themselves."""
    return list(values)


@cache
def received(shape: str) -> Received:
    name, export = SHAPES[shape]
    return read_exports(CODEBOOK, {"questionnaire": export()}, {"questionnaire": name}, own)


def identities(name: str) -> dict[str, str]:
    """The response's identity in the export of a tool → its name in the source: a serial number, but for those named."""
    if name == "template":
        return {row["response_id"]: row["response_id"] for row in ANSWERS["responses"]}
    if name in ("kobo", "odk"):
        start = "uuid:" if name == "odk" else ""
        return {start + uuid: response for response, uuid in exported.uuids(ANSWERS).items()}
    return {str(number): response for response, number in exported.numbers(ANSWERS).items()}


def source(name: str) -> dict[str, list[dict[str, Any]]]:
    """The answers as the tool can tell them: LimeSurvey writes N/A where a question was not shown, so N/A is nothing."""
    if name != "limesurvey":
        return ANSWERS
    return {
        table: [{k: None if v == "N/A" else v for k, v in row.items()} for row in rows]
        for table, rows in ANSWERS.items()
    }


@pytest.mark.parametrize("shape", always(6, SHAPES))
def test_an_export_gives_the_source_cell_for_cell(shape: str) -> None:
    read = received(shape)
    name = SHAPES[shape][0]
    assert [p for p in read.problems if p.severity == "bloquant"] == []
    if name.startswith("google"):  # the time is the only identity: rows are in its order
        found = read.tables["responses"].sort_values("row")["response_id"]
        ids = dict(zip(found, [row["response_id"] for row in ANSWERS["responses"]], strict=True))
    else:
        ids = identities(name)
    for table in TABLES:
        got_rows = plain(comparable(read.tables[table], ids))
        want_rows = plain(comparable(expected(CODEBOOK, source(name), table), {}))
        assert list(got_rows[0]) == list(want_rows[0])
        for got, want in zip(got_rows, want_rows, strict=True):
            assert got == want


@pytest.mark.slow
def test_a_situation_names_its_response_as_the_response_is_named() -> None:
    """Two responses whose short names clash both take a longer one; only one of them describes situations."""
    vault = Vault("47-2026", Path("."), bytes(range(32)))
    keys = [f"form-{at}" for at in range(100_000)]
    long = [key for key, name in zip(keys, vault.pseudonyms("response", keys), strict=True) if len(name) > 8]
    clash = [key for key in long if vault.pseudonym("response", key) == vault.pseudonym("response", long[0])]
    told = next(row["response_id"] for row in ANSWERS["situations"])
    described = {row["response_id"] for row in ANSWERS["situations"]}
    other = next(row["response_id"] for row in ANSWERS["responses"] if row["response_id"] not in described)
    renamed = dict(zip((told, other), clash, strict=True))
    answers = {
        table: [row | {"response_id": renamed.get(row["response_id"], row["response_id"])} for row in rows]
        for table, rows in ANSWERS.items()
    }
    export = exported.template_export(CODEBOOK, answers)
    read = read_exports(CODEBOOK, {"questionnaire": export}, {"questionnaire": "template"}, vault.pseudonyms)
    names = set(read.tables["responses"]["response_id"])
    assert len(names) == len(ANSWERS["responses"]) and max(map(len, names)) > 8
    assert set(read.tables["situations"]["response_id"]) <= names


def test_the_answers_hold_the_traps() -> None:
    assert len(ANSWERS["responses"]) == 40
    assert sum(row.get("answer_mode") == "group" for row in ANSWERS["responses"]) == 12
    counts = pd.Series([row["response_id"] for row in ANSWERS["situations"]]).value_counts()
    assert counts.max() == 4 and len(counts) < 40


@pytest.mark.parametrize("shape", always(6, SHAPES))
def test_what_is_personal_is_set_apart(shape: str) -> None:
    """Free texts, places and contacts are in the private tables, word for word, and in no typed table."""
    read = received(shape)
    boxes = {
        (table, v.name)
        for table in TABLES
        for v in CODEBOOK.table(table)
        if v.written and v.privacy not in ("pseudonym", "vault")
    }
    wanted = sorted(
        (table, name, " ".join(text.split()))
        for table in TABLES
        for row in source(SHAPES[shape][0])[table]
        for name, text in row.items()
        if (table, name) in boxes and isinstance(text, str) and text.strip()
    )
    texts = read.private["texts"]
    assert sorted((r.table, r.variable, " ".join(r.text.split())) for r in texts.itertuples()) == wanted
    emails = sorted(row["email"] for row in ANSWERS["responses"] if row.get("email"))
    assert sorted(filter(None, read.private["contacts"]["email"])) == emails
    typed = "\n".join(read.tables[table].to_csv() for table in TABLES)
    assert not [text for _, _, text in wanted if len(text) > 12 and text in typed]


@pytest.mark.slow
def test_identities_are_stable_when_answers_are_added() -> None:
    """A later export of the same form names the earlier responses as before, in every shape that has an identity."""
    fewer = {
        "responses": ANSWERS["responses"][:25],
        "situations": [
            row
            for row in ANSWERS["situations"]
            if row["response_id"] in {r["response_id"] for r in ANSWERS["responses"][:25]}
        ],
    }
    for name, export in exported.FORMATS.items():
        earlier = read_exports(CODEBOOK, {"questionnaire": export(CODEBOOK, fewer)}, {"questionnaire": name}, own)
        before, after = (read.tables["responses"] for read in (earlier, received(name)))
        assert set(before["response_id"]) < set(after["response_id"]) and len(before) == 25, name


UNEXPOSED = {
    "responses": [row | {"exposure": ("none",)} for row in ANSWERS["responses"][:5]],
    "situations": [],
}
FIRST = "Cette situation concerne combien de personnes, environ ?"  # the question, as the form asks it


def without_situations(shape: str, answers: dict[str, Any], declared: bool = False) -> Received:
    """An export without its sheet of situations, or without their columns; `declared` empty as the refusal says."""
    content = exported.FORMATS[shape](CODEBOOK, answers)
    if shape == "kobo":
        book = load_workbook(io.BytesIO(content))
        for name in book.sheetnames[1:]:
            del book[name]
        if declared:
            book.create_sheet("situations").append(["_submission__uuid"])
        saved = io.BytesIO()
        book.save(saved)
        content = saved.getvalue()
    else:
        headings, sign = Headings(CODEBOOK, TABLES), ";" if shape == "limesurvey" else ","
        head, *rows = filter(None, csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=sign))
        kept = [at for at, text in enumerate(head) if (one := headings.find(text)) is None or one.table == "responses"]
        lines = [[row[at] for at in kept] for row in (head, *(row + [""] * len(head) for row in rows))]
        text = io.StringIO(newline="")
        more = [FIRST] if declared else []
        csv.writer(text, delimiter=sign).writerows(
            [[*lines[0], *more], *(line + [""] * len(more) for line in lines[1:])]
        )
        content = text.getvalue().encode("utf-8-sig")
    return read_exports(CODEBOOK, {"questionnaire": content}, {"questionnaire": shape}, own)


@pytest.mark.slow
@pytest.mark.parametrize("shape", always(1, ["limesurvey", "kobo", "google_csv"]))
def test_situations_that_were_asked_for_and_are_not_in_the_file_are_no_absence(shape: str) -> None:
    """A sheet taken away looks like the one that a tool does not give: one answer that says that situations were asked for
    is enough to refuse, and the refusal says how a team declares that nobody described any."""
    exposed = [row for row in ANSWERS["responses"] if {"risk", "proba", "third", "seen"} & set(row["exposure"] or ())]
    for number in (0, 1, len(exposed)):
        answers = UNEXPOSED | {"responses": [*UNEXPOSED["responses"], *exposed[:number]]}
        problems = without_situations(shape, answers).problems
        (told,) = [p for p in problems if "n’est pas dans le fichier" in p.message]
        assert told.severity == (BLOCKING if number else WARNING), number
        if number:
            title = "_submission__uuid" if shape == "kobo" else FIRST
            assert title in " ".join(told.remedy.split()) and f" {number} réponse" in " ".join(told.message.split())
    declared = without_situations(shape, ANSWERS, declared=True)
    assert not [p for p in declared.problems if p.severity == BLOCKING]
    assert declared.tables["situations"].empty and len(declared.tables["responses"]) == len(ANSWERS["responses"])


@pytest.mark.slow
def test_where_the_tool_gives_no_sheet_of_situations_there_are_none_and_all_their_columns() -> None:
    """As KoboToolbox does where nobody described anything: what counts them has every column, and no row."""
    read = without_situations("kobo", UNEXPOSED)
    assert not [one for one in read.problems if one.severity == BLOCKING]
    situations = read.tables["situations"]
    assert situations.empty and list(situations) == list(received("kobo").tables["situations"])
    made = consolidate(read.tables["responses"], situations, read.rows)
    assert len(made["respondents"]) == len(UNEXPOSED["responses"]) and made["cases"].empty
