"""`diagnostic tirer`: which pages of a site to read."""

from __future__ import annotations

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY, Whole


@click.command(
    "tirer", cls=Command, help="Tire les pages à lire d’un site trop grand pour être compté, sur toute sa longueur."
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("site", metavar="SITE", help="code du site, « E15 / Lens » s’il est compté par lieu")
@click.argument("total", type=Whole(1), metavar="PAGES", help="nombre de pages de résultats du site")
@click.option("--lire", "number", type=Whole(1), default=10, help="pages à lire (10)")
def command(study: str, site: str, total: int, number: int) -> int:
    from diagnostic.estimate.formulas.pages import pages_to_read
    from diagnostic.study.config import load

    seed = load(project(), {"studies": [study]}).sampling(study).seed
    site = " / ".join(part.strip() for part in site.split("/", 1))  # as lists are named
    ranks = pages_to_read(site, total, number, seed)
    return told([f"{site}, {len(ranks)} pages à lire sur {total} : {', '.join(map(str, ranks))}."])
