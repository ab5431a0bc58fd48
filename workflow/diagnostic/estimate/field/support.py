"""Facts of the support that the territory offers: how many structures answer to each axis, and which axes nobody covers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from diagnostic.collect.answers import AXES, FIELDS
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.places import Places
from diagnostic.estimate.texts.support import TEXTS


def estimate(
    structures: pd.DataFrame, restitutions: pd.DataFrame, places: pd.DataFrame, study: str
) -> dict[str, pd.DataFrame]:
    """One row per fact on local structures and on the presentations of the study; none without a list of them.

    A structure that does not say whether it answers to an axis may: the number of those that do has bounds.
    """
    index = Places(places)
    facts = [*_presented(restitutions, index)]
    if len(structures):
        build = Builder(TEXTS, "consolidate/structures", index.origin("structures"))
        facts += _facts(structures, build, index)
    return {"support": table(study, facts)}


def _presented(restitutions: pd.DataFrame, index: Places) -> Iterator[Fact]:
    """From the first presentation to the last data that one rests on; nothing before there are both."""
    ends = restitutions["data_until"].dropna()
    if restitutions.empty or ends.empty:
        return
    first, last = str(restitutions["date"].min())[:7], str(ends.max())[:7]
    if len(first) < len("2026-01") or len(last) < len("2026-01"):
        return  # a year alone
    where = index.cells(restitutions, "restitutions", "date", "data_until")
    build = Builder(TEXTS, "consolidate/restitutions", index.origin("restitutions"), where)
    yield build.fact("process.period", value_text=f"{first}/{last}")
    (year, month), (until, end) = ((int(part) for part in text.split("-")) for text in (first, last))
    yield build.count("process.duration_years", (12 * (until - year) + end - month) / 12)


def _facts(structures: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact]:
    total, cells = len(structures), partial(index.cells, structures, "structures")
    yield build.count("pathway.structures", total, cells=cells("structure_code"))
    agree = int(structures["agrees_to_be_named"].sum())
    yield build.count("pathway.named", agree, total, cells=cells("agrees_to_be_named"))
    for code, name in FIELDS.items():
        found = structures[structures["activity_field"] == code]
        where = index.cells(found, "structures", "activity_field")
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
            cells=cells(axis),
            axis=axis,
            name=name,
        )
    yield build.count("pathway.axes_uncovered", possible, len(AXES), between=(certain, possible), cells=cells(*AXES))
