"""The vault: the one door of personal data, one folder and one key per study, closed to everybody else.

    vault/{study}/received/   exports as received, under the name of their role: form.xlsx
    vault/{study}/versions/   every export that came, in its order (see `versions`)
    vault/{study}/private/    tables of what was split off: names, e-mails, phones, free text, exact places
    vault/{study}/format      the number of how it is laid out, without which it is of before there were any
    vault/{study}/key         32 random bytes, one set per edition; never printed (of an invented study: declared)

What leaves goes by keyed digests and keyed pseudonyms: without the key a guess cannot be confirmed, and two editions
cannot be joined. Messages name roles and counts, never a value, never the name a file was received under.
"""

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import shutil
import stat
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from diagnostic.core.declarations import STUDY_ID, invented
from diagnostic.core.errors import Refused
from diagnostic.core.french import NBSP, plural
from diagnostic.core.locks import turn
from diagnostic.core.writing import sync, write_whole
from diagnostic.privacy import folding


# -- Encryption of the vault with age, through its Python package --------------------------------------------------
class VaultError(Refused):
    """The vault cannot be used; the message lists every problem, one per line, in French, without any value."""


class Cipher(Protocol):
    """Encryption of what the vault holds. `decrypt` raises VaultError when the key does not open it."""

    def encrypt(self, content: bytes) -> bytes: ...

    def decrypt(self, content: bytes) -> bytes: ...


def age_cipher(recipients: Sequence[str], identity: Path | None = None) -> Cipher:
    """Encryption to age public keys (`age1…`), through the Python package pyrage.

    `identity`: the file of the secret key, needed to read. Raises VaultError when it is not installed, when a public
    key is not one, or when others may read the identity.
    """
    if not recipients or not all(re.fullmatch(r"age1[02-9ac-hj-np-z]{58}", one) for one in recipients):
        raise VaultError(f"Chiffrement{NBSP}: une clé publique age commence par « age1 » et compte 62 signes.")
    if identity is not None and (not identity.is_file() or stat.S_IMODE(identity.stat().st_mode) & 0o077):
        raise VaultError(
            f"Chiffrement{NBSP}: le fichier d’identité age est absent ou ouvert à d’autres ; faire « chmod 600 »."
        )
    try:
        import pyrage  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        told = f"Chiffrement{NBSP}: installer « pyrage » (pip install pyrage), ou retirer les clés."
        raise VaultError(told) from None
    return _Pyrage(tuple(recipients), identity)


@dataclass(frozen=True)
class _Pyrage:
    recipients: tuple[str, ...]
    identity: Path | None

    def encrypt(self, content: bytes) -> bytes:
        import pyrage

        return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(one) for one in self.recipients]))

    def decrypt(self, content: bytes) -> bytes:
        import pyrage

        if self.identity is None:
            raise VaultError(f"Chiffrement{NBSP}: donner le fichier d’identité age pour lire le coffre.")
        lines = self.identity.read_text(encoding="utf-8").splitlines()
        secret = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
        with contextlib.suppress(pyrage.DecryptError, pyrage.IdentityError):
            return bytes(pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(line) for line in secret]))
        raise VaultError(f"Chiffrement{NBSP}: cette identité age n’ouvre pas le coffre, ou le fichier est abîmé.")


# -- A vault ------------------------------------------------------------------------------------------------------
if TYPE_CHECKING:
    import pandas as pd

VAULT = "vault"
RECEIVED, PRIVATE, KEY, CERTIFICATES = "received", "private", "key", "certificats"
VERSIONS, SHEETS = "versions", "feuilles"  # every export that came; sheets that the team works in
FORMAT = "format"  # the number of how a vault is laid out
BEFORE = "avant"  # what the vault was before it was converted, by its number
FOLDERS = (RECEIVED, PRIVATE, VERSIONS, SHEETS)
FOLDER_MODE, FILE_MODE = 0o700, 0o600
WRITING = ".ecriture-"  # how the name of a file that is being written begins
KEY_BYTES = 32
SUFFIXES = (".csv", ".tsv", ".xlsx", ".zip", ".json", ".txt", ".yaml")
ENCRYPTED = ".age"
ROLE = re.compile(r"[a-z][a-z0-9_]{0,40}")

# Kinds of pseudonyms: a letter each, and how two writings of one thing are made the same.
LETTERS = dict(zip("response person name phone email place site text".split(), "RPNTELSX", strict=True))
NAMES = frozenset({"person", "name", "place"})
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to be misread
SHORTEST, LONGEST = 6, 26


@dataclass(frozen=True)
class Receipt:
    """What became of an export: its neutral path and its keyed digest."""

    path: Path
    digest: str


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
            seen = Counter(short.values())
            clashes = [text for text, code in short.items() if seen[code] > 1]
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
        before, digest = self.received(role), self.digest(content)
        path = self.store(content, self.folder / RECEIVED / f"{role}{suffix}")
        if before and before != path:
            before.unlink()
        return Receipt(path, digest)

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

    def write_private(self, frame: "pd.DataFrame", name: str) -> Path:
        """Write a table of split-off data: Parquet, whole or not at all, mode 0600. Raises VaultError."""
        from diagnostic.core import io  # here: it loads what tables are made with, and most readings do without

        _check_role(name)
        with contextlib.suppress(io.DoorError):
            content = io.parquet_bytes(frame)
            with turn(self.folder):  # whoever has it takes away what is half written
                return self.store(content, self.folder / PRIVATE / f"{name}.parquet")
        raise VaultError(f"Coffre de {self.study}{NBSP}: la table {name} mêle des types dans une colonne.")

    def read_private(self, name: str) -> "pd.DataFrame":
        """Read a private table. Raises VaultError when it is absent or damaged."""
        from diagnostic.core import io

        _check_role(name)
        path = self.kept(PRIVATE, f"{name}.parquet")
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

    def kept(self, *names: str) -> Path:
        """Where a file of the vault is, in clear or encrypted."""
        path = self.folder.joinpath(*names)
        other = path.with_name(path.name + ENCRYPTED)
        return other if other.is_file() else path

    def store(self, content: bytes, path: Path) -> Path:
        """Write a file of the vault, encrypted when there is a cipher, in its place in either form. Returns its path."""
        target = path.with_name(path.name + ENCRYPTED) if self._cipher else path
        write_closed(self._cipher.encrypt(content) if self._cipher else content, target)
        other = path if self._cipher else path.with_name(path.name + ENCRYPTED)
        other.unlink(missing_ok=True)
        return target

    def load(self, path: Path) -> bytes:
        """The content of a file of the vault. Raises VaultError."""
        return self.clear(path.read_bytes(), path.name)

    def clear(self, content: bytes, name: str) -> bytes:
        """A content deciphered where the name of its file says that it is encrypted. Raises VaultError."""
        return _decrypt(self._cipher, content, self.study) if name.endswith(ENCRYPTED) else content


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
    """Write a file that only its owner reads, whole or not at all, and on the disk."""
    write_whole(content, path, WRITING, FILE_MODE)
    sync(path.parent)


# --- opening ----------------------------------------------------------------------------------------------------
def open_vault(root: Path, study: str, cipher: Cipher | None = None, create: bool = True) -> Vault:
    """Open a study's vault under the project's `root`, made on first use. Raises VaultError with every problem.

    Refused: a name that is no study, a link on the way, a folder or key that others may open, a place that git would
    keep, a lost or damaged key.
    """
    if not re.fullmatch(STUDY_ID, study):
        raise VaultError(
            "Le coffre s’ouvre pour une étude nommée « département-année », par exemple 62-2020, ou « région-année »."
        )
    base = root / VAULT
    folder = base / study
    fresh = create and not folder.exists()
    problems = _links(root, [base, folder, *(folder / name for name in (*FOLDERS, KEY))]) + _git_keeps(base.resolve())
    if not problems and not folder.is_dir() and not create:
        problems = [f"Coffre de {study}{NBSP}: il n’existe pas."]
    _refuse(problems)
    for part in (base, folder, folder / RECEIVED, folder / PRIVATE):
        if not part.exists() and (create or part.parent == folder):
            part.mkdir(mode=FOLDER_MODE, parents=part == base)
            part.chmod(FOLDER_MODE)  # whatever the umask
    if fresh:
        write_closed(f"{LAID_OUT}\n".encode(), folder / FORMAT)
    _refuse(_too_open(study, base, folder) or _too_new(study, folder))
    return Vault(study, folder, _open_key(study, folder, cipher), cipher)


LAID_OUT = 2  # how this program lays a vault out
# Number → what makes a vault of it one of the next, in its folder; what a vault of 1 holds is read as it is.
CONVERSIONS: Mapping[int, Callable[[Path], None]] = {1: lambda folder: None}


def laid_out(folder: Path) -> int:
    """The number of how a vault is laid out; 0 where what says it cannot be read."""
    path = folder / FORMAT
    text = path.read_text(encoding="ascii", errors="replace").strip() if path.is_file() else "1"
    return int(text) if text.isdecimal() else 0


def _too_new(study: str, folder: Path) -> list[str]:
    number = laid_out(folder)
    if number == 0:
        return [f"Coffre de {study}{NBSP}: le fichier « {FORMAT} » est abîmé ; le reprendre de la sauvegarde."]
    if number > LAID_OUT:
        told = f"il est au format {number}, d’une version plus récente du programme, qui lit jusqu’au {LAID_OUT}"
        return [f"Coffre de {study}{NBSP}: {told} ; mettre le programme à jour. Rien n’y est changé."]
    return []


def convert(folder: Path) -> None:
    """Lay a vault out as this program does, a copy of what it was kept in it, by its number. For who has the turn."""
    number = laid_out(folder)
    if not folder.is_dir() or not 0 < number < LAID_OUT:
        return
    copy = folder / BEFORE / str(number)
    shutil.copytree(folder, copy, ignore=lambda place, names: [BEFORE] if Path(place) == folder else [])
    copy.parent.chmod(FOLDER_MODE)
    for step in range(number, LAID_OUT):
        CONVERSIONS[step](folder)
    write_closed(f"{LAID_OUT}\n".encode(), folder / FORMAT)


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise VaultError("\n".join(problems))


def _links(root: Path, paths: Sequence[Path]) -> list[str]:
    found = sorted(path.relative_to(root).as_posix() for path in paths if path.is_symlink())
    return [f"Coffre{NBSP}: {name} est un lien symbolique ; le remplacer par un vrai dossier." for name in found]


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
    wide = [p for p in (folder / PRIVATE).glob("*") if p.is_symlink() or stat.S_IMODE(p.stat().st_mode) & ~FILE_MODE]
    if wide:
        found.append(
            f"Coffre de {study}{NBSP}: {len(wide)} {plural(len(wide), 'table')} de private/ "
            f"{plural(len(wide), 'est un lien ou s’ouvre', 'sont des liens ou s’ouvrent')} à d’autres ; faire « chmod 600 »."
        )
    if links := sum(path.is_symlink() for path in (folder / RECEIVED).glob("*")):
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
        raise VaultError(f"Coffre de {study}{NBSP}: la clé manque ; la reprendre de la sauvegarde, ou purger l’étude.")
    key = declared_key(study) if invented(study) else secrets.token_bytes(KEY_BYTES)
    write_closed(cipher.encrypt(key) if cipher else key, locked if cipher else plain)
    return key


def declared_key(study: str) -> bytes:
    """The key of an invented study, which anybody can know: its exports lie in the open, and every copy of the project
    must print the same numbers. Raises ValueError for a study that may be real."""
    if not invented(study):
        raise ValueError(f"{study}: the key of a study of a real département is drawn")
    return hashlib.sha256(f"coffre ouvert de l’étude inventée {study}".encode()).digest()


def _decrypt(cipher: Cipher | None, content: bytes, study: str) -> bytes:
    if cipher is None:
        raise VaultError(f"Coffre de {study}{NBSP}: il est chiffré ; donner le fichier d’identité age.")
    return cipher.decrypt(content)


# -- Where a vault may not lie: in what git keeps -----------------------------------------------------------------
def _git_keeps(place: Path) -> list[str]:
    """Whether git would take the vault: not ignored, or already tracked."""
    top = next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), None)
    if top is None:
        return []
    not_ignored = f"Coffre{NBSP}: git ne l’ignore pas ; ajouter la ligne « /{place.name}/ » au fichier .gitignore."
    command = shutil.which("git")
    if command is None:  # then .gitignore is to name the vault's first folder
        ignore = top / ".gitignore"
        lines = ignore.read_text(encoding="utf-8").split() if ignore.is_file() else []
        return [] if place.relative_to(top).parts[0] in {line.strip("/") for line in lines} else [not_ignored]
    example = str((place / "00-0000" / KEY).relative_to(top))
    asked = subprocess.run([command, "-C", str(top), "check-ignore", "-q", "--no-index", example], capture_output=True)
    tracked = subprocess.run([command, "-C", str(top), "ls-files", "--", str(place)], capture_output=True)
    found = []
    if asked.returncode > 1 or tracked.returncode:
        found.append(f"Coffre{NBSP}: git ne répond pas sur ce dossier ; rien ne garantit qu’il ignore le coffre.")
    elif asked.returncode == 1:
        found.append(not_ignored)
    if count := len(tracked.stdout.splitlines()):
        found.append(
            f"Coffre{NBSP}: git suit {count} {plural(count, 'fichier')} du coffre ; les retirer du dépôt et de son historique."
        )
    return found
