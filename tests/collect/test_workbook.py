"""Workbooks: every cell at its place and as text, through a child that may not take the machine with it."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator, Mapping

import openpyxl
import pytest
from drawn import cases, one_in
from hypothesis import given, settings
from hypothesis import strategies as st
from received_files import CANARY, SMALL_SHEET, parts, row, said, value, xlsx, zipped

from diagnostic.core import child
from diagnostic.core.problems import BLOCKING, MASKED, Problem
from diagnostic.files import cells as confined
from diagnostic.files import workbook as workbooks
from diagnostic.files.delimited import Limits
from diagnostic.files.workbook import read_workbook

LIMITS = Limits()


def read(content: bytes, limits: Limits = LIMITS) -> tuple[list[workbooks.Sheet], list[Problem]]:
    return read_workbook(content, "questionnaire", limits)


@contextlib.contextmanager
def without_a_child() -> Iterator[None]:
    """The child's own code in this process, for the many files that a property needs."""

    def here(content: bytes, limits: Mapping[str, int]) -> list[workbooks.Sheet]:
        return workbooks._received(b"\n".join(json.dumps(line).encode() for line in confined.lines(content, limits)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbooks, "read_sheets", here)
        yield


def cells(*rows: str, properties: str = "", strings: tuple[str, ...] = ()) -> dict[str, str]:
    """Place → text of the filled cells of a sound one-sheet workbook."""
    sheets, problems = read(xlsx("".join(rows), properties=properties, strings=strings))
    assert not problems
    return {
        f"{openpyxl.utils.get_column_letter(j)}{i}": text
        for i, line in enumerate(sheets[0].rows, 1)
        for j, text in enumerate(line, 1)
        if text
    }


def places(problems: list[Problem]) -> list[tuple[str, int | None, str]]:
    return [(problem.sheet, problem.row, problem.column) for problem in problems]


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    assert problems[0].severity == BLOCKING and problems[0].file == "questionnaire"
    return problems[0]


# --- text of cells; a serial number counts days from 1900 (or 1904), as ECMA-376 part 1, 18.17.4.1, defines ---

NUMBERS = {"3": "3", "3.0": "3", "-3": "-3", "0": "0", "-0.0": "0", "2.5": "2.5", "0.1": "0.1", "1E3": "1000"}
NUMBERS |= {"33612345678": "33612345678", "123456789012345": "123456789012345", "1E+300": "1e+300", "1e-7": "1e-07"}


@pytest.mark.parametrize(("written", "expected"), one_in(3, NUMBERS.items()))
def test_numbers_as_text_without_a_decimal_that_was_not_there(written: str, expected: str) -> None:
    assert cells(row(1, value("A1", written))) == {"A1": expected}


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_of_fifteen_digits_is_kept_to_the_last(number: int) -> None:
    assert confined.text(float(number)) == str(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_is_the_same_number(number: float) -> None:
    assert float(confined.text(number)) == number


SERIALS = [
    (43705, 1, "2019-08-28"),
    (43705.42745370370, 2, "2019-08-28T10:15:32"),
    (43705.5, 1, "2019-08-28T12:00:00"),
    (0.5, 3, "12:00:00"),
    (1.09375, 4, "26:15:00"),
    (61, 1, "1900-03-01"),  # the day after the 29 February 1900 that never was
    (43705, 0, "43705"),  # not formatted as a date: a number
]


@pytest.mark.parametrize(("serial", "style", "expected"), SERIALS)
def test_dates_are_written_in_iso(serial: float, style: int, expected: str) -> None:
    assert cells(row(1, value("A1", serial, style=style))) == {"A1": expected}


def test_dates_of_the_1904_system() -> None:
    properties = '<workbookPr date1904="1"/>'
    found = cells(row(1, value("A1", 43705 - 1462, style=1), value("B1", 42243.5, style=2)), properties=properties)
    assert found == {"A1": "2019-08-28", "B1": "2019-08-28T12:00:00"}


@given(st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
@settings(deadline=None)
def test_any_second_comes_back(moment: dt.datetime) -> None:
    serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    day = moment.date().isoformat()
    expected = day if moment.time() == dt.time() else f"{day}T{moment.time().isoformat()}"
    with without_a_child():
        assert cells(row(1, value("A1", repr(serial), style=2))) == {"A1": expected}


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (dt.timedelta(hours=26, minutes=15), "26:15:00"),
        (-dt.timedelta(minutes=90), "-01:30:00"),
        (dt.timedelta(seconds=1.5), "00:00:01.500000"),
    ],
)
def test_durations_are_hours(duration: dt.timedelta, expected: str) -> None:
    assert confined.text(duration) == expected


def test_booleans_and_texts_of_all_kinds() -> None:
    rich = '<c r="D1" t="inlineStr"><is><r><t>gras</t></r><r><t xml:space="preserve"> et maigre</t></r></is></c>'
    found = cells(
        row(1, value("A1", 1, "b"), value("B1", 0, "b"), said("C1", "007"), rich),
        row(2, value("A2", 1, "s"), value("B2", "une &amp; deux", "str"), said("C2", "a&#10;b"), said("D2", "#N/A")),
        row(3, said("A3", "=1+1"), said("B3", "'cité"), said("C3", "  Be\u0301thune\u00a0"), said("D3", "NULL")),
        strings=("zéro", "de la liste"),
    )
    assert found == {"A1": "true", "B1": "false", "C1": "007", "D1": "gras et maigre", "A2": "de la liste"} | {
        "B2": "une & deux", "C2": "a\nb", "D2": "#N/A", "A3": "=1+1", "B3": "'cité", "C3": "Béthune", "D3": "NULL"
    }  # fmt: skip


# --- places ---


def test_rows_and_columns_are_those_of_the_sheet_wherever_data_begin() -> None:
    assert cells(row(5, said("C5", "nom"), said("E5", "âge")), row(9, said("D9", CANARY))) == {
        "C5": "nom",
        "E5": "âge",
        "D9": CANARY,
    }


@settings(deadline=None)
@given(st.dictionaries(st.tuples(st.integers(1, 60), st.integers(1, 60)), st.integers(0, 999), min_size=1, max_size=8))
def test_cells_keep_their_place_wherever_they_are(found: dict[tuple[int, int], int]) -> None:
    letter = openpyxl.utils.get_column_letter
    rows: dict[int, str] = {}
    for (i, j), number in sorted(found.items()):
        rows[i] = rows.get(i, "") + value(f"{letter(j)}{i}", number)
    with without_a_child():
        assert cells(*(row(i, line) for i, line in rows.items())) == {
            f"{letter(j)}{i}": str(number) for (i, j), number in found.items()
        }


def test_a_merged_range_has_its_value_in_its_first_cell() -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "titre"
    book.active.merge_cells("B2:D4")
    book.active["E5"] = "suite"
    out = io.BytesIO()
    book.save(out)
    sheets, problems = read(out.getvalue())
    assert not problems
    assert sheets[0].rows == [[], ["", "titre"], [], [], ["", "", "", "", "suite"]]


def test_hidden_sheets_are_read_and_charts_only_counted() -> None:
    book = openpyxl.Workbook()
    book.active.title, book.active["A1"] = "une", "un"
    book.create_chartsheet("graphique")
    book.create_sheet("cachée")["A1"] = "trois"
    book["cachée"].sheet_state = "hidden"
    book.create_sheet("très cachée")["B1"] = "quatre"
    book["très cachée"].sheet_state = "veryHidden"
    book.create_sheet("vide")
    out = io.BytesIO()
    book.save(out)
    sheets, problems = read(out.getvalue())
    assert not problems
    assert [(sheet.number, sheet.title, sheet.rows) for sheet in sheets] == [
        (1, "une", [["un"]]),
        (3, "cachée", [["trois"]]),
        (4, "très cachée", [["", "quatre"]]),
        (5, "vide", []),
    ]


def test_hidden_rows_and_columns_are_read() -> None:
    assert cells('<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>') == {"A1": "1"}


# --- errors and formulas ---


def test_errors_and_formulas_never_computed_are_told_at_their_cell() -> None:
    first = row(1, said("A1", "x")) + row(2, value("B2", "#N/A", "e"), '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    second = row(
        3, '<c r="AB3"><f>SUM(A1:A2)</f></c>', '<c r="AC3"><f>1+1</f><v/></c>', '<c r="AD3"><f>1</f><v></v></c>'
    )
    second += row(4, "<c r='A4' t='e'><v>#REF!</v></c>", '<c r="B4"><f t="shared" si="0"/></c>')
    sheets, problems = read(xlsx(first, second))
    assert places(problems) == [
        ("1", 2, "B"), ("1", 2, "C"), ("2", 4, "A"), ("2", 3, "AB"), ("2", 3, "AC"), ("2", 3, "AD"), ("2", 4, "B")
    ]  # fmt: skip
    assert {problem.value for problem in problems} == {MASKED}
    assert ["erreur" in problem.message for problem in problems] == [True, True, True, False, False, False, False]
    assert not any(text.startswith("#") for sheet in sheets for line in sheet.rows for text in line)


def test_the_saved_result_of_a_formula_is_its_value() -> None:
    assert cells(
        row(
            1,
            '<c r="A1"><f>1+1</f><v>2</v></c>',
            '<c r="B1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>',
            '<c r="C1" t="str"><f>""</f><v></v></c>',
            '<c r="D1" t="b"><f>1=1</f><v>1</v></c>',
            '<c r="E1"><f t="shared" ref="E1:E2" si="0">A1*2</f><v>4</v></c>',
        )
    ) == {"A1": "2", "B1": "ab", "D1": "true", "E1": "4"}


def test_a_text_that_looks_like_an_error_in_xml_is_no_error() -> None:
    assert cells(row(1, said("A1", '&lt;c t="e"&gt;'), said("B1", ' t="e" '))) == {"A1": '<c t="e">', "B1": 't="e"'}


@pytest.mark.slow
def test_errors_are_found_across_the_pieces_that_a_sheet_is_read_in() -> None:
    filler = [row(i, *(said(f"{letter}{i}", f"{i:040}") for letter in "ABCDE")) for i in range(1, 9001)]
    for i in range(500, 9001, 500):
        filler[i - 1] = row(i, value(f"A{i}", "#N/A", "e"))
    content = xlsx("".join(filler))
    assert sum(map(len, filler)) > 3 * confined.CHUNK
    assert places(read(content)[1]) == [("1", i, "A") for i in range(500, 9001, 500)]


# --- signs ---


def test_signs_that_nobody_sees_and_damaged_accents_are_told_at_their_cell() -> None:
    sheet = row(1, said("A1", "nom")) + row(3, said("B3", "Zo\u200bé"), said("C3", "ZoÃ©"), said("D3", "_x0007_"))
    problems = read(xlsx(SMALL_SHEET, sheet))[1]
    assert places(problems) == [("2", 3, "B"), ("2", 3, "C"), ("2", 3, "D")]
    assert {problem.value for problem in problems} == {MASKED}
    assert "U+200B" in problems[0].message and "accents" in problems[1].message and "U+0007" in problems[2].message


# --- limits ---


@pytest.mark.slow
def test_limits_of_size() -> None:
    wide = row(1, *(said(f"{openpyxl.utils.get_column_letter(j)}1", "x") for j in (1, 2000)))
    assert read(xlsx(wide))[1] == []
    for places_of, words in [
        (row(1, said("A1", "x"), said("BXY1", "x")), "2\u202f000 colonnes"),
        (row(1, said("A1", "x"), said("DKJ1", "x")), "2\u202f000 colonnes"),  # 3 000 columns
        (row(200_002, said("A200002", "x")), "200\u202f000 lignes"),
    ]:
        sheets, problems = read(xlsx(SMALL_SHEET, places_of))
        assert sheets == [] and words in only(problems).message and only(problems).sheet == "2"
    assert read(xlsx(row(200_001, said("A200001", "x"))))[1] == []
    for limits, words in [(Limits(cells=3), "3 cellules"), (Limits(characters=10), "10 caractères")]:
        assert words in only(read(xlsx(SMALL_SHEET), limits)[1]).message
    assert read(xlsx(SMALL_SHEET), Limits(cells=4))[1] == []


def test_a_cell_longer_than_a_spreadsheet_holds() -> None:
    problem = only(read(xlsx(row(2, said("B2", "x" * 32_768), said("C2", "x" * 32_767))))[1])
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("1", 2, "B", MASKED)


@pytest.mark.slow  # five seconds; `test_received_grids.py` has such a cell refused
def test_a_cell_very_far_away_does_not_take_the_memory() -> None:
    begun = time.process_time()
    sheets, problems = read(xlsx(row(1, said("A1", "x")) + row(1_048_576, said("XFD1048576", "x"))))
    assert sheets == [] and "trop grand" in only(problems).message
    assert time.process_time() - begun < 10


@pytest.mark.slow
def test_one_long_text_named_a_hundred_thousand_times_does_not_take_the_memory() -> None:
    rows = "".join(row(i, *(f'<c r="{c}{i}" t="s"><v>0</v></c>' for c in "ABCDE")) for i in range(1, 20_001))
    content = xlsx(rows, strings=("x" * 32_000,))  # 3.2 GB of text
    begun = time.process_time()
    sheets, problems = read(content)
    assert sheets == [] and "trop grand" in only(problems).message
    assert time.process_time() - begun < 20


def test_impatience_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PATIENCE", 0)
    assert "temps" in only(read(xlsx(SMALL_SHEET))[1]).message


def test_the_child_is_confined() -> None:
    """Asked of the child's own code: memory, processor, no file, no core dump."""
    code = (
        "import json, resource as r; from diagnostic.core import child; child._confine(); "
        "print(json.dumps([r.getrlimit(k)[0] for k in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_CORE)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [1 << 30, 20, 0, 0]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys; sys.exit(1)", child.UNREADABLE),
        ("print('{}')", child.UNREADABLE),
        ("bytearray(1 << 40)", child.UNREADABLE),
        ("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", child.MEMORY_OUT),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", child.MEMORY_OUT),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", child.TIME_OUT),
    ],
)
def test_however_the_child_ends_it_is_told(
    code: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = tmp_path_factory.mktemp("child") / "script.py"
    script.write_text(code, encoding="utf-8")
    monkeypatch.setattr(child, "__file__", str(script))
    with pytest.raises(workbooks.Refused) as raised:
        workbooks.read_sheets(code.encode(), {})
    assert raised.value.reason == reason


def test_a_failure_does_not_touch_the_next_reading() -> None:
    first = read(xlsx(SMALL_SHEET))
    with pytest.raises(workbooks.Refused):
        workbooks.read_sheets(b"no workbook", {})
    assert read(xlsx(SMALL_SHEET)) == first


# --- what is no workbook after all ---


@pytest.mark.parametrize(
    "broken",
    [
        {"xl/workbook.xml": "<workbook>"},
        {"xl/workbook.xml": ""},
        {"xl/_rels/workbook.xml.rels": "<x/>"},
        {"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row"},
        {"xl/worksheets/sheet1.xml": b"\xff\xfe\xfd"},
        {"xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{row(1, value('A1', 'abc'))}</sheetData></worksheet>"},
        {"xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{row(1, value('A1', 7, 's'))}</sheetData></worksheet>"},
    ],
)
def test_a_broken_workbook_is_refused_without_a_word_of_it(broken: dict[str, bytes | str]) -> None:
    sheets, problems = read(zipped({**parts(SMALL_SHEET), **broken}))
    assert sheets == []
    assert "abîmé" in only(problems).message and "SECRETE" not in only(problems).message


def test_an_empty_workbook_is_said_to_be_empty() -> None:
    assert "vide" in only(read(xlsx(""))[1]).message
    assert "vide" in only(read(xlsx(row(1, said("A1", "")), ""))[1]).message


@pytest.mark.parametrize("end", ["</row>", "</c>", "</v>", "<row r="])
def test_a_sheet_cut_short_is_not_read_in_part(end: str) -> None:
    made = parts(row(1, value("A1", 1)) + row(2, value("A2", 2)))
    text = made["xl/worksheets/sheet1.xml"]
    cut = {"xl/worksheets/sheet1.xml": text[: text.index(end) + len(end)]}
    sheets, problems = read(zipped({**made, **cut}))
    assert sheets == [] and "abîmé" in only(problems).message


@settings(max_examples=cases(25), deadline=None)
@given(st.data())
def test_no_change_in_the_xml_of_a_workbook_raises(data: st.DataObject) -> None:
    made = {name: bytearray(content.encode()) for name, content in parts(SMALL_SHEET).items()}
    name = data.draw(st.sampled_from(sorted(made)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(made[name]) - 1))
        made[name][place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    sheets, problems = read(zipped({name: bytes(content) for name, content in made.items()}))
    assert sheets or only(problems)


# --- round trip ---

PRINTABLE = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="ÃÂÅâï√├\ufffd\u2800_"),
    max_size=9,
)


@settings(max_examples=cases(60), deadline=None)
@given(
    st.lists(st.lists(PRINTABLE, min_size=1, max_size=4), min_size=1, max_size=5), st.integers(0, 3), st.integers(0, 3)
)
def test_what_openpyxl_writes_comes_back_cell_for_cell(table: list[list[str]], down: int, right: int) -> None:
    book = openpyxl.Workbook()
    for i, line in enumerate(table):
        for j, text in enumerate(line):
            cell = book.active.cell(1 + down + i, 1 + right + j, text)
            cell.data_type = "s"  # « =1 » and « #N/A » are texts here
    out = io.BytesIO()
    book.save(out)
    with without_a_child():
        sheets, problems = read(out.getvalue())
    expected = {
        (down + i, right + j): unicodedata.normalize("NFC", text).strip()
        for i, line in enumerate(table)
        for j, text in enumerate(line)
    }
    found = {(i, j): text for sheet in sheets for i, line in enumerate(sheet.rows) for j, text in enumerate(line)}
    assert {place: text for place, text in found.items() if text} == {p: text for p, text in expected.items() if text}
    assert all(problem.severity == BLOCKING for problem in problems)  # signs unknown to Python's tables, empty sheets
