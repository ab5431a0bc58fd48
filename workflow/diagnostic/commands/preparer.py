"""`diagnostic preparer`: the sheets that the team codes and decides in, inside the vault."""

from __future__ import annotations

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import STUDY


@click.command("preparer", cls=Command, help="Prépare dans le coffre les feuilles à remplir : codage, thèmes, paires.")
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.option("--initiales", "coder", default="A", metavar="AB", help="de la personne qui code")
@click.option("--remplacer", "replace", is_flag=True, help="refait une feuille qui n’a pas été rendue")
def command(study: str, coder: str, replace: bool) -> int:
    from diagnostic.study.sheets import prepare

    return told([*prepare(project(), study, coder, replace), TEAM])
