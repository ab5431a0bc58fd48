"""A project's choices and references, without any result: all that a new study needs."""

from __future__ import annotations

from pathlib import Path

import own


def project(target: Path) -> Path:
    return own.copy(target, "config", "resources")
