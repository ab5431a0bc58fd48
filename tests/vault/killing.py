"""A command of a team in a process that ends, as by a kill, at the n-th thing that it does to files; no other thing is changed.

What it does to files is seen by the interpreter's own audit of what a program asks of the system.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

KILLED = 9
SEEN = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def run(
    work: Callable[[], object], root: Path, at: int = 0, kept: Path | None = None, moments: Collection[int] = ()
) -> tuple[int, int, list[str]]:
    """Do it in a child: its code (KILLED where it was), how many operations on files under a folder it came to, and what they
    were. `at`: the one that it does not do; 0: it does all. Of each of the `moments`, what a kill there would have left is
    `kept`, by its number: nothing else is lost by a process that is killed than what it had not yet asked of the system."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        code = 1
        try:
            code = _counted(work, root, at, writing, {one: kept / str(one) for one in moments} if kept else {})
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        done = told.read().splitlines()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), len(done), done


def each_ended(
    work: Callable[[], object], root: Path, again: Callable[[], None], ends: Collection[int], kept: Path
) -> Iterator[tuple[int, int]]:
    """Each of the operations `ends`, and the code of the same command after it, the folder being what it makes of what a kill there
    leaves. The first is a kill; of the others that is `kept` as one whole command comes to them. `again`: the folder as it was."""
    first, *moments = sorted(set(ends))
    again()
    assert run(work, root, kept=kept, moments=moments)[0] == 0, moments
    again()
    assert run(work, root, first)[0] == KILLED, first
    for at in (first, *moments):
        if at != first:
            shutil.rmtree(root)
            (kept / str(at)).rename(root)
        yield at, run(work, root)[0]


def _counted(work: Callable[[], object], root: Path, at: int, told: int, kept: dict[int, Path]) -> int:
    count, base = 0, str(root.resolve())

    def one(what: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            os._exit(KILLED)
        if count in kept:  # links, modes and times as they are; by its path, since no program may be named here
            subprocess.run(["/bin/cp", "-a", root, kept[count]], check=True)
        os.write(told, f"{what}\n".encode())

    def hook(event: str, given: tuple[object, ...]) -> None:
        if event == "open" and isinstance(given[2], int) and given[2] & WRITES and _under(given[0], base):
            one(f"open {given[0]}")
        elif event in SEEN and any(_under(path, base) for path in given[:2]):
            one(f"{event} {' '.join(map(str, given[:2]))}")

    synced = os.fsync

    def fsync(handle: int) -> None:
        one("fsync")
        synced(handle)

    os.fsync = fsync  # type: ignore[assignment]  # which the interpreter does not tell of
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.addaudithook(hook)
    try:
        done = work()
    except Exception:
        return 1
    return done if isinstance(done, int) else 0


def _under(path: object, base: str) -> bool:
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    return isinstance(path, str | os.PathLike) and os.path.abspath(path).startswith(base)


def state(root: Path) -> dict[str, str]:
    """Every file, folder and link of a project: its kind, its mode, a digest of its content."""
    found = {}
    for path in sorted(root.rglob("*")):
        name, mode = path.relative_to(root).as_posix(), path.lstat().st_mode
        content = b"" if path.is_dir() else os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
        found[name] = f"{mode:o} {hashlib.sha256(content).hexdigest()}"
    return found
