"""Facts of the support that the territory offers: how many structures answer to each axis, and which axes nobody covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.collect.tables import AXES, FIELDS
from diagnostic.estimate.facts import Fact, cell_ranges, table

CODE, NAMED, FIELD = "A", "B", "D"  # columns of the file
COLUMN = {axis: chr(ord("E") + at) for at, axis in enumerate(AXES)}
ALL = "structures locales recensées"
OPEN = "Les bornes disent ce que deviendrait le nombre si chaque case vide était un oui."


def estimate(
    structures: pd.DataFrame, study: str, origins: Mapping[str, str], files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """One row per fact on local structures; none without a list of them.

    A structure that does not say whether it answers to an axis may: the number of those that do has bounds.
    """
    if structures.empty:
        return {"support": table(study, [])}
    fact = partial(Fact, source_table="consolidate/structures", origin=origins["structures"])
    cells = partial(cell_ranges, files["structures"])
    return {"support": table(study, _facts(structures, fact, cells))}


def _facts(structures: pd.DataFrame, fact: partial[Fact], cells: partial[str]) -> Iterator[Fact]:
    count = partial(fact, unit="structure", measure="count", universe=ALL, denominator=len(structures))
    yield fact(
        fact_id="pathway.structures",
        label=ALL,
        unit="structure",
        measure="count",
        universe=ALL,
        value=len(structures),
        formula="lignes du tableau des structures",
        cells=cells(CODE, structures["row"]),
    )
    agree = structures[structures["agrees_to_be_named"]]
    yield count(
        fact_id="pathway.named",
        label="structures qui acceptent d’être nommées",
        value=len(agree),
        numerator=len(agree),
        formula="lignes où la structure accepte d’être nommée",
        cells=cells(NAMED, structures["row"]),
    )
    for code, label in FIELDS.items():
        found = structures[structures["activity_field"] == code]
        yield count(
            fact_id=f"pathway.field.{code}",
            label=f"structures : {label}",
            value=len(found),
            numerator=len(found),
            formula="lignes de ce champ d’activité",
            cells=cells(FIELD, found["row"]),
        )
    certain, possible = 0, 0
    for axis, label in AXES.items():
        said = structures[axis]
        yes, blank = int(said.eq(True).sum()), int(said.isna().sum())
        certain += yes + blank == 0
        possible += yes == 0
        yield count(
            fact_id=f"pathway.axis.{axis}",
            label=f"structures qui répondent à l’axe : {label}",
            value=yes,
            numerator=yes,
            formula="lignes qui répondent oui à cet axe",
            rules=("axe_non_precise",) if blank else (),
            cells=cells(COLUMN[axis], structures["row"]),
            **_bounds(yes, yes + blank),
        )
    yield fact(
        fact_id="pathway.axes_uncovered",
        label="axes auxquels aucune structure recensée ne répond",
        unit="axis",
        measure="count",
        universe="axes d’accompagnement",
        value=possible,
        numerator=possible,
        denominator=len(AXES),
        formula="axes sans aucun oui",
        cells=" ; ".join(cells(column, structures["row"]) for column in COLUMN.values()),
        **_bounds(certain, possible, "La borne basse suppose que chaque case vide est un oui."),
    )


def _bounds(low: int, high: int, method: str = OPEN) -> dict[str, Any]:
    return {"low": low, "high": high, "interval_kind": "bounds", "method": method} if low != high else {}
