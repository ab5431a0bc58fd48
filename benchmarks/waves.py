"""Three counts of a population of ads that come and go, drawn again and again: bias, coverage and width of the snapshot of
persons, of the turnover, of what was seen at least once, and of what the model says of the whole period.

Ads live on three sites; 400 are there on an average day, for 60 days on average. They come one by one at random (what the
model assumes), eight at a time, or, half of them, for three days only. On days 0, 45 and 90 a fifth of the places of each
list is drawn by the same permanent numbers, and each ad drawn is looked up on the later days. The population and the draw
have the seed; what is estimated is what happened in that population.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from field import APPROXIMATE, BOUNDS, CONFIDENCE, DRAWS, Outcome
from support.costs import RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.core.french import number
from diagnostic.estimate.formulas.draw import draw_ads, strata
from diagnostic.estimate.formulas.turnover import intervals, period, seen_once
from diagnostic.estimate.formulas.uncertainty import with_multiplicities

SHORT, SITES, SHARES, DAYS = 40, ("A01", "A02", "A03"), (0.5, 0.3, 0.2), (0.0, 45.0, 90.0)
PRESENT, STAY, LONG_AGO, PERSONS = 400, 60.0, 900.0, 250
BRIEF = 3.0  # days that half of the ads stay in the third world
WORLDS = {"au hasard": (1, False), "huit par huit": (8, False), "la moitié pour trois jours": (1, True)}
WHAT = {
    "persons": "personnes, premier jour",
    "gone": "parties entre les deux premiers jours",
    "new": "venues entre les deux premiers jours",
    "once": "vues un jour au moins",
    "period": "parues en 90 jours (modèle)",
}
# the limits of what was seen at least once add those of its intervals: they cover more than they say
HOLDS = ("persons", "gone", "new", "once")  # whatever the world; the model's number only in its own


def world(rng: np.random.Generator, together: int, brief: bool) -> pd.DataFrame:
    """Ads that are there some day between the first and the last count: `site_code`, `person`, `start`, `end`, in the order
    in which the sites show them. Those of brief stays come so often that 400 are still there on an average day."""
    half = (BRIEF + 2 * STAY - BRIEF) / 2 if brief else STAY
    batches = rng.poisson(PRESENT / half * (LONG_AGO + DAYS[-1]) / together)
    start = np.repeat(rng.uniform(-LONG_AGO, DAYS[-1], batches), together)
    long = 2 * STAY - BRIEF if brief else STAY
    stay = rng.exponential(np.where(rng.random(len(start)) < 0.5, BRIEF, long) if brief else long, len(start))
    ads = pd.DataFrame(
        {
            "site_code": np.repeat(rng.choice(SITES, batches, p=SHARES), together),
            "person": rng.integers(0, PERSONS, len(start)),
            "start": start,
            "end": start + stay,
        }
    )
    ads = ads[ads["end"] >= DAYS[0]].sort_values("start", ascending=False, ignore_index=True)
    return ads.assign(ad_mark=ads.index.astype("str"))


def there(ads: pd.DataFrame, day: float) -> pd.DataFrame:
    return ads[ads["start"].le(day) & ads["end"].ge(day)]


def watched(ads: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts of each site each day, and the rows of the ads that were drawn or looked up."""
    counts, rows, known = [], [], set[str]()
    for day in DAYS:
        on = pd.Timestamp(dt.date(2026, 1, 1) + dt.timedelta(days=int(day)))
        present = there(ads, day)
        marks = {site: present["ad_mark"][present["site_code"].eq(site)].to_numpy() for site in SITES}
        counts += [(site, on, len(own)) for site, own in marks.items()]
        frame = pd.DataFrame({"site_code": list(SITES), "place": None, "size": [len(own) for own in marks.values()]})
        frame = frame.set_index(strata(frame["site_code"], frame["place"]))
        drawn = draw_ads(frame, -(-frame["size"] // 5), seed)
        own = {marks[site][rank - 1] for site, rank in zip(drawn["site_code"], drawn["rank_on_page"], strict=True)}
        # those of earlier days are looked up: what is there and was not drawn today is no part of today's sample
        found = known & set(present["ad_mark"]) - own
        rows += [(mark, on, "there") for mark in sorted(own)] + [(mark, on, "again") for mark in sorted(found)]
        known |= own
    made = pd.DataFrame(rows, columns=["ad_mark", "wave_on", "state"])
    made = made.merge(ads[["ad_mark", "site_code", "person"]], on="ad_mark")
    return pd.DataFrame(counts, columns=["site_code", "wave_on", "count"]), made


def once(together: int, brief: bool, seed: int) -> dict[str, tuple[float, float, float, float]]:
    """What is true of one population, and what is said of it: truth, value and limits by quantity."""
    ads = world(np.random.default_rng(seed), together, brief)
    counts, rows = watched(ads, seed)
    found = intervals(counts, rows, CONFIDENCE)
    first, second = there(ads, DAYS[0]), there(ads, DAYS[1])
    again = pd.concat([second, there(ads, DAYS[2])])["ad_mark"]
    stayed = first["ad_mark"].isin(again).sum()
    sample = rows[rows["wave_on"].eq(counts["wave_on"].min())]
    own = first["person"].value_counts()
    sizes = counts[counts["wave_on"].eq(counts["wave_on"].min())].set_index("site_code")["count"].astype(float)
    coded = sample.assign(stratum=sample["site_code"], multiplicity=sample["person"].map(own).astype(float))
    persons = with_multiplicities(coded, sizes.to_frame("size"), confidence=CONFIDENCE)
    assert persons.value is not None
    made = {
        "persons": (own.size, persons.value, persons.low, persons.high),
        "gone": (len(first) - stayed, *found[0].gone),
        "new": (len(second) - stayed, *found[0].new),
        "once": (pd.concat([there(ads, day) for day in DAYS])["ad_mark"].nunique(), *seen_once(found)),
    }
    whole = period(found, CONFIDENCE)
    return made | ({"period": (len(ads), *whole)} if whole else {})


def run(draws: int) -> Iterator[tuple[str, dict[str, Outcome]]]:
    """Each world with the seeds 1 to `draws`; values and limits as parts of the truth."""
    for name, (together, brief) in WORLDS.items():
        outcomes = {key: Outcome(name, BOUNDS if key == "once" else APPROXIMATE, True, 1.0) for key in WHAT}
        for seed in range(1, draws + 1):
            for key, (truth, value, low, high) in once(together, brief, seed).items():
                outcomes[key].values.append(value / truth)
                outcomes[key].limits.append((low / truth, high / truth))
        yield name, outcomes


def table(found: dict[str, dict[str, Outcome]], draws: int) -> str:
    """The Markdown of all worlds."""
    lines = [
        "# Plusieurs décomptes : biais et couverture",
        "",
        f"{number(draws)} populations et tirages, graines 1 à {number(draws)} ; biais et largeur en % de la vérité, intervalle à 95 %.",
        "",
        "| arrivées | ce qui est estimé | biais | couverture | largeur |",
        "|---|---|---|---|---|",
    ]
    for name, outcomes in found.items():
        for key, one in outcomes.items():
            cells = (name, WHAT[key], number(one.bias, 2), number(one.coverage, 3), number(100 * one.width, 1))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--draws", type=int, default=DRAWS)
    options.add_argument("--output", type=Path, help="write the Markdown here too")
    chosen = options.parse_args()
    print(load(), flush=True)
    start = time.process_time()
    draws = SHORT if chosen.short else chosen.draws
    found = dict(run(draws))
    text = table(found, draws)
    print(text)
    for name, outcomes in found.items():
        for key in HOLDS:
            if not outcomes[key].holds:
                print(f"ne tient pas : {name}, {WHAT[key]}")
    if chosen.output:
        chosen.output.write_text(text, encoding="utf-8")
    judged = [outcomes[key] for outcomes in found.values() for key in HOLDS]
    measures = [
        Measure("bias over the truth, at worst", max(abs(one.bias) for one in judged) / 100, RATIO),
        Measure("missed by intervals, at worst", 1 - min(one.coverage for one in judged), RATIO),
        Measure("cpu of draws", time.process_time() - start, SECONDS),
    ]
    finish(measures, chosen.measures)


if __name__ == "__main__":
    main()
