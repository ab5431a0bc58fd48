"""The files of a new study, dealt at random, the same everywhere: no département has a profile of its own."""

import datetime as dt
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.collect import steps
from diagnostic.collect.answers import AXES, FIELDS, STEPS
from diagnostic.collect.tables import INPUTS
from diagnostic.consolidate import lists
from diagnostic.core.tables import columns
from diagnostic.core.writing import as_csv, listed
from diagnostic.estimate.formulas.draw import draw_ads
from diagnostic.estimate.formulas.pages import pages_to_read
from diagnostic.estimate.internet import lists as register
from diagnostic.trial.answers import AS_EVER, NUMBER, SITUATIONS, Like, Respondent, Row
from diagnostic.trial.exports import filled

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
    tables = steps.read_study({role: content for role, content in contents.items() if role in FRAME}, files).tables
    counted = lists.internet(tables["sites"], tables["ad_counts"], tables["ad_pages"], files)
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
        same = {name: getattr(ad, name) for name in ("ad_id", "site_code")}
        ranks = {name: int(getattr(ad, name)) for name in ("page_rank", "rank_on_page")}
        row = {**same, **ranks, "coder": CODERS[0], "coded_on": day} | _seen(ad, coder)
        rows["ads"].append(row)
        if row["disposition"] == "relevant":
            rows["ad_copies"] += _copies(ad, row, sites, rng)
        if ad.double:
            rows["ads"].append(row | {"coder": CODERS[1]} | _again(row, rng))
    return filled(codebook, "annonces", rows)


def _seen(ad: Any, coder: Respondent) -> Row:
    """What is at a place: a relevant ad and what it says, something else, or an ad that is gone."""
    rng = coder.rng
    if rng.random() < GONE:
        return {"disposition": "vanished"}
    if rng.random() >= ad.relevant:
        return {"disposition": rng.choice(("not_prostitution", "no_place"))}
    told: Row = {v.name: coder.answer(v, {}) for v in coder.codebook.table("ads") if v.name in SAID}
    told |= {"declared_age": rng.randint(19, 55)} if told["age_stated"] == "yes" else {}
    told["declared_place"] = located(rng.choice(PLACES), str(ad.place).rpartition("(")[2].strip(" )"))
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
    forum: Row = {"source_code": FORUM, "forum_year": str(edition - 1)}
    threads = [{**forum, "place": located(PLACES[0], code), "threads_active": rng.randint(5, 40)} for code in codes]
    return filled(codebook, "demande", {"demand_ads": ads, "forum_threads": threads})


# -- The coding sheet of the fictional situations, as a team would fill it after reading --------------------------
TABLE, WORKBOOK, CODER, TICKED = "situation_coding", "codage", "AB", "ticked"
CODED = ("vulnerability", "origin_region")
BLANK, SEVERAL = 0.12, 0.08  # shares of situations without a known commune, and in two communes
SHRINK = 0.62  # of each commune's share to the one before it: a few towns gather most situations


def coding_sheet(
    codebook: Codebook, situations: pd.DataFrame, communes: Sequence[Sequence[str]], seed: int, like: Like = AS_EVER
) -> bytes:
    """The filled workbook, as .xlsx bytes: one row per situation, as they were read under the numbers that the form shows.

    `communes`: codes of each département, those with the most situations first.
    """
    coder = Respondent(codebook, random.Random(f"coding {seed}"), like)
    rows = [_row(coder, situation, communes) for situation in situations.to_dict("records")]
    return filled(codebook, WORKBOOK, {TABLE: rows})


def _row(coder: Respondent, situation: Mapping[Any, Any], communes: Sequence[Sequence[str]]) -> Row:
    row: Row = {"record_kind": "response", "record_id": str(situation["response_id"])}
    row |= {NUMBER: int(situation[NUMBER]), "coder": CODER}
    codebook, rng = coder.codebook, coder.rng
    told = {
        v.name: tuple(o.code for o in codebook.options(v) if situation[f"{v.name}/{o.code}"] == TICKED)
        for v in codebook.table(SITUATIONS)
        if v.type == "multiple"
    }
    row |= {variable.name: coder.answer(variable, told) for variable in codebook.table(TABLE) if variable.name in CODED}
    if rng.random() >= BLANK:
        own = communes[0] if len(communes) == 1 else rng.choice(communes)
        row["commune"] = rng.choices(own, [SHRINK**rank for rank in range(len(own))])[0]
        if rng.random() < SEVERAL:
            row["commune_2"] = rng.choice([code for code in own if code != row["commune"]])
    return row


# -- Fictional input files for a new study ------------------------------------------------------------------------
# Places are « Commune A »…, structures and newspapers have letters: nothing points to a real one.
INPUT_TITLES = {
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
PUBLIC = ("sites", "press", "restitutions")  # a team may show them: nobody is counted, or named without being asked
PLACES = ("Commune A", "Commune B", "Commune C")
ARTICLES, PAGES_READ, ADS_A_PAGE = 6, 10, 30

InputRow = Mapping[str, object]
PRACTICES: tuple[InputRow, ...] = (
    {"kind": "practice", "title": "Pratique d’essai", "offered_by": "Structure d’essai A", "where": PLACES[0]},
    {
        "kind": "resource",
        "title": "Ressource d’essai",
        "audience": "professionnel·les",
        "contact": "https://essai.example",
    },
)


def input_files(study: str, start: dt.date, end: dt.date, seed: int, codes: Sequence[str] = ()) -> dict[str, bytes]:
    """Role → CSV content, by the study's name and the `seed` of its draws only. Every date is from `start` to `end`,
    and the pages read are those that the seed names. `codes`: the départements of a study of several."""
    rng = random.Random(f"inputs of {study}")
    window = {"window_start": start + (end - start) / 2, "window_end": start + (end - start) / 2 + dt.timedelta(days=4)}
    press = [
        {
            "date": day,
            "outlet": f"Journal {'AB'[at % 2]}",
            "title": f"Article d’essai {at + 1}",
            "year_heading": day.year,
        }
        for at, day in enumerate(_days(rng, ARTICLES, start, end))
    ]
    # Steps that each keep a part of the one before.
    row: dict[str, object] = {"year": end.year, "sessions": rng.randint(10, 30)}
    reached = 20 * rng.randint(20, 40)
    for step in STEPS:
        row[step] = reached
        reached = reached * rng.randint(10, 40) // 100
    tables: dict[str, Iterable[InputRow]] = {
        "sites": _sites(),
        "ad_counts": [row | window for code in codes or [""] for row in _counts(rng, code)],
        "ad_pages": [row for code in codes or [""] for row in _pages(rng, seed, code)],
        "press": press,
        "interviews": _interviews(rng, start, end, codes),
        "structures": _structures(rng),
        "practices": PRACTICES,
        "outreach": [row],
        "restitutions": [
            {"date": f"{end:%Y-%m}", "version": "interim", "audience": "commission départementale", "data_until": end}
        ],
    }
    names = {role: [name for name in columns(INPUTS[role]) if name != "row"] for role in tables}
    return {role: as_csv(listed(names[role], rows)).encode() for role, rows in tables.items()}


def _sites() -> list[InputRow]:
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
    same = rng.randint(14, 30)  # mirror sites show the same ads
    exact = [("E01", place, rng.randint(40, 120)) for place in PLACES]
    exact += [("E02", "", rng.randint(50, 110)), ("M01", PLACES[0], rng.randint(2, 12))]
    exact += [(site, "", same) for site in ("D01", "D02")]
    rows: list[dict[str, object]] = [
        {"site_code": site, "place": located(place, code), "count": count, "method": "exact"}
        for site, place, count in exact
    ]
    return [*rows, {"site_code": "A01", "place": code, "method": "page_extrapolated"}]


def located(place: str, code: str) -> str:
    """A place as the files of a study of several départements write it: « Commune A (35) », or « 35 » for all of one."""
    return f"{place} ({code})" if place and code else place or code


def _pages(rng: random.Random, seed: int, code: str) -> list[InputRow]:
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


def _interviews(rng: random.Random, start: dt.date, end: dt.date, codes: Sequence[str]) -> list[InputRow]:
    """One interview in each field of activity; of several départements, in one after the other."""
    modes = ("in_person", "in_person", "telephone", "video")
    rows: list[InputRow] = []
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


def _structures(rng: random.Random) -> list[InputRow]:
    """One structure in each field of activity; one in three does not agree to be named, some axes are not said."""
    rows: list[InputRow] = []
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


# -- A fictional département for the maps of a trial study: twelve communes in a grid, in the middle of an ocean --
# « Commune A »… are the places of the other trial files. Codes are nobody's: an Insee code has five signs.
OUTLINES_FILE, OUTLINES_VINTAGE = "communes.geojson", "essai"
OUTLINES_TITLE = "Contours d’essai d’un département fictif"
COLUMNS, ROWS = 4, 3
WEST, SOUTH, WIDE, HIGH, SHAKE = -17.9, 46.1, 0.2, 0.14, 0.22  # degrees; part of a side that a corner moves by
INHABITANTS = (31_400, 12_800, 8_300, 6_100, 5_200, 4_100, 2_900, 1_800, 1_200, 900, 640, 410)
EPCI = ("Communauté d’essai de l’Ouest", "Communauté d’essai du Centre", "Communauté d’essai de l’Est")
ARRONDISSEMENTS = ("Arrondissement d’essai du Sud", "Arrondissement d’essai du Nord")
ORDER = (5, 1, 10, 6, 2, 9, 4, 7, 0, 3, 8, 11)  # places in the grid of communes A, B, C…, the largest inside


def outline_codes(departements: Sequence[str] = ("",)) -> list[list[str]]:
    """The communes' codes of each département, the most inhabited first: X01…, then Y01…, Z01…, A01…"""
    letters = [chr((ord("X") - ord("A") + at) % 26 + ord("A")) for at in range(len(departements))]
    return [[f"{letter}{number:02d}" for number in range(1, COLUMNS * ROWS + 1)] for letter in letters]


def geojson(departements: Sequence[str] = ()) -> bytes:
    """The communes as the team's own outlines are given; of several `departements`, side by side."""
    rng = random.Random("outlines")
    several = departements or [""]
    corner = {
        (x, y): [round(WEST + (x + _shake(rng)) * WIDE, 5), round(SOUTH + (y + _shake(rng)) * HIGH, 5)]
        for x in range(COLUMNS * len(several) + 1)
        for y in range(ROWS + 1)
    }
    features = [
        _commune(at, code, departement, corner, COLUMNS * west)
        for west, (departement, own) in enumerate(zip(several, outline_codes(several), strict=True))
        for at, code in enumerate(own)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _shake(rng: random.Random) -> float:
    return rng.uniform(-SHAKE, SHAKE)


def _commune(
    at: int, code: str, departement: str, corner: dict[tuple[int, int], list[float]], west: int
) -> dict[str, object]:
    x, y = ORDER[at] % COLUMNS, ORDER[at] // COLUMNS
    epci, arrondissement = (0, 1, 1, 2)[x], int(y > 0)
    places = ((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y))
    ring = [corner[west + across, up] for across, up in places]
    own = f"{departement}-" if departement else ""
    told = f" ({departement})" if departement else ""
    properties: dict[str, object] = {
        "code": code,
        "name": f"Commune {chr(ord('A') + at)}{told}",
        "epci": f"essai-{own}{epci + 1}",
        "epci_name": EPCI[epci] + told,
        "arrondissement": f"essai-{own}{arrondissement + 1}",
        "arrondissement_name": ARRONDISSEMENTS[arrondissement] + told,
        "population": INHABITANTS[at],
    }
    if departement:
        properties["departement"] = departement
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
