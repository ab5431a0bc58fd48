"""`diagnostic rapprocher`: studies side by side, methods first."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diagnostic.commands.base import Command, project
from diagnostic.commands.values import COMPARISON


@click.command(
    "rapprocher",
    cls=Command,
    help="Met des études côte à côte, leurs méthodes d’abord ; fait ce qui leur manque.",
)
@click.argument("comparison", type=COMPARISON, metavar="COMPARAISON", help="nom d’un fichier de config/comparisons")
def command(comparison: str) -> int:
    from diagnostic.running.calculation import calculate
    from diagnostic.study.comparisons import read

    root: Path = project()
    return calculate(root, read(root, comparison).studies, draft=False, stream=sys.stdout, comparison=comparison)
