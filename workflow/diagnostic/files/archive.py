"""The guard of zip archives, workbooks among them: everything is inflated and counted once before anything is parsed.

The sizes that an archive declares are not believed. An archive that two programs could read differently (bytes before
or after it, a name twice, a size that lies) is refused: what was checked here is what is parsed later.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from diagnostic.core.french import number
from diagnostic.core.problems import Problem, blocking

MAX_ENTRIES = 200
MAX_INFLATED = 400_000_000  # bytes; a workbook of 30 000 rows of 250 filled cells inflates to 250 MB
MAX_RATIO, EXEMPT = 100, 1_000_000  # bytes inflated below which the ratio says nothing
_CHUNK, _SLICE = 1 << 20, 1 << 15

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_END = struct.Struct("<4s4H2LH")  # end of central directory
_LOCAL = struct.Struct("<4s5H3L2H")
_NESTED = (*_SIGNATURES, b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\x00")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']""")
_MACROS = re.compile(r"(^|/)(vbaproject\.bin|macrosheets/)", re.IGNORECASE)

_SAVE_AGAIN = "Télécharger l'export de nouveau, ou ouvrir l'original dans le tableur et l'enregistrer en .xlsx."
_NOT_AN_EXPORT = "Vérifier que c'est le bon fichier, tel que l'outil l'a produit ; sinon, ne pas l'ouvrir."


@dataclass(frozen=True)
class Archive:
    """An archive found harmless: the names of its files, as they come, and the content of those asked for."""

    names: tuple[str, ...]
    contents: dict[str, bytes]


class _Refused(Exception):
    def __init__(self, message: str, remedy: str = _NOT_AN_EXPORT) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def is_zip(content: bytes) -> bool:
    """Whether the first bytes are those of a zip archive."""
    return content.startswith(_SIGNATURES)


def unpack(content: bytes, file: str, keep: Callable[[str], bool]) -> Archive | Problem:
    """All names and the contents that `keep` chooses by name; or why the archive is refused, without any name."""
    try:
        return _inflated(content, _entries(content), keep)
    except _Refused as refused:
        return blocking(file, refused.message, refused.remedy)


def _entries(content: bytes) -> list[zipfile.ZipInfo]:
    """The files of the archive, its folders left out."""
    damaged = _Refused("L'archive est abîmée ou incomplète : elle n'a peut-être pas été téléchargée en entier.")
    if len(content) < _END.size or content[-_END.size :][:4] != b"PK\x05\x06":
        raise damaged
    directory = _END.unpack(content[-_END.size :])[5]
    if directory == 0xFFFFFFFF:  # zip64, for archives far larger than any read here
        raise _Refused("L'archive est écrite d'une façon que le projet ne lit pas (zip64).", _SAVE_AGAIN)
    if directory > 5_000 * MAX_ENTRIES:  # bytes: the list itself is too long to be read
        raise _too_many()
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError, LookupError, OverflowError):
        raise damaged from None
    if len(entries) > MAX_ENTRIES:
        raise _too_many()
    if not entries:
        raise _Refused("L'archive est vide.")
    names = [entry.filename.casefold() for entry in entries]
    if min(entry.header_offset for entry in entries) != 0 or len(set(names)) < len(names):
        raise _Refused("L'archive est montée de façon ambiguë : deux programmes n'y liraient pas la même chose.")
    for entry in entries:
        name = entry.orig_filename
        outside = name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/")
        if outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise _Refused("L'archive contient un fichier qui s'écrirait hors de son dossier : elle est refusée.")
        if entry.flag_bits & 0x41:
            message = "L'archive est protégée par un mot de passe : elle ne peut pas être lue."
            raise _Refused(message, "Refaire l'export sans mot de passe ; le coffre du projet protège le fichier.")
        if _MACROS.search(name):
            raise _macros()
    return [entry for entry in entries if not entry.is_dir()]


def _too_many() -> _Refused:
    remedy = "Refaire l'export sans les pièces jointes (photos, sons), qui ne servent pas ici."
    return _Refused(f"L'archive contient plus de {number(MAX_ENTRIES)} fichiers : elle n'est pas lue.", remedy)


def _macros() -> _Refused:
    remedy = "Dans le tableur : Enregistrer sous, format « Classeur Excel (.xlsx) », sans macros."
    return _Refused("Le classeur contient des macros (des programmes) : il n'est pas ouvert.", remedy)


def _inflated(content: bytes, entries: list[zipfile.ZipInfo], keep: Callable[[str], bool]) -> Archive:
    contents: dict[str, bytes] = {}
    total = 0
    most = max(EXEMPT, MAX_RATIO * len(content))
    for entry in entries:
        name, size, check = entry.filename, 0, 0
        wanted: list[bytes] | None = [] if keep(name) else None
        watch = _Watch(name)
        for chunk in _chunks(content, entry):
            size, total, check = size + len(chunk), total + len(chunk), zlib.crc32(chunk, check)
            if total > MAX_INFLATED:
                raise _Refused(
                    f"L'archive, une fois dépliée, dépasse {number(MAX_INFLATED / 1e6)} Mo : elle n'est pas lue.",
                    "Vérifier que c'est le bon fichier ; sinon, refaire l'export en plusieurs parties.",
                )
            if total > most:
                raise _Refused(f"L'archive se déplie en plus de {MAX_RATIO} fois sa taille : aucun export ne le fait.")
            watch.see(chunk)
            if wanted is not None:
                wanted.append(chunk)
        if (size, check) != (entry.file_size, entry.CRC):
            raise _Refused("L'archive est abîmée : un de ses fichiers n'a ni la taille ni la somme annoncées.")
        if wanted is not None:
            contents[name] = b"".join(wanted)
    return Archive(tuple(entry.filename for entry in entries), contents)


def _chunks(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of one file, a megabyte at a time, whatever size it declares."""
    damaged = _Refused("L'archive est abîmée : un de ses fichiers ne se déplie pas.", _SAVE_AGAIN)
    head = content[entry.header_offset : entry.header_offset + _LOCAL.size]
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise damaged
    *_, name_length, extra_length = _LOCAL.unpack(head)
    start = entry.header_offset + _LOCAL.size + name_length + extra_length
    name = content[entry.header_offset + _LOCAL.size :][:name_length]
    # its name in UTF-8, or in the code page of the first zip programs
    spellings = {entry.orig_filename.encode(code, "replace") for code in ("utf-8", "cp437")}
    if name not in spellings or start + entry.compress_size > len(content):
        raise damaged
    data = memoryview(content)[start : start + entry.compress_size]
    slices = (data[place : place + _SLICE] for place in range(0, len(data), _SLICE))
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from map(bytes, slices)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        yield from _deflated(slices, damaged)
    else:
        raise _Refused("L'archive est compressée d'une façon que le projet ne lit pas.", _SAVE_AGAIN)


def _deflated(slices: Iterator[memoryview], damaged: _Refused) -> Iterator[bytes]:
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for part in slices:
            rest: bytes | memoryview = part
            while len(rest) and not decoder.eof:
                yield decoder.decompress(rest, _CHUNK)
                rest = decoder.unconsumed_tail
            if len(rest) or decoder.unused_data:
                raise damaged
        while not decoder.eof:
            more = decoder.decompress(b"", _CHUNK)
            if not more:
                raise damaged
            yield more
    except zlib.error:
        raise damaged from None


class _Watch:
    """What is seen while one file is inflated: other archives, entities, programs."""

    def __init__(self, name: str) -> None:
        lower = name.lower()
        self.table = lower.endswith(".csv")
        self.types = lower == "[content_types].xml"
        self.xml = lower.endswith((".xml", ".rels", ".vml"))
        self.begun, self.tail = False, b""

    def see(self, chunk: bytes) -> None:
        """Raises _Refused."""
        if not self.begun and chunk:
            self._see_first(chunk)
        if not self.xml:
            return
        window = self.tail + chunk  # a word may lie across two chunks
        self.tail = window[-16:]
        if b"<!" in window and _DECLARATION.search(window):
            raise _Refused("Le fichier déclare des entités XML, ce qu'aucun tableur n'écrit : il est refusé.")
        if self.types and any(word in window for word in (b"macroEnabled", b"vbaProject")):
            raise _macros()

    def _see_first(self, chunk: bytes) -> None:
        self.begun = True
        if chunk.startswith(_NESTED):
            remedy = "Si elle ne contient qu'un classeur, le sortir de l'archive et le remettre seul."
            raise _Refused("L'archive contient une autre archive ou un classeur : elle est refusée.", remedy)
        if chunk.startswith(_OLE):
            raise _Refused("Le classeur contient un objet incorporé (document, programme) : il n'est pas ouvert.")
        self.xml = self.xml or (not self.table and chunk.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"))
        if not self.xml:
            return
        declared = _ENCODING.search(chunk[:300])
        unusual = declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
        if unusual or chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in chunk[:100]:
            raise _Refused("Le classeur est écrit dans un encodage qu'aucun tableur n'emploie.", _SAVE_AGAIN)
