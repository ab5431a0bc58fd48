"""Facts on the agreement between the persons who coded the same ads: alpha, its interval, a verdict by variable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import pandas as pd

from diagnostic import french
from diagnostic.codebook.model import Codebook
from diagnostic.estimate.agreement import VERDICTS, agreements
from diagnostic.estimate.answers import option_columns
from diagnostic.estimate.facts import Fact

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
    codings: pd.DataFrame, codebook: Codebook, seed: int, confidence: float, base: partial[Fact], located: Any
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
    fact = partial(base, unit="ad", universe="annonces codées par deux personnes")
    for name in present:
        one = found.loc[name]
        shared: dict[str, Any] = {"cells": located(name), "denominator": int(one["units"])}
        known = pd.notna(one["alpha"])
        limits = pd.notna(one["low"])
        yield fact(
            fact_id=f"agreement.alpha.{name}",
            label=f"{labels[name]} : alpha de Krippendorff",
            measure="estimate" if known else "text",
            value=float(one["alpha"]) if known else None,
            value_text="" if known else VERDICTS["undetermined"],
            decimals=2,
            low=float(one["low"]) if limits else None,
            high=float(one["high"]) if limits else None,
            interval_kind="sampling" if limits else "none",
            formula="1 − désaccord observé ÷ désaccord attendu",
            method=f"{french.number(int(one['units']))} annonces codées deux fois. {one['reason']}",
            rules=("second_codage",),
            **shared,
        )
        if pd.notna(one["observed"]):
            yield fact(
                fact_id=f"agreement.observed.{name}",
                label=f"{labels[name]} : accord observé",
                measure="percent",
                value=100 * float(one["observed"]),
                formula="paires de codages identiques",
                rules=("second_codage",),
                **shared,
            )
        yield fact(
            fact_id=f"{VERDICT}{name}",
            label=f"{labels[name]} : verdict sur le codage",
            measure="text",
            value_text=VERDICTS[one["verdict"]],
            formula="fiable dès 0,800 ; prudent dès 0,667 ; insuffisant au-dessous",
            method=one["reason"],
            **shared,
        )


def insufficient(facts: Iterable[Fact]) -> frozenset[str]:
    """The variables that two persons do not code alike: their profiles are not published."""
    judged = (fact for fact in facts if fact.fact_id.startswith(VERDICT))
    return frozenset(
        fact.fact_id.removeprefix(VERDICT) for fact in judged if fact.value_text == VERDICTS["insufficient"]
    )
