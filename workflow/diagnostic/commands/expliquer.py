"""`diagnostic expliquer`: the card of one number, down to the cells."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import TEAM, Command, told
from diagnostic.commands.values import RESULTS


@click.command("expliquer", cls=Command, help="Donne la fiche d’un nombre et son chemin jusqu’aux cellules.")
@click.argument("results", type=RESULTS, metavar="ÉTUDE", help="par exemple 62-2020, ou results/62-2020")
@click.argument("fact", metavar="INDICATEUR", help="par exemple ads.persons_estimate")
def command(results: Path, fact: str) -> int:
    from diagnostic.review.review import explain

    return told([explain(results.resolve(), fact), TEAM])
