"""The documents of a finished study: all there, each opened as its readers' programs open it."""

from __future__ import annotations

import base64
import html.parser
import re
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

WANTED = (
    "rapport.html",
    "rapport.docx",
    "rapport.pdf",
    "dossier.html",
    "dossier.pdf",
    "synthese.pdf",
    "restitution.pptx",
    "tableaux.xlsx",
)
CHART = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
TEXT = re.compile(r"<(?:text|tspan)\b[^>]*>[^<\s][^<]*")
# One, or none, of things that are several.
MANY = re.compile(
    r"(?<!\d\s)(?<![\w.,])[01]\s(?:annonces|sites|articles|titres|structures|situations|réponses|entretiens|personnes)\b"
)
SPACES = re.compile(r"\s+")


class _Text(html.parser.HTMLParser):
    """The text of a page, and whether what opens closes."""

    VOID = frozenset(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
    )
    LOOSE = frozenset(
        ["p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "path", "circle", "rect", "line"]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open and (last := self.open.pop()) != tag:
                if last not in self.LOOSE:
                    self.faults.append(f"<{last}> is closed by </{tag}>")
        elif tag not in self.VOID:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open[-1:]):
            self.parts.append(data)


def faults(
    folder: Path,
    team: str,
    said: Mapping[str, bool] | None = None,
    mark: str = "",
    wanted: Sequence[str] = WANTED,
) -> list[str]:
    """What is missing, cannot be opened, or does not bear the team's name; charts whose text another face would lengthen; what the
    report says and should not, or the other way round (`said`: words → whether it should). `mark`: what their names begin with; `wanted`: those names, of the longest document first."""
    found, main = [], wanted[0].removesuffix(".html")
    for name in wanted:
        path = folder / (mark + name)
        if not path.is_file():
            found.append(f"{name}: not there")
            continue
        try:
            text = _read(path)
        except (zipfile.BadZipFile, ElementTree.ParseError, ValueError, UnicodeDecodeError) as error:
            found.append(f"{name}: {error}")
            continue
        if name == f"{main}.html":
            found += [f"{name}: {one}" for one in _loose(path.read_text("utf-8"))]
            found += [f"{name}: says « {one} »" for one in MANY.findall(SPACES.sub(" ", text))]
            found += [
                f"{name}: {'does not say' if told else 'says'} « {words} »"
                for words, told in (said or {}).items()
                if (_plain(words) in _plain(text)) is not told
            ]
        if name in (f"{main}.html", f"{main}.docx") and _plain(team) not in _plain(text):
            found.append(f"{name}: the team’s name is not there")
    return found


def _loose(page: str) -> list[str]:
    """Texts of the charts of a page that do not say how long they are drawn."""
    charts = [base64.b64decode(one).decode("utf-8") for one in CHART.findall(page)]
    texts = [one for chart in charts for one in TEXT.findall(chart) if "textLength" not in one]
    return [f"{len(texts)} texts of charts have no length of their own: {texts[0]}"] if texts else []


def _read(path: Path) -> str:
    """The text of a document; raises where it is not one."""
    if path.suffix == ".html":
        page = _Text()
        page.feed(path.read_text("utf-8"))
        page.close()
        if page.faults:
            raise ValueError(page.faults[0])
        return " ".join(page.parts)
    if path.suffix == ".pdf":
        if not path.read_bytes().startswith(b"%PDF-"):
            raise ValueError("no PDF")
        return _pdf(path)
    texts = []
    with zipfile.ZipFile(path) as archive:
        if (bad := archive.testzip()) is not None:
            raise ValueError(f"{bad} is damaged")
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                texts.append("".join(ElementTree.fromstring(archive.read(name)).itertext()))
    return " ".join(texts)


def _pdf(path: Path) -> str:
    """The text of a PDF, where this machine has a program that reads it."""
    try:
        done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=False)
    except FileNotFoundError:
        return ""
    if done.returncode != 0 or not done.stdout.strip():
        raise ValueError("pdftotext reads nothing")
    return done.stdout.decode("utf-8", "replace")


def _plain(text: str) -> str:
    """Without what typography may change: spaces, apostrophes, the way an accent is written."""
    import unicodedata

    return SPACES.sub(
        "", unicodedata.normalize("NFKC", text).replace("’", "'").replace("\u202f", "").replace("\xa0", "")
    )
