"""`diagnostic verifier`: what changed since the calculation."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import Command, told
from diagnostic.commands.values import RESULTS


@click.command("verifier", cls=Command, help="Dit ce qui a changé depuis le calcul ; code 1 si quelque chose a changé.")
@click.argument("results", type=RESULTS, metavar="ÉTUDE", help="par exemple 62-2020, ou results/62-2020")
def command(results: Path) -> int:
    from diagnostic.study.manifest import verify

    found = verify(results, results.parent.parent)
    end = f"{len(found)} différence(s) avec le manifeste." if found else "Rien n’a changé depuis le manifeste."
    return told([*found, end], 1 if found else 0)
