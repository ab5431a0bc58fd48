"""Whole studies, from a team's files to finished documents: every pair of what may differ, each judged by its own truth.

    .venv/bin/python benchmarks/wholes.py --studies 30 --seed 20260901
    .venv/bin/python benchmarks/wholes.py --studies 6 --seed 20260901 --to report --out wholes.csv
    .venv/bin/python benchmarks/wholes.py --out wholes.csv --page wholes.md

Exit 0, and a last line with counts; else 1, with the studies that failed and where their folders lie. `--only 3,17` walks
those alone, of the same drawing; `--only chosen=simple,names=typst` walks studies of these values, the plainest otherwise. The folders of what passed are deleted.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from whole import beside, page
from whole.axes import EVERY
from whole.codebook import Codebook
from whole.walks import walked
from whole.world import worlds


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--studies", type=int, default=0, help="how many are drawn; none: the page is written, of its table"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", choices=("facts", "release", "report"), default="facts")
    parser.add_argument("--finished", type=int, default=0, help="how many of them go on to their documents")
    parser.add_argument(
        "--planted",
        type=int,
        default=1,
        help="one study in so many keeps the fault that it draws; the others have none",
    )
    parser.add_argument(
        "--only", default="", help="numbers of studies of this drawing, or values: chosen=simple,names=typst"
    )
    parser.add_argument("--beside", action="store_true", help="a comparison too, of some fifteen small studies more")
    parser.add_argument("--jobs", type=int, default=2, help="copies of the project side by side")
    parser.add_argument("--out", type=Path, help="a table to which each study is added")
    parser.add_argument("--page", type=Path, help="a page with seeds, counts by axis and failures, of that table")
    parser.add_argument("--folder", type=Path, help="where to work; else a temporary folder")
    return parser.parse_args()


def only(asked: str) -> tuple[set[int], dict[str, str]]:
    """What `--only` asks: numbers of studies, or values of axes."""
    numbers, values = set(), {}
    for one in asked.split(","):
        name, _, value = one.partition("=")
        if value and value not in EVERY.get(name, ()):
            sys.exit(f"--only {one}: the values of an axis are {', '.join(EVERY.get(name, EVERY))}")
        if value:
            values[name] = value
        elif one:
            numbers.add(int(one))
    return numbers, values


def main() -> int:
    options = asked()
    if options.page and options.out and not options.studies:
        mends = options.out.with_name("mends.csv")
        options.page.write_text(page.written(page.read(options.out), page.read(mends)), "utf-8")
        return 0
    book = Codebook()
    numbers, values = only(options.only)
    every = worlds(book, options.studies, options.seed, options.to, values, numbers, options.planted)
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="wholes-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.exit(f"{folder}: not empty; give another folder")
    done = walked(every, folder, options.to, max(1, min(options.jobs, len(every))), options.finished) if every else []
    compared, wrong = beside.walked(book, options.seed, folder / "beside") if options.beside else ([], [])
    failed = [one for one in [*done, *compared] if one.outcome == "failed"]
    for one in failed:
        print(f"\n{one.walk.world.number}  {one.walk.world.study}  {one.walk.results}")
        print("   ", ", ".join(f"{name} {value}" for name, value in one.walk.world.choice.items()))
        for fault in one.verdict.faults[:12]:
            print("   ", fault.replace("\n", "\n        "))
    for fault in wrong:
        print("\ncompared:", fault)
    if options.out:
        page.added(options.out, page.rows(done, options.seed))
    if not failed and not wrong:
        shutil.rmtree(folder)
    done += compared
    counts = Counter(one.outcome for one in done)
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
    held, missed = sum(one.verdict.held for one in done), sum(len(one.verdict.misses) for one in done)
    told += f"; {len(compared)} of them compared, {len(wrong)} faults in that" if compared else ""
    print(
        f"{len(done)} studies, seed {options.seed}: {told}; {held} numbers compared, {missed} sampling intervals missed; "
        f"{sum(one.walk.seconds for one in done) / 60:.1f} minutes of processor"
    )
    return 1 if failed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
