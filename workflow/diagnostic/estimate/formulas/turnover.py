"""Turnover of the sites between two editions, from the states observed over time, and what season may hide.

The register is enumerated, not sampled: these are counts without a sampling interval. They say what was noticed:
a site found late may have been open before, one that nobody looked at again is not known to be open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from diagnostic.core import french

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
    """Counts of sites: `open_before`, `open_after`, `stayed` (open at both dates), `lost` (closed or suspended),
    `gained` (appeared or reopened), `unknown`."""
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
