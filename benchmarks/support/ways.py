"""The recorded calls made again, in this one process: alone, with the programs that were started, or as the tasks of doit.

python -m support.ways functions | programs | doit    (in the folder of the recorded run)
"""

from __future__ import annotations

import csv
import hashlib
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from diagnostic.running.programs import prefer_own_commands
from support.recording import Call, calls, recorded

STEPS = Path("steps.csv")  # rule and CPU seconds of each call, by the functions alone
DATABASE = ".doit"


def functions(programs: bool = False) -> None:
    """Every call, one after the other; with `programs`, also each one that a `shell:` rule started."""
    prefer_own_commands()
    Path("logs").mkdir(exist_ok=True)  # as Snakemake does before a rule that starts a program
    with STEPS.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        for call in recorded():
            if isinstance(call, list):
                if programs:
                    subprocess.run(call, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                continue
            before = time.process_time()
            call.run()
            rows.writerow([call.rule, f"{time.process_time() - before:.3f}"])


def doit() -> int:
    """Every call as a task with the files it reads and makes, and its parameters; doit decides what to run."""
    from doit.cmd_base import ModuleTaskLoader
    from doit.doit_cmd import DoitMain

    def task_step() -> Iterator[dict[str, Any]]:
        for call in calls():
            yield {
                "name": call.name,
                "actions": [_action(call)],
                "file_dep": sorted(set(call.read)),
                "targets": list(call.outputs.values()),
                "uptodate": [_unchanged(call)],
            }

    config = {"dep_file": DATABASE, "backend": "json", "verbosity": 0, "reporter": "zero"}
    return int(DoitMain(ModuleTaskLoader({"task_step": task_step, "DOIT_CONFIG": config})).run(["run"]))


def _action(call: Call) -> tuple[Any, list[Any]]:
    def run() -> None:  # doit takes what an action returns for its verdict
        call.run()

    return run, []


def _unchanged(call: Call) -> Any:
    from doit.tools import config_changed

    return config_changed(hashlib.sha256(pickle.dumps(call.params)).hexdigest())


if __name__ == "__main__":
    sys.exit({"functions": functions, "programs": partial(functions, True), "doit": doit}[sys.argv[1]]())
