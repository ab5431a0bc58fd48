"""The origin record of a file or an export (`.meta.yaml`): read, given another digest, written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diagnostic.core import writing
from diagnostic.core.written import as_yaml
from diagnostic.study.config import RESOURCES, SIDECAR, load_yaml

Record = dict[str, Any]
TRUE = ("true", "yes", "on", "1")


def read(root: Path, study: str, name: str) -> Record:
    """The record of a file, or of the export of a role; empty when there is none. Raises ConfigError."""
    place = RESOURCES / study / f"{name}{SIDECAR}"
    return load_yaml(root, place) if (root / place).is_file() else {}


def trial(record: Mapping[str, Any]) -> bool:
    """Whether what it is of is the trial's."""
    return str(record.get("trial")).casefold() in TRUE


def renewed(record: Record, key: str, digest: str, today: dt.date, **said: str) -> Record:
    """The record with the digest (`key` names its kind) of what takes the place of its file, and those that it replaces;
    `said`: what no earlier record says. Nothing stays of a trial's."""
    kept = {} if trial(record) else record
    if kept.get(key, digest) != digest:
        kept = replaced(kept, key, digest, kept[key], today)
    return said | kept | {"date": today.isoformat(), key: digest, "history": kept.get("history", [])}


def replaced(record: Record, key: str, digest: str, before: str, today: dt.date) -> Record:
    """The record with another digest, all else as it was, and the one before in its history."""
    return record | {key: digest, "history": [*record.get("history", []), {"date": today.isoformat(), key: before}]}


def text(record: Mapping[str, Any]) -> bytes:
    """The record as it is written, what is true or false as such."""
    plain = {name: value == "true" if value in ("true", "false") else value for name, value in record.items()}
    return as_yaml(plain | ({"trial": True} if trial(record) else {}))


def write(root: Path, study: str, name: str, record: Mapping[str, Any]) -> None:
    """Put the record beside its file."""
    writing.write_bytes(text(record), root / RESOURCES / study / f"{name}{SIDECAR}")
