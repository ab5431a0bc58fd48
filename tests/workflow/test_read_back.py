"""All documents of a finished study, read back: the numbers of each are statements, and the same in all."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import own
import pandas as pd
import pytest
from copies import EVERY, SMALL, Project

from diagnostic.core import french
from diagnostic.estimate.catalogue.statement import ROUNDING
from diagnostic.findings.forms import enveloped
from diagnostic.office.render import pages
from diagnostic.report import printing

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
NUMBER = re.compile(r"\d+(?:[\u202f\u00a0]\d{3})*(?:,\d+)?")
FACT = re.compile(r'<button type="button" class="fact" popovertarget="carte-([^"]+)"[^>]*>(.*?)</button>', re.DOTALL)


@pytest.fixture(params=EVERY)
def study(request: pytest.FixtureRequest, results_of: Callable[[str], Path]) -> Path:
    return results_of(request.param)


@pytest.fixture
def printable(study: Path) -> dict[str, set[str]]:
    """Fact → the texts that may stand for it: its value, its limits, its base, and the value as the comparison rounds it."""
    statements = pd.read_parquet(study / "release/statements.parquet")
    texts = {
        said.statement_id: {said.printed, said.printed_interval, said.printed_denominator} - {""}
        for said in statements.itertuples()
    }
    for said in statements[
        statements["printed_numerator"].ne("") & statements["printed_denominator"].ne("")
    ].itertuples():
        part = f"{said.printed_numerator}\u00a0sur\u00a0{said.printed_denominator}"
        texts[said.statement_id] |= {part, f"{part} au moins"}  # the latter where its limits begin at its value
        if said.interval_kind == "bounds" and said.shown_value <= said.shown_low < said.shown_high:
            texts[said.statement_id].add(f"au moins {part}")  # the same, in a sentence
    for said in statements[
        statements["claim_low"].notna()
    ].itertuples():  # what the rounding alone leaves open, outward
        sign = "\u00a0%" if said.measure == "percent" else ""
        texts[said.statement_id].add(f"{math.floor(said.claim_low)} à {math.ceil(said.claim_high)}{sign}")
    for figure in pd.read_parquet(study / "release/reproduction.parquet").itertuples():
        if figure.fact_id in texts and isinstance(figure.computed, str):
            sign = "\u00a0%" if figure.fact_id.endswith("_pct") else ""
            texts[figure.fact_id].add(f"{printing.published(figure.computed)}{sign}")
    return texts


def reprinted(study: Path) -> set[str]:
    """The numbers of the publication that the study prints without computing them."""
    figures = pd.read_parquet(study / "release/reproduction.parquet")
    own = figures.loc[figures["status"].isin(["not_computable", "withheld"]), "published"]
    return {token for text in own for token in NUMBER.findall(printing.published(text))}


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def on_the_page(study: Path, name: str = "rapport") -> list[tuple[str, str]]:
    """(fact, text) of each number of the page of a document, in order."""
    page = (study / f"report/{name}.html").read_text("utf-8")
    return [(fact, html.unescape(re.sub(r"<[^>]+>", "", text))) for fact, text in FACT.findall(page)]


def word(study: Path) -> ElementTree.Element:
    with zipfile.ZipFile(study / "report/rapport.docx") as archive:
        return ElementTree.fromstring(archive.read("word/document.xml"))


def said(element: ElementTree.Element, namespace: str) -> str:
    return "".join(run.text or "" for run in element.iter(f"{namespace}t"))


def pdf_text(path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext absent (paquet Debian « poppler-utils ») : texte du PDF non relu")
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, text=True)
    return flat(done.stdout)


def test_every_number_of_the_page_is_a_statement(study: Path, printable: dict[str, set[str]]) -> None:
    found = on_the_page(study) + on_the_page(study, "dossier")
    assert len(found) > 200
    assert [(fact, text) for fact, text in found if text not in printable[fact]] == []


@pytest.mark.slow
def test_every_document_says_of_what_kind_the_limits_of_a_model_are(study: Path) -> None:
    """Where they stand in a sentence, a row or a card, the word stands with them, under the table's head at the least."""
    said = pd.read_parquet(study / "release/statements.parquet").set_index("statement_id")
    limits = said.loc[said["interval_kind"].eq("model"), "printed_interval"]
    page = "".join((study / f"report/{name}.html").read_text("utf-8") for name in ("rapport", "dossier"))
    printed = 0
    for part in re.findall(r"<(?:p|li|table)\b.*?</(?:p|li|table)>", page, re.DOTALL):
        shown = [(fact, html.unescape(re.sub(r"<[^>]+>", "", text))) for fact, text in FACT.findall(part)]
        told = [fact for fact, text in shown if text == limits.get(fact)]
        assert not told or "modèle" in part, told
        printed += len(told)
    assert bool(printed) == bool(len(limits))
    sheet = openpyxl.load_workbook(study / "report/tableaux.xlsx")["Indicateurs"]
    head, *rows = sheet.iter_rows(min_row=4, values_only=True)
    of = {row[0]: str(row[head.index("Intervalle")]) for row in rows}
    assert [fact for fact in limits.index if fact in of and not of[fact].endswith("(modèle)")] == []
    assert "Modèle" in pdf_text(study / "report/rapport.pdf").partition("Comment lire un nombre")[2]
    synthesis = pdf_text(study / "report/synthese.pdf").partition("Comment lire un nombre")
    assert "Modèle" in synthesis[2] or not any(text in synthesis[0] for text in limits if text)


PARTS = re.compile(r"<(p|li|tr|h[1-6]|figcaption|caption)\b[^>]*>(.*?)</\1>", re.DOTALL)


def test_the_envelope_of_a_number_of_people_is_wherever_the_number_is(study: Path) -> None:
    """In its sentence, its title, its tile or its row, on its card, in the workbook as two numbers; « jusqu’à » before none."""
    every = pd.read_parquet(study / "release/statements.parquet")
    said = {one.statement_id: one for one in every.itertuples() if enveloped(one)}
    printed = 0
    for name in ("rapport", "dossier"):
        page = (study / f"report/{name}.html").read_text("utf-8")
        for _, part in PARTS.findall(page):
            shown = [(fact, html.unescape(re.sub(r"<[^>]+>", "", text))) for fact, text in FACT.findall(part)]
            for fact, text in shown:
                if fact in said and text == said[fact].printed:
                    assert (fact, said[fact].printed_interval) in shown, (name, fact)
                    printed += 1
        assert not re.search("jusqu’à <button", page)
    assert bool(printed) == bool(said)
    sheet = openpyxl.load_workbook(study / "report/tableaux.xlsx")["Indicateurs"]
    head, *rows = sheet.iter_rows(min_row=4, values_only=True)
    for row in rows:
        told = dict(zip(head, row, strict=True))
        if told["Identifiant"] in said:
            assert isinstance(told["De"], int | float) and isinstance(told["À"], int | float)
            assert told["Ce qu’il réunit"].startswith(ROUNDING)


def test_word_prints_the_same_numbers_in_the_same_order(study: Path) -> None:
    text, at = said(word(study), W), 0
    for fact, printed in on_the_page(study):
        at = text.find(printed, at) + len(printed)
        assert at >= len(printed), fact


def test_the_pdf_prints_every_number_and_the_dossier_every_identifier(study: Path) -> None:
    texts = {name: pdf_text(study / f"report/{name}.pdf").replace(" ", "") for name in ("rapport", "dossier")}
    for name, joined in texts.items():
        for fact, printed in on_the_page(study, name):
            assert flat(printed).replace(" ", "") in joined, fact
            assert fact.replace("-", "") in texts["dossier"].replace("-", ""), fact


def captioned(study: Path, name: str) -> list[str]:
    """The numbered captions of the page of a document."""
    page = (study / f"report/{name}.html").read_text("utf-8")
    captions = [
        flat(html.unescape(re.sub(r"<[^>]+>", "", text)))
        for text in re.findall(r"<(?:figcaption|caption)[^>]*>(.*?)</(?:figcaption|caption)>", page, re.DOTALL)
    ]
    return [caption for caption in captions if re.match(r"(Figure|Tableau) \d", caption)]


@pytest.mark.slow
def test_captions_and_headings_are_numbered_alike(study: Path) -> None:
    captions, others = captioned(study, "rapport"), captioned(study, "dossier")
    assert len(captions) + len(others) > 15
    styles = {"TableCaption", "ImageCaption"}
    own = []
    for paragraph in word(study).iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val") in styles:
            own.append(flat(said(paragraph, W)))
    assert sorted(own) == sorted(captions)
    text = pdf_text(study / "report/rapport.pdf").replace(" ", "")
    assert [caption for caption in captions if caption.replace(" ", "") not in text] == []
    dossier = pdf_text(study / "report/dossier.pdf").replace(" ", "")
    assert [caption for caption in others if caption.replace(" ", "") not in dossier] == []
    book = openpyxl.load_workbook(study / "report/tableaux.xlsx")
    titles = [flat(str(sheet["A1"].value)) for sheet in book]
    tables = [title for title in titles if re.match("(Dossier, )?Tableau", title)]
    listed = [*captions, *(f"Dossier, {caption}" for caption in others)]
    assert tables == [caption for caption in listed if "Tableau" in caption.partition(":")[0]]


def shown(value: object, form: str) -> str:
    """A cell as the spreadsheet shows it in French."""
    if isinstance(value, dt.date):
        return french.date(value)
    if isinstance(value, str) or form == "0":  # a year
        return str(value)
    decimals = len(form.partition(".")[2].partition('"')[0])
    assert isinstance(value, int | float)
    return french.percent(value, decimals) if "%" in form else french.number(value, decimals)


def test_the_workbook_holds_the_numbers_of_the_statements(study: Path, printable: dict[str, set[str]]) -> None:
    book = openpyxl.load_workbook(study / "report/tableaux.xlsx")
    read = 0
    for sheet in book.worksheets[1:-1]:
        for cell in (c for row in sheet.iter_rows(min_row=5) for c in row if c.hyperlink):
            facts = cell.hyperlink.tooltip.split(", ")
            text = shown(cell.value, cell.number_format)
            read += 1
            if len(facts) == 1 and text not in printable[facts[0]]:
                ends = [
                    token for known in printable[facts[0]] for token in NUMBER.findall(known)
                ]  # a range has two cells
                whole = any(flat(known) in flat(text) for known in printable[facts[0]])
                alone = NUMBER.findall(text)[:1]  # none: the kind of limits, in a column of their own
                assert whole or alone in [[], *([end] for end in ends)], (sheet.title, cell.coordinate)
    pages_ = [(study / f"report/{name}.html").read_text("utf-8") for name in ("rapport", "dossier")]
    cells = r"<t([dh])[^>]*>(?:(?!</t\1>).)*class=\"fact\""
    in_tables = sum(len(re.findall(cells, page, re.DOTALL)) for page in pages_)
    assert read >= in_tables > 150  # a range has two cells


def slides(study: Path) -> Iterator[tuple[str, str]]:
    """Text of each slide, and of its notes."""
    with zipfile.ZipFile(study / "report/restitution.pptx") as archive:
        names = [n for n in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)]
        for name in sorted(names, key=lambda n: int(re.findall(r"\d+", n)[0])):
            slide = ElementTree.fromstring(archive.read(name))
            relations = archive.read(name.replace("slides/", "slides/_rels/") + ".rels").decode()
            notes = re.search(r'Target="\.\./(notesSlides/[^"]+)"', relations)
            spoken = ElementTree.fromstring(archive.read(f"ppt/{notes[1]}") if notes else b"<p/>")
            yield tuple("\n".join(said(paragraph, A) for paragraph in one.iter(f"{A}p")) for one in (slide, spoken))  # type: ignore[misc]


def test_slides_are_eight_to_ten_their_numbers_are_facts_and_they_end_on_what_to_decide(
    study: Path, printable: dict[str, set[str]]
) -> None:
    found = list(slides(study))
    assert 8 <= len(found) <= 10
    known = {token for texts in printable.values() for printed in texts for token in NUMBER.findall(printed)}
    for text, notes in found[1:]:
        own = set(re.findall(r"(?:Figure|Tableau|figure|tableau)\u00a0(\d+)", text))
        own |= reprinted(study) if "la publication" in text else set()
        assert set(NUMBER.findall(text)) <= known | own, text
        assert notes.startswith("À dire") and not [one for one in printable if "." in one and one in notes]
    if study.name in ("62-2020", "99-2026"):  # which say something of minors
        assert [one for one, _ in found if one.startswith("Mineur·es et exploitation")]
    assert found[-1][0].startswith("Ce qu’il reste à décider") and "qui, et quand" in found[-2][0]


def test_captions_of_slides_and_synthesis_are_those_of_the_report(study: Path) -> None:
    page = flat(html.unescape(re.sub(r"<[^>]+>", "", (study / "report/rapport.html").read_text("utf-8"))))
    taken = [
        flat(line)
        for text, _ in slides(study)
        for line in text.split("\n")
        if re.match(r"(Figure|Tableau)\u00a0\d", line)
    ]
    assert taken and all(caption in page for caption in taken)
    for caption in re.findall(r"(?:Figure|Tableau) \d+ : [^.]+\.", pdf_text(study / "report/synthese.pdf")):
        assert caption in page


def test_the_synthesis_is_one_page_and_its_numbers_are_those_of_the_page(study: Path) -> None:
    """Numbers of the text and the tables are facts; those inside a chart are written in its image."""

    def tokens(text: str) -> set[str]:
        return {re.sub(r"\s", "", token) for token in NUMBER.findall(text)}

    path = study / "report/synthese.pdf"
    assert pages(path.read_bytes()) == 1
    page = html.unescape(re.sub(r"<[^>]+>", "", (study / "report/rapport.html").read_text("utf-8")))
    title = page[: page.index("Sommaire")]
    charts = "".join(image.read_text("utf-8") for image in (study / "report/quarto/figures").glob("*.svg"))
    captions = " ".join(re.findall(r"(?:Figure|Tableau)\u00a0\d+", page))
    allowed = tokens(" ; ".join([title, captions, re.sub(r"<[^>]+>", " ; ", charts)]))
    allowed |= {token for _, text in on_the_page(study) for token in tokens(text)}
    assert tokens(pdf_text(path)) <= allowed | (reprinted(study) if "selon la publication" in pdf_text(path) else set())


def test_the_synthesis_fills_its_page(study: Path) -> None:
    """Its last words stand at the foot of the page, whatever the study has to say."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext absent (paquet Debian « poppler-utils »)")
    command = ["pdftotext", "-bbox", str(study / "report/synthese.pdf"), "-"]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    height = float(re.findall(r'<page [^>]*height="([\d.]+)"', told)[0])
    lowest = max(float(value) for value in re.findall(r'<word [^>]*yMax="([\d.]+)"', told))
    assert 0.85 < lowest / height < 0.98


@pytest.mark.slow
def test_a_rounding_announced_as_narrower_than_it_is_stops_the_study(copied: Project) -> None:
    """A team writes that numbers are rounded to the nearest; each document that says so is refused once it is read back, and
    readers keep those they had."""
    report = f"results/{own.SMALL}/report"
    before = {path: path.read_bytes() for path in copied.files(report)}
    said = copied.path(f"config/studies/{own.SMALL}/cadre.md")
    more = "\n\nLes nombres de personnes sont arrondis au multiple de cinq\nle plus proche.\n"
    said.write_text(said.read_text("utf-8") + more, "utf-8")
    done = copied.snakemake(*SMALL)
    assert done.code == 1 and "Traceback" not in done.output
    told = " ".join(done.output.split()).replace("\u00a0", " ").replace("\u202f", " ")
    for name in ("rapport.html", "rapport.docx", "rapport.pdf"):
        assert f"{name} : le texte annonce un arrondi au plus proche" in told
    assert {path: path.read_bytes() for path in copied.files(report)} == before
