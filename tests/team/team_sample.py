"""The workbook of the ads that the study drew, as two persons fill it: each looks up the place and codes what stands there."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pandas as pd
import team_expected as expected
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from team_internet import GONE, Internet, hurried, on_list
from team_people import SEED, People
from team_words import AGREEMENT, CODERS, LATER, reference

FIRST_ROW = 3  # below the names and the labels of the columns
VANISHED = 3  # of a hundred ads, those that are no longer there when they are looked up; none of the shortest lists
TICKS: dict[str, tuple[str, dict[str, str]]] = {  # what is coded of an ad → columns, own answer → end of the heading
    "public": ("audience", {"hommes": "men", "femmes": "women", "couples": "couples"}),
    "reçoit": ("hosting", {"Reçoit": "receives", "Se déplace": "travels"}),
    "mots": (
        "vocabulary",
        {"rencontre": "meeting", "massage": "massage", "explicite": "explicit", "tarif": "tariff", "aucun": "none"},
    ),
    "allusions": ("euphemism", {"cadeau": "gift", "émojis": "emoji", "aucune": "none"}),
    "indices": (
        "network_sign",
        {
            "aucun": "none",
            "de passage": "passing",
            "même téléphone": "same_phone",
            "contenu semblable": "similar_content",
            "rédigé en anglais": "english",
        },
    ),
}
VERDICTS = {"same": "Mêmes personnes", "different": "Personnes différentes", "unsure": "Ne sait pas"}
REASONS = {"same": "discuté en réunion", "different": "parcours différents", "unsure": "trop peu d’éléments"}
Row = dict[str, Any]


def standing(truth: Internet, draw: pd.DataFrame, pages: pd.Series) -> dict[str, int | str]:
    """Drawn place → the ad that stands there, by its number, or what else is found. `pages`: places of a page, by list,
    where a list has pages."""
    rng, lists, found = random.Random(f"gone {SEED}"), dict[str, list[int | str]](), dict[str, int | str]()
    for one in draw.sort_values("ad_id").itertuples():
        own = lists.setdefault(one.stratum, on_list(truth, one.site_code, one.place or ""))
        size = int(pages.get(one.stratum, len(own)))
        at = (one.page_rank - 1) * size + one.rank_on_page - 1
        found[one.ad_id] = GONE if rng.randrange(100) < VANISHED and one.drawn > 2 else own[at]
    return found


def fill(book: Workbook, truth: Internet, draw: pd.DataFrame, pages: pd.Series) -> None:
    """Write into the workbook what both persons code, and the copies that they find; see `standing`."""
    sheet, copies = book["Annonces"], book["Copies"]
    column = {cell.value: cell.column for cell in sheet[1]}
    stands, rng, last = standing(truth, draw, pages), random.Random(f"drawn {SEED}"), FIRST_ROW
    persons = [truth.ads[at].person for at in stands.values() if isinstance(at, int)]
    for number, row in enumerate(range(FIRST_ROW, sheet.max_row + 1)):
        ad, coder = (sheet.cell(row, column[name]).value for name in ("ad_id", "coder"))
        if not ad:
            continue
        first = coder == "C1"
        put: Row = {
            "coder": CODERS[not first],
            "coded_on": AGREEMENT + dt.timedelta(days=1 + number // 25) if first else LATER,
        }
        at = stands[ad]
        if isinstance(at, str):
            put["disposition"] = at
        else:
            person, town = truth.ads[at].person, truth.ads[at].town
            own = truth.profiles[person] if first else hurried(rng, truth.profiles[person])
            found = truth.copies(person)
            put["seen_in_list"] = _number(found[truth.ads[at].site])
            put |= _coded(own, town) | {"copies_searched": "oui", "copies_total": sum(found.values())}
            put |= {"cluster_id": f"G{person}"} if persons.count(person) > 1 else {}
            last = _copies(copies, last, ad, found) if first else last
        for name, value in put.items():
            sheet.cell(row, column[name]).value = value


def _number(of: int) -> str:
    """As the closed list has it."""
    return str(of) if of < 3 else "3 ou plus"


def _coded(own: dict[str, str], town: str) -> Row:
    row: Row = {"disposition": "pertinente", "declared_place": town, "gender_presented": own["genre"]}
    row |= {"persons_shown": _number(expected.SHOWN.get(own["genre"], 1))}
    row |= {"age_stated": "oui" if own["âge"] else "non", "declared_origin": own["origine"]}
    row |= {"passing_through": own["de passage"]}
    row |= {"declared_age": int(own["âge"])} if own["âge"] else {}
    row |= {"declared_country": own["pays"]} if own["pays"] else {}
    for name, (variable, answers) in TICKS.items():
        said = own[name].split(";")
        row |= {f"{variable}/{code}": "coché" if answer in said else "non coché" for answer, code in answers.items()}
    return row


def _copies(sheet: Worksheet, row: int, ad: str, found: dict[str, int]) -> int:
    """One line for each site; returns the next free row."""
    column = {cell.value: cell.column for cell in sheet[1]}
    for site, number in found.items():
        for name, value in (("ad_id", ad), ("site_code", site), ("copies", number)):
            sheet.cell(row, column[name]).value = value
        row += 1
    return row


def decide(sheet: Worksheet, people: People) -> None:
    """Write what the team decides of each pair: who is the same person, who are two, which pair nobody could tell."""
    said = {frozenset(map(reference, (a, b))): verdict for a, b, verdict in people.decisions}
    column = {cell.value: cell.column for cell in sheet[1]}
    for row in range(FIRST_ROW, sheet.max_row + 1):
        keys = [sheet.cell(row, column[name]).value for name in ("first", "second")]
        if not all(keys):
            continue
        verdict = said.get(frozenset(str(key).split()[-1] for key in keys), "different")
        sheet.cell(row, column["decision"]).value = VERDICTS[verdict]
        sheet.cell(row, column["reason"]).value = REASONS[verdict]
        sheet.cell(row, column["initials"]).value = CODERS[0]
