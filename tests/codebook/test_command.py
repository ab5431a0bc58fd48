"""The command that writes the instruments."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostic.commands.program import main

PROJECT = Path(__file__).resolve().parents[2]


def test_the_command_writes_every_instrument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    assert main(["outiller", str(tmp_path / "out")]) == 0
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {
        "questionnaire-xlsform.xlsx",
        "questionnaire-limesurvey.txt",
        "classeur-questionnaire.xlsx",
        "schemas",
    } <= written
    assert "fichiers écrits" in capsys.readouterr().out


def test_a_damaged_codebook_is_told_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config/codebook").mkdir(parents=True)
    (tmp_path / "config/codebook/variables.csv").write_text("table;block\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["outiller", "out"]) == 1
    assert "variables.csv" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
