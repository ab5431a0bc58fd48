"""Time and memory from situations to facts on persons, at three sizes: linear in the number of situations.

    .venv/bin/python benchmarks/persons.py [--sizes 1000 3300 10000]

Each measure runs in a process of its own, on generated answers with three situations a response on average.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from pathlib import Path

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.answered import RECEIVED
from diagnostic.collect.exports.study import nothing, read_exports
from diagnostic.collect.tables import Duplicates
from diagnostic.consolidate.gathered import gather
from diagnostic.consolidate.questionnaire import consolidate
from diagnostic.estimate import described, sensitivity
from diagnostic.trial.answers import generate
from diagnostic.trial.exports.formats import FORMATS
from diagnostic.vault import Vault

TOOL = "google_csv"


def measure(size: int, queue: multiprocessing.Queue) -> None:
    files = read_folder(FOLDER)
    codebook = load(files)
    vault = Vault("00-0000", Path(), b"0" * 32)
    answers = generate(codebook, seed=1, responses=size, collective=size // 3, most=7)
    content = FORMATS[TOOL](codebook, answers)
    read = read_exports(codebook, {"questionnaire": content}, {"questionnaire": TOOL}, vault.pseudonyms)
    made = consolidate(read.tables["responses"], read.tables["situations"], read.rows)
    others = (nothing(RECEIVED[name]) for name in ("interview_records", "interview_situations", "situation_coding"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    both = gather(made["respondents"], made["cases"], *others, Duplicates.empty())
    gathered = time.perf_counter() - started
    started = time.perf_counter()
    books = {f"codebook_{Path(name).stem}": content for name, content in files.items()}
    facts = described.estimate(both["described"], both["pairs"], read.places, "00-0000", {}, **books)
    estimated = time.perf_counter() - started
    started = time.perf_counter()
    sensitivity.estimate(both["described"], both["pairs"], made["respondents"], "00-0000", {})
    moved = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sizes = (len(both["described"]), len(both["pairs"]), len(facts["described_facts"]))
    queue.put((*sizes, gathered, estimated, moved, before, memory))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1000, 3300, 10000])
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    print(
        "| situations | pairs | facts | consolidated, s | estimated, s | sensitivity, s | memory before, MB | at most, MB |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size in options.sizes:
        queue = context.Queue()
        child = context.Process(target=measure, args=(size, queue))
        child.start()
        situations, pairs, facts, *times, before, memory = queue.get()
        child.join()
        shown = " | ".join(f"{seconds:.1f}" for seconds in times)
        print(f"| {situations} | {pairs} | {facts} | {shown} | {before:.0f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
