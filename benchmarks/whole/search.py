"""A search of a folder for planted data, that imports nothing of the project: bytes, archives, UTF-8 and 16, base64, digits alone."""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow.parquet

DEEP = 3  # archives in archives


def layers(content: bytes, depth: int = DEEP) -> Iterator[bytes]:
    """A content, what its archives and its compressed streams hold, and what its base64 words stand for."""
    yield content
    if depth == 0:
        return
    if content[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield name.encode()
                    yield from layers(archive.read(name), depth - 1)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            yield from _inflated(content)
    elif content[:2] == b"\x1f\x8b" or content[:4] == b"%PDF":
        yield from _inflated(content)
    elif content[:4] == b"PAR1":
        yield "\n".join(map(str, pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist())).encode()
    for word in re.findall(rb"[A-Za-z0-9+/_-]{16,}", content):
        plain = word.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = plain[start:]
            yield base64.b64decode(part[: len(part) // 4 * 4])


def _inflated(content: bytes) -> Iterator[bytes]:
    """What is readable of streams, whole or cut, wherever they begin."""
    begins = [one.end() for one in re.finditer(rb"PK\x03\x04.{26}|stream\r?\n|\x1f\x8b\x08.{7}", content, re.DOTALL)]
    for at in begins:
        for bits, shift in ((-15, 0), (15, 0), *((-15, extra) for extra in range(8, 64))):
            try:
                yield zlib.decompressobj(bits).decompress(content[at + shift :], 1 << 20)
                break
            except zlib.error:
                continue


def found(root: Path, planted: Collection[str]) -> set[str]:
    """Those of the data that any file or name under a folder still holds: bytes, archives, UTF-8 and 16, base64, digits alone."""
    left = set()
    for path in root.rglob("*"):
        contents = [path.name.encode()]
        if path.is_file() and not path.is_symlink():
            contents += layers(path.read_bytes())
        for content in contents:
            flat = (
                content
                + b"\0"
                + content.replace(b"\0", b"")
                + b"\0"
                + re.sub(rb"[\s.,\xc2\xa0\xe2\x80\xaf]", b"", content)
            )
            low = flat.lower()
            left |= {one for one in planted if one.encode().lower() in low}
    return left
