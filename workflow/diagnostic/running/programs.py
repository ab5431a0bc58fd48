"""The programs that steps start."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def prefer_own_commands() -> None:
    """Let `shell:` rules find the commands of the environment that runs Snakemake, even if it is not activated."""
    own = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([own, os.environ.get("PATH", "")])
