"""`diagnostic completer`: the script with which a shell completes commands, options and studies."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from diagnostic.commands.base import Command, told
from diagnostic.commands.values import OneOf

VARIABLE = "_DIAGNOSTIC_COMPLETE"  # click's own name, from that of the program


@click.command(
    "completer",
    cls=Command,
    help="Donne au terminal de quoi compléter commandes, options et études : « source <(diagnostic completer bash) ».",
)
@click.argument("shell", type=OneOf(["bash", "zsh", "fish"]), metavar="TERMINAL", help="bash, zsh ou fish")
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    completion = get_completion_class(shell)
    assert completion is not None
    return told([completion(ctx.find_root().command, {}, "diagnostic", VARIABLE).source()])
