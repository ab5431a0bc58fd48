"""Two commands at once: each writes in its turn, or is told to come back; nothing that either gave is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from diagnostic.core.locks import NOW, Busy, turn
from diagnostic.privacy import versions
from diagnostic.privacy.vault import open_vault
from diagnostic.running.calculation import calculate
from diagnostic.study.publishing import replace

ROOT = Path(__file__).resolve().parents[2]
STUDY, ROLE = "99-2026", "questionnaire"
AT_ONCE, EACH = 6, 5
HOLD = """
import sys, time
from pathlib import Path
from diagnostic.core.locks import turn
with turn(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="un dossier ne s’y verrouille pas")


@contextmanager
def held(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process changes this folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow")}
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout and run.stdout.readline() == "held\n"
            yield run
        finally:
            run.kill()


def test_a_second_is_told_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    with held(tmp_path) as other:
        with pytest.raises(Busy) as refused, turn(tmp_path, NOW):
            pass
        assert str(refused.value).startswith(f"Une autre commande écrit en ce moment dans {tmp_path.as_posix()}")
        other.kill()
        other.wait()
        with turn(tmp_path, NOW):
            pass
    with turn(tmp_path / "absent", NOW):
        pass


def test_a_second_that_can_wait_has_its_turn(tmp_path: Path) -> None:
    with held(tmp_path) as other:
        threading.Timer(0.3, other.kill).start()
        with turn(tmp_path):
            assert other.wait() != 0


@pytest.mark.parametrize("place", ["results", "vault"])
def test_a_calculation_does_not_begin_beside_a_purge(tmp_path: Path, place: str) -> None:
    (tmp_path / "Snakefile").touch()
    (tmp_path / place / STUDY).mkdir(parents=True)
    with held(tmp_path / place / STUDY), pytest.raises(Busy):
        calculate(tmp_path, [STUDY], False, sys.stdout)


def test_documents_are_not_put_in_place_by_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn.__wrapped__, "__defaults__", (NOW,))  # type: ignore[attr-defined]
    results = tmp_path / "results" / STUDY
    (results / "report").mkdir(parents=True)
    (results / "report/rapport.html").write_text("avant")
    (tmp_path / "refaits").mkdir()
    (tmp_path / "refaits/rapport.html").write_text("après")
    with held(results), pytest.raises(Busy):
        replace(tmp_path / "refaits", results)
    assert (results / "report/rapport.html").read_text() == "avant"
    assert [path.name for path in results.iterdir()] == ["report"]


def test_exports_that_come_at_once_are_all_kept(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, STUDY)

    def add(one: int) -> None:
        for number in range(EACH):
            versions.add(vault, f"{one} {number}".encode(), ROLE, ".csv", "2026-03-01")

    with ThreadPoolExecutor(AT_ONCE) as several:
        assert list(several.map(add, range(AT_ONCE))) == [None] * AT_ONCE
    kept = versions.versions(vault, ROLE)
    assert [one.number for one in kept] == list(range(1, AT_ONCE * EACH + 1))
    given = {f"{one} {number}".encode() for one in range(AT_ONCE) for number in range(EACH)}
    assert {versions.content(vault, one) for one in kept} == given
    assert versions.in_use(vault, ROLE) == kept[-1]
