"""Time and memory of reading exports, at three sizes: linear in the number of responses.

    .venv/bin/python benchmarks/exports.py [--tools google_csv kobo] [--sizes 2500 5000 10000]

Each measure runs in a process of its own, on generated answers with three situations a response on average.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from pathlib import Path

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports.study import read_exports
from diagnostic.collect.grids import read_export
from diagnostic.consolidate.questionnaire import consolidate
from diagnostic.trial.answers import generate
from diagnostic.trial.exports.formats import FORMATS
from diagnostic.vault import Vault

TOOLS = ("google_csv", "google_sheets", "kobo", "odk", "limesurvey")


def measure(tool: str, export: Path, queue: multiprocessing.Queue) -> None:
    codebook = load(read_folder(FOLDER))
    vault = Vault("00-0000", Path(), b"0" * 32)
    content = export.read_bytes()
    started = time.perf_counter()
    read_export(content, "questionnaire")
    grids = time.perf_counter() - started
    started = time.perf_counter()
    read = read_exports(codebook, {"questionnaire": content}, {"questionnaire": tool}, vault.pseudonyms)
    typed = time.perf_counter() - started
    started = time.perf_counter()
    consolidate(read.tables["responses"], read.tables["situations"], read.rows)
    consolidated = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    queue.put((grids, typed, consolidated, memory, len(read.tables["situations"]), len(read.problems)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", nargs="+", default=list(TOOLS), choices=sorted(FORMATS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[2500, 5000, 10000])
    options = parser.parse_args()
    codebook = load(read_folder(FOLDER))
    context = multiprocessing.get_context("spawn")
    print("| responses | situations | tool | file, MB | text, s | typed in all, s | consolidated, s | memory, MB |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for size in options.sizes:
        answers = generate(codebook, seed=1, responses=size, collective=size // 3, most=7)
        for tool in options.tools:
            export = Path(f".bench-{tool}")
            export.write_bytes(FORMATS[tool](codebook, answers))
            queue = context.Queue()
            child = context.Process(target=measure, args=(tool, export, queue))
            child.start()
            grids, typed, consolidated, memory, situations, problems = queue.get()
            child.join()
            assert not problems, f"{tool}: {problems} problems"
            mb = export.stat().st_size / 1e6
            export.unlink()
            print(
                f"| {size} | {situations} | {tool} | {mb:.1f} | {grids:.1f} | {typed:.1f} | {consolidated:.2f} | {memory:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
