"""Every legal reference that a finished document prints is in the list of dated texts, or is an article that was read."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from copies import EVERY
from drawn import one_in

from diagnostic.review.lint import blocks
from diagnostic.study.generations import DOCUMENTS

REFERENCES = Path(__file__).parents[2] / "resources/references"
NUMBERED = re.compile(
    r"(?:loi|décret|ordonnance|arrêté|instruction|décision)s?\s(?:n°\s?)?(\d{4}-\d+)"
    r"|(?:et\sn°|n°)\s?(\d{4}-\d+)|circulaire\s([A-Z]{3,}/[\w/]+)",
    re.IGNORECASE,
)
DATED = re.compile(r"(?:loi|décret|arrêté|circulaire|ordonnance)\sdu\s(\d{1,2}(?:er)?\s\w+\s\d{4})", re.IGNORECASE)
ARTICLE = re.compile(r"\b([LRD])\.?\s?(\d+(?:-\d+)+)|\barticles?\s(\d{3}-\d+(?:-\d+)?)|\bet\s(\d{3}-\d+-\d+)\sdu\scode")


def plain(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2060]+", " ", text.replace("\u00ad", "").replace("\u2060", ""))


def cited(text: str) -> set[str]:
    """The references of a text: numbers of texts, dates of texts without a number, articles of a code."""
    text = plain(text)
    found = {next(filter(None, match)) for match in NUMBERED.findall(text)}
    found |= {date.replace("1er", "1") for date in DATED.findall(text)}
    return found | {
        f"{letter}. {number}" if letter else first or second for letter, number, first, second in ARTICLE.findall(text)
    }


def listed() -> set[str]:
    """What may be cited: the dated texts, and the articles that were read in their code."""
    with (REFERENCES / "textes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {one for row in rows for one in cited(row["text"])}
    found |= {one for row in rows for one in cited(f"loi du {_french(row['date'])}")}
    with (REFERENCES / "articles.csv").open(encoding="utf-8", newline="") as file:
        return found | {row["article"] for row in csv.DictReader(file)}


def _french(iso: str) -> str:
    from diagnostic.release.printed import moment

    return plain(moment(iso))


@pytest.fixture(params=EVERY)
def study(request: pytest.FixtureRequest, results_of: Callable[[str], Path]) -> Path:
    return results_of(request.param)


@pytest.mark.parametrize("name", one_in(3, DOCUMENTS))
def test_every_legal_reference_was_read(study: Path, name: str) -> None:
    path = study / "report" / name
    text = " ".join(block.text for block in blocks(name, path.read_bytes()))
    assert cited(text) - listed() == set()


def test_the_report_cites_the_law_and_the_reading_finds_it(study: Path) -> None:
    text = " ".join(block.text for block in blocks("rapport.html", (study / "report/rapport.html").read_bytes()))
    assert {"2016-444", "2016-1467", "L. 121-9", "611-1"} <= cited(text)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("la loi n° 2099-12 dit", "2099-12"),
        ("l’article L. 999-9 du code", "L. 999-9"),
        ("article 999-1-2 du code pénal", "999-1-2"),
        ("le décret du 3 mars 2099", "3 mars 2099"),
        ("circulaire ABCD/X1/2099/1", "ABCD/X1/2099/1"),
    ],
)
def test_an_invented_reference_would_be_found(text: str, reference: str) -> None:
    assert cited(text) - listed() == {reference}


def test_each_article_says_where_it_was_read() -> None:
    with (REFERENCES / "articles.csv").open(encoding="utf-8", newline="") as file:
        assert all(row["read_in"] and row["code"] for row in csv.DictReader(file))
    with (REFERENCES / "loi.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert cited(f"{row['articles']} {row['source']} {row['text']} {row['confirm']}") <= listed(), row["title"]
