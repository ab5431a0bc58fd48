"""`diagnostic creer`: a new study that runs at once."""

from __future__ import annotations

import datetime as dt

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import NEW_STUDY, dated


@click.command("creer", cls=Command, help="Crée une étude, qui se calcule tout de suite sur des réponses engendrées.")
@click.argument(
    "study",
    type=NEW_STUDY,
    metavar="ÉTUDE",
    help="département-année, par exemple 47-2026 ; ou région-année : bretagne-2019",
)
@click.option(
    "--outil", "tool", default="template", metavar="OUTIL", help="outil dont parle l’aide-mémoire : kobo, limesurvey…"
)
@click.option("--departements", default="", metavar="CODES", help="d’une étude de plusieurs départements : 22,29,35,56")
@click.option(
    "--region", default="", metavar="NOM", help="ce que le rapport dit d’eux ensemble ; sinon, le nom de l’étude"
)
@dated("jour de la création")
def command(study: str, tool: str, departements: str, region: str, date: dt.date) -> int:
    from diagnostic.study.start import init

    codes = tuple(code.strip() for code in departements.split(",") if code.strip())
    return told(init(project(), study, tool, date, codes, region))
