"""`diagnostic sceller`: inputs that the team corrected are accepted again."""

from __future__ import annotations

import datetime as dt

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY, dated


@click.command("sceller", cls=Command, help="Enregistre l’empreinte des fichiers corrigés et liste ce qui a changé.")
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
@dated("jour de la correction")
def command(study: str, date: dt.date) -> int:
    from diagnostic.study.seal import seal

    return told(seal(project(), study, date) or ["Aucun fichier n’a changé : rien à sceller."])
