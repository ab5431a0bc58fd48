"""One process at a time changes a folder: a second waits a little, then is told.

The system's own lock on the folder, which ends with whoever holds it, however that ends: nothing is left to take away. Where
there is none (Windows, some network disks) nothing is locked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diagnostic.core.errors import Refused
from diagnostic.core.french import typographic

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
