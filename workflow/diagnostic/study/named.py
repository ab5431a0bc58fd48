"""A role that a team has given a file for, named in the configuration of its study by the command that received it."""

from __future__ import annotations

import re
from pathlib import Path

from diagnostic.core import writing
from diagnostic.core.declarations import ConfigError, parse
from diagnostic.study.config import STUDIES, load_yaml


def named(root: Path, study: str, key: str, role: str, value: str) -> str:
    """Write `role: value` under a key of the study's configuration, everything else as it was, comments too. A French line
    that says it, or what is left to write where the file is not laid out in lines; "" where it was there.

    Raises ConfigError for a configuration that cannot be read.
    """
    place = STUDIES / f"{study}.yaml"
    before = load_yaml(root, place)
    held = before.get(key) or {}
    if not isinstance(held, dict):
        raise ConfigError(f"{place} : {key} : des lignes « rôle: valeur » sont attendues.")
    if held.get(role) == value:
        return ""
    edited = _edited((root / place).read_text(encoding="utf-8"), key, role, value)
    try:
        safe = parse(edited.encode(), place) == before | {key: held | {role: value}}
    except ConfigError:
        safe = False
    if not safe:
        return f"À écrire dans {place}, sous « {key} » : « {role}: {value} »."
    writing.write_bytes(edited.encode(), root / place)
    return f"{place} : « {role}: {value} » est écrit sous « {key} »."


def _edited(text: str, key: str, role: str, value: str) -> str:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    start = next((at for at, line in enumerate(lines) if re.match(rf"{key}:\s*(#.*)?$", line)), None)
    if start is None:
        return "".join(lines) + f"\n{key}:\n  {role}: {value}\n"
    last, indent = start, "  "
    for at in range(start + 1, len(lines)):
        entry = re.match(r"(\s+)([^\s#:]+):", lines[at])
        if not lines[at].strip() or lines[at].lstrip().startswith("#"):
            continue
        if not entry:
            break
        last, indent = at, entry[1]
        if entry[2] == role:
            lines[at] = re.sub(r"(:\s*)[^\s#]*", rf"\g<1>{value}", lines[at], count=1)
            return "".join(lines)
    lines.insert(last + 1, f"{indent}{role}: {value}\n")
    return "".join(lines)
