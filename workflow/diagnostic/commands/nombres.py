"""`diagnostic nombres`: the numbers of the documents, read back."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import Step
from diagnostic.commands.values import FILE
from diagnostic.core.errors import Refused


@click.command("nombres", cls=Step, help="Relit les nombres des documents (appelé par le workflow).")
@click.argument("qmd", type=FILE)
@click.argument("figures", type=FILE)
@click.argument("documents", nargs=-1, type=FILE)
@click.option("--enonces", "statements", type=FILE, multiple=True, help="énoncés qui peuvent être imprimés")
@click.option("--structures", type=FILE, help="structures, dont celles qui n’ont pas accepté d’être nommées")
@click.option("--output", type=FILE, required=True)
def command(
    qmd: Path,
    figures: Path,
    documents: tuple[Path, ...],
    statements: tuple[Path, ...],
    structures: Path | None,
    output: Path,
) -> None:
    from diagnostic.core import writing
    from diagnostic.review.lint import lint

    if found := lint(qmd, statements, figures, structures, documents):
        raise Refused(found)
    writing.write_bytes(b"", output)
