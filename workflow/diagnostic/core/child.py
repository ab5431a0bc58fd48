"""What could take more memory or time than it may is read in a process of its own, which has 1 GiB and 20 s of processor, and
writes no file: what breaks, breaks there. Run as a script (`-I`: neither this folder nor the environment changes what Python
loads) this module is the child of one content, which loads its reader once it is confined, by its name in this package. Nothing
that it raises is printed: a message could hold a value.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for the process that asks: a child without them starts in half the time
    import subprocess
    from threading import Event

    import psutil

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
KEPT, SMALL = 32, 1 << 20  # answers that are kept while this process lasts, and the bytes of a content that has one
PACKAGE = Path(__file__).resolve().parents[2]  # the folder that this package lies in

# Why a content was not read.
UNREADABLE, MEMORY_OUT, TIME_OUT = "unreadable", "memory", "time"
_OUT_OF_MEMORY_CODE, _IMPATIENT = 3, 4
_NO_THREAD = 127  # how the C library ends what has no memory left for a thread
_TOO_LARGE, _LOOK = 5, 0.02  # seconds between two looks at the memory of a child that no limit holds

Reader = Callable[[bytes, Mapping[str, Any]], Iterable[Any]]


class NotRead(Exception):
    """A content was not read: `reason` is a constant of this module; `said`: what the child had told of it until then."""

    def __init__(self, reason: str, said: bytes = b"") -> None:
        super().__init__(reason)
        self.reason, self.said = reason, said


def read(reader: Reader, content: bytes, options: Mapping[str, Any]) -> bytes:
    """What `reader`, a function of a module of this package, gives of a content: a line of JSON for each part. Raises
    NotRead. Mappings are told at once, so that a reading that goes no further has said where it was. A command reads the same
    few files many times: a small one that was read is not given to a child again."""
    answer = _read if len(content) <= SMALL else _read.__wrapped__
    return answer(reader, content, json.dumps(dict(options)))


@lru_cache(maxsize=KEPT)
def _read(reader: Reader, content: bytes, options: str) -> bytes:
    said, code = _asked(reader, content, options)
    if code in (_IMPATIENT, _ended_by("SIGXCPU")):
        raise NotRead(TIME_OUT, said)
    ended = {_ended_by("SIGABRT"), _ended_by("SIGKILL")}  # Rust and C++ abort where Python raises
    if code in {_TOO_LARGE, _OUT_OF_MEMORY_CODE, _NO_THREAD, *ended}:
        raise NotRead(MEMORY_OUT, said)
    if code:
        raise NotRead(UNREADABLE, said)
    return said


forget = _read.cache_clear  # what a desk that locks may not keep


def _ended_by(name: str) -> int | None:
    """How a process ends that such a signal has ended; None where there is no such signal."""
    found = getattr(signal, name, None)
    return None if found is None else -found


def _asked(reader: Reader, content: bytes, options: str) -> tuple[bytes, int]:
    """What a child wrote of a content, and 0 or how it ended."""
    import subprocess
    from threading import Event, Thread

    command = [sys.executable, "-I", "-B", __file__, str(PACKAGE), reader.__module__, reader.__name__]
    request = options.encode() + b"\n" + content
    answered, large = Event(), Event()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as child:
        if not HELD:
            Thread(target=_watch, args=(child, answered, large), daemon=True).start()
        try:
            said, code = child.communicate(request, PATIENCE)[0], child.returncode
        except subprocess.TimeoutExpired:
            child.kill()
            said, code = child.communicate()[0], _IMPATIENT
        except BaseException:
            child.kill()
            raise
        finally:
            answered.set()
    return said, _TOO_LARGE if large.is_set() else code


def _watch(child: "subprocess.Popen[bytes]", answered: "Event", large: "Event") -> None:
    """End a child that takes more memory than it may, with what it started."""
    import psutil

    with contextlib.suppress(psutil.Error):  # it has ended
        asked = psutil.Process(child.pid)
        while not answered.wait(_LOOK):
            family = [asked, *asked.children(recursive=True)]
            if sum(memory(one) for one in family) > SEEN * MEMORY:
                large.set()
                for one in family:
                    with contextlib.suppress(psutil.Error):
                        one.kill()
                return


def memory(process: "psutil.Process") -> int:
    """The bytes that a process has in memory; one that has ended has none."""
    import psutil

    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


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


def main() -> int:
    """Read the content, write what its reader gives. Returns the code to end with."""
    _confine()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each thread that numpy starts would take some of the memory
    sys.path.insert(0, sys.argv[1])
    reader: Reader = getattr(importlib.import_module(sys.argv[2]), sys.argv[3])
    try:
        options, content = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
        for line in reader(content, options):
            sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            if isinstance(line, dict):
                sys.stdout.buffer.flush()
        sys.stdout.buffer.flush()
    except MemoryError:
        return _OUT_OF_MEMORY_CODE
    except Exception as error:  # whatever a library raises on a damaged content
        return _OUT_OF_MEMORY_CODE if "bad_alloc" in str(error) else 1  # how GEOS says it
    return 0


if __name__ == "__main__":
    sys.exit(main())
