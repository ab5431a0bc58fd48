"""Fictional input files for a new study: sites, ads counted, pages read, press, interviews, support; no contradiction.

Places are « Commune A »…, structures and newspapers have letters: nothing points to a real one.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence

from diagnostic.collect.answers import AXES, FIELDS, STEPS
from diagnostic.collect.tables import INPUTS
from diagnostic.core.tables import columns
from diagnostic.core.written import as_csv, listed
from diagnostic.estimate.formulas.pages import pages_to_read

TITLES = {
    "sites": "Registre de sites d’essai",
    "ad_counts": "Décompte d’essai",
    "ad_pages": "Pages lues d’essai",
    "press": "Revue de presse d’essai",
    "interviews": "Entretiens d’essai",
    "structures": "Structures locales d’essai",
    "practices": "Pratiques d’essai",
    "outreach": "Aller-vers d’essai",
    "restitutions": "Restitutions d’essai",
}
PUBLIC = (
    "sites",
    "press",
    "restitutions",
)  # what a team may show as it is: nobody is counted or named without being asked
PLACES = ("Commune A", "Commune B", "Commune C")
ARTICLES, PAGES_READ, ADS_A_PAGE = 6, 10, 30

Row = Mapping[str, object]
PRACTICES: tuple[Row, ...] = (
    {"kind": "practice", "title": "Pratique d’essai", "offered_by": "Structure d’essai A", "where": PLACES[0]},
    {
        "kind": "resource",
        "title": "Ressource d’essai",
        "audience": "professionnel·les",
        "contact": "https://essai.example",
    },
)


def files(study: str, start: dt.date, end: dt.date, seed: int, codes: Sequence[str] = ()) -> dict[str, bytes]:
    """Role → CSV content, by the study's name and the `seed` of its draws only: same names, same files. Every date is from
    `start` to `end`, and the pages read are those that the seed names. `codes`: the départements of a study of several, in
    each of which every site is counted."""
    rng = random.Random(f"inputs of {study}")
    window = {"window_start": start + (end - start) / 2, "window_end": start + (end - start) / 2 + dt.timedelta(days=4)}
    tables: dict[str, Iterable[Row]] = {
        "sites": _sites(),
        "ad_counts": [row | window for code in codes or [""] for row in _counts(rng, code)],
        "ad_pages": [row for code in codes or [""] for row in _pages(rng, seed, code)],
        "press": _press(rng, start, end),
        "interviews": _interviews(rng, start, end, codes),
        "structures": _structures(rng),
        "practices": PRACTICES,
        "outreach": _outreach(rng, end),
        "restitutions": [
            {"date": f"{end:%Y-%m}", "version": "interim", "audience": "commission départementale", "data_until": end}
        ],
    }
    return {role: _csv(role, rows) for role, rows in tables.items()}


def _sites() -> list[Row]:
    """Counted sites, one too large to be counted (A01), two that show the same ads, one closed."""
    described = {
        "E01": ("escorting", "open", ""),
        "E02": ("escorting", "open", ""),
        "E03": ("escorting", "closed", ""),
        "A01": ("classifieds", "open", ""),
        "M01": ("massage", "open", ""),
        "D01": ("dating", "open", "miroir-1"),
        "D02": ("dating", "open", "miroir-1"),
    }
    return [
        {"site_code": code, "category": category, "status": status, "mirror_group": mirror}
        for code, (category, status, mirror) in described.items()
    ]


def _counts(rng: random.Random, code: str) -> list[dict[str, object]]:
    """The counts of every site, in one département where there are several."""
    same = rng.randint(14, 30)  # mirror sites show the same ads
    exact = [("E01", place, rng.randint(40, 120)) for place in PLACES]
    exact += [
        ("E02", "", rng.randint(50, 110)),
        ("M01", PLACES[0], rng.randint(2, 12)),
        ("D01", "", same),
        ("D02", "", same),
    ]
    rows: list[dict[str, object]] = [
        {"site_code": site, "place": located(place, code), "count": count, "method": "exact"}
        for site, place, count in exact
    ]
    return [*rows, {"site_code": "A01", "place": code, "method": "page_extrapolated"}]


def located(place: str, code: str) -> str:
    """A place as the files of a study of several départements write it: « Commune A (35) », or « 35 » for all of one."""
    return f"{place} ({code})" if place and code else place or code


def _pages(rng: random.Random, seed: int, code: str) -> list[Row]:
    """The pages of the large site that are to be read."""
    total = rng.randint(15, 30)
    last = rng.randint(1, ADS_A_PAGE)  # ads on the last page
    return [
        {
            "site_code": "A01",
            "place": code,
            "page_rank": rank,
            "ads_shown": last if rank == total else ADS_A_PAGE,
            "ads_relevant": min(rng.randint(12, 24), last if rank == total else ADS_A_PAGE),
            "pages_total": total,
            "ads_announced": (total - 1) * ADS_A_PAGE + last,
        }
        for rank in pages_to_read(f"A01 / {code}" if code else "A01", total, PAGES_READ, seed)
    ]


def _days(rng: random.Random, count: int, start: dt.date, end: dt.date) -> list[dt.date]:
    return [start + dt.timedelta(days=day) for day in sorted(rng.sample(range((end - start).days + 1), count))]


def _press(rng: random.Random, start: dt.date, end: dt.date) -> list[Row]:
    return [
        {
            "date": day,
            "outlet": f"Journal {'AB'[at % 2]}",
            "title": f"Article d’essai {at + 1}",
            "year_heading": day.year,
        }
        for at, day in enumerate(_days(rng, ARTICLES, start, end))
    ]


def _interviews(rng: random.Random, start: dt.date, end: dt.date, codes: Sequence[str]) -> list[Row]:
    """One interview in each field of activity; of several départements, in one after the other."""
    modes = ("in_person", "in_person", "telephone", "video")
    rows: list[Row] = []
    for at, (name, day) in enumerate(zip(FIELDS, _days(rng, len(FIELDS), start, end), strict=True)):
        mode, code = rng.choice(modes), codes[at % len(codes)] if codes else ""
        rows.append(
            {
                "date": day,
                "structure": f"Structure d’essai {chr(ord('A') + at)}",
                "mode": mode,
                "place": located(rng.choice(PLACES) if mode == "in_person" else "", code),
                "activity_field": name,
                "interlocutor": "prosecutor" if name == "justice" else "other",
            }
        )
    return rows


def _structures(rng: random.Random) -> list[Row]:
    """One structure in each field of activity; one in three does not agree to be named, some axes are not said."""
    rows: list[Row] = []
    for at, name in enumerate(FIELDS):
        agrees = at % 3 != 2
        rows.append(
            {
                "structure_code": f"S{at + 1:02d}",
                "agrees_to_be_named": "oui" if agrees else "non",
                "activity_field": name,
            }
            | ({"name": f"Structure d’essai {chr(ord('A') + at)}"} if agrees else {})
            | {axis: rng.choice(("oui", "non", "non", "")) for axis in AXES}
        )
    return rows


def _outreach(rng: random.Random, end: dt.date) -> list[Row]:
    """Steps that each keep a part of the one before."""
    row: dict[str, object] = {"year": end.year, "sessions": rng.randint(10, 30)}
    reached = 20 * rng.randint(20, 40)
    for step in STEPS:
        row[step] = reached
        reached = reached * rng.randint(10, 40) // 100
    return [row]


def _csv(role: str, rows: Iterable[Row]) -> bytes:
    return as_csv(listed([name for name in columns(INPUTS[role]) if name != "row"], rows)).encode()
