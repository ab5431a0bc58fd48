"""What any file of the project holds, as text: documents, tables, archives, records and logs.

`read` gives every text that a reader or a program could find in a file, whatever its packing. Nothing is written,
nothing is resolved outside the content given, and inflating stops at a limit. Names of sheets and members are
texts too, and places are told by number, because a name may itself be personal.
"""

import base64
import binascii
import contextlib
import csv
import html
import io
import itertools
import json
import os
import re
import threading
import urllib.parse
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pypdfium2
from python_calamine import CalamineError, CalamineWorkbook

from diagnostic.core.french import NBSP, plural
from diagnostic.core.io import DoorError, parquet_frame
from diagnostic.core.problems import column_letter
from diagnostic.privacy import folding, personal


# -- Running text of marked-up files ------------------------------------------------------------------------------
# Pages as a reader sees them, parts of office documents, attributes that hold words.
@dataclass(frozen=True)
class Text:
    """A piece of running text. `where`: member or page by number; `code`: source text, not prose."""

    text: str
    where: str = ""
    code: bool = False


_INLINE = {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "tspan",
           "u", "wbr", "font"}  # fmt: skip
_READ_ATTRIBUTES = {"href", "src", "alt", "title", "content", "value", "placeholder", "id", "name", "class", "cite", "action",
                    "summary", "label", "xlink:href", "datetime", "srcdoc"}  # fmt: skip


class _Markup(HTMLParser):
    """Text as a reader sees it: inline tags joined, blocks apart; then attributes that can hold words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.attributes: list[str] = []
        self.inside: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self.inside.append(tag)
        if tag not in _INLINE:
            self.pieces.append("\n")
        for key, value in attrs:
            if value and (key in _READ_ATTRIBUTES or key.startswith(("aria-", "data-"))):
                self.attributes.append(value)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()
        if tag not in _INLINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        (self.scripts if self.inside else self.pieces).append(data)

    def handle_comment(self, data: str) -> None:
        self.scripts.append(data)


def markup(text: str) -> list[Text]:
    parser = _Markup()
    parser.feed(text)
    parser.close()
    texts = [Text("".join(parser.pieces)), *(Text(script, code=True) for script in parser.scripts)]
    words = [value for value in parser.attributes if not value.startswith("data:")]
    texts.append(Text("\n".join(urllib.parse.unquote_plus(w) if "%" in w else w for w in words), "attributs"))
    return texts + [text for value in parser.attributes if value.startswith("data:") for text in _data_link(value)]


def _data_link(value: str) -> list[Text]:
    """The text of a `data:` link: an SVG picture inside a page has labels."""
    head, _, body = value.partition(",")
    if "image/svg" not in head and "text/" not in head:
        return []
    try:
        plain = base64.b64decode(body).decode() if head.endswith("base64") else urllib.parse.unquote(body)
    except (binascii.Error, UnicodeDecodeError):
        return []
    return markup(plain)


_XML_BREAK = re.compile(
    r"</(?:w:p|a:p|si|text:p|text:h|p|c|row|v|t|dc:\w+|cp:\w+|Application|Company|Manager)>|<w:(?:br|tab)\b[^>]*>"
)
_XML_ATTRIBUTE = re.compile(
    r"""\s(?:[\w]+:)?(?:Target|name|title|descr|author|userId|display|tooltip|initials|instr|alias|text)\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)


def xml_texts(text: str) -> list[str]:
    """The words of an office document's part: the runs of a paragraph joined, then attributes that can hold words."""
    body = html.unescape(re.sub(r"<[^>]*>", "", _XML_BREAK.sub("\n", text)))
    return [body, *(html.unescape(double or single) for double, single in _XML_ATTRIBUTE.findall(text))]


# -- Compressed streams within files, inflated up to a limit, and contents in which there is nothing to read ------
LIMIT = 400_000_000  # bytes of one file once inflated
# How pictures and fonts begin.
OPAQUE = tuple(b"\x89PNG|\xff\xd8\xff|GIF8|wOFF|wOF2|\x00\x01\x00\x00|OTTO|true|\x00\x00\x01\x00".split(b"|"))


class Unreadable(Exception):
    """A file's packing is damaged, locked or too large. Names no file and no value."""


GZIP = 31


def inflate(content: bytes, bits: int) -> bytes:
    """Inflate a gzip (bits 31) or zlib (15) stream. Raises Unreadable when it is damaged or passes the limit."""
    try:
        engine = zlib.decompressobj(bits)
        out = engine.decompress(content, LIMIT)
    except zlib.error:
        raise Unreadable("damaged stream") from None
    if engine.unconsumed_tail:
        raise Unreadable("too large once inflated")
    if bits == GZIP and not engine.eof:
        raise Unreadable("cut stream")
    return out


# -- What files of any kind hold ----------------------------------------------------------------------------------
DEPTH = 3  # archives within archives
CODE = (".py", ".smk", ".css", ".js", ".lua", ".typ", ".tex", ".toml", ".lock", "snakefile")


@dataclass(frozen=True)
class Column:
    """A column of a table: row 1 is its heading, as a spreadsheet shows it."""

    cells: list[str]
    letter: str
    where: str = ""


@dataclass
class Contents:
    texts: list[Text] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)

    def add(self, other: "Contents", where: str) -> None:
        """Take in what a member of this file holds."""
        self.texts += [Text(t.text, f"{where} {t.where}".strip(), t.code) for t in other.texts]
        self.columns += [Column(c.cells, c.letter, f"{where} {c.where}".strip()) for c in other.columns]


def read(content: bytes, name: str = "", depth: int = DEPTH) -> Contents:
    """Everything textual in a file. `name` only helps to tell kinds of text apart. Raises Unreadable."""
    lower = name.lower()
    if content.startswith(b"PAR1"):
        try:
            frame, footer = parquet_frame(content)
        except DoorError:
            raise Unreadable("damaged table") from None
        metadata = b"\n".join(x for pair in footer.items() for x in pair if pair[0] != b"ARROW:schema")
        found = Contents(columns=frame_columns(frame))
        found.texts = [Text(metadata.decode("utf-8", errors="replace"), "pied de fichier", code=True)]
        return found
    if content.startswith(b"PK\x03\x04"):
        return _zip(content, depth)
    if content.startswith(b"\x1f\x8b"):
        return read(inflate(content, GZIP), lower.removesuffix(".gz"), _deeper(depth))
    if content.startswith(b"%PDF"):
        return Contents(pdf_texts(content))
    if content.startswith(OPAQUE):
        return Contents()
    text = decode(content)
    return Contents([Text(run) for run in printable(content)]) if text is None else _text(text, lower, depth)


def _deeper(depth: int) -> int:
    if depth <= 0:
        raise Unreadable("archives within archives")
    return depth - 1


def decode(content: bytes) -> str | None:
    """A text file's characters: byte-order mark, UTF-8, UTF-16 without mark, else cp1252; None when it is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    head = content[:4096]
    zeros = [head[start::2].count(0) for start in (0, 1)]
    if len(head) > 8 and max(zeros) > len(head) // 3:
        return content.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", errors="replace")
    if b"\x00" in head:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    strange = sum(1 for c in text[:4096] if c == "\ufffd" or (ord(c) < 32 and c not in "\t\n\r\f"))
    return None if strange > len(text[:4096]) // 50 else text


def printable(content: bytes) -> Iterator[str]:
    """Runs of printable characters in a binary file, as the command `strings` gives them, UTF-16 included."""
    wide = rb"(?:[\x20-\x7e\xa0-\xff]\x00){6,}"
    for runs, encoding in ((rb"[\x20-\x7e\xa0-\xff]{6,}", "utf-8"), (wide, "utf-16-le")):
        yield from (run[0].decode(encoding, errors="replace") for run in re.finditer(runs, content))


# --- text formats -----------------------------------------------------------------------------------------------
def _text(text: str, name: str, depth: int) -> Contents:
    found = Contents()
    start = text[:2000].lstrip().lower()
    if name.endswith((".csv", ".tsv")):
        found.columns = _delimited(text)
    elif name.endswith((".html", ".htm", ".svg", ".xhtml")) or start.startswith(("<!doctype html", "<html", "<svg")):
        found.texts = markup(text)
    elif name.endswith((".xml", ".rels")) or start.startswith("<?xml"):
        found.texts = [Text("\n".join(xml_texts(text)))]
    elif start.startswith(("{", "[")) and (strings := _json(text)) is not None:
        found.texts = [Text("\n".join(strings), code=any("\n" in string for string in strings))]
    else:
        found.texts = [Text(text, code=name.endswith(CODE))]
    if hidden := encoded(text):
        found.texts.append(Text("\n".join(hidden), "texte encodé"))
    return found


def encoded(text: str) -> list[str]:
    """Texts hidden in base64 words, in %XX escapes and in entities: names of Snakemake's records, links."""
    words = set(re.findall(r"(?<![\w+/=-])[\w+/-]{12,}={0,2}(?![\w=])", text))
    found = [plain for word in words if (plain := base64_text(word)) is not None]
    if re.search(r"%[0-9A-Fa-f]{2}", text):
        found += [urllib.parse.unquote_plus(word) for word in set(re.findall(r"\S*%[0-9A-Fa-f]{2}\S*", text))]
    return found


def base64_text(word: str) -> str | None:
    """The text that a base64 word (standard or URL alphabet) stands for, or None."""
    bare = word.rstrip("=").replace("-", "+").replace("_", "/")
    if len(bare) % 4 == 1:
        return None
    try:
        plain = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return plain if plain.isprintable() or all(c.isprintable() or c in "\t\n\r" for c in plain) else None


def _delimited(text: str) -> list[Column]:
    delimiter = max(",;\t|", key=text.split("\n", 1)[0].count)
    before = csv.field_size_limit(LIMIT)  # of the whole process: given back, since the reader of inputs has its own
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        rows = [[line] for line in text.splitlines()]
    finally:
        csv.field_size_limit(before)
    return _columns(rows)


def _columns(rows: list[list[str]], where: str = "") -> list[Column]:
    width = max(map(len, rows), default=0)
    return [Column([row[at] if at < len(row) else "" for row in rows], column_letter(at), where) for at in range(width)]


def _json(text: str) -> list[str] | None:
    """Every string of a JSON document, keys included, and every number of eight digits or more."""
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return None
    strings: list[str] = []
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            strings += item.keys()
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str) or (isinstance(item, int) and abs(item) >= 10**7):
            strings.append(str(item))
    return strings


# --- packed formats ---------------------------------------------------------------------------------------------
def frame_columns(frame: pd.DataFrame) -> list[Column]:
    """The columns of a frame as text, its heading in row 1. Of numbers, only those long enough to be a phone. What a
    column may hold and no row has (a category) comes after the rows: it is in the file."""
    found = []
    for at, (name, cells) in enumerate(frame.items()):
        unused = cells.cat.categories.difference(cells.unique()) if isinstance(cells.dtype, pd.CategoricalDtype) else ()
        found.append(Column([str(name), *_series(cells), *map(str, unused)], column_letter(at)))
    return found


def _series(series: pd.Series) -> list[str]:
    if pd.api.types.is_bool_dtype(series):
        return [""] * len(series)
    if pd.api.types.is_numeric_dtype(series):
        values = series.to_numpy(dtype="float64", na_value=np.nan)
        long = (np.abs(values) >= 1e7) & (values == np.floor(values)) & (np.abs(values) < 1e18)
        return [str(int(value)) if keep else "" for value, keep in zip(values, long, strict=True)]
    missing = series.isna().to_numpy() if series.dtype != object else np.array([x is None for x in series], dtype=bool)
    return ["" if gone else str(value) for value, gone in zip(series, missing, strict=True)]


def _members(content: bytes) -> Iterable[tuple[str, bytes]]:
    """The members of an archive; inflating is counted, since declared sizes can lie."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                if info.flag_bits & 1:
                    raise Unreadable("locked archive")
                if not info.is_dir():
                    with archive.open(info) as member:
                        inflated = member.read(LIMIT - total + 1)
                    total += len(inflated)
                    if total > LIMIT:
                        raise Unreadable("too large once inflated")
                    yield info.filename, inflated
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise Unreadable("damaged archive") from None


def _zip(content: bytes, depth: int) -> Contents:
    depth = _deeper(depth)
    found = Contents()
    members = list(_members(content))
    names = [name for name, _ in members]
    found.texts.append(Text("\n".join(names), "noms des membres"))
    sheets = _sheets(content) if "xl/workbook.xml" in names else []
    found.columns += sheets
    for number, (name, inflated) in enumerate(members, start=1):
        if sheets and name.startswith("xl/worksheets/sheet"):
            inflated = re.sub(rb"<sheetData\b.*?</sheetData>", b"", inflated, flags=re.DOTALL)
        if sheets and name == "xl/sharedStrings.xml":
            continue
        found.add(read(inflated, name, depth), f"membre {number}")
    return found


def _sheets(content: bytes) -> list[Column]:
    """The cells of a workbook, its hidden sheets included; empty when only its raw parts can be read."""
    columns: list[Column] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for number in range(len(book.sheet_names)):
            rows = book.get_sheet_by_index(number).to_python(skip_empty_area=False)
            columns += _columns([[_cell(value) for value in row] for row in rows], f"feuille {number + 1}")
    except (CalamineError, OSError, ValueError):
        return []
    return columns


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e18 else str(value)


# -- The text of a PDF: its pages, its strings, what its streams hold ---------------------------------------------
def pdf_texts(content: bytes) -> list[Text]:
    """A PDF's text as its pages show it, and the strings of its inflated streams. Raises Unreadable."""
    return [Text("\n".join(pdf_strings(pdf_streams(content))), "flux"), *pdf_pages(content)]


ONE = threading.Lock()  # its reader serves one thread at a time


def pdf_pages(content: bytes) -> list[Text]:
    """The text of each page of a PDF that has some. Raises Unreadable."""
    try:
        with ONE, contextlib.closing(pypdfium2.PdfDocument(content)) as document:
            pages = [_lines(page.get_textpage()) for page in document]
    except pypdfium2.PdfiumError as error:
        raise Unreadable("damaged or locked document") from error
    return [Text(unwrapped(page), f"page {number}") for number, page in enumerate(pages, start=1) if page]


def _lines(page: pypdfium2.PdfTextPage) -> str:
    """A page's lines, an empty one where the next is elsewhere: higher, or lower by more than half a line, of the smaller of two.
    Where a word or a number goes on in the next line, its reader has a sign for the hyphen."""
    made: list[str] = []
    at, last = 0, (0.0, 0.0)
    for line in page.get_text_range().split("\r\n"):
        ink = len(line) - len(line.lstrip())
        index = pypdfium2.raw.FPDFText_GetCharIndexFromTextIndex(page, at + ink) if line.strip() else -1
        at += len(line.encode("utf-16-le")) // 2 + 2
        if index >= 0:
            _, bottom, _, top = page.get_charbox(index, loose=True)
            low, height = last
            if made and (top > low + height or low - top > 0.5 * min(height, top - bottom)):
                made.append("")
            last = bottom, top - bottom
        made.append(line.rstrip())
    # A word goes on in a small letter; a capital begins what stands under a page's last line, or the second name of two.
    return re.sub(
        r"(?<=[^\W\d])\ufffe([^\W\d])", lambda sign: sign[1] if sign[1].islower() else f"-{sign[1]}", "\n".join(made)
    ).replace("\ufffe", "-")


def cell(line: str) -> bool:
    """Whether a line of a page is a cell, a label or the marks of an axis: short, or without a letter."""
    return len(line) < 25 or not any(map(str.isalpha, line))


def unwrapped(page: str) -> str:
    """A page's running text with its line ends undone, so that a number or a hyphenated name is whole again.

    Cells and labels stay apart: one under another they are no phone.
    """
    lines = page.split("\n")
    out = lines[:1]
    for before, line in itertools.pairwise(lines):
        joint = " "
        if cell(before) or not line:
            joint = "\n"
        elif re.search(r"[^\W\d][-\u2010\u00ad]$", before[-2:]) and line[0].isalpha():
            out[-1], joint = out[-1][:-1], ""
        elif before[-1] in "-._@/" and not line[0].isupper():
            joint = ""
        out.append(joint + line)
    return "".join(out)


def pdf_streams(content: bytes) -> bytes:
    """A PDF with its compressed streams inflated after it: objects, links, properties and page operators."""
    out, total = [content], 0
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", content, flags=re.DOTALL):
        try:
            plain = inflate(match[1], 15)
        except Unreadable:
            continue
        total += len(plain)
        if total > LIMIT:
            raise Unreadable("too large once inflated")
        if not plain.startswith(OPAQUE):
            out.append(plain)
    return b"\n".join(out)


_PDF_STRING = re.compile(rb"\(((?:[^()\\]|\\.){3,}+)\)|<([0-9A-Fa-f]{8,}+)>", flags=re.DOTALL)
_PDF_ARRAY = re.compile(rb"\[((?:[^\[\]()]|\((?:[^()\\]|\\.)*+\))*+)\]\s*TJ", flags=re.DOTALL)
_PDF_PIECE = re.compile(rb"\(((?:[^()\\]|\\.)*+)\)", flags=re.DOTALL)


def pdf_strings(inflated: bytes) -> list[str]:
    """The literal and hexadecimal strings of a PDF's objects, and its lines of text where letters are stored as such."""
    found = [b"".join(_PDF_PIECE.findall(array)) for array in _PDF_ARRAY.findall(inflated)]
    for literal, hexadecimal in _PDF_STRING.findall(inflated):
        if literal:
            found.append(literal)
        elif len(hexadecimal) % 2 == 0:
            found.append(bytes.fromhex(hexadecimal.decode()))
    texts = []
    for string in found:
        string = re.sub(rb"\\([0-7]{3})", lambda m: bytes([int(m[1], 8) & 255]), string)
        string = re.sub(rb"\\(.)", rb"\1", string)
        text = string.decode("utf-16", "replace") if string.startswith((b"\xfe\xff", b"\xff\xfe")) else None
        if text is None and all(byte >= 32 or byte in b"\t\r\n" for byte in string):
            text = string.decode("cp1252", "replace")
        if text and len(text) >= 4:
            texts.append(text)
    metadata = re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>", inflated, flags=re.DOTALL)
    return texts + [part for block in metadata for part in xml_texts(block.decode("utf-8", "replace"))]


# -- The tripwire: personal data looked for in everything that leaves the vault, and told without being repeated --
# `scan` looks for what has the *form* of personal data (`known_values.search` for values that are known). What they
# give back says where, what kind, how long: never the value, and never a file name that holds it.
UNREADABLE = "unreadable"
LABELS = personal.KINDS | {UNREADABLE: "fichier illisible"}


@dataclass(frozen=True)
class Trip:
    """One place that looks personal. `where`: sheet or member, by number; `row` counts as a spreadsheet or an editor
    does, from 1; `column` is a letter; `offset` and `length` are characters in the cell or the line."""

    kind: str
    file: str = ""
    where: str = ""
    row: int | None = None
    column: str = ""
    offset: int = 0
    length: int = 0


def scan(content: str | bytes | pd.DataFrame, name: str = "") -> list[Trip]:
    """What looks personal in a text, a table or a file's bytes. `name` is shown, and tells kinds of text apart.

    A file that cannot be read is a trip too.
    """
    try:
        if isinstance(content, pd.DataFrame):
            contents = Contents(columns=frame_columns(content))
        else:
            contents = Contents([Text(content)]) if isinstance(content, str) else read(content, name)
    except Unreadable:
        return [Trip(UNREADABLE, name)]
    trips = [trip for text in contents.texts for trip in _scan_text(text, name)]
    trips += [trip for column in contents.columns for trip in _scan_column(column, name)]
    return list(dict.fromkeys(trips))


def _scan_text(text: Text, name: str) -> Iterator[Trip]:
    cleaned = folding.clean(text.text)
    starts = [0, *(m.end() for m in re.finditer("\n", cleaned))]
    line = 0
    for hit in personal.find(cleaned, code=text.code):
        while line + 1 < len(starts) and starts[line + 1] <= hit.offset:
            line += 1
        yield Trip(hit.kind, name, text.where, line + 1, "", hit.offset - starts[line], hit.length)


def _scan_column(column: Column, name: str) -> Iterator[Trip]:
    heading = column.cells[0] if column.cells else ""
    known: dict[str, list[personal.Hit]] = {"": []}
    for row, cell in enumerate(column.cells, start=1):
        if cell not in known:
            cleaned = folding.clean(cell)
            known[cell] = personal.find(cleaned, heading if row > 1 else "")
            for plain in encoded(cell):
                known[cell] += [personal.Hit(hit.kind, 0, len(cleaned)) for hit in personal.find(folding.clean(plain))]
        for hit in known[cell]:
            yield Trip(hit.kind, name, column.where, row, column.letter, hit.offset, hit.length)


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file under the paths, sorted, links not followed but given."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            yield from sorted(one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())
        elif path.exists() or path.is_symlink():
            yield path


def _read_file(path: Path) -> bytes | None:
    """A file's bytes, a link's target; None when it cannot be opened."""
    try:
        return os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
    except OSError:
        return None


def decoded_names(path: Path, root: Path | None) -> list[str]:
    """The names a path may hide: itself from `root`, and the output path that Snakemake writes in base64."""
    relative = _relative(path, root)
    parts = [part.removeprefix("@") for part in relative.parts]
    candidates = {*parts, "".join(parts[parts.index("metadata") + 1 :]) if "metadata" in parts else ""}
    plain = [base64_text(part) for part in sorted(candidates) if len(part) >= 8]
    return [*relative.parts, *(text for text in plain if text)]


def _relative(path: Path, root: Path | None) -> Path:
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root)
    return Path(path.name) if path.is_absolute() else path


def _shown(path: Path, root: Path | None, masked: bool) -> str:
    """A path that may be printed. A name with a space or an accent is not ours: it may hold anything."""
    parts = _relative(path, root).parts
    ours = [part.isascii() and " " not in part and "@" not in part[1:] for part in parts]
    if masked:
        plain = re.compile(r"\.?[a-z]{1,12}|\d\w-\d{4}")
        ours = [*(bool(plain.fullmatch(part)) for part in parts[:-1]), False]
    return "/".join(part if own else "(nom masqué)" for part, own in zip(parts, ours, strict=True))


def message(trips: Sequence[Trip]) -> str:
    """What a stopped run prints: how many of which kind, in which file; empty when there is nothing."""
    if not trips:
        return ""
    total = len(trips)
    lines = [f"Donnée personnelle hors du coffre{NBSP}: {total} {plural(total, 'endroit')}. Rien n’est publié."]
    for (file, kind), count in sorted(Counter((trip.file, trip.kind) for trip in trips).items()):
        rows = sorted({trip.row for trip in trips if (trip.file, trip.kind) == (file, kind) and trip.row})
        told = f"{', '.join(map(str, rows[:5]))}{'…' if len(rows) > 5 else ''}"
        at = f", {plural(len(rows), 'ligne')} {told}" if rows else ""
        lines.append(f"  {file or '(texte)'}{NBSP}: {LABELS[kind]}, {count} fois{at}")
    return "\n".join(lines)
