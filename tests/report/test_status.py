"""What a document is (its data, its state, to whom it may go) stands on every page, slide and sheet, and in its metadata."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from test_documents import EPOCH, SOURCE, THEME, study

from diagnostic.office.render import pages, render
from diagnostic.privacy.contents import read
from diagnostic.study.config import load
from diagnostic.study.declared import Study
from diagnostic.study.words import comparison_words, status, study_words

NBSP = "\u00a0"
PARTS = ["Données fictives", "Provisoire", f"Diffusion{NBSP}: équipe"]
TOLD = " – ".join(PARTS)
NAMES = ("rapport.html", "rapport.docx", "restitution.pptx", "tableaux.xlsx", "rapport.pdf", "synthese.pdf")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("statut")
    quoted = ", ".join(f'"{part}"' for part in PARTS)
    head = f'statut: "{TOLD}"\nkeywords: [{quoted}]\n---\n\n# Chapitre'
    source = study(folder / "source", SOURCE.replace("---\n\n# Chapitre", head))
    for name in NAMES:
        render(source, folder / name, THEME, EPOCH, "embarqué")
    return {name: (folder / name).read_bytes() for name in NAMES}


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_every_page_slide_and_sheet_says_it(made: dict[str, bytes]) -> None:
    assert f'<p class="statut">{TOLD}</p>' in made["rapport.html"].decode()
    body = part(made["rapport.docx"], "word/document.xml")
    assert len(set(re.findall(r'<w:footerReference [^>]*r:id="(\w+)"', body))) == 1  # the first page's too
    assert TOLD in part(made["rapport.docx"], "word/footer1.xml")
    for name in ("ppt/slideMasters/slideMaster1.xml", "ppt/slideLayouts/slideLayout1.xml"):
        assert TOLD in part(made["restitution.pptx"], name)
    book = openpyxl.load_workbook(io.BytesIO(made["tableaux.xlsx"]))
    assert {sheet["A3"].value for sheet in book} == {sheet.oddFooter.center.text for sheet in book} == {TOLD}


@pytest.mark.parametrize("name", ["rapport.pdf", "synthese.pdf"])
def test_every_page_of_a_pdf_says_it(made: dict[str, bytes], name: str) -> None:
    texts = [text.text for text in read(made[name], name).texts if text.where.startswith("page")]
    assert len(texts) == pages(made[name]) and all(TOLD in re.sub(r"\s+:", f"{NBSP}:", text) for text in texts)


def test_the_metadata_of_every_document_say_it(made: dict[str, bytes]) -> None:
    """In the order of the page, weakest first; each format separates key words in its own way."""
    page = made["rapport.html"].decode()
    found = {"rapport.html": re.search(r'<meta name="keywords" content="([^"]*)">', page)}
    for name in ("rapport.docx", "restitution.pptx", "tableaux.xlsx"):
        found[name] = re.search(r"<cp:keywords>([^<]*)</cp:keywords>|<keywords[^>]*>([^<]*)</keywords>", part(made[name], "docProps/core.xml"))  # fmt: skip
    for name in ("rapport.pdf", "synthese.pdf"):
        found[name] = re.search(r"<pdf:Keywords>([^<]*)</pdf:Keywords>", made[name].decode("utf-8", "ignore"))
    for name, told in found.items():
        assert told, name
        words = told[0]
        assert [words.find(word) for word in PARTS] == sorted(words.find(word) for word in PARTS), name
        assert all(word in words for word in PARTS), name


def chosen(**changes: object) -> Study:
    return load(ROOT, {"studies": ["62-2020"]}).studies["62-2020"].model_copy(update=changes)


CASES = [
    ({}, ["transcribed"], False, "Provisoire · Données publiées · public"),
    ({"final": True}, ["observed", "transcribed"], False, "Définitif · Données réelles · public"),
    ({"final": True}, ["reconstructed", "transcribed"], False, "Données reconstituées · Définitif · public"),
    ({"fictional": True}, ["observed"], False, "Données fictives · Provisoire · public"),
    (
        {"fictional": True},
        ["reconstructed"],
        True,
        "Données fictives et reconstituées · Document de travail, ne pas diffuser · équipe",
    ),
    ({"final": True}, ["observed"], True, "Document de travail, ne pas diffuser · Données réelles · équipe"),
    ({"circulation": "commission"}, [], False, "Provisoire · Données réelles · commission"),
]


@pytest.mark.parametrize(("changes", "origins", "working", "told"), CASES)
def test_the_weakest_is_first(changes: dict[str, object], origins: list[str], working: bool, told: str) -> None:
    *others, where = status(chosen(**({"circulation": "public"} | changes)), origins, working)
    assert " · ".join([*others, where.partition(f"{NBSP}: ")[2]]) == told


def test_a_draft_and_a_reviewers_copy_are_working_documents() -> None:
    config, draft = load(ROOT, {"studies": ["62-2020"]}), load(ROOT, {"studies": ["62-2020"], "brouillon": True})
    assert study_words(config, "62-2020")["status"][0] == "Provisoire"
    assert [study_words(one, "62-2020")["licence"] for one in (config, draft)] == ["Licence Ouverte 2.0", ""]
    for words in (study_words(draft, "62-2020"), study_words(config, "62-2020", local=True)):
        assert words["status"] == [
            "Document de travail, ne pas diffuser",
            "Données publiées",
            f"Diffusion{NBSP}: équipe",
        ]


def test_a_real_study_and_its_comparisons_are_working_documents_until_an_edition_is_recorded() -> None:
    """Invented and transcribed studies are never; a draft says what it is."""
    studies = ["62-2020", "99-2026"]
    for asked, working in (({}, True), ({"diffusion": "true"}, False), ({"brouillon": True}, False)):
        config = load(ROOT, {"studies": studies, **asked})
        assert not any(study_words(config, one)["working"] for one in studies)
        observed = {**config.studies, "99-2026": config.studies["99-2026"].model_copy(update={"fictional": False})}
        beside = {name: one.model_copy(update={"studies": studies}) for name, one in config.comparisons.items()}
        real = config.model_copy(update={"studies": observed, "comparisons": beside})
        words = study_words(real, "99-2026")
        assert words["working"] is working and not study_words(real, "62-2020")["working"]
        assert words["mark"] == ("TRAVAIL-" if working else "BROUILLON-" if asked.get("brouillon") else "")
        for own, of in ((config, False), (real, working)):
            for name in own.comparisons:
                said = comparison_words(own, name)
                assert said["working"] is of and ("Document de travail, ne pas diffuser" in said["status"]) is of
    assert set(load(ROOT, {"studies": studies}).comparisons) == {"demonstration"}
