"""The sentences of finished documents, as a reader meets them: a page's from its blocks, a PDF's from its paragraphs.

A sentence ends with « . », « ! », « ? » or « … » that a space and a capital, a digit or « follows, or with its block (a paragraph,
an item of a list, a cell, a caption). Colons, semicolons and dashes do not end one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

BLOCKS = set("p td th li dd dt h1 h2 h3 h4 h5 figcaption caption tr div title summary section".split())
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
SILENT = {"style", "script", "math", "nav", "code", "svg", "head"}
END = re.compile(r"(?<=[.!?…])(?<!\bp\.)(?<!\bart\.)(?<!\bn°\.)\s+(?=[«(]?\s?[A-ZÀÂÇÉÈÊÎÔŒ\d–*])")
WORD = re.compile(r"\w")


class Page(HTMLParser):
    """The blocks of a page, each with the tags and classes above it."""

    def __init__(self) -> None:
        super().__init__()
        self.above: list[tuple[str, str]] = []
        self.blocks: list[tuple[str, str]] = [("", "")]

    def _begin(self) -> None:
        self.blocks.append((" ".join(f"{tag} {classes}" for tag, classes in self.above), ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in VOID:
            if tag == "br":
                self.handle_data(" ")
            return
        self.above.append((tag, known.get("class") or ""))
        if tag in BLOCKS:
            self._begin()

    def handle_endtag(self, tag: str) -> None:
        while self.above and self.above.pop()[0] != tag:
            pass
        if tag in BLOCKS:
            self._begin()

    def handle_data(self, data: str) -> None:
        if not any(tag in SILENT for tag, _ in self.above):
            where, text = self.blocks[-1]
            self.blocks[-1] = (where, text + data)


def page(text: str) -> list[tuple[str, str]]:
    """The blocks of a page in order: the tags and classes above each, and its words on one line."""
    reader = Page()
    reader.feed(text)
    said = ((where, re.sub(r"\s+", " ", block).strip()) for where, block in reader.blocks)
    return [(where, block) for where, block in said if block]


def cut(blocks: Iterable[str]) -> Iterator[str]:
    """The sentences of these blocks, in order."""
    for block in blocks:
        yield from END.split(block)


def words(sentence: str) -> int:
    """How many words a sentence has: what spaces part, signs and units alone apart."""
    return sum(bool(WORD.search(part)) for part in re.split(r"[ \u00a0]+", sentence))
