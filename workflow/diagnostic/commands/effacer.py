"""`diagnostic effacer`: one response or interview is taken out of everything, at the request of whom it concerns."""

from __future__ import annotations

import datetime as dt

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import STUDY, dated


@click.command(
    "effacer", cls=Command, help="Efface une réponse ou un entretien de toutes les versions (droit à l’effacement)."
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("record", metavar="NUMÉRO", help="celui que montre le formulaire, ou le pseudonyme : R-7K3F9Q")
@click.option("--confirmer", "confirm", is_flag=True, help="sans quoi rien n’est effacé")
@dated("jour de l’effacement")
def command(study: str, record: str, confirm: bool, date: dt.date) -> int:
    from diagnostic.study.erase import erase

    lines, well = erase(project(), study, record, date, execute=confirm)
    return told([*lines, TEAM], 0 if well else 1)
