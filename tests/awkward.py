"""Names with every sign that some format reads as its own, and the text of a finished document, as a reader has it."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from diagnostic.privacy.contents import pdf_texts

SIGNS = "&<b>\"c\"'d'#e\\f{{g}};h=x$j$@ k*l*_m_[n](o)|p|~q~^r^%s--t...u -5 //v /*w*/"
LETTERS = "Nã Äë Ωж שלום مرحبا €"
TEAM = "Femmes & « Solidarité » <93>"
NAMES = (
    TEAM,
    f"Titre {SIGNS}",
    f"=Maison {LETTERS}",
    "{{ study.title }} {% x %} ::: div",
    "79 -- Deux-Sèvres… \\",
    "@a +b",
)


def folded(text: str) -> str:
    """Without what typography sets: spaces, places where a word may break, marks of direction, and the apostrophe."""
    return re.sub(r"[\s\u00ad\u200b\u202a-\u202e\u2066-\u2069]", "", text).replace("'", "’")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.said += [f"\n{value}\n" for name, value in attributes if value and name in ("content", "alt", "title")]


def said(path: Path) -> str:
    """All that a finished document says, its properties and alternative texts too, folded. Raises ParseError where a part of it
    is no XML."""
    content, kind = path.read_bytes(), path.suffix
    if kind == ".pdf":
        return folded("\n".join(text.text for text in pdf_texts(content)))
    if kind == ".html":
        page = _Page()
        page.feed(content.decode())
        return folded("".join(page.said))
    if kind in (".docx", ".pptx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    else:
        parts = [content]
    roots = [ElementTree.fromstring(part) for part in parts]
    hidden = [value for root in roots for one in root.iter() for value in one.attrib.values()]
    return folded("\n".join(["".join(root.itertext()) for root in roots] + hidden))
