"""A draft says so on every page of every document; a finished document says nothing of the kind."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from test_documents import EPOCH, SOURCE, THEME, study

from diagnostic.office.render import render
from diagnostic.privacy.contents import read
from diagnostic.study.config import load

SENTENCE = "Brouillon, ne pas diffuser : la protection des personnes n’a pas été vérifiée."
NAMES = ("rapport.html", "rapport.docx", "restitution.pptx", "tableaux.xlsx", "rapport.pdf", "synthese.pdf")
ROOT = Path(__file__).parents[2]


@pytest.fixture(
    scope="module", params=[pytest.param(True, id="draft"), pytest.param(False, id="final", marks=pytest.mark.slow)]
)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[bool, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("draft")
    marked = f'brouillon: "{SENTENCE}"\n---\n\n# Chapitre'
    text = SOURCE.replace("---\n\n# Chapitre", marked) if request.param else SOURCE
    assert (SENTENCE in text) is request.param
    source = study(folder / "source", text)
    for name in NAMES:
        render(source, folder / name, THEME, EPOCH, "embarqué")
    return request.param, {name: (folder / name).read_bytes() for name in NAMES}


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode().replace("\u00a0", " ")


@pytest.mark.slow
def test_every_page_of_every_document(made: tuple[bool, dict[str, bytes]]) -> None:
    draft, files = made
    page = files["rapport.html"].decode().replace("\u00a0", " ")
    assert (f'<p class="brouillon">{SENTENCE}</p>' in page) is draft
    assert ('<body class="en-brouillon">' in page) is draft
    for header in ("word/header1.xml", "word/header2.xml"):
        text = part(files["rapport.docx"], header)
        assert (SENTENCE in text) is draft and ('string="BROUILLON"' in text) is draft
    for name in ("ppt/slideMasters/slideMaster1.xml", "ppt/slideLayouts/slideLayout1.xml"):
        assert ("BROUILLON" in part(files["restitution.pptx"], name)) is draft
    book = openpyxl.load_workbook(io.BytesIO(files["tableaux.xlsx"]))
    for sheet in book:
        told = str(sheet["A3"].value or "").replace("\u00a0", " ")
        assert (told == SENTENCE) is draft and bool(sheet.oddHeader.center.text) is draft


@pytest.mark.slow
def test_its_mark_is_no_text_among_the_numbers(made: tuple[bool, dict[str, bytes]]) -> None:
    """Letters across the page were read back in the middle of words and numbers, and stopped the draft."""
    for name in ("rapport.pdf", "synthese.pdf"):
        for text in read(made[1][name], name).texts:
            assert not text.where.startswith("page") or not re.search(r"(?m)^[ROUIL]+$", text.text), text.where


def test_a_draft_is_still_accessible(made: tuple[bool, dict[str, bytes]]) -> None:
    for name in ("rapport.pdf", "synthese.pdf"):
        assert re.search(rb"pdfuaid:part", made[1][name]) or b"pdfuaid" in made[1][name]


@pytest.mark.parametrize(
    ("said", "draft"), [(True, True), ("oui", True), ("true", True), (False, False), ("non", False)]
)
def test_a_draft_is_asked_for_on_the_command_line(said: object, draft: bool) -> None:
    assert load(ROOT, {"brouillon": said}).policy.draft is draft
