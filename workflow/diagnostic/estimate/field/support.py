"""Facts of the support that the territory offers: how many structures answer to each axis, and which axes nobody covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import pandas as pd

from diagnostic.collect.tables import AXES, FIELDS
from diagnostic.estimate.facts import Builder, Fact, cell_ranges, table
from diagnostic.estimate.texts.support import TEXTS

CODE, NAMED, FIELD = "A", "B", "D"  # columns of the file
COLUMN = {axis: chr(ord("E") + at) for at, axis in enumerate(AXES)}


def estimate(
    structures: pd.DataFrame, study: str, origins: Mapping[str, str], files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """One row per fact on local structures; none without a list of them.

    A structure that does not say whether it answers to an axis may: the number of those that do has bounds.
    """
    if structures.empty:
        return {"support": table(study, [])}
    build = Builder(TEXTS, "consolidate/structures", origins["structures"])
    return {"support": table(study, _facts(structures, build, partial(cell_ranges, files["structures"])))}


def _facts(structures: pd.DataFrame, build: Builder, cells: partial[str]) -> Iterator[Fact]:
    total, every = len(structures), structures["row"]
    yield build.count("pathway.structures", total, cells=cells(CODE, every))
    agree = int(structures["agrees_to_be_named"].sum())
    yield build.count("pathway.named", agree, total, cells=cells(NAMED, every))
    for code, name in FIELDS.items():
        found = structures[structures["activity_field"] == code]
        where = cells(FIELD, found["row"])
        yield build.count("pathway.field.{field}", len(found), total, cells=where, field=code, name=name)
    certain, possible = 0, 0
    for axis, name in AXES.items():
        said = structures[axis]
        yes, blank = int(said.eq(True).sum()), int(said.isna().sum())
        certain += yes + blank == 0
        possible += yes == 0
        yield build.count(
            "pathway.axis.{axis}",
            yes,
            total,
            between=(yes, yes + blank),
            cells=cells(COLUMN[axis], every),
            axis=axis,
            name=name,
        )
    where = " ; ".join(cells(column, every) for column in COLUMN.values())
    yield build.count("pathway.axes_uncovered", possible, len(AXES), between=(certain, possible), cells=where)
