"""The number lint: nothing planted in a rendered document is missed, and a document as it was made passes."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from facts_at_hand import Fact

from diagnostic.core.tables import columns
from diagnostic.estimate.facts import table
from diagnostic.office import workbook as sheets
from diagnostic.release.populations.policy import load_policy
from diagnostic.release.statements import made
from diagnostic.release.ways.verdicts import decide
from diagnostic.report.announced import SENTENCES
from diagnostic.review import lint
from diagnostic.review.lint import Block, announced, blocks
from diagnostic.study.config import load_yaml

ROOT = Path(__file__).parents[2]
QMD = """---
title: "Diagnostic"
---

# Personnes {#sec-personnes}

Les professionnel·les décrivent [115]{.fact fact="profile.women"} femmes et [32]{.fact fact="profile.men"} hommes, de juin 2018 à juillet 2020.

| Réponse | Personnes | Part |
|-----|----:|----:|
| Femmes | [115]{.fact fact="profile.women"} | [76 %]{.fact fact="profile.women_pct"} |
| Hommes | [32]{.fact fact="profile.men"} | [21 %]{.fact fact="profile.men_pct"} |

: Personnes par genre. {#tbl-genre}
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Barres"><title>Barres</title>'
    "<text>0</text><text>50</text><text>115</text><text>32</text></svg>"
)
HTML = (
    '<!DOCTYPE html><html><head><title>Diagnostic</title></head><body><h1><span class="header-section-number">1</span> '
    'Personnes</h1><p>Les professionnel·les décrivent <button class="fact">115</button> femmes et <button>32</button> '
    "hommes, de juin 2018 à juillet 2020.</p><table><caption>Tableau 1 : Personnes par genre.</caption>"
    "<tr><td>Femmes</td><td>115</td><td>76 %</td></tr><tr><td>Hommes</td><td>32</td><td>21 %</td></tr></table>"
    '<p><img alt="Barres" src="figure.svg"></p></body></html>'
)


def word(body: str = "", alt: str = "Barres", subject: str = "Diagnostic") -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    sentence = "Les professionnel·les décrivent 115 femmes et 32 hommes, de juin 2018 à juillet 2020."
    text = f'<w:p><w:r><w:t>{sentence}</w:t></w:r></w:p><w:p><w:drawing><a descr="{alt}"/></w:drawing></w:p>{body}'
    return zipped(
        {
            "word/document.xml": f"<w:document {space}><w:body>{text}</w:body></w:document>",
            "docProps/core.xml": f"<p><subject>{subject}</subject></p>",
        }
    )


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def workbook(*rows: tuple[object, ...], hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(("Réponse", "Personnes"))
    sheet.append(("Femmes", 115))
    other = book.create_sheet("Autre")
    for row in rows:
        other.append(row)
    other.sheet_state = "hidden" if hidden else "visible"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def allowed() -> lint.Known:
    shared = {"unit": "ad", "measure": "count", "universe": "x", "formula": "x", "source_table": "x/x"}
    facts = [
        Fact(fact_id=f"profile.{name}", label=name, value=value, origin="observed", **shared)
        for name, value in (("women", 115), ("men", 32))
    ]
    policy = load_policy(load_yaml(ROOT, Path("config/release.yaml")))
    said = made(decide(table("99-2026", facts), policy).ledger, [])
    return lint.known_numbers(QMD, said, pd.DataFrame({"alt": ["Barres"], "description": ["Barres."]}))


def strays(name: str, content: bytes, allowed: lint.Known) -> list[lint.Stray]:
    return lint.stray_numbers(name, blocks(name, content), allowed)


def test_documents_as_they_were_made_pass(allowed: lint.Known) -> None:
    made = {"a.html": HTML.encode(), "a.svg": SVG.encode(), "a.docx": word(), "a.xlsx": workbook()}
    assert {name: strays(name, content, allowed) for name, content in made.items()} == dict.fromkeys(made, [])


def test_a_range_in_two_columns_is_read_back_as_it_is_printed() -> None:
    ranges = ("−3,5 à 5,5\u00a0points", "18 à 24\u00a0%", "100 (90 à 1\u202f200)", "non publié")
    rows = tuple((sheets.Cell(f"r{at}", (), False), sheets.Cell(text, (), False)) for at, text in enumerate(ranges))
    book = sheets.styled()
    sheets._table(book.active, sheets.Grid("T", ("Réponse", "Limites"), rows, (False, True)), {})
    buffer = io.BytesIO()
    book.save(buffer)
    read = [block.text for block in blocks("a.xlsx", buffer.getvalue())][-4:]
    assert read == ["r0 −3,5 à 5,5\u00a0points", "r1 18 à 24\u00a0%", "r2 100 90 à 1\u202f200", "r3 non publié"]


PLANTED = ("6", "17", "4,5", "3 %", "deux", "une dizaine", "la moitié", "1\u202f204", "115", "2019")


def damages(number: str) -> dict[str, bytes]:
    """One number planted in six places."""
    image = SVG.replace("</svg>", f'<g aria-label="n: {number}"></g></svg>')
    inside = base64.b64encode(image.encode()).decode()
    return {
        "sentence.html": HTML.replace("femmes et", f"femmes, dont {number} mineures, et").encode(),
        "alt.html": HTML.replace('alt="Barres"', f'alt="Barres : {number} filles"').encode(),
        "data.html": HTML.replace(
            "</body>", f'<script type="application/json">{{"filles": "{number} filles"}}</script></body>'
        ).encode(),
        "image.html": HTML.replace("figure.svg", f"data:image/svg+xml;base64,{inside}").encode(),
        "paragraph.docx": word(f"<w:p><w:r><w:t>On compte {number} garçons.</w:t></w:r></w:p>"),
        "hidden.xlsx": workbook((f"Garçons : {number} cas",), hidden=True),
    }


@pytest.mark.parametrize("number", PLANTED)
def test_sixty_planted_numbers_are_all_found(allowed: lint.Known, number: str) -> None:
    """Ten numbers, digits and words, each in six places: a sentence, an alternative text, included data, a hidden label
    of an image, a paragraph, a hidden sheet."""
    missed = [name for name, content in damages(number).items() if not strays(name, content, allowed)]
    assert missed == []


def test_properties_and_alternative_texts_of_word_are_read(allowed: lint.Known) -> None:
    for damaged in (word(subject="Six garçons, 6 en tout"), word(alt="6 barres")):
        assert strays("a.docx", damaged, allowed)


def test_the_message_never_repeats_the_number(allowed: lint.Known) -> None:
    told = lint.message(strays("a.html", damages("17")["sentence.html"], allowed))
    assert "17" not in told and "dont" in told and "mineures" in told
    assert lint.message([]) == ""


# -- What the text says of the rounding ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("Les nombres de personnes sont arrondis au plus proche.", True),
        ("Nombres arrondis au multiple\nde cinq le plus proche", True),
        ("Chaque nombre est <em>arrondi</em> à la dizaine la plus&nbsp;proche.", True),
        ("Un nombre arrondi à cinq près… non : arrondi au plus près", True),
        ("Un nombre est arrondi au hasard : à l’un des multiples voisins, plus souvent le plus proche.", False),
        ("Avant arrondi Taille Cochran, z arrondi à 2 le plus proche", False),  # a table of formulas, for ads
        ("Le relais le plus proche est ouvert. Les nombres sont arrondis au hasard.", False),
    ],
)
def test_a_text_that_announces_more_than_the_claims_is_refused(tmp_path: Path, said: str, refused: bool) -> None:
    page = tmp_path / "rapport.html"
    page.write_text(f"<html><body><h1>Titre</h1><p>{said}</p></body></html>", encoding="utf-8")
    assert bool(announced(page.name, blocks(page.name, page.read_bytes()))) is refused


@pytest.mark.parametrize("name", ["protection", "rules"])
def test_the_page_on_protection_announces_no_more_than_the_claims(tmp_path: Path, name: str) -> None:
    chapter = "\n".join(f"{one.title} {one.text}" for one in SENTENCES.values())
    if name == "protection":
        chapter = (Path(__file__).parents[2] / f"report/chapitres/{name}.qmd").read_text(encoding="utf-8")
    page = tmp_path / "rapport.html"
    page.write_text(f"<p>{chapter}</p>", encoding="utf-8")
    found = announced(page.name, blocks(page.name, page.read_bytes()))
    assert found == "" and re.search(r"arrondis? au hasard", chapter)


def test_a_head_of_column_said_again_on_a_new_page_is_no_part_of_the_cell_under_it(allowed: lint.Known) -> None:
    said = [f"{head}\n77" for head in ("Part", "Phrase")]
    found = [lint.stray_numbers("a.pdf", [Block("page 2", text, "page")], allowed) for text in said]
    assert [len(strays) for strays in found] == [0, 1]


def test_the_contents_tell_the_page_of_each_heading_even_where_two_begin_alike() -> None:
    heads = "\n\n".join(f"# Les {name}" for name in ("lieux", "sites", "dates"))
    known = lint.known_numbers(
        heads, pd.DataFrame(columns=columns("release/statements")), pd.DataFrame({"alt": [], "description": []})
    )
    page = Block("page 2", "1 Les lieux . . 2 2 Les sites . . 5 3 Les dates . . 9", "page")
    assert lint.stray_numbers("rapport.pdf", [page], known) == []
    below = Block("page 2", "1 Les lieux . . 2 1.1 Personnes . . 4 1.2 Réponses . . 5 3 Les dates . . 9", "page")
    kept = dataclasses.replace(known, headings=known.headings | {"personnes", "réponses"})
    assert lint.stray_numbers("dossier.pdf", [below], kept) == []
    assert lint.stray_numbers("dossier.pdf", [Block("page 2", "5 4.1 Personnes", "page")], kept)
    folded = Block("page 2", "5\n3 Les dates", "page")
    assert lint.stray_numbers("rapport.pdf", [folded], known) == []
    assert lint.stray_numbers("rapport.pdf", [Block("page 2", "5 4 dates", "page")], known)


@pytest.mark.parametrize(
    "name", ["Équipe #1 [nord] $a$ {{ nom }} ; = _b_", "_Collectif_ 62 {lieu}", "Les Trois *Cités*"]
)
def test_a_name_given_to_a_study_is_one_word_beside_a_date_as_it_is_in_the_header(name: str) -> None:
    """A newspaper called as the team is: its row of the source is escaped, and braces are no attributes there."""
    escaped = re.sub(r"([^\w\s;=])|(_)", r"\\\g<0>", name)
    header = json.dumps(escaped, ensure_ascii=False)
    text = f"---\nauthor: {header}\ndate: 15 septembre 2026\n---\n\n| Date | Titre |\n|---|---|\n| 13 avril 2026 | {escaped} |\n"
    empty = pd.DataFrame(columns=columns("release/statements"))
    known = lint.known_numbers(text, empty, pd.DataFrame({"alt": [], "description": []}))
    for day, strays in (("13 avril 2026", 0), ("13 avril 2027", 1)):
        assert len(lint.stray_numbers("dossier.html", [Block("texte", f"{day} {name}")], known)) == strays
    assert lint.stray_numbers("rapport.html", [Block("texte", f"{name} 15 septembre 2026")], known) == []


def test_the_name_of_a_bar_may_be_read_below_its_number_and_no_other_name(allowed: lint.Known) -> None:
    """As a reader of PDFs gives a tall figure, line after line, among too many words to be an image alone."""
    many = " ".join(f"barre{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 2)
    said = (f"{many} Autres 115 Femmes", f"{many} Autres 115 Hommes")
    found = [lint.stray_numbers("a.pdf", [Block("page 2", text, "page")], allowed) for text in said]
    assert found[0] == [] and len(found[1]) == 1


# -- Figures in a PDF, and what only a layout loses ---------------------------------------------------------------


def with_image(*strings: str) -> lint.Known:
    drawn = [Block("texte d’une image", text, "image") for text in strings]
    tables = (
        pd.DataFrame(columns=columns("release/statements")),
        pd.DataFrame({"alt": ["Barres"], "description": ["Barres."]}),
    )
    return lint.known_numbers(QMD, *tables, images=drawn)


@pytest.mark.parametrize(("said", "strays"), [("Licence Ouverte 2.0", 0), ("Ouverte 2.0", 0), ("Ouverte 3.7", 1)])
def test_the_licence_under_a_map_may_end_its_line(said: str, strays: int) -> None:
    """Where no date follows it: the words of a map's sources are nowhere else in the documents."""
    image = SVG.replace("</svg>", f"<text>{said}</text></svg>")
    assert len(lint.stray_numbers("carte.svg", blocks("carte.svg", image.encode()), with_image())) == strays


LABELS = [f"{n}\u202f0{n}{n}, site miroir" for n in range(1, 10)] + ["Un nom de barre assez long pour une ligne, 43 %"]


def test_what_is_written_on_a_figure_is_no_prose_of_the_page() -> None:
    """Its strings come out of a PDF as one paragraph, of however many words."""
    allowed = with_image(*LABELS, "juin 2018", "12")
    page = "\n".join([*LABELS[:9], "12", "juin", "2018", f"{LABELS[9]} {LABELS[9]}", *reversed(LABELS)]).replace(
        "\u202f", " "
    )
    assert len(lint.tokens(page)) > 50
    assert lint.stray_numbers("a.pdf", [Block("page 6", page, "page")], allowed) == []
    for added in ("7 077, sites miroirs", f"{LABELS[0]} et 6 garçons", "Les 12 sites miroirs que l’équipe a vus"):
        assert lint.stray_numbers("a.pdf", [Block("page 6", f"{page}\n{added}", "page")], allowed), added


def test_a_released_number_is_allowed_in_a_cell_of_a_page_and_not_in_a_sentence(allowed: lint.Known) -> None:
    assert lint.stray_numbers("a.pdf", [Block("page 2", "Part\n115\n32", "page")], allowed) == []
    assert lint.stray_numbers(
        "a.pdf", [Block("page 2", "On a rencontré 115 garçons au cours de l’année.", "page")], allowed
    )


def test_the_order_that_a_page_loses_does_not_stop_a_study_whose_web_pages_are_right(allowed: lint.Known) -> None:
    lost = lint.stray_numbers(
        "a.pdf", [Block("page 2", "femmes de tous âges et de toutes origines 115 septembre", "page")], allowed
    )
    leaked = lint.stray_numbers(
        "a.pdf", [Block("page 2", "femmes de tous âges et de toutes origines 6 septembre", "page")], allowed
    )
    assert [one.elsewhere for one in (*lost, *leaked)] == [True, False]
    assert lint.misread_numbers({"a.pdf": lost, "a.html": [], "b.html": []}) == ["a.pdf"]
    for others in ({}, {"a.html": lost}, {"a.html": [], "dossier.html": leaked}):
        assert lint.misread_numbers({"a.pdf": lost, **others}) == []
    assert lint.misread_numbers({"a.pdf": lost + leaked, "a.docx": lost, "a.html": []}) == []
    assert "défaut du programme" in lint.message(leaked)
