"""`diagnostic purger`: what must no longer be kept goes, and that nothing is left of it is proved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import STUDY, dated


@click.command("purger", cls=Command, help="Efface ce qui ne doit plus être gardé et prouve qu’il n’en reste rien.")
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.option("--confirmer", "confirm", is_flag=True, help="sans quoi rien n’est effacé")
@dated("jour de la purge")
def command(study: str, confirm: bool, date: dt.date) -> int:
    from diagnostic.privacy.vault import VAULT
    from diagnostic.study import compliance, erase, unlocking
    from diagnostic.study.erase import DONE, PLANNED, message

    root = project()
    retention = compliance.retention(compliance.contents(Path(VAULT) / study / compliance.FOLDER))
    report = erase.purge(root, study, retention, date, execute=confirm, cipher=unlocking.cipher(root))
    return told([message(report), TEAM], 0 if report.state in (PLANNED, DONE) else 1)
