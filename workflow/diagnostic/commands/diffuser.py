"""`diagnostic diffuser`: the report was sent; the vault remembers what it said."""

from __future__ import annotations

import datetime as dt

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY, dated


@click.command(
    "diffuser",
    cls=Command,
    help="Enregistre que le rapport est envoyé : l’édition suivante ne trahira pas les nouveaux cas.",
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.option("--brouillon", "draft", is_flag=True, help="c’est un brouillon qui est parti ; il compte aussi")
@dated("jour de l’envoi")
def command(study: str, draft: bool, date: dt.date) -> int:
    from diagnostic.study.issuing import issue

    return told(issue(project(), study, date, draft))
