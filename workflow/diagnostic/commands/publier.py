"""`diagnostic publier`: a finished calculation is kept, and its documents are put in place."""

from __future__ import annotations

import json
from pathlib import Path

import click

from diagnostic.commands.base import Step, told
from diagnostic.commands.values import FILE


@click.command(
    "publier", cls=Step, help="Garde un calcul achevé et met ses documents en place (appelé par le workflow)."
)
@click.argument("results", type=FILE)
@click.option("--document", "documents", type=FILE, multiple=True, help="document fini, ou dossier de ses images")
@click.option("--empreinte", "sealed", multiple=True, help="fichier dont l’étude dépend")
@click.option("--coffre", "keyed", default="{}", help="empreintes à clé des exports, en JSON")
@click.option("--output", type=FILE, required=True)
def command(results: Path, documents: tuple[Path, ...], sealed: tuple[str, ...], keyed: str, output: Path) -> int:
    from diagnostic.core import writing
    from diagnostic.study import signature
    from diagnostic.study.generations import REPORT, seen
    from diagnostic.study.publishing import publish

    signed = signature.signed(results / REPORT)
    publish(results, documents, sealed, json.loads(keyed))
    writing.write_bytes(seen(results).encode(), output)
    lost = signature.lost(results / REPORT, signed)
    return told(lost) if lost else 0
