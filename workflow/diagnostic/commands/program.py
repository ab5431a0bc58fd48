"""The program `diagnostic`: its commands under all their names, and one place where what goes wrong is told."""

import importlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from diagnostic.commands.base import French, write_section
from diagnostic.core.errors import Refused, speak_to_any_console
from diagnostic.core.faults import LOG, guarded
from diagnostic.core.french import NBSP, collated
from diagnostic.core.spoken import spelt
from diagnostic.running.programs import tune_gc

INTERRUPTED = 130
# Module of this folder → what its commands are told under; command, a function of that module → its other names, English and of
# earlier versions.
SECTIONS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "desk": ("Le bureau", {"bureau": ("desk",)}),
    "given": (
        "Une étude et ses données",
        {
            "creer": ("init", "create"),
            "outiller": ("instruments",),
            "tirer": ("pages", "draw"),
            "recevoir": ("receive",),
            "decrire": ("map", "describe"),
            "preparer": ("feuilles", "sheets"),
            "sceller": ("seal",),
        },
    ),
    "calculated": (
        "Calculer",
        {
            "calculer": ("run",),
            "rapprocher": ("side-by-side",),
            "constats": ("findings",),
            "simuler": ("release", "simulate"),
            "refaire": ("remake",),
        },
    ),
    "checked": (
        "Comprendre et vérifier",
        {
            "expliquer": ("explain",),
            "relire": ("review",),
            "verifier": ("verify",),
            "controler": ("check-backup",),
            "comparer": ("diff", "compare"),
            "auditer": ("audit",),
            "reconstruire": ("reconstruct",),
        },
    ),
    "closed": (
        "Diffuser, suivre, clore",
        {
            "suivre": ("follow",),
            "signer": ("sign",),
            "diffuser": ("issue",),
            "nommer": ("autorites", "authorities"),
            "recontacter": ("demandes", "requests"),
            "effacer": ("erase", "forget"),
            "purger": ("purge",),
        },
    ),
}
STEPS = ("render", "publier", "contours")  # what the workflow calls, of `called`
HELP = ("aide", "help")  # typed as a command
COMMANDS = {name: others for _, section in SECTIONS.values() for name, others in section.items()}
COMMANDS |= dict.fromkeys(STEPS, ())
MODULES = {name: module for module, (_, section) in SECTIONS.items() for name in section}
MODULES |= dict.fromkeys(STEPS, "called")
NAMES = {one: name for name, others in COMMANDS.items() for one in (name, *others)}  # any name → the command's own


class Program(French, click.Group):
    """The group of all commands; a command's module is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        known = NAMES.get(collated(name))
        if known is None:
            return None
        command: click.Command = getattr(importlib.import_module(f"diagnostic.commands.{MODULES[known]}"), known)
        if COMMANDS[known]:
            command.epilog = f"Autres noms{NBSP}: {', '.join(COMMANDS[known])}"
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and collated(args[0]) in HELP:
            args = [*args[1:2], "--aide"]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing:
            raise click.NoSuchCommand(args[0], ctx=ctx)
        return command.name if command else None, command, args[1:]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, section in SECTIONS.values():
            commands = [(name, self.get_command(ctx, name)) for name in section]
            write_section(formatter, title, [(name, one.help or "") for name, one in commands if one])
        super().format_options(ctx, formatter)


@click.version_option(None, "--version", package_name="diagnostic", message="%(prog)s %(version)s", help="la version")
@click.group(
    cls=Program,
    subcommand_metavar="COMMANDE …",
    help="Outils du diagnostic départemental. Une étude se donne par son nom ou par un dossier qui est à elle.",
    epilog=f"Tout d’une commande{NBSP}: diagnostic COMMANDE --aide",
    context_settings={"help_option_names": ["--aide", "--help", "-h"], "token_normalize_func": collated},
)
def program() -> None:
    pass


def main(arguments: list[str] | None = None) -> int:
    """Run a command; its exit code: 0, or another with a French message."""
    speak_to_any_console()
    tune_gc()
    arguments = sys.argv[1:] if arguments is None else arguments

    def asked() -> Any:
        return program.main(arguments, prog_name="diagnostic", standalone_mode=False, windows_expand_args=False)

    try:
        # Beside what the report of a fault would lie: the log of the step that asks, or those of the project.
        name = NAMES.get(collated(arguments[0]) if arguments else "", "diagnostic")
        folder = Path("logs" if Path("config").is_dir() else tempfile.gettempdir())
        code = guarded(asked, Path(os.environ.get(LOG) or folder / f"{name}.log"), (click.ClickException, click.Abort))
    except Refused as error:
        return _refused(str(error), error.code)
    except click.UsageError as error:
        return _refused(_misused(error), error.exit_code)
    except click.Abort:
        return _refused("Interrompu.", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _refused(message: str, code: int) -> int:
    click.echo(spelt(message), err=True)
    return code


def _misused(error: click.UsageError) -> str:
    """How the command was to be given, and what is wrong with how it was."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError) or error.ctx is None:
        return error.message
    return f"{error.ctx.get_usage()}\n{_wrong(error, error.ctx)} Aide : « {error.ctx.command_path} --aide »."


def _wrong(error: click.UsageError, ctx: click.Context) -> str:
    """What click found wrong, in French; our own values and commands say it in French themselves."""
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            return f"Il manque {_hint(param, ctx)}."
        case click.BadParameter(param=click.Parameter() as param):
            return f"{_hint(param, ctx)} : {error.message}"
        case click.NoSuchCommand():
            listed = {name: own for name, own in NAMES.items() if own not in STEPS}
            return f"Commande inconnue : « {error.command_name} ».{_near(error.command_name, listed)}"
        case click.NoSuchOption():
            known = {text: text for one in ctx.command.get_params(ctx) for text in one.opts if text.startswith("--")}
            return f"Option inconnue : « {error.option_name} ».{_near(error.option_name, known)}"
        case click.BadOptionUsage():
            flags = {text for one in ctx.command.get_params(ctx) if getattr(one, "is_flag", False) for text in one.opts}
            wanted = "ne prend pas de valeur" if error.option_name in flags else "attend une valeur"
            return f"L’option {error.option_name} {wanted}."
    return error.message


def _hint(param: click.Parameter, ctx: click.Context) -> str:
    return param.make_metavar(ctx) if isinstance(param, click.Argument) else max(param.opts, key=len)


def _near(given: str, names: dict[str, str]) -> str:
    """What may have been meant: at most three, the nearest first."""
    from difflib import get_close_matches

    near = get_close_matches(collated(given), names, n=3)
    found = [f"« {name} »" for name in dict.fromkeys(names[one] for one in near)]
    return f" Vouliez-vous {' ou '.join(found)} ?" if found else ""
