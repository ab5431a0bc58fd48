"""What the workflow calls as a process of its own."""

import datetime as dt
import json
from pathlib import Path

import click

from diagnostic.commands.base import Step, told
from diagnostic.commands.values import DAY, FILE
from diagnostic.core.french import typographic


@click.command("render", cls=Step)
@click.argument("source", type=FILE)
@click.argument("output", type=FILE, nargs=-1, required=True)
@click.option("--theme", type=FILE, required=True)
@click.option("--date", type=DAY, required=True, help="date portée par le document")
@click.option("--renderer", default="embarqué")
@click.option("--fils", "threads", type=int, default=1, help="documents faits en même temps")
def render(source: Path, output: tuple[Path, ...], theme: Path, date: dt.date, renderer: str, threads: int) -> int:
    """Des documents à partir d’un .qmd (appelé par le workflow)."""
    from diagnostic.office.render import render_all

    render_all(source, output, theme, int(dt.datetime.combine(date, dt.time(), dt.UTC).timestamp()), renderer, threads)
    return told([f"{len(output)} documents : {renderer}"])


GONE = (
    "{} : ces documents n’étaient d’aucune édition enregistrée ; ils en sont ôtés, et « generations » les garde. "
    "« diagnostic diffuser » fait ceux qui quittent l’équipe."
)


@click.command("publier", cls=Step)
@click.argument("results", type=FILE)
@click.option("--document", "documents", type=FILE, multiple=True, help="document fini")
@click.option(
    "--quarto", "project", type=FILE, multiple=True, help="fichier ou dossier dont Quarto refait les documents"
)
@click.option("--empreinte", "sealed", multiple=True, help="fichier dont l’étude dépend, que l’équipe garde")
@click.option("--public", "public", multiple=True, help="fichier public dont l’étude dépend")
@click.option("--travail", "working", is_flag=True, help="documents que l’équipe garde")
@click.option("--edition", "edition", default="", help="étude réelle, dont une édition est enregistrée")
@click.option("--coffre", "keyed", default="{}", help="empreintes à clé des exports, en JSON")
@click.option("--output", type=FILE, required=True)
def publier(
    results: Path,
    documents: tuple[Path, ...],
    project: tuple[Path, ...],
    sealed: tuple[str, ...],
    public: tuple[str, ...],
    working: bool,
    edition: str,
    keyed: str,
    output: Path,
) -> int:
    """Garde un calcul achevé et met ses documents en place (appelé par le workflow)."""
    from diagnostic.core import writing
    from diagnostic.study import signature
    from diagnostic.study.generations import PAGE, REPORT, seen
    from diagnostic.study.manifest import apart
    from diagnostic.study.publishing import publish

    sent = False
    if edition:
        from diagnostic.study.issuing import recorded, unrecorded

        sent = recorded(Path(), edition)
        if not (sent or working):
            raise unrecorded(edition)
    signed, shown = signature.signed(results / REPORT), (results / REPORT / PAGE).is_file()
    publish(results, documents, apart(sealed), json.loads(keyed), apart(public), working, sent, project)
    writing.write_bytes(seen(results).encode(), output)
    gone = shown and not (results / REPORT / PAGE).is_file()
    lost = [typographic(GONE.format(results / REPORT))] if gone else signature.lost(results / REPORT, signed)
    return told(lost) if lost else 0


@click.command("contours", cls=Step)
@click.argument("output", type=FILE)
def contours(output: Path) -> int:
    """Télécharge les contours publics des communes (appelé par le workflow)."""
    from diagnostic.geography.fetch import fetch

    return told(fetch(output))
