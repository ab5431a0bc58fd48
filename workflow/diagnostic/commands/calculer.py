"""`diagnostic calculer`: the workflow, followed step by step."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diagnostic.commands.base import Command, told
from diagnostic.commands.values import NEW_STUDY, RESULTS


@click.command(
    "calculer",
    cls=Command,
    help="Fait les études, étape par étape, et dit où sont les rapports ou ce qui est à corriger.",
)
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
@click.option("--durees", "times", is_flag=True, help="où est passé le temps du dernier calcul ; ne calcule rien")
def command(studies: tuple[str, ...], draft: bool, dry: bool, times: bool) -> int:
    from diagnostic.running import durations
    from diagnostic.running.calculation import calculate, foresee

    if dry:
        return foresee(Path.cwd(), list(studies), draft, sys.stdout)
    if not times:
        return calculate(Path.cwd(), list(studies), draft, sys.stdout, moved=_moved)
    calculation = durations.kept(Path.cwd())
    pages = [durations.page(calculation, study) for study in studies or [None]]
    return told([line for page in pages for line in [*page, ""]][:-1])


def _moved(study: str, began: float) -> str:
    from diagnostic.review.difference import moved

    return moved(RESULTS(study), began)
