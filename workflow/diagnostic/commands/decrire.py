"""`diagnostic decrire`: how any spreadsheet maps to the codebook."""

from __future__ import annotations

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY


@click.command(
    "decrire", cls=Command, help="Propose la correspondance d’un tableau quelconque, déjà reçu, avec le codebook."
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("role", metavar="RÔLE", help="questionnaire, interview_sheets ou situation_coding")
def command(study: str, role: str) -> int:
    from diagnostic.study.receive import propose

    return told(propose(project(), study, role))
