"""`diagnostic outiller`: the instruments of the collection, made from the codebook."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import FILE, Whole


@click.command(
    "outiller", cls=Command, help="Écrit formulaires, modèles de tableur, schémas et dictionnaire, faits du codebook."
)
@click.argument("folder", type=FILE, metavar="DOSSIER", help="où les écrire, par exemple instruments")
@click.option(
    "--situations", type=Whole(1, 50), default=5, help="situations déroulées là où le formulaire ne les répète pas (5)"
)
def command(folder: Path, situations: int) -> int:
    from diagnostic.codebook.instruments import instruments
    from diagnostic.codebook.loading import FOLDER, load, read_folder
    from diagnostic.core import writing

    files = instruments(load(read_folder(project() / FOLDER)), situations=situations)
    for name, content in files.items():
        writing.write_bytes(content, folder / name)
    return told([f"{len(files)} fichiers écrits dans {folder}."])
