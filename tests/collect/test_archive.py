"""The guard of archives: what is harmless passes whole, what is not is named before anything is parsed."""

from __future__ import annotations

import io
import random
import time
import warnings
import zipfile
from collections.abc import Callable
from functools import cache

import pytest
from drawn import cases, one_in
from hypothesis import given, settings
from hypothesis import strategies as st
from received_files import CANARY, SMALL, declaring, flagged, followed, headers, linked, parts, xlsx, zipped

from diagnostic.core.problems import BLOCKING, Problem
from diagnostic.files import archive
from diagnostic.files.archive import Archive, unpack

CSV = {"reponses.csv": f"nom,age\n{CANARY},31\n"}
NOISE = random.Random(3).randbytes(40_000)


def verdict(content: bytes) -> Archive | Problem:
    return unpack(content, "questionnaire", lambda name: name.endswith(".csv"))


def test_a_sound_archive_gives_names_and_the_contents_asked_for() -> None:
    found = verdict(zipped({**CSV, "media/1.jpg": b"\xff\xd8\xff" + NOISE, "deuxième.csv": "é,b\n"}))
    assert isinstance(found, Archive)
    assert found.names == ("reponses.csv", "media/1.jpg", "deuxième.csv")
    assert found.contents == {"reponses.csv": CSV["reponses.csv"].encode(), "deuxième.csv": "é,b\n".encode()}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("size", [0, 1, 32_767, 32_768, 32_769, 1_048_576, 2_500_000])
def test_contents_of_any_size_come_back_whole(size: int, method: int) -> None:
    content = random.Random(size).randbytes(size)
    found = verdict(zipped({"a.csv": content}, method))
    assert isinstance(found, Archive) and found.contents["a.csv"] == content


def test_an_archive_written_as_a_stream_is_read() -> None:
    """Sizes then follow the content, as in exports of Google Sheets."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = b""

        def writable(self) -> bool:
            return True

        def write(self, content: object) -> int:
            self.written += bytes(content)  # type: ignore[call-overload]
            return len(content)  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.csv", "x,y\n" * 100)
    found = verdict(pipe.written)
    assert isinstance(found, Archive) and found.contents["a.csv"] == b"x,y\n" * 100


def test_a_sound_workbook_passes() -> None:
    assert isinstance(verdict(zipped(SMALL)), Archive)
    assert isinstance(verdict(zipped({**SMALL, "xl/media/image1.png": b"\x89PNG" + NOISE})), Archive)


def twice() -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "w") as archive_:
            archive_.writestr("a.csv", "a,b\n1,2\n")
            archive_.writestr("a.csv", "a,b\n3,4\n")
    return out.getvalue()


def doctype(text: str, name: str = "xl/workbook.xml") -> bytes:
    return zipped({**SMALL, name: text})


@cache
def bomb() -> bytes:
    return zipped({"a.csv": bytes(60_000_000)})


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb of zeros": (bomb, "100 fois"),
    "bomb in ten files": (lambda: zipped({f"{i}.csv": b"0,1\n" * 1_000_000 for i in range(10)}), "100 fois"),
    "bomb that declares ten bytes": (lambda: declaring(bomb(), 10), "100 fois"),
    "size declared too small": (lambda: declaring(zipped({"a.csv": b"1,2\n" * 9000}), 10), "taille"),
    "size declared too large": (lambda: declaring(zipped({"a.csv": b"1,2\n" * 9000}), 900_000), "taille"),
    "201 files": (lambda: zipped({f"{i}.csv": "a,b\n" for i in range(201)}), "200 fichiers"),
    "60 000 files": (lambda: zipped({f"{i}.csv": "" for i in range(60_000)}), "200 fichiers"),
    "no file": (lambda: zipped({}), "vide"),
    "parent folder": (lambda: zipped({"../a.csv": "a,b\n"}), "hors de son dossier"),
    "parent folder inside": (lambda: zipped({"x/../../a.csv": "a,b\n"}), "hors de son dossier"),
    "absolute path": (lambda: zipped({"/etc/a.csv": "a,b\n"}), "hors de son dossier"),
    "Windows path": (lambda: zipped({"C:\\a.csv": "a,b\n"}), "hors de son dossier"),
    "symbolic link": (lambda: linked("a.csv", "/etc/passwd"), "hors de son dossier"),
    "password": (lambda: flagged(zipped(CSV), 0x01), "mot de passe"),
    "strong encryption": (lambda: flagged(zipped(CSV), 0x40), "mot de passe"),
    "zip inside": (lambda: zipped({**CSV, "b.bin": zipped(CSV)}), "autre archive"),
    "zip inside named csv": (lambda: zipped({"a.csv": zipped(CSV)}), "autre archive"),
    "workbook inside": (lambda: zipped({"export.xlsx": zipped(SMALL)}), "autre archive"),
    "gzip inside": (lambda: zipped({"a.csv": b"\x1f\x8b\x08" + NOISE}), "autre archive"),
    "macros": (lambda: zipped({**SMALL, "xl/vbaProject.bin": NOISE}), "macros"),
    "macros in capitals": (lambda: zipped({**SMALL, "XL/VBAPROJECT.BIN": NOISE}), "macros"),
    "macro sheet": (lambda: zipped({**SMALL, "xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
    "macro type": (
        lambda: doctype("<Types><x ContentType='a.macroEnabled.main'/></Types>", "[Content_Types].xml"),
        "macros",
    ),
    "embedded object": (lambda: zipped({**SMALL, "xl/embeddings/o.bin": archive._OLE + NOISE}), "objet incorporé"),
    "DOCTYPE": (lambda: doctype('<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'), "entités"),
    "entities": (lambda: doctype('<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'), "entités"),
    "entities in relations": (lambda: doctype("<!DOCTYPE x><x/>", "xl/_rels/workbook.xml.rels"), "entités"),
    "entities in a drawing": (lambda: doctype("\n <!DOCTYPE x><x/>", "xl/drawings/d.vml"), "entités"),
    "entities under another suffix": (lambda: doctype("\ufeff<!DOCTYPE x><x/>", "xl/worksheets/sheet9.bin"), "entités"),
    "UTF-16 markup": (lambda: zipped({**SMALL, "xl/a.xml": "<!DOCTYPE x><x/>".encode("utf-16")}), "encodage"),
    "UTF-16 without mark": (lambda: zipped({**SMALL, "xl/a.xml": "<!DOCTYPE x>".encode("utf-16-le")}), "encodage"),
    "UTF-7 markup": (lambda: doctype('<?xml version="1.0" encoding="UTF-7"?><x/>'), "encodage"),
    "name twice": (twice, "ambiguë"),
    "name twice but for case": (lambda: zipped({"a.csv": "1,2\n", "A.csv": "3,4\n"}), "ambiguë"),
    "bytes before": (lambda: b"PK\x03\x04" + bytes(60) + zipped(CSV), "ambiguë"),
    "bytes after": (lambda: zipped(CSV) + b"\0", "abîmée"),
    "comment": (lambda: zipped(CSV)[:-2] + b"\x03\x00abc", "abîmée"),
    "unknown compression": (lambda: zipped(CSV, zipfile.ZIP_LZMA), "compressée"),
    "local name differs": (lambda: zipped(CSV).replace(b"reponses", b"sesnoper", 1), "abîmée"),
    "data after the data": (lambda: followed(b"a,b\n", NOISE), "abîmée"),
    "zip64": (lambda: zipped(CSV)[:-10] + b"\xff" * 8 + b"\0\0", "zip64"),
    "half a file": (lambda: xlsx()[:600], "abîmée"),
    "magic only": (lambda: b"PK\x03\x04", "abîmée"),
}


@pytest.mark.parametrize("name", one_in(5, HOSTILE))
def test_hostile_archives_are_refused_before_anything_is_parsed(name: str) -> None:
    make, words = HOSTILE[name]
    content = make()
    begun = time.process_time()
    problem = verdict(content)
    assert time.process_time() - begun < 5
    assert isinstance(problem, Problem), "let through"
    assert problem.severity == BLOCKING and problem.file == "questionnaire"
    assert words in problem.message, problem.message
    assert problem.remedy and "SECRETE" not in problem.message + problem.remedy


def test_the_file_made_for_data_after_the_data_is_sound_without_them() -> None:
    found = verdict(followed(b"a,b\n", b""))
    assert isinstance(found, Archive) and found.contents["a.csv"] == b"a,b\n"


def test_a_declaration_across_two_chunks_is_seen() -> None:
    for shift in range(1, 9):
        text = "<x>" + "y" * (32_768 - 3 - shift) + "<!DOCTYPE z>"
        assert isinstance(verdict(zipped({"xl/a.xml": text}, zipfile.ZIP_STORED)), Problem), shift


def test_an_answer_that_speaks_of_xml_is_no_declaration() -> None:
    assert isinstance(verdict(zipped({"a.csv": "question,b\n<!DOCTYPE html>,1\n"})), Archive)
    assert isinstance(verdict(zipped(parts("<row><c t='str'><v>&lt;!DOCTYPE x&gt;</v></c></row>"))), Archive)


def test_the_total_counts_not_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped({f"{i}.csv": NOISE for i in range(10)})
    monkeypatch.setattr(archive, "MAX_INFLATED", 10 * len(NOISE))
    assert isinstance(verdict(content), Archive)
    monkeypatch.setattr(archive, "MAX_INFLATED", 10 * len(NOISE) - 1)
    problem = verdict(content)
    assert isinstance(problem, Problem) and "Mo" in problem.message


def test_what_compresses_well_but_stays_small_passes() -> None:
    assert isinstance(verdict(zipped({"a.csv": b"0,0\n" * 200_000})), Archive)


def test_no_truncation_is_read() -> None:
    content = zipped(SMALL)
    for length in range(4, len(content), 37):
        assert isinstance(verdict(content[:length]), Problem), length


@settings(max_examples=cases(300), deadline=None)
@given(st.data())
def test_no_change_of_a_byte_raises_or_changes_a_content(data: st.DataObject) -> None:
    content = bytearray(zipped({**CSV, "b.csv": "c,d\n" * 50}))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    found = verdict(bytes(content))
    if isinstance(found, Archive):
        sound = {CSV["reponses.csv"].encode(), b"c,d\n" * 50}
        assert set(found.contents.values()) <= sound


@settings(max_examples=cases(200), deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_guard_raise(content: bytes) -> None:
    assert isinstance(verdict(b"PK\x03\x04" + content), Problem)
    assert isinstance(verdict(b"PK\x03\x04" + content + zipped(CSV)[headers(zipped(CSV))[0] :]), Problem)
