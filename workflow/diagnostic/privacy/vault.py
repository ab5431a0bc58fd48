"""The vault: the one door of personal data, one folder and one key per study, closed to everybody else.

    vault/{study}/received/   exports as received, under the name of their role: form.xlsx
    vault/{study}/versions/   every export that came, in its order (see `versions`)
    vault/{study}/private/    tables of what was split off: names, e-mails, phones, free text, exact places
    vault/{study}/key         32 random bytes, one set per edition; never printed (of an invented study: declared)

What leaves goes by keyed digests and keyed pseudonyms: without the key a guess cannot be confirmed, and two editions
cannot be joined. Messages name roles and counts, never a value, never the name a file was received under.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from diagnostic.core.declarations import STUDY_ID, invented
from diagnostic.core.french import NBSP, plural
from diagnostic.privacy import folding
from diagnostic.privacy.ciphers import Cipher, VaultError
from diagnostic.privacy.placement import misplaced

if TYPE_CHECKING:
    import pandas as pd

VAULT = "vault"
RECEIVED, PRIVATE, KEY, CERTIFICATES = "received", "private", "key", "certificats"
VERSIONS, SHEETS = "versions", "feuilles"  # every export that came; sheets that the team works in
FOLDERS = (RECEIVED, PRIVATE, VERSIONS, SHEETS)
FOLDER_MODE, FILE_MODE = 0o700, 0o600
WRITING = ".ecriture-"  # how the name of a file that is being written begins
KEY_BYTES = 32
SUFFIXES = (".csv", ".tsv", ".xlsx", ".zip", ".json", ".txt")
ENCRYPTED = ".age"
ROLE = re.compile(r"[a-z][a-z0-9_]{0,40}")

# Kinds of pseudonyms: a letter each, and how two writings of one thing are made the same.
LETTERS = {
    "response": "R",
    "person": "P",
    "name": "N",
    "phone": "T",
    "email": "E",
    "place": "L",
    "site": "S",
    "text": "X",
}
NAMES = frozenset({"person", "name", "place"})
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to be misread
SHORTEST, LONGEST = 6, 26


@dataclass(frozen=True)
class Receipt:
    """What became of an export: its neutral path, its keyed digest, and the digest it takes the place of."""

    path: Path
    digest: str
    replaced: str | None


@dataclass(frozen=True)
class Vault:
    """An open vault. Its key never shows in a message, a `repr` or a log."""

    study: str
    folder: Path
    _key: bytes = field(repr=False)
    _cipher: Cipher | None = field(default=None, repr=False)

    @property
    def purged(self) -> bool:
        """Whether the key was deleted by a purge: what is kept can be read, nothing can be linked any more."""
        return not self._key

    def _mac(self, purpose: str, content: bytes) -> bytes:
        if self.purged:
            raise VaultError(
                f"Coffre de {self.study}{NBSP}: la clé a été supprimée par une purge ; plus rien ne s’y rattache."
            )
        own = hmac.digest(self._key, purpose.encode(), "sha256")  # one key per purpose: no value serves two uses
        return hmac.digest(own, content, "sha256")

    def secret(self, purpose: str) -> bytes:
        """A key for one purpose, derived from the vault's. Raises VaultError after a purge."""
        return self._mac("secret", purpose.encode())

    def digest(self, content: bytes) -> str:
        """The keyed digest of a content: « hmac-sha256:… ». Raises VaultError after a purge."""
        return "hmac-sha256:" + self._mac("digest", content).hex()

    def pseudonym(self, kind: str, value: str, length: int = SHORTEST) -> str:
        """A short name such as R-7K3F9Q for a value, the same all through the edition, different in any other kind
        or edition; "" for a blank. For a whole column use `pseudonyms`, which keeps two values apart.

        Raises KeyError for an unknown kind, VaultError after a purge.
        """
        letter, text = LETTERS[kind], normalised(kind, value)
        return f"{letter}-{self._code(kind, text)[:length]}" if text else ""

    def _code(self, kind: str, text: str) -> str:
        whole = int.from_bytes(self._mac(f"pseudonym {kind}", text.encode())[:17], "big")
        return "".join(ALPHABET[whole >> 5 * place & 31] for place in range(LONGEST))

    def pseudonyms(self, kind: str, values: Iterable[str]) -> list[str]:
        """The pseudonyms of a column. Values whose short names are the same both take one more sign, and so on.

        The order of the values plays no part. 6 signs are 30 bits: among 1 000 values, one chance in 2 000 that two
        names grow; a name that grew begins as before.
        """
        texts = [normalised(kind, value) for value in values]
        codes = {text: self._code(kind, text) for text in set(texts) if text}
        short = {text: code[:SHORTEST] for text, code in codes.items()}
        for length in range(SHORTEST + 1, LONGEST + 1):
            seen: dict[str, list[str]] = {}
            for text, code in short.items():
                seen.setdefault(code, []).append(text)
            clashes = [text for same in seen.values() if len(same) > 1 for text in same]
            if not clashes:
                break
            short |= {text: codes[text][:length] for text in clashes}
        return [f"{LETTERS[kind]}-{short[text]}" if text else "" for text in texts]

    # --- received exports ---

    def receive(self, content: bytes, role: str, suffix: str) -> Receipt:
        """Store an export under its role's name; an earlier one of the role is replaced. Raises VaultError."""
        _check_role(role)
        suffix = suffix.lower()
        if suffix not in SUFFIXES:
            raise VaultError(f"Coffre de {self.study}{NBSP}: {role} doit être un fichier {', '.join(SUFFIXES)}.")
        before = self.received(role)
        replaced = self.digest(self.read_received(role)) if before else None
        path = self.store(content, self.folder / RECEIVED / f"{role}{suffix}")
        if before and before != path:
            before.unlink()
        return Receipt(path, self.digest(content), replaced)

    def received(self, role: str) -> Path | None:
        """Where the export of a role is, if there is one."""
        _check_role(role)
        names = [role + suffix + end for suffix in SUFFIXES for end in (ENCRYPTED, "")]
        return next((path for name in names if (path := self.folder / RECEIVED / name).is_file()), None)

    def read_received(self, role: str) -> bytes:
        """The content of a role's export. Raises VaultError when there is none."""
        path = self.received(role)
        if path is None and self.purged:
            raise VaultError(
                f"Coffre de {self.study}{NBSP}: l’étude a été purgée, elle ne peut plus être recalculée ; l’ôter de "
                "« studies » dans config/config.yaml. Ses documents restent dans results/."
            )
        if path is None:
            raise VaultError(f"Coffre de {self.study}{NBSP}: aucun fichier reçu pour {role}.")
        return self.load(path)

    # --- private tables ---

    def write_private(self, frame: pd.DataFrame, name: str) -> Path:
        """Write a table of split-off data: Parquet, whole or not at all, mode 0600. Raises VaultError."""
        from diagnostic.core import (
            io,  # here: it loads what tables are made with, which most readings of a vault do without
        )

        _check_role(name)
        content = None
        with contextlib.suppress(io.DoorError):
            content = io.parquet_bytes(frame)
        if content is None:
            raise VaultError(f"Coffre de {self.study}{NBSP}: la table {name} mêle des types dans une colonne.")
        return self.store(content, self.folder / PRIVATE / f"{name}.parquet")

    def read_private(self, name: str) -> pd.DataFrame:
        """Read a private table. Raises VaultError when it is absent or damaged."""
        from diagnostic.core import io

        _check_role(name)
        path = self.folder / PRIVATE / f"{name}.parquet"
        path = path if path.is_file() else path.with_name(path.name + ENCRYPTED)
        if not path.is_file():
            raise VaultError(f"Coffre de {self.study}{NBSP}: la table {name} n’y est pas.")
        content = self.load(path)
        with contextlib.suppress(io.DoorError):
            return io.parquet_frame(content)[0]
        raise VaultError(f"Coffre de {self.study}{NBSP}: la table {name} est abîmée.")

    def private_names(self) -> list[str]:
        """The names of the private tables."""
        names = (path.name.removesuffix(ENCRYPTED) for path in (self.folder / PRIVATE).glob("*.parquet*"))
        return sorted({name.removesuffix(".parquet") for name in names if not name.startswith(".")})

    def folder_of(self, name: str) -> Path:
        """One of the vault's folders, made on first use, closed to others."""
        folder = self.folder / name
        if not folder.is_dir():
            folder.mkdir(mode=FOLDER_MODE)
            folder.chmod(FOLDER_MODE)  # whatever the umask
        return folder

    def store(self, content: bytes, path: Path) -> Path:
        """Write a file of the vault, encrypted when there is a cipher, in its place in either form. Returns its path."""
        target = path.with_name(path.name + ENCRYPTED) if self._cipher else path
        write_closed(self._cipher.encrypt(content) if self._cipher else content, target)
        other = path if self._cipher else path.with_name(path.name + ENCRYPTED)
        other.unlink(missing_ok=True)
        return target

    def load(self, path: Path) -> bytes:
        """The content of a file of the vault, deciphered where its name says so. Raises VaultError."""
        content = path.read_bytes()
        return _decrypt(self._cipher, content, self.study) if path.name.endswith(ENCRYPTED) else content


def _check_role(role: str) -> None:
    if not ROLE.fullmatch(role):
        raise VaultError("Un nom de rôle ou de table s’écrit en minuscules, chiffres et tirets bas.")


def normalised(kind: str, value: str) -> str:
    """One writing for one thing: names without case, accents and spaces' differences; phones as digits; e-mails in
    lower case; other kinds as they are."""
    if kind in NAMES:
        return folding.fold(value)
    if kind == "phone":
        return folding.phone_digits(value)
    text = folding.clean(value).strip()
    return text.casefold() if kind == "email" else text


def write_closed(content: bytes, path: Path) -> None:
    """Write a file that only its owner reads, whole or not at all: temporary name, fsync, rename."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=WRITING)  # mkstemp: mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


# --- opening ----------------------------------------------------------------------------------------------------


def open_vault(
    root: Path, study: str, place: Path | str = VAULT, cipher: Cipher | None = None, create: bool = True
) -> Vault:
    """Open a study's vault under the project's `root`, made on first use. Raises VaultError with every problem.

    `place`: the vault's folder, from the root or absolute. Refused: a name that is no study, a link on the way, a
    folder or key that others may open, a place inside results/ or that git would keep, a lost or damaged key.
    """
    if not re.fullmatch(STUDY_ID, study):
        raise VaultError(
            "Le coffre s’ouvre pour une étude nommée « département-année », par exemple 62-2020, ou « région-année »."
        )
    base = root / place
    folder = base / study
    problems = [
        *_links(root, [base, folder, *(folder / name for name in (*FOLDERS, KEY))]),
        *misplaced(root, base, KEY),
    ]
    if not problems and not folder.is_dir() and not create:
        problems = [f"Coffre de {study}{NBSP}: il n’existe pas."]
    if problems:
        raise VaultError("\n".join(problems))
    for part in (base, folder, folder / RECEIVED, folder / PRIVATE):
        if not part.exists() and (create or part.parent == folder):
            part.mkdir(mode=FOLDER_MODE, parents=part == base)
            part.chmod(FOLDER_MODE)  # whatever the umask
    problems = _too_open(study, base, folder)
    if problems:
        raise VaultError("\n".join(problems))
    return Vault(study, folder, _open_key(study, folder, cipher), cipher)


def _links(root: Path, paths: Sequence[Path]) -> list[str]:
    """Links among the vault's folders and on the way to them, the root itself aside."""
    steps = {step for path in paths for step in (path, *path.parents) if step != root and step not in root.parents}
    found = sorted(_name(root, step) for step in steps if step.is_symlink())
    return [f"Coffre{NBSP}: {name} est un lien symbolique ; le remplacer par un vrai dossier." for name in found]


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _too_open(study: str, base: Path, folder: Path) -> list[str]:
    if not hasattr(os, "geteuid"):  # Windows has no such modes: the disk is to be encrypted (README)
        return []
    found = []
    for path in (base, folder, *(folder / name for name in (*FOLDERS, KEY, KEY + ENCRYPTED))):
        if not path.exists():
            continue
        status = path.stat()
        wanted = FOLDER_MODE if path.is_dir() else FILE_MODE
        name = path.relative_to(base.parent).as_posix()
        if stat.S_IMODE(status.st_mode) & ~wanted:
            found.append(f"Coffre{NBSP}: d’autres personnes peuvent ouvrir {name} ; faire « chmod {wanted:o} {name} ».")
        if status.st_uid != os.geteuid():
            found.append(f"Coffre{NBSP}: {name} appartient à un autre compte de cet ordinateur.")
    private = folder / PRIVATE
    wide = (
        [p for p in private.iterdir() if p.is_symlink() or stat.S_IMODE(p.stat().st_mode) & ~FILE_MODE]
        if private.is_dir()
        else []
    )
    if wide:
        found.append(
            f"Coffre de {study}{NBSP}: {len(wide)} {plural(len(wide), 'table')} de private/ "
            f"{plural(len(wide), 'est un lien ou s’ouvre', 'sont des liens ou s’ouvrent')} à d’autres ; faire « chmod 600 »."
        )
    links = sum(path.is_symlink() for path in (folder / RECEIVED).iterdir()) if (folder / RECEIVED).is_dir() else 0
    if links:
        found.append(
            f"Coffre de {study}{NBSP}: {links} {plural(links, 'lien')} dans received/ ; y mettre les fichiers eux-mêmes."
        )
    return found


def _open_key(study: str, folder: Path, cipher: Cipher | None) -> bytes:
    """The edition's key, drawn on first use; empty after a purge."""
    plain, locked = folder / KEY, folder / (KEY + ENCRYPTED)
    if locked.is_file() or plain.is_file():
        key = _decrypt(cipher, locked.read_bytes(), study) if locked.is_file() else plain.read_bytes()
        if len(key) != KEY_BYTES:
            raise VaultError(f"Coffre de {study}{NBSP}: la clé est abîmée ; la reprendre de la sauvegarde.")
        return key
    if any((folder / CERTIFICATES).glob("purge-*.json")):
        return b""
    if any((folder / PRIVATE).iterdir()):
        raise VaultError(
            f"Coffre de {study}{NBSP}: la clé a disparu ; la reprendre de la sauvegarde, ou purger l’étude."
        )
    key = declared_key(study) if invented(study) else secrets.token_bytes(KEY_BYTES)
    write_closed(cipher.encrypt(key) if cipher else key, locked if cipher else plain)
    return key


def declared_key(study: str) -> bytes:
    """The key of an invented study, which anybody can know: its exports lie in the open, and every copy of the project
    must print the same numbers. Raises ValueError for a study that may be real."""
    if not invented(study):
        raise ValueError(f"{study}: the key of a study of a real département is drawn")
    return hashlib.sha256(f"coffre ouvert de l’étude inventée {study}".encode()).digest()


# --- encryption with age ----------------------------------------------------------------------------------------


def _decrypt(cipher: Cipher | None, content: bytes, study: str) -> bytes:
    if cipher is None:
        raise VaultError(f"Coffre de {study}{NBSP}: il est chiffré ; donner le fichier d’identité age.")
    return cipher.decrypt(content)
