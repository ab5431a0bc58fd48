"""The doors by which the workflow reads what a team can touch, each opened in this process on one file of a sound project.

A door gives back every line that the team would read, with its file, and raises what the workflow would show as a traceback.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import own
import pandas as pd

from diagnostic.codebook import loading
from diagnostic.collect import steps
from diagnostic.core.contents import beginning
from diagnostic.core.declarations import ConfigError
from diagnostic.core.problems import BLOCKING
from diagnostic.geography import steps as geography
from diagnostic.release.populations.policy import PolicyError
from diagnostic.study import config

STUDY = own.SMALL
RESOURCES = f"resources/studies/{STUDY}"
OUTLINES = f"{RESOURCES}/communes.geojson"
LIMIT_SECONDS, LIMIT_BYTES = 10, 1 << 30


@dataclass
class Verdict:
    """What became of one file: `lines` are (severity, file, place, message); `raised` what no team should see."""

    lines: list[tuple[str, str, str, str]] = field(default_factory=list)
    raised: str = ""
    seconds: float = 0.0
    memory: int = 0

    @property
    def refused(self) -> bool:
        return any(severity == BLOCKING for severity, *_ in self.lines)

    @property
    def outcome(self) -> str:
        return "erreur" if self.raised else "refusé" if self.refused else "signalé" if self.lines else "accepté"


@cache
def _made() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    held = tempfile.TemporaryDirectory(prefix="fautes-")
    root = own.copy(Path(held.name), "config", "resources", studies=(STUDY,))
    return held, root


def root() -> Path:
    """A sound project of the small study; whoever changes it puts it back."""
    return _made()[1]


@contextmanager
def replaced(name: str, content: bytes | None) -> Iterator[Path]:
    """The project with this file in the place of its own; without it where `content` is None."""
    path = root() / name
    before = path.read_bytes() if path.is_file() else None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        yield root()
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        if before is not None:
            path.write_bytes(before)


def opened(name: str, content: bytes | None) -> Verdict:
    """What the project says with this file (path from its root) in the place of its own."""
    with replaced(name, content):
        return opened_as_it_is(name)


def opened_as_it_is(name: str) -> Verdict:
    """What the project says of one of its files."""
    verdict = Verdict()
    peak = _peak()
    start = time.process_time()
    try:
        verdict.lines = list(_read(root(), name))
    except Exception as error:  # whatever it is, it is what the contract forbids
        verdict.raised = f"{type(error).__name__}: {str(error)[:200]}"
    verdict.seconds = time.process_time() - start
    verdict.memory = max(0, _peak(reset=False) - peak)
    return verdict


def _peak(reset: bool = True) -> int:
    """The most memory of this process since the last reset, in bytes; 0 where the system does not tell."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))


def _read(project: Path, name: str) -> Iterator[tuple[str, str, str, str]]:
    try:
        found = config.load(project, {"studies": [STUDY]})
    except (ConfigError, PolicyError) as error:
        yield from ((BLOCKING, re.split(r"\s: |, ligne", line)[0], "", line) for line in str(error).splitlines())
        return
    yield from _checked(project, found, name)


def _checked(project: Path, found: config.Config, name: str) -> Iterator[tuple[str, str, str, str]]:
    study = found.studies[STUDY]
    inputs = found.paths(STUDY)
    every = name.startswith(loading.FOLDER.as_posix())  # the workbooks are read through it
    read = {role: path for role, path in inputs.items() if every or path == name}
    given = {role: beginning(project / path) for role, path in read.items()}
    given |= {f"codebook_{Path(one).stem}": text for one, text in loading.read_folder(project / loading.FOLDER).items()}
    made = territories(project, found) if name == found.outlines(STUDY) else {}
    blocks = {f"bloc_{one}": beginning(project / path) for one, path in found.blocks[STUDY].items() if path == name}
    recorded = {role: f"sha256:{hashlib.sha256(content).hexdigest()}" for role, content in given.items()}
    result = steps.check(
        STUDY,
        {role: file for role, file in study.inputs.items() if role in read} | {"outlines": Path(OUTLINES).name},
        recorded,
        study.report_date.isoformat(),
        {},
        departement=study.codes[0],
        **made,
        **given,
        **blocks,
    )
    assert "Traceback" not in result["page"]
    frame = pd.read_csv(io.StringIO(result["errors"]), dtype=str, keep_default_na=False)
    for line in frame.itertuples():
        place = " ".join(text for text in (line.sheet, line.row, line.column) if text)
        yield line.severity, line.file, place, f"{line.message} {line.remedy}"


def territories(project: Path, found: config.Config) -> dict[str, Any]:
    """What the check gets of the study's own outlines."""
    own_file = found.studies[STUDY].outlines
    path = found.outlines(STUDY)
    content = beginning(project / path)
    described: Mapping[str, Any] = {
        "properties": own_file.properties if own_file else {},
        "vintage": "2026",
        "fictional": True,
        "credit": "fictif",
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    made = geography.territories("99", "Département fictif", described, outlines=content)
    return {"areas": made["areas"], "outlines": made["source"]}
