"""Every defect planted in an export is told at its own cell, all in one run, and nothing else is."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import exported
import pytest
from drawn import always, one_in
from planting import Place, Plan, Row, places, plan
from test_round_trip import ANSWERS, CODEBOOK, own

from diagnostic.collect.exports.study import Received, read_exports
from diagnostic.core.french import typographic
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, column_letter

PERSON = "Zoé Canari, 06 39 98 12 34"  # typed where a choice was expected: must not come out
EXPORTS: dict[str, Callable[[], bytes]] = {
    **{name: (lambda export=export: export(CODEBOOK, ANSWERS)) for name, export in exported.FORMATS.items()},
    "google_sheets, dates": lambda: exported.workbook_export(CODEBOOK, ANSWERS, dates="cells"),
    "kobo, numbers": lambda: exported.export(CODEBOOK, ANSWERS, as_numbers=True),
    "limesurvey, texts": lambda: exported.limesurvey_export(CODEBOOK, ANSWERS, heads="texts", values="labels"),
    "odk, all options": lambda: exported.odk_export(CODEBOOK, ANSWERS, options="all"),
}


@cache
def _content(shape: str) -> bytes:
    return EXPORTS[shape]()


def fresh(shape: str) -> Plan:
    made = plan(CODEBOOK, ANSWERS, shape.split(",")[0], _content(shape))
    made.worded = shape == "limesurvey, texts"
    return made


def run(made: Plan, encoding: str | None = None) -> Received:
    content = made.cells.content(encoding)
    return read_exports(CODEBOOK, {"questionnaire": content}, {"questionnaire": made.format}, own)


# --- which records ---


def exposed(row: Row) -> bool:
    return bool({"risk", "proba", "third", "seen"} & set(row["exposure"] or ()))


def given(name: str, *codes: str) -> Callable[[Row], bool]:
    """Records that answered the question, with one of the codes if some are given."""

    def wanted(row: Row) -> bool:
        value = row.get(name)
        values = value if isinstance(value, tuple) else (value,)
        return value is not None and (not codes or bool(set(codes) & set(values)))

    return wanted


def told_to(*conditions: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: all(condition(row) for condition in conditions)


def team(row: Row) -> bool:
    return row["answer_mode"] == "group"


def alone(row: Row) -> bool:
    return row["answer_mode"] == "indiv"


def unseen(row: Row) -> bool:
    return row["exposure"] == ("none",)


# --- what is planted ---


def closed_questions(p: Plan) -> None:
    """Answers that are in no list, alone or among good ones; the deciding ones must not drag others along."""
    p.plant("personal data in a closed question", p.pick("responses"), "structure_type", PERSON)
    typed = "Travail socail" if p.worded or p.format in ("template", "google_csv", "google_sheets") else "socwok"
    p.plant("misspelled option", p.pick("responses"), "job_function", typed, "Travail social")
    p.plant("free text of « Autre »", p.pick("responses"), "activity_field", "Autre : maraude du mardi", "Autre")
    deciding = p.pick("responses", given("took_charge", "yes"))
    p.plant("unknown deciding option", deciding, "took_charge", "Plutôt", "Oui")
    p.plant("unknown option in a situation", p.pick("situations"), "year", "1066", "2016")


def choices_in_one_cell(p: Plan) -> None:
    """Several answers in one cell: an unknown one among good ones, a misspelled one, an exclusive one with others."""
    joint = {"google_csv": ";", "google_sheets": ", "}.get(p.format, " ")
    row = p.pick("responses", given("needs", "train"))
    p.plant("unknown among good ones", row, "needs", joint.join([p.spelled("needs", "train"), "machine_à_café"]))
    row = p.pick("situations", given("gender", "women"))
    text = "Homes" if p.format.startswith("google") else "mem"
    p.plant("misspelled among good ones", row, "gender", joint.join([p.spelled("gender", "women"), text]), "Homme(s)")
    row = p.pick("responses", lambda r: exposed(r) and len(r["exposure"]) > 1)
    p.plant("unknown option that decides a part", row, "exposure", PERSON)
    row = p.pick("situations", given("housing", "hotel", "stree"))
    both = joint.join([p.spelled("housing", "hotel"), p.spelled("housing", "dk")])
    p.plant("exclusive option with others", row, "housing", both, "Ne sait pas")
    tick_alike(p, row, "housing", ("hotel", "dk"))


def tick_alike(p: Plan, row: Row, name: str, codes: tuple[str, ...]) -> None:
    """The columns of single options, where the tool has them, follow the whole answer."""
    if p.format in ("kobo", "odk"):
        for option in CODEBOOK.options(p.variable(name)):
            try:
                p.write(row, name, str(int(option.code in codes)), option.code)
            except LookupError:  # ODK has no column for an option that nobody chose
                continue


def choices_in_columns(p: Plan, unknown: str) -> None:
    """One column per option: a tick that is neither, an exclusive one with others, a deciding one that is unreadable."""
    tick = "coché" if p.format == "template" else "Oui" if p.worded else "Y"
    p.plant("tick that is neither", p.pick("situations", given("gender", "women")), "gender", unknown, option="women")
    row = p.pick("situations", given("housing", "hotel", "stree"))
    p.plant("exclusive option with others", row, "housing", tick, "Ne sait pas", option="dk")
    row = p.pick("responses", lambda r: exposed(r) and len(r["exposure"]) > 1)
    p.plant("deciding tick that is neither", row, "exposure", PERSON, option=row["exposure"][0])


def numbers(p: Plan) -> None:
    limits = ("de 2 à 200",)
    p.plant("text in an integer", p.pick("responses", team), "professionals_consulted", "une douzaine", *limits)
    p.plant("decimal in an integer", p.pick("responses", team), "professionals_consulted", "3,5", *limits)
    p.plant("number below the limits", p.pick("responses", team), "professionals_consulted", "1", *limits)
    p.plant("number above the limits", p.pick("responses", team), "professionals_consulted", "201", *limits)
    many = "on ne les compte plus"
    p.plant("count that cannot be read", p.pick("responses", exposed), "persons_total", many, severity=WARNING)
    # « 3-4 » that a spreadsheet took for a day
    p.plant("count turned into a date", p.pick("situations"), "persons_in_situation", "2026-04-03", severity=WARNING)


def routing(p: Plan) -> None:
    row = p.pick("responses", given("took_charge", "no", "dk"))
    yes = p.spelled("talked_about_it", "yes")
    p.plant("answer that routing does not ask", row, "talked_about_it", yes, severity=WARNING)
    row = p.pick("situations", lambda r: r.get("nationality") == ("fr",))
    p.plant("the same in a situation", row, "origin_countries", "Pays fictif Z", severity=WARNING)
    row = p.pick("responses", unseen)
    p.plant("answer in a part that is not asked", row, "persons_total", "12 ou 13", severity=WARNING)
    p.plant("required answer missing", p.pick("responses", alone), "answer_mode", "", severity=WARNING)


def signs(p: Plan, encoding: str | None = None) -> None:
    """Damaged letters, in text boxes and in closed answers."""
    row = p.pick("responses", given("took_charge"))
    if encoding != "cp1252":  # which has no such sign
        p.expect("mojibake", p.write(row, "took_charge", "DÃ©jÃ\xa0"))
        p.expect("replacement sign", p.write(p.pick("responses"), "final_comments", "Rien \ufffd dire"))
        p.expect("invisible sign", p.write(p.pick("responses"), "job_function", "Travail\u200b social"))
    if not p.cells.book:  # openpyxl refuses to write it
        p.expect("control sign", p.write(p.pick("responses"), "organisation", "Structure\x07 fictive"))


def headings(p: Plan) -> None:
    """Columns that no question knows, that two questions share, that have no heading; one with a slip is read on."""
    sheet, column = p.column("law_soliciting_repealed")
    text = p.cells.get(sheet, 1, column)
    p.retitle("misspelled heading", (sheet, column), text[:-4] + text[-3:], p.label("law_soliciting_repealed"))
    p.plant("defect under a misspelled heading", p.pick("responses"), "law_client_fine", "Possible")
    unknown = p.cells.append_column(sheet, "Couleur préférée de Zoé Canari")
    p.expect("unknown heading", (sheet, 1, unknown), "ignorée", severity=WARNING)
    _, first = p.column("ease_of_topic")
    again = p.cells.append_column(sheet, p.cells.get(sheet, 1, first), first)
    p.expect(
        "two columns for one question",
        (sheet, 1, again),
        p.label("ease_of_topic"),
        f"colonne {column_letter(first - 1)}",
    )
    headless = p.cells.append_column(sheet, "")
    place = (sheet, p.row(p.pick("responses")), headless)
    p.cells.put(*place, PERSON)
    p.expect("value without a heading", place)


def second_question_under_the_slip(p: Plan) -> None:
    """What stands under the misspelled heading is still checked."""
    sheet, column = p.column("law_exit_pathway")
    row = p.pick("responses")
    p.plant("unknown option under the slip", row, "law_exit_pathway", "Possible", p.label("law_exit_pathway"))
    text = p.cells.get(sheet, 1, column)
    p.retitle("misspelled heading above a defect", (sheet, column), text[:5] + text[6:], p.label("law_exit_pathway"))


def again(p: Plan) -> None:
    """« Une autre situation ? » decides how many there are."""
    p.plant("unknown answer to « une autre situation ? »", p.pick("situations"), "add_situation", "Beaucoup", "Oui")


def google(p: Plan, encoding: str | None = None) -> None:
    closed_questions(p)
    choices_in_one_cell(p)
    numbers(p)
    routing(p)
    signs(p, encoding)
    again(p)
    headings(p)
    second_question_under_the_slip(p)
    p.expect("no identity", _emptied(p, p.pick("responses"), 1))


def _emptied(p: Plan, row: Row, column: int, sheet: int = 1) -> tuple[int, int, int]:
    place = (sheet, p.row(row), column)
    p.cells.put(*place, "")
    return place


def google_csv(p: Plan, encoding: str | None = None) -> None:
    google(p, encoding)
    row = p.row(p.pick("responses"))
    width = len(p.cells.tables[0][0])
    p.cells.tables[0][row - 1] += [""] * (width - len(p.cells.tables[0][row - 1])) + ["", PERSON]
    p.expect("row longer than the headings", (1, row, width + 2))


def google_xlsx(p: Plan) -> None:
    google(p)
    p.expect("error in a cell", p.write(p.pick("responses", exposed), "exposure", "#N/A"))


def without_situations(row: Row) -> bool:
    return row["response_id"] not in {situation["response_id"] for situation in ANSWERS["situations"]}


def two_sheets(p: Plan) -> None:
    """Kobo and ODK: whole answers with a column per option, responses and situations joined by an identity."""
    closed_questions(p)
    choices_in_one_cell(p)
    numbers(p)
    routing(p)
    headings(p)
    second_question_under_the_slip(p)
    row = p.pick("responses", given("needs", "train"))
    p.plant("option column against the whole", row, "needs", "0", option="train")
    row = p.pick("situations", lambda r: "gender" in r and r["gender"] is None)
    p.plant("option column without the whole", row, "gender", "1", option="women")
    p.plant("tick that is neither", p.pick("situations", given("gender", "men")), "gender", "2", option="men")
    key, parent = {"kobo": ("_uuid", "_submission__uuid"), "odk": ("KEY", "PARENT_KEY")}[p.format]
    column = p.cells.header(1).index(key) + 1
    p.expect("no identity", _emptied(p, p.pick("responses", without_situations), column))
    first = p.row(p.pick("responses"))
    second = p.row(p.pick("responses", without_situations))
    low, high = sorted((first, second))  # the situations of the first one may then be of either
    p.cells.put(1, second, column, p.cells.get(1, first, column))
    p.expect("identity given twice", (1, high, column), f"ligne {low}")
    orphan = (2, p.row(p.pick("situations")), p.cells.header(2).index(parent) + 1)
    p.cells.put(*orphan, "uuid:ffffffff")
    p.expect("situation without its response", orphan)


def kobo_xlsx(p: Plan) -> None:
    two_sheets(p)
    signs(p)
    p.expect("error in a cell", p.write(p.pick("responses", exposed), "exposure", "#N/A"))
    p.expect("error in a situation", p.write(p.pick("situations"), "pimp_presence", "#REF!"))
    sheet, column = p.column("occupation", "appr")
    p.retitle("misspelled option in a heading", (sheet, column), "occupation/apr", "Apprentissage")


def odk_zip(p: Plan) -> None:
    two_sheets(p)
    signs(p)


def limesurvey_csv(p: Plan, encoding: str | None = None) -> None:
    closed_questions(p)
    choices_in_columns(p, "Z")
    numbers(p)
    routing(p)
    signs(p, encoding)
    again(p)
    headings(p)
    second_question_under_the_slip(p)
    p.expect("no identity", _emptied(p, p.pick("responses"), 1))
    low, high = p.row(p.pick("responses")), p.row(p.pick("responses"))
    p.cells.put(1, high, 1, p.cells.get(1, low, 1))
    p.expect("identity given twice", (1, high, 1), f"ligne {low}")
    place = p.column("gender", "women", 2)
    text = "De quel genre est la personne, ou sont les personnes ? [Fames(s)]" if p.worded else "S2gender[womn]"
    p.retitle("misspelled option in a heading", place, text, "Femme(s)", p.label("gender"))
    place = p.column("fact_source", block=3)
    text = "De qui tenez-vous ses faits ?" if p.worded else "S3factSouce"
    p.retitle("misspelled question in a block", place, text, p.label("fact_source"))
    row = p.row(p.pick("responses"))
    del p.cells.tables[0][row - 1][-4:]
    p.expect("row shorter than the headings", (1, row, len(p.cells.tables[0][row - 1]) + 1))


def template_xlsx(p: Plan) -> None:
    closed_questions(p)
    choices_in_columns(p, "peut-être")
    numbers(p)
    routing(p)
    signs(p)
    headings(p)
    second_question_under_the_slip(p)
    responses, situations = p.sheet("responses"), p.sheet("situations")
    p.expect("no identity", _emptied(p, p.pick("responses", without_situations), 1, responses))
    low, high = sorted((p.row(p.pick("responses")), p.row(p.pick("responses", without_situations))))
    p.cells.put(responses, high, 1, p.cells.get(responses, low, 1))
    p.expect("identity given twice", (responses, high, 1), f"ligne {low}")
    place = (situations, p.row(p.pick("situations")), 1)
    p.cells.put(*place, "R999")
    p.expect("situation without its response", place)
    row = p.pick("situations", lambda r: r["situation_number"] == 2)
    place = (situations, p.row(row), 2)
    p.cells.put(*place, "01")
    p.expect("situation number given twice", place, f"ligne {place[1] - 1}")
    place = (situations, p.row(p.pick("situations")), 2)
    p.cells.put(*place, "la première")
    p.expect("situation number that is none", place)
    p.expect("error in a cell", p.write(p.pick("responses", exposed), "exposure", "#N/A", "risk"))
    p.plant("day in a closed question", p.pick("situations"), "territory", dt.date(2026, 4, 3))


CASES: dict[str, tuple[str, Callable[..., None], str | None]] = {
    "google_csv, utf-8": ("google_csv", google_csv, None),
    "google_csv, utf-8-sig": ("google_csv", google_csv, "utf-8-sig"),
    "google_csv, cp1252": ("google_csv", google_csv, "cp1252"),
    "google_csv, utf-16": ("google_csv", google_csv, "utf-16"),
    "google_sheets": ("google_sheets", google_xlsx, None),
    "google_sheets, dates": ("google_sheets, dates", google_xlsx, None),
    "kobo": ("kobo", kobo_xlsx, None),
    "kobo, numbers": ("kobo, numbers", kobo_xlsx, None),
    "odk": ("odk, all options", odk_zip, None),
    "limesurvey": ("limesurvey", limesurvey_csv, None),
    "limesurvey, texts": ("limesurvey, texts", limesurvey_csv, None),
    "limesurvey, texts, cp1252": ("limesurvey, texts", limesurvey_csv, "cp1252"),
    "limesurvey, utf-16": ("limesurvey", limesurvey_csv, "utf-16"),
    "template": ("template", template_xlsx, None),
}


@cache
def damaged(case: str) -> tuple[Plan, Received]:
    shape, planted, encoding = CASES[case]
    made = fresh(shape)
    planted(made, *([encoding] if made.format in ("google_csv", "limesurvey") else []))
    return made, run(made, encoding)


@pytest.mark.parametrize("case", one_in(9, CASES))
def test_each_defect_is_told_at_its_cell_and_nothing_else_is(case: str) -> None:
    made, read = damaged(case)
    expected = {defect.place: defect.kind for defect in made.planted}
    found = [place for place in places(read.problems) if "Windows" not in _message(read, place)]
    assert sorted(map(str, set(expected) - set(found))) == [], {
        kind: place for place, kind in expected.items() if place not in found
    }
    assert [p for p in read.problems if (p.severity, p.sheet, p.row, p.column) in set(found) - set(expected)] == []
    assert Counter(found) == Counter(expected.keys())
    assert len(made.planted) >= 24


def _message(read: Received, place: Place) -> str:
    return next(p.message for p in read.problems if (p.severity, p.sheet, p.row, p.column) == place)


@pytest.mark.slow  # of the cases themselves
def test_there_are_many_and_of_many_kinds() -> None:
    made = [damaged(case)[0] for case in CASES]
    assert len({(p.format, d.kind) for p in made for d in p.planted}) >= 60
    assert len({d.kind for p in made for d in p.planted}) >= 30


# --- what is said ---

TEXT_BOXES = {  # but for counts, of which remedies give examples
    v.name for t in ("responses", "situations") for v in CODEBOOK.table(t) if v.written and v.type != "count_text"
}
FRENCH = re.compile(r"\b(le|la|les|l’|un|une|cet|cette|ce|n’|des|du|de)", re.IGNORECASE)


@pytest.mark.parametrize("case", one_in(9, CASES))
def test_messages_are_french_useful_and_repeat_nothing(case: str) -> None:
    """The question by its label, the options that are near, the limits; no cell's content, planted or not."""
    made, read = damaged(case)
    words = {defect.place: defect.words for defect in made.planted}
    vocabulary = " ".join(o.label for options in CODEBOOK.lists.values() for o in options)
    secrets = {text for text in made.texts if text not in vocabulary}
    secrets |= {
        value
        for rows in ANSWERS.values()
        for row in rows
        for name, value in row.items()
        if isinstance(value, str) and len(value) > 4 and value not in vocabulary and name in TEXT_BOXES
    }
    for problem in read.problems:
        place = (problem.severity, problem.sheet, problem.row, problem.column)
        said = f"{problem.message} {problem.remedy}"
        assert [word for word in words.get(place, ()) if word not in said.replace("\u00a0", " ")] == [], said
        assert FRENCH.search(problem.message) and problem.remedy
        assert (problem.message, problem.remedy) == (typographic(problem.message), typographic(problem.remedy))
        assert [secret for secret in secrets if secret in said] == []
        assert "Canari" not in said and "06 39" not in said
        assert problem.value in ("", MASKED)


# --- faults of the whole: a column, a block, a sheet, a format ---


def told(made: Plan) -> Counter[Place]:
    read = run(made)
    assert not [p for p in read.problems if "Canari" in p.message + p.remedy]
    return Counter(places(read.problems))


def check(made: Plan) -> None:
    assert told(made) == Counter(defect.place for defect in made.planted)


@pytest.mark.parametrize("shape", ["google_csv", "google_sheets"])
def test_a_block_without_one_of_its_columns(shape: str) -> None:
    made = fresh(shape)
    sheet, column = made.column("fact_source", block=3)
    made.cells.delete_column(sheet, column)
    made.expect("block with a missing column", (sheet, 1, column), made.label("fact_source"))
    check(made)


@pytest.mark.parametrize("shape", ["google_csv", "google_sheets"])
def test_a_block_with_swapped_columns(shape: str) -> None:
    made = fresh(shape)
    sheet, first = made.column("year", block=2)
    _, second = made.column("territory", block=2)
    made.cells.swap_columns(sheet, first, second)
    made.expect("block with swapped columns", (sheet, 1, first), made.label("year"))
    check(made)


@pytest.mark.parametrize("shape", ["google_csv", "google_sheets"])
@pytest.mark.parametrize(("name", "twice"), [("territory", "year"), ("situation_status", "persons_in_situation")])
def test_a_question_twice_in_a_block(shape: str, name: str, twice: str) -> None:
    """Also the first of the block, which otherwise begins another one."""
    made = fresh(shape)
    sheet, column = made.column(name, block=2)
    made.cells.put(sheet, 1, column, made.heading(twice))
    for row in range(2, made.cells.size(sheet)[0] + 1):
        made.cells.put(sheet, row, column, "")
    made.expect("question twice in a block", (sheet, 1, column))
    made.expect("block without one of its questions", (sheet, 1, column + 1), made.label(name))
    check(made)


@pytest.mark.parametrize("ticked", [True, False])
def test_an_option_that_is_close_to_none_is_not_its_question(ticked: bool) -> None:
    """Else the column would be read as the whole answer, and each of its cells found wrong. Where somebody ticked it, it blocks:
    without it, the others would be all that was answered (an age of two would be that of all)."""
    made = fresh("limesurvey, texts")
    sheet, column = made.column("gender", "women", 2)
    made.cells.put(sheet, 1, column, f"{made.variable('gender').question} [Chaussure]")
    for row in range(2, len(ANSWERS["responses"]) + 2):
        made.cells.put(sheet, row, column, "Oui" if ticked and row == 3 else "Non")
    made.expect("unknown option", (sheet, 1, column), severity=BLOCKING if ticked else WARNING)
    made.expect("block without one of its options", (sheet, 1, column + 1), made.label("gender"))
    check(made)


def test_situations_beside_a_response_belong_to_it_whatever_its_identity() -> None:
    made = fresh("limesurvey")
    row = made.pick("situations", lambda r: r.get("nationality") == ("fr",))
    made.plant("answer that routing does not ask", row, "origin_countries", "Pays fictif Z", severity=WARNING)
    low, high = sorted((made.row(row), made.row(made.pick("responses", exposed))))
    made.cells.put(1, high, 1, made.cells.get(1, low, 1))
    made.expect("identity given twice", (1, high, 1))
    check(made)


def test_a_cell_that_blocks_is_not_told_of_again() -> None:
    """Two answers that exclude each other, to a question that was not asked."""
    made = fresh("google_csv")
    row = made.pick("responses", told_to(exposed, given("sufficiently_equipped", "yes")))
    made.plant("exclusive option with others", row, "needs", made.spelled("needs", "train", "dk"))
    check(made)


def test_a_block_of_limesurvey_without_one_of_its_options() -> None:
    made = fresh("limesurvey")
    sheet, column = made.column("age_band", "a18", block=4)
    made.cells.delete_column(sheet, column)
    made.expect("block with a missing option", (sheet, 1, column), made.label("age_band"))
    check(made)


@pytest.mark.parametrize("shape", always(1, ["limesurvey", "template"]))
def test_an_option_that_has_no_column_anywhere(shape: str) -> None:
    made = fresh(shape)
    made.cells.delete_column(*made.column("needs", "tools"))
    made.expect("option without a column", None, severity=WARNING)
    made.cells.delete_column(*made.column("exposure", "seen"))
    made.expect("deciding option without a column", None)
    found = {place for place in told(made) if place[3] == ""}
    assert found == {d.place for d in made.planted}


@pytest.mark.parametrize("shape", always(2, EXPORTS))
def test_a_deciding_question_that_is_missing(shape: str) -> None:
    """Told once for the file, with the label: nothing could be attributed without it."""
    made = fresh(shape)
    sheet, column = made.column("took_charge")
    made.cells.delete_column(sheet, column)
    read = run(made)
    blocking = [p for p in read.problems if p.severity == BLOCKING]
    assert [(p.row, p.column) for p in blocking] == [(None, "")]
    assert made.label("took_charge") in blocking[0].message


@pytest.mark.parametrize("shape", always(2, EXPORTS))
def test_a_deciding_question_that_a_form_never_asked_with_those_that_it_decides(shape: str) -> None:
    """Nothing has to be attributed: they count as not asked, and that is told."""
    made = fresh(shape)
    gone = ("training_followed", "training_planned", "training_details")
    for name in gone:
        made.cells.delete_column(*made.column(name))
    read = run(made)
    assert [p for p in read.problems if p.severity == BLOCKING] == []
    (lacking,) = [p.message for p in read.problems if made.label("training_followed") in p.message]
    assert all(made.label(name) in lacking for name in gone)
    responses = read.tables["responses"]
    assert set(responses["training_followed.code"]) == {"not_asked"}


def test_an_address_gathered_by_google_is_told_and_not_read() -> None:
    made = fresh("google_csv")
    for at, cells in enumerate(made.cells.tables[0]):
        cells.insert(1, "zoe.canari@exemple.invalid" if at else "Adresse e-mail")
    made.expect("address gathered", (1, 1, 2), severity=WARNING)
    check(made)


def test_blank_and_unreadable_rows_of_a_csv() -> None:
    made = fresh("odk")
    rows = made.cells.tables[0]
    parent = made.row(made.pick("responses", lambda row: not without_situations(row)))
    rows[parent - 1] = rows[parent - 1][:5]  # its situations are not told to be orphans
    made.expect("row cut short", (1, parent, 6))
    check(made)


@pytest.mark.parametrize("shape", always(1, ["kobo", "odk", "template"]))
def test_a_sheet_of_situations_that_is_missing(shape: str) -> None:
    made = fresh(shape)
    if made.cells.book:
        del made.cells.book[made.cells.book.worksheets[made.sheet("situations") - 1].title]
    else:
        del made.cells.tables[1], made.cells.names[1]
    made.expect("missing sheet", None)
    check(made)


@pytest.mark.slow
def test_a_sheet_of_responses_that_is_missing() -> None:
    """The situations are still checked; that they have lost their responses is told once."""
    made = fresh("template")
    made.plant("unknown option in a situation", made.pick("situations"), "year", "1066")
    del made.cells.book[CODEBOOK.tables["responses"].sheet]
    assert {place for place in told(made) if place[3] == ""} == {(BLOCKING, "", None, "")}


@pytest.mark.slow
def test_a_sheet_that_was_copied() -> None:
    made = fresh("template")
    made.cells.book.copy_worksheet(made.cells.book.worksheets[made.sheet("responses") - 1])
    found = told(made)
    assert [place for place in found if place[0] == BLOCKING] == [(BLOCKING, str(len(made.cells.sheets)), None, "")]


@pytest.mark.slow
def test_the_second_row_of_the_template_is_not_an_answer() -> None:
    made = fresh("template")
    sheet = made.sheet("responses")
    made.cells.book.worksheets[sheet - 1].delete_rows(2)
    assert (BLOCKING, str(sheet), 2, "A") in told(made)


@pytest.mark.parametrize("shape", exported.FORMATS)
@pytest.mark.parametrize("chosen", always(1, exported.FORMATS))
def test_another_format_than_the_one_declared(shape: str, chosen: str) -> None:
    read = read_exports(CODEBOOK, {"questionnaire": _content(shape)}, {"questionnaire": chosen}, own)
    if shape == chosen:
        assert read.problems == []
        return
    assert [(p.severity, p.row, p.column) for p in read.problems] == [(BLOCKING, None, "")]
    assert f"questionnaire: {shape}" in read.problems[0].remedy and read.tables["responses"].empty


# --- kinds of answers that the questionnaire does not have, and another form may ---

DAY = replace(
    next(v for v in CODEBOOK.variables if v.name == "professionals_consulted"),
    name="day_of_training",
    short="dayOfTraining",
    type="date",
    label="Jour de la formation",
    question="Quel jour a eu lieu la formation ?",
    routing="",
    minimum=None,
    maximum=None,
)
CASE_NUMBER = replace(
    DAY,
    name="file_code",
    short="fileCode",
    type="code",
    label="Code du dossier",
    question="Code ?",
    pattern="D[0-9]{3}",
)
WIDER = replace(CODEBOOK, variables=(*CODEBOOK.variables, DAY, CASE_NUMBER))


DAYS = {  # as people write them, and whether they are days
    **dict.fromkeys(("2026-03-14", "14/03/2026", "2026-03-14T10:00:00", "29/02/2024"), True),
    **dict.fromkeys(("31/02/2026", "2026-13-01", "2026-02-29", "14/03/26", "03/14/2026", "0026-03-14"), False),
    **dict.fromkeys(("46095", "mars 2026", "2026-3-14", "14-03-2026"), False),
}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_days_and_codes(encoding: str) -> None:
    made = fresh("limesurvey")
    day, code = made.cells.append_column(1, "dayOfTraining"), made.cells.append_column(1, "fileCode")
    for row, (text, good) in enumerate(DAYS.items(), start=5):
        made.cells.put(1, row, day, text)
        if not good:
            made.expect("impossible day", (1, row, day))
    made.cells.put(1, 2, code, "D123")
    made.cells.put(1, 3, code, "X12")
    made.expect("code of another form", (1, 3, code))
    content = made.cells.content(encoding)
    read = read_exports(WIDER, {"questionnaire": content}, {"questionnaire": "limesurvey"}, own)
    blocking = [p for p in read.problems if p.severity == BLOCKING]
    assert Counter(places(blocking)) == Counter(d.place for d in made.planted)
    assert all(DAY.label in p.message or CASE_NUMBER.label in p.message for p in blocking)
