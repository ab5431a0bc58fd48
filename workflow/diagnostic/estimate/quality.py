"""Facts on the study's own quality: rows received, rules applied, warnings, figures reproduced."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from diagnostic.consolidate.tables import OUTCOMES
from diagnostic.core.counting import RULES
from diagnostic.estimate.facts import Builder, Fact, table, weakest
from diagnostic.estimate.tables import BASES, STATUSES


def estimate(
    rows: pd.DataFrame, reproduction: pd.DataFrame, sources: pd.DataFrame, errors: bytes, study: str
) -> dict[str, pd.DataFrame]:
    """One row per fact on rows, rules, warnings and reproduction. `errors` is the error list as CSV."""
    build = Builder("consolidate/rows", weakest(sources["origin"]))
    warnings = len(pd.read_csv(io.BytesIO(errors), dtype=str))
    reproduced = Builder("estimate/reproduction", "published")
    facts = [*_received(rows, warnings, build), *_reproduced(reproduction, reproduced)]
    return {"quality": table(study, facts)}


def _received(rows: pd.DataFrame, warnings: int, build: Builder) -> Iterator[Fact]:
    total = len(rows)
    yield build.count("quality.rows", total)
    yield replace(build, source_table="collect/erreurs.csv").count("quality.warnings", warnings)
    for code, name in OUTCOMES.items():
        found = int((rows["outcome"] == code).sum())
        yield build.count("quality.outcome.{outcome}", found, total, outcome=code, name=name)
    for role, own in rows.groupby("role"):
        yield build.count("quality.rows.{role}", len(own), total, role=role, file=own["file"].iloc[0])
    applied = rows["rules"].fillna("").str.split("; ").explode()
    for name, touched in applied[applied != ""].value_counts().sort_index().items():
        rule = str(name)
        yield build.count("quality.rule.{rule}", int(touched), total, rules=(rule,), rule=rule, what=RULES[rule])


def _reproduced(reproduction: pd.DataFrame, build: Builder) -> Iterator[Fact]:
    """Nothing where no figure was published."""
    total, status, basis = len(reproduction), reproduction["status"], reproduction["basis"]
    if not total:
        return
    yield build.count("reproduction.figures", int(status.notna().sum()), total)
    for code, name in STATUSES.items():
        yield build.count("reproduction.status.{status}", int((status == code).sum()), total, status=code, name=name)
    for code, name in BASES.items():
        found = int(((status == "reproduced") & (basis == code)).sum())
        yield build.count("reproduction.basis.{basis}", found, total, basis=code, name=name)
