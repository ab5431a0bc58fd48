"""`diagnostic comparer`: which numbers moved between two calculations of a study."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import TEAM, Command, told
from diagnostic.commands.values import RESULTS


@click.command(
    "comparer",
    cls=Command,
    help="Dit quels nombres d’une étude ont bougé d’un calcul à l’autre, et ce qui les a bougés ; code 1 s’il y en a.",
)
@click.argument("before", type=RESULTS, metavar="AVANT", help="par exemple ../hier/results/62-2020")
@click.argument("after", type=RESULTS, required=False, metavar="[APRÈS]", help="sinon, la même étude dans ce projet")
def command(before: Path, after: Path | None) -> int:
    from diagnostic.review.difference import difference
    from diagnostic.study.generations import within

    lines, moved = difference(before, after or RESULTS(within(before.resolve()).results.name))
    return told([*lines, "", TEAM], 1 if moved else 0)
