"""`diagnostic simuler`: what other rules of release would show."""

from __future__ import annotations

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import STUDY


@click.command("simuler", cls=Command, help="Dit ce que d’autres règles publieraient d’une étude, sans rien publier.")
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
@click.argument(
    "choices", nargs=-1, metavar="CHOIX…", help="threshold=5 (seuil ordinaire), preset=strict (autre jeu de règles)"
)
@click.option("--what-if", "first", multiple=True, hidden=True)  # as choices were given in earlier versions
def command(study: str, choices: tuple[str, ...], first: tuple[str, ...]) -> int:
    from diagnostic.study.issuing import what_if

    return told([*what_if(project(), study, [*first, *choices]), TEAM])
