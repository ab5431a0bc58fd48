"""Turnover of the sites between two editions, from the states noticed over time, and what season may hide: no sampling."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.formulas.domain import Total, domain_total
from diagnostic.estimate.formulas.sampling import critical_value

# What no count of a day says of other days.
SEASONALITY = french.typographic(
    "Les deux relevés ne sont pas faits aux mêmes mois de l'année : une différence peut venir de la saison, et non d'une "
    "évolution."
)
SNAPSHOT = french.typographic(
    "Un relevé vaut à sa date : des annonces paraissent et disparaissent chaque jour, des sites ouvrent, ferment, ou "
    "changent d'adresse."
)
CHANGES = {
    "stayed": "resté ouvert",
    "closed": "fermé",
    "suspended": "suspendu",
    "reopened": "rouvert",
    "appeared": "apparu (ouvert ou trouvé après)",
    "still_closed": "resté fermé ou suspendu",
    "unknown": "état inconnu à l’une des dates",
}
_OPEN, _SHUT = ("open",), ("closed", "suspended")


def state_at(status: pd.DataFrame, date: dt.date) -> pd.Series:
    """The last state of each site noticed up to `date` (included), by site; None before any, or if not known.

    `status`: one row per change noticed, `site_code`, `observed_on`, `site_state`. On one day the last row counts.
    """
    known = status.assign(observed_on=pd.to_datetime(status["observed_on"]))
    known = known[known["observed_on"] <= pd.Timestamp(date)].sort_values("observed_on", kind="stable")
    last = known.groupby("site_code")["site_state"].last()
    states = last.reindex(sorted(status["site_code"].unique())).astype(object)
    return states.where(states.isin(_OPEN + _SHUT), None).rename("site_state")


def turnover(status: pd.DataFrame, first: dt.date, second: dt.date) -> pd.DataFrame:
    """What became of each site between two dates: one row per site, `site_code`, `before`, `after`, `change`.

    `change` is a key of `CHANGES`. Raises ValueError when the second date is not later.
    """
    if second <= first:
        raise ValueError(f"the second date must be later than the first: {first}, {second}")
    before, after = state_at(status, first), state_at(status, second)
    seen = pd.to_datetime(status["observed_on"]).groupby(status["site_code"]).min() <= pd.Timestamp(first)
    changes = [_change(old, new, bool(seen[site])) for site, old, new in zip(before.index, before, after, strict=True)]
    return pd.DataFrame({"before": before, "after": after, "change": changes}).rename_axis("site_code").reset_index()


def tally(changes: pd.DataFrame) -> dict[str, int]:
    """Counts of sites: `open_before`, `open_after`, `stayed`, `lost`, `gained` (appeared or reopened), `unknown`."""
    number = changes["change"].value_counts()

    def of(*names: str) -> int:
        return sum(int(number.get(name, 0)) for name in names)

    return {
        "open_before": int((changes["before"] == "open").sum()),
        "open_after": int((changes["after"] == "open").sum()),
        "stayed": of("stayed"),
        "lost": of("closed", "suspended"),
        "gained": of("appeared", "reopened"),
        "unknown": of("unknown"),
    }


def months(start: dt.date, end: dt.date) -> set[int]:
    """The months of the year that a window touches: 20 September to 5 December → {9, 10, 11, 12}."""
    if end < start:
        raise ValueError(f"a window cannot end before it starts: {start}, {end}")
    first, last = 12 * start.year + start.month - 1, 12 * end.year + end.month - 1
    return {month % 12 + 1 for month in range(first, min(last, first + 11) + 1)}


def caveats(windows: Sequence[tuple[dt.date, dt.date]]) -> tuple[str, ...]:
    """What must be said beside counts made in these windows: always that they are snapshots, and, for two editions
    that do not cover the same months, that season may explain a difference.
    """
    covered = [months(*window) for window in windows]
    return (SNAPSHOT, SEASONALITY) if any(other != covered[0] for other in covered[1:]) else (SNAPSHOT,)


def snapshot(first: dt.date, last: dt.date) -> str:
    """What must be said beside counts made between two days: a snapshot, and the months of the year that it leaves out."""
    if len(months(first, last)) == 12:
        return SNAPSHOT
    start, end = (french.month(f"{day:%Y-%m}") for day in (first, last))
    when = f"en {start}" if start == end else f"de {start} à {end}"
    return f"{SNAPSHOT} Décompte fait {when} : l’offre suit aussi les saisons, et les autres mois ne sont pas connus."


def _change(before: str | None, after: str | None, seen: bool) -> str:
    if before is None and not seen:
        return "appeared" if after in _OPEN else "unknown"
    if before is None or after is None:
        return "unknown"
    if before in _OPEN:
        return "stayed" if after in _OPEN else after
    return "reopened" if after in _OPEN else "still_closed"


# -- Ads counted on several days on the same sites: how many stayed, left and came, and how many there were over the period
# N_w ads are listed on day w; places drawn by the same permanent random numbers (`draw`) give a simple random sample of each
# list every day, and each ad drawn is looked up on the later days. S_w, the ads of day w that are there on a later day, is a
# domain of that day's sample (`domain`). So gone = N_w − S_w, new = N_(w+1) − S_w, and seen at least once = Σ N_w − Σ S_w, each
# ad being counted on the last day on which it was there. The whole period, under a model: ads come at a constant rate between
# two counts and each leaves at a constant rate (immigration and death); of those that come in an interval a share
# (1 − s) / (−ln s) is there at its end, s = S_w / N_w, so that new × (−ln s) / (1 − s) came: too few, where rates vary.
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

    Limits add those of the intervals: samples of two days share their random numbers.
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
