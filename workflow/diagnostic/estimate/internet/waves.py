"""Facts of counts repeated on the same sites: each day, what came and went between two, and what the whole period had."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.formulas import turnover
from diagnostic.estimate.formulas.uncertainty import searched_once, with_multiplicities
from diagnostic.estimate.places import Places

COUNTS, FOLLOWED = "wave_counts", "wave_ads"


def estimate(
    wave_counts: pd.DataFrame, wave_ads: pd.DataFrame, places: pd.DataFrame, study: str, sampling: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """One row per fact; none unless the sites were counted on two days at least. `wave_ads`: by ad and day."""
    if wave_counts["wave_on"].nunique() < 2:
        return {"waves": table(study, [])}
    index, level = Places(places), sampling["confidence"]
    where = [index.cells(wave_counts, COUNTS, "count"), index.cells(wave_ads, FOLLOWED, "state")]
    roles = [role for role in (COUNTS, FOLLOWED) if role in index]
    build = Builder("collect/wave_counts", index.origin(*roles), " ; ".join(filter(None, where)))
    days = sorted(wave_counts["wave_on"].unique())
    facts: list[Fact | None] = [build.fact("waves.period", value_text=f"{days[0]:%Y-%m-%d}/{days[-1]:%Y-%m-%d}")]
    facts.append(build.count("waves.sites", wave_counts["site_code"].nunique()))
    for day in days:
        facts += _day(day, wave_counts, wave_ads, level, build, index)
    found = turnover.intervals(wave_counts, wave_ads, level)
    for number, one in enumerate(found, start=1):
        facts += _interval(number, one, build)
    if len(found) == len(days) - 1:
        facts += _whole(found, level, build)
    return {"waves": table(study, facts)}


def _day(
    day: Any, counts: pd.DataFrame, followed: pd.DataFrame, level: float, build: Builder, index: Places
) -> Iterator[Fact]:
    """The ads of one day, and the persons behind them where the copies of the ads drawn were searched."""
    own = counts[counts["wave_on"].eq(day)]
    words: dict[str, Any] = {"day": f"{day:%Y-%m-%d}", "date": french.date(pd.Timestamp(day).date())}
    yield build.count("waves.ads.{day}", int(own["count"].sum()), cells=index.cells(own, COUNTS, "count"), **words)
    drawn = followed[followed["wave_on"].eq(day) & followed["state"].eq(turnover.THERE) & followed["copies"].notna()]
    if drawn.empty:
        return
    person, copies = drawn["same_person"].fillna("ad " + drawn["ad_mark"].astype("str")), drawn["copies"].astype(float)
    ads = pd.DataFrame({"stratum": drawn["site_code"], "person": person, "multiplicity": copies})
    # an ad has as many copies as were found for any of its person's, and no fewer than were drawn
    several = ads.groupby("person")["multiplicity"]
    ads["multiplicity"] = pd.concat([several.transform("max"), several.transform("size")], axis=1).max(axis=1)
    sizes = own.set_index("site_code")["count"].astype(float).to_frame("size")
    made = searched_once(with_multiplicities(ads, sizes, confidence=level))
    limits: dict[str, Any] = {"low": made.low, "high": made.high, "interval_kind": made.kind}
    cells = index.cells(drawn, FOLLOWED, "copies")
    yield build.fact("waves.persons.{day}", made.value, cells=cells, source_table="collect/wave_ads", **limits, **words)


def _interval(number: int, one: turnover.Interval, build: Builder) -> Iterator[Fact | None]:
    """What stayed, left and came between two counts."""
    first, second = french.date(one.first), french.date(one.second)
    words: dict[str, Any] = {"number": number, "when": f"du {first} au {second}"}
    told: dict[str, Any] = {"followed": french.number(one.followed), **words}
    share = (one.stayed.share_low * one.before, one.stayed.share_high * one.before)
    yield build.share(
        "waves.stayed_pct.{number}", one.stayed.share * one.before, one.before, share, interval_kind=one.kind, **told
    )
    for name, limits in (("gone", one.gone), ("new", one.new)):
        yield _fact(f"waves.{name}.{{number}}", limits, one.kind, build, **told)


def _whole(found: list[turnover.Interval], level: float, build: Builder) -> Iterator[Fact]:
    """The period: what was seen on one day at least, and what the model says came at all."""
    kinds = [one.kind for one in found]
    kind = next((kind for kind in ("bounds", "sampling") if kind in kinds), "none")
    yield _fact("waves.seen_once", turnover.seen_once(found), kind, build)
    if whole := turnover.period(found, level):
        yield _fact("waves.total", whole, "model", build)
        day = (found[0].before + sum(one.after for one in found)) / (len(found) + 1)
        value, low, high = (end / day for end in whole)
        yield _fact("waves.times", (value, low, high), "model", build)


def _fact(text: str, limits: turnover.Limits, kind: str, build: Builder, **words: Any) -> Fact:
    value, low, high = limits
    return build.fact(text, value, (low, high), interval_kind=kind, **words)
