"""A run that is killed again and again, and taken up again each time."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from support.costs import spend
from support.projects import emptied
from support.recording import recorded

LOG = re.compile(r"logs/[^\s'\"]+\.log")
LOOK = 0.002  # seconds between two looks
LOCKS = ".snakemake/locks"


def moments(folder: Path, number: int) -> list[str]:
    """So many steps of the last recorded run, evenly spread over it, by the path of their logs."""
    said = [" ".join(one) if isinstance(one, list) else one.log for one in recorded(folder)]
    found = [log[0] for text in said if (log := LOG.search(text))]
    return [found[(2 * at + 1) * len(found) // (2 * number)] for at in range(number)]


def killed(root: Path, command: list[str], number: int) -> int:
    """The run of a command from an emptied folder, ended by `kill -9` as each of so many steps of the recorded run has a log, with
    all that it started, then gone to its end; how many times it was killed."""
    wanted, ends = moments(root, number), 0
    emptied(root)
    for path in map(root.joinpath, wanted):
        if path.exists():  # steps that run at the same time: it was past when the run began
            continue
        run = subprocess.Popen(
            command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while not path.exists() and run.poll() is None:
            time.sleep(LOOK)
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            ends += 1
            shutil.rmtree(root / LOCKS)  # as `snakemake --unlock` does, without what it costs to start
    spend(command, root)
    return ends
