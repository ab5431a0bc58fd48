"""Each workbook is parsed in a process of its own that may use 1 GiB and 20 s of processor, and no file: what breaks,
breaks there. Run as a script (`-I`: neither this folder nor the environment changes what Python loads) this module is
the child, as confined, which is started once and forks for each workbook without ever reading one; it knows the
standard library and calamine only. Nothing of it is printed: a message could hold a value. After a failure it ends as
its fork did, and the next workbook has a new child.
"""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import io
import json
import os
import posixpath
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from threading import Event, Lock, Thread, Timer
from typing import Any
from xml.etree import ElementTree

try:
    import resource
except ImportError:  # Windows: the process that asks watches the child's memory instead
    resource = None  # type: ignore[assignment]

MEMORY = 1 << 30  # bytes of address space
PROCESSOR = 20  # seconds
PATIENCE = 180  # seconds by the wall clock, on a machine that has other things to do
CHUNK, LONGEST_ROW = 1 << 20, 1 << 26

# Why a workbook was not read; anything but a limit's name.
UNREADABLE, MEMORY_OUT, TIME_OUT, MACROS = "unreadable", "memory", "time", "macros"
ERROR_VALUE, NOT_COMPUTED = "error", "formula"  # what can be wrong with one cell
_OUT_OF_MEMORY_CODE, _IMPATIENT = 3, 4
_TOO_LARGE, _LOOK = 5, 0.05  # seconds between two looks at the memory of a child that no limit holds
_LEAVING = 5  # seconds in which a child that is asked nothing more ends
_DONE = b'{"done": true}\n'  # after each workbook

# Cells that calamine shows empty: an error (#N/A), or a formula whose result was never saved. A text in a sheet's XML
# holds no « < », so these patterns meet cells only.
_ERROR = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\bt=["']e["'][^>]*>""")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*)?>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v[^>]*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")  # a formula may well give an empty text
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its place among the tabs from 1, its name (personal, maybe), its cells as text from A1 on, and those
    without value: (row from 1, column from 0, ERROR_VALUE or NOT_COMPUTED), (0, 0, …) where the place is unknown.
    """

    number: int
    title: str
    rows: list[list[str]] = field(default_factory=list)
    faults: list[tuple[int, int, str]] = field(default_factory=list)


class NotRead(Exception):
    """The workbook was not read: `reason` is a constant of this module or the name of a limit."""

    def __init__(self, reason: str, sheet: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.sheet = reason, sheet


def read_sheets(content: bytes, limits: Mapping[str, int]) -> list[Sheet]:
    """The sheets of an .xlsx, hidden ones included, charts left out. Raises NotRead.

    `limits`: the most `rows` and `columns` of a sheet, filled `cells` and `characters` of the whole.
    """
    with _TURN:
        output, code = _asked(_child(), content, limits)
    if code in (_IMPATIENT, _ended_by("SIGXCPU")):
        raise NotRead(TIME_OUT)
    if code in (
        _TOO_LARGE,
        _ended_by("SIGABRT"),
        _ended_by("SIGKILL"),
        _OUT_OF_MEMORY_CODE,
    ):  # Rust aborts where Python raises
        raise NotRead(MEMORY_OUT)
    if code:
        raise NotRead(UNREADABLE)
    try:
        return _received(output)
    except (ValueError, LookupError, TypeError):  # not what the child writes
        raise NotRead(UNREADABLE) from None


def _ended_by(name: str) -> int | None:
    """How a process ends that such a signal has ended; None where there is no such signal."""
    found = getattr(signal, name, None)
    return None if found is None else -found


_TURN = Lock()  # two rules may run at once
_children: dict[
    tuple[int, str], subprocess.Popen[bytes]
] = {}  # at most one: by the process that started it, and its code


def _child() -> subprocess.Popen[bytes]:
    """The child that waits for workbooks, started where there is none."""
    key = os.getpid(), __file__
    if key not in _children:
        _leave()
        command = [sys.executable, "-I", "-B", __file__]
        _children[key] = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that it can be ended with its fork
        )
    return _children[key]


@atexit.register
def _leave() -> None:
    """End the child of this process; that of a process which forked this one is not its own."""
    for (owner, _), child in _children.items():
        if owner == os.getpid():
            _end(child)
    _children.clear()


def _end(child: subprocess.Popen[bytes]) -> int:
    """How the child ended: by itself, else now."""
    assert child.stdin and child.stdout
    with contextlib.suppress(OSError):
        child.stdin.close()  # it ends when nothing more can be asked
    child.stdout.close()
    try:
        return child.wait(_LEAVING)
    except subprocess.TimeoutExpired:
        _kill(child)
        return child.wait()


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)  # its fork too
        else:
            child.kill()


def _watch(child: subprocess.Popen[bytes], answered: Event, large: Event) -> None:
    """End a child that takes more memory than it may."""
    import psutil

    with contextlib.suppress(psutil.Error):
        watched = psutil.Process(child.pid)
        while not answered.wait(_LOOK):
            if watched.memory_info().rss > MEMORY:
                large.set()
                _kill(child)
                return


def _asked(child: subprocess.Popen[bytes], content: bytes, limits: Mapping[str, int]) -> tuple[bytes, int]:
    """What the child wrote of a workbook, and 0 or how it ended."""
    assert child.stdin and child.stdout
    late, large, answered = Event(), Event(), Event()

    def end() -> None:
        late.set()
        _kill(child)

    patience = Timer(PATIENCE, end)
    patience.start()
    if resource is None:
        Thread(target=_watch, args=(child, answered, large), daemon=True).start()
    try:
        with contextlib.suppress(OSError):  # it ended: what it wrote before, and its code, tell why
            child.stdin.write(json.dumps({"size": len(content), "limits": dict(limits)}).encode() + b"\n")
            child.stdin.write(content)
            child.stdin.flush()
        lines: list[bytes] = []
        while line := child.stdout.readline():
            if line == _DONE:
                return b"".join(lines), 0
            lines.append(line)
        _children.clear()
        code = _end(child)
        return b"".join(lines), _TOO_LARGE if large.is_set() else _IMPATIENT if late.is_set() else code
    except BaseException:  # what is half said cannot be gone on with
        _kill(child)
        _children.clear()
        raise
    finally:
        answered.set()
        patience.cancel()


def _received(output: bytes) -> list[Sheet]:
    """What the child wrote: a line per row, after an object that announces the sheet."""
    sheets: list[Sheet] = []
    for line in io.BytesIO(output):
        part = json.loads(line)
        if isinstance(part, list):
            sheets[-1].rows.append(part)
        elif "faults" in part:
            sheets[-1].faults.extend((row, column, nature) for row, column, nature in part["faults"])
        elif "refused" in part:
            raise NotRead(part["refused"], part["sheet"])
        elif "end" in part:
            return sheets
        else:
            sheets.append(Sheet(part["number"], part["title"]))
    raise NotRead(UNREADABLE)


# --- in the child ---


def text(value: Any) -> str:
    """A cell as text, nothing lost: 3 (every number is a float in a workbook), 2.5, true, 2019-08-28,
    2019-08-28T10:15:32, 10:15:32; a duration as hours, 26:15:00."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        sign, value = ("-", -value) if value < dt.timedelta(0) else ("", value)
        minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
        part = f".{value.microseconds:06}" if value.microseconds else ""
        return f"{sign}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{part}"
    return str(value)


@lru_cache(maxsize=1 << 16)
def _float(value: float) -> str:
    return repr(value + 0.0).removesuffix(".0")  # -0.0 + 0.0 is 0.0


def _confine() -> None:
    """No more memory, processor, file written or core dumped than allowed; a system without a limit goes on."""
    if resource is None:
        return
    for kind, soft, hard in (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR, PROCESSOR + 1),  # SIGXCPU first: SIGKILL means that memory ran out
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))


def _lines(content: bytes, limits: Mapping[str, int]) -> Iterator[Any]:
    """What is written: for each sheet its title, its rows and the cells at fault; then the end, or a refusal."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    archive = zipfile.ZipFile(io.BytesIO(content))
    left = dict(limits)
    for index, (about, part) in enumerate(zip(workbook.sheets_metadata, _parts(archive), strict=True)):
        number = index + 1
        if about.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba):
            yield {"refused": MACROS, "sheet": number}
            return
        if about.typ != SheetTypeEnum.WorkSheet:
            continue  # a chart has no cell, and calamine nothing to read
        yield {"number": number, "title": about.name}
        for row in _rows(workbook.get_sheet_by_index(index), left):
            if isinstance(row, str):
                yield {"refused": row, "sheet": number}
                return
            yield row
        yield {"faults": list(islice(_faults(archive, part), limits["rows"]))}
    yield {"end": True}


def _rows(sheet: Any, left: dict[str, int]) -> Iterator[list[str] | str]:
    """The rows of a sheet from row 1 and column A on, or the name of the limit it passes; `left` is counted down."""
    last_row, last_column = sheet.end or (0, 0)  # counted from 0, as total_height and total_width are too
    if last_row > left["rows"] or last_column >= left["columns"]:
        yield "rows" if last_row > left["rows"] else "columns"
        return
    # iter_rows begins at row 1 whatever the first filled row, but at the first filled column
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for values in sheet.iter_rows():
        row = before + [
            value if type(value) is str else _float(value) if type(value) is float else text(value) for value in values
        ]
        while row and not row[-1]:
            row.pop()
        left["cells"] -= len(row) - row.count("")
        left["characters"] -= sum(map(len, row))
        if left["cells"] < 0 or left["characters"] < 0:
            yield "cells" if left["cells"] < 0 else "characters"
            return
        yield row


def _parts(archive: zipfile.ZipFile) -> list[str]:
    """The files of the sheets in the archive, in the order of the tabs."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    tabs = [tag for tag in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter() if tag.tag.endswith("}sheet")]
    keys = [next(value for name, value in tab.items() if name.endswith("}id")) for tab in tabs]
    return [posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/") for key in keys]


def _faults(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, str]]:
    """The cells of one sheet that hold an error, or a formula without its result."""
    kept = b""
    with archive.open(part) as source:
        while chunk := source.read(CHUNK):
            window = kept + chunk
            end = window.rfind(b"row>") + 4  # rows are searched once, whole
            if end < 4:
                end = 0 if len(window) < LONGEST_ROW else len(window)
            kept = window[end:]
            yield from _found(window[:end])
    yield from _found(kept)


def _found(window: bytes) -> Iterator[tuple[int, int, str]]:
    if b't="e"' in window or b"t='e'" in window:
        yield from ((*_place(found[0]), ERROR_VALUE) for found in _ERROR.finditer(window))
    if b"<f" in window or b":f" in window:
        for found in _FORMULA.finditer(window):
            attributes = found[1] or b""
            if not _TEXT_RESULT.search(attributes):
                yield (*_place(attributes), NOT_COMPUTED)


def _place(cell: bytes) -> tuple[int, int]:
    """Row from 1 and column from 0 of a cell's tag."""
    found = _PLACE.search(cell)
    if not found:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    return int(found[2]), column - 1


def _answer(source: io.FileIO, request: Mapping[str, Any]) -> int:
    """In the fork: read the workbook, write its lines. Returns the code to end with."""
    try:
        reader = io.BufferedReader(source)
        content = reader.read(request["size"])
        reader.detach()  # else it would close what it has read from
        for line in _lines(content, request["limits"]):
            sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        sys.stdout.buffer.flush()
    except MemoryError:
        return _OUT_OF_MEMORY_CODE
    except Exception:  # whatever a library raises on a damaged workbook
        return 1
    return 0


def main() -> int:
    _confine()
    import python_calamine  # noqa: F401 - loaded once, and once confined

    source = io.FileIO(0)
    while head := source.readline():
        request = json.loads(head)
        if not hasattr(os, "fork"):  # then each workbook is read by the child itself, and what it leaves stays with it
            if code := _answer(source, request):
                return code
            sys.stdout.buffer.write(_DONE)
            sys.stdout.buffer.flush()
            continue
        fork = os.fork()
        if not fork:
            os._exit(_answer(source, request))
        code = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
        if code < 0:
            os.kill(os.getpid(), -code)
        if code:
            return code
        sys.stdout.buffer.write(_DONE)
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
