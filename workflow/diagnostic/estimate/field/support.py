"""Facts of the support that the territory offers: how many structures answer to each axis, and which axes nobody covers."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from diagnostic.codebook.results import INSTALLED, LAW_RESULTS, LAW_SOURCES
from diagnostic.collect.answers import AXES, FIELDS
from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.places import Places


def estimate(
    structures: pd.DataFrame, restitutions: pd.DataFrame, law_results: pd.DataFrame, places: pd.DataFrame, study: str
) -> dict[str, pd.DataFrame]:
    """One row per fact on local structures, on the presentations of the study and on what the law did; none without a
    list of them. A structure that does not say whether it answers to an axis may: bounds."""
    index = Places(places)
    facts = [*_presented(restitutions, index), *_enacted(law_results, index)]
    if len(structures):
        build = Builder("consolidate/structures", index.origin("structures"))
        facts += _facts(structures, build, index)
    read = index.read("structures")
    every = set[str]().union(*read.values())
    return {"support": table(study, facts, {**read, "axes_uncovered": every})}


def _presented(restitutions: pd.DataFrame, index: Places) -> Iterator[Fact]:
    """From the first presentation to the last data that one rests on; nothing before there are both."""
    ends = restitutions["data_until"].dropna()
    if restitutions.empty or ends.empty:
        return
    first, last = str(restitutions["date"].min())[:7], str(ends.max())[:7]
    if len(first) < len("2026-01") or len(last) < len("2026-01"):
        return  # a year alone
    where = index.cells(restitutions, "restitutions", "date", "data_until")
    build = Builder("consolidate/restitutions", index.origin("restitutions"), where)
    yield build.fact("process.period", value_text=f"{first}/{last}")
    (year, month), (until, end) = ((int(part) for part in text.split("-")) for text in (first, last))
    yield build.count("process.duration_years", (12 * (until - year) + end - month) / 12)


def _enacted(law_results: pd.DataFrame, index: Places) -> Iterator[Fact]:
    """Annual totals of public acts as their source gives them, with where they are published if they are."""
    labels = {code: label for group in LAW_RESULTS.values() for code, label in group.items()}
    build = Builder("consolidate/law_results", index.origin("law_results"))
    dated = {len("2026-01-01"): french.date, len("2026-01"): french.month}  # a year is as it is written
    for one in law_results.itertuples():
        said = {
            "year": one.year,
            "what": labels[one.result],
            "source": LAW_SOURCES[one.source],
            "until": dated.get(len(one.reference_date), str)(one.reference_date),
            "where": f" Publié : {one.link}" if isinstance(one.link, str) else "",
            "cells": index.at([one.row], "law_results", "value"),
        }
        if one.result == INSTALLED:
            yield build.fact("law_results.installed.{year}", value_text=one.value, **said)
        else:
            kind = "days" if one.result.startswith("days_") else "acts"
            yield build.count(f"law_results.{kind}.{{year}}.{{result}}", int(one.value), result=one.result, **said)


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
        given = {"between": (yes, yes + blank), "cells": cells(axis), "axis": axis, "name": name}
        yield build.count("pathway.axis.{axis}", yes, total, **given)
    yield build.count("pathway.axes_uncovered", possible, len(AXES), between=(certain, possible), cells=cells(*AXES))
