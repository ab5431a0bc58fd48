"""An export registered, replaced, refused: what is told, what is recorded, and what stays in the vault."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io as text_io
import re
import shutil
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import adhoc
import own
import pytest
import yaml
from drawn import always, one_in
from exported import FORMATS
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports.study import read_exports
from diagnostic.commands.program import main
from diagnostic.core import writing
from diagnostic.privacy import versions
from diagnostic.privacy.vault import VaultError, open_vault
from diagnostic.study import config
from diagnostic.study.config import ConfigError
from diagnostic.study.given import Choice, Reader, ReceiveError
from diagnostic.study.receive import describe, receive, undo
from diagnostic.trial.answers import generate
from diagnostic.trial.exports import filled, workbook

ROOT = Path(__file__).resolve().parents[2]
STUDY, ROLE, TODAY, LATER = "47-2026", "questionnaire", dt.date(2026, 3, 1), dt.date(2026, 5, 4)
SIDECAR = f"resources/studies/{STUDY}/{ROLE}.meta.yaml"
VIEW = f"vault/{STUDY}/feuilles/recettes.xlsx"
SETTINGS = f"config/studies/{STUDY}.yaml"
NAME = "Réponses de Mme Zylphe Orvaline"  # of a file: it may say who answered
CODEBOOK = load(read_folder(ROOT / FOLDER))
ANSWERS = generate(CODEBOOK, seed=62, responses=40, collective=12, most=4)
Told = list[str]


def among(first: int, last: int) -> dict[str, list[dict[str, Any]]]:
    """The answers of some of the responses, counted from 1."""
    kept = {row["response_id"] for row in ANSWERS["responses"][first - 1 : last]}
    return {name: [row for row in rows if row["response_id"] in kept] for name, rows in ANSWERS.items()}


def chosen(root: Path) -> str:
    return str(yaml.safe_load((root / SETTINGS).read_text(encoding="utf-8"))["received"][ROLE])


@cache
def export(tool: str, first: int = 1, last: int = 40) -> bytes:
    return FORMATS[tool](CODEBOOK, among(first, last))


def more(content: bytes, above: bytes = b"") -> bytes:
    """The same export with a sheet or a file of the team's own; or with lines `above` the headings of each, and no such sheet."""
    out = text_io.BytesIO()
    if content[:2] != b"PK":
        return codecs.BOM_UTF8 + above + content.removeprefix(codecs.BOM_UTF8)
    try:
        book = load_workbook(text_io.BytesIO(content))
    except KeyError:  # an archive of CSV files
        with zipfile.ZipFile(text_io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                new.writestr(name, above + old.read(name))
            if not above:
                new.writestr("Budget.csv", b"Poste,Montant\nTrain,12\n")
        return out.getvalue()
    for sheet in book.worksheets if above else ():
        sheet.insert_rows(1, above.count(b"\n"))
        sheet["A1"] = "Relevé"
    if not above:
        for row in (("Poste", "Montant"), ("Train", 12)):
            book["Budget" if "Budget" in book.sheetnames else book.create_sheet("Budget").title].append(row)
    book.save(out)
    return out.getvalue()


def spreadsheet(first: int = 1, last: int = 40) -> adhoc.AdHoc:
    return adhoc.two_sheets(CODEBOOK, among(first, last))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = own.created(tmp_path_factory.mktemp("made") / "project", STUDY, "kobo", TODAY, alone=True, instruments=False)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def snapshot(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def given(root: Path, content: bytes, suffix: str = ".xlsx") -> Path:
    path = root.parent / f"{NAME}{suffix}"
    path.write_bytes(content)
    return path


YES = Choice(agree=lambda lines: True)  # somebody who says that records are gone for good
FORCED = Choice(replace=True)


def register(root: Path, content: bytes, suffix: str = ".xlsx", today: dt.date = TODAY, choice: Choice = YES) -> str:
    lines = receive(root, STUDY, ROLE, given(root, content, suffix), today, choice)
    assert_french(lines)
    return "\n".join(lines)


def assert_french(lines: Told) -> None:
    """No plain space where French typography has another one, no straight apostrophe."""
    for line in lines:
        assert not re.search(r" [;:!?»%]|« |'", line), line


def refused(root: Path, source: Path, study: str = STUDY, role: str = ROLE) -> str:
    """The message; nothing was written, nothing of the file's name was said."""
    before = snapshot(root)
    with pytest.raises((ReceiveError, ConfigError, VaultError)) as error:
        receive(root, study, role, source, TODAY, Choice())
    assert snapshot(root) == before
    message = str(error.value)
    assert "Zylphe" not in message and str(root) not in message
    return message


def sidecar(root: Path) -> dict[str, Any]:
    found = yaml.safe_load((root / SIDECAR).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def settings(root: Path, **changes: object) -> None:
    content = yaml.safe_load((root / SETTINGS).read_text(encoding="utf-8")) | changes
    (root / SETTINGS).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


# --- registering ------------------------------------------------------------------------------------------------


def test_the_first_export_replaces_the_trial(root: Path) -> None:
    content = export("kobo")
    told = register(root, content)
    assert "KoboToolbox" in told and "40 réponses dans cet export." in told
    assert "remplace les réponses d’essai" in told and "fictional: false" in told
    assert "Attention" not in told and "connue" not in told  # nobody's answers are compared with those of the trial
    vault = open_vault(root, STUDY)
    assert vault.read_received(ROLE) == content
    record = sidecar(root)
    assert record["digest"] == vault.digest(content) and record["history"] == []
    assert "trial" not in record and "essai" not in str(record)  # nor the trial's title, nor its open licence
    assert "non diffusées" in record["licence"]
    settings(root, fictional=False)
    assert not [line for line in config_problems(root) if ROLE in line]


def test_a_real_study_receives_nothing_before_its_compliance_file_says_what_it_must(root: Path) -> None:
    """The officer's opinion and the dates of deletion: told at their keys, nothing kept; calculation is refused the same."""
    settings(root, fictional=False)
    before, place = snapshot(root), f"vault/{STUDY}/conformite/conformite.yaml"
    keys = ("officer.opinion_date", "retention.exports", "retention.contacts")
    told = refused(root, given(root, export("kobo")))
    assert [f"{place} : {key} : à compléter." in told.replace("\xa0", " ") for key in keys] == [True] * 3
    assert snapshot(root) == before
    assert sum(place in line and "à compléter" in line for line in config_problems(root)) == 3
    path = root / place
    blank = path.read_text(encoding="utf-8")
    for opinion, kept, wrong in (
        (TODAY + dt.timedelta(1), TODAY + dt.timedelta(1), "n’est pas encore passé"),
        (TODAY, TODAY, "est passé"),
        (TODAY, TODAY + dt.timedelta(1), ""),
    ):
        said = {"opinion_date": opinion, "exports": kept, "contacts": kept}
        text = blank
        for key, day in said.items():
            text = re.sub(rf"^(\s+{key}:).*$", rf"\1 {day}", text, flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")
        if wrong:
            assert wrong in refused(root, given(root, export("kobo")))
        else:
            assert "40 réponses" in register(root, export("kobo"))


def config_problems(root: Path) -> list[str]:
    try:
        config.load_study(root, STUDY)
    except ConfigError as error:
        return str(error).splitlines()
    return []


def test_the_same_export_again_changes_nothing(root: Path) -> None:
    content = export("kobo")
    register(root, content)
    before = snapshot(root)
    told = register(root, content, today=LATER)
    assert "rien ne change" in told
    assert snapshot(root) == before


@pytest.mark.parametrize("tool", always(1, ["kobo", "odk", "template"]))
def test_what_came_and_what_went_is_counted(root: Path, tool: str) -> None:
    """Responses 1 to 25, then 4 to 40: 22 known, 15 new, 3 gone."""
    suffix = ".zip" if tool == "odk" else ".xlsx"
    first, second = export(tool, 1, 25), export(tool, 4, 40)
    register(root, first, suffix)
    key = (root / "vault" / STUDY / "key").read_bytes()
    told = register(root, second, suffix, LATER)
    assert "37 réponses dans cet export\u00a0: 22 déjà connues, 15 nouvelles." in told
    assert "3 réponses de l’export précédent n’y sont plus" in told
    assert (root / "vault" / STUDY / "key").read_bytes() == key  # the same pseudonyms
    vault = open_vault(root, STUDY)
    assert sidecar(root)["digest"] == vault.digest(second)
    assert sidecar(root)["history"] == [{"date": LATER.isoformat(), "digest": vault.digest(first)}]


@pytest.mark.slow
def test_counts_agree_in_number(root: Path) -> None:
    register(root, export("template", 1, 2))
    told = register(root, export("template", 2, 3))
    assert "2 réponses dans cet export\u00a0: 1 déjà connue, 1 nouvelle." in told
    assert "1 réponse de l’export précédent n’y est plus" in told


@pytest.mark.slow
def test_the_history_keeps_every_digest_and_the_words_of_the_team(root: Path) -> None:
    contents = [export("kobo", 1, last) for last in (10, 20, 30)]
    register(root, contents[0])
    edited = sidecar(root) | {"title": "Réponses de la vague 1", "lines": "sans le test du 3 mars"}
    (root / SIDECAR).write_text(yaml.safe_dump(edited, allow_unicode=True), encoding="utf-8")
    for content in contents[1:]:
        register(root, content, today=LATER)
    record, vault = sidecar(root), open_vault(root, STUDY)
    assert [entry["digest"] for entry in record["history"]] == [vault.digest(content) for content in contents[:2]]
    assert (record["title"], record["lines"]) == (edited["title"], edited["lines"])
    assert str(record["date"]) == LATER.isoformat()
    assert config.export_sidecar(root, STUDY, ROLE).accepted == vault.digest(contents[2])


@pytest.mark.parametrize(
    ("tool", "suffix", "kept"),
    [
        ("kobo", "", ".xlsx"),
        ("odk", ".xlsx", ".zip"),
        ("limesurvey", ".txt", ".csv"),
        pytest.param("kobo", ".XLSX", ".xlsx", marks=pytest.mark.slow),
        pytest.param("kobo", ".dupont", ".xlsx", marks=pytest.mark.slow),
        pytest.param("google_csv", ".tsv", ".csv", marks=pytest.mark.slow),
    ],
)
def test_what_a_file_is_comes_from_its_bytes(root: Path, tool: str, suffix: str, kept: str) -> None:
    register(root, export(tool), suffix)
    folder = root / "vault" / STUDY / "received"
    assert [path.name for path in folder.glob(f"{ROLE}.*")] == [ROLE + kept]


@pytest.mark.slow
def test_the_coding_of_situations_is_registered_like_an_export(root: Path) -> None:
    """It lists no response: its rows are compared by their own key."""
    row = {"record_kind": "response", "record_id": "R-AAAAAA", "coder": "AB", "commune": "X01"}
    first, second = (
        filled(CODEBOOK, "codage", {"situation_coding": [row | {"situation_number": n} for n in range(1, 1 + count)]})
        for count in (2, 3)
    )
    told = [
        "\n".join(receive(root, STUDY, "situation_coding", given(root, content), TODAY, Choice())).replace("\xa0", " ")
        for content in (first, second)
    ]
    assert (
        "Contenu reconnu : classeur modèle (XLSX), pour le rôle" in told[0] and "2 lignes dans cet export." in told[0]
    )
    assert "3 lignes dans cet export : 2 déjà connues, 1 nouvelle" in told[1]


# --- the configuration ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_format_that_the_configuration_does_not_announce_is_written_there_and_told(root: Path) -> None:
    told = register(root, export("limesurvey"), ".csv")
    assert "LimeSurvey" in told and f"{SETTINGS}\u00a0: «\u00a0{ROLE}: limesurvey\u00a0»" in told
    assert "est écrit" not in register(root, export("limesurvey", 4, 30), ".csv", LATER)
    assert chosen(root) == "limesurvey"
    undo(root, STUDY, ROLE, LATER, 1)  # the trial's, of the other tool
    assert chosen(root) == "template"


@pytest.mark.slow
def test_another_tool_is_not_compared(root: Path) -> None:
    """Each tool has its own identities: all would seem new."""
    register(root, export("kobo"))
    told = register(root, export("template"))
    assert "autre outil" in told and "Attention" not in told and "nouvelle" not in told


@pytest.mark.parametrize(
    "value", always(2, [{"questionnaire": "excel"}, "kobo", {"questionnaire": ["kobo"]}, None, {}])
)
def test_a_configuration_without_a_format_stops_nothing(root: Path, value: object) -> None:
    settings(root, received=value)
    assert f"{ROLE}: kobo" in register(root, export("kobo"))


# --- what is refused --------------------------------------------------------------------------------------------


def test_a_role_that_does_not_exist_is_refused_with_those_that_do(root: Path) -> None:
    message = refused(root, given(root, export("kobo")), role="entretiens")
    assert "«\u00a0entretiens\u00a0»" in message and ROLE in message


@pytest.mark.parametrize("study", ["48-2026", "../47-2026", "47-2026/../47-2026", ""])
def test_a_study_that_does_not_exist_is_refused(root: Path, study: str) -> None:
    refused(root, given(root, export("kobo")), study=study)
    with pytest.raises((ReceiveError, ConfigError, VaultError)):
        describe(root, study, TODAY)


def test_an_empty_an_absent_a_linked_file_and_a_folder_are_refused(root: Path) -> None:
    path = given(root, b"")
    assert "vide" in refused(root, path)
    path.unlink()
    assert "absent" in refused(root, path)
    path.symlink_to(given(root, export("kobo"), ".real"))
    assert "lien" in refused(root, path)
    path.unlink()
    path.mkdir()
    refused(root, path)


def word() -> bytes:
    out = text_io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        word(),
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"PK\x03\x04" + b"\0" * 60,
        b"\0" * 4000,
    ],
    ids=["word", "image", "old excel", "broken zip", "zeros"],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(root: Path, content: bytes) -> None:
    message = refused(root, given(root, content))
    assert message.startswith("Ce fichier ne peut pas être lu\u00a0:\n  ") and len(message) > 60
    assert_french(message.splitlines())


@pytest.mark.parametrize(
    "damage", one_in(2, [lambda text: "title: [\n", lambda text: text.replace("history: []", "history: perdu")])
)
def test_a_damaged_record_is_not_written_over(root: Path, damage: Callable[[str], str]) -> None:
    """It holds the history."""
    register(root, export("kobo", 1, 20))
    (root / SIDECAR).write_text(damage((root / SIDECAR).read_text(encoding="utf-8")), encoding="utf-8")
    assert SIDECAR in refused(root, given(root, export("kobo")))


def test_after_a_purge_nothing_is_registered(root: Path) -> None:
    folder = root / "vault" / STUDY
    (folder / "key").unlink()
    (folder / "certificats").mkdir()
    (folder / "certificats" / "purge-2026-12-01.json").write_text("{}", encoding="utf-8")
    for path in (folder / "received").iterdir():
        path.unlink()
    for content in (export("kobo"), b"Structure;Avis\na;b\n"):
        assert "purge" in refused(root, given(root, content))


@pytest.mark.slow
def test_a_full_disk_is_told_without_any_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(content: bytes, path: Path, *mode: int) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(writing, "write_bytes", full)
    with pytest.raises(ReceiveError) as error:
        receive(root, STUDY, ROLE, given(root, export("kobo")), TODAY, Choice())
    assert "disque" in str(error.value) and "No space" not in str(error.value)
    monkeypatch.undo()
    register(root, export("kobo"))  # the command again puts all in order
    assert sidecar(root)["digest"] == open_vault(root, STUDY).digest(export("kobo"))


# --- what stays in the vault ------------------------------------------------------------------------------------


def personal_texts() -> set[str]:
    """All that was written by hand in the answers, long enough to be recognised."""
    names = {v.name for table in ANSWERS for v in CODEBOOK.table(table) if v.written}
    rows = [row for rows in ANSWERS.values() for row in rows]
    return {text for row in rows for name, text in row.items() if name in names and len(str(text)) > 12}


def assert_kept(root: Path, before: dict[str, bytes], told: str, *written: str) -> None:
    """Outside the vault only these files changed, and neither they nor what was told says anything personal."""
    after = snapshot(root)
    changed = {name for name in after if after[name] != before.get(name) and not name.startswith("vault/")}
    assert changed == set(written)
    assert not [name for name in after if "Zylphe" in name]
    told += "".join(after[name].decode("utf-8") for name in written)
    assert "Zylphe" not in told and "Orvaline" not in told
    texts = personal_texts()
    assert len(texts) > 100
    assert not [text for text in texts if text in told]
    assert not re.search(r"\bR-[0-9A-Z]{6}", told)  # no pseudonym either: only counts


@pytest.mark.parametrize("tool", always(1, FORMATS))
def test_neither_the_name_of_the_file_nor_an_answer_leaves_the_vault(root: Path, tool: str) -> None:
    before = snapshot(root)
    told = register(root, export(tool), ".csv") + register(root, export(tool, 4, 30), ".csv", LATER)
    assert_kept(root, before, told, SIDECAR, *([SETTINGS] if tool != "template" else []))


@pytest.mark.slow  # in short: `test_versions.py` has the command, the tests above what is refused
def test_the_same_for_the_command(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    before = snapshot(root)
    source = given(root, spreadsheet(1, 12).xlsx())
    assert main(["recevoir", STUDY, ROLE, str(source), "--date", "2026-03-01"]) == 1
    assert main(["decrire", STUDY]) == 0
    assert main(["recevoir", STUDY, "entretiens", str(source)]) == 1
    assert main(["recevoir", STUDY, ROLE, str(given(root, word(), ".docx"))]) == 1
    out, err = capfd.readouterr()
    assert out and err and "Traceback" not in err
    assert_kept(root, before, out + err)


def test_a_damaged_project_is_told_by_both_commands(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    (root / "config/config.yaml").write_text("studies: [\n", encoding="utf-8")
    assert main(["recevoir", STUDY, ROLE, str(given(root, export("kobo")))]) == 1
    assert main(["decrire", STUDY]) == 1
    assert capfd.readouterr().err.count("config/config.yaml") == 2


# --- any spreadsheet --------------------------------------------------------------------------------------------


def confirm(root: Path, made: adhoc.AdHoc, signed: str = "LM") -> bytes:
    """The view with each line corrected where it is wrong, what blanks mean, and initials."""
    path = root / VIEW
    headings = {
        (f"{ROLE}-{sheet}", made.sheets[int(sheet) - 1][0][column_index_from_string(letter) - 1]): truth[1]
        for (sheet, letter), truth in made.truth.items()
    }
    typed = {("Questions", 1, 2): signed}
    for row, cells in enumerate(adhoc.rows_of(path.read_bytes(), "Questions")[2:], start=3):
        (right,) = {name for (sheet, text), name in headings.items() if sheet == cells[1] and cells[3] in text}
        if cells[5] != right:
            typed["Questions", row, 6] = right
        if cells[10] == "à dire":
            typed["Questions", row, 11] = "rien n’est noté"
    path.write_bytes(adhoc.edited(path.read_bytes(), typed))
    return path.read_bytes()


@pytest.mark.slow
def test_from_a_spreadsheet_of_nobody_s_to_counted_responses(root: Path) -> None:
    """Proposed, signed, given again; the next file of the same form asks nothing."""
    first, second = spreadsheet(1, 25), spreadsheet(4, 40)
    told = register(root, first.xlsx())
    assert "rien n’en est encore reçu" in told and VIEW in told
    lines = describe(root, STUDY, TODAY)
    assert_french(lines)
    rows = adhoc.rows_of((root / VIEW).read_bytes(), "Questions")[2:]
    waiting = sum(row[8] == "à confirmer" or row[10] == "à dire" for row in rows)
    assert waiting and f"{waiting} lignes à relire" in lines[0].replace("\u00a0", " ") and VIEW in lines[0]
    assert "rien n’en est encore reçu" in register(root, second.xlsx())  # lines wait
    confirm(root, first)
    register(root, first.xlsx())
    told = register(root, second.xlsx()).replace("\u00a0", " ")
    assert "Lu par sa recette : 0 réponse lue « Autre », 0 colonne nouvelle" in told
    assert "37 réponses dans cet export : 22 déjà connues, 15 nouvelles." in told
    assert "À écrire" not in told


@pytest.mark.slow
def test_a_view_completed_loses_nothing(root: Path) -> None:
    """What was typed stays, and every recipe of before can be had back."""
    register(root, spreadsheet(1, 12).xlsx())
    signed = confirm(root, spreadsheet(1, 12))
    describe(root, STUDY, LATER)
    again = (root / VIEW).read_bytes()
    typed = [[row[at] for at in (0, 1, 3, 5, 7)] for row in adhoc.rows_of(signed, "Questions")[2:]]
    assert typed == [[row[at] for at in (0, 1, 3, 5, 7)] for row in adhoc.rows_of(again, "Questions")[2:]]
    assert all(row[8] == "oui" for row in adhoc.rows_of(again, "Questions")[2:])
    assert len(list((root / "vault" / STUDY).glob(f"versions/{ROLE}_recipe-*.yaml"))) == 2


@pytest.mark.slow
def test_a_view_filled_elsewhere_is_given_back(root: Path) -> None:
    """For a vault that is encrypted, in which nothing can be opened."""
    register(root, spreadsheet().xlsx())
    kept = (root / VIEW).read_bytes()
    path = given(root, confirm(root, spreadsheet()))
    (root / VIEW).write_bytes(kept)
    assert "0 ligne à relire" in describe(root, STUDY, LATER, path)[0].replace("\u00a0", " ")
    before = snapshot(root)
    for wrong in (spreadsheet().xlsx(), b"sheet;column;heading\r\n1;A;Structure\r\n"):
        with pytest.raises(ReceiveError, match="pas le classeur des recettes"):
            describe(root, STUDY, LATER, given(root, wrong))
    assert snapshot(root) == before


OWN = {  # the columns that each tool adds, and how its files end
    "google_csv": (["Horodateur"], ".csv"),
    "google_sheets": (["Horodateur"], ".xlsx"),
    "kobo": (["_uuid", "_index"], ".xlsx"),
    "odk": (["SubmissionDate", "KEY"], ".zip"),
    "limesurvey": (["id", "submitdate"], ".csv"),
}


def other_form(tool: str) -> bytes:
    """Answers to questions of a team's own, as the tool would give them."""
    own, suffix = OWN[tool]
    rows = [[*own, "Venez-vous à vélo", "Par quelle route"]]
    rows += [[*(f"2026-03-0{n}" for _ in own), "oui" if n % 2 else "non", f"chemin {n}"] for n in range(1, 9)]
    if suffix == ".xlsx":
        return workbook([("Feuille", rows)])
    out = text_io.StringIO()
    csv.writer(out).writerows(rows)
    if suffix == ".csv":
        return out.getvalue().encode()
    packed = text_io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("form.csv", out.getvalue())
    return packed.getvalue()


@pytest.mark.parametrize("tool", one_in(3, OWN))
def test_another_form_made_with_a_known_tool_has_a_recipe_proposed(root: Path, tool: str) -> None:
    """The tool's own columns, and questions that are not the project's: nothing of it is received before it is signed."""
    received = root / "vault" / STUDY / "received"
    before = {path.name: path.read_bytes() for path in received.glob("*")}
    assert "rien n’en est encore reçu" in register(root, other_form(tool), OWN[tool][1])
    after = {path.name: path.read_bytes() for path in received.glob("*") if not path.name.endswith("_recipe.yaml")}
    assert after == before


def test_a_first_row_that_may_be_answers_is_not_copied_out_of_the_vault(root: Path) -> None:
    content = "Camille 15 ans;à la gare\nLou 16 ans;à l’hôtel\n".encode()
    told = refused(root, given(root, content, ".csv"))  # no heading reads like a question
    assert "Camille" not in told and not (root / VIEW).exists()


def test_without_a_recipe_the_command_that_proposes_one_is_told(root: Path) -> None:
    with pytest.raises(ReceiveError) as error:
        describe(root, STUDY, TODAY)
    assert "diagnostic recevoir" in str(error.value)


@pytest.mark.slow
def test_a_spreadsheet_with_a_column_named_like_the_template_s_is_still_read_by_its_recipe(root: Path) -> None:
    first, made = spreadsheet(), spreadsheet()
    register(root, first.xlsx())
    confirm(root, first)
    register(root, first.xlsx())
    described = {row[0] for row in made.sheets[1][1:]}
    gone = next(row for row in made.sheets[0][1:] if row[0] in described)
    cut = adhoc.AdHoc([[row for row in made.sheets[0] if row is not gone], made.sheets[1]]).xlsx()
    assert "problèmes bloqueraient" in refused(root, given(root, cut))  # situations of the response that is gone
    told = register(root, cut, choice=FORCED)
    assert "À écrire" not in told and "39 déjà connues" in told.replace("\u00a0", " ")


# --- a form that was mapped before there were recipes ------------------------------------------------------------
BEFORE = Path(__file__).parents[1] / "describe/before"


@pytest.mark.slow
def test_a_form_mapped_before_is_converted_and_reads_the_same(root: Path) -> None:
    """A vault of before: the export of a form, and its workbook of correspondence, signed."""
    vault = open_vault(root, STUDY)
    for role in (f"{ROLE}_mapping", ROLE):
        versions.add(vault, (BEFORE / f"{role}.xlsx").read_bytes(), role, ".xlsx", "2026-03-01")
    settings(root, received={ROLE: "mapping"})
    told = "\n".join(describe(root, STUDY, TODAY))
    assert "est devenue une recette" in told and "recipe" in (root / SETTINGS).read_text("utf-8")
    reader = Reader(root, STUDY, open_vault(root, STUDY))
    assert reader.vault.read_received(f"{ROLE}_original") == (BEFORE / f"{ROLE}.xlsx").read_bytes()
    frames = reader.together().tables
    assert (len(frames["responses"]), len(frames["situations"])) == (41, 97)
    (recipe,) = reader.recipes.values()
    assert not recipe.waiting and {sheet.signed for sheet in recipe.sheets} == {"LM"}
    told = register(root, (BEFORE / f"{ROLE}.xlsx").read_bytes(), choice=FORCED).replace("\u00a0", " ")
    assert "Lu par sa recette" in told and "C’est l’export que le coffre avait déjà" in told


@pytest.mark.slow
@pytest.mark.parametrize("tool", [name for name in FORMATS if name != "template"])
def test_a_sheet_that_nothing_reads_and_lines_above_the_headings_are_refused_at_their_place(
    root: Path, tool: str
) -> None:
    """Received, and where the export lies in the vault already."""
    content = export(tool, 1, 8)
    lowered = more(content, "Relevé\n\n\n".encode())
    cases = [(lowered, r"(ligne |[A-Z])4\b")]
    cases += [(more(content), r"feuille \d\s: Cette feuille n’est d’aucun tableau")] if content[:2] == b"PK" else []
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for given_, told in cases:
        path = root.parent / "export"
        path.write_bytes(given_)
        with pytest.raises(ReceiveError, match=told):
            receive(root, STUDY, "", path, TODAY, YES)
        read = read_exports(CODEBOOK, {ROLE: given_}, {ROLE: tool}, lambda kind, values: [*values])
        assert any(one.severity == "bloquant" and (one.row == 4 or given_ != lowered) for one in read.problems), told
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
