"""`diagnostic recontacter`: the annex of those who asked for something or are to be called back."""

from __future__ import annotations

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import STUDY


@click.command(
    "recontacter",
    cls=Command,
    help="Liste les structures qui souhaitent une formation ou un réseau, ou à relancer, dans le coffre seulement.",
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
def command(study: str) -> int:
    from diagnostic.study.follow_up import annex

    return told([*annex(project(), study), TEAM])
