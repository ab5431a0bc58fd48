"""The shares of the ads of départements: which are told."""

from __future__ import annotations

import pandas as pd

from diagnostic.release.policy import Policy
from diagnostic.release.region import OF_ONE, plain

SHARES = OF_ONE.pattern + r"profile\.ad\."  # of its ads, by what the coded ones say


def thin(facts: pd.DataFrame, found: pd.DataFrame, policy: Policy) -> pd.Series:
    """Shares of the ads of départements to withhold; a mask over the facts. `found`: their verdicts.

    All shares are drawn to a step of 5 points, and mean as much above as below: what the region's leaves to one département,
    less those of the others, is 10 points of its own coded ads at least, as many ads as the highest threshold where these are
    twice the base that a share is printed of. So a share is told of each département or of none: where fewer ads are coded,
    or answered, in one of them. How many are coded in each is printed. Withheld of one alone, beside the printed shares of the
    others, it would be a small one: it goes with them.
    """
    told = facts["fact_id"].str.contains(SHARES)
    least = 2 * policy.rules.percentages.smallest_base
    coded = facts[facts["fact_id"].str.fullmatch(OF_ONE.pattern + r"sample\.usable")]["value"]
    name = facts["fact_id"].map(plain)
    few = facts["denominator"].astype(float).where(told).groupby(name).transform("min").lt(least)
    of_all = (told & found["verdict"].eq("shown")).groupby(name).transform("sum").eq(len(coded))
    return told & (few | ~of_all | coded.lt(least).any())
