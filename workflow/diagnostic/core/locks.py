"""One process at a time changes a folder: a second waits a little, then is told.

The system's own lock on the folder, which ends with whoever holds it, however that ends: nothing is left to take away. Where
there is none (Windows, some network disks) nothing is locked.
"""

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from diagnostic.core.errors import Refused
from diagnostic.core.french import typographic
from diagnostic.core.writing import read_json, write_bytes

NOW, WAIT = 0.0, 20.0  # seconds; WAIT is longer than most changes take
LOOK = 0.05  # seconds between two tries


class Busy(Refused):
    """Another process is changing the same folder."""

    def __init__(self, folder: Path) -> None:
        told = f"Une autre commande écrit en ce moment dans {folder.as_posix()} ; attendre sa fin, puis relancer."
        super().__init__(typographic(told))


@contextmanager
def turn(folder: Path, wait: float = WAIT) -> Iterator[None]:
    """Be the one who changes a folder, if it exists; a process must not ask twice for the same. Raises Busy."""
    if os.name == "nt" or not folder.is_dir():
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        deadline = time.monotonic() + wait
        while not _taken(handle):
            if time.monotonic() > deadline:
                raise Busy(folder)
            time.sleep(LOOK)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    """Whether the lock is had, or there is none to have."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # this disk knows no locks
        return True
    return True


# -- Who holds a lock of Snakemake: noted as its steps begin, so that what a dead process left stops nobody -------
LOCKS, NOTE = ".snakemake/locks", ".snakemake/diagnostic.json"
APART = 1.0  # seconds: two processes that began less apart, under one number, are the same


def note(root: Path) -> None:
    """Say that this process calculates in the folder: its number, when it began by the clock and since the machine did, and its
    machine."""
    write_bytes(json.dumps({"machine": platform.node(), **began(psutil.Process())}).encode(), root / NOTE)


def sweep(root: Path) -> None:
    """Take away the locks that a dead process left, as `snakemake --unlock` does."""
    if standing(root) and holder(root) is None:
        for path in standing(root):
            path.unlink(missing_ok=True)


def standing(root: Path) -> list[Path]:
    """The locks of a folder."""
    return sorted((root / LOCKS).glob("*.lock"))


def holder(root: Path) -> dict[str, Any] | None:
    """Who holds the locks of a folder: as `note` told it, where it lives or is of another machine, which nothing here knows of;
    else the process of this machine that runs Snakemake there. None where they are of a dead one."""
    told = _noted(root)
    if told and (told["machine"] != platform.node() or alive(told)):
        return told
    return next(filter(None, (_running(process, root) for process in psutil.process_iter())), None)


def _noted(root: Path) -> dict[str, Any]:
    told = read_json(root / NOTE)
    return told if told.keys() >= {"machine", "pid", "began", "uptime"} else {}


def began(process: psutil.Process) -> dict[str, Any]:
    """A process, as `alive` knows it again: its number, when it began by the clock and since the machine did."""
    time = process.create_time()
    return {"pid": process.pid, "began": time, "uptime": time - psutil.boot_time()}


def alive(told: dict[str, Any]) -> bool:
    """Whether a process still runs, and not another that has its number now. A clock that was put right moves one of the two
    times, never both."""
    try:
        process = psutil.Process(told["pid"])
        now = began(process)
        return process.status() != psutil.STATUS_ZOMBIE and any(
            abs(now[time] - told[time]) <= APART for time in ("began", "uptime")
        )
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False


def _running(process: psutil.Process, root: Path) -> dict[str, Any] | None:
    """A process that runs Snakemake in a folder and began before its locks, as `note` tells of one."""
    try:
        if process == psutil.Process() or not any("snakemake" in part for part in process.cmdline()):
            return None
        first = min((path.stat().st_mtime for path in standing(root)), default=0.0)
        if Path(process.cwd()) != root.resolve() or process.create_time() > first + APART:
            return None
        return {"machine": platform.node(), **began(process)}
    except (psutil.Error, OSError):
        return None
