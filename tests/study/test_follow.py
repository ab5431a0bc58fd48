"""Where a study stands: what is told at each state of it, counted apart from the program, and what never is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from pathlib import Path

import own
import pandas as pd
import pytest
import yaml

from diagnostic.collect.grids import Grid
from diagnostic.core.errors import Refused
from diagnostic.privacy.vault import open_vault
from diagnostic.release.editions import issued
from diagnostic.release.table_names import ISSUES
from diagnostic.study import calendar, compliance, follow, start
from diagnostic.study.follow import FILE, HEADINGS, Line, lines, next_reminder, submitted

STUDY, DAY = "47-2026", dt.date(2026, 1, 5)
SECRET = "Zoé Exemplaire"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own.created(tmp_path_factory.mktemp("made") / "project", STUDY, "template", DAY)


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "projet"))


def told(root: Path, day: dt.date = DAY, study: str = STUDY) -> str:
    return "\n".join(follow.follow(root, study, day))


def states(root: Path, day: dt.date = DAY) -> dict[str, Line]:
    return {line.what: line for line in lines(root, STUDY, day) if line.part.startswith("Mois ")}


def declare(root: Path, **said: str) -> None:
    path = root / "vault" / STUDY / compliance.FOLDER / calendar.DECLARED
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | said, allow_unicode=True), "utf-8")


def snapshot(root: Path) -> dict[Path, tuple[int, bytes]]:
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(root.rglob("*")) if path.is_file()}


# -- A study that was just created ----------------------------------------------------------------------------------


def test_of_a_new_study_nothing_is_done_and_its_trial_counts_nowhere(root: Path) -> None:
    before = snapshot(root)
    steps = states(root)
    assert {line.state for line in steps.values()} == {calendar.LEFT} and len(steps) == len(calendar.steps())
    text = told(root)
    assert "n’a pas de résultats achevés" in text.replace("\u00a0", " ") and "Réponses au questionnaire" in text
    assert "réponse" not in text.partition("Les réponses")[2]
    # its blanks, counted in the file
    blanks = (root / f"vault/{STUDY}/conformite/conformite.yaml").read_text("utf-8").count('"[à compléter]"')
    assert f"conformite.yaml\u00a0: {blanks} blancs à remplir" in text
    assert "ne sont pas encore décidées" in text
    assert snapshot(root) == before


def test_a_month_that_is_over_is_late_and_not_before(root: Path) -> None:
    """Nine months that end with the report, in September: the first is January."""
    last, first = dt.date(2026, 1, 31), dt.date(2026, 2, 1)
    assert states(root, last)["departement_letter"].state == calendar.LEFT
    assert states(root, first)["departement_letter"].state == calendar.LATE
    assert states(root, first)["frame"].state == calendar.LEFT
    assert states(root)["departement_letter"].part == "Mois 1, janvier 2026"
    assert states(root)["presented"].part == "Mois 9, septembre 2026"
    declare(root, started="2025-11-30")
    assert states(root, dt.date(2025, 12, 1))["departement_letter"].part == "Mois 1, novembre 2025"


def test_what_is_declared_is_told_with_its_day_and_who(root: Path) -> None:
    declare(root, departement_letter="2026-01-04 AB", prosecutor_letter="sans objet", form_tried="2026-01-06")
    found = states(root)
    letter = found["departement_letter"]
    assert (letter.state, letter.day, letter.who) == (calendar.DONE, dt.date(2026, 1, 4), "AB")
    assert letter.told == "fait : La lettre au Département est partie, le 4\u00a0janvier 2026 (AB)."
    assert found["prosecutor_letter"].state == calendar.NONE
    assert found["form_tried"].state == calendar.LEFT and "form_tried\u00a0: le 6\u00a0janvier 2026" in told(root)
    assert states(root, dt.date(2026, 1, 6))["form_tried"].state == calendar.DONE


@pytest.mark.parametrize("wrong", [SECRET, "2026-02-30 AB", "12/01/2026", f"2026-01-02 {SECRET}", "2026-01-02 ABCDE"])
def test_what_cannot_be_read_there_is_told_without_what_was_written(root: Path, wrong: str) -> None:
    declare(root, report_read=wrong)
    assert states(root)["report_read"].state == calendar.LEFT
    text = told(root)
    assert "suivi.yaml\u00a0: report_read\u00a0: écrire le jour" in text and wrong not in text and SECRET not in text


def test_the_file_may_be_absent_damaged_or_have_another_key(root: Path) -> None:
    path = root / f"vault/{STUDY}/conformite/{calendar.DECLARED}"
    declare(root, Zoé="2026-01-02 AB")
    assert "une ligne n’est pas une étape" in told(root) and "Zoé" not in told(root)
    path.write_bytes(b"a: [")
    assert calendar.DECLARED in told(root)
    path.unlink()
    assert "fichier introuvable" in told(root)


def test_what_the_files_say_is_never_declared_twice(root: Path) -> None:
    """The compliance form knows its dates; no line of the other file may say them."""
    form = root / f"vault/{STUDY}/conformite/conformite.yaml"
    text = form.read_text("utf-8")
    for old, new in (
        ("opinion_date", "2026-01-03"),
        ("joint_agreement", "sans objet"),
        ("exports", "2027-01-06"),
        ("contacts", "2026-01-05"),
        ("name", SECRET),
    ):
        text = text.replace(f'{old}: "[à compléter]"', f'{old}: "{new}"')
    form.write_text(text, "utf-8")
    found = states(root)
    assert found["opinion"].day == dt.date(2026, 1, 3) and found["agreement"].state == calendar.NONE
    assert found["retention"].state == calendar.DONE and found["impact"].state == calendar.LEFT
    assert states(root, dt.date(2026, 1, 2))["opinion"].state == calendar.LEFT  # the day before
    said = told(root)
    assert "jusqu’au 6\u00a0janvier 2027\u00a0: encore 366 jours" in said  # from 2026-01-05
    assert "jusqu’au 5\u00a0janvier 2026\u00a0: c’est passé" in said and SECRET not in said
    assert "jusqu’au 5\u00a0janvier 2026\u00a0: encore 1 jour" in told(root, dt.date(2026, 1, 4))
    known = {step["key"] for step in calendar.steps() if step["declared"]}
    model = yaml.safe_load((own.ROOT / "config/modeles/conformite/suivi.yaml").read_text("utf-8"))
    assert set(model) == {calendar.STARTED, *known} and not known & {"opinion", "impact", "agreement", "retention"}


def test_the_csv_is_the_same_lines_in_the_vault_and_closed(root: Path) -> None:
    before = snapshot(root)
    said = follow.follow(root, STUDY, DAY, csv=True)
    path = root / f"vault/{STUDY}/feuilles/{FILE}"
    assert said[-1].endswith(f"vault/{STUDY}/feuilles/{FILE}") and path.stat().st_mode & 0o777 == 0o600
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[0] == list(HEADINGS) and "NE PAS DIFFUSER" in rows[1][1]
    assert [row[-1] for row in rows[2:]] == [line.told for line in lines(root, STUDY, DAY)]
    changed = {name for name, one in snapshot(root).items() if before.get(name) != one}
    assert changed == {path} and before.keys() < snapshot(root).keys()


def test_a_comparison_and_a_study_without_vault(root: Path) -> None:
    with pytest.raises(Refused, match="est une comparaison"):
        told(root, study="demonstration")
    shutil.rmtree(root / "vault" / STUDY)
    assert "fichier introuvable" in told(root)  # of the compliance file
    with pytest.raises(Refused, match="n’existe pas"):
        follow.follow(root, STUDY, DAY, csv=True)


def test_a_published_study_has_nothing_to_follow(root: Path) -> None:
    text = told(root, study="62-2020")
    assert "tirée d’une publication" in text and "ni collecte à suivre" in text and "Mois" not in text


def test_an_edition_that_left_is_told_with_its_day_and_a_draft_is_not(root: Path) -> None:
    vault = open_vault(root, STUDY)
    claims = pd.DataFrame({"population": [], "group": [], "value": [], "base": [], "low": [], "high": []})
    records = [issued.record("2026-01-02", claims, {}), issued.record("2026-01-04", claims, {}, draft=True)]
    vault.receive(issued.write(records), ISSUES, ".csv")
    assert states(root)["issued"].day == dt.date(2026, 1, 2)


def test_answers_count_once_they_are_the_team_s_and_were_calculated(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the trial; of the trial when they were calculated, the team's since; then of the team, and calculated."""
    vault, results = open_vault(root, STUDY), root / f"results/{STUDY}"
    (results / "collect").mkdir(parents=True)
    tables = {
        "sources": pd.DataFrame({"role": ["questionnaire"], "source": [start.SOURCE]}),
        "responses": pd.DataFrame({"activity_field.code": ["healt", "healt", "just"]}),
    }
    for name in tables:
        (results / f"collect/{name}.parquet").touch()
    monkeypatch.setattr(follow.io, "read_table", lambda path: tables[path.stem])
    name = f"vault/{STUDY}/received/questionnaire"
    record = root / f"resources/studies/{STUDY}/questionnaire.meta.yaml"
    digest, text = vault.digest(vault.read_received("questionnaire")), record.read_text("utf-8")
    for mine, read, counted in ((False, digest, False), (True, "hmac-sha256:0", False), (True, digest, True)):
        record.write_text(text.replace("trial: true\n", "") if mine else text, "utf-8")
        (results / "manifest.json").write_text(json.dumps({name: read}), "utf-8")
        found = told(root).replace("\u00a0", " ")
        assert ("En tout : 3 réponses, 0 structure contactée." in found) is counted
        assert ("Santé : 2 réponses, 0 structure contactée." in found) is counted
        assert ("questionnaire" in found.partition("pas encore compté")[2].partition("\n")[0]) is (read != digest)


# -- Days of answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "written", "days"),
    [
        ("_submission_time", ["2026-03-04T10:11:12"], [(2026, 3, 4)]),
        ("SubmissionDate", ["2026-03-04 10:11:12"], [(2026, 3, 4)]),
        ("Horodateur", ["04/03/2026 10:11:12", "12/03/2026"], [(2026, 3, 4), (2026, 3, 12)]),
        ("Timestamp", ["3/4/2026 10:11:12", "3/13/2026"], [(2026, 3, 4), (2026, 3, 13)]),  # no thirteenth month
        ("submitdate", ["2026-02-30", "", "hier"], []),
        ("Votre structure", ["2026-03-04"], []),
    ],
)
def test_the_day_of_an_answer_is_that_of_its_tool(heading: str, written: list[str], days: list[object]) -> None:
    grid = Grid(1, "", [["autre", heading], *(["x", text] for text in written)], "csv")
    assert [(day.year, day.month, day.day) for day in submitted(grid)] == days


def test_a_reminder_is_due_two_weeks_then_four_after_the_contact() -> None:
    contact = dt.date(2026, 3, 2)
    after = {days: contact + dt.timedelta(days) for days in (13, 14, 15, 20, 28, 34)}
    assert next_reminder(contact, 0, None) == after[14]
    assert next_reminder(contact, 1, after[14]) == after[28]
    assert next_reminder(contact, 1, after[13]) == after[28]
    assert next_reminder(contact, 1, after[20]) == after[34]  # two weeks between both, at least
    assert next_reminder(contact, 2, after[28]) is None
