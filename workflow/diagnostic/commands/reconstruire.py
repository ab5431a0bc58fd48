"""`diagnostic reconstruire`: data that a publication allows."""

from __future__ import annotations

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY, Whole


@click.command(
    "reconstruire",
    cls=Command,
    help="Engendre des données qu’une publication permet, là où les siennes n’ont pas paru : une épreuve du calcul.",
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
@click.option("--graine", "seed", type=Whole(0), default=1, help="une autre graine, une autre solution (1)")
def command(study: str, seed: int) -> int:
    from diagnostic.reconstruct.project import reconstruct

    return told(reconstruct(project(), study, seed))
