"""The programs that steps start, and how one of ours ends."""

from __future__ import annotations

import atexit
import gc
import os
import shlex
import shutil
import sys
from pathlib import Path


def prefer_own_commands() -> None:
    """Let `shell:` rules find the commands of the environment that runs Snakemake, even if it is not activated."""
    own = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([own, os.environ.get("PATH", "")])


def typed(root: Path, *arguments: str) -> str:
    """A command of the program as a person can type it in this folder, whether the environment is active there or not."""
    found, launcher = shutil.which("diagnostic"), root / "lancer.py"
    if found and Path(found).parent == Path(sys.executable).parent:
        program = ["diagnostic"]
    elif launcher.is_file():
        here = os.environ.get("PWD", str(root)) == str(root)  # `lancer.py` itself may be asked from elsewhere
        program = ["py" if os.name == "nt" else "python3", launcher.name if here else str(launcher)]
    else:
        program = [sys.executable, "-m", "diagnostic"]
    return shlex.join([*program, *arguments])


def spare_the_collector() -> None:
    """Let this process look seldom, and not once more when it ends, for what could be freed of all that it holds: most of it is
    what was loaded, which stays, and then the system takes back its memory. That is a third of the processor time of a process
    that loads the libraries of tables and charts and does little else."""
    gc.set_threshold(20_000, 20, 20)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
