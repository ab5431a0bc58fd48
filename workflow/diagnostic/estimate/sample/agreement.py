"""Facts on the agreement between the persons who coded the same ads: alpha, its interval, a verdict by variable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.agreement import VERDICTS, agreements
from diagnostic.estimate.formulas.answers import option_columns

VARIABLES = (
    "relevant",
    "gender_presented",
    "age_stated",
    "declared_origin",
    "audience",
    "hosting",
    "passing_through",
    "vocabulary",
    "euphemism",
    "network_sign",
    "copies_total",
)
REPLICATES = 500
VERDICT = "agreement.verdict."


def facts(
    codings: pd.DataFrame, codebook: Codebook, seed: int, confidence: float, build: Builder, located: Any
) -> Iterator[Fact]:
    """Three facts per variable that was coded: alpha, observed agreement, verdict; nothing without a second coding."""
    twice = codings.drop_duplicates(["ad_id", "coder"])
    twice = twice[twice.groupby("ad_id")["coder"].transform("nunique") > 1]
    if twice.empty:
        return
    # A set of answers is judged whole: its options one by one would each vary too little.
    sets = {name: option_columns(twice, name) for name in VARIABLES}
    present = [name for name in VARIABLES if sets[name] or (name in twice and twice[name].notna().any())]
    found = agreements(twice, present, seed, REPLICATES, confidence).set_index("variable")
    labels = {v.name: v.label for v in codebook.table("ads")}
    for name in present:
        one, words = found.loc[name], {"variable": name, "question": labels[name]}
        made: dict[str, Any] = {"cells": located(name), "denominator": int(one["units"]), **words}
        reason, alpha = one["reason"], one["alpha"]
        limits: dict[str, Any] = {}
        if pd.notna(one["low"]):
            limits = {"low": float(one["low"]), "high": float(one["high"]), "interval_kind": "sampling"}
        if pd.isna(alpha):
            limits |= {"measure": "text", "value_text": VERDICTS["undetermined"]}
        yield build.fact(
            "agreement.alpha.{variable}",
            None if pd.isna(alpha) else float(alpha),
            units=french.number(int(one["units"])),
            reason=reason,
            **limits,
            **made,
        )
        if pd.notna(one["observed"]):
            yield build.fact("agreement.observed.{variable}", 100 * float(one["observed"]), **made)
        verdict = VERDICTS[one["verdict"]]
        yield build.fact("agreement.verdict.{variable}", value_text=verdict, reason=reason, **made)


def insufficient(facts: Iterable[Fact]) -> frozenset[str]:
    """The variables that two persons do not code alike: their profiles are not published."""
    judged = (fact for fact in facts if fact.fact_id.startswith(VERDICT))
    return frozenset(
        fact.fact_id.removeprefix(VERDICT) for fact in judged if fact.value_text == VERDICTS["insufficient"]
    )
