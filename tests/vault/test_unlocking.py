"""The vault as the configuration says it is kept: in clear, or encrypted with age keys."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from diagnostic.core.declarations import ConfigError
from diagnostic.privacy import versions
from diagnostic.privacy.vault import VaultError, declared_key
from diagnostic.study.config import IDENTITY, cipher, opened

CONFIG = 'studies: ["47-2026"]\n'


def project(root: Path, text: str = "") -> Path:
    (root / "config").mkdir()
    (root / "config/config.yaml").write_text(CONFIG + text, encoding="utf-8")
    return root


def test_without_keys_the_vault_is_in_clear(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert cipher(root) is None
    vault = opened(root, "47-2026")
    vault.receive(b"a,b\n1,2\n", "questionnaire", ".csv")
    assert (root / "vault/47-2026/received/questionnaire.csv").is_file()


@pytest.mark.parametrize(
    "text", ["vault:\n  recipients: []\n", "vault: {}\n", "vault:\n  recipients: [age1x]\n  clé: 1\n"]
)
def test_a_wrong_declaration_is_refused_in_french(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="config.yaml"):
        cipher(project(tmp_path, text))


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="age1"):
        cipher(project(tmp_path, "vault:\n  recipients: [age1x]\n"))


def test_with_keys_nothing_is_left_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pyrage = pytest.importorskip("pyrage")
    identity = pyrage.x25519.Identity.generate()
    secret = tmp_path / "identity.txt"
    secret.write_text(f"{identity}\n")
    os.chmod(secret, 0o600)
    root = tmp_path / "project"
    root.mkdir()
    project(root, f'vault:\n  recipients: ["{identity.to_public()}"]\n')
    monkeypatch.setenv(IDENTITY, str(secret))
    opened(root, "47-2026").receive(b"une,reponse\n", "questionnaire", ".csv")
    held = [path for path in (root / "vault").rglob("*") if path.is_file()]
    assert {path.suffix for path in held} == {".age"}
    assert not any(b"reponse" in path.read_bytes() for path in held)
    assert opened(root, "47-2026").read_received("questionnaire") == b"une,reponse\n"
    monkeypatch.delenv(IDENTITY)
    with pytest.raises(VaultError, match="identité"):
        opened(root, "47-2026").read_received("questionnaire")


def in_the_open(root: Path, content: bytes, study: str = "99-2026") -> Path:
    """The project, and an export of a study among its public files."""
    path = root / f"resources/studies/{study}/received/questionnaire.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return root


def test_an_invented_study_takes_in_each_export_that_lies_in_the_open_once(tmp_path: Path) -> None:
    root = in_the_open(project(tmp_path), b"un")
    assert opened(root, "99-2026", create=False).read_received("questionnaire") == b"un"
    opened(root, "99-2026").receive(b"un autre", "questionnaire", ".csv")
    assert opened(root, "99-2026").read_received("questionnaire") == b"un autre"  # a person put it there
    vault = opened(in_the_open(root, b"deux"), "99-2026")
    assert vault.read_received("questionnaire") == b"deux"
    kept = [versions.content(vault, one) for one in versions.versions(vault, "questionnaire")]
    assert kept == [b"un", b"un autre", b"deux"]


def test_what_was_erased_does_not_come_back(tmp_path: Path) -> None:
    root = in_the_open(project(tmp_path), b"une,deux")
    vault = opened(root, "99-2026")
    versions.rewrite(vault, versions.versions(vault, "questionnaire")[0], b"une", "2026-07-01")
    vault.receive(b"une", "questionnaire", ".csv")
    assert opened(root, "99-2026").read_received("questionnaire") == b"une"


def test_a_study_that_may_be_real_takes_nothing_from_there(tmp_path: Path) -> None:
    root = in_the_open(project(tmp_path), b"un", "47-2026")
    with pytest.raises(VaultError, match="il n’existe pas"):
        opened(root, "47-2026", create=False)
    assert opened(root, "47-2026").received("questionnaire") is None


def test_only_the_key_of_an_invented_study_is_known(tmp_path: Path) -> None:
    root = project(tmp_path)
    for study in ("99-2026", "99-2025", "47-2026"):
        opened(root, study)
    keys = {study: (root / f"vault/{study}/key").read_bytes() for study in ("99-2026", "99-2025", "47-2026")}
    assert len(set(keys.values())) == 3
    assert keys["99-2026"] == declared_key("99-2026")
    with pytest.raises(ValueError, match="drawn"):
        declared_key("47-2026")
