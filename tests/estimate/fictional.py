"""The fictional département of 99-2025: every ad and its person, and the workbooks that a team would fill from the draw.

Its pages are those of `ad_pages.csv`, its counts those of `ad_counts.csv`; all the rest is invented, and nothing of the
truth is in the study's files. `PYTHONPATH=tests python tests/estimate/fictional.py` writes its four workbooks again.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import load_workbook
from own import SMALL_FILES
from replay import codebook as files
from replay import config

from diagnostic.codebook import loading, template
from diagnostic.codebook.model import TICK, Codebook
from diagnostic.collect import steps
from diagnostic.consolidate import lists
from diagnostic.core.tables import model
from diagnostic.estimate.sample import drawing

ROOT = Path(__file__).parents[2]
STUDY = "99-2025"
FOLDER = SMALL_FILES
MIRRORS = {"D01": 6, "D02": 6}
COUNTED = {("E01", "Villeneuve"): 12, ("E01", "Port-Neuf"): 5, ("E02", ""): 3, ("D01", ""): 6}
# Relevant ads of the pages of A02 that were not read, and how many the last page shows.
A02_UNREAD, A02_LAST = (8, 7, 7, 6, 6, 5, 3), 11
A01_SHOWN, A01_RELEVANT = 2590, 1652
# What ads declare: names and how often; None where nothing is said.
PLACES = {
    "Villeneuve": 0.3,
    "Port-Neuf": 0.2,
    "Val-Fictif": 0.13,
    "Saint-Fictif": 0.1,
    "Hautes-Rives": 0.08,
    "Beaumont-les-Fictions": 0.07,
    "Petit-Bourg": 0.02,
    None: 0.1,
}
SIGNS = {
    "same_terms": 0.12,
    "same_phone": 0.1,
    "third_person": 0.08,
    "english": 0.06,
    "similar_content": 0.05,
    "same_account": 0.04,
    "inconsistent": 0.03,
    "always_available": 0.04,
}
COUNTRIES = {"Roumanie": 0.3, "Brésil": 0.25, "Colombie": 0.2, "Bulgarie": 0.05, "Nigéria": 0.05, None: 0.15}
Row = dict[str, object]
OTHER, EMPTY = -1, -2  # no person: an ad that is not one of them, a place without any ad


@dataclass(frozen=True)
class World:
    """`ads`: one row per ad of the collapsed frame (site, place, position on its list, person); `persons`: answers.

    `positions`: (site, place) → the person at each place, OTHER or EMPTY where there is none.
    """

    ads: pd.DataFrame
    persons: pd.DataFrame
    positions: dict[tuple[str, str], np.ndarray]

    def copies(self, person: int) -> dict[str, int]:
        """Ads of a person by site, the mirror left out of the frame included."""
        own = self.ads.loc[self.ads["person"] == person, "site_code"].value_counts().to_dict()
        return own | ({"D02": own["D01"]} if "D01" in own else {})


def world(seed: int = 2051) -> World:
    """A world of that seed; whether its truths lie inside the intervals of the study is judged over several seeds."""
    rng = np.random.default_rng(seed)
    lists = {("A01", ""): _large(rng), ("A02", ""): _head(rng)}
    lists |= {name: np.zeros(size, dtype=int) for name, size in COUNTED.items()}
    total = sum(int((places == 0).sum()) for places in lists.values())
    ads_of = rng.geometric(0.38, total)
    ads_of = ads_of[: np.searchsorted(np.cumsum(ads_of), total) + 1]
    ads_of[-1] -= ads_of.sum() - total
    people = rng.permutation(np.repeat(np.arange(len(ads_of)), ads_of))
    positions, rows, at = {}, [], 0
    for name, place in lists.items():
        relevant = place == 0
        place[relevant] = people[at : at + relevant.sum()]
        at += int(relevant.sum())
        positions[name] = place
        rows += [(*name, int(where), int(place[where])) for where in np.flatnonzero(relevant)]
    ads = pd.DataFrame(rows, columns=["site_code", "place", "position", "person"])
    return World(ads, _persons(rng, ads_of), positions)


def _large(rng: np.random.Generator) -> np.ndarray:
    """A01: 87 pages of 33 places at most; the ten pages read are those of the file."""
    read = pd.read_csv(FOLDER / "ad_pages.csv").query("site_code == 'A01'").set_index("page_rank")
    shown = np.full(87, 30)
    shown[read.index - 1] = read["ads_shown"]
    others = np.setdiff1d(np.arange(87), read.index - 1)
    while (left := A01_SHOWN - shown.sum()) != 0:
        page = rng.choice(others)
        shown[page] = np.clip(shown[page] + np.sign(left), 24, 33)
    relevant = np.zeros(87, dtype=int)
    relevant[read.index - 1] = read["ads_relevant"]
    free = np.repeat(others, shown[others])
    chosen = rng.choice(len(free), A01_RELEVANT - relevant.sum(), replace=False)
    relevant += np.bincount(free[chosen], minlength=87)
    return _pages(rng, shown, relevant, 33)


def _head(rng: np.random.Generator) -> np.ndarray:
    """A02: twelve pages of 20 places, the last one shorter; relevance falls along the pages."""
    read = pd.read_csv(FOLDER / "ad_pages.csv").query("site_code == 'A02'")["ads_relevant"]
    return _pages(rng, np.array([20] * 11 + [A02_LAST]), np.array([*read, *A02_UNREAD]), 20)


def _pages(rng: np.random.Generator, shown: np.ndarray, relevant: np.ndarray, size: int) -> np.ndarray:
    """The places of all pages: 0 where a relevant ad is, else OTHER or EMPTY."""
    made = np.full((len(shown), size), EMPTY)
    for page, (places, own) in enumerate(zip(shown, relevant, strict=True)):
        made[page, :places] = OTHER
        made[page, rng.choice(places, own, replace=False)] = 0
    return made.ravel()


def _persons(rng: np.random.Generator, ads_of: np.ndarray) -> pd.DataFrame:
    n, many = len(ads_of), ads_of >= 4
    passing = rng.random(n) < np.where(many, 0.7, 0.2)
    origin = rng.choice(["french", "foreign", "not_stated"], n, p=[0.3, 0.4, 0.3])
    return pd.DataFrame(
        {
            "gender_presented": rng.choice(["woman", "man", "trans", "couple"], n, p=[0.8, 0.09, 0.09, 0.02]),
            "age_stated": np.where(rng.random(n) < 0.55, "yes", "no"),
            "declared_age": rng.integers(19, 52, n),
            "declared_origin": np.where(many & (rng.random(n) < 0.5), "foreign", origin),
            "passing_through": np.where(passing, "yes", "no"),
            "audience": _sets(rng, n, {"men": 0.95, "women": 0.1, "couples": 0.25}, "men"),
            "hosting": _sets(rng, n, {"receives": 0.7, "travels": 0.5}, "receives"),
            "vocabulary": _sets(rng, n, {"meeting": 0.4, "massage": 0.3, "explicit": 0.5, "tariff": 0.3}, "none"),
            "euphemism": _sets(rng, n, {"gift": 0.4, "flowers": 0.15, "emoji": 0.3}, "none"),
            "network_sign": [
                tuple(sorted({*found, *(("passing",) if goes else ())} - ({"none"} if goes else set()))) or ("none",)
                for found, goes in zip(
                    _sets(rng, n, SIGNS, "none"),
                    passing,
                    strict=True,
                )
            ],
            "declared_place": rng.choice(list(PLACES), n, p=list(PLACES.values())),
            "declared_country": rng.choice(list(COUNTRIES), n, p=list(COUNTRIES.values())),
        }
    )


def _sets(rng: np.random.Generator, n: int, chances: dict[str, float], otherwise: str) -> list[tuple[str, ...]]:
    ticked = {name: rng.random(n) < chance for name, chance in chances.items()}
    return [tuple(name for name in chances if ticked[name][i]) or (otherwise,) for i in range(n)]


def filled(of: World, draw: pd.DataFrame, page_sizes: dict[str, int], seed: int = 7) -> dict[str, list[Row]]:
    """The coding sheets of two coders: the first one careful, the second hurried; 4 % of ads gone, 2 % of copies missed."""
    rng, unsure, blind = (np.random.default_rng(seed + at) for at in range(3))
    ads, copies = [], []
    for at, ad in enumerate(draw.itertuples()):
        size = page_sizes.get(ad.stratum, len(of.positions[ad.site_code, ad.place]))
        person = int(of.positions[ad.site_code, ad.place][(ad.page_rank - 1) * size + ad.rank_on_page - 1])
        gone = rng.random() < 0.04
        start: Row = {
            "ad_id": ad.ad_id,
            "site_code": ad.site_code,
            "page_rank": int(ad.page_rank),
            "rank_on_page": int(ad.rank_on_page),
            "coded_on": dt.date(2026, 3, 9) + dt.timedelta(days=at // 60),
        }
        if gone or person < 0:
            start["disposition"] = "vanished" if gone else "no_place" if person == EMPTY else "not_prostitution"
            ads.append(start | {"coder": "AB"})
            if ad.double:
                ads.append(start | {"coder": "CD", "coded_on": dt.date(2026, 4, 1)})
            continue
        found = of.copies(person)
        missed = rng.random() < 0.02 and sum(found.values()) > 1
        if missed:
            site = next((site for site in found if site != ad.site_code or found[site] > 1), ad.site_code)
            found = {name: number - (name == site) for name, number in found.items()}
        answers = _answers(of, person)
        answers["declared_place"] = ad.place or answers["declared_place"]
        answers |= {"cluster_id": f"K{person:04d}", "copies_searched": "yes", "copies_total": sum(found.values())}
        if ads and unsure.random() < 0.02 and (last := ads[-1].get("cluster_id")) not in (None, answers["cluster_id"]):
            answers["cluster_maybe"] = last  # wrongly: they are two persons
        ads.append(start | {"coder": "AB"} | answers)
        copies += [{"ad_id": ad.ad_id, "site_code": site, "copies": number} for site, number in found.items()]
        if ad.double:
            second = _hurried(rng, answers) | _searched_again(blind, sum(of.copies(person).values()), answers)
            ads.append(start | {"coder": "CD", "coded_on": dt.date(2026, 4, 1)} | second)
    # the first coder's sheet, then the second's, as the workbook has them
    ads.sort(key=lambda row: str(row["coder"]))
    return {"ads": ads, "ad_copies": copies}


def _answers(of: World, person: int) -> Row:
    own: Row = {"disposition": "relevant", **of.persons.loc[person].to_dict()}
    if own["age_stated"] == "no":
        del own["declared_age"]
    else:
        own["declared_age"] = int(own["declared_age"])  # type: ignore[call-overload]
    if own["declared_origin"] != "foreign":
        del own["declared_country"]
    return own


def _searched_again(rng: np.random.Generator, ads: int, answers: Row) -> Row:
    """The second person finds 95 % of a person's other ads without seeing the first search, then compares the two."""
    first = int(answers["copies_total"]) - 1  # type: ignore[call-overload]
    found = int(rng.binomial(ads - 1, 0.95))
    return {"copies_total": 1 + found, "copies_again": 1 + int(rng.hypergeometric(first, ads - 1 - first, found))}


def _hurried(rng: np.random.Generator, answers: Row) -> Row:
    """The same ad read by someone else: genders agree, network signs and vocabulary much less."""
    made = dict(answers)
    swap = {"passing_through": ("yes", "no"), "gender_presented": ("woman", "trans")}
    for name, (one, other) in swap.items():
        if rng.random() < (0.06 if name == "passing_through" else 0.02):
            made[name] = other if made[name] == one else one
    for name, chance, option in (("vocabulary", 0.35, "explicit"), ("network_sign", 0.15, "same_terms")):
        if rng.random() < chance:
            left = set(made[name]) ^ {option}  # type: ignore[call-overload]
            made[name] = tuple(sorted(left - {"none"})) or ("none",)
    return made


def demand() -> dict[str, list[Row]]:
    start, end = dt.date(2026, 3, 2), dt.date(2026, 3, 6)
    ads = [("A01", "Villeneuve", 14), ("A01", "Port-Neuf", 6), ("A01", "Val-Fictif", 1), ("A02", "Villeneuve", 5)]
    threads = [
        ("F01", "Villeneuve", "2024", 18, 41),
        ("F01", "Villeneuve", "2025", 12, 30),
        ("F01", "Port-Neuf", "2024", 7, 19),
        ("F01", "Port-Neuf", "2025", 9, 22),
    ]
    penal = [
        ("2024", "client_fine", 23, "prosecutor", "no"),
        ("2025", "client_fine", 31, "prosecutor", "no"),
        ("2025", "client_fine", 30, "police", "yes"),
        ("2024", "pimping_case", 12, "prosecutor", "no"),
        ("2025", "pimping_case", 14, "prosecutor", "no"),
    ]
    venues = ["hostess_bar"] * 3 + ["massage"] * 6 + ["swingers_club"] * 2 + ["sauna"]
    return {
        "demand_ads": [
            {"site_code": s, "place": p, "demand_count": n, "window_start": start, "window_end": end} for s, p, n in ads
        ],
        "forum_threads": [
            {"source_code": s, "place": p, "forum_year": y, "threads_active": n, "pseudonyms_minimum": m}
            for s, p, y, n, m in threads
        ],
        "penal_response": [
            {"penal_year": y, "measure": m, "measure_count": n, "measure_source": s, "approximate": a}
            for y, m, n, s, a in penal
        ],
        "venues": [
            {
                "venue_code": f"V{at:02d}",
                "venue_type": kind,
                "arrondissement": ("Villeneuve", "Port-Neuf")[at % 2],
                "venue_source": ("search_engine", "directory") if at % 3 else ("partner",),
            }
            for at, kind in enumerate(venues, start=1)
        ],
    }


def history() -> dict[str, list[Row]]:
    """Eight sites: four stay open, one closes, one is suspended, two appear; six have had their terms read."""
    first, last = dt.date(2023, 11, 6), dt.date(2026, 3, 6)
    rows = [(site, first, "open") for site in ("E01", "E02", "E03", "A01", "D01", "D03")]
    rows += [(site, dt.date(2025, 6, 2), "open") for site in ("A02", "D02")]
    rows += [("E03", dt.date(2026, 3, 2), "closed"), ("D03", last, "suspended"), ("E01", last, "open")]
    read = dt.date(2026, 3, 3)
    terms = [
        ("E01", ("escort", "earlier_list"), ("top", "photos"), "no", "no", "from_10"),
        ("E02", ("escort",), ("none",), "no", "no", "free"),
        ("E03", ("earlier_list",), None, None, None, None),
        ("A01", ("prostitution", "escort", "erotic_massage"), ("top", "style", "photos"), "no", "no", "from_50"),
        ("A02", ("erotic_massage",), ("top",), "yes", "no", "under_10"),
        ("D01", ("find_prostitute",), ("verified",), "yes", "yes", "from_10"),
        ("D02", ("find_prostitute",), ("verified",), "yes", "yes", "from_10"),
        ("D03", ("other",), None, None, None, None),
    ]
    names = ("site_code", "found_by", "paid_options", "subscription", "paid_sign_up", "price_class")
    sold: list[Row] = [
        dict(zip(names, one, strict=True)) | {"terms_read_on": read if one[2] else None} for one in terms
    ]
    status: list[Row] = [{"site_code": s, "observed_on": d, "site_state": state} for s, d, state in rows]
    return {"site_status": status, "site_terms": sold}


# Structures contacted: commune, how many answered the form, accepted an interview, declined, said nothing.
CONTACTED = {
    "F23": (7, 2, 1, 4),  # Villeneuve
    "F07": (3, 1, 0, 2),  # Port-Neuf
    "F25": (1, 0, 0, 2),  # Val-Fictif
    "F15": (1, 0, 1, 0),
    "F10": (0, 0, 0, 3),
    "F29": (1, 0, 0, 0),
}


def partners() -> dict[str, list[Row]]:
    """The structures contacted, with the commune of each, and the reminders to those that had said nothing."""
    fields = ("socia", "house", "healt", "educ", "safe", "just", "other")
    outcomes = ("answered", "interview", "declined", "silent")
    told = [
        (code, outcome)
        for code, many in CONTACTED.items()
        for outcome, count in zip(outcomes, many, strict=True)
        for _ in range(count)
    ]
    rows: list[Row] = [
        {
            "partner_code": f"P{at + 1:02d}",
            "activity_field": fields[at % len(fields)],
            "structure_type": ("house", "recep", "healt", "schoo", "polic", "court", "assoc")[at % 7],
            "wave": "first" if at % 3 else "second",
            "contacted_on": dt.date(2025, 10, 1) + dt.timedelta(days=at),
            "channel": "email" if at % 4 else "phone",
            "contacted_by_name": "yes" if at % 5 else "no",
            "outcome": outcome,
            "commune": code,
        }
        for at, (code, outcome) in enumerate(told)
    ]
    silent = [row for row in rows if row["outcome"] == "silent"]
    again: list[Row] = [
        {"partner_code": row["partner_code"], "reminded_on": dt.date(2025, 12, 1), "channel": "email"} for row in silent
    ]
    return {"partners": rows, "reminders": again}


def codebook() -> Codebook:
    return loading.load(loading.read_folder(ROOT / "config" / "codebook"))


def workbook(book: Codebook, name: str, tables: dict[str, list[Row]]) -> bytes:
    """The project's workbook with these rows, as coders fill it: labels of the drop-down lists, ticks, numbers, dates."""
    made = load_workbook(io.BytesIO(template.workbook(book, name)))
    ticks = [option.label for option in book.lists[TICK]]  # « coché », « non coché »
    for table, rows in tables.items():
        sheet = made[book.tables[table].sheet]
        for at, row in enumerate(rows, start=template.FIRST_ROW):
            for column, (_, variable, option) in enumerate(book.columns(table), start=1):
                value = row.get(variable.name)
                if value is None:
                    continue
                if option:
                    sheet.cell(at, column, ticks[0 if option.code in value else 1])  # type: ignore[operator]
                elif variable.type == "single":
                    sheet.cell(at, column, next(o.label for o in book.options(variable) if o.code == value))
                else:
                    sheet.cell(at, column, value)  # type: ignore[arg-type]
    for table in book.tables.values():
        if table.workbook == name and table.name not in tables:
            del made[table.sheet]  # not received this way
    return template.to_bytes(made)


def answered(book: Codebook, table: str, rows: Sequence[Row], sheet: int) -> pd.DataFrame:
    """The typed table that the collect phase makes of these rows."""
    columns: dict[str, object] = {
        "sheet": pd.array([sheet] * len(rows), dtype="Int64"),
        "row": pd.array(range(template.FIRST_ROW, template.FIRST_ROW + len(rows)), dtype="Int64"),
    }
    asked = [book.asked(table, row) for row in rows]  # type: ignore[arg-type]
    for variable in book.table(table):
        name = variable.name
        values = [row.get(name) if name in own else None for row, own in zip(rows, asked, strict=True)]
        silent = ["no_answer" if name in own else "not_asked" for own in asked]
        state = ["answered" if value is not None else quiet for value, quiet in zip(values, silent, strict=True)]
        if variable.type in ("single", "code"):
            columns[f"{name}.code"] = [quiet if v is None else v for v, quiet in zip(values, silent, strict=True)]
        elif variable.type == "multiple":
            for option in book.options(variable):
                columns[f"{name}/{option.code}"] = [
                    quiet if v is None else "ticked" if option.code in v else "not_ticked"  # type: ignore[operator]
                    for v, quiet in zip(values, silent, strict=True)
                ]
        elif variable.type == "integer":
            columns |= {f"{name}.number": pd.array(values, dtype="Int64"), f"{name}.state": state}
        elif variable.type == "date":
            columns |= {f"{name}.date": pd.to_datetime(pd.Series(values, dtype="object")), f"{name}.state": state}
        else:
            columns |= {f"{name}.state": state} | ({f"{name}.text": values} if variable.privacy == "geography" else {})
    return pd.DataFrame(columns)


def drawn() -> tuple[pd.DataFrame, dict[str, int]]:
    """The draw that the workflow makes of the study's counts, and the places of a page of the lists read by pages."""
    chosen = config().studies[STUDY]
    names = {role: chosen.inputs[role] for role in ("sites", "ad_counts", "ad_pages")}
    sidecars = config().sidecars[STUDY]
    records = {role: sidecars[role].model_dump(mode="json", exclude={"history"}) for role in names}
    tables = steps.collect(names, records, **{role: (FOLDER / name).read_bytes() for role, name in names.items()})
    made = lists.internet(tables["sites"], tables["ad_counts"], tables["ad_pages"], names)
    sampling = config().sampling(STUDY).model_dump() | {"design": None}
    found = drawing.draw_sample(
        made["counts"],
        made["pages"],
        model("consolidate/codings").empty(),
        tables["places"],
        STUDY,
        sampling,
        **files(),
    )
    frame = found["frame"].dropna(subset=["page_size"])
    return found["draw"], dict(zip(frame["stratum"], frame["page_size"].astype(int), strict=True))


def workbooks() -> dict[str, bytes]:
    """File name → content of the four workbooks of the study."""
    book = codebook()
    return {
        "annonces.xlsx": workbook(book, "annonces", filled(world(), *drawn())),
        "demande.xlsx": workbook(book, "demande", demand()),
        "internet.xlsx": workbook(book, "internet", history()),
        "partenaires.xlsx": workbook(book, "partenaires", partners()),
    }


if __name__ == "__main__":
    for name, content in workbooks().items():
        (FOLDER / name).write_bytes(content)
