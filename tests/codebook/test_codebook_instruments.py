"""The instruments: accepted by the tools they are for, and holding the same codes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import instruments, template
from diagnostic.codebook.model import TICK, Codebook

Made = dict[str, bytes]
Codes = dict[tuple[str, str], list[str]]
XF = "{http://www.w3.org/2002/xforms}"


def _book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def _tsv(made: Made) -> list[dict[str, str]]:
    text = made["questionnaire-limesurvey.txt"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t"))


def _sheet_rows(sheet: Worksheet) -> list[dict[str, str]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, (cell or "" for cell in row), strict=True)) for row in rows]


# --------------------------------------------------------------------------- XLSForm


@pytest.fixture(scope="module")
def xform(made: Made) -> ET.Element:
    pyxform = pytest.importorskip("pyxform.xls2xform", reason="pyxform absent : XLSForm non vérifié")
    warnings: list[str] = []
    result = pyxform.convert(made["questionnaire-xlsform.xlsx"], warnings=warnings, file_type=".xlsx")
    assert warnings == []
    return ET.fromstring(result.xform)


def test_the_repeat_is_real(xform: ET.Element, codebook: Codebook) -> None:
    repeats = [node.get("nodeset", "") for node in xform.iter(f"{XF}repeat")]
    assert [nodeset.rsplit("/", 1)[-1] for nodeset in repeats] == ["situations"]
    asked = {bind.get("nodeset", "").removeprefix(repeats[0] + "/") for bind in xform.iter(f"{XF}bind")}
    assert {v.name for v in codebook.table("situations") if v.shape == ""} <= asked


def test_every_question_is_in_the_form_once_and_in_french(xform: ET.Element, codebook: Codebook) -> None:
    names = [bind.get("nodeset", "").rsplit("/", 1)[-1] for bind in xform.iter(f"{XF}bind")]
    expected = [v.name for _, variables in codebook.form() for v in variables]
    assert sorted(name for name in names if name in expected) == sorted(expected)
    assert [t.get("lang") for t in xform.iter(f"{XF}translation")] == ["Français (fr)"]


def test_limits_and_exclusive_answers_have_their_message(made: Made) -> None:
    rows = {row["name"]: row for row in _sheet_rows(_book(made["questionnaire-xlsform.xlsx"])["survey"])}
    message = "constraint_message::Français (fr)"
    assert rows["professionals_consulted"]["constraint"] == ". >= 2 and . <= 200"
    assert "De 2 à 200" in rows["professionals_consulted"][message]
    exposure = "not(selected(., '{}') and count-selected(.) > 1)"
    assert rows["exposure"]["constraint"] == f"{exposure.format('none')} and {exposure.format('dk')}"
    assert all(bool(row["constraint"]) == bool(row[message]) for row in rows.values())


# --------------------------------------------------------------------------- LimeSurvey


def test_limesurvey_codes_are_those_it_accepts(made: Made) -> None:
    rows = _tsv(made)
    questions = [row["name"] for row in rows if row["class"] == "Q"]
    assert len({name.casefold() for name in questions}) == len(questions)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", name) for name in questions)
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,5}", row["name"]) for row in rows if row["class"] in ("A", "SQ"))
    groups = [int(row["type/scale"]) for row in rows if row["class"] == "G"]
    assert groups == list(range(1, len(groups) + 1))
    assert not [row for row in rows if re.search(r"[{}\n]", row["text"] or "")]  # braces start an expression


@pytest.mark.parametrize("situations", [1, 3, 5])
def test_situations_are_unrolled(codebook: Codebook, situations: int) -> None:
    rows = list(instruments.rows(codebook, situations))
    groups = [row for row in rows if row["class"] == "G" and row["name"].startswith("Situation ")]
    assert [row["name"] for row in groups] == [f"Situation {n}" for n in range(1, situations + 1)]
    assert [f'S{n - 1}another.NAOK == "yes"' in row["relevance"] for n, row in enumerate(groups, 1)] == [
        n > 1 for n in range(1, situations + 1)
    ]
    another = [row["name"] for row in rows if row["class"] == "Q" and row["name"].endswith("another")]
    assert another == [f"S{n}another" for n in range(1, situations)]  # nothing to add after the last


def test_references_name_questions_that_come_before(made: Made) -> None:
    known: set[str] = set()
    question = ""
    for row in _tsv(made):
        named = set(re.findall(r"(\w+)\.NAOK", row["relevance"] or ""))
        assert named <= known, row["name"]
        if row["class"] == "Q":
            question = row["name"]
            known.add(question)
        elif row["class"] == "SQ":
            known.add(f"{question}_{row['name']}")


# --------------------------------------------------------------------------- spreadsheets


def _drop_downs(book: openpyxl.Workbook) -> Iterator[tuple[str, str, list[str]]]:
    """(sheet, heading, labels offered) of every column that has a drop-down list."""
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            if rule.type != "list":
                continue
            place, cells = rule.formula1.replace("'", "").rsplit("!", 1)
            left, top, _, bottom = range_boundaries(cells.replace("$", ""))
            labels = [book[place.removeprefix("$")].cell(row, left).value for row in range(top, bottom + 1)]
            for area in str(rule.sqref).split():
                first, _, last, _ = range_boundaries(area)
                for column in range(first, last + 1):
                    yield sheet.title, sheet.cell(1, column).value, labels


def _expected_drop_downs(codebook: Codebook, name: str) -> dict[tuple[str, str], list[str]]:
    return {
        (table.sheet, heading): [o.label for o in codebook.lists[TICK if option else variable.list]]
        for table in codebook.tables.values()
        if table.workbook == name
        for heading, variable, option in codebook.columns(table.name)
        if variable.closed
    }


def _as_made_drop_downs(book: openpyxl.Workbook) -> dict[tuple[str, str], list[str]]:
    return {(sheet, heading): labels for sheet, heading, labels in _drop_downs(book)}


def test_templates_offer_exactly_the_options(made: Made, codebook: Codebook) -> None:
    for name in template.workbooks(codebook):
        book = _book(made[f"classeur-{name}.xlsx"])
        assert _as_made_drop_downs(book) == _expected_drop_downs(codebook, name)


@pytest.mark.slow
def test_templates_open_in_libreoffice_with_their_lists(made: Made, codebook: Codebook, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice absent : ouverture des classeurs non vérifiée")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "essai.csv").write_text("a\n1\n")
    names = [name for name in made if name.startswith("classeur-")]
    for name in names:
        (tmp_path / "in" / name).write_bytes(made[name])
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    paths = [str(tmp_path / "in" / name) for name in ("essai.csv", *names)]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), *paths], timeout=3600, capture_output=True, check=False
    )
    if not (tmp_path / "out" / "essai.xlsx").exists():
        pytest.skip("LibreOffice Calc absent (paquet Debian « libreoffice-calc ») : ouverture non vérifiée")
    for name in names:
        book = _book((tmp_path / "out" / name).read_bytes())
        expected = _expected_drop_downs(codebook, name.removeprefix("classeur-").removesuffix(".xlsx"))
        assert _as_made_drop_downs(book) == expected, name


def test_templates_hold_no_formula_and_no_macro(made: Made) -> None:
    for name, content in made.items():
        if not name.endswith(".xlsx"):
            continue
        entries = zipfile.ZipFile(io.BytesIO(content)).namelist()
        assert not [entry for entry in entries if "vba" in entry.lower() or "externalLink" in entry]
        cells = [cell for sheet in _book(content) for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"], name


def test_sheets_are_the_tables_and_explain_themselves(made: Made, codebook: Codebook) -> None:
    for name in template.workbooks(codebook):
        book = _book(made[f"classeur-{name}.xlsx"])
        tables = [table for table in codebook.tables.values() if table.workbook == name]
        assert book.sheetnames == ["Lisez-moi", "Explications", *(table.sheet for table in tables), "Listes"]
        explained = {(row["Feuille"], row["Colonne"]) for row in _sheet_rows(book["Explications"])}
        assert explained == {(t.sheet, v.name) for t in tables for v in codebook.table(t.name)}
        for table in tables:
            headings = [cell.value for cell in book[table.sheet][1]]
            assert headings == [heading for heading, *_ in codebook.columns(table.name)]


# --------------------------------------------------------------------------- the same codes everywhere


def _codes_of_form(codebook: Codebook) -> Codes:
    return {
        (v.table, v.name): [option.code for option in codebook.options(v)]
        for _, variables in codebook.form()
        for v in variables
        if v.closed
    }


def test_option_codes_are_equal_in_all_instruments(made: Made, codebook: Codebook) -> None:
    expected = _codes_of_form(codebook)
    book = _book(made["questionnaire-xlsform.xlsx"])
    choices: dict[str, list[str]] = {}
    for row in _sheet_rows(book["choices"]):
        choices.setdefault(row["list_name"], []).append(str(row["name"]))
    in_xlsform = {
        row["name"]: choices[row["type"].split()[1]]
        for row in _sheet_rows(book["survey"])
        if row["type"].startswith("select_")
    }
    in_limesurvey: dict[str, list[str]] = {}
    for row in _tsv(made):
        if row["class"] == "Q":
            question = row["name"]
        elif row["class"] in ("A", "SQ"):
            in_limesurvey.setdefault(question, []).append(row["name"])
    in_csv = {
        (row["table"], row["variable"]): [part.split(" = ")[0] for part in row["réponses"].split(" | ")]
        for row in csv.DictReader(io.StringIO(made["dictionnaire.csv"].decode("utf-8-sig"), newline=""), delimiter=";")
    }
    page = made["dictionnaire.html"].decode()
    for (table, name), codes in expected.items():
        schema = json.loads(made[f"schemas/{table}.schema.json"])
        fields = {field["name"]: field for field in schema["fields"]}
        ticked = [field.split("/")[1] for field in fields if field.startswith(name + "/")]
        in_schema = ticked or fields[name]["constraints"]["enum"]
        article = re.search(rf'<article id="{table}\.{name}".*?</article>', page, re.DOTALL)
        assert article
        in_page = re.findall(r"<tr><td><code>(\w+)</code>", article[0])
        repeated = range(1, instruments.SITUATIONS + 1) if table == "situations" else (None,)
        unrolled = [in_limesurvey[instruments.question_code(codebook, name, number)] for number in repeated]
        found = [in_xlsform[name], *unrolled, in_csv[table, name], in_schema, in_page]
        assert all(each == codes for each in found), name


def test_labels_of_templates_lead_back_to_the_codes(made: Made, codebook: Codebook) -> None:
    for name in template.workbooks(codebook):
        offered = _as_made_drop_downs(_book(made[f"classeur-{name}.xlsx"]))
        for table in (table for table in codebook.tables.values() if table.workbook == name):
            for heading, variable, option in codebook.columns(table.name):
                if variable.type == "single":
                    spellings = codebook.spellings(variable.list)
                    codes = [spellings[label] for label in offered[table.sheet, heading]]
                    assert codes == [o.code for o in codebook.options(variable)]
                elif option:
                    assert heading == f"{variable.name}/{option.code}"


# --------------------------------------------------------------------------- schemas, dictionary, bytes


def test_schemas_describe_the_columns_of_the_templates(made: Made, codebook: Codebook) -> None:
    for table in codebook.tables.values():
        schema = json.loads(made[f"schemas/{table.name}.schema.json"])
        names = [field["name"] for field in schema["fields"]]
        assert names == [heading for heading, *_ in codebook.columns(table.name)]
        assert set(schema.get("primaryKey", [])) <= set(names)
        assert {field["type"] for field in schema["fields"]} <= {"string", "integer", "boolean", "date"}
        for field in schema["fields"]:
            assert field["title"] and field["description"] and field["codebook:unit"] and field["codebook:privacy"]
        for link in schema.get("foreignKeys", []):
            parent = {v.name for v in codebook.table(link["reference"]["resource"])}
            assert link["fields"] and set(link["fields"]) <= set(names) & parent


def test_the_dictionary_tells_every_variable(made: Made, codebook: Codebook) -> None:
    page = made["dictionnaire.html"].decode()
    for variable in codebook.variables:
        if variable.type != "note":
            assert f'id="{variable.table}.{variable.name}"' in page
    assert not re.search(r"<script|https?://|@import|url\(", page)
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.slow
def test_the_dictionary_page_fits_a_phone(made: Made, page: object, tmp_path: Path) -> None:
    (tmp_path / "dictionnaire.html").write_bytes(made["dictionnaire.html"])
    page.set_viewport_size({"width": 360, "height": 740})  # type: ignore[attr-defined]
    page.goto((tmp_path / "dictionnaire.html").as_uri())  # type: ignore[attr-defined]
    width = page.evaluate("document.documentElement.scrollWidth")  # type: ignore[attr-defined]
    assert width <= 360
    unnamed = "[...document.querySelectorAll('section, article, table')]"
    unnamed += ".filter(n => !n.hasAttribute('aria-labelledby') && !n.querySelector(':scope > caption')).length"
    assert page.evaluate(unnamed) == 0  # type: ignore[attr-defined]


@pytest.mark.slow
def test_the_same_codebook_gives_the_same_bytes(made: Made) -> None:
    program = (
        "import hashlib, pathlib; from diagnostic.codebook import loading; "
        "from diagnostic.codebook.instruments import instruments; "
        "made = instruments(loading.load(loading.read_folder(pathlib.Path('config/codebook')))); "
        "print(hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env=os.environ | {"PYTHONHASHSEED": "2", "TZ": "Pacific/Noumea", "PYTHONPATH": str(root / "workflow")},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert elsewhere == hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest()
