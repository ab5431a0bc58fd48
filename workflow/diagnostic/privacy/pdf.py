"""The text of a PDF: its pages, its strings, what its streams hold."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess

from diagnostic.privacy.streams import LIMIT, OPAQUE, Unreadable, inflate
from diagnostic.privacy.texts import Text, xml_texts


def pdf_reader() -> str | None:
    """The system's `pdftotext`, which alone turns a font's glyph numbers back into letters."""
    return shutil.which("pdftotext")


def pdf_texts(content: bytes) -> list[Text]:
    """A PDF's text through `pdftotext` when it is there, and the strings of its inflated streams always."""
    return [Text("\n".join(pdf_strings(pdf_streams(content))), "flux"), *pdf_pages(content)]


def pdf_pages(content: bytes) -> list[Text]:
    """The text of each page of a PDF; none without `pdftotext`. Raises Unreadable."""
    command = pdf_reader()
    if command:
        done = subprocess.run(
            [command, "-q", "-enc", "UTF-8", "-", "-"], input=content, capture_output=True, timeout=120
        )
        if done.returncode and not done.stdout:
            raise Unreadable("damaged or locked document")
        pages = done.stdout.decode("utf-8", errors="replace").split("\f")
        return [Text(unwrapped(page), f"page {number}") for number, page in enumerate(pages, start=1) if page]
    if b"/Encrypt" in content:
        raise Unreadable("locked document")
    return []


def unwrapped(page: str) -> str:
    """A page's running text with its line ends undone, so that a number or a hyphenated name is whole again.

    Short lines stay apart: they are cells or labels, and cells one under another are no phone.
    """
    lines = page.split("\n")
    out = lines[:1]
    for before, line in itertools.pairwise(lines):
        if len(before) < 25 or not line:
            out.append("\n" + line)
        elif re.search(r"[^\W\d][-\u2010\u00ad]$", before[-2:]) and line[0].isalpha():
            out[-1] = out[-1][:-1]
            out.append(line)
        elif before[-1] in "-._@/" and not line[0].isupper():
            out.append(line)
        else:
            out.append(" " + line)
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
