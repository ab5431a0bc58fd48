"""`diagnostic creer`: a new study that runs at once."""

from __future__ import annotations

import datetime as dt

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import NEW_STUDY, dated


@click.command("creer", cls=Command, help="Crée une étude, qui se calcule tout de suite sur des réponses engendrées.")
@click.argument("study", type=NEW_STUDY, metavar="ÉTUDE", help="département-année, par exemple 47-2026")
@click.option(
    "--outil", "tool", default="template", metavar="OUTIL", help="outil de collecte de l’essai : kobo, limesurvey…"
)
@dated("jour de la création")
def command(study: str, tool: str, date: dt.date) -> int:
    from diagnostic.study.start import init

    return told(init(project(), study, tool, date))
