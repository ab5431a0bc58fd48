"""The logo of a team: an image that draws itself and nothing else, and in each document on its first page."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from diagnostic.study.logo import LARGEST, PNG, problems, refused


def png(width: int, height: int, more: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\x20" * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return PNG + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"") + more


def svg(inside: str = '<rect width="40" height="20" fill="#005a8f"/>', before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{inside}</svg>'.encode()


@pytest.mark.parametrize(
    ("content", "suffix"), [(png(64, 32), ".png"), (svg(), ".svg"), (svg('<use href="#a"/>'), ".svg")]
)
def test_an_image_that_draws_itself_is_taken(content: bytes, suffix: str) -> None:
    assert list(problems(content, suffix)) == []


@pytest.mark.parametrize(
    ("content", "suffix", "why"),
    [
        (png(8, 8), ".png", "pixels"),
        (svg(), ".png", "n’est pas une image PNG"),
        (png(64, 32, b"0" * LARGEST), ".png", "ko"),
        (png(64, 32), ".gif", "ni un PNG, ni un SVG"),
        (png(64, 32), ".svg", "n’est pas un SVG lisible"),
        (svg(before='<!DOCTYPE svg [<!ENTITY a "b">]>'), ".svg", "DOCTYPE"),
        (svg("<script>alert(1)</script>"), ".svg", "« script »"),
        (svg('<rect onload="a()"/>'), ".svg", "« onload »"),
        (svg('<use href="https://exemple.fr/a.svg#b"/>'), ".svg", "« href »"),
        (svg('<rect style="fill:url(https://exemple.fr/a)"/>'), ".svg", "« style »"),
        (svg('<style>@import "https://exemple.fr/a.css"</style>'), ".svg", "« style »"),
        (svg("<foreignObject/>"), ".svg", "« foreignObject »"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', ".svg", "dimensions"),
    ],
)
def test_what_is_no_such_image_is_refused(content: bytes, suffix: str, why: str) -> None:
    assert why in " ; ".join(problems(content, suffix))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "logo.png") == ["n’est pas là"]
    (tmp_path / "logo.svg").write_bytes(svg())
    assert refused(tmp_path / "logo.svg") == []
