"""A copy of a vault: whole, behind, damaged, without its key or with another; nothing is written, here or there."""

from __future__ import annotations

import shutil
from pathlib import Path

import killing
import pytest

from diagnostic.commands.program import main
from diagnostic.privacy import versions
from diagnostic.privacy.vault import open_vault
from diagnostic.release.table_names import ISSUES
from diagnostic.study.backup import BackupError, check

STUDY = "47-2026"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A vault with three receptions, a table and an edition; its copy in a folder `cle/vault` beside the project."""
    root = tmp_path / "projet"
    (root / "config").mkdir(parents=True)
    (root / "config/config.yaml").write_text("studies: []\n", encoding="utf-8")
    vault = open_vault(root, STUDY)
    for number in range(3):
        versions.add(vault, f"réponses {number}".encode(), "questionnaire", ".csv", f"2026-03-0{number + 1}")
    vault.receive(b"issue,population\n", ISSUES, ".csv")
    shutil.copytree(root / "vault", tmp_path / "cle/vault")
    for path in (tmp_path / "cle").rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)  # a disk that has no such modes
    return root


def told(root: Path) -> tuple[str, bool]:
    before = killing.state(root.parent)
    lines, well = check(root, STUDY, root.parent / "cle")
    assert killing.state(root.parent) == before
    return "\n".join(lines).replace("\xa0", " "), well


def test_a_whole_copy_could_take_the_place_of_the_vault(root: Path) -> None:
    said, well = told(root)
    assert well and "3 réceptions" in said and "tout ce que le coffre a" in said
    shutil.rmtree(root / "vault")
    assert told(root)[1]  # the vault is lost: what it is for


def test_a_copy_that_is_behind_is_told(root: Path) -> None:
    versions.add(open_vault(root, STUDY), b"plus tard", "questionnaire", ".csv", "2026-06-01")
    said, well = told(root)
    assert not well and "en retard de 1 ligne" in said and "2026-06-01" in said
    open_vault(root, STUDY).receive(b"issue,population\n2,x\n", ISSUES, ".csv")
    assert "n’a pas la dernière édition" in told(root)[0]


@pytest.mark.parametrize(
    "place, expected",
    [
        ("versions/questionnaire-002.csv", "version 2 : absente, abîmée"),
        ("versions/journal.csv", "journal des versions est abîmé"),
        ("key", "abîmée"),
        ("format", "autre version du programme"),
    ],
)
def test_what_is_damaged_in_it_is_named(root: Path, place: str, expected: str) -> None:
    (root.parent / "cle/vault" / STUDY / place).write_bytes(b"\x00abime")
    if place == "format":
        with pytest.raises(BackupError, match=expected):
            check(root, STUDY, root.parent / "cle")
        return
    said, well = told(root)
    assert not well and expected in said


def test_without_its_key_what_is_lost_is_said_and_another_key_is_told(root: Path) -> None:
    key = root.parent / "cle/vault" / STUDY / "key"
    key.unlink()
    said, well = told(root)
    assert not well and "perdus pour toujours" in said
    key.write_bytes(b"x" * 32)
    said, well = told(root)
    assert not well and "d’une autre clé" in said and "n’est pas celle du coffre en usage" in said


def test_the_command(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(root)
    (root / f"config/studies/{STUDY}.yaml").parent.mkdir()
    (root / f"config/studies/{STUDY}.yaml").write_text("title: x\n", encoding="utf-8")
    assert main(["controler", STUDY, "../cle/vault"]) == 0 and "s’ouvre" in capsys.readouterr().out
    assert main(["controler", STUDY, "../cle/vault", "--rien"]) == 2
    assert main(["controler", STUDY, "vault"]) == 1 and "pas de copie" in capsys.readouterr().err
