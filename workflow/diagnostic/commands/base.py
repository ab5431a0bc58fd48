"""What every command is made of: a click command whose usage and help are French throughout."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from diagnostic.core.errors import REFUSED, NoProject, Refused
from diagnostic.core.french import NBSP, typographic
from diagnostic.core.spoken import spelt

# Said by every command that reads what is before the statements.
TEAM = f"Pour l’équipe seulement{NBSP}: NE PAS DIFFUSER."


class French(click.Command):
    """What click says around the texts of a command or of a group, in French."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=f"Usage{NBSP}: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [one.get_help_record(ctx) for one in self.get_params(ctx) if isinstance(one, click.Option)]
        write_section(formatter, "Options", [record for record in options if record])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        if option := super().get_help_option(ctx):
            option.help = "cette aide"
        return option


class Command(French):
    """A command of the program. What is too much is refused."""

    allow_extra_args = True  # so that it is refused here, in French

    def __init__(self, name: str | None, help: str, **attributes: Any) -> None:
        super().__init__(name, help=typographic(help), **attributes)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # the usage is told with every mistake
            raise
        if rest and not ctx.resilient_parsing:
            raise click.UsageError(f"De trop : « {' '.join(rest)} ».", ctx)
        return rest

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        arguments = [one for one in self.get_params(ctx) if isinstance(one, click.Argument)]
        write_section(formatter, "Arguments", [one.get_help_record(ctx) for one in arguments])


class Step(Command):
    """What the workflow calls as a process of its own: not listed; that it was refused what the team can mend is written for
    `diagnostic calculer`, by one path that it makes."""

    def __init__(self, name: str | None, help: str, **attributes: Any) -> None:
        super().__init__(name, help, hidden=True, **attributes)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as error:
            if (journal := os.environ.get(REFUSED)) and not error.ours:
                output = ctx.params["output"]  # one path, or several
                with open(journal, "a", encoding="utf-8") as file:
                    file.write(f"{output[0] if isinstance(output, tuple) else output}\n")
            raise


def write_section(formatter: click.HelpFormatter, title: str, rows: list[tuple[str, str]]) -> None:
    """A titled list of what can be written and what it means; nothing for an empty one."""
    if rows:
        with formatter.section(f"{title}{NBSP}"):  # click writes the colon
            formatter.write_dl([(term, typographic(meaning)) for term, meaning in rows])


def project() -> Path:
    """The project that the command works in: the current folder. Raises NoProject."""
    root = Path.cwd()
    if not (root / "config").is_dir():
        raise NoProject
    return root


def told(lines: Iterable[str], code: int = 0) -> int:
    """Print the lines that a command gives back; its exit code."""
    click.echo(spelt("\n".join(lines)))
    return code
