"""`diagnostic nommer`: the annex of names for the authorities."""

from __future__ import annotations

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY


@click.command(
    "nommer",
    cls=Command,
    help="Écrit l’annexe nominative pour les autorités (sites, établissements), dans le coffre seulement.",
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
def command(study: str) -> int:
    from diagnostic.study.authorities import annex

    return told(annex(project(), study))
