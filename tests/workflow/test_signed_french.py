"""What a human would not sign: a sentence with a hole, or that starts with digits, a capital without its accent, a masculine that speaks for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from copies import EVERY
from test_spelling import office

from diagnostic.core.french import MONTHS

PROSE = {"p", "li", "figcaption", "h1", "h2", "h3", "h4"}
APART = {"table", "nav", "style", "script", "math", "svg", "dl", "title", "pre"}
STARTS = re.compile(
    rf"(?:^|[.!?…]\s)\W*\d(?![\d\s]*(?:er)?\s?(?:{'|'.join(MONTHS)}))[^)]"
)  # a date may stand under a title
BARE = re.compile(
    r"\b(Etat|Etats|Etude|Etudes|Ecole|Ecoles|Ecrire|Ecart|Ecarts|Evaluation|Ile|Ilot|Bethune|Economie|Education|Etranger|"
    r"Etrangère|Elu|Equipe|Evénement|Eviter|Eligible|Emetteur|Episode|Age|Ages|Ame)\b"
)
MASCULINE = re.compile(
    r"\b(les professionnels|des professionnels|tous les répondants|les répondants|travailleurs sociaux|les mineurs|"
    r"prostituée?s|les clients|des clients|transidentitaires?|les étrangers|personnes prostituées)\b",
    re.IGNORECASE,
)
# A word that waits for a number, and what stands in its place where none is printed.
HOLE = re.compile(r"\b(de|à|par|dans|va|environ|sur)\s?[,.;)]|\(\s*[,;:)]")
QUOTED = re.compile(r"«[^»]*»")


class Prose(HTMLParser):
    """The paragraphs, items, captions and headings of a page, outside tables and cards."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.apart = 0
        self.open: list[str] = []
        self.skipped: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag in {"br", "img", "col", "hr", "input", "meta", "link", "wbr"}:
            return
        apart = tag in APART or bool({"carte", "identifiant", "numero", "chiffres"} & set(classes.split()))
        self.skipped.append(apart)
        self.apart += apart
        if tag in PROSE and not self.apart:
            self.open.append(tag)
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"br", "img", "col", "hr", "input", "meta", "link", "wbr"}:
            return
        if self.skipped:
            self.apart -= self.skipped.pop()
        if tag in PROSE and not self.apart and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and not self.apart:
            self.found[-1] += data


def prose(page: str) -> Iterator[str]:
    reader = Prose()
    reader.feed(page)
    for text in reader.found:
        flat = re.sub(r"[ \n\t]+", " ", text).strip()
        if flat:
            yield re.sub(r"^(Tableau|Figure)\s\d+\s?:\s", "", flat)


@pytest.fixture(params=EVERY)
def study(request: pytest.FixtureRequest, results_of: Callable[[str], Path]) -> Path:
    return results_of(request.param)


@pytest.mark.parametrize("name", ["rapport.html", "dossier.html"])
def test_no_sentence_starts_with_digits(study: Path, name: str) -> None:
    page = (study / "report" / name).read_text("utf-8")
    texts = [text for text in prose(page) if not re.fullmatch(r"[0-9a-f]{40,64}", text)]  # a digest is no sentence
    found = [text[max(0, at.start() - 30) : at.end() + 40] for text in texts for at in STARTS.finditer(text)]
    assert found == []


def test_no_slide_starts_a_sentence_with_digits(study: Path) -> None:
    text = office(study / "report/restitution.pptx", r"ppt/(slides|notesSlides)/\w+\.xml", "a")
    lines = [line for line in text.splitlines() if len(line.split()) > 5 and line.rstrip().endswith(".")]
    assert [line for line in lines if re.match(r"\d", line)] == []


@pytest.mark.parametrize("name", ["rapport.html", "dossier.html"])
def test_no_sentence_has_a_hole(study: Path, name: str) -> None:
    texts = prose((study / "report" / name).read_text("utf-8"))
    assert [text for text in texts if HOLE.search(text)] == []


@pytest.mark.parametrize("name", ["rapport.html", "dossier.html"])
def test_capitals_have_their_accents_and_words_are_for_everybody(study: Path, name: str) -> None:
    """Titles of press articles and of published texts are quoted as they stand, in tables of their own."""
    page = (study / "report" / name).read_text("utf-8")
    for text in prose(page):
        bare = QUOTED.sub(" ", text)
        assert not BARE.search(bare), text
        assert not MASCULINE.search(bare), text


@pytest.mark.parametrize(
    ("wrong", "pattern"),
    [
        ("Le décompte est fini. 12 sites restent.", STARTS),
        ("39 sites ont été étudiés.", STARTS),
        ("il va de , des personnes vues à la limite haute", HOLE),
        ("un intervalle (, sous un modèle)", HOLE),
        ("Service de l’Etat", BARE),
        ("un lieu d’Ile-de-France", BARE),
        ("les professionnels répondent", MASCULINE),
        ("une personne et des clients", MASCULINE),
    ],
)
def test_each_fault_would_be_found(wrong: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(wrong)
