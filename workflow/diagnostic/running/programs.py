"""The programs that steps start, and how one of ours ends."""

import atexit
import gc
import os
import sys
from pathlib import Path

from diagnostic.core.spoken import GIVEN, typed


def prefer_own_commands() -> None:
    """Let `shell:` rules find the commands of the environment that runs Snakemake, even if it is not activated."""
    os.environ.setdefault(GIVEN, typed(Path.cwd()))
    own = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([own, os.environ.get("PATH", "")])


def tune_gc() -> None:
    """Let this process look seldom, and not once more when it ends, for what could be freed of all that it holds: most of it is
    what was loaded, which stays, and then the system takes back its memory. That is a third of the processor time of a process
    that loads the libraries of tables and charts and does little else."""
    gc.set_threshold(20_000, 20, 20)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
