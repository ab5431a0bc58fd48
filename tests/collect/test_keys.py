"""Every kind of key that a team writes: keyed wrongly, given twice, cut or sorted otherwise, it is told or changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import cache

import exported
import pandas as pd
import pytest
from drawn import always
from handmade import CODEBOOK
from keyed import KINDS, VAULT, Rows, Study, counted, errors, inputs, named, pseudonyms, study, tables

from diagnostic.collect.keys import check, resolver
from diagnostic.consolidate.gathered import coded
from diagnostic.core.tables import model
from diagnostic.trial.exports import filled


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


@pytest.mark.parametrize("role", always(1, KINDS))
def test_a_file_keyed_wrongly_is_told_at_each_cell_and_joins_nothing(role: str) -> None:
    _, key, size = KINDS[role]
    told = errors(**inputs(edited(role, lambda rows: [row | {key: f"ZZ{row[key]}"[:12]} for row in rows])))
    own = [row for row in told if row["file"] == role]
    whole = [row["message"].replace("\xa0", " ") for row in own if not row["row"]]
    assert any(f"0 lignes sur {size} rattachées" in message for message in whole), whole
    cells = {(row["row"], row["column"]) for row in own if row["row"]}
    assert len({row for row, _ in cells}) == size and len({column for _, column in cells}) == 1
    assert all(row["value"] in ("", "(masquée)") for row in own)


@pytest.mark.parametrize("role", always(0, KINDS))
def test_one_key_that_names_nothing_is_told_alone(role: str) -> None:
    _, key, size = KINDS[role]
    told = errors(**inputs(edited(role, lambda rows: [*rows[:-1], rows[-1] | {key: "ZZ9"}])))
    own = [row for row in told if row["file"] == role]
    assert sorted(bool(row["row"]) for row in own) == [False, True]
    assert f"sur {size} rattachées" in own[0]["message"] and own[0]["message"].startswith(str(size - 1))


@pytest.mark.parametrize("role", always(0, KINDS))
def test_a_file_sorted_otherwise_gives_the_same_numbers(role: str) -> None:
    given = inputs(edited(role, lambda rows: rows[::-1]))
    assert errors(**given) == []
    for one, other in zip(counted(tables(**given)), unchanged(), strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


@pytest.mark.parametrize("role", always(1, KINDS))
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


@pytest.mark.parametrize("role", always(1, KINDS))
def test_a_file_cut_in_half_is_told(role: str) -> None:
    given = inputs(study())
    part = given["received"] if role in VAULT else given["contents"]
    part[role] = part[role][: len(part[role]) // 2]
    told = errors(**given)
    assert {row["file"] for row in told} >= {role}


@pytest.mark.parametrize(
    ("role", "table", "hit"),
    always(
        1,
        [
            ("questionnaire", "situations", {"situation_coding", "duplicates"}),
            ("coded_ads", "ads", {"coded_ads"}),
            ("interview_sheets", "interview_records", {"interview_sheets"}),
            ("partners", "partners", {"partners"}),
        ],
    ),
)
def test_what_names_rows_that_were_cut_away_is_told(role: str, table: str, hit: set[str]) -> None:
    given = study()
    given[role][table] = given[role][table][:1]
    told = errors(**inputs(given))
    assert {row["file"] for row in told if row["row"]} == hit


@pytest.mark.slow
def test_a_situation_makes_no_pair_with_itself() -> None:
    given = edited("duplicates", lambda rows: [rows[0] | {"second": rows[0]["first"]}])
    assert [(row["file"], row["row"], row["column"]) for row in errors(**inputs(given))] == [("duplicates", "2", "B")]


def test_a_decision_that_a_later_one_replaces_is_told_whichever_situation_comes_first() -> None:
    rows = [(2, "R1/1", "R2/1"), (3, "R1/1", "R2/2"), (4, "R2/1", "R1/1")]
    pairs = pd.DataFrame(rows, columns=["row", "first", "second"])
    met = pd.DataFrame({"response_id": ["R1", "R2", "R2"], "situation_number": ["1", "1", "2"]})
    problems = check({"duplicates": pairs, "situations": met}, model("collect/places").empty(), {})
    assert [(one.severity, one.row) for one in problems] == [("avertissement", 2)]


@pytest.mark.slow
def test_decisions_name_situations_by_the_numbers_that_the_team_has() -> None:
    """The form's number, or the interview's, then the situation's: the same decisions as under the study's own keys."""
    shown = {
        named(row): f"{row['response_id']}/{row['situation_number']}" for row in study()["questionnaire"]["situations"]
    }
    own = inputs(
        edited(
            "duplicates",
            lambda rows: [
                row | {end: shown.get(str(row[end]), row[end]) for end in ("first", "second")} for row in rows
            ],
        )
    )
    assert own["contents"]["duplicates"] != inputs(study())["contents"]["duplicates"]
    assert errors(**own) == []
    for one, other in zip(counted(tables(**own)), unchanged(), strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_a_number_that_a_response_and_an_interview_share_is_told_unless_the_key_says_which() -> None:
    def read(*keys: str) -> list[str]:
        tables = {
            "situations": pd.DataFrame({"response_id": ["R-A", "R-B"], "situation_number": [1, 2]}),
            "interview_situations": pd.DataFrame({"interview_id.code": ["12"], "situation_number.number": [1]}),
        }
        own = resolver(tables, {"12": "R-A", "2026-03-01 09:12:00": "R-B", "01/03/2026 10:00:00": "R-B"})
        return [own(key) for key in keys]

    assert read("12/1", "12/2", "13/1", "12") == ["12/1", "12/2", "13/1", "12"]  # none of these is one situation
    assert read("réponse 12/1", "Entretien 12/01", "R-B/2") == ["R-A/1", "12/1", "R-B/2"]
    assert read("2026-03-01 09:12:00/2", "01/03/2026 10:00:00 / 2") == ["R-B/2", "R-B/2"]


@pytest.mark.slow
def test_the_cell_of_a_key_is_that_of_the_file_whatever_the_order_of_its_columns() -> None:
    given = inputs(edited("duplicates", lambda rows: [rows[0] | {"second": rows[0]["first"]}]))
    content = list(csv.reader(io.StringIO(given["contents"]["duplicates"].decode())))
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in content)
    given["contents"]["duplicates"] = out.getvalue().encode()
    places = [(row["file"], row["row"], row["column"]) for row in errors(**given)]
    assert places == [("duplicates", "2", "ABCDE"[content[0][::-1].index("second")])]


@pytest.mark.slow
def test_a_number_is_not_taken_for_an_interview_nor_an_interview_for_a_number() -> None:
    swapped = edited("situation_coding", lambda rows: [rows[0] | {"record_kind": "interview"}, *rows[1:]])
    assert len(errors(**inputs(swapped))) == 2  # how many are joined, and the cell


def test_the_time_of_a_form_names_its_answer_and_the_pseudonym_that_lists_show_too() -> None:
    """Google Forms gives no number: the coder writes the time, as the export shows it."""
    given = study()
    answers = {name: given["questionnaire"][name] for name in ("responses", "situations")}
    export = exported.csv_export(CODEBOOK, answers)
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
            "sheet": [3, 3],
            "row": [4, 9],
        }
    )
    found = coded(situations, coding)
    assert found["vulnerability/debt"].tolist() == ["not_asked", "ticked"]
    assert found["coding_row"].isna().tolist() == [True, False] and found["coding_row"].iloc[1] == 9
