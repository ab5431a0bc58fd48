"""The vault: closed to others, neutral names, keyed digests and pseudonyms, optional encryption."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import types
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.privacy.vault import ALPHABET, Vault, VaultError, age_cipher, open_vault

STUDY, OTHER = "62-2020", "99-2026"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_vault_is_closed_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        vault = open_vault(tmp_path, STUDY)
        vault.receive(b"a;b\n", "form", ".csv")
        vault.write_private(pd.DataFrame({"name": ["Zoé"]}), "contacts")
    finally:
        os.umask(old)
    assert {mode(p) for p in [tmp_path / "vault", *(tmp_path / "vault").rglob("*")] if p.is_dir()} == {0o700}
    assert {mode(p) for p in (tmp_path / "vault").rglob("*") if p.is_file()} == {0o600}
    assert (vault.folder / "key").stat().st_size == 32
    assert open_vault(tmp_path, STUDY).digest(b"x") == vault.digest(b"x")


def test_every_wide_permission_is_told_at_once(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, STUDY)
    vault.write_private(pd.DataFrame({"name": ["Zoé"]}), "contacts")
    for part, wide in (("received", 0o750), ("private", 0o755), ("key", 0o640), ("private/contacts.parquet", 0o644)):
        (vault.folder / part).chmod(wide)
    with pytest.raises(VaultError) as refused:
        open_vault(tmp_path, STUDY)
    lines = str(refused.value).splitlines()
    assert len(lines) == 4
    assert all("chmod" in line for line in lines)


@pytest.mark.parametrize("part", ["vault", "vault/62-2020", "vault/62-2020/received", "vault/62-2020/key"])
def test_links_are_refused(tmp_path: Path, part: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    open_vault(root, STUDY)
    (root / part).rename(tmp_path / "elsewhere")
    (root / part).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(VaultError, match="lien symbolique"):
        open_vault(root, STUDY)


@pytest.mark.parametrize("study", ["../x", "62", "62-2020/..", "", "Jeanne"])
def test_only_studies_have_vaults(tmp_path: Path, study: str) -> None:
    with pytest.raises(VaultError) as refused:
        open_vault(tmp_path, study)
    assert not study or study not in str(refused.value).replace("62-2020", "")


def git(folder: Path, *words: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("git absent")
    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x", *words], check=True, capture_output=True
    )


def test_git_must_ignore_the_vault(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(VaultError, match="gitignore"):
        open_vault(tmp_path, STUDY)
    (tmp_path / ".gitignore").write_text("vault/\n")
    open_vault(tmp_path, STUDY)
    (tmp_path / "vault/62-2020/received/form.csv").write_text("a")
    git(tmp_path, "add", "-f", "vault/62-2020/received/form.csv")
    with pytest.raises(VaultError, match="git suit 1 fichier"):
        open_vault(tmp_path, STUDY)


def test_without_git_the_ignore_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VaultError, match="gitignore"):
        open_vault(tmp_path, STUDY)
    (tmp_path / ".gitignore").write_text("/vault/\n")
    open_vault(tmp_path, STUDY)


def test_the_key_is_never_shown_and_never_made_again_silently(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, STUDY)
    key = (vault.folder / "key").read_bytes()
    shown = repr(vault) + str(vault) + f"{vault}"
    assert key.hex() not in shown and repr(key) not in shown and "key=" not in shown
    vault.write_private(pd.DataFrame({"name": ["Zoé"]}), "contacts")
    (vault.folder / "key").unlink()
    with pytest.raises(VaultError, match="la clé manque"):
        open_vault(tmp_path, STUDY)
    (vault.folder / "key").touch(0o600)
    with pytest.raises(VaultError, match="la clé est abîmée"):
        open_vault(tmp_path, STUDY)


def test_a_digest_confirms_nothing_without_the_key(tmp_path: Path) -> None:
    one, two = open_vault(tmp_path, STUDY), open_vault(tmp_path, OTHER)
    digest = one.digest(b"Zoe;0639980000")
    assert digest.startswith("hmac-sha256:") and len(digest) == len("hmac-sha256:") + 64
    assert hashlib.sha256(b"Zoe;0639980000").hexdigest() not in digest
    assert digest != two.digest(b"Zoe;0639980000")


@pytest.mark.parametrize(
    ("kind", "writings"),
    [
        (
            "name",
            ["Éléonore D’Arc", "ELEONORE D'ARC", " eléonore   d’arc ", unicodedata.normalize("NFD", "Éléonore D’Arc")],
        ),
        ("phone", ["06 39 98 12 34", "0639981234", "+33 6 39 98 12 34", "0033639981234", "+33 (0)6.39.98.12.34"]),
        ("email", ["Zoe@Exemple.fr", "zoe@exemple.fr "]),
    ],
)
def test_one_thing_has_one_pseudonym(tmp_path: Path, kind: str, writings: list[str]) -> None:
    vault = open_vault(tmp_path, STUDY)
    assert len({vault.pseudonym(kind, value) for value in writings}) == 1
    assert set(vault.pseudonyms(kind, writings)) == {vault.pseudonym(kind, writings[0])}


def test_pseudonyms_differ_across_kinds_and_editions(tmp_path: Path) -> None:
    one, two = open_vault(tmp_path, STUDY), open_vault(tmp_path, OTHER)
    codes = {
        vault.pseudonym(kind, "zoe")[2:] for vault in (one, two) for kind in ("name", "person", "email", "response")
    }
    assert len(codes) == 8
    assert one.pseudonym("name", "  ") == "" and one.pseudonyms("name", ["", "Zoé"])[0] == ""


@pytest.mark.slow
def test_two_values_never_share_a_pseudonym_and_order_plays_no_part() -> None:
    """100 000 values on 30 bits: about 4.7 clashes are expected (birthday: n²/2³¹); the key is fixed, so is the count."""
    vault = Vault(STUDY, Path("."), bytes(range(32)))
    values = [f"uuid:{at}" for at in range(100_000)]
    found = vault.pseudonyms("response", values)
    assert len(set(found)) == len(values)
    long = [at for at, code in enumerate(found) if len(code) > 8]
    assert 2 <= len(long) <= 24
    assert all(found[at].startswith(vault.pseudonym("response", values[at])) for at in long)
    assert all(set(code[2:]) <= set(ALPHABET) for code in found[:1000])
    some = [*long, *range(50)]
    assert vault.pseudonyms("response", [values[at] for at in reversed(some)]) == [found[at] for at in reversed(some)]


def test_received_files_lose_their_names(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, STUDY)
    source = tmp_path / "Réponses de Zoé Beauvannois.XLSX"
    source.write_bytes(b"one")
    first = vault.receive(source.read_bytes(), "form", source.suffix)
    assert first.path.name == "form.xlsx"
    vault.receive(b"two", "form", ".csv")
    assert [path.name for path in (vault.folder / "received").iterdir()] == ["form.csv"]
    assert vault.read_received("form") == b"two"


def test_what_cannot_be_received_is_refused_without_its_name(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, STUDY)
    for role, suffix in (("../form", ".csv"), ("Form", ".csv"), ("form", ".exe"), ("form", "/../x.csv")):
        with pytest.raises(VaultError):
            vault.receive(b"x", role, suffix)


def test_private_tables_come_back_whole_and_damage_is_seen(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, STUDY)
    frame = pd.DataFrame({"name": ["Zoé", None], "age": pd.array([31, None], dtype="Int64")})
    path = vault.write_private(frame, "contacts")
    back = vault.read_private("contacts")
    assert back["name"].tolist()[0] == "Zoé" and back["age"].tolist()[0] == 31 and back.isna().sum().sum() == 2
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(VaultError, match="abîmée"):
        vault.read_private("contacts")
    assert [p.name for p in path.parent.iterdir()] == ["contacts.parquet"]


@given(
    value=st.text(st.characters(categories=["Lu", "Ll"]), min_size=4, max_size=20).map("Qz".__add__)
)  # no French word
def test_messages_hold_no_value(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    vault = open_vault(tmp_path_factory.mktemp("v"), STUDY)
    attempts = [
        lambda: vault.write_private(pd.DataFrame({"x": [value, 3]}, dtype=object), "contacts"),
        lambda: vault.write_private(pd.DataFrame({"x": ["a"]}), f"Z {value}"),
        lambda: vault.receive(value.encode(), f"-{value}", ".csv"),
        lambda: vault.receive(value.encode(), "form", f".{value}"),
        lambda: age_cipher([value]),
    ]
    for attempt in attempts:
        with pytest.raises(VaultError) as refused:
            attempt()
        assert value.lower() not in str(refused.value).lower()
        assert refused.value.__cause__ is None and not isinstance(refused.value.__context__, (ValueError, TypeError))


class FakeAge:
    """A cipher that turns bits over: enough to see what is stored and what is read."""

    def encrypt(self, content: bytes) -> bytes:
        return bytes(255 - byte for byte in content)

    decrypt = encrypt


def test_an_encrypted_vault_holds_nothing_in_clear(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, STUDY, cipher=FakeAge())
    vault.receive(b"Zoe Beauvannois", "form", ".csv")
    vault.write_private(pd.DataFrame({"name": ["Zoe Beauvannois"]}), "contacts")
    files = [path for path in vault.folder.rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == ["contacts.parquet.age", "form.csv.age", "format", "key.age"]
    assert not any(b"Zoe" in path.read_bytes() or path.read_bytes().startswith(b"PAR1") for path in files)
    again = open_vault(tmp_path, STUDY, cipher=FakeAge())
    assert again.read_received("form") == b"Zoe Beauvannois" and again.private_names() == ["contacts"]
    assert again.read_private("contacts")["name"].tolist() == ["Zoe Beauvannois"]
    with pytest.raises(VaultError, match="chiffré"):
        open_vault(tmp_path, STUDY)


RECIPIENT = "age1" + "q" * 58


def test_encryption_asks_for_a_tool_when_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(VaultError, match="pyrage"):
        age_cipher([RECIPIENT])


def test_the_errors_of_pyrage_are_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Error(Exception):
        pass

    def refuse(content: bytes, keys: list[str]) -> bytes:
        raise Error("secret")

    key = types.SimpleNamespace(from_str=lambda text: text)
    fake = types.SimpleNamespace(
        DecryptError=Error,
        IdentityError=Error,
        decrypt=refuse,
        encrypt=lambda content, keys: content[::-1],
        x25519=types.SimpleNamespace(Recipient=key, Identity=key),
    )
    monkeypatch.setitem(sys.modules, "pyrage", fake)
    identity = tmp_path / "identity.txt"
    identity.write_text("# created\nAGE-SECRET-KEY-1X\n")
    with pytest.raises(VaultError, match="chmod 600"):
        identity.chmod(0o644)
        age_cipher([RECIPIENT], identity)
    identity.chmod(0o600)
    assert age_cipher([RECIPIENT]).encrypt(b"abc") == b"cba"
    with pytest.raises(VaultError, match="n’ouvre pas") as refused:
        age_cipher([RECIPIENT], identity).decrypt(b"x")
    assert "secret" not in str(refused.value)
    with pytest.raises(VaultError, match="identité"):
        age_cipher([RECIPIENT]).decrypt(b"x")
