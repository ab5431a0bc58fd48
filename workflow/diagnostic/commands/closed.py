"""The commands that issue, follow and close a study."""

import datetime as dt
import sys
from pathlib import Path

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import FILE, RESULTS, SENT, STUDY, dated


@click.command("signer", cls=Command)
@click.argument("results", type=RESULTS, metavar="ÉTUDE", help="par exemple 62-2020, ou results/62-2020")
@click.option("--cle", "key", type=FILE, metavar="CLÉ", help="clé privée, ou publique si un agent tient la privée")
@click.option("--nom", "name", default="", metavar="NOM", help="de qui signe ; sinon, celui que dit la clé")
def signer(results: Path, key: Path | None, name: str) -> int:
    """Signe les documents d’une clé SSH : qui les reçoit voit s’ils ont changé."""
    from diagnostic.study.generations import REPORT
    from diagnostic.study.manifest import signable
    from diagnostic.study.signature import sign

    if key is None:
        raise click.UsageError("Donner une clé SSH : --cle CLÉ.", click.get_current_context())
    signable(results)
    return told([sign(results / REPORT, key.expanduser(), name).told])


@click.command("diffuser", cls=Command)
@click.argument("study", type=SENT, metavar="ÉTUDE", help="par exemple 47-2026, ou une comparaison")
@click.option("--brouillon", "draft", is_flag=True, help="c’est un brouillon qui est parti ; il compte aussi")
@dated("jour de l’envoi")
def diffuser(study: str, draft: bool, date: dt.date) -> int:
    """Enregistre l’édition, puis fait les documents qui quittent l’équipe ; l’édition suivante ne trahira pas les nouveaux cas."""
    from diagnostic.running.calculation import calculate
    from diagnostic.study.comparisons import available
    from diagnostic.study.config import load
    from diagnostic.study.issuing import beside, issue

    root = project()
    if study in available(root):
        return calculate(root, beside(root, study), draft=False, stream=sys.stdout, comparison=study, issuing=True)
    told(issue(root, study, date, draft))
    if draft or not load(root, {"studies": [study]}).real(study):
        return 0
    return calculate(root, [study], draft=False, stream=sys.stdout, issuing=True)


@click.command("nommer", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
def nommer(study: str) -> int:
    """Écrit l’annexe nominative pour les autorités (sites, établissements), dans le coffre seulement."""
    from diagnostic.study.annexes import for_authorities

    return told(for_authorities(project(), study))


@click.command("recontacter", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
def recontacter(study: str) -> int:
    """Liste les structures qui souhaitent une formation ou un réseau, ou à relancer, dans le coffre seulement."""
    from diagnostic.study.annexes import to_call_back

    return told([*to_call_back(project(), study), TEAM])


@click.command("suivre", cls=Command)
@click.argument("study", type=SENT, metavar="ÉTUDE", help="par exemple 47-2026")
@click.option("--csv", "csv", is_flag=True, help="écrit aussi le tableau, dans le coffre de l’étude")
@dated("jour où l’on regarde")
def suivre(study: str, csv: bool, date: dt.date) -> int:
    """Dit où en est une étude : calendrier, réponses, relances, codage, paires, conformité, ce qui manque pour publier."""
    from diagnostic.study.follow import follow

    return told([TEAM, *follow(project(), study, date, csv)])


@click.command("effacer", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("record", metavar="NUMÉRO", help="celui que montre le formulaire, ou le pseudonyme : R-7K3F9Q")
@click.option("--confirmer", "confirm", is_flag=True, help="sans quoi rien n’est effacé")
@dated("jour de l’effacement")
def effacer(study: str, record: str, confirm: bool, date: dt.date) -> int:
    """Efface une réponse ou un entretien de toutes les versions (droit à l’effacement)."""
    from diagnostic.study.erase import erase

    lines, well = erase(project(), study, record, date, execute=confirm)
    return told([*lines, TEAM], 0 if well else 1)


@click.command("purger", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.option("--confirmer", "confirm", is_flag=True, help="sans quoi rien n’est effacé")
@dated("jour de la purge")
def purger(study: str, confirm: bool, date: dt.date) -> int:
    """Efface ce qui ne doit plus être gardé et prouve qu’il n’en reste rien."""
    from diagnostic.study.erase import DONE, PLANNED, message, purge_decided

    report = purge_decided(project(), study, date, confirm)
    return told([message(report), TEAM], 0 if report.state in (PLANNED, DONE) else 1)
