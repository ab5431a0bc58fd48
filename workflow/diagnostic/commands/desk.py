"""The command that opens the desk."""

import click

from diagnostic.commands.base import Command, project
from diagnostic.commands.values import Whole


@click.command("bureau", cls=Command)
@click.option("--sans-navigateur", "quiet", is_flag=True, help="n’ouvre pas le navigateur : l’adresse est écrite ici")
@click.option("--port", type=Whole(0, 65_535), default=0, metavar="N", help="sur ce port ; sinon, un qui est libre")
def bureau(quiet: bool, port: int) -> int:
    """Ouvre le bureau : une page de cette machine, pour tout faire sans terminal."""
    from diagnostic.desk.server import run

    return run(project(), port, not quiet, lambda line: click.echo(line))
