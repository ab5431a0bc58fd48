"""What a PDF looks like, read back: how full its pages are, and where its tables and headings are cut."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path

import pytest

APART = 400  # signs between two pieces of a row: `pdfinfo` leaves out what stands beside some spaces
TOP, FOOT = 71, 62  # points: what the running head and the foot of a page take


def _read(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} absent (paquet Debian « poppler-utils ») : pages du PDF non relues")
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def lines(path: Path) -> list[list[tuple[float, str]]]:
    """By page, the lines between its head and its foot: where each ends, as a part of the page's height, and its words."""
    found = []
    for page in _read("pdftotext", "-bbox-layout", str(path), "-").split("<page ")[1:]:
        height = float(re.search(r'height="([\d.]+)"', page)[1])  # type: ignore[index]
        room, own = height - TOP - FOOT, []
        for bottom, words in re.findall(r'<line [^>]*yMax="([\d.]+)">(.*?)</line>', page, re.DOTALL):
            at = (float(bottom) - TOP) / room
            if 0 < at < 1.01:
                own.append((at, " ".join(re.findall(r">([^<]+)</word>", words))))
        found.append(sorted(own))
    return found


@cache
def _tags(path: Path, _: int) -> list[str]:
    """The tags of a document as it was at a moment: half a minute for a long one."""
    return _read("pdfinfo", "-struct-text", str(path)).splitlines()


def tree(path: Path) -> tuple[list[list[list[str]]], list[str]]:
    """The rows of each table, headers apart, each as the pieces of its text that can be read, and the headings, as its tags tell
    them."""
    tables: list[list[list[str]]] = []
    headings: list[str] = []
    above: list[tuple[int, str]] = []
    for line in _tags(path, path.stat().st_mtime_ns):
        depth, said = len(line) - len(line.lstrip()), line.strip()
        if not said.startswith('"'):
            above = [one for one in above if one[0] < depth] + [(depth, said.split(" ")[0].rstrip(":"))]
            if above[-1][1] == "Table":
                tables.append([])
            elif above[-1][1] == "TR" and "THead" not in {name for _, name in above}:
                tables[-1].append([])
            elif re.fullmatch(r"H[1-6]", above[-1][1]):
                headings.append("")
            continue
        names = [name for _, name in above]
        if "TR" in names and "THead" not in names:
            tables[-1][-1].append(_plain(said.strip('"')))
        elif any(re.fullmatch(r"H[1-6]", name) for name in names):
            headings[-1] += said.strip('"')
    return tables, headings


def cuts(path: Path) -> list[list[int]]:
    """For each table, how many rows begin on each of the pages that it takes. Raises AssertionError for a row that is not found."""
    pages = [_plain(text) for text in _read("pdftotext", "-raw", str(path), "-").split("\f")]
    whole, ends, at = "".join(pages), list(accumulate(map(len, pages))), 0
    found = []
    for rows in tree(path)[0]:
        where: list[int] = []
        for pieces in rows:
            words = [re.escape(piece[:40]) for piece in pieces if piece][:3]
            place = re.compile(f".{{0,{APART}}}?".join(words), re.DOTALL).search(whole, at)
            assert place, pieces
            where.append(next(number for number, end in enumerate(ends) if place.start() < end))
            at = place.start() + 1
        found.append([where.count(page) for page in sorted(set(where))])
    return found


def ending_in_a_heading(path: Path) -> list[int]:
    """The pages, from 1, whose last line is the end of a heading."""
    headings = [_plain(one) for one in tree(path)[1] if one]
    last = [_plain(own[-1][1]) if own else "" for own in lines(path)]
    return [n for n, line in enumerate(last, 1) if len(line) > 3 and any(one.endswith(line) for one in headings)]


OWN_WORDS = {"TOC", "Figure", "Formula", "Note", "Lbl"}  # what a page and a PDF say otherwise, or elsewhere
SAID = 12  # signs of a piece that is looked for


def spoken(path: Path) -> list[str]:
    """What a screen reader says of a PDF after its title, piece by piece, in the order of its tags; without its contents, the
    words of its images, its formulas and its footnotes."""
    found: list[str] = []
    above: list[tuple[int, str]] = []
    begun = False
    for line in _tags(path, path.stat().st_mtime_ns):
        depth, said = len(line) - len(line.lstrip()), line.strip()
        if said.startswith('"'):
            if begun and not OWN_WORDS & {name for _, name in above} and len(piece := _plain(said.strip('"'))) >= SAID:
                found.append(piece)
        elif not said.startswith("/"):
            above = [one for one in above if one[0] < depth] + [(depth, said.split(" ")[0].rstrip(":"))]
            begun = begun or bool(re.fullmatch(r"H[1-6]", above[-1][1]))
    return found


class _Main(HTMLParser):
    """The words of a page's main part, without its cards."""

    VOID = {"img", "br", "hr", "input", "wbr", "col", "meta", "link", "source"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []  # tag, and whether what it holds is read
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            inside = tag == "main" or (bool(self.open) and self.open[-1][1])
            hidden = tag in ("script", "style", "math", "nav") or "popover" in dict(attrs)
            self.open.append((tag, inside and not hidden))

    def handle_endtag(self, tag: str) -> None:
        while tag in (name for name, _ in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][1]:
            self.words.append(data)


def read_aloud(page: str) -> str:
    """The words of a page in its order, without spaces or hyphens."""
    reader = _Main()
    reader.feed(page)
    return _plain("".join(reader.words))


def out_of_order(pieces: list[str], words: str) -> list[str]:
    """The pieces that do not come, in these words, after the one before them."""
    at, found = 0, []
    for piece in pieces:
        place = words.find(piece, at)
        if place < 0:
            found.append(piece)
        else:
            at = place + len(piece)
    return found
