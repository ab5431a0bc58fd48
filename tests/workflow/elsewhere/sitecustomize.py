"""For a run by hand or by `.ci/run`, this folder in PYTHONPATH: every process of it finds what Windows and an office have. No module of
Unix, no link, and each file that is put in a folder of documents is held twice by another program. What was refused is
listed in the file that the variable HELD names, one line each.
"""

import errno
import os
import sys
from contextlib import suppress

with suppress(ImportError):
    import psutil  # noqa: F401  # which has a part of its own for each system

UNIX = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog")
for name in UNIX:
    sys.modules[name] = None  # type: ignore[assignment]

DOCUMENTS = ("report", "travail", "rendu", "generations")
_replace, _tries = os.replace, {}  # type: ignore[var-annotated]


def _note(what: str) -> None:
    with open(os.environ["HELD"], "a", encoding="utf-8") as file:
        file.write(what + "\n")


def _no_link(*_: object, **__: object) -> None:
    _note("link")
    refused = OSError(errno.EPERM, "A required privilege is not held by the client")
    refused.winerror = 1314  # type: ignore[attr-defined, unused-ignore]
    raise refused


def _held(old: str, new: str) -> None:
    place = os.fspath(new)
    if any(part in DOCUMENTS for part in place.split(os.sep)) and _tries.get(place, 0) < 2:
        _tries[place] = _tries.get(place, 0) + 1
        _note(f"held {place}")
        refused = PermissionError(errno.EACCES, "The process cannot access the file")
        refused.winerror = 32  # type: ignore[attr-defined, unused-ignore]
        raise refused
    _replace(old, new)


os.symlink = os.link = _no_link  # type: ignore[assignment]
os.replace = _held  # type: ignore[assignment]
