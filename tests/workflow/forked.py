"""Programs of Python begun as forks of a process that has loaded their libraries, and nothing of any project: loading them is most
of what a short run costs. Nothing of a project is imported here: a program uses the package of its own."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import sys
import tempfile
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

LIBRARIES = (
    *("snakemake.cli", "snakemake.report.html_reporter", "snakemake.profiles", "snakemake.storage"),
    *("requests", "smart_open", "jinja2", "yaml", "pydantic"),
    *("pandas", "pandera.pandas", "pyarrow.parquet", "openpyxl"),
)
HERE = hasattr(os, "fork")  # elsewhere each is a process of its own


def begun(module: str, arguments: list[str], root: Path, environment: dict[str, str], said: Path) -> BaseProcess:
    """`python -m module`, in `root`, with this environment and in a session of its own; what it says goes to `said`.

    What only a new interpreter looks at in its environment, as the seed of hashes, is that of this process.
    """
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["__main__", *LIBRARIES])
    process = forks.Process(target=_program, args=(module, arguments, str(root), environment, str(said)))
    process.start()
    return process


def _program(module: str, arguments: list[str], root: str, environment: dict[str, str], said: str) -> None:
    os.setsid()
    os.chdir(root)
    for place, flags, numbers in ((os.devnull, os.O_RDONLY, (0,)), (said, os.O_WRONLY | os.O_CREAT, (1, 2))):
        handle = os.open(place, flags)
        for number in numbers:
            os.dup2(handle, number)
        os.close(handle)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None
    libraries = [
        name for name in sys.path if Path(name).is_relative_to(sys.prefix) or Path(name).is_relative_to(sys.base_prefix)
    ]
    sys.path[:] = [root, *environment["PYTHONPATH"].split(os.pathsep), *libraries]
    assert "diagnostic" not in sys.modules
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # which a fork does not by itself
