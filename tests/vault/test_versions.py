"""Every version of an export is kept: one too many, one shrunk, one of another role; and any can be had back."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import sys
import types
from functools import cache
from pathlib import Path
from typing import Any

import own
import pytest
import yaml
from exported import FORMATS

from diagnostic.codebook import template
from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.commands.program import main
from diagnostic.core import writing
from diagnostic.privacy import versions
from diagnostic.privacy.vault import Vault, VaultError, open_vault
from diagnostic.study import config
from diagnostic.study.generations import MANIFEST
from diagnostic.study.given import Choice, ReceiveError
from diagnostic.study.receive import listed, receive, undo
from diagnostic.trial.answers import generate
from diagnostic.trial.exports import filled

ROOT = Path(__file__).resolve().parents[2]
STUDY, ROLE, CODING = "47-2026", "questionnaire", "situation_coding"
DAYS = [dt.date(2026, month, 1) for month in range(3, 10)]
CODEBOOK = load(read_folder(ROOT / FOLDER))
ANSWERS = generate(CODEBOOK, seed=62, responses=30, collective=8, most=3)
YES = Choice(agree=lambda lines: True)


@cache
def export(first: int, last: int, tool: str = "kobo") -> bytes:
    kept = {row["response_id"] for row in ANSWERS["responses"][first - 1 : last]}
    rows = {name: [row for row in rows if row["response_id"] in kept] for name, rows in ANSWERS.items()}
    return FORMATS[tool](CODEBOOK, rows)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = own.created(
        tmp_path_factory.mktemp("made") / "project", STUDY, "kobo", DAYS[0], alone=True, instruments=False
    )
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def give(root: Path, content: bytes, day: dt.date, role: str = ROLE, choice: Choice | None = None) -> str:
    path = root.parent / "fichier.bin"
    path.write_bytes(content)
    return "\n".join(receive(root, STUDY, role, path, day, choice or Choice())).replace("\xa0", " ")


def record(root: Path, role: str = ROLE) -> dict[str, Any]:
    found = yaml.safe_load((root / f"resources/studies/{STUDY}/{role}.meta.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def snapshot(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def kept(root: Path, role: str = ROLE) -> list[bytes]:
    vault = open_vault(root, STUDY)
    return [versions.content(vault, version) for version in versions.versions(vault, role)]


def test_three_receptions_one_wrong_one_shrunk_one_undone_and_every_byte_can_be_had_back(root: Path) -> None:
    trial = open_vault(root, STUDY).read_received(ROLE)
    first, shrunk, wrong = export(1, 20), export(3, 12), template.workbook(CODEBOOK, "codage")
    give(root, first, DAYS[1])
    before = snapshot(root)
    with pytest.raises(ReceiveError, match="situation_coding"):
        give(root, wrong, DAYS[2])
    with pytest.raises(ReceiveError, match="10 réponses de l’export précédent"):
        give(root, shrunk, DAYS[3])
    assert snapshot(root) == before
    told = give(root, shrunk, DAYS[3], choice=YES)
    assert "10 réponses dans cet export : 10 déjà connues, 0 nouvelle" in told
    vault = open_vault(root, STUDY)
    assert vault.read_received(ROLE) == shrunk and kept(root) == [trial, first, shrunk]
    undo(root, STUDY, ROLE, DAYS[4])
    assert vault.read_received(ROLE) == first and kept(root) == [trial, first, shrunk]
    digests = [vault.digest(content) for content in (first, shrunk)]
    assert record(root)["digest"] == digests[0]
    assert [one["digest"] for one in record(root)["history"]] == [digests[0], digests[1]]
    assert config.export_sidecar(root, STUDY, ROLE).accepted == digests[0]
    undo(root, STUDY, ROLE, DAYS[5], number=3)  # the one that was undone is had back too
    assert vault.read_received(ROLE) == shrunk and record(root)["digest"] == digests[1]
    assert [version.day for version in versions.versions(vault, ROLE)][1:] == [DAYS[1].isoformat(), DAYS[3].isoformat()]


def test_a_first_reception_undone_is_the_trial_again(root: Path) -> None:
    trial, origin = open_vault(root, STUDY).read_received(ROLE), record(root)
    give(root, export(1, 20), DAYS[1])
    assert "trial" not in record(root)
    undo(root, STUDY, ROLE, DAYS[2])
    assert open_vault(root, STUDY).read_received(ROLE) == trial
    assert {name: value for name, value in record(root).items() if name != "history"} == origin | {
        "date": str(origin["date"])
    }
    assert config.export_sidecar(root, STUDY, ROLE).trial
    with pytest.raises(ReceiveError, match="Aucune autre version"):
        undo(root, STUDY, ROLE, DAYS[3])


@pytest.mark.slow
def test_what_the_team_wrote_of_a_version_comes_back_with_it(root: Path) -> None:
    give(root, export(1, 10), DAYS[1])
    place = root / f"resources/studies/{STUDY}/{ROLE}.meta.yaml"
    place.write_text(yaml.safe_dump(record(root) | {"lines": "sans le test"}, allow_unicode=True), encoding="utf-8")
    give(root, export(1, 20), DAYS[2])
    place.write_text(yaml.safe_dump(record(root) | {"lines": "avec"}, allow_unicode=True), encoding="utf-8")
    undo(root, STUDY, ROLE, DAYS[3])
    assert record(root)["lines"] == "sans le test"


@pytest.mark.slow
def test_a_workbook_of_another_role_is_refused_and_nothing_changes(root: Path) -> None:
    own_role = {"questionnaire": ROLE, "codage": CODING, "entretiens": "interview_sheets"}
    before = snapshot(root)
    others = itertools.cycle(own_role.values())
    for name in template.workbooks(CODEBOOK):
        content = template.workbook(CODEBOOK, name)
        for role in [role for role in itertools.islice(others, 2) if role != own_role.get(name)]:
            with pytest.raises(ReceiveError, match="Ce fichier est celui du rôle"):
                give(root, content, DAYS[1], role)
            assert snapshot(root) == before, (name, role)


@pytest.mark.parametrize("file", ["sites", "ad_counts", "press", "interviews", "structures"])
def test_so_is_a_csv_of_another_role(root: Path, file: str) -> None:
    content = (root / f"resources/studies/{STUDY}/{file}.csv").read_bytes()
    with pytest.raises(ReceiveError, match=f"«\xa0{file}\xa0»"):
        give(root, content, DAYS[1])


@pytest.mark.slow
def test_the_role_is_told_by_the_content(root: Path) -> None:
    give(root, export(1, 20, "template"), DAYS[1], role="", choice=YES)
    row = {"record_kind": "response", "record_id": "R001", "coder": "AB", "situation_number": 1}
    coding = filled(CODEBOOK, "codage", {"situation_coding": [row]})
    assert "pour le rôle « situation_coding »" in give(root, coding, DAYS[1], role="")
    assert open_vault(root, STUDY).read_received(CODING) == coding


@pytest.mark.slow
def test_what_would_block_is_refused_with_its_places_unless_told_otherwise(root: Path) -> None:
    """The same response twice: it would be counted twice."""
    rows = {name: list(rows) for name, rows in ANSWERS.items()}
    rows["responses"].append(rows["responses"][0])
    content, before = FORMATS["template"](CODEBOOK, rows), snapshot(root)
    with pytest.raises(ReceiveError, match="1 problème bloquerait le calcul") as error:
        give(root, content, DAYS[1])
    assert "A33" in str(error.value) and snapshot(root) == before
    give(root, content, DAYS[1], choice=Choice(replace=True))
    assert open_vault(root, STUDY).read_received(ROLE) == content


@pytest.mark.slow
def test_changed_responses_are_counted(root: Path) -> None:
    first = export(1, 20, "template")
    rows = {
        name: [row for row in rows if row["response_id"] in {one["response_id"] for one in ANSWERS["responses"][:20]}]
        for name, rows in ANSWERS.items()
    }
    rows["responses"][4] = rows["responses"][4] | {"final_comments": "Revu avec la personne."}
    told = rows["situations"][0]
    rows["situations"][0] = told | {"situation_comments": "Précision donnée depuis."}
    touched = {rows["responses"][4]["response_id"], told["response_id"]}
    give(root, first, DAYS[1])
    said = give(root, FORMATS["template"](CODEBOOK, rows), DAYS[2])
    assert f"20 déjà connues (dont {len(touched)} modifiée" in said and "0 nouvelle" in said


def test_nothing_says_to_erase_the_other_copy_before_a_run_has_read_this_one(root: Path) -> None:
    content = export(1, 20)
    assert "peuvent être effacées" not in give(root, content, DAYS[1]) + give(root, content, DAYS[1])
    assert "lue" not in "".join(listed(root, STUDY))
    digest = open_vault(root, STUDY).digest(content)
    path = root / "results" / STUDY / MANIFEST
    path.parent.mkdir(parents=True, exist_ok=True)
    writing.write_bytes(f'{{"vault/{STUDY}/received/{ROLE}": "{digest}"}}'.encode(), path)
    assert "peuvent être effacées" in give(root, content, DAYS[1])
    assert [line for line in listed(root, STUDY) if "lue par le dernier calcul" in line][0].count("en usage") == 1


def test_the_command_takes_undoes_and_lists(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    path = root.parent / "export.xlsx"
    for last in (20, 10):
        path.write_bytes(export(1, last))
        code = main(["recevoir", STUDY, str(path), "--date", "2026-03-02"])
        assert code == (0 if last == 20 else 1)  # nobody at the terminal says yes
    assert main(["recevoir", STUDY, ROLE, str(path), "--remplacer"]) == 0
    assert main(["recevoir", STUDY, ROLE, "--annuler"]) == 0
    assert open_vault(root, STUDY).read_received(ROLE) == export(1, 20)
    assert main(["recevoir", STUDY, "--versions"]) == 0
    assert main(["recevoir", STUDY]) == 2 and main(["recevoir", STUDY, "--annuler"]) == 2
    out, err = capfd.readouterr()
    assert "version 2 : reçue le 2026-03-02, en usage" in out.replace("\xa0", " ") and "Traceback" not in err


@pytest.mark.slow
def test_a_person_at_the_terminal_is_asked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    path = root.parent / "export.xlsx"
    give(root, export(1, 20), DAYS[1])
    path.write_bytes(export(1, 10))
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(isatty=lambda: True))
    answers = iter(["", "oui"])
    monkeypatch.setattr("builtins.input", lambda text: next(answers))
    assert [main(["recevoir", STUDY, ROLE, str(path)]) for _ in range(2)] == [1, 0]


# --- in the vault -----------------------------------------------------------------------------------------------


class Turned:
    """A cipher that turns bits over: enough to see what is stored and what is read."""

    def encrypt(self, content: bytes) -> bytes:
        return bytes(255 - byte for byte in content)

    decrypt = encrypt


def vault_of(root: Path) -> Vault:
    return open_vault(root, STUDY, cipher=Turned())


def test_versions_are_encrypted_when_the_vault_is(tmp_path: Path) -> None:
    for day, content in enumerate((b"Zoe,un", b"Zoe,deux"), start=1):
        versions.add(vault_of(tmp_path), content, "form", ".csv", f"2026-03-0{day}", (b"title: Zoe", "2026-03-01"))
    files = [path for path in (tmp_path / "vault").rglob("*") if path.is_file() and path.name != "format"]
    assert not [path for path in files if b"Zoe" in path.read_bytes() or path.suffix != ".age"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    vault = vault_of(tmp_path)
    one, two = versions.versions(vault, "form")
    assert (versions.content(vault, one), versions.content(vault, two)) == (b"Zoe,un", b"Zoe,deux")
    assert versions.record(vault, one) == b"title: Zoe" and versions.in_use(vault, "form") == two


def test_a_file_put_by_hand_gets_a_version_before_another_takes_its_place(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, STUDY)
    versions.add(vault, b"un", "form", ".csv", "2026-03-01")
    (vault.folder / "received/form.csv").write_bytes(b"a la main")
    versions.add(vault, b"trois", "form", ".csv", "2026-03-03")
    assert [versions.content(vault, one) for one in versions.versions(vault, "form")] == [b"un", b"a la main", b"trois"]


@pytest.mark.parametrize("left", ["day,role\nx\n", ""], ids=["cut", "empty"])
def test_a_damaged_journal_is_told_and_nothing_is_written_over(tmp_path: Path, left: str) -> None:
    vault = open_vault(tmp_path, STUDY)
    versions.add(vault, b"un", "form", ".csv", "2026-03-01")
    (vault.folder / "versions/journal.csv").write_text(left, encoding="utf-8")
    before = snapshot(tmp_path)
    with pytest.raises(VaultError, match="journal"):
        versions.add(vault, b"deux", "form", ".csv", "2026-03-02")
    assert snapshot(tmp_path) == before
