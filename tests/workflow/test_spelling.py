"""The words of the reports, against the French dictionary of Debian; and the spaces of French typography in each format."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from copies import EVERY

ROOT = Path(__file__).parents[2]
OWN_WORDS = Path(__file__).with_name("mots.txt")  # names, terms of the field, words that the dictionary lacks
INCLUSIVE = re.compile(r"(\w+)·(e|es|rice|rices|euse|euses|le|les|ne|nes|lle|lles|fe|fes|ère|ères)\b")


@pytest.fixture(params=EVERY)
def study(request: pytest.FixtureRequest, results_of: Callable[[str], Path]) -> Path:
    return results_of(request.param)


def words_of_the_page(page: str) -> str:
    """What a reader reads: no code, no identifier, no style; inclusive forms read in their short form."""
    page = re.sub(r"<(style|code|math|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r'<span class="identifiant">.*?</span>', " ", page, flags=re.DOTALL)
    page = re.sub(r"<dt>(Identifiant|Fichiers|Cellules|Table|Règles)</dt>\s*<dd>.*?</dd>", " ", page, flags=re.DOTALL)
    alternatives = " ".join(re.findall(r'alt="([^"]*)"', page))
    text = html.unescape(re.sub(r"<[^>]+>", " ", page) + " " + alternatives)
    return INCLUSIVE.sub(r"\1", text.replace("tou·tes", "toutes"))


def given(study: Path) -> str:
    """Text that comes from the study's own files: names of places, structures, newspapers, published sentences."""
    outlines = study / "geography/areas.parquet"
    files = [path for path in sorted((study / "release").glob("*.parquet")) if path.stem != "ledger"]
    parts = [
        "\n".join(frame.select_dtypes(["object", "str"]).fillna("").astype("str").to_numpy().ravel())
        for frame in (pd.read_parquet(path) for path in [*files, *([outlines] if outlines.is_file() else [])])
    ]
    return "\n".join(parts)


def flagged(words: set[str]) -> set[str]:
    """The words that the dictionary knows neither as they stand nor in lower case."""
    if shutil.which("hunspell") is None:
        pytest.skip("hunspell absent (paquets Debian « hunspell » et « hunspell-fr »)")
    asked = "\n".join(sorted(words | {word.lower() for word in words}))
    command = ["hunspell", "-d", "fr", "-i", "utf-8", "-l"]
    unknown = set(subprocess.run(command, input=asked, capture_output=True, text=True, check=True).stdout.split())
    return {word for word in words if {word, word.lower()} <= unknown}


def test_every_word_is_in_the_dictionary_or_in_our_list(study: Path) -> None:
    pages = [(study / f"report/{page}.html").read_text("utf-8") for page in ("rapport", "dossier")]
    text = "\n".join(map(words_of_the_page, pages))
    whole = re.findall(r"(?<![\w-])[^\W\d_]+(?:[’'-][^\W\d_]+)*(?![\w-])", text)  # no part of an identifier
    known = set(re.findall(r"[^\W\d_]+", given(study).lower())) | set(OWN_WORDS.read_text("utf-8").split())
    unknown = flagged({word.replace("’", "'") for word in whole if len(word) > 1})
    assert sorted(w for w in unknown if not set(re.findall(r"[^\W\d_]{2,}", w.lower())) <= known) == []


def test_our_list_is_sorted_and_holds_only_what_the_dictionary_lacks() -> None:
    words = OWN_WORDS.read_text("utf-8").split()
    assert words == sorted(set(words)) and flagged(set(words)) == set(words)


def office(path: Path, name: str, tag: str) -> str:
    """The paragraphs of an office document, one a line."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(name, n)]
    lines = [
        "".join(re.findall(rf"<{tag}:t(?: [^>]*)?>([^<]*)</{tag}:t>", paragraph))
        for part in parts
        for paragraph in re.findall(rf"<{tag}:p[ >].*?</{tag}:p>", part, re.DOTALL)
    ]
    return html.unescape("\n".join(lines))


@cache
def documents(study: Path) -> dict[str, str]:
    report = study / "report"
    page = re.sub(
        r"<(style|script|code|math)\b.*?</\1>", "x", (report / "rapport.html").read_text("utf-8"), flags=re.DOTALL
    )
    return {
        "html": html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</(p|td|th|li|dd|dt|caption|h\d)>", "\n", page))),
        "docx": office(report / "rapport.docx", r"word/document\.xml", "w"),
        "pptx": office(report / "restitution.pptx", r"ppt/(slides|notesSlides)/\w+\.xml", "a"),
    }


@pytest.mark.parametrize("format", ["html", "docx", "pptx"])
@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (r"[^\s\d:/] [;!?](?=\s|$)", "espace sécable avant un signe"),
        (r"\w [:»%€](?=\s|$)", "espace sécable avant : » % €"),
        (r"« ", "espace sécable après «"),
        (r"\d \d{3}\b", "espace sécable dans un nombre"),
        (r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]", "apostrophe droite"),
        (r"\d\.\d+ ?%", "point décimal"),
        (r"\w  \w", "espace double"),
        (r"\.\.\.", "trois points"),
    ],
)
def test_french_spaces_and_signs_in_every_format(study: Path, format: str, wrong: str, what: str) -> None:
    text = documents(study)[format]
    found = [text[max(0, m.start() - 25) : m.end() + 15] for m in re.finditer(wrong, text)]
    assert found == [], what
