"""The shape of each export of the forty responses, read back by means that share nothing with the exporters."""

from __future__ import annotations

import csv
import io
import re
import uuid
import zipfile
from collections import Counter

import exported
import openpyxl
import pytest
import python_calamine

from diagnostic.codebook import instruments
from diagnostic.codebook import template as empty
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.trial.answers import Answers, Row

Sheet = list[list[object]]


def sheets(content: bytes) -> dict[str, Sheet]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def records(rows: Sheet) -> list[dict[object, object]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def several(codebook: Codebook, table: str) -> list[Variable]:
    return [v for v in codebook.table(table) if v.type == "multiple"]


def situations_of(answers: Answers, response: Row) -> list[Row]:
    return [row for row in answers["situations"] if row["response_id"] == response["response_id"]]


def label(codebook: Codebook, variable: Variable, value: object, joint: str) -> str:
    labels = {option.code: option.label for option in codebook.options(variable)}
    if isinstance(value, tuple):
        return joint.join(labels[code] for code in value)
    return "" if value is None else labels.get(str(value), str(value)) if variable.closed else str(value)


# -- Google --------------------------------------------------------------------------------------------------------


def google_row(codebook: Codebook, answers: Answers, response: Row, joint: str) -> list[list[str]]:
    """The cells of the questions before, of each situation, and after, written out from the answers."""
    before, after = (
        [
            label(codebook, v, response.get(v.name), joint)
            for v in codebook.table("responses")
            if v.shape == "" and (v.block in ("respondent", "identification")) == first
        ]
        for first in (True, False)
    )
    described = [
        [label(codebook, v, row.get(v.name), joint) for v in codebook.table("situations") if v.shape == ""]
        for row in situations_of(answers, response)
    ]
    return [before, *described, after]


def test_google_csv(codebook: Codebook, answers: Answers) -> None:
    content = exported.csv_export(codebook, answers).decode("utf-8")
    assert not content.startswith("\ufeff")
    assert re.fullmatch(r'(("([^"]|"")*")(,"([^"]|"")*")*\n)+', content), "a cell without quotes"
    header, *rows = csv.reader(io.StringIO(content, newline=""), strict=True)
    assert header[0] == "Horodateur" and len(rows) == 40 and {len(row) for row in rows} == {len(header)}
    another = "Avez-vous une autre situation à décrire\u202f?"
    ends = [at for at, title in enumerate(header) if title == another]
    width = ends[1] - ends[0]
    assert len(ends) == 5 and [b - a for a, b in zip(ends, ends[1:], strict=False)] == [width] * 4
    blocks = [header[end - width + 1 : end + 1] for end in ends]
    assert all(block == blocks[0] for block in blocks)
    start = ends[0] - width + 1
    for row, response in zip(rows, answers["responses"], strict=True):
        before, *described, after = google_row(codebook, answers, response, ";")
        assert re.fullmatch(r"\d{4}/\d\d/\d\d \d{1,2}:\d\d:\d\d [AP]M UTC\+[12]", row[0])
        assert row[1:start] == before and row[ends[-1] + 1 :] == after
        for number, cells in enumerate(described):
            at = start + number * width
            assert row[at : at + width - 1] == cells
            more = number + 1 < len(described)
            assert (row[at + width - 1] == "Oui, décrire une autre situation") == more
        assert not any(row[start + max(1, len(described)) * width : ends[-1] + 1])


def test_google_needs_as_many_blocks_as_situations(codebook: Codebook, answers: Answers) -> None:
    header = exported.csv_export(codebook, answers, blocks=1).decode().split("\n")[0]
    assert header.count("Avez-vous une autre situation à décrire") == 4


def test_google_sheets(codebook: Codebook, answers: Answers) -> None:
    texts = sheets(exported.workbook_export(codebook, answers, numbers=False))["Réponses au formulaire 1"]
    cells = sheets(exported.workbook_export(codebook, answers, dates="cells"))["Réponses au formulaire 1"]
    header, *rows = csv.reader(io.StringIO(exported.csv_export(codebook, answers).decode(), newline=""))
    assert texts[0] == cells[0] == header
    for at, response in enumerate(answers["responses"], start=1):
        assert texts[at][0] == response["submitted"].strftime("%d/%m/%Y %H:%M:%S")
        assert cells[at][0] == response["submitted"]
        before, *_, after = google_row(codebook, answers, response, ", ")
        assert texts[at][1 : len(before) + 1] == before and texts[at][-len(after) :] == after
        for text, cell in zip(texts[at][1:], cells[at][1:], strict=True):
            assert cell == (float(text) if re.fullmatch(r"\d+", str(text)) else text)
    assert any(isinstance(cell, float) for row in cells[1:] for cell in row)


# -- KoboToolbox ---------------------------------------------------------------------------------------------------


def test_kobo(codebook: Codebook, answers: Answers) -> None:
    book = sheets(exported.export(codebook, answers))
    assert list(book) == ["diagnostic_departemental", "situations"]
    parents, children = (records(rows) for rows in book.values())
    assert len(parents) == 40 and len(children) == len(answers["situations"])
    assert len({row["_uuid"] for row in parents}) == len({row["_id"] for row in parents}) == 40
    assert all(uuid.UUID(str(row["_uuid"])).version == 4 for row in parents)
    by_key = dict(zip((row["_uuid"] for row in parents), answers["responses"], strict=True))
    assert [row["_index"] for row in parents] == list(range(1, 41))
    for name, rows, source in (("responses", parents, answers["responses"]), ("situations", children, None)):
        seen: Counter[object] = Counter()
        for at, row in enumerate(rows):
            if source:
                answer = source[at]
            else:
                response = by_key[row["_submission__uuid"]]
                assert parents[int(row["_parent_index"]) - 1]["_uuid"] == row["_submission__uuid"]
                assert row["_parent_table_name"] == "diagnostic_departemental" and row["_index"] == at + 1
                answer = situations_of(answers, response)[seen[row["_submission__uuid"]]]
                seen[row["_submission__uuid"]] += 1
            check_kobo(codebook, name, row, answer)


def check_kobo(codebook: Codebook, table: str, row: dict[object, object], answer: Row) -> None:
    for variable in codebook.table(table):
        value = answer.get(variable.name)
        if variable.shape == "sheet":
            assert variable.name not in row
        elif variable.type == "multiple":
            assert row[variable.name] == " ".join(value or ())
            for option in codebook.options(variable):
                cell = row[f"{variable.name}/{option.code}"]
                assert cell == ("" if value is None else "1" if option.code in value else "0")
        else:
            assert row[variable.name] == ("" if value is None else str(value))


def test_kobo_numbers_notes_and_no_situation(codebook: Codebook, answers: Answers) -> None:
    rows = records(sheets(exported.export(codebook, answers, as_numbers=True))["diagnostic_departemental"])
    assert {row["exposure/risk"] for row in rows} == {0.0, 1.0}
    assert {type(row["professionals_consulted"]) for row in rows} == {str, float}
    assert {row["note_who_to_call"] for row in rows} == {""}
    alone = {"responses": answers["responses"], "situations": []}
    assert list(sheets(exported.export(codebook, alone))) == ["diagnostic_departemental"]


# -- ODK -----------------------------------------------------------------------------------------------------------


def test_odk(codebook: Codebook, answers: Answers) -> None:
    archive = zipfile.ZipFile(io.BytesIO(exported.odk_export(codebook, answers)))
    assert archive.namelist() == ["questionnaire.csv", "questionnaire-situations.csv"]
    parents, children = (
        list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))) for name in archive.namelist()
    )
    assert len(parents) == 40 and len(children) == len(answers["situations"])
    assert [row["SubmissionDate"] for row in parents] != sorted(row["SubmissionDate"] for row in parents)
    assert list(parents[0])[-10:] == [
        *("KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState"),
        *("DeviceID", "Edits", "FormVersion"),
    ]
    keys = {row["KEY"]: response for row, response in zip(parents, reversed(answers["responses"]), strict=True)}
    assert len(keys) == 40
    blocks = {v.name: v.block for v in codebook.table("responses")}
    for row in parents:
        assert row["meta-instanceID"] == row["KEY"]
        check_odk(codebook, "responses", row, keys[row["KEY"]], lambda name: f"{blocks[name]}-{name}")
    for row in children:
        found = re.fullmatch(r"(uuid:[0-9a-f-]{36})/situations\[(\d)\]", row["KEY"])
        assert found and found[1] == row["PARENT_KEY"]
        answer = situations_of(answers, keys[found[1]])[int(found[2]) - 1]
        check_odk(codebook, "situations", row, answer, lambda name: name)


def check_odk(codebook: Codebook, table: str, row: dict[str, str], answer: Row, head) -> None:
    for variable in codebook.table(table):
        value = answer.get(variable.name)
        if variable.shape == "sheet":
            continue
        expected = " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        assert row[head(variable.name)] == expected
        ticked = [row.get(f"{head(variable.name)}/{option.code}") for option in codebook.options(variable)]
        if variable.type == "multiple":
            assert set(ticked) <= {"0", "1", None} and ticked.count("1") == len(value or ())


# -- LimeSurvey ----------------------------------------------------------------------------------------------------


def lime(content: bytes) -> list[list[str | None]]:
    """Lines of cells, None for what stands without quotes."""
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n\r\n")
    text = content.decode("utf-8-sig")[:-2]
    lines: list[list[str | None]] = [[]]
    at = 0
    while at < len(text):
        found = re.compile(r'(?:"((?:[^"]|"")*)")?(;|\r\n)').match(text, at)
        assert found, text[at : at + 80]
        lines[-1].append(found[1] if found[1] is None else found[1].replace('""', '"'))
        if found[2] != ";":
            lines.append([])
        at = found.end()
    return lines[:-1]


@pytest.mark.parametrize("values", ["codes", "labels"])
def test_limesurvey(codebook: Codebook, answers: Answers, values: str) -> None:
    header, *rows = lime(exported.limesurvey_export(codebook, answers, values=values))  # type: ignore[arg-type]
    assert len(rows) == 40 and {len(row) for row in rows} == {len(header)} and len(set(header)) == len(header)
    ids = [int(row[0] or "") for row in rows]
    assert ids == sorted(set(ids)) and ids[0] == 1 and ids[-1] > 40
    for row, response in zip(rows, answers["responses"], strict=True):
        cells = dict(zip(header, row, strict=True))
        for variable in codebook.table("responses"):
            if variable.shape == "":
                check_lime(codebook, cells, variable, None, response, values)
        for number, situation in enumerate(situations_of(answers, response), start=1):
            for variable in codebook.table("situations"):
                if variable.shape == "":
                    check_lime(codebook, cells, variable, number, situation, values)
            more = len(situations_of(answers, response)) > number
            if more:
                assert cells[f"S{number}another"] in ("yes", "Oui, décrire une autre situation")
        hidden = {value for head, value in cells.items() if str(head).startswith("S5")}
        assert hidden == ({None} if values == "codes" else {None, "", "N/A"})


def check_lime(
    codebook: Codebook, cells: dict, variable: Variable, number: int | None, answer: Row, values: str
) -> None:
    name, shown = instruments.question_code(codebook, variable.name, number), variable.name in answer
    value, labelled = answer.get(variable.name), values == "labels"
    if variable.type == "multiple":
        states = {True: "Oui", False: "Non"} if labelled else {True: "Y", False: ""}
        for option in codebook.options(variable):
            expected = states[option.code in (value or ())] if shown else ("N/A" if labelled else None)
            assert cells[f"{name}[{option.code}]"] == expected
    elif value is not None:
        text = label(codebook, variable, value, "") if labelled else str(value)
        assert cells[name] == ("'" + text if text.startswith("=") else text)
    elif variable.type == "integer":
        assert cells[name] is None
    elif not labelled:
        assert cells[name] == ("" if shown else None)
    else:
        assert not cells[name]


def test_who_describes_nothing_has_seen_one_empty_block(codebook: Codebook, answers: Answers) -> None:
    """The first situation is on the screen before one can say that there is none."""
    header, *rows = lime(exported.limesurvey_export(codebook, answers))
    described = {row["response_id"] for row in answers["situations"]}
    seen = Counter()
    for row, response in zip(rows, answers["responses"], strict=True):
        if response["response_id"] not in described:
            cells = dict(zip(header, row, strict=True))
            asked = bool(set(response["exposure"]) & {"risk", "proba", "third", "seen"})
            seen[asked] += 1
            expected = {"S1status": "", "S1gender[men]": "", "S1adminOther": None} if asked else {"S1status": None}
            assert expected.items() <= cells.items() and cells["S2status"] is None
            assert cells["S1another"] in (("no", "dk", "") if asked else (None,))
    assert seen[True] and seen[False]


def test_limesurvey_headings_by_text(codebook: Codebook, answers: Answers) -> None:
    codes = lime(exported.limesurvey_export(codebook, answers))[0]
    texts = lime(exported.limesurvey_export(codebook, answers, heads="texts"))[0]
    assert len(codes) == len(texts)
    by_code = dict(zip(codes, texts, strict=True))
    assert by_code["startdate"] == "Date de lancement" and by_code["seed"] == "Tête de série"
    for number in (1, 5):
        heading = "De quel genre est la personne, ou sont les personnes\u202f? [Femme(s)]"
        assert by_code[f"S{number}gender[women]"] == heading
    assert by_code["phone"].startswith("Votre téléphone professionnel")
    assert not [text for text in texts if "<" in str(text) or "&" in str(text)]


# -- The project's workbook ----------------------------------------------------------------------------------------


def test_template(codebook: Codebook, answers: Answers) -> None:
    content = exported.FORMATS["template"](codebook, answers)
    blank = openpyxl.load_workbook(io.BytesIO(empty.workbook(codebook, "questionnaire")))
    filled = openpyxl.load_workbook(io.BytesIO(content))
    assert filled.sheetnames == blank.sheetnames
    for table in ("responses", "situations"):
        name = codebook.tables[table].sheet
        before, after = blank[name], filled[name]
        for at in (1, 2):
            assert [cell.value for cell in before[at]] == [cell.value for cell in after[at]]
        rules = [len(sheet.data_validations.dataValidation) for sheet in (before, after)]
        assert rules[0] == rules[1] > 30
        heads = [cell.value for cell in after[1]]
        assert after.max_row == 2 + len(answers[table])
        for row, answer in zip(after.iter_rows(min_row=3), answers[table], strict=True):
            assert not [cell.coordinate for cell in row if cell.data_type == "f"]
            cells = dict(zip(heads, (cell.value for cell in row), strict=True))
            for variable in codebook.table(table):
                value = answer.get(variable.name)
                if variable.type == "multiple":
                    for option in codebook.options(variable):
                        state = None if value is None else "coché" if option.code in value else "non coché"
                        assert cells[f"{variable.name}/{option.code}"] == state
                elif isinstance(value, int):
                    assert cells[variable.name] == value
                else:
                    assert (cells[variable.name] or "") == label(codebook, variable, value, "")


# -- All of them ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["google_sheets", "kobo", "template"])
def test_no_text_becomes_a_formula(codebook: Codebook, answers: Answers, name: str) -> None:
    book = zipfile.ZipFile(io.BytesIO(exported.FORMATS[name](codebook, answers)))
    for part in (part for part in book.namelist() if part.startswith("xl/worksheets/")):
        assert b"<f>" not in book.read(part) and b"<f " not in book.read(part)


def test_identities_stay_when_responses_are_added(codebook: Codebook, answers: Answers) -> None:
    earlier: Answers = {"responses": answers["responses"][:25], "situations": []}
    for made in (exported.uuids, exported.numbers):
        assert made(earlier).items() <= made(answers).items()
        assert made(answers) != made(answers, seed=1)
        assert len(set(made(answers).values())) == 40


@pytest.mark.parametrize("name", list(exported.FORMATS))
def test_a_form_without_responses_still_has_its_headings(codebook: Codebook, name: str) -> None:
    none: Answers = {"responses": [], "situations": []}
    assert exported.FORMATS[name](codebook, none)
