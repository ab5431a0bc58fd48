"""The commands of a study and its data."""

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import FILE, NEW_STUDY, STUDY, Whole, dated
from diagnostic.core.errors import Refused
from diagnostic.core.french import typographic
from diagnostic.core.spoken import spelt

if TYPE_CHECKING:
    from diagnostic.study.receive import Lines


@click.command("creer", cls=Command)
@click.argument(
    "study",
    type=NEW_STUDY,
    metavar="ÉTUDE",
    help="département-année, par exemple 47-2026 ; ou région-année : bretagne-2019",
)
@click.option(
    "--outil", "tool", default="template", metavar="OUTIL", help="outil dont parle l’aide-mémoire : kobo, limesurvey…"
)
@click.option("--departements", default="", metavar="CODES", help="d’une étude de plusieurs départements : 22,29,35,56")
@click.option(
    "--region", default="", metavar="NOM", help="ce que le rapport dit d’eux ensemble ; sinon, le nom de l’étude"
)
@dated("jour de la création")
def creer(study: str, tool: str, departements: str, region: str, date: dt.date) -> int:
    """Crée une étude, qui se calcule tout de suite sur des réponses engendrées."""
    from diagnostic.study.start import init

    codes = tuple(code.strip() for code in departements.split(",") if code.strip())
    return told(init(project(), study, tool, date, codes, region))


@click.command("outiller", cls=Command)
@click.argument("folder", type=FILE, metavar="DOSSIER", help="où les écrire, par exemple instruments")
@click.option(
    "--situations", type=Whole(1, 50), default=5, help="situations déroulées là où le formulaire ne les répète pas (5)"
)
def outiller(folder: Path, situations: int) -> int:
    """Écrit formulaires, modèles de tableur, schémas et dictionnaire, faits du codebook."""
    from diagnostic.codebook.instruments import instruments
    from diagnostic.codebook.loading import FOLDER, load, read_folder
    from diagnostic.core import writing

    files = instruments(load(read_folder(project() / FOLDER)), situations=situations)
    for name, content in files.items():
        writing.write_bytes(content, folder / name)
    return told([f"{len(files)} fichiers écrits dans {folder}."])


@click.command("tirer", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("site", metavar="SITE", help="code du site, « E15 / Lens » s’il est compté par lieu")
@click.argument("total", type=Whole(1), metavar="PAGES", help="nombre de pages de résultats du site, ou de places")
@click.option("--lire", "number", type=Whole(1), default=10, help="combien en tirer (10)")
@click.option(
    "--places", is_flag=True, help="places de la liste, par leurs nombres permanents : les mêmes à chaque décompte"
)
def tirer(study: str, site: str, total: int, number: int, places: bool) -> int:
    """Tire les pages à lire d’un site trop grand pour être compté, sur toute sa longueur ; ou les places à suivre."""
    from diagnostic.estimate.formulas.draw import places_to_follow
    from diagnostic.estimate.formulas.pages import pages_to_read
    from diagnostic.study.config import load

    seed = load(project(), {"studies": [study]}).sampling(study).seed
    site = " / ".join(part.strip() for part in site.split("/", 1))  # as lists are named
    ranks = (places_to_follow if places else pages_to_read)(site, total, number, seed)
    what = "places à suivre" if places else "pages à lire"
    return told([f"{site}, {len(ranks)} {what} sur {total} : {', '.join(map(str, ranks))}."])


@click.command("recevoir", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("role", required=False, metavar="[RÔLE]", help="sinon, reconnu au contenu : questionnaire…")
@click.argument("file", required=False, type=FILE, metavar="[FICHIER]", help="l’export, tel que l’outil l’a donné")
@click.argument("others", nargs=-1, type=FILE, metavar="[FICHIER…]", help="d’autres, dont le rôle est reconnu de même")
@click.option("--remplacer", "replace", is_flag=True, help="reçoit même ce qui serait refusé")
@click.option("--annuler", "undone", is_flag=True, help="reprend la version d’avant")
@click.option("--version", "number", type=Whole(1), metavar="N", help="reprend cette version")
@click.option("--versions", "listing", is_flag=True, help="liste les versions gardées")
@click.option(
    "--de", "coder", default="", metavar="AB", help="reprend la feuille que cette personne a remplie ailleurs"
)
@dated("jour de l’export")
def recevoir(
    study: str,
    role: str | None,
    file: Path | None,
    others: tuple[Path, ...],
    replace: bool,
    undone: bool,
    number: int | None,
    listing: bool,
    coder: str,
    date: dt.date,
) -> int:
    """Range des exports dans le coffre ; chaque version y est gardée."""
    from diagnostic.study import receive
    from diagnostic.study.elsewhere import take_back
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
    if coder:
        given = [(receive.content_of(path), path.name) for path in files]
        return told([*(one for own in given for one in take_back(project(), study, coder, *own, date)), TEAM])
    choice = Choice(replace, _agreed)
    if len(files) == 1:
        lines = receive.receive(project(), study, role, files[0], date, choice)
        return told([*lines, TEAM], int(lines.waits))
    return _all(files, lambda path: receive.receive(project(), study, role, path, date, choice))


def _all(files: Sequence[Path], receive: "Callable[[Path], Lines]") -> int:
    """Each file in its turn, told by its place, since its name may say who answered: one that is refused, or that waits for its
    recipe, stops no other."""
    refused, waiting = list[str](), list[str]()
    for at, path in enumerate(files, start=1):
        click.echo(typographic(f"Fichier {at} sur {len(files)} :"))
        try:
            click.echo(spelt("\n".join(lines := receive(path))))
            waiting += [str(at)] if lines.waits else []
        except Refused as error:
            refused.append(str(at))
            click.echo(spelt(str(error)), err=True)
    left = [("refusés", refused), ("en attente de leur recette", waiting)]
    lacking = " ; ".join(f"{what} : {', '.join(own)}" for what, own in left if own)
    return told([*([f"Fichiers non reçus, {lacking}."] if lacking else []), TEAM], int(bool(lacking)))


def _lacking(what: str) -> click.UsageError:
    return click.UsageError(f"Il manque {what}.", click.get_current_context())


def _agreed(lines: Sequence[str]) -> bool:
    """Whether the person at the terminal says yes; without a terminal, nobody does."""
    if not sys.stdin.isatty():
        return False
    click.echo("\n".join(lines))
    return input("Recevoir cet export tout de même ? [o/N] ").strip().casefold() in ("o", "oui")


@click.command("decrire", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.option(
    "--classeur", "filled", type=FILE, metavar="FICHIER", help="le classeur des recettes, rempli ailleurs, rendu"
)
@dated("jour où il est fait")
def decrire(study: str, filled: Path | None, date: dt.date) -> int:
    """Refait, dans le coffre, le classeur des recettes : comment se lit chaque fichier de l’équipe."""
    from diagnostic.study.receive import describe

    return told(describe(project(), study, date, filled))


@click.command("preparer", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.option("--initiales", "coder", default="A", metavar="AB", help="de la personne qui code")
@click.option("--remplacer", "replace", is_flag=True, help="refait une feuille qui n’a pas été rendue")
@click.option(
    "--ailleurs",
    "mode",
    type=click.Choice(["premier", "second"]),
    help="pour cette personne seule, sur une autre machine : ce que personne, ou une seule, n’a codé",
)
def preparer(study: str, coder: str, replace: bool, mode: str | None) -> int:
    """Prépare dans le coffre les feuilles à remplir : codage, thèmes, paires."""
    from diagnostic.study.elsewhere import give_out
    from diagnostic.study.sheets import prepare

    if mode:
        return told([*give_out(project(), study, coder, mode, replace), TEAM])
    return told([*prepare(project(), study, coder, replace), TEAM])


@click.command("sceller", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
@dated("jour de la correction")
def sceller(study: str, date: dt.date) -> int:
    """Enregistre l’empreinte des fichiers corrigés et liste ce qui a changé."""
    from diagnostic.study.given import seal

    return told(seal(project(), study, date) or ["Aucun fichier n’a changé : rien à sceller."])
