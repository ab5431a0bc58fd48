"""`diagnostic signer`: the documents of a finished study, signed with an SSH key."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.commands.base import Command, told
from diagnostic.commands.values import FILE, RESULTS


@click.command("signer", cls=Command, help="Signe les documents d’une clé SSH : qui les reçoit voit s’ils ont changé.")
@click.argument("results", type=RESULTS, metavar="ÉTUDE", help="par exemple 62-2020, ou results/62-2020")
@click.option("--cle", "key", type=FILE, metavar="CLÉ", help="clé privée, ou publique si un agent tient la privée")
@click.option("--nom", "name", default="", metavar="NOM", help="de qui signe ; sinon, celui que dit la clé")
def command(results: Path, key: Path | None, name: str) -> int:
    from diagnostic.study.generations import REPORT
    from diagnostic.study.manifest import signable
    from diagnostic.study.signature import sign

    if key is None:
        raise click.UsageError("Donner une clé SSH : --cle CLÉ.", click.get_current_context())
    signable(results)
    return told([sign(results / REPORT, key.expanduser(), name).told])
