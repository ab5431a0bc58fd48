"""What all tests of a session share, those of other processes too: the first that needs it makes it, the others wait."""

from __future__ import annotations

import hashlib
import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")
_common: list[Path] = []  # the folder of all processes of this session


def begin(folder: Path) -> None:
    """Say, in each process of a session, which folder is theirs together."""
    _common[:] = [folder]


def folder() -> Path | None:
    """That folder; none where no session has begun."""
    return _common[0] if _common else None


def between_processes(name: tuple[str, ...], make: Callable[[], T]) -> T:
    """What `make` gives, made by one process of the session (see `once`); by this one, where no session has begun."""
    digest = hashlib.sha256("\0".join(name).encode()).hexdigest()[:16]
    return once(_common[0] / f"shared-{name[0]}-{digest}", make) if _common else make()


class NotMade(Exception):
    """What another process was to make is not there; says why."""


def once(folder: Path, make: Callable[[], T]) -> T:
    """What `make` gives, made by one of all the processes that name the same folder. Raises NotMade in all of them
    where it failed, or where its maker is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    maker, made = folder / "maker", folder / "made"
    try:
        handle = os.open(maker, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        while not made.exists():
            time.sleep(0.1)
            said = maker.read_text()
            if said and not psutil.pid_exists(int(said)) and not made.exists():
                raise NotMade(f"{folder.name}: its maker ended before it was made") from None
    else:
        with os.fdopen(handle, "w") as file:
            file.write(str(os.getpid()))
        try:
            content: tuple[bool, object] = True, make()
        except BaseException as error:
            content = False, f"{folder.name}: {type(error).__name__}: {error}"
        made.with_suffix(".new").write_bytes(pickle.dumps(content))
        os.replace(made.with_suffix(".new"), made)
    done, value = pickle.loads(made.read_bytes())
    if not done:
        raise NotMade(value)
    return value  # type: ignore[no-any-return]
