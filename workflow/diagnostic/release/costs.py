"""What protection costs, for the team: the groups of the closed list that are printed, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.core.tables import columns
from diagnostic.release.grouped import Released
from diagnostic.release.policy import Policy
from diagnostic.release.tables import Costs

THRESHOLDS = (5, 8, 11)


def with_threshold(policy: Policy, threshold: int) -> Policy:
    """The same policy with one ordinary threshold, the classes never under it."""
    old = policy.rules.thresholds
    raised = {name: max(threshold, value) if name != "ordinary" else threshold for name, value in old}
    rules = policy.rules.model_copy(update={"thresholds": type(old)(**raised)})
    return policy.model_copy(update={"presets": {**policy.presets, policy.preset: rules}})


def costs(released: Mapping[str, Released]) -> pd.DataFrame:
    """One row per population and threshold: groups of the closed list that hold somebody, and the share of them that reach
    the threshold, to 5 points. It stays with the team."""
    rows = []
    for name, one in released.items():
        held = [counted for counted in one.decision.counted.values() if counted.count > 0]
        for threshold in THRESHOLDS:
            ordinary = one.decision.listing.policy.rules.thresholds.ordinary
            asked = [max(threshold, two.entry.threshold if two.entry.threshold > ordinary else 0) for two in held]
            large = sum(two.count >= least for two, least in zip(held, asked, strict=True))
            rows.append((name, threshold, len(held), 5 * round(20 * large / len(held)) if held else 0))
    return pd.DataFrame(rows, columns=columns(Costs))
