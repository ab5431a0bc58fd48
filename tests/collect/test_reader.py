"""Bytes to cells: encodings, separators, quoting, shape, limits."""

import csv
import io
import unicodedata
import zipfile

import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.collect import grids
from diagnostic.collect.grids import read_csv
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem
from diagnostic.core.validation import validate
from diagnostic.files import delimited

HEADER = "site_code,place,count\n"


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def values(content: bytes | str) -> dict[str, str]:
    """Place → value of every cell."""
    content = content.encode() if isinstance(content, str) else content
    cells, _ = read_csv(content, "f.csv", "ad_counts")
    validate(cells, "collect/cells")
    return {f"{c.column}{c.row}": c.value for c in cells.itertuples()}


def told(content: bytes | str) -> list[Problem]:
    content = content.encode() if isinstance(content, str) else content
    return read_csv(content, "f.csv", "ad_counts")[1]


def test_cells_keep_their_place_header_and_text() -> None:
    cells, problems = read_csv((HEADER + "E01,,01\n\u00a0NA ,Béthune,1e5\n").encode(), "f.csv", "ad_counts")
    assert not problems
    body = cells[cells["row"] > 1]
    assert list(zip(body["row"], body["column"], body["header"], body["value"], strict=True)) == [
        (2, "A", "site_code", "E01"),
        (2, "C", "count", "01"),
        (3, "A", "site_code", "NA"),
        (3, "B", "place", "Béthune"),
        (3, "C", "count", "1e5"),
    ]
    assert set(cells["role"]) == {"ad_counts"}
    assert set(cells["file"]) == {"f.csv"}


def test_a_record_is_one_row_whatever_its_line_breaks() -> None:
    assert values(HEADER + '"E01","a\nb\nc",1\nE02,d,2\n') == {
        "A1": "site_code",
        "B1": "place",
        "C1": "count",
        "A2": "E01",
        "B2": "a\nb\nc",
        "C2": "1",
        "A3": "E02",
        "B3": "d",
        "C3": "2",
    }


def test_line_endings_of_all_systems_read_alike() -> None:
    text = HEADER + "E01,x,1\nE02,y,2\n"
    assert values(text) == values(text.replace("\n", "\r\n")) == values(text.replace("\n", "\r"))


def test_letters_are_composed() -> None:
    assert values(HEADER + "E01,Be\u0301thune,1\n")["B2"] == "Béthune"


def test_header_alone_is_an_empty_table() -> None:
    assert told(HEADER) == []
    assert values(HEADER) == {"A1": "site_code", "B1": "place", "C1": "count"}


FRENCH = "œuvre à Béthune : « l’été », façade – 5 €, où ? ÉÇÀ"


@pytest.mark.parametrize(
    ("content", "severity", "words"),
    [
        ((HEADER + f'E01,"{FRENCH}",1\n').encode("utf-8-sig"), WARNING, "BOM"),
        ((HEADER + f'E01,"{FRENCH}",1\n').encode("utf-16"), WARNING, "UTF-16"),
        ((HEADER + f'E01,"{FRENCH}",1\n').encode("cp1252"), WARNING, "cp1252"),
    ],
    ids=["bom", "utf-16", "cp1252"],
)
def test_encodings_read_and_told(content: bytes, severity: str, words: str) -> None:
    problem = only(told(content))
    assert problem.severity == severity
    assert words in problem.message
    assert values(content)["B2"] == FRENCH


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + "E01,Béthune,1\n").encode("mac-roman"),
        (HEADER + "E01,cœur,1\n").encode("mac-roman"),
        (HEADER + "E01,boîte,1\n").encode("mac-roman"),
        (HEADER + "E01,Béthune,1\n").encode("cp850"),
        (HEADER + "E01,cœur,1\n").encode("iso8859-15"),
        (HEADER + "E01,Łódź,1\n").encode("cp1250"),
        HEADER.encode() + b"E01,\x81\x8d,1\n",
        b"\xff\xfe" + HEADER.encode("utf-16-le")[:-1],
        b"\xff\xfe\x00\x00" + HEADER.encode("utf-32-le"),
        (HEADER + "E01,x,1\n").encode("utf-16-le"),
        b"\xef\xbb\xbf" + (HEADER + "E01,Béthune,1\n").encode("cp1252"),
    ],
    ids=[
        "mac é",
        "mac œ",
        "mac î",
        "dos",
        "latin-9 œ",
        "polish",
        "undefined",
        "odd utf-16",
        "utf-32",
        "no bom",
        "false bom",
    ],
)
def test_other_encodings_are_refused_not_guessed(content: bytes) -> None:
    cells, problems = read_csv(content, "f.csv", "ad_counts")
    assert only(problems).severity == BLOCKING
    assert cells.empty


@pytest.mark.parametrize("damaged", ["BÃ©thune", "lâ€™Ã©tÃ©", "cÅ“ur", "B√©thune", "B├®thune", "5 â‚¬"])
def test_damaged_accents_are_refused_at_their_cell(damaged: str) -> None:
    problem = only(told(HEADER + f"E01,x,1\nE02,{damaged},2\n"))
    assert (problem.severity, problem.row, problem.column, problem.value) == (BLOCKING, 3, "B", MASKED)
    assert "accents" in problem.message
    assert damaged not in problem.message + problem.remedy


@pytest.mark.parametrize(
    "sign",
    [
        "\0",
        "\x07",
        "\x1a",
        "\x85",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u00ad",
        "\u2028",
        "\ue000",
        "\ufffd",
    ],
)
def test_signs_that_nobody_sees_are_refused_at_their_cell(sign: str) -> None:
    problem = only(told(HEADER + f"E01,x,1\nE02,y,2\nE0{sign}3,z,3\n"))
    assert (problem.severity, problem.row, problem.column) == (BLOCKING, 4, "A")
    assert f"U+{ord(sign):04X}" in problem.message


@pytest.mark.parametrize(("separator", "name"), [(";", "point-virgule"), ("\t", "tabulation")])
def test_other_separators_are_read_when_the_header_shows_them(separator: str, name: str) -> None:
    text = (HEADER + "E01,Béthune,1\n").replace(",", separator)
    problem = only(told(text))
    assert (problem.severity, problem.row) == (WARNING, 1)
    assert name in problem.message
    assert values(text) == values(HEADER + "E01,Béthune,1\n")


def test_commas_inside_a_semicolon_file_stay() -> None:
    assert values("site_code;place;count\nE01;Arras, centre;1\n")["B2"] == "Arras, centre"


def test_mixed_separators_are_refused() -> None:
    problem = only(told("a,b;c\n1,2;3\n"))
    assert (problem.severity, problem.row) == (BLOCKING, 1)
    assert "séparateurs" in problem.message


@pytest.mark.parametrize(
    ("text", "row", "column", "words"),
    [
        (HEADER + "E01,x,1\nE02,y,2,3\n", 3, "D", "plus de cellules"),
        (HEADER + "E01,x,1\nE02,y\n", 3, "C", "moins de cellules"),
        (HEADER + "E01,x,1,,9\n", 2, "E", "plus de cellules"),
        (HEADER + 'E01,"x"y,1\n', 2, "", "guillemets"),
        (HEADER + 'E01,x,1\nE02,"y,2\nE03,z,3\n', 3, "", "jamais fermé"),
    ],
)
def test_ragged_rows_and_quoting_are_refused_at_their_row(text: str, row: int, column: str, words: str) -> None:
    problem = only(told(text))
    assert (problem.severity, problem.row, problem.column) == (BLOCKING, row, column)
    assert words in problem.message


def test_reading_goes_on_after_a_bad_row() -> None:
    problems = told(HEADER + 'E01,"x"y,1\nE02,y\nE03,z,3,4\nE04,B\u200b,4\n')
    assert [(p.row, p.column) for p in problems] == [(2, ""), (5, "B"), (3, "C"), (4, "D")]


@pytest.mark.parametrize(
    "text",
    ["site_code,place,count,,\nE01,x,1,,\n", "site_code,place,count,,\nE01,x,1\n", HEADER + "E01,x,1,,\n"],
    ids=["everywhere", "header only", "rows only"],
)
def test_empty_columns_on_the_right_are_ignored_with_a_warning(text: str) -> None:
    problem = only(told(text))
    assert (problem.severity, problem.column) == (WARNING, "D")
    assert "2 colonnes vides" in problem.message
    assert values(text) == values(HEADER + "E01,x,1\n")


def test_a_value_without_header_is_refused() -> None:
    problem = only([p for p in told("site_code,,count\nE01,,1\nE02,y,2\n") if p.severity == BLOCKING])
    assert (problem.row, problem.column) == (1, "B")
    assert "ligne 3" in problem.message


def test_an_empty_column_inside_is_ignored_with_a_warning() -> None:
    problem = only(told("site_code,,count\nE01,,1\n"))
    assert (problem.severity, problem.row, problem.column) == (WARNING, 1, "B")


def test_blank_rows_are_counted_and_keep_the_numbering() -> None:
    text = HEADER + "E01,x,1\n\n,,\nE02,y,2\n,,\n\n \n"
    inside, trailing = told(text)
    assert (inside.severity, inside.row) == (WARNING, 3)
    assert inside.message.startswith("2 lignes vides au milieu")
    assert (trailing.severity, trailing.row) == (WARNING, 6)
    assert trailing.message.startswith("3 lignes vides à la fin")
    assert values(text)["A5"] == "E02"


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe", "\u00a0".encode()])
def test_empty_file(content: bytes) -> None:
    problem = told(content)[-1]
    assert (problem.severity, problem.row) == (BLOCKING, None)
    assert "vide" in problem.message


def test_header_must_be_on_the_first_row() -> None:
    problem = only(told("\n" + HEADER))
    assert (problem.severity, problem.row) == (BLOCKING, 1)
    assert "première ligne" in problem.message


def _zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (_zipped("xl/workbook.xml"), "xlsx"),
        (_zipped("notes.txt"), "archive zip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "ancien classeur"),
        (b"\n<!DOCTYPE html><table>", "page web"),
        (b"<table><tr><td>1</td></tr></table>", "page web"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"PAR1" + bytes(20), "Parquet"),
    ],
)
def test_files_of_another_kind_are_named(content: bytes, kind: str) -> None:
    problem = only(told(content))
    assert problem.severity == BLOCKING
    assert kind in problem.message


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "colonnes" in only(told(",".join(f"c{i}" for i in range(2001)) + "\n")).message
    cell = only(told(HEADER + f"E01,{'x' * 32_768},1\n"))
    assert (cell.row, cell.column) == (2, "B")
    assert "caractères" in cell.message
    assert any("démesurée" in p.message for p in told(HEADER + f'E01,"{"x" * 200_000}",1\n'))
    monkeypatch.setattr(grids, "MAX_ROWS", 3)
    assert told(HEADER + "E01,x,1\n" * 3) == []
    assert "lignes" in only(told(HEADER + "E01,x,1\n" * 4)).message
    monkeypatch.setattr(grids, "MAX_CELLS", 5)
    assert "cellules" in only(told(HEADER + "E01,x,1\n")).message
    monkeypatch.setattr(grids, "MAX_LINE", 10)
    assert "ligne" in only(told(HEADER)).message
    monkeypatch.setattr(delimited, "MOST_BYTES", 10)
    assert "Mo" in only(told(HEADER)).message


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_raise(content: bytes) -> None:
    validate(read_csv(content, "f.csv", "sites")[0], "collect/cells")


CSV_LIKE = st.text(st.sampled_from(list('abE01,;\t"\n\r \u00a0éÃ©\0\u200b')) | st.characters(), max_size=80)


@settings(max_examples=cases(200), deadline=None)
@given(CSV_LIKE, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac-roman"]))
def test_no_text_makes_the_reader_raise(text: str, encoding: str) -> None:
    content = text.encode(encoding, "replace")
    cells, problems = read_csv(content, "f.csv", "sites")
    validate(cells, "collect/cells")
    assert len(cells) or any(problem.severity == BLOCKING for problem in problems)


PRINTABLE = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="ÃÂÅâï√├\ufffd\u2800"),
    min_size=1,
    max_size=9,
)


@settings(deadline=None)
@given(st.lists(st.lists(PRINTABLE, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_csv_writes_comes_back(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["site_code", "place", "count"], *rows])
    cells, problems = read_csv(out.getvalue().encode(), "f.csv", "ad_counts")
    composed = [[unicodedata.normalize("NFC", cell).strip() for cell in row] for row in rows]
    if not problems:
        body = cells[cells["row"] > 1]
        assert [body.loc[body["row"] == row, "value"].tolist() for row in sorted(set(body["row"]))] == composed
    else:  # signs that Python's own tables do not call letters: refused, never altered
        assert all(problem.severity == BLOCKING for problem in problems)
