"""The demand, the archived forum and the venues at risk, as a team notes them: numbers under neutral codes."""

from __future__ import annotations

import calendar
import datetime as dt
import random

from diagnostic.reconstruct.publication import Impossible, Publication
from diagnostic.trial.answers import Row, Value

ADS, THREADS, COMMUNES, PSEUDONYMS = "demand.ads", "forum.discussions", "forum.communes", "forum.pseudonyms"
VENUES, DISTRICTS, PERIOD = "venues.high_risk", "venues.arrondissements", "demand.period"
NEEDED = (ADS, THREADS, COMMUNES, PSEUDONYMS, VENUES, DISTRICTS, PERIOD)
CLASSES = ("demand.map_class_low", "demand.map_class_high")
FORUM, YEAR = "F01", "2015"
KINDS = ("hostess_bar", "massage", "swingers_club", "sauna")


def noted(publication: Publication, site: str, seed: int) -> dict[str, list[Row]]:
    """The rows of the workbook; `site` is the code of the one site where the demand was counted. Raises Impossible."""
    rng = random.Random(f"demand {seed}")
    start, end = (dt.date.fromisoformat(f"{month}-01") for month in publication.figures[PERIOD].value.split("/"))
    window: dict[str, Value] = {
        "window_start": start,
        "window_end": end.replace(day=calendar.monthrange(end.year, end.month)[1]),
    }
    counts = _classes(publication, rng)
    communes = publication.least(COMMUNES)
    threads = [1] * communes
    for _ in range(publication.least(THREADS) - communes):
        threads[rng.randrange(communes)] += 1
    venues = publication.least(VENUES)
    districts = [*range(publication.least(DISTRICTS))]
    where = [*districts, *rng.choices(districts, k=venues - len(districts))]
    return {
        "demand_ads": [
            {"site_code": site, "place": f"Lieu fictif D{at:02d}", "demand_count": number, **window}
            for at, number in enumerate(counts, start=1)
        ],
        "forum_threads": [
            # counted once over all places, where a pseudonym may come back
            {**_thread(None, 0), "pseudonyms_minimum": publication.least(PSEUDONYMS)},
            *(_thread(f"Lieu fictif F{at:02d}", number) for at, number in enumerate(threads, start=1)),
        ],
        "venues": [
            {
                "venue_code": f"V{at:02d}",
                "venue_type": rng.choice(KINDS),
                "arrondissement": f"Arrondissement fictif {'ABCDEFGH'[place]}",
                "venue_source": ("search_engine",),
            }
            for at, place in enumerate(where, start=1)
        ],
    }


def _thread(place: str | None, number: int) -> Row:
    return {"source_code": FORUM, "place": place, "forum_year": YEAR, "threads_active": number}


def _classes(publication: Publication, rng: random.Random) -> list[int]:
    """Ads by commune, in the classes of the published map: no commune between them."""
    (low, middle), (high, most) = (
        publication.ends(name, ends) for name, ends in zip(CLASSES, ((1, 2), (4, 5)), strict=True)
    )
    sizes, total = [*range(low, middle + 1), *range(high, most + 1)], publication.least(ADS)
    made = [high]
    while (left := total - sum(made)) > 0:
        possible = [size for size in sizes if left - size == 0 or left - size >= low]
        if not possible:
            raise Impossible("Les classes de la carte des demandes ne permettent pas leur nombre.")
        made.append(rng.choice(possible))
    return made
