"""What could take more memory or time than it may is read in a process of its own, which has 1 GiB and 20 s of processor, and
writes no file: what breaks, breaks there. Run as a script (`-I`: neither this folder nor the environment changes what Python
loads) this module is the child, as confined, which is started once for a module of readers, loads it by its name in this
package, and forks for each content without ever reading one. Nothing that it raises is printed: a message could hold a value.
After a failure it ends as its fork did, and the next content has a new child.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from types import ModuleType
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

# Elsewhere the process that asks watches the child's memory: macOS has this limit and does not apply it.
HELD = resource is not None and sys.platform == "linux"

MEMORY = 1 << 30  # bytes of address space
SEEN = 0.75  # of it, in memory, at which a child that is only watched ends: it takes more between two looks
PROCESSOR = 20  # seconds
PATIENCE = 180  # seconds by the wall clock, on a machine that has other things to do
PACKAGE = Path(__file__).resolve().parents[2]  # the folder that this package lies in

# Why a content was not read.
UNREADABLE, MEMORY_OUT, TIME_OUT = "unreadable", "memory", "time"
_OUT_OF_MEMORY_CODE, _IMPATIENT = 3, 4
_NO_THREAD = 127  # how the C library ends what has no memory left for a thread
_TOO_LARGE, _LOOK = 5, 0.02  # seconds between two looks at the memory of a child that no limit holds
_LEAVING = 5  # seconds in which a child that is asked nothing more ends
_DONE = b'{"done": true}\n'  # after each content

Reader = Callable[[bytes, Mapping[str, Any]], Iterable[Any]]


class NotRead(Exception):
    """A content was not read: `reason` is a constant of this module; `said`: what the child had told of it until then."""

    def __init__(self, reason: str, said: bytes = b"") -> None:
        super().__init__(reason)
        self.reason, self.said = reason, said


def read(reader: Reader, content: bytes, options: Mapping[str, Any]) -> bytes:
    """What `reader`, a function of a module of this package, gives of a content: a line of JSON for each part. Raises
    NotRead. Mappings are told at once, so that a reading that goes no further has said where it was."""
    with _TURN:
        said, code = _asked(_child(reader.__module__), reader.__name__, content, options)
    if code in (_IMPATIENT, _ended_by("SIGXCPU")):
        raise NotRead(TIME_OUT, said)
    ended = {_ended_by("SIGABRT"), _ended_by("SIGKILL")}  # Rust and C++ abort where Python raises
    if code in {_TOO_LARGE, _OUT_OF_MEMORY_CODE, _NO_THREAD, *ended}:
        raise NotRead(MEMORY_OUT, said)
    if code:
        raise NotRead(UNREADABLE, said)
    return said


def _ended_by(name: str) -> int | None:
    """How a process ends that such a signal has ended; None where there is no such signal."""
    found = getattr(signal, name, None)
    return None if found is None else -found


_TURN = Lock()  # two rules may run at once
# By the process that started it, its code, and the module of its readers.
_children: dict[tuple[int, str, str], subprocess.Popen[bytes]] = {}


def _child(module: str) -> subprocess.Popen[bytes]:
    """The child that waits for contents, started where there is none with the readers of this module."""
    key = os.getpid(), __file__, module
    if key not in _children:
        if key[:2] not in {started[:2] for started in _children}:
            _leave()  # those of the process that this one was forked from, or of other code
        command = [sys.executable, "-I", "-B", __file__, str(PACKAGE), module]
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
    for (owner, *_), child in _children.items():
        if owner == os.getpid():
            _end(child)
    _children.clear()


def _forget(child: subprocess.Popen[bytes]) -> None:
    for key in [key for key, started in _children.items() if started is child]:
        del _children[key]


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
    """End a child that takes more memory than it may, with its fork."""
    while not answered.wait(_LOOK):
        if memory(child.pid) > SEEN * MEMORY:
            large.set()
            _kill(child)
            return


def memory(pid: int) -> int:
    """The bytes that a process and those that it started have in memory; those that have ended have none."""
    import psutil

    found = 0
    with contextlib.suppress(psutil.Error):
        asked = psutil.Process(pid)
        for one in (asked, *asked.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                found += one.memory_info().rss
    return found


def _asked(
    child: subprocess.Popen[bytes], reader: str, content: bytes, options: Mapping[str, Any]
) -> tuple[bytes, int]:
    """What the child wrote of a content, and 0 or how it ended."""
    assert child.stdin and child.stdout
    late, large, answered = Event(), Event(), Event()

    def end() -> None:
        late.set()
        _kill(child)

    patience = Timer(PATIENCE, end)
    patience.start()
    if not HELD:
        Thread(target=_watch, args=(child, answered, large), daemon=True).start()
    try:
        with contextlib.suppress(OSError):  # it ended: what it wrote before, and its code, tell why
            request = {"size": len(content), "reader": reader, "options": dict(options)}
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.write(content)
            child.stdin.flush()
        lines: list[bytes] = []
        while line := child.stdout.readline():
            if line == _DONE:
                return b"".join(lines), 0
            lines.append(line)
        _forget(child)
        code = _end(child)
        return b"".join(lines), _TOO_LARGE if large.is_set() else _IMPATIENT if late.is_set() else code
    except BaseException:  # what is half said cannot be gone on with
        _kill(child)
        _forget(child)
        raise
    finally:
        answered.set()
        patience.cancel()


# --- in the child ---


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


def _answer(source: io.FileIO, readers: ModuleType, request: Mapping[str, Any]) -> int:
    """In the fork: read the content, write what its reader gives. Returns the code to end with."""
    try:
        reader = io.BufferedReader(source)
        content = reader.read(request["size"])
        reader.detach()  # else it would close what it has read from
        for line in getattr(readers, request["reader"])(content, request["options"]):
            sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            if isinstance(line, dict):
                sys.stdout.buffer.flush()
        sys.stdout.buffer.flush()
    except MemoryError:
        return _OUT_OF_MEMORY_CODE
    except Exception as error:  # whatever a library raises on a damaged content
        return _OUT_OF_MEMORY_CODE if "bad_alloc" in str(error) else 1  # how GEOS says it
    return 0


def main() -> int:
    _confine()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each thread that numpy starts would take some of the memory
    sys.path.insert(0, sys.argv[1])
    readers = importlib.import_module(sys.argv[2])  # once for all contents, and once confined
    import python_calamine  # noqa: F401 - as early: most contents are workbooks, and their readers load it when they read

    source = io.FileIO(0)
    while head := source.readline():
        request = json.loads(head)
        if hasattr(os, "fork"):
            fork = os.fork()
            if not fork:
                os._exit(_answer(source, readers, request))
            code = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
            if code < 0:
                os.kill(os.getpid(), -code)
        else:  # then each content is read by the child itself, and what it leaves stays with it
            code = _answer(source, readers, request)
        if code:
            return code
        sys.stdout.buffer.write(_DONE)
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
