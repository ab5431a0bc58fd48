"""Any spreadsheet through its mapping workbook: the same answers give the same tables, and no doubt is passed over."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import adhoc
import exported
import pytest
from adhoc import AdHoc, edited, rows_of
from drawn import always
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from typed_sources import comparable, expected, plain

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports import study
from diagnostic.collect.exports.study import Received, read_exports, reading
from diagnostic.collect.grids import read_export
from diagnostic.collect.table_names import ROLES
from diagnostic.core.problems import Problem
from diagnostic.describe import sheets
from diagnostic.trial.answers import generate

ROLE, FILE = "questionnaire", "questionnaire_mapping"
QUESTIONS, LISTED, ABSENT = "Questions", "Réponses", "Sans colonne"
SIGNED = (QUESTIONS, 1, 2)
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


@cache
def proposed(content: bytes, earlier: bytes | None = None) -> bytes:
    book = study.read_mapping(earlier, FILE)[0] if earlier else None
    grids = read_export(content, ROLE, short_rows=True)[0]
    return sheets.proposed([(grids, Headings(CODEBOOK, ROLES[ROLE]))], book).content


def row_of(mapped: bytes, question: str, sheet: str = "1") -> int:
    """The row of the line that names a question of the codebook."""
    rows = rows_of(mapped, QUESTIONS)
    return next(at for at, cells in enumerate(rows, start=1) if cells[1] == sheet and cells[5] == question)


@cache
def read(content: bytes, mapped: bytes | None, name: str = "mapping") -> Received:
    given = {ROLE: mapped} if mapped is not None else {}
    return read_exports(CODEBOOK, {ROLE: content}, {ROLE: name}, own, given)


def blocking(received: Received) -> list[Problem]:
    return [problem for problem in received.problems if problem.severity == "bloquant"]


@pytest.fixture(scope="module")
def confirmed() -> bytes:
    return adhoc.confirmed(proposed(SHAPES["two sheets"][1]), SHEETS.truth)


# --- the same tables --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", always(1, SHAPES))
def test_a_confirmed_mapping_gives_the_tables_of_the_template(shape: str) -> None:
    made, content, answers = SHAPES[shape]
    got = read(content, adhoc.confirmed(proposed(content), made.truth))
    want = read(exported.template_export(CODEBOOK, answers), None, "template")
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
    lines = rows_of(proposed(content), QUESTIONS)[2:]
    places = [(sheet, letter) for _, sheet, letters, *_ in lines for letter in letters.split(", ")]
    assert sorted(places) == sorted(made.truth)  # each column once; a repeated block and a question's ticks on one line
    assert len(lines) < len(made.truth)
    for _, sheet, letters, heading, _, question, _, _, state in lines:
        assert {made.truth[sheet, letter][1] for letter in letters.split(", ")} == {question}, heading
        assert state == ("à confirmer" if heading.endswith(" svp") else "oui"), heading


def test_what_is_written_by_hand_is_not_copied() -> None:
    """Answers that recur are listed with their counts; identities, texts and what stands under « Autre » are not."""
    rows = [["Numéro", "Où dort-elle", "Votre nom", "Ce qui freine"]]
    rows += [[str(n), "à la rue" if n % 2 else "squat", f"Camille Zylphe {n}", f"gêne {n}"] for n in range(1, 21)]
    rows += [["21", "chez sa tante Orvaline", "Lou", "le temps"], ["22", "", "", "le temps"]]
    mapped = proposed(AdHoc([rows]).xlsx())
    listed = [cells[1:3] for cells in rows_of(mapped, LISTED)[1:]]
    assert sorted(listed) == [["squat", "10"], ["à la rue", "10"]]
    assert not any(
        word in str(rows_of(mapped, sheet)) for sheet in (QUESTIONS, LISTED) for word in ("Zylphe", "Orvaline")
    )


@pytest.mark.parametrize(
    ("kept", "dropped"), [("Je le savais", "Je ne le savais pas"), ("avec enfants", "sans enfants")]
)
def test_a_wording_is_not_taken_for_its_contrary(kept: str, dropped: str) -> None:
    headings = Headings(CODEBOOK, ROLES[ROLE])
    for name in ("law_knowledge", "family"):
        code = headings.closest(kept, name)
        assert not code or headings.closest(dropped, name) != code


def test_a_workbook_completed_keeps_what_was_confirmed(confirmed: bytes) -> None:
    """A later export gained a question: what was typed stays, only what is new waits."""
    chosen = edited(confirmed, {(QUESTIONS, row_of(confirmed, "ease_of_topic"), 6): "", (LISTED, 2, 5): "sans réponse"})
    grown = AdHoc([[[*SHEETS.sheets[0][0], "Nouvelle question"], *SHEETS.sheets[0][1:]], SHEETS.sheets[1]])
    again = proposed(grown.xlsx(), chosen)
    before, after = rows_of(chosen, QUESTIONS)[2:], rows_of(again, QUESTIONS)[2:]
    assert {(c[1], c[3]): (c[5], c[7]) for c in before}.items() <= {(c[1], c[3]): (c[5], c[7]) for c in after}.items()
    assert [c[3] for c in after if c[8] != "oui"] == ["Nouvelle question"]
    assert not rows_of(again, QUESTIONS)[0][1]  # to be signed again
    assert rows_of(again, LISTED)[1][1:] == [*rows_of(chosen, LISTED)[1][1:4], "sans réponse"]
    shrunk = AdHoc([[row[:3] for row in SHEETS.sheets[0]]])
    kept = {(c[1], c[3]): c[5] for c in rows_of(proposed(shrunk.xlsx(), chosen), QUESTIONS)[2:]}
    assert kept == {(c[1], c[3]): c[5] for c in before}


# --- what is not sure blocks ------------------------------------------------------------------------------------


def test_a_workbook_that_nobody_signed_blocks() -> None:
    _, content, _ = SHAPES["two sheets"]
    got = read(content, proposed(content))
    (problem,) = blocking(got)
    assert (problem.file, problem.row, problem.column) == (FILE, 1, "B") and "relues" in problem.message
    assert not any(len(table) for table in got.tables.values())


def test_without_a_workbook_the_command_that_makes_one_is_told() -> None:
    (problem,) = blocking(read(SHAPES["two sheets"][1], None))
    assert "diagnostic decrire" in problem.remedy


@pytest.mark.parametrize("content", [b"sheet;column;heading;table\r\n1;A;Structure;responses\r\n", b"", SHEETS.xlsx()])
def test_a_file_that_is_no_workbook_is_refused(content: bytes) -> None:
    """The mapping of before, nothing, another workbook: the command that makes one is told."""
    problems = blocking(read(SHAPES["two sheets"][1], content))
    assert {p.file for p in problems} == {FILE} and "diagnostic decrire" in problems[-1].remedy


EDITS = {  # question whose line is edited → what is typed there
    "unknown question": ("job_function", "job"),
    "given twice": ("obstacles", "final_comments"),
    "ticks of a single answer": ("exposure", "year"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_faulty_line_is_told_at_its_cell(confirmed: bytes, edit: str) -> None:
    question, typed = EDITS[edit]
    row = row_of(confirmed, question)
    other = row_of(confirmed, "final_comments")
    last = max(row, other) if edit == "given twice" else row  # told at the second of the two
    got = read(SHAPES["two sheets"][1], edited(confirmed, {(QUESTIONS, row, 6): typed}))
    assert {(p.file, p.row, p.column) for p in blocking(got)} == {(FILE, last, "F")}
    assert not any(len(table) for table in got.tables.values())


def test_an_answer_of_no_list_is_told_at_its_cell(confirmed: bytes) -> None:
    got = read(SHAPES["two sheets"][1], edited(confirmed, {(LISTED, 3, 5): "une autre galaxie"}))
    assert [(p.file, p.row, p.column) for p in blocking(got)] == [(FILE, 3, "E")]


def test_a_question_by_its_label_is_that_question(confirmed: bytes) -> None:
    row = row_of(confirmed, "job_function")
    got = read(SHAPES["two sheets"][1], edited(confirmed, {(QUESTIONS, row, 6): "Fonction"}))
    assert not blocking(got)


def test_the_only_situation_of_a_row_needs_no_number() -> None:
    one = ANSWERS | {"situations": [row for row in ANSWERS["situations"] if row["situation_number"] == 1]}
    made = adhoc.side_by_side(CODEBOOK, one, most=1)
    for text in made.sheets[0][0]:
        assert text
    made.sheets[0][0] = [text.removesuffix(" (1)") for text in made.sheets[0][0]]
    content = made.xlsx()
    got = read(content, adhoc.confirmed(proposed(content), made.truth))
    assert not blocking(got) and len(got.tables["situations"]) == len(one["situations"])


@pytest.mark.parametrize("sheet", ["1", "2"])
def test_a_sheet_without_identity_blocks(confirmed: bytes, sheet: str) -> None:
    mapped = edited(confirmed, {(QUESTIONS, row_of(confirmed, study.KEY, sheet), 6): ""})
    problems = blocking(read(SHAPES["two sheets"][1], mapped))
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


def test_situations_that_the_workbook_knows_and_the_file_lacks_are_refused(confirmed: bytes) -> None:
    """Their sheet was taken away, unless the workbook says that the form does not ask for any."""
    alone = AdHoc(SHEETS.sheets[:1], SHEETS.truth).xlsx()
    (told,) = blocking(read(alone, confirmed))
    assert "n’est pas dans le fichier" in told.message and "correspondance" in told.remedy
    lines = [at for at, cells in enumerate(rows_of(confirmed, QUESTIONS), start=1) if cells[1] == "2"]
    assert lines and not blocking(read(alone, edited(confirmed, {(QUESTIONS, at, 6): "" for at in lines})))


# --- what is left out -------------------------------------------------------------------------------------------


def test_a_column_left_out_is_a_question_not_asked(confirmed: bytes) -> None:
    got = read(SHAPES["two sheets"][1], edited(confirmed, {(QUESTIONS, row_of(confirmed, "ease_of_topic"), 6): ""}))
    assert not blocking(got)
    assert set(got.tables["responses"]["ease_of_topic.code"]) == {"not_asked"}
    assert any("Facilité à en parler" in p.message for p in got.problems)


def test_a_question_that_was_not_asked_decides_of_no_other() -> None:
    """A form that does not ask whether somebody was taken charge of asks everybody what was requested."""
    at = next(place for place, (_, name, *_) in SHEETS.truth.items() if name == "took_charge")
    column = [letter for _, letter in SHEETS.truth if _ == "1"].index(at[1])
    made = AdHoc([[row[:column] + row[column + 1 :] for row in SHEETS.sheets[0]], SHEETS.sheets[1]])
    content = made.xlsx()
    mapped = edited(proposed(content), {SIGNED: "LM"})
    got = read(content, mapped)
    assert not blocking(got)
    asked = got.tables["responses"]
    assert set(asked["took_charge.code"]) == {"not_asked"}
    full = read(SHEETS.xlsx(), edited(proposed(SHEETS.xlsx()), {SIGNED: "LM"})).tables["responses"]
    given = full["talked_about_it.code"].isin(["yes", "no", "dk"])
    assert given.any() and (asked.loc[given, "talked_about_it.code"] == full.loc[given, "talked_about_it.code"]).all()
    row = next(at for at, cells in enumerate(rows_of(mapped, ABSENT), start=1) if cells[0] == "took_charge")
    assert any("manque" in p.message for p in blocking(read(content, edited(mapped, {(ABSENT, row, 3): "non"}))))


def test_a_workbook_sorted_otherwise_says_the_same(confirmed: bytes) -> None:
    """Its rows are known by their numbers, its headings and initials wherever they stand."""
    content, book, out = SHAPES["two sheets"][1], load_workbook(io.BytesIO(confirmed)), io.BytesIO()
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(values_only=True))[::-1]
        sheet.delete_rows(1, sheet.max_row)
        for row in rows:
            sheet.append(row)
    book.save(out)
    got, want = read(content, out.getvalue()), read(content, confirmed)
    assert not blocking(got)
    for table in ROLES[ROLE]:
        assert got.tables[table].equals(want.tables[table]), table
    again = [rows_of(proposed(content, one), QUESTIONS) for one in (out.getvalue(), confirmed)]
    assert again[0] == again[1]


def test_an_answer_that_a_later_export_brings_is_told_to_be_described(confirmed: bytes) -> None:
    place = next((p for p, (_, name, *_) in SHEETS.truth.items() if name == "ease_of_topic"))
    column = column_index_from_string(place[1]) - 1
    rows = [list(row) for row in SHEETS.sheets[0]]
    at = next(at for at, row in enumerate(rows) if at and row[column])
    rows[at][column] = "cela dépend des jours"
    export = adhoc.AdHoc([rows, SHEETS.sheets[1]]).xlsx()
    (told,) = blocking(read(export, confirmed))
    assert (told.row, told.column) == (at + 1, place[1])
    assert f"diagnostic decrire ÉTUDE {ROLE}" in told.remedy and "aliases" not in told.remedy
    listed = [cells[1] for cells in rows_of(proposed(export, confirmed), LISTED)]
    assert "cela dépend des jours" in listed


def test_a_column_that_the_workbook_never_saw_is_told(confirmed: bytes) -> None:
    """A later export may have gained a question; one without heading may hold answers."""
    grown = AdHoc([[[*SHEETS.sheets[0][0], "Nouvelle question"], *SHEETS.sheets[0][1:]], SHEETS.sheets[1]])
    (problem,) = [p for p in read(grown.xlsx(), confirmed).problems if "correspondance" in p.message]
    assert (problem.severity, problem.sheet, problem.row) == ("avertissement", "1", 1)
    bare = AdHoc([[SHEETS.sheets[0][0], [*SHEETS.sheets[0][1], "oui"], *SHEETS.sheets[0][2:]], SHEETS.sheets[1]])
    (problem,) = blocking(read(bare.xlsx(), confirmed))
    assert (problem.sheet, problem.row) == ("1", 2) and "en-tête vide" in problem.message


def test_columns_moved_are_the_same_questions(confirmed: bytes) -> None:
    moved = AdHoc([[row[::-1] for row in SHEETS.sheets[0]], SHEETS.sheets[1]])
    got, want = read(moved.xlsx(), confirmed), read(SHEETS.xlsx(), confirmed)
    assert not blocking(got)
    for table in ROLES[ROLE]:
        assert plain(comparable(got.tables[table], {})) == plain(comparable(want.tables[table], {}))


def test_no_answer_is_quoted_in_a_problem(confirmed: bytes) -> None:
    """Every cell of the export made wrong: nothing of it is said."""
    canary = "Zylphe-4417"
    sheets = [[rows[0], *([canary if text else "" for text in row] for row in rows[1:])] for rows in SHEETS.sheets]
    got = read(AdHoc(sheets).xlsx(), confirmed)
    assert len(blocking(got)) > 100
    assert not [p for p in got.problems if canary in repr(p) or "4417" in repr(p)]


def test_answers_that_are_joined_are_not_the_one_that_their_words_would_make() -> None:
    known = {"violences": "violence", "sexuelles": "violence_sexual", "violences sexuelles": "violence_sexual"}
    assert reading("violences;sexuelles;", known, False) == ("violence violence_sexual", "")
    assert reading("Violences sexuelles", known, False) == ("violence_sexual", "")
    assert reading("à la rue, souvent", {"a la rue souvent": "street"}, False) == ("street", "")
