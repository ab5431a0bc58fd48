"""A project's choices and references, without any result: all that a new study needs."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def project(target: Path) -> Path:
    for name in ("config", "resources"):
        shutil.copytree(ROOT / name, target / name)
    return target
