"""Pairs of the things that two teams had (T1 to T36): the person is told before anything is printed, or the number is right.

    .venv/bin/python benchmarks/cases.py
    .venv/bin/python benchmarks/cases.py --only 4+6 --folder couples

Each pair is a small study of its own, given by commands and by cells typed in the workbook of recipes, and calculated to its facts.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from support.costs import COUNT, SECONDS, Measure, finish, parser, spent
from whole.team_pairs import Pair, drawn, walked

SEED = 20261201
LONG, SHORT = 100, 3
LOT = 10  # pairs of one project, which are told as they end


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--pairs", type=int, default=0, help=f"how many are drawn; {LONG}, or {SHORT} in the short form")
    asked.add_argument("--only", default="", help="these: 4+6,1+13; a case alone: 5")
    asked.add_argument("--folder", type=Path, help="where to work, and what is kept; else a temporary folder")
    options = asked.parse_args()
    pairs = drawn(LONG, SEED)[:: LONG // SHORT][:SHORT] if options.short else drawn(options.pairs or LONG, SEED)
    if options.only:
        pairs = [tuple(int(part) for part in one.split("+")) for one in options.only.split(",")]
    done = list[Pair]()
    with tempfile.TemporaryDirectory(prefix="cases-") as temporary:
        for at in range(0, len(pairs), LOT):
            folder = (options.folder or Path(temporary)).resolve() / f"{at:03d}"
            for one in walked(pairs[at : at + LOT], folder, SEED):
                told(one)
                done.append(one)
    stuck = sum(bool(one.stuck) for one in done)
    finish(
        [
            Measure("pairs of cases", len(done), COUNT),
            Measure("pairs with a wrong number and not a word", sum(bool(one.silent) for one in done), COUNT),
            Measure("pairs told, and that nothing typed gets out of", stuck, COUNT),
            Measure("pairs with something told that is not so", sum(bool(one.false) for one in done), COUNT),
            Measure("cpu", spent(), SECONDS),
        ],
        options.measures,
    )


def told(one: Pair) -> None:
    """What became of a pair, and what is wrong with it where something is."""
    right = not (one.silent or one.stuck or one.false)
    print(f"{one.name}: {'right, or told' if right else 'see below'}", flush=True)
    for kind in ("silent", "stuck", "false"):
        for fault in getattr(one, kind)[:6]:
            print(f"{one.name} ({one.team.study}), {kind}: {fault.strip()[-700:]}")


if __name__ == "__main__":
    main()
