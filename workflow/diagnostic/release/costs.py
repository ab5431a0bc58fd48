"""What protection costs: the share of figures that the rules leave, by threshold."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.release.grouped import group_names
from diagnostic.release.policy import Policy
from diagnostic.release.populations import Population
from diagnostic.release.primary import mark
from diagnostic.release.questions import questions
from diagnostic.release.tables import Costs
from diagnostic.tables import columns

THRESHOLDS = (5, 8, 11)


def with_threshold(policy: Policy, threshold: int) -> Policy:
    """The same policy with one ordinary threshold, the classes never under it."""
    old = policy.rules.thresholds
    raised = {name: max(threshold, value) if name != "ordinary" else threshold for name, value in old}
    rules = policy.rules.model_copy(update={"thresholds": type(old)(**raised)})
    return policy.model_copy(update={"presets": {**policy.presets, policy.preset: rules}})


def costs(facts: pd.DataFrame, policy: Policy, populations: Mapping[str, Population]) -> pd.DataFrame:
    """One row per population and threshold: groups that hold somebody, and the share of them that may be printed before
    any is withheld to protect another (the ledger says how many more are)."""
    rows = []
    for name, population in populations.items():
        own = facts[facts["group"].fillna("").str.startswith(f"{name}:")]
        if own.empty:
            continue
        for threshold in THRESHOLDS:
            rules = with_threshold(policy, threshold)
            asked = questions(population, group_names(own), {}, rules)
            marked = mark(asked.frame, asked.persons, rules)
            held = marked[marked["counted"] > 0]
            share = 100 * held["reason"].eq("").mean() if len(held) else 0.0
            rows.append((name, threshold, len(held), 5 * round(share / 5)))
    return pd.DataFrame(rows, columns=columns(Costs))
