"""`diagnostic refaire`: the documents again, from the statements alone."""

from __future__ import annotations

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY


@click.command("refaire", cls=Command, help="Refait les documents à partir des énoncés seuls, comme après une purge.")
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
def command(study: str) -> int:
    from diagnostic.review.documents import remake

    return told(remake(project(), study))
