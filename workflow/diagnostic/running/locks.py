"""Who holds a lock of Snakemake: said in its first line, so that the lock of a process that is dead stops nobody."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

APART = 1.0  # seconds: two processes that began less apart, under one number, are the same


def mine() -> str:
    """This process: its number, when it began by the clock and since the machine did, and its machine."""
    return json.dumps({"machine": platform.node(), **_began(psutil.Process())})


def _began(process: psutil.Process) -> dict[str, Any]:
    began = process.create_time()
    return {"pid": process.pid, "began": began, "uptime": began - psutil.boot_time()}


def read(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The kind of each lock that stands in a folder, and its lines; what a dead process left is taken away first."""
    for path in sorted(folder.glob("*.lock")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            if _dead(holder(lines)):
                path.unlink()
                continue
        except FileNotFoundError:  # whoever held it has just ended
            continue
        yield path.suffixes[0].removeprefix("."), lines


def holder(lines: list[str]) -> dict[str, Any]:
    """Who holds a lock, as `mine` told it; nothing where it does not say."""
    try:
        told = json.loads(lines[0]) if lines else None
    except ValueError:
        return {}
    return told if isinstance(told, dict) and told.keys() >= {"machine", "pid", "began", "uptime"} else {}


def _dead(told: dict[str, Any]) -> bool:
    """Whether a process ended, whoever has its number now: one of another machine, or that is not told, may be alive. A clock that
    was put right moves one of the two times, never both."""
    if told.get("machine") != platform.node():
        return False
    try:
        process = psutil.Process(told["pid"])
        now = _began(process)
        return process.status() == psutil.STATUS_ZOMBIE or all(
            abs(now[time] - told[time]) > APART for time in ("began", "uptime")
        )
    except psutil.AccessDenied:
        return False
    except psutil.NoSuchProcess:
        return True
