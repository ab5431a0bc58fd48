"""The project's other workbooks: each sheet a typed table, each fault at its cell, nothing of them in the vault."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from drawn import always

from diagnostic.codebook import template
from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect import keys
from diagnostic.collect.exports.study import Received, read_exports, read_workbooks
from diagnostic.collect.table_names import WORKBOOKS
from diagnostic.consolidate.ads import consolidate
from diagnostic.core.validation import validate

CODEBOOK = load(read_folder(Path(__file__).parents[3] / FOLDER))
Rows = list[dict[str, Any]]
AD = {
    "coder": "AB",
    "site_code": "E01",
    "coded_on": "2026-01-05",
    "disposition": "Annonce de prostitution",
    "copies_searched": "Oui",
}


def filled(name: str, **sheets: Rows) -> bytes:
    """A workbook of the project with these rows; sheets by the name of their table."""
    book = openpyxl.load_workbook(io.BytesIO(template.workbook(CODEBOOK, name)))
    for table, rows in sheets.items():
        sheet = book[CODEBOOK.tables[table].sheet]
        heads = [cell.value for cell in sheet[1]]
        for at, row in enumerate(rows, start=3):
            for heading, value in row.items():
                sheet.cell(at, heads.index(heading) + 1).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(name: str, role: str, **sheets: Rows) -> Received:
    return read_workbooks(CODEBOOK, {role: filled(name, **sheets)}, {role: f"{name}.xlsx"})


@pytest.mark.slow
def test_every_role_is_a_workbook_that_can_be_read_back() -> None:
    """A template without any row is read as empty tables, without problem."""
    for role, tables in WORKBOOKS.items():
        name = CODEBOOK.tables[tables[0]].workbook
        empty = read(name, role)
        assert not [p for p in empty.problems if p.severity == "bloquant"], role
        assert set(empty.tables) == set(tables)
        for table in tables:
            assert validate(empty.tables[table], f"collect/{table}").empty


def test_ads_keep_their_codes_states_and_places() -> None:
    found = read(
        "annonces",
        "coded_ads",
        ads=[
            {**AD, "ad_id": "E01-AAAA", "copies_total": 3},
            {**AD, "ad_id": "E01-BBBB", "disposition": "Place inexistante ou vide", "copies_searched": None},
        ],
        ad_copies=[{"ad_id": "E01-AAAA", "site_code": "E02", "copies": 2}],
    )
    assert found.problems == []
    ads = validate(found.tables["ads"], "collect/ads")
    assert ads["ad_id.code"].tolist() == ["E01-AAAA", "E01-BBBB"]
    assert ads["row"].tolist() == [3, 4]
    assert ads["copies_total.number"].tolist()[0] == 3
    # the second is not relevant: its profile is not asked
    assert ads["passing_through.code"].tolist() == ["no_answer", "not_asked"]
    assert found.tables["ad_copies"]["copies.number"].tolist() == [2]
    assert found.private == {}
    cells = found.cells.set_index(["header", "row"])["value"]
    assert cells["ad_id", 4] == "E01-BBBB"
    assert len(found.rows) == 3


def test_an_open_number_of_copies_is_read_as_the_least_there_can_be() -> None:
    """« 5 et plus », « 10 ou plus », « 5+ »; « 5 à 7 » is no number, and is told at its cell."""
    written = [3, "5 et plus", "10 ou plus", "5+", "5 à 7"]
    ads = [{**AD, "ad_id": f"E01-AAA{at}", "copies_total": text} for at, text in enumerate(written)]
    there = [{"ad_id": "E01-AAA1", "site_code": "E02", "copies": "4 et plus"}]
    found = read("annonces", "coded_ads", ads=ads, ad_copies=there)
    table = validate(found.tables["ads"], "collect/ads")
    assert table["copies_total.number"].tolist()[:4] == [3, 5, 10, 5]
    assert table["copies_total.rule"].tolist() == ["exact", "at_least", "at_least", "at_least", ""]
    [fault] = found.problems
    assert fault.severity == "bloquant" and fault.row == 7
    made = consolidate(table[:4], found.tables["ad_copies"], found.rows, {}, **given_codebook())
    assert made["copies"]["open"].tolist() == [True]
    assert [rule.count("copies_au_moins") for rule in made["ads_rows"]["rules"][:4]] == [0, 1, 1, 1]


def given_codebook() -> dict[str, bytes]:
    """The codebook's files, named as a step has them."""
    return {
        f"codebook_{Path(name).stem}": content
        for name, content in read_folder(Path(__file__).parents[3] / FOLDER).items()
    }


def test_places_stay_readable_where_nothing_is_personal() -> None:
    row = {
        "site_code": "E01",
        "place": "Commune A",
        "demand_count": 4,
        "window_start": "2026-01-05",
        "window_end": "2026-01-07",
    }
    demand = validate(read("demande", "demand", demand_ads=[row]).tables["demand_ads"], "collect/demand_ads")
    assert demand["place.text"].tolist() == ["Commune A"]
    assert demand["window_start.date"].tolist() == [pd.Timestamp("2026-01-05")]


@pytest.mark.parametrize(
    ("rows", "column", "words"),
    [
        ([{**AD, "ad_id": "E01-AAAA", "disposition": "Peut-être"}], "disposition", "liste"),
        ([{**AD, "ad_id": "E01-AAAA", "site_code": "site"}], "site_code", "forme"),
        ([{**AD, "ad_id": "E01-AAAA"}, {**AD, "ad_id": "E01-AAAA"}], "ad_id", "déjà"),
        ([{**AD, "ad_id": "E01-AAAA", "coded_on": "32/01/2026"}], "coded_on", "date"),
    ],
)
def test_a_fault_is_told_at_its_cell(rows: Rows, column: str, words: str) -> None:
    found = read("annonces", "coded_ads", ads=rows)
    [problem] = [p for p in found.problems if p.severity == "bloquant"]
    sheet = openpyxl.load_workbook(io.BytesIO(filled("annonces"))).worksheets[int(problem.sheet) - 1]
    assert sheet[f"{problem.column}1"].value == column
    assert problem.row == 2 + len(rows) and problem.file == "annonces.xlsx" and words in problem.message.lower()


def test_a_code_that_names_nothing_blocks() -> None:
    found = read(
        "annonces",
        "coded_ads",
        ads=[{**AD, "ad_id": "E01-AAAA"}],
        ad_copies=[{"ad_id": "E01-ZZZZ", "site_code": "X99", "copies": 1}],
    )
    sites = pd.DataFrame({"site_code": ["E01", "E02"]})
    files = {"coded_ads": "annonces.xlsx"}
    told = list(keys.check(found.tables | {"sites": sites}, found.places, files))
    assert [(p.sheet, p.row, p.column) for p in told] == [("", None, ""), ("4", 3, "A"), ("", None, ""), ("4", 3, "B")]
    assert [p.message.replace("\xa0", " ") for p in told if p.row is None] == [
        "0 ligne sur 1 rattachée à une annonce codée.",
        "0 ligne sur 1 rattachée à un site du registre.",
    ]
    without_register = list(keys.check(found.tables, found.places, files))
    assert [p.column for p in without_register] == ["", "A"]


def test_interviews_come_through_the_vault() -> None:
    """Their notes and places are set apart; the situations keep the questionnaire's variables."""
    content = filled(
        "entretiens",
        interview_records=[
            {
                "interview_id": "E01",
                "date": "2026-02-03",
                "structure": "Service fictif",
                "mode": "En présence",
                "interview_notes": "Une note.",
            }
        ],
        interview_situations=[
            {"interview_id": "E01", "situation_number": 1, "persons_in_situation": "3 ou 4", "locations": "un quartier"}
        ],
    )
    read_back = read_exports(
        CODEBOOK,
        {"interview_sheets": content},
        {"interview_sheets": "template"},
        lambda kind, values: [f"{kind}:{v}" if v else "" for v in values],
    )
    assert [p for p in read_back.problems if p.severity == "bloquant" and "interlocutor" not in p.message] == []
    records = validate(read_back.tables["interview_records"], "collect/interview_records")
    situations = validate(read_back.tables["interview_situations"], "collect/interview_situations")
    assert records["interview_id.code"].tolist() == ["E01"]
    assert records["structure.pseudonym"].tolist() == ["name:Service fictif"]
    assert situations["persons_in_situation.study"].tolist() == [3]
    assert set(read_back.private["texts"]["text"]) == {"Une note.", "un quartier", "3 ou 4"}
    assert "un quartier" not in situations.to_csv() and "Une note" not in records.to_csv()


OWN_ROLE = {"partners": "partenaires", "sites_history": "internet", "coded_ads": "annonces", "demand": "demande"}


@pytest.mark.parametrize("name", always(2, template.workbooks(CODEBOOK)))
@pytest.mark.parametrize("role", WORKBOOKS)
def test_a_workbook_of_another_role_blocks_and_is_no_empty_one(role: str, name: str) -> None:
    content = template.workbook(CODEBOOK, name)
    sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    table = next(sheet for sheet in sheets if sheet.title == _first_sheet(name))
    lines = "\n".join(",".join(f'"{cell or ""}"' for cell in row) for row in table.iter_rows(values_only=True))
    for given in (content, lines.encode()):
        found = read_workbooks(CODEBOOK, {role: given}, {role: "donné"})
        blocked = [p.message for p in found.problems if p.severity == "bloquant"]
        assert bool(blocked) is (OWN_ROLE[role] != name), blocked


def _first_sheet(name: str) -> str:
    """The first sheet of a workbook that is a table of its role, or of any."""
    tables = [table for table in CODEBOOK.tables.values() if table.workbook == name]
    first = [table for table in tables if table.name in ("site_status", "partners", "ads", "demand_ads")]
    return [table.sheet for table in [*first, *tables]][0]
