"""Every kind of key that a team writes: keyed wrongly, given twice, cut or sorted otherwise, it is told or changes nothing."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pandas as pd
import pytest
from handmade import BOOK, CODEBOOK

from diagnostic.collect.steps import check, collect
from diagnostic.collect.tables import Duplicates
from diagnostic.consolidate import questionnaire
from diagnostic.consolidate.gathered import coded, gather
from diagnostic.core.tables import columns
from diagnostic.trial.answers import Row, generate
from diagnostic.trial.exports import google_csv
from diagnostic.trial.exports.template import filled

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


def study() -> Study:
    """Every file that names rows of another, as a team keys them."""
    answers = generate(CODEBOOK, seed=1, responses=16, collective=3)
    told = answers["situations"][:6]
    ad = {"coder": "AB", "site_code": "E01", "coded_on": "2026-01-05", "relevant": "yes", "copies_searched": "yes"}
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
            "ads": [ad | {"ad_id": f"E01-{name}", "copies_total": 2} for name in ("AAAA", "BBBB")],
            "ad_copies": [
                {"ad_id": f"E01-{name}", "site_code": site, "copies": 1}
                for name, site in (("AAAA", "E01"), ("AAAA", "E02"), ("BBBB", "E02"))
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
    writer = csv.DictWriter(out, columns(Duplicates)[1:], restval="", lineterminator="\n")
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


@cache
def unchanged() -> list[pd.DataFrame]:
    return counted(tables(**inputs(study())))


def edited(role: str, change: Callable[[Rows], Rows]) -> Study:
    given, table = study(), KINDS[role][0]
    given[role][table] = change(given[role][table])
    return given


def test_files_keyed_as_they_should_be_are_accepted_and_all_joined() -> None:
    given = inputs(study())
    assert errors(**given) == []
    found = tables(**given)
    assert found["situation_coding"]["situation"].tolist()[-2:] == ["E01/1", "E01/2"]
    described = unchanged()[0]
    assert described["vulnerability/isolation"].eq("ticked").sum() == KINDS["situation_coding"][2]
    assert unchanged()[1]["status"].isin(["same", "different"]).sum() == 2


@pytest.mark.parametrize("role", KINDS)
def test_a_file_keyed_wrongly_is_told_at_each_cell_and_joins_nothing(role: str) -> None:
    _, key, size = KINDS[role]
    told = errors(**inputs(edited(role, lambda rows: [row | {key: f"ZZ{row[key]}"[:12]} for row in rows])))
    own = [row for row in told if row["file"] == role]
    whole = [row["message"].replace("\xa0", " ") for row in own if not row["row"]]
    assert any(f"0 lignes sur {size} rattachées" in message for message in whole), whole
    cells = {(row["row"], row["column"]) for row in own if row["row"]}
    assert len({row for row, _ in cells}) == size and len({column for _, column in cells}) == 1
    assert all(row["value"] in ("", "(masquée)") for row in own)


@pytest.mark.parametrize("role", KINDS)
def test_one_key_that_names_nothing_is_told_alone(role: str) -> None:
    _, key, size = KINDS[role]
    told = errors(**inputs(edited(role, lambda rows: [*rows[:-1], rows[-1] | {key: "ZZ9"}])))
    own = [row for row in told if row["file"] == role]
    assert sorted(bool(row["row"]) for row in own) == [False, True]
    assert f"sur {size} rattachées" in own[0]["message"] and own[0]["message"].startswith(str(size - 1))


@pytest.mark.parametrize("role", KINDS)
def test_a_file_sorted_otherwise_gives_the_same_numbers(role: str) -> None:
    given = inputs(edited(role, lambda rows: rows[::-1]))
    assert errors(**given) == []
    for one, other in zip(counted(tables(**given)), unchanged(), strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


@pytest.mark.parametrize("role", KINDS)
def test_a_file_given_twice_is_told_or_gives_the_same_numbers(role: str) -> None:
    given = inputs(edited(role, lambda rows: [*rows, *rows]))
    size = KINDS[role][2]
    told = [row for row in errors(**given) if row["file"] == role]
    if role == "duplicates":  # the last decision on a pair holds
        assert told == []
        for one, other in zip(counted(tables(**given)), unchanged(), strict=True):
            pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    else:
        assert len({row["row"] for row in told if row["row"]}) == size


@pytest.mark.parametrize("role", KINDS)
def test_a_file_cut_in_half_is_told(role: str) -> None:
    given = inputs(study())
    part = given["received"] if role in VAULT else given["contents"]
    part[role] = part[role][: len(part[role]) // 2]
    told = errors(**given)
    assert {row["file"] for row in told} >= {role}


@pytest.mark.parametrize(
    ("role", "table", "hit"),
    [
        ("questionnaire", "situations", {"situation_coding", "duplicates"}),
        ("interview_sheets", "interview_records", {"interview_sheets"}),
        ("partners", "partners", {"partners"}),
        ("coded_ads", "ads", {"coded_ads"}),
    ],
)
def test_what_names_rows_that_were_cut_away_is_told(role: str, table: str, hit: set[str]) -> None:
    given = study()
    given[role][table] = given[role][table][:1]
    told = errors(**inputs(given))
    assert {row["file"] for row in told if row["row"]} == hit


def test_a_situation_makes_no_pair_with_itself() -> None:
    given = edited("duplicates", lambda rows: [rows[0] | {"second": rows[0]["first"]}])
    assert [(row["file"], row["row"], row["column"]) for row in errors(**inputs(given))] == [("duplicates", "2", "B")]


def test_a_number_is_not_taken_for_an_interview_nor_an_interview_for_a_number() -> None:
    swapped = edited("situation_coding", lambda rows: [rows[0] | {"record_kind": "interview"}, *rows[1:]])
    assert len(errors(**inputs(swapped))) == 2  # how many are joined, and the cell


def test_the_time_of_a_form_names_its_answer_and_the_pseudonym_that_lists_show_too() -> None:
    """Google Forms gives no number: the coder writes the time, as the export shows it."""
    given = study()
    answers = {name: given["questionnaire"][name] for name in ("responses", "situations")}
    export = google_csv.export(CODEBOOK, answers)
    lines = list(csv.reader(io.StringIO(export.decode())))[1:]
    times = {row["response_id"]: line[0] for row, line in zip(answers["responses"], lines, strict=True)}
    coding = given["situation_coding"]["situation_coding"][:6]
    own = {row["record_id"]: pseudonyms("response", [f"{times[row['record_id']]} 1"])[0] for row in coding}
    rows = [row | {"record_id": (times if at % 2 else own)[row["record_id"]]} for at, row in enumerate(coding)]
    found = {
        "questionnaire": export,
        "situation_coding": filled(CODEBOOK, "codage", {"situation_coding": rows}),
    }
    assert errors(found, {}, questionnaire="google_csv") == []


def test_codes_are_joined_by_key_whatever_the_order_and_the_first_coder_counts() -> None:
    situations = pd.DataFrame({"situation": ["a/1", "b/1"]})
    coding = pd.DataFrame(
        {
            "situation": ["b/1", "b/1"],
            "coder.code": ["CD", "AB"],
            "vulnerability/debt": ["not_ticked", "ticked"],
        }
    )
    assert coded(situations, coding)["vulnerability/debt"].tolist() == ["not_asked", "ticked"]
