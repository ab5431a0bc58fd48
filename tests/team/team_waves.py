"""What a team that counted some sites three times wrote down. All of it invented."""

from __future__ import annotations

import datetime as dt
import random

from team_people import SEED
from team_words import Sheet

DAYS = (dt.date(2026, 1, 12), dt.date(2026, 3, 9), dt.date(2026, 5, 4))
SHOWN = {"E01": 60, "E02": 44, "C02": 24}  # ads of each site on the first day
LEAVES, COMES, EVERY = (
    0.35,
    0.4,
    4,
)  # part of the ads that leave, that come, between two days; one ad followed out of four


def waves() -> tuple[Sheet, Sheet]:
    """The counts of each site and day, and the ads followed."""
    return lived()[:2]


def lived() -> tuple[Sheet, Sheet, dict[dt.date, set[int]]]:
    """Both sheets, and what is true: day → the ads of all sites that are there."""
    rng, number = random.Random(f"waves {SEED}"), 0
    counts: Sheet = [["Site", "Jour", "Annonces"]]
    ads: Sheet = [["Repère", "Site", "Jour", "Devenir", "Copies", "Groupe"]]
    truth: dict[dt.date, set[int]] = {day: set() for day in DAYS}
    for site, shown in SHOWN.items():
        there, known = list[int](), list[int]()
        for day in DAYS:
            there = [one for one in there if rng.random() >= LEAVES]
            more = shown if day == DAYS[0] else round(COMES * shown)
            there, number = [*there, *range(number, number + more)], number + more
            counts.append([site, day, len(there)])
            truth[day] |= {*there}
            drawn = sorted(rng.sample(there, -(-len(there) // EVERY)))
            for one in drawn:
                ads.append([f"V{one:03d}", site, day, "présente", _copies(one), ""])
            for one in (one for one in known if one not in drawn):
                state = "retrouvée" if one in there else "pas cherchée" if rng.random() < 0.05 else "absente"
                ads.append([f"V{one:03d}", site, day, state, "", ""])
            known += [one for one in drawn if one not in known]
    return counts, ads, truth


def _copies(ad: int) -> int:
    """How many ads the person of an ad has: of every five, two are of one person."""
    return 2 if ad % 5 < 2 else 1
