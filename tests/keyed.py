"""A small study with every file that names rows of another, as a team keys them, and what the check says of it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd
from handmade import BOOK, CODEBOOK

from diagnostic.collect.steps import check, collect
from diagnostic.consolidate import questionnaire
from diagnostic.consolidate.gathered import gather
from diagnostic.core.tables import columns
from diagnostic.trial.answers import Row, generate
from diagnostic.trial.exports import filled

Rows = list[Row]
Study = dict[str, dict[str, Rows]]
WORKBOOK = {
    "questionnaire": "questionnaire",
    "interview_sheets": "entretiens",
    "situation_coding": "codage",
    "partners": "partenaires",
    "coded_ads": "annonces",
}
VAULT = ("questionnaire", "interview_sheets", "situation_coding")
SITES = (
    b"site_code,category,mirror_group,status,under_mirror_label,remarks\nE01,escorting,,open,,\nE02,escorting,,open,,\n"
)
KINDS = {  # role → table that names rows of another, the column that does, how many of its rows are there
    "situation_coding": ("situation_coding", "record_id", 8),
    "interview_sheets": ("interview_situations", "interview_id", 3),
    "partners": ("reminders", "partner_code", 3),
    "coded_ads": ("ad_copies", "ad_id", 3),
    "duplicates": ("duplicates", "first", 2),
}


def pseudonyms(kind: str, values: Iterable[str]) -> list[str]:
    return [f"R-{hashlib.sha256(f'{kind} {value}'.encode()).hexdigest()[:10]}" for value in values]


def named(situation: Row) -> str:
    """The key of a situation as the team's lists show it."""
    return f"{pseudonyms('response', [str(situation['response_id'])])[0]}/{situation['situation_number']}"


@cache
def _answers() -> Mapping[str, Rows]:
    return generate(CODEBOOK, seed=1, responses=16, collective=3)


def study() -> Study:
    """Every file that names rows of another, as a team keys them; rows are shared by all: others stand in their place."""
    answers = _answers()
    told = answers["situations"][:6]
    ad = {
        "coder": "AB",
        "site_code": "E01",
        "coded_on": "2026-01-05",
        "disposition": "relevant",
        "copies_searched": "yes",
    }
    coding: Rows = [
        {"record_kind": "response", "record_id": row["response_id"], "situation_number": row["situation_number"]}
        for row in told
    ]
    coding += [{"record_kind": "interview", "record_id": "E01", "situation_number": n} for n in (1, 2)]
    return {
        "questionnaire": {"responses": answers["responses"], "situations": answers["situations"]},
        "interview_sheets": {
            "interview_records": [
                {"interview_id": name, "date": "2026-02-03", "structure": "Service fictif", "mode": "in_person"}
                for name in ("E01", "E02")
            ],
            "interview_situations": [
                {"interview_id": name, "situation_number": n, "situation_origin": "interview", "gender": ("women",)}
                for name, n in (("E01", 1), ("E01", 2), ("E02", 1))
            ],
        },
        "situation_coding": {
            "situation_coding": [row | {"coder": "AB", "vulnerability": ("isolation",)} for row in coding]
        },
        "partners": {
            "partners": [{"partner_code": f"P{n}", "wave": "first"} for n in (1, 2)],
            "reminders": [
                {"partner_code": code, "reminded_on": day}
                for code, day in (("P1", "2026-01-05"), ("P1", "2026-02-05"), ("P2", "2026-01-05"))
            ],
        },
        "coded_ads": {
            "ads": [ad | {"ad_id": f"E01-{name}", "copies_total": 2} for name in ("AAAAAAAA", "BBBBBBBB")],
            "ad_copies": [
                {"ad_id": f"E01-{name}", "site_code": site, "copies": 1}
                for name, site in (("AAAAAAAA", "E01"), ("AAAAAAAA", "E02"), ("BBBBBBBB", "E02"))
            ],
        },
        "duplicates": {
            "duplicates": [
                {"first": named(told[0]), "second": named(told[3]), "decision": "same"},
                {"first": "E01/1", "second": named(told[1]), "decision": "different"},
            ]
        },
    }


def content(role: str, tables: dict[str, Rows]) -> bytes:
    if role in WORKBOOK:
        return filled(CODEBOOK, WORKBOOK[role], tables)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns("collect/duplicates")[1:], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(tables[role])
    return out.getvalue().encode()


@cache
def files() -> dict[str, bytes]:
    return {role: content(role, tables) for role, tables in study().items()}


def inputs(given: Study) -> dict[str, Any]:
    """What the check receives of a study."""
    own = study()
    contents = {role: files()[role] if own[role] == given[role] else content(role, given[role]) for role in given}
    contents["sites"] = SITES
    received = {role: contents.pop(role) for role in VAULT}
    return {"received": received, "contents": contents}


def errors(received: dict[str, bytes], contents: dict[str, bytes], **formats: str) -> list[dict[str, str]]:
    """The blocking lines of the study's error list."""
    told = check(
        "99-2026",
        {role: role for role in contents},
        {role: f"sha256:{hashlib.sha256(content).hexdigest()}" for role, content in contents.items()},
        "2026-09-15",
        {},
        exports={role: formats.get(role, "template") for role in received},
        received=received,
        pseudonyms=pseudonyms,
        **contents,
        **BOOK,
    )["errors"]
    return [row for row in csv.DictReader(io.StringIO(told.lstrip("\ufeff"))) if row["severity"] == "bloquant"]


def tables(received: dict[str, bytes], contents: dict[str, bytes]) -> dict[str, pd.DataFrame]:
    files = {role: role for role in contents}
    found = collect(files, {}, dict.fromkeys(received, "template"), received, pseudonyms, **contents, **BOOK)
    found["places"] = found["places"].assign(origin="observed")
    return {name: frame for name, frame in found.items() if isinstance(frame, pd.DataFrame)}


def counted(found: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """What the keys join: codes of situations, pairs, persons; reminders by structure, copies by ad."""
    forms = questionnaire.consolidate(found["responses"], found["situations"], found["received_rows"])
    made = gather(
        forms["respondents"],
        forms["cases"],
        found["interview_records"],
        found["interview_situations"],
        found["situation_coding"],
        found["duplicates"],
        CODEBOOK,
    )
    own = [name for name in made["described"] if name.startswith(("vulnerability/", "persons"))]
    return [
        made["described"].set_index("situation")[own].sort_index(),
        made["pairs"][["first", "second", "status"]].map(str),
        made["persons"].groupby("group").size().sort_index(),
        found["reminders"].groupby("partner_code.code").size(),
        found["ad_copies"].groupby("ad_id.code")["copies.number"].sum(),
    ]
