"""CSV exports to rows: separators, quoting, shape, what LimeSurvey adds; and nothing guessed."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from received_files import CANARY

from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem, UnreadableRow
from diagnostic.files.delimited import Limits, read_delimited


def read(content: str | bytes, *, short_rows: bool = False, **limits: int) -> tuple[list[list[str]], list[Problem]]:
    content = content.encode() if isinstance(content, str) else content
    return read_delimited(content, "questionnaire", Limits(**limits), short_rows)


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    assert problems[0].file == "questionnaire" and "SECRETE" not in problems[0].message + problems[0].remedy
    return problems[0]


# --- separators ---


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_the_header_shows_the_separator(separator: str, quoting: int) -> None:
    table = [["a", "Âge, environ", "c"], ["1", "x;y", 'dit "oui"'], ["2", "", "tab\tici"]]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    rows, problems = read(out.getvalue())
    assert (rows, problems) == (table, [])  # a tool writes the separator it likes


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"Q1, a";"Q2; b"', ["Q1, a", "Q2; b"]),  # a quoted cell is whole, with one separator only
        ('"Q1; a","Q2, b"', ["Q1; a", "Q2, b"]),
        ("Âge; environ,genre,lieu", ["Âge; environ", "genre", "lieu"]),  # three columns against two
        ("a", ["a"]),
        ('"a;b"', ["a;b"]),
        ("a\tb;c\td", ["a", "b;c", "d"]),
    ],
)
def test_quoting_then_the_number_of_columns_decide(header: str, expected: list[str]) -> None:
    assert read(header + "\r\n")[0] == [expected]


@pytest.mark.parametrize("header", ["a,b;c", "a\tb,c", "a;b\tc,d", "a,b,c;d;e"])
def test_as_many_columns_with_two_separators_leave_a_doubt(header: str) -> None:
    rows, problems = read(f"{header}\n1,2;3\n")
    assert rows == []
    assert only(problems).severity == BLOCKING and only(problems).row == 1
    assert "séparateurs" in only(problems).message


# --- shape ---


def test_rows_keep_their_number_whatever_they_hold() -> None:
    rows, problems = read('a,b\n"x\ny",1\n\n,\nz,2\n')
    assert rows == [["a", "b"], ["x\ny", "1"], [], [], ["z", "2"]]
    assert (only(problems).severity, only(problems).row) == (WARNING, 3)


def test_identical_headers_and_empty_headers_are_kept_in_place() -> None:
    rows, problems = read("a,a,,a\n1,2,3,4\n")
    assert (rows, problems) == ([["a", "a", "", "a"], ["1", "2", "3", "4"]], [])


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (f"{CANARY},2,3,4", "D", "plus de cellules"),
        (f"{CANARY},2,3,,5", "E", "plus de cellules"),
        (f"{CANARY},2", "C", "moins de cellules"),
        (f'"{CANARY}"x,2,3', "", "guillemets"),
    ],
)
def test_a_row_that_cannot_be_told_apart_is_left_empty(line: str, column: str, words: str) -> None:
    rows, problems = read(f"a,b,c\n1,2,3\n{line}\n7,8,9\n")
    assert rows == [["a", "b", "c"], ["1", "2", "3"], [], ["7", "8", "9"]]
    problem = only(problems)
    assert isinstance(problem, UnreadableRow)
    assert (problem.severity, problem.row, problem.column) == (BLOCKING, 3, column)
    assert words in problem.message


def test_empty_cells_beyond_the_header_do_no_harm() -> None:
    rows, problems = read("a,b\n1,2,,\n3,4, \n")
    assert [row[:2] for row in rows] == [["a", "b"], ["1", "2"], ["3", "4"]]
    assert not problems and not any(any(row[2:]) for row in rows)


def test_short_rows_are_read_where_the_tool_writes_them() -> None:
    text = "a,b,c\n1\n2,3\n4,5,6,7\n"
    rows, problems = read(text, short_rows=True)
    assert rows == [["a", "b", "c"], ["1"], ["2", "3"], []]
    assert only(problems).row == 4
    assert [problem.row for problem in read(text)[1]] == [2, 3, 4]


def test_an_unclosed_quote_is_told_at_the_row_where_it_opens() -> None:
    rows, problems = read(f'a,b\n1,2\n3,"{CANARY}\n5,6\n')
    assert rows == [["a", "b"], ["1", "2"]]
    assert (only(problems).row, "jamais fermé" in only(problems).message) == (3, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "vide"), ("\n\n", "vide"), ("\na,b\n1,2\n", "première ligne"), (",\n1,2\n", "première ligne")],
)
def test_a_file_without_header_is_refused(text: str, words: str) -> None:
    rows, problems = read(text)
    assert rows == [] and words in only(problems).message and only(problems).severity == BLOCKING


def test_a_header_alone_is_an_empty_table() -> None:
    assert read("a,b\n") == ([["a", "b"]], [])


# --- LimeSurvey: BOM, semicolons, everything quoted, one blank line more at the end, formulas defused ---


def test_an_export_of_limesurvey() -> None:
    text = '"id";"forme[rue]";"Q3"\r\n"1";"Y";"\'=1+1"\r\n"2";"";"Il a dit ""non"""\r\n\r\n'
    rows, problems = read("\ufeff".encode() + text.encode())
    assert rows == [["id", "forme[rue]", "Q3"], ["1", "Y", "=1+1"], ["2", "", 'Il a dit "non"']]
    assert problems == []  # neither its mark nor its semicolons are news


def test_only_the_protection_of_formulas_is_taken_off() -> None:
    assert read("a,b\n'=x,'y\n''=,-'=\n")[0] == [["a", "b"], ["=x", "'y"], ["''=", "-'="]]


# --- signs and limits ---


@pytest.mark.parametrize(
    "sign", ["\0", "\x07", "\x1f", "\x85", "\u200b", "\u202e", "\ufeff", "\u00ad", "\u2028", "\ue000", "\ufffd", "Ã©"]
)
def test_bad_signs_are_told_at_their_cell(sign: str) -> None:
    problem = only(read(f"a,b\n1,2\n3,{CANARY}{sign}\n")[1])
    assert (problem.severity, problem.row, problem.column, problem.value) == (BLOCKING, 3, "B", MASKED)


def test_a_bad_sign_is_told_in_each_of_its_cells() -> None:
    problems = read("a,b\nx\u200b,\u200by\nz,t\nx,\u200b\nÃ©,Ã©\n")[1]
    assert [(p.row, p.column) for p in problems] == [(2, "A"), (2, "B"), (4, "B"), (5, "A"), (5, "B")]


def test_accents_are_composed_and_blanks_around_dropped() -> None:
    assert read("a,b\n \u00a0Be\u0301thune\t, x y \n")[0][1] == ["Béthune", "x y"]


def test_limits() -> None:
    for text, limits, words in [
        (",".join("a" * 3000) + "\n", {}, "2\u202f000 colonnes"),
        ("a,b\n1,2\n3,4\n5,6\n", {"rows": 2}, "2 lignes"),
        ("a,b\n1,2\n", {"cells": 3}, "3 cellules"),
        ("a,b\n1,2\n", {"line": 3}, "3 caractères"),
    ]:
        rows, problems = read(text, **limits)
        assert rows == [] and words in only(problems).message
    assert read("a,b\n1,2\n3,4\n", rows=2, cells=6, line=4, cell=1, columns=2)[1] == []
    problem = only(read(f"a,b\n1,{'x' * 32_768}\n")[1])
    assert (problem.row, problem.column, problem.value) == (2, "B", MASKED)


# --- properties ---

PRINTABLE = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="ÃÂÅâï√├\ufffd\u2800"),
    max_size=9,
)


@settings(max_examples=cases(200), deadline=None)
@given(st.data())
def test_what_csv_writes_comes_back_cell_for_cell(data: st.DataObject) -> None:
    width = data.draw(st.integers(2, 5))
    table = data.draw(st.lists(st.lists(PRINTABLE, min_size=width, max_size=width), max_size=6))
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=data.draw(st.sampled_from(",;\t")),
        quoting=data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),  # type: ignore[arg-type]
        lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])),
    )
    writer.writerows([[f"q{i}" for i in range(width)], *table])
    rows, problems = read(out.getvalue())
    expected = [[unicodedata.normalize("NFC", cell).strip() for cell in row] for row in table]
    expected = [[cell[1:] if cell.startswith("'=") else cell for cell in row] for row in expected]
    while expected and not any(expected[-1]):
        expected.pop()
    padded = [row + [""] * (width - len(row)) for row in rows[1:]]
    blank = [[""] * width if not any(row) else row for row in expected]
    assert padded == blank
    assert not any(isinstance(problem, UnreadableRow) for problem in problems)


def test_joined_pictures_are_no_bad_sign() -> None:
    """A family typed on a phone: pictures joined by U+200D. The same sign between letters, or alone, is one."""
    assert not [p for p in read("a,b\n\U0001f469\u200d\U0001f467,\u2764\ufe0f\u200d\U0001f525 merci\n")[1] if p.row]
    told = [p for p in read("a,b\nx\u200dy,\u200d\U0001f467\n\U0001f467,\u200d\U0001f467\n")[1] if p.row]
    assert [(p.row, p.column) for p in told] == [(2, "A"), (2, "B"), (3, "B")]


CSV_LIKE = st.text(st.sampled_from(list("abE01,;\t\"\n\r \u00a0éÃ©\0\u200b'=")) | st.characters(), max_size=80)


@settings(max_examples=cases(300), deadline=None)
@given(CSV_LIKE, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac-roman"]), st.booleans())
def test_no_text_raises_and_nothing_is_lost_in_silence(text: str, encoding: str, short_rows: bool) -> None:
    rows, problems = read(text.encode(encoding, "replace"), short_rows=short_rows)
    assert rows or any(problem.severity == BLOCKING for problem in problems)
