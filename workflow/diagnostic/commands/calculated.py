"""The commands that calculate."""

import sys
from pathlib import Path

import click

from diagnostic.commands.base import TEAM, Command, project, told
from diagnostic.commands.values import COMPARISON, NEW_STUDY, RESULTS, STUDY


@click.command("calculer", cls=Command)
@click.argument(
    "studies", nargs=-1, type=NEW_STUDY, metavar="[ÉTUDE]…", help="par exemple 62-2020 ; sinon, celles choisies"
)
@click.option(
    "--brouillon",
    "draft",
    is_flag=True,
    help="plus vite, sans vérifier la protection ; chaque page de chaque document le dit",
)
@click.option(
    "--a-blanc",
    "--dry-run",
    "-n",
    "dry",
    is_flag=True,
    help="dit ce qui serait à refaire, étude par étude ; ne calcule rien",
)
def calculer(studies: tuple[str, ...], draft: bool, dry: bool) -> int:
    """Fait les études, étape par étape, et dit où sont les rapports ou ce qui est à corriger."""
    from diagnostic.running.calculation import calculate, foresee

    if dry:
        return foresee(Path.cwd(), list(studies), draft, sys.stdout)
    return calculate(Path.cwd(), list(studies), draft, sys.stdout, moved=_moved)


def _moved(study: str, began: float) -> str:
    from diagnostic.review.difference import moved

    return moved(RESULTS(study), began)


@click.command("rapprocher", cls=Command)
@click.argument("comparison", type=COMPARISON, metavar="COMPARAISON", help="nom d’un fichier de config/comparisons")
def rapprocher(comparison: str) -> int:
    """Met des études côte à côte, leurs méthodes d’abord ; fait ce qui leur manque."""
    from diagnostic.running.calculation import calculate
    from diagnostic.study.comparisons import read

    root: Path = project()
    return calculate(root, read(root, comparison).studies, draft=False, stream=sys.stdout, comparison=comparison)


@click.command("constats", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
def constats(study: str) -> int:
    """Propose les constats d’une étude, calculés de ce qu’elle publie, à relire et à signer ; ensuite, dit ce qui y est à revoir."""
    from diagnostic.review.documents import propose

    lines, mended = propose(project(), study)
    return told(lines, 0 if mended else 1)


@click.command("simuler", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
@click.argument(
    "choices", nargs=-1, metavar="CHOIX…", help="threshold=5 (seuil ordinaire), preset=strict (autre jeu de règles)"
)
def simuler(study: str, choices: tuple[str, ...]) -> int:
    """Dit ce que d’autres règles publieraient d’une étude, sans rien publier."""
    from diagnostic.study.issuing import what_if

    return told([*what_if(project(), study, list(choices)), TEAM])


@click.command("refaire", cls=Command)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 62-2020")
def refaire(study: str) -> int:
    """Refait les documents à partir des énoncés seuls, comme après une purge."""
    from diagnostic.review.documents import remake

    return told(remake(project(), study))
