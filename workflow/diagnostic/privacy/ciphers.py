"""Encryption of the vault with age, through its Python package or its command."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from diagnostic.core.errors import Refused
from diagnostic.core.french import NBSP


class VaultError(Refused):
    """The vault cannot be used; the message lists every problem, one per line, in French, without any value."""


class Cipher(Protocol):
    """Encryption of what the vault holds. `decrypt` raises VaultError when the key does not open it."""

    def encrypt(self, content: bytes) -> bytes: ...

    def decrypt(self, content: bytes) -> bytes: ...


def age_cipher(recipients: Sequence[str], identity: Path | None = None) -> Cipher:
    """Encryption to age public keys (`age1…`), through the Python package pyrage or the command `age`.

    `identity`: the file of the secret key, needed to read. Raises VaultError when neither is installed, when a public
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
        command = shutil.which("age")
        if command is None:
            raise VaultError(
                f"Chiffrement{NBSP}: installer « age » (paquet du système) ou « pyrage » (PyPI), ou retirer les clés."
            ) from None
        return _AgeCommand(command, tuple(recipients), identity)
    return _Pyrage(tuple(recipients), identity)


_LOCKED = f"Chiffrement{NBSP}: cette identité age n’ouvre pas le coffre, ou le fichier est abîmé."
_NO_IDENTITY = f"Chiffrement{NBSP}: donner le fichier d’identité age pour lire le coffre."


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
            raise VaultError(_NO_IDENTITY)
        lines = self.identity.read_text(encoding="utf-8").splitlines()
        try:
            keys = [
                pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")
            ]
            return bytes(pyrage.decrypt(content, keys))
        except (pyrage.DecryptError, pyrage.IdentityError):
            pass
        raise VaultError(_LOCKED)


@dataclass(frozen=True)
class _AgeCommand:
    command: str
    recipients: tuple[str, ...]
    identity: Path | None

    def encrypt(self, content: bytes) -> bytes:
        options = [word for one in self.recipients for word in ("-r", one)]
        return self._run(["-e", *options], content)

    def decrypt(self, content: bytes) -> bytes:
        if self.identity is None:
            raise VaultError(_NO_IDENTITY)
        return self._run(["-d", "-i", str(self.identity)], content)

    def _run(self, options: list[str], content: bytes) -> bytes:
        done = subprocess.run([self.command, *options], input=content, capture_output=True)
        if done.returncode:
            raise VaultError(_LOCKED)
        return done.stdout
