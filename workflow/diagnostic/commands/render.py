"""`diagnostic render`: documents from one .qmd."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from diagnostic.commands.base import Step, told
from diagnostic.commands.values import DAY, FILE


@click.command("render", cls=Step, help="Des documents à partir d’un .qmd (appelé par le workflow).")
@click.argument("source", type=FILE)
@click.argument("output", type=FILE, nargs=-1, required=True)
@click.option("--theme", type=FILE, required=True)
@click.option("--date", type=DAY, required=True, help="date portée par le document")
@click.option("--renderer", default="embarqué")
@click.option("--fils", "threads", type=int, default=1, help="documents faits en même temps")
def command(source: Path, output: tuple[Path, ...], theme: Path, date: dt.date, renderer: str, threads: int) -> int:
    from diagnostic.office.render import render_all

    epoch = int(dt.datetime.combine(date, dt.time(), dt.UTC).timestamp())
    render_all(source, output, theme, epoch, renderer, threads)
    return told([f"{len(output)} documents : {renderer}"])
