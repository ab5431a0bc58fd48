"""`diagnostic relire`: the reviewer's report, with exact numbers."""

from __future__ import annotations

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY


@click.command(
    "relire",
    cls=Command,
    help="Écrit le rapport avec ses nombres exacts, pour vérifier l’étude dans l’équipe ; il ne se diffuse pas.",
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
def command(study: str) -> int:
    from diagnostic.review.review import review

    return told(review(project(), study))
