"""Reads the report as pandoc's tree (its JSON): tables with their numbered captions, cards, and the facts in a cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}


@dataclass(frozen=True)
class Cell:
    """One cell: its text, the facts printed in it, and whether the text is one fact and nothing else."""

    text: str
    facts: tuple[str, ...]
    bare: bool


@dataclass(frozen=True)
class Grid:
    """One table: its id, its caption with its number, its header, its rows, and which columns hold numbers."""

    ident: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: tuple[bool, ...]


@dataclass(frozen=True)
class Card:
    """One fact's card: its id, its title, and its lines by their French titles."""

    fact: str
    title: str
    lines: dict[str, str]


@dataclass(frozen=True)
class Report:
    """What the workbook needs: words of the title page, tables in order, cards in order."""

    meta: dict[str, str]
    grids: list[Grid]
    cards: list[Card]


def read(content: bytes) -> Report:
    """The report from the JSON that pandoc wrote after the filter numbered it."""
    document = json.loads(content)
    grids: list[Grid] = []
    cards: list[Card] = []
    for element in _walk(document["blocks"]):
        if element["t"] == "Table":
            grids.append(_grid(element["c"]))
        elif element["t"] == "CodeBlock" and "carte" in element["c"][0][1]:
            cards.append(_card(element["c"]))
    return Report({name: text(value) for name, value in document["meta"].items()}, grids, cards)


def text(node: Any) -> str:
    """The text of inlines, blocks or a metadata value; a note's text is left out, a formula is its source."""
    if isinstance(node, list):
        return "".join(text(part) for part in node)
    if not isinstance(node, dict) or "t" not in node:
        return ""
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind in ("Str", "MetaString"):
        return str(content)
    if kind in SPACES:
        return SPACES[kind]
    if kind in ("Code", "Math"):
        return str(content[1])
    if kind in ("Span", "Link", "Quoted", "Cite"):
        return text(content[1])
    if kind in ("Note", "RawInline", "RawBlock", "Image"):
        return ""
    return text(content)


def _walk(blocks: list[Any]) -> Iterator[Any]:
    """Every block, those in divisions too; a table is not entered."""
    for block in blocks:
        yield block
        if block["t"] == "Div":
            yield from _walk(block["c"][1])


def _grid(content: list[Any]) -> Grid:
    attributes, caption, columns, head, bodies, _ = content
    header = tuple(text(cell[4]) for cell in head[1][0][1]) if head[1] else ()
    rows = tuple(tuple(_cell(cell[4]) for cell in row[1]) for body in bodies for row in body[3])
    right = tuple(side["t"] == "AlignRight" for side, _ in columns)  # as it is printed: a column of numbers
    return Grid(attributes[0], text(caption[1]), header, rows, right)


def _cell(blocks: list[Any]) -> Cell:
    found: list[str] = []
    spans: list[str] = []

    def look(node: Any) -> None:
        if isinstance(node, list):
            for part in node:
                look(part)
        elif isinstance(node, dict):
            if node.get("t") == "Span" and "fact" in node["c"][0][1]:
                found.append(dict(node["c"][0][2])["fact"])
                spans.append(text(node))
            elif "c" in node:
                look(node["c"])

    look(blocks)
    whole = text(blocks).strip()
    return Cell(whole, tuple(dict.fromkeys(found)), spans == [whole])


def _card(content: list[Any]) -> Card:
    attributes, words = content
    (_, title), *lines = (line.split(" : ", 1) for line in words.splitlines())
    return Card(dict(attributes[2])["fact"], title, dict(lines))
