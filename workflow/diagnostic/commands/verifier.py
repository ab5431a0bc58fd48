"""`diagnostic verifier`: what changed since the calculation."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import Command, told
from diagnostic.commands.values import RESULTS


@click.command("verifier", cls=Command, help="Dit ce qui a changé depuis le calcul ; code 1 si quelque chose a changé.")
@click.argument("results", type=RESULTS, metavar="ÉTUDE", help="par exemple 62-2020, ou results/62-2020")
def command(results: Path) -> int:
    from diagnostic.study.generations import current, within
    from diagnostic.study.manifest import verified, verify

    found = verify(results, within(results).root)
    if not found:
        return told(["Rien n’a changé depuis le manifeste."])
    return told([*found, f"{len(found)} différence(s) avec le manifeste.", *verified(current(results))], 1)
