"""What `diagnostic reconstruire` leaves on disk: for the reviewer alone, of the same shapes, the same again."""

from __future__ import annotations

import hashlib
import io
import stat
from pathlib import Path

import openpyxl
import pytest
from rebuilt import STUDY, Rebuilt, project, rebuilt

from diagnostic.commands.program import main
from diagnostic.reconstruct.project import FOLDER


def test_the_configuration_accepts_it_and_says_what_it_is(solution: Rebuilt) -> None:
    config = solution.config
    assert list(config.studies) == [STUDY]
    study, origins = config.studies[STUDY], config.sidecars[STUDY]
    assert set(study.received) == {"questionnaire", "interview_sheets", "situation_coding"}
    made = {role for role, sidecar in origins.items() if sidecar.origin == "reconstructed"}
    assert made == {*study.received, "duplicates", "ad_counts", "coded_ads", "demand"}
    assert "reconstituées" in study.title


def test_it_is_closed_and_ignored(solution: Rebuilt) -> None:
    home = solution.home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700 and (home / "NE_PAS_DIFFUSER.txt").is_file()
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text().split()
    assert f"/{FOLDER}/" in ignored


@pytest.mark.slow  # makes one more
def test_the_same_seed_gives_the_same_files(tmp_path: Path, solution: Rebuilt) -> None:
    """All but what the vault's own key makes: pseudonyms of responses, and what names them."""
    again = rebuilt(project(tmp_path), 1)
    for role in ("questionnaire", "interview_sheets"):
        digests = {hashlib.sha256(one.vault.read_received(role)).hexdigest() for one in (solution, again)}
        assert len(digests) == 1, role
    for name in ("ad_counts.csv", "annonces.xlsx", "demande.xlsx"):
        contents = {(one.home / "resources" / "studies" / STUDY / name).read_bytes() for one in (solution, again)}
        assert len(contents) == 1, name


def test_the_export_has_what_makes_real_ones_hard(solution: Rebuilt) -> None:
    book = openpyxl.load_workbook(io.BytesIO(solution.vault.read_received("questionnaire")))
    told = book["Situations"].iter_rows(min_row=3, values_only=True)
    cells = [cell for row in told if row[0] for cell in row]
    text = " ".join(map(str, cells))
    assert " ou " in text and "entre " in text or "au moins " in text
    assert None in cells, "blanks"


def test_a_study_without_publication_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project(tmp_path))
    assert main(["reconstruire", "99-2025"]) == 1
    assert "published_figures" in capsys.readouterr().err
    assert not (tmp_path / FOLDER).exists()
