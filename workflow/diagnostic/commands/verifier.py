"""`diagnostic verifier`: what changed since the calculation."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import Command, told
from diagnostic.commands.values import RESULTS
from diagnostic.core.french import plural


@click.command("verifier", cls=Command, help="Dit ce qui a changé depuis le calcul ; code 1 si quelque chose a changé.")
@click.argument("results", type=RESULTS, metavar="ÉTUDE", help="par exemple 62-2020, ou results/62-2020")
def command(results: Path) -> int:
    from diagnostic.study.generations import REPORT, current, day, within
    from diagnostic.study.manifest import verified, verify
    from diagnostic.study.signature import Checked, check

    reading = within(results)
    found = verify(results, reading.root)
    files = len({line.partition(" : ")[0] for line in found})
    what = plural(files, "Un fichier a", f"{files} fichiers ont") if files else "Rien n’a"
    said = [f"{what} changé depuis {day(reading)}."]
    # a copy that is kept is the team's own: only what leaves it is signed
    signed = check(results / REPORT) if results == reading.results else Checked([], "")
    lines = [*found, *said, *(verified(current(results)) if found else []), *signed.found, signed.told]
    return told(filter(None, lines), int(bool(found or signed.found)))
