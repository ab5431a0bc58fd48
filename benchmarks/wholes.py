"""Whole studies, from a team's files to finished documents: every pair of what may differ, each judged by its own truth.

    .venv/bin/python benchmarks/wholes.py --studies 30 --seed 20260901
    .venv/bin/python benchmarks/wholes.py --studies 6 --seed 20260901 --to report --page wholes.md

Exit 0, and a last line with counts; else 1, with the studies that failed and where their folders lie. `--only 3,17` walks
those alone, of the same drawing. The folders of what passed are deleted.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from whole import page
from whole.codebook import Codebook
from whole.walks import walked
from whole.world import worlds


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, required=True, help="how many are drawn")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--to", choices=("facts", "release", "report"), default="facts")
    parser.add_argument("--only", default="", help="numbers of studies of this drawing, separated by commas")
    parser.add_argument("--jobs", type=int, default=2, help="copies of the project side by side")
    parser.add_argument("--page", type=Path, help="a page with seeds, counts by axis and failures")
    parser.add_argument("--folder", type=Path, help="where to work; else a temporary folder")
    return parser.parse_args()


def main() -> int:
    options = asked()
    book = Codebook()
    chosen = {int(one) for one in options.only.split(",") if one}
    every = [one for one in worlds(book, options.studies, options.seed) if not chosen or one.number in chosen]
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="wholes-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.exit(f"{folder}: not empty; give another folder")
    done = walked(book, every, folder, options.to, max(1, min(options.jobs, len(every))))
    failed = [one for one in done if one.outcome == "failed"]
    for one in failed:
        print(f"\n{one.walk.world.number}  {one.walk.world.study}  {one.walk.results}")
        print("   ", ", ".join(f"{name} {value}" for name, value in one.walk.world.choice.items()))
        for fault in one.verdict.faults[:12]:
            print("   ", fault.replace("\n", "\n        "))
    if options.page:
        options.page.write_text(page.written(done, options.seed, options.to), "utf-8")
    if not failed:
        shutil.rmtree(folder)
    counts = Counter(one.outcome for one in done)
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
    held, missed = sum(one.verdict.held for one in done), sum(len(one.verdict.misses) for one in done)
    print(
        f"{len(done)} studies, seed {options.seed}: {told}; {held} numbers compared, {missed} sampling intervals missed"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
