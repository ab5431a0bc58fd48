"""Any spreadsheet through its recipe: the same answers give the same tables, and no doubt is passed over."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import adhoc
import exported
import pytest
import recipes
from adhoc import AdHoc
from drawn import always
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from recipes import Kept
from typed_sources import comparable, expected, plain

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports.study import Received, read_exports
from diagnostic.collect.table_names import ROLES
from diagnostic.core.problems import Problem
from diagnostic.describe.reading import KEY
from diagnostic.describe.words import read_answers
from diagnostic.trial.answers import generate

ROLE = "questionnaire"
QUESTIONS, LISTED, ABSENT = "Questions", "Réponses", "Sans colonne"
CODEBOOK = load(read_folder(Path(__file__).parents[2] / FOLDER))
ANSWERS = generate(CODEBOOK, seed=62, responses=40, collective=12, most=4)
AT_MOST_TWO = ANSWERS | {"situations": [row for row in ANSWERS["situations"] if row["situation_number"] <= 2]}
SHEETS, BESIDE = adhoc.two_sheets(CODEBOOK, ANSWERS), adhoc.side_by_side(CODEBOOK, AT_MOST_TWO)
SHAPES = {
    "two sheets": (SHEETS, SHEETS.xlsx(), ANSWERS),
    "side by side": (BESIDE, BESIDE.xlsx(), AT_MOST_TWO),
    "side by side, CSV": (BESIDE, BESIDE.csv(), AT_MOST_TWO),
}


@cache
def proposed(content: bytes) -> Kept:
    return recipes.propose(CODEBOOK, content)


def right(kept: Kept, made: AdHoc) -> Kept:
    """The view as a person hands it back: each line corrected where it is wrong, blanks said, signed."""
    return kept.typed(corrections(kept, made))


def corrections(kept: Kept, made: AdHoc) -> dict[tuple[str, int, int], str]:
    places = {(sheet, kept_heading(made, sheet, letter)): truth for (sheet, letter), truth in made.truth.items()}
    typed = {}
    for row, cells in enumerate(kept.rows(QUESTIONS)[2:], start=3):
        (variable,) = {
            t[1] for (sheet, text), t in places.items() if f"{ROLE}-{sheet}" == cells[1] and cells[3] in text
        }
        if cells[5] != variable:
            typed[QUESTIONS, row, 6] = variable
        if cells[10] == "à dire":
            typed[QUESTIONS, row, 11] = "rien n’est noté"
    return typed


def kept_heading(made: AdHoc, sheet: str, letter: str) -> str:
    return made.sheets[int(sheet) - 1][0][column_index_from_string(letter) - 1]


def row_of(kept: Kept, question: str, sheet: str = "1") -> int:
    """The row of the line that names a question of the codebook."""
    rows = kept.rows(QUESTIONS)
    return next(at for at, cells in enumerate(rows, start=1) if cells[1] == f"{ROLE}-{sheet}" and cells[5] == question)


@cache
def template(answers: str = "all") -> Received:
    content = exported.template_export(CODEBOOK, ANSWERS if answers == "all" else AT_MOST_TWO)
    return read_exports(CODEBOOK, {ROLE: content}, {ROLE: "template"}, recipes.names)


def blocking(received: Received) -> list[Problem]:
    return [problem for problem in received.problems if problem.severity == "bloquant"]


@pytest.fixture(scope="module")
def confirmed() -> Kept:
    return right(proposed(SHAPES["two sheets"][1]), SHEETS)


# --- the same tables --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", always(1, SHAPES))
def test_a_confirmed_recipe_gives_the_tables_of_the_template(shape: str) -> None:
    made, content, answers = SHAPES[shape]
    got = right(proposed(content), made).read(content)
    want = template("all" if answers is ANSWERS else "two")
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


def test_a_problem_is_told_at_the_cell_of_the_file_given(confirmed: Kept) -> None:
    """Of a situation beside its response, in the columns of its block."""
    place = next(p for p, (_, name, *_) in SHEETS.truth.items() if name == "professionals_consulted")
    column = column_index_from_string(place[1]) - 1
    rows = [list(row) for row in SHEETS.sheets[0]]
    at = next(at for at, row in enumerate(rows) if at and row[column])
    rows[at][column] = "beaucoup trop"
    problems = blocking(confirmed.read(AdHoc([rows, SHEETS.sheets[1]]).xlsx()))
    assert [(p.sheet, p.row, p.column) for p in problems] == [("1", at + 1, place[1])]


# --- the proposal -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", always(1, ["two sheets", "side by side"]))
def test_exact_headings_are_confirmed_close_ones_wait(shape: str) -> None:
    made, content, _ = SHAPES[shape]
    kept = proposed(content)
    lines = kept.rows(QUESTIONS)[2:]
    assert len(lines) < len(made.truth)  # a repeated block and a question's ticks on one line
    assert not corrections(kept, made).keys() - {(QUESTIONS, row, 11) for row in range(3, len(lines) + 3)}
    for cells in lines:
        waits = cells[3].endswith(" svp") or cells[10] == "à dire"
        assert cells[8] == ("à confirmer" if waits else "oui"), cells


def test_a_recipe_keeps_nothing_of_what_is_written_by_hand() -> None:
    """Answers that recur are listed with their counts; identities and texts are not."""
    rows = [["Numéro", "Où dort-elle", "Votre nom", "Ce qui freine"]]
    rows += [[str(n), "à la rue" if n % 2 else "squat", f"Camille Zylphe {n}", f"gêne {n}"] for n in range(1, 21)]
    rows += [["21", "chez sa tante Orvaline", "Lou", "le temps"], ["22", "", "", "le temps"]]
    kept = recipes.propose(CODEBOOK, AdHoc([rows]).xlsx())
    assert not any(word in str(kept.recipe) for word in ("Zylphe", "Orvaline"))
    assert "Zylphe" not in str(kept.rows(LISTED))


@pytest.mark.parametrize(
    ("kept", "dropped"), [("Je le savais", "Je ne le savais pas"), ("avec enfants", "sans enfants")]
)
def test_a_wording_is_not_taken_for_its_contrary(kept: str, dropped: str) -> None:
    headings = Headings(CODEBOOK, ROLES[ROLE])
    for name in ("law_knowledge", "family"):
        code = headings.closest(kept, name)
        assert not code or headings.closest(dropped, name) != code


@pytest.mark.parametrize(
    ("text", "list_", "code"),
    [
        ("ne souhaite pas", "contact_outcome", ""),  # « ne sait pas »
        ("prostitution", "disposition", ""),  # a part of two answers, one the other's contrary
        ("Annonce de prostituton", "disposition", "relevant"),
        ("A répondus au questionnaire", "contact_outcome", "answered"),
    ],
)
def test_what_only_resembles_an_answer_is_to_be_said(text: str, list_: str, code: str) -> None:
    assert Headings(CODEBOOK, ("partners", "ads")).closest(text, list_) == code


@pytest.mark.slow
def test_a_recipe_completed_keeps_what_was_confirmed(confirmed: Kept) -> None:
    """A later file gained a question, another lacks most: what was typed stays under its name, only what is new waits."""
    chosen = confirmed.completed(adhoc.edited(confirmed.view, {(QUESTIONS, row_of(confirmed, "ease_of_topic"), 6): ""}))
    grown = AdHoc([[[*SHEETS.sheets[0][0], "Nouvelle question"], *SHEETS.sheets[0][1:]], SHEETS.sheets[1]])
    again = chosen.again(grown.xlsx())
    before, after = ({line.name: line.question for line in one.recipe.lines} for one in (chosen, again))
    assert before.items() <= after.items()
    assert [line.heading for line in again.recipe.waiting] == ["Nouvelle question"]
    got = again.read(grown.xlsx())
    assert not blocking(got) and len(got.tables["responses"]) == len(ANSWERS["responses"])
    shrunk = AdHoc([[row[:-6] for row in SHEETS.sheets[0]], SHEETS.sheets[1]])
    assert {line.name: line.question for line in chosen.again(shrunk.xlsx()).recipe.lines} == before


# --- what is not sure blocks ------------------------------------------------------------------------------------


def test_a_recipe_that_nobody_signed_is_unread(confirmed: Kept) -> None:
    assert proposed(SHAPES["two sheets"][1]).recipe.unread and not confirmed.recipe.unread


@pytest.mark.parametrize("content", [b"sheet;column;heading;table\r\n1;A;Structure;responses\r\n", b"", SHEETS.xlsx()])
def test_a_file_that_is_no_view_is_refused(confirmed: Kept, content: bytes) -> None:
    with pytest.raises(ValueError, match="no view"):
        confirmed.completed(content or b"x")


@pytest.mark.parametrize(
    ("question", "typed"), always(1, [("job_function", "job"), ("obstacles", "final_comments"), ("exposure", "year")])
)
def test_a_faulty_line_blocks(confirmed: Kept, question: str, typed: str) -> None:
    """An unknown question, one given twice, ticks of a question that has one answer."""
    edited = confirmed.completed(adhoc.edited(confirmed.view, {(QUESTIONS, row_of(confirmed, question), 6): typed}))
    assert blocking(edited.read(SHEETS.xlsx()))


def test_an_answer_of_no_list_blocks(confirmed: Kept) -> None:
    edited = confirmed.completed(adhoc.edited(confirmed.view, {(LISTED, 3, 5): "une autre galaxie"}))
    assert any("une autre galaxie" in told.message for told in blocking(edited.read(SHEETS.xlsx())))


@pytest.mark.slow
def test_a_question_by_its_label_is_that_question(confirmed: Kept) -> None:
    row = row_of(confirmed, "job_function")
    edited = confirmed.completed(adhoc.edited(confirmed.view, {(QUESTIONS, row, 6): "Fonction"}))
    assert edited.recipe == confirmed.recipe


@pytest.mark.slow
def test_the_only_situation_of_a_row_needs_no_number() -> None:
    one = ANSWERS | {"situations": [row for row in ANSWERS["situations"] if row["situation_number"] == 1]}
    made = adhoc.side_by_side(CODEBOOK, one, most=1)
    made.sheets[0][0] = [text.removesuffix(" (1)") for text in made.sheets[0][0]]
    content = made.xlsx()
    got = right(recipes.propose(CODEBOOK, content), made).read(content)
    assert not blocking(got) and len(got.tables["situations"]) == len(one["situations"])


@pytest.mark.parametrize("sheet", always(1, ["2", "1"]))
def test_a_sheet_without_identity_blocks(confirmed: Kept, sheet: str) -> None:
    edited = confirmed.completed(adhoc.edited(confirmed.view, {(QUESTIONS, row_of(confirmed, KEY, sheet), 6): ""}))
    problems = blocking(edited.read(SHAPES["two sheets"][1]))
    assert any(p.sheet == sheet and "identifie" in p.message for p in problems)


@pytest.mark.slow
def test_situations_in_two_ways_and_tables_in_two_sheets_block() -> None:
    """The ones would hide the others."""
    both = AdHoc(
        [*BESIDE.sheets, SHEETS.sheets[1]],
        BESIDE.truth | {("2", c): t for (s, c), t in SHEETS.truth.items() if s == "2"},
    )
    twice = AdHoc(
        [*SHEETS.sheets, SHEETS.sheets[0]],
        SHEETS.truth | {("3", c): t for (s, c), t in SHEETS.truth.items() if s == "1"},
    )
    for made in (both, twice):
        assert blocking(right(recipes.propose(CODEBOOK, made.xlsx()), made).read(made.xlsx()))


@pytest.mark.slow
def test_situations_that_the_recipe_knows_and_the_file_lacks_are_refused(confirmed: Kept) -> None:
    """Their sheet was taken away, unless the recipe says that it is not for the study."""
    alone = AdHoc(SHEETS.sheets[:1], SHEETS.truth).xlsx()
    (told,) = blocking(confirmed.read(alone))
    assert "n’est pas dans ce fichier" in told.message and "pas pour l’étude" in told.remedy.replace("\u00a0", " ")
    edited = confirmed.completed(adhoc.edited(confirmed.view, {("Feuilles", 3, 4): "pas pour l’étude"}))
    assert not blocking(edited.read(alone))


# --- what is left out -------------------------------------------------------------------------------------------


def test_a_column_left_out_is_a_question_not_asked(confirmed: Kept) -> None:
    row = row_of(confirmed, "ease_of_topic")
    edited = confirmed.completed(adhoc.edited(confirmed.view, {(QUESTIONS, row, 6): ""}))
    got = edited.read(SHEETS.xlsx())
    assert not blocking(got)
    assert set(got.tables["responses"]["ease_of_topic.code"]) == {"not_asked"}
    assert any("sans colonne" in p.message for p in got.problems)


@pytest.mark.slow
def test_a_question_that_was_not_asked_decides_of_no_other() -> None:
    """A form that does not ask whether somebody was taken charge of asks everybody what was requested."""
    at = next(place for place, (_, name, *_) in SHEETS.truth.items() if name == "took_charge")
    column = [letter for _, letter in SHEETS.truth if _ == "1"].index(at[1])
    made = AdHoc([[row[:column] + row[column + 1 :] for row in SHEETS.sheets[0]], SHEETS.sheets[1]])
    content = made.xlsx()
    kept = recipes.propose(CODEBOOK, content).typed({})
    got = kept.read(content)
    assert not blocking(got)
    asked = got.tables["responses"]
    assert set(asked["took_charge.code"]) == {"not_asked"}
    full = proposed(SHEETS.xlsx()).typed({}).read(SHEETS.xlsx()).tables["responses"]
    given = full["talked_about_it.code"].isin(["yes", "no", "dk"])
    assert given.any() and (asked.loc[given, "talked_about_it.code"] == full.loc[given, "talked_about_it.code"]).all()
    row = next(at for at, cells in enumerate(kept.rows(ABSENT), start=1) if cells[0] == "took_charge")
    edited = kept.completed(adhoc.edited(kept.view, {(ABSENT, row, 3): "non"}))
    assert any("manque" in p.message for p in blocking(edited.read(content)))


@pytest.mark.slow
def test_a_view_sorted_otherwise_says_the_same(confirmed: Kept) -> None:
    """Its rows are known by their names, its headings and initials wherever they stand."""
    book, out = load_workbook(io.BytesIO(confirmed.view)), io.BytesIO()
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(values_only=True))[::-1]
        sheet.delete_rows(1, sheet.max_row)
        for row in rows:
            sheet.append(row)
    book.save(out)
    assert confirmed.completed(out.getvalue()).recipe == confirmed.recipe


@pytest.mark.slow
def test_an_answer_that_a_later_file_brings_is_told_and_listed(confirmed: Kept) -> None:
    place = next((p for p, (_, name, *_) in SHEETS.truth.items() if name == "ease_of_topic"))
    column = column_index_from_string(place[1]) - 1
    rows = [list(row) for row in SHEETS.sheets[0]]
    at = next(at for at, row in enumerate(rows) if at and row[column])
    rows[at][column] = "cela dépend des jours"
    export = adhoc.AdHoc([rows, SHEETS.sheets[1]]).xlsx()
    (told,) = blocking(confirmed.read(export))
    assert (told.row, told.column) == (at + 1, place[1]) and "aliases" not in told.remedy
    again = confirmed.again(export)
    (row,) = [at for at, cells in enumerate(again.rows(LISTED), 1) if cells[1] == "cela dépend des jours"]
    named = again.completed(adhoc.edited(again.view, {(LISTED, row, 5): "sans réponse"}))
    assert not blocking(named.read(export))


@pytest.mark.slow
def test_a_column_that_the_recipe_never_saw_is_counted_and_one_without_heading_blocks(confirmed: Kept) -> None:
    grown = AdHoc([[[*SHEETS.sheets[0][0], "Nouvelle question"], *SHEETS.sheets[0][1:]], SHEETS.sheets[1]])
    made = confirmed.made(grown.xlsx())
    assert made.new == 1 and not made.problems
    bare = AdHoc([[SHEETS.sheets[0][0], [*SHEETS.sheets[0][1], "oui"], *SHEETS.sheets[0][2:]], SHEETS.sheets[1]])
    (problem,) = blocking(confirmed.read(bare.xlsx()))
    assert (problem.sheet, problem.row) == ("1", 2) and "en-tête vide" in problem.message


@pytest.mark.slow
def test_columns_moved_are_the_same_questions(confirmed: Kept) -> None:
    moved = AdHoc([[row[::-1] for row in SHEETS.sheets[0]], SHEETS.sheets[1]])
    got, want = confirmed.read(moved.xlsx()), confirmed.read(SHEETS.xlsx())
    assert not blocking(got)
    for table in ROLES[ROLE]:
        assert plain(comparable(got.tables[table], {})) == plain(comparable(want.tables[table], {}))


def test_no_answer_is_quoted_in_a_problem(confirmed: Kept) -> None:
    """Every cell of the file made wrong: nothing of it is said."""
    canary = "Zylphe-4417"
    sheets = [[rows[0], *([canary if text else "" for text in row] for row in rows[1:])] for rows in SHEETS.sheets]
    got = confirmed.read(AdHoc(sheets).xlsx())
    assert len(blocking(got)) > 100
    assert not [p for p in got.problems if canary in repr(p) or "4417" in repr(p)]


def test_answers_that_are_joined_are_not_the_one_that_their_words_would_make() -> None:
    known = {"violences": "violence", "sexuelles": "violence_sexual", "violences sexuelles": "violence_sexual"}
    assert read_answers("violences;sexuelles;", known, False) == (["violence", "violence_sexual"], [])
    assert read_answers("Violences sexuelles", known, False) == (["violence_sexual"], [])
    assert read_answers("à la rue, souvent", {"à la rue, souvent": "street"}, False) == (["street"], [])
