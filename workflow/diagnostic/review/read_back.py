"""Rendered documents as blocks of text: everything a reader, a screen reader or a curious program finds in them."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree import ElementTree

import openpyxl

from diagnostic.core import french
from diagnostic.privacy.pdf import pdf_pages

SPOKEN = ("alt", "aria-label", "aria-description", "title", "content", "value", "placeholder")
OPENS = ", ouvrir la fiche"  # what the page says of a number that opens its card
GENERATOR = re.compile(r"(pandoc|Typst|Quarto)\s[\d.]+|initial-scale=[\d.]+|\(16:9\)")
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
FOLDS = re.compile(r"[ \t\r\n\f\v]+")
FACT = re.compile(r"[a-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
COUNTS = ("Pages", "Words", "Characters", "CharactersWithSpaces", "Lines", "Paragraphs", "Slides", "Notes", "TotalTime")
STATISTICS = re.compile(
    rf"<(?:\w+:)?({'|'.join((*COUNTS, 'HiddenSlides', 'MMClips', 'AppVersion', 'i4'))})>[^<]*</[^>]+>"
)
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PAGINATION = ("PAGE", "NUMPAGES")  # fields of a page foot: the program's own counts
SLIDE_NUMBER = "slidenum"  # the same on a slide and on its notes
DATES = re.compile(r"<dcterms:\w+[^>]*>[^<]*</dcterms:\w+>|<cp:revision>\d+</cp:revision>")


@dataclass(frozen=True)
class Block:
    """One run of text: where it is, and what it is (text, heading, image, page)."""

    where: str
    text: str
    kind: str = "text"
    fact: str = ""  # whose record it is


def unfolded(text: str) -> str:
    """Text on one line: spaces of layout as one space, the no-break ones kept."""
    return FOLDS.sub(" ", text)


def blocks(name: str, content: bytes) -> Iterator[Block]:
    """Every block of a document, by the end of its name. Raises ValueError for one that is not known.

    The programs that made it and the counts that they keep of their own (pages, words) are left out.
    """
    readers = {".html": _html, ".svg": _svg, ".docx": _office, ".pptx": _office, ".xlsx": _sheets, ".pdf": _pdf}
    suffix = f".{name.rpartition('.')[2].lower()}"
    if suffix not in readers:
        raise ValueError(f"no reader for {suffix}")
    for block in readers[suffix](content):
        named = GENERATOR.sub("", block.text)
        yield block if named == block.text else replace(block, text=named)


def _html(content: bytes) -> Iterator[Block]:
    page = re.sub(r"<style\b.*?</style>", "", content.decode(), flags=re.DOTALL)
    for drawing in DRAWING.findall(page):
        yield from _svg(drawing.encode())
    page = DRAWING.sub(" ", page)
    for encoded in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page):
        yield from _svg(base64.b64decode(encoded))
    for encoded in re.findall(r"data:text/csv;charset=utf-8;base64,([A-Za-z0-9+/=]+)", page):
        yield from _csv(base64.b64decode(encoded))
    for script in re.findall(
        r"<script\b[^>]*type=[\"']application/(?:ld\+)?json[\"'][^>]*>(.*?)</script>", page, re.DOTALL
    ):
        yield Block("données incluses", script)
    page = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
    for attribute, value in re.findall(r"\s([\w:-]+)=\"([^\"]*)\"", page):
        if (attribute in SPOKEN or attribute.startswith("data-")) and not value.startswith("data:"):
            label, opens, _ = html.unescape(value).partition(OPENS)
            yield Block(f"attribut {attribute}", label, "button" if opens else "text")
    page = re.sub(r"<math\b.*?</math>|<a[^>]*footnote-ref.*?</a>|<sup>.*?</sup>", " ", page, flags=re.DOTALL)
    page = re.sub(r"<span[^>]*header-section-number[^>]*>.*?</span>", "", page)
    page = re.sub(r"<(h[1-6])\b[^>]*>(.*?)</\1>", r"\n¤\2\n", page, flags=re.DOTALL)
    page = re.sub(r"</?(?:td|th|dt|dd)\b[^>]*>", " ", page)
    page = re.sub(r"\s*\n\s*", " ", page.replace("\n¤", "\ue000")).replace("\ue000", "\n¤")
    page = re.sub(
        r"</?(?:p|li|tr|table|div|section|figure|figcaption|caption|dl|ul|ol|nav|header|br|title|head|h\d)\b[^>]*>",
        "\n",
        page,
    )
    for line in html.unescape(re.sub(r"<[^>]+>", "", page)).split("\n"):
        if line.strip():
            yield Block("texte de la page", line.removeprefix("¤"), "heading" if line.startswith("¤") else "text")


def _csv(content: bytes) -> Iterator[Block]:
    """A row is the record of the statement that it ends with."""
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"):
        yield Block("données d’une figure", " ".join(row), fact=row[-1])


def _svg(content: bytes) -> Iterator[Block]:
    text = content.decode()
    for attribute in re.findall(r"\s(?:aria-[\w-]+|data-[\w-]+|title|alt)=\"([^\"]*)\"", text):
        yield Block("étiquette cachée d’une image", html.unescape(attribute), "hidden")
    for tag, said in re.findall(r"<(title|desc|metadata)\b[^>]*>(.*?)</\1>", text, re.DOTALL):
        yield Block(f"{tag} d’une image", html.unescape(re.sub(r"<[^>]+>", " ", said)), "hidden")
    text = re.sub(r"<(title|desc|metadata|style|defs)\b.*?</\1>", "", text, flags=re.DOTALL)
    for said in re.findall(r"<text\b[^>]*>(.*?)</text>", text, re.DOTALL):
        yield Block("texte d’une image", html.unescape(re.sub(r"<[^>]+>", " ", said)), "image")


def _office(content: bytes) -> Iterator[Block]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(".svg"):
                yield from _svg(archive.read(name))
            elif name.endswith(".xlsx"):  # the numbers of a chart
                yield from _sheets(archive.read(name))
            elif re.fullmatch(r"ppt/charts/[^/]+\.xml", name):
                yield from _bars(name, ElementTree.fromstring(archive.read(name)))
            elif name.startswith("docProps/"):
                text = DATES.sub("", STATISTICS.sub("", archive.read(name).decode()))
                yield from (
                    Block(f"propriétés, {name}", html.unescape(said))
                    for said in re.findall(r">([^<]+)<", text)
                    if said.strip()
                )
            elif re.fullmatch(r"(word|ppt)/.*\.xml", name) and not re.search(
                r"theme|styles|settings|fontTable|numbering|slideLayout|slideMaster|presProps|viewProps|notesMaster",
                name,
            ):
                yield from _parts(name, ElementTree.fromstring(archive.read(name)))


def _bars(name: str, root: ElementTree.Element) -> Iterator[Block]:
    """The bars of a native chart: what each says, with its share."""
    said = {
        kind: [str(value.text) for part in root.iter(f"{CHART}{kind}") for value in part.iter(f"{CHART}v")]
        for kind in ("cat", "val")
    }
    for words, share in zip(said["cat"], said["val"], strict=True):
        yield Block(f"{name}, graphique", f"{words} {french.percent(float(share), len(share.partition('.')[2]))}")


def _parts(name: str, root: ElementTree.Element) -> Iterator[Block]:
    inside: set[int] = set()
    for element in root.iter():
        kind = element.tag.rpartition("}")[2]
        for attribute in ("descr", "title"):
            if element.get(attribute):
                yield Block(f"{name}, texte de remplacement", str(element.get(attribute)))
        if kind == "tr" or (kind == "p" and id(element) not in inside and element.tag.endswith("main}p")):
            inside |= {id(one) for one in element.iter()}
            cells = [one for one in element.iter() if one.tag.endswith("}tc")] or [element]
            yield Block(name, " ".join("".join(_said(cell)) for cell in cells))


def _said(element: ElementTree.Element) -> Iterator[str]:
    field, counted = "", False
    numbers = {id(text) for one in element.iter() if one.get("type") == SLIDE_NUMBER for text in one.iter()}
    for one in element.iter():
        kind = one.tag.rpartition("}")[2]
        if kind == "instrText":
            field = (one.text or "").strip()
        elif kind == "fldChar":
            counted = field in PAGINATION and str(one.get(f"{one.tag.rpartition('}')[0]}}}fldCharType")) == "separate"
        elif one.tag.endswith("main}t"):  # not the letters of a formula
            yield "" if counted or id(one) in numbers else one.text or ""
        elif kind in ("tab", "br", "p"):
            yield " "


def _sheets(content: bytes) -> Iterator[Block]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            said = [_shown(cell.value, cell.number_format) for cell in row if cell.value is not None]
            fact = said[0] if said and FACT.fullmatch(said[0]) else ""
            if len(said) > 1 and sheet.title == "Sommaire":
                said = said[:-1]  # how many lines the sheet has
            yield Block(f"feuille {sheet.title}", " ".join(said), fact=fact)
            yield from (Block(f"feuille {sheet.title}, commentaire", c.comment.text) for c in row if c.comment)


def _shown(value: object, form: str) -> str:
    if isinstance(value, dt.date):
        return french.date(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or form == "0":  # a year
        return str(value)
    digits, _, unit = form.partition('"')
    decimals = len(digits.partition(".")[2].strip("%"))
    return french.percent(value, decimals) if "%" in form else french.number(value, decimals) + unit.rstrip('"')


def _pdf(content: bytes) -> Iterator[Block]:
    for page in pdf_pages(content):
        yield from (Block(page.where, line, "page") for line in page.text.split("\n\n"))
