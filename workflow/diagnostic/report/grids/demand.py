"""The tables of the penal response and of two lists: every number in them is a fact."""

from __future__ import annotations

import pandas as pd

from diagnostic.estimate.texts.demand import APPROXIMATE
from diagnostic.report.grids.internet import under
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, named, of, pipe, table


@grid
def penal(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Measures by source, one column per year; empty without any."""
    found = under(statements, "penal.")
    if found.empty:
        return ""
    parts = found["statement_id"].str.split(".", expand=True)
    years = sorted(parts[1].unique(), key=lambda year: (not year.isdigit(), year))
    names = {year: _year(found["label"][parts[1] == year].iloc[0]) for year in years}
    rows = []
    for (measure, source), own in found.groupby([parts[2], parts[3]], sort=True):
        near = own.loc[
            own["method"].str.contains(APPROXIMATE, regex=False) & own["shown_value"].notna(), "statement_id"
        ]
        roughly = {fact_id.split(".")[1]: "environ " for fact_id in near}
        said, _, of = own["label"].iloc[0].partition(", source : ")
        rows.append(
            (
                escape(said.rpartition(", ")[0]),
                escape(of),
                *(roughly.get(year, "") + cell(f"penal.{year}.{measure}.{source}") for year in years),
            )
        )
    header = (("Mesure", "left", 34), ("Source", "left", 14), *((names[year], "right", 12) for year in years))
    return pipe(header, rows, caption, "reponse-penale")


@grid
def two_lists(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """What each overlap would imply, by the sizes of the two lists; empty without a publication that allows it."""
    found = statements[statements["statement_id"].str.fullmatch(r"two_lists\.s\d+_m\d+")]
    keys = found["statement_id"].str.extract(r"s(\d+)_m(\d+)").astype(int)
    found = found.assign(split=keys[0], overlap=keys[1]).sort_values(["split", "overlap"])
    columns = (
        ("Si les listes étaient…", "left", 34, lambda fact: named(fact, "total impliqué, ")),
        ("Chapman", "right", 10, of(cell)),
        ("Sous le modèle", "right", 16, of(interval)),
        ("θ = ½", "right", 8, of(cell, "_theta_05")),
        ("θ = 1", "right", 8, of(cell, "_theta_10")),
        ("θ = 2", "right", 8, of(cell, "_theta_20")),
        ("θ = 3", "right", 8, of(cell, "_theta_30")),
    )
    return table(found.itertuples(), columns, caption, "deux-listes", small=True)


def _year(label: str) -> str:
    return label.partition(", source : ")[0].rpartition(", ")[2]
