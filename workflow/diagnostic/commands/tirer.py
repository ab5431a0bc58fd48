"""`diagnostic tirer`: which pages of a site to read, or which places of its list to follow from a count to the next."""

from __future__ import annotations

import click

from diagnostic.commands.base import Command, project, told
from diagnostic.commands.values import STUDY, Whole


@click.command(
    "tirer",
    cls=Command,
    help="Tire les pages à lire d’un site trop grand pour être compté, sur toute sa longueur ; ou les places à suivre.",
)
@click.argument("study", type=STUDY, metavar="ÉTUDE", help="par exemple 47-2026")
@click.argument("site", metavar="SITE", help="code du site, « E15 / Lens » s’il est compté par lieu")
@click.argument("total", type=Whole(1), metavar="PAGES", help="nombre de pages de résultats du site, ou de places")
@click.option("--lire", "number", type=Whole(1), default=10, help="combien en tirer (10)")
@click.option(
    "--places", is_flag=True, help="places de la liste, par leurs nombres permanents : les mêmes à chaque décompte"
)
def command(study: str, site: str, total: int, number: int, places: bool) -> int:
    from diagnostic.estimate.formulas.draw import places_to_follow
    from diagnostic.estimate.formulas.pages import pages_to_read
    from diagnostic.study.config import load

    seed = load(project(), {"studies": [study]}).sampling(study).seed
    site = " / ".join(part.strip() for part in site.split("/", 1))  # as lists are named
    drawn = places_to_follow if places else pages_to_read
    ranks = drawn(site, total, number, seed)
    what = "places à suivre" if places else "pages à lire"
    return told([f"{site}, {len(ranks)} {what} sur {total} : {', '.join(map(str, ranks))}."])
