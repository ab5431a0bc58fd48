"""The shares of the ads of départements: which are told, and the limits that they are told with."""

from __future__ import annotations

import math

import pandas as pd

from diagnostic.release.policy import Policy
from diagnostic.release.region import OF_ONE, STEP, plain

SHARES = OF_ONE.pattern + r"profile\.ad\."  # of its ads, by what the coded ones say
METHOD = "Limites : le nombre imprimé, la marge de l’échantillon du territoire, et l’arrondi."


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


def limits(facts: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The limits of the shares of ads that are told of the region and of its départements: columns of the ledger, one row per
    share. The limits of the estimate would say it again, finer than its rounding does, and the region less the others would
    then leave one of them few ads: the printed number, the printed margin of its territory and the rounding make them.
    """
    shown = found["verdict"].eq("shown")
    parts = facts.loc[shown & facts["fact_id"].str.contains(SHARES), "fact_id"]
    told = facts.loc[shown & facts["fact_id"].isin([*parts, *parts.map(plain)]), "fact_id"]
    margins = facts.loc[shown].set_index("fact_id")["value"]
    rows = {}
    for at, name in told.items():
        within = OF_ONE.match(name)
        value, margin = (
            found.at[at, "shown_value"],
            margins.get(f"{within[0] if within else ''}sample.margin.all", 100.0),
        )
        ends = (max(0, math.floor(value - margin - STEP)), min(100, math.ceil(value + margin + STEP)))
        rows[at] = (float(ends[0]), float(ends[1]), METHOD)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["shown_low", "shown_high", "method"])
