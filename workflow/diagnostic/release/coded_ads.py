"""What the coded ads say of persons and of départements, where one printed number would undo another.

How many persons are behind them is told once, and what is computed of it from what is told.
The share of ads that are another one of somebody, the formula of the reference study and the logical limits are functions
of the persons seen and of exact numbers. Each rounded on its own, they would narrow the persons seen to a few numbers; so
they are made of the printed one, and withheld with it. The interval that the duplicates of the sample alone give hangs on how many
there are, which no rounding of its ends hides: it is not told where their number is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from diagnostic.release import region
from diagnostic.release.alone import RANGE, significant, step_of
from diagnostic.release.claims import rest
from diagnostic.release.policy import Policy

SEEN, CODED, FROM_DUPLICATES = "persons.seen", "sample.usable", "persons.indicative"
ALL_ADS = "sample.relevant"  # those that the coded ones stand for
SHARES = region.OF_ONE.pattern + r"profile\.ad\."  # of its ads, by what the coded ones say
TABLE = "consolidate/codings"
Made = tuple[float, float, float, float, float, float, str]  # see `computed`


def crowded(facts: pd.DataFrame, found: pd.DataFrame, policy: Policy) -> pd.Series:
    """Persons behind the coded ads to withhold, where these, whose number is exact, leave of the ads that are another one of
    somebody fewer numbers than the threshold. A mask over the facts."""
    seen = facts["fact_id"].map(region.plain).eq(SEEN)
    left = pd.Series(math.nan, index=facts.index)
    for at, name in facts.loc[seen, "fact_id"].items():
        whole = facts.loc[facts["fact_id"].eq(name.replace(SEEN, CODED)), "value"]
        if len(whole):
            left[at] = rest(float(whole.iloc[0]), found.at[at, "claim_low"], found.at[at, "claim_high"])
    return seen & found["verdict"].eq("shown") & left.lt(policy.rules.thresholds.ordinary)


def untold(facts: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    """What is computed of persons that are not told: a mask over the facts."""
    hidden = facts["fact_id"].map(region.plain).eq(SEEN) & found["verdict"].ne("shown")
    names = {name.replace(SEEN, one) for name in facts.loc[hidden, "fact_id"] for one in MADE}
    return facts["fact_id"].isin(names) & found["verdict"].eq("shown")


def duplicates(facts: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    """The interval that the duplicates of the sample give, to withhold where the persons seen are rounded or withheld: a mask
    over the facts.

    One duplicate more or less moves its ends by hundreds: rounded outward as an estimate is, it leaves one to seven numbers of
    persons seen, where what is printed of these leaves as many as their threshold.
    """
    at = facts["fact_id"].map(region.plain).eq(SEEN)
    exact = found["verdict"].eq("shown") & found["ground"].ne("rounded")
    names = set(facts.loc[at & ~exact, "fact_id"].str.replace(SEEN, FROM_DUPLICATES, regex=False))
    return facts["fact_id"].isin(names) & found["verdict"].eq("shown")


@dataclass(frozen=True)
class Told:
    """The persons seen, the ads that they are behind, and what is printed of them: a number, the least and most it means."""

    true: float
    coded: float
    value: float
    low: float
    high: float


def computed(facts: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """What is computed of persons that are told, from the number that is printed: columns of the ledger, one row per fact.

    With d persons printed from `low` to `high`, of n coded ads that stand for N: 1 − d ÷ n; N d ÷ n, to two significant
    digits; limits from `low`, and up to N − n + `high` where the true ones go to N − n + d, outward.
    """
    at = {name: index for index, name in facts["fact_id"].items()}
    rounded = found["verdict"].eq("shown") & found["ground"].eq("rounded")
    rows = {}
    for seen, name in facts.loc[rounded & facts["fact_id"].map(region.plain).eq(SEEN), "fact_id"].items():
        numbers = found.loc[seen, ["shown_value", "claim_low", "claim_high"]].astype(float)
        coded = facts.loc[facts["fact_id"].eq(name.replace(SEEN, CODED)), "value"].astype(float).max()
        told = Told(float(facts.at[seen, "value"]), coded, *numbers)
        for one, make in MADE.items():
            place = at.get(name.replace(SEEN, one))
            if place is not None and found.at[place, "verdict"] == "shown":
                rows[place] = make(pd.concat([facts.loc[place], found.loc[place, ["shown_high"]]]), told)
    named = ["shown_value", "shown_low", "shown_high", "claim_low", "claim_high", "shown_numerator", "ground"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=named)


def _share(fact: pd.Series, told: Told) -> Made:
    whole = float(fact["denominator"])
    value, least, most = (100 * (whole - min(one, whole)) / whole for one in (told.value, told.high, told.low))
    claimed = float(math.floor(least)), float(math.ceil(most))
    return float(math.floor(value + 0.5)), math.nan, math.nan, *claimed, math.nan, "rounded"


def _formula(fact: pd.Series, told: Told) -> Made:
    each = float(fact["value"]) / told.true
    least, most = each * told.low, each * min(told.high, told.coded)
    return significant(each * min(told.value, told.coded)), math.nan, math.nan, least, most, math.nan, "model"


def _logical(fact: pd.Series, told: Told) -> Made:
    return _limits(told.low, float(fact["high"]) - told.true + min(told.high, told.coded))


def _missed(fact: pd.Series, told: Told) -> Made:
    return _limits(told.low, float(fact["shown_high"]))  # an estimate, drawn outward like any other


def _limits(low: float, high: float) -> Made:
    ends = float(RANGE * math.floor(low / RANGE)), float(RANGE * math.ceil(high / RANGE))
    return math.nan, *ends, math.nan, math.nan, math.nan, "model"


def at_least(facts: pd.DataFrame, found: pd.DataFrame) -> None:
    """The lower limit of an estimate that is the persons seen, as where a search misses half of the copies: from the least that
    their printed number means, else from RANGE, which says nothing of them. `found`, the rows of the ledger, is changed in
    place."""
    own = facts["source_table"].eq(TABLE) & facts["measure"].eq("estimate") & found["shown_low"].notna()
    own &= ~facts["fact_id"].isin(MADE)
    for seen in facts.index[facts["fact_id"].eq(SEEN)]:
        shown = found.at[seen, "verdict"] == "shown"
        if shown and found.at[seen, "ground"] != "rounded":
            continue
        same = own & facts["low"].astype(float).eq(float(facts.at[seen, "value"]))
        least = float(found.at[seen, "claim_low"]) if shown else RANGE
        found.loc[same, "shown_low"] = float(RANGE * math.floor(least / RANGE))


def within(facts: pd.DataFrame, found: pd.DataFrame) -> None:
    """No printed limit of the persons above that of the ads, to the next step: an estimate's own may be, and there are never
    more persons than ads. `found`, the rows of the ledger, is changed in place."""
    ads = facts["fact_id"].eq(ALL_ADS) & found["verdict"].eq("shown")
    most = float(found.loc[ads, "shown_high"].max())
    own = facts["source_table"].eq(TABLE) & facts["unit"].eq("person") & facts["measure"].eq("estimate")
    for at in facts.index[own & found["verdict"].eq("shown") & found["shown_high"].gt(most)]:
        step = step_of(most)
        found.at[at, "shown_high"] = min(found.at[at, "shown_high"], float(step * math.ceil(most / step)))


MADE: Mapping[str, Callable[[pd.Series, Told], Made]] = {
    "ads.duplicate_rate_pct": _share,
    "persons.published_formula": _formula,
    "persons.logical": _logical,
    "persons.whatever_missed": _missed,
}


def thin(facts: pd.DataFrame, found: pd.DataFrame, policy: Policy) -> pd.Series:
    """Shares of the ads of départements to withhold; a mask over the facts. `found`: their verdicts.

    All shares are drawn to a step of 5 points, and mean as much above as below: what the region's leaves to one département,
    less those of the others, is 10 points of its own coded ads at least, as many ads as the highest threshold where these are
    twice the base that a share is printed of. So a share is told of each département or of none: where fewer ads are coded,
    or answered, in one of them. How many are coded in each is printed. Withheld of one alone, beside the printed shares of the
    others, it would be a small one: it goes with them.
    """
    told = facts["fact_id"].str.contains(SHARES)
    if not told.any():
        return told
    least = 2 * policy.rules.percentages.smallest_base
    coded = facts[facts["fact_id"].str.fullmatch(region.OF_ONE.pattern + r"sample\.usable")]["value"]
    name = facts["fact_id"].map(region.plain)
    few = facts["denominator"].astype(float).where(told).groupby(name).transform("min").lt(least)
    of_all = (told & found["verdict"].eq("shown")).groupby(name).transform("sum").eq(len(coded))
    return told & (few | ~of_all | coded.lt(least).any())
