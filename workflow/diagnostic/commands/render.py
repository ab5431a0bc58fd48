"""`diagnostic render`: one document from a .qmd."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from diagnostic.commands.base import Step, told
from diagnostic.commands.values import DAY, FILE


@click.command("render", cls=Step, help="Un document à partir d’un .qmd (appelé par le workflow).")
@click.argument("source", type=FILE)
@click.argument("output", type=FILE)
@click.option("--theme", type=FILE, required=True)
@click.option("--date", type=DAY, required=True, help="date portée par le document")
@click.option("--renderer", default="embarqué")
def command(source: Path, output: Path, theme: Path, date: dt.date, renderer: str) -> int:
    from diagnostic.report.render import render

    epoch = int(dt.datetime.combine(date, dt.time(), dt.UTC).timestamp())
    return told([f"{output} : {render(source, output, theme, epoch, renderer)}"])
