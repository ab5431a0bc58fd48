"""Compressed streams within files, inflated up to a limit, and contents in which there is nothing to read."""

from __future__ import annotations

import zlib

LIMIT = 400_000_000  # bytes of one file once inflated
OPAQUE = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"wOFF",
    b"wOF2",
    b"\x00\x01\x00\x00",
    b"OTTO",
    b"true",
    b"\x00\x00\x01\x00",
)


class Unreadable(Exception):
    """A file's packing is damaged, locked or too large. Names no file and no value."""


def inflate(content: bytes, bits: int) -> bytes:
    """Inflate a gzip (bits 31) or zlib (15) stream. Raises Unreadable when it is damaged or passes the limit."""
    try:
        engine = zlib.decompressobj(bits)
        out = engine.decompress(content, LIMIT)
    except zlib.error:
        raise Unreadable("damaged stream") from None
    if engine.unconsumed_tail:
        raise Unreadable("too large once inflated")
    return out
