"""Commands of a team, each in a process of its own, forked from one that has loaded what they all load of other people's libraries:
a command is a second of starting for a tenth of work, and a study is walked by some fifteen. Nothing of the package is loaded
before the command is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

LIBRARIES = (
    "pandas",
    "pandera.pandas",
    "pyarrow.parquet",
    "openpyxl",
    "pydantic",
    "yaml",
    "click",
    "jinja2",
    "scipy.stats",
    "snakemake.cli",
)


class Starter:
    """One process that waits to be asked for commands."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import starter; starter.serve()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, words: Sequence[str], folder: Path, seconds: int) -> tuple[int, str, float]:
        """The code of one command (`module argument…`, as after `python -m`), its two outputs as one text, and the seconds that
        it computed."""
        assert self.process.stdin and self.process.stdout
        with tempfile.NamedTemporaryFile(prefix="whole-") as said:
            asked = {"words": list(words), "folder": str(folder), "said": said.name, "seconds": seconds}
            self.process.stdin.write(json.dumps(asked) + "\n")
            self.process.stdin.flush()
            code, spent = self.process.stdout.readline().split()
            return int(code), Path(said.name).read_bytes().decode("utf-8", "replace"), float(spent)

    def close(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()


def serve() -> None:
    """Start what is asked for, a line each, until there is no more to read; its code is the answer."""
    import importlib
    import signal

    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            signal.alarm(asked["seconds"])
            _become(asked["words"], asked["folder"], asked["said"])
        _, status, used = os.wait4(child, 0)
        print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, flush=True)


def _become(words: Sequence[str], folder: str, said: str) -> None:
    """Be `python -m words…` in a folder, both outputs to a file; never returns."""
    import runpy
    import traceback

    handle = os.open(said, os.O_WRONLY | os.O_TRUNC)
    os.dup2(handle, 1), os.dup2(handle, 2), os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    sys.path[0] = folder
    sys.argv = list(words)
    code: object = 0
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
    except BaseException:  # as Python shows it
        traceback.print_exc()
        code = 1
    sys.stdout.flush(), sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1 if code else 0)
