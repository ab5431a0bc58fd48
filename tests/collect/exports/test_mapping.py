"""Any spreadsheet through a mapping file: the same answers give the same tables, and no doubt is passed over."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import adhoc
import pytest
from adhoc import AdHoc
from typed_sources import comparable, expected, plain

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.answered import ROLES
from diagnostic.collect.exports import mapping
from diagnostic.collect.exports.headings import Headings
from diagnostic.collect.exports.study import Received, read_exports
from diagnostic.collect.grids import read_export
from diagnostic.core.problems import Problem
from diagnostic.trial.answers import generate
from diagnostic.trial.exports import template

ROLE, FILE = "questionnaire", "questionnaire.mapping.csv"
CODEBOOK = load(read_folder(Path(__file__).parents[3] / FOLDER))
ANSWERS = generate(CODEBOOK, seed=62, responses=40, collective=12, most=4)
AT_MOST_TWO = ANSWERS | {"situations": [row for row in ANSWERS["situations"] if row["situation_number"] <= 2]}
SHEETS, BESIDE = adhoc.two_sheets(CODEBOOK, ANSWERS), adhoc.side_by_side(CODEBOOK, AT_MOST_TWO)
SHAPES = {
    "two sheets": (SHEETS, SHEETS.xlsx(), ANSWERS),
    "side by side": (BESIDE, BESIDE.xlsx(), AT_MOST_TWO),
    "side by side, CSV": (BESIDE, BESIDE.csv(), AT_MOST_TWO),
}


def own(kind: str, values: Iterable[str]) -> list[str]:
    """Names that can be read in a test: the values themselves."""
    return list(values)


def proposed(content: bytes) -> bytes:
    return mapping.propose(read_export(content, ROLE, short_rows=True)[0], Headings(CODEBOOK, ROLES[ROLE]))


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def bytes_of(lines: Iterable[Iterable[object]], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(lines)
    return out.getvalue().encode(encoding, "replace")


def read(content: bytes, mapped: bytes | None, name: str = "mapping") -> Received:
    given = {ROLE: mapped} if mapped is not None else {}
    return read_exports(CODEBOOK, {ROLE: content}, {ROLE: name}, own, given)


def blocking(received: Received) -> list[Problem]:
    return [problem for problem in received.problems if problem.severity == "bloquant"]


@pytest.fixture(scope="module")
def confirmed() -> bytes:
    return adhoc.confirmed(proposed(SHAPES["two sheets"][1]), SHEETS.truth)


# --- the same tables --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_a_confirmed_mapping_gives_the_tables_of_the_template(shape: str) -> None:
    made, content, answers = SHAPES[shape]
    got = read(content, adhoc.confirmed(proposed(content), made.truth))
    want = read(template.export(CODEBOOK, answers), None, "template")
    assert not blocking(got) and not blocking(want)
    for table in ROLES["questionnaire"]:
        rows = plain(comparable(got.tables[table], {}))
        assert len(rows) == len(answers[table])
        assert rows == plain(comparable(want.tables[table], {})), table
        assert rows == plain(comparable(expected(CODEBOOK, answers, table), {})), table
    for name, keys in (
        ("texts", ["table", "response_id", "situation_number", "variable"]),
        ("contacts", ["response_id"]),
    ):
        same = [
            frame.private[name].drop(columns=["sheet", "row", "column"], errors="ignore").sort_values(keys)
            for frame in (got, want)
        ]
        assert len(same[0]) and same[0].to_dict("records") == same[1].to_dict("records"), name


def test_places_are_those_of_the_spreadsheet(confirmed: bytes) -> None:
    got = read(SHAPES["two sheets"][1], confirmed)
    shown = {(str(p.sheet), p.column): p.name for p in got.places.itertuples()}
    truth = {place: f"{name}/{option}" if option else name for place, (_, name, option, _) in SHEETS.truth.items()}
    assert shown == truth


# --- the proposal -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["two sheets", "side by side"])
def test_exact_headings_are_confirmed_close_ones_wait(shape: str) -> None:
    made, content, _ = SHAPES[shape]
    header, *lines = lines_of(proposed(content))
    assert tuple(header) == mapping.COLUMNS
    assert [(sheet, column) for sheet, column, *_ in lines] == list(made.truth)  # a line per column, in order
    for sheet, column, heading, table, variable, option, number, sure in lines:
        truth = made.truth[sheet, column]
        exact = not heading.endswith((" svp", "(1)", "(2)"))
        assert sure == ("oui" if exact else "à confirmer"), heading
        if exact:
            assert (variable, option, number) == truth[1:], heading
            assert table == truth[0] or variable == mapping.KEY, heading
    close = [line for line in lines if line[7] != "oui" and line[4]]
    assert len(close) > 20
    assert all(tuple(line[3:7]) == made.truth[line[0], line[1]] for line in close)


def test_headings_that_look_personal_and_sheets_that_may_be_answers_stay_in_the_vault() -> None:
    """The proposal is written outside the vault."""
    made = AdHoc(
        [[["Structure", "joindre le 01 99 00 12 34"], ["a", "b"]], [["Camille, 15 ans", "deux fois"], ["", ""]]]
    )
    lines = lines_of(proposed(made.xlsx()))
    assert [line[:3] for line in lines[1:]] == [["1", "A", "Structure"]]


# --- what is not sure blocks ------------------------------------------------------------------------------------


def test_an_unconfirmed_line_blocks_at_its_cell() -> None:
    _, content, _ = SHAPES["two sheets"]
    mapped = proposed(content)
    waiting = [row for row, line in enumerate(lines_of(mapped), start=1) if line[7] == "à confirmer"]
    got = read(content, mapped)
    faults = [(p.file, p.row, p.column) for p in blocking(got)]
    assert faults == [(FILE, row, "H") for row in waiting] and faults
    assert all("confirmée" in problem.message for problem in blocking(got))
    assert not any(len(table) for table in got.tables.values())


def test_without_a_mapping_file_the_command_that_makes_one_is_told() -> None:
    (problem,) = blocking(read(SHAPES["two sheets"][1], None))
    assert "diagnostic decrire" in problem.remedy


def line_of(lines: list[list[str]], variable: str, sheet: str = "1") -> int:
    return next(at for at, line in enumerate(lines) if line[0] == sheet and line[4] == variable)


EDITS: dict[str, tuple[str, str, dict[int, str], str]] = {  # variable, sheet, new cells of its line, where it is told
    "unknown sheet": ("job_function", "1", {0: "7"}, "A"),
    "sheet by its name": ("job_function", "1", {0: "Onglet 1"}, "A"),
    "column beyond": ("job_function", "1", {1: "ZZ"}, "B"),
    "another heading": ("job_function", "1", {2: "Fonctions"}, "B"),
    "unknown variable": ("job_function", "1", {4: "job"}, "E"),
    "variable of another table": ("job_function", "1", {3: "situations"}, "E"),
    "option of no list": ("job_function", "1", {5: "nurse"}, "F"),
    "unknown option": ("gender", "2", {5: "nothing"}, "F"),
    "number in letters": ("gender", "2", {6: "deux"}, "G"),
    "number zero": ("gender", "2", {6: "0"}, "G"),
    "number without end": ("gender", "2", {6: "9" * 40}, "G"),
    "number for a response": ("job_function", "1", {6: "2"}, "G"),
    "answer given twice": ("activity_field", "1", {4: "job_function"}, "E"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_faulty_line_is_told_at_its_cell(confirmed: bytes, edit: str) -> None:
    variable, sheet, cells, column = EDITS[edit]
    lines = lines_of(confirmed)
    at = last = line_of(lines, variable, sheet)
    if edit == "answer given twice":  # told at the second of the two lines
        last = max(at, line_of(lines, "job_function"))
    for place, text in cells.items():
        lines[at][place] = text
    got = read(SHAPES["two sheets"][1], bytes_of(lines))
    assert [(p.file, p.row, p.column) for p in blocking(got)][:1] == [(FILE, last + 1, column)]
    assert not any(len(table) for table in got.tables.values())


def test_two_faults_are_told_at_once(confirmed: bytes) -> None:
    lines = lines_of(confirmed)
    lines[3][0], lines[7][7] = "9", "non"
    assert [(p.row, p.column) for p in blocking(read(SHAPES["two sheets"][1], bytes_of(lines)))] == [(4, "A"), (8, "H")]


@pytest.mark.parametrize(
    "damage", [lambda lines: [], lambda lines: [line[:7] for line in lines], lambda lines: lines[1:]]
)
def test_a_file_that_is_no_mapping_is_refused(
    confirmed: bytes, damage: Callable[[list[list[str]]], list[list[str]]]
) -> None:
    got = read(SHAPES["two sheets"][1], bytes_of(damage(lines_of(confirmed))))
    assert blocking(got) and {p.file for p in blocking(got)} == {FILE}


def test_a_mapping_saved_by_a_french_spreadsheet_is_read(confirmed: bytes) -> None:
    """Code page of Windows, which has no narrow no-break space, « OUI » in capitals, empty columns at the end."""
    lines = [[*line[:7], line[7].replace("oui", "OUI "), "", ""] for line in lines_of(confirmed)]
    got = read(SHAPES["two sheets"][1], bytes_of(lines, "cp1252"))
    assert not blocking(got) and len(got.tables["situations"]) == len(ANSWERS["situations"])


def test_a_situation_without_number_on_the_row_of_a_response_blocks() -> None:
    made, content, _ = SHAPES["side by side"]
    lines = lines_of(adhoc.confirmed(proposed(content), made.truth))
    at = line_of(lines, "gender")
    lines[at][6] = ""
    (problem,) = blocking(read(content, bytes_of(lines)))
    assert (problem.file, problem.sheet, problem.column) == (ROLE, "1", lines[at][1]) and "situation" in problem.message


@pytest.mark.parametrize("sheet", ["1", "2"])
def test_a_sheet_without_identity_blocks(confirmed: bytes, sheet: str) -> None:
    lines = lines_of(confirmed)
    lines[line_of(lines, mapping.KEY, sheet)][4] = ""
    problems = blocking(read(SHAPES["two sheets"][1], bytes_of(lines)))
    assert any(p.sheet == sheet and "identifie" in p.message for p in problems)


def test_situations_in_two_ways_block() -> None:
    """Some beside the responses, some in their own sheet: the ones would hide the others."""
    both = AdHoc(
        [*BESIDE.sheets, SHEETS.sheets[1]],
        BESIDE.truth | {("2", c): t for (s, c), t in SHEETS.truth.items() if s == "2"},
    )
    content = both.xlsx()
    problems = blocking(read(content, adhoc.confirmed(proposed(content), both.truth)))
    assert any("situations" in p.message and p.sheet == "2" for p in problems)


def test_the_same_table_in_two_sheets_blocks() -> None:
    twice = AdHoc(
        [*SHEETS.sheets, SHEETS.sheets[0]],
        SHEETS.truth | {("3", c): t for (s, c), t in SHEETS.truth.items() if s == "1"},
    )
    content = twice.xlsx()
    assert any(p.sheet == "3" for p in blocking(read(content, adhoc.confirmed(proposed(content), twice.truth))))


# --- what is left out -------------------------------------------------------------------------------------------


def test_a_column_left_out_is_a_question_not_asked(confirmed: bytes) -> None:
    lines = lines_of(confirmed)
    lines[line_of(lines, "ease_of_topic")][4] = ""
    got = read(SHAPES["two sheets"][1], bytes_of(lines))
    assert not blocking(got)
    assert set(got.tables["responses"]["ease_of_topic.code"]) == {"not_asked"}
    assert any("Facilité à en parler" in p.message for p in got.problems)


def test_a_column_that_the_mapping_never_saw_is_told(confirmed: bytes) -> None:
    """A later export may have gained a question; one without heading may hold answers."""
    grown = AdHoc([[[*SHEETS.sheets[0][0], "Nouvelle question"], *SHEETS.sheets[0][1:]], SHEETS.sheets[1]])
    (problem,) = [p for p in read(grown.xlsx(), confirmed).problems if "correspondance" in p.message]
    assert (problem.severity, problem.sheet, problem.row) == ("avertissement", "1", 1)
    bare = AdHoc([[SHEETS.sheets[0][0], [*SHEETS.sheets[0][1], "oui"], *SHEETS.sheets[0][2:]], SHEETS.sheets[1]])
    (problem,) = blocking(read(bare.xlsx(), confirmed))
    assert (problem.sheet, problem.row) == ("1", 2) and "en-tête vide" in problem.message


def test_a_sheet_of_which_only_the_number_is_kept_holds_no_response(confirmed: bytes) -> None:
    more = AdHoc([*SHEETS.sheets, [["Numéro de la réponse", "Suivi"], ["R001", "relancé"]]])
    lines = [*lines_of(confirmed), ["3", "A", "Numéro de la réponse", "responses", "response_id", "", "", "oui"]]
    got = read(more.xlsx(), bytes_of(lines))
    assert not blocking(got) and len(got.tables["responses"]) == 40


def test_no_answer_is_quoted_in_a_problem(confirmed: bytes) -> None:
    """Every cell of the export made wrong: nothing of it is said."""
    canary = "Zylphe-4417"
    sheets = [[rows[0], *([canary if text else "" for text in row] for row in rows[1:])] for rows in SHEETS.sheets]
    got = read(AdHoc(sheets).xlsx(), confirmed)
    assert len(blocking(got)) > 100
    assert not [p for p in got.problems if canary in repr(p) or "4417" in repr(p)]
