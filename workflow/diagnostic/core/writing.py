"""Where results are written, and how: text and bytes whole or not at all, in folders closed to others."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import yaml

from diagnostic.core.errors import HELD, MADE

RESULTS = MADE
COMPARISON = "comparison"  # the folder of results where those of comparisons lie
PUBLIC_PHASES = {"report"}
# The folder of a real study where the documents are that its team works with, and that are not sent.
WORKING = "travail"
RENDERING = "rendu"  # the folder of a study where the report phase keeps its own table: no document, not sent
REVIEW = "review"  # the folder of a study where a reviewer's own copy lies: no phase, never sent, in no manifest
CLOSED = 0o600  # a file that its owner alone reads
PAUSES = (0.1, 0.3, 0.9, 2.7)  # seconds before a file that another program holds is tried again
TOGETHER = 16  # files that a disk is asked to write at once: it does so in the time of a few
_SHORT = re.compile(r"(?=\d{0,11}[a-f])[0-9a-f]{12}")
_TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}")  # how `tempfile` ends a name
NOTICE = "NE_PAS_DIFFUSER.txt"
NOTICE_TEXT = (
    "NE PAS DIFFUSER\n\nCe dossier contient des données de travail non protégées.\n"
    "Seul le dossier « report » de l’étude peut quitter l’équipe.\n"
)


def sha256(path: Path) -> str:
    """The hexadecimal sha256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def short(digest: str) -> str:
    """The first twelve hexadecimal digits in a row that are not all decimal, which could read as a telephone number: nothing
    that holds one leaves the team."""
    found = _SHORT.search(digest)
    return found[0] if found else digest


def inside_results(path: Path) -> str:
    """`results/62-2020/generations/3`: from the folder of all results."""
    parts = path.parts
    return Path(*parts[len(parts) - 1 - parts[::-1].index(RESULTS) :] if RESULTS in parts else parts).as_posix()


def make_private(folder: Path) -> None:
    """Make the folder of a phase, results/{study}/{phase}, closed to others where it must not leave the team."""
    folder.mkdir(parents=True, exist_ok=True)
    above = folder.parent.parent
    results = above.parent if above.name == COMPARISON else above
    if results.name == RESULTS and folder.name not in PUBLIC_PHASES:
        folder.chmod(0o700)
        notice = folder / NOTICE
        if not notice.exists() or notice.stat().st_size != len(NOTICE_TEXT.encode()):  # a full disk leaves it empty
            notice.write_text(NOTICE_TEXT, encoding="utf-8")


def close(folder: Path, public: Callable[[Path], bool] = lambda path: False) -> None:
    """Close a folder's files to others, but the `public` ones, and its folders that hold none. What another account owns stays as
    it is."""
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink() and not public(path) and path.stat().st_mode & 0o077:
            with suppress(OSError):
                path.chmod(0o700 if path.is_dir() else CLOSED)


def close_folder(folder: Path) -> None:
    """Make a folder, closed to others. What another account owns stays as it is."""
    with suppress(OSError):  # what writes there tells why it cannot
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)


def write_bytes(content: bytes, path: Path, mode: int = 0o644) -> None:
    """Write a file of the results or of the project whole or not at all."""
    make_private(path.parent)
    write_whole(content, path, f".{path.name}.", mode)


def write_whole(content: bytes, path: Path, begun: str, mode: int) -> None:
    """Write a file whole or not at all: a temporary name that starts with `begun` in the same folder, fsync, rename."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=begun)  # which others cannot open
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        move(Path(temporary), path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def move(old: Path, new: Path) -> None:
    """Rename a file, over another if there is one, or a folder. What Word, a preview or an antivirus holds for a moment, which
    only Windows refuses, is tried again."""
    for pause in PAUSES:
        try:
            os.replace(old, new)
            return
        except PermissionError as error:
            if getattr(error, "winerror", None) not in HELD:
                raise
            time.sleep(pause)
    os.replace(old, new)


def sync(path: Path) -> None:
    """Let a file, or the names in a folder, be on the disk. Windows opens no folder, and syncs only what could be written."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def wipe(path: Path) -> None:
    """Overwrite a file that no other name has, then delete it, if it is there."""
    if path.is_file() and not path.is_symlink() and path.stat().st_nlink == 1:
        path.chmod(CLOSED)
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    path.unlink(missing_ok=True)


def take_away(folder: Path) -> None:
    """Delete a folder with all that is in it, if it is there."""
    if folder.is_dir():
        shutil.rmtree(folder)


def half_written(folder: Path) -> Iterator[Path]:
    """What `write_bytes` had begun under a folder when it was killed, or is writing now."""
    return (path for path in folder.rglob(".*.*") if _TEMPORARY.fullmatch(path.name) and path.is_file())


def write_folder(contents: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a folder, and take away those that are no longer made."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in contents:
            old.unlink()
    make_private(folder)
    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(lambda name: write_bytes(contents[name], folder / name), contents))


# -- What is written, as it depends on nothing but its content: rows, archives, declarations ----------------------
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date that an entry of an archive can have


def as_csv(rows: Iterable[Iterable[object]], separator: str = ",", end: str = "\n", quoted: bool = False) -> str:
    """The rows as a CSV, lines ended by `end`; `quoted`: every cell, else those that need it."""
    out = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def listed(header: Sequence[str], records: Iterable[Mapping[str, object]]) -> list[list[object]]:
    """The header, then the cells of each record under it, empty where a record has none."""
    return [list(header), *([record.get(name, "") for name in header] for record in records)]


def as_zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of these files (name, content), in their order and without a date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, content)
    return out.getvalue()


def as_yaml(content: Mapping[str, Any]) -> bytes:
    """A declaration as the project writes it: keys in their order, no line over 110 signs."""
    return str(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=110)).encode()


def read_json(path: Path) -> dict[str, Any]:
    """What the record in a file says, by name; empty where there is none that reads."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def as_json(content: object, indent: int = 1) -> bytes:
    """A record as people may read it, ended by a line break."""
    return (json.dumps(content, ensure_ascii=False, indent=indent) + "\n").encode()
