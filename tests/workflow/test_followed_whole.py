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


@pytest.mark.slow
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
        openpyxl.load_workbook(resources / "received/questionnaire_original.xlsx")
        .worksheets[0]
        .iter_rows(values_only=True)
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
    assert done.pop("findings") == calendar.LATE
    assert {key for key, state in done.items() if state == calendar.NONE} == {"agreement", "copies_erased", "issued"}
    assert set(done.values()) == {calendar.DONE, calendar.NONE}


@pytest.mark.slow
def test_no_name_no_answer_no_coder_s_amount(complete: Project) -> None:
    """Nothing of what was written, of whom, or of how much one person did, on the terminal or in the CSV."""
    root, study = complete.root, own.FULL
    found = lines(root, study, dt.date(2026, 7, 1))
    text = "\n".join(
        " ".join(map(str, (line.part, line.what, line.told, line.unit, line.who, line.state))) for line in found
    )
    received = root / f"resources/studies/{study}/received"
    rows = list(
        openpyxl.load_workbook(received / "questionnaire_original.xlsx").worksheets[0].iter_rows(values_only=True)
    )
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


LEFT, OPEN = 10, 3  # situations whose coding is taken away, pairs whose decision is


@pytest.mark.slow
def test_a_study_that_is_half_coded_and_newer_than_its_calculation(complete: Project, tmp_path: Path) -> None:
    project, study = complete.copy(tmp_path / "projet"), own.FULL
    path = project.path(f"resources/studies/{study}/duplicates.csv")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    path.write_text(
        "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [rows[0], *rows[1 + OPEN :]]), "utf-8"
    )
    assert project.diagnostic("sceller", study).code == 0
    book = openpyxl.load_workbook(project.path(f"vault/{study}/received/situation_coding.xlsx"))
    coding = book["Codage des situations"]
    coding.delete_rows(coding.max_row - LEFT + 1, LEFT)
    names = [cell.value for cell in coding[1]]
    again = [cell.value for cell in coding[3]]  # the first situation, coded by another person who sees all otherwise
    again[names.index("coder")] = "ZZ"
    again[names.index("vulnerability")] = "poverty"
    coding.append(again)
    given = tmp_path / "codage.xlsx"
    book.save(given)
    done = project.diagnostic("recevoir", study, "situation_coding", str(given), "--remplacer")
    assert done.code == 0, done.output
    before = project.diagnostic("suivre", study)
    assert before.code == 0 and "pas encore compté : Codage des situations ; Décisions sur les doublons." in plain(
        before.output
    ), before.output
    assert "Situations : 129, tout est codé." in plain(before.output)
    done = project.snakemake()
    assert done.code == 0, done.output
    after = plain(project.diagnostic("suivre", study).output)
    assert f"Situations : 129, {LEFT} à coder." in after and "pas encore compté" not in after, after
    assert "Situations codées par deux personnes : 1, dont 1 à arbitrer." in after, after
    found = re.search(r"(\d+) paires restent à trancher : d’ici là, le total est entre (\d+) et (\d+) personnes", after)
    assert found and int(found[1]) == OPEN and int(found[2]) <= int(found[3]), after
    assert "en retard : Coder les situations." in after and "en retard : Trancher les paires" in after


def plain(text: str) -> str:
    """The text with plain spaces."""
    return re.sub("[\u00a0\u202f]", " ", text)
