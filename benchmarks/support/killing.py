"""A run that is killed again and again, and taken up again each time."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from support.costs import spend
from support.projects import emptied
from support.recording import recorded

LOG = re.compile(r"logs/[^\s'\"]+\.log")
LOOK = 0.01  # seconds between two looks


def logs(folder: Path) -> list[str]:
    """The path of the log of each step of the last recorded run, in the order in which they began."""
    said = [" ".join(one) if isinstance(one, list) else one.log for one in recorded(folder)]
    return [log[0] for text in said if (log := LOG.search(text))]


def killed(root: Path, command: list[str], number: int) -> int:
    """The run of a command from an emptied folder, ended by `kill -9` with all that it started at so many moments, evenly spread over
    the steps that the recorded run had begun, then gone to its end; how many times it was killed."""
    steps, ends = [root / log for log in logs(root)], 0
    emptied(root)
    for at in range(number):
        before = max(_begun(steps), (2 * at + 1) * len(steps) // (2 * number))  # each time some step is new
        run = subprocess.Popen(
            command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while _begun(steps) <= before and run.poll() is None:
            time.sleep(LOOK)
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            ends += 1
    spend(command, root)
    return ends


def _begun(steps: list[Path]) -> int:
    return sum(step.exists() for step in steps)
