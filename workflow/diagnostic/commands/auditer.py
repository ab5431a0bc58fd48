"""`diagnostic auditer`: whether the figures of a publication hold together."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import Command
from diagnostic.commands.values import FILE


@click.command(
    "auditer",
    cls=Command,
    help="Les chiffres d’une publication tiennent-ils ensemble ? Code 1 s’ils se contredisent, 2 pour un fichier refusé.",
)
@click.argument("figures", type=FILE, metavar="CHIFFRES", help="par exemple published_figures.csv")
@click.option(
    "--structure",
    type=FILE,
    metavar="FICHIER",
    help="relations entre les chiffres et lectures, par exemple structure.csv",
)
@click.option("--entiers", "integers", is_flag=True, help="avec les effectifs : à garder pour soi, NE PAS DIFFUSER")
@click.option("--tables", "folder", type=FILE, metavar="DOSSIER", help="où écrire les tables, en CSV")
def command(figures: Path, structure: Path | None, integers: bool, folder: Path | None) -> int:
    from diagnostic.audit.command import REFUSED, run

    text, code = run(figures, structure, integers, folder)
    click.echo(text, err=code == REFUSED)
    return code
