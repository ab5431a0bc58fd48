"""`diagnostic recevoir`: exports go into the vault; every version is kept, and any can be taken again."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import FILE, STUDY, Whole, dated
from diagnostic.core.errors import Refused
from diagnostic.core.french import typographic
from diagnostic.core.spoken import spelt


@click.command("recevoir", cls=Command, help="Range des exports dans le coffre ; chaque version y est gardée.")
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("role", required=False, metavar="[RÔLE]", help="sinon, reconnu au contenu : questionnaire…")
@click.argument("file", required=False, type=FILE, metavar="[FICHIER]", help="l’export, tel que l’outil l’a donné")
@click.argument("others", nargs=-1, type=FILE, metavar="[FICHIER…]", help="d’autres, dont le rôle est reconnu de même")
@click.option("--remplacer", "replace", is_flag=True, help="reçoit même ce qui serait refusé")
@click.option("--annuler", "undone", is_flag=True, help="reprend la version d’avant")
@click.option("--version", "number", type=Whole(1), metavar="N", help="reprend cette version")
@click.option("--versions", "listing", is_flag=True, help="liste les versions gardées")
@dated("jour de l’export")
def command(
    study: str,
    role: str | None,
    file: Path | None,
    others: tuple[Path, ...],
    replace: bool,
    undone: bool,
    number: int | None,
    listing: bool,
    date: dt.date,
) -> int:
    from diagnostic.study import receive
    from diagnostic.study.given import Choice

    if listing:
        return told([*receive.listed(project(), study), TEAM])
    if undone or number:
        if role is None:
            raise _lacking("RÔLE")
        return told([*receive.undo(project(), study, role, date, number or 0), TEAM])
    if role is None:
        raise _lacking("FICHIER")
    files = [*([file] if file else []), *others]
    if not files or (role not in receive.KNOWN and (others or Path(role).is_file())):
        role, files = "", [Path(role), *files]
    choice = Choice(replace, _agreed)
    if len(files) == 1:
        return told([*receive.receive(project(), study, role, files[0], date, choice), TEAM])
    return _all(files, lambda path: receive.receive(project(), study, role, path, date, choice))


def _all(files: Sequence[Path], receive: Callable[[Path], list[str]]) -> int:
    """Each file in its turn, told by its place, since its name may say who answered: one that is refused stops no other."""
    refused = 0
    for at, path in enumerate(files, start=1):
        click.echo(typographic(f"Fichier {at} sur {len(files)} :"))
        try:
            click.echo(spelt("\n".join(receive(path))))
        except Refused as error:
            refused += 1
            click.echo(spelt(str(error)), err=True)
    return told([TEAM], 1 if refused else 0)


def _lacking(what: str) -> click.UsageError:
    return click.UsageError(f"Il manque {what}.", click.get_current_context())


def _agreed(lines: Sequence[str]) -> bool:
    """Whether the person at the terminal says yes; without a terminal, nobody does."""
    if not sys.stdin.isatty():
        return False
    click.echo("\n".join(lines))
    return input("Recevoir cet export tout de même ? [o/N] ").strip().casefold() in ("o", "oui")
