"""Facts on the agreement between the persons who coded the same ads: alpha, its interval, a verdict by variable; and on
the ads that they group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas import groupings
from diagnostic.estimate.formulas.agreement import VERDICTS, agreements
from diagnostic.estimate.formulas.answers import option_columns
from diagnostic.estimate.texts.sample import APART, OF_THEMSELVES

VARIABLES = (
    "disposition",
    "gender_presented",
    "age_stated",
    "declared_age",
    "declared_origin",
    "audience",
    "hosting",
    "passing_through",
    "vocabulary",
    "euphemism",
    "network_sign",
    "copies_total",
)
REPLICATES, ANY = 500, 0.95  # ANY: a level for an interval that nobody reads
VERDICT = "agreement.verdict."
GROUPS = ("cluster_id", "copies_searched")  # the group, and what is answered wherever it could be given


def facts(
    codings: pd.DataFrame,
    codebook: Codebook,
    seed: int,
    confidence: float | None,
    build: Builder,
    located: Any,
) -> Iterator[Fact]:
    """Three facts per variable that was coded: alpha, observed agreement, verdict; two on groups of duplicates. Nothing
    without a second coding; no interval without `confidence`, where the coded ads stand for themselves."""
    twice = codings.drop_duplicates(["ad_id", "coder"])
    twice = twice[twice.groupby("ad_id")["coder"].transform("nunique") > 1]
    if twice.empty:
        return
    # A set of answers is judged whole: its options one by one would each vary too little.
    sets = {name: option_columns(twice, name) for name in VARIABLES}
    present = [name for name in VARIABLES if sets[name] or (name in twice and twice[name].notna().any())]
    labels = {v.name: v.label for v in codebook.table("ads")}
    numbers = {v.name for v in codebook.table("ads") if v.type == "integer"}
    found = agreements(twice, present, seed, REPLICATES, confidence or ANY, numbers).set_index("variable")
    for name in present:
        one, words = found.loc[name], {"variable": name, "question": labels[name]}
        made: dict[str, Any] = {"cells": located(name), "denominator": int(one["units"]), **words}
        reason, alpha = one["reason"], one["alpha"]
        limits: dict[str, Any] = {}
        if confidence is None and pd.notna(alpha):
            reason = OF_THEMSELVES
        elif pd.notna(one["low"]):
            limits = {"low": float(one["low"]), "high": float(one["high"]), "interval_kind": "sampling"}
        if pd.isna(alpha):
            limits |= {"measure": "text", "value_text": VERDICTS["undetermined"]}
        yield build.fact(
            "agreement.alpha.{variable}",
            None if pd.isna(alpha) else float(alpha),
            units=french.number(int(one["units"])),
            apart=APART if name in numbers else "",
            reason=reason,
            **limits,
            **made,
        )
        if pd.notna(one["observed"]):
            yield build.fact("agreement.observed.{variable}", 100 * float(one["observed"]), **made)
        verdict = VERDICTS[one["verdict"]]
        yield build.fact("agreement.verdict.{variable}", value_text=verdict, reason=reason, **made)
    yield from _groups(twice, build, located)


def _groups(twice: pd.DataFrame, build: Builder, located: Any) -> Iterator[Fact]:
    """Whether the coders group the same ads; nothing where no two of them searched the same ad."""
    group, searched = GROUPS
    seen = twice[twice[searched].notna()]
    found = groupings.agreement(seen[["ad_id", "coder"]].assign(group=seen[group]))
    if found.b_cubed is None:
        return
    told: dict[str, Any] = {"ads": french.number(found.ads), "cells": located(group)}
    pairs = build.share("agreement.groups.pairs_pct", found.both, found.either, **told)
    if pairs:
        yield pairs
    yield build.fact("agreement.groups.b_cubed_pct", 100 * found.b_cubed, denominator=found.ads, **told)


def insufficient(facts: Iterable[Fact]) -> frozenset[str]:
    """The variables that two persons do not code alike: their profiles are not published."""
    judged = (fact for fact in facts if fact.fact_id.startswith(VERDICT))
    return frozenset(
        fact.fact_id.removeprefix(VERDICT) for fact in judged if fact.value_text == VERDICTS["insufficient"]
    )
