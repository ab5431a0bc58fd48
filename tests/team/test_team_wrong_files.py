"""Each file of 99-2026 in turn keyed wrongly, given twice, cut in half, or under another role: told, and nothing counted.

The list of errors is the study's own (`replay`): where it blocks, no later step runs. A file whose rows are merely in
another order gives the same numbers.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from copies import Project, fresh
from openpyxl import load_workbook
from replay import Call, Estimated, of_project, recorded, replayed
from team_columns import ROLES
from team_play import STUDY

from diagnostic.study.config import opened

pytestmark = pytest.mark.slow  # checks of the whole study

Once = Callable[[str, Callable[[Path], Any]], Any]
QUESTIONNAIRE = "questionnaire"
CSVS = (
    "sites",
    "ad_counts",
    "ad_pages",
    "press",
    "interviews",
    "structures",
    "practices",
    "outreach",
    "restitutions",
    "contacts",
    "wave_counts",
    "wave_ads",
    "duplicates",
    "vignettes",
)
WORKBOOKS = {role: file for role, file in ROLES.items() if file}
PUBLIC = (*CSVS, *WORKBOOKS)
EXPORTS = (QUESTIONNAIRE, "interview_sheets", "situation_coding", "text_coding")
KEYS = (  # role, its sheet, the column there that names a row of another table
    ("situation_coding", 0, "record_id"),
    ("text_coding", 0, "record_id"),
    ("interview_sheets", 1, "interview_id"),
    ("coded_ads", 2, "site_code"),
    ("coded_ads", 3, "ad_id"),
    ("coded_ads", 3, "site_code"),
    ("partners", 1, "partner_code"),
    ("sites_history", 0, "site_code"),
    ("sites_history", 1, "site_code"),
    ("demand", 0, "site_code"),
    ("sites", 0, "site_code"),
    ("ad_counts", 0, "site_code"),
    ("ad_pages", 0, "site_code"),
    ("wave_counts", 0, "site_code"),
    ("wave_ads", 0, "site_code"),
    ("contacts", 0, "structure_code"),
    ("duplicates", 0, "first"),
    ("duplicates", 0, "second"),
    ("vignettes", 0, "situations"),
)
LETTERS = str.maketrans("CDEM", "WXYZ")  # sites that no register has


@pytest.fixture(scope="module")
def project(once: Once) -> Project:
    found: Project = once("team-files", lambda folder: fresh(folder / "projet", STUDY))
    return found


def content(project: Project, role: str) -> bytes:
    """What the study holds for a role."""
    if role in EXPORTS:
        return opened(project.root, STUDY, create=False).read_received(role)
    return place(project, role).read_bytes()


def place(project: Project, role: str) -> Path:
    return project.input(STUDY, WORKBOOKS.get(role, f"{role}.csv"))


# --- a file, changed -----------------------------------------------------------------------------------------------

Change = Callable[[list[list[Any]], int], list[list[Any]]]  # rows of a sheet, headings included, and its number


def rewritten(role: str, given: bytes, change: Change) -> bytes:
    """The file with the rows of each sheet changed below its headings."""
    if role in CSVS:
        rows = list(csv.reader(io.StringIO(given.decode(), newline="")))
        out = io.StringIO()
        csv.writer(out).writerows(change(rows, 0))
        return out.getvalue().encode()
    book = load_workbook(io.BytesIO(given))
    for number, sheet in enumerate(book.worksheets):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        sheet.delete_rows(1, sheet.max_row)
        for row in change(rows, number):
            sheet.append(row)
    out_bytes = io.BytesIO()
    book.save(out_bytes)
    return out_bytes.getvalue()


def body(role: str) -> int:
    """The first row below the headings."""
    return 2 if role in (*ROLES, QUESTIONNAIRE) else 1


def sorted_otherwise(role: str, given: bytes) -> bytes:
    at = body(role)
    return rewritten(role, given, lambda rows, _: [*rows[:at], *rows[at:][::-1]])


def twice(role: str, given: bytes) -> bytes:
    at = body(role)
    return rewritten(role, given, lambda rows, _: [*rows, *rows[at:]])


def half(role: str, given: bytes) -> bytes:
    return given[: len(given) // 2]


def wrongly_keyed(role: str, number: int, name: str, given: bytes) -> bytes:
    """Keys that name nothing, each still another's: only the join can tell."""

    def wrong(key: object) -> str:
        return str(key).translate(LETTERS) if name == "site_code" else f"X{key}"

    def change(rows: list[list[Any]], sheet: int) -> list[list[Any]]:
        if sheet != number:
            return rows
        at = rows[0].index(name)
        return [*rows[: body(role)], *([*row[:at], wrong(row[at]), *row[at + 1 :]] for row in rows[body(role) :])]

    return rewritten(role, given, change)


# --- what the study says of it ---------------------------------------------------------------------------------------


def blocking(project: Project, changed: dict[str, bytes], sealed: bool = True) -> pd.DataFrame:
    """What stops the study (`told`)."""
    problems = told(project, changed, sealed)
    return problems[problems["severity"] == "bloquant"]


def told(project: Project, changed: dict[str, bytes], sealed: bool = True) -> pd.DataFrame:
    """What is told where these roles hold these bytes, received as they are and, where they are `sealed`, accepted by the
    team."""
    call = next(one for one in recorded(project.root, STUDY) if one.rule == "collect_check")
    digests = {
        role: f"sha256:{hashlib.sha256(data).hexdigest()}"
        for role, data in changed.items()
        if sealed and role in PUBLIC
    }
    params = call.params | {"recorded": call.params["recorded"] | digests}
    before = replayed(needed(project, call), project.root)
    before |= {call.inputs[role]: data for role, data in changed.items() if role in PUBLIC}
    made = replayed(
        [Call(call.function, call.rule, call.inputs, call.outputs, params)],
        project.root,
        before,
        rewrite=lambda role, data: changed.get(role, data),
    )
    return pd.read_csv(io.BytesIO(made[call.outputs["errors"]]), dtype=str, keep_default_na=False)


def at_once(project: Project, changed: dict[str, bytes], sealed: bool = True) -> set[str]:
    """The files that stop the study where all of these are wrong at once, in as few checks as show each by itself: what is
    said of one does not wait for another."""
    return set(blocking(project, changed, sealed)["file"])


def named(role: str) -> str:
    """How the list of errors calls the file of a role."""
    return role if role in EXPORTS else WORKBOOKS.get(role, f"{role}.csv")


def needed(project: Project, call: Call) -> list[Call]:
    """The calls that make what the check reads: the territories."""
    made = set(call.inputs.values())
    return [one for one in recorded(project.root, STUDY) if made & set(one.outputs.values()) and one is not call]


def test_the_files_as_they_are_block_nothing(project: Project) -> None:
    assert blocking(project, {}).empty


@pytest.mark.parametrize("at", range(3))
def test_keyed_wrongly(project: Project, at: int) -> None:
    """Of every file its first key, then its second, then its third; alone, the register, which the others are joined to, and
    the file that is joined to another of these as well."""
    keys = [own[at] for role in dict.fromkeys(role for role, *_ in KEYS) if len(own := of_role(role)) > at]
    wrong = {role: wrongly_keyed(role, number, name, content(project, role)) for role, number, name in keys}
    alone = [{role: wrong.pop(role)} for role in ("sites", "wave_ads") if role in wrong]
    found = at_once(project, wrong)
    assert [role for role in wrong if named(role) not in found] == []
    assert all(len(blocking(project, one)) for one in alone)


def of_role(role: str) -> list[tuple[str, int, str]]:
    return [key for key in KEYS if key[0] == role]


def test_two_responses_of_one_number(project: Project) -> None:
    """The one key that a form has: were it another's, the situations would be another's too."""

    def change(rows: list[list[Any]], sheet: int) -> list[list[Any]]:
        return [*rows[:2], [rows[1][0], *rows[2][1:]], *rows[3:]]

    given = rewritten(QUESTIONNAIRE, content(project, QUESTIONNAIRE), change)
    assert len(blocking(project, {QUESTIONNAIRE: given})) >= 1


def test_given_twice(project: Project) -> None:
    roles = [role for role in (*PUBLIC, *EXPORTS) if role != "duplicates"]
    found = at_once(project, {role: twice(role, content(project, role)) for role in roles})
    assert [role for role in roles if named(role) not in found] == []


def test_decisions_given_twice(project: Project, tmp_path: Path) -> None:
    """A later decision on a pair replaces the earlier one: told, and every fact is the same, but for the cells that it names
    and what is told of the rows received."""
    given = content(project, "duplicates")
    problems = told(project, {"duplicates": twice("duplicates", given)})
    mine = problems[
        problems["file"].eq("duplicates.csv") & problems["message"].str.startswith("Cette paire est décidée")
    ]
    assert set(mine["severity"]) == {"avertissement"} and problems["severity"].ne("bloquant").all()
    assert len(mine) >= 30  # of one kind the rest is told in one line
    other = project.copy(tmp_path / "projet")
    place(other, "duplicates").write_bytes(twice("duplicates", given))
    assert other.diagnostic("sceller", STUDY).code == 0
    found = [of_project(one.root, STUDY).facts.drop(columns=["cells"]).sort_index() for one in (project, other)]
    same, again = (facts[~facts.index.str.startswith("quality.")] for facts in found)
    pd.testing.assert_frame_equal(same, again)
    rows = [facts["value"]["quality.rows.duplicates"] for facts in found]
    aside = [facts["value"]["quality.outcome.set_aside"] for facts in found]
    assert rows[1] == 2 * rows[0] and aside[1] - aside[0] == rows[0]


def test_cut_in_half(project: Project) -> None:
    """Files of which a half was lost after they were accepted."""
    roles = (*PUBLIC, *EXPORTS)
    found = at_once(project, {role: half(role, content(project, role)) for role in roles}, sealed=False)
    assert [role for role in roles if named(role) not in found] == []


def test_under_another_role(project: Project) -> None:
    """Each role given the file of the role after it, among those that come by the same door."""
    wrong = {
        role: content(project, other)
        for door in (PUBLIC, EXPORTS)
        for role, other in zip(door, (*door[1:], door[0]), strict=True)
    }
    found = at_once(project, wrong)
    hidden = [role for role in wrong if named(role) not in found]
    assert hidden in ([], ["situation_coding"])  # told by what it is joined to, which is wrong as well
    assert all(len(blocking(project, {role: wrong[role]})) for role in hidden)


def test_sorted_otherwise(project: Project, tmp_path: Path) -> None:
    """All files at once in another order: every fact is the same, but for the cells that it names, and for what is planned,
    where equal remainders go by the order of the register (rule `plus_forts_restes`)."""

    def numbers(found: Estimated) -> pd.DataFrame:
        facts = found.facts[~found.facts.index.str.startswith(("ads.allocation", "ads.planned_margin"))]
        return facts.drop(columns=["cells"]).sort_index()

    same = of_project(project.root, STUDY)
    other = project.copy(tmp_path / "projet")
    for role in PUBLIC:
        file = place(other, role)
        file.write_bytes(sorted_otherwise(role, file.read_bytes()))
    assert other.diagnostic("sceller", STUDY).code == 0
    found = of_project(other.root, STUDY, rewrite=lambda role, data: sorted_otherwise(role, data))
    pd.testing.assert_frame_equal(numbers(same), numbers(found))
