"""`diagnostic constats`: the findings of a study, proposed for the team to edit and sign."""

from __future__ import annotations

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY


@click.command(
    "constats",
    cls=Command,
    help="Propose les constats d’une étude, calculés de ce qu’elle publie, à relire et à signer ; ensuite, dit ce qui y est à revoir.",
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
def command(study: str) -> int:
    from diagnostic.review.findings import propose

    lines, mended = propose(project(), study)
    return told(lines, 0 if mended else 1)
