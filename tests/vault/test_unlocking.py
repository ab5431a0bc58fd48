"""The vault as the configuration says it is kept: in clear, or encrypted with age keys."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from diagnostic.core.declarations import ConfigError
from diagnostic.privacy.vault import VaultError
from diagnostic.study.unlocking import IDENTITY, cipher, opened

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
