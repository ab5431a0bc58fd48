"""From any bytes to grids: the kind is read from the content, the verdict is as expected, nothing is ever raised."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from drawn import cases, one_in
from hypothesis import example, given, settings
from hypothesis import strategies as st
from received_files import CANARY, SMALL, SMALL_SHEET, declaring, flagged, parts, row, said, value, xlsx, zipped

from diagnostic.collect import grids
from diagnostic.collect.grids import CSV, XLSX, ZIP, Grid, read_export
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem
from diagnostic.files import delimited
from diagnostic.files.delimited import Limits

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOISE = random.Random(5).randbytes(5_000)
HEADER = "nom,âge\n"
FRENCH = f"{HEADER}Zoé Hélène SECRETE,« œuf » à 5 €\n"
ROWS = [["nom", "âge"], ["Zoé Hélène SECRETE", "« œuf » à 5 €"]]


def read(content: bytes) -> tuple[list[Grid], list[Problem]]:
    """Without the last net: what it would hide fails here."""
    found, problems = grids._read(content, "questionnaire", Limits(), False)
    for problem in problems:
        assert problem.file == "questionnaire"
        assert "SECRETE" not in problem.message + problem.remedy + problem.sheet and problem.value in ("", MASKED)
    assert all(len(problem.message) > 20 and len(problem.remedy) > 10 for problem in problems)
    return found, problems


# --- kinds ---


def test_a_csv_is_one_grid() -> None:
    assert read(FRENCH.encode()) == ([Grid(1, "", ROWS, CSV)], [])


def test_a_workbook_is_a_grid_per_sheet() -> None:
    found, problems = read(xlsx(SMALL_SHEET, row(2, said("B2", "x")), names=(CANARY, "autre")))
    assert problems == []
    assert found == [
        Grid(1, CANARY, [["nom", "âge"], [CANARY, "31"]], XLSX),
        Grid(2, "autre", [[], ["", "x"]], XLSX),
    ]


def test_a_zip_is_a_grid_per_table_the_form_before_its_repeats() -> None:
    members = {
        "diag-situation-lieu.csv": "c,KEY\n1,a\n",
        "media/photo SECRETE.jpg": b"\xff\xd8\xff" + NOISE,
        "diag-autre.csv": "b,KEY\n1,a\n",
        "media/joint SECRETE.csv": "sent,by\na,respondent\n",
        "diag.csv": "a,KEY\n1,a\n",
        "__MACOSX/._diag.csv": NOISE,
        "diag-situation.CSV": "d,KEY\n1,a\n",
    }
    found, problems = read(zipped(members))
    assert [(grid.number, grid.title, grid.rows[0][0], grid.kind) for grid in found] == [
        (1, "diag", "a", ZIP),
        (2, "diag-autre", "b", ZIP),
        (3, "diag-situation-lieu", "c", ZIP),
        (4, "diag-situation", "d", ZIP),
    ]
    (problem,) = problems
    assert problem.severity == WARNING and problem.message.startswith("3 fichiers")


def test_each_table_of_a_zip_has_its_own_problems() -> None:
    members = {"d.csv": "a,b\n1,\u200b\n", "d-x.csv": b"\xff\xd8\xff", "d-y.csv": "a;b\n1;2;3\n", "d-z.csv": FRENCH}
    found, problems = read(zipped(members))
    assert [(grid.number, grid.rows) for grid in found] == [
        (1, [["a", "b"], ["1", "\u200b"]]),
        (3, [["a", "b"], []]),
        (4, ROWS),
    ]
    blocking = [problem for problem in problems if problem.severity == BLOCKING]
    assert [(problem.sheet, problem.row, problem.column) for problem in blocking] == [
        ("1", 2, "B"),
        ("2", None, ""),
        ("3", 2, "C"),
    ]


def test_all_tables_of_a_zip_together_stay_within_the_limit() -> None:
    content = zipped({f"{name}.csv": "a,b\n1,2\n" for name in "abc"})
    assert len(read_export(content, "q", limits=Limits(cells=12))[0]) == 3
    found, problems = read_export(content, "q", limits=Limits(cells=11))
    assert found == [] and "11 cellules" in problems[-1].message


def test_a_sheet_named_after_a_person_is_told_by_its_number() -> None:
    content = xlsx(SMALL_SHEET, row(1, value("D1", "#REF!", "e"), said("E1", CANARY + "\u200b")), names=("a", CANARY))
    assert [(p.sheet, p.row, p.column) for p in read(content)[1]] == [("2", 1, "E"), ("2", 1, "D")]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_a_csv(codec: str) -> None:
    found, problems = read(FRENCH.encode(codec))
    assert found[0].rows == ROWS
    assert {problem.severity for problem in problems} <= {WARNING}
    assert len(problems) == (codec not in ("utf-8", "utf-8-sig"))  # tools write a UTF-8 mark


# --- verdicts ---

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "vide"),
    "blanks": (lambda: b" \n\t\r\n", "vide"),
    "old workbook": (lambda: OLE + NOISE, "ancien classeur"),
    "workbook with a password": (lambda: OLE + NOISE + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
    "PDF": (lambda: b"%PDF-1.7\n" + NOISE, "PDF"),
    "web page named xls": (lambda: b"<html><table><tr><td>Zo\xc3\xa9 SECRETE</td></tr></table>", "page web"),
    "XML workbook of 2003": (lambda: b'<?xml version="1.0"?><Workbook>SECRETE</Workbook>', "XML"),
    "image": (lambda: b"\x89PNG\r\n" + NOISE, "image"),
    "program": (lambda: b"MZ\x90" + NOISE, "programme"),
    "gzip": (lambda: b"\x1f\x8b\x08" + NOISE, "gzip"),
    "Parquet": (lambda: b"PAR1" + NOISE, "Parquet"),
    "SQLite": (lambda: b"SQLite format 3\0" + NOISE, "SQLite"),
    "noise": (lambda: NOISE, "encodage"),
    "binary workbook": (lambda: zipped({"[Content_Types].xml": "<x/>", "xl/workbook.bin": NOISE}), ".xlsb"),
    "OpenDocument": (lambda: zipped({"mimetype": "x.spreadsheet", "content.xml": "<x/>"}), "OpenDocument"),
    "Word document": (lambda: zipped({"word/document.xml": "<x/>"}), "Word"),
    "slides": (lambda: zipped({"ppt/presentation.xml": "<x/>"}), "diaporama"),
    "zip of photos": (lambda: zipped({"SECRETE.jpg": b"\xff\xd8\xff"}), "aucun tableau"),
    "zip of a workbook": (lambda: zipped({"SECRETE.xlsx": zipped(SMALL)}), "un classeur"),
    "zip with a password": (lambda: flagged(zipped({"SECRETE.csv": FRENCH}), 1), "mot de passe"),
    "zip that lies": (lambda: declaring(zipped({"SECRETE.csv": FRENCH}), 3), "abîmée"),
    "bomb": (lambda: zipped({"SECRETE.csv": b"1,2\n" * 5_000_000}), "100 fois"),
    "workbook cut short": (lambda: zipped(SMALL)[:-100], "abîmée"),
    "workbook with macros": (lambda: zipped({**SMALL, "xl/vbaProject.bin": NOISE}), "macros"),
    "workbook with entities": (
        lambda: zipped({**SMALL, "xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY a "b">]><sst/>'}),
        "entités",
    ),
    "workbook without sheets": (lambda: zipped({**parts(), "xl/workbook.xml": "<workbook/>"}), "vide"),
    "empty workbook": (lambda: xlsx(""), "vide"),
    "broken workbook": (
        lambda: zipped({**SMALL, "xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>SECRETE"}),
        "abîmé",
    ),
    "UTF-16 without mark": (lambda: FRENCH.encode("utf-16-le"), "octets nuls"),
    "UTF-32": (lambda: b"\xff\xfe\0\0" + FRENCH.encode("utf-32-le"), "UTF-32"),
    "mac-roman": (lambda: (HEADER + "Zoé SECRETE,1\n").encode("mac-roman"), "encodage"),
    "cp850": (lambda: (HEADER + "Zoé SECRETE,1\n").encode("cp850"), "encodage"),
    "two separators": (lambda: b"a,b;c\n1,2;3\n", "séparateurs"),
    "no header": (lambda: b"\nSECRETE,1\n", "première ligne"),
    "3 000 columns": (lambda: b"x," * 3_000 + b"\n", "colonnes"),
    "3 000 columns in a workbook": (lambda: xlsx(row(1, said("A1", "SECRETE"), said("DKJ1", "x"))), "colonnes"),
    "a far cell": (lambda: xlsx(row(1_048_576, said("XFD1048576", "x")) + ""), "lignes"),
}


@pytest.mark.parametrize("name", one_in(3, REFUSED))
def test_what_cannot_be_read_is_refused_and_named(name: str) -> None:
    make, words = REFUSED[name]
    found, problems = read(make())
    assert found == []
    (problem,) = (problem for problem in problems if problem.severity == BLOCKING)
    assert words in problem.message, problem.message


def test_an_old_workbook_is_told_from_one_with_a_password() -> None:
    for make, protected in ((REFUSED["old workbook"][0], False), (REFUSED["workbook with a password"][0], True)):
        (problem,) = read(make())[1]
        assert ("mot de passe" in problem.message) == protected and ("ancien" in problem.message) != protected


AT_A_CELL: dict[str, tuple[Callable[[], bytes], str, int, str]] = {
    "NUL": (lambda: f"{HEADER}x,1\n{CANARY}\0,1\n".encode(), "", 3, "A"),
    "mojibake": (lambda: f"{HEADER}x,1\n2,{CANARY} ZoÃ©\n".encode(), "", 3, "B"),
    "one cell too many": (lambda: f"{HEADER}x,1\n2,3,{CANARY}\n".encode(), "", 3, "C"),
    "one cell too few": (lambda: f"{HEADER}x,1\n{CANARY}\n".encode(), "", 3, "B"),
    "text after a quote": (lambda: f'{HEADER}x,1\n"{CANARY}"a,1\n'.encode(), "", 3, ""),
    "unclosed quote": (lambda: f'{HEADER}x,1\n"{CANARY},1\n'.encode(), "", 3, ""),
    "endless cell": (lambda: f"{HEADER}x,1\n{CANARY},{'x' * 40_000}\n".encode(), "", 3, "B"),
    "NUL in a zip": (lambda: zipped({"a.csv": "a,b\n", "ab.csv": f"a,b\n1,2\n3,{CANARY}\0\n"}), "2", 3, "B"),
    "error in a workbook": (lambda: xlsx(row(3, value("C3", "#REF!", "e"), said("D3", CANARY))), "1", 3, "C"),
    "formula not computed": (lambda: xlsx(row(3, said("A3", CANARY), "<c r='C3'><f>A1</f></c>")), "1", 3, "C"),
    "invisible sign in a workbook": (lambda: xlsx(SMALL_SHEET, row(3, said("C3", CANARY + "\u202e"))), "2", 3, "C"),
}


@pytest.mark.parametrize("name", AT_A_CELL)
def test_what_is_wrong_in_one_place_is_told_there_and_the_rest_is_read(name: str) -> None:
    make, *place = AT_A_CELL[name]
    found, problems = read(make())
    assert found
    (problem,) = (problem for problem in problems if problem.severity == BLOCKING)
    assert [problem.sheet, problem.row, problem.column] == place


HARMLESS = [
    "=HYPERLINK(1)",
    "@SUM(A1)",
    "+33 6",
    "-2+3",
    "=1",
    "|cmd",
    "NA",
    "NULL",
    "nan",
    "01001",
    "2A004",
    "03/04/20",
]


def test_no_text_is_taken_for_anything_else() -> None:
    """Formulas, missing values of other tools, codes, dates: text they are, text they stay."""
    table = [["a", "b"], *([text, "x"] for text in HARMLESS)]
    assert read("".join(f"{a},{b}\n" for a, b in table).encode())[0][0].rows == table
    rows = "".join(row(i, said(f"A{i}", a), said(f"B{i}", b)) for i, (a, b) in enumerate(table, 1))
    assert read(xlsx(rows))[0][0].rows == table


def test_a_file_of_more_than_fifty_megabytes_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (FRENCH.encode() * 10, zipped(SMALL)):
        monkeypatch.setattr(delimited, "MOST_BYTES", len(content) - 1)
        monkeypatch.setattr(grids, "MOST_BYTES", len(content) - 1)
        found, (problem,) = read(content)
        assert found == [] and "Mo" in problem.message


# --- nothing is raised ---


@settings(max_examples=cases(300), deadline=None)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\xff\xfe", b"\xef\xbb\xbf", OLE, b'"', b"a,b\n"]),
    st.binary(max_size=200),
)
@example(b"PK\x05\x06", bytes(18))
def test_no_bytes_raise(head: bytes, tail: bytes) -> None:
    found, problems = grids._read(head + tail, "q", Limits(), False)
    assert found or any(problem.severity == BLOCKING for problem in problems)


def test_what_was_not_foreseen_is_a_problem_too_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(grids, "read_delimited", broken)
    found, (problem,) = read_export(FRENCH.encode(), "questionnaire")
    assert found == [] and problem.severity == BLOCKING
    assert "SECRETE" not in problem.message + problem.remedy
