"""Ads counted on several days on the same sites: how many stayed, left and came, and how many there were over the period.

N_w ads are listed on day w; places drawn by the same permanent random numbers (`draw`) give a simple random sample of each
list every day, and each ad drawn is looked up on the later days. S_w, the ads of day w that are there on a later day, is a
domain of that day's sample (`domain`). So:

- gone = N_w − S_w, new = N_(w+1) − S_w: an ad published again under another number has stayed, and an ad that is missing
  on one day and back on another has not left;
- seen at least once = Σ N_w − Σ S_w, each ad being counted on the last day on which it was there: a lower bound of all
  that the period had;
- the whole period, under a model: ads come at a constant rate between two counts and each leaves at a constant rate
  (immigration and death). Of those that come in an interval a share (1 − s) / (−ln s) is there at its end, s = S_w / N_w, so
  that new × (−ln s) / (1 − s) came. Nothing in the counts tells whether arrivals come together, or whether some ads stay
  for an evening and others for years: the model then errs, usually by too few.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from diagnostic.estimate.formulas.domain import Total, domain_total
from diagnostic.estimate.formulas.sampling import critical_value

THERE, AGAIN, UNSEEN = "there", "again", "unseen"
Limits = tuple[float, float, float]  # value, low, high


@dataclass(frozen=True)
class Interval:
    """Between two counts: the ads of each, and those of the first that are there on a later day."""

    first: dt.date
    second: dt.date
    before: int
    after: int
    stayed: Total
    followed: int
    found: int

    @property
    def kind(self) -> str:
        """The kind of the limits: none where every ad was followed, bounds where a list was not, else sampling."""
        return "none" if self.stayed.exact else "bounds" if self.stayed.bounded else "sampling"

    @property
    def gone(self) -> Limits:
        return _less(self.before, self.stayed)

    @property
    def new(self) -> Limits:
        return _less(self.after, self.stayed)

    def unseen(self, stayed: float) -> float:
        """Ads that came after the first count and left before the second, under the model, if so many stayed (> 0)."""
        share = min(1.0, stayed / self.before)
        return 0.0 if share == 1 else max(0.0, self.after - stayed) * (-math.log(share) / (1 - share) - 1)

    @property
    def chance(self) -> float:
        """What chance adds to the variance of that number, were every ad followed: n (1 − p) / p², n ads that came and are
        there and p the probability of being so (Poisson arrivals), and s (1 − s) / N times the square of its slope in s."""
        share = self.stayed.value / self.before
        if share in (0.0, 1.0):
            return 0.0
        new, rate = self.new[0], -math.log(share) / (1 - share)
        slope = new * (-(1 - share) / share - math.log(share)) / (1 - share) ** 2
        return new * (rate - 1) * rate + slope**2 * share * (1 - share) / self.before


def intervals(counts: pd.DataFrame, followed: pd.DataFrame, confidence: float = 0.95) -> list[Interval]:
    """The turnover between each two days that follow each other.

    `counts`: the ads of each site each day, `site_code`, `wave_on`, `count`, the same sites every day. `followed`: one row
    per ad drawn and day on which it was looked for, `ad_mark`, `site_code`, `wave_on`, `state`; the ads there on a day are
    a sample of that day's list. An ad that is `unseen` on each later day says nothing. An interval none of whose ads was
    followed is left out. Raises ValueError as `domain_total`: more ads followed than listed.
    """
    days = sorted(counts["wave_on"].unique())
    made = []
    for first, second in zip(days, days[1:], strict=False):
        listed = counts[counts["wave_on"].eq(first)].set_index("site_code")["count"].astype("int64")
        own = followed[followed["wave_on"].eq(first) & followed["state"].eq(THERE)]
        later = followed[followed["wave_on"] > first]
        inside = own["ad_mark"].isin(later.loc[later["state"].isin([THERE, AGAIN]), "ad_mark"])
        known = inside | ~own["ad_mark"].isin(later.loc[later["state"].eq(UNSEEN), "ad_mark"])
        if known.any():
            total = domain_total(listed, own.loc[known, "site_code"], inside[known], confidence)
            after = int(counts.loc[counts["wave_on"].eq(second), "count"].sum())
            one, other = (pd.Timestamp(day).date() for day in (first, second))
            made.append(Interval(one, other, int(listed.sum()), after, total, int(known.sum()), int(inside.sum())))
    return made


def seen_once(found: Sequence[Interval]) -> Limits:
    """The ads that were there on one of the days at least, the intervals following each other.

    Limits add those of the intervals: samples of two days share their random numbers, and nothing is gained by supposing
    that their errors are not the same.
    """
    whole = found[0].before + sum(one.after for one in found)
    value, low, high = (whole - sum(getattr(one.stayed, end) for one in found) for end in ("value", "high", "low"))
    least = float(max(found[0].before, *(one.after for one in found)))
    return max(value, least), max(low, least), max(high, least)


def period(found: Sequence[Interval], confidence: float = 0.95) -> Limits | None:
    """The ads that there were over the whole period, under the model; None where the limits let no ad of some count stay,
    as nothing then bounds those that nobody saw. The limits hold the draw of the samples and the chance of the model."""
    if any(not one.before or not one.stayed.low for one in found):
        return None
    once = seen_once(found)
    unseen = [sum(one.unseen(getattr(one.stayed, end)) for one in found) for end in ("value", "high", "low")]
    value, low, high = (seen + more for seen, more in zip(once, unseen, strict=True))
    chance = critical_value(confidence) ** 2 * sum(one.chance for one in found)
    below, above = (math.sqrt((value - end) ** 2 + chance) for end in (low, high))
    return value, max(once[1], value - below), value + above


def _less(whole: int, part: Total) -> Limits:
    value, low, high = (max(0.0, whole - end) for end in (part.value, part.high, part.low))
    return value, low, high
