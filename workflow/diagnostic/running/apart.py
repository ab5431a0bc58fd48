"""A calculation in a process of its own, which outlives who began it: how far it is, how it ended, and stopping it.

What it says goes to `logs/{study}/bureau.txt`, as a terminal would show it; who it is, to `bureau.json` beside it.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from diagnostic.core import locks
from diagnostic.core.writing import read_json, write_bytes

SAID, WHO = "bureau.txt", "bureau.json"
END = "\x1efin "  # begins the last line: what follows is the code that it ended with
# It may be interrupted, even where who began it may not.
CODE = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    from diagnostic.commands.program import main
    code = main(sys.argv[1:])
except KeyboardInterrupt:
    code = 130
    print("Interrompu : la même commande reprendra où elle en était.")
print({END!r} + str(code), flush=True)
sys.exit(code)
"""
# As `calculation.Progress` writes it without a terminal.
STEP = re.compile(r"(?:(\d+) étapes? sur (\d+), )?[^:]*\bs\s?: (.+)")


@dataclass(frozen=True)
class State:
    """A calculation: what it was asked, whether it runs, the steps done and to do, the one under way, the lines that stay; the code that
    it ended with, None where it runs or was cut without a word."""

    asked: tuple[str, ...] = ()
    running: bool = False
    done: int = 0
    total: int = 0
    step: str = ""
    lines: tuple[str, ...] = ()
    code: int | None = None

    @property
    def cut(self) -> bool:
        """Whether it was begun, does not run, and never said that it ended."""
        return bool(self.asked) and not self.running and self.code is None


def start(root: Path, study: str, asked: Sequence[str]) -> bool:
    """Begin a command that calculates, such as `("calculer", "47-2026")`. False where one of this study runs already."""
    if state(root, study).running:
        return False
    folder = root / "logs" / study
    folder.mkdir(parents=True, exist_ok=True)
    flags = 0x00000200 | 0x08000000 if os.name == "nt" else 0  # there, a group of its own, and no window
    apart: dict[str, Any] = {"start_new_session": True, "creationflags": flags, "stdin": subprocess.DEVNULL}
    apart |= {"cwd": root, "env": {**os.environ, "PYTHONUTF8": "1"}, "stderr": subprocess.STDOUT}
    with (folder / SAID).open("wb") as said:
        run = subprocess.Popen([sys.executable, "-c", CODE, *asked], stdout=said, **apart)
    with contextlib.suppress(psutil.NoSuchProcess):  # it has ended by now
        who = {"asked": [*asked], **locks.began(psutil.Process(run.pid))}
        write_bytes(json.dumps(who).encode(), folder / WHO)
    return True


def state(root: Path, study: str) -> State:
    """How far the last calculation of a study is that was begun so."""
    who = _who(root, study)
    if not who:
        return State()
    running = locks.alive(who)
    text = ""
    with contextlib.suppress(OSError):  # nothing is said yet, or it was taken away
        text = (root / "logs" / study / SAID).read_text(encoding="utf-8", errors="replace")
    done, total, step, code, kept = 0, 0, "", None, []
    for line in text.split("\n"):
        if line.startswith(END):
            code = int(line.removeprefix(END))
        elif found := STEP.fullmatch(line.strip()):
            done, total, step = int(found[1] or done), int(found[2] or total), found[3]
        elif line.strip():
            kept.append(line)
    return State(tuple(who["asked"]), running, done, total, step, tuple(kept), None if running else code)


def stop(root: Path, study: str) -> None:
    """Interrupt it, as Ctrl-C does; what is done stays done."""
    who = _who(root, study)
    if who and locks.alive(who):
        with contextlib.suppress(OSError):
            if os.name == "nt":
                os.kill(who["pid"], signal.CTRL_BREAK_EVENT)  # type: ignore[attr-defined,unused-ignore]
            else:
                os.killpg(who["pid"], signal.SIGINT)


def _who(root: Path, study: str) -> dict[str, Any]:
    told = read_json(root / "logs" / study / WHO)
    return told if told.keys() >= {"asked", "pid", "began", "uptime"} else {}
