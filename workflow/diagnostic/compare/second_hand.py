"""The tables of a comparison of what others published: figures of studies known by their publication, and national series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.core import french
from diagnostic.core.french import typographic
from diagnostic.release.printed import moment
from diagnostic.report.printer import Printer
from diagnostic.report.printing import escape
from diagnostic.report.tabular import pipe

Header = list[tuple[str, str, int]]


def printed(statements: pd.DataFrame, names: Mapping[str, str], printer: Printer, caption: str) -> str:
    """Every figure of the published studies, as its source prints it, with what it leaves open, as a markdown table.

    `statements`: one row per figure; `names`: study → its name, escaped.
    """
    rows: list[Sequence[str]] = []
    for study, own in statements.groupby("study", sort=False):
        rows.append((f"**{names[str(study)]}**", "", "", ""))
        rows += [
            (
                escape(one.label),
                printer.fact(one.statement_id),
                printer.interval(one.statement_id),
                escape(typographic(one.universe)),
            )
            for one in own.itertuples()
        ]
    header: Header = [("Ce que la source imprime", "left", 32), ("Nombre", "right", 16), ("Permet", "right", 18)]
    header += [("De quoi, selon elle", "left", 40)]
    return pipe(header, rows, caption, "seconde-main", small=True)


def series(values: pd.DataFrame, printer: Printer, caption: str) -> str:
    """The national series, a row per value, with what is wrong with reading it beside another, as a markdown table."""
    rows = []
    for one in values.itertuples():
        said = " – ".join(text for text in (*one.traps.split(" ; "), one.note) if text)
        told = [escape(typographic(text)) for text in (french.capital(one.universe), moment(one.year), said)]
        rows.append((*told[:2], printer.fact(one.statement_id), told[2]))
    header: Header = [("Ce qui est compté", "left", 36), ("Date", "left", 14), ("Nombre", "right", 12)]
    return pipe([*header, ("À savoir", "left", 38)], rows, caption, "series", small=True)
