"""`diagnostic contours`: the public outlines of the communes, downloaded once."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import Step, told
from diagnostic.commands.values import FILE


@click.command("contours", cls=Step, help="Télécharge les contours publics des communes (appelé par le workflow).")
@click.argument("output", type=FILE)
def command(output: Path) -> int:
    from diagnostic.geography.fetch import fetch

    return told(fetch(output))
