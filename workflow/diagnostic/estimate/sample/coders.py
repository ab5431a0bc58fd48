"""Several persons who code the same ads: how well they agree, and what their disagreements leave open."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.consolidate.coders import DISPUTED, arbitrated
from diagnostic.core import french
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas import agreement
from diagnostic.estimate.formulas.agreement import VERDICTS, agreements
from diagnostic.estimate.formulas.answers import option_columns

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
APART = "Deux nombres a et b s’écartent de ((a − b) ÷ (a + b))² : un de plus compte moins sur dix que sur deux. "
OF_THEMSELVES = "Sans intervalle : les annonces codées deux fois n’en représentent aucune autre."
REPLICATES, ANY = 500, 0.95  # ANY: a level for an interval that nobody reads
VERDICT = "agreement.verdict.{variable}"
GROUPS = ("cluster_id", "copies_searched")  # the group, and what is answered wherever it could be given


def agreement_facts(
    codings: pd.DataFrame, codebook: Codebook, seed: int, confidence: float | None, build: Builder, located: Any
) -> Iterator[Fact]:
    """Three facts per variable that was coded: alpha, observed agreement, verdict; two on groups of duplicates. Nothing
    without a second coding; no interval without `confidence`, where the coded ads stand for themselves."""
    twice = codings[~arbitrated(codings["coder"])].drop_duplicates(["ad_id", "coder"])
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
        limits |= {"units": french.number(int(one["units"])), "apart": APART if name in numbers else ""}
        value = None if pd.isna(alpha) else float(alpha)
        yield build.fact("agreement.alpha.{variable}", value, reason=reason, **limits, **made)
        if pd.notna(one["observed"]):
            yield build.fact("agreement.observed.{variable}", 100 * float(one["observed"]), **made)
        yield build.fact("agreement.verdict.{variable}", value_text=VERDICTS[one["verdict"]], reason=reason, **made)
    yield from _groups(twice, build, located)


def _groups(twice: pd.DataFrame, build: Builder, located: Any) -> Iterator[Fact]:
    """Whether the coders group the same ads; nothing where no two of them searched the same ad."""
    group, searched = GROUPS
    seen = twice[twice[searched].notna()]
    found = agreement.grouping_agreement(seen[["ad_id", "coder"]].assign(group=seen[group]))
    if found.b_cubed is None:
        return
    told: dict[str, Any] = {"ads": french.number(found.ads), "cells": located(group)}
    pairs = build.share("agreement.groups.pairs_pct", found.both, found.either, **told)
    if pairs:
        yield pairs
    yield build.fact("agreement.groups.b_cubed_pct", 100 * found.b_cubed, denominator=found.ads, **told)


def insufficient(facts: Iterable[Fact]) -> frozenset[str]:
    """The variables that two persons do not code alike: their profiles are not published."""
    weak = {one.fact_id: one for one in facts if one.value_text == VERDICTS["insufficient"]}
    return frozenset(ids.fact(one).parts["variable"] for one in ids.chosen(weak, VERDICT))


# -- What is at a place, where two who coded it differ and nobody arbitrated --------------------------------------
# A relevant ad, a place that nobody could see, or nothing of the domain: totals and persons go down in this order. All the places
# in dispute as those who see the least have them, and then as those who see the most, so make the lowest and the highest of both.
RELEVANT, DISPOSITION = "relevant", "disposition"
OPENED = (
    *("sample.relevant", "sample.relevant_pct", "sample.site_places.{site}", "sample.site_size.{site}"),
    *(f"profile.{unit}.{{variable}}.{end}" for unit in ("ad", "person") for end in ("{answer}", "missing", "mean")),
    *(
        f"persons.{name}"
        for name in ("total", "whatever_missed", "horvitz_thompson", "by_places", "indicative", "logical")
    ),
)


def seen_apart(answers: pd.DataFrame) -> pd.Series:
    """The ads whose coders differ on what is at their place, and that nobody arbitrated. `answers`: one row per place and coder."""
    apart = answers.groupby("ad_id")[DISPOSITION].nunique()
    return apart.index[apart.gt(1) & ~apart.index.isin(answers.loc[arbitrated(answers["coder"]), "ad_id"])].to_series()


def least_and_most(
    answers: pd.DataFrame, usable: pd.DataFrame, stratum: pd.Series, out: Collection[str], most: float
) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """The answers and the usable ads as those who see the least at the places in dispute have them, then as those who see the
    most; nothing without any dispute.

    `stratum`: the list of each place, by its ad; `out`: the dispositions that are out of the domain; `most`: the copies of an ad
    at most. An ad that only another coder saw has no answer in the first coding, is of nobody else, and has the copies that were found.
    """
    own = answers[answers["ad_id"].isin(seen_apart(answers))]
    if own.empty:
        return []
    rank = own[DISPOSITION].eq(RELEVANT) * 2 + ~own[DISPOSITION].isin([RELEVANT, *out]) * 1
    order, made = own.assign(rank=rank).sort_values(["rank", "turn"], kind="stable"), []
    for end in ("first", "last"):
        seen = order.drop_duplicates("ad_id", keep=end).set_index("ad_id")
        said = answers["ad_id"].map(seen[DISPOSITION]).where(answers["turn"].eq(1)).fillna(answers[DISPOSITION])
        relevant = seen.index[seen[DISPOSITION].eq(RELEVANT)]
        kept = usable[~usable["ad_id"].isin(seen.index) | usable["ad_id"].isin(relevant)]
        more = seen.loc[relevant.difference(usable["ad_id"]).intersection(stratum.index)].reset_index()
        copies = pd.to_numeric(more["copies_total"]).astype(float).where(more["copies_searched"].eq("yes"))
        first = answers[answers["turn"].eq(1)].set_index("ad_id")["coder"]
        added = more.assign(coder=more["ad_id"].map(first), stratum=more["ad_id"].map(stratum))
        added = added.assign(person="ad " + more["ad_id"].astype(str), found=copies, multiplicity=copies)
        added = added.assign(least=copies.fillna(1.0), most=copies.fillna(most))
        added = added.assign(shown=usable["shown"].clip(upper=1.0).min(), shown_most=usable["shown_most"].max())
        whole = pd.concat([kept, added.reindex(columns=usable.columns)], ignore_index=True)
        made.append((answers.assign(**{DISPOSITION: said}), whole))
    return made


def opened(facts: Iterable[Fact], others: Iterable[Iterable[Fact]]) -> Iterator[Fact]:
    """The facts, their limits reaching those of the same facts under other readings of what is in dispute: bounds, unless a model
    carries them already."""
    again = [{one.fact_id: one for one in other} for other in others]
    for fact in facts:
        ends = [_ends(one) for one in (fact, *(table[fact.fact_id] for table in again if fact.fact_id in table))]
        known = [one for one in ends if one is not None]
        if not ids.is_one(fact.fact_id, *OPENED) or len(known) < len(ends) or len(set(known)) == 1:
            yield fact
            continue
        low, high = min(low for low, _ in known), max(high for _, high in known)
        kind, rules = fact.interval_kind, tuple(dict.fromkeys((*fact.rules, DISPUTED)))
        yield replace(fact, low=low, high=high, interval_kind="model" if kind == "model" else "bounds", rules=rules)


def _ends(fact: Fact) -> tuple[float, float] | None:
    low, high = (fact.value if one is None else one for one in (fact.low, fact.high))
    return None if low is None or high is None else (low, high)
