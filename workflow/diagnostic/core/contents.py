"""What a file given by a team is, before it is read: told by its first bytes, and signs that no text of its holds."""

import re
from pathlib import Path

MOST_BYTES = 50 * 1024 * 1024  # of a file that is read; of a larger one, enough is read to see that it is
# Neither written on a keyboard nor shown by a page; a word processor, or a browser, may act on them.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "un document PDF"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "un ancien classeur Excel (.xls) ou un classeur protégé par mot de passe",
    ),
    (b"PAR1", "un fichier Parquet"),
    (b"\x1f\x8b", "une archive gzip"),
    (b"7z\xbc\xaf\x27\x1c", "une archive 7z"),
    (b"Rar!", "une archive RAR"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"{\\rtf", "un document RTF"),
    (b"MZ\x90", "un programme"),
    (b"\x7fELF", "un programme"),
    (b"SQLite format 3\x00", "une base de données SQLite"),
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(!doctype|html|head|body|table|\?xml|svg)\b", re.IGNORECASE)


def container(content: bytes) -> str | None:
    """What a file that is no CSV really is, from its first bytes; None when nothing speaks against text."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        if b"xl/" in content or b"[Content_Types].xml" in content[:2000]:
            return "un classeur Excel (.xlsx)"
        return "un classeur OpenDocument (.ods)" if b"opendocument.spreadsheet" in content[:200] else "une archive zip"
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    found = _MARKUP.match(content)
    if found:
        return "une page web (HTML)" if found[1].lower() != b"?xml" else "un fichier XML"
    return None


def beginning(path: Path) -> bytes:
    """The content of a file; of one larger than MOST_BYTES only its beginning, one byte more. Raises OSError."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
