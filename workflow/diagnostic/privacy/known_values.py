"""Values that are known, looked for in everything under some folders, in every form that they may have taken.

What is given back says where, and which: never the value, and never a file name that holds it.
"""

import base64
import hashlib
import html
import re
import secrets
import tempfile
import unicodedata
import urllib.parse
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from diagnostic.privacy import folding
from diagnostic.privacy.contents import (
    Text,
    Unreadable,
    _read_file,
    _shown,
    decode,
    decoded_names,
    encoded,
    files,
    pdf_streams,
    read,
)


@dataclass(frozen=True)
class Found:
    """One place where a known value was found, by its position in the list searched for."""

    index: int
    file: str
    where: str = ""


UNREAD = -1  # in place of a value, of a file that may hold any
PLAIN, UPPER, UNACCENTED, DIGITS = "plain", "upper", "unaccented", "digits"
BASE64, URL, UTF16, RAW = "base64", "url", "utf-16", "raw"
FORMS = (PLAIN, UPPER, UNACCENTED, DIGITS, BASE64, URL, UTF16)
_DIGIT_GROUP, _DIGITS_NEAR = re.compile(r"\d+"), re.compile(r"\d+(?:[\s.,;:()/_+\-]{1,3}\d+)*")
_PHONE = 8  # digits at least, the last ones of any way of writing a number
_APART = "\n\v\v\n"  # between two cells: no value begins in one and ends in another


def unaccented(text: str) -> str:
    """The text without its accents, case kept."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@dataclass(frozen=True)
class _Needle:
    index: int
    plain: str
    folded: str
    turned: tuple[str, ...]  # « prénom nom » said « nom prénom »
    digits: str
    raw: tuple[tuple[str, bytes], ...]


def _needle(index: int, value: str) -> _Needle | None:
    plain = unicodedata.normalize("NFC", value).strip()
    folded = folding.fold(plain)
    if len(folded.replace(" ", "")) < 2:
        return None
    words = folded.split()
    named = 2 <= len(words) <= 4 and all(word.isalpha() for word in words)
    digits = folding.phone_digits(plain)
    raw = []
    for text in dict.fromkeys([plain, plain.upper(), plain.lower(), unaccented(plain), unaccented(plain).upper()]):
        if len(text) >= 5:
            raw += [(RAW, text.encode()), (UTF16, text.encode("utf-16-le")), (UTF16, text.encode("utf-16-be"))]
            raw += [(BASE64, core) for core in _base64_cores(text.encode())]
            raw.append((URL, urllib.parse.quote(text).encode()))
    return _Needle(
        index,
        plain,
        folded,
        tuple(" ".join(words[at:] + words[:at]) for at in range(1, len(words))) if named else (),
        digits if len(digits) >= _PHONE and sum(map(str.isalpha, plain)) < 3 else "",
        tuple(raw),
    )


def _base64_cores(content: bytes) -> list[bytes]:
    """What stays the same of a content's base64, wherever it begins in what is encoded."""
    if len(content) < 8:
        return []
    words = [base64.b64encode(b"\x00" * shift + content) for shift in range(3)]
    return [one[(0, 2, 3)[shift] : len(one) - (0, 3, 2)[(len(content) + shift) % 3]] for shift, one in enumerate(words)]


def search(
    values: Iterable[str],
    paths: Iterable[Path],
    root: Path | None = None,
    beside: Collection[str] = (),
    whole: bool = False,
    clear: set[tuple[bytes, str]] | None = None,
) -> list[Found]:
    """Where known values stand under the paths, in any form: as written, upper case, without accents, punctuation or
    order of names, digits only, base64, URL-encoded, UTF-16; in names, records, archives and documents.

    A value of fewer than two letters or digits is not looked for. Words match whole; from eight letters, also glued to
    letters, never a number within a longer one. Where nothing can be read, bytes match wherever they are. `beside`:
    texts that may stay: a cell of a table that is one of them holds nothing else, whatever its words. `whole`: a file that
    cannot be read whole is told too, as UNREAD. `clear`: contents in which an earlier search found none of these values; they
    are not read again, and those of this search are added.
    """
    stays = {folding.fold(text) for text in beside}
    needles = _Needles([needle for index, value in enumerate(values) if (needle := _needle(index, value))])
    found: list[Found] = []
    clear = set() if clear is None else clear
    known: dict[tuple[bytes, str], list[tuple[int, str]]] = {}  # of what is kept more than once, as documents are
    for path in files(paths):
        named = _search_text("\n".join(decoded_names(path, root)), needles)
        shown = _shown(path, root, masked=bool(named) or needles.in_name(path.name))
        found += [Found(index, shown, "nom du fichier") for index in named]
        content = _read_file(path)
        kind = (hashlib.sha256(content or b"").digest(), path.name.partition(".")[2])
        if content and kind not in clear:
            if kind not in known:
                known[kind] = list(_search_bytes(content, path.name, needles, stays))
            found += [Found(index, shown, where) for index, where in known[kind] if whole or index != UNREAD]
        if whole and content is None:
            found.append(Found(UNREAD, shown, "ne se lit pas"))
    clear.update(kind for kind, told in known.items() if not told)
    return list(dict.fromkeys(found))


class _Needles:
    """The needles, and what each is known by: bytes, words of a folded text, digits."""

    def __init__(self, needles: Sequence[_Needle]) -> None:
        self.needles = needles
        self.raw: dict[bytes, list[tuple[int, str]]] = {}
        self.words: dict[bytes, list[int]] = {}
        self.digits: dict[str, list[int]] = {}
        for at, needle in enumerate(needles):
            for form, raw in needle.raw:
                self.raw.setdefault(raw, []).append((at, form))
            for words in _spellings(needle):
                self.words.setdefault(words.encode(), []).append(at)
            if needle.digits:
                self.digits.setdefault(needle.digits, []).append(at)
        self._raw, self._words = Occurrences(self.raw), Occurrences(self.words)
        self._names = Occurrences(needle.folded.encode() for needle in needles)

    def in_name(self, name: str) -> bool:
        """Whether a file's name holds one of them, be it within a word."""
        return bool(self._names.within(folding.fold(name).encode()))

    def in_bytes(self, content: bytes, limited: bool) -> set[int]:
        """Positions of those that stand in the content as it is; `limited`: as words of a text only."""
        hits = ((raw, at, form) for raw in self._raw.within(content) for at, form in self.raw[raw])
        return {at for raw, at, form in hits if not limited or _stands(raw, form, content, self.needles[at])}

    def in_words(self, folded: str) -> set[int]:
        """Positions of those that stand in the folded text."""
        content = folded.encode()
        words = (one for one in self._words.within(content) if one[:1] == b" " or re.search(_numbered(one), content))
        return {at for one in words for at in self.words[one]}


def _spellings(needle: _Needle) -> set[str]:
    """What a needle may be in a folded text: whole words, also turned; from eight letters on, also within others and glued."""
    found = {f" {words} " for words in (needle.folded, *needle.turned)}
    if len(needle.folded) >= 8 and not needle.digits:
        found |= {needle.folded, needle.folded.replace(" ", "")}
    return found


def _numbered(text: bytes) -> bytes:
    """The pattern of a text that is no part of a longer number: « Rue 3 » is not in « Rue 36 »."""
    before = rb"(?<!\d)" if text[:1].isdigit() else b""
    return before + re.escape(text) + (rb"(?!\d)" if text[-1:].isdigit() else b"")


_LETTER = rb"[0-9A-Za-z\x80-\xff]"


def _stands(raw: bytes, form: str, content: bytes, needle: _Needle) -> bool:
    """Whether bytes that are in a text stand there as words do in `_spellings`."""
    if form == BASE64:  # the words around are told by the text that was encoded, which only its whole base64 gives
        plain = [bytes_ for form, bytes_ in needle.raw if form == RAW]
        return any(_stands(one, RAW, text, needle) for text in _around(raw, content) for one in plain)
    if form == UTF16:
        return True
    if len(needle.folded) >= 8 and not needle.digits:
        return re.search(_numbered(raw), content) is not None
    before = rb"(?:(?<!" + _LETTER + rb")|(?<=%[0-9A-F][0-9A-F]))"
    return re.search(before + re.escape(raw) + rb"(?!" + _LETTER + rb")", content) is not None


_ENCODED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def _around(core: bytes, content: bytes) -> Iterator[bytes]:
    """What the base64 words around a core stand for, at each place where a group of four may begin."""
    at = content.find(core)
    while at >= 0:
        start, end = at, at + len(core)
        while start and content[start - 1] in _ENCODED:
            start -= 1
        while end < len(content) and content[end] in _ENCODED:
            end += 1
        for first in range(start, start + 4):
            word = content[first : end - ((end - first) % 4 == 1)]
            yield base64.b64decode(word + b"=" * (-len(word) % 4))
        at = content.find(core, end)


def _search_bytes(content: bytes, name: str, needles: _Needles, stays: Collection[str]) -> Iterator[tuple[int, str]]:
    whole = pdf_streams(content) if content.startswith(b"%PDF") else content
    try:
        contents = read(content, name)
    except Unreadable:
        contents = None
        yield UNREAD, "ne se lit pas en entier"
    text = decode(content)
    # A table that was read has no other values than its cells; a byte beside one may look like the end of another.
    if contents is None or not content.startswith(b"PAR1"):
        for at in sorted(needles.in_bytes(whole, limited=text is not None)):
            yield needles.needles[at].index, "octets"
    if contents is None:
        return
    sources = [*contents.texts, *([Text(text)] if text else [])]
    if text and "&" in text:
        sources.append(Text(html.unescape(text)))
    if text and re.search(r"\\[ux]", text):
        escape = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
        sources.append(Text(escape.sub(lambda m: chr(int(m[1] or m[2], 16)), text)))
    told: dict[str, list[str]] = {}  # by their place, to be searched together: bytecode has thousands of short texts
    for source in dict.fromkeys(sources):
        told.setdefault(source.where, []).append(source.text)
    for where, texts in told.items():
        yield from ((index, where) for index in _search_text(_APART.join(texts), needles))
    for column in contents.columns:
        cells = [cell for cell in dict.fromkeys(column.cells) if not stays or folding.fold(cell) not in stays]
        for texts in (cells, encoded("\n".join(cells))):
            for index in _search_text(_APART.join(texts), needles):
                yield index, f"{column.where} colonne {column.letter}".strip()


def _search_text(text: str, needles: _Needles) -> list[int]:
    """The values that stand in a text, by their positions in the list searched for."""
    folded = f" {f' {_APART} '.join(map(folding.fold, text.split(_APART)))} "
    found = needles.in_words(folded) | {at for one in _digit_words(text, needles.digits) for at in needles.digits[one]}
    return [needles.needles[at].index for at in sorted(found)]


def _digit_words(text: str, wanted: Collection[str]) -> set[str]:
    """The wanted numbers that whole groups of digits spell, over at most three signs between them."""
    if not wanted or not re.search(r"\d", text):
        return set()
    words, ends = set[str](), {one[-_PHONE:] for one in wanted}
    for near in _DIGITS_NEAR.finditer(folding.flat(folding.clean(text))):
        digits = "".join(groups := _DIGIT_GROUP.findall(near[0]))
        limits = [0, *accumulate(map(len, groups))]
        for at, end in enumerate(limits):
            if digits[max(0, end - _PHONE) : end] in ends:
                spelt = {digits[start:end] for start in limits[:at]}
                words |= {*spelt, *map(folding.phone_digits, spelt)}.intersection(wanted)
    return words


def self_proof(folder: Path) -> list[str]:
    """Forms that `search` misses of an invented value planted in `folder` and taken away again; empty when it works."""
    token = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(8))
    name = f"Zélie-{token.capitalize()} Têst"
    phone = "06 39 98 " + f"{secrets.randbelow(10_000):04d}"[:2] + " " + f"{secrets.randbelow(100):02d}"
    planted = {
        PLAIN: name.encode(),
        UPPER: name.upper().encode(),
        UNACCENTED: unaccented(name).encode(),
        DIGITS: re.sub(r"\D", "", phone).encode(),
        BASE64: base64.b64encode(b"results/" + name.encode()),
        URL: urllib.parse.quote(name).encode(),
        UTF16: name.encode("utf-16"),
    }
    missed = []
    with tempfile.TemporaryDirectory(dir=folder, prefix=".preuve-") as place:
        for form, content in planted.items():
            path = Path(place, "temoin.txt")
            path.write_bytes(b"ligne 1\n" * (form != UTF16) + content)
            if not search([phone if form == DIGITS else name], [path]):
                missed.append(form)
    return missed


# -- Which of many byte strings stand in a content ----------------------------------------------------------------
# All looked for at once, in a time that hardly grows with their number.
#
# A string is first known by a hash of its beginning (after Rabin and Karp 1987): hashes of every position of the
# content are computed together, and only where one is that of a beginning are strings compared.
LONG, SHORT = 8, 4  # bytes of a beginning; a string shorter than the second is looked for by itself
_BITS = 22
_CHUNK = 1 << 20  # positions hashed together


class Occurrences:
    """Byte strings, ready to be looked for in any number of contents. An empty string is never found."""

    def __init__(self, strings: Iterable[bytes]) -> None:
        self._tiny: list[bytes] = []
        self._starts: dict[int, dict[bytes, list[bytes]]] = {LONG: {}, SHORT: {}}
        for string in dict.fromkeys(strings):
            if len(string) < SHORT:
                self._tiny += [string] if string else []
                continue
            width = LONG if len(string) >= LONG else SHORT
            self._starts[width].setdefault(string[:width], []).append(string)
        self._known = {width: _known(starts, width) for width, starts in self._starts.items() if starts}

    def within(self, content: bytes) -> set[bytes]:
        """Those that stand in the content."""
        found = {string for string in self._tiny if string in content}
        for width, known in self._known.items():
            starts = self._starts[width]
            for first in range(0, len(content) - width + 1, _CHUNK):
                part = np.frombuffer(content[first : first + _CHUNK + width - 1], dtype=np.uint8)
                shifted = [part[at : len(part) - width + 1 + at] for at in range(width)]
                for at in np.flatnonzero(known[_hashes(shifted)]).tolist():
                    place = first + at
                    for string in starts.get(content[place : place + width], ()):
                        if string not in found and content.startswith(string, place):
                            found.add(string)
        return found


def _hashes(columns: Sequence[np.ndarray]) -> np.ndarray:
    """The hash of each row of bytes, given by columns (Fowler, Noll and Vo, then folded)."""
    found = np.zeros(len(columns[0]), dtype=np.uint32)
    for column in columns:
        found ^= column
        found *= np.uint32(16777619)
    return (found ^ found >> np.uint32(_BITS // 2)) & np.uint32((1 << _BITS) - 1)


def _known(starts: Iterable[bytes], width: int) -> np.ndarray:
    """Hash → whether a beginning has it."""
    known = np.zeros(1 << _BITS, dtype=bool)
    table = np.frombuffer(b"".join(starts), dtype=np.uint8).reshape(-1, width)
    known[_hashes([table[:, at] for at in range(width)])] = True
    return known
