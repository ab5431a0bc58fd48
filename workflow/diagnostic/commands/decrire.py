"""`diagnostic decrire`: how any form maps to the codebook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import FILE, STUDY, dated


@click.command(
    "decrire",
    cls=Command,
    help="Propose, dans le coffre, la correspondance d’un formulaire quelconque, déjà reçu, avec le codebook ; la complète.",
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("role", metavar="RÔLE", help="questionnaire, interview_sheets, situation_coding ou text_coding")
@click.option("--classeur", "filled", type=FILE, metavar="FICHIER", help="une correspondance remplie ailleurs, rendue")
@dated("jour où elle est faite")
def command(study: str, role: str, filled: Path | None, date: dt.date) -> int:
    from diagnostic.study.receive import describe

    return told(describe(project(), study, role, date, filled))
