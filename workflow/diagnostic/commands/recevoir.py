"""`diagnostic recevoir`: an export goes into the vault."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import FILE, STUDY, dated


@click.command("recevoir", cls=Command, help="Range un export dans le coffre, ou celui qui le remplace.")
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("role", metavar="RÔLE", help="questionnaire, interview_sheets ou situation_coding")
@click.argument("file", type=FILE, metavar="FICHIER", help="l’export, tel que l’outil l’a donné")
@dated("jour de l’export")
def command(study: str, role: str, file: Path, date: dt.date) -> int:
    from diagnostic.study.receive import receive

    return told([*receive(project(), study, role, file, date), TEAM])
