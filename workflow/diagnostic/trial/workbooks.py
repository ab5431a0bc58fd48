"""The workbooks of a new study of several départements, as a team fills them: the ads that it drew, coded, and those of
buyers.

What they say is dealt at random, the same everywhere but for the luck of the draw: no département has a profile of its own.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.collect import study as received
from diagnostic.consolidate import internet
from diagnostic.estimate.formulas.draw import draw_ads
from diagnostic.estimate.internet import lists as register
from diagnostic.trial.answers import AS_EVER, Like, Respondent, Row
from diagnostic.trial.exports.template import filled
from diagnostic.trial.inputs import PLACES, located

TITLES = {"coded_ads": "Annonces d’essai, tirées et codées", "demand": "Demande d’essai"}
FRAME = ("sites", "ad_counts", "ad_pages")  # the roles that the draw is made from
CODERS, FORUM = ("AB", "CD"), "F01"
GONE, ON_SITES = 0.04, 0.25  # shares of the ads drawn that are not seen again, of those that are on another site too
MISSED = 0.1  # share of the copies that the second search finds and the first did not
SAID = (  # of an ad, by whoever placed it
    *("gender_presented", "age_stated", "declared_origin", "passing_through", "audience", "hosting", "vocabulary"),
    *("euphemism", "network_sign"),
)


def drawn(contents: Mapping[str, bytes], files: Mapping[str, str], sampling: Mapping[str, Any]) -> pd.DataFrame:
    """The ads that the workflow draws from the CSV files of FRAME (role → content, role → name): one row per ad, as
    `draw_ads` says, and `relevant`, the share of its list's positions that are ads of prostitution."""
    tables = received.read({role: content for role, content in contents.items() if role in FRAME}, files).tables
    counted = internet.consolidate(tables["sites"], tables["ad_counts"], tables["ad_pages"], files)
    frame = register.planned(register.lists(counted["counts"], counted["pages"], sampling), sampling)
    kept = frame[frame["kept"] & frame["drawn"].gt(0)]
    ads = draw_ads(kept, kept["drawn"], int(sampling["seed"]), sampling["double_share"])
    return ads.assign(relevant=ads["stratum"].map(kept["size"] / kept["listed"]).astype(float))


def coded(codebook: Codebook, ads: pd.DataFrame, day: dt.date, seed: int, like: Like = AS_EVER) -> bytes:
    """The workbook of the coded `ads` (see `drawn`), as .xlsx bytes: all coded on `day`, a part of them twice."""
    rng = random.Random(f"coded {seed}")
    coder = Respondent(codebook, rng, like)
    sites = sorted(set(ads["site_code"]))
    rows: dict[str, list[Row]] = {"ads": [], "ad_copies": []}
    for ad in ads.itertuples():
        row = _place(ad, day) | _seen(ad, coder)
        rows["ads"].append(row)
        if row["disposition"] == "relevant":
            rows["ad_copies"] += _copies(ad, row, sites, rng)
        if ad.double:
            rows["ads"].append(row | {"coder": CODERS[1]} | _again(row, rng))
    return filled(codebook, "annonces", rows)


def _place(ad: Any, day: dt.date) -> Row:
    same = {name: getattr(ad, name) for name in ("ad_id", "site_code")}
    ranks = {name: int(getattr(ad, name)) for name in ("page_rank", "rank_on_page")}
    return {**same, **ranks, "coder": CODERS[0], "coded_on": day}


def _seen(ad: Any, coder: Respondent) -> Row:
    """What is at a place: a relevant ad and what it says, something else, or an ad that is gone."""
    rng = coder.rng
    if rng.random() < GONE:
        return {"disposition": "vanished"}
    if rng.random() >= ad.relevant:
        return {"disposition": rng.choice(("not_prostitution", "no_place"))}
    told: Row = {v.name: coder.answer(v, {}) for v in coder.codebook.table("ads") if v.name in SAID}
    told |= {"declared_age": rng.randint(19, 55)} if told["age_stated"] == "yes" else {}
    code = str(ad.place).rpartition("(")[2].strip(" )")
    told["declared_place"] = located(rng.choice(PLACES), code)
    return {"disposition": "relevant", **told, "copies_searched": "yes", "copies_total": 1}


def _copies(ad: Any, row: Row, sites: Sequence[str], rng: random.Random) -> Iterator[Row]:
    """One row per site where the ad is; its total is written into its own `row`."""
    others = [site for site in sites if site != ad.site_code]
    found = [ad.site_code, *(rng.sample(others, 1) if rng.random() < ON_SITES else [])]
    row["copies_total"] = len(found)
    return ({"ad_id": ad.ad_id, "site_code": site, "copies": 1} for site in found)


def _again(row: Row, rng: random.Random) -> Row:
    """The second search's own number: the copies that both found, of those that it found."""
    total = row.get("copies_total")
    if not isinstance(total, int):
        return {}
    return {"copies_again": 1 if total > 1 and rng.random() < MISSED else total}


def demand(codebook: Codebook, codes: Sequence[str], edition: int, day: dt.date, seed: int) -> bytes:
    """The workbook of demand, as .xlsx bytes: ads of buyers counted from `day` on two sites in each of the départements
    `codes`, and the threads of a forum of the year before the edition."""
    rng = random.Random(f"demand {seed}")
    window: Row = {"window_start": day, "window_end": day + dt.timedelta(days=4)}
    ads: list[Row] = [
        {"site_code": site, "place": located(place, code), "demand_count": rng.randint(3, 30), **window}
        for code in codes
        for site, place in (("E01", PLACES[0]), ("A01", ""))
    ]
    threads: list[Row] = [
        {
            "source_code": FORUM,
            "place": located(PLACES[0], code),
            "forum_year": str(edition - 1),
            "threads_active": rng.randint(5, 40),
        }
        for code in codes
    ]
    return filled(codebook, "demande", {"demand_ads": ads, "forum_threads": threads})
