"""Copies of the project in temporary folders, and the two commands run there as a team would."""

from __future__ import annotations

import compileall
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest.mock import patch

import forked
import own
import pytest

from diagnostic.commands.program import main
from diagnostic.core import codehash
from diagnostic.privacy.contents import Contents, read

TRACKED = ("Snakefile", "requirements.lock", "workflow", "config", "resources", "report", "profiles", "envs")
BOTH = ("--config", "studies=[62-2020,99-2025]")
SMALL = ("--config", "studies=[99-2025]")
TRIAL = "47-2026"  # made by `diagnostic creer` where a test needs a questionnaire
# Whose documents are read: the small study's, and in the slow form those of the published study, in the same shared run, and of
# those with a questionnaire, each a run of its own.
EVERY = (own.SMALL, *(pytest.param(study, marks=pytest.mark.slow) for study in ("62-2020", TRIAL, own.FULL)))
NOTHING = "Nothing to be done"
WITHOUT_NETWORK = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "npm_config_offline": "true"}  # no map of 62-2020
HANGS = 3600  # seconds after which a command is held to be stuck; the longest takes a minute on a quiet machine


@dataclass(frozen=True)
class Run:
    """How a command ended, and all that it said."""

    code: int
    output: str

    @property
    def jobs(self) -> dict[str, int]:
        """Rule → number of jobs, from Snakemake's table of what it is about to do; empty when nothing is."""
        table = self.output.partition("Job stats:")[2].partition("\n\n")[0]
        return {
            rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE) if rule != "total"
        }


@dataclass(frozen=True)
class Project:
    """One copy of the project; its commands use its own package, in the interpreter that runs the tests."""

    root: Path

    def environment(self, **changes: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SNAKEMAKE_")}
        return inherited | WITHOUT_NETWORK | {"PYTHONPATH": str(self.root / "workflow")} | changes

    def command(self, module: str, *arguments: str, **changes: str) -> Run:
        """`python -m module` as a process of its own, from its first import on."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.root,
            env=self.environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=HANGS,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode("utf-8", "replace"))

    def fork(self, module: str, *arguments: str, **changes: str) -> Run:
        """The same as a fork (see `forked`), unless a variable is changed that a new interpreter alone looks at."""
        if not forked.HERE or any(name.startswith("PYTHON") for name in changes):
            return self.command(module, *arguments, **changes)
        with tempfile.TemporaryDirectory() as folder:
            said = Path(folder) / "dit.txt"
            process = self.begun(said, module, *arguments, **changes)
            process.join(HANGS)
            if process.exitcode is None:
                os.killpg(process.pid, signal.SIGKILL)
                raise TimeoutError(said.read_text("utf-8", "replace"))
            return Run(process.exitcode, said.read_text("utf-8", "replace"))

    def begun(self, said: Path, module: str, *arguments: str, **changes: str) -> BaseProcess:
        """A fork that has just begun, the leader of its session; what it says goes to `said`."""
        return forked.begun(module, list(arguments), self.root, self.environment(**changes), said)

    def snakemake(self, *arguments: str, **changes: str) -> Run:
        return self.fork("snakemake", *arguments, **changes)

    def diagnostic(self, *arguments: str) -> Run:
        """`python -m diagnostic` in this process, which has the package loaded already; `command` tries the program itself."""
        said = StringIO()
        environment = patch.dict(os.environ, self.environment(), clear=True)
        with chdir(self.root), environment, redirect_stdout(said), redirect_stderr(said):
            return Run(main(list(arguments)), said.getvalue())

    def copy(self, target: Path) -> Project:
        """Everything, results and Snakemake's memory of them included, with the same times."""
        target.parent.mkdir(parents=True, exist_ok=True)
        if shutil.which("cp"):  # three times as fast as Python, for two thousand files
            subprocess.run(["cp", "-a", self.root, target], check=True)
        else:
            shutil.copytree(self.root, target, symlinks=True)
        return Project(target)

    def path(self, name: str) -> Path:
        return self.root / name

    def input(self, study: str, file: str) -> Path:
        return self.root / "resources" / "studies" / study / file

    def files(self, *folders: str) -> Iterator[Path]:
        for folder in folders:
            yield from (path for path in sorted((self.root / folder).rglob("*")) if path.is_file())

    def digests(self, study: str) -> dict[str, str]:
        """Path in the study's results → sha256; Snakemake's own hidden marks aside."""
        base = self.root / "results" / study
        return {
            path.relative_to(base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.files(f"results/{study}")
            if not path.name.startswith(".")
        }


@dataclass(frozen=True)
class Finished:
    """The project after `snakemake`, then, in the slow form, after a second study was asked for: what each run said and made."""

    project: Project
    bare: Run
    bare_files: dict[str, str]
    both: Run


@cache
def contents(path: Path) -> Contents:
    """What is in a document of a finished run, which no test changes."""
    return read(path.read_bytes(), path.name)


def fresh(target: Path, *studies: str) -> Project:
    """The project as it is shipped, with these studies (without any, those of the tests), and nothing else: no environment,
    no result. Its package is compiled and, where ours is, hashed, once for the commands of all its copies."""
    own.copy(target, *TRACKED, studies=studies or own.STUDIES)
    compileall.compile_dir(target / "workflow", quiet=1)
    if codehash.KEPT.is_file():
        shutil.copy(codehash.KEPT, target / "workflow" / codehash.NAME / codehash.KEPT.parent.name)
    return Project(target)
