"""What any file of the project holds, as text: documents, tables, archives, records and logs.

`read` gives every text that a reader or a program could find in a file, whatever its packing. Nothing is written,
nothing is resolved outside the content given, and inflating stops at a limit. Names of sheets and members are
texts too, and places are told by number, because a name may itself be personal.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from diagnostic.core.io import DoorError, parquet_frame
from diagnostic.core.problems import column_letter
from diagnostic.privacy.pdf import pdf_texts
from diagnostic.privacy.streams import LIMIT, OPAQUE, Unreadable, inflate
from diagnostic.privacy.texts import Text, markup, xml_texts

ENCODED = "texte encodé"
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

    def add(self, other: Contents, where: str) -> None:
        """Take in what a member of this file holds."""
        self.texts += [Text(t.text, f"{where} {t.where}".strip(), t.code) for t in other.texts]
        self.columns += [Column(c.cells, c.letter, f"{where} {c.where}".strip()) for c in other.columns]


def read(content: bytes, name: str = "", depth: int = DEPTH) -> Contents:
    """Everything textual in a file. `name` only helps to tell kinds of text apart. Raises Unreadable."""
    lower = name.lower()
    if content.startswith(b"PAR1"):
        return _parquet(content)
    if content.startswith(b"PK\x03\x04"):
        return _zip(content, depth)
    if content.startswith(b"\x1f\x8b"):
        return read(inflate(content, 31), lower.removesuffix(".gz"), _deeper(depth))
    if content.startswith(b"%PDF"):
        return Contents(pdf_texts(content))
    if content.startswith(OPAQUE):
        return Contents()
    text = decode(content)
    if text is None:
        return Contents([Text(run) for run in printable(content)])
    return _text(text, lower, depth)


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
    for run in re.finditer(rb"[\x20-\x7e\xa0-\xff]{6,}", content):
        yield run[0].decode("utf-8", errors="replace")
    for run in re.finditer(rb"(?:[\x20-\x7e\xa0-\xff]\x00){6,}", content):
        yield run[0].decode("utf-16-le", errors="replace")


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
        found.texts.append(Text("\n".join(hidden), ENCODED))
    return found


def encoded(text: str) -> list[str]:
    """Texts hidden in base64 words, in %XX escapes and in entities: names of Snakemake's records, links."""
    found = []
    for word in set(re.findall(r"(?<![\w+/=-])[\w+/-]{12,}={0,2}(?![\w=])", text)):
        if (plain := base64_text(word)) is not None:
            found.append(plain)
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
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
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


def _parquet(content: bytes) -> Contents:
    try:
        frame, footer = parquet_frame(content)
    except DoorError:
        raise Unreadable("damaged table") from None
    metadata = b"\n".join(x for pair in footer.items() for x in pair if pair[0] != b"ARROW:schema")
    found = Contents(columns=frame_columns(frame))
    found.texts = [Text(metadata.decode("utf-8", errors="replace"), "pied de fichier", code=True)]
    return found


def frame_columns(frame: pd.DataFrame) -> list[Column]:
    """The columns of a frame as text, its heading in row 1. Of numbers, only those long enough to be a phone. What a
    column may hold and no row has (a category) comes after the rows: it is in the file."""
    columns = [frame.iloc[:, at] for at in range(frame.shape[1])]
    return [
        Column([str(frame.columns[at]), *_series(column), *_unused(column)], column_letter(at))
        for at, column in enumerate(columns)
    ]


def _unused(series: pd.Series) -> list[str]:
    if not isinstance(series.dtype, pd.CategoricalDtype):
        return []
    return [str(value) for value in series.cat.categories.difference(series.unique())]


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
