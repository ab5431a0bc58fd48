"""Where whole studies stand: every number counted again from the files that a team gave."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from pathlib import Path

import openpyxl
import own
import pytest
from copies import Finished, Project

from diagnostic.study import calendar
from diagnostic.study.follow import Line, lines


def sheet(path: Path, title: str) -> list[dict[str, object]]:
    """The rows of a sheet of the project's workbooks, by the names of its columns."""
    names, _, *rows = openpyxl.load_workbook(path, read_only=True)[title].iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows if any(row)]


def of(found: list[Line], part: str) -> list[Line]:
    return [line for line in found if line.part.startswith(part)]


def numbered(found: list[Line], part: str, unit: str) -> dict[str, float | None]:
    return {line.what: line.number for line in of(found, part) if line.unit == unit}


def reminders(resources: Path, today: dt.date) -> dict[str, Counter[str]]:
    """State → codes, counted from the workbook of partners: two weeks after the contact, then four, two weeks apart."""
    days: dict[str, list[dt.date]] = {}
    for row in sheet(resources, "Relances"):
        days.setdefault(str(row["partner_code"]), []).append(dt.date.fromisoformat(str(row["reminded_on"])[:10]))
    due: dict[str, Counter[str]] = {}
    for row in sheet(resources, "Partenaires"):
        if row["outcome"] in ("silent", "dk", None, "Sans réponse", "Ne sait pas"):
            code, made = str(row["partner_code"]), sorted(days.get(str(row["partner_code"]), []))
            first = dt.date.fromisoformat(str(row["contacted_on"])[:10])
            next_ = [first + dt.timedelta(14), max([first + dt.timedelta(28), *(d + dt.timedelta(14) for d in made)])]
            state = "faites" if len(made) > 1 else "due" if next_[len(made)] <= today else "à venir"
            due.setdefault(state, Counter())[code] += 1
    return due


def test_a_small_study_is_told_as_its_workbooks_have_it(finished: Finished) -> None:
    root = finished.project.root
    partners = root / f"resources/studies/{own.SMALL}/partenaires.xlsx"
    for today in (dt.date(2025, 10, 30), dt.date(2026, 7, 1)):
        found = lines(root, own.SMALL, today)
        told = {(line.state, line.what) for line in of(found, "Les relances") if line.unit == "relance faite"}
        assert told == {(state, code) for state, codes in reminders(partners, today).items() for code in codes}
    contacted = numbered(found, "Les réponses", "structure contactée")
    assert contacted["En tout"] == len(sheet(partners, "Partenaires"))
    assert all(
        "structures contactées" in line.told or "structure contactée" in line.told
        for line in of(found, "Les réponses")
        if line.told
    )
    places = sheet(root / f"resources/studies/{own.SMALL}/annonces.xlsx", "Annonces")
    coded = {row["ad_id"] for row in places}
    text = "\n".join(line.told for line in of(found, "Le codage"))
    assert f"Places tirées : {len(coded)}, tout est codé." in text


@pytest.mark.slow
def test_the_complete_study_is_told_as_a_team_s_files_have_it(complete: Project) -> None:
    root, study, today = complete.root, own.FULL, dt.date(2026, 7, 1)
    resources = root / "resources/studies" / study
    found = lines(root, study, today)
    # answers: the moment that the form gives, week by week
    rows = list(
        openpyxl.load_workbook(resources / "received/questionnaire.xlsx").worksheets[0].iter_rows(values_only=True)
    )
    at = rows[0].index("Heure de fin")
    weeks = Counter(row[at].date() - dt.timedelta(row[at].weekday()) for row in rows[1:] if row[at])
    assert {line.day: line.number for line in of(found, "Les réponses") if line.what == "par semaine"} == weeks
    assert sum(weeks.values()) == numbered(found, "Les réponses", "réponse")["En tout"] == len(rows) - 1
    partners = sheet(resources / "partners.xlsx", "Partenaires")
    fields = Counter(str(row["activity_field"]) for row in partners)
    told = numbered(found, "Les réponses", "structure contactée")
    assert told["Santé"] == fields["healt"] and told["Justice"] == fields["just"] and told["En tout"] == len(partners)
    # the team declares that its form is closed: nobody is reminded any more
    assert [line.what for line in of(found, "Les relances")] == ["close"]
    # coding, by the workbooks that were given
    situations = {
        (row["record_kind"], row["record_id"], row["situation_number"])
        for row in sheet(resources / "received/situation_coding.xlsx", "Codage des situations")
    }
    text = "\n".join(line.told for line in found)
    assert f"Situations : {len(situations)}, tout est codé." in text
    with (resources / "duplicates.csv").open(encoding="utf-8-sig", newline="") as file:
        pairs = list(csv.DictReader(file))
    assert f"Paires à regarder : {len(pairs)}, tout est tranché." in text
    assert {row["initials"] for row in pairs} == {next(line.who for line in found if line.what == "pairs")}
    done = {line.what: line.state for line in of(found, "Mois ")}
    assert done.pop("issued") == calendar.LATE and done.pop("findings") == calendar.LATE
    assert {key for key, state in done.items() if state == calendar.NONE} == {"agreement", "copies_erased"}
    assert {state for key, state in done.items()} == {calendar.DONE, calendar.NONE}


@pytest.mark.slow
def test_no_name_no_answer_no_coder_s_amount(complete: Project) -> None:
    """Nothing of what was written, of whom, or of how much one person did, on the terminal or in the CSV."""
    root, study = complete.root, own.FULL
    found = lines(root, study, dt.date(2026, 7, 1))
    text = "\n".join(
        " ".join(map(str, (line.part, line.what, line.told, line.unit, line.who, line.state))) for line in found
    )
    received = root / f"resources/studies/{study}/received"
    rows = list(openpyxl.load_workbook(received / "questionnaire.xlsx").worksheets[0].iter_rows(values_only=True))
    written = {str(value) for row in rows[1:] for value in row if isinstance(value, str) and len(value) > 24}
    names = {str(row[rows[0].index("Votre structure")]) for row in rows[1:]}
    assert len(written) > 20 and len(names) > 20
    assert [value for value in {*written, *names} if value in text] == []
    coders = sheet(received / "situation_coding.xlsx", "Codage des situations")
    amounts = Counter(str(row["coder"]) for row in coders)
    assert len(amounts) > 1
    for coder, amount in amounts.items():
        assert not re.search(rf"\b{coder}\b\D{{0,20}}\b{amount}\b|\b{amount}\b\D{{0,20}}\b{coder}\b", text)
    assert not [line for line in found if line.who and line.number is not None]
    respondents = {str(row[0]) for row in rows[1:]}
    words = set(re.findall(r"[\w-]+", "\n".join(line.told for line in of(found, "Les relances"))))
    assert not respondents & words


@pytest.mark.slow
def test_what_is_newer_than_the_calculation_is_told_and_an_open_pair_leaves_the_total_open(
    complete: Project, tmp_path: Path
) -> None:
    project, study = complete.copy(tmp_path / "projet"), own.FULL
    path = project.path(f"resources/studies/{study}/duplicates.csv")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    at, decision = rows[0].index("decision"), ("same", "different")
    kept = [rows[0], *[row for row in rows[1:] if row[at] in decision][3:]]
    path.write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in kept), "utf-8")
    assert project.diagnostic("sceller", study).code == 0
    said = project.diagnostic("suivre", study)
    assert said.code == 0 and "Plus récent que le calcul, et pas encore compté" in said.output, said.output
    assert "duplicates" in said.output and "tout est tranché" in said.output
    done = project.snakemake()
    assert done.code == 0, done.output
    after = project.diagnostic("suivre", study).output
    assert "3 paires restent à trancher" in after and "Plus récent" not in after, after
    open_, least, most = (
        int(re.sub(r"\D", "", one))
        for one in re.search(r"(\d+) paires restent à trancher.*entre (\S+) et (\S+) personnes", after).groups()
    )  # type: ignore[union-attr]
    assert open_ == 3 and least <= most
